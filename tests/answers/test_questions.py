"""Answers: each has value, unit, band, drivers and sources, or a named reason; what the run does not hold is not made up."""

import json
import re

import numpy as np
import pytest
import typer

from gigacampus.answers import air_standards, drivers, runner
from gigacampus.answers.answer import deviation, questions
from gigacampus.answers.headline import level_at
from gigacampus.answers.questions.grid_peak import worst_hours
from gigacampus.cli.answer import answer
from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.mitigation.wall_effect import LIMITS
from gigacampus.rerun import address_grid, noise_neighbourhood, point_levels, reopen
from gigacampus.rerun.noise_neighbourhood import permanent
from gigacampus.rerun.place import Place, nearest_campus, parse
from gigacampus.results.periods import year_ahead

ANSWERED = [f"Q{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)]
NEAR_PLANT = Place(34.985, -90.035)


@pytest.fixture(scope="module")
def answers(result):
    return {row["id"]: row for row in runner.ask(result)}


def test_every_question_is_listed_with_its_file(answers):
    assert list(answers) == list(questions().names)


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_has_value_unit_band_drivers_and_sources(name, answers):
    row = answers[name]
    assert isinstance(row["value"], float) and row["unit"], row["text"]
    assert row["low"] is not None and row["low"] <= row["value"] and (row["high"] is None or row["value"] <= row["high"])
    assert row["drivers"] and row["sources"] and row["level"] in (0, 1, 2)
    json.dumps(row, allow_nan=False)


def test_what_cannot_be_answered_says_why(result):
    bare = type(result)(result.manifest, result.coords, result.scenario, {}, sampled=result.sampled)
    row = runner.ask(bare, ("Q20",))[0]
    assert row["value"] is None and "the run holds no month_of_delay_usd" in row["missing"]


def test_a_run_of_another_version_is_told_so(result):
    """Its scenario holds fields that this version's inputs do not know."""
    other = type(result)(result.manifest, result.coords, {**result.scenario, "moon_phase": 1}, {}, sampled=result.sampled)
    with pytest.raises(ScenarioError, match=r"moon_phase(.|\n)*another version(.|\n)*gigacampus run"):
        reopen.scenario_of(other)


def test_questions_that_exist_are_answered_beside_one_that_does_not(folder, capsys):
    with pytest.raises(typer.Exit) as ended:
        answer(folder, ["Q14", "Q99"], None, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert ended.value.exit_code == 2 and [row["id"] for row in said["answers"]] == ["Q14"]
    assert "Q99" in json.dumps(said["errors"])


def test_known_points_later_than_the_scenario_are_marked_so(answers):
    points_of = {p["name"]: p for row in answers.values() for p in row["known"]}
    assert points_of["march_2026_mgd"]["later"] and not points_of["permitted_kg_per_mwh"]["later"]
    assert answers["Q05"]["known_point"] is None and answers["Q03"]["deviation"] is not None
    assert abs(points_of["permitted_kg_per_mwh"]["deviation"]) < 0.15


def test_the_runs_own_manifest_carries_the_answers_and_the_map(result):
    assert [row["id"] for row in result.manifest["answers"]] == list(questions().names)
    from gigacampus.report import maps

    read = maps.map_data(result)["door"]
    names = {f["name"] for f in read["fields"]}
    assert names >= {*maps.QUANTITIES, "later_noise_night_dba", "octave_63"} and all(f["low"] and f["high"] for f in read["fields"])
    later = next(f for f in read["fields"] if f["name"] == "later_noise_night_dba")
    assert later["titles"] == ["Level by night, when finished", "Level by night, permanent units alone"]
    assert any("41 permanent units" in note for note in read["notes"]) and "G 0.5" in read["notes"][0]


def test_a_point_on_a_receptor_gets_that_receptors_level(result):
    spec = result.scenario["campuses"]["colossus_2"]["receptors"]["southaven_4211"]
    row = result.coords["receptor"].index("colossus_2/southaven_4211")
    for stage, name in (("noise", "noise_night_dba"), ("air", "no2_ugm3")):
        here = point_levels.levels(result, stage, [("colossus_2", spec["lat"], spec["lon"])], first=12, months=12, use_cache=False)
        np.testing.assert_allclose(here[name][0], result.reference(name)[row, 12:24], rtol=1e-9)


def test_the_door_quietens_and_thins_with_distance(result):
    grid = address_grid.door(result)
    ring = np.array(grid["noise_night_dba"]).reshape(2, len(address_grid.RADII_M), address_grid.BEARINGS).mean(axis=2)
    assert (np.diff(ring[1][1:7]) < 0).all()
    assert len(grid["lat"]) == len(grid["no2_ugm3"]) == 2 * len(address_grid.RADII_M) * address_grid.BEARINGS


def test_at_a_followed_place_the_door_says_of_octaves_and_of_when_finished_what_the_answer_says(result, answers):
    asked = answers["Q01"]
    rows = dict(zip(result.coords["receptor"], result.manifest["map"]["door"]["places"], strict=True))
    here, figures = rows[asked["place"]]["fields"], {f["id"]: f for f in asked["figures"]}
    for word in ("night", "day"):
        told = figures[f"Q01_{word}_permanent"]
        assert here[f"later_noise_{word}_dba"] == pytest.approx([told[k] for k in ("value", "low", "high")])
    for band in asked["table"]:
        assert here[f"octave_{band['band_hz']}"][0] == pytest.approx(band["now_db"], abs=0.051)
    elsewhere = next(name for name in rows if name.startswith("colossus_1/"))
    last = len(result.coords["month"]) - 1
    own = level_at(result, "", "", result.coords["receptor"].index(elsewhere), slice(last, last + 1), "noise_night_dba")
    assert permanent(result, "colossus_1") is None
    assert rows[elsewhere]["fields"]["later_noise_night_dba"] == pytest.approx([own.value, own.low, own.high])


def test_a_place_changes_the_answer_and_says_where_it_is(result):
    here, there = (runner.ask(result, ("Q01",), place)[0] for place in (NEAR_PLANT, Place(34.95, -90.0)))
    assert here["value"] > there["value"] + 10 and "km from the plant" in here["figures"][0]["note"] and here["low"] < here["value"]
    assert here["map"]["features"][0]["geometry"]["coordinates"] == [NEAR_PLANT.lon, NEAR_PLANT.lat]


@pytest.mark.parametrize("text", ["", "35", "35;-90", "95,-90", "35,-190", "nan,nan", "1e9,1", "35,-90,0", "' or 1=1"])
def test_a_place_that_is_none_gives_one_clear_error(text):
    with pytest.raises(ScenarioError) as error:
        parse(text)
    assert "--at" in str(error.value)


def test_a_place_far_from_every_campus_is_refused(result):
    with pytest.raises(ScenarioError, match="models reach"):
        nearest_campus(result, Place(48.85, 2.35))


def test_drivers_find_the_input_that_moves_an_output(result):
    column = result.sampled.draws["company.opening_cash_usd"]
    found = drivers.drivers(result, column**3, "draw", ("company",))
    assert found[0] == {"input": "company.opening_cash_usd", "rank_correlation": 1.0, "clear": True}
    assert not any(row["input"].startswith("company") for row in drivers.drivers(result, np.arange(5.0), "world", ("noise",)))


def test_deviations_of_levels_and_months_are_differences():
    assert deviation("2026-12", "2026-07", "month") == 5.0 and deviation(50.0, 40.0, "dBA") == 10.0 and deviation(50.0, 40.0, "MW") == 0.25


def test_the_worst_hours_lie_within_the_year():
    rows = worst_hours()
    assert sorted(rows) == ["2022", "2023", "2024"] and all(len(set(r)) == 100 and r.min() >= 0 and r.max() < 8760 for r in rows.values())


def test_an_unknown_question_names_the_nearest(result):
    with pytest.raises(ScenarioError) as error:
        runner.ask(result, ("promise",))
    assert "promises" in str(error.value)


def test_the_permanent_plant_alone_is_the_41_units_and_not_what_is_uncommitted(result):
    later = noise_neighbourhood.permanent(result, "colossus_2")
    assert later.turbines == 41.0 and "colossus_2/plant_next" not in later.units and "colossus_2/trailers_june" not in later.units
    month = result.coords["month"][later.month]
    gone = [b["in_service"] for b in result.scenario["campuses"]["colossus_2"]["blocks"].values() if b["kind"] == "retirement"]
    assert month > max(gone)[:7] and noise_neighbourhood.permanent(result, "colossus_1") is None
    spec = result.scenario["campuses"]["colossus_2"]["receptors"]["homes_se"]
    place = [("colossus_2", spec["lat"], spec["lon"])]
    alone, everything, silent = (
        point_levels.levels(result, "noise", place, first=later.month, months=1, units=u)["noise_night_dba"][0, 0]
        for u in (later.units, None, frozenset())
    )
    assert silent < alone <= everything


def test_noise_at_home_tells_today_later_octaves_wind_and_ground(answers):
    row = answers["Q01"]
    named = {f["id"]: f for f in row["figures"]}
    assert {"Q01_day", "Q01_night_permanent", "Q01_day_permanent", "Q01_night_later"} <= set(named)
    assert "41 permanent units" in named["Q01_night_permanent"]["title"] and named["Q01_night_permanent"]["low"] is not None
    assert "G 0.5" in row["figures"][0]["note"] or any("G 0.5" in f["note"] for f in row["figures"]) or "G 0.5" in json.dumps(row)
    assert all(f["high"] - f["low"] > 6.0 for f in named.values() if f["unit"] == "dBA"), "a level without its own half width"
    assert len(row["table"]) == 9 and set(row["table"][0]) == {"band_hz", "now_db", "permanent_db"}
    kinds = {f["geometry"]["type"] for f in row["map"]["features"]}
    assert kinds == {"Point", "MultiLineString"}


def test_the_wall_is_explained_at_every_neighbour_of_its_campus(answers, result):
    table = answers["Q02"]["table"]
    near = [label for label in result.coords["receptor"] if label.startswith("colossus_2/")]
    assert [row["receptor"] for row in table] == near
    for row in table:
        shares = [v for k, v in row.items() if k.startswith("left_")]
        assert sum(shares) == pytest.approx(1.0, abs=0.01) and row["limit"] in LIMITS and "gain_63_hz_db" in row and "gain_dbc" in row
    best = max(table, key=lambda row: row["gain_dba"])
    assert best["receptor"] == "colossus_2/southaven_4211" and best["gain_31.5_hz_db"] > 0.0


def test_people_above_by_month_grow_with_the_turbines(result):
    given = result.manifest["map"]["people_above"]
    people = np.array(given["people"])
    assert people.shape == (len(result.coords["month"]), 2) and (people[:, 0] >= people[:, 1]).all()
    before, now = result.coords["month"].index("2025-06"), result.coords["month"].index("2026-06")
    assert people[now, 0] > people[before, 0] and (np.array(given["low"]) <= people).all() and (people <= np.array(given["high"])).all()
    assert people.max() <= given["people_within_reach"]


def test_a_campus_without_generators_receptors_or_people_nearby_still_has_a_map(tmp_path):
    from gigacampus import api

    path = tmp_path / "x.yaml"
    path.write_text(
        "title: x\nas_of: 2026-01-15\nhorizon: {start: 2026-01-01, months: 6}\ncampuses:\n  north:\n"
        "    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}\n    blocks:\n"
        "      grid: {kind: grid_tranche, mw: 60, in_service: 2026-01-01}\n"
        "      chips: {kind: accelerators, model: lib:accelerators/h100, count: 9000, in_service: 2026-01-01}\n"
        "company: {opening_cash_usd: 1.0e+9}\n",
        encoding="utf-8",
    )
    found = api.compute(path, worlds=1, draws=2, twin=False)
    assert noise_neighbourhood.permanent(found, "north") is None and found.manifest["map"]["people_above"] == {}
    assert found.manifest["answers"][0]["value"] is None and isinstance(found.manifest["map"]["contours"], list)


def test_air_is_told_for_every_place_and_against_the_standards(answers, result):
    row = answers["Q04"]
    shares = {f["id"]: f for f in row["figures"]}
    assert shares["Q04_pm25_limit"]["value"] == pytest.approx((8.5 + shares["Q04_pm25"]["value"]) / 9.0, rel=1e-6)
    worst, last = result.coords["receptor"].index(row["place"]), year_ahead(result).stop - 1
    form, daily = (np.median(result.samples(name)[:, worst, last]) for name in ("no2_98th_1h_ugm3", "pm25_98th_24h_ugm3"))
    behind = result.scenario["campuses"][row["place"].split("/")[0]]["air"]["background_no2_ugm3"]
    assert shares["Q04_no2_limit"]["value"] == pytest.approx((form + behind) / 188.0, rel=1e-6) and form > 0.0
    assert "188" in shares["Q04_no2_limit"]["note"] and "98th percentile" in shares["Q04_no2_limit"]["title"]
    assert shares["Q04_no2_year_limit"]["value"] == pytest.approx((row["value"] + behind) / (53.0 * 1.88), rel=1e-6)
    assert shares["Q04_pm25_day_limit"]["value"] == pytest.approx((8.5 + daily) / 35.0, rel=1e-6)
    assert shares["Q04_no2_sil"]["value"] == pytest.approx(shares["Q04_hour"]["value"] / 7.5, rel=1e-6)
    assert [r["receptor"] for r in row["table"]] == result.coords["receptor"]


def test_every_air_figure_of_a_place_carries_the_error_of_the_plume(folder, result):
    """Means spread by 1.3 and short terms by 1.6 (one standard deviation), so the ends lie at least so far apart, door by door."""
    site = result.scenario["campuses"]["colossus_2"]["site"]
    found = runner.ask(result, ("Q04",), Place(site["lat"] + 0.02, site["lon"]))[0]
    shown = {f["id"]: f for f in (found, *found["figures"]) if f["id"] != "Q04_hours"}
    assert len(shown) == 10
    for id, made in shown.items():
        limit, behind = (1.0, 0.0) if made["unit"] == "ug/m3" else told_limit(made["note"])
        spread = 1.6 if id in SHORT_TERM else 1.3
        low, high = (made[end] * limit - behind for end in ("low", "high"))
        assert high / low >= spread ** (2.0 * 1.2815) * (1.0 - 1e-6), id


def test_worlds_wider_than_their_median_reach_down_to_nothing_and_stay_numbers(result, monkeypatch):
    monkeypatch.setattr(address_grid, "relative_half_width", lambda result, name: 1.5)
    low, high = address_grid.air_band(result, "pm25_ugm3", np.array([0.2]), 2000.0)
    assert low.tolist() == [0.0] and high[0] == pytest.approx(0.2 * np.exp(np.hypot(np.log(2.5), 1.2815516 * np.log(1.3))))


def test_no_background_is_said_to_be_increment_only(result, monkeypatch):
    worst = result.coords["receptor"].index("colossus_2/southaven_4211")
    with_it = {f.id: f for f in air_standards.at_receptor(result, worst)}
    monkeypatch.setitem(result.scenario["campuses"]["colossus_2"]["air"], "background_no2_ugm3", 0.0)
    without = {f.id: f for f in air_standards.at_receptor(result, worst)}
    made, before = without["Q04_no2_limit"], with_it["Q04_no2_limit"]
    assert "increment only" in made.note and "with the background" not in made.title
    assert "increment only" not in before.note and before.value - made.value == pytest.approx(15.0 / 188.0)
    assert without["Q04_no2_sil"].value == with_it["Q04_no2_sil"].value


SHORT_TERM = {"Q04_hour", "Q04_no2_limit", "Q04_pm25_day_limit", "Q04_no2_sil", "Q04_pm25_day_sil"}


def told_limit(note):
    """Limit and background in the words of a note."""
    limit = re.search(r"(?:standard|level of) ([0-9.]+) ug", note)
    behind = re.search(r"background of ([0-9.]+) ug", note)
    return float(limit[1]), float(behind[1]) if behind else 0.0


def test_one_figure_is_the_same_wherever_it_is_told(answers, result):
    head = {row["id"]: row for row in result.manifest["headline"]}
    for name, question in (("nox_year", "Q03"), ("co2_year", "Q13"), ("water_mgd", "Q05"), ("county_paid", "Q09"), ("date_1_gw", "Q14")):
        for end in ("low", "value", "high"):
            assert head[name][end] == pytest.approx(answers[question][end], rel=1e-9)
    part = {f["id"]: f["value"] for f in answers["Q18"]["figures"]}
    assert part["Q18_burn"] == head["burn_month"]["value"] and part["Q18_month"] == head["runway"]["value"]


def test_answers_cite_what_their_own_stages_read(answers):
    assert answers["Q01"]["sources"] != answers["Q05"]["sources"] != answers["Q18"]["sources"]


def test_answers_hold_what_was_asked_for(answers):
    """The permit in Q03, cars in Q11, yes or no in Q15, the price in Q19; bodies in words in Q09."""
    permit = next(f for f in answers["Q03"]["figures"] if f["id"] == "Q03_permit_colossus_1")
    assert permit["unit"] == "share" and "87.1 short tons" in permit["title"] and 0.0 < permit["value"] < 1.0
    cars, people = ({f["id"]: f["value"] for f in answers["Q11"]["figures"]}[k] for k in ("Q11_cars", "Q11_workers_on_site"))
    assert cars == pytest.approx(people / 1.2)
    assert answers["Q15"]["said"].startswith("no: ")
    assert any(f["id"] == "Q19_price" for f in answers["Q19"]["figures"])
    assert not any("/" in f["title"] for f in answers["Q09"]["figures"])


def test_stated_server_power_is_held_against_what_the_two_clusters_are_rated(answers, result):
    """110,000 of each: 2.09 kW and 2.217 kW as they were known on the day."""
    row = answers["Q17"]
    point = next(p for p in row["known"] if p["name"] == "server_mw")
    figures = {f["id"]: f["value"] for f in row["figures"]}
    assert point["ours"] == figures["Q17_rated"] == pytest.approx(110.0 * (2.09 + 2.217))
    assert abs(point["deviation"]) < 0.15
    month = result.coords["month"].index("2026-05")
    serving = np.median(result.planned("it_in_service_mw")[1:, result.index("campus", "colossus_2"), month])
    assert figures["Q17_in_service"] == pytest.approx(serving) and f"{serving:,.0f} MW in service" in row["text"]


def test_recycled_water_counts_from_its_day_on_in_source_and_share(monkeypatch):
    from datetime import date
    from types import SimpleNamespace

    from gigacampus.answers.questions import aquifer, gallons
    from gigacampus.foundation.units import M3_PER_GALLON
    from gigacampus.schema.neighbours import WaterSpec

    labels = [f"2026-{m:02d}" for m in range(1, 13)]
    water = WaterSpec(recycled_share_frac=0.5, recycled_from=date(2026, 7, 1), utility_m3_per_day=1000.0)
    campuses = {"north": SimpleNamespace(water=water)}
    result = SimpleNamespace(
        coords={"month": labels, "campus": ["north"]},
        scenario={"campuses": {"north": {"water": {"recycled_share_frac": 0.5, "utility_m3_per_day": 1000.0}}}},
        samples=lambda name: np.full((1, 1, 12), 3650.0),
    )
    monkeypatch.setattr(gallons, "reference_scenario", lambda result: SimpleNamespace(campuses=campuses))
    np.testing.assert_allclose(gallons.recycled_by_month(result), [[0.0] * 6 + [0.5] * 6])
    for name, stands_in in (("needed", lambda *a: None), ("year_ahead", lambda r: slice(0, 12)), ("days", lambda r, m: np.array([365.0]))):
        monkeypatch.setattr(aquifer, name, stands_in)
    shown = {}
    monkeypatch.setattr(aquifer, "figure", lambda key, words, values, *rest, **more: shown.setdefault(key, values))
    monkeypatch.setattr(aquifer, "Answer", lambda *parts, **more: None)
    monkeypatch.setattr(aquifer.gallons, "compare", lambda result: {})
    aquifer.answer(result)
    assert shown["Q06"][0] == pytest.approx(0.75 * 12 * 3650.0 / 365.0 / 1000.0)
    assert shown["Q06_households"][0] == pytest.approx(90.0 / M3_PER_GALLON / 300.0)
