"""Formats of weather archives that pvlib reads (extra `weather`): TMY3, NSRDB's PSM, PVGIS typical years."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.psychrometrics import saturation_kpa
from gigacampus.foundation.tables.hours import MINUTES, hour_label
from gigacampus.foundation.unit_names import UnknownUnit, factor_to
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import NOTHING, Station, TypicalYear, rows_within, station_of, year_of

Array = np.ndarray
LEAP_DAY = 29
MINUTES_PER_YEAR = HOURS_PER_YEAR * MINUTES
_PVGIS_ROW = re.compile(r"^\d{8}:\d{4},", re.MULTILINE)


@dataclass(frozen=True)
class Read:
    """What a reader of an archive's format makes of a file."""

    frame: Any
    station: Station
    minute: Array
    """Minute of the year of 8,760 hours in which each row's interval begins, local standard time; -1 on 29 February."""
    notes: tuple[str, ...] = ()


def format_of(text: str) -> str:
    """``TMY3``, ``NSRDB PSM`` or ``PVGIS`` by the first lines of a file; empty: none of them."""
    first, second = ([*text.lstrip("\ufeff").replace('"', "").split("\n", 2), ""])[:2]
    if second.startswith("Date (MM/DD/YYYY),Time (HH:MM)"):
        return "TMY3"
    if first.startswith("Source,Location ID"):
        return "NSRDB PSM"
    return "PVGIS" if first.startswith("Latitude (decimal degrees)") else ""


def read_outside(text: str, kind: str, file: str) -> TypicalYear:
    """The typical year of a file in one of the formats. Raises ``ScenarioError``."""
    try:
        from pvlib import iotools
    except ImportError:
        raise refuse(
            f"a {kind} file; reading it needs pvlib", file=file, fix="pip install 'gigacampus[weather]', or use the EPW file of the place"
        ) from None
    try:
        found = _READERS[kind](iotools, text.lstrip("\ufeff"), file)
    except UnknownUnit as problem:
        raise refuse(f"a {kind} file: {problem}", file=file, fix="fetch the file again, in the archive's own units") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise refuse(
            f"a {kind} file that pvlib cannot read ({type(error).__name__}: {error})", file=file, fix="fetch the file again"
        ) from None
    hour = np.where(found.minute < 0, -1, found.minute // MINUTES)
    _refuse_other_than_one_year(found.minute, hour, file)
    raw = {column: _hourly(column, found.frame, name, hour, mean, file) for column, (name, mean) in _COLUMNS.items()}
    notes = [f"{kind} read by pvlib", *found.notes]
    if np.isnan(raw["rh_pct"]).all() and not np.isnan(dew := _hourly("dry_bulb_c", found.frame, "temp_dew", hour, True, file)).all():
        raw["rh_pct"] = 100.0 * saturation_kpa(np.minimum(dew, raw["dry_bulb_c"])) / saturation_kpa(raw["dry_bulb_c"])
        notes.append("no relative humidity: taken from the dew point")
    return year_of(raw, found.station, file, tuple(notes))


def _refuse_other_than_one_year(minute: Array, hour: Array, file: str) -> None:
    """Every hour once, or in the same number of parts; no moment of the year twice."""
    moments, times = np.unique(minute[minute >= 0], return_counts=True)
    if (times > 1).any():
        raise refuse(
            f"{hour_label(int(moments[np.argmax(times > 1)]) // MINUTES)} stands more than once ({int((times > 1).sum()):,} such rows)",
            file=file,
            fix="keep one year",
        )
    counts = np.bincount(hour[hour >= 0], minlength=HOURS_PER_YEAR)
    usual = max(1, int(np.median(counts)))
    if (counts != usual).any():
        odd = int(np.argmax(counts != usual))
        raise refuse(f"{counts[odd]} rows of the hour from {hour_label(odd)}, {usual} needed", file=file, fix="use a whole year")


_COLUMNS: dict[str, tuple[str, bool]] = {
    "dry_bulb_c": ("temp_air", True),
    "rh_pct": ("relative_humidity", True),
    "pressure_hpa": ("pressure", True),
    "wind_dir_deg": ("wind_direction", False),
    "wind_speed_ms": ("wind_speed", True),
    "total_cloud_tenths": ("TotCld (tenths)", True),
    "ceiling_m": ("CeilHgt (m)", False),
    "ghi_w_m2": ("ghi", True),
}
"""Column -> name in pvlib's frames, whether finer rows are averaged (or the first taken)."""


def _hourly(column: str, frame: Any, name: str, hour: Array, mean: bool, file: str) -> Array:
    if name not in frame.columns:
        return np.full(HOURS_PER_YEAR, np.nan)
    values = rows_within(column, frame[name].to_numpy(dtype=float), hour, file)
    kept = np.flatnonzero(hour >= 0)
    if mean:
        return np.asarray(np.bincount(hour[kept], values[kept], HOURS_PER_YEAR) / np.bincount(hour[kept], minlength=HOURS_PER_YEAR))
    out = np.full(HOURS_PER_YEAR, np.nan)
    out[hour[kept[::-1]]] = values[kept[::-1]]
    return out


def _minutes(month: Array, day: Array, minute: Array) -> Array:
    """Minute of the year of 8,760 hours of each row, -1 on 29 February; ``minute`` counts from the day's midnight and may leave the day.

    Months of a typical year come from different years, so the clock is moved within a ring of the days that the file has,
    and not within the calendar of the year from which a month was taken.
    """
    leap = bool(((month == 2) & (day == LEAP_DAY)).any())
    ring = MINUTES_PER_YEAR + leap * 24 * MINUTES
    turned = (MINUTES * (MONTH_START_HOUR[month - 1] + 24 * (day - 1 + (leap & (month > 2)))) + minute) % ring
    if not leap:
        return np.asarray(turned)
    start = MINUTES * int(MONTH_START_HOUR[2])
    return np.where(turned < start, turned, np.where(turned < start + 24 * MINUTES, -1, turned - 24 * MINUTES))


def _of_index(index: Any, shift_h: float) -> Array:
    """Minutes of the year of an index of the file's own clock, moved by ``shift_h``."""
    clock = MINUTES * index.hour.to_numpy() + index.minute.to_numpy() + round(shift_h * MINUTES)
    return _minutes(index.month.to_numpy(), index.day.to_numpy(), clock)


def _tmy3(iotools: Any, text: str, file: str) -> Read:
    """Times end each hour (01:00 to 24:00, or 00:00 of the next day), or stand in its middle; also as a spreadsheet saves them."""
    frame, meta = iotools.read_tmy3(io.StringIO(text), map_variables=True)
    month, day = np.array([[int(part) for part in date.split("/")[:2]] for date in frame["Date (MM/DD/YYYY)"].astype(str)]).T
    clock = np.array([[int(part) for part in time.split(":")[:2]] for time in frame["Time (HH:MM)"].astype(str)]) @ (MINUTES, 1)
    if (month[0], day[0], clock[0]) == (1, 1, 0):
        raise refuse("a TMY3 file that begins at 00:00: its times end each hour", file=file, line=3, fix="write 01:00 to 24:00")
    within = np.unique(clock % MINUTES)
    middle = len(within) == 1 and within[0] == MINUTES // 2
    minute = _minutes(month, day, clock - (MINUTES // 2 if middle else MINUTES // len(within)))
    place = station_of(float(meta["TZ"]), float(meta["altitude"]), float(meta["latitude"]), float(meta["longitude"]), file=file)
    return Read(frame, place, minute, ("times in the middle of each hour",) if middle else ())


_WHOLE = ("Time Zone", "Local Time Zone", "Elevation")
"""What pvlib takes as whole numbers, though half of an hour's zone and of a metre exist; read here, and a 0 given to pvlib."""


def _psm(iotools: Any, text: str, file: str) -> Read:
    names, values = (next(csv.reader([line])) for line in text.splitlines()[:2])
    said = {name.strip(): value.strip() for name, value in zip(names, values, strict=False)}
    clock_h, offset_h, height_m = (float(said[name]) for name in _WHOLE)
    head, line = io.StringIO(), [0 if name.strip() in _WHOLE else value for name, value in zip(names, values, strict=False)]
    csv.writer(head, lineterminator="\n").writerows([names[: len(line)], line])
    rest = text.replace("\r\n", "\n").split("\n", 2)[2]
    frame, _ = iotools.read_nsrdb_psm4(io.StringIO(head.getvalue() + rest), map_variables=True)
    place = station_of(offset_h, height_m, float(said["Latitude"]), float(said["Longitude"]), file=file)
    for (column, wanted), key in _PSM_UNITS.items():
        unit = said.get(key, "")
        if unit and unit.lower() != "nan" and column in frame.columns:
            factor, shift = factor_to(unit, wanted)
            raw = frame[column].to_numpy(dtype=float)
            frame[column] = np.where(raw <= NOTHING, np.nan, raw * factor + shift)
    return Read(frame, place, _of_index(frame.index, offset_h - clock_h))


def _pvgis(iotools: Any, text: str, file: str) -> Read:
    rows = len(_PVGIS_ROW.findall(text))
    if "month,year" not in text or rows != HOURS_PER_YEAR:
        raise refuse(
            f"a PVGIS file with {rows:,} hours, not a typical year of {HOURS_PER_YEAR:,}"
            + ("" if "month,year" in text else ": a series of hours"),
            file=file,
            fix="fetch the typical meteorological year (TMY) of the place",
        )
    frame, meta = iotools.read_pvgis_tmy(io.BytesIO(text.encode("utf-8")), pvgis_format="csv", map_variables=True)
    said = meta["inputs"]
    offset_h = float(round(float(said["longitude"]) / 15.0))
    place = station_of(offset_h, float(said["elevation"]), float(said["latitude"]), float(said["longitude"]), file=file)
    raw = frame["pressure"].to_numpy(dtype=float)
    frame["pressure"] = np.where(raw <= NOTHING, np.nan, raw * factor_to("Pa", "hPa")[0])
    note = f"universal time taken to UTC{offset_h:+g}, the zone of the longitude; clocks of the country may differ"
    return Read(frame, place, _of_index(frame.index, offset_h), (note,))


_PSM_UNITS = {
    ("temp_air", "degC"): "Temperature Units",
    ("temp_dew", "degC"): "Dew Point Units",
    ("relative_humidity", "%"): "Relative Humidity Units",
    ("pressure", "hPa"): "Pressure Units",
    ("wind_speed", "m/s"): "Wind Speed Units",
    ("wind_direction", "deg"): "Wind Direction Units",
    ("ghi", "W/m2"): "GHI Units",
}
"""Column of pvlib's frame and the unit wanted -> where the file's second line states its own."""

_READERS: dict[str, Callable[[Any, str, str], Read]] = {"TMY3": _tmy3, "NSRDB PSM": _psm, "PVGIS": _pvgis}
