"""Receivers from CSV and GeoJSON files, and findings about those that stand where nobody can hear rightly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.tables.cells import Marks, is_number, numbers
from gigacampus.foundation.tables.headers import split_unit, units_beside, unread
from gigacampus.foundation.tables.text import read_table
from gigacampus.foundation.unit_names import symbol_of
from gigacampus.neighbours.noise.geodata.crs import REACH_M, TOO_FAR, Frame, in_order
from gigacampus.neighbours.noise.geodata.features import CUT, Findings, read_features
from gigacampus.neighbours.noise.geodata.heights import is_unit_beside, plain_name, stated_height, states_height, unread_heights
from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg

MOST = 100_000
AXES = (("lon", "lat"), ("longitude", "latitude"), ("lng", "lat"), ("long", "lat"), ("x", "y"), ("easting", "northing"))
COLUMNS = "name, lon and lat (or x and y), optional height_m, height_ft or z (metres above ground)"
HIGHEST_M = 500.0
ABOVE_GROUND_M = 150.0
"""A third coordinate up to this can be a height above ground; beyond, it is an altitude."""
TABLES = (".csv", ".tsv", ".txt", ".xlsx")
NAMES = ("name", "id", "label", "receiver")
DEGREES_WITHIN = (-180.0, 180.0)


@dataclass(frozen=True)
class Receivers:
    """Places of a file; arrays share the first axis (receiver)."""

    names: list[str]
    lat: np.ndarray
    lon: np.ndarray
    height_m: np.ndarray
    findings: list[str]


Row = tuple[str, float, float, float]


def read_receivers(path: Path, frame_: Frame, *, height_m: float, site_lat: float, site_lon: float) -> Receivers:
    """Receivers of a ``.csv`` or GeoJSON file; rows that cannot be used become findings."""
    faults = Findings()
    is_table = path.suffix.lower() in TABLES
    rows = _csv(path, height_m, faults, in_degrees=frame_.in_degrees) if is_table else _geojson(path, height_m, faults)
    if len(rows) > MOST:
        raise refuse(f"{len(rows):,} receivers, at most {MOST:,}", file=str(path), fix=CUT)
    table = np.array([r[1:] for r in rows], dtype=float).reshape(-1, 3)
    turned = in_order(frame_, table[:, :2])
    if turned is not None:
        faults.add("latitude stands before longitude; read that way round", path.name)
        table[:, :2] = turned
    with np.errstate(invalid="ignore"):
        plan = frame_.to_plane(table[:, :2])
        near = np.hypot(*plan.T) <= REACH_M
    for name, is_near in zip((r[0] for r in rows), near, strict=True):
        if not is_near:
            faults.add(TOO_FAR, name)
    if not near.any():
        raise refuse("no receiver in it that can be used", file=str(path), fix=f"columns are {COLUMNS}; {'; '.join(faults.told())}")
    lat, lon = lat_lon_deg(plan[near, 0], plan[near, 1], site_lat=site_lat, site_lon=site_lon).T
    return Receivers([r[0] for r, ok in zip(rows, near, strict=True) if ok], lat, lon, table[near, 2], faults.told())


def _csv(path: Path, height_m: float, faults: Findings, *, in_degrees: bool) -> list[Row]:
    """Receivers of a table in any of the usual forms of CSV, or of a workbook; see ``foundation.tables``."""
    table = read_table(path, path.name, known=_is_known)
    if table.unseen:
        faults.add(table.unseen, path.name)
    names = {_plain(n): i for i, n in reversed(list(enumerate(table.header)))}
    axes = next((pair for pair in AXES if pair[0] in names and pair[1] in names), None)
    if axes is None:
        raise refuse("no columns lon and lat, or x and y", file=str(path), line=table.header_line or 1, fix=f"columns are {COLUMNS}")
    called = next((n for n in NAMES if n in names), "")
    heights = {n: i for n, i in names.items() if n not in axes and _is_height(n)}
    units = units_beside(table, list(heights.values())) | table.units
    high = {_with_unit("height" if plain_name(n) == "z" else n, units.get(i, "")): i for n, i in heights.items()}
    used = [*high.values(), *(names[n] for n in (*axes, called) if n)]
    for column in (_plain(name) for name in unread(table, used)):
        if column in names:
            why = "stands twice; the first is read" if names[column] in used else f"is none of {COLUMNS}; not read"
            faults.add(f"column {column} {why}", path.name)
    cells = [[*row, *[""] * (table.width - len(row))] for row in table.rows]
    labels = [(row[names[called]].strip() if called else "") or f"line {line}" for row, line in zip(cells, table.lines, strict=True)]
    placed = [all(is_number(row[names[axis]]) for axis in axes) for row in cells]
    for label, is_placed in zip(labels, placed, strict=True):
        if not is_placed:
            faults.add("no position that can be read; left out", label)
    kept = [row for row, ok in zip(cells, placed, strict=True) if ok]
    lines = [line for line, ok in zip(table.lines, placed, strict=True) if ok]
    marks = Marks(within=DEGREES_WITHIN if in_degrees else None)
    columns = [[row[names[axis]] for row in kept] for axis in axes] if kept else []
    spots = [numbers(c, lines, path.name, a, separator=table.separator, marks=marks).values for c, a in zip(columns, axes, strict=False)]
    out: list[Row] = []
    for k, label in enumerate(label for label, ok in zip(labels, placed, strict=True) if ok):
        _take(out, label, [spots[0][k], spots[1][k]], {n: kept[k][i].strip() for n, i in high.items()}, height_m, faults)
    return out


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _plain(column: str) -> str:
    """A column's name in small letters, an axis without its unit of degrees."""
    bare, unit = split_unit(column)
    return bare if symbol_of(unit) == "deg" and any(bare in pair for pair in AXES) else column.strip().lower()


def _is_known(column: str) -> bool:
    name = _plain(column)
    return name in NAMES or any(name in pair for pair in AXES) or _is_height(name)


def _is_height(column: str) -> bool:
    return plain_name(column) == "z" or states_height({column: 1})


def _geojson(path: Path, height_m: float, faults: Findings) -> list[Row]:
    out: list[Row] = []
    for feature in read_features(path):
        spot = feature.geometry.get("coordinates")
        if feature.geometry.get("type") != "Point" or not isinstance(spot, list) or len(spot) < 2:
            faults.add("not a point; left out", feature.name)
            continue
        said = {k: v for k, v in feature.properties.items() if _is_height(k)}
        for key in unread_heights({k: v for k, v in feature.properties.items() if k not in said}, but=()):
            faults.add(f"property {key} is not read as a height: say it as height_m or height_ft", feature.name)
        if not said and len(spot) > 2:
            said = _third_coordinate(spot[2], feature.name, faults)
        if said:
            said |= {k: v for k, v in feature.properties.items() if is_unit_beside(k)}
        _take(out, feature.name, spot[:2], said, height_m, faults)
    return out


def _third_coordinate(z: object, name: str, faults: Findings) -> dict[str, Any]:
    """A third coordinate as a height above ground where it can be one; zero says nothing."""
    if not isinstance(z, int | float) or z == 0.0:
        return {}
    if 0.0 < z <= ABOVE_GROUND_M:
        faults.add("the third coordinate is taken as metres above ground", name)
        return {"z": z}
    faults.add("the third coordinate is no height above ground; not read: give height_m", name)
    return {}


def _take(out: list[Row], name: str, spot: list[Any], high: dict[str, Any], height_m: float, faults: Findings) -> None:
    stated = stated_height({"height" if plain_name(k) == "z" else k: v for k, v in high.items()})
    told = any(v is not None and str(v).strip() for v in high.values())
    try:
        x, y = float(spot[0]), float(spot[1])
    except (TypeError, ValueError):
        faults.add("no position that can be read; left out", name)
        return
    h = stated.height_m if stated.height_m is not None or told else height_m
    if h is None or not (np.isfinite([x, y, h]).all() and 0.0 < h <= HIGHEST_M):
        faults.add("no position or height that can be used; left out", name)
        return
    if high and not told:
        faults.add(f"no height given; {height_m:g} m taken", name)
    for fault in stated.faults:
        faults.add(fault, name)
    out.append((name, x, y, h))
