"""Point queue: what waits where more arrive than pass, exact on cumulative counts."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class QueueResult(NamedTuple):
    """Longest queue, longest wait, time to clear after the last excess arrival, and total delay."""

    max_queue: float
    max_wait_h: float
    clear_after_h: float
    total_delay_h: float


def departures(arrived: np.ndarray, passed: np.ndarray) -> np.ndarray:
    """Cumulative departures from cumulative arrivals and cumulative capacity, sampled at common times.

    D(t) = min over s <= t of A(s) + M(t) - M(s): exact at the samples for arrivals linear between them.

    Parameters
    ----------
    arrived : array
        Cumulative arrivals at the sample times; a number without unit.
    passed : array
        Cumulative capacity at the sample times; a number without unit.

    Returns
    -------
    array
        Cumulative departures, count, shape of ``arrived``.

    Notes
    -----
    Valid for: first in, first out, no storage limit.

    References
    ----------
    NEWELL93, VICKREY69 : Newell 1993; Vickrey 1969.

    Examples
    --------
    >>> departures(np.array([0.0, 10.0, 10.0, 10.0]), np.array([0.0, 4.0, 8.0, 12.0])).tolist()
    [0.0, 4.0, 8.0, 10.0]
    """
    out: np.ndarray = np.minimum.accumulate(arrived - passed) + passed
    return out


def point_queue(times_h: np.ndarray, flow_per_h: np.ndarray, capacity_per_h: float) -> QueueResult:
    """Queue behind a constant capacity for a flow that is constant between ``times_h`` (n + 1 times, n flows).

    Exact: the queue is linear between breakpoints, and the instants at which it empties are added to them. A queue that
    stands at the last time clears at capacity with nobody following.

    Parameters
    ----------
    times_h : array
        Ends of the spans, one more than flows, h.
    flow_per_h : array
        Arrivals in each span, 1/h.
    capacity_per_h : float
        What passes in an hour, 1/h.

    Returns
    -------
    QueueResult
        Longest queue, longest wait (h), time to clear (h) and total delay (h).

    Notes
    -----
    Valid for: one bottleneck, one lane group.

    References
    ----------
    NEWELL82 : cumulative counts, Newell 1982.

    Examples
    --------
    >>> point_queue(np.array([0.0, 1.5, 9.0]), np.array([1870.0, 1020.0]), 1700.0)
    QueueResult(max_queue=255.0, max_wait_h=0.15, clear_after_h=0.375, total_delay_h=239.0625)
    """
    times, flows = _with_emptying(np.asarray(times_h, float), np.asarray(flow_per_h, float), capacity_per_h)
    arrived = np.concatenate([[0.0], np.cumsum(flows * np.diff(times))])
    left = departures(arrived, capacity_per_h * times)
    queue = np.maximum(arrived - left, 0.0)
    tail_h = queue[-1] / capacity_per_h
    area = float(np.sum(0.5 * (queue[1:] + queue[:-1]) * np.diff(times)) + 0.5 * queue[-1] * tail_h)
    growing = np.flatnonzero(flows > capacity_per_h)
    clear = 0.0
    if growing.size:
        end = growing[-1] + 1
        empty = np.flatnonzero(queue[end:] <= 1e-9 * max(queue.max(), 1.0))
        clear = float(times[end + empty[0]] - times[end]) if empty.size else float(times[-1] - times[end] + tail_h)
    return QueueResult(float(queue.max()), float(queue.max() / capacity_per_h), clear, area)


def _with_emptying(times: np.ndarray, flows: np.ndarray, capacity: float) -> tuple[np.ndarray, np.ndarray]:
    """The same profile with a breakpoint added at each instant at which the queue runs empty."""
    queue, out_times, out_flows = 0.0, [times[0]], []
    for start, end, flow in zip(times[:-1], times[1:], flows, strict=True):
        span = end - start
        empties = queue / (capacity - flow) if flow < capacity else math.inf
        if 0.0 < empties < span:
            out_times.append(start + empties)
            out_flows.append(flow)
        queue = max(queue + (flow - capacity) * span, 0.0)
        out_times.append(end)
        out_flows.append(flow)
    return np.array(out_times), np.array(out_flows)


def longest_wait_h(spans_h: np.ndarray, flows_per_h: np.ndarray, capacity_per_h: np.ndarray | float) -> np.ndarray:
    """Longest wait of many profiles over the same spans of constant flow, from an empty queue; flows are (span, ...).

    A queue is longest where a span ends, so that ``point_queue`` gives the same without its other results.

    Parameters
    ----------
    spans_h : array
        Length of each span, h.
    flows_per_h : array
        Arrivals; (span, ...), 1/h.
    capacity_per_h : float or array
        What passes in an hour, one for all or one for each profile, 1/h.

    Returns
    -------
    array
        Longest wait, h, shape without the span axis.

    Notes
    -----
    Valid for: one bottleneck, one lane group.

    References
    ----------
    NEWELL82 : cumulative counts, Newell 1982.

    Examples
    --------
    >>> longest_wait_h(np.array([1.5, 7.5]), np.array([[1870.0, 1700.0], [1020.0, 1020.0]]), 1700.0).tolist()
    [0.15, 0.0]
    """
    queue = longest = np.zeros(flows_per_h.shape[1:])
    for span, flow in zip(spans_h, flows_per_h, strict=True):
        queue = np.maximum(queue + (flow - capacity_per_h) * span, 0.0)
        longest = np.maximum(longest, queue)
    return longest / capacity_per_h


def peak_wait_h(flow_per_h: float, capacity_per_h: float, duration_h: float) -> float:
    """Longest wait behind a rectangular peak: duration x (flow over capacity - 1).

    Parameters
    ----------
    flow_per_h : float
        Arrivals in each span, 1/h.
    capacity_per_h : float
        What passes in an hour, 1/h.
    duration_h : float
        Length of the peak, h.

    Returns
    -------
    float
        Longest wait, h.

    References
    ----------
    NEWELL82

    Examples
    --------
    >>> round(60 * peak_wait_h(1200.0, 900.0, 1.5), 1)
    30.0
    """
    return max(duration_h * (flow_per_h / capacity_per_h - 1.0), 0.0)


def cars_for_wait(wait_h: float, *, background_per_h: float, capacity_per_h: float, window_h: float) -> float:
    """Cars arriving evenly in a window that make the longest wait: the inverse of ``peak_wait_h``.

    Parameters
    ----------
    wait_h : float
        Longest wait, h.
    background_per_h : float
        Other traffic in the same direction, cars/h.
    capacity_per_h : float
        What passes in an hour, 1/h.
    window_h : float
        Time in which cars arrive, h.

    Returns
    -------
    float
        Cars, count.

    References
    ----------
    NEWELL82

    Examples
    --------
    >>> round(cars_for_wait(0.5, background_per_h=620.0, capacity_per_h=900.0, window_h=1.5))
    870
    """
    return max(capacity_per_h * (wait_h / window_h + 1.0) - background_per_h, 0.0) * window_h
