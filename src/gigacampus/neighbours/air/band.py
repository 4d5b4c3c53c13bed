"""How sure a modelled concentration is: the spread that the plume itself adds to that of its inputs."""

from __future__ import annotations

import math

import numpy as np

SPREAD_OF_MEANS = 1.3
SPREAD_OF_HIGHEST_HOURS = 1.6
"""Geometric standard deviations. Source: field evaluations of plume models (Hanna et al. 2001, half of paired values
within a factor of two; long means within 30 %), assumed as one lognormal."""
NORMAL_90 = 1.2815515594457
DOWNWASH_FACTOR = 2.0
"""Top of the bracket for building wakes within about 500 m, which the plume does not know. Beside a 65 m stack in a published
case a building lifts means 1.6 to 2.4 times there and highest hours 3.3 to 18 times (see the air cases): the bracket is too narrow."""
DOWNWASH_REACH_M = 500.0


def band_10_90(
    low: np.ndarray, middle: np.ndarray, high: np.ndarray, *, highest_hour: bool, distance_m: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the band about a modelled increment: what its inputs spread and the plume's own error, added as squares of logs.

    ``low``, ``middle`` and ``high`` (ug/m3) are the 10, 50 and 90 % quantiles over the inputs alone; within
    ``DOWNWASH_REACH_M`` of the stacks the top takes the bracket for building wakes too. Where the middle is zero the band
    is that of the inputs.

    Parameters
    ----------
    low : array
        10 % quantile over the inputs alone, ug/m3.
    middle : array
        Median over the inputs alone, ug/m3.
    high : array
        90 % quantile over the inputs alone, ug/m3.
    highest_hour : bool
        Whether the value is a highest hour and not a long mean.
    distance_m : float or array
        Distance, m.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Lower and upper end, ug/m3, shape of the arguments together.

    References
    ----------
    HANNA01

    Examples
    --------
    >>> low, high = band_10_90(1.0, 1.0, 1.0, highest_hour=False, distance_m=1500.0)
    >>> float(low.round(2)), float(high.round(2))
    (0.71, 1.4)
    >>> float(band_10_90(1.0, 1.0, 1.0, highest_hour=True, distance_m=300.0)[1].round(2))
    3.65
    """
    low, middle, high = (np.asarray(x, dtype=float) for x in (low, middle, high))
    own = NORMAL_90 * math.log(SPREAD_OF_HIGHEST_HOURS if highest_hour else SPREAD_OF_MEANS)
    wake = np.where(np.asarray(distance_m) < DOWNWASH_REACH_M, DOWNWASH_FACTOR, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        down = middle * np.exp(-np.hypot(np.log(middle / low), own))
        up = middle * np.exp(np.hypot(np.log(high / middle), own)) * wake
    return np.where(middle > 0.0, down, low), np.where(middle > 0.0, up, high)
