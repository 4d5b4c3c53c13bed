"""Cost, permits, outages and the choice of dispatch on small numbers, worked by hand or by a plain twin."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.power.adequacy import outage_years
from gigacampus.power.adequacy.outage_table import battery_credit_frac
from gigacampus.power.adequacy.supply import Supply, _coldest
from gigacampus.power.battery import Battery
from gigacampus.power.chain import chassis_power_w
from gigacampus.power.dispatch import choice, storage_kernels
from gigacampus.power.dispatch.arrays import MONTH_SUMS, no_limits
from gigacampus.power.dispatch.problem import Dispatch, Permit, UnitClass, cost_parts, fuel_mmbtu, objective_usd, permits_broken
from gigacampus.power.tariff import on_peak_hours
from gigacampus.schema.adequacy import AdequacySpec
from gigacampus.schema.power import PowerSpec, TariffEntry
from tests.power.test_formulas_by_hand import BLOCKS, WINDOWS
from tests.power.test_linear_programme import problem, store

UNITS = UnitClass(
    **{"key": "a", "unit_mw": np.array([10.0, 8.0, 10.0]), "full_mmbtu_per_mwh": np.array([9.0, 9.5, 10.0]), "count": np.full(3, 3.0)},
    **{"min_load_frac": 0.4, "part_load": (1.2, 1.05), "start_usd": 70.0, "nox_kg_per_mmbtu": 0.1, "nox_kg_per_start": 5.0, "permit": "p"},
)


@pytest.mark.parametrize(
    ("fraction", "factor"), [(0.1, 1.35), (0.25, 1.35), (0.5, 1.2), (0.6, 1.14), (0.75, 1.05), (0.9, 1.02), (1.0, 1.0), (1.1, 1.0)]
)
def test_part_load_between_its_three_points(fraction, factor):
    assert UNITS.part_load_factor(np.array([fraction]))[0] == pytest.approx(factor)


def test_fuel_at_no_load_is_the_line_through_least_and_full():
    assert UNITS.no_load_frac() == pytest.approx((0.4 * 1.26 - 0.4) / 0.6)
    assert replace(UNITS, min_load_frac=1.0).no_load_frac() == 0.0
    assert replace(UNITS, part_load=(0.9, 0.95)).no_load_frac() == 0.0 and replace(UNITS, part_load=(4.0, 4.0)).no_load_frac() == 0.9


def dispatched(grid=(20.0, 30.0, 10.0), on=(1.0, 2.0, 0.0), unit=(9.0, 8.0, 0.0)):
    none = np.zeros(3)
    return Dispatch(np.array(grid), np.array([unit]), np.array([on]), none, none, none, np.array([0.0, 0.0, 2.0]), "by hand")


def test_cost_of_three_hours_part_by_part():
    """At 22 to 1 o'clock over the turn of January: a ring of two months; a tenth of an hour's call is taken at its penalty."""
    turn = 31 * 24 - 2
    given = problem([29.0, 38.0, 12.0], BLOCKS, grid=25.0, classes=(UNITS,), first_hour=turn, gas_usd_per_mmbtu=4.0)
    given = replace(given, energy_usd_per_mwh=np.array([20.0, 21.0, 22.0]), called_mw=np.array([0.0, 6.0, 0.0]), penalty_usd_per_mwh=500.0)
    parts = cost_parts(replace(given, credit_usd=33.0), dispatched())
    fuel = 9.0 * 9.0 * 1.02 + 8.0 * 9.5 * 1.2
    assert fuel_mmbtu(given, dispatched())[0] == pytest.approx([9.0 * 9.0 * 1.02, 8.0 * 9.5 * 1.2, 0.0])
    want = {"energy_usd": 20 * 20 + 30 * 21 + 10 * 22, "on_peak_energy_usd": 0.0, "penalty_usd": 5.0 * 500.0, "credit_usd": -33.0}
    want |= {"blocks_usd": 50 * 30 + 10 * 30, "demand_usd": 5e3 * (30 + 24), "on_peak_demand_usd": 0.0, "fixed_usd": 1800.0}
    want |= {"fuel_usd": 4.0 * fuel, "starts_usd": 2 * 70.0, "unserved_usd": 2 * 5000.0}
    want["total_usd"] = sum(value for name, value in want.items() if name != "unserved_usd")
    assert parts == pytest.approx(want)
    assert objective_usd(given, dispatched()) == pytest.approx(want["total_usd"] + 33.0 + 10_000.0)
    assert given.month().tolist() == [0, 0, 1] and dispatched().starts().tolist() == [[1.0, 1.0, 0.0]]
    assert dispatched().balance_mw(given) == pytest.approx([0.0, 0.0, 0.0])
    noon = replace(given, first_hour=12, energy_usd_per_mwh=np.full(3, 20.0))
    at_five = replace(noon, first_hour=3)
    assert cost_parts(noon, dispatched())["on_peak_energy_usd"] == 0.0
    high = cost_parts(at_five, dispatched())
    assert (high["on_peak_energy_usd"], high["on_peak_demand_usd"]) == pytest.approx((10.0 * 5 / 7 * 40.0, 11e3 * 10.0))
    assert cost_parts(replace(given, grid_cap_mw=np.zeros(3)), dispatched())["fixed_usd"] == 0.0


def test_what_permits_allow_and_in_which_month_they_are_passed():
    given = problem([29.0, 38.0, 12.0], grid=99.0, classes=(UNITS, replace(UNITS, permit="")), first_hour=31 * 24 - 2)
    found = replace(dispatched(), unit_mw=np.array([[9.0, 8.0, 0.0]] * 2), units_on=np.array([[1.0, 2.0, 1.0]] * 2))
    nox = 0.1 * (9.0 * 9.0 * 1.02 + 8.0 * 9.5 * 1.2) + 5.0 * 1.0
    for limit, first in ((nox * 1.001, -1), (nox * 0.999, 0)):
        (row,) = permits_broken(replace(given, permits=(Permit("p", nox_kg_per_year=limit),)), found)
        assert (row["used"], row["first_month_over"]) == (pytest.approx(nox), first)
    for limit, first in ((4.0, -1), (3.5, 1), (3.0, 1), (2.9, 0)):
        (row,) = permits_broken(replace(given, permits=(Permit("p", unit_hours_per_year=limit),)), found)
        assert (row["used"], row["first_month_over"]) == (4.0, first)


def test_what_is_known_of_calls_and_what_can_be_taken_in_them():
    given = replace(problem([1.0] * 3, grid=5.0), called_mw=np.array([1.0, 2.0, 3.0]))
    assert given.through_mw().tolist() == [0.0] * 3 and replace(given, penalty_usd_per_mwh=9.0).through_mw().tolist() == [1.0, 2.0, 3.0]
    known = given.known(1)
    assert (known.grid_cap_mw.tolist(), known.called_mw.tolist()) == ([5.0, 7.0, 8.0], [1.0, 0.0, 0.0])
    assert given.known(3) is given and given.known(2).grid_cap_mw.tolist() == [5.0, 5.0, 8.0]
    part = replace(given, storage=store(3), first_hour=7, free_mw=np.array([4.0, 5.0, 6.0])).window(1, 3)
    assert (part.hours, part.first_hour, part.free_mw.tolist(), part.called_mw.tolist()) == (2, 8, [5.0, 6.0], [2.0, 3.0])


def bridged(surplus, mw, mwh, way, floor):
    charge, out = mwh, []
    for x in surplus:
        if x < 0:
            given = min(-x, mw, max(charge - floor, 0.0) * way)
            charge -= given / way
            out.append(-x - given)
        else:
            charge = min(mwh, charge + way * min(x, mw, (mwh - charge) / way))
            out.append(0.0)
    return out


@pytest.mark.parametrize("seed", range(3))
def test_a_battery_through_a_year_of_gaps_is_its_plain_twin(seed):
    rng = np.random.default_rng(seed)
    surplus, battery = rng.normal(-1.0, 12.0, (3, 60)), (9.0, 25.0, 0.8, 5.0)
    found = outage_years.after_battery(surplus, Battery(*np.tile(np.array(battery)[:, None], 60)))
    np.testing.assert_allclose(found, [bridged(row, *battery) for row in surplus], atol=1e-12)
    lower = Battery(*np.tile(np.array(battery)[:, None], 60))
    lower.energy_mwh[30:] = 8.0
    assert np.all(outage_years.after_battery(surplus, lower)[:, 30:] >= found[:, 30:] - 1e-12)


def test_jobs_stop_whole_and_start_again_at_a_loss():
    """Two jobs of 100 MW: 30 short stops one, 60 more the other; each stop loses an hour and a half beside the time."""
    short, load = np.array([[0.0, 30.0, 60.0, 60.0, 30.0, 0.0, 50.0], [5e-10] * 7]), np.full(7, 100.0)
    seen, mwh, events, lost = outage_years._summed(short, load, 2, 1.5)
    assert seen.sum(axis=1).tolist() == [5, 0] and events.tolist() == [2.0, 0.0] and mwh[0] == 230.0
    assert lost == pytest.approx([0.5 + 1.0 + 1.0 + 0.5 + 0.5 + 1.5 * (0.5 + 0.5 + 0.5), 0.0])
    dark = outage_years._summed(np.ones((1, 2)), np.zeros(2), 2, 1.5)
    assert dark[3][0] == 0.0
    assert outage_years._spells(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


def certain(**spec):
    nothing = dict.fromkeys(("feed_outage_frac", "transformer_outage_frac", "gas_outage_frac", "cold_outage_frac"), 0.0)
    rules = PowerSpec(forced_outage_frac=spec.pop("forced", 0.0), adequacy=AdequacySpec(**{**nothing, **spec}))
    one = np.ones(6)
    count = np.array([2.0, 2.0, 2.5, 2.5, 0.0, 1.0])
    cold = np.array([0, 1, 1, 0, 0, 0], dtype=bool)
    return outage_years.SupplyYear(50.0 * one, np.array([10.0 * one]), count[None], np.array([7.0 * one]), cold, np.zeros((4, 6)), rules)


@pytest.mark.parametrize(
    ("spec", "stands"),
    [
        ({}, [27.0, 27.0, 32.0, 32.0, 7.0, 17.0]),
        ({"gas_outage_frac": 1.0}, [7.0] * 6),
        ({"feed_outage_frac": 1.0}, [20.0, 20.0, 25.0, 25.0, 0.0, 10.0]),
        ({"transformer_units": 4, "transformer_outage_frac": 1.0}, [7.0] * 6),
        ({"transformer_units": 0, "transformer_outage_frac": 1.0}, [27.0, 27.0, 32.0, 32.0, 7.0, 17.0]),
        ({"cold_outage_frac": 1.0}, [27.0, 7.0, 7.0, 32.0, 7.0, 17.0]),
        ({"forced": 1.0}, [7.0] * 6),
    ],
)
def test_what_stands_where_each_cause_is_certain(spec, stands):
    assert outage_years.capacity_years(certain(**spec), np.random.default_rng(1), 2).tolist() == [stands, stands]


def test_cold_adds_to_what_fails_anyway():
    """Nine in ten stand in mild hours, six in ten in cold ones: cold takes a third of those that would stand."""
    given = certain(forced=0.1, cold_outage_frac=0.4)
    count = np.full((1, 6), 300.0)
    stands = outage_years.capacity_years(replace(given, count=count, feed_mw=np.zeros((0, 6))), np.random.default_rng(2), 200) / 3000.0
    assert stands[:, [1, 2]].mean() == pytest.approx(0.6, abs=0.01) and stands[:, [0, 3, 4, 5]].mean() == pytest.approx(0.9, abs=0.01)
    starts = outage_years.states(np.random.default_rng(5), 4000, 400, 0.25, 30.0)
    assert starts[:, 0].mean() == pytest.approx(0.25, abs=0.02) and starts[:, -1].mean() == pytest.approx(0.25, abs=0.02)
    ends = (np.diff(starts, axis=1) < 0).sum()
    assert starts.sum() / ends == pytest.approx(30.0, rel=0.05)


def test_pieces_of_a_supply_and_what_is_left_without_the_largest():
    """Five units of 10 behind transformers of two, three of 40 alone behind theirs, feeders of 60 and 30 of which 80 % are open."""
    spec = AdequacySpec(transformer_units=2, transformer_outage_frac=0.01, battery_credit_h=4.0)
    rules = PowerSpec(adequacy=spec)
    unit_mw, one = np.array([[10.0] * 2, [40.0] * 2]), np.ones(2)
    supply = Supply(
        ("a", "b"), unit_mw, np.array([5.0, 1.0]), np.array([60.0, 30.0]), 0.5, 0.8 * one, one > 2, Battery(20.0, 50.0, 1.0, 10.0), rules
    )
    hours = np.array([0, 1])
    assert supply.total_mw(hours) == pytest.approx([50 + 40 + 72] * 2)
    size, standing = supply.pieces(hours)
    assert size[:, 0].tolist() == [20.0, 40.0, 48.0, 24.0] and standing.tolist() == [2.5, 1.0, 1.0, 1.0]
    assert supply.lost_mw(3, hours)[:, 0] == pytest.approx([48.0, 88.0, 112.0])
    assert [supply.firm_mw(0, n) for n in (0.0, 1.0, 2.0, 3.0)] == pytest.approx([126.0, 86.0, 62.0, 42.0])
    assert supply.firm_battery_mw() == pytest.approx(20.0 * 40.0 / 20.0 / 4.0)
    assert battery_credit_frac(10.0, 80.0, credit_h=4.0) == 1.0
    alone = replace(supply, rules=PowerSpec(adequacy=spec.model_copy(update={"transformer_outage_frac": 0.0})))
    assert alone.pieces(hours)[0][:, 0].tolist() == [10.0, 40.0, 48.0, 24.0]
    assert np.flatnonzero(_coldest(np.array([5.0, 1.0, 1.0, 9.0]), 1.4)).tolist() == [1] and _coldest(np.zeros(3), 9.0).sum() == 3.0


def test_a_part_of_a_unit_fails_alone_and_the_hot_and_the_cold_are_summed_by_their_own_chance():
    spec = AdequacySpec(feed_outage_frac=0.5, transformer_outage_frac=0.0, gas_outage_frac=0.2, cold_outage_frac=0.3)
    rules, one = PowerSpec(forced_outage_frac=0.1, adequacy=spec), np.ones(2)
    supply = Supply(("a",), 10.0 * one[None], np.array([1.5]), np.array([20.0]), 1.0, one, np.array([False, True]), np.zeros(4), rules)
    lolp, eue = supply.expected_shortage(np.array([22.0, 22.0]), np.array([0, 1]))
    for hour, q in enumerate((0.1, 0.3)):
        chance, short = 0.0, 0.0
        for gas, feed, unit, half in product((0, 1), repeat=4):
            p = (0.8, 0.2)[gas] * 0.5 * (1 - q, q)[unit] * (1 - q, q)[half]
            missing = max(22.0 - 20.0 * (1 - feed) - (1 - gas) * (10.0 * (1 - unit) + 5.0 * (1 - half)), 0.0)
            chance, short = chance + p * (missing > 0), short + p * missing
        assert (lolp[hour], eue[hour]) == pytest.approx((chance, short), abs=1e-5)


def test_limits_between_the_peaks_of_two_ways_and_each_row_s_own_only_once():
    low, high = np.zeros((2, 2), MONTH_SUMS)
    low["grid_peak_mw"], low["on_peak_mw"] = [10.0, 20.0], [4.0, 9.0]
    high["grid_peak_mw"], high["on_peak_mw"] = [40.0, 20.0], [34.0, 9.0]
    found = choice._ceilings(no_limits(2), low, high)
    pairs = {(round(off, 6), round(min(on, off), 6)) for off in (10.0, 20.0, 30.0, 40.0) for on in (4.0, 14.0, 24.0, 34.0)}
    own = [((limits["off_peak_mw"][0].round(6), limits["on_peak_mw"][0].round(6)), fresh.tolist()) for limits, fresh in found]
    assert {pair for pair, fresh in own if fresh[0]} == pairs and len([1 for _, fresh in own if fresh[0]]) == len(pairs)
    assert sum(fresh[1] for _, fresh in own) == 1
    assert all((limits["off_peak_mw"][1], limits["on_peak_mw"][1]) == (20.0, 9.0) for limits, _ in found)
    assert all(np.isinf(limits[name]).all() for limits, _ in found for name in ("charge_off_peak_mw", "charge_on_peak_mw"))


def test_a_month_s_battery_by_price_costs_what_the_best_of_all_ways_costs():
    """Six hours, five levels of charge: every path is tried."""
    rng = np.random.default_rng(8)
    for penalty, ceiling in ((0.0, np.inf), (80.0, 26.0), (30.0, 1e9)):
        grid, unserved, cap = rng.uniform(5, 30, 6), np.array([0, 4.0, 0, 0, 2.0, 0]), np.full(6, 31.0)
        spare, usd, battery, levels = np.array([0, 0, 3.0, 0, 6.0, 0]), rng.uniform(10, 90, 6), Battery(8.0, 21.0, 0.9, 1.0), 5
        month, terms, step = (grid, unserved, cap, spare, usd), (penalty, 900.0, ceiling, 40.0), 5.0

        def hour_usd(h, move, month=month, terms=terms):
            flow = -move * 5.0 / 0.9 if move > 0 else -move * 5.0 * 0.9
            if flow > 8.0 + 1e-9 or -move * 5.0 > 8.0 / 0.9 + 1e-9 or move * 5.0 > 8.0 * 0.9 + 1e-9:
                return np.inf, flow
            take, served = max(-flow, 0.0), min(max(flow, 0.0), month[1][h])
            more = max(take - month[3][h], 0.0)
            bought = month[0][h] + more - (max(flow, 0.0) - served)
            if bought < 0.0 or (more > 0.0 and bought > min(month[2][h], terms[2])):
                return np.inf, flow
            beyond = max(bought - month[2][h], 0.0)
            cost = bought * month[4][h] + (beyond * terms[0] if beyond else 0.0) + (month[1][h] - served) * terms[1]
            return cost + max(bought - terms[2], 0.0) * (terms[3] if np.isfinite(terms[2]) else 0.0), flow

        best = np.inf
        for path in product(range(-1, 2), repeat=6):
            at = np.cumsum((4, *path))
            if at[-1] == 4 and at.min() >= 0 and at.max() <= 4:
                best = min(best, sum(hour_usd(h, move)[0] for h, move in enumerate(path)))
        flow, soc = np.zeros((2, 6))
        storage_kernels.price_month(month, battery, levels, terms, flow, soc)
        moves = np.rint(np.diff(np.concatenate([[21.0], soc])) / step).astype(int)
        assert sum(hour_usd(h, int(move))[0] for h, move in enumerate(moves)) == pytest.approx(best)
        assert flow == pytest.approx([hour_usd(h, int(move))[1] for h, move in enumerate(moves)]) and soc[-1] == 21.0


def test_a_battery_takes_no_more_than_its_power_whatever_is_lost_on_the_way():
    """10 MW put in 8 MWh an hour and 12 whole MWh an hour give 9.6 MW: what one dear hour took comes back in two."""
    hours = 3
    series = (np.full(hours, 50.0), np.zeros(hours), np.full(hours, 200.0), np.zeros(hours), np.array([100.0, 1.0, 2.0]))
    flow, soc = np.zeros((2, hours))
    storage_kernels.price_month(series, Battery(10.0, 16.0, 0.8, 0.0), 17, (0.0, 5000.0, np.inf, 0.0), flow, soc)
    assert soc.tolist() == [4.0, 12.0, 16.0] and flow == pytest.approx([9.6, -10.0, -5.0])


def test_losses_of_a_chassis_stage_by_stage():
    useful, inlet = chassis_power_w(500.0, nodes=4, rectifiers=2, node_stage=(10.0, 0.9), rectifier_stage=(20.0, 0.8), switches_w=300.0)
    assert (useful, inlet) == pytest.approx((2300.0, 2 * ((4 * 510 / 0.9) / 2 + 20) / 0.8 + 300))


def test_grid_power_and_what_is_left_once_a_battery_gives_or_takes():
    flow = np.array([-4.0, 3.0, 7.0, 0.0])
    bought, left, kept = choice._flowed(
        np.array([10.0, 10.0, 6.0, 5.0]), np.array([0.0, 5.0, 2.0, 1.0]), np.array([1.5, 0.0, 9.0, 9.0]), flow
    )
    assert (bought.tolist(), left.tolist(), kept.tolist()) == ([12.5, 10.0, 1.0, 5.0], [0.0, 2.0, 0.0, 1.0], [1.5, 0.0, 0.0, 0.0])


def test_the_hour_s_cheaper_source_is_a_base_of_its_own_where_it_changes():
    def campus(by_price, units, gas, grid):
        tariff = TariffEntry(energy_usd_per_mwh=20.0, on_peak_adder_usd_per_mwh=70.0, on_peak=WINDOWS, on_peak_days_per_week=3.5)
        fleet = Fields(groups=Fields(full_mmbtu_per_mwh=np.stack([np.full(8760, 11.0), np.full(8760, 10.0)])))
        held = Fields(order=Fields(grid_carries_base=True, by_price=by_price), group_count=np.array([units]), tariff=tariff)
        return Fields(
            **vars(held), fleet=fleet, worth=Fields(gas_usd_per_mmbtu=gas), grid=Fields(energy_usd_per_mwh=lambda: np.full(8760, grid))
        )

    assert [len(choice.bases(campus(*given))) for given in ((False, 3.0, 4.0, 20.0), (True, 0.0, 4.0, 20.0))] == [1, 1]
    assert [len(choice.bases(campus(True, 3.0, gas, 20.0))) for gas in (2.0, 5.6)] == [2, 2]
    named, other, by_hour = choice.bases(campus(True, 3.0, 5.4, 20.0))  # 54 against 20 or 55 on peak
    assert named.all() and not other.any() and np.array_equal(by_hour, ~on_peak_hours(campus(True, 1.0, 1.0, 1.0).tariff))
