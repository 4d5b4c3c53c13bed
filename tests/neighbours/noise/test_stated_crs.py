"""The coordinate system that a GeoJSON file states counts, in every spelling; without pyproj it is refused by name."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.geodata.crs import frame_of
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.neighbours.noise.geodata.screens import read_screens
from gigacampus.neighbours.noise.geometry.scene import Terrain

SITE = {"site_lat": 39.99, "site_lon": -82.88}
RING = [[-82.881, 39.992], [-82.879, 39.992], [-82.879, 39.993], [-82.881, 39.993], [-82.881, 39.992]]
SPELT = {
    "EPSG:32617": {"type": "name", "properties": {"name": "EPSG:32617"}},
    "a name of two parts": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32617"}},
    "a name with its edition": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG:9.8:32617"}},
    "a code": {"type": "EPSG", "properties": {"code": 32617}},
}


def file_of(folder, crs, to="EPSG:32617", kind="Polygon", *, last=False):
    pyproj = pytest.importorskip("pyproj")
    move = pyproj.Transformer.from_crs("OGC:CRS84", to, always_xy=True).transform
    ring = [list(move(*corner)) for corner in RING]
    shape = {"type": kind, "coordinates": [ring] if kind == "Polygon" else ring[0]}
    rows = {"features": [{"type": "Feature", "properties": {"building": "yes", "height": 9, "name": "hall"}, "geometry": shape}]}
    head = {"type": "FeatureCollection"} | ({"crs": crs} if crs else {})
    path = folder / "f.geojson"
    path.write_text(json.dumps(rows | head if last else head | rows))
    return path


def placed(path, crs=""):
    found = read_screens(path, frame_of(path, crs, **SITE), terrain=Terrain())
    return found.buildings[0][1] if found.buildings else found.findings


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("spelt", SPELT)
def test_what_a_file_states_of_its_system_counts(tmp_path, spelt, last):
    sound = placed(file_of(tmp_path, None, to="OGC:CRS84"))
    np.testing.assert_allclose(placed(file_of(tmp_path, SPELT[spelt], last=last)), sound, atol=0.05)
    np.testing.assert_allclose(placed(file_of(tmp_path, SPELT[spelt]), "EPSG:4326"), sound, atol=0.05)


def test_the_map_of_the_web_and_degrees_are_systems_like_others(tmp_path):
    sound = placed(file_of(tmp_path, None, to="OGC:CRS84"))
    for name, to in (("urn:ogc:def:crs:EPSG::3857", "EPSG:3857"), ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84")):
        named = {"type": "name", "properties": {"name": name}}
        np.testing.assert_allclose(placed(file_of(tmp_path, named, to=to)), sound, atol=0.05)


def test_receivers_are_placed_by_it(tmp_path):
    path = file_of(tmp_path, SPELT["EPSG:32617"], kind="Point")
    heard = read_receivers(path, frame_of(path, "", **SITE), height_m=4.0, **SITE)
    np.testing.assert_allclose([heard.lon[0], heard.lat[0]], RING[0], atol=1e-6)


def test_what_the_caller_says_counts_more(tmp_path):
    wrong = {"type": "name", "properties": {"name": "EPSG:32616"}}
    np.testing.assert_allclose(placed(file_of(tmp_path, wrong), "EPSG:32617"), placed(file_of(tmp_path, None, to="OGC:CRS84")), atol=0.05)


@pytest.mark.parametrize(
    ("crs", "words"),
    [
        ({"type": "link", "properties": {"href": "somewhere"}}, "names no coordinate system"),
        ({"type": "name", "properties": {"name": "EPSG:999999"}}, "is not a coordinate system"),
        ({"type": "name", "properties": {"name": "local grid"}}, "is not a coordinate system"),
    ],
)
def test_a_system_that_is_none_is_refused(tmp_path, crs, words):
    with pytest.raises(ScenarioError, match=words):
        placed(file_of(tmp_path, crs))


def test_without_pyproj_the_extra_is_named(tmp_path, monkeypatch):
    path = file_of(tmp_path, SPELT["EPSG:32617"])
    monkeypatch.setitem(sys.modules, "pyproj", None)
    with pytest.raises(ScenarioError, match=r"EPSG:32617.*(.|\n)*extra `geo`"):
        placed(path)


def test_a_property_of_that_name_is_none(tmp_path):
    path = file_of(tmp_path, None, to="OGC:CRS84")
    sound = placed(path)
    path.write_text(path.read_text().replace('"building"', '"crs": "EPSG:32617", "building"'))
    np.testing.assert_allclose(placed(path), sound)
