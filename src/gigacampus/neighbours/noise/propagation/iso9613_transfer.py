"""Transfers of all pairs by ISO 9613-2: compiled geometry and losses; faceted ground and overfull buffers take the plain twin."""

from __future__ import annotations

from functools import partial

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry.index import GridIndex, grid_index
from gigacampus.neighbours.noise.geometry.kernel_arrays import kernel_arrays
from gigacampus.neighbours.noise.geometry.kernels import trace_pairs
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.geometry.trace import trace_pair
from gigacampus.neighbours.noise.propagation.bands import BANDS, WAVELENGTH_M
from gigacampus.neighbours.noise.propagation.belts import belts_db
from gigacampus.neighbours.noise.propagation.iso9613_kernels import iso_losses
from gigacampus.neighbours.noise.propagation.reflections_batch import iso_reflected
from gigacampus.neighbours.noise.propagation.transfer import Conditions, Transfer, in_chunks, with_reflections


def conditions(
    scene: Scene,
    sources: np.ndarray,
    receivers: np.ndarray,
    *,
    edition: int,
    source_g: float,
    reflect: bool = False,
    dtype: type = np.float64,
) -> Conditions:
    """Downwind losses of an edition; the ground under the source is that of the scene, ``source_g`` is not read."""
    return Conditions(iso_transfer(scene, sources, receivers, edition=edition, reflect=reflect, dtype=dtype))


def geometry_rows(scene: Scene, sources: np.ndarray, receivers: np.ndarray, index: GridIndex | None = None) -> np.ndarray:
    """Geometry of all pairs; (receiver, source, column). Faceted ground and overfull buffers use the plain twin."""
    out = np.empty((len(receivers), len(sources), columns.WIDTH))
    if len(scene.terrain.lines):
        out[..., columns.PLAN_M] = np.nan
    else:
        index = index or grid_index(scene)
        trace_pairs(
            np.ascontiguousarray(sources, dtype=float), np.ascontiguousarray(receivers, dtype=float), *kernel_arrays(scene, index), out
        )
    for j, i in np.argwhere(np.isnan(out[..., columns.PLAN_M])):
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
        still[here] += belts_db(scene, sources, receivers[here])
        distance[here] = rows[..., columns.DISTANCE_M]

    in_chunks(work, len(receivers), len(sources))
    if reflect:
        still = with_reflections(scene, sources, receivers, still[None], partial(iso_reflected, edition=edition))[0]
    return Transfer(still, distance)
