"""Compiled loops of the merit order: which units run in each hour, what grid and battery give, and the sums of the months."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.power.battery import Battery
from gigacampus.power.load_kernels import LOAD, LOAD_ROWS, load_hours

MOST_HOURS = 744
"""Hours of the longest month."""


GROUP = np.dtype(
    (
        np.record,
        [
            (name, np.float64)
            for name in (
                "count",  # units that stand
                "min_load_frac",
                "half_load",  # heat rate at half and at three quarters of full load over that at full load
                "three_quarters_load",
                "power_mw",  # of one unit in the air of the hour
                "usable",  # units not in forced outage
                "keep",  # units that may not stop
                "on",
                "before",  # units on in the hour before
                "out_mw",
                "fuel_mmbtu",
            )
        ],
    )
)
"""A group of identical units in one hour. Records: named tuples of arrays count references at each access, which doubles an hour's time;
of kind ``np.record``, whose fields are read by name where the loops run interpreted too."""


class Hour(NamedTuple):
    """Supply of one hour, MW, and the charge at its end."""

    grid_mw: float
    generated_mw: float
    charge_mw: float
    discharge_mw: float
    curtailed_mw: float
    unserved_mw: float
    charge_state_mwh: float


class Sky(NamedTuple):
    """What wind and sun do in an hour before all else, MW: load left, used, charged, given by the battery; and the charge after it."""

    left_mw: float
    used_mw: float
    charge_mw: float
    discharge_mw: float
    charge_state_mwh: float


@njit(**INNER)
def _available(unit_mw, units_out, windy, h, groups):
    """Units that stand in this hour and their power; returns their total MW. They stop at midnight only, and where wind or sun stands."""
    pool = 0.0
    for g in range(groups.size):
        group = groups[g]
        group.power_mw = unit_mw[g, h]
        n = min(math.ceil(group.count), units_out.shape[1] - 1)
        group.usable = max(0.0, group.count - units_out[g, n, h])
        pool += group.usable * group.power_mw
        group.before = group.on
        group.keep = 0.0 if windy or h % 24 == 0 else min(group.on, group.usable)
    return pool


@njit(**INNER)
def _commit(target_mw, groups):
    """Switch units on in merit order until ``target_mw`` is covered; units to keep stay on. Returns committed MW."""
    committed = 0.0
    for g in range(groups.size):
        group = groups[g]
        missing = target_mw - committed
        units = 0.0
        if missing > 0.0 and group.power_mw > 0.0:
            units = min(math.ceil(missing / group.power_mw - 1e-9), group.usable)
        group.on = min(max(units, group.keep), group.usable)
        committed += group.on * group.power_mw
    return committed


@njit(**INNER)
def _part_load(group, fraction):
    """Heat rate over full-load heat rate at a load fraction: straight lines through 0.5, 0.75 and 1."""
    if fraction >= 0.75:
        return 1.0 + (group.three_quarters_load - 1.0) * (1.0 - min(fraction, 1.0)) / 0.25
    return group.three_quarters_load + (group.half_load - group.three_quarters_load) * (0.75 - max(fraction, 0.25)) / 0.25


@njit(**INNER)
def _generate(wanted_mw, committed_mw, full_mmbtu, h, groups):
    """Running units share the load by equal fractions, none below its minimum; returns the power generated."""
    fraction = wanted_mw / committed_mw if committed_mw > 0.0 else 0.0
    total = 0.0
    for g in range(groups.size):
        group = groups[g]
        group.out_mw, group.fuel_mmbtu = 0.0, 0.0
        if group.on > 0.0 and group.power_mw > 0.0:
            own = min(1.0, max(fraction, group.min_load_frac))
            group.out_mw = group.on * group.power_mw * own
            group.fuel_mmbtu = group.out_mw * full_mmbtu[g, h] * _part_load(group, own)
            total += group.out_mw
    return total


@njit(**INNER)
def _before_all_else(load, free, stored_mwh, battery, sun_first):
    """Wind and sun carry what they can of the load, and charge with the rest (``Sky``).

    ``sun_first``: the battery takes nothing else, and gives before units and grid do.
    """
    charge = min(max(0.0, free - load), battery.power_mw, (battery.energy_mwh - stored_mwh) / battery.one_way_frac)
    net = max(0.0, load - free)
    give = min(net, battery.power_mw, max(0.0, stored_mwh - battery.held_mwh) * battery.one_way_frac) if sun_first else 0.0
    stored = min(battery.energy_mwh, stored_mwh + charge * battery.one_way_frac) - give / battery.one_way_frac
    return Sky(net - give, load - net + charge, charge, give, stored)


@njit(**INNER)
def _carried(load, cap_mw, charge_cap_mw, pool, stored_mwh, battery, grid_base, spinning_frac, full_mmbtu, h, groups):
    """Supply of one hour (``Hour``) by grid, units and battery, which charges up to ``charge_cap_mw`` of grid power."""
    one_way = battery.one_way_frac
    need = max(0.0, load - cap_mw) if grid_base else min(load, pool)
    charge_cap = min(cap_mw, charge_cap_mw)
    spare_grid = max(0.0, cap_mw - max(0.0, load - need))
    to_charge = max(0.0, charge_cap - max(0.0, load - need))
    wish = min(battery.power_mw, (battery.energy_mwh - stored_mwh) / one_way)
    target = need + max(0.0, spinning_frac * need - spare_grid) + max(0.0, wish - to_charge)
    committed = _commit(min(pool, target), groups)
    onsite = min(need, committed)
    grid = min(cap_mw, load - onsite)
    short = load - onsite - grid
    discharge = min(short, battery.power_mw, max(0.0, stored_mwh - battery.held_mwh) * one_way) if short > 0.0 else 0.0
    charge = min(wish, to_charge + committed - onsite) if short <= 0.0 else 0.0
    from_grid = min(charge, max(0.0, charge_cap - grid))
    wanted = onsite + charge - from_grid
    generated = _generate(wanted, committed, full_mmbtu, h, groups)
    surplus = generated - wanted
    surplus = surplus if surplus > 1e-9 else 0.0
    backed = min(surplus, grid + from_grid)
    extra = min(surplus - backed, max(0.0, wish - charge))
    grid += from_grid - backed
    charge += extra
    stored = min(battery.energy_mwh, stored_mwh + charge * one_way - discharge / one_way)
    return Hour(grid, generated, charge, discharge, surplus - backed - extra, max(0.0, short - discharge), stored)


@njit(**INNER)
def _settled(hour, sky, through_mw):
    """The hour with what wind, sun and the battery gave before it, and unmet load bought against the penalty; and MW so bought."""
    bought = min(hour.unserved_mw, through_mw)
    settled = Hour(
        hour.grid_mw + bought,
        hour.generated_mw,
        hour.charge_mw + sky.charge_mw,
        hour.discharge_mw + sky.discharge_mw,
        hour.curtailed_mw,
        hour.unserved_mw - bought,
        hour.charge_state_mwh,
    )
    return settled, bought


@njit(**INNER)
def _add_hour(sums, load, hour, on_peak, one_way_frac, beyond_usd, wind_sun_mw):
    """Add one hour to the month's record of ``MONTH_SUMS``."""
    sums.demand_mwh += load
    sums.grid_mwh += hour.grid_mw
    sums.grid_peak_mw = max(sums.grid_peak_mw, hour.grid_mw)
    sums.onsite_mwh += hour.generated_mw
    sums.battery_discharge_mwh += hour.discharge_mw
    sums.battery_charge_mwh += hour.charge_mw
    sums.battery_loss_mwh += hour.charge_mw * (1.0 - one_way_frac) + hour.discharge_mw * (1.0 / one_way_frac - 1.0)
    sums.unserved_mwh += hour.unserved_mw
    sums.unserved_hours += 1.0 if hour.unserved_mw > 1e-9 else 0.0
    sums.unserved_peak_mw = max(sums.unserved_peak_mw, hour.unserved_mw)
    sums.curtailed_mwh += hour.curtailed_mw
    sums.wind_sun_mwh += wind_sun_mw
    if on_peak:
        sums.on_peak_mwh += hour.grid_mw
        sums.on_peak_mw = max(sums.on_peak_mw, hour.grid_mw)
    sums.beyond_tariff_usd += beyond_usd


@njit(**INNER)
def _add_groups(sums, groups):
    """Add one hour of every group to the month's records of ``GROUP_SUMS``."""
    for g in range(groups.size):
        group, total = groups[g], sums[g]
        total.mwh += group.out_mw
        total.fuel_mmbtu += group.fuel_mmbtu
        total.unit_hours += group.on
        total.most_units = max(total.most_units, group.on)
        total.starts += max(0.0, group.on - group.before)


@njit(**INNER)
def _write_hour(trace, i, load, hour, wind_sun_mw, groups):
    trace.load_mw[i] = load
    trace.grid_mw[i] = hour.grid_mw
    trace.onsite_mw[i] = hour.generated_mw - hour.curtailed_mw
    trace.battery_mw[i] = hour.discharge_mw - hour.charge_mw
    trace.unserved_mw[i] = hour.unserved_mw
    trace.charge_state_mwh[i] = hour.charge_state_mwh
    trace.wind_sun_mw[i] = wind_sun_mw
    for g in range(groups.size):
        trace.units_on[g, i] = groups[g].on
        trace.unit_mw[g, i] = groups[g].out_mw
        trace.fuel_mmbtu[g, i] = groups[g].fuel_mmbtu


@njit(**INNER)
def _standing(count, fleet):
    """Records of ``GROUP`` before the first hour of a month."""
    groups = np.zeros(count.size, GROUP)
    for g in range(count.size):
        groups[g].count = count[g]
        groups[g].min_load_frac = fleet.min_load_frac[g]
        groups[g].half_load, groups[g].three_quarters_load = fleet.part_load[g, 0], fleet.part_load[g, 1]
    return groups


@njit(**INNER)
def _month(hours, load, free, stored_mwh, grid_mw, limits, battery, groups, site, sums, group_sums, trace):
    """One month of hours from a charge state; returns that at its end."""
    first, last = hours
    windy, traced = free[: last - first].max() > 0.0, trace.load_mw.size > 0
    unit_mw, full_mmbtu, units_out = site.fleet.unit_mw, site.fleet.full_mmbtu_per_mwh, site.fleet.units_out
    open_frac, through_frac, more_usd = site.grid.open_frac, site.grid.through_frac, site.grid.more_usd_per_mwh
    grid_base, spinning_frac, sun_first = site.rules.grid_base, site.rules.spinning_frac, site.rules.sun_first
    penalty_usd, peaks = site.grid.through_usd_per_mwh, site.on_peak
    for h in range(first, last):
        i, on_peak = h - first, peaks[h]
        pool = _available(unit_mw, units_out, windy, h, groups)
        sky = _before_all_else(load[i], free[i], stored_mwh, battery, sun_first)
        left_mw = 0.0 if sun_first else battery.power_mw - sky.charge_mw
        left = Battery(left_mw, battery.energy_mwh, battery.one_way_frac, battery.held_mwh)
        cap_mw = min(grid_mw * open_frac[h], limits.on_peak_mw if on_peak else limits.off_peak_mw)
        charge_cap_mw = limits.charge_on_peak_mw if on_peak else limits.charge_off_peak_mw
        hour = _carried(
            sky.left_mw, cap_mw, charge_cap_mw, pool, sky.charge_state_mwh, left, grid_base[h], spinning_frac, full_mmbtu, h, groups
        )
        hour, bought = _settled(hour, sky, grid_mw * through_frac[h])
        stored_mwh = hour.charge_state_mwh
        if i == 0:
            for g in range(groups.size):
                groups[g].before = groups[g].on
        _add_hour(sums, load[i], hour, on_peak, battery.one_way_frac, hour.grid_mw * more_usd[h] + bought * penalty_usd, sky.used_mw)
        _add_groups(group_sums, groups)
        if traced:
            _write_hour(trace, i, load[i], hour, sky.used_mw, groups)
    return stored_mwh


@njit(**INNER)
def _loads(row, rows, site, buffer, free):
    """Facility load (first row of ``buffer``) and power of wind and sun (``free``) in the hours of a row, MW."""
    first, last = rows.hours[row, 0], rows.hours[row, 1]
    if site.user_mw.size > 0:
        buffer[LOAD, : last - first] = site.user_mw[first:last]
    else:
        load_hours(first, last, rows.it_mw[row], rows.rated_mw[row], site.terms, rows.installed_mw[row], site.plant, buffer)
    rated_mw, profile = rows.wind_sun_mw[row], site.wind_sun_frac
    for h in range(first, last):
        free[h - first] = 0.0
        for b in range(rated_mw.size):
            free[h - first] += rated_mw[b] * profile[b, h]


@njit(cache=True, nogil=True)
def dispatch_months(rows, site, sums, group_sums, trace):
    """Dispatch every row: fills records of ``MONTH_SUMS`` and ``GROUP_SUMS``, and the ``Trace`` where it has hours (one row then).

    The battery starts a month full; a month that ends emptier is run again from that state, so that no row borrows energy from
    its neighbour.
    """
    buffer, free = np.empty((LOAD_ROWS, MOST_HOURS)), np.empty(MOST_HOURS)
    for row in range(rows.it_mw.size):
        _loads(row, rows, site, buffer, free)
        store = rows.battery
        battery = Battery(store.power_mw[row], store.energy_mwh[row], store.one_way_frac[row], store.held_mwh[row])
        hours, stored_mwh = (rows.hours[row, 0], rows.hours[row, 1]), battery.energy_mwh
        for _ in range(2):
            month, of_group = np.zeros(1, sums.dtype), np.zeros(group_sums.shape[1], group_sums.dtype)
            groups = _standing(rows.units[row], site.fleet)
            end_mwh = _month(
                hours, buffer[LOAD], free, stored_mwh, rows.grid_mw[row], rows.limits[row], battery, groups, site, month[0], of_group, trace
            )
            sums[row], group_sums[row] = month[0], of_group
            if end_mwh >= battery.energy_mwh * (1.0 - 1e-6):
                break
            stored_mwh = end_mwh
