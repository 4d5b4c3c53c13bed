"""Files that mean what they say: generated features, rasters and receivers whose truth is known, none of them wrong in silence."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scene_of_a_campus import inputs, scenario, upstream

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.geodata import terrain
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geodata.misplaced import enclosed_sources
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.neighbours.noise.geodata.screens import read_screens
from gigacampus.neighbours.noise.geodata.surroundings import surroundings
from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg
from gigacampus.neighbours.noise.geometry.scene import Terrain, build_scene
from gigacampus.neighbours.noise.propagation.bands import a_level_dba
from gigacampus.neighbours.noise.sources.plant import levels_by_band, plant_at
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene

SITE = {"site_lat": 35.0, "site_lon": -90.0}
DEGREES = frame("EPSG:4326", **SITE)
FOOT_M, SURVEY_FOOT_M = 0.3048, 1200.0 / 3937.0


def many(count):
    """The family test at a size: a sample in every run, ten thousand in the slow one."""
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))


SIZES = pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])


def ring(east0, east1, north0, north1):
    corners = ((east0, north0), (east1, north0), (east1, north1), (east0, north1), (east0, north0))
    return [lat_lon_deg(x, y, **SITE)[::-1].tolist() for x, y in corners]


ACROSS = ring(-600.0, 600.0, 430.0, 470.0)


def geojson(path, properties, coordinates=ACROSS, kind="Polygon"):
    shape = [coordinates] if kind == "Polygon" else coordinates
    row = {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": shape}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    return path


def overpass(path, tags):
    way = {"type": "way", "id": 7, "tags": tags, "geometry": [{"lon": x, "lat": y} for x, y in ACROSS]}
    path.write_text(json.dumps({"elements": [way]}))
    return path


def osm(path, tags):
    from xml.sax.saxutils import quoteattr

    nodes = "".join(f'<node id="{k}" lon="{x}" lat="{y}"/>' for k, (x, y) in enumerate(ACROSS[:-1]))
    refs = "".join(f'<nd ref="{k % 4}"/>' for k in range(5))
    told = "".join(f"<tag k={quoteattr(k)} v={quoteattr(str(v))}/>" for k, v in tags.items())
    path.write_text(f'<osm version="0.6">{nodes}<way id="7">{refs}{told}</way></osm>', encoding="utf-8")
    return path


FORMS = {"geojson": (geojson, "x.geojson"), "overpass": (overpass, "x.json"), "osm": (osm, "x.osm")}


def level_at_home(path=None, ground=None, north_m=500.0, **more):
    """Night level north of the plant among the buildings of a file, and the findings about them."""
    plant = plant_at(inputs(scenario()), upstream(), campus="a", month=1)
    around = surroundings(plant.spec.noise, **SITE, screens=path, terrain=ground, **more)
    lat, lon = lat_lon_deg(0.0, north_m, **SITE)
    level = a_level_dba(levels_by_band([replace(plant, around=around)], np.array([lat]), np.array([lon]), height_m=1.5))
    return float(level[0]), around.screens.findings


@pytest.fixture(scope="module")
def bare():
    return level_at_home()[0]


NOTHING = [
    {"building": "roof", "height": "8"},
    {"building": "carport", "height": "8"},
    {"building:part": "roof", "height": 8},
    {"building": "yes", "location": "underground", "layer": "-1", "height": "8"},
    {"building": "yes", "layer": -2, "height": 8},
    {"building": "yes", "height": 8, "is_underground": True},
    {"building": "garages", "amenity": "parking", "parking": "underground", "height": 8},
    {"building": "demolished", "height": 8},
    {"building": "ruins", "height": 8},
    {"building": "yes", "demolished": "yes", "height": 8},
    {"demolished:building": "yes", "height": 8},
    {"proposed:building": "industrial", "height": 8},
    {"building": "proposed", "height": 8},
    {"building": "construction", "height": 20},
    {"building": "yes", "min_height": 4, "height": 12},
    {"building": "yes", "building:min_level": 2, "building:levels": 5},
    {"building": "yes", "wall": "no", "height": 5},
    {"building": "yes", "end_date": "2019", "height": 9},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tags", NOTHING, ids=str)
def test_what_hides_nothing_takes_nothing_off_and_is_said(tmp_path, bare, tags, form):
    write, name = FORMS[form]
    level, told = level_at_home(write(tmp_path / name, tags))
    assert level == bare
    assert "left out" in told[0] and ("begins" in told[0] or any(str(value).lower() in told[0] for value in tags.values()))


NO_BUILDINGS = [
    {"name": "park", "leisure": "park"},
    {"landuse": "forest", "height": 18},
    {"natural": "water"},
    {"boundary": "administrative", "admin_level": "8", "name": "Franklin County"},
    {"amenity": "parking", "surface": "asphalt"},
    {"tid": "1", "count": 8899},
    {"GEOID": "39049", "ALAND": 12345},
    {"building": "no", "height": 9},
]


@pytest.mark.parametrize("tags", NO_BUILDINGS, ids=str)
def test_a_polygon_that_is_no_building_screens_nothing_and_is_said(tmp_path, bare, tags):
    level, told = level_at_home(geojson(tmp_path / "x.geojson", tags))
    assert level == bare and "left out" in told[0]


def test_a_tile_of_a_country_is_no_building_even_without_a_word(tmp_path, bare):
    level, told = level_at_home(geojson(tmp_path / "x.geojson", {"name": "tile"}, ring(-8000, 8000, 300, 9000)))
    assert level == bare and "larger than any building" in told[0]


def test_a_footprint_without_a_word_is_a_building_of_a_height_that_is_said(tmp_path, bare):
    level, told = level_at_home(geojson(tmp_path / "x.geojson", {"name": "mill"}))
    same, _ = level_at_home(geojson(tmp_path / "y.geojson", {"building": "yes", "height": 6}))
    assert level == same < bare - 1.0 and told == ["mill: no height given; 6 m assumed"]


HEIGHTS = [
    ({"building": "yes", "height": "8"}, 8.0),
    ({"building": "yes", "HEIGHT": 8}, 8.0),
    ({"Height_M": "8,5"}, 8.5),
    ({"building": "yes", "height_ft": 40}, 40 * FOOT_M),
    ({"building": "yes", "Height (ft)": 40}, 40 * FOOT_M),
    ({"building": "yes", "height": "40 ft"}, 40 * FOOT_M),
    ({"building": "yes", "height": "40'6\""}, 40.5 * FOOT_M),
    ({"building": "yes", "building:levels": "4"}, 12.0),
    ({"num_floors": 4, "subtype": "residential"}, 12.0),
    ({"measuredHeight": 11.5}, 11.5),
    ({"other_tags": '"building"=>"yes","height"=>"9"'}, 9.0),
    ({"tags": {"building": "yes", "height": "9"}, "type": "way", "id": 3}, 9.0),
    ({"building": "yes", "height": 8, "building:levels": 9}, 8.0),
]


@pytest.mark.parametrize(("tags", "truth_m"), HEIGHTS, ids=str)
def test_heights_are_read_by_their_names_and_units(tmp_path, tags, truth_m):
    found = read_screens(geojson(tmp_path / "x.geojson", tags), DEGREES, terrain=Terrain())
    assert [row[2] for row in found.buildings] == [pytest.approx(truth_m)] and found.findings == []


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"building": "yes", "heightroof": 40}, "heightroof"),
        ({"building": "yes", "elevation": 240}, "elevation"),
        ({"building": "yes", "height": "tall"}, "height is not a height"),
        ({"building": "yes", "height": "1,200"}, "height is not a height"),
        ({"building": "yes", "height": -1}, "missing value"),
        ({"building": "yes"}, "6 m assumed"),
    ],
    ids=str,
)
def test_a_height_that_is_not_read_is_said(tmp_path, tags, words):
    found = read_screens(geojson(tmp_path / "x.geojson", tags), DEGREES, terrain=Terrain())
    assert [row[2] for row in found.buildings] == [6.0] and any(words in f for f in found.findings)


@pytest.mark.parametrize("name", ["height", "Height", "building:height", "measuredHeight"])
@pytest.mark.parametrize("beside", ["height_unit", "heightUnit", "units", "UOM", "building:height:unit"])
@pytest.mark.parametrize(("unit", "unit_m"), [("ft", FOOT_M), ("Feet", FOOT_M), ("cm", 0.01), ("m", 1.0), ("12", 1.0)])
def test_a_unit_beside_a_height_counts(tmp_path, name, beside, unit, unit_m):
    tags = {"building": "yes", beside: unit, name: 40}
    found = read_screens(geojson(tmp_path / "x.geojson", tags), DEGREES, terrain=Terrain())
    assert [row[2] for row in found.buildings] == [pytest.approx(40 * unit_m)] and found.findings == []
    own = read_screens(geojson(tmp_path / "y.geojson", {**tags, name: "9 m"}), DEGREES, terrain=Terrain())
    assert own.buildings[0][2] == 9.0
    heard = receivers(geojson(tmp_path / "r.geojson", {beside: unit, name: 40}, [-90.0, 35.0045], kind="Point"))
    assert heard.height_m[0] == pytest.approx(40 * unit_m) and heard.findings == []


@pytest.mark.parametrize("value", [101.0, 252.4, 850, "400 ft", 999])
def test_a_height_that_may_be_an_altitude_is_told(tmp_path, value):
    found = read_screens(geojson(tmp_path / "x.geojson", {"building": "yes", "height": value}), DEGREES, terrain=Terrain())
    assert len(found.buildings) == 1 and any("or an altitude" in f for f in found.findings)
    heard = tmp_path / "r.csv"
    heard.write_text("name,lat,lon,height_m\na,35.0045,-90.0,252\n")
    assert any("or an altitude" in f for f in receivers(heard).findings)


def test_heights_that_disagree_and_third_coordinates_are_said(tmp_path):
    found = read_screens(geojson(tmp_path / "x.geojson", {"building": "yes", "height": 8, "height_ft": 40}), DEGREES, terrain=Terrain())
    assert found.buildings[0][2] == 8.0 and "height and height_ft disagree" in found.findings[0]
    tall = [[x, y, 12.0] for x, y in ACROSS]
    found = read_screens(geojson(tmp_path / "y.geojson", {"building": "yes"}, tall), DEGREES, terrain=Terrain())
    assert found.buildings[0][2] == 6.0 and "third coordinate" in found.findings[0]


STANDING = st.sampled_from([{"building": "yes"}, {"building": "industrial"}, {"building:part": "yes"}, {"building": "house", "layer": "1"}])
BESIDE = st.dictionaries(
    st.sampled_from(["name", "addr:street", "source", "osm_id", "roof:shape", "building:colour", "start_date", "operator"]),
    st.sampled_from(["x", "3", "North Street"]),
    max_size=3,
)
METRES = st.floats(2.5, 60.0).map(lambda v: round(v, 1))
STATED = {
    "height": lambda m: f"{m}",
    "HEIGHT": lambda m: m,
    "height_m": lambda m: f"{m} m",
    "building:height": lambda m: f"{m}".replace(".", ","),
    "height_ft": lambda m: m / FOOT_M,
    "Height [feet]": lambda m: f"{m / FOOT_M:.4f}",
    "bldg_height_ft": lambda m: f"{m / FOOT_M:.4f} ft",
    "height_cm": lambda m: round(100 * m, 6),
}


@SIZES
def test_any_building_has_its_height_or_a_finding(count, tmp_path_factory):
    folder = tmp_path_factory.mktemp("heights")

    @many(count)
    @given(standing=STANDING, beside=BESIDE, truth_m=METRES, key=st.sampled_from(sorted(STATED)), form=st.sampled_from(sorted(FORMS)))
    def holds(standing, beside, truth_m, key, form):
        write, name = FORMS[form]
        found = read_screens(write(folder / name, {**beside, **standing, key: STATED[key](truth_m)}), DEGREES, terrain=Terrain())
        assert [row[2] for row in found.buildings] == [pytest.approx(truth_m, abs=1e-3)] and found.findings == []

    holds()


HIDDEN = st.sampled_from(NOTHING)


@SIZES
def test_whatever_hides_nothing_is_out_and_told_among_other_tags(count, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hidden")

    @many(count)
    @given(tags=HIDDEN, beside=BESIDE, loud=st.booleans(), form=st.sampled_from(sorted(FORMS)))
    def holds(tags, beside, loud, form):
        write, name = FORMS[form]
        shouted = {k.upper() if loud and form == "geojson" else k: v for k, v in tags.items()}
        found = read_screens(write(folder / name, {**beside, **shouted}), DEGREES, terrain=Terrain())
        assert found.buildings == [] and "left out" in found.findings[0]

    holds()


OTHER_KEYS = st.sampled_from(
    ["leisure", "landuse", "natural", "boundary", "waterway", "highway", "place", "tid", "zone", "GEOID", "crop", "count"]
)


@SIZES
def test_no_other_polygon_is_taken_for_a_building(count, tmp_path_factory):
    folder = tmp_path_factory.mktemp("others")

    @many(count)
    @given(key=OTHER_KEYS, value=st.sampled_from(["park", "forest", "17", "x y", "residential"]), beside=BESIDE)
    def holds(key, value, beside):
        found = read_screens(geojson(folder / "x.geojson", {**beside, key: value}), DEGREES, terrain=Terrain())
        assert found.buildings == [] and "left out" in found.findings[0]

    holds()


def test_sources_inside_a_building_are_named_and_those_on_its_roof_are_not(tmp_path):
    hall = geojson(
        tmp_path / "hall.geojson", {"name": "turbine hall", "building": "industrial", "height": "12"}, ring(-400, 400, -400, 400)
    )
    plant = plant_at(inputs(scenario()), upstream(), campus="a", month=1)
    scene = campus_scene(plant.spec, (), surroundings(plant.spec.noise, **SITE, screens=hall))
    told = enclosed_sources(scene, list(plant.component), plant.position_m)
    assert len(told) == 1 and "inside building turbine hall" in told[0]
    assert told[0].startswith("casing, inlet") and "exhaust" not in told[0]


@SIZES
def test_a_source_is_named_exactly_where_a_footprint_holds_it(count):
    @many(count)
    @given(east=st.floats(-90, 90), north=st.floats(-90, 90), high=st.floats(0.5, 30.0), width=st.floats(5.0, 80.0))
    def holds(east, north, high, width):
        assume(min(abs(abs(east) - width), abs(abs(north) - 40.0)) > 1e-6)
        box = np.array([[-width, -40.0], [width, -40.0], [width, 40.0], [-width, 40.0]])
        scene = build_scene(buildings=[("hall", box, 12.0, 0.1)])
        told = enclosed_sources(scene, ["fan"], np.array([[east, north, high]]))
        assert bool(told) == (abs(east) < width and abs(north) < 40.0 and high < 12.0)

    holds()


def receivers(path, **more):
    return read_receivers(path, DEGREES, height_m=4.0, **SITE)


@pytest.mark.parametrize(
    ("column", "value"), [("height_m", 12.2), ("z", 12.2), ("height", 12.2), ("height_ft", 40), ("Height_FT", "40 ft")]
)
def test_a_window_is_heard_at_its_height_by_whatever_name(tmp_path, column, value):
    path = tmp_path / "r.csv"
    path.write_text(f"name,lat,lon,{column}\nN500,35.0045,-90.0,{value}\n")
    found = receivers(path)
    assert found.height_m[0] == pytest.approx(12.2, abs=0.01) and found.findings == []


@pytest.mark.parametrize(
    "text",
    [
        "name;lat;lon;height_m\nN500;35,0045;-90,0;12,2\n",
        "name\tlat\tlon\theight_ft\nN500\t35.0045\t-90.0\t40\n",
        "name,lat,lon,height\n,deg,deg,ft\nN500,35.0045,-90.0,40\n",
    ],
)
def test_receivers_come_in_any_form_of_a_table(tmp_path, text):
    path = tmp_path / "r.csv"
    path.write_text(text)
    found = receivers(path)
    assert found.lat[0] == pytest.approx(35.0045) and found.height_m[0] == pytest.approx(12.2, abs=0.01) and found.names == ["N500"]


def test_columns_that_are_not_read_are_named(tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("name,lat,lon,floor,colour\nN500,35.0045,-90.0,4,red\n")
    found = receivers(path)
    assert found.height_m[0] == 4.0 and [f for f in found.findings if "column floor" in f] and [f for f in found.findings if "colour" in f]


@pytest.mark.parametrize(
    ("properties", "spot", "truth_m", "words"),
    [
        ({"height": 12.2}, [-90.0, 35.0045], 12.2, ""),
        ({"height_ft": 40}, [-90.0, 35.0045], 12.19, ""),
        ({}, [-90.0, 35.0045, 12.2], 12.2, "third coordinate is taken"),
        ({}, [-90.0, 35.0045, 252.0], 4.0, "third coordinate is no height"),
        ({}, [-90.0, 35.0045, 0.0], 4.0, ""),
        ({"elevation": 252}, [-90.0, 35.0045], 4.0, "elevation"),
    ],
)
def test_a_point_is_heard_at_its_height_or_told(tmp_path, properties, spot, truth_m, words):
    found = receivers(geojson(tmp_path / "r.geojson", properties, spot, kind="Point"))
    assert found.height_m[0] == pytest.approx(truth_m, abs=0.01)
    assert (found.findings == []) if not words else words in found.findings[0]


@SIZES
def test_any_receiver_has_its_height_or_a_finding(count, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ears")

    @many(count)
    @given(
        truth_m=METRES,
        key=st.sampled_from([*sorted(k for k in STATED if "b" not in k), "z", "floor", "elev", "note"]),
        points=st.booleans(),
    )
    def holds(truth_m, key, points):
        value = STATED[key](truth_m) if key in STATED else truth_m
        if points:
            found = receivers(geojson(folder / "r.geojson", {key: value}, [-90.0, 35.0045], kind="Point"))
        else:
            (folder / "r.csv").write_text(f'lat,lon,{key}\n35.0045,-90.0,"{value}"\n')
            found = receivers(folder / "r.csv")
        if key in STATED or key == "z":
            assert found.height_m[0] == pytest.approx(truth_m, abs=1e-3)
        else:
            assert found.height_m[0] == 4.0 and (found.findings or (points and key == "note"))

    holds()


def hill_m(row, column):
    return 240.0 + 30.0 * np.exp(-((column - 20) ** 2 + (row - 15) ** 2) / 32.0)


NODES = hill_m(*np.mgrid[0:40, 0:40])
EAST, NORTH = 225_800.0, 3_877_560.0
"""North-west corner of a raster of 40 cells of 20 m about the site, in EPSG:32616."""


def geotiff(path: Path, cells, keys, *, gdal: str = "") -> Path:
    """A float32 GeoTIFF with north up, written by hand."""
    data = np.ascontiguousarray(cells, dtype="<f4").tobytes()
    rows, columns = cells.shape
    flat = [1, 1, 0, len(keys), *(v for k, x in keys for v in (k, 0, 1, x))]
    xml = (gdal + "\0").encode() if gdal else b""
    blobs = [(33550, 12, 3, struct.pack("<3d", 20, 20, 0)), (33922, 12, 6, struct.pack("<6d", 0, 0, 0, EAST, NORTH, 0))]
    blobs += [(34735, 3, len(flat), struct.pack(f"<{len(flat)}H", *flat)), *([(42112, 2, len(xml), xml)] if xml else [])]
    count = 11 + len(blobs)
    at = 8 + 2 + 12 * count + 4
    places = []
    for _, _, _, blob in blobs:
        places.append(at)
        at += len(blob)
    plain = [
        (256, columns),
        (257, rows),
        (258, 32),
        (259, 1),
        (262, 1),
        (273, at),
        (277, 1),
        (278, rows),
        (279, len(data)),
        (284, 1),
        (339, 3),
    ]
    entries = [(tag, 4, 1, value) for tag, value in plain]
    entries += [(tag, kind, n, place) for (tag, kind, n, _), place in zip(blobs, places, strict=True)]
    head = struct.pack("<2sHIH", b"II", 42, 8, count) + b"".join(struct.pack("<HHII", *e) for e in entries) + struct.pack("<I", 0)
    path.write_bytes(head + b"".join(blob for _, _, _, blob in blobs) + data)
    return path


PLAN = [(1024, 1), (1025, 1), (3072, 32616)]
STATES = {
    "us-ft key": (SURVEY_FOOT_M, [(4099, 9003)], ""),
    "ft key": (FOOT_M, [(4099, 9002)], ""),
    "m key": (1.0, [(4099, 9001)], ""),
    "us-ft system": (SURVEY_FOOT_M, [(4096, 6360)], ""),
    "m system": (1.0, [(4096, 5703)], ""),
    "gdal ft": (FOOT_M, [], '<GDALMetadata><Item name="UNITTYPE" sample="0" role="unittype">ft</Item></GDALMetadata>'),
    "gdal us-ft": (SURVEY_FOOT_M, [(4096, 5703)], '<GDALMetadata><Item name="U" role="unittype">US survey foot</Item></GDALMetadata>'),
}


@pytest.mark.parametrize("states", STATES)
def test_a_raster_in_feet_is_the_same_ground(tmp_path, states):
    pytest.importorskip("PIL")
    pytest.importorskip("pyproj")
    unit_m, keys, gdal = STATES[states]
    plain, told = terrain.read_terrain(geotiff(tmp_path / "m.tif", NODES, PLAN), **SITE)
    assert "not stated" in told[0] and "240.0 to 270.0 m" in told[0]
    found, told = terrain.read_terrain(geotiff(tmp_path / "x.tif", NODES / unit_m, PLAN + keys, gdal=gdal), **SITE)
    assert told == []
    np.testing.assert_allclose(found.raster_m, plain.raster_m, atol=1e-4)


def test_a_house_behind_the_hill_is_as_loud_in_feet(tmp_path):
    pytest.importorskip("PIL")
    pytest.importorskip("pyproj")
    rows, columns = np.mgrid[0:40, 0:40]
    ridge = 240.0 + 30.0 * np.exp(-((rows - 11.0) ** 2) / 8.0) + 0.0 * columns
    near = {"north_m": 350.0}
    level, _ = level_at_home(ground=geotiff(tmp_path / "m.tif", ridge, PLAN), **near)
    feet, told = level_at_home(ground=geotiff(tmp_path / "f.tif", ridge / SURVEY_FOOT_M, [*PLAN, (4096, 5703), (4099, 9003)]), **near)
    wrong, _ = level_at_home(ground=geotiff(tmp_path / "w.tif", ridge / SURVEY_FOOT_M, PLAN), **near)
    stated, _ = level_at_home(ground=tmp_path / "w.tif", unit="us-ft", **near)
    assert feet == pytest.approx(level, abs=1e-3) and stated == pytest.approx(level, abs=1e-3) and told == []
    assert abs(wrong - level) > 1.0


@pytest.mark.parametrize(
    ("keys", "gdal", "words"),
    [
        ([(4099, 9999)], "", "9999"),
        ([(3072, 2274)], "", "coordinates are in feet"),
        ([(4096, 5715)], "", "downwards"),
        ([], '<GDALMetadata><Item name="U" role="unittype">degC</Item></GDALMetadata>', "degC"),
        ([], '<GDALMetadata><Item name="S" role="scale">x</Item></GDALMetadata>', "not a number"),
    ],
)
def test_altitudes_that_cannot_be_understood_are_refused(tmp_path, keys, gdal, words):
    pytest.importorskip("PIL")
    pytest.importorskip("pyproj")
    told = dict(PLAN) | dict(keys)
    raster = terrain.Raster
    with pytest.raises(ScenarioError, match=words):
        raster = terrain.geotiff(geotiff(tmp_path / "x.tif", NODES, list(told.items()), gdal=gdal))
        terrain.altitudes_m(raster, tmp_path / "x.tif")


def ascii_grid(path, cells, *, steps=(20.0, 20.0), header="cellsize", nodata=None):
    rows, columns = cells.shape
    size = f"cellsize {steps[0]}\n" if header == "cellsize" else f"dx {steps[0]}\ndy {steps[1]}\n"
    void = "" if nodata is None else f"NODATA_value {nodata}\n"
    head = f"ncols {columns}\nnrows {rows}\nxllcorner {EAST}\nyllcorner {NORTH - rows * steps[1]}\n{size}{void}"
    path.write_text(head + "\n".join(" ".join(f"{v:.4f}" for v in row) for row in cells))
    return path


def test_a_grid_with_dx_and_dy_lies_where_it_says(tmp_path):
    pytest.importorskip("pyproj")
    square, _ = terrain.read_terrain(ascii_grid(tmp_path / "a.asc", NODES), crs="EPSG:32616", **SITE)
    split = np.repeat(NODES, 2, axis=0)
    found, told = terrain.read_terrain(ascii_grid(tmp_path / "b.asc", split, steps=(20.0, 10.0), header="dx"), crs="EPSG:32616", **SITE)
    spots = np.array([[-100.0, 50.0], [60.0, -120.0], [0.0, 0.0]])
    np.testing.assert_allclose(found.altitude_m(spots), square.altitude_m(spots), atol=1.5)
    assert "not stated" in told[0] and "metres: altitudes from 240.0" in told[0]


@pytest.mark.parametrize(("cells", "words"), [(1000.0 * NODES, "not on Earth"), (np.full((9, 9), np.nan), "no altitude")])
def test_values_that_cannot_be_ground_are_refused(tmp_path, cells, words):
    with pytest.raises(ScenarioError, match=words):
        terrain.altitudes_m(terrain.Raster(0.0, 0.0, 1.0, 1.0, cells), tmp_path / "t.asc")


@SIZES
def test_any_raster_gives_its_ground_in_metres_or_a_reason(count, tmp_path_factory):
    pytest.importorskip("PIL")
    pytest.importorskip("pyproj")
    folder = tmp_path_factory.mktemp("rasters")

    @many(count)
    @given(
        states=st.sampled_from([*STATES, "nothing"]),
        scale=st.sampled_from([1.0, 0.1, 0.01]),
        offset=st.sampled_from([0.0, 100.0]),
        void=st.sampled_from([None, -9999.0, -32768.0, 3.4e38, 0.0]),
        holes=st.integers(1, 200),
    )
    def holds(states, scale, offset, void, holes):
        unit_m, keys, gdal = STATES.get(states, (1.0, [], ""))
        items = f'<Item name="S" sample="0" role="scale">{scale}</Item><Item name="O" sample="0" role="offset">{offset}</Item>'
        xml = gdal.replace("</GDALMetadata>", f"{items}</GDALMetadata>") or f"<GDALMetadata>{items}</GDALMetadata>"
        cells = (NODES / unit_m - offset) / scale
        lost = np.zeros(cells.shape, dtype=bool)
        if void is not None:
            lost.ravel()[:holes] = True
            cells[lost] = void
        raster = terrain.geotiff(geotiff(folder / "x.tif", cells, PLAN + keys, gdal=xml))
        level_m, told = terrain.altitudes_m(raster, folder / "x.tif")
        np.testing.assert_allclose(level_m[::-1][~lost], NODES[~lost], atol=0.02)
        assert level_m.min() > 239.0 and level_m.max() < 271.0
        assert bool(told) == (states == "nothing" or void is not None)

    holds()
