"""A review desk event by event: classes that go first, items that expire, and how long each waits."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Worked:
    """What each item met, in the order of arrival."""

    wait: np.ndarray
    """Time until it was taken up, or until it expired."""
    expired: np.ndarray


def worked(arrival: np.ndarray, rank: np.ndarray, *, service_rate: float, servers: int, seed: int, abandon_rate: float = 0.0) -> Worked:
    """Items served by rank (0 first), then by arrival, nobody interrupted; times in the unit of the rates.

    ``arrival`` (item,) rises. Service is exponential; so is patience where ``abandon_rate`` is above 0.
    """
    random, count = np.random.default_rng(seed), len(arrival)
    service = random.exponential(1.0 / service_rate, count).tolist()
    patience = random.exponential(1.0 / abandon_rate, count) if abandon_rate > 0.0 else np.full(count, np.inf)
    gone = (arrival + patience).tolist()
    wait, expired = np.zeros(count), np.zeros(count, bool)
    busy: list[float] = []
    queue: list[tuple[int, float, int]] = []

    def free_until(now: float) -> None:
        while busy and busy[0] <= now:
            end = heapq.heappop(busy)
            while queue:
                _, came, item = heapq.heappop(queue)
                if gone[item] < end:
                    wait[item], expired[item] = gone[item] - came, True
                    continue
                wait[item] = end - came
                heapq.heappush(busy, end + service[item])
                break

    for item, (now, place) in enumerate(zip(arrival.tolist(), rank.tolist(), strict=True)):
        free_until(now)
        if len(busy) < servers:
            heapq.heappush(busy, now + service[item])
        else:
            heapq.heappush(queue, (place, now, item))
    free_until(np.inf)
    return Worked(wait, expired)


def arrivals(rates: list[float], *, until: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Poisson arrivals of several classes up to a time, and the class of each."""
    random = np.random.default_rng(seed)
    count = random.poisson(sum(rates) * until)
    share = np.array(rates) / sum(rates)
    return np.sort(random.random(count) * until), random.choice(len(rates), count, p=share)


def mean_and_error(values: np.ndarray, *, batches: int = 40) -> tuple[float, float]:
    """Mean of values that hang together, and its standard error by the means of batches."""
    means = np.array([part.mean() for part in np.array_split(values, batches)])
    return float(values.mean()), float(means.std(ddof=1) / np.sqrt(batches))
