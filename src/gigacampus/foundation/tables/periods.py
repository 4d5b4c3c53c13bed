"""Periods as people write them: months, quarters, halves and years of the calendar, to their first and last month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    "sept",
)
_YEAR = r"(?P<f>FY|CY)?\s?(?P<y>'?\d{2}|\d{4})"
_PART = r"(?:(?P<k>[QH])(?P<n>[1-4])|(?P<n2>[1-4])(?P<k2>[QH]))"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})",
        r"(?P<y>\d{4})-(?P<m>\d{2})-01 00:00:00",
        r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})",
        r"(?P<w>[a-z]{3,9})\.?[-\s,]+(?P<y>\d{4}|'\d{2})",
        r"(?P<w>[a-z]{3,9})-(?P<y>\d{2})",
        rf"{_YEAR}[-\s/]*{_PART}",
        rf"{_PART}[-\s/,]*(?:of\s)?{_YEAR}",
        r"(?P<f>FY|CY)\s?(?P<y>'?\d{2}|\d{4})",
        r"(?P<y>\d{4})",
    )
)
"""Among them the first day of a month as a workbook keeps it: what a spreadsheet program makes of ``Apr 2026``."""
_RANGE = re.compile(r"\s*(?:\.\.|\s+to\s+|\s+until\s+|\s[-\u2013]\s)\s*")


@dataclass(frozen=True)
class Period:
    """Months from ``first`` to ``last``, both as ``2026-01``."""

    first: str
    last: str
    fiscal: bool = False
    """The period names a fiscal year; read as that of the calendar."""

    @property
    def months(self) -> list[str]:
        """Labels of all months."""
        (y0, m0), (y1, m1) = ((int(text[:4]), int(text[5:])) for text in (self.first, self.last))
        return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(12 * y0 + m0 - 1, 12 * y1 + m1)]


def told(text: str) -> str:
    """A period as written, with the months that stand for it where it names a fiscal year.

    >>> told("FY26Q1"), told("2026Q1")
    ('FY26Q1 (taken as 2026-01 to 2026-03)', '2026Q1')
    """
    found = period_of(text)
    return f"{text} (taken as {found.first} to {found.last})" if found and found.fiscal else text


@lru_cache(maxsize=4096)
def period_of(text: str) -> Period | None:
    """The period that a text names; None where it names none.

    >>> [(p.first, p.last) for p in map(period_of, ("2026-03", "Q3'26", "FY26Q1", "H1 2026", "Jan 2026 to Mar 2026"))]
    [('2026-03', '2026-03'), ('2026-07', '2026-09'), ('2026-01', '2026-03'), ('2026-01', '2026-06'), ('2026-01', '2026-03')]
    >>> period_of("2026Q5"), period_of("2026-13"), period_of("26"), period_of("2026-03..2026-01")
    (None, None, None, None)
    """
    plain = text.strip().replace("\u2019", "'")
    ends = [_one(part) for part in _RANGE.split(plain)]
    if len(ends) > 2 or None in ends:
        return None
    first, last = ends[0], ends[-1]
    assert first is not None and last is not None
    return Period(first.first, last.last, first.fiscal or last.fiscal) if first.first <= last.last else None


def _one(text: str) -> Period | None:
    said = next((m.groupdict() for form in _FORMS if (m := form.fullmatch(text))), None)
    if said is None:
        return None
    year = int(said["y"].strip("'")) + (0 if len(said["y"].strip("'")) == 4 else 2000)
    span = _span(said)
    if span is None or not 1900 <= year <= 2200:
        return None
    return Period(f"{year}-{span[0]:02d}", f"{year}-{span[1]:02d}", (said.get("f") or "").upper() == "FY")


def _span(said: dict[str, str | None]) -> tuple[int, int] | None:
    """First and last month, 1 to 12, of the part of a year that was named."""
    if said.get("m"):
        month = int(said["m"] or 0)
        return (month, month) if 1 <= month <= 12 else None
    if word := (said.get("w") or "").lower():
        if word not in MONTHS + _FULL:
            return None
        month = MONTHS.index(word[:3]) + 1
        return month, month
    kind, number = said.get("k") or said.get("k2"), int(said.get("n") or said.get("n2") or 0)
    if not kind:
        return 1, 12
    length = 3 if kind.upper() == "Q" else 6
    return (length * (number - 1) + 1, length * number) if length * number <= 12 else None
