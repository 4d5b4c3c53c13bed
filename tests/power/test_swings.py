"""Swings by spectrum against the plain series, stages against stepped filters, an island against an independent integrator."""

import math
from itertools import pairwise

import numpy as np
import pytest

from gigacampus.power.swings.island import Island, nadir_hz, response_hz, rocof_hz_per_s
from gigacampus.power.swings.spectrum import HARMONICS, Store, Wave, harmonics_mw, smoothing_needed, store_gain, through

ITERATION, CHECKPOINT = Wave(100.0, 2.0, 0.2, 0.05), Wave(150.0, 1800.0, 15.0 / 1800.0, 4.0)
BAND = (0.1, 20.0)
ISLAND = Island(1200.0, 3.0, 0.04, 2.0, 1.0, 60.0)


def plain_series(wave, points):
    """The trapezoid drawn by hand, its low level centred on zero time."""
    t = (np.arange(points) / points - 0.5) * wave.period_s
    low = wave.low_frac * wave.period_s
    ramp = np.clip((np.abs(t) - 0.5 * (low - wave.edge_s)) / wave.edge_s, 0.0, 1.0)
    return np.roll(wave.height_mw * ramp, points // 2)


@pytest.mark.parametrize("wave", [ITERATION, CHECKPOINT], ids=["iteration", "checkpoint"])
def test_the_harmonics_are_those_of_the_drawn_wave(wave):
    points = 1 << 16
    drawn = np.fft.rfft(plain_series(wave, points)) * 2.0 / points
    np.testing.assert_allclose(harmonics_mw(wave)[:400], drawn[1:401], atol=wave.height_mw * 1e-6)


def test_a_stage_is_the_stepped_low_pass_while_its_energy_lasts():
    tau, points = 0.4, 2 * HARMONICS
    store = Store("racks", math.inf, 1.0, tau)
    found = through([ITERATION], [store], BAND)[1]
    drawn, step = plain_series(ITERATION, points), ITERATION.period_s / points
    held, out = drawn.mean(), np.empty(points)
    for k in range(12 * points):
        held += (drawn[k % points] - held) * (1.0 - math.exp(-step / tau))
        out[k % points] = held
    assert found.range_mw == pytest.approx(np.ptp(out), rel=5e-3)
    assert found.ramp_up_mw_per_s == pytest.approx((np.roll(out, -1) - out).max() / step, rel=0.02)


def test_energy_bounds_the_time_constant_and_power_the_share():
    tone = np.array([0.5, 50.0])
    np.testing.assert_allclose(store_gain(tone, 100.0, Store("s", math.inf, 100.0 / 3600.0, 99.0)), 1.0 / (1.0 + 2j * np.pi * tone))
    half = store_gain(tone, 100.0, Store("s", 50.0, 1e6, 1e9))
    np.testing.assert_allclose(np.abs(half), 0.5, rtol=1e-6)
    slow = store_gain(np.array([1000.0]), 100.0, Store("s", math.inf, 1e6, 10.0, lag_s=0.05))
    assert abs(slow[0]) > 0.99


def test_every_stage_takes_something_off_and_the_band_is_told():
    stores = [Store("supplies", math.inf, 0.002, math.inf), Store("site battery", 300.0, 30.0, 30.0, 0.02)]
    left = through([ITERATION, CHECKPOINT], stores, BAND)
    assert [stage.name for stage in left] == ["accelerators", "supplies", "site battery"]
    assert left[0].range_mw == pytest.approx(250.0, rel=0.03)
    assert all(b.ramp_up_mw_per_s < a.ramp_up_mw_per_s for a, b in pairwise(left)) and left[2].range_mw < 0.5 * left[0].range_mw
    inside = (left[0].frequency_hz >= 0.1) & (left[0].frequency_hz <= 20.0)
    assert left[0].band_energy_frac == pytest.approx((left[0].amplitude_mw[inside] ** 2).sum() / (left[0].amplitude_mw ** 2).sum())


def test_the_storage_needed_just_keeps_the_limits():
    limits = {"range_mw": 60.0, "ramp_mw_per_s": 2.0, "band_frac": 0.5}
    waves = [ITERATION, CHECKPOINT]
    needed = smoothing_needed(waves, [], BAND, **limits)
    kept, less = (through(waves, [Store("s", needed.power_mw, needed.energy_mwh * k, math.inf)], BAND)[-1] for k in (1.0, 0.97))
    assert kept.range_mw <= 60.0 and max(kept.ramp_up_mw_per_s, kept.ramp_down_mw_per_s) <= 2.0 and kept.band_energy_frac <= 0.5
    assert less.range_mw > 60.0 or max(less.ramp_up_mw_per_s, less.ramp_down_mw_per_s) > 2.0 or less.band_energy_frac > 0.5
    assert smoothing_needed(waves, [], BAND, range_mw=1e4, ramp_mw_per_s=1e9, band_frac=1.0).energy_mwh == 0.0
    assert smoothing_needed(waves, [], BAND, range_mw=0.0, ramp_mw_per_s=1.0, band_frac=1.0) is None


@pytest.mark.parametrize("governor_s", [0.2, 2.0, 10.0])
@pytest.mark.parametrize("droop_frac", [0.03, 0.2, 1.0])
@pytest.mark.parametrize("step_mw", [60.0, -90.0])
def test_the_nadir_in_closed_form_is_that_of_an_independent_integrator(governor_s, droop_frac, step_mw):
    from scipy.integrate import solve_ivp

    island = Island(1200.0, 3.0, droop_frac, governor_s, 1.0, 60.0)

    def slope(_, y):
        return [(y[1] - step_mw / 1200.0 - y[0]) / 6.0, (-y[0] / droop_frac - y[1]) / governor_s]

    found = solve_ivp(slope, (0.0, 60.0), [0.0, 0.0], rtol=1e-9, atol=1e-12, max_step=0.01).y[0] * 60.0
    worst = found[np.argmax(np.abs(found))]
    assert nadir_hz(step_mw, island)[0] == pytest.approx(worst, rel=2e-3)
    stepped = response_hz(step_mw, island)
    assert stepped[np.argmax(np.abs(stepped))] == pytest.approx(worst, rel=5e-3)


def test_the_first_slope_is_the_notes_and_a_battery_lifts_the_nadir():
    rates = [-rocof_hz_per_s(100.0, Island(1200.0, h, 0.04, 2.0, 1.0, 60.0)) for h in (2.0, 4.0)]
    assert rates == pytest.approx([1.25, 0.625])
    alone, held = (response_hz(100.0, ISLAND, battery_mw=mw) for mw in (0.0, 150.0))
    assert (alone[1] - alone[0]) / 1e-3 == pytest.approx(rocof_hz_per_s(100.0, ISLAND), rel=1e-3)
    assert held.min() > 0.6 * alone.min()


@pytest.mark.parametrize("band", [(0.5, 2.0), (0.6, 1.9), (1.0, 1.0)])
def test_tones_on_the_edges_of_the_band_count(band):
    """Tones of a period of 2 s stand at every half hertz; the mean of the wave is no swing."""
    left = through([ITERATION], [], band)[0]
    tones, energy = 0.5 * np.arange(1, HARMONICS + 1), np.abs(harmonics_mw(ITERATION)) ** 2
    np.testing.assert_allclose(left.frequency_hz, tones)
    np.testing.assert_allclose(left.amplitude_mw, np.sqrt(energy))
    inside = [k for k in range(HARMONICS) if band[0] <= tones[k] <= band[1]]
    assert left.band_energy_frac == pytest.approx(energy[inside].sum() / energy.sum(), rel=1e-12) and inside
