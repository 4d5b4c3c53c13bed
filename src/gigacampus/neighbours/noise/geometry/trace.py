"""Paths between one source and one receiver in plain numpy: the reference that the compiled kernel must reproduce."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry.lateral_paths import lateral_path_points
from gigacampus.neighbours.noise.geometry.plan import crossings, line_crossings, raster_shares, zone_shares
from gigacampus.neighbours.noise.geometry.scene import Scene

ABOVE_M = 1e-9


def trace_pair(scene: Scene, source: np.ndarray, receiver: np.ndarray) -> np.ndarray:
    """Geometry of one pair; points are x, y, absolute z, height above ground. Returns (column,)."""
    row = np.zeros(columns.WIDTH)
    p = max(float(np.hypot(*(receiver[:2] - source[:2]))), 1e-6)
    d = float(np.hypot(p, receiver[2] - source[2]))
    row[columns.PLAN_M], row[columns.DISTANCE_M] = p, d
    row[columns.SOURCE_HEIGHT_M], row[columns.RECEIVER_HEIGHT_M] = source[3], receiver[3]
    row[columns.ZONES] = ground_zones(scene, source, receiver)
    ground = ground_profile(scene, source, receiver)
    row[columns.MEAN_HEIGHT_M] = mean_height_m(ground, source[2], receiver[2], p) * p / d
    t, z, _ = crossings(scene, source[:2], receiver[:2])
    row[columns.PATHS["top"]], row[columns.TERRAIN_SCREENS], blocked = top_path(ground, t * p, z, (source[2], receiver[2]), (p, d))
    if blocked and not row[columns.TERRAIN_SCREENS]:
        row[columns.PATHS["left"]] = side_path(scene, source, receiver, 1.0)
        row[columns.PATHS["right"]] = side_path(scene, source, receiver, -1.0)
    return row


def ground_profile(scene: Scene, source: np.ndarray, receiver: np.ndarray) -> np.ndarray:
    """Ground altitude along the line: (point, 2) of distance from the source and altitude, ends included."""
    a, b = source[:2], receiver[:2]
    p = float(np.hypot(*(b - a)))
    ends = np.array([[0.0, source[2] - source[3]], [p, receiver[2] - receiver[3]]])
    terrain = scene.terrain
    if terrain.is_raster:
        t = raster_shares(terrain, a, b)
        inner = np.stack([t * p, terrain.altitude_m(a + t[:, None] * (b - a))], axis=1)
    elif len(terrain.lines):
        inner = line_crossings(terrain.lines, a, b) * np.array([p, 1.0])
    else:
        return ends
    return np.vstack([ends[:1], inner, ends[1:]])


def mean_height_m(ground: np.ndarray, source_z: float, receiver_z: float, p: float) -> float:
    """Mean height of the straight line from source to receiver over the ground profile."""
    sight = source_z + ground[:, 0] / p * (receiver_z - source_z)
    return float(np.trapezoid(sight - ground[:, 1], ground[:, 0]) / p)


def mean_g(bounds: np.ndarray, g: np.ndarray, start: float, stop: float) -> float:
    """Length-weighted mean G between two shares of the way."""
    if stop - start < 1e-12:
        return float(g[np.clip(np.searchsorted(bounds, start, side="right") - 1, 0, len(g) - 1)])
    overlap = np.clip(np.minimum(bounds[1:], stop) - np.maximum(bounds[:-1], start), 0.0, None)
    return float((overlap * g).sum() / overlap.sum())


def ground_zones(scene: Scene, source: np.ndarray, receiver: np.ndarray) -> tuple[float, float, float]:
    """Mean G of the source zone, the middle and the receiver zone (30 heights from each end)."""
    bounds, g = zone_shares(scene, source[:2], receiver[:2])
    p = max(float(np.hypot(*(receiver[:2] - source[:2]))), 1e-6)
    near, far = min(30.0 * source[3] / p, 1.0), max(1.0 - 30.0 * receiver[3] / p, 0.0)
    middle = mean_g(bounds, g, near, far) if far > near else 0.0
    return mean_g(bounds, g, 0.0, near), middle, mean_g(bounds, g, far, 1.0)


def top_path(
    ground: np.ndarray, s: np.ndarray, z: np.ndarray, ends_z: tuple[float, float], lengths: tuple[float, float]
) -> tuple[np.ndarray, float, bool]:
    """Over-top path: (edges, path difference, first, middle, last), whether terrain is part of it, whether sight is blocked."""
    p, d = lengths
    rise = (ends_z[1] - ends_z[0]) / p
    inner = ground[1:-1]
    hills = inner[inner[:, 1] > ends_z[0] + inner[:, 0] * rise + 1e-6]
    edges = np.vstack([np.stack([s, z, np.zeros_like(s)], axis=1), np.hstack([hills, np.ones((len(hills), 1))])])
    above = edges[:, 1] > ends_z[0] + edges[:, 0] * rise + ABOVE_M
    if not above.any():
        return _grazing(s, z, ends_z, (p, d)), 0.0, False
    chain = [np.array([0.0, ends_z[0], 0.0])]
    for point in [*edges[np.argsort(edges[:, 0], kind="stable")], np.array([p, ends_z[1], 0.0])]:
        while len(chain) > 1 and _turns_left(chain[-2], chain[-1], point):
            chain.pop()
        chain.append(point)
    line = np.array(chain)
    legs = np.hypot(*np.diff(line[:, :2], axis=0).T)
    middle = float(legs[1:-1].sum())
    row = np.array([min(len(line) - 2, 2), legs.sum() - d, legs[0], middle, legs[-1]])
    return row, float(line[1:-1, 2].any()), True


def _turns_left(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> bool:
    out: bool = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) >= 0.0
    return out


def _grazing(s: np.ndarray, z: np.ndarray, ends_z: tuple[float, float], lengths: tuple[float, float]) -> np.ndarray:
    """The edge below the line of sight that is nearest to it, as a negative path difference."""
    p, d = lengths
    if not len(s):
        return np.zeros(5)
    first, last = np.hypot(s, z - ends_z[0]), np.hypot(p - s, z - ends_z[1])
    best = int(np.argmin(first + last))
    return np.array([1.0, d - first[best] - last[best], first[best], 0.0, last[best]])


def side_path(scene: Scene, source: np.ndarray, receiver: np.ndarray, side: float) -> np.ndarray:
    """Path round one side (+1 left, -1 right of the way): (edges, path difference, first, middle, last); zeros: none."""
    chain = lateral_path_points(scene, source, receiver, side)
    if chain is None:
        return np.zeros(5)
    legs = np.hypot(*np.diff(chain, axis=0).T)
    legs = legs * np.hypot(legs.sum(), receiver[2] - source[2]) / legs.sum()
    d = np.hypot(np.hypot(*(receiver[:2] - source[:2])), receiver[2] - source[2])
    return np.array([min(len(legs) - 1, 2), legs.sum() - d, legs[0], legs[1:-1].sum(), legs[-1]])
