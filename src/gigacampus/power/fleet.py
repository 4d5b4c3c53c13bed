"""The supply side of one campus as arrays: groups of identical units in merit order, battery, grid hours, tariff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.turbine import altitude_power_frac, ambient_power_frac, full_load_mmbtu_per_mwh, units_out
from gigacampus.schema.buildout import BatteryBlock, GeneratorBlock
from gigacampus.schema.power import BatteryEntry, GeneratorEntry, PowerSpec

Array = np.ndarray


@dataclass(frozen=True)
class Fleet:
    """Groups of identical units, cheapest fuel first; a group gathers every block of one library model."""

    group_of_unit: Array
    """Group of each of the campus's units (blocks); integers."""
    arrays: tuple[Array, ...]
    """Power of a unit and full-load fuel (group, hour), units out (group, fleet size, hour), heat rate at half and at three
    quarters load (group, 2), minimum load (group,)."""


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
    return Fleet(np.array([order.index(k) for k in keys], dtype=np.int64), (unit_mw, fuel, out, curve, least))


def battery_rows(
    power_mw: Array, energy_mwh: Array, blocks: list[BatteryBlock], library: dict[str, BatteryEntry], power: PowerSpec
) -> Array:
    """Battery of each row: MW, MWh, one-way efficiency, energy held back; shape (row, 4).

    The round trip is the mean of the campus's products by energy, split evenly between the two ways.
    """
    weights = [(block.mwh, library[name_of(block.model)].round_trip_frac) for block in blocks]
    total = sum(mwh for mwh, _ in weights)
    round_trip = sum(mwh * frac for mwh, frac in weights) / total if total > 0.0 else 1.0
    one_way = np.full_like(power_mw, np.sqrt(max(round_trip, 1e-6)))
    return np.stack([power_mw, energy_mwh, one_way, power.battery_reserve_frac * energy_mwh], axis=1)
