"""Belts of woods and plant on the way of a bent ray, by ISO 9613-2; CNOSSOS-EU states nothing of the kind."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, points_inside
from gigacampus.neighbours.noise.propagation.bands import BANDS
from gigacampus.neighbours.noise.propagation.iso9613_belts import plant_db, woods_db

RAY_RADIUS_M = 5_000.0
"""Rays bend down on arcs of this radius, so that a long one passes over what stands in its middle."""
LOSS_DB = {"woods": woods_db, "plant": plant_db}


def belts_db(scene: Scene, sources: np.ndarray, receivers: np.ndarray) -> np.ndarray | float:
    """Loss of all belts of a scene on every way; (receiver, source, band), or 0 where the scene has none."""
    if not scene.belts:
        return 0.0
    out = np.zeros((len(receivers), len(sources), BANDS))
    for kind, loss in LOSS_DB.items():
        through = [length_m(scene, ring, top, sources, receivers) for name, ring, top in scene.belts if name == kind]
        if through:
            way = np.hypot(*(receivers[:, None, :2] - sources[None, :, :2]).transpose(2, 0, 1))
            out += loss(np.minimum(np.sum(through, axis=0), way))
    return out


def length_m(scene: Scene, ring: np.ndarray, height_m: float, sources: np.ndarray, receivers: np.ndarray) -> np.ndarray:
    """Length of each bent ray inside a belt and below its top, in plan; ends are x, y, absolute z, height; (receiver, source).

    The belt stands on the mean altitude of the ground under its corners.
    """
    gap = receivers[:, None, :] - sources[None, :, :]
    way = np.maximum(np.hypot(gap[..., 0], gap[..., 1]), 1e-9)
    bounds = _bounds(ring, sources, gap)
    inside = (np.arange(bounds.shape[-1] - 1) + points_inside(sources[:, :2], ring)[None, :, None]) % 2 == 1
    over = _over(sources[None, :, 2] - float(scene.terrain.altitude_m(ring).mean()) - height_m, gap[..., 2], way)
    start, stop = bounds[..., :-1], bounds[..., 1:]
    above = np.clip(np.minimum(stop, over[1][..., None]) - np.maximum(start, over[0][..., None]), 0.0, None)
    return np.asarray(np.sum(np.where(inside, stop - start - above, 0.0), axis=-1) * way)


def _bounds(ring: np.ndarray, sources: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Shares of each way at which it crosses the ring, in order between 0 and 1; (receiver, source, side + 2)."""
    side = np.roll(ring, -1, axis=0) - ring
    to = ring[None] - sources[:, None, :2]
    cross = gap[..., None, 0] * side[:, 1] - gap[..., None, 1] * side[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (to[..., 0] * side[:, 1] - to[..., 1] * side[:, 0])[None] / cross
        u = (to[None, ..., 0] * gap[..., None, 1] - to[None, ..., 1] * gap[..., None, 0]) / cross
    met = np.where((u >= 0.0) & (u < 1.0) & (t > 0.0) & (t < 1.0), t, 1.0)
    ends = np.zeros((*met.shape[:2], 1))
    return np.concatenate([ends, np.sort(met, axis=-1), ends + 1.0], axis=-1)


def _over(start_m: np.ndarray, rise_m: np.ndarray, way_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares between which a bent ray is above a top: its height over the top is start + rise t + way^2 t (1 - t) / 2 R."""
    bend = way_m**2 / (2.0 * RAY_RADIUS_M)
    b = rise_m + bend
    root = b**2 + 4.0 * bend * start_m
    with np.errstate(invalid="ignore"):
        half = np.sqrt(root)
    low, high = (b - half) / (2.0 * bend), (b + half) / (2.0 * bend)
    return np.where(root > 0.0, low, 0.0), np.where(root > 0.0, high, 0.0)
