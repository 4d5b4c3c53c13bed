"""The noise stage: shapes, monotonicity, and what it must not do."""

from __future__ import annotations

import numpy as np
import pytest
from scene_of_a_campus import inputs, scenario, upstream

from gigacampus.neighbours.noise import stage
from gigacampus.results.variables import of_stage


@pytest.fixture(scope="module")
def plain() -> dict[str, np.ndarray]:
    return stage.run(inputs(scenario()), upstream())


def test_gives_every_row_of_the_registry_with_its_axes(plain):
    size = {"receptor": 2, "month": 4, "band": 9}
    for row in of_stage("noise"):
        assert plain[row.name].shape == tuple(size[d] for d in row.dims), row.name
        assert np.isfinite(plain[row.name]).all(), row.name


def test_the_far_home_hears_less_with_a_wider_band(plain):
    assert (plain["noise_night_dba"][1] < plain["noise_night_dba"][0] - 8).all()
    assert (plain["noise_band_half_width_db"][1] > plain["noise_band_half_width_db"][0]).all()


def test_twice_the_turbines_add_three_decibels_when_they_dominate():
    one, two = (stage.run(inputs(scenario()), upstream(running=n, heat_mw=0.0))["noise_night_dba"] for n in (5.0, 10.0))
    assert two[0] - one[0] == pytest.approx(3.01, abs=0.1)


def test_c_weighting_exceeds_a_weighting_for_turbines(plain):
    gap = plain["noise_night_dbc"] - plain["noise_night_dba"]
    assert (gap > 10).all() and (gap < 35).all()


def test_coolers_are_quieter_in_the_cool_night():
    out = stage.run(inputs(scenario()), upstream(running=0.0))
    assert (out["noise_night_dba"] < out["noise_day_dba"]).all()


def test_nothing_running_is_reported_as_the_threshold_of_hearing():
    out = stage.run(inputs(scenario()), upstream(running=0.0, heat_mw=0.0))
    assert all(np.isfinite(v).all() for v in out.values())
    assert (out["noise_night_dba"] < 25.0).all()


def test_27_treated_turbines_match_the_hand_calculation():
    """27 units of 114 dBA, G 0.5, no screens: about 58 dBA and 80 dBC at 0.8 km (independent calculation)."""
    out = stage.run(inputs(scenario()), upstream(running=27.0, heat_mw=0.0))
    assert out["noise_night_dba"][0, 0] == pytest.approx(58.0, abs=2.0)
    assert out["noise_night_dbc"][0, 0] == pytest.approx(80.0, abs=3.0)
