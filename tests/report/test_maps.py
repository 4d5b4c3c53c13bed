"""What the page is given for its map and door."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.report import map_times, maps, page
from tests.report.synthetic import SyntheticResult


def test_recalled_places_never_reach_the_page(synthetic):
    data = maps.map_data(synthetic)
    assert [r["title"] for r in data["receptors"]].count("A place only recalled") == 0
    assert len(data["receptors"]) == len(synthetic.coords["receptor"]) - 1


def test_levels_of_places_belong_to_them(synthetic):
    place = next(r for r in maps.receptors(synthetic) if r["title"] == "Village centre")
    at = synthetic.coords["receptor"].index("south/village")
    assert place["noise_night_dba"]["p50"] == pytest.approx(np.median(synthetic.samples("noise_night_dba")[:, at, -1]), rel=5e-3)
    now = synthetic.coords["month"].index(str(synthetic.manifest["as_of"])[:7])
    assert place["noise_now_night_dba"]["p50"] == pytest.approx(np.median(synthetic.samples("noise_night_dba")[:, at, now]), rel=5e-3)
    assert maps.map_data(synthetic)["months"]["now"].endswith(synthetic.coords["month"][now][:4])


def test_water_is_a_mean_day_of_the_last_year():
    result = SyntheticResult(worlds=3)
    result.put("water_m3", np.full((4, 2, 72), 365.0))
    assert maps.campuses(result)[0]["water_m3_per_day"]["p50"] == pytest.approx(12.0)


def test_run_without_a_door_says_none_and_a_broken_one_is_refused(synthetic):
    assert maps.door(None) is None
    given = synthetic.manifest["map"]["door"]
    assert [f["name"] for f in maps.door(given)["fields"]] == list(maps.QUANTITIES)
    count = len(given["lat"])
    more = {"name": "later", "title": "Later", "unit": "dBA", "group": "g", "value": [1.0] * count, "half": [2.0] * count}
    told = maps.door({**given, "more": [more], "notes": ["why"], "titles": {"no2_ugm3": "Gas"}})
    later = {key: more[key] for key in ("name", "title", "unit", "group", "value")} | {"low": [-1.0] * count, "high": [3.0] * count}
    assert later in told["fields"] and told["notes"] == ["why"] and "Gas" in [f["title"] for f in told["fields"]]
    with pytest.raises(ValueError, match="no2_ugm3"):
        maps.door({**given, "no2_ugm3": given["no2_ugm3"][:-1]})
    with pytest.raises(ValueError, match="pm25_ugm3"):
        maps.door({**given, "pm25_ugm3": [float("nan")] * len(given["lat"])})


def test_run_without_noise_still_has_a_map():
    data = maps.map_data(SyntheticResult(worlds=3, leave_out=("noise_night_dba",)))
    assert all("noise_night_dba" not in r for r in data["receptors"])


def test_layers_by_month_are_medians_of_the_worlds_and_silent_before_anything_stands(synthetic):
    layers = map_times.by_month(synthetic)
    assert set(layers) == {"noise", "no2", "pm25"}
    assert layers["no2"][0][40] == pytest.approx(np.median(synthetic.samples("no2_ugm3")[:, 0, 40]), rel=5e-3)
    late = SyntheticResult(worlds=3, draws=4)
    power = np.array(late.array("facility_design_mw"))
    power[..., :30] = 0.0
    late.put("facility_design_mw", power)
    assert [v is None for v in map_times.by_month(late)["noise"][0]] == [True] * 30 + [False] * 42
    place = maps.receptors(late)[0]
    assert "noise_now_night_dba" not in place and "noise_night_dba" in place
    assert "not built yet" in page.page(late, None)


def test_now_in_a_year_and_when_finished_are_months_of_the_run(synthetic):
    now, year, last = map_times.moments(synthetic)
    months = synthetic.coords["month"]
    assert months[now] == str(synthetic.manifest["as_of"])[:7] and year == now + 12 and last == len(months) - 1
    for place in maps.receptors(synthetic):
        assert place["by_month"]["noise"][last] == pytest.approx(place["noise_night_dba"]["p50"], rel=5e-3)
        assert place["by_month"]["noise"][now] == pytest.approx(place["noise_now_night_dba"]["p50"], rel=5e-3)


def test_a_hot_day_is_the_hottest_of_the_year_and_carries_its_hours(synthetic):
    day = map_times.hot_days(synthetic)[0]
    warm = np.asarray(synthetic.array("dry_bulb_degc"))[0].reshape(-1, 24)
    hottest = int(np.argmax(warm.mean(axis=1)))
    assert day["dry_bulb_degc"] == pytest.approx(warm[hottest], rel=5e-3)
    load = np.asarray(synthetic.array("facility_load_mw_h"))[0, 24 * hottest : 24 * hottest + 24]
    assert len(day["load_mw"]) == 24 and day["load_mw"] == pytest.approx(load, rel=5e-3)
