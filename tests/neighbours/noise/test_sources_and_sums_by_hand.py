"""Sources of a campus, indicators, walls, maps and files of levels against values worked by hand."""

from __future__ import annotations

import math
import struct
from types import SimpleNamespace

import numpy as np
import pytest
from scene_of_a_campus import TURBINE, inputs, scenario, upstream

from gigacampus.neighbours.noise.exposure import contours, indicators, neighbourhood
from gigacampus.neighbours.noise.geodata import output, receivers, vertical
from gigacampus.neighbours.noise.geodata.features import Findings
from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry import scene, trace
from gigacampus.neighbours.noise.mitigation import wall_effect
from gigacampus.neighbours.noise.propagation import iso9613 as iso
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, a_level_dba
from gigacampus.neighbours.noise.sources import campus_sources, events, plant, wall_schedule
from gigacampus.registry.kinds import COOLING


def test_sound_power_and_height_of_every_kind_of_block():
    """Coolers by megawatt of heat, batteries by unit, transformers by 100 MW, turbines as stated; and where each opening stands."""
    noise = SimpleNamespace(battery_unit_sound_power_dba=85.0, transformer_sound_power_dba_per_100_mw=95.0, construction={"excavator": 1})
    cooler = SimpleNamespace(kind="dry_cooler", sound_power_dba_per_mw=92.0)
    library = SimpleNamespace(generators={"t": TURBINE}, cooling={"c": cooler}, battery={"p": SimpleNamespace(unit_mwh=4.0)})

    def parts(**block):
        return campus_sources._components(SimpleNamespace(**block), noise, library)

    for block, component, height_m, level in (
        ({"kind": "cooling", "model": "lib:cooling/c", "heat_mw": 20.0}, "fan", 4.0, 92.0 + 10 * math.log10(20.0)),
        ({"kind": "cooling", "model": "lib:cooling/c", "heat_mw": 0.0}, "fan", 4.0, 92.0 - 60.0),
        ({"kind": "substation", "mw": 400.0}, "tank", 3.0, 95.0 + 10 * math.log10(4.0)),
        ({"kind": "substation", "mw": 0.0}, "tank", 3.0, 95.0 - 80.0),
    ):
        (found,) = parts(**block)
        assert found[:2] == (component, height_m) and float(a_level_dba(found[2])) == pytest.approx(level)
    casing, inlet, exhaust = parts(kind="generators", model="lib:generators/t")
    assert [p[:2] for p in (casing, inlet, exhaust)] == [("casing", 3.0), ("inlet", 8.0), ("exhaust", TURBINE.stack_height_m)]
    total = 10 * np.log10(sum(10 ** (0.1 * p[2]) for p in (casing, inlet, exhaust)))
    assert float(a_level_dba(total)) == pytest.approx(114.0)
    assert parts(kind="hall")[0][:2] == ("plant", 2.0) and parts(kind="road") == []


def test_a_row_of_fans_shares_its_power_over_six_points_along_its_bearing():
    place = SimpleNamespace(lat=35.0, lon=-90.0, length_m=120.0, bearing_deg=90.0, height_m=None)
    campus = SimpleNamespace(site=SimpleNamespace(lat=35.0, lon=-90.0), noise=SimpleNamespace(placements={"row": place}))
    np.testing.assert_allclose(campus_sources._spots(campus, "row"), [[x, 0.0] for x in (-50.0, -30.0, -10.0, 10.0, 30.0, 50.0)], atol=1e-9)
    assert campus_sources._spots(campus, "elsewhere").tolist() == [[0.0, 0.0]]
    place.length_m = 0.0
    assert len(campus_sources._spots(campus, "row")) == 1


def test_weights_of_the_groups_follow_units_heat_and_presence():
    tree = scenario()
    given, up = inputs(tree), upstream(running=7.0, heat_mw=60.0, of=tree)
    campus, library = given.tree.campuses["a"], given.tree.library
    does = campus_sources.activity(given.at, up, 0)
    sources = campus_sources.campus_sources(campus, library)
    weight, load = campus_sources.group_weights(sources, campus, does)
    np.testing.assert_allclose(does.heat_mw, 60.0)
    np.testing.assert_allclose(load, 0.6)
    told = dict(zip(sources.groups, weight, strict=True))
    np.testing.assert_allclose(told["generators/gt"], 7.0)
    np.testing.assert_allclose(told["cooling/"], 0.0)
    np.testing.assert_allclose(told["cooling/dc"], does.present_frac["dc"])
    bare = campus_sources.group_weights(
        sources, campus, SimpleNamespace(**{**vars(does), "present_frac": {k: 0.0 * v for k, v in does.present_frac.items()}})
    )
    np.testing.assert_allclose(dict(zip(sources.groups, bare[0], strict=True))["cooling/"], 60.0)
    np.testing.assert_allclose(bare[1], 0.0)
    hot = campus_sources.group_weights(sources, campus, SimpleNamespace(**{**vars(does), "heat_mw": does.heat_mw * 5.0}))[1]
    np.testing.assert_allclose(hot, 1.0)
    assert [w[0] for w in campus_sources.units_sounding(sources.groups, weight)] == [
        7.0 if g.startswith("gen") else 1.0 for g in sources.groups
    ]


def test_hours_of_fans_and_builders():
    """Fans by the fifth power of speed: 0.8 of the load at design, less in cool air, never below 0.3; builders from seven to six."""
    tree = scenario()
    campus, library = inputs(tree).tree.campuses["a"], inputs(tree).tree.library
    sources, noise = campus_sources.campus_sources(campus, library), SimpleNamespace(construction_from_h=7, construction_to_h=18)
    (kind,) = sources.cooling
    air_frac = np.full((len(COOLING), 3), np.nan)
    air_frac[kind] = 1.0, 0.5, 0.2
    made = campus_sources.family_hours(sources, noise, load_frac=0.8, air_frac=air_frac, hour_of_day=np.array([6, 7, 18]))
    assert made[0].tolist() == [1.0, 1.0, 1.0] and made[1].tolist() == [0.0, 1.0, 0.0] and len(made) == 3
    np.testing.assert_allclose(made[2], [0.8**5, 0.4**5, 0.3**5])


def test_day_and_night_by_month():
    hourly = np.zeros(8760)
    hourly[(np.arange(8760) // 24 == 31)] = np.arange(24.0)
    made = campus_sources.by_month_and_period(hourly)
    night = np.array([22, 23, 0, 1, 2, 3, 4, 5, 6])
    assert made.shape == (12, 2) and made[0].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(made[1], [np.arange(7.0, 22.0).mean() / 28.0, night.mean() / 28.0])


def test_events_by_starts_stops_and_months():
    one = SimpleNamespace(block="gt", per_month=2.0, per_start=1.0, per_stop=0.5, lat=None, lon=None, height_m=9.0, sound_power_dba=130.0)
    campus = SimpleNamespace(noise=SimpleNamespace(events={"vent": one}, placements={}), site=SimpleNamespace(lat=35.0, lon=-90.0))
    np.testing.assert_allclose(events.events_by_month(campus, {"gt": np.array([0.0, 4.0])}, 2), [[2.0, 8.0]])
    one.block = ""
    np.testing.assert_allclose(events.events_by_month(campus, {}, 2), [[2.0, 2.0]])
    assert events.event_places_m(campus).tolist() == [[0.0, 0.0, 9.0]]
    one.lat, one.lon = 35.01, None
    assert events.event_places_m(campus).tolist() == [[0.0, 0.0, 9.0]]
    one.lon = -90.0
    assert events.event_places_m(campus)[0, 1] == pytest.approx(1112.0, abs=3.0)
    assert float(a_level_dba(events.event_powers_db(campus)[0])) == pytest.approx(130.0)


def test_halls_and_yards_have_their_corners():
    hall = SimpleNamespace(lat=35.0, lon=-90.0, length_m=100.0, width_m=40.0, bearing_deg=90.0)
    ring = wall_schedule.hall_ring_m(hall, site_lat=35.0, site_lon=-90.0)
    assert sorted(map(tuple, ring[:-1].round(6).tolist())) == [(-50.0, -20.0), (-50.0, 20.0), (50.0, -20.0), (50.0, 20.0)]
    assert (ring[0] == ring[-1]).all() and np.hypot(*(ring[1] - ring[0])) == pytest.approx(100.0)
    yard = wall_schedule.yard_ring_m(10.0)
    assert len(yard) == 16 and np.hypot(*yard.T) == pytest.approx(np.full(16, 10.0)) and yard[4] == pytest.approx([0.0, 10.0])


def places(**changed):
    """Two homes of one curve."""

    def two(v):
        return np.full(2, v)

    curves = indicators.Curves("road", 60.0, "road")
    given = {
        "lat": two(35.0),
        "lon": two(-90.0),
        "people": np.array([100.0, 300.0]),
        "half_width_m": two(50.0),
        "height_m": two(4.0),
        "background_day_dba": two(45.0),
        "background_night_dba": two(40.0),
        "limit_day_dba": two(55.0),
        "limit_night_dba": two(45.0),
        "tonal_db": np.array([0.0, 5.0]),
        "homes": np.array([40.0, 90.0]),
        "curves": (curves, curves),
    }
    return indicators.Places(**(given | changed))


def energy(*db):
    return 10.0 ** (0.1 * np.array(db))[:, None]


def test_indicators_of_a_month_by_hand():
    tally = indicators.Tally.empty(2, 1)
    tally.parts = np.stack([energy(50.0, 60.0), energy(48.0, 58.0), energy(46.0, 56.0), energy(44.0, 54.0)])
    tally.night_c, tally.quiet = energy(60.0, 70.0), energy(41.0, 51.0)
    tally.night_class = np.stack([energy(47.0, 57.0), energy(40.0, 50.0), energy(52.0, 62.0)])
    tally.low, tally.bands = np.stack([energy(55.0, 65.0), energy(53.0, 63.0)]), np.stack([np.full((2, 9), 1e3), np.full((2, 9), 4e3)])
    tally.louder_h = np.stack([np.full((2, 1), 3.0), np.full((2, 1), 2.0), np.full((2, 1), 1.0)])
    tally.night_bare, tally.night_walled = np.stack([energy(50.0, 60.0)] * 2), np.stack([energy(47.0, 57.0), energy(49.0, 59.0)])
    tally.distance_energy, tally.background = 800.0 * tally.night_class[0], np.array([[0.0, 1e4], [0.0, 0.0]])
    out = indicators.outputs(tally, places())
    e = {name: 10.0 ** (0.1 * v) for name, v in zip("devn", (50.0, 48.0, 46.0, 44.0), strict=True)}
    day, night, evening = (12 * e["d"] + 3 * e["e"]) / 15, (e["v"] + 8 * e["n"]) / 9, (3 * e["e"] + e["v"]) / 4
    told = {name: float(row[0, 0]) for name, row in out.items() if row.ndim == 2 and row.shape == (2, 1)}
    assert told["noise_day_dba"] == pytest.approx(10 * math.log10(day))
    assert told["noise_night_dba"] == pytest.approx(10 * math.log10(night))
    assert told["noise_ldn_dba"] == pytest.approx(10 * math.log10((15 * day + 90 * night) / 24))
    by_part = 12 * e["d"] + 4 * evening * 10**0.5 + 80 * e["n"]
    assert told["noise_lden_dba"] == pytest.approx(10 * math.log10(by_part / 24))
    assert told["noise_c_minus_a_night_db"] == pytest.approx(60.0 - 10 * math.log10(night))
    assert told["noise_indoor_open_night_dba"] == pytest.approx(told["noise_night_dba"] - 15.0)
    assert told["noise_indoor_closed_night_dba"] == pytest.approx(told["noise_night_dba"] - 28.0)
    assert float(out["noise_rating_night_dba"][1, 0] - out["noise_night_dba"][1, 0]) == 5.0
    assert [told[f"noise_{n}_night_dba"] for n in ("downwind", "upwind", "inversion")] == pytest.approx([47.0, 40.0, 52.0])
    assert told["hourly_level_p10_night_dba"] == pytest.approx(41.0)
    assert told["noise_background_night_dba"] == pytest.approx(10 * math.log10(2e4))
    assert told["increase_over_background_db"] == pytest.approx(10 * math.log10(1.0 + night / 2e4))
    assert told["hours_above_background"] == 6.0 and told["hours_above_background_upwind"] == 1.0
    assert [told[f"noise_night_{hz}_hz_db"] for hz in (31, 63)] == pytest.approx([x + 10 * math.log10(night) - 47.0 for x in (55.0, 53.0)])
    assert (told["insertion_loss_dba"], told["insertion_loss_dbc"]) == pytest.approx((3.0, 1.0))
    np.testing.assert_allclose(out["insertion_loss_band_db"], 10 * math.log10(4.0))
    np.testing.assert_allclose(out["noise_night_band_db"][0], 30.0 + 10 * math.log10(night) - 47.0)
    assert told["noise_propagation_sigma_db"] == pytest.approx(3.0 / 1.6448536)
    assert told["noise_place_sigma_db"] == pytest.approx(1.25 * 8.6858896 * 50.0 / 800.0 / 1.6448536)
    assert told["noise_band_half_width_db"] == pytest.approx(
        1.2815516 * math.hypot(told["noise_propagation_sigma_db"], told["noise_place_sigma_db"])
    )
    assert [float(out[f"noise_people_above_{limit}"][0]) for limit in (45, 55)] == [300.0, 0.0]
    exact = indicators.Tally.empty(2, 1)
    exact.parts = np.stack([energy(45.0, 55.0)] * 4)
    at_limit = indicators.outputs(exact, places())
    assert at_limit["noise_night_dba"].ravel().tolist() == pytest.approx([45.0, 55.0])
    assert float(out["noise_homes_above_45"][0]) == 90.0


def test_limits_with_a_penalty_for_tones_and_no_limit():
    given = places(limit_night_dba=np.array([45.0, np.nan]))
    np.testing.assert_allclose(given.limit(), [[10**5.5, 10**4.5], [10**5.0, np.inf]])
    np.testing.assert_allclose(
        given.floor(np.array([[1.0, 2.0], [3.0, 4.0]])), 10.0 ** np.array([[4.5, 4.0]] * 2) + [[1.0, 2.0], [3.0, 4.0]]
    )
    assert indicators.level_db(np.array([0.0, 0.5, 1e5])).tolist() == [0.0, 0.0, 50.0]


def rows_of(top, left=None):
    """A pair 200 m apart with what leads over the top and round the left: edges, path difference, legs."""
    row = np.zeros((1, columns.WIDTH))
    row[0, [columns.PLAN_M, columns.DISTANCE_M, columns.SOURCE_HEIGHT_M, columns.RECEIVER_HEIGHT_M]] = 200.0, 200.0, 3.0, 4.0
    row[0, columns.PATHS["top"]] = top
    if left is not None:
        row[0, columns.PATHS["left"]] = left
    return row


@pytest.mark.parametrize("edition", [1996, 2024])
def test_energy_by_way_over_round_and_in_sight(edition):
    power, air = np.full((1, 9), 100.0), np.full(9, 0.001)
    none, below, over = [0.0] * 5, [1.0, -0.01, 90.0, 0.0, 110.0], [1.0, 0.6, 90.0, 0.0, 110.6]
    for top, left in ((none, None), (below, None), (over, None), (over, [1.0, 2.0, 100.0, 0.0, 102.0])):
        rows = rows_of(top, left)
        ways = wall_effect.path_energies(rows, power, air, edition=edition)
        seen, hidden = ("in_sight", "over_top") if top is not over else ("over_top", "in_sight")
        assert (ways[hidden] == 0.0).all() and (ways["right"] == 0.0).all() and (left is not None) == bool(ways["left"].all())
        formula, ground_of = (iso.screening_2024_db, iso.ground_2024_db) if edition == 2024 else (iso.screening_1996_db, iso.ground_1996_db)
        ground = ground_of(np.array([3.0]), np.array([4.0]), zones_g=np.zeros((1, 3)), horizontal_m=np.array([200.0]))
        open_db = power + A_WEIGHT_DB - 20 * np.log10(200.0) - 11.0 - 0.2 - ground

        def left_over(path, *, lateral, formula=formula, ground=ground):
            screen = formula(np.array([path[1]]), np.array([path[2:]]), distance_m=np.array([200.0]), lateral=lateral)
            return 10 ** (-0.1 * (screen if lateral else iso.over_top_db(np.minimum(screen, 20.0), ground)))

        parts = {seen: left_over(top, lateral=False) if top is not none else np.ones((1, 9))}
        parts["left"] = left_over(left, lateral=True) if left is not None else np.zeros((1, 9))
        whole = np.maximum(sum(parts.values()), 1.0)
        for name, part in parts.items():
            np.testing.assert_allclose(ways[name], 10 ** (0.1 * open_db) * part / whole)


def test_an_adaptive_grid_traces_what_is_rough_and_fills_the_rest_straight():
    def plane(xy):
        return 40.0 + 0.01 * xy[:, 0] - 0.02 * xy[:, 1]

    for tolerance, traced in ((1e9, 5 * 5), (0.0, 17 * 17)):
        grid = contours.adaptive_grid(plane, half_width_m=150.0, coarse_m=100.0, fine_m=25.0, tolerance_db=tolerance)
        assert grid.computed == traced and grid.east_m.tolist() == [25.0 * k for k in range(-8, 9)]
        x, y = np.meshgrid(grid.east_m, grid.north_m)
        np.testing.assert_allclose(grid.level_db, 40.0 + 0.01 * x - 0.02 * y)
    same = contours.adaptive_grid(plane, half_width_m=100.0, coarse_m=50.0, fine_m=80.0)
    assert same.computed == 25 and same.east_m[1] - same.east_m[0] == 50.0

    def step(xy):
        return np.where(xy[:, 0] > 60.0, 50.0, 40.0)

    edge = contours.adaptive_grid(step, half_width_m=200.0, coarse_m=100.0, fine_m=50.0, tolerance_db=9.99)
    assert (
        edge.computed == 25 + 5 + 4 * 3
        and contours.adaptive_grid(step, half_width_m=200.0, coarse_m=100.0, fine_m=50.0, tolerance_db=10.0).computed == 25
    )


def test_a_level_that_reaches_the_border_is_closed_along_it():
    pytest.importorskip("contourpy")
    axis = np.array([-100.0, 0.0, 100.0])
    grid = contours.Grid(axis, axis, np.full((3, 3), 50.0), 9)
    (ring,) = neighbourhood.rings(grid, 45.0, site_lat=35.0, site_lon=-90.0)
    assert ring[0] == ring[-1]
    north = np.array(ring)[:, 0]
    beyond = 100.0 + 100.0 * 5.0 / 149.0
    assert (north.max() - 35.0) * 111_195.0 == pytest.approx(beyond, abs=1.0)


def test_a_geotiff_holds_the_tags_of_the_standard(tmp_path):
    """Little-endian, one strip of 32-bit floats, north up, degrees of WGS 84."""
    path = tmp_path / "o.tif"
    output.write_geotiff(path, np.arange(6.0).reshape(2, 3), west_deg=-90.5, north_deg=35.25, step_lon_deg=0.02, step_lat_deg=0.01)
    raw = path.read_bytes()
    mark, magic, at = struct.unpack_from("<2sHI", raw)
    (count,) = struct.unpack_from("<H", raw, at)
    assert (mark, magic, count) == (b"II", 42, 14) and struct.unpack_from("<I", raw, at + 2 + 12 * count) == (0,)
    rows = [struct.unpack_from("<HHII", raw, at + 2 + 12 * k) for k in range(count)]
    tags = {tag: (kind, number, value) for tag, kind, number, value in rows}
    assert [r[0] for r in rows] == sorted(tags)
    short, long, double = 3, 4, 12
    data = tags[273][2]
    assert tags == {
        256: (long, 1, 3), 257: (long, 1, 2), 258: (short, 1, 32), 259: (short, 1, 1), 262: (short, 1, 1), 273: (long, 1, data),
        277: (short, 1, 1), 278: (long, 1, 2), 279: (long, 1, 24), 284: (short, 1, 1), 339: (short, 1, 3),
        33550: (double, 3, tags[33550][2]), 33922: (double, 6, tags[33922][2]), 34735: (short, 16, tags[34735][2]),
    }  # fmt: skip
    assert struct.unpack_from("<3d", raw, tags[33550][2]) == (0.02, 0.01, 0.0)
    assert struct.unpack_from("<6d", raw, tags[33922][2]) == (0.0, 0.0, 0.0, -90.5, 35.25, 0.0)
    assert struct.unpack_from("<16H", raw, tags[34735][2]) == (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326)
    assert struct.unpack_from("<6f", raw, data) == (0, 1, 2, 3, 4, 5) and len(raw) == data + 24


def test_levels_are_written_with_six_and_two_decimals(tmp_path):
    output.write_levels_geojson(tmp_path / "o.geojson", np.array([[35.1234567, -90.7654321]]), {"db": np.array([41.2371])}, ["home"])
    assert "[-90.765432, 35.123457]" in (tmp_path / "o.geojson").read_text() and "41.24" in (tmp_path / "o.geojson").read_text()


def test_shares_of_the_wind_at_a_place_by_sector():
    """Half of the hours blow north, a quarter south and a quarter east: of a home in the north, of one in the south."""
    wind = np.array([[3.0] * 4, [180.0, 180.0, 0.0, 270.0], [4.0] * 4])
    ears = np.array([[0.0, 900.0, 4.0], [2.0, -900.0, 4.0]])
    found = plant._class_share(SimpleNamespace(wind=wind), ears, "mean")
    np.testing.assert_allclose(found, [[0.5, 0.25], [0.25, 0.25], [0.25, 0.5]])
    for k, name in enumerate(("downwind", "neutral", "upwind")):
        assert plant._class_share(SimpleNamespace(wind=wind), ears, name).tolist() == [[float(k == j)] * 2 for j in range(3)]


def test_a_finding_names_a_few_and_counts_the_rest():
    found = Findings()
    for k in range(Findings.SHOWN):
        found.add("amiss", f"n{k}")
    assert "more" not in found.told()[0]
    found.add("amiss", "last")
    assert "and 1 more" in found.told()[0] and "last" not in found.told()[0]


def test_a_ring_that_crosses_itself_is_told_from_one_that_only_turns_in():
    bow = np.array([[3.0, 2.0], [13.0, 12.0], [13.0, 2.0], [3.0, 12.0]])
    dented = np.array([[3.0, 2.0], [13.0, 2.0], [13.0, 12.0], [8.0, 4.0], [3.0, 12.0]])
    assert scene._crosses_itself(bow) and not scene._crosses_itself(dented)
    for ring, hull in ((bow, True), (dented, False)):
        made = scene.build_scene(buildings=[("b", ring, 9.0, 0.1)])
        assert any("crosses itself" in f for f in made.findings) == hull
        assert len(made.segments) == (4 if hull else 5)


def test_what_a_wall_gains_is_the_level_without_it_less_the_level_with_it(monkeypatch):
    monkeypatch.setattr(neighbourhood, "without_walls", lambda plants: ["bare"])
    monkeypatch.setattr(neighbourhood, "level_at", lambda plants, lat, lon, *, wind: np.array([52.0 if plants == ["bare"] else 45.0]))
    assert neighbourhood.wall_gain_at(["walled"], np.zeros(1), np.zeros(1)).tolist() == [7.0]


def test_an_axis_loses_its_unit_of_degrees_and_nothing_else_does():
    told = [receivers._plain(name) for name in ("Lon (deg)", "lat [degrees]", "Lon (m)", "heading (deg)")]
    assert told == ["lon", "lat", "lon (m)", "heading (deg)"]


def test_ground_of_break_lines_by_distance_and_altitude():
    lines = np.array([[30.0, -50.0, 4.0, 30.0, 50.0, 8.0], [60.0, -50.0, 1.0, 60.0, 50.0, 1.0]])
    ground = scene.build_scene(terrain=scene.Terrain(lines=lines))
    found = trace.ground_profile(ground, np.array([0.0, 0.0, 5.0, 2.0]), np.array([90.0, 0.0, 6.0, 4.0]))
    np.testing.assert_allclose(found, [[0.0, 3.0], [30.0, 6.0], [60.0, 1.0], [90.0, 2.0]])


def test_heights_by_code_are_those_of_the_register():
    crs = pytest.importorskip("pyproj").CRS
    for code, unit in vertical.VERTICAL_SYSTEMS.items():
        (axis,) = crs.from_epsg(code).axis_info
        assert axis.direction == "up" and axis.unit_conversion_factor == pytest.approx(vertical.UNITS[unit], rel=1e-9), code


@pytest.mark.parametrize("bearing", range(0, 360, 45))
def test_walls_that_end_within_a_centimetre_of_each_other_are_one(bearing):
    """In every direction, also across the corners of the grid in which ends are looked for."""
    way = np.array([np.cos(np.radians(bearing)), np.sin(np.radians(bearing))])

    def wall(name, a, b):
        return scene.Screen(name, scene._faces(np.array([[*a, 3.0], [*b, 3.0]]), 0.1), False)

    end = np.array([0.0049, 0.0049]) * np.where(way >= 0.0, 1.0, -1.0)
    for gap, parts in ((0.0095, 1), (0.0105, 2)):
        met = scene.joined(
            [wall("a", end - 20.0 * way, end), wall("b", end + gap * way, end + 20.0 * way), wall("c", [90.0, 0.0], [90.0, 9.0])]
        )
        assert len(met) == parts + 1
        if parts == 1:
            assert met[0].faces[0, 3:5].tolist() == met[0].faces[1, :2].tolist() == pytest.approx(end.tolist())
