"""Goals of a scenario, judged on the cautious end of the band."""

from __future__ import annotations

from typing import Any

from gigacampus.answers.figures import BANDED, Figure
from gigacampus.foundation.errors import refuse
from gigacampus.schema.scenario import GoalSpec


def judge(goals: dict[str, GoalSpec], rows: list[Figure]) -> list[dict[str, Any]]:
    """Each goal met or missed with its margin; a goal must name a headline row."""
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
        margin = min(margins, default=float("inf"))
        limits = " and ".join(f"{word} {limit:g}" for word, limit in (("above", goal.above), ("below", goal.below)) if limit is not None)
        out.append({"id": name, "met": margin >= 0, "margin": margin, "text": f"{row.title} {limits} {row.unit}: {row.text}"})
    return out
