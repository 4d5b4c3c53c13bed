"""Files in and out: every form gives the same plan, faults are named, what is good is used, and nothing unbounded is read."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.geodata import features, misplaced, output, receivers, screens, terrain
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geometry.scene import Terrain, build_scene

SITE = {"site_lat": 35.0, "site_lon": -90.0}
DEGREES = frame("EPSG:4326", **SITE)
SQUARE = [[-90.0, 35.0], [-89.999, 35.0], [-89.999, 35.001], [-90.0, 35.001], [-90.0, 35.0]]


def feature(name, kind, coordinates, **properties):
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(path, *rows):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


def read(path, where=DEGREES, ground=Terrain()):
    found = screens.read_screens(path, where, terrain=ground)
    return found, build_scene(buildings=found.buildings, walls=found.walls, zones=found.zones)


def test_malformed_geometry_is_named_and_the_rest_is_used(tmp_path):
    bow = [[-90.0, 35.01], [-89.999, 35.011], [-89.999, 35.01], [-90.0, 35.011], [-90.0, 35.01]]
    path = collection(
        tmp_path / "x.geojson",
        feature("good", "Polygon", [SQUARE], height="8 m"),
        feature("bow tie", "Polygon", [bow], height=5),
        feature("open", "Polygon", [[[x + 0.01, y] for x, y in SQUARE[:-1]]], height=5),
        feature("storeys", "Polygon", [[[x + 0.02, y] for x, y in SQUARE]], **{"building:levels": 2}),
        feature("nothing", "Point", [-90.0, 35.0]),
        feature("bad", "Polygon", [[["a", "b"]]], height=3),
        feature("fence", "LineString", [[-90.0, 35.02], [-89.99, 35.02]], height=0),
        feature("road", "LineString", [[-90.0, 35.02], [-89.99, 35.02]], highway="residential"),
        feature("yard", "Polygon", [SQUARE, SQUARE], height=3),
        feature("far", "Polygon", [[[x + 5.0, y] for x, y in SQUARE]], height=3),
        feature("nan", "Polygon", [[[float("nan"), 35.0], *SQUARE]], height=3),
        feature("plain", "Polygon", [SQUARE]),
    )
    found, scene = read(path)
    text = " | ".join([*found.findings, *scene.findings])
    for name, fault in (
        ("bow tie", "crosses itself"),
        ("open", "open"),
        ("nothing", "neither"),
        ("bad", "pairs of numbers"),
        ("fence", "not above zero"),
        ("road", "no wall"),
        ("yard", "courtyard"),
        ("far", "km from the site"),
        ("nan", "not numbers"),
        ("plain", "6 m assumed"),
    ):
        assert any(name in part and fault in part for part in text.split(" | ")), (name, fault)
    assert "good" not in text and set(scene.names) == {"good", "bow tie", "open", "storeys", "yard", "plain"}
    assert scene.tops_m[scene.first[scene.names.index("storeys")], 0] == 6.0


def test_rings_without_area_or_too_long_to_check_are_said_and_an_empty_file_too(tmp_path):
    turn = np.linspace(0.0, 2.0 * np.pi, 2502)
    long = np.column_stack([-90.0 + 0.002 * np.cos(turn), 35.0 + 0.002 * np.sin(turn)]).tolist()
    flat = [[-90.0, 35.0], [-89.999, 35.0], [-89.998, 35.0], [-90.0, 35.0]]
    _, scene = read(
        collection(
            tmp_path / "x.geojson",
            feature("long", "Polygon", [long], height=8),
            feature("flat", "Polygon", [flat], height=8),
            feature("dot", "Polygon", [[[-90.0, 35.0]] * 4], height=8),
        )
    )
    assert scene.names == ("long",)
    assert [f.split(":")[0] for f in scene.findings] == ["building long", "building flat", "building dot"]
    assert "not checked" in scene.findings[0] and "no area" in scene.findings[1] and "fewer than three" in scene.findings[2]
    empty, _ = read(collection(tmp_path / "nothing.geojson"))
    assert empty.findings == ["nothing.geojson: no building, wall or ground in it that can be used"]


def test_receivers_inside_a_building_or_on_a_source_are_named(tmp_path):
    scene = read(collection(tmp_path / "x.geojson", feature("hall", "Polygon", [SQUARE], height=8)))[1]
    told = misplaced.misplaced_receivers(
        scene,
        ["home", "far", "fine"],
        np.array([[45.0, 55.0, 4.0], [5000.0, 0.0, 4.0], [-900.0, 0.0, 4.0]]),
        np.array([[5000.0, 0.0, 3.0]]),
    )
    assert told == ["home: lies inside building hall", "far: stands on a source"]


def test_latitude_first_is_read_the_right_way_round_and_said(tmp_path):
    right, _ = read(collection(tmp_path / "a.geojson", feature("hall", "Polygon", [SQUARE], height=8)))
    turned, _ = read(collection(tmp_path / "b.geojson", feature("hall", "Polygon", [[[y, x] for x, y in SQUARE]], height=8)))
    assert np.allclose(right.buildings[0][1], turned.buildings[0][1]) and right.findings == []
    assert "latitude stands before longitude" in turned.findings[0]


OSM = """<osm version="0.6">
<node id="1" lon="-90.0" lat="35.0"/><node id="2" lon="-89.999" lat="35.0"/><node id="3" lon="-89.999" lat="35.001"/>
<node id="4" lon="-90.0" lat="35.001"/><node id="5" lon="-90.01" lat="35.0"/><node id="6" lon="-90.01" lat="35.002"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
<tag k="building" v="yes"/><tag k="building:levels" v="4"/></way>
<way id="11"><nd ref="5"/><nd ref="6"/><tag k="barrier" v="wall"/><tag k="height" v="24 ft"/></way>
<way id="12"><nd ref="5"/><nd ref="6"/><tag k="barrier" v="fence"/></way>
<way id="13"><nd ref="5"/><nd ref="6"/><tag k="highway" v="residential"/></way>
<way id="14"><nd ref="1"/><nd ref="2"/><nd ref="99"/><nd ref="1"/><tag k="building" v="shed"/><tag k="height" v="3"/></way>
<way id="15"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way><way id="16"><nd ref="1"/><nd ref="4"/><nd ref="3"/></way>
<relation id="20"><member type="way" ref="15" role="outer"/><member type="way" ref="16" role="outer"/>
<tag k="building" v="school"/><tag k="name" v="School"/><tag k="height" v="9"/></relation></osm>"""


def overpass():
    from xml.etree import ElementTree

    root = ElementTree.fromstring(OSM)
    tags = lambda e: {t.get("k"): t.get("v") for t in e.iter("tag")}  # noqa: E731
    rows = [{"type": "node", "id": int(n.get("id")), "lon": float(n.get("lon")), "lat": float(n.get("lat"))} for n in root.iter("node")]
    rows += [
        {"type": "way", "id": int(w.get("id")), "nodes": [int(n.get("ref")) for n in w.iter("nd")], "tags": tags(w)}
        for w in root.iter("way")
    ]
    return rows + [
        {"type": "relation", "id": int(r.get("id")), "tags": tags(r), "members": [dict(m.items()) for m in r.iter("member")]}
        for r in root.iter("relation")
    ]


@pytest.mark.parametrize("form", ["xml", "overpass"])
def test_openstreetmap_extracts_give_buildings_and_walls(tmp_path, form):
    path = tmp_path / ("x.osm" if form == "xml" else "x.json")
    path.write_text(OSM if form == "xml" else json.dumps({"elements": overpass()}))
    found, scene = read(path)
    top = {name: scene.tops_m[scene.first[k], 0] for k, name in enumerate(scene.names)}
    assert top == pytest.approx({"way 10": 12.0, "School": 9.0, "way 11": 7.3152})
    assert len(found.findings) == 1 and "way 14" in found.findings[0] and scene.findings == ()


def test_ground_regions_of_a_file_enter_the_scene(tmp_path):
    path = collection(
        tmp_path / "x.geojson", feature("lake", "Polygon", [SQUARE], ground_g=0.0), feature("bog", "Polygon", [SQUARE], ground_g=7)
    )
    found, scene = read(path)
    assert len(scene.zones) == 1 and scene.zones[0][1] == 0.0 and "bog" in found.findings[0]


def test_projected_coordinates_agree_with_degrees():
    pytest.importorskip("pyproj")
    utm = frame("EPSG:32616", **SITE)
    spots = np.array([[227_000.0, 3_877_000.0], [227_000.0, 3_878_000.0]])
    plan = utm.to_plane(spots)
    assert np.hypot(*np.diff(plan, axis=0)[0]) == pytest.approx(1000.0, rel=5e-3)
    assert np.allclose(utm.from_plane(plan), spots, atol=1e-3)
    with pytest.raises(ScenarioError, match="EPSG:32616"):
        frame("EPSG:99", **SITE)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"features": 3}', "[" * 100_000])
def test_what_is_no_geojson_is_one_clear_error(tmp_path, text):
    path = tmp_path / "x.geojson"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=r"x\.geojson"):
        features.read_features(path)


def test_hostile_files_are_refused(tmp_path, monkeypatch):
    bomb = tmp_path / "x.osm"
    bomb.write_text('<!DOCTYPE x [<!ENTITY a "aaaa">]><osm>&a;</osm>')
    with pytest.raises(ScenarioError, match="document type"):
        features.read_features(bomb)
    path = collection(tmp_path / "y.geojson", *[feature("hall", "Polygon", [SQUARE], height=8)] * 3)
    for name, most in (("MOST_FEATURES", 2), ("MOST_POINTS", 14), ("MOST_BYTES", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(features, name, most)
            with pytest.raises(ScenarioError, match=r"at most|more than"):
                features.read_features(path)
    assert len(features.read_features(path)) == 3


def test_receivers_from_csv_and_geojson(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("\ufeffName, Lat ,lon,height_m\nhome,35.01,-90,1.5\nbroken,,,\nhigh,35.01,-90,9999\n")
    found = receivers.read_receivers(path, DEGREES, height_m=4.0, **SITE)
    assert found.names == ["home"] and found.lat[0] == pytest.approx(35.01) and found.height_m[0] == 1.5
    assert any("broken" in f for f in found.findings) and any("high" in f for f in found.findings)
    points = collection(tmp_path / "r.geojson", feature("porch", "Point", [-90.0, 35.01]), feature("hall", "Polygon", [SQUARE]))
    found = receivers.read_receivers(points, DEGREES, height_m=4.0, **SITE)
    assert found.names == ["porch"] and found.height_m[0] == 4.0 and "hall" in found.findings[0]
    path.write_text("place\nhere\n")
    with pytest.raises(ScenarioError, match="lon and lat"):
        receivers.read_receivers(path, DEGREES, height_m=4.0, **SITE)


def slope(x, y):
    return 50.0 + 0.01 * (x - 227_000.0) - 0.02 * (y - 3_877_000.0)


def ascii_terrain(path, columns=300, rows=250, step=20.0):
    x, y = np.meshgrid(226_000.0 + step * (np.arange(columns) + 0.5), 3_875_000.0 + step * (np.arange(rows) + 0.5))
    z = slope(x, y)[::-1]
    head = f"NCOLS {columns}\nNROWS {rows}\nXLLCORNER 226000\nYLLCORNER 3875000\nCELLSIZE {step}\nNODATA_VALUE -9999\n"
    path.write_text(head + "\n".join(" ".join(f"{v:.3f}" for v in row) for row in z))
    return z


def altitudes_agree(ground):
    utm = frame("EPSG:32616", **SITE)
    spots = utm.from_plane(np.array([[100.0, -300.0], [700.0, 900.0], [300.0, 50.0]]))
    assert ground.altitude_m(utm.to_plane(spots)) == pytest.approx(slope(*spots.T), abs=0.05)


def test_an_ascii_grid_lies_where_its_system_says(tmp_path):
    pytest.importorskip("pyproj")
    ascii_terrain(tmp_path / "t.asc")
    ground, told = terrain.read_terrain(tmp_path / "t.asc", crs="EPSG:32616", **SITE)
    altitudes_agree(ground)
    assert len(told) == 1 and "taken as metres: altitudes from" in told[0] and ground.step_m == pytest.approx(20.0, rel=0.05)
    with pytest.raises(ScenarioError, match="does not say"):
        terrain.read_terrain(tmp_path / "t.asc", **SITE)
    with pytest.raises(ScenarioError, match="does not reach the site"):
        terrain.read_terrain(tmp_path / "t.asc", crs="EPSG:32615", **SITE)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate"])
def test_a_geotiff_says_itself_where_it_lies(tmp_path, compression):
    pytest.importorskip("pyproj")
    image = pytest.importorskip("PIL.Image")
    plain = pytest.importorskip("PIL.TiffImagePlugin").ImageFileDirectory_v2()
    z = ascii_terrain(tmp_path / "t.asc").astype("f4")
    z[3, 4] = -9999.0
    plain[33550], plain[33922] = (20.0, 20.0, 0.0), (0.0, 0.0, 0.0, 226_000.0, 3_875_000.0 + 250 * 20.0, 0.0)
    plain[34735], plain[42113] = (1, 1, 0, 2, 1025, 0, 1, 1, 3072, 0, 1, 32616), "-9999"
    for tag, kind in ((33550, 12), (33922, 12), (34735, 3), (42113, 2)):
        plain.tagtype[tag] = kind
    image.fromarray(z).save(tmp_path / "t.tif", compression=compression, tiffinfo=plain)
    ground, told = terrain.read_terrain(tmp_path / "t.tif", **SITE)
    altitudes_agree(ground)
    assert len(told) == 2 and "not stated" in told[0] and "nearest" in told[1] and ground.raster_m.min() > -500.0
    (tmp_path / "broken.tif").write_bytes((tmp_path / "t.tif").read_bytes()[:500])
    with pytest.raises(ScenarioError, match=r"broken\.tif"):
        terrain.read_terrain(tmp_path / "broken.tif", **SITE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3",
        "ncols x",
        "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3 x",
        "ncols 2\nnrows 2\n1 2 3 4",
    ],
)
def test_a_broken_grid_is_one_clear_error(tmp_path, text):
    (tmp_path / "t.asc").write_text(text)
    with pytest.raises(ScenarioError, match=r"t\.asc"):
        terrain.read_terrain(tmp_path / "t.asc", crs="EPSG:4326", **SITE)


def test_levels_go_out_as_geojson_table_and_raster(tmp_path):
    spots, column = np.array([[35.01, -90.0]]), {"night_dba": np.array([41.234])}
    output.write_levels_geojson(tmp_path / "o.geojson", spots, column, ["home"])
    assert json.loads((tmp_path / "o.geojson").read_text())["features"][0]["properties"]["night_dba"] == 41.23
    output.write_levels_csv(tmp_path / "o.csv", spots, column, ["home"])
    assert (tmp_path / "o.csv").read_text().splitlines() == ["name,lat,lon,night_dba", "home,35.010000,-90.000000,41.23"]
    output.write_geotiff(
        tmp_path / "o.tif", np.arange(6.0).reshape(2, 3), west_deg=-90.0, north_deg=35.0, step_lon_deg=0.01, step_lat_deg=0.01
    )
    raw = (tmp_path / "o.tif").read_bytes()
    assert raw[:4] == b"II*\x00" and np.frombuffer(raw[-24:], "<f4").tolist() == [0, 1, 2, 3, 4, 5]
    pytest.importorskip("PIL")
    back = terrain.geotiff(tmp_path / "o.tif")
    assert back.crs == "EPSG:4326" and back.altitude[::-1].ravel().tolist() == [0, 1, 2, 3, 4, 5]
    assert (back.x0, back.y0) == pytest.approx((-89.995, 34.985))
