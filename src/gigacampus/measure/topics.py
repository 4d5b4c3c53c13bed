"""How fast topics fade: arrivals of each hashtag in time bins, and the half-life of what follows its peak."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

BINS = 512
"""Time bins of a topic; when it outlives them, two become one."""
FIRST_BIN_S = 1.0
TOPICS = 20_000
"""Topics that are followed at once; when there are more, the rarest are dropped."""
LEAST_POSTS = 200
"""Posts after its peak from which a topic's half-life is told."""
PEAK_POSTS = 50
"""Posts that a bin holds, on average, when the peak is sought: finer bins are joined."""


class Topic:
    """Arrivals of one hashtag."""

    __slots__ = ("counts", "start_s", "width_s")

    def __init__(self, start_s: float) -> None:
        self.start_s, self.width_s = start_s, FIRST_BIN_S
        self.counts = np.zeros(BINS, np.int64)

    def add(self, time_s: float) -> None:
        """Count a post; one older than the first is counted with it."""
        while time_s - self.start_s >= BINS * self.width_s:
            self.counts = np.concatenate([self.counts.reshape(-1, 2).sum(axis=1), np.zeros(BINS // 2, np.int64)])
            self.width_s *= 2.0
        self.counts[max(int((time_s - self.start_s) / self.width_s), 0)] += 1


class Topics:
    """Arrivals by hashtag, in bounded memory."""

    def __init__(self) -> None:
        self.held: dict[str, Topic] = {}

    def add(self, name: str, time_s: float) -> None:
        topic = self.held.get(name)
        if topic is None:
            if len(self.held) >= TOPICS:
                common = sorted(self.held, key=lambda key: -int(self.held[key].counts.sum()))[: TOPICS // 2]
                self.held = {key: self.held[key] for key in common}
            topic = self.held[name] = Topic(time_s)
        topic.add(time_s)

    def half_lives_h(self) -> np.ndarray:
        """Half-life of every topic that has posts enough after its peak, h."""
        found = [half_life_s(topic.counts, topic.width_s) for topic in self.held.values()]
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

    return math.log(2.0) / float(brentq(excess, 1e-6 / span, 20.0 / mean))
