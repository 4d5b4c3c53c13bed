"""A uniform grid over the screens, so that a ray looks only at what stands in the cells that it passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.memoize import remembered
from gigacampus.neighbours.noise.geometry.scene import Scene

MOST_CELLS = 4_000_000
SLACK = 1e-6
"""Cells are widened by this share when segments are entered, so that rounding never hides one."""


@dataclass(frozen=True)
class GridIndex:
    """Segments by cell in compressed rows: cell c holds ``items[starts[c]:starts[c + 1]]``."""

    x0_m: float
    y0_m: float
    cell_m: float
    columns: int
    rows: int
    starts: np.ndarray
    items: np.ndarray


def grid_index(scene: Scene, cell_m: float = 0.0) -> GridIndex:
    """Index of a scene's segments; the cell is about the size of a building unless given."""
    seg = scene.segments
    if not len(seg):
        return GridIndex(0.0, 0.0, 1.0, 1, 1, np.zeros(2, np.int64), np.zeros(0, np.int64))
    low = np.minimum(seg[:, :2], seg[:, 2:]).min(axis=0) - 1.0
    high = np.maximum(seg[:, :2], seg[:, 2:]).max(axis=0) + 1.0
    if cell_m <= 0.0:
        length = np.hypot(seg[:, 2] - seg[:, 0], seg[:, 3] - seg[:, 1])
        cell_m = float(np.clip(np.median(length) * 2.5, 20.0, 80.0))
    cell_m = max(cell_m, float(np.sqrt(np.prod(high - low) / MOST_CELLS)))
    columns, rows = (int(v) + 1 for v in np.ceil((high - low) / cell_m))
    starts, items = _entered(seg, low, cell_m, columns, rows)
    return GridIndex(float(low[0]), float(low[1]), cell_m, columns, rows, starts, items)


@remembered
def _entered(seg: np.ndarray, low: np.ndarray, cell_m: float, columns: int, rows: int) -> tuple[np.ndarray, ...]:
    """Starts and items of the compressed rows."""
    cells, items = [], []
    for k, (x0, y0, x1, y1) in enumerate(seg):
        touched = _cells_of(np.array([x0 - low[0], y0 - low[1], x1 - low[0], y1 - low[1]]) / cell_m, columns, rows)
        cells.append(touched)
        items.append(np.full(len(touched), k))
    cell, item = np.concatenate(cells), np.concatenate(items)
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(columns * rows + 1))
    return starts.astype(np.int64), item[order]


def _cells_of(line: np.ndarray, columns: int, rows: int) -> np.ndarray:
    """Cells (row * columns + column) that a segment in cell units passes, by column strips."""
    x0, y0, x1, y1 = line
    first, last = (int(np.clip(np.floor(v), 0, columns - 1)) for v in (min(x0, x1) - SLACK, max(x0, x1) + SLACK))
    out = []
    for column in range(first, last + 1):
        if abs(x1 - x0) < 1e-12:
            ys = (y0, y1)
        else:
            at = np.clip((np.array([column - SLACK, column + 1 + SLACK]) - x0) / (x1 - x0), 0.0, 1.0)
            ys = tuple(y0 + at * (y1 - y0))
        low, high = (int(np.clip(np.floor(v), 0, rows - 1)) for v in (min(ys) - SLACK, max(ys) + SLACK))
        out += [row * columns + column for row in range(low, high + 1)]
    return np.array(out, dtype=np.int64)
