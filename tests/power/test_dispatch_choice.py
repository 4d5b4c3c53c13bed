"""The choice of who carries a month by price: never dearer for a battery, near the linear programme, named orders as they were."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.power.battery import Battery
from gigacampus.power.battery import idle as idle_battery
from gigacampus.power.dispatch.arrays import GROUP_SUMS, MONTH_SUMS
from gigacampus.power.dispatch.campus import gather
from gigacampus.power.dispatch.choice import _Month, _with_flow, charge_levels, chosen, objective_usd
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import objective_usd as year_usd
from gigacampus.power.dispatch.storage_kernels import cut_hours
from gigacampus.power.dispatch.year import year_of
from gigacampus.power.load import month_hours
from gigacampus.schema.power import PeakWindowSpec, TariffEntry
from tests.power import synthetic, twin

TOWN = 0
WINDOWS = {
    "summer": PeakWindowSpec(first_month=4, last_month=10, from_h=13, to_h=19),
    "winter": PeakWindowSpec(first_month=11, last_month=3, from_h=5, to_h=11),
}
BLOCKS = TariffEntry(
    energy_usd_per_mwh=20.09,
    block1_hours_use=200,
    block1_adder_usd_per_mwh=38.86,
    block2_hours_use=200,
    block2_adder_usd_per_mwh=2.81,
    on_peak_adder_usd_per_mwh=38.86,
    demand_usd_per_kw_month=4.37,
    on_peak_demand_usd_per_kw_month=10.19,
    on_peak=WINDOWS,
    on_peak_days_per_week=5,
)


def world(order, tariff, *, grid=300.0, units=15.0, store=(150.0, 600.0), months=12, **power):
    """Inputs and upstream arrays of the two synthetic campuses with another supply in the town."""
    given = synthetic.inputs(months=months, phases=1, order=order, **power)
    given.tree.library.tariffs["flat"] = tariff
    up = synthetic.buildout(given)
    up["grid_limit_mw"][TOWN], up["unit_count"][0] = grid, units
    up["battery_power_mw"][TOWN], up["battery_energy_mwh"][TOWN] = store
    return given, synthetic.run_world(given, up)


def weighed(given, up):
    """Bill with its ratchet, gas, wear of starts and the worth of unmet load of the town by its stage's arrays."""
    campus = gather(TOWN, given, up)
    worth = campus.worth
    starts = up["starts"][TOWN] * worth.start_usd.sum()
    return up["grid_bill_usd"][TOWN] + up["fuel_mmbtu"][TOWN] * worth.gas_usd_per_mmbtu + starts + up["unserved_mwh"][TOWN] * 5000.0


def random_tariff(rng):
    return BLOCKS.model_copy(
        update={
            "energy_usd_per_mwh": rng.uniform(15, 60),
            "demand_usd_per_kw_month": rng.choice([0.0, 5.0, 15.0]),
            "on_peak_demand_usd_per_kw_month": rng.choice([0.0, 10.0]),
            "on_peak_adder_usd_per_mwh": rng.uniform(0, 60),
            "ratchet_frac": rng.choice([0.0, 0.0, 0.9]),
        }
    )


@pytest.mark.parametrize("order", ["least_cost", "grid_first", "onsite_first"])
@pytest.mark.parametrize("seed", range(4))
def test_a_battery_never_raises_what_the_year_costs(order, seed):
    rng = np.random.default_rng(seed)
    supply = dict(grid=rng.uniform(150, 400), units=float(rng.integers(0, 12)), curtail_hours_per_year=float(rng.choice([0, 80])))
    tariff, mw = random_tariff(rng), rng.uniform(10, 150)
    without = weighed(*world(order, tariff, store=(0.0, 0.0), **supply))
    held = weighed(*world(order, tariff, store=(mw, mw * rng.uniform(0.5, 6)), **supply))
    assert held.sum() <= without.sum() * (1.0 + 1e-9)


def test_a_battery_that_charges_again_after_a_call_does_not_set_the_months_peak():
    """The offence that this rule is there for: full power at the next hour, on top of the load, at a demand charge."""
    tariff = TariffEntry(energy_usd_per_mwh=30.0, demand_usd_per_kw_month=20.0)
    _, up = world("grid_first", tariff, units=0.0, grid=500.0, curtail_hours_per_year=1.0, curtail_frac=0.9)
    none = world("grid_first", tariff, units=0.0, grid=500.0, curtail_hours_per_year=1.0, curtail_frac=0.9, store=(0.0, 0.0))[1]
    assert up["unserved_mwh"][TOWN].sum() < none["unserved_mwh"][TOWN].sum() and up["battery_discharge_mwh"][TOWN].sum() > 50.0
    assert np.all(up["grid_peak_mw"][TOWN] <= none["grid_peak_mw"][TOWN] * (1.0 + 1e-9))


def test_the_cheaper_source_carries_the_base_month_by_month():
    for usd, cheaper in ((20.0, "grid_first"), (90.0, "onsite_first")):
        tariff = TariffEntry(energy_usd_per_mwh=usd)
        free, named = (world(order, tariff, store=(0.0, 0.0))[1] for order in ("least_cost", cheaper))
        np.testing.assert_array_equal(free["grid_mwh"][TOWN], named["grid_mwh"][TOWN])
    both = [weighed(*world(order, BLOCKS, store=(0.0, 0.0))) for order in ("least_cost", "grid_first", "onsite_first")]
    assert np.all(both[0] <= np.minimum(both[1], both[2]) * (1.0 + 1e-12)) and both[0].sum() < min(both[1].sum(), both[2].sum())


def test_a_battery_by_price_is_within_two_thousandths_of_the_programme_month_by_month():
    given, up = world("least_cost", BLOCKS, grid=500.0, units=0.0, store=(80.0, 320.0), battery_reserve_frac=0.0)
    ours = theirs = 0.0
    for month in (1, 6, 7):
        year = year_of(TOWN, given, up, [month])
        ours += year_usd(year.problem, year.merit)
        theirs += year_usd(year.problem, solve(year.problem, Choices(commitment=False)))
    assert 0.998 * theirs <= ours <= 1.002 * theirs


@pytest.mark.parametrize(("power_mw", "levels"), [(80.0, 26), (8.0, 82), (290.0 / 48.5 / 0.9, 50), (0.8, 404)])
def test_a_charge_is_weighed_by_whole_steps_of_full_power(power_mw, levels):
    """290 MWh over 72 MW last 4.03 hours of six steps each (24.2); over 7.2 MW 40.3 of two, since 96 hold no third; over less, of one."""
    assert charge_levels(Battery(power_mw, 310.0, 0.9, 20.0)) == levels and charge_levels(Battery(power_mw, 20.0, 0.9, 20.0)) == 1


def test_the_hours_of_a_year_are_those_of_the_months():
    given, up = world("least_cost", BLOCKS, store=(80.0, 320.0))
    year = year_of(TOWN, given, up, list(range(12)))
    month = year.problem.month()
    np.testing.assert_allclose(np.bincount(month, weights=year.merit.grid_mw), up["grid_mwh"][TOWN, 0], rtol=1e-9)
    np.testing.assert_allclose(np.bincount(month, weights=year.merit.discharge_mw), up["battery_discharge_mwh"][TOWN, 0], rtol=1e-9)
    assert np.abs(year.merit.balance_mw(year.problem)).max() < 1e-9
    way = year.problem.storage.one_way_frac
    moved = np.diff(year.merit.stored_mwh) - (year.merit.charge_mw * way - year.merit.discharge_mw / way)[1:]
    assert np.abs(moved[month[1:] == month[:-1]]).max() < 1e-9


def test_what_is_chosen_costs_what_it_says():
    given, up = world("least_cost", BLOCKS)
    campus, hours = gather(TOWN, given, up), month_hours(given.at.months, 1)
    way = chosen(campus, np.arange(12), hours)
    idle = chosen(replace(campus, battery=idle_battery(campus.battery)), np.arange(12), hours)
    assert np.all(objective_usd(campus, *way.results()) <= objective_usd(campus, *idle.results()))
    np.testing.assert_allclose(objective_usd(campus, *way.results()), weighed(given, up)[0], rtol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_cut_hours_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    hours = 240
    grid, unserved = rng.uniform(40, 90, hours), np.where(rng.random(hours) < 0.05, 10.0, 0.0)
    dear = (np.arange(hours) + seed) % 24 >= 18
    cap, battery = np.full(hours, 95.0), Battery(rng.uniform(5, 30), rng.uniform(20, 120), 0.95, 5.0)
    args = (grid, unserved, cap, dear, ~dear, battery, rng.uniform(60, 100), rng.choice([0.0, 60.0]), battery.energy_mwh)
    flow, soc = np.zeros((2, hours))
    _, top = cut_hours(*args, flow, soc)
    slow = twin.cut_hours(*args)
    for fast, plain in zip((flow, soc, top), slow, strict=True):
        np.testing.assert_allclose(fast, plain, rtol=1e-9, atol=1e-9)


def test_sums_of_a_month_with_a_flow_of_the_battery_are_those_by_hand():
    """Three hours: two taken in of which wind gives one, three given of five unserved, nothing; a tenth is lost each way; two on peak."""
    grid, unserved, flow = np.array([10.0, 8.0, 6.0]), np.array([0.0, 5.0, 0.0]), np.array([[-2.0, 3.0, 0.0]])
    campus = SimpleNamespace(grid=SimpleNamespace(through_usd_per_mwh=100.0))
    month = _Month(
        sums=np.full(1, 99.0).astype(MONTH_SUMS),
        groups=np.zeros((1, 0), GROUP_SUMS),
        grid=grid,
        unserved=unserved,
        spare=np.array([1.0, 0.0, 0.0]),
        cap=np.full(3, 10.0),
        on_peak=np.array([False, True, True]),
        more_usd_per_mwh=np.array([1.0, 2.0, 3.0]),
        battery=Battery(0.0, 0.0, 0.9, 0.0),
    )
    found = _with_flow(campus, month, flow)
    by_hand = {
        "demand_mwh": 99.0,
        "grid_mwh": 25.0,
        "grid_peak_mw": 11.0,
        "onsite_mwh": 99.0,
        "battery_discharge_mwh": 3.0,
        "battery_charge_mwh": 2.0,
        "battery_loss_mwh": 0.2 + 1.0 / 3.0,
        "unserved_mwh": 2.0,
        "unserved_hours": 1.0,
        "unserved_peak_mw": 2.0,
        "curtailed_mwh": 99.0,
        "on_peak_mwh": 14.0,
        "on_peak_mw": 8.0,
        "beyond_tariff_usd": 11.0 + 16.0 + 18.0 + 100.0,
        "wind_sun_mwh": 100.0,
    }
    assert dict(zip(MONTH_SUMS.names, found[0].item(), strict=True)) == pytest.approx(by_hand)
    tiny = _with_flow(campus, replace(month, unserved=np.array([1e-9, 0.0, 0.0])), np.zeros((1, 3)))
    assert tiny["unserved_hours"].tolist() == [0.0]
