"""Years of outages with repair times, played through hour by hour: what common causes and batteries change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.power.battery import Battery
from gigacampus.schema.power import PowerSpec

Array = np.ndarray
AT_ONCE = 20
"""Years that are held in memory together."""


@dataclass(frozen=True)
class SupplyYear:
    """A year of load and of what may feed it; every last axis is the hour."""

    load_mw: Array
    unit_mw: Array
    """Power of one unit of each model; (model, hour)."""
    count: Array
    """Units that stand; (model, hour)."""
    feed_mw: Array
    """(feed, hour)."""
    cold: Array
    battery: Battery[Array]
    """By hour."""
    rules: PowerSpec


@dataclass(frozen=True)
class Years:
    """Results by simulated year."""

    short: Array
    """Whether load is unmet; (year, hour), booleans."""
    unserved_mwh: Array
    """(year,)."""
    events: Array
    """Stretches of hours with load unmet; (year,)."""
    work_lost_h: Array
    """Hours of the whole campus's work lost, whole jobs stopping and restarts included; (year,)."""


def states(rng: np.random.Generator, rows: int, hours: int, outage_frac: float, repair_h: float) -> Array:
    """Whether each of ``rows`` two-state units is out in each hour: exponential times to failure and to repair, steady from the start.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    rows : int
        Units times years, no unit.
    hours : int
        Hours of a year, h.
    outage_frac : float
        Share of hours out of order, 0 to 1.
    repair_h : float
        Mean time to repair, h.

    Returns
    -------
    array
        1 where a unit is out, integers, shape (rows, hours).

    Notes
    -----
    Valid for: failures and repairs at steady rates; a state is read at the middle of each hour.

    References
    ----------
    BILLINTON96 : sequential simulation of two-state units, chapter 13.

    Examples
    --------
    >>> out = states(np.random.default_rng(1), 200, 8760, 0.05, 24.0)
    >>> out.shape, bool(abs(out.mean() - 0.05) < 0.002)
    ((200, 8760), True)
    """
    if outage_frac <= 0.0:
        return np.zeros((rows, hours), dtype=np.int8)
    if outage_frac >= 1.0:
        return np.ones((rows, hours), dtype=np.int8)
    run_h = repair_h * (1.0 - outage_frac) / outage_frac
    down = rng.random(rows) < outage_frac
    lasts = rng.exponential(1.0, size=(rows, int(3 * hours / (run_h + repair_h)) + 40))
    first = np.where(down, repair_h, run_h)[:, None]
    second = np.where(down, run_h, repair_h)[:, None]
    lasts[:, 0::2] *= first
    lasts[:, 1::2] *= second
    at = np.ceil(np.cumsum(lasts, axis=1) - 0.5).astype(np.int64)
    row, k = np.nonzero(at < hours)
    flips = np.zeros((rows, hours), dtype=np.int8)
    np.add.at(flips, (row, at[row, k]), 1)
    flips[:, 0] += down
    out: Array = np.cumsum(flips, axis=1, dtype=np.int8) & 1
    return out


def play(given: SupplyYear, *, years: int, seed: int, with_battery: bool, jobs: int, restart_h: float) -> Years:
    """Play ``years`` years of outages through the hours; ``jobs`` equal jobs stop whole and lose ``restart_h`` at each stop."""
    rng, parts = np.random.default_rng(seed), []
    for first in range(0, years, AT_ONCE):
        supply_mw = capacity_years(given, rng, min(AT_ONCE, years - first))
        short = np.maximum(given.load_mw - supply_mw, 0.0)
        if with_battery:
            short = after_battery(supply_mw - given.load_mw, given.battery)
        parts.append(_summed(short, given.load_mw, jobs, restart_h))
    return Years(*(np.concatenate([part[k] for part in parts]) for k in range(4)))


def capacity_years(given: SupplyYear, rng: np.random.Generator, years: int) -> Array:
    """Power that stands in every hour of some years; (year, hour), MW."""
    spec, hours = given.rules.adequacy, given.load_mw.size
    out = np.zeros((years, hours))
    gas = 1 - states(rng, years, hours, spec.gas_outage_frac, spec.gas_repair_h)
    for mw, count in zip(given.unit_mw, given.count, strict=True):
        out += gas * _units(given, rng, years, mw, count)
    for feed in given.feed_mw:
        out += feed * (1 - states(rng, years, hours, spec.feed_outage_frac, spec.feed_repair_h))
    return out


def _units(given: SupplyYear, rng: np.random.Generator, years: int, mw: Array, count: Array) -> Array:
    """Power of one model's units, transformers before them included; (year, hour)."""
    rules, spec, hours = given.rules, given.rules.adequacy, mw.size
    units = int(np.ceil(count.max(initial=0.0) - 1e-6))
    behind = int(spec.transformer_units) if spec.transformer_units >= 1.0 and spec.transformer_outage_frac > 0.0 else 0
    cold_frac = (max(spec.cold_outage_frac, rules.forced_outage_frac) - rules.forced_outage_frac) / max(
        1.0 - rules.forced_outage_frac, 1e-9
    )
    spells = _spells(given.cold)
    out, block = np.zeros((years, hours)), np.ones((years, hours), dtype=np.int8)
    for unit in range(units):
        if behind and unit % behind == 0:
            block = 1 - states(rng, years, hours, spec.transformer_outage_frac, spec.transformer_repair_h)
        stands = 1 - states(rng, years, hours, rules.forced_outage_frac, rules.outage_repair_h)
        for first, last in spells:
            stands[:, first:last] &= (rng.random(years) >= cold_frac)[:, None].astype(np.int8)
        out += (stands & block) * (np.clip(count - unit, 0.0, 1.0) * mw)
    return out


def _spells(cold: Array) -> list[tuple[int, int]]:
    """First and last hour of each stretch of cold."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], cold.astype(np.int8), [0]])))
    return list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))


def after_battery(surplus_mw: Array, battery: Battery[Array]) -> Array:
    """Load unmet when a battery that starts full bridges what it can; (year, hour), ``battery`` by hour.

    >>> after_battery(np.array([[5.0, -5.0, -5.0, 9.0, -5.0]]), Battery(*np.tile([[4.0], [8.0], [1.0], [0.0]], 5)))
    array([[0., 1., 1., 0., 1.]])
    """
    out = np.zeros_like(surplus_mw)
    charge = np.full(surplus_mw.shape[0], battery.energy_mwh[0])
    for h in range(surplus_mw.shape[1]):
        mw, mwh, one_way, floor = (part[h] for part in battery)
        surplus = surplus_mw[:, h]
        gives = np.minimum(np.minimum(np.maximum(-surplus, 0.0), mw), np.maximum(charge - floor, 0.0) * one_way)
        takes = np.minimum(np.minimum(np.maximum(surplus, 0.0), mw), np.maximum(mwh - charge, 0.0) / one_way)
        charge = np.minimum(charge - gives / one_way + takes * one_way, mwh)
        out[:, h] = np.maximum(-surplus - gives, 0.0)
    return out


def _summed(short_mw: Array, load_mw: Array, jobs: int, restart_h: float) -> tuple[Array, Array, Array, Array]:
    short = short_mw > 1e-9
    share = np.divide(short_mw, load_mw, out=np.zeros_like(short_mw), where=load_mw > 0.0)
    stopped = np.where(short, np.ceil(share * jobs - 1e-9) / jobs, 0.0)
    begins = np.diff(np.concatenate([np.zeros((short.shape[0], 1)), stopped], axis=1), axis=1)
    starts = np.diff(np.concatenate([np.zeros((short.shape[0], 1), dtype=bool), short], axis=1).astype(np.int8), axis=1) > 0
    lost = stopped.sum(axis=1) + restart_h * np.maximum(begins, 0.0).sum(axis=1)
    return short, short_mw.sum(axis=1), starts.sum(axis=1).astype(float), lost
