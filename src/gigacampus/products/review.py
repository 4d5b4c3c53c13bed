"""From rates of reports to backlog, time to take-down and share after the clock, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.types import Numeric
from gigacampus.products import queues

HOURS_PER_WEEK = 168.0


@dataclass(frozen=True)
class ReviewMonths:
    """Results of the review desk; each (month,)."""

    backlog_items: np.ndarray
    wait_h: np.ndarray
    late_frac: np.ndarray
    worked_frac: np.ndarray


def review_months(arrivals_per_h: np.ndarray, review: Any, *, clock_h: float, hours: np.ndarray, staff_frac: Numeric = 1.0) -> ReviewMonths:
    """State of the desk in each month: the steady queue of the month on top of what earlier months left behind.

    ``staff_frac`` is the share of the reviewers who are still there; of a desk with people one stays.
    Valid for: arrivals even over the month; with patience the items that expire are never worked.
    """
    rate = review.items_per_hour * review.occupancy_max_frac
    months = len(arrivals_per_h)
    first = int(review.reviewers * review.hours_per_week / HOURS_PER_WEEK)
    staff = np.broadcast_to(np.asarray(staff_frac, float), months)
    servers = np.maximum((review.reviewers * staff * review.hours_per_week / HOURS_PER_WEEK).astype(int), 1)
    if first == 0:
        none = np.zeros(months)
        waiting = np.cumsum(arrivals_per_h * hours)
        return ReviewMonths(waiting, np.full(months, np.inf), (arrivals_per_h > 0).astype(float), none)
    slack_h = clock_h - review.action_h
    if review.patience_h > 0:
        return _with_patience(arrivals_per_h, rate, servers, review.patience_h, slack_h)
    return _worked_out(arrivals_per_h, rate, servers, slack_h, hours)


def _with_patience(arrivals: np.ndarray, rate: float, servers: np.ndarray, patience_h: float, slack_h: float) -> ReviewMonths:
    rows = []
    for arrive, count in zip(arrivals, servers.tolist(), strict=True):
        if arrive <= 0:
            rows.append((0.0, 0.0, 0.0, 1.0))
            continue
        r = queues.erlang_a(float(arrive), service_rate=rate, abandon_rate=1.0 / patience_h, servers=count)
        wait, gone = r["mean_wait_all"], r["probability_abandon"]
        mean_if_waiting = wait / max(r["probability_wait"], 1e-300)
        slow = r["probability_wait"] * np.exp(-max(slack_h, 0.0) / max(mean_if_waiting, 1e-300))
        rows.append((r["mean_queue"], wait, min(gone + (1.0 - gone) * slow, 1.0), 1.0 - gone))
    return ReviewMonths(*(np.array(column) for column in zip(*rows, strict=True)))


def _worked_out(arrivals: np.ndarray, rate: float, servers: np.ndarray, slack_h: float, hours: np.ndarray) -> ReviewMonths:
    capacity = servers * rate
    left = queues.fluid_backlog(arrivals, capacity_per_h=capacity, hours=hours)
    before = np.concatenate([[0.0], left[:-1]])
    first, last = before / capacity, left / capacity
    waits, tails, steady = np.zeros(len(arrivals)), np.zeros(len(arrivals)), np.zeros(len(arrivals))
    for i, (arrive, count) in enumerate(zip(arrivals, servers.tolist(), strict=True)):
        if 0 < arrive < capacity[i]:
            waits[i] = queues.erlang_c_wait(float(arrive), service_rate=rate, servers=count)
            tails[i] = queues.erlang_c_tail(float(arrive), service_rate=rate, servers=count, wait=slack_h)
            steady[i] = arrive * waits[i]
    over = share_above(first, last, slack_h)
    late = np.where(arrivals > 0, np.maximum(over, tails), 0.0)
    return ReviewMonths(left + steady, 0.5 * (first + last) + waits, late, np.ones(len(arrivals)))


def share_above(first: Numeric, last: Numeric, level: float) -> np.ndarray:
    """Share of a span in which a straight line from ``first`` to ``last`` lies above ``level``.

    >>> share_above(np.array([0.0, 10.0]), np.array([96.0, 20.0]), 48.0).tolist()
    [0.5, 0.0]
    """
    low, high = np.minimum(first, last), np.maximum(first, last)
    span = np.where(high > low, high - low, 1.0)
    return np.where(high > low, np.clip((high - level) / span, 0.0, 1.0), (high > level).astype(float))
