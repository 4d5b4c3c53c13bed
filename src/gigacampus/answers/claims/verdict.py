"""From samples to a verdict: how a claimed number stands in the run's own distribution."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from gigacampus.answers.claims.reading import Reading
from gigacampus.answers.figures import month_label, number
from gigacampus.results.result import date_quantiles, quantiles

REPRODUCED, CONSISTENT, UNLIKELY = "reproduced", "consistent", "unlikely"
IMPOSSIBLE, UNCHECKED = "impossible together", "not checkable"
GIVEN, DIFFERS, CONTEXT = "taken as given", "differs from the input", "context"
WORDS = (REPRODUCED, CONSISTENT, UNLIKELY, IMPOSSIBLE, UNCHECKED, GIVEN, DIFFERS, CONTEXT)
ORDER = (UNLIKELY, CONSISTENT, REPRODUCED)
"""Worst first."""
BAND = 0.2
"""A claimed number whose two-sided tail is at least this lies in the 10-90 % band."""
ONE_SIDED = 0.1


@dataclass(frozen=True)
class Verdict:
    """One claim as the reader gets it."""

    id: str
    claim: str
    claimant: str
    known_on: str
    role: str
    verdict: str
    claimed: str
    title: str = ""
    """What was compared."""
    period: str = ""
    """Months that the variable was read over; empty where the claim is no reading of one variable."""
    place: str = ""
    """Campus, receptor or unit, or how places were put together."""
    perimeter: str = ""
    """The company and the campuses that are counted."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    tail: float | None = None
    """Chance of what is claimed, or of something at least as far out, among the run's futures."""
    resolution: float | None = None
    """Smallest chance that the number of futures can tell from none."""
    text: str = ""
    why: str = ""
    level: int | None = None
    fitted: bool = False
    """A constant was set so that this comes out: used freedom, no evidence."""
    impossible_with: list[str] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def tail_of(reading: Reading) -> float:
    """Chance of the claimed among the samples; NaN samples are 'never' and fulfil nothing.

    ``about``: two-sided, of lying at least as far out as the claimed number, which is taken as wide as ``within_frac``.

    >>> tail_of(Reading(np.arange(1.0, 101.0), "draw", 90.0, "at_least", ""))
    0.11
    """
    s, c = reading.values, reading.claimed
    with np.errstate(invalid="ignore"):
        if reading.relation == "at_least":
            return float(np.mean(s >= c))
        if reading.relation in ("at_most", "by"):
            return float(np.mean(s <= c))
        half = abs(c) * reading.within_frac
        return min(1.0, 2.0 * min(float(np.mean(s <= c + half)), float(np.mean(s >= c - half))))


def word_of(reading: Reading) -> str:
    """reproduced: the median says it; consistent: the 10-90 % band holds it; unlikely: neither.

    >>> word_of(Reading(np.array([1.0, 2.0, 3.0]), "draw", 2.0, "about", "")), word_of(Reading(np.array([1.0]), "fixed", 2.0, "about", ""))
    ('reproduced', 'unlikely')
    """
    tail = tail_of(reading)
    if reading.relation != "about":
        return REPRODUCED if tail >= 0.5 else CONSISTENT if tail >= ONE_SIDED else UNLIKELY
    median = float(quantiles(reading.values)["p50"])
    if abs(median - reading.claimed) <= abs(reading.claimed) * reading.within_frac:
        return REPRODUCED
    return CONSISTENT if tail >= BAND else UNLIKELY


def met(reading: Reading, values: np.ndarray) -> np.ndarray:
    """In which futures the claim holds; ``values`` are the reading's samples, spread over draws or not."""
    with np.errstate(invalid="ignore"):
        if reading.relation == "at_least":
            return values >= reading.claimed
        if reading.relation in ("at_most", "by"):
            return values <= reading.claimed
        return np.abs(values - reading.claimed) <= abs(reading.claimed) * reading.within_frac


def band_of(reading: Reading) -> dict[str, np.ndarray]:
    """10, 50 and 90 % quantiles of a reading; of a date, months that some future holds."""
    return (date_quantiles if reading.months else quantiles)(np.asarray(reading.values, dtype=float))


def texts(reading: Reading) -> tuple[str, str]:
    """The run's value with its band, and the claimed one, as a reader sees them."""
    band = {k: None if np.isnan(v) else float(v) for k, v in band_of(reading).items()}

    def show(value: float | None) -> str:
        return month_label(value, reading.months) if reading.months else number(value, reading.unit or "1")

    ours = show(band["p50"])
    low, high = show(band["p10"]), show(band["p90"])
    if low != high:
        ours += f" (10-90 %: {low} to {high})"
    sign = {"about": "", "at_least": "at least ", "at_most": "at most ", "by": "by "}[reading.relation]
    return ours, sign + show(reading.claimed)


def chance_text(tail: float, count: int) -> str:
    """A tail probability no finer than the futures can resolve.

    >>> chance_text(0.0, 256), chance_text(0.03, 1024)
    ('below 1 in 256', '3 %')
    """
    if count <= 1:
        return "certain" if tail > 0 else "none; this path has a single value and no band"
    return f"below 1 in {count}" if tail == 0.0 else f"{100 * tail:.2g} %"


def sentence(reading: Reading, word: str) -> str:
    """One line: what was compared, ours, theirs, and the chance where it matters."""
    ours, theirs = texts(reading)
    head = f"{reading.title}: " if reading.title else ""
    line = f"{head}{ours}; claimed {theirs}"
    if word in (UNLIKELY, CONSISTENT):
        line += f"; chance {chance_text(tail_of(reading), len(reading.values))}"
    return line
