"""The noise stage: shapes, monotonicity, and what it must not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest
from scene_of_a_campus import inputs, scenario, upstream

from gigacampus.foundation.errors import ScenarioError
from gigacampus.neighbours.noise import stage
from gigacampus.neighbours.noise.mitigation.wall_effect import LIMITS
from gigacampus.neighbours.noise.mitigation.wall_report import wall_report
from gigacampus.neighbours.noise.propagation.bands import a_level_dba
from gigacampus.neighbours.noise.sources import campus_sources, construction
from gigacampus.neighbours.noise.sources.roads import truck_power_db
from gigacampus.registry.variables import of_stage
from gigacampus.schema.noise import Machine

NORTH_WALL = {"points": [(35.0005, -90.003), (35.0005, -89.997)], "height_m": 22.0}


@pytest.fixture(scope="module")
def plain() -> dict[str, np.ndarray]:
    return stage.run(inputs(scenario()), upstream())


def test_gives_every_row_of_the_registry_with_its_axes(plain):
    size = {"receptor": 2, "month": 4, "band": 9}
    assert set(plain) == {row.name for row in of_stage("noise")}
    for row in of_stage("noise"):
        assert plain[row.name].shape == tuple(size[d] for d in row.dims), row.name
        if not row.nan_means:
            assert np.isfinite(plain[row.name]).all(), row.name


def test_the_far_home_hears_less_with_a_wider_band(plain):
    assert (plain["noise_night_dba"][1] < plain["noise_night_dba"][0] - 8).all()
    assert (plain["noise_propagation_sigma_db"][1] > plain["noise_propagation_sigma_db"][0]).all()


def test_twice_the_turbines_add_three_decibels_when_they_dominate():
    one, two = (stage.run(inputs(scenario()), upstream(running=n, heat_mw=0.0))["noise_night_dba"] for n in (5.0, 10.0))
    assert two[0] - one[0] == pytest.approx(3.01, abs=0.1)


def test_c_weighting_exceeds_a_weighting_for_turbines(plain):
    gap = plain["noise_night_dbc"] - plain["noise_night_dba"]
    assert (gap > 10).all() and (gap < 35).all()


def test_coolers_are_quieter_in_the_cool_night():
    out = stage.run(inputs(scenario()), upstream(running=0.0))
    day, night = (
        stage.run(inputs(scenario(neutral_deficit_db=0.0, upwind_deficit_db=0.0)), upstream(running=0.0))[k]
        for k in ("noise_day_dba", "noise_night_dba")
    )
    assert (night < day - 1.0).all()
    assert (out["noise_night_dba"] <= night + 1e-9).all()


def test_nothing_running_is_reported_as_the_threshold_of_hearing():
    out = stage.run(inputs(scenario()), upstream(running=0.0, heat_mw=0.0))
    assert (out["noise_night_dba"] < 25.0).all()
    assert (out["hours_above_background"] == 0.0).all()


def test_27_treated_turbines_match_the_hand_calculation():
    """27 units of 114 dBA, G 0.5, no screens: about 58 dBA and 80 dBC at 0.8 km (independent calculation)."""
    spec = scenario(site_radius_m=0.0, neutral_deficit_db=0.0, upwind_deficit_db=0.0)
    out = stage.run(inputs(spec), upstream(running=27.0, heat_mw=0.0))
    assert out["noise_night_dba"][0, 0] == pytest.approx(58.0, abs=2.0)
    assert out["noise_night_dbc"][0, 0] == pytest.approx(80.0, abs=3.0)


def test_wind_classes_are_ordered_and_bracket_the_mean(plain):
    assert (plain["noise_upwind_night_dba"] < plain["noise_night_dba"]).all()
    assert (plain["noise_night_dba"] <= plain["noise_downwind_night_dba"] + 1e-9).all()
    assert (plain["noise_inversion_night_dba"] >= plain["noise_downwind_night_dba"] - 1e-9).all()


def test_a_wall_acts_from_its_date_on_and_less_on_low_notes():
    wall = {**NORTH_WALL, "in_service": date(2026, 3, 1)}
    bare, out = (stage.run(inputs(scenario(walls=w)), upstream(heat_mw=0.0)) for w in ({}, {"north": wall}))
    gain = bare["noise_night_dba"][0] - out["noise_night_dba"][0]
    np.testing.assert_allclose(gain[:2], 0.0, atol=1e-9)
    assert (gain[2:] > 0.5).all()
    octave = bare["noise_night_band_db"][0] - out["noise_night_band_db"][0]
    assert octave[1] < octave[4]
    np.testing.assert_allclose(out["insertion_loss_band_db"][0, :8], octave[:8], atol=0.1)
    np.testing.assert_allclose(out["insertion_loss_dba"][0], gain, atol=0.1)
    assert (bare["insertion_loss_dba"] == 0.0).all() and (out["insertion_loss_dbc"][0, 2:] < gain[2:]).all()


def test_a_start_is_heard_near_by_and_counted_once_each(plain):
    one = stage.run(inputs(scenario(start_excess_db=0.0)), upstream(running=1.0, heat_mw=0.0))
    np.testing.assert_allclose(one["noise_start_max_dba"], one["noise_downwind_night_dba"], atol=0.5)
    assert (plain["noise_start_max_dba"] - one["noise_start_max_dba"])[0, 0] == pytest.approx(10.0)
    loud_town = stage.run(inputs(scenario(background_night_dba=52.0)), upstream())
    assert (plain["noise_starts_heard"] == 4.0).all()
    np.testing.assert_array_equal(loud_town["noise_starts_heard"], [[4.0] * 4, [0.0] * 4])


def test_a_stated_height_is_that_of_the_main_opening():
    place = {"lat": 35.0, "lon": -90.0}
    usual, high = (scenario(placements={"gt": place | more}) for more in ({}, {"height_m": 60.0}))
    a, b = (campus_sources.campus_sources(inputs(s).tree.campuses["a"], inputs(s).tree.library) for s in (usual, high))
    moved = a.position_m[:, 2] != b.position_m[:, 2]
    assert {a.component[i] for i in np.flatnonzero(moved)} == {"exhaust"} and (b.position_m[moved, 2] == 60.0).all()


def test_people_above_follow_the_levels(plain):
    people, night = np.array([100.0, 1000.0]), plain["noise_night_dba"]
    for limit in (45, 55):
        np.testing.assert_array_equal(plain[f"noise_people_above_{limit}"], people @ (night >= limit))


def test_hours_above_a_limit_follow_the_limit_and_are_unknown_without_one(plain):
    assert np.isnan(plain["noise_above_limit_hours"]).all()
    low, high = (
        stage.run(inputs(scenario(limit_night_dba=v, limit_day_dba=v)), upstream())["noise_above_limit_hours"][0, 0] for v in (30.0, 90.0)
    )
    assert low == 744.0 and high == 0.0


def test_builders_are_heard_in_working_hours_before_a_hall_is_in_service(plain):
    hall = {"kind": "hall", "it_mw": 100, "in_service": date(2026, 3, 1)}
    fleet = {"dozer": 4, "crane": 2}
    built = scenario(blocks={"new": hall}, construction=fleet, construction_months=1.0)
    out = stage.run(inputs(built), upstream(running=1.0, of=built))
    bare = stage.run(inputs(scenario(construction=fleet)), upstream(running=1.0))
    louder = out["noise_day_dba"][0] - bare["noise_day_dba"][0]
    assert louder[1] > 3.0
    np.testing.assert_allclose(louder[[0, 2, 3]], 0.0, atol=1e-9)
    np.testing.assert_allclose(out["noise_night_dba"], bare["noise_night_dba"], atol=1e-9)


def test_a_block_that_slips_sounds_and_is_built_when_the_buildout_has_it():
    two_months = 2 * 365 / 12
    plant = {"kind": "substation", "mw": 50, "in_service": date(2026, 1, 1), "slip_days": two_months}
    hall = {"kind": "hall", "it_mw": 100, "in_service": date(2026, 2, 1), "slip_days": two_months}
    late = scenario(blocks={"store": plant, "new": hall}, construction={"dozer": 9}, construction_months=1.0)
    up = upstream(of=late)
    does = campus_sources.activity(inputs(late).at, up, 0)
    assert does.present_frac["store"].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert construction.under_construction(does.wait_months["new"], 1.0).tolist() == [0.0, 0.0, 1.0, 0.0]


def test_work_on_what_comes_after_the_horizon_is_heard():
    assert construction.under_construction(np.array([3.5, 2.5, 1.5]), 2.0).tolist() == [0.0, 0.5, 1.0]


def test_the_schema_names_exactly_the_machines_of_the_library():
    assert set(get_args(Machine)) == set(construction.machines())
    one, two = (construction.fleet_spectrum_db({"dozer": n}) for n in (1.0, 2.0))
    np.testing.assert_allclose(two - one, 10 * np.log10(2.0))
    assert construction.fleet_spectrum_db({"dozer": 0.0}) is None


def test_indicators_follow_the_levels(plain):
    out = stage.run(inputs(scenario(tonal_adjustment_db=5.0)), upstream())
    night = out["noise_night_dba"]
    np.testing.assert_allclose(out["noise_rating_night_dba"] - night, 5.0)
    np.testing.assert_allclose(out["noise_c_minus_a_night_db"], out["noise_night_dbc"] - night)
    np.testing.assert_allclose(night - out["noise_indoor_open_night_dba"], 15.0)
    assert (out["noise_indoor_closed_night_dba"] < out["noise_indoor_open_night_dba"]).all()


def test_lden_of_a_constant_sound_lies_above_it_as_the_directive_says():
    steady = stage.run(inputs(scenario(neutral_deficit_db=0.0, upwind_deficit_db=0.0)), upstream(heat_mw=0.0))
    np.testing.assert_allclose(steady["noise_lden_dba"] - steady["noise_day_dba"], 6.4, atol=0.3)


def test_the_evening_counts_more_than_the_day():
    base = {"construction_months": 1.0, "construction": {"dozer": 9}, "neutral_deficit_db": 0.0, "upwind_deficit_db": 0.0}
    hall = {"new": {"kind": "hall", "it_mw": 100, "in_service": date(2026, 3, 1)}}
    early, late = (
        stage.run(inputs(built), upstream(running=0.01, of=built))
        for built in (scenario(blocks=hall, construction_from_h=h, construction_to_h=h + 3, **base) for h in (9, 19))
    )
    np.testing.assert_allclose(early["noise_day_dba"][0, 1], late["noise_day_dba"][0, 1], atol=0.3)
    assert late["noise_lden_dba"][0, 1] > early["noise_lden_dba"][0, 1] + 2.0


def test_another_plant_raises_the_background_not_the_level(plain):
    other = {"lat": 35.008, "lon": -90.0, "sound_power_dba": 120.0}
    out = stage.run(inputs(scenario(other_plants={"older": other})), upstream())
    np.testing.assert_allclose(out["noise_night_dba"], plain["noise_night_dba"])
    assert out["noise_background_night_dba"][0, 0] > plain["noise_background_night_dba"][0, 0] + 5.0
    assert (out["increase_over_background_db"][0] < plain["increase_over_background_db"][0]).all()


def test_a_scenario_without_receptors_runs():
    given = inputs(scenario())
    bare = replace(given, at=replace(given.at, receptor=(), receptor_campus=()))
    out = stage.run(bare, upstream())
    assert out["noise_night_dba"].shape == (0, 4) and out["noise_people_above_45"].tolist() == [0.0] * 4


def test_the_wall_report_agrees_with_the_stage_and_names_a_limit():
    given, up = inputs(scenario(walls={"north": NORTH_WALL})), upstream(heat_mw=0.0)
    report = wall_report(given, up, campus="a", month=3)
    out = stage.run(given, up)
    for i, label in enumerate(given.at.receptor):
        assert report[label].limit in LIMITS
        assert report[label].gain_dba == pytest.approx(out["insertion_loss_dba"][i, 3], abs=0.1)
        assert sum(report[label].share.values()) == pytest.approx(1.0)
    assert wall_report(inputs(scenario()), up, campus="a", month=3) == {}


@pytest.mark.parametrize("method", ["iso9613_1996", "cnossos"])
def test_other_methods_stay_within_the_stated_accuracy_near_by(plain, method):
    out = stage.run(inputs(scenario(method=method)), upstream())
    assert np.abs(out["noise_downwind_night_dba"] - plain["noise_downwind_night_dba"])[0].max() < 4.0
    assert (out["noise_upwind_night_dba"] <= out["noise_downwind_night_dba"] + 1e-9).all()


ROAD = {"points": [[35.0072, -90.02], [35.0072, -89.98]], "speed_km_per_h": 50.0}


def test_trucks_are_heard_by_day_beside_their_road_and_double_with_their_number():
    still = stage.run(inputs(scenario()), upstream(running=0.0, heat_mw=0.0))
    loud = stage.run(inputs(scenario(roads={"gate": ROAD})), upstream(running=0.0, heat_mw=0.0))
    more = upstream(running=0.0, heat_mw=0.0) | {"trucks_per_day": np.full((1, 4), 400.0)}
    twice = stage.run(inputs(scenario(roads={"gate": ROAD})), more)
    assert (loud["noise_day_dba"][0] > 45.0).all() and (loud["noise_day_dba"][1] < loud["noise_day_dba"][0] - 10.0).all()
    np.testing.assert_allclose(loud["noise_night_dba"], still["noise_night_dba"])
    np.testing.assert_allclose(twice["noise_day_dba"][0] - loud["noise_day_dba"][0], 3.01, atol=0.01)
    half = stage.run(inputs(scenario(roads={"gate": ROAD | {"share_frac": 0.5}})), upstream(running=0.0, heat_mw=0.0))
    np.testing.assert_allclose(loud["noise_day_dba"][0] - half["noise_day_dba"][0], 3.01, atol=0.01)


def test_a_long_road_gives_the_level_of_a_line_source():
    """40 passages an hour at 50 km/h, 100 m away over hard ground: power of a metre less 10 lg(2 d) of half a cylinder, plus the ground."""
    road = {"points": [[35.0063, -90.05], [35.0063, -89.95]], "speed_km_per_h": 50.0}
    plainly = {"ground_g": 0.0, "site_radius_m": 0.0, "neutral_deficit_db": 0.0, "upwind_deficit_db": 0.0}
    given = stage.run(inputs(scenario(roads={"gate": road}, **plainly)), upstream(running=0.0, heat_mw=0.0))
    per_metre = a_level_dba(truck_power_db(50.0)) + 10.0 * np.log10(40.0 / (1000.0 * 50.0))
    by_hand = per_metre - 10.0 * np.log10(4.0 * 100.0) + 3.0
    in_working_hours = given["noise_day_dba"][0] + 10.0 * np.log10(15.0 / 10.0)
    np.testing.assert_allclose(in_working_hours, by_hand, atol=2.5)


def test_events_are_counted_by_starts_and_stops_and_heard_where_they_rise():
    vent = {"block": "gt", "sound_power_dba": 140.0, "per_start": 1.0, "per_stop": 0.5, "per_month": 2.0}
    given = stage.run(inputs(scenario(events={"vent": vent})), upstream())
    louder = stage.run(inputs(scenario(events={"vent": vent | {"sound_power_dba": 146.0}})), upstream())
    assert (given["noise_events_heard"] == 4.0 * 1.5 + 2.0).all()
    assert (given["noise_event_max_dba"][0] > given["noise_event_max_dba"][1]).all()
    np.testing.assert_allclose(louder["noise_event_max_dba"] - given["noise_event_max_dba"], 6.0, atol=1e-6)
    np.testing.assert_allclose(given["noise_night_dba"], stage.run(inputs(scenario()), upstream())["noise_night_dba"])
    faint = stage.run(inputs(scenario(events={"vent": vent | {"sound_power_dba": 60.0}})), upstream())
    assert (faint["noise_events_heard"] == 0.0).all()
    with pytest.raises(ScenarioError, match="gtt"):
        stage.run(inputs(scenario(events={"vent": vent | {"block": "gtt"}})), upstream())


def test_measured_offsets_shift_their_group_and_narrow_the_band(plain):
    shifted = stage.run(inputs(scenario(measured={"generators/gt": {"offset_db": 4.0, "sigma_db": 1.0}})), upstream())
    rise = shifted["noise_night_dba"] - plain["noise_night_dba"]
    assert (rise > 3.0).all() and (rise <= 4.0).all()
    assert (shifted["noise_source_sigma_db"] < 0.5 * plain["noise_source_sigma_db"]).all()


def test_louder_hours_by_wind_class_add_up_and_upwind_is_heard_least(plain):
    between = float(plain["noise_downwind_night_dba"][0, 0] + plain["noise_upwind_night_dba"][0, 0]) / 2.0
    given = stage.run(inputs(scenario(background_night_dba=between, background_day_dba=between)), upstream())
    parts = [given[f"hours_above_background_{name}"] for name in ("downwind", "neutral", "upwind")]
    np.testing.assert_array_equal(sum(parts), given["hours_above_background"])
    assert parts[0][0].sum() > 0.0 == parts[2][0].sum()


def test_low_octaves_by_month_end_in_the_bands_of_the_last_month(plain):
    for k, hz in enumerate((31, 63)):
        np.testing.assert_allclose(plain[f"noise_night_{hz}_hz_db"][:, -1], plain["noise_night_band_db"][:, k], atol=0.1)


def test_homes_follow_people(plain):
    np.testing.assert_allclose(plain["noise_homes_above_45"] * 2.5, plain["noise_people_above_45"])
    fewer = stage.run(inputs(scenario(people_per_home=5.0)), upstream())
    np.testing.assert_allclose(fewer["noise_homes_above_45"] * 2.0, plain["noise_homes_above_45"])


def test_sleep_curves_disagree_as_published(plain):
    by_air = stage.run(inputs(scenario(sleep_curve="aircraft")), upstream())
    assert (by_air["noise_sleep_disturbed_people"][0] > 2.0 * plain["noise_sleep_disturbed_people"][0]).all()


@pytest.mark.parametrize("method", ["iso9613_2024", "cnossos"])
def test_a_hall_behind_the_plant_mirrors_it_only_when_asked_and_as_far_as_it_is_hard(method):
    def night(absorption, **noise):
        hall = {"lat": 34.9990, "lon": -90.0, "length_m": 300, "width_m": 60, "height_m": 25, "absorption_frac": absorption}
        return stage.run(inputs(scenario(method=method, halls={"south": hall}, **noise)), upstream())["noise_night_dba"][0]

    bare, hard, soft, dead = night(0.1), night(0.1, reflections=True), night(0.6, reflections=True), night(1.0, reflections=True)
    assert (hard > bare + 0.5).all() and (hard < bare + 3.1).all()
    assert (soft > bare + 0.1).all() and (soft < hard).all()
    np.testing.assert_allclose(dead, bare, rtol=1e-14)


def test_people_are_annoyed_by_the_curves_of_their_own_campus():
    from gigacampus.neighbours.noise.exposure import indicators
    from gigacampus.neighbours.noise.exposure.dose_response import annoyed_frac, sleep_disturbed_frac

    curves = (indicators.Curves("industry", 70.0, "road"), indicators.Curves("tolerance", 63.0, "aircraft"))
    places = indicators.Places(*np.ones((11, 2)), curves=curves)
    level = np.full((2, 1), 55.0)
    told = indicators._people(level, level, level, places)
    for k, mine in enumerate(curves):
        share = annoyed_frac(mine.annoyance, ldn_db=level[k], lden_db=level[k], tolerance_db=mine.tolerance_level_db)
        assert told["noise_annoyed_people"][k] == pytest.approx(share)
        assert told["noise_sleep_disturbed_people"][k] == pytest.approx(sleep_disturbed_frac(level[k], curve=mine.sleep))
    assert told["noise_annoyed_people"][0] != told["noise_annoyed_people"][1]


def test_the_loudest_campus_is_that_of_the_months_of_the_run():

    def campus(loud_in, slot):
        bare = np.zeros((12, 1, 2, 1))
        bare[loud_in] = 1.0
        return SimpleNamespace(transfer=SimpleNamespace(bare=bare), dark=np.ones((1, 2)), slot=np.full((1, 8760), slot))

    campuses = [campus(0, 0), campus(6, 5)]
    assert stage._loudest_slot(campuses, np.array([6, 7]))[0, 0] == 5
    assert stage._loudest_slot(campuses, np.array([0, 1]))[0, 0] == 0
