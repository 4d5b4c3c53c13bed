"""The scene as flat arrays: screens, ground zones, terrain. Built from polygons and lines; what is unusable becomes a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.propagation.bands import BANDS

Absorption = float | np.ndarray
SHORTEST_SEGMENT_M = 1e-6
LOWEST_SCREEN_M = 0.01
CONTRADICTION_M = 0.05
FOOT_M = 0.015
"""Ground is looked up this far beside a face that may stand on a step, such as a retaining wall."""
LEAST_AREA_M2 = 1e-3
MOST_CHECKED = 2000
"""Longest ring that is checked for crossings with itself: each side against each."""
RINGS_KEPT = 4096
"""Checked rings that a process remembers."""
JOINT_M = 0.01
"""Ends of walls no farther apart than this meet."""


@dataclass(frozen=True)
class Terrain:
    """Ground altitude: flat, a regular raster (bilinear) or break lines that hold every crease of a faceted ground."""

    flat_m: float = 0.0
    x0_m: float = 0.0
    y0_m: float = 0.0
    step_m: float = 1.0
    raster_m: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    """Altitudes at the nodes; (row northward, column eastward); empty: flat."""
    lines: np.ndarray = field(default_factory=lambda: np.zeros((0, 6)))
    """Break lines x0 y0 z0 x1 y1 z1."""

    @property
    def is_raster(self) -> bool:
        """True when altitudes come from a raster."""
        return self.raster_m.size > 0

    def altitude_m(self, xy: np.ndarray) -> np.ndarray:
        """Altitude at points (..., 2); raster points outside take the nearest edge value.

        >>> hill = Terrain(raster_m=np.array([[0.0, 0.0], [0.0, 4.0]]))
        >>> float(hill.altitude_m(np.array([0.5, 0.5])))
        1.0
        """
        xy = np.asarray(xy, dtype=float)
        if len(self.lines):
            return np.apply_along_axis(self._between_lines_m, -1, xy)
        if not self.is_raster:
            return np.full(xy.shape[:-1], self.flat_m)
        rows, columns = self.raster_m.shape
        fx = np.clip((xy[..., 0] - self.x0_m) / self.step_m, 0.0, columns - 1.0)
        fy = np.clip((xy[..., 1] - self.y0_m) / self.step_m, 0.0, rows - 1.0)
        ix, iy = np.minimum(fx.astype(int), columns - 2), np.minimum(fy.astype(int), rows - 2)
        ux, uy = fx - ix, fy - iy
        z = self.raster_m
        out: np.ndarray = (z[iy, ix] * (1 - ux) + z[iy, ix + 1] * ux) * (1 - uy) + (z[iy + 1, ix] * (1 - ux) + z[iy + 1, ix + 1] * ux) * uy
        return out

    def _between_lines_m(self, point: np.ndarray) -> float:
        """Altitude on the facet that holds a point: exact between the nearest break lines on both sides."""
        for way in (np.array([1.0, 0.0]), np.array([0.0, 1.0])):
            s, z = line_meetings(self.lines, point, point + way)
            if (s >= 0.0).any() and (s <= 0.0).any():
                after, before = np.flatnonzero(s >= 0.0), np.flatnonzero(s <= 0.0)
                i, j = before[np.argmax(s[before])], after[np.argmin(s[after])]
                return float(z[i] if s[i] == s[j] else z[i] - s[i] / (s[j] - s[i]) * (z[j] - z[i]))
        return self.flat_m


def line_meetings(lines: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the endless line through a and b crosses break lines: share of the way from a to b, and altitude."""
    d, e = b - a, lines[:, 3:5] - lines[:, :2]
    cross = d[0] * e[:, 1] - d[1] * e[:, 0]
    gap = lines[:, :2] - a
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[:, 0] * e[:, 1] - gap[:, 1] * e[:, 0]) / cross
        u = (gap[:, 0] * d[1] - gap[:, 1] * d[0]) / cross
        z = lines[:, 2] + u * (lines[:, 5] - lines[:, 2])
    keep = (np.abs(cross) > 1e-12) & (u >= -1e-9) & (u <= 1.0 + 1e-9)
    return t[keep], z[keep]


def consistent_lines(lines: np.ndarray) -> np.ndarray:
    """Break lines without those that cross others at another altitude: the one that contradicts most goes first.

    >>> crest, foot = [0.0, 1.0, 5.0, 9.0, 1.0, 5.0], [0.0, 2.0, 5.0, 9.0, 2.0, 5.0]
    >>> wrong = [4.0, -9.0, 0.0, 5.0, 9.0, 0.0]
    >>> len(consistent_lines(np.array([crest, wrong, foot])))
    2
    """
    keep = np.ones(len(lines), dtype=bool)
    clash = _contradictions(lines)
    while clash[np.ix_(keep, keep)].any():
        count = np.where(keep, clash[:, keep].sum(axis=1), -1)
        keep[int(np.argmax(count))] = False
    return lines[keep]


def _contradictions(lines: np.ndarray) -> np.ndarray:
    """True where two break lines cross at altitudes that differ by more than a few centimetres; (line, line)."""
    a, e = lines[:, :3], lines[:, 3:] - lines[:, :3]
    cross = e[:, None, 0] * e[None, :, 1] - e[:, None, 1] * e[None, :, 0]
    gap = a[None] - a[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[..., 0] * e[None, :, 1] - gap[..., 1] * e[None, :, 0]) / cross
        u = (gap[..., 0] * e[:, None, 1] - gap[..., 1] * e[:, None, 0]) / cross
        apart = np.abs(a[:, None, 2] + t * e[:, None, 2] - a[None, :, 2] - u * e[None, :, 2])
    inside = (np.abs(cross) > 1e-9) & (t > 1e-3) & (t < 0.999) & (u > 1e-3) & (u < 0.999)
    out: np.ndarray = inside & (apart > CONTRADICTION_M)
    return out


@dataclass(frozen=True)
class Scene:
    """Everything between sources and receivers, as arrays that a compiled kernel can read."""

    segments: np.ndarray
    """Screens in plan: x0 y0 x1 y1; (segment, 4), sorted by object."""
    tops_m: np.ndarray
    """Absolute altitude of the top edge at both ends; (segment, 2)."""
    owner: np.ndarray
    """Object of each segment; (segment,)."""
    first: np.ndarray
    """First segment of each object, with the end appended; (object + 1,)."""
    closed: np.ndarray
    """True for buildings, False for walls; (object,)."""
    absorption: np.ndarray
    """Share of energy that each segment absorbs; (segment, band)."""
    names: tuple[str, ...]
    zones: tuple[tuple[np.ndarray, float], ...] = ()
    """Ground polygons (vertex, 2) with their G, large ones first: where two overlap the smaller one counts."""
    ground_g: float = 0.5
    """G outside every zone."""
    terrain: Terrain = Terrain()
    findings: tuple[str, ...] = ()
    belts: tuple[tuple[str, np.ndarray, float], ...] = ()
    """Woods and plant that sound passes through: kind, polygon (vertex, 2), height above ground."""


def build_scene(
    *,
    buildings: Sequence[tuple[str, np.ndarray, float, Absorption]] = (),
    walls: Sequence[tuple[str, np.ndarray, Absorption]] = (),
    zones: Sequence[tuple[np.ndarray, float]] = (),
    ground_g: float = 0.5,
    terrain: Terrain | None = None,
    belts: Sequence[tuple[str, np.ndarray, float]] = (),
) -> Scene:
    """Flat arrays from buildings (name, ring, top altitude, absorption) and walls (name, x y top points, absorption)."""
    terrain = terrain or Terrain()
    rows: list[Screen] = []
    findings: list[str] = []
    for name, ring, top_m, absorption in buildings:
        clean, found = _clean_ring(name, np.asarray(ring, dtype=float)[:, :2].tobytes())
        findings.extend(found)
        if clean is not None and _stands(name, clean, np.full(len(clean), float(top_m)), terrain, findings):
            closed = np.vstack([clean, clean[:1]])
            rows.append(Screen(name, _faces(np.column_stack([closed, np.full(len(closed), float(top_m))]), absorption), True))
    lines: list[Screen] = []
    for name, points, absorption in walls:
        line = _without_repeats(np.asarray(points, dtype=float))
        if len(line) < 2:
            findings.append(f"wall {name}: fewer than two different points; left out")
        elif _stands(name, line[:, :2], line[:, 2], terrain, findings):
            lines.append(Screen(name, _faces(line, absorption), False))
    ordered = sorted(((np.asarray(z, float), float(g)) for z, g in zones), key=lambda zone: -ring_area_m2(zone[0]))
    flat = _flatten([*rows, *joined(lines)], tuple(ordered), ground_g, terrain, tuple(findings))
    return replace(flat, belts=tuple((kind, np.asarray(ring, dtype=float), float(top)) for kind, ring, top in belts))


@dataclass(frozen=True)
class Screen:
    """One object on its way into the scene: its faces x0 y0 z0 x1 y1 z1 and their absorption by band; (face, 6 + band)."""

    name: str
    faces: np.ndarray
    closed: bool


def _faces(line: np.ndarray, absorption: Absorption) -> np.ndarray:
    absorbed = np.broadcast_to(np.asarray(absorption, dtype=float), (len(line) - 1, BANDS))
    return np.hstack([line[:-1, :3], line[1:, :3], absorbed])


def joined(walls: list[Screen]) -> list[Screen]:
    """Walls that meet end to end become one object, so that no path slips through the joint; their ends are drawn together."""
    known: dict[tuple[int, int], tuple[int, np.ndarray]] = {}
    head = list(range(len(walls)))
    for w, wall in enumerate(walls):
        for face in wall.faces:
            for at in (slice(0, 2), slice(3, 5)):
                cell = np.round(face[at] / JOINT_M).astype(int)
                near = [known[key] for key in ((cell[0] + i, cell[1] + j) for i in (0, -1, 1) for j in (0, -1, 1)) if key in known]
                met = next((m for m in near if np.hypot(*(m[1] - face[at])) <= JOINT_M), None)
                if met is None:
                    known[cell[0], cell[1]] = (w, face[at].copy())
                else:
                    face[at] = met[1]
                    a, b = sorted((_head(head, met[0]), _head(head, w)))
                    head[b] = a
    groups: dict[int, list[Screen]] = {}
    for w, wall in enumerate(walls):
        groups.setdefault(_head(head, w), []).append(wall)
    return [Screen(" + ".join(p.name for p in g), np.vstack([p.faces for p in g]), False) for g in groups.values()]


def _head(head: list[int], w: int) -> int:
    while head[w] != w:
        w = head[w]
    return w


def ring_area_m2(ring: np.ndarray) -> float:
    """Area inside a ring without crossings.

    >>> ring_area_m2(np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 1.0]]))
    2.0
    """
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0)


def _flatten(rows: list[Screen], zones: tuple[Any, ...], ground_g: float, terrain: Terrain, findings: tuple[str, ...]) -> Scene:
    faces = np.vstack([np.zeros((0, 6 + BANDS)), *(r.faces for r in rows)])
    count = np.array([len(r.faces) for r in rows], dtype=np.int64)
    return Scene(
        faces[:, [0, 1, 3, 4]],
        faces[:, [2, 5]],
        np.repeat(np.arange(len(rows)), count),
        np.concatenate([[0], np.cumsum(count)]),
        np.array([r.closed for r in rows], dtype=bool),
        faces[:, 6:],
        tuple(r.name for r in rows),
        zones,
        float(ground_g),
        terrain,
        findings,
    )


def _without_repeats(points: np.ndarray) -> np.ndarray:
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.hypot(*np.diff(points[:, :2], axis=0).T) > SHORTEST_SEGMENT_M
    return points[keep]


@lru_cache(maxsize=RINGS_KEPT)
def _clean_ring(name: str, given: bytes) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Ring without repeats and crossings from the bytes of its points (vertex, 2), and what was found amiss.

    Kept, since the same halls stand in every world of a run.
    """
    findings = []
    ring = _without_repeats(np.frombuffer(given).reshape(-1, 2))
    is_open = len(ring) < 2 or np.hypot(*(ring[0] - ring[-1])) > SHORTEST_SEGMENT_M
    ring = ring if is_open else ring[:-1]
    if len(ring) < 3:
        return None, (f"building {name}: fewer than three different points; left out",)
    if is_open:
        findings.append(f"building {name}: the ring is open; closed from the last point to the first")
    if ring_area_m2(convex_hull(ring)) < LEAST_AREA_M2:
        return None, (*findings, f"building {name}: the ring holds no area; left out")
    if len(ring) > MOST_CHECKED:
        findings.append(f"building {name}: {len(ring):,} points, more than {MOST_CHECKED:,}: not checked whether the ring crosses itself")
    elif _crosses_itself(ring):
        findings.append(f"building {name}: the ring crosses itself; its outer hull is used")
        ring = convex_hull(ring)
    return ring, tuple(findings)


def _stands(name: str, xy: np.ndarray, tops_m: np.ndarray, terrain: Terrain, findings: list[str]) -> bool:
    feet = [xy + FOOT_M * np.array(way) for way in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))] if len(terrain.lines) else [xy]
    if np.max(tops_m - np.min([terrain.altitude_m(foot) for foot in feet], axis=0)) > LOWEST_SCREEN_M:
        return True
    findings.append(f"{name}: no height above the ground; left out")
    return False


def _crosses_itself(ring: np.ndarray) -> bool:
    a, b = ring, np.roll(ring, -1, axis=0)
    d = b - a
    cross = d[:, None, 0] * d[None, :, 1] - d[:, None, 1] * d[None, :, 0]
    gap = a[None] - a[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[..., 0] * d[None, :, 1] - gap[..., 1] * d[None, :, 0]) / cross
        u = (gap[..., 0] * d[:, None, 1] - gap[..., 1] * d[:, None, 0]) / cross
    inside = (t > 1e-9) & (t < 1 - 1e-9) & (u > 1e-9) & (u < 1 - 1e-9)
    return bool(inside.any())


def convex_hull(points: np.ndarray) -> np.ndarray:
    """Corners of the convex hull, counter-clockwise (monotone chain).

    >>> convex_hull(np.array([[0.0, 0], [2, 0], [1, 0.5], [2, 2], [0, 2]])).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]
    """
    order = np.unique(np.asarray(points, dtype=float), axis=0)
    if len(order) < 3:
        return order
    lower = _half_hull(order)
    upper = _half_hull(order[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _half_hull(points: np.ndarray) -> list[np.ndarray]:
    chain: list[np.ndarray] = []
    for p in points:
        while len(chain) > 1:
            a, b = chain[-1] - chain[-2], p - chain[-1]
            if a[0] * b[1] - a[1] * b[0] > 0.0:
                break
            chain.pop()
        chain.append(p)
    return chain


def points_inside(xy: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """True where points (..., 2) lie inside a ring (vertex, 2), by the even-odd rule.

    >>> points_inside(np.array([[0.5, 0.5], [2.0, 0.5]]), np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])).tolist()
    [True, False]
    """
    x, y = xy[..., 0, None], xy[..., 1, None]
    x0, y0 = ring.T
    x1, y1 = np.roll(ring, -1, axis=0).T
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    out: np.ndarray = (((y0 > y) != (y1 > y)) & (x < at)).sum(axis=-1) % 2 == 1
    return out
