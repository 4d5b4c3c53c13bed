"""What a month of grid power costs."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.calendar import month_of_hour
from gigacampus.foundation.units import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_YEAR, KW_PER_MW
from gigacampus.schema.power import TariffEntry

Array = np.ndarray
RATCHET_MONTHS = 11
"""Months whose highest demand a ratchet remembers."""


def on_peak_hours(tariff: TariffEntry) -> Array:
    """Hours of the tariff's on-peak windows, every day of the year; boolean, shape (hour,).

    >>> from gigacampus.schema.power import PeakWindowSpec
    >>> summer = PeakWindowSpec(first_month=4, last_month=10, from_h=13, to_h=19)
    >>> winter = PeakWindowSpec(first_month=11, last_month=3, from_h=5, to_h=11)
    >>> int(on_peak_hours(TariffEntry(energy_usd_per_mwh=20.0, on_peak={"summer": summer, "winter": winter})).sum())
    2190
    """
    hour, month = np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY, month_of_hour() + 1
    found = np.zeros(HOURS_PER_YEAR, dtype=bool)
    for window in tariff.on_peak.values():
        found |= _between(month, window.first_month, window.last_month) & (hour >= window.from_h) & (hour < window.to_h)
    return found


def _between(month: Array, first: int, last: int) -> Array:
    """Whether months lie from ``first`` to ``last``, over the turn of the year where it comes later."""
    after, before = month >= first, month <= last
    return after & before if first <= last else after | before


def on_peak_day_frac(tariff: TariffEntry) -> float:
    """Share of the days whose windows are billed as on-peak.

    >>> round(on_peak_day_frac(TariffEntry(energy_usd_per_mwh=20.0, on_peak_days_per_week=5.0)), 3)
    0.714
    """
    return tariff.on_peak_days_per_week / DAYS_PER_WEEK


def block_energy_mwh(off_peak_mwh: Array, peak_mw: Array, tariff: TariffEntry) -> tuple[Array, Array]:
    """Off-peak energy of the first and of the second block of hours' use; two arrays like the given ones.

    >>> two = TariffEntry(energy_usd_per_mwh=20.0, block1_hours_use=200, block2_hours_use=200)
    >>> [block.tolist() for block in block_energy_mwh(np.array([500.0]), np.array([2.0]), two)]
    [[400.0], [100.0]]
    """
    block1 = np.minimum(off_peak_mwh, tariff.block1_hours_use * peak_mw)
    return block1, np.minimum(off_peak_mwh - block1, tariff.block2_hours_use * peak_mw)


def billed_peak_mw(peak_mw: Array, tariff: TariffEntry, *, ring: bool = False) -> Array:
    """Demand that is billed: the month's highest hour, or the ratchet's share of the highest of the eleven months before.

    ``peak_mw`` is of shape (..., month); ``ring``: the last month stands before the first one, as in a typical year.

    >>> ratchet = TariffEntry(energy_usd_per_mwh=20.0, ratchet_frac=0.8)
    >>> billed_peak_mw(np.array([100.0, 50.0, 90.0]), ratchet).tolist()
    [100.0, 80.0, 90.0]
    """
    if tariff.ratchet_frac == 0.0:
        return peak_mw
    months = peak_mw.shape[-1]
    out = peak_mw.copy()
    for back in range(1, min(RATCHET_MONTHS, months - 1 if ring else RATCHET_MONTHS) + 1):
        before = np.roll(peak_mw, back, axis=-1)
        if not ring:
            before[..., :back] = 0.0
        out = np.maximum(out, tariff.ratchet_frac * before)
    return out


def monthly_bill_usd(
    energy_mwh: Array, peak_mw: Array, on_peak_mwh: Array, on_peak_mw: Array, tariff: TariffEntry, connected: Array
) -> Array:
    """Bill of months: blocks of hours' use, on-peak energy, demand charges and the fixed charge; arrays of shape (..., month).

    ``on_peak_mwh`` is the energy that is billed as on-peak; the blocks apply to the rest.
    Source: structure of Tennessee Valley time-of-use schedules. Valid for: one month, one meter.

    >>> flat = TariffEntry(energy_usd_per_mwh=60.0)
    >>> monthly_bill_usd(np.array([100.0]), np.array([1.0]), np.array([20.0]), np.array([1.0]), flat, np.array([True]))
    array([6000.])
    """
    block1, block2 = block_energy_mwh(energy_mwh - on_peak_mwh, peak_mw, tariff)
    energy = (
        energy_mwh * tariff.energy_usd_per_mwh
        + on_peak_mwh * tariff.on_peak_adder_usd_per_mwh
        + block1 * tariff.block1_adder_usd_per_mwh
        + block2 * tariff.block2_adder_usd_per_mwh
    )
    billed, high = billed_peak_mw(peak_mw, tariff), billed_peak_mw(on_peak_mw, tariff)
    demand = KW_PER_MW * (billed * tariff.demand_usd_per_kw_month + high * tariff.on_peak_demand_usd_per_kw_month)
    out: Array = energy + demand + np.where(connected, tariff.customer_usd_per_month, 0.0)
    return out


def hourly_bill_usd(
    grid_mw: Array, on_peak: Array, tariff: TariffEntry, bill_usd: float, *, more_usd_per_mwh: Array | float = 0.0
) -> Array:
    """A month's bill shared out to its hours, (hour,): what grows with energy by energy, demand and fixed charges evenly.

    ``grid_mw`` and ``on_peak`` are all hours of one month; the sum is ``bill_usd``; ``more_usd_per_mwh``: an hour beyond the tariff.

    >>> flat = TariffEntry(energy_usd_per_mwh=60.0, demand_usd_per_kw_month=10.0)
    >>> hourly_bill_usd(np.array([1.0, 3.0]), np.array([False, False]), flat, 30240.0)
    array([15060., 15180.])
    """
    billed_frac = on_peak * on_peak_day_frac(tariff)
    off_peak = grid_mw * (1.0 - billed_frac)
    blocks = block_energy_mwh(np.array([off_peak.sum()]), np.array([grid_mw.max(initial=0.0)]), tariff)
    adders = (tariff.block1_adder_usd_per_mwh, tariff.block2_adder_usd_per_mwh)
    block_usd = sum(float(mwh[0]) * usd for mwh, usd in zip(blocks, adders, strict=True))
    spread = np.divide(off_peak, off_peak.sum(), out=np.zeros_like(off_peak), where=off_peak.sum() > 0.0)
    by_hour = grid_mw * (tariff.energy_usd_per_mwh + more_usd_per_mwh + billed_frac * tariff.on_peak_adder_usd_per_mwh) + block_usd * spread
    out: Array = by_hour + (bill_usd - by_hour.sum()) / grid_mw.size
    return out


def bill_of_hours_usd(grid_mw: Array, on_peak: Array, tariff: TariffEntry, *, more_usd_per_mwh: Array | float = 0.0) -> float:
    """Bill of one month from its hours, without what a ratchet keeps of months before; ``more_usd_per_mwh`` as in ``hourly_bill_usd``.

    >>> bill_of_hours_usd(np.array([1.0, 3.0]), np.array([True, False]), TariffEntry(energy_usd_per_mwh=60.0))
    240.0
    """
    on_peak_mwh = (grid_mw * on_peak).sum() * on_peak_day_frac(tariff)
    peaks = (grid_mw.max(initial=0.0), on_peak_mwh, grid_mw[on_peak].max(initial=0.0))
    peak, mwh, high = (np.array([value]) for value in peaks)
    bill = monthly_bill_usd(np.array([grid_mw.sum()]), peak, mwh, high, tariff, np.array([True]))[0]
    return float(bill + (grid_mw * more_usd_per_mwh).sum())
