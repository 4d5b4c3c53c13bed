"""Q05: water a day, by month and source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import band_row, mgd, month_row, needed
from gigacampus.foundation.units import M3_PER_GALLON, MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("water",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Mean of the year ahead, the highest day, and every month of it by campus."""
    needed(result, "water_m3", "water_peak_day_m3")
    water, months = result.samples("water_m3"), year_ahead(result)
    peak = result.samples("water_peak_day_m3")[:, :, months].max(axis=2).sum(axis=1) / M3_PER_GALLON / MILLION
    head = replace(headline.water(result), id="Q05")
    more = (figure("Q05_peak", "on the highest day of each campus", peak, "MGD", STAGES),)
    rows = list(range(*months.indices(len(result.coords["month"]))))
    table = [
        band_row(mgd(result, water[:, c], [m]), campus=name, month=result.coords["month"][m], unit="MGD", source=_source(result, name))
        for c, name in enumerate(result.coords["campus"])
        for m in rows
    ]
    return Answer(head, more, compare(result), None, table)


def _source(result: Result, campus: str) -> str:
    recycled = result.scenario["campuses"][campus].get("water", {}).get("recycled_share_frac", 0.0)
    return "utility" if recycled == 0 else f"utility, {recycled:.0%} recycled"


def compare(result: Result) -> dict[str, float | str]:
    """Colossus 1 in March 2026: the month's mean and its highest day, MGD."""
    row = month_row(result, "2026-03")
    if row is None or "colossus_1" not in result.coords["campus"]:
        return {}
    campus = result.index("campus", "colossus_1")
    day = np.median(result.samples("water_peak_day_m3")[:, campus, row]) / M3_PER_GALLON / MILLION
    return {"march_2026_mgd": float(np.median(mgd(result, result.samples("water_m3")[:, campus], [row]))), "highest_day_mgd": float(day)}
