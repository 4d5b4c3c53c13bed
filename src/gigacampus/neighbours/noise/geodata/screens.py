"""Buildings, walls and ground regions of a file, ready for a scene; a fault becomes a finding that names the feature."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geodata.crs import REACH_M, TOO_FAR, Frame, in_order
from gigacampus.neighbours.noise.geodata.features import Feature, Findings, read_features, screens_sound
from gigacampus.neighbours.noise.geodata.heights import stated_height, unread_heights
from gigacampus.neighbours.noise.geodata.tags import LARGEST_BUILDING_M2, hides_nothing, is_building, no_building
from gigacampus.neighbours.noise.geometry.scene import Terrain, ring_area_m2

BUILDING_M, WALL_M = 6.0, 2.0
"""Height of a building or a wall without one; assumed, and said so."""
NO_SCREENS = ("highway", "railway", "waterway", "power", "route")
"""A line that has one of these tags is no wall."""
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
    """Polygons that are buildings become buildings, or ground where they have ``ground_g``; lines become walls.

    What hides nothing (roofs on posts, what lies under the ground or does not stand) and polygons that are no buildings are
    left out with a finding. Heights as ``heights.stated_height`` reads them, else 6 m for a building and 2 m for a wall.
    """
    faults, out = Findings(), Screens()
    parts = [part for feature in read_features(path) for part in _parts(feature, faults)]
    for feature, plan, kind in _within_reach(_on_the_plane(parts, frame_, faults, path.name), faults):
        if "ground_g" in feature.properties and kind == "ring":
            _add_ground(feature, plan, out, faults)
        else:
            _add_screen(feature, plan, kind, out, faults, terrain=terrain, absorption_frac=absorption_frac)
    if not (out.buildings or out.walls or out.zones):
        faults.add("no building, wall or ground in it that can be used", path.name)
    out.findings.extend(faults.told())
    return out


def _add_screen(
    feature: Feature, plan: np.ndarray, kind: str, out: Screens, faults: Findings, *, terrain: Terrain, absorption_frac: float
) -> None:
    """Add a building or a wall, unless its tags, its size or its height say that there is none."""
    said = feature.properties
    walled = kind == "ring" and not is_building(said) and screens_sound(said)
    building = kind == "ring" and not walled
    amiss = hides_nothing(said) or (no_building(said) if building else "")
    if not amiss and building and ring_area_m2(plan) > LARGEST_BUILDING_M2:
        amiss = f"{ring_area_m2(plan) / 1e6:.1f} km2, larger than any building; left out"
    if amiss:
        faults.add(amiss, feature.name)
        return
    height = height_m(feature, BUILDING_M if building else WALL_M, faults)
    if height is None:
        return
    if building:
        out.buildings.append((feature.name, plan, float(np.min(terrain.altitude_m(plan))) + height, absorption_frac))
    else:
        out.walls.append((feature.name, np.column_stack([plan, terrain.altitude_m(plan) + height]), absorption_frac))


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
        if any(isinstance(shape, list) and len(shape) > 1 for shape in shapes) and not no_building(said):
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
    stated = stated_height(feature.properties)
    for fault in stated.faults:
        faults.add(fault, feature.name)
    if stated.height_m is not None or stated.absent:
        return stated.height_m
    unread = unread_heights(feature.properties)
    if third_coordinates(feature.geometry.get("coordinates")):
        unread.append("third coordinate")
    also = f" ({', '.join(unread)} not read as a height: say it as height, in metres or with its unit)" if unread else ""
    faults.add(f"no height given{also}; {otherwise_m:g} m assumed", feature.name)
    return otherwise_m


def third_coordinates(coordinates: Any) -> list[float]:
    """Third coordinates other than zero of nested GeoJSON coordinates.

    >>> third_coordinates([[[-90.0, 35.0, 0.0], [-90.0, 35.1, 12.0]]])
    [12.0]
    """
    if not isinstance(coordinates, list) or not coordinates:
        return []
    if isinstance(coordinates[0], list):
        return [z for part in coordinates for z in third_coordinates(part)]
    third = coordinates[2] if len(coordinates) > 2 else 0.0
    return [float(third)] if isinstance(third, int | float) and third != 0.0 else []
