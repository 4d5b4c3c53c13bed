"""The noise commands on a finished run: they agree with the stage, refuse clearly, and move the way they must."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.exposure import Blocks
from gigacampus.neighbours.noise.exposure import neighbourhood
from gigacampus.neighbours.noise.propagation.bands import a_level_dba
from gigacampus.neighbours.noise.sources import plant
from gigacampus.rerun import noise_neighbourhood
from gigacampus.rerun.noise.measurements import observe_run, read_readings
from gigacampus.rerun.noise.mitigation_optimizer import catalogue, quiet_run
from gigacampus.rerun.noise.run_context import RequestError, columns, run_context
from gigacampus.rerun.reopen import reopened

ROOT = Path(__file__).parents[3]
SCENARIO = """
base: {base}
campuses:
  first:
    receptors:
      near: {{lat: 39.9972, lon: -82.88, people: 100}}
      far: {{lat: 40.017, lon: -82.88, people: 1000}}
    noise:
      placements: {{turbines: {{lat: 39.9902, lon: -82.88, bearing_deg: 90, length_m: 120}}}}
      walls: {{north: {{points: [[39.9906, -82.882], [39.9906, -82.878]], height_m: 14.0, in_service: 2026-08-01}}}}
"""
SUMMER = "2026-08"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("noise")
    base = folder / "gas-campus.yaml"
    starter = (ROOT / "scenarios" / "gas-campus.yaml").read_text(encoding="utf-8")
    base.write_text(starter.replace("months: 60", "months: 12"), encoding="utf-8")
    path = folder / "x.yaml"
    path.write_text(SCENARIO.format(base=base.name), encoding="utf-8")
    result = api.compute(path, worlds=2, draws=2, twin=False)
    return api.save(result, folder / "runs", "x")


def call(*arguments: object) -> tuple[int, str]:
    from gigacampus.cli import application

    done = CliRunner().invoke(application(), [str(a) for a in arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("period", ["night", "day"])
def test_the_tools_hear_what_the_stage_heard(run, period):
    opening = run_context(run, month=SUMMER, period=period)
    lat, lon = columns(opening.places(["near", "first/far"])[1])
    level = a_level_dba(plant.levels_by_band(opening.plants(), lat, lon, height_m=4.0))
    told = opening.result.reference(f"noise_{period}_dba")[:, opening.month]
    np.testing.assert_allclose(level, told, atol=0.3)


def test_reopened_inputs_are_those_of_the_reference_world(run):
    opening = run_context(run)
    assert opening.inputs.tree.campuses["first"].noise.walls["north"].height_m == 14.0
    assert opening.up["unit_running"].shape == opening.result.array("unit_running").shape[1:]
    assert set(vars(reopened(opening.result, "noise")[0].tree)) == {"horizon", "library", "campuses"}


def test_the_map_is_geojson_whose_contours_hold_their_level(run, tmp_path):
    pytest.importorskip("contourpy")
    out = tmp_path / "noise.geojson"
    code, text = call("map", run, "--out", out, "--levels", "45,50", "--month", SUMMER, "--half-width-m", 2000, "--json")
    report, features = json.loads(text), json.loads(out.read_text())["features"]
    assert code == 0 and report["contours"] == 2 and report["findings"] == []
    plants = run_context(run, month=SUMMER).plants()
    for feature in features[:2]:
        spots = np.array([p for line in feature["geometry"]["coordinates"] for p in line])[::7]
        inside = (np.abs(spots[:, 1] - 39.99) < 0.017) & (np.abs(spots[:, 0] + 82.88) < 0.022)
        levels = neighbourhood.level_at(plants, spots[inside, 1], spots[inside, 0])
        assert inside.sum() > 3 and np.abs(levels - feature["properties"]["level_dba"]).max() < 1.5
        assert all(line[0] == line[-1] for line in feature["geometry"]["coordinates"])


def test_manifest_rows_have_the_shape_that_the_report_reads(run):
    pytest.importorskip("contourpy")
    result = run_context(run).result
    rows = noise_neighbourhood.contours(result, use_cache=False)
    assert [row["level"] for row in rows] == [40.0, 45.0, 50.0, 55.0] and set(rows[0]) == {"title", "level", "unit", "rings"}
    assert neighbourhood.map_month(result) == 1 and rows[0]["rings"] == []
    later = neighbourhood.contour_rows(run_context(run, month=SUMMER).plants(), title="x")
    assert all(abs(lat - 39.99) < 0.1 and abs(lon + 82.88) < 0.1 for row in later for ring in row["rings"] for lat, lon in ring)
    assert len(later[1]["rings"]) >= 1


def test_people_above_count_block_groups_not_receptors(run):
    opening = run_context(run, month=SUMMER)
    blocks = Blocks(
        ("a", "b", "c"), ("x", "x", "x"), np.array([500.0, 70.0, 9000.0]), np.array([39.9972, 40.017, 41.0]), np.full(3, -82.88)
    )
    night = opening.result.reference("noise_night_dba")[:, opening.month]
    limits = (float(night[0]) - 0.5, float(night[1]) - 0.5, 99.0)
    rows = neighbourhood.counted(opening.plants(), blocks, limits)
    assert [row["people"] for row in rows] == [500.0, 570.0, 0.0]
    assert rows[0]["low"] == 0.0 and rows[1]["low"] <= 500.0 and rows[1]["high"] == 570.0
    assert neighbourhood.counted(opening.plants(0), blocks, limits)[0]["people"] == 0.0


def test_a_missing_extra_is_one_clear_error(run, tmp_path, monkeypatch):
    monkeypatch.setattr("gigacampus.rerun.noise.mapping.find_spec", lambda name: None)
    code, text = call("map", run, "--out", tmp_path / "n.geojson", "--month", SUMMER)
    assert code == 2 and "pip install contourpy" in text and not (tmp_path / "n.geojson").exists()


def test_faults_in_a_file_of_buildings_are_named(run, tmp_path):
    square = [[-82.881, 39.993], [-82.879, 39.993], [-82.879, 39.994], [-82.881, 39.994], [-82.881, 39.993]]
    bow = [[-82.881, 39.995], [-82.879, 39.996], [-82.879, 39.995], [-82.881, 39.996], [-82.881, 39.995]]
    path = tmp_path / "b.geojson"

    def write(*rings):
        features = [
            {"type": "Feature", "properties": {"name": n, "height": 9}, "geometry": {"type": "Polygon", "coordinates": [r]}}
            for n, r in rings
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    write(("store", square), ("bow tie", bow))
    code, text = call("map", run, "--screens", path, "--check", "--month", SUMMER)
    assert code == 1 and "bow tie" in text and "store" not in text
    write(("store", square))
    assert call("map", run, "--screens", path, "--check", "--month", SUMMER)[0] == 0
    path.write_text("{")
    code, text = call("map", run, "--screens", path, "--check", "--month", SUMMER)
    assert code == 2 and "GeoJSON" in text
    assert call("map", run, "--check")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("listen", "--receptor", "nera"), "near"),
        (("listen", "--receptor", "near", "--month", "2031-01"), "2026-01 to 2026-12"),
        (("listen", "--receptor", "near", "--month", "2026-01"), "nothing sounds"),
        (("map", "--wind", "east"), "downwind"),
        (("map", "--levels", "loud", "--month", SUMMER), "not a list"),
        (("map", "--fine-m", "1", "--month", SUMMER), "points"),
        (("listen", "--receptor", "near", "--tone", "5", "--month", SUMMER), "tone"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_way_out(run, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, text = call(arguments[0], run, *arguments[1:])
    assert code == 2 and words in text and "Traceback" not in text and not list(tmp_path.iterdir())


def test_the_listening_sample_says_what_the_wall_takes_off(run, tmp_path):
    code, text = call("listen", run, "--receptor", "near", "--out", tmp_path / "s", "--month", SUMMER, "--json")
    report = json.loads(text)
    assert code == 0 and report["walls"] == ["first/north"] and "not a recording" in report["statement"]
    assert report["without_dba"] - report["with_dba"] > 0.5 and report["without_dba"] > 40.0
    assert 2.0 < report["half_width_db"] < 12.0
    for name in ("without_wall", "with_wall"):
        with wave.open(str(tmp_path / "s" / f"{name}.wav")) as file:
            assert file.getnframes() / file.getframerate() == 30.0
    before = json.loads(call("listen", run, "--receptor", "near", "--out", tmp_path / "s", "--month", "2026-07", "--json")[1])
    assert before["walls"] == [] and before["with_db"] == before["without_db"]


def readings(path: Path, *rows: str) -> Path:
    path.write_text("receptor,level_db,weighting,instrument,month,period\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_loud_reading_raises_the_turbines_and_narrows_them(run, tmp_path):
    opening = run_context(run, month=SUMMER)
    level = float(opening.result.reference("noise_night_dba")[0, opening.month])
    report = observe_run(run, readings(tmp_path / "r.csv", f"near,{level + 5:.2f},A,class_1,{SUMMER},night"), month=SUMMER)
    rows = {row["group"]: row for row in report["groups"]}
    turbines = rows["first/generators/turbines"]
    assert 2.0 < turbines["posterior_db"] < 5.5 and turbines["posterior_half_width_db"] < 0.6 * turbines["prior_half_width_db"]
    assert report["readings"][0]["predicted_before_db"] < report["readings"][0]["predicted_after_db"] < level + 5.0
    near = report["receptors"][0]
    assert near["before_dba"] == pytest.approx(level, abs=0.3)
    assert near["after_dba"] > near["before_dba"] + 2.0 and near["after_half_width_db"] < near["before_half_width_db"]


def test_a_reading_before_a_group_stood_says_nothing_of_it(run, tmp_path):
    file = readings(tmp_path / "r.csv", "near,60,A,phone,2026-02,night")
    with pytest.raises(RequestError, match="nothing sounds"):
        observe_run(run, file, month=SUMMER)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"near,loud,A,class_1,{SUMMER},night", "line|not a number"),
        (f"near,nan,A,class_1,{SUMMER},night", "not a number"),
        (f"near,50,Z,class_1,{SUMMER},night", "weighting"),
        (f"near,50,A,clas_1,{SUMMER},night", "class_1"),
        ("near,50,A,class_1,1999-01,night", "month"),
        (f"naer,50,A,class_1,{SUMMER},night", "near"),
    ],
)
def test_bad_readings_are_refused(run, tmp_path, row, words):
    with pytest.raises(ScenarioError, match=words):
        observe_run(run, readings(tmp_path / "r.csv", row), month=SUMMER)


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("lat,lon,level_db", "-82.88,39.995,45", "latitude and longitude mixed up"),
        ("lat,lon,level_db", "39.995,82.88,45", "the minus sign of the longitude lost"),
        ("lat,lon,level_db", "0,0,45", "km from the nearest campus"),
        ("lat,lon,level_db", "40.9,-82.88,45", "give places within 30 km"),
        ("lat,lon,laeq,height_m", "39.995,-82.88,45,-9999", "a height of -9999 m"),
        ("lat,lon,laeq,height_m", "39.995,-82.88,45,0", "a height of 0 m"),
        ("lat,lon,laeq,height_m", "39.995,-82.88,45,900", "a height of 900 m"),
        ("lat,lon,laeq", "39.995,-82.88,45 dB(C)", "let them agree"),
    ],
)
def test_a_meter_stands_near_a_campus_and_above_the_ground(run, tmp_path, header, row, words):
    path = tmp_path / "r.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=words):
        read_readings(path, run_context(run, month=SUMMER))


@pytest.mark.parametrize(
    ("header", "row", "weighting"),
    [
        ("lat,lon,level_db", "39.995,-82.88,45 dB(C)", "C"),
        ("lat,lon,level_db,weighting", "39.995,-82.88,45,dB(A)", "A"),
        ("Lat (deg);Lon (deg);Level (dBC)", "39,995;-82,880;45,000", "C"),
        ("latitude\tlongitude\tlaeq", "39.995\t-82.880\t45.000", "A"),
    ],
)
def test_a_reading_is_read_in_any_of_its_forms(run, tmp_path, header, row, weighting):
    path = tmp_path / "r.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    (found,) = read_readings(path, run_context(run, month=SUMMER))
    assert (found.lat, found.lon, found.level_db, found.weighting) == (39.995, -82.88, 45.0, weighting)


def test_the_cheapest_plan_keeps_a_limit_that_can_be_kept_and_costs_more_for_less_noise(run):
    ask = {"month": SUMMER, "wind": "downwind", "wall_usd_per_m2": None}
    now = quiet_run(run, ["near"], limit_dba=90.0, **ask)
    assert now["kept"] and now["plan"]["cost_usd"] == 0.0
    level = now["receptors"][0]["now_dba"]
    most = max(row["gain_db"][0] for row in now["alone"])
    mild, strict = (quiet_run(run, ["near"], limit_dba=level - drop, **ask) for drop in (1.0, most + 0.5))
    assert mild["kept"] and strict["kept"] and 0.0 < mild["plan"]["cost_usd"] < strict["plan"]["cost_usd"]
    assert strict["receptors"][0]["then_dba"] <= level - most - 0.5
    assert all(m["who"] for m in strict["plan"]["measures"])
    assert most > 1.0 and len(strict["plan"]["measures"]) > 1 and min(row["gain_db"][0] for row in strict["alone"]) > -0.1
    impossible = quiet_run(run, ["near"], limit_dba=5.0, **ask)
    assert not impossible["kept"] and impossible["receptors"][0]["chance_kept"] < 0.01


def test_a_cheaper_wall_is_chosen_sooner(run):
    rows = [quiet_run(run, ["near"], limit_dba=40.0, month=SUMMER, wind="downwind", wall_usd_per_m2=p)["alone"] for p in (100.0, 1000.0)]
    walls = [{r["measures"][0]["name"]: r["cost_usd"] for r in row if "wall" in r["measures"][0]["name"]} for row in rows]
    assert walls[0] and all(walls[1][k] == pytest.approx(10.0 * v) for k, v in walls[0].items())


def test_every_price_says_how_sure_it_is():
    assert {row["confidence"] for row in catalogue().values()} <= {"seen", "derived", "mixed", "recalled", "assumed"}
    assert all(float(row["usd_per_unit"]) > 0.0 and row["who"] and row["source"] for row in catalogue().values())


def test_levels_at_receivers_of_a_file_are_those_of_the_stage_and_faults_are_named(run, tmp_path):
    places, out = tmp_path / "r.csv", tmp_path / "out.csv"
    places.write_text("name,lat,lon\nporch,39.9972,-82.88\nnowhere,,\nyard,39.9902,-82.88\n")
    code, text = call("map", run, "--receivers", places, "--out", out, "--month", SUMMER)
    rows = [line.split(",") for line in out.read_text().splitlines()]
    opening = run_context(run, month=SUMMER)
    night = float(opening.result.reference("noise_night_dba")[0, opening.month])
    assert code == 0 and "nowhere" in text and [r[0] for r in rows] == ["name", "porch", "yard"]
    porch = dict(zip(rows[0][1:], map(float, rows[1][1:]), strict=True))
    assert porch["level_dba"] == pytest.approx(night, abs=0.3) and porch["low_dba"] < porch["level_dba"] < porch["high_dba"]
    code, text = call("map", run, "--receivers", places, "--out", tmp_path / "out.tif", "--month", SUMMER)
    assert code == 2 and "not a raster" in text and not (tmp_path / "out.tif").exists()


def test_a_raster_and_a_table_hold_the_levels_of_the_map(run, tmp_path):
    pytest.importorskip("PIL")
    from gigacampus.neighbours.noise.geodata.terrain import geotiff

    ask = ("--month", SUMMER, "--half-width-m", 1600)
    assert call("map", run, "--out", tmp_path / "n.tif", *ask)[0] == 0 == call("map", run, "--out", tmp_path / "n.csv", *ask)[0]
    raster = geotiff(tmp_path / "n.tif")
    rows = [line.split(",") for line in (tmp_path / "n.csv").read_text().splitlines()[1:]]
    for _, lat, lon, level in rows[::37]:
        i, j = (float(lat) - raster.y0) / raster.step_y, (float(lon) - raster.x0) / raster.step_x
        assert abs(i - round(i)) < 0.02 and abs(j - round(j)) < 0.02
        assert raster.altitude[round(i), round(j)] == pytest.approx(float(level), abs=0.02)


def test_the_map_of_the_difference_shows_where_the_wall_acts(run, tmp_path):
    pytest.importorskip("contourpy")
    ask = ("map", run, "--show", "wall_gain", "--out", tmp_path / "g.geojson", "--half-width-m", 1600)
    assert call(*ask, "--month", SUMMER)[0] == 0
    points = [f for f in json.loads((tmp_path / "g.geojson").read_text())["features"] if f["properties"]["kind"] == "point"]
    best = max(points, key=lambda f: f["properties"]["wall_gain_db"])
    assert best["properties"]["wall_gain_db"] > 2.0 and best["geometry"]["coordinates"][1] > 39.9906
    assert call(*ask, "--month", "2026-07")[0] == 0
    before = json.loads((tmp_path / "g.geojson").read_text())["features"]
    assert not [f for f in before if f["properties"]["kind"] == "point"]
    assert call("map", run, "--show", "loudness")[0] == 2


def test_terrain_of_a_file_shields_and_its_faults_are_told(run, tmp_path):
    """A ridge of 30 m beside the home takes several decibels off."""
    rows, step = 150, 0.0002
    ridge = [[30.0 if 39.9962 < 39.98 + step * (rows - i) < 39.9968 else 0.0 for _ in range(400)] for i in range(rows)]
    head = f"ncols 400\nnrows {rows}\nxllcorner -82.92\nyllcorner 39.98\ncellsize {step}\nnodata_value -9999\n"
    (tmp_path / "t.asc").write_text(head + "\n".join(" ".join(map(str, r)) for r in ridge))
    places = tmp_path / "r.csv"
    places.write_text("name,lat,lon\nnear,39.9972,-82.88\n")
    level = []
    for extra in ((), ("--terrain", tmp_path / "t.asc", "--crs", "EPSG:4326")):
        code, text = call("map", run, "--receivers", places, "--out", tmp_path / "o.csv", "--month", SUMMER, *extra)
        assert code == 0, text
        level.append(float((tmp_path / "o.csv").read_text().splitlines()[1].split(",")[3]))
    assert level[1] < level[0] - 5.0
    code, text = call("map", run, "--terrain", tmp_path / "t.asc", "--check", "--month", SUMMER)
    assert code == 2 and "does not say its coordinate system" in text


def test_what_was_learnt_from_readings_starts_the_next_run(run, tmp_path):
    from gigacampus import api

    opening = run_context(run, month=SUMMER)
    level = float(opening.result.reference("noise_night_dba")[0, opening.month])
    file, patch = readings(tmp_path / "r.csv", f"near,{level + 5:.2f},A,class_1,{SUMMER},night"), tmp_path / "learnt.yaml"
    code, text = call("observe", run, "--readings", file, "--month", SUMMER, "--out", patch)
    report = observe_run(run, file, month=SUMMER)
    assert code == 0 and "class_1" in text and "patches:" in text
    folder = run.parent.parent
    (folder / "learnt.yaml").write_text(patch.read_text())
    path = folder / "y.yaml"
    path.write_text((folder / "x.yaml").read_text() + "patches: [learnt.yaml]\n", encoding="utf-8")
    result = api.compute(path, worlds=2, draws=2, twin=False)
    night = result.reference("noise_night_dba")[:, opening.month]
    for row in report["receptors"]:
        at = result.coords["receptor"].index(row["receptor"])
        assert night[at] == pytest.approx(row["after_dba"], abs=0.3)
        assert float(result.reference("noise_source_sigma_db")[at, opening.month]) < 5.0
    again = observe_run(api.save(result, tmp_path / "runs", "y"), file, month=SUMMER)
    first = {r["group"]: r for r in report["groups"]}["first/generators/turbines"]
    second = {r["group"]: r for r in again["groups"]}["first/generators/turbines"]
    assert second["prior_half_width_db"] == pytest.approx(first["posterior_half_width_db"], abs=0.02)
    assert abs(second["posterior_db"]) < 1.0
