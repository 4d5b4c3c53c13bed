"""Ground along a path in plan, with roofs, as straight pieces; and the mean plane that CNOSSOS-EU fits to it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry.plan import TOUCH, crossings, raster_shares, zone_shares
from gigacampus.neighbours.noise.geometry.scene import Scene, line_meetings, points_inside


@dataclass(frozen=True)
class Profile:
    """Pieces of ground and roof along an unfolded path, and the edges above them."""

    pieces: np.ndarray
    """start, altitude there, end, altitude there, G; (piece, 5), in order along the path."""
    edges: np.ndarray
    """Tops of screens: distance along the path and altitude; (edge, 2)."""
    owner: np.ndarray
    """Object of each edge; (edge,)."""
    creased: bool = True
    """False on raster ground, whose bends are where it was sampled and no edges of the land."""

    @property
    def length_m(self) -> float:
        """Horizontal length of the unfolded path."""
        return float(self.pieces[-1, 2])

    def clipped(self, start_m: float, stop_m: float) -> np.ndarray:
        """Pieces between two distances, cut at both."""
        p = self.pieces
        lo, hi = np.maximum(p[:, 0], start_m), np.minimum(p[:, 2], stop_m)
        keep = hi - lo > 1e-9
        slope = (p[:, 3] - p[:, 1]) / np.maximum(p[:, 2] - p[:, 0], 1e-12)
        out = np.stack([lo, p[:, 1] + slope * (lo - p[:, 0]), hi, p[:, 1] + slope * (hi - p[:, 0]), p[:, 4]], axis=1)
        value: np.ndarray = out[keep]
        return value

    def corners(self) -> np.ndarray:
        """Ground and roof points strictly between the ends; (point, 2)."""
        p = self.pieces
        return np.unique(np.vstack([p[1:, :2], p[:-1, 2:4]]), axis=0) if len(p) > 1 else np.zeros((0, 2))


def path_profile(scene: Scene, points: np.ndarray) -> Profile:
    """Profile under a path through points in plan (two or more), cut at creases, ground zones and buildings."""
    parts, edges, owners, offset = [], [], [], 0.0
    for a, b in itertools.pairwise(points):
        length = max(float(np.hypot(*(b - a))), 1e-9)
        t, top, owner = crossings(scene, a, b)
        pieces = _leg_pieces(scene, a, b, t, owner)
        parts.append(pieces * [length, 1, length, 1, 1] + [offset, 0, offset, 0, 0])
        edges.append(np.stack([offset + t * length, top], axis=1))
        owners.append(owner)
        offset += length
    return Profile(np.vstack(parts), np.vstack(edges), np.concatenate(owners), creased=not scene.terrain.is_raster)


def _leg_pieces(scene: Scene, a: np.ndarray, b: np.ndarray, t: np.ndarray, owner: np.ndarray) -> np.ndarray:
    terrain = scene.terrain
    cuts = np.zeros(0)
    if len(terrain.lines):
        cuts = line_meetings(terrain.lines, a, b)[0]
        cuts = cuts[(cuts > TOUCH) & (cuts < 1.0 - TOUCH)]
    elif terrain.is_raster:
        cuts = raster_shares(terrain, a, b)
    zone_bounds, zone_g = zone_shares(scene, a, b)
    solid = t[scene.closed[owner]] if len(t) else t
    bounds = np.unique(np.concatenate([[0.0, 1.0], cuts, zone_bounds, solid]))
    bounds = bounds[np.concatenate([[True], np.diff(bounds) > 1e-9])]
    middle = 0.5 * (bounds[1:] + bounds[:-1])
    z = terrain.altitude_m(a + bounds[:, None] * (b - a))
    roof = _roof_m(scene, a + middle[:, None] * (b - a), sorted({int(o) for o in owner if scene.closed[o]}))
    inside = roof > np.minimum(z[:-1], z[1:])
    g = zone_g[np.clip(np.searchsorted(zone_bounds, middle) - 1, 0, len(zone_g) - 1)]
    return np.stack([bounds[:-1], np.maximum(roof, z[:-1]), bounds[1:], np.maximum(roof, z[1:]), np.where(inside, 0.0, g)], axis=1)


def _roof_m(scene: Scene, xy: np.ndarray, buildings: list[int]) -> np.ndarray:
    """Altitude of the highest roof over points, minus infinity in the open."""
    roof = np.full(len(xy), -np.inf)
    for o in buildings:
        part = slice(scene.first[o], scene.first[o + 1])
        over = points_inside(xy, scene.segments[part, :2])
        roof = np.where(over, np.maximum(roof, scene.tops_m[part].max()), roof)
    return roof


def mean_plane(pieces: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the least-squares line through profile pieces. Source: Directive (EU) 2015/996, 2.5.3.

    >>> pieces = np.array([[0.0, 0.0, 112.41, 0.0, 0], [112.41, 0.0, 178.84, 10.0, 0], [178.84, 10.0, 194.16, 10.0, 0]])
    >>> [round(v, 2) for v in mean_plane(pieces)]
    [0.05, -2.83]
    """
    x0, z0, x1, z1 = pieces[:, 0], pieces[:, 1], pieces[:, 2], pieces[:, 3]
    n = x1 - x0
    sx, sxx = (n * (x0 + x1) / 2).sum(), ((x1**3 - x0**3) / 3).sum()
    sz = (n * (z0 + z1) / 2).sum()
    sxz = (n / 6 * (2 * x0 * z0 + 2 * x1 * z1 + x0 * z1 + x1 * z0)).sum()
    det = n.sum() * sxx - sx**2
    if det < 1e-9:
        return 0.0, float(sz / max(n.sum(), 1e-12))
    a = (n.sum() * sxz - sx * sz) / det
    return float(a), float((sz - a * sx) / n.sum())


def over_plane(plane: tuple[float, float], point: np.ndarray) -> tuple[float, np.ndarray]:
    """Height of a point over the mean plane, square to it and not negative, and its mirror image.

    >>> height, image = over_plane((0.0, 1.0), np.array([5.0, 3.0]))
    >>> height, image.tolist()
    (2.0, [5.0, -1.0])
    """
    a, b = plane
    gap = (point[1] - a * point[0] - b) / np.sqrt(1.0 + a * a)
    if gap <= 0.0:
        return 0.0, point
    normal = np.array([-a, 1.0]) / np.sqrt(1.0 + a * a)
    return float(gap), point - 2.0 * gap * normal


def plane_length_m(plane: tuple[float, float], p: np.ndarray, q: np.ndarray) -> float:
    """Distance between the projections of two points on the mean plane."""
    along = np.array([1.0, plane[0]]) / np.sqrt(1.0 + plane[0] ** 2)
    return float(abs((q - p) @ along))


def mean_path_g(pieces: np.ndarray) -> float:
    """Length-weighted G of profile pieces."""
    n = pieces[:, 2] - pieces[:, 0]
    return float((n * pieces[:, 4]).sum() / max(n.sum(), 1e-12))
