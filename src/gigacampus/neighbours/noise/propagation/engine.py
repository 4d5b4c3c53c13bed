"""One interface over the methods: losses of every source-receiver pair of a scene, by octave band."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from gigacampus.neighbours.noise.geometry.cnossos_kernels import WIDTH as BENT_WIDTH
from gigacampus.neighbours.noise.geometry.cnossos_kernels import bent_rows
from gigacampus.neighbours.noise.geometry.index import GridIndex, grid_index, kernel_arrays
from gigacampus.neighbours.noise.geometry.kernels import trace_pairs
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.geometry.trace import WIDTH, trace_pair
from gigacampus.neighbours.noise.propagation.bands import BANDS, NOMINAL_HZ, WAVELENGTH_M, energy_sum_db
from gigacampus.neighbours.noise.propagation.cnossos import long_term_db
from gigacampus.neighbours.noise.propagation.cnossos_kernels import bent_losses
from gigacampus.neighbours.noise.propagation.cnossos_paths import pair_losses_db
from gigacampus.neighbours.noise.propagation.iso9613_kernels import iso_losses
from gigacampus.neighbours.noise.propagation.reflections_batch import Mirrored, eu_mirrored, iso_mirrored

Method = Literal["iso9613_1996", "iso9613_2024", "cnossos"]
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


def geometry_rows(scene: Scene, sources: np.ndarray, receivers: np.ndarray, index: GridIndex | None = None) -> np.ndarray:
    """Geometry of all pairs; (receiver, source, ``WIDTH``). Faceted ground and overfull buffers use the plain twin."""
    out = np.empty((len(receivers), len(sources), WIDTH))
    if len(scene.terrain.lines):
        out[..., 0] = np.nan
    else:
        index = index or grid_index(scene)
        kernel: Any = trace_pairs
        kernel(np.ascontiguousarray(sources, dtype=float), np.ascontiguousarray(receivers, dtype=float), *kernel_arrays(scene, index), out)
    for j, i in np.argwhere(np.isnan(out[..., 0])):
        out[j, i] = trace_pair(scene, sources[i], receivers[j])
    return out


def iso_transfer(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, edition: int, reflect: bool = False, dtype: type = np.float64
) -> Transfer:
    """Transfer by ISO 9613-2, general ground method, over-top and side paths, with or without first-order reflections."""
    index = grid_index(scene)
    still: np.ndarray = np.empty((len(receivers), len(sources), BANDS), dtype=dtype)
    distance: np.ndarray = np.empty((len(receivers), len(sources)), dtype=dtype)

    def work(here: slice) -> None:
        rows = geometry_rows(scene, sources, receivers[here], index)
        iso_losses(rows, edition, WAVELENGTH_M, still[here])
        distance[here] = rows[..., 1]

    in_chunks(work, len(receivers), len(sources))
    if reflect:
        still = with_reflections(scene, sources, receivers, still[None], partial(iso_mirrored, edition=edition))[0]
    return Transfer(still, distance)


def cnossos_conditions(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, source_g: float, reflect: bool = False, dtype: type = np.float64
) -> tuple[Transfer, Transfer]:
    """Transfers by CNOSSOS-EU in favourable and in homogeneous air, with side paths, and reflections if wanted.

    Faceted ground takes the plain code.
    """
    index = grid_index(scene)
    sources, receivers = (np.ascontiguousarray(v, dtype=float) for v in (sources, receivers))
    still: np.ndarray = np.empty((2, len(receivers), len(sources), BANDS), dtype=dtype)
    distance: np.ndarray = np.empty((len(receivers), len(sources)), dtype=dtype)
    kernel: Any = bent_rows

    def work(here: slice) -> None:
        ears = receivers[here]
        rows = np.full((len(ears), len(sources), BENT_WIDTH), np.nan)
        if not len(scene.terrain.lines):
            kernel(sources, ears, *kernel_arrays(scene, index), rows)
        bent_losses(rows, source_g, NOMINAL_HZ, WAVELENGTH_M, still[:, here])
        distance[here] = rows[..., 0]
        for j, i in np.argwhere(np.isnan(rows[..., 0])):
            still[:, here][:, j, i] = plain_conditions_db(scene, sources[i], ears[j], source_g=source_g)
            distance[here][j, i] = np.sqrt(((ears[j, :3] - sources[i, :3]) ** 2).sum())

    in_chunks(work, len(receivers), len(sources))
    if reflect:
        still = with_reflections(scene, sources, receivers, still, partial(eu_mirrored, source_g=source_g))
    return Transfer(still[1], distance), Transfer(still[0], distance)


def plain_conditions_db(scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float) -> np.ndarray:
    """Loss without air of one pair in homogeneous and in favourable air by plain code; (condition, band)."""
    losses = pair_losses_db(scene, source, receiver, source_g=source_g, absorption_db_per_m=np.zeros(BANDS))
    return np.stack([-energy_sum_db(-np.stack([v for n, v in losses.items() if n.endswith(c)]), axis=0) for c in ("_h", "_f")])


def with_reflections(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, still_db: np.ndarray, mirrored: Callable[..., Mirrored]
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


def transfer(
    scene: Scene,
    sources: np.ndarray,
    receivers: np.ndarray,
    *,
    method: Method,
    favourable_frac: float = 0.5,
    source_g: float | None = None,
    reflect: bool = False,
    dtype: type = np.float64,
) -> Transfer:
    """Transfer by any method; ISO gives the downwind loss, CNOSSOS-EU the long-term mean at ``favourable_frac``.

    ``reflect`` adds first-order reflections.
    """
    if method == "cnossos":
        g = scene.ground_g if source_g is None else source_g
        down, calm = cnossos_conditions(scene, sources, receivers, source_g=g, reflect=reflect, dtype=dtype)
        return Transfer(-long_term_db(-down.still_db, -calm.still_db, favourable_frac=favourable_frac), down.distance_m)
    return iso_transfer(scene, sources, receivers, edition=int(method.rpartition("_")[2]), reflect=reflect, dtype=dtype)
