"""CPU seconds of one world (weather, cooling, demand, dispatch, emissions), beside a plain Python loop of the same hours.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/world.py``. Two campuses, three phase states, 84 months.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.power import synthetic, twin

from gigacampus.cooling import stage as cooling_stage
from gigacampus.power import demand_stage, emissions_stage, weather_stage
from gigacampus.power.dispatch import dispatch_stage
from gigacampus.power.dispatch.fleet import fleet_of
from gigacampus.power.load import load_terms, plant_of
from gigacampus.schema.power import WeatherSpec

STAGES = (
    ("weather", weather_stage),
    ("cooling", cooling_stage),
    ("demand", demand_stage),
    ("dispatch", dispatch_stage),
    ("emissions", emissions_stage),
)
MONTHS, PHASES, REPEATS = 84, 3, 7


def world_seconds(every_month_differs: bool) -> dict[str, float]:
    """Least CPU seconds by stage over some repeats, each with another shift of the weather so that nothing is held."""
    best = dict.fromkeys((name for name, _ in STAGES), np.inf)
    for repeat in range(REPEATS + 1):
        given = synthetic.inputs(MONTHS, PHASES, weather=WeatherSpec(shift_c=0.01 * repeat + (0.005 if every_month_differs else 0.0)))
        up = synthetic.buildout(given, every_month_differs)
        for name, stage in STAGES:
            began = time.process_time()
            up.update(stage.run(given, up))
            if repeat > 0:
                best[name] = min(best[name], time.process_time() - began)
    return best


def plain_seconds() -> float:
    """CPU seconds of the same rows by the plain twin, from one month of one campus."""
    given = synthetic.inputs(MONTHS, PHASES)
    up = synthetic.run_world(given, synthetic.buildout(given))
    field, hours = 1, 744
    campus = given.tree.campuses["field"]
    blocks = [campus.blocks[u.partition("/")[2]] for u in given.at.unit if u.startswith("field/")]
    fleet = fleet_of(blocks, synthetic.GENERATORS, up["dry_bulb_degc"][field], 81.0, campus.power)
    terms = load_terms(campus.power, campus.cooling)
    installed = up["cooling_kind_heat_mw"][field, :, 0, -1]
    plant = plant_of(field, up)
    began = time.process_time()
    load = [twin.load_hour(578.0, 750.0, terms, installed, plant, h)[0] for h in range(hours)]
    twin.dispatch_month(
        load, np.zeros(hours), *fleet.groups[:3], np.array([8.0, 16.0, 14.0]), *fleet.groups[3:], (300.0, 1200.0, 0.95, 120.0), True, 0.05
    )
    one_month = time.process_time() - began
    return one_month / hours * 8760 / 12 * 2 * PHASES * MONTHS


def main() -> None:
    """Print the table."""
    plain = plain_seconds()
    for title, differs in (("every month differs (worst case)", True), ("campus complete after a year", False)):
        seconds = world_seconds(differs)
        total = sum(seconds.values())
        parts = ", ".join(f"{name} {1000 * s:.1f} ms" for name, s in seconds.items())
        print(f"{title}: {total:.3f} CPU s ({parts})")
        print(f"  plain Python loop of the same rows: {plain:.1f} CPU s, {plain / total:.0f} times as much")


if __name__ == "__main__":
    main()
