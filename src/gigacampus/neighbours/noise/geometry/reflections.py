"""Reflections from upright faces: image sources of the first order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import FOOT_M, Scene

SAME_POINT_M = 1e-6
DEAD_FRAC = 0.999
"""Faces that absorb at least this share in every band mirror nothing."""


@dataclass(frozen=True)
class Reflection:
    """One reflected way from a source over a face to a receiver."""

    point: np.ndarray
    """Point of reflection in plan."""
    z_m: float
    """Altitude of the ray there."""
    top_m: float
    """Altitude of the face's top edge there."""
    distance_m: float
    """Length of the straight line from the image source to the receiver."""
    before_m: float
    """Length from the source to the point of reflection."""
    segment: int
    width_m: float
    """Horizontal width of the face."""
    incidence_cos: float
    """Cosine of the angle of incidence in plan."""


def reflections(scene: Scene, source: np.ndarray, receiver: np.ndarray) -> list[Reflection]:
    """Every face that mirrors the source to the receiver below its top, seen from its open side."""
    seg, top = scene.segments, scene.tops_m
    if not len(seg):
        return []
    e = seg[:, 2:] - seg[:, :2]
    length = np.hypot(*e.T)
    normal = np.stack([e[:, 1], -e[:, 0]], axis=1) / length[:, None]
    to_s = ((source[:2] - seg[:, :2]) * normal).sum(axis=1)
    to_r = ((receiver[:2] - seg[:, :2]) * normal).sum(axis=1)
    share = np.divide(to_s, to_s + to_r, out=np.zeros_like(to_s), where=np.abs(to_s + to_r) > 1e-12)
    foot_s = source[:2] - to_s[:, None] * normal
    foot_r = receiver[:2] - to_r[:, None] * normal
    point = foot_s + share[:, None] * (foot_r - foot_s)
    along = ((point - seg[:, :2]) * e).sum(axis=1) / length**2
    z = source[2] + share * (receiver[2] - source[2])
    top_at = top[:, 0] + along * (top[:, 1] - top[:, 0])
    ground = scene.terrain.altitude_m(point + FOOT_M * np.sign(to_s)[:, None] * normal)
    open_side = np.where(scene.closed[scene.owner], np.sign(to_s) == _outward(scene), True)
    mirrors = scene.absorption.min(axis=1) < DEAD_FRAC
    good = mirrors & (to_s * to_r > SAME_POINT_M) & (along > 0.0) & (along < 1.0) & (z < top_at) & (z > ground) & open_side
    flat = np.hypot(*(point - source[:2]).T) + np.hypot(*(receiver[:2] - point).T)
    slant = np.hypot(flat, receiver[2] - source[2])
    cosine = (np.abs(to_s) + np.abs(to_r)) / np.maximum(flat, 1e-9)
    return [
        Reflection(
            point[i], float(z[i]), float(top_at[i]), float(slant[i]), float(share[i] * slant[i]), int(i), float(length[i]), float(cosine[i])
        )
        for i in np.flatnonzero(good)
    ]


def _outward(scene: Scene) -> np.ndarray:
    """Sign of the face normal (right of the segment) that points out of its building; (segment,)."""
    x0, y0, x1, y1 = scene.segments.T
    doubled = np.bincount(scene.owner, weights=x0 * y1 - x1 * y0, minlength=len(scene.closed))
    out: np.ndarray = np.sign(doubled)[scene.owner]
    return out


def mirroring_faces(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Faces that mirror at all: x0 y0 x1 y1, normal x and y, width, side that is open (0: both), top at both ends; and their segments."""
    at = np.flatnonzero(scene.absorption.min(axis=1) < DEAD_FRAC)
    seg = scene.segments[at]
    e = seg[:, 2:] - seg[:, :2]
    length = np.hypot(*e.T)[:, None]
    side = np.where(scene.closed[scene.owner[at]], _outward(scene)[at], 0.0) if len(at) else np.zeros(0)
    return np.hstack([seg, e[:, 1:] / length, -e[:, :1] / length, length, side[:, None], scene.tops_m[at]]), at
