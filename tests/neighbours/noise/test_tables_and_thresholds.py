"""Printed tables of the standards, values worked by hand, and both sides of every threshold of the noise formulas."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.neighbours.noise.exposure import dose_response, levels
from gigacampus.neighbours.noise.geometry.scene import build_scene
from gigacampus.neighbours.noise.propagation import atmosphere, bands, belts, iso9613_belts, iso9613_reflections, wind
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.sources import construction, roads, spectra


@pytest.mark.parametrize(
    ("degc", "humidity_frac", "db_per_km"),
    [
        (10.0, 0.7, [0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117.0]),
        (20.0, 0.7, [0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6]),
        (30.0, 0.7, [0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3]),
        (15.0, 0.2, [0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202.0]),
        (15.0, 0.5, [0.1, 0.5, 1.2, 2.2, 4.2, 10.8, 36.2, 129.0]),
        (15.0, 0.8, [0.1, 0.3, 1.1, 2.4, 4.1, 8.3, 23.7, 82.8]),
    ],
)
def test_air_takes_what_the_printed_table_says_from_63_hz_to_8_khz(degc, humidity_frac, db_per_km):
    ours = 1000.0 * atmosphere.air_absorption_db_per_m(degc, humidity_frac, pressure_kpa=101.325)[1:]
    np.testing.assert_allclose(ours, db_per_km, rtol=0.0035, atol=0.06)


def test_air_of_another_pressure_absorbs_as_relaxation_scales():
    """With the same share of water a change of pressure and frequency by one factor changes the absorption by that factor."""
    f = np.array([100.0, 700.0, 5000.0])
    here = atmosphere.air_absorption_db_per_m(12.0, 0.5, pressure_kpa=101.325, frequency_hz=f)
    there = atmosphere.air_absorption_db_per_m(12.0, 0.4, pressure_kpa=0.8 * 101.325, frequency_hz=0.8 * f)
    np.testing.assert_allclose(there, 0.8 * here, rtol=1e-12)


def test_humidity_of_a_psychrometer_by_hand():
    dry, wet, p = np.array([25.0, 20.0, 20.0, 35.0]), np.array([18.0, 12.0, 20.0, 10.0]), np.array([95.0, 101.325, 90.0, 101.325])
    e_dry, e_wet = (0.6112 * np.exp(17.62 * t / (243.12 + t)) for t in (dry, wet))
    by_hand = (e_wet - 0.00066 * p * (1.0 + 0.00115 * wet) * (dry - wet)) / e_dry
    ours = atmosphere.humidity_from_wet_bulb_frac(dry, wet, pressure_kpa=p)
    np.testing.assert_allclose(ours[:2], by_hand[:2], rtol=1e-12)
    assert by_hand[2] == 1.0 == ours[2] and by_hand[3] < 0.05 == ours[3]


def test_bands_weightings_and_wavelengths_are_the_standard_ones():
    assert bands.NOMINAL_HZ.tolist() == [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000]
    np.testing.assert_allclose(bands.EXACT_HZ, [31.623, 63.096, 125.893, 251.189, 501.187, 1000.0, 1995.262, 3981.072, 7943.282], rtol=1e-5)
    np.testing.assert_allclose(bands.WAVELENGTH_M * bands.NOMINAL_HZ, 340.0)
    assert bands.A_WEIGHT_DB.tolist() == [-39.4, -26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1]
    assert bands.C_WEIGHT_DB.tolist() == [-3.0, -0.8, -0.2, 0.0, 0.0, 0.0, -0.2, -0.8, -3.0]


def test_woods_and_plant_at_the_lengths_where_the_annex_changes():
    np.testing.assert_allclose(iso9613_belts.woods_db(np.array(100.0)), [2, 2, 3, 4, 5, 6, 8, 9, 12])
    np.testing.assert_allclose(iso9613_belts.plant_db(np.array(100.0)), [0, 0, 1.5, 2.5, 2.5, 2, 2, 1.5, 1.5])
    short = [0, 0, 0, 1, 1, 1, 1, 2, 3]
    for length, expected in ((9.999, [0] * 9), (10.0, short), (19.999, short), (20.0, [0.4, 0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 1.8, 2.4])):
        np.testing.assert_allclose(iso9613_belts.woods_db(np.array(length)), expected)
    np.testing.assert_allclose(iso9613_belts.woods_db(np.array([200.0, 201.0, 230.0]))[:, 8], [24.0, 24.0, 24.0])
    np.testing.assert_allclose(iso9613_belts.plant_db(np.array([399.0, 401.0]))[:, 3], [9.975, 10.0])


def test_overlapping_belts_take_no_more_than_the_way_is_long():
    wide = np.array([[-500.0, -500.0], [500.0, -500.0], [500.0, 500.0], [-500.0, 500.0]])
    scene = build_scene(belts=[("woods", wide, 40.0), ("woods", wide, 40.0), ("plant", wide, 40.0)])
    source, receiver = pairs.points(scene, [[0.0, 0.0]], 2.0), pairs.points(scene, [[30.0, 40.0]], 2.0)
    expected = iso9613_belts.woods_db(np.array(50.0)) + iso9613_belts.plant_db(np.array(50.0))
    np.testing.assert_allclose(belts.belts_db(scene, source, receiver)[0, 0], expected)


def test_hours_are_downwind_neutral_and_upwind_on_both_sides_of_their_limits():
    speed = np.array([1.0, 0.99, 1.0, 0.99, 2.0, 2.01, 2.0, 4.0])
    from_deg = np.array([180.0, 180.0, 0.0, 0.0, 90.0, 90.0, 90.0, 120.0])
    stability = np.array([4.0, 4.0, 4.0, 4.0, 5.0, 5.0, 4.99, 4.0])
    classes = wind.hour_classes(speed, from_deg, stability, way_deg=np.array([0.0, 90.0]))
    assert classes[0].tolist() == [0, 1, 2, 1, 0, 1, 1, 0]
    assert classes[1].tolist() == [1, 1, 1, 1, 0, 2, 2, 2]


def test_deficits_and_the_inversion_at_their_limits():
    deficit = wind.class_deficit_db(np.array([50.0, 200.0]), np.array([6.5, 5.0]), neutral_db=2.0, upwind_db=6.0)
    np.testing.assert_allclose(deficit, [[0.0, 0.0], [0.0, 1.5], [0.0, 4.5]])
    gain = wind.inversion_gain_db(np.array([600.0, 700.0, 1400.0]), 9)
    np.testing.assert_allclose(gain[:, 2], [0.0, 0.0, 3.0103], atol=1e-4)
    assert (gain[:, 3:] == 0.0).all()


def test_a_face_mirrors_bands_that_are_short_against_its_smaller_side():
    """2 / (4 x 0.8)^2 x 30 x 60 / 90 = 3.906 per metre: wavelengths below 0.256 m, from 2 kHz on; twice as wide a face from 500 Hz on."""
    heard = iso9613_reflections.large_enough(np.array([4.0, 8.0]), 0.8, before_m=30.0, distance_m=90.0)
    assert heard.sum(axis=1).tolist() == [3, 5]


def test_levels_of_a_day_by_hand():
    """Ldn of 55 by day and 45 by night; Lden with 50 in the evening; 1 dB more each part shows its hours and its penalty."""
    ten = lambda db: 10.0 ** (0.1 * db)  # noqa: E731
    assert levels.day_night_level_db(55.0, 40.0) == pytest.approx(10 * np.log10((15 * ten(55) + 9 * ten(50)) / 24))
    assert levels.day_evening_night_level_db(55.0, 51.0, 43.0) == pytest.approx(
        10 * np.log10((12 * ten(55) + 4 * ten(56) + 8 * ten(53)) / 24)
    )
    assert levels.day_night_level_db(-400.0, -400.0) == pytest.approx(-300.0)
    assert levels.day_evening_night_level_db(-400.0, -400.0, -400.0) == pytest.approx(-300.0)


def test_spreads_of_levels_by_hand():
    """3 dB to one kilometre and 2 dB more for each further one, as 90 % bands; a home somewhere in 100 m at 400 m."""
    np.testing.assert_allclose(levels.propagation_sigma_db(np.array([300.0, 1000.0, 2500.0])), np.array([3.0, 3.0, 6.0]) / 1.6448536)
    by_hand = 1.25 * 8.685889638 * np.array([0.25, 1.0]) / 1.6448536
    np.testing.assert_allclose(levels.place_sigma_db(np.array([400.0, 50.0]), np.array([100.0, 100.0])), by_hand)
    assert float(levels.half_width_db(3.0, np.array(4.0))) == pytest.approx(1.28155157 * 5.0)
    assert levels.indoor_level_db(50.0, window_open=True) == 35.0 and levels.indoor_level_db(50.0, window_open=False) == 22.0


@pytest.mark.parametrize(
    ("curve", "at_50"),
    [
        ("road", (9.868e-4 * 512 - 1.436e-2 * 64 + 0.5118 * 8) / 100),
        ("industry", (36.307 - 1.886 * 50 + 0.02523 * 2500) / 100),
        ("logistic", 1 / (1 + np.exp(11.13 - 7.05))),
        ("tolerance", np.exp(-((10 ** ((50 - 60 + 5.3) / 10)) ** -0.3))),
    ],
)
def test_nobody_is_annoyed_below_forty_decibels_by_any_curve(curve, at_50):
    def share(db):
        return float(
            dose_response.annoyed_frac(curve, ldn_db=np.array(db), lden_db=np.array(50.0 if db == 50.0 else db), tolerance_db=60.0)
        )

    assert share(50.0) == pytest.approx(at_50, rel=1e-12)
    assert share(39.999) == 0.0 and (share(40.0) > 0.0) == (curve != "road")


def test_curves_stand_still_beyond_the_levels_that_they_were_made_for():
    road, industry, sleep = dose_response.transport_annoyed_frac, dose_response.industry_annoyed_frac, dose_response.sleep_disturbed_frac
    assert road(np.array(42.0)) == 0.0 < road(np.array(42.5)) and road(np.array(75.0)) == road(np.array(90.0)) > road(np.array(74.0))
    by_hand = (36.307 - 1.886 * np.array([37.4, 75.0]) + 0.02523 * np.array([37.4, 75.0]) ** 2) / 100
    np.testing.assert_allclose(industry(np.array([30.0, 90.0])), by_hand)
    for curve, (a, b, c) in {"road": (19.4312, -0.9336, 0.0126), "rail": (67.5406, -3.1852, 0.0391)}.items():
        ours = sleep(np.array([39.999, 40.0, 55.0, 70.0, 80.0]), curve=curve)
        np.testing.assert_allclose(ours, [0.0, *((a + b * x + c * x * x) / 100 for x in (40.0, 55.0, 70.0, 70.0))])
    flat = dose_response.tolerance_annoyed_frac(np.array([-500.0]), tolerance_db=60.0)
    assert flat[0] == pytest.approx(np.exp(-(1e-12**-0.3)), abs=1e-300)


def test_sound_power_of_machines_by_hand():
    """Turbines by megawatt and engines by kilowatt: base + slope lg(power)."""
    for part, at_100 in {"casing": 130.0, "inlet": 157.0, "exhaust": 153.0}.items():
        assert spectra.turbine_power_db(100.0, part) == pytest.approx(at_100)
    for part, at_1 in {"casing": 123.0, "inlet": 110.0, "exhaust": 144.0}.items():
        assert spectra.engine_power_db(1.0, part) == pytest.approx(at_1)
    assert construction.machine_power_dba(80.0, 0.25) == pytest.approx(80.0 + 23.6597 + 8.0 - 6.0206, abs=1e-3)
    total = 10 * np.log10(2 * 10 ** (0.1 * construction.machine_power_dba(*construction.machines()["excavator"])))
    assert bands.a_level_dba(construction.fleet_spectrum_db({"excavator": 2})) == pytest.approx(total)
    assert construction.fleet_spectrum_db({"excavator": 0}) is None


def test_fans_by_hand():
    """Fifty times the logarithm of speed; speed with air, air with heat; kept between floor and full."""
    np.testing.assert_allclose(10 * np.log10(spectra.fan_energy_factor(np.array([1.0, 0.5]))), [0.0, -15.0515], atol=1e-4)
    speed = spectra.fan_speed_frac(np.array([1.0, 0.8, 0.9, 0.1]), np.array([0.7, 0.5, 1.2, 0.6]), lowest_frac=0.3)
    np.testing.assert_allclose(speed, [0.7, 0.4, 1.0, 0.3])


def test_a_campus_sounds_of_its_builders_in_the_months_and_hours_of_their_work():
    waits = np.array([0.0, 0.4, 1.0, 5.0, 6.0, 6.3, 7.0, 9.0])
    np.testing.assert_allclose(construction.under_construction(waits, 6.0), [0.0, 0.4, 1.0, 1.0, 1.0, 0.7, 0.0, 0.0])
    noise = SimpleNamespace(construction_from_h=7.0, construction_to_h=18.0)
    hours = np.array([6, 7, 17, 18])
    assert construction.working_hours(noise, hours).tolist() == [0.0, 1.0, 1.0, 0.0]
    road = SimpleNamespace(share_frac=0.5)
    np.testing.assert_allclose(roads.passages_per_h(road, noise, np.array([110.0])), [10.0])
    assert roads.passages_per_h(road, SimpleNamespace(construction_from_h=9.0, construction_to_h=9.0), np.array([110.0])).tolist() == [0.0]
    hour = SimpleNamespace(construction_from_h=9.0, construction_to_h=9.5)
    np.testing.assert_allclose(roads.passages_per_h(road, hour, np.array([110.0])), [220.0])


def test_trucks_by_hand():
    """At 70 km/h the coefficients alone; at 35 km/h rolling falls by b lg 2 and the engine by half of b."""
    table = roads.heavy_vehicle()
    for speed, lg, step in ((70.0, 0.0, 0.0), (35.0, -0.30103, -0.5)):
        parts = [table["rolling_a"] + table["rolling_b"] * lg, table["engine_a"] + table["engine_b"] * step]
        expected = 10 * np.log10(sum(10 ** (0.1 * p) for p in parts))
        np.testing.assert_allclose(roads.truck_power_db(speed), expected, atol=1e-4)
        per_passage = expected + 10 * np.log10(0.5 / speed)
        np.testing.assert_allclose(roads.passage_power_db(speed, 500.0), per_passage, atol=1e-4)


def test_a_road_is_cut_into_even_pieces_of_sixty_metres_at_most():
    corner = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 80.0]])
    spots, length = roads.road_points_m(corner)
    assert length == 180.0
    np.testing.assert_allclose(spots, [[30.0, 0.0], [90.0, 0.0], [100.0, 50.0]])
    assert len(roads.road_points_m(np.array([[0.0, 0.0], [181.0, 0.0]]))[0]) == 4
    assert [len(roads.road_points_m(np.array([[0.0, 0.0], [x, 0.0]]))[0]) for x in (1.0, 1e5)] == [1, 40]
