"""The generating units of one campus as groups of identical units in merit order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.dispatch.arrays import UnitGroups
from gigacampus.power.turbine import altitude_power_frac, ambient_power_frac, full_load_mmbtu_per_mwh, units_out
from gigacampus.schema.buildout import GeneratorBlock
from gigacampus.schema.power import GeneratorEntry, PowerSpec

Array = np.ndarray


@dataclass(frozen=True)
class Fleet:
    """Groups of identical units, cheapest fuel first; a group gathers every block of one library model."""

    group_of_unit: Array
    """Group of each of the campus's units (blocks); integers."""
    groups: UnitGroups


def fleet_of(
    blocks: list[GeneratorBlock], library: dict[str, GeneratorEntry], dry_bulb_c: Array, elevation_m: float, power: PowerSpec
) -> Fleet:
    """Gather ``blocks`` (generator blocks, in the order of the campus's units) into merit order by heat rate."""
    keys = [name_of(block.model) for block in blocks]
    order = sorted(set(keys), key=lambda key: (library[key].heat_rate_lhv_kj_per_kwh, key))
    entries = [library[key] for key in order]
    seeded = power.outage == "seeded"
    up_frac = 1.0 if seeded else 1.0 - power.forced_outage_frac
    unit_mw = np.array(
        [e.iso_mw * altitude_power_frac(elevation_m, e) * up_frac * ambient_power_frac(dry_bulb_c, e) for e in entries]
    ).reshape(-1, HOURS_PER_YEAR)
    fuel = np.array([full_load_mmbtu_per_mwh(dry_bulb_c, e) for e in entries]).reshape(-1, HOURS_PER_YEAR)
    sizes = [int(np.ceil(sum(b.count for b, k in zip(blocks, keys, strict=True) if k == key))) if seeded else 0 for key in order]
    out = np.zeros((len(order), max(sizes, default=0) + 1, HOURS_PER_YEAR))
    for g, (key, size) in enumerate(zip(order, sizes, strict=True)):
        if size:
            table = units_out(size, power.forced_outage_frac, power.outage_repair_h, power.outage_seed, key)
            out[g, : size + 1] = table
            out[g, size + 1 :] = table[size]
    curve = np.array([[e.heat_rate_at_50_load_frac, e.heat_rate_at_75_load_frac] for e in entries]).reshape(-1, 2)
    least = np.array([e.min_load_frac for e in entries])
    return Fleet(np.array([order.index(k) for k in keys], dtype=np.int64), UnitGroups(unit_mw, fuel, out, curve, least))
