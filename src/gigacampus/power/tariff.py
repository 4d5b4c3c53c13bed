"""What a month of grid power costs."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.calendar import month_of_hour
from gigacampus.foundation.units import HOURS_PER_DAY, HOURS_PER_YEAR, KW_PER_MW
from gigacampus.schema.power import TariffEntry

Array = np.ndarray

WEEKDAY_SHARE = 5.0 / 7.0
"""The typical year has no weekdays, so on-peak energy is the window's energy times this share."""


def on_peak_hours() -> Array:
    """Hours of the on-peak window, every day of the year; boolean, shape (hour,).

    14-20 h by the clock from April to October (13-19 h in standard time), 5-11 h from November to March.
    Source: Tennessee Valley retail schedules as published by local utilities.

    >>> int(on_peak_hours().sum())
    2190
    """
    hour = np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY
    month = month_of_hour()
    summer = (month >= 3) & (month <= 9)
    return np.where(summer, (hour >= 13) & (hour < 19), (hour >= 5) & (hour < 11))


def monthly_bill_usd(
    energy_mwh: Array, peak_mw: Array, on_peak_mwh: Array, on_peak_mw: Array, tariff: TariffEntry, connected: Array
) -> Array:
    """Bill of a month: blocks of hours' use, on-peak energy, demand charges and the fixed charge.

    ``on_peak_mwh`` is the energy that is billed as on-peak; the blocks apply to the rest.
    Source: structure of Tennessee Valley time-of-use schedules. Valid for: one month, one meter.

    >>> flat = TariffEntry(energy_usd_per_mwh=60.0)
    >>> monthly_bill_usd(np.array([100.0]), np.array([1.0]), np.array([20.0]), np.array([1.0]), flat, np.array([True]))
    array([6000.])
    """
    off_peak = energy_mwh - on_peak_mwh
    block1 = np.minimum(off_peak, tariff.block1_hours_use * peak_mw)
    block2 = np.minimum(off_peak - block1, tariff.block2_hours_use * peak_mw)
    energy = (
        energy_mwh * tariff.energy_usd_per_mwh
        + on_peak_mwh * tariff.on_peak_adder_usd_per_mwh
        + block1 * tariff.block1_adder_usd_per_mwh
        + block2 * tariff.block2_adder_usd_per_mwh
    )
    demand = KW_PER_MW * (peak_mw * tariff.demand_usd_per_kw_month + on_peak_mw * tariff.on_peak_demand_usd_per_kw_month)
    out: Array = energy + demand + np.where(connected, tariff.customer_usd_per_month, 0.0)
    return out
