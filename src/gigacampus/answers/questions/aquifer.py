"""Q06: share of the utility's pumping, households with the same use, and what it costs."""

from __future__ import annotations

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.questions import gallons
from gigacampus.answers.reductions import days, needed
from gigacampus.foundation.units import M3_PER_GALLON, MILLION
from gigacampus.rerun.place import Place
from gigacampus.results.periods import year_ahead
from gigacampus.results.result import Result

STAGES = ("water",)
HOUSEHOLD_GALLONS_PER_DAY = 300.0
"""Indoor and outdoor use of a family at home. Source: US EPA WaterSense, "more than 300 gallons"; recalled."""


def answer(result: Result, place: Place | None = None) -> Answer:
    """The year ahead over every utility named; recycled water does not count as pumping."""
    needed(result, "water_m3")
    months, water = year_ahead(result), result.samples("water_m3")
    span = days(result, months).sum()
    campuses = result.coords["campus"]
    specs = [result.scenario["campuses"][c].get("water", {}) for c in campuses]
    fresh = 1.0 - gallons.recycled_by_month(result)[:, months]
    per_day = (water[:, :, months] * fresh).sum(axis=(1, 2)) / span
    pumping = max((s.get("utility_m3_per_day", 0.0) for s in specs), default=0.0)
    homes = per_day / M3_PER_GALLON / HOUSEHOLD_GALLONS_PER_DAY
    households = figure(
        "Q06_households",
        "households with the same use",
        homes,
        "households",
        STAGES,
        note=f"{HOUSEHOLD_GALLONS_PER_DAY:g} gallons a day each (EPA WaterSense, recalled)",
    )
    cost = figure(
        "Q06_cost", "water bill of the year ahead", result.samples("water_bill_usd")[:, :, months].sum(axis=(1, 2)), "USD", STAGES
    )
    if not pumping:
        return Answer(households, (cost,), lacks="the scenario does not say what the utility pumps, so there is no share")
    head = figure("Q06", "Share of the utility's pumping, year ahead", per_day / pumping, "share", STAGES)
    return Answer(head, (households, cost), _compare(result, pumping))


def _compare(result: Result, pumping: float) -> dict[str, float | str]:
    """The first campus alone, as the known points count it: its highest day over the pumping, its month over a household's use."""
    found = {k: float(v) for k, v in gallons.compare(result).items()}
    if not found:
        return {}
    return {
        "share": found["highest_day_mgd"] * MILLION * M3_PER_GALLON / pumping,
        "households": found["march_2026_mgd"] * MILLION / HOUSEHOLD_GALLONS_PER_DAY,
    }
