"""Outages by table against exact sums, against simulated years, and what each cause moves."""

import numpy as np
import pytest

from gigacampus.pipeline.run import check
from gigacampus.power import energisation_stage
from gigacampus.power.adequacy import adequacy_stage
from gigacampus.power.adequacy.outage_table import Group, outage_table, shortage, units_out_probability
from gigacampus.power.adequacy.outage_years import SupplyYear, after_battery, play
from gigacampus.power.adequacy.supply import supplies
from gigacampus.power.battery import Battery
from gigacampus.schema.adequacy import AdequacySpec
from gigacampus.schema.power import PowerSpec
from tests.power import synthetic

FIELD = 1
NOTHING_ELSE = {"feed_outage_frac": 0.0, "transformer_outage_frac": 0.0, "gas_outage_frac": 0.0, "cold_outage_frac": 0.0}


def binomial(units, frac):
    from math import comb

    return np.array([comb(units, k) * frac**k * (1.0 - frac) ** (units - k) for k in range(units + 1)])


def test_sixty_units_equal_the_exact_binomial_in_every_hour_of_a_year():
    rng = np.random.default_rng(3)
    each = 16.0 * (1.0 + 0.1 * np.sin(np.arange(8760) / 24.0))
    load = 800.0 + 100.0 * rng.random(8760)
    lolp, eue = shortage(load, outage_table([Group(each, units_out_probability(60, 0.03))]))
    short = np.maximum(load[:, None] - each[:, None] * (60 - np.arange(61)), 0.0)
    exact = binomial(60, 0.03)
    np.testing.assert_allclose(lolp, (exact * (short > 0.0)).sum(axis=1), rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(eue, (exact * short).sum(axis=1), rtol=0.0, atol=1e-9)
    assert lolp.sum() == pytest.approx((exact * (short > 0.0)).sum(), abs=1e-9) and 1.0 < lolp.sum() < 8000.0


def test_three_classes_with_their_own_derate_equal_the_sum_over_all_states():
    hours = np.arange(200)
    each = [mw * (1.0 - 0.2 * np.sin(hours / 30.0) ** 2) for mw in (16.0, 38.0, 48.0)]
    units, frac = (7, 4, 3), (0.03, 0.05, 0.08)
    load = np.linspace(250.0, 420.0, hours.size)
    table = outage_table([Group(mw, units_out_probability(n, q)) for mw, n, q in zip(each, units, frac, strict=True)])
    lolp, eue = shortage(load, table)
    wanted = np.zeros((2, hours.size))
    for state in np.ndindex(*(n + 1 for n in units)):
        chance = np.prod([binomial(n, q)[k] for n, q, k in zip(units, frac, state, strict=True)])
        short = np.maximum(load - sum((n - k) * mw for n, k, mw in zip(units, state, each, strict=True)), 0.0)
        wanted += chance * np.array([short > 1e-9, short])
    np.testing.assert_allclose([lolp, eue], wanted, rtol=0.0, atol=1e-9)


def test_units_that_meet_the_load_to_the_last_watt_are_enough_and_none_leave_it_whole():
    table = outage_table([Group(np.full(3, 10.0), units_out_probability(3, 0.1))])
    lolp, eue = shortage(np.array([30.0, 0.0, 50.0]), table)
    assert lolp.tolist() == pytest.approx([1.0 - 0.9**3, 0.0, 1.0]) and eue[2] == pytest.approx(50.0 - 27.0)


def test_a_transformer_takes_all_units_behind_it():
    alone, behind = units_out_probability(8, 0.02), units_out_probability(8, 0.02, per_transformer=4.0, transformer_outage_frac=0.01)
    assert behind.sum() == pytest.approx(1.0) and behind @ np.arange(9) == pytest.approx(8 * (0.02 + 0.98 * 0.01))
    assert behind[4:].sum() > 10.0 * alone[4:].sum()


@pytest.fixture(scope="module")
def short_year():
    """A plant that is short now and then: three classes, a feeder and a year of swinging load."""
    hours = np.arange(8760)
    rules = PowerSpec(forced_outage_frac=0.05, outage_repair_h=30.0, adequacy=AdequacySpec(**NOTHING_ELSE | {"feed_outage_frac": 0.02}))
    unit_mw = np.stack([mw * (1.0 - 0.1 * np.sin(hours / 800.0)) for mw in (16.0, 38.0, 48.0)])
    count = np.repeat([[8.0], [5.0], [2.0]], 8760, axis=1)
    battery = Battery(*np.tile([[30.0], [90.0], [0.95], [9.0]], 8760))
    load = 340.0 + 40.0 * np.sin(hours * 2 * np.pi / 24.0)
    return SupplyYear(load, unit_mw, count, np.full((1, 8760), 50.0), hours < 0, battery, rules)


def test_simulated_years_agree_with_the_table_within_three_standard_errors(short_year):
    played = play(short_year, years=60, seed=4, with_battery=False, jobs=1, restart_h=0.0)
    groups = [Group(mw, units_out_probability(int(n[0]), 0.05)) for mw, n in zip(short_year.unit_mw, short_year.count, strict=True)]
    table = outage_table([*groups, Group(short_year.feed_mw[0], units_out_probability(1, 0.02))])
    lolp, eue = shortage(short_year.load_mw, table)
    for values, exact in ((played.short.sum(axis=1), lolp.sum()), (played.unserved_mwh, eue.sum())):
        error = values.std(ddof=1) / np.sqrt(values.size)
        assert abs(values.mean() - exact) < 3.0 * error < 0.3 * exact


def test_common_causes_and_cold_agree_too_and_raise_the_risk(short_year):
    spec = AdequacySpec(
        transformer_units=4, transformer_outage_frac=0.01, transformer_repair_h=100, gas_outage_frac=0.004, cold_outage_frac=0.2
    )
    rules = short_year.rules.model_copy(update={"adequacy": spec})
    cold = (np.arange(8760) // 100) % 10 == 0
    given = SupplyYear(short_year.load_mw, short_year.unit_mw, short_year.count, short_year.feed_mw * 0.0, cold, short_year.battery, rules)
    played = play(given, years=60, seed=5, with_battery=False, jobs=1, restart_h=0.0)
    supply = a_supply(given)
    lolp, eue = supply.expected_shortage(given.load_mw, np.arange(8760))
    for values, exact in ((played.short.sum(axis=1), lolp.sum()), (played.unserved_mwh, eue.sum())):
        assert abs(values.mean() - exact) < 3.0 * values.std(ddof=1) / np.sqrt(values.size)
    assert lolp[cold].mean() > 2.0 * lolp[~cold].mean()


def a_supply(given):
    """The supply of the first hour as the stage's class, without a battery."""
    from gigacampus.power.adequacy.supply import Supply

    models = tuple("abc"[: given.unit_mw.shape[0]])
    return Supply(
        models,
        given.unit_mw,
        given.count[:, 0],
        given.feed_mw[:, 0],
        1.0,
        np.ones(8760),
        given.cold,
        Battery(0.0, 0.0, 1.0, 0.0),
        given.rules,
    )


def test_a_battery_bridges_short_gaps_and_whole_jobs_stop(short_year):
    settings = dict(years=20, seed=6, jobs=2, restart_h=1.5)
    without, with_it = (play(short_year, with_battery=b, **settings) for b in (False, True))
    assert with_it.unserved_mwh.sum() < 0.8 * without.unserved_mwh.sum() and with_it.short.sum() < without.short.sum()
    assert without.work_lost_h.sum() > 0.5 * without.short.sum() + 1.0 * without.events.sum() * 0.5
    free = after_battery(np.array([[10.0, -20.0, -20.0, 5.0, -2.0]]), Battery(*np.tile([[15.0], [20.0], [0.8], [4.0]], 5)))
    np.testing.assert_allclose(free, [[0.0, 7.2, 20.0, 0.0, 0.0]])


@pytest.fixture(scope="module")
def world():
    given = synthetic.inputs()
    up = synthetic.run_world(given, synthetic.buildout(given))
    up["it_wanted_mw"] = 1.5 * up["it_in_service_mw"][:, 0]
    return given, up


def test_the_stage_keeps_its_promise_and_months_of_one_kind_are_alike(world):
    given, up = world
    out = adequacy_stage.run(given, up)
    check("adequacy", out, given.at)
    np.testing.assert_array_equal(out["firm_hot_hour_mw"][:, 0], out["firm_hot_hour_mw"][:, -1])
    assert np.all(out["n2_margin_mw"] < out["n1_margin_mw"]) and np.all(out["n2_short_hours"] >= out["n1_short_hours"])


def test_what_the_plan_wanted_is_told_whatever_supply_was_left(world):
    given, up = world
    out, served = energisation_stage.run(given, up), up["demand_mwh"][:, 0] - up["unserved_mwh"][:, 0]
    check("energisation", out, given.at)
    check("energisation", energisation_stage.detail(given, up), given.at, complete=False)
    np.testing.assert_allclose(out["plan_mwh"] - out["plan_unserved_mwh"], served, rtol=1e-9)
    assert np.all(out["plan_mwh"] > 1.4 * up["demand_mwh"][:, 0]) and np.all(out["plan_unserved_hours"] == given.at.months.hours())
    hourly = energisation_stage.detail(given, up)["plan_load_mw_h"]
    np.testing.assert_allclose(hourly.sum(axis=1), out["plan_mwh"][:, 12:].sum(axis=1), rtol=1e-9)
    met = energisation_stage.run(given, up | {"it_wanted_mw": up["it_in_service_mw"][:, 0]})
    np.testing.assert_allclose(met["plan_unserved_mwh"], up["unserved_mwh"][:, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("change", "larger"),
    [
        ({"forced_outage_frac": 0.15}, True),
        ({"adequacy": AdequacySpec(gas_outage_frac=0.01)}, True),
        ({"adequacy": AdequacySpec(transformer_outage_frac=0.02)}, True),
        ({"adequacy": AdequacySpec(cold_below_c=10.0)}, True),
        ({"adequacy": AdequacySpec(fuel_curtail_hours_per_year=200, fuel_curtail_frac=0.5)}, True),
        ({"adequacy": AdequacySpec(**NOTHING_ELSE)}, False),
    ],
    ids=["units", "gas", "transformer", "cold", "fuel", "nothing else"],
)
def test_every_cause_moves_the_expectation(world, change, larger):
    given, up = world
    up = up | {"unit_count": up["unit_count"] * 0.65}
    usual = adequacy_stage.run(given, up)["eue_mwh"][FIELD, 12:].sum()
    campuses = {k: v.__class__(**{**vars(v), "power": v.power.model_copy(update=change)}) for k, v in given.tree.campuses.items()}
    tree = given.tree.__class__(**{**vars(given.tree), "campuses": campuses})
    changed = adequacy_stage.run(given.__class__(tree, given.at), up)["eue_mwh"][FIELD, 12:].sum()
    assert changed > 1.05 * usual if larger else changed < 0.95 * usual


def test_firm_supply_leaves_out_the_largest_pieces_in_the_air_of_the_hour(world):
    given, up = world
    supply = supplies(FIELD, given, up).at(0)
    hottest = int(np.argmax(up["dry_bulb_degc"][FIELD]))
    whole, one, two = (supply.firm_mw(hottest, n) for n in (0.0, 1.0, 2.0))
    assert whole == pytest.approx(float(supply.total_mw(np.array([hottest]))[0]))
    assert whole - one == pytest.approx(float(supply.lost_mw(2, np.array([hottest]))[0, 0]))
    assert whole - two == pytest.approx(float(supply.lost_mw(2, np.array([hottest]))[1, 0]))
    assert supply.firm_battery_mw() == pytest.approx(300.0 * min(1.0, 0.9 * 1200.0 / 300.0 / 4.0))
