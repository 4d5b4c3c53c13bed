"""Control delay at signals and travel time on links."""

from __future__ import annotations

import numpy as np


def uniform_delay_s(cycle_s: np.ndarray, green_s: np.ndarray, saturation: np.ndarray) -> np.ndarray:
    """Delay from the red alone, arrivals even; ``saturation`` is volume over capacity.

    Parameters
    ----------
    cycle_s : array
        Length of the signal's cycle, s.
    green_s : array
        Green time in the cycle, s.
    saturation : array
        Volume over capacity, no unit.

    Returns
    -------
    array
        Delay, s, shape of the arguments together.

    Notes
    -----
    Valid for: fixed time, one lane group.

    References
    ----------
    HCM6 : HCM 6th edition, chapter 19 (d1, progression factor 1).

    Examples
    --------
    >>> round(float(uniform_delay_s(np.array(120.0), np.array(60.0), np.array(0.95))), 5)
    28.57143
    """
    share = green_s / cycle_s
    out: np.ndarray = 0.5 * cycle_s * (1.0 - share) ** 2 / (1.0 - np.minimum(saturation, 1.0) * share)
    return out


def incremental_delay_s(saturation: np.ndarray, capacity_per_h: np.ndarray, period_h: np.ndarray) -> np.ndarray:
    """Delay from random arrivals and from overflow within the period.

    Parameters
    ----------
    saturation : array
        Volume over capacity, no unit.
    capacity_per_h : array
        What passes in an hour, 1/h.
    period_h : array
        Length of the analysis period, h.

    Returns
    -------
    array
        Delay, s, shape of the arguments together.

    Notes
    -----
    Valid for: saturation to about 1.3.

    References
    ----------
    HCM6 : HCM 6th edition, chapter 19 (d2 with k = 0.5, I = 1, no initial queue).

    Examples
    --------
    >>> round(float(incremental_delay_s(np.array(0.95), np.array(950.0), np.array(0.25))), 5)
    19.35331
    """
    excess = saturation - 1.0
    out: np.ndarray = 900.0 * period_h * (excess + np.sqrt(excess**2 + 4.0 * saturation / (capacity_per_h * period_h)))
    return out


def control_delay_s(
    cycle_s: np.ndarray, green_s: np.ndarray, saturation: np.ndarray, capacity_per_h: np.ndarray, period_h: np.ndarray
) -> np.ndarray:
    """Uniform and incremental delay together.

    Parameters
    ----------
    cycle_s : array
        Length of the signal's cycle, s.
    green_s : array
        Green time in the cycle, s.
    saturation : array
        Volume over capacity, no unit.
    capacity_per_h : array
        What passes in an hour, 1/h.
    period_h : array
        Length of the analysis period, h.

    Returns
    -------
    array
        Delay, s, shape of the arguments together.

    References
    ----------
    HCM6

    Examples
    --------
    >>> round(float(control_delay_s(np.array(120.0), np.array(60.0), np.array(0.95), np.array(950.0), np.array(0.25))), 2)
    47.92
    """
    out: np.ndarray = uniform_delay_s(cycle_s, green_s, saturation) + incremental_delay_s(saturation, capacity_per_h, period_h)
    return out
