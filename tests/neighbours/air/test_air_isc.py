"""The comparison plume: compiled form against its twin, mass balance, and published values."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.air import isc
from gigacampus.neighbours.air.kernels import isc_unit_rate

PRINTED = {"rural": (0.07, 0.07, 0.10, 0.15, 0.35, 0.55), "urban": (0.15, 0.15, 0.20, 0.25, 0.30, 0.30)}
"""Exponents of the wind's profile for classes A to F as ISC3's guide prints them."""


@pytest.mark.parametrize("land", PRINTED)
def test_wind_at_the_top_of_a_stack_rises_by_the_printed_power_of_its_height(land: str) -> None:
    """At 40 m the wind is that of 10 m times 4 to the exponent; below 10 m it is not cut."""
    told = {"diameter_m": 2.0, "exit_m_s": 20.0, "exit_k": 500.0, "urban": land == "urban"}
    for stability, exponent in enumerate(PRINTED[land], 1):
        wind, _, _ = isc.effective_height_m(np.array([5.0]), np.array([15.0]), np.array([stability]), height_m=40.0, **told)
        assert wind[0] == pytest.approx(5.0 * 4.0**exponent)


def _hours(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "wind_from_deg": rng.uniform(0, 360, count),
        "wind_m_s": rng.uniform(1, 9, count),
        "stability_class": rng.integers(1, 7, count),
        "mixing_m": rng.uniform(150, 2000, count),
        "plume_m": rng.uniform(10, 400, count),
        "rise_m": rng.uniform(0, 200, count),
    }


@pytest.mark.parametrize("urban", [False, True])
def test_compiled_form_equals_its_twin(urban: bool) -> None:
    rng = np.random.default_rng(3)
    east, north, hours = rng.uniform(-8000, 8000, 12), rng.uniform(-8000, 8000, 12), _hours(400)
    twin = isc.concentration_ugm3_per_g_s(east, north, *hours.values(), urban=urban)
    toward = np.radians(hours["wind_from_deg"] + 180.0)
    made = isc_unit_rate(
        east,
        north,
        np.sin(toward),
        np.cos(toward),
        hours["wind_m_s"],
        hours["stability_class"],
        hours["mixing_m"],
        hours["plume_m"],
        hours["rise_m"],
        isc.SPREAD[int(urban)],
    )
    np.testing.assert_allclose(made, twin, rtol=1e-9, atol=1e-12)
    assert np.count_nonzero(made) > 100


def test_all_that_leaves_the_stack_crosses_a_plane_downwind() -> None:
    """In the well-mixed range the ground value times width and depth carries exactly the source strength."""
    lid, wind = 200.0, 4.0
    y = np.linspace(-8000.0, 8000.0, 4001)
    hour = {
        "wind_from_deg": np.array([180.0]),
        "wind_m_s": np.array([wind]),
        "stability_class": np.array([1]),
        "mixing_m": np.array([lid]),
        "plume_m": np.array([80.0]),
        "rise_m": np.array([0.0]),
    }
    ground = isc.concentration_ugm3_per_g_s(y, np.full(y.size, 5000.0), *hour.values(), urban=False)[:, 0]
    flux = np.trapezoid(ground, y) * lid * wind / isc.UG_PER_G
    assert flux == pytest.approx(1.0, rel=1e-3)


def test_images_join_the_well_mixed_form() -> None:
    """Just below and just above the switch at 1.6 lids the two forms agree within a few per cent."""
    sz_per_x, lid = 0.20, 100.0
    x = np.array([0.999, 1.001]) * 1.6 * lid / sz_per_x
    hour = {
        "wind_from_deg": np.array([180.0]),
        "wind_m_s": np.array([3.0]),
        "stability_class": np.array([1]),
        "mixing_m": np.array([lid]),
        "plume_m": np.array([30.0]),
        "rise_m": np.array([0.0]),
    }
    below, above = isc.concentration_ugm3_per_g_s(np.zeros(2), x, *hour.values(), urban=False)[:, 0]
    assert above == pytest.approx(below, rel=0.02)


def test_rise_falls_with_wind_and_is_held_down_in_stable_air() -> None:
    stack = {"exit_m_s": 25.0, "exit_k": 640.0, "diameter_m": 2.4}
    slow, fast = isc.plume_rise_m(np.array([2.0, 8.0]), 290.0, np.array([4, 4]), **stack)
    assert slow == pytest.approx(4.0 * fast)
    assert isc.plume_rise_m(np.array([2.0]), 290.0, np.array([6]), **stack)[0] < 0.5 * slow


@pytest.mark.parametrize(
    ("urban", "sy_m", "sz_m"),
    [
        (False, [220, 160, 110, 80, 60, 40], [200, 120, 80 / 1.2**0.5, 60 / 2.5**0.5, 30 / 1.3, 16 / 1.3]),
        (True, [320, 320, 220, 160, 110, 110], [240 * 2**0.5, 240 * 2**0.5, 200, 140 / 1.3**0.5, 80 / 2.5**0.5, 80 / 2.5**0.5]),
    ],
)
def test_spreads_at_a_kilometre_are_the_published_ones_of_every_class(urban: bool, sy_m: list[float], sz_m: list[float]) -> None:
    sy, sz = isc.spread_m(np.full(6, 1000.0), np.arange(1, 7), urban=urban)
    np.testing.assert_allclose(sy, np.array(sy_m) / (1.4 if urban else 1.1) ** 0.5)
    np.testing.assert_allclose(sz, sz_m)


def test_a_jet_no_warmer_than_the_air_rises_by_its_momentum() -> None:
    """Momentum 100 m4/s2: 1.5 (100 / (u s^1/2))^1/3 in class E with s = 9.80665 / 300 x 0.02, and 3 d v / u in neutral air."""
    for kind, rise in ((5, 1.5 * (100.0 / (9.80665 / 300.0 * 0.02) ** 0.5) ** (1 / 3)), (4, 60.0)):
        got = isc.plume_rise_m(np.array(1.0), np.array(300.0), np.array(kind), exit_m_s=10.0, exit_k=300.0, diameter_m=2.0)
        assert float(got) == pytest.approx(rise, rel=1e-4)
