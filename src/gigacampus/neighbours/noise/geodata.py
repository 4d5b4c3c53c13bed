"""Real geodata in and out: GeoJSON buildings, walls and receivers, CSV receivers, raster terrain; faults become findings."""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, points_inside
from gigacampus.neighbours.noise.plane import east_north_m

STOREY_M = 3.0
DEFAULT_HEIGHT_M = 6.0
Project = Callable[[np.ndarray], np.ndarray]
"""Coordinates of a file (point, 2) -> metres on the plane (point, 2)."""


@dataclass(frozen=True)
class Screens:
    """Buildings and walls ready for ``build_scene``, and what was wrong with the file."""

    buildings: list[tuple[str, np.ndarray, float, float]] = field(default_factory=list)
    walls: list[tuple[str, np.ndarray, float]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def projection(crs: str, *, site_lat: float, site_lon: float) -> Project:
    """From a file's coordinates to the plane of a site. Degrees need no library; any other system needs pyproj."""
    if crs.upper() in ("EPSG:4326", "OGC:CRS84"):
        def degrees(xy: np.ndarray) -> np.ndarray:
            return east_north_m(xy[:, 1], xy[:, 0], site_lat=site_lat, site_lon=site_lon)
        return degrees
    from pyproj import Transformer

    transformer = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)

    def projected(xy: np.ndarray) -> np.ndarray:
        lon, lat = transformer.transform(xy[:, 0], xy[:, 1])
        return east_north_m(lat, lon, site_lat=site_lat, site_lon=site_lon)
    return projected


def read_screens(path: Path, project: Project, *, terrain: Terrain, absorption_frac: float = 0.1) -> Screens:
    """Polygons become buildings, lines become walls. Height from ``height``, else ``building:levels`` of 3 m, else 6 m."""
    out = Screens()
    document = json.loads(path.read_text(encoding="utf-8"))
    for k, feature in enumerate(document.get("features", [])):
        properties = feature.get("properties") or {}
        name = str(properties.get("name") or feature.get("id") or f"feature {k}")
        height = _height_m(properties, name, out.findings)
        for part, kind in _parts(feature.get("geometry") or {}, name, out.findings):
            plan = project(part)
            if not np.isfinite(plan).all():
                out.findings.append(f"{name}: coordinates are not numbers on the map; left out")
            elif kind == "ring":
                base = float(np.min(terrain.altitude_m(plan)))
                out.buildings.append((name, plan, base + height, absorption_frac))
            else:
                out.walls.append((name, np.column_stack([plan, terrain.altitude_m(plan) + height]), absorption_frac))
    return out


def _height_m(properties: dict[str, Any], name: str, findings: list[str]) -> float:
    for key, factor in (("height", 1.0), ("building:levels", STOREY_M)):
        if properties.get(key) in (None, ""):
            continue
        try:
            value = float(str(properties[key]).replace("m", "").strip()) * factor
        except ValueError:
            findings.append(f"{name}: {key} {properties[key]!r} is not a number")
            continue
        if value <= 0.0:
            findings.append(f"{name}: {key} is not above zero")
            continue
        return value
    findings.append(f"{name}: no height given; {DEFAULT_HEIGHT_M:g} m assumed")
    return DEFAULT_HEIGHT_M


def _parts(geometry: dict[str, Any], name: str, findings: list[str]) -> list[tuple[np.ndarray, str]]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates") or []
    raw: list[tuple[Any, str]]
    if kind == "Polygon":
        raw = [(coordinates[0], "ring")] if coordinates else []
    elif kind == "MultiPolygon":
        raw = [(p[0], "ring") for p in coordinates if p]
    elif kind == "LineString":
        raw = [(coordinates, "line")]
    elif kind == "MultiLineString":
        raw = [(c, "line") for c in coordinates]
    else:
        findings.append(f"{name}: geometry {kind!r} is neither a polygon nor a line; left out")
        return []
    out = []
    for points, what in raw:
        try:
            out.append((np.array([p[:2] for p in points], dtype=float).reshape(-1, 2), what))
        except (TypeError, ValueError):
            findings.append(f"{name}: coordinates are not pairs of numbers; left out")
    return out


def read_receivers_csv(path: Path, project: Project, *, height_m: float) -> tuple[list[str], np.ndarray, list[str]]:
    """Names, plan and height (receiver, 3), findings. Columns ``name``, ``x``/``lon``, ``y``/``lat``, optional ``height_m``."""
    names, rows, findings = [], [], []
    with open(path, encoding="utf-8", newline="") as file:
        for k, r in enumerate(csv.DictReader(file), start=2):
            try:
                x, y = float(r.get("x") or r["lon"]), float(r.get("y") or r["lat"])
                rows.append((x, y, float(r.get("height_m") or height_m)))
                names.append(r.get("name") or f"row {k}")
            except (KeyError, TypeError, ValueError):
                findings.append(f"{path.name}, line {k}: no position that can be read; left out")
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return names, np.column_stack([project(table[:, :2]), table[:, 2]]) if len(table) else table, findings


def misplaced(scene: Scene, names: list[str], spots_m: np.ndarray, sources_m: np.ndarray) -> list[str]:
    """Findings about receivers inside buildings or on a source; they are computed all the same."""
    findings = []
    for o in np.flatnonzero(scene.closed):
        ring = scene.segments[scene.first[o]:scene.first[o + 1], :2]
        findings += [f"{names[i]}: lies inside building {scene.names[o]}" for i in np.flatnonzero(points_inside(spots_m[:, :2], ring))]
    near = np.hypot(*(spots_m[:, None, :2] - sources_m[None, :, :2]).transpose(2, 0, 1)).min(axis=1) if len(sources_m) else None
    if near is not None:
        findings += [f"{names[i]}: stands on a source" for i in np.flatnonzero(near < 1.0)]
    return findings


def read_ascii_grid(path: Path, project: Project) -> Terrain:
    """Terrain from an ESRI ASCII grid in a metric system that is level with the plane (no turning, no stretching)."""
    lines = path.read_text(encoding="ascii").split("\n")
    head = {k.lower(): float(v) for k, v in (line.split()[:2] for line in lines[:6])}
    z = np.loadtxt(lines[6:]).reshape(int(head["nrows"]), int(head["ncols"]))[::-1]
    z = np.where(z == head.get("nodata_value", -9999.0), np.nan, z)
    if np.isnan(z).any():
        z = np.where(np.isnan(z), np.nanmean(z), z)
    half = head["cellsize"] / 2.0 if "xllcorner" in head else 0.0
    corner = np.array([[head.get("xllcorner", head.get("xllcenter", 0.0)) + half,
                        head.get("yllcorner", head.get("yllcenter", 0.0)) + half]])
    x0, y0 = project(corner)[0]
    return Terrain(x0_m=float(x0), y0_m=float(y0), step_m=head["cellsize"], raster_m=z)


def write_levels_geojson(path: Path, lat_lon: np.ndarray, columns: dict[str, np.ndarray], names: list[str]) -> None:
    """Points with levels as properties."""
    features = [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [round(float(b), 6), round(float(a), 6)]},
                 "properties": {"name": names[i], **{k: round(float(v[i]), 2) for k, v in columns.items()}}}
                for i, (a, b) in enumerate(lat_lon)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_levels_csv(path: Path, lat_lon: np.ndarray, columns: dict[str, np.ndarray], names: list[str]) -> None:
    """The same points as a table."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "lat", "lon", *columns])
        for i, (a, b) in enumerate(lat_lon):
            writer.writerow([names[i], f"{a:.6f}", f"{b:.6f}", *(f"{float(v[i]):.2f}" for v in columns.values())])


def write_geotiff(path: Path, values: np.ndarray, *, west_deg: float, north_deg: float, step_lon_deg: float,
                  step_lat_deg: float) -> None:
    """Levels as a float32 GeoTIFF in degrees; ``values`` runs from north to south. Source: TIFF 6.0, OGC GeoTIFF 1.1."""
    data = np.ascontiguousarray(values, dtype="<f4")
    rows, columns = data.shape
    scale = struct.pack("<3d", step_lon_deg, step_lat_deg, 0.0)
    tie = struct.pack("<6d", 0.0, 0.0, 0.0, west_deg, north_deg, 0.0)
    keys = struct.pack("<16H", 1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)
    count = 14
    extra_at = 8 + 2 + 12 * count + 4
    places = {"scale": extra_at, "tie": extra_at + len(scale), "keys": extra_at + len(scale) + len(tie)}
    data_at = places["keys"] + len(keys)
    entries = [(256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, 32), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, data_at),
               (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, 1, data.nbytes), (284, 3, 1, 1), (339, 3, 1, 3),
               (33550, 12, 3, places["scale"]), (33922, 12, 6, places["tie"]), (34735, 3, 16, places["keys"])]
    directory = struct.pack("<H", count) + b"".join(struct.pack("<HHII", *e) for e in entries) + struct.pack("<I", 0)
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 8) + directory + scale + tie + keys + data.tobytes())
