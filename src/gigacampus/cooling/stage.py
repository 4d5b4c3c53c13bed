"""Cooling plant of each campus against its weather: factors by kind of plant and hour."""

from __future__ import annotations

from typing import get_args

import numpy as np

from gigacampus.cooling.plant import chiller_cop, chiller_limit_frac, dry_air_frac, mechanical_frac, tower_air_frac, water_limit_frac
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

KINDS: tuple[str, ...] = get_args(CoolingEntry.model_fields["kind"].annotation)
"""Order of the axis ``cooling_kind``: evaporative_tower, dry_cooler, air_chiller, water_chiller."""


def run(inputs: Inputs, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Hourly factors (campus, cooling_kind, hour) and constant shares (campus, cooling_kind).

    A campus with several products of one kind gets their mean by heat; a kind that it does not have gets the
    product of that kind in the library, or the plain default, so that the axis is always full.
    """
    campuses = inputs.tree.campuses
    hourly = np.zeros((3, len(inputs.at.campus), len(KINDS), up["dry_bulb_degc"].shape[1]))
    constant = np.zeros((2, len(inputs.at.campus), len(KINDS)))
    for c, key in enumerate(inputs.at.campus):
        for k, kind in enumerate(KINDS):
            for entry, share in entries_of(kind, campuses[key].blocks, inputs.tree.library.cooling):
                hourly[:, c, k] += share * plant_factors(entry, campuses[key].cooling, up["dry_bulb_degc"][c], up["wet_bulb_degc"][c])
                constant[:, c, k] += (
                    share * entry.fan_pump_kw_per_mw / 1000.0 * np.array([1.0 - entry.pump_share_frac, entry.pump_share_frac])
                )
    return {
        "cooling_air_frac": hourly[0],
        "cooling_compressor_frac": hourly[1],
        "cooling_capacity_frac": hourly[2],
        "cooling_fan_frac": constant[0],
        "cooling_pump_frac": constant[1],
    }


def entries_of(kind: str, blocks: dict, library: dict[str, CoolingEntry]) -> list[tuple[CoolingEntry, float]]:
    """Products of ``kind`` on a campus with their share of its heat."""
    found = [(library[b.model.rpartition("/")[2]], b.heat_mw) for b in blocks.values() if b.kind == "cooling"]
    found = [(entry, heat) for entry, heat in found if entry.kind == kind and heat > 0.0]
    total = sum(heat for _, heat in found)
    if total > 0.0:
        return [(entry, heat / total) for entry, heat in found]
    of_library = [entry for _, entry in sorted(library.items()) if entry.kind == kind]
    return [((of_library or [CoolingEntry(kind=kind)])[0], 1.0)]


def plant_factors(entry: CoolingEntry, rules: CoolingSpec, dry: np.ndarray, wet: np.ndarray) -> np.ndarray:
    """Rows: air for the fans, compressor electricity over heat, carriable heat over design heat; shape (3, hour)."""
    if entry.kind == "evaporative_tower":
        return np.stack([tower_air_frac(wet, entry, rules), np.zeros_like(wet), water_limit_frac(wet, entry, rules)])
    if entry.kind == "dry_cooler":
        return np.stack([dry_air_frac(dry, entry, rules), np.zeros_like(dry), water_limit_frac(dry, entry, rules)])
    air, design = (dry, entry.design_dry_bulb_c) if entry.kind == "air_chiller" else (wet, entry.design_wet_bulb_c)
    lifted = mechanical_frac(air, entry, rules) / chiller_cop(air, design, entry, rules)
    return np.stack([np.ones_like(air), lifted, chiller_limit_frac(air, design, entry)])
