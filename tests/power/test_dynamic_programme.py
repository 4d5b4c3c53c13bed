"""The dynamic programme against the mixed-integer programme and against every way there is."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.power.dispatch.commitment_kernels import NEVER, value_hours, walk_hours
from gigacampus.power.dispatch.dynamic_programme import solve_dp
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Permit, cost_parts, objective_usd
from gigacampus.schema.power import TariffEntry
from tests.power.test_linear_programme import problem, store, units


def hourly(seed, hours, **more):
    rng = np.random.default_rng(seed)
    load = 45.0 + 20.0 * np.sin(np.arange(hours) * np.pi / 12) + rng.uniform(0, 5, hours)
    price = 45.0 + 30.0 * np.sin(np.arange(hours) * np.pi / 12 + 0.5) + rng.uniform(0, 10, hours)
    given = problem(load, grid=40.0, classes=(units(hours, start_usd=200.0, part_load=(1.15, 1.04)),), gas_usd_per_mmbtu=4.5)
    return replace(given, energy_usd_per_mwh=price, **more)


@pytest.mark.parametrize("battery", [False, True])
@pytest.mark.parametrize("supply", ["plain", "sun", "calls", "spinning"])
def test_it_costs_what_the_mixed_integer_programme_costs(battery, supply):
    hours = 120
    noon = np.maximum(np.sin((np.arange(hours) - 6) * np.pi / 12), 0.0)
    called = np.where((np.arange(hours) % 48 - 6) ** 2 < 20, 40.0, 0.0)
    more = {
        "plain": {},
        "sun": {"free_mw": 95.0 * noon},
        "calls": {"grid_cap_mw": 40.0 - called, "called_mw": called, "penalty_usd_per_mwh": 60.0},
        "spinning": {"spinning_frac": 0.25},
    }[supply]
    given = hourly(1, hours, storage=store(hours, mw=12.0, mwh=70.0, way=0.93) if battery else None, **more)
    ours, theirs = solve_dp(given), solve(given, Choices(integer=True, gap_frac=1e-4))
    # Sums of the straight line of fuel that both keep low: below the proven bound lies nothing.
    least, cost = theirs.bound_usd, straight_usd(given, ours)
    assert least * (1.0 - 1e-5) <= cost <= least * (1.0 + 1.5e-3)
    wasted = ours.balance_mw(given)
    assert wasted.min() > -1e-9
    assert np.all(ours.grid_mw <= given.grid_cap_mw + given.through_mw() + 1e-9)
    assert (given.free_mw is None) == (wasted.max() < 1e-9)
    spare = ours.units_on[0] * 10.0 - (1.0 + given.spinning_frac) * ours.unit_mw[0] + given.grid_cap_mw - ours.grid_mw
    assert supply == "calls" or spare.min() > -1e-9
    assert (supply == "calls") == bool((ours.grid_mw > given.grid_cap_mw + 1e-6).any())
    if battery:
        stored = np.concatenate([ours.stored_mwh[-1:], ours.stored_mwh])
        moved = 0.93 * ours.charge_mw - ours.discharge_mw / 0.93
        np.testing.assert_allclose(np.diff(stored), moved, atol=1e-6)
        if supply == "sun":
            bought = ours.grid_mw + ours.unit_mw[0] - given.load_mw
            assert ours.charge_mw[bought < -1e-6].max() > 5.0, "what the sun leaves over is charged"


def straight_usd(given, found):
    """Cost with fuel on the straight line from no load to full load."""
    kind = given.classes[0]
    idle, usd = kind.no_load_frac(), kind.full_mmbtu_per_mwh * given.gas_usd_per_mmbtu
    fuel = usd @ (found.unit_mw[0] * (1.0 - idle) + found.units_on[0] * kind.unit_mw * idle)
    parts = cost_parts(given, found)
    return parts["total_usd"] - parts["fuel_usd"] + parts["unserved_usd"] + fuel


def test_every_way_of_a_few_hours_costs_at_least_as_much():
    load, cap, grid = np.array([12.0, 31.0, 18.0, 4.0, 26.0]), np.full(5, 9.0), np.array([30.0, 90.0, 20.0, -5.0, 70.0])
    mw, count, usd, idle, none = np.full(5, 10.0), np.full(5, 3.0), np.full(5, 35.0), np.full(5, 8.0), np.zeros(5)
    series = (none, cap, grid, none, none, mw, usd, idle)
    rules, battery, values = (0.5, 60.0, 1.0, 1000.0, 0.0), (4.0, 2.0, 1.0), np.zeros((6, 4, 4), dtype=np.float32)
    values[-1, :, 0] = NEVER
    value_hours(load, count, series, rules, battery, values)
    out = np.zeros((6, 5))
    walk_hours(load, count, series, rules, battery, values, (0, 1.0), out)
    ours = cost_of(load, grid, out[0], out[1], out[2], out[3], out[5])
    found = np.inf
    for counts in product(range(4), repeat=5):
        cost = {1: 0.0}
        for h in range(5):
            after = {}
            for level, so_far in cost.items():
                for to in range(max(level - 2, 0), min(level + 2, 3) + 1):
                    n, need = counts[h], load[h] + 2.0 * (to - level)
                    ways = [p for p in {5.0 * n, 10.0 * n, need, need - 9.0} if 5.0 * n - 1e-9 <= p <= 10.0 * n + 1e-9]
                    bought = [(p, g) for p in ways for g in (min(max(need - p, 0.0), 9.0), min(need, 9.0) if grid[h] < 0 else 0.0)]
                    hour = min(80.0 * n + 35.0 * p + grid[h] * g + 1000.0 * max(need - p - g, 0.0) for p, g in bought)
                    after[to] = min(after.get(to, np.inf), so_far + hour)
            cost = after
        starts = 60.0 * sum(max(0, b - a) for a, b in zip((0, *counts), counts, strict=False))
        found = min(found, *(c + starts for level, c in cost.items() if level >= 1))
    assert ours == pytest.approx(found, rel=1e-6)


def cost_of(load, grid, power, bought, on, flow, unmet):
    assert np.all(power + bought + unmet >= load + flow - 1e-9)
    starts = 60.0 * np.maximum(np.diff(np.concatenate([[0.0], on])), 0.0).sum()
    return float((80.0 * on + 35.0 * power + grid * bought + 1000.0 * unmet).sum() + starts)


def test_full_power_may_end_between_two_levels():
    """A step of the charge that does not divide what an hour moves costs next to nothing."""
    given = hourly(5, 168, storage=store(168, mw=13.0, mwh=50.0, way=0.9))
    coarse, fine = (straight_usd(given, solve_dp(given, levels)) for levels in (25, 97))
    assert coarse == pytest.approx(fine, rel=2e-3)
    assert solve_dp(given, 25).discharge_mw.max() == pytest.approx(13.0)


def test_minimum_times_hold_and_a_battery_pays():
    base = hourly(3, 480)
    slow = replace(base, classes=(replace(base.classes[0], min_up_h=4, min_down_h=3),))
    on = solve_dp(slow).units_on[0]
    changes = np.flatnonzero(np.diff(on)) + 1
    assert changes.size and np.all(changes % 4 == 0)
    assert objective_usd(slow, solve_dp(slow)) >= objective_usd(base, solve_dp(base)) - 1e-6
    free, held = (cost_parts(p, solve_dp(p))["total_usd"] for p in (base, replace(base, storage=store(480))))
    assert held < free


REFUSED = {
    "one class of units, and this campus has 2": {"classes": (units(24), units(24, key="b"))},
    "sees no demand charge": {"tariff": TariffEntry(energy_usd_per_mwh=30.0, demand_usd_per_kw_month=5.0)},
    "sees no blocks": {"tariff": TariffEntry(energy_usd_per_mwh=30.0, block1_adder_usd_per_mwh=5.0, block1_hours_use=200.0)},
    "yearly limit of a permit": {"permits": (Permit("air", nox_kg_per_year=1.0),)},
    "reserve for the loss of a unit": {"n_minus_1": True},
    "grows within the hours": {"storage": replace(store(24), mwh=np.arange(24.0))},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_a_programme_over_hours_cannot_hold_is_refused(reason):
    given = problem(np.full(24, 40.0), classes=(units(24),))
    solve_dp(given)
    with pytest.raises(ScenarioError, match=reason):
        solve_dp(replace(given, **REFUSED[reason]))


def walked(load, free, grid_usd, *, power_mw, step_mwh, way, last, cap=50.0):
    """Flow of the battery and level at the end of each hour, from an empty one, with no units."""
    hours, zero = len(load), np.zeros(len(load))
    series = (np.array(free), np.full(hours, cap), np.array(grid_usd), zero, zero, np.full(hours, 10.0), zero, zero)
    rules, battery, values = (0.5, 0.0, 1.0, 1000.0, 0.0), (power_mw, step_mwh, way), np.zeros((hours + 1, 1, len(last)))
    values[-1, 0] = last
    value_hours(np.array(load), zero, series, rules, battery, values)
    out = np.zeros((6, hours))
    walk_hours(np.array(load), zero, series, rules, battery, values, (0, 0.0), out)
    return out[3], out[4]


def test_what_is_left_over_is_charged_to_the_megawatt_and_given_where_it_saves_most():
    """4.3 and 0.5 MW are left over; of the 4.8 x 0.9^2 = 3.888 MWh that come back, 2.0 save 100 USD each and the rest 90 USD."""
    flow, level = walked(
        [10.0] * 4, [14.3, 10.5, 8.0, 5.0], [150.0, 150.0, 100.0, 90.0], power_mw=8.0, step_mwh=2.0, way=0.9, last=np.zeros(6)
    )
    assert flow == pytest.approx([4.3, 0.5, -2.0, -1.888])
    assert 2.0 * level == pytest.approx([3.87, 4.32, 4.32 - 2.0 / 0.9, 0.0])


def test_a_battery_that_must_end_full_charges_in_the_cheapest_hours_and_gives_in_the_dearest():
    """Three steps up in five hours, one an hour: four up and one down where it is dearest. States from which the end is out of reach
    cost what cannot be."""
    flow, level = walked(
        [10.0] * 5, [0.0] * 5, [30.0, 10.0, 40.0, 5.0, 20.0], power_mw=2.0, step_mwh=2.0, way=1.0, last=np.array([NEVER, NEVER, NEVER, 0.0])
    )
    assert flow.tolist() == [2.0, 2.0, -2.0, 2.0, 2.0] and level.tolist() == [1.0, 2.0, 1.0, 2.0, 3.0]


def test_a_battery_of_two_levels_buys_low_and_gives_high():
    flow, level = walked([10.0] * 2, [0.0] * 2, [10.0, 50.0], power_mw=4.0, step_mwh=4.0, way=1.0, last=np.zeros(2))
    assert flow.tolist() == [4.0, -4.0] and level.tolist() == [1.0, 0.0]
