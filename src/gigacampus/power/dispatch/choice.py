"""Which way of carrying a month is cheapest: who has the base load, how high the grid may go, what the battery does.

Foresight is the month: its loads and prices are known. A named order fixes who has the base load and leaves the battery to bridge
what is short; ``least_cost`` chooses both. Whatever is chosen costs no more than the same with an idle battery.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW
from gigacampus.power.battery import Battery, battery_at
from gigacampus.power.dispatch.arrays import Trace, no_limits
from gigacampus.power.dispatch.campus import Campus
from gigacampus.power.dispatch.storage_kernels import cut_month, price_month
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac, on_peak_hours

Array = np.ndarray
IDLE, BRIDGES, LOWERS_THE_BILL, SUN_FIRST = 0, 1, 2, 3
"""What a battery does in a month: nothing; what is short; what is dear; it keeps wind and sun for later and takes nothing else."""
CEILINGS = 4
"""Ceilings of grid power tried between that of units first and that of the grid first, off and on peak."""
STEPS, ROUNDS = 17, 3
"""Ceilings under which a battery charges, tried in each round; each round looks closer about the best one."""
MOST_LEVELS, STEPS_AN_HOUR = 97, 6
"""Levels of charge by which prices of hours are weighed, and those that full power passes in an hour where they suffice."""


@dataclass(frozen=True)
class Chosen:
    """The way of each row and what it gives; arrays of shape (row, ...)."""

    sums: Array
    group_sums: Array
    base: Array
    """Position in ``bases``."""
    limits: Array
    battery: Array
    """IDLE, BRIDGES, LOWERS_THE_BILL or SUN_FIRST."""
    flow_mw: dict[int, tuple[Array, Array]]
    """Discharge and charge state by hour of the rows whose battery lowers the bill."""

    def results(self) -> tuple[Array, Array]:
        """Sums and group sums."""
        return self.sums, self.group_sums

    def with_rows(self, chosen: Array, other: Chosen) -> Chosen:
        """These rows without their battery's flows, with the rows of ``other`` at ``chosen`` (row,)."""

        def put(mine: Array, theirs: Array) -> Array:
            out = mine.copy()
            out[chosen] = theirs
            return out

        return Chosen(
            put(self.sums, other.sums),
            put(self.group_sums, other.group_sums),
            put(self.base, other.base),
            put(self.limits, other.limits),
            put(self.battery, other.battery),
            {},
        )

    def row(self, i: int) -> Chosen:
        """One row on its own."""
        one, flows = slice(i, i + 1), {0: self.flow_mw[i]} if i in self.flow_mw else {}
        return Chosen(self.sums[one], self.group_sums[one], self.base[one], self.limits[one], self.battery[one], flows)

    def taking(self, other: Chosen, better: Array) -> Chosen:
        """These rows, with those of ``other`` where it is better."""

        def pick(mine: Array, theirs: Array) -> Array:
            return np.where(better.reshape(-1, *[1] * (mine.ndim - 1)), theirs, mine)

        flows = {r: f for r, f in self.flow_mw.items() if not better[r]} | {r: f for r, f in other.flow_mw.items() if better[r]}
        return Chosen(
            pick(self.sums, other.sums),
            pick(self.group_sums, other.group_sums),
            pick(self.base, other.base),
            pick(self.limits, other.limits),
            pick(self.battery, other.battery),
            flows,
        )


def chosen(campus: Campus, rows: Array, hours: Array) -> Chosen:
    """The cheapest way of every row."""
    stored = campus.battery.energy_mwh[rows].max(initial=0.0) > 0.0
    if not campus.order.by_price:
        bridged = _played(campus, rows, hours, 0, no_limits(rows.size))
        return _with_sun(campus, rows, hours, _guarded(campus, rows, hours, bridged)) if stored else bridged
    best = _cheapest_base(campus, rows, hours, idle=stored)
    if not stored:
        return best
    bridged = _guarded(campus, rows, hours, _replayed(campus, rows, hours, best))
    best = _with_sun(campus, rows, hours, _cheaper(campus, best, bridged))
    return _cheaper(campus, best, _lowering(campus, rows, hours, best))


def _with_sun(campus: Campus, rows: Array, hours: Array, best: Chosen) -> Chosen:
    """The same, or with a battery that keeps wind and sun for later where that is cheaper."""
    if not campus.wind_sun.mw[rows].any():
        return best
    return _cheaper(campus, best, _replayed(campus, rows, hours, best, battery=SUN_FIRST))


def traced(campus: Campus, row: int, hours: Array, way: Chosen | None = None) -> Trace:
    """Hours of one row as it is carried, in ``way`` or the cheapest."""
    one = np.array([row])
    way = way or chosen(campus, one, hours)
    trace = campus.empty_trace(int(hours[row, 1] - hours[row, 0]))
    idle, sun_first = int(way.battery[0]) in (IDLE, LOWERS_THE_BILL), int(way.battery[0]) == SUN_FIRST
    campus.play(one, hours, bases(campus)[int(way.base[0])], way.limits, trace=trace, idle_battery=idle, sun_first=sun_first)
    if idle:
        trace.charge_state_mwh[:] = campus.battery.energy_mwh[row]
    if way.flow_mw:
        flow, soc = way.flow_mw[0]
        bought, left, kept = _flowed(trace.grid_mw, trace.unserved_mw, _spare_mw(campus, row, hours, trace.load_mw), flow)
        wind_sun_mw = trace.wind_sun_mw + kept
        trace = trace._replace(grid_mw=bought, battery_mw=flow, unserved_mw=left, charge_state_mwh=soc, wind_sun_mw=wind_sun_mw)
    return trace


def _spare_mw(campus: Campus, row: int, hours: Array, load_mw: Array) -> Array:
    """Wind and sun above the load of a month; (hour,)."""
    first, last = hours[row]
    out: Array = np.maximum(campus.wind_sun.of_row(row)[first:last] - load_mw, 0.0)
    return out


def _flowed(grid: Array, unserved: Array, spare: Array, flow: Array) -> tuple[Array, Array, Array]:
    """Grid power, unmet load and spare wind and sun that is kept, once a battery gives ``flow``; as (..., hour)."""
    left = np.maximum(unserved - np.maximum(flow, 0.0), 0.0)
    kept = np.minimum(np.maximum(-flow, 0.0), spare)
    return grid - flow + unserved - left - kept, left, kept


def bases(campus: Campus) -> list[Array]:
    """Whether the grid carries the base in each hour (hour,): as the order says, or the three that a choice by price has."""
    named = np.full(HOURS_PER_YEAR, campus.order.grid_carries_base)
    if not campus.order.by_price or not campus.group_count.any():
        return [named]
    tariff = campus.tariff
    share = on_peak_hours(tariff) * on_peak_day_frac(tariff)
    grid_usd = campus.grid.energy_usd_per_mwh() + share * tariff.on_peak_adder_usd_per_mwh
    unit_usd = campus.fleet.groups.full_mmbtu_per_mwh.min(axis=0) * campus.worth.gas_usd_per_mmbtu
    by_hour = grid_usd < unit_usd
    return [named, ~named] if by_hour.all() or not by_hour.any() else [named, ~named, by_hour]


def objective_usd(campus: Campus, sums: Array, group_sums: Array) -> Array:
    """Bill, gas, wear of starts and the worth of unmet load of months by their sums; (row,). The ratchet is left to the year."""
    tariff = campus.tariff.model_copy(update={"ratchet_frac": 0.0})
    on_peak, unserved = sums["on_peak_mwh"] * on_peak_day_frac(tariff), sums["unserved_mwh"]
    bill = monthly_bill_usd(
        sums["grid_mwh"], sums["grid_peak_mw"], on_peak, sums["on_peak_mw"], tariff, np.zeros(unserved.size, dtype=bool)
    )
    bill, worth = bill + sums["beyond_tariff_usd"], campus.worth
    fuel, starts = group_sums["fuel_mmbtu"].sum(axis=1), group_sums["starts"] @ worth.start_usd
    out: Array = bill + fuel * worth.gas_usd_per_mmbtu + starts + unserved * worth.unserved_usd_per_mwh
    return out


def _played(campus: Campus, rows: Array, hours: Array, base: int, limits: Array, *, battery: int = BRIDGES) -> Chosen:
    idle, sun_first = battery == IDLE, battery == SUN_FIRST
    sums, group_sums = campus.play(rows, hours, bases(campus)[base], limits, idle_battery=idle, sun_first=sun_first)
    return Chosen(sums, group_sums, np.full(rows.size, base), limits, np.full(rows.size, battery), {})


def _cheaper(campus: Campus, one: Chosen, other: Chosen) -> Chosen:
    """The cheaper of two ways, row by row; with a ratchet nothing that lifts a month's highest demand."""
    better = objective_usd(campus, *other.results()) < objective_usd(campus, *one.results())
    if campus.tariff.ratchet_frac > 0.0:
        better &= (other.sums["grid_peak_mw"] <= one.sums["grid_peak_mw"]) & (other.sums["on_peak_mw"] <= one.sums["on_peak_mw"])
    return one.taking(other, better)


def _cheapest_base(campus: Campus, rows: Array, hours: Array, *, idle: bool) -> Chosen:
    """Who has the base load and how high the grid may go, the battery left aside."""
    free, battery = no_limits(rows.size), IDLE if idle else BRIDGES
    ways = [_played(campus, rows, hours, base, free, battery=battery) for base in range(len(bases(campus)))]
    best = ways[0]
    for way in ways[1:]:
        best = _cheaper(unratcheted(campus), best, way)
    if len(ways) == 1 or not (campus.tariff.demand_usd_per_kw_month or campus.tariff.on_peak_demand_usd_per_kw_month):
        return best
    plain, tried = unratcheted(campus), _ceilings(free, ways[1].sums, ways[0].sums)
    for base in range(len(ways)):
        for limits, fresh in tried:
            way = _played(campus, rows[fresh], hours, base, limits[fresh], battery=battery)
            best = _cheaper(plain, best, best.with_rows(fresh, way))
    return best


def _ceilings(free: Array, low: Array, high: Array) -> list[tuple[Array, Array]]:
    """Array between the peaks of two ways, and the rows (row,) for which they differ from all before; sets new to no row are left out."""
    found: list[tuple[Array, Array]] = []
    for off in np.linspace(0.0, 1.0, CEILINGS):
        for on in np.linspace(0.0, 1.0, CEILINGS):
            off_peak = low["grid_peak_mw"] + off * (high["grid_peak_mw"] - low["grid_peak_mw"])
            on_peak = np.minimum(low["on_peak_mw"] + on * (high["on_peak_mw"] - low["on_peak_mw"]), off_peak)
            limits = free.copy()
            limits["off_peak_mw"], limits["on_peak_mw"] = off_peak, on_peak
            known = [limits == other for other, _ in found]
            fresh = ~np.any(known, axis=0) if known else np.ones(free.size, dtype=bool)
            if fresh.any():
                found.append((limits, fresh))
    return found


def unratcheted(campus: Campus) -> Campus:
    """The campus without a ratchet: by which ways without a battery are compared."""
    return replace(campus, grid=replace(campus.grid, tariff=campus.tariff.model_copy(update={"ratchet_frac": 0.0})))


def _replayed(campus: Campus, rows: Array, hours: Array, way: Chosen, *, battery: int = BRIDGES) -> Chosen:
    """The same base and ceilings with a battery that bridges, or that does something else."""
    out = way
    for base in np.unique(way.base):
        out = out.taking(_played(campus, rows, hours, int(base), way.limits, battery=battery), way.base == base)
    return out


def _guarded(campus: Campus, rows: Array, hours: Array, bridged: Chosen) -> Chosen:
    """A battery that bridges must charge again: without lifting the month's highest demand where that is cheaper."""
    tariff = campus.tariff
    used = bridged.sums["battery_discharge_mwh"] > 0.0
    if not used.any() or not (tariff.demand_usd_per_kw_month or tariff.on_peak_demand_usd_per_kw_month):
        return bridged
    limits = bridged.limits.copy()
    limits["charge_off_peak_mw"], limits["charge_on_peak_mw"] = 0.0, 0.0
    never = _replayed(campus, rows, hours, replace(bridged, limits=limits)).sums
    limits = limits.copy()
    limits["charge_off_peak_mw"], limits["charge_on_peak_mw"] = never["grid_peak_mw"], never["on_peak_mw"]
    below = _replayed(campus, rows, hours, replace(bridged, limits=limits))
    return _cheaper(campus, bridged, below.taking(bridged, ~used))


@dataclass(frozen=True)
class _Month:
    """One month with an idle battery; arrays of shape (hour,)."""

    sums: Array
    groups: Array
    grid: Array
    unserved: Array
    spare: Array
    """Wind and sun above the load."""
    cap: Array
    on_peak: Array
    more_usd_per_mwh: Array
    battery: Battery[float]


def _lowering(campus: Campus, rows: Array, hours: Array, best: Chosen) -> Chosen:
    """Each row with a battery that takes what it can from the dear hours and charges in the cheap ones."""
    sums, groups, battery, flows = best.sums.copy(), best.group_sums.copy(), best.battery.copy(), {}
    for i, row in enumerate(rows):
        if campus.battery.energy_mwh[row] <= 0.0 or campus.grid_mw[row] <= 0.0:
            continue
        month = _idle(campus, int(row), hours, bases(campus)[int(best.base[i])], best.limits[i : i + 1])
        way = _best_cut(campus, month)
        if campus.grid.by_hour or month.spare.any():
            way = _best_path(campus, month, way)
        sums[i], groups[i], battery[i] = way.sums, month.groups[0], LOWERS_THE_BILL
        flows[i] = (way.flow_mw, way.charge_state_mwh)
    return replace(best, sums=sums, group_sums=groups, battery=battery, flow_mw=flows)


def _idle(campus: Campus, row: int, hours: Array, base: Array, limits: Array) -> _Month:
    first, last = hours[row]
    trace = campus.empty_trace(int(last - first))
    sums, groups = campus.play(np.array([row]), hours, base, limits, trace=trace, idle_battery=True)
    return _Month(
        sums,
        groups,
        trace.grid_mw,
        trace.unserved_mw,
        _spare_mw(campus, row, hours, trace.load_mw),
        campus.grid_mw[row] * campus.grid.open_frac[first:last],
        on_peak_hours(campus.tariff)[first:last],
        campus.grid.more_usd_per_mwh[first:last],
        battery_at(campus.battery, row),
    )


@dataclass(frozen=True)
class Way:
    """What a battery does in a month that it lowers the bill of; arrays of shape (hour,)."""

    flow_mw: Array
    """Discharge positive."""
    charge_state_mwh: Array
    sums: Array
    """Record of ``MONTH_SUMS``."""


def _best_cut(campus: Campus, month: _Month) -> Way:
    """The month under the ceiling that costs least."""
    grid, on_peak, battery = month.grid, month.on_peak, month.battery
    middle, reach = float(grid[~on_peak].max(initial=0.0)), battery.power_mw
    best: tuple[float, Way] | None = None
    for _ in range(ROUNDS):
        ceilings = np.maximum(middle + reach * np.linspace(-1.0, 1.0, STEPS), 0.0)
        flow, soc = np.zeros((2, 2 * STEPS, grid.size))
        cut_month(grid, month.unserved, month.cap, on_peak, ~on_peak, battery, ceilings, flow, soc)
        found = _with_flow(campus, month, flow)
        usd = objective_usd(campus, found, np.repeat(month.groups, 2 * STEPS, axis=0))
        k = int(np.argmin(usd))
        if best is None or usd[k] < best[0]:
            best = (float(usd[k]), Way(flow[k], soc[k], found[k]))
            middle = float(ceilings[k // 2])
        reach *= 2.0 / (STEPS - 1)
    assert best is not None
    return best[1]


def charge_levels(battery: Battery[float]) -> int:
    """Levels by which a charge is weighed, both ends among them: up to six steps for an hour of full power, fewer where it lasts long."""
    lasts_h = (battery.energy_mwh - battery.held_mwh) / max(battery.power_mw * battery.one_way_frac, 1e-9)
    an_hour = max(1, min(STEPS_AN_HOUR, int((MOST_LEVELS - 1) / max(lasts_h, 1e-9))))
    return int(np.ceil(lasts_h * an_hour)) + 1


def _best_path(campus: Campus, month: _Month, other: Way) -> Way:
    """The cheapest of ``other`` and of paths by the price of every hour, under some ceilings where demand is charged."""
    tariff, battery = campus.tariff, month.battery
    levels = charge_levels(battery)
    usd = tariff.energy_usd_per_mwh + month.more_usd_per_mwh
    usd = usd + tariff.on_peak_adder_usd_per_mwh * on_peak_day_frac(tariff) * month.on_peak
    series = (month.grid, month.unserved, month.cap, month.spare, usd)
    charged = KW_PER_MW * (tariff.demand_usd_per_kw_month + tariff.on_peak_demand_usd_per_kw_month)
    top = float(month.grid.max())
    ceilings = np.maximum(top + battery.power_mw * np.linspace(-1.0, 1.0, STEPS), 0.0) if charged else np.array([np.inf])
    flow, soc = np.zeros((2, ceilings.size, month.grid.size))
    for k, ceiling in enumerate(ceilings):
        terms = (campus.grid.through_usd_per_mwh, campus.worth.unserved_usd_per_mwh, float(ceiling), charged)
        price_month(series, battery, levels, terms, flow[k], soc[k])
    found = _with_flow(campus, month, flow)
    every, alike = np.append(other.sums, found), np.repeat(month.groups, ceilings.size + 1, axis=0)
    k = int(np.argmin(objective_usd(campus, every, alike))) - 1
    return other if k < 0 else Way(flow[k], soc[k], found[k])


def _with_flow(campus: Campus, month: _Month, flow: Array) -> Array:
    """Records of ``MONTH_SUMS`` with each of some flows of the battery; ``flow`` (way, hour)."""
    one_way, on_peak = month.battery.one_way_frac, month.on_peak
    give, take = np.maximum(flow, 0.0).sum(axis=1), np.maximum(-flow, 0.0).sum(axis=1)
    bought, left, kept = _flowed(month.grid, month.unserved, month.spare, flow)
    beyond_mwh = np.maximum(bought - month.cap, 0.0).sum(axis=1)
    out = np.repeat(month.sums, len(flow))
    out["grid_mwh"], out["grid_peak_mw"] = bought.sum(axis=1), bought.max(axis=1)
    out["battery_discharge_mwh"], out["battery_charge_mwh"] = give, take
    out["battery_loss_mwh"] = take * (1.0 - one_way) + give * (1.0 / one_way - 1.0)
    out["unserved_mwh"], out["unserved_peak_mw"] = left.sum(axis=1), left.max(axis=1)
    out["unserved_hours"] = (left > 1e-9).sum(axis=1)
    out["on_peak_mwh"], out["on_peak_mw"] = bought[:, on_peak].sum(axis=1), bought[:, on_peak].max(axis=1, initial=0.0)
    out["beyond_tariff_usd"] = bought @ month.more_usd_per_mwh + beyond_mwh * campus.grid.through_usd_per_mwh
    out["wind_sun_mwh"] += kept.sum(axis=1)
    return out
