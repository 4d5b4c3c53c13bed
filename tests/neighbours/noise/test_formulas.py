"""Each formula against a value worked out by hand, and what must hold for every method."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.noise.exposure import dose_response
from gigacampus.neighbours.noise.exposure.indicators import Tally
from gigacampus.neighbours.noise.geometry.scene import build_scene
from gigacampus.neighbours.noise.propagation import cnossos, engine, iso9613
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.sources import spectra

KHZ = 5
METHODS = ("iso9613_1996", "iso9613_2024", "cnossos")


def test_ground_between_the_zones():
    """q = 1 - 30 (1 + 4) / 300 = 0.5: -3 q at 63 Hz, -3 q (1 - 0.4) above."""
    value = iso9613.middle_zone_db(np.array(1.0), np.array(4.0), ground_g=np.array(0.4), horizontal_m=np.array(300.0))
    np.testing.assert_allclose(value[[1, 2, 8]], [-1.5, -0.9, -0.9])


def test_image_of_the_ground():
    """K = (100 + 1) / (100 + 25) = 0.808; 10 lg 1.808."""
    value = iso9613.ground_image_db(np.array(2.0), np.array(3.0), horizontal_m=np.array(10.0))
    assert float(value) == pytest.approx(2.572, abs=5e-4)


@pytest.mark.parametrize(
    "formula,lateral,expected",
    [
        (iso9613.screening_1996_db, False, 13.442),
        (iso9613.screening_1996_db, True, 15.107),
        (iso9613.screening_2024_db, False, 13.360),
        (iso9613.screening_2024_db, True, 15.107),
    ],
)
def test_screening_at_one_kilohertz(formula, lateral, expected):
    """z = 0.5, legs 50 and 100, d = 149.5, wavelength 0.34: C2 z / wavelength = 29.412, weather 0.6490 (1996), 0.6582 (2024)."""
    value = formula(np.array(0.5), np.array([50.0, 0.0, 100.0]), distance_m=np.array(149.5), lateral=lateral)
    assert float(value[KHZ]) == pytest.approx(expected, abs=2e-3)


def test_caps_and_what_the_ground_already_holds():
    capped = iso9613.capped_db(np.array([[22.0, 19.0], [30.0, 22.0]]), np.array([False, True]))
    np.testing.assert_array_equal(capped, [[20.0, 19.0], [25.0, 22.0]])
    np.testing.assert_array_equal(iso9613.over_top_db(np.array([10.0, 10.0, 3.0]), np.array([4.0, -3.0, 5.0])), [6.0, 10.0, 0.0])


def test_diffraction_of_cnossos_with_one_and_with_two_edges():
    """40 x 0.1 / 0.34 = 11.765: 10 lg 14.765; edges 5 m apart: C'' = 1.1156 / 0.44893 = 2.485, 10 lg 32.235."""
    assert cnossos.diffraction_db(0.1, 0.0)[KHZ] == pytest.approx(11.692, abs=1e-3)
    assert cnossos.diffraction_db(0.1, 5.0)[KHZ] == pytest.approx(15.083, abs=1e-3)


def test_long_term_mean_of_cnossos():
    """10 lg (0.25 x 10^6 + 0.75 x 10^5)."""
    assert float(cnossos.long_term_db(np.array(60.0), np.array(50.0), favourable_frac=0.25)) == pytest.approx(55.119, abs=1e-3)


def walled(height=8.0):
    lines = [np.array([[80.0, y0, height], [95.0, y1, height + 2.0]]) for y0, y1 in ((-60.0, -5.0), (5.0, 70.0))]
    return build_scene(walls=[(str(k), line, 0.1) for k, line in enumerate(lines)], ground_g=0.6)


def loss(scene, sources, receivers, method):
    return engine.transfer(scene, sources, receivers, method=method, source_g=0.6).still_db


@pytest.mark.parametrize("method", METHODS)
def test_energy_sums_commute(method):
    scene, rng = walled(), np.random.default_rng(7)
    sources, power = pairs.points(scene, rng.uniform(-20, 20, (5, 2)), 3.0), rng.uniform(90, 110, (5, 9))
    receivers = pairs.points(scene, rng.uniform(150, 400, (6, 2)), 4.0)
    order = rng.permutation(5)
    whole, mixed = (
        np.sum(10.0 ** (0.1 * (p - loss(scene, s, receivers, method))), axis=(1, 2))
        for s, p in ((sources, power), (sources[order], power[order]))
    )
    np.testing.assert_allclose(mixed, whole, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_a_wall_of_no_height_changes_nothing(method):
    flat = build_scene(walls=[("w", np.array([[50.0, -100.0, 0.0], [50.0, 100.0, 0.0]]), 0.1)], ground_g=0.6)
    bare = build_scene(ground_g=0.6)
    ends = pairs.points(bare, [[0.0, 0.0]], 2.0), pairs.points(bare, [[120.0, 5.0]], 4.0)
    np.testing.assert_array_equal(loss(flat, *ends, method), loss(bare, *ends, method))


@pytest.mark.parametrize("method", METHODS)
def test_the_way_back_is_as_long_over_even_ground_of_one_kind(method):
    scene, rng = walled(), np.random.default_rng(8)
    a, b = pairs.points(scene, rng.uniform(-50, 50, (6, 2)), 4.0), pairs.points(scene, rng.uniform(150, 300, (6, 2)), 4.0)
    np.testing.assert_allclose(loss(scene, a, b, method), loss(scene, b, a, method).transpose(1, 0, 2), atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_farther_is_never_louder_on_flat_ground(method):
    scene = build_scene(ground_g=0.6)
    receivers = pairs.points(scene, np.column_stack([np.linspace(400, 4000, 60), np.zeros(60)]), 4.0)
    levels = loss(scene, pairs.points(scene, [[0.0, 0.0]], 5.0), receivers, method)[:, 0] + 1e-3 * receivers[:, :1]
    assert (np.diff(levels, axis=0) > 0.0).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_higher_wall_never_makes_it_louder(method):
    ends = pairs.points(walled(), [[0.0, 20.0]], 2.0), pairs.points(walled(), [[300.0, 20.0]], 4.0)
    levels = np.array([loss(walled(h), *ends, method)[0, 0] for h in (4.0, 6.0, 9.0, 14.0)])
    assert (np.diff(levels, axis=0) >= -1e-9).all()


def test_curves_of_annoyance_and_sleep_at_hand_computed_points():
    at = np.array(60.0)
    road = 9.868e-4 * 5832 - 1.436e-2 * 324 + 0.5118 * 18
    aircraft = -9.199e-5 * 5832 + 3.932e-2 * 324 + 0.2939 * 18
    rail = 7.239e-4 * 5832 - 7.851e-3 * 324 + 0.1695 * 18
    for curve, by_hand in ((dose_response.ROAD, road), (dose_response.AIRCRAFT, aircraft), (dose_response.RAIL, rail)):
        np.testing.assert_allclose(100 * dose_response.transport_annoyed_frac(at, curve=curve), by_hand, rtol=1e-12)
    np.testing.assert_allclose((road, aircraft, rail), (10.315, 17.493, 4.729), atol=5e-4)
    np.testing.assert_allclose(100 * dose_response.logistic_annoyed_frac(np.array(65.0)), 12.29, atol=0.005)
    np.testing.assert_allclose(100 * dose_response.tolerance_annoyed_frac(np.array(65.0), tolerance_db=70.0), 37.55, atol=0.005)
    for curve, by_hand in (("road", 4.251), ("rail", 6.031), ("aircraft", 19.823)):
        np.testing.assert_allclose(100 * dose_response.sleep_disturbed_frac(np.array(50.0), curve=curve), by_hand, atol=5e-4)


def test_a_tenth_of_the_night_is_quieter_than_the_quiet_level():
    energy = np.zeros((1, 720, 2))
    energy[0, :, :] = (np.random.default_rng(8).permutation(720) + 1.0)[:, None]
    tally = Tally.empty(1, 1)
    tally.take_hours(0, energy, np.zeros((1, 720), dtype=np.int64), 0, np.zeros((1, 2)), np.full((1, 2), np.inf))
    dark = energy[0, (np.arange(720) % 24 < 7) | (np.arange(720) % 24 >= 22), 0]
    assert np.count_nonzero(dark < tally.quiet[0, 0]) == 27


@pytest.mark.parametrize(("item", "apart_db"), [("gas_turbine", (133 + 10) - (120 + 5)), ("reciprocating_engine", (114 + 40) - (93 + 40))])
def test_the_exhaust_of_ten_megawatts_stands_above_the_casing_as_the_equations_of_its_kind_say(item, apart_db):
    """Turbines by megawatt: 133 + 10 lg and 120 + 5 lg; engines by kilowatt: 114 + 10 lg and 93 + 10 lg; and each band's share of them."""
    casing, _, exhaust = spectra.generator_spectra_db(item, 10.0, sound_power_dba=110.0)
    table = spectra.library_spectra()
    bands = [table[item, c] + table[item, f"{c}_treatment"] for c in ("exhaust", "casing")]
    np.testing.assert_allclose(exhaust - casing, apart_db + bands[0] - bands[1])
