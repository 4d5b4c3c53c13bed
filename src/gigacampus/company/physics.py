"""What the campuses give in the phase that each draw has in service, looked up in the worlds' tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

QUANTITIES = (
    "it_mw",
    "fuel_mmbtu",
    "grid_bill_usd",
    "accelerator_hours",
    "training_flop",
    "capacity_tokens",
    "hours_needed",
)
"""Rows of the table, in order."""


@dataclass(frozen=True)
class CampusTable:
    """Monthly physics of one chunk of draws: committed state, and what each further phase of a campus adds."""

    world: np.ndarray
    """World of each draw; int[draw]."""
    base: np.ndarray
    """All campuses with committed blocks only; (month, quantity, draw)."""
    extra: tuple[np.ndarray, ...]
    """Of each campus: what its phases add, (month, quantity, phase, world); empty when it has none."""

    def at(self, month: int, phase: np.ndarray) -> np.ndarray:
        """Quantities with ``phase[campus, draw]`` in service; (quantity, draw)."""
        total = self.base[month]
        for c, table in enumerate(self.extra):
            if table.size:
                total = total + table[month][:, phase[c], self.world]
        return total


def stack(up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Quantities by (world, quantity, campus, phase, month); whole-company arrays are shared out by IT power added."""
    names = QUANTITIES[:5]
    by_campus = np.stack([np.asarray(up[name], dtype=float) for name in names], axis=1)
    hours = by_campus[:, 3].sum(axis=1)
    capacity = np.asarray(up["serving_capacity_tokens"], dtype=float)
    needed = np.clip(np.asarray(up["serving_share_needed_frac"], dtype=float), 0.0, 1.0) * hours
    shared = np.stack([_share(by_campus[:, 0], capacity), _share(by_campus[:, 0], needed)], axis=1)
    return np.concatenate([by_campus, shared], axis=1)


def _share(it_mw: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Split ``whole[world, phase, month]`` over campuses so that the committed part and each phase's addition are
    kept.
    """
    gain = it_mw - it_mw[:, :, :1]
    total = gain.sum(axis=1, keepdims=True)
    part = np.divide(gain, total, out=np.zeros_like(gain), where=total > 0)
    split = part * (whole - whole[:, :1])[:, None]
    split[:, 0] += whole[:, :1]
    return split


def campus_table(stacked: np.ndarray, world: np.ndarray, phases: tuple[int, ...]) -> CampusTable:
    """Table of one chunk; ``phases`` counts the phases of each campus."""
    base = stacked[:, :, :, 0].sum(axis=2)
    extra = []
    for c, count in enumerate(phases):
        added = stacked[:, :, c] - stacked[:, :, c, :1]
        extra.append(np.ascontiguousarray(added.transpose(3, 1, 2, 0)) if count else np.empty(0))
    return CampusTable(world, np.ascontiguousarray(base[world].transpose(2, 1, 0)), tuple(extra))
