"""Quantiles of more draws than fit in memory: logarithmic bins of either sign, a fixed relative accuracy, merged by adding."""

from __future__ import annotations

import numpy as np


class QuantileSketch:
    """Counts of many rows of values; each quantile is within ``accuracy`` of a value that was seen, or of zero within ``least``.

    Source: logarithmic binning as in DDSketch (Masson, Rim and Lee 2019).

    >>> s = QuantileSketch(1, accuracy=0.01)
    >>> s.add(np.arange(1.0, 1002.0)[None])
    >>> abs(float(s.quantile(0.5)[0]) / 501.0 - 1.0) < 0.01
    True
    """

    def __init__(self, rows: int, *, accuracy: float = 0.005, least: float = 1.0, most: float = 1e15) -> None:
        self.base = (1.0 + accuracy) / (1.0 - accuracy)
        self.least, self.rows = least, rows
        self.half = int(np.ceil(np.log(most / least) / np.log(self.base))) + 1
        self.count = np.zeros((rows, 2 * self.half + 1), dtype=np.int64)

    def add(self, values: np.ndarray) -> None:
        """Count ``values`` (row, draw)."""
        size = np.maximum(np.abs(values) / self.least, 1.0)
        step = np.minimum(np.ceil(np.log(size) / np.log(self.base)), self.half - 1).astype(np.int64) + 1
        bins = self.half + np.where(np.abs(values) < self.least, 0, np.sign(values).astype(np.int64) * step)
        width = self.count.shape[1]
        flat = bins + width * np.arange(self.rows)[:, None]
        self.count += np.bincount(flat.ravel(), minlength=self.count.size).reshape(self.count.shape)

    def merge(self, other: QuantileSketch) -> None:
        """Take over another sketch's counts."""
        self.count += other.count

    def quantile(self, q: float) -> np.ndarray:
        """Value of each row below which a share ``q`` lies; NaN for rows without values."""
        running = np.cumsum(self.count, axis=1)
        total = running[:, -1]
        place = (running <= q * (total[:, None] - 1)).sum(axis=1)
        step = np.abs(place - self.half) - 1
        size = self.least * self.base ** (step - 1) * 2.0 * self.base / (1.0 + self.base)
        value = np.where(place == self.half, 0.0, np.sign(place - self.half) * np.where(step == 0, self.least, size))
        return np.where(total > 0, value, np.nan)
