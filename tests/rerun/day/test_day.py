"""A day in minutes: its sums are the stages', an hour is the mean of its minutes, and a trip shows in every panel or in words."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun.day.clock import parsed_day, parsed_minute
from gigacampus.rerun.day.money import energy_of_month_usd, gas_price_usd_per_mmbtu
from gigacampus.rerun.day.panels import day_of
from gigacampus.rerun.place import Place
from gigacampus.rerun.single_draw_books import median_draw

MONTH = "2026-06"
HOT = date(2026, 6, 10)
CENT = 0.005


@pytest.fixture(scope="module")
def june(result):
    """Every day of a month in which units start and a control falls."""
    return [day_of(result, date(2026, 6, d), campus="north") for d in range(1, 31)]


@pytest.fixture(scope="module")
def plain(june):
    return june[HOT.day - 1]


@pytest.fixture(scope="module")
def trip(result):
    """The hot day with a unit lost when both run: nothing is spare."""
    return day_of(result, HOT, campus="north", trip_minute=parsed_minute("14:10"))


def month(days, panel, name):
    """Sum over the days of a month."""
    return sum(day.panels[panel].of(name).of_day() for day in days)


@pytest.mark.parametrize(
    "series, variable",
    [("load_mw", "demand_mwh"), ("grid_mw", "grid_mwh"), ("onsite_mw", "onsite_mwh"), ("fuel_mmbtu_per_h", "fuel_mmbtu"),
     ("unserved_mw", "unserved_mwh"), ("unit_starts_per_min", "starts")],
)  # fmt: skip
def test_days_of_a_month_sum_to_the_supply_stage(june, result, series, variable):
    stage = result.planned(variable)[0, 0, result.index("month", MONTH)]
    found = month(june, "power", series)
    # Starts are counted from the second hour of a month on, in the stage as here.
    assert found == pytest.approx(stage, rel=1e-6, abs=1e-6)


def test_hours_are_those_that_the_run_keeps(june, result):
    """The run keeps the hours of its last twelve months: each hour's mean is its figure."""
    for day in (june[0], june[HOT.day - 1]):
        hours = slice(day.at.of_year, day.at.of_year + 24)
        for series, kept in (("load_mw", "facility_load_mw_h"), ("grid_mw", "grid_mw_h"), ("onsite_mw", "onsite_mw_h")):
            assert day.panels["power"].of(series).hourly() == pytest.approx(result.reference(kept)[0, hours], rel=1e-9, abs=1e-9)
        running = result.reference("unit_running_h")[:, hours].sum(axis=0)
        assert day.panels["power"].of("units_running").hourly() == pytest.approx(running)


def test_tokens_machines_and_training_sum_to_their_stages(june, result):
    m, draw = result.index("month", MONTH), median_draw(result)
    assert month(june, "products", "tokens_served_per_min") == pytest.approx(result.array("tokens_served")[draw, m], rel=1e-6)
    unmet = month(june, "products", "tokens_asked_per_min") - month(june, "products", "tokens_served_per_min")
    assert unmet == pytest.approx(result.array("tokens_unmet")[draw, m], rel=1e-6) and unmet > 0
    assert month(june, "products", "prompts_per_min") == pytest.approx(30 * result.reference("prompts_per_day")[m], rel=1e-6)
    hours = sum(month(june, "compute", f"{name}_accelerators") for name in ("training", "serving", "ready"))
    assert hours == pytest.approx(result.planned("accelerator_hours")[0, 0, m], rel=1e-6)
    ability = result.planned("serving_capacity_tokens")[0, m] / result.scenario["compute"]["serving_share_max_frac"]
    left = 1.0 - result.array("tokens_served")[draw, m] / ability
    assert month(june, "compute", "training_flop_per_min") == pytest.approx(left * result.planned("training_flop")[0, 0, m], rel=1e-6)


def test_serving_machines_answer_at_the_roofline_rate(plain, result):
    """Machines that answer times the rate of their model are the tokens served: one campus has all machines."""
    rate = result.reference("serving_tokens_per_s")[result.coords["accelerator"].index("h100")]
    served = plain.panels["products"].of("tokens_served_per_min").values
    answering = plain.panels["compute"].of("serving_accelerators").values
    assert answering * rate * 60.0 == pytest.approx(served, rel=1e-6)


def test_money_sums_to_the_books_to_the_cent(june, result):
    m, draw = result.index("month", MONTH), median_draw(result)
    for name, variable in (("revenue", "revenue_usd"), ("ebitda", "ebitda_usd"), ("free_cash_flow", "free_cash_flow_usd")):
        assert month(june, "money", f"{name}_usd_per_h") == pytest.approx(result.array(variable)[draw, m], rel=0, abs=CENT)
    bill = result.planned("grid_bill_usd")[0, 0, m]
    assert month(june, "money", "grid_usd_per_h") == pytest.approx(bill, rel=0, abs=CENT)
    price = gas_price_usd_per_mmbtu(result, m)
    energy = month(june, "money", "grid_usd_per_h") + month(june, "money", "gas_usd_per_h")
    assert energy == pytest.approx(energy_of_month_usd(result, june[0].at, price), rel=0, abs=CENT)
    # One campus burns gas and nothing is uncertain: the books pay the scenario's price, at its own yearly change.
    assert price == pytest.approx(result.scenario["market"]["gas_usd_per_mmbtu"], rel=0.05)


def test_stacks_and_gates_sum_to_their_stages(june, result):
    m = result.index("month", MONTH)
    nox = result.planned("nox_t")[0, 0, m] * 1000.0
    assert month(june, "neighbours", "nox_g_per_s") == pytest.approx(nox, rel=1e-6)
    minutes = 30 * 24 * 60
    leaked = result.reference("violating_outputs_per_min")[m] * minutes
    assert month(june, "products", "outputs_leaked_per_min") == pytest.approx(leaked, rel=1e-6)
    blocked = result.reference("false_blocks_per_min")[m] * minutes
    assert month(june, "products", "outputs_blocked_per_min") == pytest.approx(blocked, rel=1e-6)
    before, after = (june[d].panels["products"].of("outputs_leaked_per_min").of_day() for d in (8, 9))
    assert after == pytest.approx(before * 0.25, rel=1e-6), "the control of 10 June holds from that day on"


def test_home_hears_the_stage_where_the_plant_runs_as_in_the_mean(result):
    """In a month in which one unit runs in every hour, the nights of its days have the stage's night level and NO2 its mean."""
    days = [day_of(result, date(2026, 2, d), campus="north") for d in range(1, 29)]
    m = result.index("month", "2026-02")
    energy = np.concatenate([10.0 ** (0.1 * day.panels["neighbours"].of("level_dba").hourly()) for day in days]).reshape(28, 24)
    night = np.concatenate([energy[:, 22:], energy[:, :7]], axis=1).mean()
    assert 10.0 * np.log10(night) == pytest.approx(result.reference("noise_night_dba")[0, m], abs=1e-6)
    no2 = np.concatenate([day.panels["neighbours"].of("no2_ugm3").hourly() for day in days])
    wind = result.reference("wind_speed_m_s")[0, days[0].at.of_year : days[0].at.of_year + no2.size]
    rate = [day.panels["neighbours"].of("nox_g_per_s").values.mean() for day in days]
    assert np.ptp(rate) < 0.05 * np.mean(rate), "the month's fuel hardly moves, so the hours may be compared with its mean"
    assert no2.sum() / (wind >= 0.5).sum() == pytest.approx(result.reference("no2_ugm3")[0, m], rel=0.02)


def test_every_minute_balances_and_keeps_its_hours_mean(plain, trip, june):
    for day in (plain, trip, june[0]):
        now = day.supply.minutes
        carried = now.grid_mw + now.onsite_mw + now.battery_mw + now.unserved_mw
        assert carried == pytest.approx(now.facility_load_mw, abs=1e-6)
    wave = plain.supply.minutes.facility_load_mw - np.repeat(plain.supply.day.facility_load_mw, 60)
    assert np.abs(wave).max() > 0.1, "pauses of the training job move the load"
    assert wave.reshape(24, 60).mean(axis=1) == pytest.approx(0.0, abs=1e-9)
    assert plain.panels["power"].of("swing_mw").of_day() > plain.panels["power"].of("swing_after_mw").of_day() > 0.0


def test_trip_shows_in_every_panel_or_in_words(plain, trip):
    was, now = ({key: panel.plain() for key, panel in day.panels.items()} for day in (plain, trip))
    assert now["power"]["hourly"]["units_running"][15] == was["power"]["hourly"]["units_running"][15] - 1
    assert now["power"]["sums"]["unserved_mwh"] > was["power"]["sums"]["unserved_mwh"] == 0.0
    assert now["power"]["hourly"]["battery_mw"][14] > 0.5
    assert now["compute"]["sums"]["unpowered_accelerator_h"] > 0.0
    assert now["compute"]["sums"]["training_flop"] < was["compute"]["sums"]["training_flop"]
    assert now["neighbours"]["hourly"]["level_dba"][15] < was["neighbours"]["hourly"]["level_dba"][15] - 1.0
    assert now["neighbours"]["sums"]["nox_kg"] < was["neighbours"]["sums"]["nox_kg"]
    assert now["money"]["sums"]["gas_usd"] < was["money"]["sums"]["gas_usd"]
    for panel in now.values():
        assert any("trip" in text or "unit" in text for text in panel["says"]), panel["title"]
    before = slice(0, 14 * 60 + 10)
    for key, panel in trip.panels.items():
        for series in panel.series:
            assert np.array_equal(series.values[before], plain.panels[key].of(series.name).values[before]), series.name


def test_machines_without_power_stop_training_before_they_stop_answering(result, trip):
    of = {name: trip.panels["compute"].of(f"{name}_accelerators").values for name in ("training", "serving", "ready", "unpowered")}
    shed = of["unpowered"] > 0.0
    assert shed.any() and (of["training"][shed] > 0.0).all() and "loses no token" in " ".join(trip.panels["products"].says)
    total = sum(of.values())
    plain = day_of(result, HOT, campus="north")
    assert total == pytest.approx(sum(plain.panels["compute"].of(f"{name}_accelerators").values for name in of), rel=1e-9)


def test_spare_unit_starts_from_cold_and_battery_bridges(result):
    """On a cool morning one unit runs and one stands: the second needs its start, and the home soon hears one unit again."""
    day = day_of(result, date(2026, 7, 14), campus="north", trip_minute=130)
    now, minutes = day.supply.minutes, day.supply.bridge_min
    assert minutes == 10 and now.unit_starts[:, 130].sum() == 1.0
    bridge = slice(130, 130 + minutes)
    assert now.unit_running.sum(axis=0)[bridge].max() == 0.0 and now.unit_running.sum(axis=0)[130 + minutes] == 1.0
    assert now.battery_mw[bridge] == pytest.approx(4.0, abs=1e-6) and now.unserved_mw[bridge].min() > 0.0
    start = day.panels["neighbours"].of("nox_g_per_s").values
    assert start[130] > start[129], "a start sends more NOx than the unit in its run"


def test_sums_of_the_day_are_sums_of_its_hours_and_minutes(trip):
    told = trip.plain()
    for key, panel in told["panels"].items():
        for series in trip.panels[key].series:
            if series.rule == "sum":
                hours = sum(panel["hourly"][series.name]) * 60.0 * series.per_minute
                assert panel["sums"][series.total or series.name] == pytest.approx(hours, rel=1e-9, abs=1e-9)
            assert len(told["minutes"][key][series.name]) == 1440


def test_any_place_can_be_the_home(result, plain):
    spec = result.scenario["campuses"]["north"]["receptors"]["home"]
    assert plain.home.label == "north/home", "the loudest receptor is the home"
    same = day_of(result, HOT, place=Place(spec["lat"], spec["lon"]))
    assert np.array_equal(same.panels["neighbours"].of("level_dba").values, plain.panels["neighbours"].of("level_dba").values)


@pytest.mark.parametrize(
    "day, campus, why", [(date(2030, 1, 1), None, "outside of the run"), (date(2026, 3, 1), "later", "first stand in 2026-12")]
)
def test_what_cannot_be_shown_is_said(result, day, campus, why):
    with pytest.raises(ScenarioError, match=why):
        day_of(result, day, campus=campus)


@pytest.mark.parametrize("text", ["2026-13-01", "yesterday", "2028-02-29"])
def test_no_day_is_refused(text):
    with pytest.raises(ScenarioError, match=r"no day|365 days"):
        parsed_day(text)


@pytest.mark.parametrize("text", ["24:00", "9", "12:60"])
def test_no_time_is_refused(text):
    with pytest.raises(ScenarioError, match="no time"):
        parsed_minute(text)


def test_a_campus_without_units_has_none_to_trip(result):
    with pytest.raises(ScenarioError, match="none to trip"):
        day_of(result, date(2027, 1, 5), campus="later", trip_minute=600)


def test_a_campus_without_a_company_says_so(tmp_path):
    from gigacampus import api
    from tests.rerun.day.conftest import SCENARIO

    text = SCENARIO.replace("TARIFF", "flat_60").replace("months: 15", "months: 2")
    path = tmp_path / "alone.yaml"
    path.write_text(text[: text.index("company:")] + "company: null\n", encoding="utf-8")
    result = api.compute(path, twin=False)
    day = day_of(result, date(2026, 1, 8), campus="north")
    money = day.panels["money"]
    assert {s.name for s in money.series} == {"grid_usd_per_h", "gas_usd_per_h"} and "no company" in money.says[0]
    hours = result.reference("grid_mw_h")[0, 7 * 24 : 8 * 24]
    assert money.of("grid_usd_per_h").hourly() == pytest.approx(60.0 * hours, rel=1e-6)
    asked = day.panels["products"].of("tokens_asked_per_min").of_day()
    assert asked == pytest.approx(result.reference("tokens_demanded")[0] / 31, rel=1e-6)


def test_command_prints_sums_by_panel_and_words_for_wrong_days(folder, capsys):
    import json

    from typer.testing import CliRunner

    from gigacampus.cli import application

    run = CliRunner().invoke
    told = run(application(), ["day", str(folder), "--date", "2026-06-10", "--trip", "14:10", "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert set(found["panels"]) == {"compute", "power", "neighbours", "products", "money"}
    assert found["trip"]["at"] == "14:10" and found["home"]["label"] == "north/home"
    assert len(found["panels"]["power"]["hourly"]["grid_mw"]) == 24
    shown = run(application(), ["day", str(folder), "--date", "2026-06-10"])
    assert shown.exit_code == 0 and shown.stdout.count("│ day") == 5
    wrong = run(application(), ["day", str(folder), "--date", "2031-06-10"])
    assert wrong.exit_code == 2 and "outside of the run" in wrong.output
