"""Paths round the sides of screens: the hull of what stands in the way, grown until its legs are free."""

from __future__ import annotations

import itertools

import numpy as np

from gigacampus.neighbours.noise.geometry.plan import crossings, line_crossings, raster_shares
from gigacampus.neighbours.noise.geometry.scene import Scene, convex_hull, points_inside

ABOVE_M = 1e-9
HILL_M = 1e-6
"""Ground that rises this far above the surface of rays is in their way."""
OFF_CORNER_M = 0.015
"""A path round a corner passes this far outside and above it, so that its legs lie in the open."""
PASSES = 8
"""Most rounds of adding objects that the legs of a side path hit."""


def lateral_path_points(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, side: float, *, radius_m: float = np.inf, grow: bool = True
) -> np.ndarray | None:
    """Points in plan of the path round one side (+1 left, -1 right of the way), ends included; None: no such path.

    The path lies in the plane through both ends that is level across the way. Screens stand in the way where they reach
    above that plane, or for rays bent downwards above the arc of the given radius over it. With ``grow`` the path also goes round what its
    own legs meet; the published CNOSSOS-EU cases go round the objects on the straight line only. No path leads through the ground.
    """
    objects = _reaching(scene, source, receiver, source[:2], receiver[:2], radius_m)
    if not objects:
        return None
    if not grow:
        chain = _side_chain(scene, source, receiver, objects, side, OFF_CORNER_M)
        if chain is None:
            chain = _sheltered_chain(scene, source, receiver, objects, side, OFF_CORNER_M)
        chain = None if chain is None else _off_corners(chain, side)
        return None if chain is None or into_ground(scene, source, receiver, chain, radius_m) else chain
    for _ in range(PASSES):
        chain = _side_chain(scene, source, receiver, objects, side, 0.0)
        if chain is None:
            return None
        beside = _off_corners(chain, side)
        new = set().union(*(_reaching(scene, source, receiver, a, b, radius_m) for a, b in itertools.pairwise(beside)))
        if new <= objects:
            return None if into_ground(scene, source, receiver, beside, radius_m) else chain
        objects |= new
    return None


def into_ground(scene: Scene, source: np.ndarray, receiver: np.ndarray, chain: np.ndarray, radius_m: float) -> bool:
    """Whether the ground rises above the surface of rays anywhere along a way in plan (point, 2): a hill, a berm, a bank."""
    terrain = scene.terrain
    for a, b in itertools.pairwise(chain):
        if len(terrain.lines):
            t, z = line_crossings(terrain.lines, a, b).T
        elif terrain.is_raster:
            t = np.append(raster_shares(terrain, a, b), 1.0)
            z = terrain.altitude_m(a + t[:, None] * (b - a))
        else:
            return False
        if (z > surface_z(a + t[:, None] * (b - a), source, receiver, radius_m) + HILL_M).any():
            return True
    return False


def _reaching(scene: Scene, source: np.ndarray, receiver: np.ndarray, a: np.ndarray, b: np.ndarray, radius_m: float) -> set[int]:
    """Objects that the leg a-b meets above the surface of rays."""
    t, z, owner = crossings(scene, a, b)
    at = a + t[:, None] * (b - a)
    return set(owner[z > surface_z(at, source, receiver, radius_m) + ABOVE_M].tolist())


def surface_z(xy: np.ndarray, source: np.ndarray, receiver: np.ndarray, radius_m: float) -> np.ndarray:
    """Altitude of the surface of rays: the tilted plane through both ends, raised by the arc in favourable air."""
    way = receiver[:2] - source[:2]
    share = (xy - source[:2]) @ way / (way @ way)
    raised = np.clip(share * (1.0 - share), 0.0, None) * (way @ way) / (2.0 * radius_m)
    out: np.ndarray = source[2] + share * (receiver[2] - source[2]) + raised
    return out


def _side_chain(scene: Scene, source: np.ndarray, receiver: np.ndarray, objects: set[int], side: float, lift_m: float) -> np.ndarray | None:
    a, b = source[:2], receiver[:2]
    corners = np.vstack([_corners(scene, o, source, receiver, lift_m) for o in sorted(objects)])
    hull = convex_hull(np.vstack([a, b, corners]))
    start, stop = (np.flatnonzero((hull == point).all(axis=1)) for point in (a, b))
    if not len(start) or not len(stop):
        return None
    ring = np.roll(hull, -start[0], axis=0)
    end = int((stop[0] - start[0]) % len(hull))
    chain = ring[: end + 1] if side < 0 else np.vstack([ring[:1], ring[: end - 1 : -1]])
    return chain if len(chain) > 2 else None


def _corners(scene: Scene, obj: int, source: np.ndarray, receiver: np.ndarray, lift_m: float) -> np.ndarray:
    """Corners of an object above the tilted plane, and where its top passes through that plane."""
    part = slice(scene.first[obj], scene.first[obj + 1])
    seg, top = scene.segments[part], scene.tops_m[part]
    over = np.stack([top[:, i] + lift_m - surface_z(seg[:, 2 * i : 2 * i + 2], source, receiver, np.inf) for i in (0, 1)], axis=1)
    out = [seg[over[:, i] > ABOVE_M, 2 * i : 2 * i + 2] for i in (0, 1)]
    mixed = (over > ABOVE_M).sum(axis=1) == 1
    share = over[mixed, :1] / (over[mixed, :1] - over[mixed, 1:])
    out.append(seg[mixed, :2] + share * (seg[mixed, 2:] - seg[mixed, :2]))
    return np.vstack(out)


def _sheltered_chain(
    scene: Scene, source: np.ndarray, receiver: np.ndarray, objects: set[int], side: float, lift_m: float
) -> np.ndarray | None:
    """Shortest way round one side when an end lies inside the hull, such as in a yard: over a graph of free legs."""
    a, b = source[:2], receiver[:2]
    corners = np.vstack([_nodes(scene, o, source, receiver, lift_m) for o in sorted(objects)])
    way = b - a
    corners = corners[side * (way[0] * (corners[:, 1] - a[1]) - way[1] * (corners[:, 0] - a[0])) > 0.0]
    nodes = np.vstack([a, b, corners[:, 2:]])
    best, before, open_nodes = np.full(len(nodes), np.inf), np.zeros(len(nodes), dtype=int), set(range(len(nodes)))
    best[0] = 0.0
    while open_nodes:
        i = min(open_nodes, key=lambda n: best[n])
        open_nodes.discard(i)
        if i == 1 or not np.isfinite(best[i]):
            break
        for j in open_nodes:
            length = best[i] + float(np.hypot(*(nodes[j] - nodes[i])))
            if length < best[j] and not _reaching(scene, source, receiver, nodes[i], nodes[j], np.inf) & objects:
                best[j], before[j] = length, i
    if not np.isfinite(best[1]):
        return None
    order = [1]
    while order[-1] != 0:
        order.append(int(before[order[-1]]))
    return np.vstack([a, b, corners[:, :2]])[order[::-1]] if len(order) > 2 else None


def _nodes(scene: Scene, obj: int, source: np.ndarray, receiver: np.ndarray, lift_m: float) -> np.ndarray:
    """Corners of an object that a way may turn at, and beside each a point in the open where the way passes; (node, 4).

    Ways past points in the open neither touch nor run along the faces that they pass, so that rounding cannot block them.
    A corner has one such point in each angle between its faces.
    """
    part = slice(scene.first[obj], scene.first[obj + 1])
    seg, ends = scene.segments[part], scene.segments[part].reshape(-1, 2)
    over = (scene.tops_m[part].reshape(-1) + lift_m - surface_z(ends, source, receiver, np.inf)).reshape(-1, 2)
    along = np.arctan2(seg[:, 3] - seg[:, 1], seg[:, 2] - seg[:, 0])
    angles = np.stack([along, along + np.pi], axis=1).reshape(-1) % (2.0 * np.pi)
    corners, which = np.unique(ends, axis=0, return_inverse=True)
    at, way = [], []
    for k in sorted(set(which.reshape(-1)[(over > ABOVE_M).reshape(-1)].tolist())):
        here = np.sort(angles[which.reshape(-1) == k])
        middle = here + 0.5 * np.diff(here, append=here[0] + 2.0 * np.pi)
        at += [corners[k]] * len(middle)
        way += middle.tolist()
    for k in np.flatnonzero((over > ABOVE_M).sum(axis=1) == 1):
        at.append(seg[k, :2] + over[k, 0] / (over[k, 0] - over[k, 1]) * (seg[k, 2:] - seg[k, :2]))
        way.append(along[k] + (np.pi if over[k, 0] < over[k, 1] else 0.0))
    spots = np.array(at).reshape(-1, 2)
    beside = spots + OFF_CORNER_M * np.stack([np.cos(way), np.sin(way)], axis=1)
    free = ~points_inside(beside, seg[:, :2]) if scene.closed[obj] else np.ones(len(spots), dtype=bool)
    out: np.ndarray = np.hstack([spots, beside])[free]
    return out


def _off_corners(chain: np.ndarray, side: float) -> np.ndarray:
    """The chain with its turning points moved a little outwards along the bisector of each turn."""
    ways = np.diff(chain, axis=0)
    ways = ways / np.hypot(*ways.T)[:, None]
    across = side * np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    outward = across[1:] + across[:-1]
    out = chain.copy()
    out[1:-1] += OFF_CORNER_M * outward / np.hypot(*outward.T)[:, None]
    return out
