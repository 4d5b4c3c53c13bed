"""A watch over a share that is sampled item by item: Bernoulli CUSUM, its run lengths, and the interval of an auditor's sample."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import solve_banded
from scipy.special import betaincinv

MOST_STEPS = 60
"""Largest alarm level that is tried, in violating items over the allowance for harmless ones."""


def cusum_spacing(allowed_frac: float, *, alarm_frac: float) -> int:
    """Harmless items that weigh as much as one violating one in a Bernoulli CUSUM.

    Parameters
    ----------
    allowed_frac : float
        Share of violating items that may stand, 0 to 1.
    alarm_frac : float
        Larger share that must be found soon, 0 to 1.

    Returns
    -------
    int
        Items, count; the inverse of the reference value, rounded as the authors do.

    References
    ----------
    RS99 : section 3, reference value r1/r2.

    Examples
    --------
    >>> cusum_spacing(0.002, alarm_frac=0.01)
    201
    """
    less = -math.log((1.0 - alarm_frac) / (1.0 - allowed_frac))
    more = math.log(alarm_frac * (1.0 - allowed_frac) / (allowed_frac * (1.0 - alarm_frac)))
    return max(round(more / less), 2)


def cusum_run_length(violating_frac: float, *, spacing: int, level: int) -> float:
    """Mean number of items until a Bernoulli CUSUM gives alarm, from its Markov chain.

    Parameters
    ----------
    violating_frac : float
        Share of violating items, 0 to 1.
    spacing : int
        What one violating item adds, and one more; each harmless one takes 1; a number without unit.
    level : int
        Sum from which the alarm is given, at least 1; a number without unit.

    Returns
    -------
    float
        Items to the alarm, count.

    Notes
    -----
    Valid for: items that violate independently of one another. The chain is exact: the sum moves on whole numbers.

    References
    ----------
    RS99 : appendix, Markov chain of the sum.

    Examples
    --------
    >>> round(cusum_run_length(0.5, spacing=2, level=1), 9)
    2.0
    """
    if violating_frac <= 0.0:
        return math.inf
    up = spacing - 1
    above = min(up, level - 1)
    bands = np.zeros((above + 2, level))
    bands[above] = 1.0
    bands[above, 0] = violating_frac
    bands[above + 1, :-1] = violating_frac - 1.0
    if level > up:
        bands[0, up:] -= violating_frac
    return float(solve_banded((1, above), bands, np.ones(level))[0])


def cusum_level(allowed_frac: float, *, spacing: int, false_alarm_items: float) -> int:
    """Smallest alarm level at which false alarms are as rare as stated.

    Parameters
    ----------
    allowed_frac : float
        Share of violating items that may stand, 0 to 1.
    spacing : int
        What one violating item adds, and one more; a number without unit.
    false_alarm_items : float
        Items between two false alarms, at least, count.

    Returns
    -------
    int
        Level of the sum; a number without unit.

    Raises
    ------
    ValueError
        Where no level is high enough: the two shares are too close for so rare an alarm.

    References
    ----------
    RS99

    Examples
    --------
    >>> level = cusum_level(0.002, spacing=201, false_alarm_items=1e5)
    >>> bool(cusum_run_length(0.002, spacing=201, level=level) >= 1e5 > cusum_run_length(0.002, spacing=201, level=level - 1))
    True
    """
    low, high = 0, spacing
    while cusum_run_length(allowed_frac, spacing=spacing, level=high) < false_alarm_items:
        low, high = high, high + spacing
        if high > spacing * MOST_STEPS:
            raise ValueError("the two shares are too close for so rare a false alarm")
    while high - low > 1:
        middle = (low + high) // 2
        if cusum_run_length(allowed_frac, spacing=spacing, level=middle) >= false_alarm_items:
            high = middle
        else:
            low = middle
    return high


def cusum_runs(violating_frac: float, *, spacing: int, level: int, runs: int, seed: int) -> np.ndarray:
    """Items until the alarm in independent simulated runs, from the gaps between violating items.

    Parameters
    ----------
    violating_frac : float
        Share of violating items, 0 to 1.
    spacing : int
        What one violating item adds, and one more; a number without unit.
    level : int
        Sum from which the alarm is given; a number without unit.
    runs : int
        Runs; a number without unit.
    seed : int
        Seed of the random numbers; a number without unit.

    Returns
    -------
    array
        Items to the alarm, count, shape (run,).

    References
    ----------
    RS99

    Examples
    --------
    >>> cusum_runs(1.0, spacing=3, level=4, runs=2, seed=1).tolist()
    [2, 2]
    """
    random = np.random.default_rng(seed)
    items, total, out = np.zeros(runs, np.int64), np.zeros(runs, np.int64), np.zeros(runs, np.int64)
    at_work = np.arange(runs)
    while at_work.size:
        gap = random.geometric(violating_frac, at_work.size)
        items[at_work] += gap
        total[at_work] = np.maximum(total[at_work] - (gap - 1), 0) + spacing - 1
        done = total[at_work] >= level
        out[at_work[done]] = items[at_work[done]]
        at_work = at_work[~done]
    return out


def jeffreys_interval_frac(count: np.ndarray, sample: float, *, coverage_frac: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a share whose coverage is right on average, where the exact one is too wide.

    Parameters
    ----------
    count : array
        Violating items in each sample; a number without unit.
    sample : float
        Items of a sample; a number without unit.
    coverage_frac : float, optional
        Probability that the interval holds the truth, 0 to 1.

    Returns
    -------
    tuple[array, array]
        Lower and upper ends, 0 to 1, shape of ``count``.

    References
    ----------
    BCD01 : Jeffreys interval; the lower end is 0 for a count of 0 and the upper 1 for a full count.

    Examples
    --------
    >>> low, high = jeffreys_interval_frac(np.array([101]), 20_000)
    >>> round(100 * float(low[0]), 2), round(100 * float(high[0]), 2)
    (0.41, 0.61)
    """
    counts, tail = np.asarray(count, float), (1.0 - coverage_frac) / 2.0
    low = np.where(counts > 0, betaincinv(counts + 0.5, sample - counts + 0.5, tail), 0.0)
    high = np.where(counts < sample, betaincinv(counts + 0.5, sample - counts + 0.5, 1.0 - tail), 1.0)
    return low, high
