"""Traffic stage: people and trucks on site by month, waits at shift change, their chance on a day, and crashes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months as CalendarMonths
from gigacampus.foundation.units import MONTHS_PER_YEAR, SECONDS_PER_MINUTE
from gigacampus.neighbours.traffic.choice import capacity_for_wait, crash_ratio, settled_wait_h
from gigacampus.neighbours.traffic.queue import longest_wait_h

NAMES = (
    "workers_on_site",
    "trucks_per_day",
    "peak_delay_min",
    "peak_delay_settled_min",
    "peak_delay_leaving_min",
    "delay_30_min_frac",
    "crash_ratio",
)
NAMED_WAIT_H = 0.5
"""The wait that residents name, whose chance on a day is given."""


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Workers, trucks a day, waits and crashes of each campus on the planned path, shape (campus, month)."""
    at = inputs.at
    out = {name: np.zeros((len(at.campus), at.months.count)) for name in NAMES}
    for index, key in enumerate(at.campus):
        phase = up["planned_phase"][index].astype(int)
        installed = up["it_installed_mw"][index, phase, np.arange(phase.size)]
        traffic = inputs.tree.campuses[key].traffic
        rows = campus_trips(traffic, installed, capacity_by_month(traffic, at.months))
        for name, row in zip(NAMES, rows, strict=True):
            out[name][index] = row
    return out


def capacity_by_month(traffic: Any, months: CalendarMonths) -> np.ndarray:
    """Capacity of the narrowest element in each month, pcu/h: the lowest of its days, works and added lanes counted; (month,)."""
    out = np.full(months.count, float(traffic.capacity_pcu_per_h))
    works = list(traffic.road_works.values())
    if not works:
        return out
    first = [date.fromisoformat(f"{label}-01") for label in CalendarMonths(months.start, months.count + 1).labels()]
    for month, (start, end) in enumerate(pairwise(first)):
        days = (start + timedelta(days=k) for k in range((end - start).days))
        holding = ([w for w in works if w.starts_on <= day and (w.ends_on is None or day <= w.ends_on)] for day in days)
        out[month] = min(found[-1].capacity_pcu_per_h if found else float(traffic.capacity_pcu_per_h) for found in holding)
    return out


def under_construction_mw(installed_mw: np.ndarray, months_of_work: float) -> np.ndarray:
    """MW worked on in each month: every increment is spread evenly over the months before it is installed.

    What stands in the first month was built before, and what comes after the last month is not seen, so that the
    last ``months_of_work`` months are a lower bound.

    >>> under_construction_mw(np.array([0.0, 0.0, 30.0, 30.0]), 2.0).tolist()
    [15.0, 15.0, 0.0, 0.0]
    """
    added = np.maximum(np.diff(installed_mw, prepend=installed_mw[0]), 0.0)
    span = max(round(months_of_work), 1)
    out = np.zeros_like(added)
    for month in np.flatnonzero(added):
        out[max(month - span, 0) : month] += added[month] / span
    return out


def campus_trips(traffic: Any, installed_mw: np.ndarray, capacity_pcu_per_h: np.ndarray) -> tuple[np.ndarray, ...]:
    """Workers on site, trucks a day, three waits in minutes, chance of the named wait and crash ratio by month."""
    built = under_construction_mw(installed_mw, traffic.construction_months)
    builders = built * traffic.construction_workers_per_mw_year * MONTHS_PER_YEAR
    permanent = installed_mw * traffic.permanent_workers_per_mw
    trucks = built * traffic.trucks_per_mw_built / traffic.work_days_per_month
    arriving = traffic.largest_shift_frac * builders + traffic.day_shift_frac * permanent
    waits = waits_min(traffic, arriving, trucks, capacity_pcu_per_h)
    per_day = 2.0 * traffic.road_share_frac * (vehicles(traffic, builders + permanent, bus=1.0) + trucks)
    crashes = crash_ratio(traffic.background_pcu_per_h / traffic.peak_share_of_day_frac, per_day)
    return builders + permanent, trucks, *waits, crashes


def vehicles(traffic: Any, people: np.ndarray, *, bus: float) -> np.ndarray:
    """Cars and buses that bring people, a bus counted as ``bus`` vehicles."""
    by_bus: float = traffic.bus_share_frac
    return people * ((1.0 - by_bus) / float(traffic.people_per_car) + by_bus * bus / float(traffic.people_per_bus))


def waits_min(
    traffic: Any, arriving_people: np.ndarray, trucks_per_day: np.ndarray, capacity_pcu_per_h: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Longest waits by month at the narrowest element over other traffic and trucks, and the chance on a day of the named wait.

    When the largest shift arrives evenly in its window; once drivers have chosen their times, which makes no wait longer; and when the
    shift leaves. NaN where other traffic and trucks alone fill the road, so that the queue never clears and no wait can be given: there
    the named wait is certain. The chance takes the arrivals as even, for nobody knows the capacity of the day before.
    """
    trucks_per_h = traffic.road_share_frac * trucks_per_day / traffic.trucks_hours_per_day
    base = traffic.background_pcu_per_h + trucks_per_h * traffic.pcu_per_truck
    cars = traffic.road_share_frac * vehicles(traffic, arriving_people, bus=traffic.pcu_per_truck)
    full, capacity = base >= capacity_pcu_per_h, capacity_pcu_per_h
    windows = [max(w / SECONDS_PER_MINUTE, 1.0 / SECONDS_PER_MINUTE) for w in (traffic.arrival_window_min, traffic.leaving_window_min)]
    coming, leaving = (longest_wait_h(np.array([w]), (base + cars / w)[None], capacity) for w in windows)
    ratios = {"early_cost_ratio": traffic.early_cost_ratio, "late_cost_ratio": traffic.late_cost_ratio}
    settled = np.minimum(coming, settled_wait_h(cars, capacity, other_per_h=base, **ratios))
    enough = capacity_for_wait(NAMED_WAIT_H, arrivals_per_h=base + cars / windows[0], window_h=windows[0])
    sigmas = np.log(np.maximum(enough, 1e-300) / capacity) / traffic.capacity_day_sigma
    chance = np.array([NormalDist().cdf(float(z)) for z in sigmas])
    never = [np.where(full, np.nan, wait * SECONDS_PER_MINUTE) for wait in (coming, settled, leaving)]
    return never[0], never[1], never[2], np.where(full, 1.0, chance)
