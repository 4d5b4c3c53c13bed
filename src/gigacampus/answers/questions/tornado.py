"""What moves the runway and the break-even: each input from one end of its distribution to the other, and a month of delay."""

from __future__ import annotations

from typing import Any

from gigacampus.answers.answer import Missing
from gigacampus.results.periods import now
from gigacampus.results.result import Result


def answer(result: Result) -> dict[str, Any]:
    """The sentences that the run carries along, largest movement first."""
    found = (result.manifest.get("must_be_true") or {}).get("tornado") or []
    if not found:
        raise Missing("the run carries no trials of its inputs: its books hold nothing uncertain, or end too early to be judged")
    rows = [{"change": row["text"]} for part in found for row in part["rows"]]
    left = found[0]
    return {
        "id": "tornado",
        "question": "What moves the runway and the break-even?",
        "title": left["of"],
        "text": f"{left['mean']:.1f} {left['unit']} in the mean of {left['draws']} futures; each input is moved alone",
        "value": left["mean"],
        "period": f"from {now(result)} on",
        "low": None,
        "high": None,
        "unit": left["unit"],
        "drivers": [],
        "figures": [],
        "sources": [],
        "rows": rows,
    }
