"""Lines of the score table of this area, and how a case that nobody understands leaves the others standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

NAMES_HZ = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
STRANGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a case of unknown shape raises."""
Case = TypeVar("Case")


def row(case: str, metric: str, value: float, *, limit: float, unit: str, gating: bool, n: int, source: str) -> dict[str, Any]:
    """One line of the score table; passes when the value is finite and within the limit."""
    return {
        "family": "noise",
        "case": case,
        "metric": metric,
        "value": float(value),
        "limit": float(limit),
        "unit": unit,
        "pass": bool(np.isfinite(value) and value <= limit),
        "gating": gating,
        "n": n,
        "source": source,
    }


def unscored(case: str, words: str, *, n: int = 0, source: str = "none") -> dict[str, Any]:
    """A line without a verdict: what could not be judged, and why."""
    return {
        "family": "noise",
        "case": case,
        "metric": words,
        "value": None,
        "limit": None,
        "unit": "1",
        "pass": None,
        "gating": False,
        "n": n,
        "source": source,
    }


def each(cases: Iterable[tuple[str, Case]], judge: Callable[[str, Case], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Lines of every named case; one that cannot be read gets a line that says so.

    >>> judged = each([("a", "no number"), ("b", "2")], lambda name, text: [unscored(name, str(float(text)))])
    >>> [line["metric"][:26] for line in judged]
    ['not understood: ValueError', '2.0']
    """
    out = []
    for name, given in cases:
        try:
            out += judge(name, given)
        except STRANGE as error:
            out.append(unscored(name, f"not understood: {type(error).__name__}: {error}", n=1))
    return out


def gates(confidence: str) -> bool:
    """Whether a row may gate: what was seen, or computed or derived from what was seen.

    >>> gates("seen (third-party transcription) and recomputed"), gates("recalled")
    (True, False)
    """
    return confidence.split(" ")[0] in ("seen", "derived", "computed")
