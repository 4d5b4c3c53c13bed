"""Stacks: what a generator block sends out, and which blocks share one plume shape."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import KELVIN_OFFSET

EXHAUST_GAS_J_KG_K = 287.0
"""Gas constant of lean turbine exhaust, taken as air."""
SEA_LEVEL_PA = 101_325.0


@dataclass(frozen=True)
class Stack:
    """Release of one unit at full load."""

    height_m: float
    diameter_m: float
    exit_m_s: float
    exit_k: float


def exit_velocity_m_s(flow_kg_s: float, exit_k: float, diameter_m: float) -> float:
    """Speed of the exhaust from its mass flow, by the gas law at sea level.

    >>> round(exit_velocity_m_s(55.0, 673.15, 2.7), 1)
    18.3
    """
    area_m2 = math.pi * diameter_m**2 / 4.0
    return flow_kg_s * EXHAUST_GAS_J_KG_K * exit_k / (SEA_LEVEL_PA * area_m2)


def stack_of(entry: Any, control: str, scr_stack_temp_c: float) -> Stack:
    """Stack of a generator entry; behind a catalyst the gas is no hotter than ``scr_stack_temp_c``."""
    temp_c = min(entry.exhaust_temp_c, scr_stack_temp_c) if control == "scr" else entry.exhaust_temp_c
    exit_k = temp_c + KELVIN_OFFSET
    speed = exit_velocity_m_s(entry.exhaust_flow_kg_s, exit_k, entry.stack_diameter_m)
    return Stack(entry.stack_height_m, entry.stack_diameter_m, speed, exit_k)


def group_units(tree: Any, unit: tuple[str, ...]) -> tuple[list[tuple[str, Stack]], list[int]]:
    """Distinct (campus, stack) pairs and the group of each unit; units of one group differ only in strength."""
    groups: list[tuple[str, Stack]] = []
    member: list[int] = []
    for label in unit:
        campus_key, block_key = label.split("/", 1)
        campus = tree.campuses[campus_key]
        block = campus.blocks[block_key]
        entry = entry_of(tree.library, block.model)
        pair = (campus_key, stack_of(entry, block.control, campus.air.scr_stack_temp_c))
        if pair not in groups:
            groups.append(pair)
        member.append(groups.index(pair))
    return groups, member
