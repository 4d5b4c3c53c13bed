"""Several forecasts of one number made into one: each with its own record of errors, pooled by precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

PRIOR_COUNT = 2.0
"""Errors that a forecaster's stated spread is worth before it has a record; assumed."""
MEMBERS = 2000
"""Evenly spaced quantiles that stand for a pooled forecast."""


def spread(stated: float, errors: Sequence[float]) -> tuple[float, float]:
    """Standard deviation and degrees of freedom of a forecaster's next error, its record added to what it states.

    Parameters
    ----------
    stated : float
        Standard deviation that the forecaster states, no unit.
    errors : sequence of float
        Past errors, forecast less truth in logs, no unit.

    Returns
    -------
    tuple[float, float]
        Standard deviation and degrees of freedom.

    References
    ----------
    DEF : scaled inverse chi-squared prior of the variance of a normal error.

    Examples
    --------
    >>> spread(0.05, []), round(spread(0.05, [0.1])[0], 4)
    ((0.05, 2.0), 0.0707)
    """
    n = PRIOR_COUNT + len(errors)
    return sqrt((PRIOR_COUNT * stated**2 + sum(e * e for e in errors)) / n), n


def log_pool(experts: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Mean and standard deviation of the pool of ``(mean, standard deviation)`` by name.

    Parameters
    ----------
    experts : Mapping[str, tuple[float, float]]
        Name -> (mean, standard deviation) of each forecast, as the forecasts.

    Returns
    -------
    tuple[float, float]
        Mean and standard deviation, in the unit of the forecasts.

    References
    ----------
    GZ86 : logarithmic opinion pool of normal forecasts at equal weights (Genest and Zidek 1986): the mean is weighted
        by precision, and agreement among forecasters that look at the same past does not narrow the band.

    Examples
    --------
    >>> log_pool({"a": (0.0, 1.0), "b": (3.0, 1.0)})
    (1.5, 1.0)
    """
    precision = {name: 1.0 / s**2 for name, (_, s) in experts.items()}
    total = sum(precision.values())
    return sum(p * experts[name][0] for name, p in precision.items()) / total, sqrt(len(experts) / total)


def members(mean: float, scale: float, freedom: float, count: int = MEMBERS) -> np.ndarray:
    """Quantiles of a Student t forecast at the middles of ``count`` equal steps of probability.

    Parameters
    ----------
    mean : float
        Centre of the forecast, any unit.
    scale : float
        Scale of the forecast, as ``mean``.
    freedom : float
        Degrees of freedom, no unit.
    count : int, optional
        Quantiles wanted; a number without unit.

    Returns
    -------
    array
        Quantiles, unit of ``mean``, shape (count,).

    References
    ----------
    DEF

    Examples
    --------
    >>> float(np.median(members(1.0, 0.1, 4.0)).round(9))
    1.0
    """
    from scipy.special import stdtrit

    out: np.ndarray = mean + scale * stdtrit(freedom, (np.arange(count) + 0.5) / count)
    return out


def habit(errors: Sequence[float]) -> float:
    """Mean error shrunk towards none by one imagined error of zero: what a forecaster's past says to add.

    Parameters
    ----------
    errors : sequence of float
        Past errors, forecast less truth in logs, no unit.

    Returns
    -------
    float
        Correction, in the unit of the errors.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(habit([0.12, 0.06]), 3)
    0.06
    """
    return sum(errors) / (len(errors) + 1.0)
