"""The one calendar: months of a horizon, and 8,760 hours in every year (hour-ending, local standard time)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

DAYS_IN_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
HOURS_IN_MONTH = DAYS_IN_MONTH * 24
MONTHS_MAX = 240
"""Longest horizon of a run."""
MONTH_START_HOUR = np.concatenate([[0], np.cumsum(HOURS_IN_MONTH)])
"""First hour (0-based) of each calendar month in the 8,760-hour year; 13 entries, the last is 8,760."""


@dataclass(frozen=True)
class Months:
    """A run of calendar months. Index 0 is ``start``; a date maps to the index of its month.

    >>> Months(date(2025, 1, 1), 24).index(date(2026, 2, 14))
    13
    """

    start: date
    count: int

    def index(self, day: date) -> int:
        """Index of the month that holds ``day`` (may be negative or beyond the end)."""
        return (day.year - self.start.year) * 12 + day.month - self.start.month

    def position(self, day: date, slip_days: float = 0.0) -> float:
        """``day`` plus ``slip_days`` in months since ``start``: 1.5 is the middle of the second month."""
        days_in_month = int(DAYS_IN_MONTH[day.month - 1])
        return self.index(day) + (day.day - 1) / days_in_month + slip_days * 12.0 / 365.0

    def labels(self) -> list[str]:
        """``2025-01``, ``2025-02``, ..."""
        return [
            f"{self.start.year + (self.start.month - 1 + i) // 12}-{(self.start.month - 1 + i) % 12 + 1:02d}" for i in range(self.count)
        ]

    def calendar_month(self) -> np.ndarray:
        """0..11 for each month of the run; shape (month,)."""
        return (self.start.month - 1 + np.arange(self.count)) % 12

    def year(self) -> np.ndarray:
        """Calendar year of each month of the run; shape (month,)."""
        return self.start.year + (self.start.month - 1 + np.arange(self.count)) // 12

    def hours(self) -> np.ndarray:
        """Hours in each month of the run; shape (month,)."""
        out: np.ndarray = HOURS_IN_MONTH[self.calendar_month()]
        return out


def month_of_hour() -> np.ndarray:
    """Calendar month 0..11 of each of the 8,760 hours."""
    return np.repeat(np.arange(12), HOURS_IN_MONTH)


def hour_name(hour: int) -> str:
    """Month, day and clock hour at which a 0-based hour of the year begins.

    >>> hour_name(31 * 24 + 5)
    '02-01 05:00'
    """
    day, of_day = divmod(hour % int(MONTH_START_HOUR[-1]), 24)
    month = int(np.searchsorted(MONTH_START_HOUR, 24 * day, side="right"))
    return f"{month:02d}-{day - int(MONTH_START_HOUR[month - 1]) // 24 + 1:02d} {of_day:02d}:00"
