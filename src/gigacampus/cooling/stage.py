"""Cooling plant of each campus against its weather: factors by kind of plant and hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import KW_PER_MW
from gigacampus.registry.kinds import COOLING, module_of
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec


def run(inputs: Inputs, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Hourly factors (campus, cooling_kind, hour) and constant shares (campus, cooling_kind).

    A campus with several products of one kind gets their mean by heat; the factors of a kind that it does not have are zero.
    """
    campuses = inputs.tree.campuses
    hourly = np.zeros((3, len(inputs.at.campus), len(COOLING), up["dry_bulb_degc"].shape[1]))
    constant = np.zeros((2, len(inputs.at.campus), len(COOLING)))
    for c, key in enumerate(inputs.at.campus):
        for k, kind in enumerate(COOLING.names):
            for entry, share in entries_of(kind, campuses[key], inputs.tree.library):
                hourly[:, c, k] += share * plant_factors(entry, campuses[key].cooling, up["dry_bulb_degc"][c], up["wet_bulb_degc"][c])
                constant[:, c, k] += (
                    share * entry.fan_pump_kw_per_mw / KW_PER_MW * np.array([1.0 - entry.pump_share_frac, entry.pump_share_frac])
                )
    return {
        "cooling_air_frac": hourly[0],
        "cooling_compressor_frac": hourly[1],
        "cooling_capacity_frac": hourly[2],
        "cooling_fan_frac": constant[0],
        "cooling_pump_frac": constant[1],
    }


def entries_of(kind: str, campus: Any, library: Any) -> list[tuple[CoolingEntry, float]]:
    """Products of ``kind`` on a campus with their share of its heat; of a campus that lists no plant, the assumed one."""
    blocks = [b for b in campus.blocks.values() if b.kind == "cooling"]
    if not blocks:
        assumed = entry_of(library, campus.cooling.assumed_plant)
        return [(assumed, 1.0)] if assumed.kind == kind else []
    heat_mw: dict[str, float] = {}
    for block in blocks:
        heat_mw[block.model] = heat_mw.get(block.model, 0.0) + block.heat_mw
    found = [(entry_of(library, model), heat) for model, heat in heat_mw.items()]
    found = [(entry, heat) for entry, heat in found if entry.kind == kind and heat > 0.0]
    total = sum(heat for _, heat in found)
    return [(entry, heat / total) for entry, heat in found]


def plant_factors(entry: CoolingEntry, rules: CoolingSpec, dry: np.ndarray, wet: np.ndarray) -> np.ndarray:
    """Rows: air for the fans, compressor electricity over heat, carriable heat over design heat; shape (3, hour)."""
    return np.stack(module_of(COOLING[entry.kind]).factors(entry, rules, dry, wet))
