"""A scenario of a place that a stranger names: it loads, says every default, and a campus without a company has no books."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gigacampus import api
from gigacampus.answers import runner
from gigacampus.cli.new import _wish
from gigacampus.foundation.errors import ScenarioError
from gigacampus.report.page import page
from gigacampus.results.result import refuse_without_company
from gigacampus.scenario.document import load, read_string
from gigacampus.scenario.place_starter import POWERS, Wish, campus_at
from gigacampus.scenario.places import nearest_station, tracked

DAY = date(2026, 10, 1)
PLACES = {"memphis": (34.98, -90.03), "ashburn": (39.04, -77.49), "amarillo": (35.2, -101.8), "toronto": (43.65, -79.4)}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A run of a campus without a company."""
    path = tmp_path_factory.mktemp("alone") / "mine.yaml"
    path.write_text(campus_at(Wish("Mine", *PLACES["memphis"], 60.0, "gas", False, DAY)).text, encoding="utf-8")
    return api.compute(path, sets=("horizon.months=18", "run.worlds=3", "run.draws=4"))


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("place", PLACES)
def test_every_place_and_supply_loads_with_every_default_told(place, power, tmp_path):
    made = campus_at(Wish("Mine", *PLACES[place], 250.0, power, place != "memphis", DAY))
    (tmp_path / "mine.yaml").write_text(made.text, encoding="utf-8")
    scenario, document = load(tmp_path / "mine.yaml")
    assert scenario.company.absent == (place == "memphis")
    for default in made.defaults:
        parts = default.path.split(".")
        held = document.data["uncertainty"][".".join(parts[1:])] if parts[0] == "uncertainty" else document.value(default.path)
        assert held is not None and default.confidence in ("seen", "derived", "recalled", "assumed") and default.source, default
    assert set(scenario.uncertainty) == {d.path.removeprefix("uncertainty.") for d in made.defaults if d.path.startswith("uncertainty.")}


def test_people_around_become_receptors_each_direction_first():
    made = campus_at(Wish("Mine", *PLACES["memphis"], 60.0, as_of=DAY))
    assert made.text.count("Block group") == 10 and "census of 2020" in made.told[2]
    assert "1_km_north" in campus_at(Wish("Mine", *PLACES["ashburn"], 60.0, as_of=DAY)).text


def test_far_weather_is_said_and_farther_is_refused():
    assert f"{nearest_station(*PLACES['ashburn']).km:,.0f} km away" in campus_at(Wish("Mine", *PLACES["ashburn"], 60.0, as_of=DAY)).told[1]
    with pytest.raises(ScenarioError, match="--weather"):
        campus_at(Wish("Mine", 48.1, 11.6, 60.0, as_of=DAY))


def test_a_tracked_site_is_named_and_a_plain_name_stays_a_plain_starter():
    assert _wish("mine", None, None, None, False) is None
    for key, site in tracked().items():
        wish = _wish(key, None, None, None, True)
        assert (wish.lat, wish.lon, wish.mw, wish.company) == (site.lat, site.lon, site.mw, False)


def test_without_a_company_nothing_speaks_of_its_money(alone):
    found = runner.ask(alone)
    told = [json.dumps(found, default=str), json.dumps(alone.manifest["headline"]), page(alone, None)]
    for text in told:
        assert "runway" not in text.lower() and " cash" not in text.lower()
    assert not {"Q18", "Q19", "Q20"} & {row["id"] for row in found}
    assert alone.has("county_paid_usd") and not alone.has("cash_usd")
    with pytest.raises(ScenarioError, match="without a company"):
        refuse_without_company(alone)


def test_a_company_can_be_taken_away_and_brought_back():
    text = "title: A\nas_of: 2026-01-15\nhorizon: {start: 2026-01-01}\ncampuses: {}\ncompany: {opening_cash_usd: 1e9}\n"
    text += "uncertainty: {company.opening_cash_usd: {kind: normal, p10: 1e9, p90: 2e9}}\n"
    gone = read_string(text, sets=["company=null"]).data
    assert gone["company"] == {"absent": True} and gone["uncertainty"] == {}
    assert "absent" not in read_string(text, sets=["company=null", "company.title=B"]).data["company"]
