"""Goals of a scenario, judged on the cautious end of the band; a limit on a rate holds in every month from the scenario's day on."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.figures import BANDED, Figure
from gigacampus.foundation.errors import refuse
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result
from gigacampus.schema.scenario import GoalSpec

EVERY_MONTH = {"violating_per_min": "violating_outputs_per_min"}
"""Headlines that tell one month of a rate, and the variable whose other months a limit on it judges too."""


def judge(goals: dict[str, GoalSpec], rows: list[Figure], result: Result) -> list[dict[str, Any]]:
    """Each goal met or missed with its margin and the month that breaks it first; a goal must name a headline row."""
    known = {row.id: row for row in rows}
    out: list[dict[str, Any]] = []
    for name, goal in goals.items():
        if name not in known:
            raise refuse("no headline row has this name", path=f"goals.{name}", fix=f"use one of {', '.join(known)}")
        row = known[name]
        low, high = (row.low, row.high) if row.spread in BANDED else (row.value, row.value)
        margins = []
        if goal.above is not None:
            margins.append(-float("inf") if low is None else low - goal.above)
        if goal.below is not None:
            margins.append(-float("inf") if high is None else goal.below - high)
        margin, first = min(margins, default=float("inf")), None
        if name in EVERY_MONTH:
            margin, first = _every_month(result, EVERY_MONTH[name], goal, margin)
        limits = " and ".join(f"{word} {limit:g}" for word, limit in (("above", goal.above), ("below", goal.below)) if limit is not None)
        broken = f"; first broken in {first}, by {-margin:.3g} at worst" if first else ""
        text = f"{row.title} {limits} {row.unit}: {row.text}{broken}"
        out.append({"id": name, "met": margin >= 0, "margin": margin, "text": text, "first_broken": first})
    return out


def _every_month(result: Result, variable: str, goal: GoalSpec, margin: float) -> tuple[float, str | None]:
    """Least margin of a limit over the months from the scenario's day on, and the first month that breaks it."""
    begin = as_of_month(result)
    low, high = np.quantile(result.samples(variable)[:, begin:], [0.1, 0.9], axis=0)
    margins = np.full(len(low), np.inf)
    if goal.above is not None:
        margins = np.minimum(margins, low - goal.above)
    if goal.below is not None:
        margins = np.minimum(margins, goal.below - high)
    broken = np.flatnonzero(margins < 0.0)
    months = result.coords["month"]
    return min(margin, float(margins.min())), months[begin + int(broken[0])] if broken.size else None
