"""The linear programme of dispatch against hand-made optima, its limits, and the bill with and without a battery."""

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.power.dispatch.linear_programme import Choices, Infeasible, solve
from gigacampus.power.dispatch.problem import Permit, Problem, Storage, UnitClass, cost_parts, objective_usd, permits_broken
from gigacampus.power.dispatch.rolling import rolled
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac
from gigacampus.schema.power import PeakWindowSpec, TariffEntry

FLAT = TariffEntry(energy_usd_per_mwh=60.0)
WINDOW = {"all": PeakWindowSpec(first_month=1, last_month=12, from_h=13, to_h=19)}


def problem(load, tariff=FLAT, grid=100.0, **more):
    load = np.asarray(load, dtype=float)
    filled = dict(gas_usd_per_mmbtu=3.5, unserved_usd_per_mwh=5000.0)
    return Problem(load, np.full(load.size, grid), np.full(load.size, tariff.energy_usd_per_mwh), tariff, **(filled | more))


def units(hours, key="a", **more):
    held = dict(key=key, min_load_frac=0.5, part_load=(1.0, 1.0))
    return UnitClass(unit_mw=np.full(hours, 10.0), full_mmbtu_per_mwh=np.full(hours, 10.0), count=np.full(hours, 5.0), **(held | more))


def store(hours, mw=20.0, mwh=80.0, way=0.95):
    return Storage(np.full(hours, mw), np.full(hours, mwh), way, 0.0)


def random_tariff(rng):
    blocks = sorted(rng.uniform(0, 40, 2), reverse=True)
    return TariffEntry(
        energy_usd_per_mwh=rng.uniform(10, 60),
        block1_hours_use=rng.choice([100.0, 200.0]),
        block1_adder_usd_per_mwh=blocks[0],
        block2_hours_use=200.0,
        block2_adder_usd_per_mwh=blocks[1],
        on_peak_adder_usd_per_mwh=rng.uniform(0, 60),
        demand_usd_per_kw_month=rng.uniform(0, 15),
        on_peak_demand_usd_per_kw_month=rng.uniform(0, 15),
        ratchet_frac=rng.choice([0.0, 0.8]),
        on_peak=WINDOW,
        on_peak_days_per_week=rng.choice([5.0, 7.0]),
    )


def test_cheap_units_carry_the_load_and_the_grid_the_rest():
    found = solve(problem(np.full(48, 60.0), classes=(units(48),)))
    np.testing.assert_allclose(found.unit_mw[0], 50.0)
    np.testing.assert_allclose(found.grid_mw, 10.0)
    assert cost_parts(problem(np.full(48, 60.0), classes=(units(48),)), found)["total_usd"] == pytest.approx(48 * (10 * 60 + 50 * 35))


def test_a_demand_charge_is_shaved_by_what_is_worth_it():
    load = np.full(744, 50.0)
    load[100] = 70.0
    charged = TariffEntry(energy_usd_per_mwh=30.0, demand_usd_per_kw_month=10.0)
    given = problem(load, charged, classes=(units(744, start_usd=100.0),), gas_usd_per_mmbtu=7.0, unserved_usd_per_mwh=50_000.0)
    found = solve(given)
    on = np.flatnonzero(found.units_on[0] > 1e-6)
    saved = 20.0 * (10_000.0 + 30.0 - 70.0) - 2 * 100.0
    assert on.tolist() == [100] and found.starts().sum() == pytest.approx(2.0)
    assert objective_usd(replace(given, classes=()), solve(replace(given, classes=()))) - objective_usd(given, found) == pytest.approx(
        saved
    )


@pytest.mark.parametrize(("usd_per_kw", "runs"), [(10.0, True), (9.0, False)])
def test_an_on_peak_hour_is_shaved_where_its_demand_charge_is_worth_it(usd_per_kw, runs):
    """20 MW of a hot afternoon cost 200,000 USD at 10 USD/kW: as much as 20 MWh at 9,500 USD more than the grid's and a start."""
    load = np.full(72, 50.0)
    load[38] = 70.0
    charged = TariffEntry(energy_usd_per_mwh=30.0, on_peak_demand_usd_per_kw_month=usd_per_kw, on_peak=WINDOW, on_peak_days_per_week=7)
    given = problem(load, charged, classes=(units(72, start_usd=100.0),), gas_usd_per_mmbtu=953.0, unserved_usd_per_mwh=50_000.0)
    assert np.flatnonzero(solve(given).units_on[0] > 1e-6).tolist() == ([38] if runs else [])


@pytest.mark.parametrize(
    ("load", "count", "before", "runs"),
    [
        ([10.0, 10.0, 10.0], [1, 1, 1], 0.0, False),
        ([10.0, 10.0, 10.0], [1, 1, 1], 1.0, True),
        ([0.0, 10.0, 10.0, 10.0], [1, 1, 1, 1], 0.0, False),
        ([10.0, 10.0, 10.0, 0.0], [1, 1, 1, 0], None, False),
        ([10.0, 10.0, 10.0], [1, 1, 1], None, True),
    ],
)
def test_a_unit_starts_where_what_it_saves_is_worth_the_start(load, count, before, runs):
    """Three hours save 3 x 10 x (60 - 35) = 750 USD, a start costs 1,000; what ran before, or all year round, needs none."""
    hours = len(load)
    kind = replace(units(hours, start_usd=1000.0), count=np.array(count, dtype=float))
    choices = Choices(integer=True, units_before=None if before is None else np.array([before]))
    found = solve(problem(load, classes=(kind,)), choices)
    assert found.units_on[0] == pytest.approx(np.full(hours, float(runs)))


def test_a_whole_unit_gives_its_lowest_load_and_the_rest_is_thrown_away():
    found = solve(problem(np.full(4, 2.0), grid=0.0, classes=(units(4),)), Choices(integer=True))
    np.testing.assert_allclose(found.unit_mw[0], 5.0)
    np.testing.assert_allclose(found.units_on[0], 1.0)


def test_a_permit_that_no_class_names_binds_nothing():
    given = problem(np.full(24, 60.0), classes=(units(24),))
    held = replace(given, permits=(Permit("other", nox_kg_per_year=1.0, unit_hours_per_year=1.0),))
    np.testing.assert_array_equal(solve(held).unit_mw, solve(given).unit_mw)


@pytest.mark.parametrize("seed", range(4))
def test_a_battery_never_raises_the_bill(seed):
    rng = np.random.default_rng(seed)
    load = rng.uniform(20, 60) + rng.uniform(0, 40, 1000)
    without = problem(load, random_tariff(rng), first_hour=int(rng.integers(0, 7000)))
    held = replace(without, storage=store(1000, rng.uniform(5, 40), rng.uniform(20, 200), rng.uniform(0.9, 1.0)))
    before, after = (cost_parts(p, solve(p))["total_usd"] for p in (without, held))
    assert after <= before * (1.0 + 1e-9)
    assert after < before * 0.999


def test_the_sum_of_parts_is_the_bill_of_the_worlds():
    rng = np.random.default_rng(3)
    tariff = random_tariff(rng).model_copy(update={"ratchet_frac": 0.0, "customer_usd_per_month": 500.0})
    given = problem(rng.uniform(20, 90, 2160), tariff)
    found = solve(given)
    month, on_peak = given.month(), given.on_peak()
    energy, high = (np.bincount(month, weights=found.grid_mw * w) for w in (np.ones(2160), on_peak * on_peak_day_frac(tariff)))
    peaks = [[found.grid_mw[(month == m) & w].max() for m in range(3)] for w in (np.ones(2160, dtype=bool), on_peak)]
    bill = monthly_bill_usd(energy, np.array(peaks[0]), high, np.array(peaks[1]), tariff, np.ones(3, dtype=bool))
    assert cost_parts(given, found)["total_usd"] == pytest.approx(bill.sum(), rel=1e-12)


def test_whole_units_keep_their_times_and_lowest_load_at_a_proven_gap():
    hours = 96
    load = 12.0 + 30.0 * (np.arange(hours) % 24 > 11)
    given = problem(load, grid=10.0, classes=(units(hours, min_up_h=14, min_down_h=6, start_usd=500.0),))
    relaxed, whole = (solve(given, Choices(integer=i, gap_frac=1e-6)) for i in (False, True))
    on = whole.units_on[0]
    np.testing.assert_allclose(on, np.round(on), atol=1e-6)
    assert np.all(whole.unit_mw[0] >= 5.0 * on - 1e-6)
    assert whole.balance_mw(given).min() > -1e-6
    starts = np.flatnonzero(whole.starts()[0] > 0.5)
    assert starts.size and all(on[(h + np.arange(14)) % hours].min() >= whole.starts()[0, h] - 1e-6 for h in starts)
    assert relaxed.bound_usd <= whole.bound_usd + 1e-6 <= objective_usd(given, whole) * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("integer", [False, True])
def test_a_whole_unit_may_be_lost_in_any_hour_where_asked(integer):
    # Two classes of unlike size, hours in which the grid alone is enough, and few of many units at work.
    load = np.where(np.arange(48) % 24 < 12, 5.0, 38.0)
    held = dict(start_usd=50.0, part_load=(1.2, 1.07))
    large = replace(units(48, "large", **held), unit_mw=np.full(48, 20.0), count=np.full(48, 2.0))
    given = problem(load, FLAT, 6.0, classes=(units(48, **held), large), storage=store(48, mw=2.0, mwh=4.0))
    free, safe = (solve(replace(given, n_minus_1=asked), Choices(integer=integer, gap_frac=1e-6)) for asked in (False, True))

    def left_mw(found):
        """Least that is over in any hour when the largest unit that runs goes."""
        able = sum(on * u.unit_mw for on, u in zip(found.units_on, given.classes, strict=True))
        lost = np.max([u.unit_mw * (on > 1e-5) for on, u in zip(found.units_on, given.classes, strict=True)], axis=0)
        bridge = given.storage.mw - found.discharge_mw + found.charge_mw
        return (able - lost - found.unit_mw.sum(axis=0) + given.grid_cap_mw - found.grid_mw + bridge)[lost > 0.0].min()

    assert left_mw(free) < -1.0 and left_mw(safe) > -1e-4
    assert safe.bound_usd <= objective_usd(given, safe) * (1 + 1e-6) and objective_usd(given, free) < objective_usd(given, safe)
    assert safe.unserved_mw.max() < 1e-6


def test_a_permit_of_tonnes_and_of_hours_holds_and_is_told():
    free = problem(np.full(744, 50.0), classes=(units(744, nox_kg_per_mmbtu=0.1, permit="p"),))
    used = permits_broken(replace(free, permits=(Permit("p", 1000.0, 1000.0),)), solve(free))
    assert [row["first_month_over"] for row in used] == [0, 0]
    held = replace(free, permits=(Permit("p", nox_kg_per_year=0.25 * used[0]["used"], unit_hours_per_year=2000.0),))
    told = permits_broken(held, solve(held))
    assert [row["first_month_over"] for row in told] == [-1, -1]
    assert told[0]["used"] == pytest.approx(told[0]["limit"], rel=1e-6)


def test_what_cannot_be_held_names_hour_and_limit():
    short = problem(np.full(48, 40.0), grid=0.0, classes=(units(48),))
    assert solve(replace(short, load_mw=np.where(np.arange(48) == 30, 55.0, 40.0))).unserved_mw[30] == pytest.approx(5.0)
    stuck = replace(store(48), mw=np.full(48, 0.1), mwh=np.where(np.arange(48) < 24, 80.0, 10.0))
    with pytest.raises(Infeasible, match=r"charge state in the hour 01-02 00:00"):
        solve(replace(short, storage=stuck), Choices(stored_mwh=80.0))


def test_foresight_is_worth_what_rolling_costs_more():
    rng = np.random.default_rng(1)
    load = 50.0 + 10.0 * np.sin(np.arange(240) * np.pi / 12) + rng.uniform(0, 10, 240)
    tariff = TariffEntry(energy_usd_per_mwh=30.0, on_peak_adder_usd_per_mwh=40.0, demand_usd_per_kw_month=8.0, on_peak=WINDOW)
    given = problem(load, tariff, storage=store(240), classes=(units(240, start_usd=300.0),))
    perfect, far, near = (
        objective_usd(given, d)
        for d in (solve(given), rolled(given, 48, Choices(), solve(given)), rolled(given, 24, Choices(), solve(given)))
    )
    assert perfect <= far * (1 + 1e-9) and perfect <= near * (1 + 1e-9)
    assert near < objective_usd(replace(given, storage=None), solve(replace(given, storage=None))) * 1.1


def test_nobody_is_paid_for_power_that_is_thrown_away():
    given = problem(np.full(24, 30.0), classes=(units(24),), free_mw=np.full(24, 5.0))
    given = replace(given, energy_usd_per_mwh=np.full(24, -10.0))
    np.testing.assert_allclose(solve(given).grid_mw, 30.0)
