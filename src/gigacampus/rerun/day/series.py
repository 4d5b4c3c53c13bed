"""What a panel shows: named series of minutes with their unit, their sum over the day, and words for what no series says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from gigacampus.foundation.units import MINUTES_PER_HOUR
from gigacampus.rerun.day.clock import HOURS

Rule = Literal["sum", "mean", "energy_mean", "max"]


@dataclass(frozen=True)
class Series:
    """One figure by minute; an hour's figure is the mean of its minutes by ``rule``, the day's their sum or mean."""

    name: str
    unit: str
    title: str
    values: np.ndarray
    """(minute,)."""
    total: str = ""
    """Name of the day's figure; empty: that of the series."""
    rule: Rule = "sum"
    per_minute: float = 1.0
    """What a minute adds to the sum for each unit of the value."""

    def hourly(self) -> np.ndarray:
        """Figures of the 24 hours; (hour,)."""
        rows = self.values.reshape(HOURS, int(MINUTES_PER_HOUR))
        if self.rule == "max":
            out: np.ndarray = rows.max(axis=1)
        elif self.rule == "energy_mean":
            out = 10.0 * np.log10((10.0 ** (0.1 * rows)).mean(axis=1))
        else:
            out = rows.mean(axis=1)
        return out

    def of_day(self) -> float:
        """The figure of the whole day."""
        if self.rule == "sum":
            return float(self.values.sum() * self.per_minute)
        if self.rule == "max":
            return float(self.values.max())
        if self.rule == "energy_mean":
            return float(10.0 * np.log10((10.0 ** (0.1 * self.values)).mean()))
        return float(self.values.mean())


@dataclass(frozen=True)
class Panel:
    """Series that belong together, what they are of, and what is to be said beside them."""

    title: str
    scope: str
    series: tuple[Series, ...]
    says: tuple[str, ...] = field(default=())

    def of(self, name: str) -> Series:
        """The series of a name."""
        return next(s for s in self.series if s.name == name)

    def plain(self) -> dict[str, Any]:
        """Sums and hourly figures as plain data."""
        return {
            "title": self.title,
            "scope": self.scope,
            "units": {s.name: s.unit for s in self.series},
            "sums": {s.total or s.name: s.of_day() for s in self.series},
            "hourly": {s.name: s.hourly().tolist() for s in self.series},
            "says": list(self.says),
        }


PER_HOUR = 1.0 / MINUTES_PER_HOUR
"""``per_minute`` of a series whose values are rates an hour, or MW."""
