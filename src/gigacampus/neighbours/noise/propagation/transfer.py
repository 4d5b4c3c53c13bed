"""What lies between sources and receivers, whatever the method: losses by condition, work in chunks, reflections added."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry.index import grid_index
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.reflections_batch import Reflected

CHUNK_PAIRS = 24_000
"""Pairs traced at a time, so that geometry rows stay in cache and memory stays small."""


@dataclass(frozen=True)
class Transfer:
    """What lies between sources and receivers: the loss without air, and the distance that the air acts on."""

    still_db: np.ndarray
    """Loss without air absorption; (receiver, source, band)."""
    distance_m: np.ndarray
    """(receiver, source)."""

    def loss_db(self, absorption_db_per_m: np.ndarray) -> np.ndarray:
        """Loss with the air of one weather class; (receiver, source, band)."""
        out: np.ndarray = self.still_db + absorption_db_per_m * self.distance_m[..., None]
        return out


@dataclass(frozen=True)
class Conditions:
    """Transfers by condition of the air."""

    favourable: Transfer
    """Rays diffraction down, as downwind and in inversions."""
    homogeneous: Transfer | None = None
    """Straight rays; None where the method states the favourable condition alone."""


def points(scene: Scene, xy: np.ndarray, height_m: np.ndarray | float) -> np.ndarray:
    """Sources or receivers from plan and height above ground: x, y, absolute z, height; (point, 4)."""
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    height = np.broadcast_to(np.asarray(height_m, dtype=float), len(xy))
    return np.column_stack([xy, scene.terrain.altitude_m(xy) + height, height])


def in_chunks(work: Callable[[slice], None], receivers: int, sources: int) -> None:
    """Call ``work`` on slices of the receivers, on all processors where there is more than one slice.

    The kernels let other threads run, so that threads suffice; a small scene stays on the thread that asks.
    """
    step = max(1, CHUNK_PAIRS // max(sources, 1))
    chunks = [slice(k, min(k + step, receivers)) for k in range(0, receivers, step)]
    if len(chunks) < 2:
        for chunk in chunks:
            work(chunk)
        return
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for _ in pool.map(work, chunks):
            pass


def with_reflections(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, still_db: np.ndarray, mirrored: Callable[..., Reflected]
) -> np.ndarray:
    """Losses (condition, receiver, source, band) with first-order reflections added. The air acts on the direct distance for all ways."""
    out, index = still_db.astype(float), grid_index(scene)
    sources, receivers = (np.ascontiguousarray(v, dtype=float) for v in (sources, receivers))

    def work(here: slice) -> None:
        pairs, loss = mirrored(scene, sources, receivers[here], index)
        energy = 10.0 ** (-0.1 * out[:, here])
        for condition, more in zip(energy, loss, strict=True):
            np.add.at(condition, (pairs[:, 0], pairs[:, 1]), 10.0 ** (-0.1 * more))
        out[:, here] = -10.0 * np.log10(energy)

    in_chunks(work, len(receivers), len(sources))
    return out
