"""Dispatch as a linear or mixed-integer programme, solved by HiGHS; matrices are built by whole arrays.

Units of a class are one count, so that forty machines are one column an hour. Fuel is the straight line between lowest and full
load; every month has a column for its highest grid hour, and one for the highest of its on-peak hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gigacampus.foundation.units import KW_PER_MW
from gigacampus.power.dispatch import by_month
from gigacampus.power.dispatch.matrix_columns import Columns, Part, Rows
from gigacampus.power.dispatch.problem import Dispatch, Problem, objective_usd
from gigacampus.power.tariff import RATCHET_MONTHS

Array = np.ndarray
FILL_H = 24
"""Hours in which a battery that grows reaches its reserve."""
SOME_UNIT = 1e-6
"""A class of which less runs does not run."""
SEARCH_S = 60.0
"""Wall time for the search of the limit that cannot be held."""
LONG_H = 2000
"""Above so many hours counts of running units are relaxed by the interior point: with them the simplex takes minutes for a year."""


@dataclass(frozen=True)
class Choices:
    """How the programme is written and solved."""

    commitment: bool = True
    """Whether counts of running units, their lowest load and their starts are columns; False: units run at any load."""
    integer: bool = False
    """Whether counts are whole."""
    gap_frac: float = 1e-3
    """Proven gap at which whole counts are good enough."""
    time_limit_s: float = 120.0
    """Wall time of all that is solved for one answer."""
    stored_mwh: float | None = None
    """Charge before the first hour; none: that at the end of the last one."""
    stored_after_mwh: float = 0.0
    """Least charge after the last hour."""
    units_before: Array | None = None
    """Units of each class that ran before the first hour; none: those of the last hour."""
    peaks_mw: tuple[float, float] = (0.0, 0.0)
    """Highest grid hour, and on-peak hour, of the first month before the first hour."""
    filled: Array | None = None
    """Which months' off-peak energy passes each block, as ``blocks_filled`` gives it; none: found by solving again."""
    classes_on: Array | None = None
    """Which classes run in which hours, (class, hour), where a reserve for the loss of a unit is asked: found by solving without whole
    units, whose reserve would only cover the share of a unit that the share of its class runs; none: not settled yet."""
    stored_usd_per_mwh: float = 0.0
    """Worth of a MWh left in the battery at the end, where the charge before the first hour is given."""


class Infeasible(Exception):
    """No dispatch holds every limit; the text names hour and limit."""


class OutOfTime(Exception):
    """The solver had found no dispatch when its time was over: nothing is said about whether there is one."""


Once = Callable[[Problem, Choices, Array], Dispatch]
"""A way of solving with the tariff's blocks taken as filled in given months."""


def solve(problem: Problem, choices: Choices = Choices(), once: Once | None = None) -> Dispatch:
    """The cheapest dispatch of all hours, at once where no other way is given.

    Blocks of hours' use get cheaper with energy, which is not convex: each month's blocks are first taken as filled, and the
    programme is solved again with the months whose blocks are not. Every such form is an upper bound of the true bill.
    """
    once, started = once or _solved, time.monotonic()
    if choices.filled is not None:
        return once(problem, choices, choices.filled)
    filled = np.ones((2, int(problem.month()[-1]) + 1), dtype=bool)
    best: Dispatch | None = None
    for _ in range(3):
        try:
            found = once(problem, replace(choices, time_limit_s=choices.time_limit_s - (time.monotonic() - started)), filled)
        except OutOfTime:
            if best is None:
                raise
            return replace(best, note=f"{choices.time_limit_s:g} s were over before the blocks of hours' use were settled")
        if best is None or objective_usd(problem, found) < objective_usd(problem, best):
            best = found
        now = blocks_filled(problem, found)
        if (now == filled).all():
            break
        filled = now
    assert best is not None
    return best


def _kinks(problem: Problem) -> tuple[tuple[float, float], ...]:
    """Hours' use at which the price of off-peak energy changes, and by how much."""
    tariff = problem.tariff
    first, second = tariff.block1_adder_usd_per_mwh, tariff.block2_adder_usd_per_mwh
    return (tariff.block1_hours_use, second - first), (tariff.block1_hours_use + tariff.block2_hours_use, -second)


def blocks_filled(problem: Problem, found: Dispatch) -> Array:
    """Which months' off-peak energy passes each change of price; (change, month)."""
    month = problem.month()
    energy = np.bincount(month, weights=found.grid_mw * (1.0 - problem.on_peak_frac()))
    peak = np.zeros(energy.size)
    np.maximum.at(peak, month, found.grid_mw)
    return np.array([energy >= hours * peak for hours, _ in _kinks(problem)])


def _solved(problem: Problem, choices: Choices, filled: Array) -> Dispatch:
    if choices.time_limit_s <= 0.0:
        raise OutOfTime
    columns = _columns(problem, choices, filled)
    rows = _rows(problem, choices, columns)
    by_whole = choices.integer
    answer = _answered(problem, columns, rows, choices)
    if answer.status == 1 and (answer.x is None or not by_whole):
        raise OutOfTime
    if answer.x is None:
        raise Infeasible(explained(problem, columns, rows) if answer.status == 2 else str(answer.message))
    if problem.n_minus_1 and choices.commitment and not by_whole and choices.classes_on is None:
        on = np.array([answer.x[columns.at(f"on{k}")] > SOME_UNIT for k in range(len(problem.classes))])
        return replace(_solved(problem, replace(choices, classes_on=on), filled), bound_usd=float(answer.fun) + _fixed_usd(problem))
    bound = answer.mip_dual_bound if by_whole else answer.fun
    note = "" if answer.status == 0 else "the solver ended before the gap; the gap says how far it may be from the best"
    return replace(
        _read(problem, columns, answer.x), bound_usd=float(answer.fun if bound is None else bound) + _fixed_usd(problem), note=note
    )


def _answered(problem: Problem, columns: Columns, rows: Rows, choices: Choices) -> Any:
    """Long years of whole units that must bear the loss of one are solved by months: at once they prove nothing in hours."""
    if not choices.integer and problem.hours > LONG_H:
        return _relaxed(columns, rows, choices)
    if choices.integer and problem.n_minus_1 and problem.hours > LONG_H:
        started, minimum_h = time.monotonic(), max(max(u.min_up_h, u.min_down_h) for u in problem.classes)
        months = by_month.programme(columns, rows, problem.month(), minimum_h)
        answer = by_month.solved(months, gap_frac=choices.gap_frac, time_limit_s=choices.time_limit_s)
        if answer is not None:
            return answer
        choices = replace(choices, time_limit_s=max(choices.time_limit_s - (time.monotonic() - started), 1e-3))
    return _whole(columns, rows, choices)


def _whole(columns: Columns, rows: Rows, choices: Choices) -> Any:
    """The programme by simplex, and by branch and bound where counts are whole."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    return milp(
        columns.cost(),
        integrality=columns.whole() if choices.integer else None,
        bounds=Bounds(columns.low(), columns.high()),
        constraints=LinearConstraint(*rows.matrix(columns.count)),
        options={"mip_rel_gap": choices.gap_frac, "time_limit": choices.time_limit_s},
    )


def _relaxed(columns: Columns, rows: Rows, choices: Choices) -> Any:
    """The programme with parts of units: by the interior point, ended at a corner, or by the simplex where no unit is committed."""
    from scipy.optimize import linprog

    return linprog(
        columns.cost(),
        **rows.one_sided(columns.count),
        bounds=np.column_stack([columns.low(), columns.high()]),
        method="highs-ipm" if choices.commitment else "highs-ds",
        options={"time_limit": choices.time_limit_s},
    )


def _fixed_usd(problem: Problem) -> float:
    months = int(problem.month()[-1]) + 1
    fixed = problem.tariff.customer_usd_per_month * months if problem.grid_cap_mw.max(initial=0.0) > 0.0 else 0.0
    return fixed - problem.credit_usd


def _columns(problem: Problem, choices: Choices, filled: Array) -> Columns:
    """All columns with their bounds and costs."""
    hours, month, share = problem.hours, problem.month(), problem.on_peak_frac()
    tariff, out, months = problem.tariff, Columns(), int(month[-1]) + 1
    price = problem.energy_usd_per_mwh + tariff.on_peak_adder_usd_per_mwh * share
    price = price + tariff.block1_adder_usd_per_mwh * (1.0 - share)
    peak_usd = np.zeros(months)
    for (use_h, step), full in zip(_kinks(problem), filled, strict=True):
        price = price + np.where(full[month], step, 0.0) * (1.0 - share)
        peak_usd -= np.where(full, step * use_h, 0.0)
    out.add("grid", hours, high=problem.grid_cap_mw, cost=price)
    if problem.through_mw().any():
        out.add("through", hours, high=problem.through_mw(), cost=price + problem.penalty_usd_per_mwh)
    out.add("unserved", hours, high=np.maximum(problem.load_mw, 0.0), cost=problem.unserved_usd_per_mwh)
    out.add("dumped", hours, high=np.inf, cost=0.0)
    before = np.concatenate([[choices.peaks_mw[0]], np.zeros(months - 1)])
    high_before = np.concatenate([[choices.peaks_mw[1]], np.zeros(months - 1)])
    out.add("peak", months, low=before, cost=peak_usd)
    out.add("high", months, low=high_before)
    out.add("billed", months, cost=KW_PER_MW * tariff.demand_usd_per_kw_month)
    out.add("billed_high", months, cost=KW_PER_MW * tariff.on_peak_demand_usd_per_kw_month)
    if problem.storage is not None:
        store = problem.storage
        out.add("charge", hours, high=store.mw)
        out.add("discharge", hours, high=store.mw)
        left = np.zeros(hours)
        left[-1] = -choices.stored_usd_per_mwh
        out.add("stored", hours, low=_held_mwh(problem, choices), high=store.mwh, cost=left)
    for k, units in enumerate(problem.classes):
        fuel_usd = units.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu
        idle = units.no_load_frac() if choices.commitment else 0.0
        out.add(f"unit{k}", hours, high=units.count * units.unit_mw, cost=fuel_usd * (1.0 - idle))
        if choices.commitment:
            most = np.floor(units.count + 1e-9) if choices.integer else units.count
            settled = None if choices.classes_on is None else choices.classes_on[k].astype(float)
            most = most if settled is None else most * settled
            out.add(f"on{k}", hours, high=most, cost=fuel_usd * idle * units.unit_mw, whole=True)
            out.add(f"start{k}", hours, high=np.inf, cost=units.start_usd)
            if problem.n_minus_1:
                out.add(f"any{k}", hours, low=0.0 if settled is None else settled, high=1.0 if settled is None else settled, whole=True)
    return out


def _held_mwh(problem: Problem, choices: Choices) -> Array:
    """Charge that is never used: the reserve, once a battery that grows or starts empty had a day to reach it."""
    assert problem.storage is not None
    out = problem.storage.floor_frac * problem.storage.mwh
    for back in range(1, min(FILL_H, out.size)):
        out[back:] = np.minimum(out[back:], problem.storage.floor_frac * problem.storage.mwh[:-back])
    if choices.stored_mwh is not None:
        out[:FILL_H] = np.minimum(out[:FILL_H], choices.stored_mwh)
    out[-1] = max(out[-1], choices.stored_after_mwh)
    return out


def _rows(problem: Problem, choices: Choices, columns: Columns) -> Rows:
    """All constraints."""
    rows = Rows()
    _balance(problem, columns, rows)
    _peaks(problem, columns, rows)
    if problem.storage is not None:
        _storage(problem, choices, columns, rows)
    if choices.commitment:
        for k in range(len(problem.classes)):
            _commitment(problem, choices, columns, rows, k)
        _reserve(problem, columns, rows)
        _permits(problem, columns, rows)
    return rows


def _balance(problem: Problem, columns: Columns, rows: Rows) -> None:
    parts = [("grid", 1.0), ("unserved", 1.0), ("dumped", -1.0)]
    parts += [("through", 1.0)] if columns.has("through") else []
    parts += [("discharge", 1.0), ("charge", -1.0)] if problem.storage is not None else []
    parts += [(f"unit{k}", 1.0) for k in range(len(problem.classes))]
    free = 0.0 if problem.free_mw is None else problem.free_mw
    need = problem.load_mw - free
    rows.add("load", [(columns.at(name), sign) for name, sign in parts], low=need, high=need)
    if problem.energy_usd_per_mwh.min(initial=0.0) < 0.0:
        # Nobody is paid for grid power that is thrown away: what is left over comes from units, wind and sun.
        own = [(columns.at(f"unit{k}"), -1.0) for k in range(len(problem.classes))]
        rows.add("power left over", [(columns.at("dumped"), 1.0), *own], high=free)


def _peaks(problem: Problem, columns: Columns, rows: Rows) -> None:
    """The grid of an hour lies below its month's peak, and billed demand above the ratchet's share of earlier peaks.

    Peaks that nothing prices have no rows: they are as many as hours.
    """
    if not columns.cost()[columns.at("peak")[0] : columns.at("billed_high")[-1] + 1].any():
        return
    month, grid = problem.month(), [(columns.at(name), 1.0) for name in ("grid", "through") if columns.has(name)]
    rows.add("monthly peak", [*grid, (columns.at("peak")[month], -1.0)], high=0.0)
    on_peak = np.flatnonzero(problem.on_peak())
    if on_peak.size and problem.tariff.on_peak_demand_usd_per_kw_month:
        drawn = [(at[on_peak], x) for at, x in grid]
        rows.add("on-peak demand", [*drawn, (columns.at("high")[month[on_peak]], -1.0)], high=0.0, hour=None)
    for peak, billed in (("peak", "billed"), ("high", "billed_high")):
        at, paid = columns.at(peak), columns.at(billed)
        rows.add("billed demand", [(at, 1.0), (paid, -1.0)], high=0.0, hour=None)
        if problem.tariff.ratchet_frac:
            for back in range(1, min(RATCHET_MONTHS, at.size - 1) + 1):
                rows.add("ratchet", [(np.roll(at, back), problem.tariff.ratchet_frac), (paid, -1.0)], high=0.0, hour=None)


def _storage(problem: Problem, choices: Choices, columns: Columns, rows: Rows) -> None:
    assert problem.storage is not None
    stored, way = columns.at("stored"), problem.storage.one_way_frac
    parts = [(stored, 1.0), (columns.at("charge"), -way), (columns.at("discharge"), 1.0 / way)]
    if choices.stored_mwh is None:
        rows.add("charge state", [*parts, (np.roll(stored, 1), -1.0)], low=0.0, high=0.0)
        return
    rows.add("charge state", [(at[:1], x) for at, x in parts], low=choices.stored_mwh, high=choices.stored_mwh)
    rest = [(at[1:], x) for at, x in parts]
    rows.add("charge state", [*rest, (stored[:-1], -1.0)], low=0.0, high=0.0, hour=1)


def _commitment(problem: Problem, choices: Choices, columns: Columns, rows: Rows, k: int) -> None:
    """Load between lowest and full of what runs; starts; hours up and down by sums over windows of starts."""
    units, hours = problem.classes[k], problem.hours
    on, power, start = (columns.at(f"{name}{k}") for name in ("on", "unit", "start"))
    rows.add(f"full load of {units.key}", [(power, 1.0), (on, -units.unit_mw)], high=0.0)
    rows.add(f"lowest load of {units.key}", [(power, -1.0), (on, units.unit_mw * units.min_load_frac)], high=0.0)
    ring = choices.units_before is None
    first = 0 if ring else 1
    rows.add(f"starts of {units.key}", [(on[first:], 1.0), (np.roll(on, 1)[first:], -1.0), (start[first:], -1.0)], high=0.0, hour=first)
    if choices.units_before is not None:
        rows.add(f"starts of {units.key}", [(on[:1], 1.0), (start[:1], -1.0)], high=float(choices.units_before[k]))
    if units.min_up_h > 1:
        back = min(units.min_up_h, hours)
        window = [(np.roll(start, i), 1.0) for i in range(back)]
        first = 0 if ring else back - 1
        rows.add(f"minimum up time of {units.key}", _after([*window, (on, -1.0)], first), high=0.0, hour=first)
    if units.min_down_h > 1:
        back = min(units.min_down_h, hours - 1)
        window = [(np.roll(start, i), 1.0) for i in range(back)]
        most, first = np.roll(units.count, back), 0 if ring else back
        rows.add(f"minimum down time of {units.key}", _after([*window, (np.roll(on, back), 1.0)], first), high=most[first:], hour=first)


def _after(parts: list[Part], first: int) -> list[Part]:
    """Parts without their first rows: those that would reach round the ring."""
    return [(at[first:], x if np.ndim(x) == 0 else np.asarray(x)[first:]) for at, x in parts]


def _reserve(problem: Problem, columns: Columns, rows: Rows) -> None:
    """Headroom of what runs and of the grid over a share of units' power, and over the largest unit where asked."""
    running = [(columns.at(f"on{k}"), units.unit_mw) for k, units in enumerate(problem.classes)]
    grid = (columns.at("grid"), -1.0)
    if problem.spinning_frac > 0.0 and running:
        power = [(columns.at(f"unit{k}"), -1.0 - problem.spinning_frac) for k in range(len(problem.classes))]
        rows.add("spinning reserve", [*running, *power, grid], low=-problem.grid_cap_mw)
    if problem.n_minus_1:
        power = [(columns.at(f"unit{k}"), -1.0) for k in range(len(problem.classes))]
        store = [] if problem.storage is None else [(columns.at("discharge"), -1.0), (columns.at("charge"), 1.0)]
        spare = problem.grid_cap_mw + (0.0 if problem.storage is None else problem.storage.mw)
        for k, units in enumerate(problem.classes):
            # A unit of a class is lost whole as soon as one of it runs, however many do.
            runs = columns.at(f"any{k}")
            rows.add(f"running {units.key}", [(columns.at(f"on{k}"), 1.0), (runs, -np.maximum(units.count, 1.0))], high=0.0)
            lost = (runs, -units.unit_mw * np.minimum(units.count, 1.0))
            rows.add("reserve for the loss of a unit", [*running, lost, *power, grid, *store], low=-spare)


def _permits(problem: Problem, columns: Columns, rows: Rows) -> None:
    for permit in problem.permits:
        covered = [(k, units) for k, units in enumerate(problem.classes) if units.permit == permit.key]
        nox: list[Part] = []
        for k, units in covered:
            kg = units.full_mmbtu_per_mwh * units.nox_kg_per_mmbtu
            idle = units.no_load_frac()
            nox += [(columns.at(f"unit{k}"), kg * (1.0 - idle)), (columns.at(f"on{k}"), kg * idle * units.unit_mw)]
            nox += [(columns.at(f"start{k}"), np.full(problem.hours, units.nox_kg_per_start))]
        if nox and np.isfinite(permit.nox_kg_per_year):
            rows.add_sum(f"tonnes of NOx of permit {permit.key}", nox, high=permit.nox_kg_per_year)
        if covered and np.isfinite(permit.unit_hours_per_year):
            on = [(columns.at(f"on{k}"), np.ones(problem.hours)) for k, _ in covered]
            rows.add_sum(f"unit-hours of permit {permit.key}", on, high=permit.unit_hours_per_year)


def _read(problem: Problem, columns: Columns, x: Array) -> Dispatch:
    zero, some = np.zeros(problem.hours), range(len(problem.classes))
    unit_mw = np.array([x[columns.at(f"unit{k}")] for k in some]).reshape(-1, problem.hours)
    if columns.has("on0"):
        on = np.array([x[columns.at(f"on{k}")] for k in some])
    else:
        on = np.array([p / np.maximum(u.unit_mw, 1e-9) for p, u in zip(unit_mw, problem.classes, strict=True)]).reshape(unit_mw.shape)

    def hourly(name: str) -> Array:
        return x[columns.at(name)] if columns.has(name) else zero

    return Dispatch(
        grid_mw=np.maximum(x[columns.at("grid")] + hourly("through"), 0.0),
        unit_mw=np.maximum(unit_mw, 0.0),
        units_on=np.maximum(on, 0.0),
        charge_mw=hourly("charge"),
        discharge_mw=hourly("discharge"),
        stored_mwh=hourly("stored"),
        unserved_mw=np.maximum(x[columns.at("unserved")], 0.0),
        solver="lp",
    )


def explained(problem: Problem, columns: Columns, rows: Rows) -> str:
    """Which limit cannot be held, and in which hour: each limit may be missed at a price, and the largest miss is named."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    from gigacampus.foundation.calendar import hour_name

    matrix, low, high, miss = rows.loosened(columns.count)
    # A miss that could lie in many hours is named where it can be put off no longer.
    later = 1.0 - 0.5 * np.arange(miss // 2) / miss
    cost = np.concatenate([np.zeros(columns.count), later, later])
    bounds = Bounds(np.concatenate([columns.low(), np.zeros(miss)]), np.concatenate([columns.high(), np.full(miss, np.inf)]))
    answer = milp(cost, bounds=bounds, constraints=LinearConstraint(matrix, low, high), options={"time_limit": SEARCH_S})
    if answer.status == 1:
        return f"no dispatch holds every limit, and which one is missed was not found in {SEARCH_S:g} s"
    if answer.x is None:
        return "no dispatch holds the bounds of its columns"
    missed = answer.x[columns.count :].reshape(2, -1).max(axis=0)
    worst = int(np.argmax(missed))
    name, hour = rows.named(worst)
    when = "" if hour is None else f" in the hour {hour_name(problem.first_hour + hour)}"
    return f"no dispatch holds every limit: {name}{when} is missed by {missed[worst]:,.3g}"
