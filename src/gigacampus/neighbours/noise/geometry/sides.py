"""Paths round the sides of screens: the hull of what stands in the way, grown until its legs are free."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.plan import crossings
from gigacampus.neighbours.noise.geometry.scene import Scene, convex_hull

ABOVE_M = 1e-9
PASSES = 8
"""Most rounds of adding objects that the legs of a side path hit."""


def side_points(scene: Scene, source: np.ndarray, receiver: np.ndarray, side: float, *,
                radius_m: float = np.inf) -> np.ndarray | None:
    """Points in plan of the path round one side (+1 left, -1 right of the way), ends included; None: no such path.

    Screens count where they reach above the surface that holds the ray: the plane through both ends, level across the
    way, or for rays bent downwards the arc of the given radius over it.
    """
    objects = _reaching(scene, source, receiver, source[:2], receiver[:2], radius_m)
    if not objects:
        return None
    for _ in range(PASSES):
        chain = _side_chain(scene, source, receiver, objects, side, radius_m)
        if chain is None:
            return None
        new = set().union(*(_reaching(scene, source, receiver, a, b, radius_m)
                            for a, b in zip(chain[:-1], chain[1:], strict=True)))
        if new <= objects:
            return chain
        objects |= new
    return None


def _reaching(scene: Scene, source: np.ndarray, receiver: np.ndarray, a: np.ndarray, b: np.ndarray,
              radius_m: float) -> set[int]:
    """Objects that the leg a-b meets above the surface of rays."""
    t, z, owner = crossings(scene, a, b)
    at = a + t[:, None] * (b - a)
    return set(owner[z > surface_z(at, source, receiver, radius_m) + ABOVE_M].tolist())


def surface_z(xy: np.ndarray, source: np.ndarray, receiver: np.ndarray, radius_m: float) -> np.ndarray:
    """Altitude of the surface of rays: the tilted plane through both ends, raised by the arc in favourable air."""
    way = receiver[:2] - source[:2]
    share = (xy - source[:2]) @ way / (way @ way)
    raised = np.clip(share * (1.0 - share), 0.0, None) * (way @ way) / (2.0 * radius_m)
    return source[2] + share * (receiver[2] - source[2]) + raised


def _side_chain(scene: Scene, source: np.ndarray, receiver: np.ndarray, objects: set[int], side: float,
                radius_m: float) -> np.ndarray | None:
    a, b = source[:2], receiver[:2]
    corners = np.vstack([_corners(scene, o, source, receiver, radius_m) for o in sorted(objects)])
    hull = convex_hull(np.vstack([a, b, corners]))
    start, stop = (np.flatnonzero((hull == point).all(axis=1)) for point in (a, b))
    if not len(start) or not len(stop):
        return None
    ring = np.roll(hull, -start[0], axis=0)
    end = int((stop[0] - start[0]) % len(hull))
    chain = ring[:end + 1] if side < 0 else np.vstack([ring[:1], ring[:end - 1:-1]])
    return chain if len(chain) > 2 else None


def _corners(scene: Scene, obj: int, source: np.ndarray, receiver: np.ndarray, radius_m: float) -> np.ndarray:
    """Corners of an object above the surface of rays, and where its top passes through that surface."""
    part = slice(scene.first[obj], scene.first[obj + 1])
    seg, top = scene.segments[part], scene.tops_m[part]
    over = np.stack([top[:, i] - surface_z(seg[:, 2 * i:2 * i + 2], source, receiver, radius_m) for i in (0, 1)], axis=1)
    out = [seg[over[:, i] > ABOVE_M, 2 * i:2 * i + 2] for i in (0, 1)]
    mixed = (over > ABOVE_M).sum(axis=1) == 1
    share = over[mixed, :1] / (over[mixed, :1] - over[mixed, 1:])
    out.append(seg[mixed, :2] + share * (seg[mixed, 2:] - seg[mixed, :2]))
    return np.vstack(out)
