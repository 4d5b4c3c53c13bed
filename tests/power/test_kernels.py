"""The compiled loops against their plain twins, on random plant, fleets and weather."""

import numpy as np
import pytest

from gigacampus.foundation.psychrometric_kernels import wet_bulb_hours
from gigacampus.foundation.psychrometrics import wet_bulb_c, wet_bulb_stull_c
from gigacampus.power.battery import Battery
from gigacampus.power.dispatch.arrays import GROUP_SUMS, LIMITS, MONTH_SUMS, Rows, Rules, Site, UnitGroups, empty_trace
from gigacampus.power.dispatch.merit_order_kernels import dispatch_months
from gigacampus.power.grid_terms import GridHours
from gigacampus.power.load import LoadTerms, Plant
from gigacampus.power.load_kernels import LOAD, LOAD_ROWS, load_hours, load_months
from tests.power import twin

HOURS = 60


def random_plant(rng, kinds):
    """Installed heat and plant of any number of kinds, whose traits lie in any order."""
    hourly = rng.uniform(0.3, 1.1, (kinds, HOURS)), rng.uniform(0, 0.3, (kinds, HOURS)), rng.uniform(0.5, 1.0, (kinds, HOURS))
    shares = rng.uniform(0.01, 0.04, kinds), rng.uniform(0.005, 0.02, kinds)
    return rng.uniform(0, 300, kinds) * (rng.random(kinds) < 0.7), Plant(*shares, *hourly, *(rng.random((2, kinds)) < 0.5))


@pytest.mark.parametrize("seed", range(6))
def test_load_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    installed, plant = random_plant(rng, 3 + seed % 4)
    terms = LoadTerms(0.064, 0.1, 0.7, 0.04, 0.03)
    out = np.empty((LOAD_ROWS, HOURS))
    load_hours(0, HOURS, 350.0, 420.0, terms, installed, plant, out)
    slow = [twin.load_hour(350.0, 420.0, terms, installed, plant, h) for h in range(HOURS)]
    np.testing.assert_allclose(out, np.array(slow).T, rtol=1e-12, atol=1e-9)


def test_a_plant_a_thousandth_as_large_has_a_thousandth_of_the_load():
    installed, plant = random_plant(np.random.default_rng(3), 4)
    terms, made = LoadTerms(0.064, 0.1, 0.7, 0.04, 0.03), []
    for size in (1.0, 1e-3):
        made.append(np.empty((LOAD_ROWS, HOURS)))
        load_hours(0, HOURS, 350.0 * size, 420.0 * size, terms, installed * size, plant, made[-1])
    is_power = np.abs(made[0]).max(axis=1) > 1.0
    np.testing.assert_allclose(made[1][is_power], 1e-3 * made[0][is_power], rtol=1e-9)
    assert is_power[LOAD] and made[1][LOAD].min() > 0.0


def random_supply(rng, groups):
    unit_mw = rng.uniform(10, 45, (groups, 1)) * rng.uniform(0.7, 1.1, HOURS)
    fuel, units_out = rng.uniform(9, 11, (groups, HOURS)), rng.integers(0, 3, (groups, 30, HOURS)).astype(float)
    part_load = np.column_stack([rng.uniform(1.1, 1.3, groups), rng.uniform(1.02, 1.08, groups)])
    fleet = UnitGroups(unit_mw, fuel, units_out, part_load, rng.choice([0.3, 0.5, 0.7], groups))
    return fleet, rng.integers(0, 12, groups).astype(float)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("grid_first", [True, False])
def test_dispatch_equals_its_twin(seed, grid_first):
    rng = np.random.default_rng(seed)
    fleet, units = random_supply(rng, 1 + seed % 4)
    units[0] += rng.choice([0.0, 0.5])
    load = rng.uniform(50, 500) + rng.uniform(0, 80, 8760)
    open_frac = np.where(rng.random(8760) < 0.05, 0.25, 1.0)
    grid_mw = float(rng.choice([0.0, 150.0, 400.0]))
    mwh, charge_cap = float(rng.choice([0.0, 200.0, 900.0])), float(rng.choice([np.inf, 0.8 * grid_mw]))
    on_peak, high_cap, high_charge = (
        rng.random(8760) < 0.3,
        float(rng.choice([np.inf, 0.9 * grid_mw])),
        float(rng.choice([0.0, 0.6 * grid_mw])),
    )
    battery = Battery(0.3 * mwh, mwh, 0.95, 0.1 * mwh)
    sunny, sun_first = seed % 3 > 0, seed % 3 == 2
    sun_mw, profile = np.array([[300.0, 150.0]])[:, : 2 * sunny], rng.uniform(0, 1.5, (2, 8760))[: 2 * sunny] ** 3
    through_frac, more_usd = np.where(open_frac < 1.0, 0.5, 0.0), rng.normal(0, 20, 8760)
    sums, groups, none, one = np.zeros(1, MONTH_SUMS), np.zeros((1, units.size), GROUP_SUMS), np.zeros((4, 8760)), np.ones(1)
    rows = Rows(
        np.array([[0, HOURS]]),
        np.zeros(1),
        np.zeros(1),
        np.zeros((1, 4)),
        one * grid_mw,
        sun_mw,
        units[None, :],
        Battery(*(one * part for part in battery)),
        np.array([(0.95 * grid_mw, high_cap, charge_cap, high_charge)], LIMITS),
    )
    site = Site(
        LoadTerms(0.0, 0.0, 0.0, 0.0, 0.0),
        Plant(np.zeros(4), np.zeros(4), none, none, none, *np.zeros((2, 4), dtype=bool)),
        load,
        fleet,
        GridHours(open_frac, through_frac, more_usd, 900.0),
        profile,
        on_peak,
        Rules(np.full(8760, grid_first), 0.05, sun_first),
    )
    trace = empty_trace(units.size, HOURS)
    dispatch_months(rows, site, sums, groups, trace)
    cap = np.minimum(grid_mw * open_frac, np.where(on_peak, high_cap, 0.95 * grid_mw))[:HOURS]
    args = (load[:HOURS], cap, *fleet[:3], units, *fleet[3:], battery, grid_first, 0.05)
    more = dict(
        charge_cap=np.where(on_peak, high_charge, charge_cap)[:HOURS],
        free=(sun_mw @ profile)[0, :HOURS],
        sun_first=sun_first,
        through=grid_mw * through_frac[:HOURS],
        more_usd=more_usd[:HOURS],
        penalty_usd=900.0,
    )
    slow, stored = twin.dispatch_month(*args, **more)
    if stored < mwh * (1 - 1e-6):
        slow, _ = twin.dispatch_month(*args, charge_mwh=stored, **more)
    fast = dict(zip(MONTH_SUMS.names, sums[0].item(), strict=True)) | {name: groups[name][0].sum() for name in ("fuel_mmbtu", "starts")}
    for name, value in slow.items():
        assert fast[name] == pytest.approx(value, rel=1e-9, abs=1e-6), name
    high, way = on_peak[:HOURS], battery.one_way_frac
    by_hour = {
        "grid_mwh": trace.grid_mw.sum(),
        "grid_peak_mw": trace.grid_mw.max(),
        "on_peak_mwh": trace.grid_mw[high].sum(),
        "on_peak_mw": trace.grid_mw[high].max(),
        "onsite_mwh": trace.onsite_mw.sum() + fast["curtailed_mwh"],
        "unserved_peak_mw": trace.unserved_mw.max(),
        "wind_sun_mwh": trace.wind_sun_mw.sum(),
        "battery_loss_mwh": fast["battery_charge_mwh"] * (1 - way) + fast["battery_discharge_mwh"] * (1 / way - 1),
        "demand_mwh": trace.load_mw.sum(),
    }
    assert fast == pytest.approx(fast | by_hour, rel=1e-9, abs=1e-6)
    supply = trace.grid_mw + trace.onsite_mw + trace.battery_mw + trace.unserved_mw + trace.wind_sun_mw
    np.testing.assert_allclose(supply, trace.load_mw, atol=1e-6)
    stored = np.maximum(-trace.battery_mw, 0.0) * way - np.maximum(trace.battery_mw, 0.0) / way
    np.testing.assert_allclose(np.diff(trace.charge_state_mwh), stored[1:], atol=1e-6)
    rose = np.maximum(np.diff(trace.units_on, axis=1), 0.0).sum(axis=1)
    of_group = (trace.unit_mw.sum(axis=1), trace.fuel_mmbtu.sum(axis=1), trace.units_on.sum(axis=1), trace.units_on.max(axis=1), rose)
    for name, values in zip(GROUP_SUMS.names, of_group, strict=True):
        np.testing.assert_allclose(groups[name][0], values, rtol=1e-9, atol=1e-9, err_msg=name)


def test_months_of_unlike_hours_are_summed_and_their_highest_load_kept():
    installed, plant = random_plant(np.random.default_rng(2), 4)
    terms, spans, it = LoadTerms(0.064, 0.1, 0.7, 0.04, 0.03), np.array([[0, 5], [3, 60]]), np.array([350.0, 120.0])
    sums = np.zeros((2, LOAD_ROWS + 1))
    load_months(spans, it, np.array([420.0, 130.0]), terms, np.stack([installed, 0.5 * installed]), plant, sums)
    for k, (first, last) in enumerate(spans):
        out = np.zeros((LOAD_ROWS, last - first))
        load_hours(first, last, it[k], (420.0, 130.0)[k], terms, (1.0, 0.5)[k] * installed, plant, out)
        assert sums[k].tolist() == pytest.approx([*out.sum(axis=1), out[LOAD].max()])


def test_wet_bulb_equals_its_twin_away_from_freezing():
    """Within half a kelvin of freezing a wet and an iced bulb are both solutions."""
    rng = np.random.default_rng(3)
    dry, rh, pressure = rng.uniform(-20, 45, 4000), rng.uniform(0.05, 1.0, 4000), rng.uniform(80, 103, 4000)
    fast = wet_bulb_hours(dry, rh, pressure, wet_bulb_stull_c(dry, rh), 1e-6)
    slow = wet_bulb_c(dry, rh, pressure, tolerance_k=1e-6)
    one_answer = np.abs(slow) > 0.5
    np.testing.assert_allclose(fast[one_answer], slow[one_answer], atol=2e-3)
    assert one_answer.mean() > 0.9 and np.abs(fast - slow).max() < 0.5
    assert np.all(fast <= dry + 1e-6)
