"""Limits of the rows of the air, sums along a profile and a city's night, worked out apart from the code."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.air import boundary_layer


def surface(**changes):
    told = dict(
        wind_m_s=[4.0, 0.0, 5.0], wind_from_deg=[10.0, 20.0, 30.0], wind_height_m=[10.0] * 3, temp_k=[280.0, 290.0, 0.0],
        temp_height_m=[2.0] * 3, ustar_m_s=[0.3, 0.0, 0.4], wstar_m_s=[1.5, 0.0, -9.0], obukhov_m=[-0.4, 0.5, 60.0],
        mechanical_m=[0.5, 5000.0, 300.0], convective_m=[900.0, 0.0, 5000.0], gradient_aloft_k_m=[0.001, 0.02, 0.005],
        roughness_m=[0.2, 0.0, 0.3], valid=[True, True, False],
    )  # fmt: skip
    return boundary_layer.Surface(**{k: np.array(v) for k, v in {**told, **changes}.items()})


def test_rows_of_the_air_within_their_limits():
    s = boundary_layer.bounded(surface())
    assert s.wind_m_s.tolist() == [4.0, 1.0, 1.0] and s.temp_k.tolist() == [280.0, 290.0, 290.0] and s.ustar_m_s.tolist() == [0.3, 0.1, 0.1]
    assert s.mechanical_m.tolist() == [1.0, 4000.0, 100.0] and s.convective_m.tolist() == [900.0, 100.0, 100.0]
    assert s.obukhov_m.tolist() == [-1.0, 1.0, 100.0] and s.wstar_m_s.tolist() == [1.5, 0.001, 0.001]
    assert s.gradient_aloft_k_m.tolist() == [0.005, 0.02, 0.005] and s.roughness_m.tolist() == [0.2, 1e-4, 0.3]
    high = boundary_layer.bounded(surface(valid=[True] * 3, temp_k=[280.0] * 3, convective_m=[0.3, 4100.0, 3999.0]))
    assert high.convective_m.tolist() == [1.0, 4000.0, 3999.0] and high.obukhov_m.tolist() == [-1.0, 1.0, 60.0]


def test_a_profile_summed_to_each_level_and_meant_to_any_height():
    levels = boundary_layer.LEVELS_M
    line, bend = 2.0 + 0.01 * levels, np.where(levels > levels[5], 7.0, 1.0)
    total = boundary_layer.cumulative(np.stack([line, bend]))
    np.testing.assert_allclose(total[0], 2.0 * levels + 0.005 * levels**2)
    assert total[1, 6] == pytest.approx(levels[5] + 4.0 * (levels[6] - levels[5]))
    height = np.array([0.5 * (levels[8] + levels[9]), levels[4]])
    assert boundary_layer.mean_below(np.stack([line, line]), height) == pytest.approx(2.0 + 0.005 * height)


def test_a_city_s_night_by_the_warmth_of_its_people():
    """150,000 people on a roughness of 1 m: depth, heat and friction of the convective-like layer worked out apart."""
    s = boundary_layer.bounded(
        surface(obukhov_m=[40.0, 900.0, -30.0], valid=[True] * 3, temp_k=[285.0] * 3, mechanical_m=[150.0, 600.0, 200.0],
                convective_m=[0.0, 0.0, 900.0],
                wind_m_s=[2.0, 4.0, 3.0], ustar_m_s=[0.1, 0.9, 0.2])
    )  # fmt: skip
    people, rough = 150_000.0, 1.0
    made, plain = (boundary_layer.build(s, city) for city in (boundary_layer.Urban(people, rough), None))
    depth = 400.0 * (people / 2e6) ** 0.25
    flux = 0.03 * 12.0 * (0.1 * np.log(people / 2e6) + 1.0) * s.ustar_m_s
    wstar = (9.80616 / 285.0 * flux * depth) ** (1 / 3)
    low = 7.0 * np.maximum(rough, s.roughness_m)
    friction = wstar * np.sqrt(1.6 * (low / depth) ** (2 / 3)) / (1.3 * np.sqrt(1.0 - low / np.maximum(depth, s.mechanical_m)))
    ustar = np.maximum(s.ustar_m_s, friction)
    length = 285.0 * ustar**3 / (0.4 * 9.80616 * flux)
    assert made.ustar[:2] == pytest.approx(ustar[:2], rel=1e-4) and made.ustar[2] == s.ustar_m_s[2]
    assert made.obukhov[:2] == pytest.approx(np.maximum(length, s.obukhov_m)[:2], rel=1e-3) and made.obukhov[2] == plain.obukhov[2]
    assert made.mixing_m.tolist() == pytest.approx([max(depth, 150.0), 600.0, plain.mixing_m[2]])
    assert (made.sigma_w[0] > plain.sigma_w[0]).any() and (made.sigma_w[2] == plain.sigma_w[2]).all()
    below = depth >= boundary_layer.LEVELS_M
    assert (made.gradient[0, below] == 1e-5).all() and (made.gradient[0, ~below] == plain.gradient[0, ~below]).all()
