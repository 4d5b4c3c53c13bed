"""A made-up campus and its upstream arrays, for the stages of the neighbours."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.buildout import GeneratorBlock
from gigacampus.schema.cooling import CoolingSpec
from gigacampus.schema.neighbours import AirSpec, ReceptorSpec, TrafficSpec, WaterSpec
from gigacampus.schema.power import SiteSpec

MONTHS = 24
RECEPTORS = {"near": (35.009, -90.0), "south": (34.97, -90.0), "far": (36.0, -90.0)}


def inputs(*, air: dict | None = None, water: dict | None = None, traffic: dict | None = None) -> Inputs:
    """One campus with two blocks of the same turbine, one of them with a catalyst, and three receptors."""
    generator = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10140)
    block = {"kind": "generators", "model": "lib:generators/unit_a", "count": 5}
    campus = SimpleNamespace(
        site=SiteSpec(lat=35.0, lon=-90.0),
        blocks={"plain": GeneratorBlock(**block), "scr": GeneratorBlock(**block, control="scr")},
        receptors={key: ReceptorSpec(lat=lat, lon=lon) for key, (lat, lon) in RECEPTORS.items()},
        air=AirSpec(**(air or {})),
        water=WaterSpec(**(water or {})),
        traffic=TrafficSpec(**(traffic or {})),
        cooling=CoolingSpec(),
    )
    tree = SimpleNamespace(campuses={"one": campus}, library=SimpleNamespace(generators={"unit_a": generator}))
    at = Coordinates(
        campus=("one",),
        phase=2,
        months=Months(date(2025, 1, 1), MONTHS),
        unit=("one/plain", "one/scr"),
        unit_campus=(0, 0),
        accelerator=(),
        receptor=tuple(f"one/{key}" for key in RECEPTORS),
        receptor_campus=(0, 0, 0),
    )
    return Inputs(tree, at)


def weather(seed: int = 1) -> dict[str, np.ndarray]:
    """A year of plausible hours at one station."""
    rng = np.random.default_rng(seed)
    hour = np.arange(8760)
    dry = 16.0 - 10.0 * np.cos(2 * np.pi * hour / 8760) + 5.0 * np.sin(2 * np.pi * (hour % 24 - 9) / 24)
    day = np.isin(hour % 24, np.arange(7, 19))
    return {
        "dry_bulb_degc": dry[None],
        "wet_bulb_degc": dry[None] - 4.0,
        "pressure_kpa": np.full((1, 8760), 101.0),
        "wind_speed_m_s": np.where(rng.random(8760) < 0.08, 0.0, rng.weibull(2.0, 8760) * 4.0)[None],
        "wind_from_deg": rng.integers(0, 36, 8760)[None] * 10.0,
        "stability_class": np.where(day, rng.integers(1, 5, 8760), rng.integers(4, 7, 8760))[None].astype(float),
        "mixing_height_m": np.where(day, 1200.0, 400.0)[None],
        "sensible_heat_w_m2": np.where(day, 120.0, 0.0)[None],
    }


def upstream(planned: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Arrays of buildout, demand and emissions: phase 1 doubles what phase 0 gives."""
    ramp = np.linspace(0.0, 300.0, MONTHS)
    by_phase = np.stack([ramp, 2.0 * ramp])[None]
    kg = np.stack([np.stack([np.full(MONTHS, 5000.0), np.full(MONTHS, 10000.0)])] * 2)
    return {
        **weather(),
        "planned_phase": np.zeros((1, MONTHS)) if planned is None else planned,
        "it_installed_mw": by_phase,
        "it_mw": 0.8 * by_phase,
        "heat_rejected_mwh": by_phase * 0.9 * 730.0,
        "heat_evaporated_mwh": by_phase * 0.45 * 730.0,
        "heat_rejected_dry_mwh": by_phase * 0.45 * 730.0,
        "unit_nox_kg": kg,
        "unit_pm25_kg": 0.1 * kg,
        "unit_formaldehyde_kg": 0.01 * kg,
    }


@pytest.fixture
def synthetic() -> SimpleNamespace:
    """The made-up campus: ``synthetic.inputs(...)``, ``synthetic.upstream(...)``, ``synthetic.months``."""
    return SimpleNamespace(inputs=inputs, upstream=upstream, months=MONTHS)
