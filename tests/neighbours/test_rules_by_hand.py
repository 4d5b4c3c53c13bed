"""Places, counts of people, health and the bands of the air against values worked by hand, on both sides of each limit."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.neighbours import exposure, health, receptors
from gigacampus.neighbours.air import band, similarity, stacks, tower, transfer

DEGREE_M = 6_371_000.0 * math.pi / 180.0


def test_a_place_by_east_and_north_across_the_date_line_too():
    east, north = receptors.local_xy_m(np.array([60.0, 20.0]), np.array([-179.5, 179.0]), lat0_deg=59.0, lon0_deg=179.5)
    np.testing.assert_allclose(east, [DEGREE_M * math.cos(math.radians(59.5)), -0.5 * DEGREE_M * math.cos(math.radians(39.5))], rtol=2e-4)
    np.testing.assert_allclose(north, [DEGREE_M, -39.0 * DEGREE_M], rtol=2e-4)


def test_bearings_of_the_four_winds_and_between():
    np.testing.assert_allclose(
        receptors.bearing_deg(np.array([0, 1, 0, -1, -1, 1]), np.array([1, 0, -1, 0, 1, -1])), [0, 90, 180, 270, 315, 135]
    )


def test_hours_count_up_to_the_edge_of_the_sector_on_both_sides_of_north():
    """Wind from 170 and 190 goes to 350 and 10 degrees; calm hours count for nobody."""
    given = np.array([170.0, 190.0, 157.5, 202.5, 157.4, 202.6, 180.0, 0.0, 350.0])
    speed = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 2.0, 2.0])
    for bearing in (0.0, 360.0):
        assert receptors.hours_downwind(given, speed, bearing=bearing, half_width_deg=22.5) == 4.0
    assert receptors.hours_downwind(given, speed, bearing=180.0, half_width_deg=9.9) == 1.0
    assert receptors.hours_downwind(np.array([350.0, 10.0]), np.ones(2), bearing=170.0, half_width_deg=0.5) == 1.0


def test_people_count_at_the_radius_and_above_the_limit():
    blocks = exposure.Blocks(("a", "b"), ("x", "x"), np.array([5.0, 7.0]), np.array([35.0, 35.0]), np.array([-90.0, -89.9]))
    apart = DEGREE_M * 0.1 * math.cos(math.radians(35.0))
    for radius, count in ((0.0, 5.0), (0.999 * apart, 5.0), (1.001 * apart, 12.0)):
        assert exposure.people_within(blocks, lat_deg=35.0, lon_deg=-90.0, radius_m=radius) == count
    assert exposure.people_above(np.array([5.0, 7.0]), np.array([1.0, 2.0]), np.array([1.0, 0.99, 2.0])).tolist() == [7.0, 12.0, 0.0]


def test_deaths_risks_and_damages_by_hand():
    deaths = health.deaths_per_year(np.array([1e5]), np.array([10.0]), baseline_per_year=0.01, hazard_ratio_per_10=1.25)
    assert float(deaths[0]) == pytest.approx(1000.0 * (1.0 - 1.0 / 1.25))
    low, high = health.hazard_ratio_10_90(1.06, low_95=1.04, high_95=1.08)
    assert math.log(high / low) / math.log(1.08 / 1.04) == pytest.approx(1.2815516 / 1.9599640, rel=1e-6) and low * high == pytest.approx(
        1.06**2
    )
    assert health.joined_10_90(6.0, (3.0, 18.0), (4.0, 9.0)) == pytest.approx(
        (6.0 * math.exp(-math.hypot(math.log(2.0), math.log(1.5))), 6.0 * math.exp(math.hypot(math.log(3.0), math.log(1.5))))
    )
    assert health.joined_10_90(6.0, (0.0, 12.0), (3.0, 6.0))[0] == 0.0 and health.joined_10_90(0.0, (0.0, 1.0)) == (0.0, 0.0)
    assert float(health.lifetime_risk(np.array(2.0), unit_risk_per_ugm3=1.3e-5)) == pytest.approx(2.6e-5)
    assert float(health.damage_usd(np.array(3.0), usd_per_short_ton=907.18474)) == pytest.approx(3000.0)


def test_the_band_of_the_air_by_hand():
    """The model's own factor of 1.3 (means) or 1.6 (highest hours) as one sigma, and twice as much beside a building within 500 m."""
    for highest, factor in ((False, 1.3), (True, 1.6)):
        own = 1.2815516 * math.log(factor)
        low, high = band.band_10_90(2.0, 4.0, 12.0, highest_hour=highest, distance_m=np.array([499.0, 500.0]))
        np.testing.assert_allclose(low, 4.0 * math.exp(-math.hypot(math.log(2.0), own)), rtol=1e-6)
        np.testing.assert_allclose(high, 4.0 * math.exp(math.hypot(math.log(3.0), own)) * np.array([2.0, 1.0]), rtol=1e-6)
    assert [float(x) for x in band.band_10_90(0.0, 0.0, 1.0, highest_hour=False, distance_m=900.0)] == [0.0, 1.0]


def test_the_gas_of_a_stack_by_hand():
    """100 kg/s at 500 K and sea level take 141.6 m3/s; two metres across that is 45.1 m/s. A catalyst cools what is hotter than it."""
    assert stacks.exit_velocity_m_s(100.0, 500.0, 2.0) == pytest.approx(100.0 * 287.0 * 500.0 / 101325.0 / math.pi)
    entry = SimpleNamespace(exhaust_temp_c=500.0, exhaust_flow_kg_s=100.0, stack_diameter_m=2.0, stack_height_m=18.0)
    for control, scr_c, kelvin in (("scr", 350.0, 623.15), ("scr", 600.0, 773.15), ("none", 350.0, 773.15)):
        made = stacks.stack_of(entry, control, scr_c)
        assert (made.height_m, made.diameter_m, made.exit_k) == pytest.approx((18.0, 2.0, kelvin))
        assert made.exit_m_s == pytest.approx(stacks.exit_velocity_m_s(100.0, kelvin, 2.0))


def test_temperatures_settle_on_five_kelvin_with_their_course():
    ours = transfer.settled_temperature(np.array([10.0, 20.0, 21.0, 21.4]))
    np.testing.assert_allclose(ours, [11.9, 21.9, 22.9, 23.3])
    np.testing.assert_allclose(transfer.settled_temperature(np.array([12.4])), [10.0])


def test_very_unstable_air_has_a_length_scale_of_a_metre_at_least():
    ustar, length = similarity.day_friction(np.array([0.3, 4.0]), np.array([600.0, 200.0]), np.full(2, 0.01), np.full(2, 10.0))
    assert length[0] == -1.0 and length[1] < -1.0
    by_hand = -353.0 * 1004.0 * ustar[1] ** 3 / (0.4 * 9.80616 * 200.0)
    assert length[1] == pytest.approx(by_hand, rel=1e-3)
    none, _ = similarity.day_friction(np.array([4.0]), np.array([-5.0]), np.array([0.1]), np.array([10.0]))
    assert none[0] == pytest.approx(0.4 * 4.0 / math.log(100.0), rel=1e-3)


@pytest.mark.parametrize(("by", "heat"), [("class", None), ("heat", np.array([250.0, 0.0, -20.0]))])
def test_surface_rows_by_hand(by, heat):
    wind, air = np.array([4.0, 3.0, 0.4]), np.array([20.0, 10.0, 5.0])
    cls, mixing, from_deg = np.array([2, 5, 6]), np.array([900.0, 300.0, 200.0]), np.array([10.0, 20.0, 30.0])
    rows = similarity.surface_rows(wind, from_deg, air, cls, mixing, heat, roughness_m=0.2, calm_m_s=0.5)
    assert rows.valid.tolist() == [True, True, False] and rows.wind_m_s.tolist() == [4.0, 3.0, 0.5]
    np.testing.assert_allclose(rows.temp_k, air + 273.15)
    assert (rows.wind_height_m == 10.0).all() and (rows.temp_height_m == 2.0).all() and (rows.gradient_aloft_k_m == 0.005).all()
    np.testing.assert_allclose(rows.mechanical_m, 2300.0 * rows.ustar_m_s**1.5)
    assert rows.obukhov_m[0] < 0.0 < rows.obukhov_m[1] and rows.wstar_m_s[1:].tolist() == [0.0, 0.0]
    assert rows.wstar_m_s[0] == pytest.approx(rows.ustar_m_s[0] * (900.0 / (0.4 * -rows.obukhov_m[0])) ** (1 / 3))
    if by == "class":
        np.testing.assert_allclose(
            1.0 / rows.obukhov_m, np.array([-0.037, 0.004, 0.035]) + np.array([0.029, -0.018, -0.036]) * math.log10(0.2)
        )


def tower_of(**levels):
    """Two hours at 10, 50 and 100 m; the second has no top level."""
    gone = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, np.nan]])
    given = {"wind_m_s": 4.0, "from_deg": 180.0, "temp_k": 290.0, "sigma_theta_deg": 10.0, "sigma_w_m_s": 0.3} | levels
    return tower.Tower(np.array([10.0, 50.0, 100.0]), **{k: gone * v for k, v in given.items()})


def test_crosswind_of_a_tower_by_hand():
    """Yamartino's epsilon for 20 degrees, the least speed along the wind and the least crosswind."""
    spread = math.radians(20.0)
    epsilon = math.sin(spread) * (1.0 - 0.073864 * spread)
    made = tower.crosswind(tower_of(wind_m_s=np.array([6.0, 0.2, 0.01]), sigma_theta_deg=20.0))
    assert made[0] == pytest.approx([6.0 * math.sqrt(1.0 - epsilon**2) * spread, 0.2, 0.2])
    slow = tower.crosswind(tower_of(wind_m_s=0.0, sigma_theta_deg=300.0))
    assert slow[0, 0] == pytest.approx(0.05 * math.radians(300.0))


def test_directions_of_a_tower_turn_the_short_way_round():
    found = tower._directions(tower_of(from_deg=np.array([350.0, 10.0, 30.0])))
    at = [int(np.flatnonzero(z == tower.LEVELS_M)[0]) for z in (4.0, 30.0, 80.0, 400.0)]
    np.testing.assert_allclose(found[0, at], [350.0, 0.0, 22.0, 30.0], atol=1e-9)
    np.testing.assert_allclose(found[1, at], [350.0, 0.0, 10.0, 10.0], atol=1e-9)
    np.testing.assert_allclose(tower.direction_at(found, np.array([40.0, 8.0])), [5.0, 350.0], atol=1e-9)


def test_a_profile_file_reads_each_column_and_its_own_mark_of_a_missing_value(tmp_path):
    """Year, month, day, hour, height, top flag, direction, speed, temperature, sigma-theta, sigma-w."""
    rows = [
        "88 3 1 2 10.0 0 250.0 4.0 12.0 9.0 0.30",
        "88 3 1 2 50.0 1 899.0 89.0 -89.0 89.0 0.89",
        "88 12 31 24 10.0 1 900.0 90.0 90.0 90.0 90.0",
    ]
    (tmp_path / "one.pfl").write_text("\n".join(rows), encoding="utf-8")
    hours, levels = tower.read_tower(tmp_path / "one.pfl")
    assert hours.tolist() == [88030102, 88123124] and levels.height_m.tolist() == [10.0, 50.0]
    first = [levels.from_deg, levels.wind_m_s, levels.temp_k, levels.sigma_theta_deg, levels.sigma_w_m_s]
    np.testing.assert_allclose([v[0, 0] for v in first], [250.0, 4.0, 285.15, 9.0, 0.3])
    np.testing.assert_allclose([v[0, 1] for v in first], [899.0, 89.0, 184.15, 89.0, 0.89])
    assert all(np.isnan(v[1]).all() for v in first)
