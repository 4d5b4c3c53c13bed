"""How fast topics fade: arrivals of each hashtag in time bins, and the half-life of what follows its peak."""

from __future__ import annotations

import math
from array import array

import numpy as np

BINS = 512
"""Time bins of a topic; when it outlives them, two become one."""
FIRST_BIN_S = 1.0
TOPICS = 20_000
"""Topics that are followed at once; when there are more, the rarest are dropped."""
LEAST_POSTS = 200
"""Posts after its peak from which a topic's half-life is told."""
FEW = 64
"""Posts of a topic up to which their times are kept: most topics have no more, and bins would take four times the memory."""
HALVINGS = 60
"""Halvings of the interval in which a rate of decay is sought, by which it is known to the last digit."""
PEAK_POSTS = 50
"""Posts that a bin holds, on average, when the peak is sought: finer bins are joined."""


class Topic:
    """Arrivals of one hashtag: the first ones by their time, from ``FEW`` on in bins."""

    __slots__ = ("counts", "first_s", "start_s", "total", "width_s")

    def __init__(self, start_s: float) -> None:
        self.start_s, self.width_s, self.total = start_s, FIRST_BIN_S, 0
        self.first_s = array("d")
        self.counts: np.ndarray | None = None

    def add(self, time_s: float) -> None:
        """Count a post; one older than the first is counted with it."""
        self.total += 1
        if self.counts is not None:
            self._bin(self.counts, time_s)
            return
        self.first_s.append(time_s)
        if self.total == FEW:
            counts = self.counts = np.zeros(BINS, np.int32)
            for earlier_s in self.first_s:
                self._bin(counts, earlier_s)
            self.first_s = array("d")

    def _bin(self, counts: np.ndarray, time_s: float) -> None:
        while time_s - self.start_s >= BINS * self.width_s:
            counts[: BINS // 2] = counts.reshape(-1, 2).sum(axis=1)
            counts[BINS // 2 :] = 0
            self.width_s *= 2.0
        counts[max(int((time_s - self.start_s) / self.width_s), 0)] += 1


class Topics:
    """Arrivals by hashtag, in bounded memory."""

    def __init__(self) -> None:
        self.held: dict[str, Topic] = {}

    def add(self, name: str, time_s: float) -> None:
        topic = self.held.get(name)
        if topic is None:
            if len(self.held) >= TOPICS:
                common = sorted(self.held, key=lambda key: -self.held[key].total)[: TOPICS // 2]
                self.held = {key: self.held[key] for key in common}
            topic = self.held[name] = Topic(time_s)
        topic.add(time_s)

    def half_lives_h(self) -> np.ndarray:
        """Half-life of every topic that has posts enough after its peak, h."""
        binned = ((topic.counts, topic.width_s) for topic in self.held.values() if topic.counts is not None)
        found = [half_life_s(counts, width_s) for counts, width_s in binned]
        return np.array([x / 3600.0 for x in found if x is not None])


def half_life_s(counts: np.ndarray, width_s: float) -> float | None:
    """Half-life of an exponential decay after the busiest time, by maximum likelihood of arrivals cut off at the last one.

    Parameters
    ----------
    counts : array
        Arrivals in bins of one width, (bin,).
    width_s : float
        Width of a bin, s.

    Returns
    -------
    float or None
        Half-life, s; None where fewer than ``LEAST_POSTS`` posts follow the peak, or where they do not fade.

    Notes
    -----
    Ages t of arrivals seen up to T have the mean 1/a - T/(exp(aT) - 1); that is solved for the rate a of decay.

    References
    ----------
    DEF

    Examples
    --------
    >>> counts = np.round(1000 * 0.5 ** (np.arange(64) / 8.0))
    >>> round(half_life_s(counts, 60.0) / 60.0, 1)
    8.0
    """
    last = int(np.flatnonzero(counts)[-1]) + 1
    joined = max(1, math.ceil(PEAK_POSTS * last / counts.sum()))
    coarse = np.add.reduceat(counts[:last], np.arange(0, last, joined))
    peak = int(coarse.argmax()) * joined
    after = counts[peak:last]
    total, span = float(after.sum()), len(after) * width_s
    if total < LEAST_POSTS or len(after) < 4:
        return None
    mean = float((after * (np.arange(len(after)) + 0.5)).sum()) * width_s / total
    if mean >= 0.49 * span:
        return None

    def excess(rate: float) -> float:
        return 1.0 / rate - span / math.expm1(min(rate * span, 700.0)) - mean

    low, high = 1e-6 / span, 20.0 / mean
    for _ in range(HALVINGS):
        rate = 0.5 * (low + high)
        low, high = (rate, high) if excess(rate) > 0.0 else (low, rate)
    return math.log(2.0) / rate
