"""Demand by date: users, vehicles, robots and agents to prompts and tokens."""

from __future__ import annotations

from datetime import date

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.types import Numeric
from gigacampus.foundation.units import HOURS_PER_DAY, MONTHS_PER_YEAR, SECONDS_PER_HOUR


def years_since(months: Months, day: date | None) -> np.ndarray:
    """Years from ``day`` (or the start) to the middle of each month; shape (month,).

    Parameters
    ----------
    months : Months
        Months of the horizon.
    day : date
        Day; empty for the start of the horizon.

    Returns
    -------
    array
        Years, shape (month,).

    References
    ----------
    DEF

    Examples
    --------
    >>> years_since(Months(date(2026, 1, 1), 2), None).round(3).tolist()
    [0.042, 0.125]
    """
    origin = 0.0 if day is None else months.position(day)
    return (np.arange(months.count) + 0.5 - origin) / MONTHS_PER_YEAR


def active_frac(months: Months, day: date | None) -> np.ndarray:
    """Share of each month after ``day``: 0 before, 1 after, part of the month of the start.

    Parameters
    ----------
    months : Months
        Months of the horizon.
    day : date
        Day; empty for the start of the horizon.

    Returns
    -------
    array
        Share of each month, 0 to 1, shape (month,).

    References
    ----------
    DEF

    Examples
    --------
    >>> active_frac(Months(date(2025, 11, 1), 3), date(2025, 12, 16)).round(2).tolist()
    [0.0, 0.52, 1.0]
    """
    if day is None:
        return np.ones(months.count)
    out: np.ndarray = np.clip(np.arange(months.count) + 1.0 - months.position(day), 0.0, 1.0)
    return out


def logistic(start: float, *, ceiling: float, growth_per_year: float, years: Numeric) -> np.ndarray:
    """Logistic growth: ``growth_per_year`` far below the ceiling, none at it.

    Parameters
    ----------
    start : float
        Value at the start, any unit.
    ceiling : float
        Level that is never passed, as ``start``.
    growth_per_year : float
        Yearly growth; 0.5 is 50 %, 1/year.
    years : float or array
        Years, years.

    Returns
    -------
    array
        Level, unit of ``start``, shape of ``years``.

    References
    ----------
    VERHULST38 : Verhulst 1838.

    Examples
    --------
    >>> logistic(1.0, ceiling=1e9, growth_per_year=1.0, years=np.array([0.0, 1.0])).round(6).tolist()
    [1.0, 2.0]
    """
    if start <= 0:
        return np.zeros(np.shape(years))
    spread = max(ceiling / start - 1.0, 0.0)
    out: np.ndarray = ceiling / (1.0 + spread * np.exp(-np.log1p(growth_per_year) * np.asarray(years)))
    return out


def compound(start: float, *, growth_per_year: float, years: Numeric) -> np.ndarray:
    """Compound growth.

    Parameters
    ----------
    start : float
        Value at the start, any unit.
    growth_per_year : float
        Yearly growth; 0.5 is 50 %, 1/year.
    years : float or array
        Years, years.

    Returns
    -------
    array
        Level, unit of ``start``, shape of ``years``.

    References
    ----------
    DEF

    Examples
    --------
    >>> compound(100.0, growth_per_year=0.5, years=np.array([0.0, 2.0])).tolist()
    [100.0, 225.0]
    """
    out: np.ndarray = start * np.power(max(1.0 + growth_per_year, 0.0), np.asarray(years, float))
    return out


def robot_tokens_per_hour(
    *, escalations_per_hour: float, tokens_per_escalation: float, planner_in_cloud_frac: float, planner_hz: float, action_tokens: float
) -> float:
    """Output tokens that one working robot asks of the cloud in an hour.

    Parameters
    ----------
    escalations_per_hour : float
        Questions that one working robot asks of the cloud, 1/h.
    tokens_per_escalation : float
        Output tokens of one answer, tokens.
    planner_in_cloud_frac : float
        Share of robots whose planner runs in the cloud, 0 to 1.
    planner_hz : float
        Plans of a robot, Hz.
    action_tokens : float
        Output tokens of one plan, tokens.

    Returns
    -------
    float
        Output tokens, tokens/h.

    References
    ----------
    DEF

    Examples
    --------
    >>> robot_tokens_per_hour(escalations_per_hour=20, tokens_per_escalation=200, planner_in_cloud_frac=0.0,
    ...                       planner_hz=8, action_tokens=8)
    4000.0
    """
    planner = planner_in_cloud_frac * planner_hz * action_tokens * SECONDS_PER_HOUR
    return planner + escalations_per_hour * tokens_per_escalation


def robot_tokens_per_day(robots: Numeric, *, duty_frac: float, tokens_per_hour: float) -> np.ndarray:
    """Output tokens a day of a fleet.

    Parameters
    ----------
    robots : float or array
        Robots in the field; a number without unit.
    duty_frac : float
        Share of the day in which a robot works, 0 to 1.
    tokens_per_hour : float
        Output tokens that one working robot asks for, tokens/h.

    Returns
    -------
    array
        Output tokens, tokens/day, shape of ``robots``.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(robot_tokens_per_day(1e6, duty_frac=0.5, tokens_per_hour=20 * 2200.0))
    528000000000.0
    """
    return np.asarray(robots, float) * duty_frac * HOURS_PER_DAY * tokens_per_hour


def day_profile(peak_over_mean: float, *, peak_h: float, steps: int) -> np.ndarray:
    """Demand of each step of a day over the day's mean: one smooth peak, never below zero, mean one.

    The shape is a circular normal curve, ``exp(k cos(angle from the peak))`` over its mean, with ``k`` such that its top is
    ``peak_over_mean``.

    Parameters
    ----------
    peak_over_mean : float
        Highest demand over the mean, 1 or more; a number without unit.
    peak_h : float
        Hour of the day of the peak, h.
    steps : int
        Steps of the day; a number without unit.

    Returns
    -------
    array
        Demand over the mean, 1, shape (steps,).

    Notes
    -----
    Valid for: one peak a day. The width follows from the height.

    References
    ----------
    DEF : density of the circular normal (von Mises) distribution.

    Examples
    --------
    >>> shape = day_profile(2.0, peak_h=20.0, steps=1440)
    >>> round(float(shape.mean()), 12), round(float(shape.max()), 3), int(shape.argmax()) // 60
    (1.0, 2.0, 19)
    """
    hours = (np.arange(steps) + 0.5) * HOURS_PER_DAY / steps
    wave = np.cos(2.0 * np.pi * (hours - peak_h) / HOURS_PER_DAY) - 1.0
    low, high = 0.0, 1.0
    while high < 1e6 and 1.0 / np.exp(high * wave).mean() < peak_over_mean:
        high *= 2.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if 1.0 / np.exp(middle * wave).mean() < peak_over_mean:
            low = middle
        else:
            high = middle
    shape = np.exp(0.5 * (low + high) * wave)
    out: np.ndarray = shape / shape.mean()
    return out
