"""Requests of a trace played against a pool of replicas: waiting, time to first token, time per token."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Played:
    """What each request met, in the order of arrival."""

    wait_s: np.ndarray
    in_flight: np.ndarray
    """Requests at work when it started, itself among them."""
    service_s: np.ndarray
    end_s: np.ndarray


def first_come_first_served(arrival_s: np.ndarray, service_s: Callable[[int, int], float], *, slots: int) -> Played:
    """Every request starts in the order of arrival as soon as one of ``slots`` is free.

    Parameters
    ----------
    arrival_s : array
        Arrivals in rising order, shape (request,), s.
    service_s : callable
        Time of a request at work, s, from its position and the requests then in flight, itself among them.
    slots : int
        Requests that are served at a time; a number without unit.

    Returns
    -------
    Played
        Waiting, requests in flight, time at work and end of each request.

    Notes
    -----
    Valid for: a load that a request meets when it starts, kept until its end.

    References
    ----------
    KW55 : recursion of Kiefer and Wolfowitz over the times at which slots become free.

    Examples
    --------
    >>> played = first_come_first_served(np.array([0.0, 1.0, 2.0]), lambda request, busy: 3.0, slots=2)
    >>> played.wait_s.tolist(), played.end_s.tolist()
    ([0.0, 0.0, 1.0], [3.0, 4.0, 6.0])
    """
    ends: list[float] = []
    count = len(arrival_s)
    wait, busy, work, end = (np.zeros(count) for _ in range(4))
    for k, arrival in enumerate(arrival_s.tolist()):
        while ends and ends[0] <= arrival:
            heapq.heappop(ends)
        start = arrival if len(ends) < slots else heapq.heappop(ends)
        now = len(ends) + 1
        took = service_s(k, now)
        heapq.heappush(ends, start + took)
        wait[k], busy[k], work[k], end[k] = start - arrival, now, took, start + took
    return Played(wait, busy, work, end)
