"""Transfers of all pairs by CNOSSOS-EU in favourable and in homogeneous air; faceted ground takes the plain code."""

from __future__ import annotations

from functools import partial

import numpy as np

from gigacampus.neighbours.noise.geometry.cnossos_columns import DISTANCE_M, WIDTH
from gigacampus.neighbours.noise.geometry.cnossos_kernels import cnossos_rows
from gigacampus.neighbours.noise.geometry.index import grid_index
from gigacampus.neighbours.noise.geometry.kernel_arrays import kernel_arrays
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.bands import BANDS, NOMINAL_HZ, WAVELENGTH_M, energy_sum_db
from gigacampus.neighbours.noise.propagation.cnossos_kernels import cnossos_losses
from gigacampus.neighbours.noise.propagation.cnossos_paths import pair_losses_db
from gigacampus.neighbours.noise.propagation.reflections_batch import eu_reflected
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
    """Favourable and homogeneous losses; there is one ``edition``, which is not read."""
    return Conditions(*cnossos_conditions(scene, sources, receivers, source_g=source_g, reflect=reflect, dtype=dtype))


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

    def work(here: slice) -> None:
        ears = receivers[here]
        rows = np.full((len(ears), len(sources), WIDTH), np.nan)
        if not len(scene.terrain.lines):
            cnossos_rows(sources, ears, *kernel_arrays(scene, index), rows)
        cnossos_losses(rows, source_g, NOMINAL_HZ, WAVELENGTH_M, still[:, here])
        distance[here] = rows[..., DISTANCE_M]
        for j, i in np.argwhere(np.isnan(rows[..., DISTANCE_M])):
            still[:, here][:, j, i] = plain_conditions_db(scene, sources[i], ears[j], source_g=source_g)
            distance[here][j, i] = np.sqrt(((ears[j, :3] - sources[i, :3]) ** 2).sum())

    in_chunks(work, len(receivers), len(sources))
    if reflect:
        still = with_reflections(scene, sources, receivers, still, partial(eu_reflected, source_g=source_g))
    return Transfer(still[1], distance), Transfer(still[0], distance)


def plain_conditions_db(scene: Scene, source: np.ndarray, receiver: np.ndarray, *, source_g: float) -> np.ndarray:
    """Loss without air of one pair in homogeneous and in favourable air by plain code; (condition, band)."""
    losses = pair_losses_db(scene, source, receiver, source_g=source_g, absorption_db_per_m=np.zeros(BANDS))
    return np.stack([-energy_sum_db(-np.stack([v for n, v in losses.items() if n.endswith(c)]), axis=0) for c in ("_h", "_f")])
