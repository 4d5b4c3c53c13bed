"""Terms of the grid, the user's load, hours of a year and paths of a battery on a few unlike hours, by hand or over all ways."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace as Fields

import numpy as np
import pytest
from scipy.optimize import linprog

from gigacampus.power import demand_stage, grid_terms, load
from gigacampus.power.battery import Battery, batteries_at, battery_at, battery_rows, idle
from gigacampus.power.dispatch import choice
from gigacampus.power.dispatch import year as years
from gigacampus.power.dispatch.arrays import GROUP_SUMS, MONTH_SUMS, Trace, no_limits
from gigacampus.power.dispatch.campus import unit_share
from gigacampus.power.dispatch.commitment_kernels import hour_cost
from gigacampus.power.dispatch.problem import Dispatch, Problem, UnitClass
from gigacampus.power.load import LoadTerms
from gigacampus.power.load_kernels import LOAD, LOAD_ROWS, load_hours
from gigacampus.schema.power import TariffEntry
from tests.power.test_kernels import random_plant

FLAT = TariffEntry(energy_usd_per_mwh=40.0)


def near(*wanted):
    return pytest.approx(list(wanted), nan_ok=True)


def contract(**changes):
    told = {"utility_load": "u", "hours_per_year": 2, "share_frac": 0.75, "penalty_usd_per_mwh": 600.0, "credit_usd_per_kw_month": 4.0}
    return Fields(**{**told, "notice_h": 3.0, **changes})


@pytest.mark.parametrize("penalty", [600.0, None, 0.0])
def test_calls_of_the_utility_beside_calls_of_the_heat(monkeypatch, penalty):
    """The heat's call halves hours 1 and 3, the utility's leaves a quarter in hours 2 and 3; prices are the file's about their mean."""
    price, utility = np.array([10.0, 20.0, 60.0, 30.0]), np.array([1.0, 2.0, 4.0, 3.0])
    monkeypatch.setattr(grid_terms, "hourly_price", lambda path: Fields(usd_per_mwh=price))
    monkeypatch.setattr(grid_terms, "utility_load_mw", lambda name: utility)
    told = {"grid_price": "p.csv", "curtail_frac": 0.5, "curtail_hours_per_year": 2.0, "price_load_exponent": 2.0}
    power = Fields(**told, interruptible=contract(penalty_usd_per_mwh=penalty))
    found = grid_terms.grid_terms(power, FLAT, np.array([20.0, 31.0, 25.0, 33.0]))
    assert found.open_frac.tolist() == [1.0, 0.5, 0.25, 0.25] and found.called_frac.tolist() == [0.0, 0.0, 0.75, 0.25]
    assert (found.tariff.energy_usd_per_mwh, found.more_usd_per_mwh.tolist()) == (30.0, [-20.0, -10.0, 30.0, 0.0])
    assert found.energy_usd_per_mwh().tolist() == price.tolist() and found.by_hour
    assert (found.credit_usd_per_mw_month, found.notice_h) == (3000.0, 3.0)
    through = [0.0, 0.0, 0.75, 0.25] if penalty is not None else [0.0] * 4
    assert found.through_frac.tolist() == through and found.through_usd_per_mwh == (penalty or 0.0)
    assert [part if isinstance(part, float) else part.tolist() for part in found.by_hours()] == [
        [1.0, 0.5, 0.25, 0.25],
        through,
        [-20.0, -10.0, 30.0, 0.0],
        penalty or 0.0,
    ]
    none = grid_terms.grid_terms(Fields(**told, interruptible=None), FLAT, np.array([20.0, 31.0, 25.0, 33.0]))
    assert none.open_frac.tolist() == [1.0, 0.5, 1.0, 0.5] and not none.called_frac.any() and none.called_frac.size == 8760
    assert (none.penalty_usd_per_mwh, none.credit_usd_per_mw_month, none.notice_h) == (np.inf, 0.0, np.inf)
    assert grid_terms.mean_tariff(power, FLAT).energy_usd_per_mwh == 30.0
    plain = grid_terms.grid_terms(Fields(**{**told, "grid_price": ""}, interruptible=None), FLAT, np.zeros(4))
    assert plain.tariff.energy_usd_per_mwh == 40.0 and not plain.by_hour and plain.more_usd_per_mwh.size == 8760
    assert grid_terms.mean_tariff(Fields(grid_price=""), FLAT) is FLAT
    shaped = grid_terms.energy_usd_per_mwh(Fields(grid_price=f"{grid_terms.UTILITY_LOADS}x", price_load_exponent=2.0), FLAT)
    assert shaped.tolist() == near(*(40.0 * utility**2 / 7.5))
    assert (
        grid_terms.worst_hours(utility, 2.4).tolist() == [0.0, 0.0, 1.0, 1.0] and grid_terms.worst_hours(utility, 99).tolist() == [1.0] * 4
    )


def test_a_user_s_load_scales_what_goes_with_it():
    sums = np.arange(1.0, 2 * (LOAD_ROWS + 1) + 1).reshape(2, -1)
    sums[1, LOAD] = 0.0
    before, user = sums.copy(), np.array([3.0, 5.0, 4.0, 8.0, 1.0])
    scale = demand_stage._replace_load(sums, np.array([[0, 3], [2, 5]]), user)
    assert scale.tolist() == near(12.0 / before[0, LOAD], 0.0)
    assert sums[:, LOAD].tolist() == [12.0, 13.0] and sums[:, LOAD_ROWS].tolist() == [5.0, 8.0]
    assert sums[0, LOAD + 1 : LOAD_ROWS].tolist() == near(*(before[0, LOAD + 1 : LOAD_ROWS] * scale[0]))
    assert demand_stage._ratio(np.array([3.0, 5.0, 2.0]), np.array([2.0, 0.0, 0.5])).tolist() == [1.5, 1.0, 4.0]


def test_plant_and_load_that_a_plan_wanted():
    terms = load.LoadTerms(0.06, 0.1, 0.7, 0.04, 0.03)
    assert terms.heat_frac == pytest.approx(1.06 * 1.012)
    capacity = np.array([[0.0, 0.0], [0.0, 0.9], [0.8, 0.7]])
    assumed = load._assumed_plant(np.array([10.0, 0.0]), terms, capacity)
    assert assumed[0].tolist() == near(0.0, *[5.0 * terms.heat_frac] * 2) and not assumed[1].any()
    given = load.CampusLoad(np.array([7.0, 8.0]), np.array([10.0, 0.0]), np.array([[4.0, 2.0, 0.0], [1.0, 1.0, 1.0]]), terms, None)
    planned = load.planned_load(given, np.array([1, 0, 0]), np.array([6.0, 20.0, 5.0]), capacity, 0.8)
    assert planned.it_mw.tolist() == near(4.8, 16.0, 4.0) and planned.rated_mw.tolist() == [6.0, 20.0, 5.0]
    assert planned.installed_mw.tolist() == [near(0.0, *[3.0 * terms.heat_frac] * 2), [8.0, 4.0, 0.0], [4.0, 2.0, 0.0]]
    rules = Fields(liquid_share_frac=0.6, hall_fan_frac=0.05, auxiliary_frac=0.02)
    told = load.load_terms(Fields(conversion_loss_frac=0.2, conversion_constant_frac=0.3), rules)
    assert tuple(told) == pytest.approx((0.25, 0.3, 0.6, 0.05, 0.02))
    first, inverse = load.unique_rows(np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [5.0, 6.0], [3.0, 4.0]]))
    assert (first.tolist(), inverse.tolist()) == ([0, 1, 3], [0, 1, 0, 2, 1])


def test_batteries_of_a_campus_as_one():
    blocks = [Fields(mwh=100.0, model="lib:batteries/a"), Fields(mwh=300.0, model="lib:batteries/b")]
    library = {"a": Fields(round_trip_frac=0.81), "b": Fields(round_trip_frac=0.64)}
    rows = battery_rows(np.array([5.0, 8.0]), np.array([20.0, 40.0]), blocks, library, Fields(battery_reserve_frac=0.25))
    assert battery_at(rows, 1) == pytest.approx((8.0, 40.0, np.sqrt(0.6825), 10.0))
    assert [part.tolist() for part in idle(rows)] == [[0.0, 0.0], [0.0, 0.0], near(*[np.sqrt(0.6825)] * 2), [0.0, 0.0]]
    assert batteries_at(rows, np.array([1, 1, 0])).energy_mwh.tolist() == [40.0, 40.0, 20.0]
    assert battery_rows(np.zeros(1), np.zeros(1), [], {}, Fields(battery_reserve_frac=0.25)).one_way_frac.tolist() == [1.0]


def test_a_year_keeps_the_classes_of_which_a_unit_stands():
    unit = lambda key, count: UnitClass(key, np.ones(3), np.ones(3), np.array(count), 0.3, (1.2, 1.1))  # noqa: E731
    hours = np.zeros(3)
    problem = Problem(
        np.ones(3), hours, hours, FLAT, 4.0, 5000.0, classes=(unit("a", [0.0] * 3), unit("b", [0.0, 0.5, 0.0]), unit("c", [2.0] * 3))
    )
    rows = np.arange(9.0).reshape(3, 3)
    kept = years.standing(years.Year(problem, Dispatch(hours, rows, 10.0 + rows, hours, hours, hours, hours, "merit")))
    assert [u.key for u in kept.problem.classes] == ["b", "c"]
    assert kept.merit.unit_mw.tolist() == rows[1:].tolist() and kept.merit.units_on.tolist() == (10.0 + rows[1:]).tolist()
    assert years._permit("p", Fields(limit_nox_t_per_year=0.25)).nox_kg_per_year == 250.0
    assert years._permit("p", Fields(limit_nox_t_per_year=None)).nox_kg_per_year == np.inf


def test_blocks_of_one_model_share_its_group_by_count():
    """Two groups; three units of the first stand in one block and one in another, in the second month the other way round."""
    campus = Fields(
        fleet=Fields(group_of_unit=np.array([0, 0, 1])), group_count=np.array([[4.0, 0.0], [4.0, 2.0]]),
        unit_count=np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 2.0]]),
    )  # fmt: skip
    assert unit_share(campus).tolist() == [[0.75, 0.25, 0.0], [0.25, 0.75, 1.0]]

    def trace(hours, first):
        line = first + np.arange(float(hours))
        return Trace(
            line,
            line + 1,
            line + 2,
            line - first - 0.5,
            line + 4,
            line + 5,
            line + 6,
            *(np.stack([k + line, 2 * k + line]) for k in (8, 20, 40)),
        )

    found = years._merit(campus, [0, 1], [trace(2, 0.0), trace(1, 100.0)], [[0], [1, 2]])
    assert found.grid_mw.tolist() == [1.0, 2.0, 101.0] and found.stored_mwh.tolist() == [5.0, 6.0, 105.0]
    assert found.units_on.tolist() == [[6.0, 6.75, 27.0], [2.0, 2.25, 0.75 * 108 + 116]]
    assert found.unit_mw.tolist() == [[15.0, 15.75, 30.0], [5.0, 5.25, 0.75 * 120 + 140]]
    assert (found.charge_mw.tolist(), found.discharge_mw.tolist()) == ([0.5, 0.0, 0.5], [0.0, 0.5, 0.0])
    assert found.unserved_mw.tolist() == [4.0, 5.0, 104.0]


def month(**changes):
    """Eight hours, the last three on peak, two of load above what stands."""
    told = dict(
        sums=np.zeros(1).astype(MONTH_SUMS), groups=np.zeros((1, 1), GROUP_SUMS), grid=np.array([20.0, 10, 30, 24, 12, 26, 28, 15]),
        unserved=np.zeros(8), spare=np.zeros(8), cap=np.full(8, 32.0), on_peak=np.arange(8) > 4, more_usd_per_mwh=np.zeros(8),
        battery=Battery(8.0, 16.0, 1.0, 0.0),
    )  # fmt: skip
    return choice._Month(**{**told, **changes})


def campus(tariff, **grid):
    held = Fields(**{"through_usd_per_mwh": 0.0, "by_hour": False, **grid})
    return Fields(tariff=tariff, grid=held, worth=Fields(unserved_usd_per_mwh=900.0, gas_usd_per_mmbtu=3.0, start_usd=np.array([70.0])))


def test_what_a_month_costs_by_its_sums():
    sums, groups = np.zeros(2, MONTH_SUMS), np.zeros((2, 2), GROUP_SUMS)
    sums["grid_mwh"], sums["grid_peak_mw"], sums["on_peak_mwh"], sums["on_peak_mw"] = [100.0, 50.0], [9.0, 2.0], [14.0, 0.0], [8.0, 0.0]
    sums["unserved_mwh"], sums["beyond_tariff_usd"] = [2.0, 0.0], [-30.0, 5.0]
    groups["fuel_mmbtu"], groups["starts"] = [[10.0, 20.0], [0.0, 1.0]], [[1.0, 2.0], [0.0, 3.0]]
    told = {"on_peak_adder_usd_per_mwh": 7.0, "on_peak_days_per_week": 3.5, "demand_usd_per_kw_month": 2.0, "ratchet_frac": 0.9}
    told |= {"energy_usd_per_mwh": 20.0, "on_peak_demand_usd_per_kw_month": 3.0, "customer_usd_per_month": 11.0}
    at = campus(FLAT.model_copy(update=told))
    at.worth.start_usd = np.array([70.0, 9.0])
    found = choice.objective_usd(at, sums, groups)
    first = 2000.0 + 7.0 * 7.0 + 9.0 * 2000.0 + 8.0 * 3000.0 - 30.0 + 90.0 + 70.0 + 18.0 + 1800.0
    assert found.tolist() == near(first, 1000.0 + 2.0 * 2000.0 + 5.0 + 3.0 + 27.0)


@pytest.mark.parametrize(("charged", "name", "least"), [("", "grid_peak_mw", 22.0), ("on_peak_", "on_peak_mw", 20.0)])
def test_a_battery_cuts_the_peak_that_is_charged(charged, name, least):
    """16 MWh at 8 MW: 8 of 30 and 2 of 24 are cut and charged again; on peak 26 and 28 fall by 14 MWh to 20, the least at 8 MW."""
    way = choice._best_cut(campus(FLAT.model_copy(update={f"{charged}demand_usd_per_kw_month": 10.0})), month())
    assert least - 1e-6 <= way.sums[name] <= least + 0.5
    assert (
        np.diff(way.charge_state_mwh).tolist() == near(*-way.flow_mw[1:])
        and way.charge_state_mwh.min() >= -1e-9
        and way.charge_state_mwh.max() <= 16.0
    )
    assert way.sums["grid_mwh"] == pytest.approx(165.0 - way.flow_mw.sum()) and np.abs(way.flow_mw).max() <= 8.0


@pytest.mark.parametrize(("demand", "adder"), [(0.0, 0.0), (0.2, 0.0), (0.0, 70.0)])
def test_a_path_by_the_hour_s_price_is_the_cheapest_of_all_paths(demand, adder):
    """Eight hours and levels of 8 MWh: every path that ends full is tried."""
    price = np.array([5.0, -40.0, 60.0, 30.0, -70.0, 55.0, 80.0, -10.0])
    tariff = FLAT.model_copy(update={"demand_usd_per_kw_month": demand, "on_peak_adder_usd_per_mwh": adder, "on_peak_days_per_week": 3.5})
    given, at = month(more_usd_per_mwh=price, cap=np.full(8, 60.0)), campus(tariff, by_hour=True)
    none = choice.Way(np.zeros(8), np.full(8, 16.0), choice._with_flow(at, given, np.zeros((1, 8)))[0])
    flows = np.array([f for f in product((-8.0, 0.0, 8.0), repeat=8) if sum(f) == 0.0])
    stored = 16.0 - np.cumsum(flows, axis=1)
    flows = flows[(stored >= 0.0).all(axis=1) & (stored <= 16.0).all(axis=1)]
    usd = choice.objective_usd(at, choice._with_flow(at, given, flows), np.repeat(given.groups, len(flows), axis=0))
    found = choice._best_path(at, given, none)
    cost = choice.objective_usd(at, found.sums[None], given.groups)[0]
    assert cost <= usd.min() + 1e-6 < choice.objective_usd(at, none.sums[None], given.groups)[0]
    assert cost >= usd.min() - 16.0 * 100.0
    assert found.charge_state_mwh[-1] == pytest.approx(16.0) and np.diff(found.charge_state_mwh, prepend=16.0).tolist() == near(
        *-found.flow_mw
    )
    paid = replace(none, sums=none.sums.copy())
    paid.sums["grid_mwh"] = -1e6
    assert choice._best_path(at, given, paid) is paid


def ways(sums, usd_of=None, battery=(0, 0)):
    found = np.zeros(len(sums), MONTH_SUMS)
    for k, (mwh, peak, high) in enumerate(sums):
        found["grid_mwh"][k], found["grid_peak_mw"][k], found["on_peak_mw"][k] = mwh, peak, high
    n = len(sums)
    flows = {k: (np.full(2, float(k)), np.zeros(2)) for k in range(n) if battery[k] == choice.LOWERS_THE_BILL}
    return choice.Chosen(found, np.zeros((n, 1), GROUP_SUMS), np.zeros(n, int), no_limits(n), np.array(battery), flows)


def test_the_cheaper_of_two_ways_row_by_row_and_no_higher_peak_with_a_ratchet():
    one = ways([(100.0, 9.0, 5.0), (100.0, 9.0, 5.0)], battery=(choice.LOWERS_THE_BILL, choice.LOWERS_THE_BILL))
    other = ways([(90.0, 9.5, 5.0), (100.0, 1.0, 1.0)], battery=(choice.LOWERS_THE_BILL, 1))
    best = choice._cheaper(campus(FLAT), one, other)
    assert best.sums["grid_mwh"].tolist() == [90.0, 100.0] and best.battery.tolist() == [2, 2]
    assert best.flow_mw[0] is other.flow_mw[0] and best.flow_mw[1] is one.flow_mw[1] and best.row(1).flow_mw[0] is one.flow_mw[1]
    ratchet = campus(FLAT.model_copy(update={"ratchet_frac": 0.5}))
    for peak, high, taken in ((9.5, 5.0, 100.0), (9.0, 5.1, 100.0), (9.0, 5.0, 90.0), (8.0, 4.0, 90.0)):
        assert choice._cheaper(ratchet, one, ways([(90.0, peak, high), (100.0, 1.0, 1.0)])).sums["grid_mwh"][0] == taken
    put = one.with_rows(np.array([False, True]), ways([(7.0, 1.0, 1.0)], battery=(1,)))
    assert put.sums["grid_mwh"].tolist() == [100.0, 7.0] and put.battery.tolist() == [2, 1] and put.flow_mw == {}
    assert one.row(0).sums.size == 1 and not ways([(1.0, 1.0, 1.0)], battery=(0,)).row(0).flow_mw


def test_the_cheapest_way_through_an_hour_is_the_linear_programme_s():
    """Power of units, grid, grid in calls and unmet load; wind and sun and what is too much are free; a spinning share stays free."""
    rng = np.random.default_rng(12)
    for _ in range(60):
        need, free, cap, through, on = (
            rng.uniform(0, 90),
            rng.choice([0.0, 30.0]),
            rng.uniform(0, 60),
            rng.choice([0.0, 15.0]),
            rng.integers(0, 5),
        )
        grid_usd, unit_usd, spinning, least = rng.uniform(5, 60), rng.uniform(5, 90), rng.choice([0.0, 0.2]), rng.choice([0.0, 0.4])
        through_usd, able = grid_usd + rng.uniform(5, 50), on * 12.0
        hour, rules = (free, cap, grid_usd, through, through_usd, 12.0, unit_usd, 7.0), (least, 0.0, 0.0, 900.0, spinning)
        if able * least * (1.0 + spinning) > able + cap:
            continue
        best = linprog(
            [unit_usd, grid_usd, through_usd, 900.0, 0.0, 0.0],
            A_ub=[[1.0 + spinning, 1.0, 0.0, 0.0, 0.0, 0.0]], b_ub=[able + cap], A_eq=[[1.0, 1.0, 1.0, 1.0, 1.0, -1.0]], b_eq=[need],
            bounds=[(able * least, able), (0.0, cap), (0.0, through), (0.0, None), (0.0, free), (0.0, None)],
        )  # fmt: skip
        usd, power, grid, unmet = hour_cost(need, on, hour, rules)
        assert usd == pytest.approx(best.fun + 7.0 * able, abs=1e-6)
        assert power + grid + unmet + free >= need - 1e-9 and power >= able * least - 1e-9


def test_below_a_price_of_zero_the_grid_goes_before_wind_and_sun():
    hour, rules = (30.0, 20.0, -5.0, 0.0, 99.0, 12.0, 40.0, 7.0), (0.0, 0.0, 0.0, 900.0, 0.0)
    assert hour_cost(25.0, 1, hour, rules) == (84.0 - 100.0, 0.0, 20.0, 0.0)
    assert hour_cost(15.0, 0, hour, rules) == (-75.0, 0.0, 15.0, 0.0)
    assert hour_cost(-4.0, 0, hour, rules) == (0.0, 0.0, 0.0, 0.0)
    assert hour_cost(0.4, 0, hour, rules) == (-2.0, 0.0, 0.4, 0.0)
    for usd in (0.0, 0.5):
        assert hour_cost(15.0, 0, (30.0, 20.0, usd, *hour[3:]), rules) == (0.0, 0.0, 0.0, 0.0)
        assert hour_cost(34.0, 0, (30.0, 20.0, usd, *hour[3:]), rules) == (4.0 * usd, 0.0, 4.0, 0.0)


def test_the_load_of_a_row_is_that_of_its_hours():
    """Hours 40 to 60 of the year, as the file gives them or as the plant makes them."""
    installed, plant = random_plant(np.random.default_rng(4), 3)
    terms, rows = LoadTerms(0.064, 0.1, 0.7, 0.04, 0.03), np.array([[0, 40], [40, 60]])
    held = load.CampusLoad(np.array([300.0, 350.0]), np.array([400.0, 420.0]), np.stack([0.5 * installed, installed]), terms, plant)
    given = np.arange(60.0)
    assert load.load_of_hours(1, rows, held, given).tolist() == given[40:].tolist()
    out = np.empty((LOAD_ROWS, 60))
    load_hours(0, 60, 350.0, 420.0, terms, installed, plant, out)
    np.testing.assert_allclose(load.load_of_hours(1, rows, held, np.zeros(0)), out[LOAD, 40:], rtol=1e-12)
