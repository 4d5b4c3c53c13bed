"""Maps: a receiver grid that refines itself where levels change fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LevelsOf = Callable[[np.ndarray], np.ndarray]
"""Points in plan (point, 2) -> levels (point,)."""


@dataclass(frozen=True)
class Grid:
    """Levels on a regular grid; rows run northward."""

    east_m: np.ndarray
    north_m: np.ndarray
    level_db: np.ndarray
    computed: int
    """Points at which paths were traced; the others are interpolated where the level hardly changes."""


def adaptive_grid(levels_of: LevelsOf, *, half_width_m: float, coarse_m: float, fine_m: float, tolerance_db: float = 2.0) -> Grid:
    """Levels on a square about the origin: traced coarsely, halved where neighbours differ by more than the tolerance."""
    halvings = max(0, round(np.log2(coarse_m / fine_m)))
    fine = coarse_m / 2**halvings
    cells = 2 * int(np.ceil(half_width_m / coarse_m)) * 2**halvings
    axis = (np.arange(cells + 1) - cells / 2) * fine
    level = np.full((cells + 1, cells + 1), np.nan)
    step = 2**halvings
    rows, columns = np.meshgrid(np.arange(0, cells + 1, step), np.arange(0, cells + 1, step), indexing="ij")
    computed = _trace(level, rows.ravel(), columns.ravel(), axis, levels_of)
    while step > 1:
        half = step // 2
        rough = _rough_cells(level[::step, ::step], tolerance_db)
        computed += _halve(level, rough, step, half, axis, levels_of)
        _interpolate(level, step, half)
        step = half
    return Grid(axis, axis, level, computed)


def _trace(level: np.ndarray, rows: np.ndarray, columns: np.ndarray, axis: np.ndarray, levels_of: LevelsOf) -> int:
    new = np.isnan(level[rows, columns])
    rows, columns = rows[new], columns[new]
    if len(rows):
        level[rows, columns] = levels_of(np.stack([axis[columns], axis[rows]], axis=1))
    return len(rows)


def _rough_cells(level: np.ndarray, tolerance_db: float) -> np.ndarray:
    """True for cells whose corners differ by more than the tolerance; (row, column)."""
    corners = np.stack([level[:-1, :-1], level[1:, :-1], level[:-1, 1:], level[1:, 1:]])
    out: np.ndarray = corners.max(axis=0) - corners.min(axis=0) > tolerance_db
    return out


def _halve(level: np.ndarray, rough: np.ndarray, step: int, half: int, axis: np.ndarray, levels_of: LevelsOf) -> int:
    row, column = np.nonzero(rough)
    if not len(row):
        return 0
    offsets = np.array([(0, half), (half, 0), (half, half), (half, step), (step, half)])
    spots = (np.stack([row, column], axis=1)[:, None] * step + offsets).reshape(-1, 2)
    spots = np.unique(spots, axis=0)
    return _trace(level, spots[:, 0], spots[:, 1], axis, levels_of)


def _interpolate(level: np.ndarray, step: int, half: int) -> None:
    """Fill the points between coarse neighbours that were not traced."""
    for row0, column0, shifts in (
        (0, half, ((0, -half), (0, half))),
        (half, 0, ((-half, 0), (half, 0))),
        (half, half, ((-half, -half), (-half, half), (half, -half), (half, half))),
    ):
        rows, columns = np.meshgrid(np.arange(row0, len(level), step), np.arange(column0, len(level), step), indexing="ij")
        mean = np.mean([level[rows + a, columns + b] for a, b in shifts], axis=0)
        level[rows, columns] = np.where(np.isnan(level[rows, columns]), mean, level[rows, columns])
