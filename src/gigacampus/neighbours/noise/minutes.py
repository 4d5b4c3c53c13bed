"""Levels at one place in the minutes of a day, by the stage's own transfer, from the units that run in each of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.neighbours.noise.campus import INVERSION
from gigacampus.neighbours.noise.stage import A_WEIGHTED, Campus, campus_of_hours, places_of

LOWEST = 1e-12
"""Energy that stands for silence."""


def levels_dba(inputs: Any, up: dict[str, np.ndarray], running: dict[str, np.ndarray], hours: np.ndarray) -> np.ndarray:
    """A-weighted level at the first receptor of one-month ``inputs`` in states of the plant, each in an hour of the year; (state,).

    ``running``: units that run in each state, by ``campus/block``; units that are not named run as in the month's mean.
    """
    places = places_of(inputs)
    month = int(inputs.at.months.calendar_month()[0])
    energy = np.zeros(len(hours))
    for c, name in enumerate(inputs.at.campus):
        energy += _energies(campus_of_hours(inputs, up, c, places), name, running, hours, month)
    return 10.0 * np.log10(np.maximum(energy, LOWEST))


def _energies(campus: Campus, name: str, running: dict[str, np.ndarray], hours: np.ndarray, month: int) -> np.ndarray:
    """What one campus gives at the first receptor in each state; (state,)."""
    weight = np.repeat(campus.weight[:, :1], len(hours), axis=1)
    for g, group in enumerate(campus.sources.groups):
        kind, _, key = group.partition("/")
        if kind == "generators" and f"{name}/{key}" in running:
            weight[g] = running[f"{name}/{key}"]
    factor = campus.factor[0][campus.sources.family][:, hours - MONTH_START_HOUR[month]]
    given = campus.transfer.at(layout=campus.transfer.layout[0], month=month, wind_class=slice(INVERSION))
    classes, periods, receptors, weightings, groups = given.shape
    unit = given.reshape(classes * periods, receptors, weightings, groups)[campus.slot[0, hours], 0, A_WEIGHTED]
    out: np.ndarray = (unit * (weight * factor).T).sum(axis=1)
    return out
