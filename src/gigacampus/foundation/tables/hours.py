"""Rows laid into the 8,760 hours of the model's year by their own month, day and hour; whatever does not fit is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH, MONTH_START_HOUR
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.tables.headers import normal
from gigacampus.foundation.tables.stamps import MINUTES_PER_DAY, Array, Stamps, is_universal
from gigacampus.foundation.tables.text import Table
from gigacampus.foundation.units import HOURS_PER_YEAR

MINUTES = 60
LEAP_HOURS = 24
_MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_ENDS = re.compile(r"(^|_)(ending|end|he|to|lst|ende|fin|bis)(_|$)")
_BEGINS = re.compile(r"(^|_)(beginning|begin|starting|start|hb|from|beginn|debut|von|inicio)(_|$)")


@dataclass(frozen=True)
class Placing:
    """Where each row belongs in the year of 8,760 hours."""

    hour: Array
    """Hour 0..8759 of each row; -1: left out (29 February)."""
    step_min: int
    first: str
    """Day of the first row, such as ``2024-07-01``; empty where the file states no times."""
    utc_offset_min: int | None
    notes: tuple[str, ...]
    months: tuple[str, ...] = ()
    """Calendar months of a file that may hold any whole ones, such as ``2026-03``; empty of one that holds a year."""

    def mean(self, values: Array) -> Array:
        """Mean of the rows of each hour; shape (8760,)."""
        kept = self.hour >= 0
        total = np.bincount(self.hour[kept], weights=values[kept], minlength=HOURS_PER_YEAR)
        return np.asarray(total / (MINUTES // self.step_min))

    def first_of(self, values: Array) -> Array:
        """Value of the first row of each hour, for what has no mean (directions, codes); shape (8760,)."""
        out = np.full(HOURS_PER_YEAR, np.nan)
        kept = np.flatnonzero(self.hour >= 0)[::-1]
        out[self.hour[kept]] = values[kept]
        return out


def by_order(table: Table) -> Placing:
    """Rows of a file without times: the first is taken as 1 January, 00:00 to 01:00."""
    count = len(table.rows)
    if count == HOURS_PER_YEAR:
        note = "no time stamps: the first row is taken as 1 January 00:00"
        return Placing(np.arange(HOURS_PER_YEAR), MINUTES, "", None, (note,))
    why = {
        HOURS_PER_YEAR + LEAP_HOURS: " (a leap year: leave 29 February out, or add time stamps)",
        HOURS_PER_YEAR - 1: " (the hour that summer time skips?)",
        4 * HOURS_PER_YEAR: " (quarters of hours: add time stamps)",
        2 * HOURS_PER_YEAR: " (half hours, or two years: add time stamps)",
    }.get(count, "")
    raise refuse(
        f"{count} rows without time stamps; a year has {HOURS_PER_YEAR} hours{why}",
        file=table.file,
        fix="one row for each hour from 1 January, 00:00 to 01:00, or a column of times such as 2025-01-31 14:00",
    )


def by_time(table: Table, stamps: Stamps, *, site_utc_offset_h: float | None = None, whole_year: bool = True) -> Placing:
    """Rows laid by their times: summer time taken back, 29 February left out, duplicates and gaps refused by line.

    ``site_utc_offset_h`` turns universal time into the local standard time of a place; without it, it is refused.
    Without ``whole_year`` the file may hold any whole months of a year; what it holds of the months at its ends is left out.
    """
    minute, offset_min, notes = _standard_time(table, stamps, site_utc_offset_h)
    step = _step(table, minute)
    minute, summer = _without_summer_time(minute, step) if stamps.offset is None else (minute, "")
    begin, said = _interval_begins(table, minute, step, stamps.name)
    order = np.argsort(begin, kind="stable")
    _refuse_twice(table, begin, order)
    hour, outside = _hours_of(begin), ""
    leap = bool((hour < 0).any())
    if not whole_year:
        hour, outside = _without_parts_of_months(table, begin, hour, step)
    _refuse_incomplete(table, begin, hour, step, leap=leap, whole_year=whole_year)
    told = [stamps.note, summer, said, *notes, outside]
    if step != MINUTES:
        told.append(f"means of {MINUTES // step} rows of {step} minutes")
    if leap:
        told.append("29 February left out")
    if (np.diff(begin) < 0).any():
        told.append("rows not in the order of time, laid by their times")
    months = () if whole_year else tuple(str(m) for m in np.unique(_month_of(begin[hour >= 0])))
    return Placing(hour, step, str(_day(begin[order[0]])), offset_min, tuple(t for t in told if t), months)


def _month_of(begin: Array) -> Array:
    days = np.datetime64("0001-01-01") + (begin // MINUTES_PER_DAY - 1).astype("timedelta64[D]")
    return np.asarray(days.astype("datetime64[M]"))


def _without_parts_of_months(table: Table, begin: Array, hour: Array, step: int) -> tuple[Array, str]:
    """Hours without those of a first or last month that the file does not hold whole, and words on them."""
    month, said, kept = _month_of(begin), [], hour.copy()
    for end in dict.fromkeys((month.min(), month.max())):
        own = (month == end) & (hour >= 0)
        if own.sum() * step < DAYS_IN_MONTH[end.astype(int) % 12] * MINUTES_PER_DAY:
            kept[own] = -1
            said.append(str(end))
    if (kept < 0).all():
        raise refuse(
            f"no whole calendar month: {_day(begin.min())} to {_day(begin.max())}",
            file=table.file,
            line=table.lines[0],
            fix="give every hour of at least one month",
        )
    return kept, f"only part of {' and '.join(said)}, left out" if said else ""


def _day(minute: int) -> np.datetime64:
    return np.datetime64("0001-01-01") + np.timedelta64(int(minute) // MINUTES_PER_DAY - 1, "D")


def _standard_time(table: Table, stamps: Stamps, site_h: float | None) -> tuple[Array, int | None, list[str]]:
    """Minutes of local standard time, its offset from universal time where stated, and what is to be told."""
    offset, minute = stamps.offset, stamps.minute
    if offset is None and is_universal(stamps.name):
        offset = np.zeros(len(minute), dtype=np.int64)
    if offset is None:
        return minute, None, []
    if (offset == 0).all():
        if site_h is None:
            raise refuse(
                "times are in universal time (UTC); hours of the site's local standard time are needed",
                file=table.file,
                line=table.lines[0],
                fix="state the site's offset in a first line (# utc_offset_h: -6), or write local standard time",
            )
        moved = round(site_h * MINUTES)
        return minute + moved, moved, [f"universal time moved to UTC{site_h:+g}"]
    standard = int(offset.min())
    notes = [f"UTC{standard / MINUTES:+g} as written"]
    if (offset != standard).any():
        notes.append("summer time taken back by its offset")
    return minute - offset + standard, standard, notes


def _step(table: Table, minute: Array) -> int:
    """Usual step in minutes."""
    if len(minute) < 2:
        raise refuse(f"{len(minute)} rows; a year has {HOURS_PER_YEAR} hours", file=table.file, fix="give a whole year")
    steps = np.diff(np.unique(minute))
    if not steps.size:
        raise refuse("all rows have the same time", file=table.file, line=table.lines[1], fix="give each row its time")
    values, counts = np.unique(steps, return_counts=True)
    step = int(values[np.argmax(counts)])
    if step > MINUTES or MINUTES % step:
        raise refuse(
            f"one row for each {step} minutes; rows of an hour, or of a whole part of one, are needed",
            file=table.file,
            line=table.lines[0],
            fix="export hourly values",
        )
    return step


def _without_summer_time(minute: Array, step: int) -> tuple[Array, str]:
    """Clock times with one hour skipped and one repeated, taken back to standard time; others as they are."""
    jumps = np.diff(minute)
    ahead, back = np.flatnonzero(jumps == step + MINUTES), np.flatnonzero(jumps == step - MINUTES)
    if len(ahead) != 1 or len(back) != 1 or (np.delete(jumps, [ahead[0], back[0]]) != step).any():
        return minute, ""
    row = np.arange(len(minute))
    first, last = int(ahead[0]) + 1, int(back[0]) + 1
    summer = (row >= first) & (row < last) if first < last else (row < last) | (row >= first)
    return minute - MINUTES * summer, f"summer time from {_day(minute[first])} to {_day(minute[last])} taken back by an hour"


def _interval_begins(table: Table, minute: Array, step: int, name: str) -> tuple[Array, str]:
    """Minute in which each row's interval begins, by the column's name, else by the first and last time of day."""
    rest = np.unique(minute % step)
    if len(rest) > 1:
        odd = int(np.argmax(minute % step != minute[0] % step))
        raise refuse("a time off the step of the others", file=table.file, line=table.lines[odd], fix=f"one row every {step} minutes")
    if rest[0] not in (0, step // 2) or (rest[0] and step != MINUTES):
        raise refuse(f"times {rest[0]} minutes past the step", file=table.file, line=table.lines[0], fix="write full hours")
    if rest[0]:
        return minute - step // 2, "times in the middle of each hour"
    plain, first, last = normal(name), int(minute.min()) % MINUTES_PER_DAY, int(minute.max()) % MINUTES_PER_DAY
    if _ENDS.search(plain) and not _BEGINS.search(plain):
        return minute - step, "times end each interval"
    if not _BEGINS.search(plain) and (first == step or (first != 0 and last == 0)):
        return minute - step, "times end each interval (the first is not midnight)"
    return minute, "times begin each interval"


def _refuse_twice(table: Table, begin: Array, order: Array) -> None:
    same = np.flatnonzero(np.diff(begin[order]) == 0)
    if same.size:
        one, other = (int(order[same[0] + k]) for k in (0, 1))
        raise refuse(
            f"the same time as line {table.lines[one]} ({len(same):,} such rows)",
            file=table.file,
            line=table.lines[other],
            fix="keep one row for each time; an hour repeated in autumn needs the one skipped in spring, or offsets (-05:00)",
        )


def _hours_of(begin: Array) -> Array:
    """Hour 0..8759 (-1 on 29 February) of each row."""
    days = np.datetime64("0001-01-01") + (begin // MINUTES_PER_DAY - 1).astype("timedelta64[D]")
    months = days.astype("datetime64[M]")
    month = months.astype(int) % 12
    day = (days - months.astype("datetime64[D]")).astype(int)
    hour = MONTH_START_HOUR[month] + 24 * day + begin % MINUTES_PER_DAY // MINUTES
    return np.where((month == 1) & (day == 28), -1, hour)


def _refuse_incomplete(table: Table, begin: Array, hour: Array, step: int, *, leap: bool, whole_year: bool) -> None:
    """Every hour of the year, or of the months between the file's first and last, has all its rows, once."""
    per_hour = MINUTES // step
    counts = np.bincount(hour[hour >= 0], minlength=HOURS_PER_YEAR)
    wanted = np.ones(HOURS_PER_YEAR, dtype=bool) if whole_year else _between(_month_of(begin[hour >= 0]))
    over, under = np.flatnonzero(counts > per_hour), np.flatnonzero((counts < per_hour) & wanted)
    total = f"{int(counts.sum()) / per_hour:,.10g} hours, {int(wanted.sum()):,} needed"
    if over.size:
        rows = np.flatnonzero(hour == over[0])
        raise refuse(
            f"{total}: {hour_label(int(over[0]))} stands in more than one year, {_day(begin[rows[0]])} and {_day(begin[rows[-1]])}",
            file=table.file,
            line=table.lines[int(rows[-1])],
            fix="keep one year",
        )
    if under.size:
        per_word = "" if per_hour == 1 else f" (or a part of it; {per_hour} rows an hour)"
        raise refuse(
            f"{total}: {hour_label(int(under[0]))} is missing{per_word}{_why_missing(under, leap)}",
            file=table.file,
            line=table.lines[int(np.argmin(np.abs(hour - under[0] + 1)))],
            fix="fill the gap, or give the whole year",
        )


def _between(months: Array) -> Array:
    """Hours of the year that lie in the calendar months from the first to the last."""
    wanted = np.zeros(HOURS_PER_YEAR, dtype=bool)
    for month in np.arange(months.min(), months.max() + 1).astype(int) % 12:
        wanted[MONTH_START_HOUR[month] : MONTH_START_HOUR[month + 1]] = True
    return wanted


def _why_missing(under: Array, leap: bool) -> str:
    more = f", and {len(under) - 1:,} more hours" if len(under) > 1 else ""
    if leap and len(under) <= LEAP_HOURS:
        return f"{more}; 29 February is in the file in place of it"
    if len(under) == 1 and MONTH_START_HOUR[2] <= under[0] < MONTH_START_HOUR[4]:
        return "; the hour that summer time skips? Then the one repeated in autumn must be there too"
    return more


def hour_label(hour: int) -> str:
    """An hour of the year in words.

    >>> hour_label(0), hour_label(8759)
    ('1 January 00:00', '31 December 23:00')
    """
    month = int(np.searchsorted(MONTH_START_HOUR, hour, side="right")) - 1
    day, clock = divmod(hour - int(MONTH_START_HOUR[month]), 24)
    assert day < DAYS_IN_MONTH[month]
    return f"{day + 1} {_MONTH_NAMES[month]} {clock:02d}:00"


def placed(table: Table, stamps: Stamps | None, *, site_utc_offset_h: float | None = None, whole_year: bool = True) -> Placing:
    """Rows by their times, or by their order where the file states none."""
    if stamps is None:
        return by_order(table)
    return by_time(table, stamps, site_utc_offset_h=site_utc_offset_h, whole_year=whole_year)
