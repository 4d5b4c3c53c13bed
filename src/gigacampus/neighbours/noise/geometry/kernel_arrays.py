"""What the compiled geometry is given, by name: obstacles with their grid, ground zones, terrain; and room for what a line meets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gigacampus.foundation.kernel_form import kernel_form
from gigacampus.neighbours.noise.geometry.index import GridIndex
from gigacampus.neighbours.noise.geometry.scene import Scene


class Obstacles(NamedTuple):
    """Faces of screens and buildings, and the grid of cells through which a line finds them."""

    segments: np.ndarray
    """x, y of both ends; (face, 4)."""
    tops_m: np.ndarray
    """Altitude of the top at both ends; (face, 2)."""
    owner: np.ndarray
    """Object of each face."""
    first: np.ndarray
    """First face of each object, and one past the last."""
    closed: np.ndarray
    """True for buildings, whose faces make a ring."""
    cell_starts: np.ndarray
    cell_faces: np.ndarray
    """Faces that enter each cell, cell after cell."""
    x0_m: float
    y0_m: float
    cell_m: float
    columns: int
    rows: int


class Ground(NamedTuple):
    """Ground factor by zone; where zones overlap the last one counts."""

    rings: np.ndarray
    ring_starts: np.ndarray
    ring_g: np.ndarray
    elsewhere_g: float


class Raster(NamedTuple):
    """Altitude of the terrain on nodes; no rows: flat ground."""

    x0_m: float
    y0_m: float
    step_m: float
    altitude_m: np.ndarray


class Crossings(NamedTuple):
    """Room for what a line meets: share of the way, altitude of the top there, object."""

    share: np.ndarray
    top_m: np.ndarray
    owner: np.ndarray


def kernel_arrays(scene: Scene, index: GridIndex) -> tuple[Obstacles, Ground, Raster]:
    """A scene and its grid as the kernels take them."""
    rings = np.vstack([z for z, _ in scene.zones]) if scene.zones else np.zeros((0, 2))
    starts = np.cumsum([0, *(len(z) for z, _ in scene.zones)]).astype(np.int64)
    segments, tops, owner, first, closed = kernel_form(scene.segments, scene.tops_m, scene.owner, scene.first, scene.closed)
    cell_starts, cell_faces = kernel_form(index.starts, index.items)
    grid = (index.x0_m, index.y0_m, index.cell_m, index.columns, index.rows)
    return (
        Obstacles(segments, tops, owner, first, closed, cell_starts, cell_faces, *grid),
        Ground(rings, starts, np.array([g for _, g in scene.zones], dtype=float), scene.ground_g),
        raster_of(scene),
    )


def raster_of(scene: Scene) -> Raster:
    """The terrain of a scene as the kernels take it."""
    terrain = scene.terrain
    return Raster(terrain.x0_m, terrain.y0_m, terrain.step_m, np.ascontiguousarray(terrain.raster_m, dtype=float))
