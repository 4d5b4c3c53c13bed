"""Which day is asked for, of which campus, and where it lies in the run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH, MONTH_START_HOUR
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.units import HOURS_PER_DAY, MINUTES_PER_HOUR
from gigacampus.results.result import Result

HOURS = int(HOURS_PER_DAY)
MINUTES = int(HOURS_PER_DAY * MINUTES_PER_HOUR)


@dataclass(frozen=True)
class Clock:
    """One day at one campus."""

    day: date
    campus: int
    month: int
    """Index of the month that holds the day."""
    of_month: int
    """Hour of the month with which the day begins."""
    of_year: int
    """The same of the typical year."""
    month_hours: int

    @property
    def hour_of_minute(self) -> np.ndarray:
        """Hour of the typical year of every minute; (minute,)."""
        return self.of_year + np.arange(MINUTES) // int(MINUTES_PER_HOUR)

    @property
    def positions(self) -> np.ndarray:
        """Every minute in months from the start of the horizon; (minute,)."""
        hours = self.of_month + np.arange(MINUTES) / MINUTES_PER_HOUR
        out: np.ndarray = self.month + hours / self.month_hours
        return out


def parsed_day(text: str) -> date:
    """``2026-07-15`` as a date; 29 February and what is no date are refused."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise refuse(f"{text!r} is no day", path="--date", fix="write it as --date 2026-07-15") from None
    if day.day > DAYS_IN_MONTH[day.month - 1]:
        raise refuse("the calendar of the model has 365 days in every year", path="--date", fix="take 28 February or 1 March")
    return day


def parsed_minute(text: str) -> int:
    """``14:10`` as a minute of the day.

    >>> parsed_minute("14:10")
    850
    """
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if found is None:
        raise refuse(f"{text!r} is no time of the day", path="--trip", fix="write it as --trip 14:10")
    return int(found.group(1)) * int(MINUTES_PER_HOUR) + int(found.group(2))


def clock_of(result: Result, day: date, campus: str) -> Clock:
    """Where ``day`` lies in the run; a day outside of it, or one on which the campus has no machines, is refused."""
    months, label = result.coords["month"], f"{day.year}-{day.month:02d}"
    if label not in months:
        raise refuse(
            f"{day} lies outside of the run, which goes from {months[0]} to {months[-1]}", path="--date", fix="take a day within it"
        )
    c, m = result.index("campus", campus), months.index(label)
    machines = result.planned("accelerators_in_service")[0, c]
    if machines[m] <= 0.0:
        later = np.flatnonzero(machines > 0.0)
        when = f"its first stand in {months[later[0]]}" if later.size else "none ever stand within the run"
        raise refuse(f"{campus} has no machines in service on {day}: {when}", path="--date", fix="take a later day or another --campus")
    of_month = (day.day - 1) * HOURS
    return Clock(day, c, m, of_month, int(MONTH_START_HOUR[day.month - 1]) + of_month, int(DAYS_IN_MONTH[day.month - 1]) * HOURS)
