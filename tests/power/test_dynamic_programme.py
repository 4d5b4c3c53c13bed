"""The dynamic programme against the mixed-integer programme and against every way there is."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.power.dispatch.commitment_kernels import commit
from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import cost_parts, objective_usd
from tests.power.test_linear_programme import problem, store, units


def hourly(seed, hours, **more):
    rng = np.random.default_rng(seed)
    load = 45.0 + 20.0 * np.sin(np.arange(hours) * np.pi / 12) + rng.uniform(0, 5, hours)
    price = 45.0 + 30.0 * np.sin(np.arange(hours) * np.pi / 12 + 0.5) + rng.uniform(0, 10, hours)
    given = problem(load, grid=40.0, classes=(units(hours, start_usd=200.0, part_load=(1.15, 1.04)),), gas_usd_per_mmbtu=4.5)
    return replace(given, energy_usd_per_mwh=price, **more)


@pytest.mark.parametrize("battery", [False, True])
def test_it_costs_what_the_mixed_integer_programme_costs(battery):
    given = hourly(1, 336, storage=store(336) if battery else None)
    ours, theirs = solve_dp(given, 129), solve(given, Choices(integer=True, gap_frac=1e-4))
    assert objective_usd(given, ours) == pytest.approx(objective_usd(given, theirs), rel=4e-3)
    assert np.abs(np.minimum(ours.balance_mw(given), 0.0)).max() < 1e-9
    assert ours.unserved_mw.max() < 0.01, "levels of charge leave kilowatts that no unit is started for"
    assert ours.grid_mw.max() <= 40.0 + 1e-9


def test_every_way_of_a_few_hours_costs_at_least_as_much():
    hours = 5
    load, cap, grid = np.array([12.0, 31.0, 18.0, 4.0, 26.0]), np.full(hours, 9.0), np.array([30.0, 90.0, 20.0, 5.0, 70.0])
    mw, count, usd, idle = np.full(hours, 10.0), np.full(hours, 3.0), np.full(hours, 35.0), np.full(hours, 8.0)
    rules, battery, shape = (0.5, 60.0, 1, 1000.0), (5.0, 2.0, 4, 0.9, 1), (hours, 4, 4)
    on, stored = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    least = commit(load, cap, grid, mw, count, usd, idle, rules, battery, on, stored)
    found = np.inf
    for counts in product(range(4), repeat=hours):
        starts = 60.0 * sum(max(0, b - a) for a, b in zip((0, *counts), counts, strict=False))
        cost = {1: starts}
        for h in range(hours):
            after = {}
            for level, so_far in cost.items():
                for to in range(4):
                    flow = (to - level) * 2.0 / 0.9 if to > level else (to - level) * 2.0 * 0.9
                    if abs(flow) > 5.0 + 1e-9:
                        continue
                    n, need = counts[h], load[h] + flow
                    ways = [p for p in {5.0 * n, 10.0 * n, need, need - 9.0} if 5.0 * n - 1e-9 <= p <= 10.0 * n + 1e-9]
                    bought = [(p, min(max(need - p, 0.0), 9.0)) for p in ways]
                    hour = min(80.0 * n + 35.0 * p + grid[h] * g + 1000.0 * max(need - p - g, 0.0) for p, g in bought)
                    after[to] = min(after.get(to, np.inf), so_far + hour)
            cost = after
        found = min(found, *(c for level, c in cost.items() if level >= 1))
    assert least == pytest.approx(found, rel=1e-12)


def test_minimum_times_hold_and_a_battery_pays():
    base = hourly(3, 480)
    slow = replace(base, classes=(replace(base.classes[0], min_up_h=4, min_down_h=3),))
    on = solve_dp(slow).units_on[0]
    changes = np.flatnonzero(np.diff(on)) + 1
    assert changes.size and np.all(changes % 4 == 0)
    assert objective_usd(slow, solve_dp(slow)) >= objective_usd(base, solve_dp(base)) - 1e-6
    free, held = (cost_parts(p, solve_dp(p))["total_usd"] for p in (base, replace(base, storage=store(480))))
    assert held < free


def test_several_classes_are_refused():
    with pytest.raises(ScenarioError, match="one class of units, and this campus has 2"):
        solve_dp(problem(np.full(24, 40.0), classes=(units(24), units(24, key="b"))))
