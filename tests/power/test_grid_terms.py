"""Grid energy by the hour: prices and calls in the worlds' choice and in the programme, wind and sun with a battery."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.calendar import month_of_hour
from gigacampus.foundation.errors import ScenarioError
from gigacampus.power.battery import Battery
from gigacampus.power.battery import idle as idle_battery
from gigacampus.power.dispatch.campus import gather
from gigacampus.power.dispatch.choice import chosen, objective_usd, traced
from gigacampus.power.dispatch.linear_programme import Choices, solve
from gigacampus.power.dispatch.problem import Problem, Storage
from gigacampus.power.dispatch.problem import objective_usd as year_usd
from gigacampus.power.dispatch.rolling import rolled
from gigacampus.power.dispatch.storage_kernels import price_month
from gigacampus.power.dispatch.year import year_of
from gigacampus.power.grid_terms import worst_hours
from gigacampus.power.load import month_hours
from gigacampus.power.wind_sun import WindSun
from gigacampus.scenario.load_files import hourly_price, utility_load_mw
from gigacampus.schema.grid_supply import InterruptibleSpec
from gigacampus.schema.power import TariffEntry
from tests.power.test_dispatch_choice import TOWN, world

FLAT = TariffEntry(energy_usd_per_mwh=40.0)
TVA = "lib:utility_load/tva"
JULY = 6


def july(campus, given):
    """Ways, sums and hours of July of the only year."""
    hours = month_hours(given.at.months, given.at.phase)
    return chosen(campus, np.array([JULY]), hours), traced(campus, JULY, hours), hours


@pytest.fixture(scope="module")
def priced():
    """A grid campus with a battery and the hourly price that follows the utility's demand."""
    given, up = world("least_cost", FLAT, grid=500.0, units=0.0, months=7, grid_price=TVA)
    return given, up, gather(TOWN, given, up)


def test_a_battery_earns_what_the_programme_says_from_hourly_prices(priced):
    given, up, campus = priced
    way, trace, _ = july(campus, given)
    idle = july(replace(campus, battery=idle_battery(campus.battery)), given)[0]
    usd, without = (float(objective_usd(campus, *w.results())[0]) for w in (way, idle))
    year = year_of(TOWN, given, up, [JULY])
    best, merit = year_usd(year.problem, solve(year.problem)), year_usd(year.problem, year.merit)
    assert merit == pytest.approx(usd, rel=1e-9)
    assert best * 0.999 <= usd < without and without - usd > 0.85 * (without - best)
    price = campus.grid.energy_usd_per_mwh()[month_of_hour() == JULY]
    assert way.sums["beyond_tariff_usd"][0] == pytest.approx(trace.grid_mw @ (price - campus.tariff.energy_usd_per_mwh))
    assert np.average(price, weights=np.maximum(trace.battery_mw, 0)) > 1.5 * np.average(price, weights=np.maximum(-trace.battery_mw, 0))


def test_units_run_in_the_dear_hours_only():
    given, up = world("least_cost", FLAT, grid=500.0, store=(0.0, 0.0), months=7, grid_price=TVA)
    campus = gather(TOWN, given, up)
    trace = july(campus, given)[1]
    price = campus.grid.energy_usd_per_mwh()[month_of_hour() == JULY]
    fuel = float(campus.fleet.groups.full_mmbtu_per_mwh.min()) * campus.worth.gas_usd_per_mmbtu
    assert price.min() < fuel < price.max()
    assert trace.onsite_mw[price > 1.3 * fuel].min() > 0.8 * trace.onsite_mw.max()
    assert trace.onsite_mw[price < 0.7 * fuel].sum() < 0.1 * trace.onsite_mw.sum()


@pytest.mark.parametrize("penalty", [None, 600.0])
def test_calls_fall_on_the_utilitys_worst_hours_and_cost_what_the_contract_says(penalty):
    contract = InterruptibleSpec(hours_per_year=60, share_frac=0.75, credit_usd_per_kw_month=4.0, penalty_usd_per_mwh=penalty)
    given, up = world("least_cost", FLAT, grid=500.0, units=0.0, store=(0.0, 0.0), months=8, interruptible=contract)
    campus = gather(TOWN, given, up)
    _, trace, hours = july(campus, given)
    called = worst_hours(utility_load_mw(TVA), 60)[slice(*hours[JULY])] > 0
    assert called.sum() > 5 and (trace.grid_mw[~called] == trace.load_mw[~called]).all()
    within = np.minimum(trace.load_mw, 125.0)
    np.testing.assert_allclose(trace.unserved_mw[called], (trace.load_mw - within)[called] * (penalty is None), atol=1e-9)
    plain, _ = world("least_cost", FLAT, grid=500.0, units=0.0, store=(0.0, 0.0), months=8), None
    through = float((trace.grid_mw - within)[called].sum())
    more = up["grid_bill_usd"][TOWN, 0, JULY] - plain[1]["grid_bill_usd"][TOWN, 0, JULY]
    lost = 0.0 if penalty else float((trace.load_mw - within)[called].sum())
    assert more == pytest.approx(through * (penalty or 0.0) - lost * 40.0 - 4000.0 * 0.75 * 500.0)
    year = year_of(TOWN, given, up, [JULY])
    best = solve(year.problem)
    assert year_usd(year.problem, best) == pytest.approx(year_usd(year.problem, year.merit), rel=1e-6)
    assert best.bound_usd == pytest.approx(year_usd(year.problem, best), rel=1e-6)


def test_whoever_decides_day_by_day_knows_of_no_call_beyond_the_notice():
    """A call at the start of the second day: told two days ahead the battery holds enough by then, told at midnight it holds nothing."""
    hours = 72
    called = np.where((np.arange(hours) >= 24) & (np.arange(hours) < 28), 100.0, 0.0)
    cap = 100.0 - called
    store = Storage(np.full(hours, 100.0), np.full(hours, 400.0), 1.0, 0.0)
    price = np.where(np.arange(hours) < 24, 60.0, 20.0)
    problem = Problem(np.full(hours, 50.0), cap, price, FLAT, 4.0, 5000.0, storage=store, called_mw=called)
    unmet = {n: rolled(replace(problem, notice_h=n), 48, Choices(), solve(problem)).unserved_mw.sum() for n in (1.0, 48.0)}
    assert unmet[48.0] == pytest.approx(0.0, abs=1e-6) and unmet[1.0] > 50.0


def test_a_path_by_price_is_the_programmes(rng=np.random.default_rng(4)):
    hours = 72
    grid, price = rng.uniform(80, 120, hours), rng.uniform(5, 90, hours)
    spare, unserved = np.where(rng.random(hours) < 0.2, 60.0, 0.0), np.where(rng.random(hours) < 0.05, 30.0, 0.0)
    battery, flow, soc = Battery(40.0, 160.0, 0.95, 0.0), np.zeros(hours), np.zeros(hours)
    price_month((grid, unserved, np.full(hours, 200.0), spare, price), battery, 97, (0.0, 5000.0, np.inf, 0.0), flow, soc)
    store = Storage(np.full(hours, 40.0), np.full(hours, 160.0), 0.95, 0.0)
    cap = np.where(unserved > 0, grid, 200.0)
    problem = Problem(grid + unserved, cap, price, TariffEntry(energy_usd_per_mwh=0.0), 4.0, 5000.0, storage=store, free_mw=None)
    best = solve(replace(problem, load_mw=problem.load_mw, free_mw=spare * 0.0))
    given, left = np.maximum(flow, 0), np.maximum(unserved - np.maximum(flow, 0), 0)
    bought = grid + unserved - left - flow - np.minimum(np.maximum(-flow, 0), spare)
    usd = bought @ price + left.sum() * 5000.0
    assert bought.min() >= 0 and soc[-1] == pytest.approx(160.0) and soc.min() >= -1e-9
    moved = np.diff(soc, prepend=160.0)
    np.testing.assert_allclose(moved, np.maximum(-flow, 0) * 0.95 - given / 0.95, atol=1e-9)
    assert usd < year_usd(problem, best) * 1.01


def sunny(campus, mw, profile):
    """The campus with one block of wind or sun."""
    return replace(campus, wind_sun=WindSun(np.full((campus.battery.power_mw.size, 1), mw), profile[None]))


def unbalanced(trace):
    """Supply less load by hour."""
    return trace.grid_mw + trace.onsite_mw + trace.battery_mw + trace.unserved_mw + trace.wind_sun_mw - trace.load_mw


DAY = np.maximum(np.sin((np.arange(8760) % 24 - 6) * np.pi / 12), 0.0)


def test_an_island_keeps_the_sun_for_the_night():
    given, up = world("least_cost", FLAT, grid=0.0, units=30.0, store=(300.0, 2400.0), months=7)
    campus = gather(TOWN, given, up)
    without, bright = july(campus, given)[0], sunny(campus, 1200.0, DAY)
    way, trace, _ = july(bright, given)
    assert way.group_sums["fuel_mmbtu"][0].sum() < 0.35 * without.group_sums["fuel_mmbtu"][0].sum()
    assert way.sums["unserved_mwh"][0] == 0.0 and way.sums["wind_sun_mwh"][0] == pytest.approx(trace.wind_sun_mw.sum())
    balance = unbalanced(trace)
    assert np.abs(balance).max() < 1e-6
    no_store = july(replace(bright, battery=idle_battery(campus.battery)), given)[0]
    assert way.group_sums["fuel_mmbtu"][0].sum() < 0.6 * no_store.group_sums["fuel_mmbtu"][0].sum()


def test_with_a_grid_the_sun_charges_what_hourly_prices_are_worth(priced):
    given, _, campus = priced
    bright = sunny(campus, 900.0, DAY)
    way, trace, _ = july(bright, given)
    idle = july(replace(bright, battery=idle_battery(campus.battery)), given)[0]
    assert way.sums["wind_sun_mwh"][0] > idle.sums["wind_sun_mwh"][0] + 1000.0
    assert float(objective_usd(bright, *way.results())[0]) < float(objective_usd(bright, *idle.results())[0])
    assert np.abs(unbalanced(trace)).max() < 1e-6


def test_prices_are_read_in_any_unit_and_refused_where_they_are_none(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("hour,price_usd_per_kwh\n" + "".join(f"{h},{-0.01 if h < 3 else 0.05}\n" for h in range(8760)))
    found = hourly_price(file)
    assert found.usd_per_mwh[:4].tolist() == pytest.approx([-10.0, -10.0, -10.0, 50.0]) and "price_usd_per_kwh" in found.finding
    for text, said in (
        ("price\n" + "50\n" * 8759, "8759 rows"),
        ("price\n" + "50\n" * 8759 + "99999\n", "no price"),
        ("mw\n" + "1\n" * 8760, "price"),
    ):
        file.write_text(text)
        with pytest.raises(ScenarioError, match=said):
            hourly_price(file)


def test_the_adequacy_of_wind_and_sun_is_that_of_the_load_they_leave():
    from gigacampus.power.adequacy.supply import CampusSupplies

    half = WindSun(np.array([[40.0]]), np.full((1, 8760), 0.5))
    given = CampusSupplies(SimpleNamespace(), np.zeros(1), np.zeros(1), np.zeros(1), np.zeros(1), half)
    assert given.net_load_mw(0, np.array([50.0, 10.0]), np.array([0, 1])).tolist() == [30.0, 0.0]
