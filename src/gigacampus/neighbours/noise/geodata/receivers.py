"""Receivers from CSV and GeoJSON files, and findings about those that stand where nobody can hear rightly."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.neighbours.noise.geodata.crs import REACH_M, TOO_FAR, Frame, in_order
from gigacampus.neighbours.noise.geodata.features import CUT, Findings, bounded_text, read_features
from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg
from gigacampus.neighbours.noise.geometry.scene import Scene, points_inside

MOST = 100_000
AXES = (("lon", "lat"), ("longitude", "latitude"), ("x", "y"))
COLUMNS = "name, lon and lat (or x and y), optional height_m"
ON_A_SOURCE_M = 1.0
HIGHEST_M = 500.0


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
    rows = _csv(path, height_m, faults) if path.suffix.lower() == ".csv" else _geojson(path, height_m, faults)
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


def _csv(path: Path, height_m: float, faults: Findings) -> list[Row]:
    reader = csv.DictReader(io.StringIO(bounded_text(path)))
    names = {(n or "").strip().lower(): n for n in reader.fieldnames or ()}
    axes = next((pair for pair in AXES if pair[0] in names and pair[1] in names), None)
    if axes is None:
        raise refuse("no columns lon and lat, or x and y", file=str(path), line=1, fix=f"columns are {COLUMNS}")
    out: list[Row] = []
    for line, row in enumerate(reader, start=2):
        said = {k: (row.get(n) or "").strip() for k, n in names.items() if isinstance(row.get(n), str)}
        _take(out, said.get("name") or f"line {line}", [said.get(a) for a in axes], said.get("height_m"), height_m, faults)
    return out


def _geojson(path: Path, height_m: float, faults: Findings) -> list[Row]:
    out: list[Row] = []
    for feature in read_features(path):
        spot = feature.geometry.get("coordinates")
        if feature.geometry.get("type") == "Point" and isinstance(spot, list) and len(spot) > 1:
            _take(out, feature.name, spot[:2], feature.properties.get("height_m"), height_m, faults)
        else:
            faults.add("not a point; left out", feature.name)
    return out


def _take(out: list[Row], name: str, spot: list[Any], high: object, height_m: float, faults: Findings) -> None:
    try:
        x, y, h = float(spot[0]), float(spot[1]), height_m if high in (None, "") else float(str(high))
    except (TypeError, ValueError):
        faults.add("no position or height that can be read; left out", name)
        return
    if not (np.isfinite([x, y, h]).all() and 0.0 < h <= HIGHEST_M):
        faults.add("no position or height that can be used; left out", name)
        return
    out.append((name, x, y, h))


def misplaced(scene: Scene, names: list[str], spots_m: np.ndarray, sources_m: np.ndarray) -> list[str]:
    """Findings about receivers inside buildings or on a source; they are computed all the same."""
    faults = Findings()
    order = np.argsort(spots_m[:, 0])
    x = spots_m[order, 0]
    for o in np.flatnonzero(scene.closed):
        ring = scene.segments[scene.first[o] : scene.first[o + 1], :2]
        near = order[np.searchsorted(x, ring[:, 0].min()) : np.searchsorted(x, ring[:, 0].max(), side="right")]
        for i in near[points_inside(spots_m[near, :2], ring)]:
            faults.add(f"lies inside building {scene.names[o]}", names[i])
    for i, spot in enumerate(spots_m[:, :2]):
        if len(sources_m) and np.hypot(*(sources_m[:, :2] - spot).T).min() < ON_A_SOURCE_M:
            faults.add("stands on a source", names[i])
    return faults.told()
