"""The form in which a standard defines a concentration: a percentile of the year's daily values, not its highest hour."""

from __future__ import annotations

import math

import numpy as np

DAYS_A_RANK = 50
"""One rank down for each fifty days or part of them: the eighth highest of a year of 365 days."""
LEAST_HOURS_IN_A_DAY = 18
"""A daily mean is the sum of its hours over at least this many, so that a day of few valid hours makes no high mean."""
MONTHS_IN_A_YEAR = 12


def percentile_98(daily: np.ndarray) -> np.ndarray:
    """98th percentile of daily values as the ambient standards rank it: of N days the value of rank N / 50, rounded up.

    Parameters
    ----------
    daily : array
        Daily values of a year (place, day), ug/m3.

    Returns
    -------
    array
        Value that the standard is held against (place,), ug/m3.

    References
    ----------
    CFR50 : appendix S for NO2 (daily highest hours), appendix N for PM2.5 (daily means)

    Examples
    --------
    >>> percentile_98(np.arange(1.0, 366.0)[None, :]).tolist()
    [358.0]
    >>> percentile_98(np.arange(1.0, 51.0)[None, :]).tolist()
    [50.0]
    """
    days = daily.shape[1]
    rank = days - math.ceil(days / DAYS_A_RANK)
    return np.asarray(np.partition(daily, rank, axis=1)[:, rank])


def of_the_year(daily: np.ndarray) -> np.ndarray:
    """98th percentile over the twelve months up to each month, fewer at the start.

    Parameters
    ----------
    daily : array
        Daily values (place, month, day), NaN for days that a month lacks, ug/m3.

    Returns
    -------
    array
        98th percentile of the twelve months up to each (place, month), ug/m3.

    Notes
    -----
    Valid for: one year, which stands for the three that a standard takes the mean of.

    References
    ----------
    CFR50 : appendices N and S

    Examples
    --------
    >>> of_the_year(np.stack([np.full((1, 30), 7.0), np.full((1, 30), 2.0)], axis=1)).tolist()
    [[7.0, 7.0]]
    """
    out = np.zeros(daily.shape[:2])
    if out.size == 0:
        return out
    for month in range(daily.shape[1]):
        window = daily[:, max(month + 1 - MONTHS_IN_A_YEAR, 0) : month + 1].reshape(daily.shape[0], -1)
        out[:, month] = percentile_98(window[:, ~np.isnan(window[0])])
    return out


def daily_highest(hourly: np.ndarray) -> np.ndarray:
    """Highest hour of each day.

    Parameters
    ----------
    hourly : array
        Hourly values (..., hour) from midnight on, ug/m3.

    Returns
    -------
    array
        Highest of each day (..., day), ug/m3.

    References
    ----------
    DEF

    Examples
    --------
    >>> daily_highest(np.arange(48.0)).tolist()
    [23.0, 47.0]
    """
    return np.asarray(hourly.reshape(*hourly.shape[:-1], -1, 24).max(axis=-1))


def daily_means(hourly: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Mean of each day over its valid hours, at least eighteen of them: (..., hour), (hour,) -> (..., day).

    Parameters
    ----------
    hourly : array
        Hourly values (..., hour) from midnight on, zero in hours that are not valid, ug/m3.
    valid : array
        Whether a plume can be computed in the hour (hour,); calm hours cannot.

    Returns
    -------
    array
        Daily means (..., day), ug/m3.

    References
    ----------
    AERMOD : treatment of calm hours in 24-hour means

    Examples
    --------
    >>> daily_means(np.r_[np.full(12, 3.0), np.zeros(12)], np.arange(24) < 12).tolist()
    [2.0]
    """
    hours = np.maximum(valid.reshape(-1, 24).sum(axis=1), LEAST_HOURS_IN_A_DAY)
    return np.asarray(hourly.reshape(*hourly.shape[:-1], -1, 24).sum(axis=-1) / hours)
