"""One figure has one number: whichever door is asked, in every shipped scenario."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers import runner
from gigacampus.answers.claims.reading import folded
from gigacampus.answers.claims.register import Judge
from gigacampus.answers.figures import BANDED, State
from gigacampus.foundation.units import KG_PER_SHORT_TON
from gigacampus.registry.company_variables import PERIMETERS
from gigacampus.report import maps, page
from gigacampus.report.markup import raised
from gigacampus.report.sections import shown_value
from gigacampus.rerun.place import Place
from gigacampus.results import store
from gigacampus.results.query import query
from gigacampus.results.result import has_company
from gigacampus.server.reading import summary

ROOT = Path(__file__).parents[2]
SHIPPED = [*sorted((ROOT / "scenarios").glob("*.yaml")), *sorted((ROOT / "scenarios" / "peers").glob("*.yaml"))]
QUICK = ("xai-2026-01", "hybrid-campus", "goodnight")
"""Asked in every test run; the others in the long one."""
SAME = {
    "nox_year": "Q03",
    "co2_year": "Q13",
    "noise_night": "Q01_year",
    "water_mgd": "Q05",
    "gate_delay": "Q11",
    "unmet_hours_year": "Q07_unmet",
    "burn_month": "Q18_burn",
    "runway": "Q18_month",
    "break_even_ebitda": "Q18_ebitda",
    "escape": "Q18_turn",
    "local_escape": "Q18_local",
    "county_paid": "Q09",
    "date_1_gw": "Q14",
}
"""Row of the headline -> figure of the answers that is the same."""
WHOSE = {"county_paid": "public", "burn_month": "lab", "Q18_burn": "lab", "Q09_waived": "public"}
"""Figure -> key of the part that it is of."""
CLAIMS = {
    "nox_year": (Judge(variable="nox_t", months="year_ahead"), 1000.0 / KG_PER_SHORT_TON),
    "county_paid": (Judge(variable="county_paid_usd", months="year_ahead"), 1.0),
    "unmet_hours_year": (Judge(variable="unserved_hours", months="year_ahead"), 1.0),
    "it_mw_now": (Judge(variable="it_in_service_mw", months="as_of", over_months="last"), 1.0),
    "noise_night": (Judge(variable="noise_night_dba", months="year_ahead", over_months="mean"), 1.0),
    "water_m3": (Judge(variable="water_m3", months="year_ahead"), 1.0),
}
"""How the judge of a claim reads the same figure, and the factor between the units."""


@pytest.fixture(scope="module", params=[pytest.param(p, id=p.stem, marks=() if p.stem in QUICK else pytest.mark.slow) for p in SHIPPED])
def run(request, tmp_path_factory):
    """A saved run with few worlds and draws, read back from its folder."""
    if request.param.stem == "xai-2026-01":
        return store.read(request.getfixturevalue("folder"))
    result = api.compute(request.param, worlds=3, draws=6, twin=False)
    folder = api.save(result, tmp_path_factory.mktemp("runs"), request.param.stem)
    return store.read(folder)


def figures_of(rows):
    return [f for row in rows for f in (row, *row.get("figures", []))]


@pytest.fixture(scope="module")
def told(run):
    """Every figure of every door that gives whole figures, with the door's name."""
    doors = {
        "headline": run.manifest["headline"],
        "stored answers": figures_of(run.manifest["answers"]),
        "answers": figures_of(runner.ask(run)),
        "registers": run.manifest["registers"],
        "api": summary("run", run.folder)["headline"],
    }
    return [(door, f) for door, found in doors.items() for f in found]


def test_one_title_period_and_place_have_one_number(told):
    seen = {}
    for door, f in told:
        if f.get("title") and f.get("value") is not None:
            seen.setdefault((f["title"], f["period"], f["place"]), {}).setdefault(json.dumps([f["value"], f["low"], f["high"]]), door)
    twice = {key: found for key, found in seen.items() if len(found) > 1}
    assert len(seen) >= 20 and not twice


def test_a_headline_and_its_answer_are_the_same_figure(run, told):
    answers = {f["id"]: f for door, f in told if door == "answers"}
    rows = {f["id"]: f for f in run.manifest["headline"]}
    met = 0
    for row, answer in SAME.items():
        if row in rows and answer in answers:
            met += 1
            for key in (
                "value",
                "low",
                "high",
                "period",
                "place",
                "perimeter",
                "unit",
                "level",
                "assumed_share",
                "state",
                "spread",
                "computed",
            ):
                assert rows[row][key] == answers[answer][key], (row, key)
    assert met >= sum(row in rows for row in SAME) - 1 and met >= (8 if has_company(run) else 6)


def test_every_figure_of_money_says_whose_it_is(told):
    """Dollars of the books name the part of the company, or the public bodies, that they are of."""
    money = [f for _, f in told if "USD" in (f.get("unit") or "") and ("company" in f.get("stages", ()) or f["id"] in WHOSE)]
    assert money
    for f in money:
        assert any(whose in f["perimeter"] for whose in PERIMETERS.values()), f["id"]
        if f["id"] in WHOSE:
            assert PERIMETERS[WHOSE[f["id"]]] in f["perimeter"], f["id"]


def test_every_figure_says_what_it_is(told):
    states = {str(s) for s in State}
    for door, f in told:
        if door in ("headline", "answers") and f.get("title"):
            for key in ("unit", "period", "place", "perimeter", "computed", "state", "spread", "value_text"):
                assert f[key], (door, f["id"], key)
            assert f["state"] in states, f["id"]
            if f["spread"] not in BANDED:
                assert f["low"] is None and f["high"] is None and f["band_text"] == f["spread"], f["id"]
            if f["value"] is None:
                assert f["state"] != State.KNOWN, f["id"]


def test_a_claim_reads_the_same_number(run):
    rows = {f["id"]: f for f in run.manifest["headline"]}
    for id, (judge, factor) in CLAIMS.items():
        row = rows.get(id)
        if row is None or row["value"] is None:
            continue
        if "/" in row["place"]:
            judge = Judge(variable=judge.variable, months=judge.months, over_months=judge.over_months, places=row["place"])
        assert float(np.median(folded(run, judge)[0])) * factor == pytest.approx(row["value"], rel=1e-12), id


def test_sql_the_report_and_the_notebook_show_the_headline(run):
    _, found = query(run.folder, "SELECT id, value, low, high, text FROM headline")
    text, spoken = page.page(run, None), repr(run)
    for row, (id, value, low, high, said) in zip(run.manifest["headline"], found, strict=True):
        assert (row["id"], row["value"], row["low"], row["high"], row["text"]) == (id, value, low, high, said)
        assert raised(shown_value(row)[0]) in text and row["text"] in spoken


TABLE_FRAC = 1e-3
"""Many places at once read plumes from a table over distance, which is within 1 % by its documents; one place is worked out directly."""


def test_the_address_door_and_a_place_by_its_coordinates_agree(run):
    given = run.manifest["map"]["door"]
    if not given:
        assert not run.has("no2_ugm3")
        return
    for k in (3, 30)[: 1 + run.has("noise_night_dba") * bool(run.coords["receptor"])]:
        rows = {r["id"]: r for r in runner.ask(run, ("Q01", "Q04"), Place(given["lat"][k], given["lon"][k]))}
        fine = next(f for f in rows["Q04"]["figures"] if f["id"] == "Q04_pm25")
        for figure, name in ((rows["Q04"], "no2_ugm3"), (fine, "pm25_ugm3")):
            assert figure["value"] == pytest.approx(given[name][k], abs=6e-7, rel=TABLE_FRAC)
            for end in ("low", "high") if figure["value"] else ():
                assert figure[end] == pytest.approx(given["band"][name][end][k], abs=6e-7, rel=TABLE_FRAC)
        if rows["Q01"]["state"] != State.NOT_BUILT:
            assert rows["Q01"]["value"] == pytest.approx(given["noise_night_dba"][k], abs=6e-5)
            half = given["half_width"]["noise_night_dba"][k]
            assert rows["Q01"]["computed"].startswith("reference world") and half > 0.0


def test_the_map_shows_what_a_place_is_told(run):
    shown = {r["title"]: r for r in maps.receptors(run)}
    for label in run.coords["receptor"][:3]:
        campus, key = label.split("/")
        spec = run.scenario["campuses"][campus]["receptors"][key]
        there = shown.get(spec.get("title") or key.replace("_", " "))
        here = runner.ask(run, ("Q01",), Place(spec["lat"], spec["lon"]))[0]
        if there is None or here["state"] == State.NOT_BUILT:
            continue
        for end, quantile in (("low", "p10"), ("value", "p50"), ("high", "p90")):
            assert there["noise_now_night_dba"][quantile] == pytest.approx(here[end], rel=2e-3)
    row = next(f for f in run.manifest["headline"] if f["id"] == "gate_delay")
    at = run.coords["campus"].index(row["place"].removeprefix("campus "))
    delay = maps.campuses(run)[at].get("peak_delay_min")
    assert delay is None or math.isclose(delay["p50"], row["value"], rel_tol=1e-3)


def test_a_place_needs_no_receptor(run):
    """The answer is for the place itself, also where the scenario names nobody who lives there."""
    site = next(iter(run.scenario["campuses"].values()))["site"]
    rows = {r["id"]: r for r in runner.ask(run, ("Q01", "Q04"), Place(site["lat"] + 0.01, site["lon"]))}
    for row in rows.values():
        assert row["value"] is not None or row["state"] == State.NOT_BUILT, row["text"]
        assert f"{site['lat'] + 0.01:.4f}" in row["place"]
