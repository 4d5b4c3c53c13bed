"""One row of a validation table of this area."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any

FAMILY = "company"


def case(
    name: str,
    metric: str,
    value: float | None,
    *,
    unit: str,
    n: int,
    source: str,
    limit: float | None = None,
    passed: bool | None = None,
    gating: bool = False,
) -> dict[str, Any]:
    """A row with the columns that every family has; a row without a verdict never gates."""
    return {
        "family": FAMILY,
        "case": name,
        "metric": metric,
        "value": value,
        "limit": limit,
        "unit": unit,
        "pass": passed,
        "gating": gating and passed is not None,
        "n": n,
        "source": source,
    }


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a table; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [{(k or "").strip(): v or "" for k, v in row.items() if k} for row in csv.DictReader(handle)]


def merged(key: str, *tables: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Tables one over the other by a key; an empty cell of a later one hides nothing."""
    out: dict[str, dict[str, str]] = {}
    for table in tables:
        for row in table:
            name = row.get(key, "").strip()
            out[name] = out.get(name, {}) | {k: v for k, v in row.items() if v.strip() or k not in out.get(name, {})}
    return list(out.values())


def number_or_none(text: str | None) -> float | None:
    """A cell's number; None for an empty cell, words or what is not finite.

    >>> number_or_none(" 1,782.5 "), number_or_none("9-10"), number_or_none("1e999")
    (1782.5, None, None)
    """
    try:
        found = float((text or "").replace(",", ""))
    except ValueError:
        return None
    return found if isfinite(found) else None
