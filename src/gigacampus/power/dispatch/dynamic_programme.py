"""Dispatch by dynamic programming: one class of whole units and a battery by levels of charge; fast enough for loops over years."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.power.dispatch.commitment_kernels import commit, hour_cost
from gigacampus.power.dispatch.problem import Dispatch, Problem

Array = np.ndarray
LEVELS = 49
"""About how many levels of charge lie between what is held back and full."""


def solve_dp(problem: Problem, levels: int = LEVELS) -> Dispatch:
    """The cheapest counts and charges by price, start cost and lowest load; demand charges and permits are not seen.

    Counts change only every so many hours that minimum up and down times hold. The charge begins and ends at half.
    """
    if len(problem.classes) != 1:
        raise refuse(
            f"the dynamic programme takes one class of units, and this campus has {len(problem.classes)}",
            path="--solver",
            fix="name lp or milp",
        )
    units = problem.classes[0]
    battery, held = _battery(problem, levels)
    share = problem.on_peak_frac()
    price = problem.energy_usd_per_mwh + problem.tariff.on_peak_adder_usd_per_mwh * share
    fuel_usd, idle = units.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu, units.no_load_frac()
    load = np.maximum(problem.load_mw - (0.0 if problem.free_mw is None else problem.free_mw), 0.0)
    shape = (problem.hours, int(units.count.max(initial=0.0)) + 1, battery[2])
    on, stored = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    rules = (units.min_load_frac, units.start_usd, max(units.min_up_h, units.min_down_h, 1), problem.unserved_usd_per_mwh)
    series = (load, problem.grid_cap_mw, price, units.unit_mw, units.count, fuel_usd * (1.0 - idle), fuel_usd * idle)
    commit(*series, rules, battery, on, stored)
    return _walked(problem, series, rules, battery, (on, stored), held)


def _battery(problem: Problem, levels: int) -> tuple[tuple[float, float, int, float, int], float]:
    """Battery as the kernel reads it, and the energy below its lowest level."""
    store = problem.storage
    if store is None:
        return (0.0, 1.0, 1, 1.0, 0), 0.0
    if np.ptp(store.mwh) > 0.0 or np.ptp(store.mw) > 0.0:
        raise refuse("the battery grows within the hours", path="--solver", fix="name lp, or a year in which it stays as it is")
    held = float(store.floor_frac * store.mwh[0])
    usable, hour_mwh = float(store.mwh[0]) - held, float(store.mw[0]) * store.one_way_frac
    # A whole number of steps must use nearly all of the power in an hour, or the battery is weaker than it is.
    levels = int(np.ceil(usable / hour_mwh * max(1, round((levels - 1) * hour_mwh / usable)))) + 1
    return (float(store.mw[0]), usable / (levels - 1), levels, store.one_way_frac, levels // 2), held


def _walked(
    problem: Problem,
    series: tuple[Array, ...],
    rules: tuple[float, float, int, float],
    battery: tuple[float, float, int, float, int],
    choice: tuple[Array, Array],
    held: float,
) -> Dispatch:
    """The hours forward along the best choices."""
    load, cap, price, unit_mw, _, unit_usd, idle_usd = series
    _, step, _, way, level = battery
    count, out = 0, np.zeros((6, problem.hours))
    for h in range(problem.hours):
        count = int(choice[0][h, count, level])
        moved = int(choice[1][h, count, level]) - level
        flow = moved * step / way if moved > 0 else moved * step * way
        level += moved
        need = load[h] + flow
        _, power, grid = hour_cost(need, count, unit_mw[h], rules[0], unit_usd[h], idle_usd[h], price[h], cap[h], rules[3])
        out[:, h] = power, grid, count, flow, held + level * step, max(need - power - grid, 0.0)
    return Dispatch(
        grid_mw=out[1],
        unit_mw=out[:1],
        units_on=out[2:3],
        charge_mw=np.maximum(out[3], 0.0),
        discharge_mw=np.maximum(-out[3], 0.0),
        stored_mwh=out[4] if problem.storage is not None else np.zeros(problem.hours),
        unserved_mw=out[5],
        solver="dp",
    )
