"""What moves an outcome, in words: each input at both ends of its own distribution, and the plant a month later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.answers.labels import title, told, unit_of
from gigacampus.company.analysis.goals import Goal
from gigacampus.company.analysis.metrics import runway
from gigacampus.explore.run_session import Held
from gigacampus.explore.solving import ENDS

DRAWS = 256


@dataclass(frozen=True)
class Outcome:
    """What is watched: one number a draw."""

    text: str
    unit: str
    factor: float
    least: float
    """Effects below this are not told, in the unit."""
    goal: Goal
    """Which simulation shows it; the margin is the number itself."""


def runway_months(held: Held) -> Outcome:
    """Months until cash is below its floor if no new money comes; the rest of the horizon where it never is."""

    def months(series: Mapping[str, np.ndarray]) -> np.ndarray:
        end = runway(series["cash_usd"], floor=series["cash_floor_usd"], arrears=series["arrears_usd"], after=held.now)
        return months_left(held, end)

    goal = Goal("runway", "months of runway without new money", months, raises=False, lean=True)
    return Outcome("the runway without new money", "months", 1.0, 0.05, goal)


def months_left(held: Held, end: np.ndarray) -> np.ndarray:
    """Months from the scenario's day to the end of a runway; the rest of the horizon where there is none."""
    return np.where(np.isnan(end), len(held.labels), end) - held.now


def share_met(goal: Goal) -> Outcome:
    """Share of futures that meet a goal, in points of a hundred."""
    counted = replace(goal, margin=lambda series: (goal.margin(series) >= 0.0) * 1.0)
    return Outcome(f"the share of futures with {goal.text}", "points", 100.0, 1.0, counted)


def tornado(held: Held, outcome: Outcome, paths: Sequence[str], *, draws: int = DRAWS) -> dict[str, Any]:
    """The outcome's mean as the run has it, and how each of some inputs moves it from one end of its distribution to the other.

    All other inputs keep their draws, so that a difference is free of sampling noise. Largest movement first.
    """
    few = held.rerun.first(draws)
    ends = {p: few.at(p, np.array(ENDS)) for p in paths}
    changes: list[dict[str, float]] = [{}, *({p: float(x)} for p in paths for x in ends[p])]
    mean = outcome.factor * few.margins(outcome.goal, changes).mean(axis=1)
    rows = [_row(held, outcome, p, ends[p], mean[1 + 2 * i : 3 + 2 * i] - mean[0]) for i, p in enumerate(paths)]
    late = outcome.factor * held.late.first(draws).margins(outcome.goal, [{}])[0].mean()
    rows.append(_late_row(outcome, float(late - mean[0])))
    rows = sorted(rows, key=lambda r: -r["swing"])
    rows = rows[:1] + [r for r in rows[1:] if r["swing"] >= outcome.least]
    held.rerun.simulated += few.simulated
    return {"of": outcome.text, "unit": outcome.unit, "mean": float(mean[0]), "draws": few.count, "rows": rows}


def _row(held: Held, outcome: Outcome, path: str, ends: np.ndarray, moved: np.ndarray) -> dict[str, Any]:
    unit, (low, high) = unit_of(held.scenario, path), moved.tolist()
    at_low, at_high = (told(path, float(x), unit) for x in ends)
    text = (
        f"{title(path)} moves {outcome.text} by {signed(low, outcome.unit)} at {at_low} and by {signed(high, outcome.unit)} "
        f"at {at_high} (one future in ten lies beyond either)"
    )
    return {
        "path": path,
        "title": title(path),
        "low_text": at_low,
        "high_text": at_high,
        "at_low": low,
        "at_high": high,
        "swing": max(abs(low), abs(high), abs(high - low)),
        "text": text,
    }


def _late_row(outcome: Outcome, change: float) -> dict[str, Any]:
    text = (
        f"one more month of delay of all plant not yet in service, with the payments for it, moves {outcome.text} by "
        f"{signed(change, outcome.unit)}"
    )
    return {
        "path": "",
        "title": "all plant a month later",
        "low_text": "as planned",
        "high_text": "1 month late",
        "at_low": 0.0,
        "at_high": change,
        "swing": abs(change),
        "text": text,
    }


def signed(change: float, unit: str) -> str:
    """A change with its sign.

    >>> signed(-0.437, "months"), signed(2.0, "points")
    ('-0.44 months', '+2.0 points')
    """
    digits = 2 if abs(change) < 1.0 else 1
    return f"{change:+.{digits}f} {unit}"
