"""Goals of a scenario, judged on the cautious end of the band; and how much of a headline rests on unpublished values."""

from __future__ import annotations

from typing import Any

from gigacampus.answers.figures import Figure, path_of
from gigacampus.foundation.errors import refuse
from gigacampus.schema.scenario import GoalSpec

UNPUBLISHED = ("recalled", "assumed")


def judge(goals: dict[str, GoalSpec], rows: list[Figure]) -> list[dict[str, Any]]:
    """Each goal met or missed with its margin; a goal must name a headline row."""
    known = {row.id: row for row in rows}
    out: list[dict[str, Any]] = []
    for name, goal in goals.items():
        if name not in known:
            raise refuse("no headline row has this name", path=f"goals.{name}", fix=f"use one of {', '.join(known)}")
        row = known[name]
        margins = []
        if goal.above is not None:
            margins.append(-float("inf") if row.low is None else row.low - goal.above)
        if goal.below is not None:
            margins.append(-float("inf") if row.high is None else goal.below - row.high)
        margin = min(margins, default=float("inf"))
        limits = " and ".join(f"{word} {limit:g}" for word, limit in (("above", goal.above), ("below", goal.below)) if limit is not None)
        out.append({"id": name, "met": margin >= 0, "margin": margin, "text": f"{row.title} {limits} {row.unit}: {row.text}"})
    return out


def assumed_share(stages: tuple[str, ...], provenance: list[dict[str, Any]]) -> float | None:
    """Share of the cited inputs on the path to ``stages`` that are recalled or assumed; None where none is cited."""
    path = set(path_of(stages))
    on_path = [p for p in provenance if path & set(p["stages"])]
    if not on_path:
        return None
    return sum(p["confidence"] in UNPUBLISHED for p in on_path) / len(on_path)
