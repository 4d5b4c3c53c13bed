"""Formats of weather archives that pvlib reads (extra `weather`): TMY3, NSRDB's PSM, PVGIS typical years."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.tables.hours import MINUTES, hour_label
from gigacampus.foundation.unit_names import UnknownUnit, factor_to
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import Station, TypicalYear, year_of

Array = np.ndarray
HECTOPASCAL = 0.01
LEAP_DAY = 29


def format_of(text: str) -> str:
    """``TMY3``, ``NSRDB PSM`` or ``PVGIS`` by the first lines of a file; empty: none of them."""
    first, _, rest = text.lstrip("\ufeff").partition("\n")
    second = rest.split("\n", 1)[0]
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
        frame, station, hour = _READERS[kind](iotools, text)
    except UnknownUnit as problem:
        raise refuse(f"a {kind} file: {problem}", file=file, fix="fetch the file again, in the archive's own units") from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise refuse(
            f"a {kind} file that pvlib cannot read ({type(error).__name__}: {error})", file=file, fix="fetch the file again"
        ) from None
    counts = np.bincount(hour[hour >= 0], minlength=HOURS_PER_YEAR)
    if (counts != counts.max()).any() or (kind != "NSRDB PSM" and counts.max() != 1):
        odd = int(np.argmax(counts != max(1, int(np.median(counts)))))
        raise refuse(f"the hour from {hour_label(odd)} is missing or stands more than once", file=file, fix="use a whole year")
    raw = {column: _hourly(frame, names, factor, hour, mean) for column, (names, factor, mean) in _COLUMNS.items()}
    if kind == "PVGIS":
        raw["pressure_hpa"] = raw["pressure_hpa"] * HECTOPASCAL
    return year_of(raw, station, file, (f"{kind} read by pvlib",))


_COLUMNS: dict[str, tuple[tuple[str, ...], float, bool]] = {
    "dry_bulb_c": (("temp_air",), 1.0, True),
    "rh_pct": (("relative_humidity",), 1.0, True),
    "pressure_hpa": (("pressure",), 1.0, True),
    "wind_dir_deg": (("wind_direction",), 1.0, False),
    "wind_speed_ms": (("wind_speed",), 1.0, True),
    "total_cloud_tenths": (("TotCld (tenths)",), 1.0, True),
    "ceiling_m": (("CeilHgt (m)",), 1.0, False),
    "ghi_w_m2": (("ghi",), 1.0, True),
}
"""Column -> names in pvlib's frames, factor, whether finer rows are averaged (or the first taken)."""


def _hourly(frame: Any, names: tuple[str, ...], factor: float, hour: Array, mean: bool) -> Array:
    name = next((n for n in names if n in frame.columns), None)
    if name is None:
        return np.full(HOURS_PER_YEAR, np.nan)
    values = frame[name].to_numpy(dtype=float) * factor
    kept = np.flatnonzero(hour >= 0)
    if mean:
        return np.asarray(np.bincount(hour[kept], values[kept], HOURS_PER_YEAR) / np.bincount(hour[kept], minlength=HOURS_PER_YEAR))
    out = np.full(HOURS_PER_YEAR, np.nan)
    out[hour[kept[::-1]]] = values[kept[::-1]]
    return out


def _hours(index: Any, shift_h: float) -> Array:
    """Hour 0..8759 in which each row's interval begins, -1 on 29 February; the wall clock of the index moved by ``shift_h``.

    Months of a typical year come from different years, so the clock is moved within a ring of the days that the file has,
    and not within the calendar of the year from which a month was taken.
    """
    month, day = index.month.to_numpy(), index.day.to_numpy()
    minute = MINUTES * index.hour.to_numpy() + index.minute.to_numpy() + round(shift_h * MINUTES)
    leap = bool(((month == 2) & (day == LEAP_DAY)).any())
    after = leap & (month > 2)
    turned = (MONTH_START_HOUR[month - 1] + 24 * (day - 1 + after) + minute // MINUTES) % (HOURS_PER_YEAR + 24 * leap)
    if not leap:
        return np.asarray(turned)
    start = MONTH_START_HOUR[2]
    return np.where(turned < start, turned, np.where(turned < start + 24, -1, turned - 24))


def _tmy3(iotools: Any, text: str) -> tuple[Any, Station, Array]:
    frame, meta = iotools.read_tmy3(io.StringIO(text), map_variables=True)
    days, clocks = frame["Date (MM/DD/YYYY)"].astype(str), frame["Time (HH:MM)"].astype(str)
    month, day = (np.array([int(text[at]) for text in days]) for at in (slice(0, 2), slice(3, 5)))
    hour = MONTH_START_HOUR[month - 1] + 24 * (day - 1) + np.array([int(text[:2]) for text in clocks]) - 1
    place = Station(float(meta["TZ"]), float(meta["altitude"]), float(meta["latitude"]), float(meta["longitude"]))
    return frame, place, np.where((month == 2) & (day == 29), -1, hour)


def _psm(iotools: Any, text: str) -> tuple[Any, Station, Array]:
    frame, meta = iotools.read_nsrdb_psm4(io.StringIO(text), map_variables=True)
    offset = float(meta["Local Time Zone"])
    place = Station(offset, float(meta["altitude"]), float(meta["latitude"]), float(meta["longitude"]))
    for (column, wanted), key in _PSM_UNITS.items():
        said = str(meta.get(key, "")).strip()
        if said and said.lower() != "nan" and column in frame.columns:
            factor, shift = factor_to(said, wanted)
            frame[column] = frame[column] * factor + shift
    return frame, place, _hours(frame.index, offset - float(meta["Time Zone"]))


def _pvgis(iotools: Any, text: str) -> tuple[Any, Station, Array]:
    frame, meta = iotools.read_pvgis_tmy(io.BytesIO(text.encode("utf-8")), pvgis_format="csv", map_variables=True)
    said = meta["inputs"]
    offset = float(round(float(said["longitude"]) / 15.0))
    place = Station(offset, float(said["elevation"]), float(said["latitude"]), float(said["longitude"]))
    return frame, place, _hours(frame.index, offset)


_PSM_UNITS = {
    ("temp_air", "degC"): "Temperature Units",
    ("pressure", "hPa"): "Pressure Units",
    ("wind_speed", "m/s"): "Wind Speed Units",
    ("wind_direction", "deg"): "Wind Direction Units",
    ("ghi", "W/m2"): "GHI Units",
}
"""Column of pvlib's frame and the unit wanted -> where the file's second line states its own."""

_READERS: dict[str, Callable[[Any, str], tuple[Any, Station, Array]]] = {"TMY3": _tmy3, "NSRDB PSM": _psm, "PVGIS": _pvgis}
