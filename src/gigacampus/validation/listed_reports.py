"""What a listed compute landlord has reported and guided: quarters, ranges with the day they were given, what a day knew."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf, isfinite, nan

from gigacampus.validation.case_rows import number_or_none

COLUMN = {
    "revenue": "revenue",
    "capex": "capex_company_defined",
    "adj_operating_income": "adj_operating_income",
    "interest_expense": "interest_expense_net",
    "adj_ebitda": "adj_ebitda",
}
"""Column of the quarters' table that a guided metric speaks of."""
QUARTER = re.compile(r"^(\d{4})Q([1-4])$")
SPELT = re.compile(r"(?P<year>\d{4})[- ]?Q(?P<quarter>[1-4])|Q(?P<first>[1-4])[- ]?(?P<then>\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class Quarter:
    """One reported quarter; USD million and MW. What was not reported is NaN."""

    name: str
    end: date
    values: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, column: str) -> float:
        return self.values.get(column, nan)

    @property
    def mw(self) -> float:
        """Active power at the end of the quarter; NaN where none is reported."""
        mw = self["active_power_mw"]
        return mw if mw > 0.0 else nan

    @property
    def number(self) -> int:
        """Quarters since the year 0."""
        return 4 * int(self.name[:4]) + int(self.name[5]) - 1


@dataclass(frozen=True)
class Guide:
    """A range given on a day for a quarter (``2025Q3``) or a year (``2025``)."""

    given: date
    period: str
    metric: str
    low: float
    high: float

    @property
    def mid(self) -> float:
        """Middle of the range; its lower end where that is all that was given."""
        return 0.5 * (self.low + self.high) if isfinite(self.high) else self.low


def number(text: str | None) -> float:
    """A cell's number; NaN for an empty or missing cell or for words."""
    found = number_or_none(text)
    return nan if found is None else found


def quarter_name(text: str) -> str:
    """A quarter in the spelling of the reference tables; other periods as they are.

    >>> [quarter_name(t) for t in ("2025Q4", "2025-q4", "Q4 2025", "2025H1")]
    ['2025Q4', '2025Q4', '2025Q4', '2025H1']
    """
    found = SPELT.fullmatch(text.strip())
    return f"{found['year'] or found['then']}Q{found['quarter'] or found['first']}" if found else text.strip()


def quarter_of(day: str) -> str:
    """Quarter that an ISO day lies in; empty for other words.

    >>> quarter_of("2026-03-31"), quarter_of("spring")
    ('2026Q1', '')
    """
    try:
        at = date.fromisoformat(day.strip())
    except ValueError:
        return ""
    return f"{at.year}Q{(at.month + 2) // 3}"


def quarter_end(name: str) -> date:
    """Last day of a calendar quarter.

    >>> quarter_end("2025Q3")
    datetime.date(2025, 9, 30)
    """
    year, quarter = (int(x) for x in QUARTER.fullmatch(name).groups())  # type: ignore[union-attr]
    return date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])


def read_quarters(rows: Iterable[Mapping[str, str]]) -> list[Quarter]:
    """Quarters of a table of the reference layout, in order; cumulative rows and rows without a positive revenue are left out."""
    out = []
    for row in rows:
        name = quarter_name(row.get("quarter") or "")
        values = {k: number(v) for k, v in row.items() if k not in ("quarter", "period_end", "confidence", "note")}
        if QUARTER.fullmatch(name) and 0.0 < values.get("revenue", nan) < inf:
            out.append(Quarter(name, quarter_end(name), values))
    return sorted(out, key=lambda q: q.name)


def bridged(run: Sequence[Quarter]) -> list[Quarter]:
    """Quarters with those that nobody reported put between: revenue grown evenly, all else unknown.

    >>> told = [Quarter(n, quarter_end(n), {"revenue": r}) for n, r in (("2025Q3", 100.0), ("2026Q1", 400.0))]
    >>> [(q.name, round(q["revenue"])) for q in bridged(told)]
    [('2025Q3', 100), ('2025Q4', 200), ('2026Q1', 400)]
    """
    out: list[Quarter] = []
    for q in run:
        while out and out[-1].number + 1 < q.number:
            last, number = out[-1], out[-1].number + 1
            name = f"{number // 4}Q{number % 4 + 1}"
            growth = (q["revenue"] / last["revenue"]) ** (1.0 / (q.number - last.number))
            out.append(Quarter(name, quarter_end(name), {"revenue": last["revenue"] * growth}))
        out.append(q)
    return out


def read_guides(rows: Iterable[Mapping[str, str]]) -> list[Guide]:
    """Ranges of a table of the reference layout, oldest first; rows without a day or a number are left out."""
    out = set()
    for row in rows:
        low, high = number(row.get("low")), number(row.get("high"))
        try:
            given = date.fromisoformat((row.get("date_given") or "").strip())
        except ValueError:
            continue
        if isfinite(low) or isfinite(high):
            low = low if isfinite(low) else high
            out.add(Guide(given, quarter_name(row.get("period") or ""), (row.get("metric") or "").strip(), low, high))
    return sorted(out, key=lambda g: (g.given, g.period, g.metric, g.low))


def guided(metric: str, target: Quarter, past: Sequence[Quarter], guides: Sequence[Guide]) -> Guide | None:
    """The newest range for ``target`` given by its last day: its own, or a year's less the year's other quarters.

    >>> q = [Quarter(f"2025Q{i}", quarter_end(f"2025Q{i}"), {"revenue": 1000.0}) for i in (1, 2, 3)]
    >>> year = Guide(date(2025, 11, 10), "2025", "revenue", 4200.0, 4400.0)
    >>> guided("revenue", Quarter("2025Q4", quarter_end("2025Q4")), q, [year]).mid
    1300.0
    """
    known = [g for g in guides if g.metric == metric and g.given <= target.end]
    own = [g for g in known if g.period == target.name]
    if own:
        return own[-1]
    year = [g for g in known if g.period == target.name[:4]]
    others = [q[COLUMN[metric]] for q in past if q.name[:4] == target.name[:4] and q.name < target.name]
    if not year or len(others) != 3 or not all(isfinite(x) for x in others):
        return None
    g = year[-1]
    return Guide(g.given, target.name, metric, g.low - sum(others), g.high - sum(others))


def known_on(day: date, quarters: Sequence[Quarter], guides: Sequence[Guide]) -> tuple[list[Quarter], list[Guide]]:
    """What had been reported and guided by ``day``: a quarter counts from the day its successor was first guided, and at the
    latest 60 days after its end."""
    known = [g for g in guides if g.given <= day]
    told = [q for q in quarters if (day - q.end).days >= 60 or any(g.given > q.end for g in known)]
    return told, known
