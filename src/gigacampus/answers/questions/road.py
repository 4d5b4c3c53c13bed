"""Q11: trucks, cars and delay on the access road."""

from __future__ import annotations

from dataclasses import replace

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import band_row, needed
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("traffic",)


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
    rows = range(*months.indices(len(result.coords["month"])))
    waits = result.samples("peak_delay_min")[:, worst]
    table = [band_row(waits[:, m], month=result.coords["month"][m], unit="min") for m in rows]
    return Answer(
        head, more, {}, None, table, "crash risk and a level of service are not modelled; the road is one queue", place=f"campus {name}"
    )
