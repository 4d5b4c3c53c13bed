"""Q11: trucks, cars and delay on the access road."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import Figure, State, figure
from gigacampus.answers.reductions import band_row, needed
from gigacampus.answers.tables import ABSENT
from gigacampus.foundation.units import SECONDS_PER_MINUTE
from gigacampus.neighbours.traffic.queue import cars_for_wait
from gigacampus.neighbours.traffic.stage import NAMED_WAIT_H, vehicles
from gigacampus.rerun.place import Place
from gigacampus.rerun.point_levels import levels
from gigacampus.rerun.reopen import reference_scenario
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("traffic",)
FURTHER = (
    ("peak_delay_settled_min", "longest wait at shift change once drivers have chosen their times", "min"),
    ("peak_delay_leaving_min", "longest wait when a shift leaves", "min"),
    ("delay_30_min_frac", "chance on a day of a wait of half an hour at shift change, busiest month", "share"),
    ("crash_ratio", "crashes on the road over those without the campus, busiest month", "1"),
)
FLAGGED_PCU_PER_H = 400.0
"""What passes one way where flaggers share one lane between both; practice, 600 to 900 both ways."""
MEASURES: dict[str, Callable[[Any], dict[str, float]]] = {
    "as the scenario says": lambda t: {},
    "a second lane": lambda t: {"capacity_pcu_per_h": 2.0 * t.capacity_pcu_per_h},
    "buses for half of the people": lambda t: {"bus_share_frac": max(t.bus_share_frac, 0.5)},
    "arrivals over three hours": lambda t: {"arrival_window_min": max(t.arrival_window_min, 180.0)},
    "two shifts where one was": lambda t: {k: 0.5 * getattr(t, k) for k in ("largest_shift_frac", "day_shift_frac")},
    "a lane closed, flaggers": lambda t: {"capacity_pcu_per_h": min(FLAGGED_PCU_PER_H, t.capacity_pcu_per_h)},
}
ONE_MEASURE = "longest wait of the year ahead with one measure each: reference world, every phase ordered as planned"
TOLD = "a level of service is not modelled, crashes only by their growth with traffic; the road is one queue"


def answer(result: Result, place: Place | None = None) -> Answer:
    """Longest wait at shift change in the year ahead at the campus where it is longest."""
    needed(result, "peak_delay_min", "trucks_per_day", "workers_on_site")
    months = year_ahead(result)
    head = replace(headline.traffic(result), id="Q11")
    name = head.place.removeprefix("campus ")
    worst = result.index("campus", name)
    more = tuple(
        figure(f"Q11_{key}", f"{title} in the busiest month, {name}", result.samples(key)[:, worst, months].max(axis=1), unit, STAGES)
        for key, title, unit in (("trucks_per_day", "trucks a day", "trucks a day"), ("workers_on_site", "people on site", "people"))
    )
    riders = result.scenario["campuses"][name].get("traffic", {}).get("people_per_car", 1.0)
    cars = result.samples("workers_on_site")[:, worst, months].max(axis=1) / riders
    more += (figure("Q11_cars", f"cars that bring them, {riders:g} people each, {name}", cars, "cars a day", STAGES),)
    more += tuple(_shown(result, key, worst, months, f"{title}, {name}", unit) for key, title, unit in FURTHER if result.has(key))
    more += (_explains(result, name),)
    rows = range(*months.indices(len(result.coords["month"])))
    waits = result.samples("peak_delay_min")[:, worst]
    table = [_month_row(waits[:, m], result.coords["month"][m]) for m in rows]
    table += _measures(result, worst, name, months)
    return Answer(head, more, {}, None, table, TOLD, place=f"campus {name}")


def _month_row(waits_min: np.ndarray, month: str) -> dict[str, Any]:
    """Band of the wait of one month, with the words for futures in which there is none."""
    words = {ABSENT: State.NOT_CLEARING.value} if np.isnan(waits_min).any() else {}
    return band_row(waits_min, month=month, unit="min", **words)


def _shown(result: Result, key: str, campus: int, months: slice, title: str, unit: str) -> Figure:
    values = result.samples(key)[:, campus, months].max(axis=1)
    absent = State.NOT_CLEARING if key.startswith("peak_delay_") else State.NOT_IN_SCENARIO
    return figure(f"Q11_{key}", title, values, unit, STAGES, absent=absent)


def _explains(result: Result, name: str) -> Figure:
    """People of one shift who make half an hour at the scenario's road, whatever the campus sends: the inverse of the wait."""
    spec = reference_scenario(result).campuses[name].traffic
    cars = cars_for_wait(
        NAMED_WAIT_H,
        background_per_h=spec.background_pcu_per_h,
        capacity_per_h=spec.capacity_pcu_per_h,
        window_h=max(spec.arrival_window_min, 1.0) / SECONDS_PER_MINUTE,
    )
    people = cars / float(vehicles(spec, np.array(spec.road_share_frac), bus=spec.pcu_per_truck)) if spec.road_share_frac else np.nan
    title = f"people of one shift who would make a wait of half an hour, {name}"
    return figure("Q11_explains", title, np.array([people]), "people", STAGES, axis="reference", note="without trucks; reference world")


def _measures(result: Result, campus: int, name: str, months: slice) -> list[dict[str, Any]]:
    """Longest wait of the year ahead in the reference world with one measure each, the scenario's own first."""
    rows = []
    for words, changed in MEASURES.items():

        def change(scenario: Any, changed: Callable[[Any], dict[str, float]] = changed) -> Any:
            site = scenario.campuses[name]
            traffic = site.traffic.model_copy(update=changed(site.traffic))
            return scenario.model_copy(update={"campuses": {**scenario.campuses, name: site.model_copy(update={"traffic": traffic})}})

        found = levels(result, "traffic", [], first=months.start, months=months.stop - months.start, change=change)
        worst = {key: float(np.max(found[key][campus])) for key in ("peak_delay_min", "peak_delay_settled_min", "delay_30_min_frac")}
        note = "" if np.isfinite(worst["peak_delay_min"]) else State.NOT_CLEARING.value
        waits = {key: value if np.isfinite(value) else None for key, value in worst.items()}
        rows.append({"what": ONE_MEASURE, "measure": words, **waits, "note": note})
    return rows
