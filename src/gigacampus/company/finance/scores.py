"""Proper scores of forecasts and rank dependence of a Gaussian copula."""

from __future__ import annotations

from math import asin, erf, exp, pi, sqrt

import numpy as np


def crps_ensemble(x: np.ndarray, y: float, *, fair: bool = False) -> float:
    """Continuous ranked probability score of an ensemble; ``fair`` divides the spread by m(m-1).

    Source: energy form E|X-y| - E|X-X'|/2.

    >>> round(crps_ensemble([1, 2, 3], 2), 6), crps_ensemble([1, 2, 3], 2, fair=True)
    (0.222222, 0.0)
    """
    x = np.sort(np.asarray(x, dtype=float))
    m = x.size
    spread = 2.0 * float(np.sum((2 * np.arange(1, m + 1) - m - 1) * x))
    pairs = m * (m - 1) if fair else m * m
    return float(np.mean(np.abs(x - y))) - (0.5 * spread / pairs if pairs else 0.0)


def normal_cdf(z: float) -> float:
    """Standard normal distribution function.

    >>> normal_cdf(0.0)
    0.5
    """
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def crps_normal(*, mu: float, sigma: float, y: float) -> float:
    """Score of a normal forecast.

    >>> round(crps_normal(mu=1.5, sigma=0.25, y=1.364676), 6)
    0.086953
    """
    z = (y - mu) / sigma
    density = exp(-0.5 * z * z) / sqrt(2.0 * pi)
    return sigma * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / sqrt(pi))


def interval_score(low: float, high: float, y: float, *, alpha: float = 0.2) -> float:
    """Width of a central interval plus the penalty for missing.

    >>> interval_score(1.0, 3.0, 4.0, alpha=0.2)
    12.0
    """
    return (high - low) + 2.0 / alpha * (max(low - y, 0.0) + max(y - high, 0.0))


def kendall_of_gaussian_copula(rho: float) -> float:
    """Kendall's tau of a Gaussian copula.

    >>> round(kendall_of_gaussian_copula(0.5), 12)
    0.333333333333
    """
    return 2.0 / pi * asin(rho)


def spearman_of_gaussian_copula(rho: float) -> float:
    """Spearman's rank correlation of a Gaussian copula.

    >>> round(spearman_of_gaussian_copula(0.5), 6)
    0.482584
    """
    return 6.0 / pi * asin(rho / 2.0)


def binomial_band(n: int, p: float, *, level: float = 0.8) -> tuple[float, float]:
    """Central band of the share of successes in ``n`` trials of probability ``p``.

    >>> binomial_band(10, 0.8)
    (0.6, 1.0)
    """
    mass = np.array([1.0])
    for _ in range(n):
        mass = np.convolve(mass, [1.0 - p, p])
    cumulative = np.cumsum(mass)
    tail = (1.0 - level) / 2.0
    low = int(np.searchsorted(cumulative, tail))
    high = int(np.searchsorted(cumulative, 1.0 - tail))
    return low / n, min(high, n) / n
