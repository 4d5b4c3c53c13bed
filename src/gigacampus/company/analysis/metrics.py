"""What the books say: runway, break-even, escape. Months are indices from the start of the horizon; NaN is 'not
within it'.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gigacampus.company.finance.escape import escape_growth, escape_ratio, levered_margin
from gigacampus.foundation.units import MONTHS_PER_YEAR

LASTING = 12
"""Months for which the three-month mean must stay positive."""
NEED_MONTHS = 24
"""Months that a required raise must last."""
LARGEST_RATIO = 100.0
"""Escape ratios beyond this, of either sign, are held at it: the capital that growth asks for goes through zero when a company shrinks."""


def first_true(flags: np.ndarray) -> np.ndarray:
    """First month of each draw at which ``flags[month, draw]`` holds; NaN if none.

    >>> first_true(np.array([[False, False], [True, False]])).tolist()
    [1.0, nan]
    """
    return np.where(flags.any(axis=0), flags.argmax(axis=0).astype(float), np.nan)


def lasting_positive(series: np.ndarray, *, after: int = 0) -> np.ndarray:
    """First month from which the trailing three-month mean stays positive for a year; a fluke month does not count.

    ``series`` (month, draw). A month too close to the end to be judged does not count either.

    >>> lasting_positive(np.array([[-1.0]] * 3 + [[1.0]] * 20)).tolist()
    [4.0]
    """
    total = np.cumsum(np.concatenate([np.zeros_like(series[:1]), series]), axis=0)
    months = series.shape[0]
    mean = np.full(series.shape, -1.0)
    mean[2:] = (total[3:] - total[:-3]) / 3.0
    run = np.cumsum(np.concatenate([np.zeros_like(series[:1]), mean > 0.0]), axis=0)
    held = np.zeros(series.shape, dtype=bool)
    if months >= LASTING:
        held[: months - LASTING + 1] = (run[LASTING:] - run[:-LASTING]) >= LASTING
    held[:after] = False
    return first_true(held)


def runway(cash: np.ndarray, *, floor: np.ndarray | float, arrears: np.ndarray, after: int) -> np.ndarray:
    """First month after ``after`` with cash below the floor (but for rounding), or with bills unpaid; series (month, draw)."""
    short = (cash < np.asarray(floor) * (1.0 - 1e-9)) | (arrears > 0.0)
    short[: after + 1] = False
    return first_true(short)


def path_escape(
    cash: np.ndarray, outside: np.ndarray, *, floor: np.ndarray | float, after: int, breach: np.ndarray | None = None
) -> np.ndarray:
    """Earliest month after which the same plan needs no new outside capital: cash less all later raises stays above
    the floor, and no covenant is in breach.

    ``outside`` is new equity and debt of each month, (month, draw). The last year of the horizon is too short to judge.

    >>> cash = np.array([[5.0], [4.0], [9.0], [8.0]] + [[8.0]] * 12)
    >>> outside = np.array([[0.0], [0.0], [5.0], [0.0]] + [[0.0]] * 12)
    >>> path_escape(cash, outside, floor=0.0, after=0).tolist()
    [1.0]
    """
    raised = np.cumsum(outside, axis=0)
    own = np.minimum.accumulate((cash - raised)[::-1], axis=0)[::-1]
    fine = own + raised >= floor
    if breach is not None:
        fine &= ~np.logical_or.accumulate(breach[::-1] > 0.0, axis=0)[::-1]
    fine[: after + 1] = False
    fine[max(cash.shape[0] - LASTING, 0) :] = False
    return first_true(fine)


def outside_needed(cash: np.ndarray, outside: np.ndarray, *, floor: np.ndarray | float, after: int) -> np.ndarray:
    """USD of outside money without which the same plan would fall below the floor in the two years after a month; (draw).

    ``cash`` is less unpaid bills, ``outside`` the new equity and debt of each month, (month, draw).

    >>> cash = np.array([[5.0], [1.0], [4.0], [3.0]])
    >>> outside = np.array([[0.0], [0.0], [6.0], [0.0]])
    >>> outside_needed(cash, outside, floor=1.0, after=0).tolist()
    [4.0]
    """
    window = slice(after + 1, after + 1 + NEED_MONTHS)
    if not cash[window].size:
        return np.zeros(cash.shape[1])
    raised = np.cumsum(outside[window], axis=0)
    out: np.ndarray = np.maximum((floor - (cash[window] - raised)).max(axis=0), 0.0)
    return out


def brought_in(free_cash: np.ndarray, interest_income: np.ndarray) -> np.ndarray:
    """Cash that the last year brings in by its business: free cash less interest on cash held, which is old money's; months first.

    >>> brought_in(np.array([[5.0, 5.0]] * 12), np.array([[1.0, 6.0]] * 12))
    array([ 48., -12.])
    """
    out: np.ndarray = (free_cash[-LASTING:] - interest_income[-LASTING:]).sum(axis=0)
    return out


def escape_or_outlast(month: np.ndarray, brought_in_usd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Months of path escape and of outlasting, of which a future has at most one; ``month`` as :func:`path_escape` gives it.

    Who needs no outside capital escapes only if the last year brings in cash (:func:`brought_in`). Who still drains what was raised
    before, or lives on its interest, merely outlasts the horizon.

    >>> escape_or_outlast(np.array([3.0, 3.0]), np.array([12.0, -12.0]))
    (array([ 3., nan]), array([nan,  3.]))
    """
    earns = brought_in_usd > 0.0
    return np.where(earns, month, np.nan), np.where(earns, np.nan, month)


@dataclass(frozen=True)
class EscapeTerms:
    """What the escape equation asks of the books; (month, draw), NaN where there is no revenue or no compute to speak of."""

    growth: np.ndarray
    """Log growth of revenue over the next year."""
    cash_margin: np.ndarray
    """Cash earned before compute capital, of the trailing quarter, per dollar of revenue."""
    capital_intensity: np.ndarray
    """Compute in service at cost per dollar of yearly revenue."""


def escape_terms(revenue: np.ndarray, margin: np.ndarray, capital: np.ndarray, *, growth: float = 0.0) -> EscapeTerms:
    """Terms from series by (month, draw); ``growth`` is a plan, 0 asks for what the run itself shows."""
    quarter = _trailing(revenue, 3)
    months = revenue.shape[0]
    ahead = np.minimum(np.arange(months) + MONTHS_PER_YEAR, months - 1)
    span = np.maximum(ahead - np.arange(months), 1)[:, None] / MONTHS_PER_YEAR
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.log(quarter[ahead] / quarter) / span if growth == 0.0 else np.full(revenue.shape, growth)
        if growth == 0.0 and months > 3:
            g[months - 3 :] = g[months - 4]
        terms = EscapeTerms(g, _trailing(margin, 3) / quarter, capital / (quarter * MONTHS_PER_YEAR))
    known = np.isfinite(terms.growth) & np.isfinite(terms.cash_margin) & (terms.capital_intensity > 0.0)
    return EscapeTerms(*(np.where(known, value, np.nan) for value in vars(terms).values()))


def local_escape(
    terms: EscapeTerms, *, life_years: np.ndarray | float, drift: np.ndarray | float, lag_years: np.ndarray | float
) -> np.ndarray:
    """Escape ratio E by month: cash margin over the capital that next year's growth needs; zero where the terms are unknown.

    A company that shrinks faster than its machines wear out needs no capital at all: it escapes if its margin is positive, and not
    otherwise, whatever the sign of the quotient.
    """
    replacement = 1.0 / np.asarray(life_years)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = escape_ratio(
            growth=terms.growth,
            cash_margin=terms.cash_margin,
            capital_intensity=terms.capital_intensity,
            replacement=replacement,
            drift=drift,
            lag_years=lag_years,
        )
        ratio = np.where(terms.growth + replacement + drift > 0.0, ratio, np.sign(terms.cash_margin) * np.inf)
    out: np.ndarray = np.nan_to_num(np.clip(ratio, -LARGEST_RATIO, LARGEST_RATIO))
    return out


def paid_growth(
    terms: EscapeTerms, *, life_years: np.ndarray | float, drift: np.ndarray | float, lag_years: np.ndarray | float
) -> np.ndarray:
    """Yearly log growth that the margin pays for, g* by month; NaN where there is no margin to pay with."""
    paid = escape_growth(
        cash_margin=terms.cash_margin,
        capital_intensity=terms.capital_intensity,
        replacement=1.0 / np.asarray(life_years),
        drift=drift,
        lag_years=lag_years,
    )
    return np.where(terms.cash_margin > 0.0, paid, np.nan)


def levered(terms: EscapeTerms, *, debt: np.ndarray, interest: np.ndarray, capital: np.ndarray) -> EscapeTerms:
    """The same terms when compute goes on carrying as much debt as now: growth brings new debt, and interest goes out.

    ``debt``, a month's ``interest`` and compute ``capital`` at cost; debt beyond the whole cost of compute counts for nothing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nan_to_num(np.clip(debt / capital, 0.0, 1.0))
        rate = np.nan_to_num(np.where(debt > 0.0, interest * MONTHS_PER_YEAR / debt, 0.0))
    return replace(
        terms,
        cash_margin=levered_margin(
            terms.cash_margin, debt_per_capital=share, growth=terms.growth, interest=rate, capital_intensity=terms.capital_intensity
        ),
    )


def lasting_escape(ratio: np.ndarray, *, after: int) -> np.ndarray:
    """First month after ``after`` from which the ratio stays at one or above for a year.

    >>> lasting_escape(np.array([[0.5]] * 3 + [[1.1]] * 12), after=0).tolist()
    [3.0]
    """
    months = ratio.shape[0]
    run = np.cumsum(np.concatenate([np.zeros_like(ratio[:1]), ratio >= 1.0]), axis=0)
    held = np.zeros(ratio.shape, dtype=bool)
    if months >= LASTING:
        held[: months - LASTING + 1] = run[LASTING:] - run[:-LASTING] >= LASTING
    held[: after + 1] = False
    return first_true(held)


def _trailing(series: np.ndarray, span: int) -> np.ndarray:
    """Mean of the last ``span`` months, of fewer at the start."""
    total = np.cumsum(np.concatenate([np.zeros_like(series[:1]), series]), axis=0)
    first = np.maximum(np.arange(series.shape[0]) + 1 - span, 0)
    out: np.ndarray = (total[1:] - total[first]) / (np.arange(series.shape[0]) + 1 - first)[:, None]
    return out
