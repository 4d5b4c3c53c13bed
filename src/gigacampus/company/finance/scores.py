"""Proper scores of forecasts, and the bands that honest ones stay in."""

from __future__ import annotations

from math import erf, exp, log, pi, sqrt

import numpy as np


def crps_ensemble(x: np.ndarray, y: float, *, fair: bool = False) -> float:
    """Continuous ranked probability score of an ensemble; ``fair`` divides the spread by m(m-1).

    Parameters
    ----------
    x : array
        Members, as ``y``.
    y : float
        What came, any unit.
    fair : bool, optional
        Whether the spread is divided by m (m - 1).

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES : energy form E|X-y| - E|X-X'|/2.

    Examples
    --------
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

    Parameters
    ----------
    z : float
        Standard normal deviate, no unit.

    Returns
    -------
    float
        Probability, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> normal_cdf(0.0)
    0.5
    """
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def crps_normal(*, mu: float, sigma: float, y: float) -> float:
    """Score of a normal forecast.

    Parameters
    ----------
    mu : float
        Mean of the forecast, of the log for a lognormal one, as ``y``.
    sigma : float
        Standard deviation of the forecast, of the log for a lognormal one, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> round(crps_normal(mu=1.5, sigma=0.25, y=1.364676), 6)
    0.086953
    """
    z = (y - mu) / sigma
    density = exp(-0.5 * z * z) / sqrt(2.0 * pi)
    return sigma * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / sqrt(pi))


def interval_score(low: float, high: float, y: float, *, alpha: float = 0.2) -> float:
    """Width of a central interval plus the penalty for missing.

    Parameters
    ----------
    low : float
        Lower end, as ``y``.
    high : float
        Upper end, as ``y``.
    y : float
        What came, any unit.
    alpha : float, optional
        One less the probability that the interval claims, 0 to 1.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> interval_score(1.0, 3.0, 4.0, alpha=0.2)
    12.0
    """
    return (high - low) + 2.0 / alpha * (max(low - y, 0.0) + max(y - high, 0.0))


def binomial_band(n: int, p: float, *, level: float = 0.8) -> tuple[float, float]:
    """Central band of the share of successes in ``n`` trials of probability ``p``.

    Parameters
    ----------
    n : int
        Trials; a number without unit.
    p : float
        Probability of success, 0 to 1.
    level : float, optional
        Probability that the band holds, 0 to 1.

    Returns
    -------
    tuple[float, float]
        Lower and upper share, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
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

    Parameters
    ----------
    low : float
        Lower end, as ``y``.
    high : float
        Upper end, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> round(crps_uniform(low=0.0, high=1.0, y=0.5), 6)
    0.083333
    """
    z = min(max((y - low) / (high - low), 0.0), 1.0)
    outside = max(low - y, y - high, 0.0)
    return (high - low) * (z * z - z + 1.0 / 3.0) + outside


def crps_lognormal(*, mu: float, sigma: float, y: float) -> float:
    """Score of a lognormal forecast, ``mu`` and ``sigma`` of the log.

    Parameters
    ----------
    mu : float
        Mean of the forecast, of the log for a lognormal one, as ``y``.
    sigma : float
        Standard deviation of the forecast, of the log for a lognormal one, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    BL15 : Baran and Lerch 2015.

    Examples
    --------
    >>> round(crps_lognormal(mu=0.0, sigma=1e-9, y=1.5), 6)
    0.5
    """
    z = (log(y) - mu) / sigma if y > 0.0 else -float("inf")
    mean = exp(mu + 0.5 * sigma * sigma)
    return y * (2.0 * normal_cdf(z) - 1.0) - 2.0 * mean * (normal_cdf(z - sigma) + normal_cdf(sigma / sqrt(2.0)) - 1.0)


def crps_exponential(*, rate: float, y: float) -> float:
    """Score of an exponential forecast.

    Parameters
    ----------
    rate : float
        Rate of the exponential distribution, 1/unit of ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> round(crps_exponential(rate=1.0, y=0.0), 6)
    0.5
    """
    return abs(y) - (2.0 / rate) * (1.0 - exp(-rate * max(y, 0.0))) + 1.0 / (2.0 * rate)


def quantile_score(*, forecast: float, y: float, q: float) -> float:
    """Pinball loss of a forecast of quantile ``q``.

    Parameters
    ----------
    forecast : float
        Forecast of the quantile, as ``y``.
    y : float
        What came, any unit.
    q : float
        Quantile that is forecast, 0 to 1.

    Returns
    -------
    float
        Score, unit of ``y``; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> quantile_score(forecast=1.0, y=3.0, q=0.9)
    1.8
    """
    return (q - (1.0 if y < forecast else 0.0)) * (y - forecast)


def brier_score(p: float, outcome: float) -> float:
    """Squared error of a probability.

    Parameters
    ----------
    p : float
        Forecast probability, 0 to 1.
    outcome : float
        What came: 0 or 1, no unit.

    Returns
    -------
    float
        Score, 0 to 1; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> round(brier_score(0.8, 1), 9)
    0.04
    """
    return (p - outcome) ** 2


def log_score_normal(*, mu: float, sigma: float, y: float) -> float:
    """Minus the log density of a normal forecast at the truth.

    Parameters
    ----------
    mu : float
        Mean of the forecast, of the log for a lognormal one, as ``y``.
    sigma : float
        Standard deviation of the forecast, of the log for a lognormal one, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Score, nats; lower is better.

    References
    ----------
    SCORES

    Examples
    --------
    >>> round(log_score_normal(mu=0.0, sigma=1.0, y=0.0), 6)
    0.918939
    """
    return 0.5 * log(2.0 * pi * sigma**2) + 0.5 * ((y - mu) / sigma) ** 2


def pit_normal(*, mu: float, sigma: float, y: float) -> float:
    """Probability that a normal forecast gives to less than what came.

    Parameters
    ----------
    mu : float
        Mean of the forecast, of the log for a lognormal one, as ``y``.
    sigma : float
        Standard deviation of the forecast, of the log for a lognormal one, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Probability, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> pit_normal(mu=1.0, sigma=2.0, y=1.0)
    0.5
    """
    return normal_cdf((y - mu) / sigma)


def pit_ensemble(x: list[float], y: float) -> float:
    """Share of members below what came, ties half.

    Parameters
    ----------
    x : list of float
        Members, as ``y``.
    y : float
        What came, any unit.

    Returns
    -------
    float
        Share, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> pit_ensemble([1, 2, 3], 2)
    0.5
    """
    members = np.asarray(x, dtype=float)
    return float(np.mean(members < y) + 0.5 * np.mean(members == y))
