"""What the books say: runway, break-even, escape. Months are indices from the start of the horizon; NaN is 'not
within it'.
"""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.escape import escape_ratio
from gigacampus.units import MONTHS_PER_YEAR

LASTING = 12
"""Months for which the three-month mean must stay positive."""


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


def local_escape(
    revenue: np.ndarray,
    margin: np.ndarray,
    capital: np.ndarray,
    *,
    life_years: np.ndarray | float,
    drift: np.ndarray | float,
    lag_years: np.ndarray | float,
    growth: float = 0.0,
) -> np.ndarray:
    """Escape ratio E by month: trailing-quarter cash margin over the capital that next year's growth needs.

    ``margin`` is cash earned before compute capital, ``capital`` compute in service at cost; (month, draw). Zero where
    there is no revenue or no compute to speak of.
    """
    quarter = _trailing(revenue, 3)
    months = revenue.shape[0]
    ahead = np.minimum(np.arange(months) + MONTHS_PER_YEAR, months - 1)
    span = np.maximum(ahead - np.arange(months), 1)[:, None] / MONTHS_PER_YEAR
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.log(quarter[ahead] / quarter) / span if growth == 0.0 else np.full(revenue.shape, growth)
        if growth == 0.0 and months > 3:
            g[months - 3 :] = g[months - 4]
        ratio = escape_ratio(
            growth=g,
            cash_margin=_trailing(margin, 3) / quarter,
            capital_intensity=capital / (quarter * MONTHS_PER_YEAR),
            replacement=1.0 / np.asarray(life_years),
            drift=drift,
            lag_years=lag_years,
        )
    return np.where(np.isfinite(ratio), ratio, 0.0)


def _trailing(series: np.ndarray, span: int) -> np.ndarray:
    """Mean of the last ``span`` months, of fewer at the start."""
    total = np.cumsum(np.concatenate([np.zeros_like(series[:1]), series]), axis=0)
    first = np.maximum(np.arange(series.shape[0]) + 1 - span, 0)
    return (total[1:] - total[first]) / (np.arange(series.shape[0]) + 1 - first)[:, None]
