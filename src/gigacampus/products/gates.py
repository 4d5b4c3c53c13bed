"""Gates in series: what slips through, what is blocked by mistake, and what an outside observer sees of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

COMMON_FACTOR = np.linspace(-9.0, 9.0, 1801)
"""Points of the common factor over which the copula is integrated."""
NO_CORRELATION = 1e-12
EDGE_STEPS = 8.0 * np.linspace(-1.0, 1.0, 201)
"""Further points around each gate's edge, in standard deviations of what is its own."""


def all_miss_frac(recalls: Sequence[float], *, correlation: float) -> float:
    """Probability that every gate misses, with a one-factor Gaussian copula between the misses.

    Parameters
    ----------
    recalls : sequence of float
        Share of violations that each gate catches, 0 to 1.
    correlation : float
        Correlation of what the gates miss, 0 to 1.

    Returns
    -------
    float
        Probability, 0 to 1.

    References
    ----------
    VASICEK87 : Vasicek 1987 one-factor form. Correlation 0 gives the product of the misses, 1 the smallest of them.

    Examples
    --------
    >>> round(all_miss_frac([0.84, 0.5], correlation=0.0), 12)
    0.08
    >>> round(all_miss_frac([0.84, 0.5], correlation=1.0), 12)
    0.16
    """
    misses = 1.0 - np.asarray(recalls, float)
    if misses.size == 0:
        return 1.0
    if correlation < NO_CORRELATION or misses.min() <= 0.0:
        return float(np.prod(misses))
    if correlation >= 1.0:
        return float(misses.min())
    edge, own = ndtri(misses) / np.sqrt(correlation), np.sqrt((1.0 - correlation) / correlation)
    steps = (edge[:, None] + own * EDGE_STEPS).ravel()
    common = np.unique(np.concatenate([COMMON_FACTOR, steps[np.abs(steps) < COMMON_FACTOR[-1]]]))
    below = np.prod(ndtr((edge[:, None] - common) / own), axis=0)
    return min(float(np.trapezoid(below * np.exp(-0.5 * common**2), common) / np.sqrt(2.0 * np.pi)), float(misses.min()))


def false_block_frac(false_positives: Sequence[float]) -> float:
    """Share of harmless outputs that at least one gate blocks, gates independent.

    Parameters
    ----------
    false_positives : sequence of float
        Share of harmless outputs that each gate blocks, 0 to 1.

    Returns
    -------
    float
        Share, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(false_block_frac([0.01, 0.02]), 6)
    0.0298
    """
    return float(1.0 - np.prod(1.0 - np.asarray(false_positives, float)))


def observed_per_min(true_per_min: float, *, visibility_frac: float, sampling_frac: float, definition_factor: float) -> float:
    """Rate that an outside observer counts.

    Parameters
    ----------
    true_per_min : float
        True rate, 1/min.
    visibility_frac : float
        Share of violating outputs in the place that is looked at, 0 to 1.
    sampling_frac : float
        Share of the place that is looked at, 0 to 1.
    definition_factor : float
        What the observer counts over what the truth counts, no unit.

    Returns
    -------
    float
        Rate, 1/min.

    References
    ----------
    DEF

    Examples
    --------
    >>> observed_per_min(171.0, visibility_frac=0.65, sampling_frac=1.0, definition_factor=1.0)
    111.15
    """
    return true_per_min * visibility_frac * sampling_frac * definition_factor


def exact_interval_frac(count: int, sample: int, *, coverage_frac: float = 0.95) -> tuple[float, float]:
    """Exact binomial interval of a share.

    Parameters
    ----------
    count : int
        Successes seen; a number without unit.
    sample : int
        Trials; a number without unit.
    coverage_frac : float, optional
        Probability that the interval holds the truth, 0 to 1.

    Returns
    -------
    tuple[float, float]
        Lower and upper end, 0 to 1.

    References
    ----------
    CP34 : Clopper and Pearson 1934.

    Examples
    --------
    >>> low, high = exact_interval_frac(101, 20_000)
    >>> round(100 * low, 2), round(100 * high, 2)
    (0.41, 0.61)
    """
    tail = (1.0 - coverage_frac) / 2.0
    low = float(betaincinv(count, sample - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, sample - count, 1.0 - tail)) if count < sample else 1.0
    return low, high
