"""NO2 at one place in the minutes of a day: the strength of the stacks in each, and the air of its hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.neighbours.air.isc import CALM_M_S
from gigacampus.neighbours.air.no2 import no2_ugm3
from gigacampus.neighbours.air.stacks import group_units
from gigacampus.neighbours.air.stage import group_rates, stack_transfers


def no2_minutes_ugm3(
    inputs: Any, up: dict[str, np.ndarray], nox_g_per_s: dict[str, np.ndarray], hours: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What all stacks add at the first receptor of one-month ``inputs`` in states of the plant, and whether the hour is calm; (state,).

    ``nox_g_per_s``: strength of a block in each state, by ``campus/block``; blocks that are not named send what they do in the month's
    mean. In a calm hour no plume is computed, and nothing is added.
    """
    at = inputs.at
    home = at.receptor_campus[0]
    calm = up["wind_speed_m_s"][home][hours] < CALM_M_S
    groups, member = group_units(inputs.tree, at.unit)
    if not groups:
        return np.zeros(len(hours)), calm
    rates = np.repeat(_month_rates(up, member, len(groups), at, named=set(nox_g_per_s)), len(hours), axis=1)
    for label, rate in nox_g_per_s.items():
        rates[member[at.unit.index(label)]] += rate
    transfers = stack_transfers(inputs, up, groups)
    nox = np.sum([rate * transfer.hourly[0, hours] for rate, transfer in zip(rates, transfers, strict=True)], axis=0)
    air = inputs.tree.campuses[at.campus[home]].air
    given = no2_ugm3(nox, method=air.no2_method, in_stack=air.in_stack_no2_frac, ozone_ugm3=air.background_ozone_ugm3)
    return np.where(calm, 0.0, given), calm


def _month_rates(up: dict[str, np.ndarray], member: list[int], groups: int, at: Any, *, named: set[str]) -> np.ndarray:
    """Strength of each stack group in the month's mean without the blocks that are named; (group, 1)."""
    others = np.array([label not in named for label in at.unit], dtype=float)
    return group_rates(up["unit_nox_kg"] * others[:, None, None], up["planned_phase"], member, groups, at)
