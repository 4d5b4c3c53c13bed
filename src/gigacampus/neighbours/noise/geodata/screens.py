"""Buildings, walls and ground regions of a file, ready for a scene; a fault becomes a finding that names the feature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gigacampus.neighbours.noise.geodata.crs import REACH_M, TOO_FAR, Frame, in_order
from gigacampus.neighbours.noise.geodata.features import Feature, Findings, read_features, screens_sound
from gigacampus.neighbours.noise.geometry.scene import Terrain

STOREY_M = 3.0
BUILDING_M, WALL_M = 6.0, 2.0
"""Height of a building or a wall without one; assumed, and said so."""
HIGHEST_M = 1000.0
FOOT_M = 0.3048
NO_SCREENS = ("highway", "railway", "waterway", "power", "route")
"""A line that has one of these tags is no wall."""
_HEIGHT = re.compile(r"([-+]?\d+(?:[.,]\d+)?)\s*(m|metres?|meters?|ft|feet|')?\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|in))?", re.IGNORECASE)
Kept = tuple[Feature, np.ndarray, str]


@dataclass(frozen=True)
class Screens:
    """Buildings, walls and ground ready for ``build_scene``, and what was wrong with the file."""

    buildings: list[tuple[str, np.ndarray, float, float]] = field(default_factory=list)
    walls: list[tuple[str, np.ndarray, float]] = field(default_factory=list)
    zones: list[tuple[np.ndarray, float]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def joined(self, other: Screens) -> Screens:
        """What both hold."""
        return Screens(self.buildings + other.buildings, self.walls + other.walls, self.zones + other.zones, self.findings + other.findings)


def read_screens(path: Path, frame_: Frame, *, terrain: Terrain, absorption_frac: float = 0.1) -> Screens:
    """Polygons become buildings, or ground where they have ``ground_g``; lines become walls.

    Height from ``height`` (metres, or feet with a unit), else ``building:levels`` of 3 m, else 6 m for a building and 2 m for a wall.
    """
    faults, out = Findings(), Screens()
    parts = [part for feature in read_features(path) for part in _parts(feature, faults)]
    for feature, plan, kind in _within_reach(_on_the_plane(parts, frame_, faults, path.name), faults):
        if "ground_g" in feature.properties and kind == "ring":
            _add_ground(feature, plan, out, faults)
            continue
        height = height_m(feature, BUILDING_M if kind == "ring" else WALL_M, faults)
        if height is None:
            continue
        if kind == "ring":
            out.buildings.append((feature.name, plan, float(np.min(terrain.altitude_m(plan))) + height, absorption_frac))
        else:
            out.walls.append((feature.name, np.column_stack([plan, terrain.altitude_m(plan) + height]), absorption_frac))
    if not (out.buildings or out.walls or out.zones):
        faults.add("no building, wall or ground in it that can be used", path.name)
    out.findings.extend(faults.told())
    return out


def _parts(feature: Feature, faults: Findings) -> list[Kept]:
    """Rings and lines of a feature in the coordinates of the file."""
    kind, coordinates = feature.geometry.get("type"), feature.geometry.get("coordinates")
    said = feature.properties
    if kind not in ("Polygon", "MultiPolygon", "LineString", "MultiLineString") or not isinstance(coordinates, list):
        faults.add(f"geometry {kind!r} is neither a polygon nor a line; left out", feature.name)
        return []
    if kind.endswith("LineString") and (("barrier" in said and not screens_sound(said)) or any(key in said for key in NO_SCREENS)):
        faults.add("a line that is no wall; left out", feature.name)
        return []
    shapes = coordinates if kind.startswith("Multi") else [coordinates]
    if kind.endswith("Polygon"):
        if any(isinstance(shape, list) and len(shape) > 1 for shape in shapes):
            faults.add("a courtyard is filled in", feature.name)
        shapes = [shape[0] for shape in shapes if isinstance(shape, list) and shape]
    out = []
    for points in shapes:
        try:
            xy = np.array([[float(p[0]), float(p[1])] for p in points], dtype=float).reshape(-1, 2)
        except (TypeError, ValueError, IndexError, KeyError):
            faults.add("coordinates are not pairs of numbers; left out", feature.name)
            continue
        if len(xy):
            out.append((feature, xy, "ring" if kind.endswith("Polygon") else "line"))
    return out


def _on_the_plane(parts: list[Kept], frame_: Frame, faults: Findings, file: str) -> list[Kept]:
    if not parts:
        return []
    every = np.concatenate([xy for _, xy, _ in parts])
    turned = in_order(frame_, every)
    if turned is not None:
        faults.add("latitude stands before longitude; read that way round", file)
    with np.errstate(invalid="ignore"):
        plan = frame_.to_plane(every if turned is None else turned)
    ends = np.cumsum([len(xy) for _, xy, _ in parts])[:-1]
    return [(feature, p, kind) for (feature, _, kind), p in zip(parts, np.split(plan, ends), strict=True)]


def _within_reach(parts: list[Kept], faults: Findings) -> list[Kept]:
    kept = []
    for feature, plan, kind in parts:
        if not np.isfinite(plan).all():
            faults.add("coordinates are not numbers on the map; left out", feature.name)
        elif np.hypot(*plan.T).min() > REACH_M:
            faults.add(TOO_FAR, feature.name)
        else:
            kept.append((feature, plan, kind))
    return kept


def _add_ground(feature: Feature, plan: np.ndarray, out: Screens, faults: Findings) -> None:
    try:
        g = float(feature.properties["ground_g"])
    except (TypeError, ValueError):
        g = np.nan
    if 0.0 <= g <= 1.0 and len(plan) > 2:
        out.zones.append((plan, g))
    else:
        faults.add("ground_g is a number from 0 (hard) to 1 (porous) on a ring of three points or more; left out", feature.name)


def height_m(feature: Feature, otherwise_m: float, faults: Findings) -> float | None:
    """Height of a feature above its ground; None where the file says that there is none."""
    for key, factor in (("height", 1.0), ("building:levels", STOREY_M)):
        said = feature.properties.get(key)
        if said in (None, ""):
            continue
        value = metres(str(said))
        if value is None or value * factor > HIGHEST_M:
            faults.add(f"{key} is not a height that can be read", feature.name)
        elif value * factor <= 0.0:
            faults.add(f"{key} is not above zero; left out", feature.name)
            return None
        else:
            return value * factor
    faults.add(f"no height given; {otherwise_m:g} m assumed", feature.name)
    return otherwise_m


def metres(text: str) -> float | None:
    """Metres of a height as people write it; None where it cannot be read.

    >>> metres("8 m"), metres("8,5"), round(metres("24 ft"), 2), round(metres("7'6\\""), 2), metres("tall")
    (8.0, 8.5, 7.32, 2.29, None)
    """
    match = _HEIGHT.fullmatch(text.strip())
    if match is None:
        return None
    value, unit = float(match.group(1).replace(",", ".")), (match.group(2) or "m").lower()
    if unit in ("ft", "feet", "'"):
        return (value + float(match.group(3) or 0.0) / 12.0) * FOOT_M
    return value if match.group(3) is None else None
