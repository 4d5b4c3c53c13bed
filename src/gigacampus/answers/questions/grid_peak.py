"""Q07: the grid at the system peak, what the site sheds, and for how many hours."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import needed, total
from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result
from gigacampus.scenario import library

STAGES = ("dispatch",)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Highest grid hour of the year ahead, over the utility's peak where that is known; load without grid in the worst hours."""
    needed(result, "grid_peak_mw", "facility_load_mw_h", "onsite_mw_h")
    year = year_ahead(result)
    peak = total(result, "grid_peak_mw")[:, year].max(axis=1)
    megawatts = figure("Q07_mw", "Highest grid hour of the year ahead", peak, "MW", STAGES)
    unserved = replace(headline.unserved(result), id="Q07_unmet")
    system = max((c.get("power", {}).get("utility_peak_mw", 0.0) for c in result.scenario["campuses"].values()), default=0.0)
    if not system:
        return Answer(
            megawatts,
            (unserved,),
            lacks="the scenario does not say the utility's peak (power.utility_peak_mw), so "
            "there is no share of it and no worst hours of its system",
        )
    head = figure("Q07", "Highest grid hour of the year ahead over the utility's peak", peak / system, "share", STAGES)
    whole = total(result, "facility_peak_mw")[:, year].max(axis=1)
    shed, table = _shed(result)
    more = (
        megawatts,
        figure("Q07_whole", "share if the whole load came from the utility", whole / system, "share", STAGES),
        unserved,
        figure(
            "Q07_shed",
            "load without cover if the grid gives nothing in the system's 100 worst hours; the band spans those hours",
            shed,
            "MW",
            STAGES,
            axis="reference",
            note="hours of the Tennessee Valley Authority, 2022 to 2024; reference world, last year of the plan; units that run and the "
            "battery as dispatched",
        ),
    )
    return Answer(head, more, {"asked_share": _asked(result) / system}, None, table)


def _asked(result: Result) -> float:
    """The load once asked of the utility, MW, if the scenario lists it."""
    rows = [a for c in result.scenario["campuses"].values() for a in c.get("announced", [])]
    asked = [float(a["mw"]) for a in rows if "asked of the utility" in a.get("by", "")]
    return max(asked, default=float("nan"))


def worst_hours() -> dict[str, np.ndarray]:
    """Positions in the 8,760-hour year of the hundred worst hours of each year in the bundled table."""
    out: dict[str, list[int]] = {}
    with (library.ROOT / "questions" / "tva_worst_hours.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            month, day, hour = (int(row[k]) for k in ("month", "day", "hour_ending"))
            out.setdefault(row["year"], []).append(int(MONTH_START_HOUR[month - 1]) + (day - 1) * HOURS_PER_DAY + hour - 1)
    return {year: np.array(rows) for year, rows in out.items()}


def _shed(result: Result) -> tuple[np.ndarray, list[dict[str, float | str]]]:
    """MW that grid power carries in the worst hours: what must be shed, or run instead, if it is withdrawn."""
    load, onsite, battery = (result.array(n) for n in ("facility_load_mw_h", "onsite_mw_h", "battery_mw_h"))
    gap = np.nansum(np.maximum(load - onsite - np.maximum(battery, 0.0), 0.0), axis=0)
    rows = worst_hours()
    table: list[dict[str, float | str]] = [
        {
            "year": y,
            "mean_mw": round(float(gap[r].mean()), 1),
            "most_mw": round(float(gap[r].max()), 1),
            "hours_above_1_mw": float((gap[r] > 1.0).sum()),
        }
        for y, r in rows.items()
    ]
    return np.concatenate([gap[r] for r in rows.values()]), table
