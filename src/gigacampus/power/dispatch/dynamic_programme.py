"""Dispatch by dynamic programming: one class of whole units and a battery by levels of charge; fast enough for loops over years."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.power.dispatch.commitment_kernels import NEVER, value_hours, walk_hours
from gigacampus.power.dispatch.problem import Dispatch, Problem

Array = np.ndarray
LEVELS = 49
"""Levels of charge between what is held back and full; the charge itself may lie between two of them."""
HEAD_H = 72
"""Hours of the beginning that are looked at first, so that the last hours know what charge and running units are worth."""
LAPS = 4
State = tuple[int, float]
"""Units on, and level of charge."""


def solve_dp(problem: Problem, levels: int = LEVELS) -> Dispatch:
    """The cheapest counts and charges by price, start cost and lowest load, with the last hour before the first as elsewhere.

    Counts change only every so many hours that minimum up and down times hold. What ties a month or year together is refused.
    """
    for reason in _unseen(problem):
        raise refuse(f"the dynamic programme {reason}", path="--solver", fix="name lp or milp")
    battery, held = _battery(problem, levels)
    units = problem.classes[0]
    load, count = np.asarray(problem.load_mw, dtype=float), np.asarray(units.count, dtype=float)
    rules = (
        units.min_load_frac,
        units.start_usd,
        float(max(units.min_up_h, units.min_down_h, 1)),
        problem.unserved_usd_per_mwh,
        problem.spinning_frac,
    )
    terms = (load, count, _series(problem), rules, battery)
    shape = (problem.hours + 1, int(count.max(initial=0.0) + 1e-9) + 1, levels if problem.storage is not None else 1)
    return _read(problem, _ring(terms, np.zeros(shape, dtype=np.float32)), battery[1], held)


def _unseen(problem: Problem) -> list[str]:
    """What a programme over hours cannot hold."""
    tariff, store = problem.tariff, problem.storage
    buys = problem.grid_cap_mw.max(initial=0.0) > 0.0
    limited = any(np.isfinite(p.nox_kg_per_year) or np.isfinite(p.unit_hours_per_year) for p in problem.permits)
    grows = store is not None and (np.ptp(store.mwh) > 0.0 or np.ptp(store.mw) > 0.0)
    found = {
        f"takes one class of units, and this campus has {len(problem.classes)}": len(problem.classes) != 1,
        "takes a battery that stays as it is, and this one grows within the hours": grows,
        "sees no demand charge": buys and bool(tariff.demand_usd_per_kw_month or tariff.on_peak_demand_usd_per_kw_month),
        "sees no blocks of hours' use": buys and bool(tariff.block1_adder_usd_per_mwh or tariff.block2_adder_usd_per_mwh),
        "sees no yearly limit of a permit": limited,
        "holds no reserve for the loss of a unit": problem.n_minus_1,
    }
    return [reason for reason, true in found.items() if true]


def _series(problem: Problem) -> tuple[Array, ...]:
    """Hours of wind and sun, grid, grid in calls, and fuel of a unit along the straight line between lowest and full load."""
    units = problem.classes[0]
    price = problem.energy_usd_per_mwh + problem.tariff.on_peak_adder_usd_per_mwh * problem.on_peak_frac()
    through = problem.through_mw()
    fuel_usd, idle = units.full_mmbtu_per_mwh * problem.gas_usd_per_mmbtu, units.no_load_frac()
    free = np.zeros(problem.hours) if problem.free_mw is None else problem.free_mw
    penalty = problem.penalty_usd_per_mwh if through.any() else 0.0
    rows = (free, problem.grid_cap_mw, price, through, price + penalty, units.unit_mw, fuel_usd * (1.0 - idle), fuel_usd * idle)
    return tuple(np.ascontiguousarray(row, dtype=float) for row in rows)


def _battery(problem: Problem, levels: int) -> tuple[tuple[float, float, float], float]:
    """Battery as the kernels read it, and the energy below its lowest level."""
    store = problem.storage
    if store is None:
        return (0.0, 1.0, 1.0), 0.0
    held = float(store.floor_frac * store.mwh[0])
    return (float(store.mw[0]), (float(store.mwh[0]) - held) / (levels - 1), store.one_way_frac), held


def _ring(terms: tuple[Array, Array, tuple[Array, ...], tuple[float, ...], tuple[float, ...]], values: Array) -> Array:
    """Hours whose last state is that before the first: laps are walked until one ends where it began.

    Paths that see the same prices soon meet, whatever they begin with, so that the second lap mostly closes. Where none does,
    the last one must end with at least the charge that it begins with.
    """
    load, count, series, rules, battery = terms
    head = min(HEAD_H, load.size)
    value_hours(load[:head], count[:head], tuple(s[:head] for s in series), rules, battery, values[: head + 1])
    values[-1] = values[0]
    value_hours(*terms, values)
    state: State = (int(count[-1] + 1e-9), 0.5 * (values.shape[2] - 1))
    out = np.zeros((6, load.size))
    for _ in range(LAPS):
        ended = walk_hours(*terms, values, state, out)
        if ended[0] == state[0] and abs(ended[1] - state[1]) < 1e-9:
            return out
        state = ended
    state = (state[0], np.floor(state[1]))
    values[-1, :, : int(state[1])] = NEVER
    value_hours(*terms, values)
    walk_hours(*terms, values, state, out)
    return out


def _read(problem: Problem, out: Array, step_mwh: float, held_mwh: float) -> Dispatch:
    power, grid, on, flow, level, unmet = out
    return Dispatch(
        grid_mw=grid,
        unit_mw=power[None],
        units_on=on[None],
        charge_mw=np.maximum(flow, 0.0),
        discharge_mw=np.maximum(-flow, 0.0),
        stored_mwh=held_mwh + level * step_mwh if problem.storage is not None else np.zeros(problem.hours),
        unserved_mw=unmet,
        solver="dp",
    )
