"""A listed company's year as of a day: the year's revenue and capital spending forecast from what that day knew."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite, log, nan, sqrt

import numpy as np

from gigacampus.company.finance.pools import log_pool, members
from gigacampus.validation.listed_backtest import STATED, corrected, rolling, stated
from gigacampus.validation.listed_power import guessed_mw, slipped_year
from gigacampus.validation.listed_reports import COLUMN, Guide, Quarter, known_on, quarter_end

FREEDOM = 4.0


@dataclass(frozen=True)
class YearAhead:
    """One metric of one year seen from a day; USD million."""

    day: date
    metric: str
    low: float
    median: float
    high: float
    theirs: Guide
    """The company's own range on that day."""
    later: Guide | None
    """Its last range for the same year, where that was given later."""
    truth: float
    """NaN where the year is not reported in full."""


def days(guides: Sequence[Guide]) -> list[date]:
    """Ends of the months in which the company gave a range of its revenue or capital spending for the year.

    >>> [str(d) for d in days([Guide(date(2025, month, 14), period, "capex", 1.0, 2.0) for month, period in ((5, "2025"), (6, "2025Q2"))])]
    ['2025-05-31']
    """
    given = {g.given for g in guides if g.metric in ("revenue", "capex") and g.period == str(g.given.year)}
    return sorted({date(d.year, d.month, monthrange(d.year, d.month)[1]) for d in given})


def replay(day: date, quarters: Sequence[Quarter], guides: Sequence[Guide]) -> list[YearAhead]:
    """Revenue and capital spending of the year of ``day``, where the company had guided the year by then."""
    told, known = known_on(day, quarters, guides)
    out = []
    for metric, make in (("revenue", _revenue), ("capex", _capex)):
        own = [g for g in known if g.metric == metric and g.period == str(day.year)]
        if not own or not told:
            continue
        ensemble = make(day, told, known, own[-1])
        newest = [g for g in guides if g.metric == metric and g.period == str(day.year)][-1]
        year = [q[COLUMN[metric]] for q in quarters if q.name.startswith(str(day.year))]
        truth = sum(year) if len(year) == 4 else nan
        low, mid, high = (float(x) for x in np.percentile(ensemble, [10, 50, 90]))
        out.append(YearAhead(day, metric, low, mid, high, own[-1], newest if newest.given > day else None, truth))
    return out


def _revenue(day: date, told: list[Quarter], known: list[Guide], own: Guide) -> np.ndarray:
    """Quarters of the year still to come, each from the medians of those before; their errors are taken as one."""
    path, total, spread = list(told), 0.0, 0.0
    done = sum(q["revenue"] for q in told if q.name.startswith(str(day.year)))
    records: dict[str, list[float]] = {}
    for f in rolling(told, known):
        if f.line == "revenue":
            for name, (mean, _) in f.experts.items():
                records.setdefault(name, []).append(log(f.truth) - mean)
    for number in range(1, 5):
        name = f"{day.year}Q{number}"
        if name <= told[-1].name:
            continue
        target = Quarter(name, quarter_end(name))
        mw = guessed_mw(target, path, known)
        said = stated("revenue", target, path, known, mw)
        mean, scale = log_pool(corrected(said, records))
        ahead = len(path) - len(told) + 1
        total, spread = total + np.exp(mean), spread + np.exp(mean) * scale * sqrt(ahead)
        path.append(Quarter(name, target.end, {"revenue": float(np.exp(mean)), "active_power_mw": mw}))
    return done + total + spread * members(0.0, 1.0, FREEDOM)


def _capex(day: date, told: list[Quarter], known: list[Guide], own: Guide) -> np.ndarray:
    """What is spent, the last quarter's rate, and what the slip of tracked campuses leaves of the rest that was promised."""
    known_spending = [q for q in told if isfinite(q[COLUMN["capex"]])]
    spent = [q[COLUMN["capex"]] for q in known_spending if q.name.startswith(str(day.year))]
    left = (date(day.year, 12, 31) - told[-1].end).days
    rate = known_spending[-1][COLUMN["capex"]] if known_spending else 0.0
    year = slipped_year(sum(spent), rate, own.mid, float(left))
    return year * np.exp(STATED * np.random.default_rng(left).standard_normal(year.size))
