"""Moist air against printed values of the handbook, the balance that a wetted bulb keeps, and plain twins of the fits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gigacampus.foundation import psychrometrics as psy


def test_saturation_over_ice_and_water_is_the_printed_one():
    """Pascals as printed for -60 to 150 degC; -5 and 5 stand on both sides of freezing, alone and together."""
    temp, pascal = (
        np.array([-60.0, -20.0, -5.0, 5.0, 25.0, 50.0, 100.0, 150.0]),
        [1.08, 103.24, 401.74, 872.6, 3169.7, 12351.3, 101418.0, 476101.4],
    )
    np.testing.assert_allclose(1000.0 * psy.saturation_kpa(temp), pascal, rtol=3e-4, atol=5e-3)
    for t, p in zip(temp, pascal, strict=True):
        assert 1000.0 * float(psy.saturation_kpa(t)) == pytest.approx(p, rel=3e-4, abs=5e-3)
    assert float(psy.saturation_kpa(0.0)) == pytest.approx(0.61121, abs=2e-5)


def test_the_smallest_terms_of_saturation_over_ice_are_there():
    """Slope by Clausius and Clapeyron: latent heat of ice 2,834 kJ/kg at 0 and 2,839 kJ/kg at -30 degC over the gas constant of water."""
    for temp, latent in ((-0.5, 2834.0), (-30.0, 2838.5), (-60.0, 2838.0)):
        slope = float(np.log(psy.saturation_kpa(temp + 0.01) / psy.saturation_kpa(temp - 0.01))) / 0.02
        assert slope == pytest.approx(latent / 0.461523 / (temp + 273.15) ** 2, rel=1.5e-3)


def test_the_enthalpy_and_the_ratio_by_hand():
    assert float(psy.humidity_ratio(2.0, 102.0)) == pytest.approx(0.621945 * 2.0 / 100.0)
    assert float(psy.enthalpy_kj_per_kg(30.0, 0.02)) == pytest.approx(30.18 + 0.02 * (2501.0 + 55.8))


@pytest.mark.parametrize(("dry", "wet"), [(35.0, 22.0), (60.0, 30.0), (10.0, 0.0), (4.0, -2.0), (-5.0, -9.0), (-25.0, -30.0)])
def test_a_wetted_bulb_keeps_its_energy(dry, wet):
    """What the air gains in enthalpy by saturating is what the water or ice brought along, at the bulb's own temperature."""
    saturated = float(psy.humidity_ratio(psy.saturation_kpa(wet), 90.0))
    ratio = float(psy.humidity_ratio_at_wet_bulb(dry, wet, 90.0))
    brought = 4.186 * wet if wet >= 0.0 else 2.1 * wet - 329.0
    gained = float(psy.enthalpy_kj_per_kg(wet, saturated) - psy.enthalpy_kj_per_kg(dry, ratio))
    assert gained == pytest.approx((saturated - ratio) * brought, abs=1e-6)


@pytest.mark.parametrize(("dry", "wet", "printed"), [(30.0, 25.0, 0.0192281), (-1.0, -5.0, 0.00120400)])
def test_humidity_ratio_of_two_bulbs_is_the_printed_one(dry, wet, printed):
    assert float(psy.humidity_ratio_at_wet_bulb(dry, wet, 95.461)) == pytest.approx(printed, rel=3e-4)


@pytest.mark.parametrize(("temp", "rh"), [(20.0, 0.5), (35.0, 0.2), (-10.0, 0.8), (5.0, 1.0)])
def test_vapour_at_the_dew_point_is_saturated_by_the_magnus_formula(temp, rh):
    def magnus(t):
        return math.exp(17.625 * t / (243.04 + t))

    assert magnus(float(psy.dew_point_c(temp, rh))) == pytest.approx(rh * magnus(temp), rel=1e-12)


def test_the_dew_point_takes_humidities_between_a_thousandth_and_one():
    assert float(psy.dew_point_c(20.0, 1.4)) == pytest.approx(20.0)
    assert float(psy.dew_point_c(20.0, 1e-6)) == float(psy.dew_point_c(20.0, 1e-3)) < float(psy.dew_point_c(20.0, 2e-3))


@pytest.mark.parametrize(("temp", "rh"), [(20.0, 0.5), (40.0, 0.06), (-5.0, 0.9), (10.0, 0.03)])
def test_the_published_fit_of_the_wet_bulb(temp, rh):
    pct = 100.0 * rh
    first = temp * math.atan(0.151977 * (pct + 8.313659) ** 0.5) + math.atan(temp + pct)
    rest = -math.atan(pct - 1.676331) + 0.00391838 * pct**1.5 * math.atan(0.023101 * pct) - 4.686035
    assert float(psy.wet_bulb_stull_c(temp, rh)) == pytest.approx(first + rest, rel=1e-12)


def test_a_wet_bulb_solved_at_any_pressure_keeps_the_balance_and_lies_between_dew_point_and_dry_bulb():
    dry, rh, p = (v.ravel() for v in np.meshgrid([-25.0, -3.0, 1.0, 20.0, 45.0], [0.05, 0.4, 0.98, 1.0], [65.0, 101.325]))
    wet = psy.wet_bulb_c(dry, rh, p, tolerance_k=1e-7)
    wanted = psy.humidity_ratio(rh * psy.saturation_kpa(dry), p)
    jump = np.abs(wet) < 1e-3
    np.testing.assert_allclose(psy.humidity_ratio_at_wet_bulb(dry, wet, p)[~jump], wanted[~jump], rtol=1e-5, atol=1e-9)
    assert (wet <= dry + 1e-6).all() and (wet >= psy.dew_point_c(dry, rh) - 1.0).all()
    near = psy.wet_bulb_c(dry, rh, p)
    assert np.max(np.abs(near - wet)) < 1e-3
