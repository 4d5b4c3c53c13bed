"""Synthetic scenarios for the world stages of power: two campuses, phases, a build-up; no buildout needed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np

from gigacampus.cooling import stage as cooling_stage
from gigacampus.foundation.calendar import Months
from gigacampus.power import demand_stage, emissions_stage, weather_stage
from gigacampus.power.dispatch import dispatch_stage
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.buildout import BatteryBlock, CoolingBlock, GeneratorBlock
from gigacampus.schema.compute import ComputeSpec
from gigacampus.schema.cooling import CoolingSpec
from gigacampus.schema.power import PowerSpec, SiteSpec, TariffEntry, WeatherSpec
from gigacampus.schema.public import MarketSpec

GENERATORS = {
    "small": typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160),
    "large": typical("generators", engine="industrial", iso_mw=38.0, heat_rate_lhv_kj_per_kwh=9000),
    "aero": typical(
        "generators",
        engine="aeroderivative",
        iso_mw=48.0,
        heat_rate_lhv_kj_per_kwh=8900,
        power_at_0c_frac=1.05,
        power_at_25c_frac=0.9,
        power_at_35c_frac=0.79,
        power_at_40c_frac=0.74,
    ),
}
COOLING = {
    "tower": typical("cooling", kind="evaporative_tower", fan_pump_kw_per_mw=20.0),
    "dry": typical("cooling", kind="dry_cooler", approach_k=8.0, fan_pump_kw_per_mw=35.0),
    "wet": typical("cooling", kind="water_chiller"),
    "chiller": typical("cooling", kind="air_chiller", approach_k=12.0, fan_pump_kw_per_mw=30.0),
}


def blocks(campus: str) -> dict:
    """Blocks of one synthetic campus."""
    if campus == "town":
        return {
            "t130": GeneratorBlock(kind="generators", model="lib:generators/small", count=15, control="scr"),
            "store": BatteryBlock(kind="battery", model="lib:batteries/pack", mw=150, mwh=600),
            "towers": CoolingBlock(kind="cooling", model="lib:cooling/tower", heat_mw=420),
        }
    return {
        "trailer": GeneratorBlock(kind="generators", model="lib:generators/small", count=14, control="dry_low_nox"),
        "plant": GeneratorBlock(kind="generators", model="lib:generators/large", count=16, control="scr"),
        "aero": GeneratorBlock(kind="generators", model="lib:generators/aero", count=8, control="water_injection"),
        "store": BatteryBlock(kind="battery", model="lib:batteries/pack", mw=300, mwh=1200),
        "dry": CoolingBlock(kind="cooling", model="lib:cooling/dry", heat_mw=600),
        "chillers": CoolingBlock(kind="cooling", model="lib:cooling/chiller", heat_mw=400),
    }


def inputs(months: int = 24, phases: int = 2, weather: WeatherSpec | None = None, **power) -> Inputs:
    """Two campuses: ``town`` (grid first) and ``field`` (off grid)."""
    campuses = {
        key: SimpleNamespace(
            site=SiteSpec(lat=lat, lon=-90.1, elevation_m=81.0),
            blocks=blocks(key),
            cooling=CoolingSpec(),
            power=PowerSpec(tariff="lib:tariffs/flat", **{"order": "grid_first", **power}),
        )
        for key, lat in (("town", 35.06), ("field", 34.99))
    }
    units = tuple(f"{key}/{name}" for key, c in campuses.items() for name, b in c.blocks.items() if b.kind == "generators")
    at = Coordinates(
        campus=tuple(campuses),
        phase=phases,
        months=Months(date(2025, 1, 1), months),
        unit=units,
        unit_campus=tuple(list(campuses).index(u.split("/")[0]) for u in units),
        accelerator=(),
        receptor=(),
        receptor_campus=(),
    )
    library = SimpleNamespace(
        generators=GENERATORS,
        batteries={"pack": typical("batteries")},
        cooling=COOLING,
        tariffs={"flat": TariffEntry(energy_usd_per_mwh=60.0)},
    )
    tree = {"market": MarketSpec(), "weather": weather or WeatherSpec(), "compute": ComputeSpec()}
    return Inputs(SimpleNamespace(**tree, library=library, campuses=campuses), at)


def buildout(given: Inputs, every_month_differs: bool = False) -> dict[str, np.ndarray]:
    """Arrays that the buildout would give: a ramp over the first year, phase 1 with a quarter more."""
    phases, months = given.at.phase, given.at.months.count
    ramp = np.minimum(1.0, (1.0 + np.arange(months)) / 12.0)
    if every_month_differs:
        ramp = ramp * (1.0 + 1e-6 * np.arange(months))
    grow = (1.0 + 0.25 * np.arange(phases))[:, None] * ramp
    cpm = np.stack([300.0 * grow, 750.0 * grow])
    one = np.ones((phases, months))
    heat = np.zeros((2, 4, phases, months))
    heat[0, 0], heat[1, 1], heat[1, 2] = 420.0 * 1.25 * one, 600.0 * 1.25 * one, 400.0 * 1.25 * one
    counts = {"town/t130": 15.0, "field/trailer": 14.0, "field/plant": 16.0, "field/aero": 8.0}
    return {
        "it_in_service_mw": cpm,
        "accelerators_in_service": cpm / 1.9e-3,
        "cooling_kind_heat_mw": heat,
        "grid_limit_mw": np.stack([300.0 * one, 0.0 * one]),
        "battery_power_mw": np.stack([150.0 * one, 300.0 * one]),
        "battery_energy_mwh": np.stack([600.0 * one, 1200.0 * one]),
        "unit_count": np.stack([counts[u] * one for u in given.at.unit]),
        "planned_phase": np.zeros((2, months)),
    }


def run_world(given: Inputs, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weather, cooling, demand, dispatch and emissions in order; everything in one mapping."""
    up = dict(up)
    for stage in (weather_stage, cooling_stage, demand_stage, dispatch_stage, emissions_stage):
        up.update(stage.run(given, up))
    return up
