"""EnergyPlus weather files: header lines by their keyword, hours by their month, day and hour."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH, MONTH_START_HOUR
from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_missing
from gigacampus.foundation.tables.hours import hour_label
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import NOTHING, Station, TypicalYear, station_of, year_of

Array = np.ndarray

COLUMN = {
    "dry_bulb_c": 6,
    "rh_pct": 8,
    "pressure_hpa": 9,
    "wind_dir_deg": 20,
    "wind_speed_ms": 21,
    "total_cloud_tenths": 22,
    "ceiling_m": 25,
    "ghi_w_m2": 13,
}
"""Positions of the columns, counted from 0."""
PA_MARK = 999_999.0
HEADS = ("LOCATION", "DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES", "HOLIDAYS/DAYLIGHT", "COMMENTS", "DATA PERIODS")
NEEDED = 26
_FIX = "use an EPW file as weather archives give it"


def read_epw(text: str, file: str) -> TypicalYear:
    """The typical year of an EPW file's text. Raises ``ScenarioError`` with the line and the cause."""
    lines = text.splitlines()
    place = _place(lines, file)
    start = next((i + 1 for i, line in enumerate(lines) if line.upper().startswith("DATA PERIODS")), None)
    if start is None:
        raise refuse("no line DATA PERIODS: not an EPW file", file=file, fix=_FIX)
    _refuse_parts_of_hours(lines[start - 1], start, file)
    rows = [(i + 1, lines[i].split(",")) for i in range(start, len(lines)) if lines[i].strip()]
    short = next(((line, row) for line, row in rows if len(row) < NEEDED), None)
    if short is not None:
        raise refuse(f"{len(short[1])} cells, at least {NEEDED} needed", file=file, line=short[0], fix=_FIX)
    hour = _hours(rows, file)
    kept = np.flatnonzero(hour >= 0)
    raw = {column: _numbers(rows, kept, hour, column, i, file) for column, i in COLUMN.items()}
    pascal = raw["pressure_hpa"]
    raw["pressure_hpa"] = np.where((pascal == PA_MARK) | (pascal <= NOTHING), np.nan, pascal / 100.0)
    notes = ("29 February left out",) if len(kept) < len(rows) else ()
    return year_of(raw, place, file, notes)


def _place(lines: list[str], file: str) -> Station:
    cells = lines[0].split(",") if lines else []
    if not cells or cells[0].strip().upper() != "LOCATION" or len(cells) < 10:
        raise refuse("the first line is not LOCATION with ten cells: not an EPW file", file=file, line=1, fix=_FIX)
    try:
        lat, lon, offset, height = (float(c) for c in cells[6:10])
    except ValueError:
        raise refuse("LOCATION: latitude, longitude, time zone or height is no number", file=file, line=1, fix=_FIX) from None
    return station_of(offset, height, lat, lon, file=file)


def _refuse_parts_of_hours(periods: str, line: int, file: str) -> None:
    cells = periods.split(",")
    if len(cells) > 2 and cells[2].strip().isdigit() and int(cells[2]) != 1:
        raise refuse(f"{cells[2].strip()} records an hour", file=file, line=line, fix="use a file of hourly values")


def _hours(rows: list[tuple[int, list[str]]], file: str) -> Array:
    """Hour 0..8759 of each row, -1 on 29 February; refused where an hour is missing or stands twice."""
    out = np.empty(len(rows), dtype=np.int64)
    for k, (line, row) in enumerate(rows):
        try:
            month, day, hour = int(row[1]), int(row[2]), int(row[3])
        except ValueError:
            raise refuse("month, day or hour is no number", file=file, line=line, fix=_FIX) from None
        leap = (month, day) == (2, 29)
        if not (1 <= month <= 12 and 1 <= day <= DAYS_IN_MONTH[month - 1] + leap and 1 <= hour <= 24):
            raise refuse(f"{printable('-'.join(row[1:4]))} is no hour of the year (hours count 1 to 24)", file=file, line=line, fix=_FIX)
        out[k] = -1 if leap else MONTH_START_HOUR[month - 1] + 24 * (day - 1) + hour - 1
    counts = np.bincount(out[out >= 0], minlength=HOURS_PER_YEAR)
    if (counts != 1).any():
        odd = int(np.argmax(counts != 1))
        word = "is missing" if counts[odd] == 0 else "stands twice"
        total = f"{int((counts > 0).sum()):,} of {HOURS_PER_YEAR} hours"
        raise refuse(f"{total}: the hour from {hour_label(odd)} {word}", file=file, fix="use a file with every hour of one year")
    return out


def _numbers(rows: list[tuple[int, list[str]]], kept: Array, hour: Array, column: str, i: int, file: str) -> Array:
    out = np.full(HOURS_PER_YEAR, np.nan)
    for k in kept:
        cell = rows[k][1][i]
        try:
            value = float(cell)
        except ValueError:
            if not is_missing(cell):
                raise refuse(
                    f"{column} (cell {i + 1}): {printable(cell.strip())} is not a number", file=file, line=rows[k][0], fix=_FIX
                ) from None
            continue
        if not np.isinf(value):
            out[hour[k]] = value
    return out
