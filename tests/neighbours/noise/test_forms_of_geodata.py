"""Every form of GeoJSON and of a raster that tools write gives the same ground and the same buildings, or a reason."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.geodata import terrain
from gigacampus.neighbours.noise.geodata.crs import frame
from gigacampus.neighbours.noise.geodata.receivers import read_receivers
from gigacampus.neighbours.noise.geodata.screens import read_screens
from gigacampus.neighbours.noise.geodata.surroundings import off_the_site
from gigacampus.neighbours.noise.geometry.scene import Terrain

SITE = {"site_lat": 35.0, "site_lon": -90.0}
DEGREES = frame("EPSG:4326", **SITE)
SAID = {"building": "yes", "height": 9}


def square(east_deg):
    return [[-90.0 + east_deg + dx, 35.0 + dy] for dx, dy in ((0, 0), (5e-4, 0), (5e-4, 5e-4), (0, 5e-4), (0, 0))]


ONE, TWO = ({"type": "Polygon", "coordinates": [square(k * 2e-3)]} for k in (0, 1))
ROWS = [{"type": "Feature", "properties": SAID, "geometry": shape} for shape in (ONE, TWO)]
MANY = {"type": "MultiPolygon", "coordinates": [ONE["coordinates"], TWO["coordinates"]]}
BOTH = {"type": "GeometryCollection", "geometries": [ONE, TWO]}
FORMS = {
    "collection": json.dumps({"type": "FeatureCollection", "features": ROWS}),
    "list": json.dumps(ROWS),
    "lines": "\n".join(map(json.dumps, ROWS)),
    "sequence": "".join(f"\x1e{json.dumps(row)}\n" for row in ROWS),
    "geometry collection": json.dumps({"type": "Feature", "properties": SAID, "geometry": BOTH}),
    "within another": json.dumps({"type": "Feature", "properties": SAID, "geometry": {"type": "GeometryCollection", "geometries": [BOTH]}}),
    "multi": json.dumps({"type": "Feature", "properties": SAID, "geometry": MANY}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_geojson_holds_the_same_two_buildings(form, tmp_path):
    (tmp_path / "b.geojson").write_text(FORMS[form], encoding="utf-8")
    found = read_screens(tmp_path / "b.geojson", DEGREES, terrain=Terrain())
    assert not found.findings and [top for _, _, top, _ in found.buildings] == [9.0, 9.0]
    plan = np.concatenate([ring for _, ring, _, _ in found.buildings])
    np.testing.assert_allclose(DEGREES.from_plane(plan), np.concatenate([square(0), square(2e-3)]), atol=1e-9)


def test_a_bare_geometry_is_read_and_what_is_none_is_refused(tmp_path):
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps(BOTH), encoding="utf-8")
    assert len(read_screens(path, DEGREES, terrain=Terrain()).buildings) == 2
    for text in ('{"type": "Topology"}', "[1, 2]", '{"features": 3}', "[]", '{"a": 1}\n{"b": 2}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError):
            read_screens(path, DEGREES, terrain=Terrain())


def test_receivers_come_as_sets_of_points_and_a_storey_alone_is_told(tmp_path):
    path = tmp_path / "r.geojson"
    spots = [[-90.0, 35.01], [-90.0, 35.02]]
    for shape in (
        {"type": "MultiPoint", "coordinates": spots},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": s} for s in spots]},
    ):
        path.write_text(json.dumps({"type": "Feature", "properties": {"name": "a", "level": 3}, "geometry": shape}), encoding="utf-8")
        found = read_receivers(path, DEGREES, height_m=4.0, **SITE)
        assert found.lat == pytest.approx([35.01, 35.02]) and "level is not read" in " ".join(found.findings)


ROW, COLUMN = np.mgrid[0:40, 0:40]
GROUND = 240.0 + 0.5 * COLUMN + 0.3 * (39 - ROW)
STEP, WEST, NORTH = 0.001, -90.02, 35.02
PLACED = {33550: (STEP, STEP, 0.0), 33922: (0.0, 0.0, 0.0, WEST, NORTH, 0.0)}
MATRIX = (STEP, 0.0, 0.0, WEST, 0.0, -STEP, 0.0, NORTH, *([0.0] * 7), 1.0)
TURNED = (0.9 * STEP, 0.1 * STEP, 0.0, WEST, 0.1 * STEP, -0.9 * STEP, 0.0, NORTH, *([0.0] * 7), 1.0)
SPOTS = np.array([[0.0, 0.0], [700.0, -900.0]])


def raster(path, cells=GROUND, *, mode=None, gdal="", **tags):
    image = pytest.importorskip("PIL.Image").fromarray(np.asarray(cells, dtype=np.uint8 if mode else np.float32))
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    info = ImageFileDirectory_v2()
    for key, value in {**(tags.get("placed") or PLACED), 34735: (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)}.items():
        info[key] = value
        info.tagtype[key] = 3 if key == 34735 else 12
    if gdal:
        info[42112], info.tagtype[42112] = gdal, 2
    (image.convert(mode) if mode else image).save(path, tiffinfo=info)
    return path


def ground_of(path):
    found, told = terrain.read_terrain(path, **SITE)
    return found.altitude_m(SPOTS), " ".join(told)


def test_a_matrix_with_north_up_places_a_raster_and_a_turned_one_is_refused(tmp_path):
    there, _ = ground_of(raster(tmp_path / "a.tif"))
    by_matrix, _ = ground_of(raster(tmp_path / "b.tif", placed={34264: MATRIX}))
    np.testing.assert_allclose(by_matrix, there, atol=1e-6)
    for placed in ({34264: TURNED}, {**PLACED, 34264: TURNED}, {34264: tuple(np.array(MATRIX) * np.where(np.arange(16) == 5, -1, 1))}):
        with pytest.raises(ScenarioError, match="turned"):
            ground_of(raster(tmp_path / "c.tif", placed=placed))


def test_pictures_and_a_scale_of_nothing_are_refused(tmp_path):
    for mode in ("P", "1"):
        with pytest.raises(ScenarioError, match="one band of altitudes"):
            ground_of(raster(tmp_path / "p.tif", GROUND - 200.0, mode=mode))
    scaled = '<GDALMetadata><Item name="SCALE" sample="0" role="scale">0</Item></GDALMetadata>'
    with pytest.raises(ScenarioError, match="scale is 0"):
        ground_of(raster(tmp_path / "s.tif", gdal=scaled))


@pytest.mark.parametrize("mark", [0.0, -1.0, -10.0, -100.0, 1234.0, 4444.0, -32768.0, float("nan"), 9998.0])
@pytest.mark.parametrize("columns", [3, 30])
def test_a_number_far_from_all_others_is_no_ground_whatever_it_is(tmp_path, mark, columns):
    level, told = ground_of(raster(tmp_path / "m.tif", np.where(columns > COLUMN, mark, GROUND)))
    assert ((level >= 239.0) & (level <= 300.0)).all() and "no altitude" in told


def test_ground_far_off_the_sites_own_height_is_told_with_the_unit_that_explains_it():
    for unit, per_unit_m in (("ft", 0.3048), ("dm", 0.1)):
        found = off_the_site(Terrain(raster_m=np.full((2, 2), 247.0 / per_unit_m)), SimpleNamespace(elevation_m=247.0))
        assert f"in {unit}" in found[0]
    for level in (260.0, 480.0):
        assert not off_the_site(Terrain(raster_m=np.full((2, 2), level)), SimpleNamespace(elevation_m=247.0))
    assert not off_the_site(Terrain(), SimpleNamespace(elevation_m=247.0))
