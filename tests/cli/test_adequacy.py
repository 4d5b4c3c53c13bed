"""`gigacampus adequacy` on an island whose units a court stops for a quarter: what was wanted, what outages cost, wrong arguments."""

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


def call(*arguments):
    done = CliRunner().invoke(application(), ["adequacy", *(str(a) for a in arguments)])
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


@pytest.mark.parametrize(
    ("arguments", "word"), [(("--campus", "south"), "north"), (("--year", "2031"), "2026"), (("--year", "soon"), "2026")], ids=str
)
def test_wrong_arguments_are_refused_with_what_would_be_right(run, arguments, word):
    code, text, _ = call(run, *arguments)
    assert code == 2 and word in text
