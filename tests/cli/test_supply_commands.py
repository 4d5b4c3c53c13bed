"""`gigacampus adequacy` and `swings` on an island whose units a court stops for a quarter, and wrong arguments."""

import json

import pytest
from typer.testing import CliRunner

from gigacampus.cli import application

SCENARIO = """\
title: An island
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 12}
run: {worlds: 1, draws: 2}
company: {absent: true}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    power: {order: onsite_first, adequacy: {transformer_units: 1}}
    schedule: {slip: none}
    blocks:
      turbines: {kind: generators, model: "lib:generators/titan_130", count: 5, in_service: 2025-11-01}
      battery: {kind: battery, model: "lib:batteries/megapack_2xl", mw: 20, mwh: 40, in_service: 2025-11-01}
      dry: {kind: cooling, model: "lib:cooling/dry_cooler_generic", heat_mw: 60, in_service: 2025-11-01}
      chips: {kind: accelerators, model: "lib:accelerators/gb200", count: 22000, in_service: 2025-12-01}
      court: {kind: legal, stops: [turbines], probability_frac: 1.0, duration_days: 92, in_service: 2026-07-01}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from gigacampus import api

    path = tmp_path_factory.mktemp("island") / "island.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    result = api.compute(path, twin=False)
    return api.save(result, tmp_path_factory.mktemp("runs"), "island")


def call(*arguments, command="adequacy"):
    done = CliRunner().invoke(application(), [command, *(str(a) for a in arguments)])
    return done.exit_code, done.output, done.stdout


@pytest.fixture(scope="module")
def report(run):
    code, _, text = call(run, "--json", "--years", "20")
    assert code == 0
    return json.loads(text)["campuses"]["north"]


def test_a_plant_that_a_court_stops_leaves_the_plan_unserved_where_dispatch_says_nothing_is_unmet(run, report):
    from gigacampus.results import store

    result = store.read(run)
    stopped = {row["month"]: row for row in report["months"]}
    assert result.planned("unserved_hours")[0, 0, 6:9].sum() == 0.0
    assert [stopped[f"2026-{m:02d}"]["plan_unserved_hours"] for m in (6, 7, 8, 9)] == [0.0, 744.0, 744.0, 720.0]
    assert stopped["2026-08"]["plan_unserved_mwh"] == pytest.approx(stopped["2026-08"]["plan_mwh"])
    assert report["by_table"]["plan_unserved_hours"]["p50"] >= 744 + 744 + 720


def test_tables_and_single_faults_agree_with_each_other(report):
    table, faults = report["by_table"], {row["fault"]: row for row in report["single_faults"]}
    assert table["eue_mwh"]["p50"] == pytest.approx(sum(row["eue_mwh"] for row in report["months"]), rel=1e-4)
    assert faults["two titan_130"]["lost_mw"] == pytest.approx(2 * faults["one titan_130"]["lost_mw"], rel=0.1)
    assert faults["the gas lateral: all units"]["short_hours_of_year"] > faults["two titan_130"]["short_hours_of_year"]
    assert table["n2_short_hours"]["p50"] >= table["n1_short_hours"]["p50"] >= 0
    assert 0.6 < table["firm_over_nameplate_frac"]["p50"] < 0.8
    assert report["simulated"]["with_battery"]["eue_mwh"]["mean"] <= report["simulated"]["without_battery"]["eue_mwh"]["mean"]


def test_the_text_says_what_was_wanted_and_what_one_unit_means(run):
    code, text, _ = call(run, "--campus", "north", "--years", "2")
    assert code == 0 and "The plan wanted" in text and "one titan_130" in text and "training hours lost" in text


def test_the_table_stands_beside_the_simulation_in_one_world_and_the_band_over_worlds_apart(report):
    from gigacampus.cli.adequacy import lines

    reference = report["simulated"]["by_table_reference"] | {"lole_h": 2.5, "eue_mwh": 30.0}
    steady, torn = ({"p10": low, "p50": 404.0, "p90": high} for low, high in ((400.0, 410.0), (82.0, 727.0)))

    def told(band):
        shown = report | {"simulated": report["simulated"] | {"by_table_reference": reference}}
        return [line for line in lines("north", 2026, shown | {"by_table": report["by_table"] | {"lole_h": band}}) if "no battery" in line]

    assert [line.split(":")[0].strip() for line in told(torn)] == [
        "Reference world, table of outages, no battery",
        "Reference world, simulated, no battery",
        "All worlds, table of outages, no battery",
    ]
    assert told(torn)[0].endswith(": 2.50 h, 30.00 MWh") and "404.00 (82.00 to 727.00) h" in told(torn)[2]
    assert "wide since worlds differ" in told(torn)[2] and "wide" not in told(steady)[2]


@pytest.mark.parametrize(
    ("arguments", "word"), [(("--campus", "south"), "north"), (("--year", "2031"), "2026"), (("--year", "soon"), "2026")], ids=str
)
def test_wrong_arguments_are_refused_with_what_would_be_right(run, arguments, word):
    code, text, _ = call(run, *arguments)
    assert code == 2 and word in text


@pytest.fixture(scope="module")
def swings(run):
    code, _, text = call(run, "--json", "--month", "2026-03", command="swings")
    assert code == 0
    return json.loads(text)["campuses"]["north"]


def test_swings_shrink_from_stage_to_stage_and_each_row_is_judged(swings):
    ramps = [stage["ramp_down_mw_per_min"] for stage in swings["stages"]]
    assert ramps == sorted(ramps, reverse=True) and ramps[0] > ramps[-1] > 0.0
    for row in swings["specification"]:
        assert row["verdict"] == ("PASS" if row["value"] <= row["limit"] else "FAIL")
    assert "FAIL" in {row["verdict"] for row in swings["specification"]} and swings["storage_needed"]["energy_mwh"] > 0.0
    assert max(swings["spectrum"]["amplitude_mw"]) < swings["at_work_mw"]


def test_an_island_says_what_a_job_that_stops_and_a_unit_that_trips_do(swings):
    island = swings["island"]
    stop, trip = island["events"]
    assert island["applies"] and stop["deviation_hz"] > 0.0 > trip["deviation_hz"]
    assert abs(stop["deviation_with_battery_hz"]) < abs(stop["deviation_hz"])
    expected = -60.0 * trip["step_mw"] / (2.0 * 3.0 * (island["running_units_mva"] - 16.47 / 0.8))
    assert trip["rocof_hz_per_s"] == pytest.approx(expected, rel=0.02)


def test_a_floor_takes_swing_off_and_burns_energy(run):
    from gigacampus.power.swings.spectrum import through
    from gigacampus.rerun.swings import waves_of
    from gigacampus.schema.power import PowerSpec
    from gigacampus.schema.swings import SwingSpec

    free, held = (PowerSpec(swings=SwingSpec(floor_frac=f, ramp_frac_per_s=r)) for f, r in ((0.0, 0.0), (0.8, 0.5)))
    wide, narrow = (through(waves_of(100.0, power), [], (0.1, 20.0))[0] for power in (free, held))
    assert narrow.range_mw == pytest.approx(40.0, rel=0.05) and wide.range_mw == pytest.approx(123.0, rel=0.05)
    assert narrow.ramp_down_mw_per_s < 0.1 * wide.ramp_down_mw_per_s


def test_swings_are_told_in_words_and_a_wrong_month_is_refused(run):
    code, text, _ = call(run, "--month", "2026-03", command="swings")
    assert code == 0 and "FAIL  ramp down" in text and "As an island (no grid connection)" in text
    for arguments, word in ((("--month", "2031-01"), "2026-01 to 2026-12"), (("--month", "2026-08"), "no accelerator works")):
        code, text, _ = call(run, *arguments, command="swings")
        assert code == 2 and word in text


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("adequacy", ("--years", "2"), ("计划需要", "单个故障", "最小余量")),
        ("swings", ("--month", "2026-03"), ("用电", "作为离网", "限值")),
    ],
)
def test_supply_is_told_in_chinese_and_another_language_refused(run, command, arguments, said):
    code, text, _ = call(run, *arguments, "--lang", "zh", command=command)
    assert code == 0 and all(word in text for word in said)
    assert "The plan wanted" not in text and "accelerators of the jobs" not in text and "Firm in" not in text
    code, text, _ = call(run, "--lang", "fr", command=command)
    assert code == 2 and "en, zh" in text
