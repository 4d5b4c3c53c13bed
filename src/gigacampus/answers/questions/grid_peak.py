"""Q07: the grid at the system peak, what the site sheds, and for how many hours."""

from __future__ import annotations

import csv

import numpy as np

from gigacampus import library
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.place import Place
from gigacampus.answers.series import needed, total, year_ahead
from gigacampus.calendar import MONTH_START_HOUR
from gigacampus.results.result import Result
from gigacampus.units import HOURS_PER_DAY

STAGES = ("dispatch",)
UTILITY_PEAK_MW = 1100.0 / 0.33
"""The utility's peak day, as its own words imply: 1.1 GW asked for is 33 % of it. Source: U5, 2025-08-08."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """Highest grid hour of the year ahead over the utility's peak; and load without grid in the system's worst hours."""
    needed(result, "grid_peak_mw", "facility_load_mw_h", "onsite_mw_h")
    year = year_ahead(result)
    peak = total(result, "grid_peak_mw")[:, year].max(axis=1)
    head = figure("Q07", "Highest grid hour of the year ahead over the utility's peak", peak / UTILITY_PEAK_MW, "1", STAGES)
    whole = total(result, "facility_peak_mw")[:, year].max(axis=1)
    shed, table = _shed(result)
    more = (
        figure("Q07_mw", "highest grid hour", peak, "MW", STAGES),
        figure("Q07_whole", "share if the whole load came from the utility", whole / UTILITY_PEAK_MW, "1", STAGES),
        figure("Q07_unmet", "campus-hours with unmet load, year ahead", total(result, "unmet_hours")[:, year].sum(axis=1), "h", STAGES),
        figure(
            "Q07_shed",
            "load without cover if the grid gives nothing in the system's 100 worst hours; the band spans those hours",
            shed,
            "MW",
            STAGES,
            note="reference world, last year of the plan; units that run and the battery as dispatched",
        ),
    )
    return Answer(head, peak / UTILITY_PEAK_MW, "world", more, {"asked_share": _asked(result)}, None, table)


def _asked(result: Result) -> float:
    """The load once asked of the utility over its peak, if the scenario lists it."""
    rows = [a for c in result.scenario["campuses"].values() for a in c.get("announced", [])]
    asked = [float(a["mw"]) for a in rows if "asked of the utility" in a.get("by", "")]
    return max(asked, default=float("nan")) / UTILITY_PEAK_MW


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
