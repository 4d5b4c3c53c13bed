"""The batteries of a campus as one: its power, energy, losses and what it holds back."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from gigacampus.foundation.references import name_of
from gigacampus.schema.buildout import BatteryBlock
from gigacampus.schema.power import BatteryEntry, PowerSpec

Array = np.ndarray
T = TypeVar("T", float, Array)


class Battery(NamedTuple, Generic[T]):
    """A battery as numbers, or one for each row (phase * month) or hour as arrays of one shape."""

    power_mw: T
    energy_mwh: T
    one_way_frac: T
    """Efficiency of charging and of discharging: the root of the round trip."""
    held_mwh: T
    """Energy held back."""


def battery_rows(
    power_mw: Array, energy_mwh: Array, blocks: list[BatteryBlock], library: dict[str, BatteryEntry], power: PowerSpec
) -> Battery[Array]:
    """Battery of each row, by the power and energy that stand, (row,) each.

    The round trip is the mean of the campus's products by energy, split evenly between the two ways.
    """
    weights = [(block.mwh, library[name_of(block.model)].round_trip_frac) for block in blocks]
    total = sum(mwh for mwh, _ in weights)
    round_trip = sum(mwh * frac for mwh, frac in weights) / total if total > 0.0 else 1.0
    one_way = np.full_like(power_mw, np.sqrt(max(round_trip, 1e-6)))
    return Battery(power_mw, energy_mwh, one_way, power.battery_reserve_frac * energy_mwh)


def battery_at(rows: Battery[Array], row: int) -> Battery[float]:
    """The battery of one row or hour."""
    return Battery(float(rows.power_mw[row]), float(rows.energy_mwh[row]), float(rows.one_way_frac[row]), float(rows.held_mwh[row]))


def idle(rows: Battery[Array]) -> Battery[Array]:
    """The same rows with a battery that can do nothing."""
    nothing = np.zeros_like(rows.power_mw)
    return Battery(nothing, nothing, rows.one_way_frac, nothing)


def batteries_at(rows: Battery[Array], chosen: Array) -> Battery[Array]:
    """The batteries of ``chosen`` rows, in their order."""
    return Battery(*(part[chosen] for part in rows))
