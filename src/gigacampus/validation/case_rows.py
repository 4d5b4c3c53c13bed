"""One row of the score table: the one shape that every family returns."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NotRequired, TypedDict, TypeVar

from gigacampus.validation.case_folder import Row, leave_out

CaseRow = TypedDict(
    "CaseRow",
    {
        "family": str,
        "case": str,
        "metric": str,
        "value": float | None,
        "limit": float | None,
        "unit": str,
        "pass": bool | None,
        "gating": bool,
        "n": int,
        "candidates": int,
        "source": str,
        "ours": NotRequired[float],
        "expected": NotRequired[float],
    },
)
"""``pass`` is None for what is reported without a verdict; ``candidates`` says among how many readings the best one was taken."""

UNSURE = re.compile(r"recalled|assum", re.IGNORECASE)
SURE = ("seen", "derived", "computed")
STRANGE = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a case of unknown shape raises."""
Given = TypeVar("Given")


def case(
    family: str,
    name: str,
    metric: str,
    value: float | None,
    limit: float | None = None,
    *,
    source: str,
    unit: str = "1",
    n: int = 1,
    gating: bool = False,
    at_least: bool = False,
    passed: bool | None = None,
    candidates: int = 1,
    pair: tuple[float, float] | None = None,
) -> CaseRow:
    """One row; ``pair`` is ours and the stated number, where the value is a distance between two.

    With a limit it passes when the value is finite and at most it (at least it: ``at_least``), or as ``passed`` says; without a limit it
    only reports: no verdict, no gate.

    >>> case("scaling", "x", "error", 0.1, 0.2, source="s", gating=True)["pass"]
    True
    >>> case("scaling", "x", "error", 0.1, source="s", gating=True)["pass"] is None
    True
    """
    verdict: bool | None = None
    if limit is not None and value is not None:
        within = value >= limit if at_least else value <= limit
        verdict = bool(math.isfinite(value) and within) if passed is None else bool(passed)
    row: CaseRow = {
        "family": family,
        "case": name,
        "metric": metric,
        "value": None if value is None else float(value),
        "limit": None if limit is None else float(limit),
        "unit": unit,
        "pass": verdict,
        "gating": gating and verdict is not None,
        "n": int(n),
        "candidates": int(candidates),
        "source": source,
    }
    if pair is not None:
        row["ours"], row["expected"] = float(pair[0]), float(pair[1])
    return row


def inside(
    family: str,
    name: str,
    metric: str,
    value: float,
    low: float,
    high: float,
    *,
    source: str,
    unit: str = "1",
    n: int = 1,
    gating: bool = False,
) -> CaseRow:
    """A row whose value must lie between two bounds; the nearer one stands as its limit.

    >>> row = inside("company", "x", "said 1 to 3, came", 5.0, 1.0, 3.0, source="s")
    >>> row["limit"], row["pass"]
    (3.0, False)
    """
    limit = high if value > 0.5 * (low + high) else low
    return case(family, name, metric, value, limit, source=source, unit=unit, n=n, gating=gating, passed=low <= value <= high)


def unscored(family: str, name: str, words: str, *, n: int = 0, source: str = "") -> CaseRow:
    """A row without a value: what could not be judged, and why."""
    return case(family, name, words, None, n=n, source=source)


def missing(family: str, name: str, file: str) -> CaseRow:
    """Row of a case whose data the folder lacks."""
    return unscored(family, name, f"skipped: {file} is not in the folder")


def measured(rows: Sequence[Row], *accepted: str) -> list[Row]:
    """Rows that may gate: seen, or of the accepted confidences; the others are noted as left out."""
    unsure = [r for r in rows if r.get("confidence") not in ("seen", *accepted)]
    leave_out(unsure, "recalled or assumed, or of no stated confidence")
    return [r for r in rows if r.get("confidence") in ("seen", *accepted)]


def may_gate(confidence: str) -> bool:
    """Whether a row may gate: what was seen, or computed or derived from what was seen.

    >>> may_gate("seen (third-party transcription) and recomputed"), may_gate("recalled"), may_gate("")
    (True, False, False)
    """
    return confidence.split(" ")[0] in SURE and not UNSURE.search(confidence)


def number_or_none(text: str | None) -> float | None:
    """A cell's number; None for an empty cell, words or what is not finite.

    >>> number_or_none(" 1,782.5 "), number_or_none("9-10"), number_or_none("1e999")
    (1782.5, None, None)
    """
    try:
        found = float((text or "").replace(",", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def merged(key: str, *tables: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Tables one over the other by a key; an empty cell of a later one hides nothing."""
    out: dict[str, dict[str, str]] = {}
    for table in tables:
        for row in table:
            name = row.get(key, "").strip()
            out[name] = out.get(name, {}) | {k: v for k, v in row.items() if v.strip() or k not in out.get(name, {})}
    return list(out.values())


def each(family: str, cases: Iterable[tuple[str, Given]], judge: Callable[[str, Given], list[CaseRow]]) -> list[CaseRow]:
    """Rows of every named case; one that cannot be read gets a row that says so, and the others stand.

    >>> judged = each("noise", [("a", "no number"), ("b", "2")], lambda name, text: [unscored("noise", name, str(float(text)))])
    >>> [line["metric"][:26] for line in judged]
    ['not understood: ValueError', '2.0']
    """
    out: list[CaseRow] = []
    for name, given in cases:
        try:
            out += judge(name, given)
        except STRANGE as error:
            words = f"not understood: {type(error).__name__}: {error}"
            leave_out([r for r in (given if isinstance(given, list) else [given]) if isinstance(r, Row)], words)
            out.append(unscored(family, name, words, n=1))
    return out
