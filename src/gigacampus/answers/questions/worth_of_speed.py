"""Q20: what a month of speed is worth."""

from __future__ import annotations

from gigacampus.answers.answer import Answer, Missing
from gigacampus.answers.place import Place
from gigacampus.results.result import Result


def answer(result: Result, place: Place | None = None) -> Answer:
    """One run holds one schedule; the worth of a month needs two of them with the same draws."""
    raise Missing(
        "needs a second run with the plant a month later (--set campuses.*.blocks.*.slip_days=30) and `gigacampus compare`; "
        "no stage prices the choice of power path yet"
    )
