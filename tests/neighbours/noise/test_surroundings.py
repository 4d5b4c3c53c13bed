"""Files that a scenario names enter the stage, the tools and the cache key, and go with the run folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise.sources.plant import levels_by_band
from gigacampus.rerun.noise.run_context import columns, run_context

ROOT = Path(__file__).parents[3]
NEAR = (39.9972, -82.88)
SCENARIO = """
base: gas-campus.yaml
campuses:
  first:
    receptors: {near: {lat: 39.9972, lon: -82.88, people: 100}}
    noise: %s
"""


def folder(tmp_path: Path) -> Path:
    text = (ROOT / "scenarios" / "gas-campus.yaml").read_text(encoding="utf-8")
    (tmp_path / "gas-campus.yaml").write_text(text.replace("months: 60", "months: 12"), encoding="utf-8")
    (tmp_path / "maps").mkdir()
    wall = {
        "type": "Feature",
        "properties": {"name": "bank", "height": 12},
        "geometry": {"type": "LineString", "coordinates": [[-82.885, 39.9966], [-82.875, 39.9966]]},
    }
    (tmp_path / "maps" / "walls.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [wall]}))
    rows, step = 150, 0.0002
    ridge = [[30 if 39.9962 < 39.98 + step * (rows - i) < 39.9968 else 0 for _ in range(400)] for i in range(rows)]
    head = f"ncols 400\nnrows {rows}\nxllcorner -82.92\nyllcorner 39.98\ncellsize {step}\nnodata_value -9999\n"
    (tmp_path / "maps" / "ridge.asc").write_text(head + "\n".join(" ".join(map(str, r)) for r in ridge))
    return tmp_path


SIZE = ("run.worlds=2", "run.draws=2")


def written(place: Path, noise: str) -> Path:
    (place / "x.yaml").write_text(SCENARIO % noise, encoding="utf-8")
    return place / "x.yaml"


def ran(place: Path, noise: str, **more):
    return api.compute(written(place, noise), worlds=2, draws=2, twin=False, **more)


def night(result) -> float:
    return float(result.reference("noise_night_dba")[0, -1])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return folder(tmp_path_factory.mktemp("around"))


@pytest.fixture(scope="module")
def bare(place) -> float:
    return night(api.first(written(place, "{}"), SIZE))


@pytest.mark.parametrize(
    ("noise", "at_least_db"),
    [
        ("{screens: {east: {file: maps/walls.geojson}}}", 1.2),
        ("{terrain: {file: maps/ridge.asc, crs: 'EPSG:4326'}}", 3.0),
        ("{grounds: {lawn: {ground_g: 1.0, points: [[39.991, -82.9], [39.991, -82.86], [40.0, -82.86], [40.0, -82.9]]}}}", 0.2),
    ],
)
def test_what_stands_around_shields_the_home_in_stage_and_tools(place, bare, noise, at_least_db, tmp_path):
    result = ran(place, noise)
    assert night(result) < bare - at_least_db
    saved = api.save(result, tmp_path / "runs", "x")
    moved = shutil.move(saved, tmp_path / "elsewhere")
    opening = run_context(Path(moved), month=result.coords["month"][-1])
    level = levels_by_band(opening.plants(), *columns(opening.places(["near"])[1]), height_m=4.0)
    from gigacampus.neighbours.noise.propagation.bands import a_level_dba

    assert float(a_level_dba(level)[0]) == pytest.approx(night(result), abs=0.3)
    assert not [path for path in result.manifest["unused_inputs"] if ".noise." in path]
    assert any("taken as metres" in f for f in result.manifest["files"]) == ("terrain" in noise)


def test_the_scenario_among_made_up_hills_runs_with_no_fault_in_its_files(tmp_path):
    scenario = ROOT / "scenarios" / "rolling-noise.yaml"
    result = api.compute(scenario, worlds=2, draws=2, twin=False)
    flat = api.first(scenario, ("campuses.first.noise.terrain=null", *SIZE))
    named = {label.split("/")[1]: k for k, label in enumerate(result.coords["receptor"])}
    hills, plane = (r.reference("noise_night_dba")[:, -1] for r in (result, flat))
    farm = named["behind_the_hill"]
    assert hills[farm] < plane[farm] - 0.5 and hills[named["village"]] > hills[named["three_km"]] + 5.0
    assert result.reference("noise_band_half_width_db")[named["three_km"], -1] > 6.0
    from gigacampus.rerun.noise.mapping import Files, map_run

    report = map_run(
        api.save(result, tmp_path, "x"),
        tmp_path / "n.geojson",
        show="level",
        levels=None,
        month="2026-08",
        period="night",
        wind="mean",
        files=Files(terrain=ROOT / "scenarios" / "parts" / "rolling_hills.asc", crs="EPSG:4326", terrain_unit="m"),
        half_width_m=2000.0,
        fine_m=100.0,
        check=True,
    )
    assert report["screens"] == {"buildings": 18, "walls": 2}
    assert not [f for f in report["findings"] if "no height" not in f]


def test_a_changed_file_is_another_run(place, bare):
    noise = "{screens: {east: {file: maps/walls.geojson}}}"
    first = ran(place, noise)
    path = place / "maps" / "walls.geojson"
    text = path.read_text()
    try:
        path.write_text(text.replace('"height": 12', '"height": 3'))
        second = ran(place, noise)
    finally:
        path.write_text(text)
    assert night(first) < night(second) - 1.0 and first.manifest["hash"] != second.manifest["hash"]


@pytest.mark.parametrize(
    ("noise", "words"),
    [
        ("{screens: {east: {file: ../walls.geojson}}}", "leaves the scenario"),
        ("{screens: {east: {file: maps/wall.geojson}}}", "walls.geojson"),
        ("{screens: {east: {file: maps/ridge.asc}}}", "geojson"),
        ("{terrain: {file: maps/walls.geojson}}", "asc"),
        ("{terrain: {file: maps/ridge.asc, crs: wrong}}", "crs"),
        ("{terrain: {file: maps/ridge.asc}}", "does not say its coordinate system"),
        ("{terrain: {file: maps/ridge.asc, crs: 'EPSG:32616'}}", "does not reach the site"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(place, noise, words):
    with pytest.raises(ScenarioError, match=words):
        ran(place, noise)
