"""A small campus as a real scenario tree, with upstream arrays that a test can set."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from gigacampus.buildout import stage as buildout
from gigacampus.cooling import stage as cooling
from gigacampus.foundation.calendar import Months
from gigacampus.pipeline.run import coordinates
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Inputs, pick
from gigacampus.registry.stages import BY_NAME
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.scenario import Scenario

MONTHS = 4
KNOWN = {"sound_power_dba": 114.0, "stack_height_m": 15.0}
TURBINE = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10000, **KNOWN)


def scenario(blocks: dict[str, Any] | None = None, **noise: Any) -> Scenario:
    """One campus with ten turbines and coolers, homes at 0.8 and 3 km north."""
    return Scenario.model_validate(
        {
            "title": "test",
            "as_of": date(2026, 1, 31),
            "horizon": {"start": date(2026, 1, 1), "months": MONTHS},
            "library": {
                "generators": {"t130": TURBINE.model_dump()},
                "cooling": {
                    "dry": typical("cooling", kind="dry_cooler").model_dump(),
                    **{f"{kind.name}_typical": typical("cooling", kind=kind.name).model_dump() for kind in COOLING},
                },
            },
            "campuses": {
                "a": {
                    "site": {"lat": 35.0, "lon": -90.0},
                    "schedule": {"slip": "none"},
                    "blocks": {
                        "gt": {"kind": "generators", "model": "lib:generators/t130", "count": 10, "in_service": date(2026, 1, 1)},
                        "dc": {"kind": "cooling", "model": "lib:cooling/dry", "heat_mw": 100, "in_service": date(2026, 1, 1)},
                        **(blocks or {}),
                    },
                    "receptors": {
                        "near": {"lat": 35.0072, "lon": -90.0, "people": 100},
                        "far": {"lat": 35.027, "lon": -90.0, "people": 1000},
                    },
                    "noise": noise,
                }
            },
        }
    )


def inputs(tree: Scenario) -> Inputs:
    """What the noise stage may see of a scenario."""
    return Inputs(pick(tree, BY_NAME["noise"].reads), coordinates(tree))


def upstream(running: float = 10.0, heat_mw: float = 80.0, of: Scenario | None = None) -> dict[str, np.ndarray]:
    """Arrays of the stages before, blocks as the buildout has them: constant running units and heat, a warm day and a cool night."""
    tree = of or scenario()
    built = buildout.run(Inputs(pick(tree, BY_NAME["buildout"].reads), coordinates(tree)), {})
    hour = np.arange(8760) % 24
    dry = 15.0 + 8.0 * np.sin((hour - 9) / 24 * 2 * np.pi)
    hours = Months(date(2026, 1, 1), MONTHS).hours()
    steady = np.ones((1, 8760))
    weather = {"dry_bulb_degc": dry[None], "wet_bulb_degc": dry[None] - 3.0}
    cooled = cooling.run(Inputs(pick(tree, BY_NAME["cooling"].reads), coordinates(tree)), weather)
    return {
        **weather,
        "cooling_air_frac": cooled["cooling_air_frac"],
        **{name: built[name] for name in ("block_present_frac", "block_wait_months")},
        "planned_phase": np.zeros((1, MONTHS)),
        "unit_running": np.full((1, 1, MONTHS), running),
        "unit_starts": np.full((1, 1, MONTHS), 4.0),
        "unit_count": np.full((1, 1, MONTHS), 10.0),
        "heat_rejected_mwh": np.full((1, 1, MONTHS), heat_mw) * hours,
        "trucks_per_day": np.full((1, MONTHS), 200.0),
        "pressure_kpa": 100.0 * steady,
        "wind_speed_m_s": 3.0 * steady,
        "wind_from_deg": (np.arange(8760) * 37.0 % 360.0)[None],
        "stability_class": np.where((hour >= 22) | (hour < 7), 6.0, 3.0)[None],
        "mixing_height_m": 800.0 * steady,
    }
