"""What the campuses give in the phase that each draw has in service, looked up in the worlds' tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from gigacampus.company.ledger.records import dtype_of, hints_of
from gigacampus.company.ledger.state_layout import PhaseStep, Physics

QUANTITIES = tuple(hints_of(PhaseStep))
"""Rows of the stacked table, in order."""


class WorldTables(NamedTuple):
    """Physics of the worlds as records: without extensions (world, month), and what each adds (world, month, phase)."""

    base: np.ndarray
    steps: np.ndarray


def stack(up: Mapping[str, np.ndarray]) -> np.ndarray:
    """Quantities by (world, quantity, campus, phase, month); whole-company arrays are shared out by IT power added.

    The hours that all demand needs may be more than there are: the ledger charges the part of them that is served.
    """
    names = QUANTITIES[:5]
    by_campus = np.stack([np.asarray(up[name], dtype=float) for name in names], axis=1)
    hours = by_campus[:, 3].sum(axis=1)
    capacity = np.asarray(up["serving_capacity_tokens"], dtype=float)
    needed = np.asarray(up["serving_share_needed_frac"], dtype=float) * hours
    shared = np.stack([_share(by_campus[:, 0], capacity), _share(by_campus[:, 0], needed)], axis=1)
    installed = np.stack([np.asarray(up[name], dtype=float) for name in ("it_installed_mw", "accelerators_in_service")], axis=1)
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
    out: np.ndarray = split
    return out


OF_WORLD = ("paying_users", "tokens_demanded", "tokens_from_cars", "tokens_from_robots", "tokens_from_agents")
"""Fields of ``Physics`` that come as they are."""


def world_tables(stacked: np.ndarray, up: Mapping[str, np.ndarray], phases: tuple[int, ...]) -> WorldTables:
    """Physics that the simulation looks up: all campuses with committed blocks only, demand, water, exposure, and what each phase adds
    to the one before it, campus by campus. ``phases`` counts the phases of each campus.
    """
    worlds, _, _, _, months = stacked.shape
    base = np.empty((worlds, months), dtype_of(Physics))
    for i, name in enumerate(QUANTITIES):
        base[name] = stacked[:, i, :, 0].sum(axis=1)
    for name in OF_WORLD:
        base[name] = up[name]
    base["water_usd"] = np.asarray(up["water_bill_usd"], dtype=float).sum(axis=1)
    base["exposure_usd"] = up["red_line_exposure_usd"]
    steps = np.empty((worlds, months, sum(phases)), dtype_of(PhaseStep))
    every = [(c, n) for c, count in enumerate(phases) for n in range(count)]
    for j, (c, n) in enumerate(every):
        for i, name in enumerate(QUANTITIES):
            steps[name][:, :, j] = stacked[:, i, c, 1 + n] - stacked[:, i, c, n]
    return WorldTables(base, steps)
