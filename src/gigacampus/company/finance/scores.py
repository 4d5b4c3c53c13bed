"""Proper scores of forecasts, and the bands that honest ones stay in."""

from __future__ import annotations

from math import erf, exp, log, pi, sqrt

import numpy as np


def crps_ensemble(x: np.ndarray, y: float, *, fair: bool = False) -> float:
    """Continuous ranked probability score of an ensemble; ``fair`` divides the spread by m(m-1).

    Source: energy form E|X-y| - E|X-X'|/2.

    >>> round(crps_ensemble([1, 2, 3], 2), 6), crps_ensemble([1, 2, 3], 2, fair=True)
    (0.222222, 0.0)
    """
    x = np.sort(np.atleast_1d(np.asarray(x, dtype=float)))
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


def crps_uniform(*, low: float, high: float, y: float) -> float:
    """Score of a forecast even between ``low`` and ``high``.

    >>> round(crps_uniform(low=0.0, high=1.0, y=0.5), 6)
    0.083333
    """
    z = min(max((y - low) / (high - low), 0.0), 1.0)
    outside = max(low - y, y - high, 0.0)
    return (high - low) * (z * z - z + 1.0 / 3.0) + outside


def crps_lognormal(*, mu: float, sigma: float, y: float) -> float:
    """Score of a lognormal forecast, ``mu`` and ``sigma`` of the log.

    Source: Baran and Lerch 2015.

    >>> round(crps_lognormal(mu=0.0, sigma=1e-9, y=1.5), 6)
    0.5
    """
    z = (log(y) - mu) / sigma if y > 0.0 else -float("inf")
    mean = exp(mu + 0.5 * sigma * sigma)
    return y * (2.0 * normal_cdf(z) - 1.0) - 2.0 * mean * (normal_cdf(z - sigma) + normal_cdf(sigma / sqrt(2.0)) - 1.0)


def crps_exponential(*, rate: float, y: float) -> float:
    """Score of an exponential forecast.

    >>> round(crps_exponential(rate=1.0, y=0.0), 6)
    0.5
    """
    return abs(y) - (2.0 / rate) * (1.0 - exp(-rate * max(y, 0.0))) + 1.0 / (2.0 * rate)


def quantile_score(*, forecast: float, y: float, q: float) -> float:
    """Pinball loss of a forecast of quantile ``q``.

    >>> quantile_score(forecast=1.0, y=3.0, q=0.9)
    1.8
    """
    return (q - (1.0 if y < forecast else 0.0)) * (y - forecast)


def brier_score(p: float, outcome: float) -> float:
    """Squared error of a probability.

    >>> round(brier_score(0.8, 1), 9)
    0.04
    """
    return (p - outcome) ** 2


def log_score_normal(*, mu: float, sigma: float, y: float) -> float:
    """Minus the log density of a normal forecast at the truth.

    >>> round(log_score_normal(mu=0.0, sigma=1.0, y=0.0), 6)
    0.918939
    """
    return 0.5 * log(2.0 * pi * sigma**2) + 0.5 * ((y - mu) / sigma) ** 2


def pit_normal(*, mu: float, sigma: float, y: float) -> float:
    """Probability that a normal forecast gives to less than what came.

    >>> pit_normal(mu=1.0, sigma=2.0, y=1.0)
    0.5
    """
    return normal_cdf((y - mu) / sigma)


def pit_ensemble(x: list[float], y: float) -> float:
    """Share of members below what came, ties half.

    >>> pit_ensemble([1, 2, 3], 2)
    0.5
    """
    members = np.asarray(x, dtype=float)
    return float(np.mean(members < y) + 0.5 * np.mean(members == y))
