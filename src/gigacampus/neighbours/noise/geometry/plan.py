"""Where a straight line in plan meets screens, creases of the ground and borders of ground zones."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, line_meetings, points_inside

TOUCH = 1e-7
"""Meetings nearer to an end of a line than this share of it are touches, not crossings."""


PARALLEL = 1e-9
"""Sine of the angle below which two lines count as parallel, and the share of a face by which its ends reach out."""


def crossings(scene: Scene, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the line a-b in plan meets screens: share of the way, top altitude, object; sorted along the line."""
    seg, d = scene.segments, b - a
    e = seg[:, 2:] - seg[:, :2]
    cross = d[0] * e[:, 1] - d[1] * e[:, 0]
    gap = seg[:, :2] - a
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[:, 0] * e[:, 1] - gap[:, 1] * e[:, 0]) / cross
        u = (gap[:, 0] * d[1] - gap[:, 1] * d[0]) / cross
    steep = np.abs(cross) > PARALLEL * np.hypot(*d) * np.hypot(*e.T)
    keep = steep & (t > TOUCH) & (t < 1.0 - TOUCH) & (u >= -PARALLEL) & (u <= 1.0 + PARALLEL)
    at = np.flatnonzero(keep)[np.argsort(t[keep], kind="stable")]
    top = scene.tops_m[at, 0] + u[at] * (scene.tops_m[at, 1] - scene.tops_m[at, 0])
    return t[at], top, scene.owner[at]


def raster_shares(terrain: Terrain, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    shares = []
    for axis, origin, count in ((0, terrain.x0_m, terrain.raster_m.shape[1]), (1, terrain.y0_m, terrain.raster_m.shape[0])):
        if abs(b[axis] - a[axis]) > 1e-12:
            nodes = origin + terrain.step_m * np.arange(count)
            shares.append((nodes - a[axis]) / (b[axis] - a[axis]))
    t = np.sort(np.concatenate(shares)) if shares else np.zeros(0)
    return t[(t > TOUCH) & (t < 1.0 - TOUCH)]


def line_crossings(lines: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Share of the way and altitude where a-b crosses break lines; (crossing, 2)."""
    t, z = line_meetings(lines, a, b)
    keep = (t > TOUCH) & (t < 1.0 - TOUCH)
    rows = np.stack([t[keep], z[keep]], axis=1)
    return rows[np.argsort(rows[:, 0], kind="stable")]


def zone_shares(scene: Scene, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of the line a-b with one G each: bounds as shares (piece + 1,) and G (piece,)."""
    cuts = [0.0, 1.0]
    for ring, _ in scene.zones:
        edges = np.hstack([ring, np.zeros((len(ring), 1)), np.roll(ring, -1, axis=0), np.zeros((len(ring), 1))])
        cuts += line_crossings(edges, a, b)[:, 0].tolist()
    bounds = np.unique(cuts)
    middle = a + 0.5 * (bounds[1:] + bounds[:-1])[:, None] * (b - a)
    g = np.full(len(middle), scene.ground_g)
    for ring, value in scene.zones:
        g[points_inside(middle, ring)] = value
    return bounds, g
