"""The eight quantities of a typical year: bounds, missing marks, and how a gap is filled or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.psychrometrics import standard_pressure_frac
from gigacampus.foundation.sun import cloud_from_sun_tenths, solar_elevation_deg
from gigacampus.foundation.tables.hours import hour_label
from gigacampus.foundation.units import HOURS_PER_YEAR

Array = np.ndarray

COLUMNS = ("dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms", "total_cloud_tenths", "ceiling_m", "ghi_w_m2")
BOUNDS = {
    "dry_bulb_c": (-90.0, 65.0),
    "rh_pct": (0.0, 110.0),
    "pressure_hpa": (300.0, 1100.0),
    "wind_dir_deg": (0.0, 360.0),
    "wind_speed_ms": (0.0, 75.0),
    "total_cloud_tenths": (0.0, 10.0),
    "ceiling_m": (0.0, 30_000.0),
    "ghi_w_m2": (0.0, 1600.0),
}
"""Lowest and highest values that weather at the ground can have."""
MOST_IN_AN_HOUR = {"dry_bulb_c": 25.0, "pressure_hpa": 40.0}
"""Steps that no hour makes and takes back in the next."""
CHANGES = ("dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms", "total_cloud_tenths", "ghi_w_m2")
"""What no year of measured weather holds still."""
NO_CEILING_M = 77_777.0
"""The marks of an unlimited ceiling: this one, and 88,888 for thin high cloud."""
UNLIMITED = (NO_CEILING_M, 88_888.0)
MARKS: dict[str, tuple[float, ...]] = {
    "dry_bulb_c": (99.9,),
    "rh_pct": (999.0,),
    "pressure_hpa": (9999.0, 9999.99, 999_999.0),
    "wind_dir_deg": (999.0,),
    "wind_speed_ms": (999.0, 999.9),
    "total_cloud_tenths": (99.0,),
    "ceiling_m": (99_999.0, 9999.0),
    "ghi_w_m2": (9999.0,),
}
"""Values that say that nothing was measured; so does anything at or below ``NOTHING``."""
NOTHING = -900.0
LONGEST_GAP_H = 6
"""Hours in a row that are filled from their neighbours."""
MOST_MISSING = 0.1
"""Share of a column that may be filled so."""


@dataclass(frozen=True)
class TypicalYear:
    """8,760 hours, hour-ending local standard time; arrays of shape (hour,)."""

    values: dict[str, Array]
    """Keys are ``COLUMNS``."""
    utc_offset_h: float | None
    """Local standard time less universal time; None when the file does not say."""
    elevation_m: float | None
    lat: float | None = None
    lon: float | None = None
    notes: tuple[str, ...] = field(default=())
    """What was filled, converted or left out."""


@dataclass(frozen=True)
class Station:
    """What a file says of its place; None: nothing."""

    utc_offset_h: float | None = None
    elevation_m: float | None = None
    lat: float | None = None
    lon: float | None = None


def station_of(utc_offset_h: float, elevation_m: float, lat: float, lon: float, *, file: str) -> Station:
    """The place that the head of a file states. Raises ``ScenarioError`` where it is none on land."""
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0 and -12.0 <= utc_offset_h <= 14.0 and -430.0 <= elevation_m <= 6000.0):
        raise refuse(
            f"{lat:g}, {lon:g}, UTC{utc_offset_h:+g}, {elevation_m:g} m is no place on land",
            file=file,
            line=1,
            fix="use the file as its archive gives it",
        )
    return Station(utc_offset_h, elevation_m, lat, lon)


def rows_within(column: str, rows: Array, hour: Array, file: str) -> Array:
    """Rows of any step with marks as NaN, before they are averaged: one mark, or one absurd value, would pass as part of a mean.

    ``hour``: hour of the year of each row, -1 where it is left out. Raises ``ScenarioError`` for a value outside its bounds.
    """
    values = _unmarked(column, rows)
    _refuse_outside(column, np.where(hour < 0, np.nan, values), hour, file)
    return values


def year_of(raw: Mapping[str, Array], station: Station, file: str, notes: tuple[str, ...] = ()) -> TypicalYear:
    """A typical year from columns as the file has them: marks become gaps, gaps are filled and told, or refused.

    Raises ``ScenarioError`` for a value outside its bounds and for a gap that cannot be filled.
    """
    values = {column: rows_within(column, raw[column], np.arange(HOURS_PER_YEAR), file) for column in COLUMNS}
    for column, most in MOST_IN_AN_HOUR.items():
        _refuse_alone(column, values[column], most, file)
    told = list(notes)
    for column in ("dry_bulb_c", "rh_pct", "wind_speed_ms", "ghi_w_m2"):
        values[column] = _filled(column, values[column], file, told)
    values["wind_dir_deg"] = _kept_on(values["wind_dir_deg"], file, told)
    values["pressure_hpa"] = _pressure(values["pressure_hpa"], station, file, told)
    values["total_cloud_tenths"] = _cloud(values, station, file, told)
    values["ceiling_m"] = _ceiling(values, told)
    still = [column for column in CHANGES if np.ptp(values[column]) == 0.0]
    if still:
        told.append(f"the same in every hour: {', '.join(f'{c} {values[c][0]:g}' for c in still)}")
    for array in values.values():
        array.setflags(write=False)
    return TypicalYear(values, station.utc_offset_h, station.elevation_m, station.lat, station.lon, tuple(told))


def _unmarked(column: str, raw: Array) -> Array:
    array = np.array(raw, dtype=float)
    array[np.isin(array, MARKS[column]) | (array <= NOTHING)] = np.nan
    return array


def _refuse_outside(column: str, array: Array, hour: Array, file: str) -> None:
    low, high = BOUNDS[column]
    with np.errstate(invalid="ignore"):
        bad = (array < low) | (array > high)
    if column == "ceiling_m":
        bad &= ~np.isin(array, UNLIMITED)
    if bad.any():
        first = int(np.argmax(bad))
        raise refuse(
            f"{column} at {hour_label(int(hour[first]))} is {array[first]:g}, not within {low:g}..{high:g} ({int(bad.sum()):,} values)",
            file=file,
            fix="check the column and its unit; write nothing, or the format's missing mark, where nothing was measured",
        )


def _refuse_alone(column: str, array: Array, most: float, file: str) -> None:
    """Refuse an hour that lies far from both of its neighbours, on the same side: a mark, or a slip of a digit."""
    before, after = array - np.roll(array, 1), array - np.roll(array, -1)
    with np.errstate(invalid="ignore"):
        alone = (np.minimum(np.abs(before), np.abs(after)) > most) & (before * after > 0.0)
    if alone.any():
        hour = int(np.argmax(alone))
        raise refuse(
            f"{column} at {hour_label(hour)} is {array[hour]:g}, {min(abs(before[hour]), abs(after[hour])):g} off the hours on both sides "
            f"({int(alone.sum()):,} such hours)",
            file=file,
            fix="write nothing where nothing was measured: gaps of a few hours are filled",
        )


def _longest(missing: Array) -> int:
    """Longest run of missing hours, the year closed to a ring."""
    if missing.all():
        return len(missing)
    known = np.flatnonzero(~missing)
    return int(max(np.diff(known).max(initial=1), known[0] + len(missing) - known[-1]) - 1)


def _fillable(missing: Array) -> bool:
    return bool(missing.mean() <= MOST_MISSING and _longest(missing) <= LONGEST_GAP_H)


def _between(array: Array) -> Array:
    """Gaps filled in a straight line between neighbours, over the turn of the year too."""
    known = np.flatnonzero(~np.isnan(array))
    return np.asarray(np.interp(np.arange(len(array)), known, array[known], period=len(array)))


def _filled(column: str, array: Array, file: str, told: list[str]) -> Array:
    missing = np.isnan(array)
    if not missing.any():
        return array
    if not _fillable(missing):
        raise _too_many(column, missing, file)
    told.append(f"{column}: {int(missing.sum()):,} hours missing, filled from their neighbours")
    return _between(array)


def _too_many(column: str, missing: Array, file: str) -> Exception:
    return refuse(
        f"{column} is missing in {int(missing.sum()):,} of {len(missing):,} hours, first at {hour_label(int(np.argmax(missing)))}",
        file=file,
        fix=f"fill it (gaps of up to {LONGEST_GAP_H} hours are filled here, in up to {MOST_MISSING:.0%} of the hours), or use another file",
    )


def _kept_on(array: Array, file: str, told: list[str]) -> Array:
    """Gaps of the wind's direction keep the last known one."""
    missing = np.isnan(array)
    if not missing.any():
        return array
    if not _fillable(missing):
        raise _too_many("wind_dir_deg", missing, file)
    told.append(f"wind_dir_deg: {int(missing.sum()):,} hours missing, kept from the hour before")
    last = np.where(missing, -1, np.arange(len(array)))
    last[0] = last[0] if last[0] >= 0 else np.flatnonzero(~missing)[-1]
    return np.asarray(array[np.maximum.accumulate(np.where(last < 0, 0, last))] if last[0] == 0 else _ring(array, missing))


def _ring(array: Array, missing: Array) -> Array:
    """As ``_kept_on`` where the year begins with a gap: it keeps the last hours of December."""
    turn = int(np.flatnonzero(~missing)[0])
    rolled, gone = np.roll(array, -turn), np.roll(missing, -turn)
    return np.roll(rolled[np.maximum.accumulate(np.where(gone, 0, np.arange(len(array))))], turn)


def _pressure(array: Array, station: Station, file: str, told: list[str]) -> Array:
    missing = np.isnan(array)
    if not missing.any() or _fillable(missing):
        return _filled("pressure_hpa", array, file, told)
    if station.elevation_m is None:
        raise _too_many("pressure_hpa", missing, file)
    told.append(f"pressure_hpa: {int(missing.sum()):,} hours missing, there the standard atmosphere at {station.elevation_m:g} m")
    return np.where(missing, standard_hpa(station.elevation_m), array)


SEA_LEVEL_HPA = 1013.25


def standard_hpa(elevation_m: float) -> float:
    """Pressure of the standard atmosphere at a height, hPa."""
    return SEA_LEVEL_HPA * standard_pressure_frac(elevation_m)


def _cloud(values: Mapping[str, Array], station: Station, file: str, told: list[str]) -> Array:
    array = values["total_cloud_tenths"]
    missing = np.isnan(array)
    if not missing.any() or _fillable(missing):
        return _filled("total_cloud_tenths", array, file, told)
    if station.lat is None or station.lon is None or station.utc_offset_h is None:
        raise _too_many("total_cloud_tenths", missing, file)
    sun = solar_elevation_deg(station.lat, station.lon, station.utc_offset_h)
    from_sun = np.where(missing, cloud_from_sun_tenths(values["ghi_w_m2"], sun), array)
    known = ~np.isnan(from_sun)
    if known.mean() < MOST_MISSING:
        raise _too_many("total_cloud_tenths", missing, file)
    told.append(
        f"total_cloud_tenths: {int(missing.sum()):,} hours missing, by day from global radiation, by night between the days (rough)"
    )
    return np.where(missing, _between(from_sun), array)


def _ceiling(values: Mapping[str, Array], told: list[str]) -> Array:
    array = values["ceiling_m"]
    missing = np.isnan(array)
    if missing.any():
        told.append(f"ceiling_m: {int(missing.sum()):,} hours missing, taken as unlimited (clouds dampen the sun less there)")
    return np.where(missing, NO_CEILING_M, array)
