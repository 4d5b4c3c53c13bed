"""Traffic stage: people and trucks on site by month, and the longest wait at shift change."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR, SECONDS_PER_MINUTE
from gigacampus.neighbours.traffic.queue import longest_wait_h


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Workers, trucks a day and peak delay of each campus on the planned path, shape (campus, month)."""
    at = inputs.at
    shape = (len(at.campus), at.months.count)
    out = {name: np.zeros(shape) for name in ("workers_on_site", "trucks_per_day", "peak_delay_min")}
    for index, key in enumerate(at.campus):
        phase = up["planned_phase"][index].astype(int)
        installed = up["it_installed_mw"][index, phase, np.arange(phase.size)]
        rows = campus_trips(inputs.tree.campuses[key].traffic, installed)
        for name, row in zip(out, rows, strict=True):
            out[name][index] = row
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


def campus_trips(traffic: Any, installed_mw: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Workers on site, trucks a day and longest wait in minutes from installed IT power by month."""
    built = under_construction_mw(installed_mw, traffic.construction_months)
    builders = built * traffic.construction_workers_per_mw_year * MONTHS_PER_YEAR
    permanent = installed_mw * traffic.permanent_workers_per_mw
    trucks = built * traffic.trucks_per_mw_built / traffic.work_days_per_month
    arriving = traffic.largest_shift_frac * builders + traffic.day_shift_frac * permanent
    return builders + permanent, trucks, peak_delay_min(traffic, arriving, trucks)


def peak_delay_min(traffic: Any, arriving_people: np.ndarray, trucks_per_day: np.ndarray) -> np.ndarray:
    """Longest wait by month at the narrowest element when the largest shift arrives evenly, over other traffic and trucks; NaN where these
    alone fill the road, so that the queue never clears and no wait can be given."""
    window_h = max(traffic.arrival_window_min / SECONDS_PER_MINUTE, 1.0 / SECONDS_PER_MINUTE)
    trucks_per_h = traffic.road_share_frac * trucks_per_day / traffic.trucks_hours_per_day
    base = traffic.background_pcu_per_h + trucks_per_h * traffic.pcu_per_truck
    cars_per_h = traffic.road_share_frac * arriving_people / traffic.people_per_car / window_h
    peak = longest_wait_h(np.array([window_h]), (base + cars_per_h)[None], traffic.capacity_pcu_per_h) * SECONDS_PER_MINUTE
    return np.where(base >= traffic.capacity_pcu_per_h, np.nan, peak)
