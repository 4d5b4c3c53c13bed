"""First-order reflections of many pairs: compiled geometry, band losses by the kernels of the direct way.

Faceted ground and overfull buffers take the plain code.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gigacampus.neighbours.noise.geometry import cnossos_columns, iso9613_columns
from gigacampus.neighbours.noise.geometry import reflection_columns as at
from gigacampus.neighbours.noise.geometry.index import GridIndex
from gigacampus.neighbours.noise.geometry.kernel_arrays import kernel_arrays, raster_of
from gigacampus.neighbours.noise.geometry.reflection_kernels import find_reflections, reflected_cnossos_rows, reflected_iso_rows
from gigacampus.neighbours.noise.geometry.reflections import mirroring_faces
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.bands import BANDS, NOMINAL_HZ, WAVELENGTH_M
from gigacampus.neighbours.noise.propagation.cnossos_kernels import cnossos_losses
from gigacampus.neighbours.noise.propagation.cnossos_paths import reflected_losses_db as eu_reflected_losses_db
from gigacampus.neighbours.noise.propagation.iso9613_kernels import iso_losses
from gigacampus.neighbours.noise.propagation.iso9613_reflections import large_enough, reflected_losses_db

Reflected = tuple[np.ndarray, np.ndarray]
"""Receiver and source of each reflection (reflection, 2), and its loss without air (condition, reflection, band)."""
ROOM = 2
"""Reflections for each pair that room is made for at first."""


def iso_reflected(scene: Scene, sources: np.ndarray, receivers: np.ndarray, index: GridIndex, *, edition: int) -> Reflected:
    """Reflections by ISO 9613-2; one condition. Infinite loss in bands that a face is too small for."""
    if len(scene.terrain.lines):
        return plain_iso_reflected(scene, sources, receivers, edition=edition)
    pairs, found, segment = _found(scene, sources, receivers)
    rows, loss = np.empty((len(found), iso9613_columns.WIDTH)), np.empty((1, len(found), BANDS))
    obstacles, ground, _ = kernel_arrays(scene, index)
    reflected_iso_rows(sources, receivers, pairs, found, obstacles, ground, rows)
    if np.isnan(rows[:, iso9613_columns.PLAN_M]).any():
        return plain_iso_reflected(scene, sources, receivers, edition=edition)
    iso_losses(rows[None], edition, WAVELENGTH_M, loss)
    height = found[:, at.TOP_M] - scene.terrain.altitude_m(found[:, [at.X, at.Y]])
    heard = large_enough(
        np.minimum(found[:, at.WIDTH_M], height), found[:, at.COSINE], before_m=found[:, at.BEFORE_M], distance_m=found[:, at.DISTANCE_M]
    )
    return pairs[:, :2], np.where(heard, loss + _absorbed_db(scene, segment), np.inf)


def eu_reflected(scene: Scene, sources: np.ndarray, receivers: np.ndarray, index: GridIndex, *, source_g: float) -> Reflected:
    """Reflections by CNOSSOS-EU in homogeneous and in favourable air. Infinite loss where a ray passes over its face."""
    if len(scene.terrain.lines):
        return plain_eu_reflected(scene, sources, receivers, source_g=source_g)
    pairs, found, segment = _found(scene, sources, receivers)
    rows, over_face, loss = np.empty((len(found), cnossos_columns.WIDTH)), np.empty((len(found), 2)), np.empty((2, 1, len(found), BANDS))
    reflected_cnossos_rows(sources, receivers, pairs, found, *kernel_arrays(scene, index), rows, over_face)
    if np.isnan(rows[:, cnossos_columns.DISTANCE_M]).any():
        return plain_eu_reflected(scene, sources, receivers, source_g=source_g)
    cnossos_losses(rows[None], source_g, NOMINAL_HZ, WAVELENGTH_M, loss)
    x = -40.0 / WAVELENGTH_M * over_face.T[..., None]
    over = 10.0 * np.log10(np.maximum(3.0 + x, 1.0))
    return pairs[:, :2], np.where(np.isnan(over_face.T[..., None]), np.inf, loss[:, 0] + over + _absorbed_db(scene, segment))


def _found(scene: Scene, sources: np.ndarray, receivers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Receiver, source and face of each reflection, its geometry, and the segment of its face."""
    faces, segment = mirroring_faces(scene)
    room = ROOM * len(sources) * len(receivers)
    raster = raster_of(scene)
    while True:
        pairs, found = np.empty((room, 3), dtype=np.int64), np.empty((room, at.WIDTH))
        count = find_reflections(sources, receivers, faces, scene.terrain.flat_m, raster, pairs, found)
        if count <= room:
            return pairs[:count], found[:count], segment[pairs[:count, 2]]
        room = count


def _absorbed_db(scene: Scene, segment: np.ndarray) -> np.ndarray:
    """What faces take; (reflection, band)."""
    absorbed: np.ndarray = -10.0 * np.log10(np.maximum(1.0 - scene.absorption[segment], 1e-6))
    return absorbed


def plain_iso_reflected(scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, edition: int) -> Reflected:
    """The same as ``iso_reflected`` by plain code, pair by pair: for faceted ground, and what tests compare with."""
    return _pair_by_pair(
        sources, receivers, lambda s, r: reflected_losses_db(scene, s, r, edition=edition, absorption_db_per_m=np.zeros(BANDS))[None]
    )


def plain_eu_reflected(scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, source_g: float) -> Reflected:
    """The same as ``eu_reflected`` by plain code, pair by pair."""

    def losses(s: np.ndarray, r: np.ndarray) -> np.ndarray:
        told = eu_reflected_losses_db(scene, s, r, source_g=source_g, absorption_db_per_m=np.zeros(BANDS))
        names = list(dict.fromkeys(name[:-2] for name in told))
        silent = np.full(BANDS, np.inf)
        return np.array([[told.get(name + c, silent) for name in names] for c in ("_h", "_f")]).reshape(2, -1, BANDS)

    return _pair_by_pair(sources, receivers, losses)


def _pair_by_pair(sources: np.ndarray, receivers: np.ndarray, losses: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Reflected:
    pairs, parts = [], []
    for j, receiver in enumerate(receivers):
        for i, source in enumerate(sources):
            parts.append(losses(source, receiver))
            pairs += [(j, i)] * parts[-1].shape[1]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.concatenate(parts, axis=1)
