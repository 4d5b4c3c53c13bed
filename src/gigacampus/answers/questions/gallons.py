"""Q05: water a day, by month and source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import band_row, mgd, month_row, needed
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.units import M3_PER_GALLON, MILLION
from gigacampus.neighbours.water.stage import recycled_frac
from gigacampus.rerun.place import Place
from gigacampus.rerun.reopen import reference_scenario
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("water",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Mean of the year ahead, the highest day, and every month of it by campus."""
    needed(result, "water_m3", "water_peak_day_m3")
    water, months = result.samples("water_m3"), year_ahead(result)
    peak = result.samples("water_peak_day_m3")[:, :, months].max(axis=2).sum(axis=1) / M3_PER_GALLON / MILLION
    head = replace(headline.water(result), id="Q05")
    more = (figure("Q05_peak", "highest day of each campus, summed", peak, "MGD", STAGES),)
    rows = list(range(*months.indices(len(result.coords["month"]))))
    recycled = recycled_by_month(result)
    table = [
        band_row(mgd(result, water[:, c], [m]), campus=name, month=result.coords["month"][m], unit="MGD", source=_source(recycled[c, m]))
        for c, name in enumerate(result.coords["campus"])
        for m in rows
    ]
    return Answer(head, more, compare(result), None, table)


def recycled_by_month(result: Result) -> np.ndarray:
    """Share of each campus's water that is treated waste water, from the day on which its plant delivers; (campus, month)."""
    labels, scenario = result.coords["month"], reference_scenario(result)
    months = Months(date.fromisoformat(f"{labels[0]}-01"), len(labels))
    return np.array([recycled_frac(scenario.campuses[name].water, months) for name in result.coords["campus"]])


def _source(recycled: float) -> str:
    return "utility" if recycled == 0.0 else f"utility, {recycled:.0%} recycled"


def compare(result: Result) -> dict[str, float | str]:
    """Colossus 1 in March 2026: the month's mean and its highest day, MGD."""
    row = month_row(result, "2026-03")
    if row is None or "colossus_1" not in result.coords["campus"]:
        return {}
    campus = result.index("campus", "colossus_1")
    day = np.median(result.samples("water_peak_day_m3")[:, campus, row]) / M3_PER_GALLON / MILLION
    return {"march_2026_mgd": float(np.median(mgd(result, result.samples("water_m3")[:, campus], [row]))), "highest_day_mgd": float(day)}
