"""What lies under the map: near lines only, one set of state lines, and a user's file taken or refused with its reason."""

from __future__ import annotations

import json

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.report import basemap

MEMPHIS, ASHBURN, NOWHERE = ({"lat": a, "lon": b} for a, b in ((35.0, -90.05), (39.04, -77.49), (48.1, 11.6)))


def geojson(path, *geometries, name="Mill Street"):
    rows = [{"type": "Feature", "properties": {"name": name}, "geometry": g} for g in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    return path


def test_lines_and_towns_of_the_place_are_drawn_and_no_others():
    made = basemap.basemap([MEMPHIS])
    kinds = {line["class"] for line in made["lines"]}
    assert {"state_line", "highway", "river"} <= kinds and "Southaven" in {p["name"] for p in made["places"]}
    assert all(abs(lat - 35.0) < 1.5 for line in made["lines"] for lat, _ in line["points"])
    assert {line["class"] for line in basemap.basemap([ASHBURN])["lines"]} >= {"state_line"}
    assert basemap.basemap([NOWHERE]) == {"lines": [], "places": []}


def test_a_state_line_is_drawn_once():
    names = [line["name"] for line in basemap.basemap([MEMPHIS])["lines"] if line["class"] == "state_line"]
    assert "TN-MS state line" in names and "TN" not in names


def test_streets_of_the_user_are_drawn_by_name(tmp_path):
    path = geojson(tmp_path / "a.geojson", {"type": "MultiLineString", "coordinates": [[[-90.05, 35.0], [-90.04, 35.01]]]})
    lines = basemap.basemap([MEMPHIS], basemap.read(path))["lines"]
    assert [line for line in lines if line["class"] == basemap.STREET] == [
        {"class": "street", "name": "Mill Street", "points": [[35.0, -90.05], [35.01, -90.04]]}
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[1]", "no features"),
        ("{", "not readable"),
        ('{"features": [{"geometry": {"type": "Circle", "coordinates": []}}]}', "Circle"),
        ('{"features": [{"geometry": {"type": "LineString", "coordinates": [[35, -90], [500, 1]]}}]}', "feature 1"),
        ('{"features": [{"geometry": null}]}', "feature 1"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path, content, words):
    (tmp_path / "a.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        basemap.read(tmp_path / "a.geojson")
