"""What the campuses give in the phase that each draw has in service, looked up in the worlds' tables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

QUANTITIES = (
    "it_mw",
    "fuel_mmbtu",
    "grid_bill_usd",
    "accelerator_hours",
    "training_flop",
    "capacity_tokens",
    "hours_needed",
    "it_installed_mw",
)
"""Rows of the table, in order."""


def stack(up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Quantities by (world, quantity, campus, phase, month); whole-company arrays are shared out by IT power added."""
    names = QUANTITIES[:5]
    by_campus = np.stack([np.asarray(up[name], dtype=float) for name in names], axis=1)
    hours = by_campus[:, 3].sum(axis=1)
    capacity = np.asarray(up["serving_capacity_tokens"], dtype=float)
    needed = np.clip(np.asarray(up["serving_share_needed_frac"], dtype=float), 0.0, 1.0) * hours
    shared = np.stack([_share(by_campus[:, 0], capacity), _share(by_campus[:, 0], needed)], axis=1)
    installed = np.asarray(up["it_installed_mw"], dtype=float)[:, None]
    return np.concatenate([by_campus, shared, installed], axis=1)


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


OF_WORLD = ("paying_users", "tokens_demanded", "tokens_from_cars", "tokens_from_robots", "tokens_from_agents")
"""Rows that follow the quantities; then come water and exposure."""


def world_tables(stacked: np.ndarray, up: Mapping[str, np.ndarray], phases: tuple[int, ...]) -> np.ndarray:
    """Physics that the simulation looks up: all campuses with committed blocks only, demand, water, exposure, then what each phase adds to
    the one before it, campus by campus; (world, row, month). ``phases`` counts the phases of each campus.
    """
    base = stacked[:, :, :, 0].sum(axis=2)
    rows = [np.asarray(up[name], dtype=float) for name in OF_WORLD]
    rows += [np.asarray(up["water_bill_usd"], dtype=float).sum(axis=1), np.asarray(up["red_line_exposure_usd"], dtype=float)]
    steps = [stacked[:, :, c, 1 + n] - stacked[:, :, c, n] for c, count in enumerate(phases) for n in range(count)]
    return np.ascontiguousarray(np.concatenate([base, np.stack(rows, axis=1), *steps], axis=1))
