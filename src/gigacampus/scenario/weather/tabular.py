"""Weather as a table of columns by name: any CSV or xlsx whose header says what stands where, in which unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.cells import is_number, numbers
from gigacampus.foundation.tables.comments import UTC_OFFSET, stated_numbers
from gigacampus.foundation.tables.headers import Column, column_of, matched, split_unit, unread
from gigacampus.foundation.tables.hours import Placing, placed
from gigacampus.foundation.tables.stamps import is_time_name, stamps_of, time_columns
from gigacampus.foundation.tables.text import Table, table_of
from gigacampus.foundation.unit_names import UnknownUnit, factor_to
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.scenario.weather.columns import MARKS, NOTHING, Station, TypicalYear, rows_within, year_of

KNOWN = (
    Column(
        "dry_bulb_c",
        (
            "dry_bulb",
            "drybulb",
            "dry_bulb_temperature",
            "temperature",
            "temp",
            "air_temperature",
            "air_temp",
            "temp_air",
            "outdoor_temperature",
            "outdoor_temp",
            "ambient_temperature",
            "temperatur",
            "lufttemperatur",
            "t2m",
        ),
        "degC",
        True,
    ),
    Column("rh_pct", ("rh", "relative_humidity", "rel_humidity", "rhum", "humidity", "relative_feuchte"), "%", True),
    Column(
        "pressure_hpa",
        ("pressure", "station_pressure", "surface_pressure", "air_pressure", "atmospheric_pressure", "luftdruck"),
        "hPa",
        True,
    ),
    Column("wind_dir_deg", ("wind_dir", "wind_direction", "wdir", "wd", "windrichtung"), "deg", True),
    Column("wind_speed_ms", ("wind_speed", "windspeed", "wspd", "ws", "windgeschwindigkeit"), "m/s", True),
    Column(
        "total_cloud_tenths",
        ("total_cloud", "total_cloud_cover", "cloud_cover", "cloud", "sky_cover", "total_sky_cover", "totcld"),
        "tenths",
        True,
    ),
    Column("ceiling_m", ("ceiling", "ceiling_height", "ceilhgt", "ceil_hgt"), "m", True),
    Column(
        "ghi_w_m2",
        ("ghi", "global_horizontal", "global_horizontal_irradiance", "global_horizontal_radiation", "global_radiation"),
        "W/m2",
        True,
    ),
)
PLACE = {**UTC_OFFSET, "lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "elevation_m": (-430.0, 6000.0)}
"""What a comment such as ``# utc_offset_h: -6`` may say of the station, and its bounds."""


LOWEST_NOON_W_M2 = 400.0
"""The sun of the year's clearest noon is stronger than this wherever people live."""
SIXTEENTHS = 36.0
"""Directions of a year that never pass this are counted in something else than degrees."""
WINDIEST_MS = 9.0
"""Yearly mean of the windiest inhabited places, near the ground."""


def _known(cell: str) -> bool:
    return not is_number(cell) and (is_time_name(cell) or column_of(cell, KNOWN) is not None)


def read_table_year(content: bytes, file: str) -> TypicalYear:
    """The typical year of a CSV or xlsx file's bytes. Raises ``ScenarioError``."""
    table = table_of(content, file, known=_known)
    station = _station(table)
    found = matched(table, KNOWN, extra="note")
    if not table.rows:
        raise refuse(f"no rows; a year has {HOURS_PER_YEAR} hours", file=file, fix="give every hour of a year")
    table = table.even()
    times = time_columns(table)
    stamps = stamps_of(table, times) if times else None
    place = placed(table, stamps, site_utc_offset_h=station.utc_offset_h)
    notes = [*place.notes, *table.notes]
    raw = {}
    for column in KNOWN:
        values, note = _values(table, column, *found[column.name], step_h=place.step_min / 60.0)
        values = rows_within(column.name, values, place.hour, file)
        raw[column.name] = (place.first_of if column.name in ("wind_dir_deg", "ceiling_m") else place.mean)(values)
        notes += [note] if note else []
    rest = unread(table, [*(i for i, _ in found.values()), *times])
    notes += [f"not read: {', '.join(map(printable, rest))}"] if rest else []
    return year_of(raw, _with_clock(station, place, table), file, tuple(notes))


def _with_clock(station: Station, place: Placing, table: Table) -> Station:
    """The station with the offset that its times state; refused where a comment states another."""
    stated = None if place.utc_offset_min is None else place.utc_offset_min / 60.0
    if stated is None or stated == station.utc_offset_h:
        return station
    if station.utc_offset_h is not None:
        raise refuse(
            f"utc_offset_h {station.utc_offset_h:g}, but the times are of UTC{stated:+g}",
            file=table.file,
            line=table.lines[0],
            fix="let the comment and the times agree",
        )
    return replace(station, utc_offset_h=stated)


def _values(table: Table, column: Column, i: int, unit: str, *, step_h: float) -> tuple[np.ndarray, str]:
    """Values of a column in the unit wanted, marks of missing values as NaN, and what was converted."""
    title = table.header[i]
    found = numbers(table.column(i), table.lines, table.file, title, separator=table.separator)
    raw = found.values
    raw[np.isin(raw, MARKS[column.name]) | (raw <= NOTHING)] = np.nan
    unit = unit or found.unit
    if doubt := _scale_in_doubt(column.name, unit, raw[~np.isnan(raw)]):
        raise refuse(f"{printable(title)}: {doubt[0]}", file=table.file, line=table.header_line, fix=doubt[1])
    if not unit:
        return raw, f"{printable(title)}: no unit stated, taken as {column.unit}"
    if unit == split_unit(column.name)[1]:
        return raw, ""
    try:
        factor, offset = _to_unit_of(column, unit, step_h)
    except UnknownUnit as problem:
        raise refuse(
            f"{printable(title)}: {problem}", file=table.file, line=table.header_line, fix=f"give it in {column.unit} ({column.name})"
        ) from None
    if (factor, offset) == (1.0, 0.0):
        return raw, ""
    kept = np.isin(raw, (77_777.0, 88_888.0)) if column.name == "ceiling_m" else np.zeros(len(raw), dtype=bool)
    return np.where(kept, raw, raw * factor + offset), f"{printable(title)} taken to {column.unit}"


def _scale_in_doubt(column: str, unit: str, known: np.ndarray) -> tuple[str, str] | None:
    """Why values fit another scale than the one they would be read in, and what to write; None: they do not."""
    most = float(known.max(initial=0.0))
    if column == "ghi_w_m2" and not unit and most < LOWEST_NOON_W_M2:
        return f"no value above {most:g}: MJ/m2 or J/cm2, or W/m2?", "name it ghi_w_m2, ghi_mj_m2 or ghi_j_cm2"
    if column == "wind_dir_deg" and not unit and most <= SIXTEENTHS:
        return f"no value above {most:g}: radians, sixteenths or tens of degrees, or degrees?", "name it wind_dir_deg"
    if column == "wind_speed_ms" and not unit and float(known.mean()) > WINDIEST_MS:
        return (f"a mean of {known.mean():.3g} all year: km/h, mph or knots, or m/s?", "name it wind_speed_kmh, _mph, _kn or _ms")
    if column == "rh_pct" and unit in ("", "%", "pct") and most <= 1.0:
        return "no value above 1: shares, or percent?", "name it rh_frac"
    if column == "total_cloud_tenths" and unit in ("", "tenths") and most <= 1.0 and (known % 1.0 != 0.0).any():
        return "no value above 1: shares, or tenths?", "name it cloud_cover_frac"
    if column == "total_cloud_tenths" and not unit and most == 8.0:
        return "no value above 8: eighths, or tenths?", "name it cloud_cover (oktas), or cloud_cover (tenths)"
    return None


def _to_unit_of(column: Column, unit: str, step_h: float) -> tuple[float, float]:
    """Factor and offset to a column's unit; energy of the sun in each interval of ``step_h`` becomes its mean."""
    if column.name == "total_cloud_tenths":
        return _cover(unit)
    try:
        return factor_to("%" if unit == "1" else unit, column.unit)
    except UnknownUnit:
        if column.unit != "W/m2":
            raise
        return factor_to(unit, "Wh/m2")[0] / step_h, 0.0


def _cover(unit: str) -> tuple[float, float]:
    """Factor to tenths of the sky, also from percent and from shares."""
    try:
        return factor_to(unit, "tenths")
    except UnknownUnit:
        return factor_to(unit, "1")[0] * 10.0, 0.0


def _station(table: Table) -> Station:
    """Place and offset from comment lines."""
    said = stated_numbers(table, PLACE)
    return Station(said.get("utc_offset_h"), said.get("elevation_m"), said.get("lat"), said.get("lon"))
