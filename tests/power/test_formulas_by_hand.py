"""Formulas of weather, wind and sun, swings, islands and tariffs on small numbers, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.power import stability, wind_sun_formulas
from gigacampus.power.swings.checkpoint_swing import checkpoint_swing_mw, swing_after_storage_mw
from gigacampus.power.swings.island import Island, nadir_hz, response_hz
from gigacampus.power.tariff import bill_of_hours_usd, billed_peak_mw, hourly_bill_usd, monthly_bill_usd, on_peak_hours
from gigacampus.schema.power import PeakWindowSpec, PowerSpec, TariffEntry


@pytest.mark.parametrize(
    ("ghi", "temp_c", "tenths", "bowen", "heat"),
    [
        # 0.82 x 500 = 410, 5.31e-13 x 293.15^6 = 337.0, 5.67e-8 x 293.15^4 = 418.7, clouds 30: 358.3 / 1.12 = 319.9
        (500.0, 20.0, 5.0, 1.0, 0.9 * 319.9 / 2.0),
        (500.0, 20.0, 5.0, 0.5, 0.9 * 319.9 / 3.0),
        # 82, 220.6, 315.7 and nothing: below zero net of 1.12
        (100.0, 0.0, 0.0, 1.0, 0.0),
        (1.0, 45.0, 10.0, 1.0, 0.9 * 27.3 / 2.0),
        (0.0, 20.0, 10.0, 1.0, 0.0),
    ],
)
def test_sensible_heat_of_a_day_s_hour(ghi, temp_c, tenths, bowen, heat):
    found = stability.sensible_heat_w_m2(np.array([ghi]), np.array([temp_c]), np.array([tenths]), bowen=bowen)
    assert float(found[0]) == pytest.approx(heat, abs=0.05)


def test_mixing_height_is_the_larger_of_wind_and_heat_within_its_bounds():
    wind, heat = np.full(8760, 2.0), np.zeros(8760)
    heat[36:38] = 100.0  # noon of the second day and the hour after
    found = stability.mixing_height_m(wind, heat)
    friction = 0.4 * 2.0 / np.log(10.0 / 0.3)
    assert found[0] == found[38] == found[35] == pytest.approx(2300.0 * friction**1.5)
    joules = 100.0 * 3600.0
    layers = [np.sqrt(150.0**2 + 2.0 * n * joules / (1.2 * 1005.0 * 0.005)) for n in (1, 2)]
    assert found[36:38] == pytest.approx(layers) and layers[0] > found[0]
    assert stability.mixing_height_m(wind * 0.01, heat)[0] == 50.0 and stability.mixing_height_m(wind, heat * 1e4)[37] == 4000.0


@pytest.mark.parametrize(("elevation", "index"), [(15.0, 1), (15.1, 2), (35.0, 2), (35.1, 3), (60.0, 3), (60.1, 4), (0.0, -2), (0.1, 1)])
def test_edges_of_the_sun_s_classes_belong_below(elevation, index):
    assert int(stability.net_radiation_index(np.array([elevation]), np.array([0.0]), np.array([9e4]))[0]) == index


@pytest.mark.parametrize(
    ("ceiling_ft", "tenths", "index"),
    [(6999.9, 6.0, 2), (7000.1, 6.0, 3), (15999.0, 6.0, 3), (16001.0, 6.0, 4), (6999.0, 9.9, 2), (6999.0, 5.0, 4), (6999.0, 5.1, 2)],
)
def test_ceilings_of_7000_and_16000_feet(ceiling_ft, tenths, index):
    assert int(stability.net_radiation_index(np.array([70.0]), np.array([tenths]), np.array([ceiling_ft * 0.3048]))[0]) == index


@pytest.mark.parametrize(
    ("tenths", "ceiling_ft", "index"), [(4.0, 9e4, -2), (4.1, 9e4, -1), (9.9, 6999.0, -1), (10.0, 7001.0, -1), (10.0, 6999.0, 0)]
)
def test_a_night_is_less_stable_under_more_than_four_tenths_and_neutral_under_low_overcast(tenths, ceiling_ft, index):
    assert int(stability.net_radiation_index(np.array([-5.0]), np.array([tenths]), np.array([ceiling_ft * 0.3048]))[0]) == index


@pytest.mark.parametrize(
    ("clear", "share"),
    [
        (0.1, 0.991),
        (0.22, 0.9802),
        (0.5, 0.9511 - 0.0802 + 1.097 - 2.07975 + 0.771),
        (0.8, 0.9511 - 0.12832 + 2.80832 - 8.518656 + 5.0528256),
        (0.81, 0.165),
        (2.0, 0.165),
    ],
)
def test_diffuse_share_by_clearness(clear, share):
    top = 1367.0 * np.sin(np.deg2rad(30.0))
    assert wind_sun_formulas.diffuse_w_m2(np.array([clear * top]), np.array([30.0]))[0] == pytest.approx(share * clear * top)
    assert wind_sun_formulas.diffuse_w_m2(np.array([40.0]), np.array([3.0]))[0] == 40.0
    low = wind_sun_formulas.diffuse_w_m2(np.array([40.0]), np.array([3.1]))[0]
    assert low == pytest.approx(40.0 * _erbs(40.0 / (1367.0 * np.sin(np.deg2rad(3.1)))))


def _erbs(k):
    return 0.9511 - 0.1604 * k + 4.388 * k**2 - 16.638 * k**3 + 12.336 * k**4


@pytest.mark.parametrize(
    ("height", "azimuth", "tilt", "facing", "incidence"),
    [
        (30.0, 180.0, 30.0, 180.0, 0.866025),
        (30.0, 240.0, 60.0, 180.0, 0.625),
        (30.0, 0.0, 60.0, 180.0, 0.0),
        (3.0, 180.0, 60.0, 180.0, 0.0),
    ],
)
def test_a_tilted_plane_sees_beam_half_a_sky_and_the_ground(height, azimuth, tilt, facing, incidence):
    given = {"elevation_deg": height, "azimuth_deg": azimuth, "tilt_deg": tilt, "facing_deg": facing}
    found = wind_sun_formulas.plane_w_m2(*(np.array([x]) for x in (500.0, 800.0, 100.0)), **{k: np.array([v]) for k, v in given.items()})
    cosine = np.cos(np.deg2rad(tilt))
    assert found[0] == pytest.approx(800.0 * incidence + 50.0 * (1.0 + cosine) + 0.2 * 250.0 * (1.0 - cosine), rel=1e-5)


def test_modules_and_turbines_at_their_edges():
    speeds = np.array([2.9, 3.0, 4.0, 11.5, 24.9, 25.0])
    want = [0.0, 0.0, 37.0 / (11.5**3 - 27.0), 1.0, 1.0, 0.0]
    assert wind_sun_formulas.wind_power_frac(speeds, 3.0, 11.5, 25.0) == pytest.approx(want)
    assert wind_sun_formulas.wind_power_frac(np.array([3.0]), 3.0, 3.0 + 1e-9, 25.0)[0] == 0.0
    assert wind_sun_formulas.wind_at_hub_m_s(np.array([5.0]), 40.0, shear_exponent=0.5)[0] == pytest.approx(10.0)
    assert wind_sun_formulas.module_temperature_c(np.array([20.0]), np.array([1000.0]), np.array([2.0]))[0] == pytest.approx(
        20.0 + 1000.0 / 38.68
    )
    powers = wind_sun_formulas.module_power_frac(np.array([500.0, 500.0, 500.0]), np.array([25.0, 45.0, 500.0]), 0.004)
    assert powers == pytest.approx([0.5, 0.46, 0.0])


def test_a_checkpoint_of_whole_jobs_and_a_rest():
    """250 MW of 1,000 at four fifths: two jobs of 300 and one of 200; three tenths of chip power stays, a tenth is lost on the way."""
    rules = PowerSpec(chip_share_frac=0.4, chip_swing_ratio_frac=0.3, conversion_loss_frac=0.1, conversion_constant_frac=0.25)
    step = np.sqrt(2 * 300.0**2 + 200.0**2) * 0.25 * 0.4 * 0.7 * (1.0 + 0.1 * 0.75 / 0.9)
    assert checkpoint_swing_mw(np.array([250.0]), np.array([1000.0]), 300.0, 0.8, rules)[0] == pytest.approx(step)
    assert checkpoint_swing_mw(np.array([250.0]), np.array([0.0]), 300.0, 0.8, rules)[0] == 0.0
    alone = checkpoint_swing_mw(np.array([4.0]), np.array([4.0]), 0.5, 1.0, rules)[0]
    assert alone == pytest.approx(
        np.sqrt(4 * 0.25 + 4.0) * 0.28 * (1.0 + 0.1 * 0.75 / 0.9)
    )  # a job is at least one accelerator: four of them
    slow = PowerSpec(inverter_lag_s=0.2, swing_edge_s=0.4)
    late = 0.5 * (1.0 - np.exp(-2.0))
    swings, batteries = np.array([100.0, 100.0, 100.0]), np.array([90.0, 20.0, 0.0])
    assert swing_after_storage_mw(swings, batteries, slow) == pytest.approx([100.0 * late, 80.0, 100.0])


@pytest.mark.parametrize(("battery_mw", "step_mw"), [(0.0, 100.0), (40.0, 100.0), (40.0, -300.0)])
def test_an_island_s_response_is_that_of_an_independent_integrator(battery_mw, step_mw):
    from scipy.integrate import solve_ivp

    island = Island(1200.0, 3.0, 0.05, 1.5, 1.4, 50.0)

    def slope(_, y):
        wanted = np.clip(-y[0] / 0.002, -1.0, 1.0) * battery_mw / 1200.0
        swing = (y[1] + y[2] - step_mw / 1200.0 - 1.4 * y[0]) / 6.0
        return [swing, (-y[0] / 0.05 - y[1]) / 1.5, (wanted - y[2]) / 0.3]

    at = np.array([0.0, 0.5, 2.0, 8.0, 30.0])
    exact = solve_ivp(slope, (0.0, 30.0), [0.0] * 3, t_eval=at, rtol=1e-9, atol=1e-13, max_step=0.02).y[0] * 50.0
    found = response_hz(step_mw, island, battery_mw=battery_mw, battery_droop_frac=0.002, battery_lag_s=0.3, step_s=0.01)
    assert found.size == 3001 and found[(at * 100).astype(int)] == pytest.approx(exact, abs=2e-4)


def test_a_damped_island_only_approaches_its_new_frequency():
    """Without a governor to overshoot the deviation is approached; its end is the step over damping and droop together."""
    slow = Island(1000.0, 50.0, 1.0, 0.1, 3.0, 50.0)
    deviation, time = nadir_hz(100.0, slow)
    assert time == np.inf and deviation == pytest.approx(-100.0 / 1000.0 / 4.0 * 50.0)
    # Equal roots: (2 H + D T)^2 = 4 (2 H T) (D + 1 / R) with H = 4, T = 2, D = 0 and R = 1.
    equal, near = (nadir_hz(100.0, Island(1000.0, 4.0, r, 2.0, 0.0, 50.0))[0] for r in (1.0, 1.0001))
    assert equal == pytest.approx(near, rel=1e-3)


WINDOWS = {"summer": PeakWindowSpec(first_month=4, last_month=10, from_h=13, to_h=19)}
WINDOWS["winter"] = PeakWindowSpec(first_month=11, last_month=3, from_h=5, to_h=11)
BLOCKS = TariffEntry(
    **{"energy_usd_per_mwh": 20.0, "block1_hours_use": 2.0, "block1_adder_usd_per_mwh": 30.0, "block2_hours_use": 1.0},
    **{"block2_adder_usd_per_mwh": 7.0, "on_peak_adder_usd_per_mwh": 40.0, "demand_usd_per_kw_month": 5.0, "ratchet_frac": 0.8},
    **{"on_peak_demand_usd_per_kw_month": 11.0, "customer_usd_per_month": 900.0, "on_peak": WINDOWS, "on_peak_days_per_week": 5.0},
)


def test_on_peak_hours_of_every_month():
    on = on_peak_hours(BLOCKS)
    first = {1: 0, 3: 59 * 24, 4: 90 * 24, 10: 273 * 24, 11: 304 * 24, 12: 334 * 24}
    for month, hour in first.items():
        lasts = (13, 19) if 4 <= month <= 10 else (5, 11)
        assert np.flatnonzero(on[hour : hour + 24]).tolist() == list(range(*lasts)), month
    assert on.sum() == 365 * 6


def test_a_bill_with_blocks_demand_and_ratchet_by_hand():
    """Blocks of two and one hours' use of 10 MW on 70 MWh off peak: 20 and 10; the second month is billed for 8 and 4.8 MW."""
    bill = monthly_bill_usd(
        np.array([100.0, 30.0]), np.array([10.0, 4.0]), np.array([30.0, 9.0]), np.array([6.0, 4.5]), BLOCKS, np.array([True, False])
    )
    first = 100 * 20 + 30 * 40 + 20 * 30 + 10 * 7 + 10e3 * 5 + 6e3 * 11 + 900
    second = 30 * 20 + 9 * 40 + 8 * 30 + 4 * 7 + 8e3 * 5 + 4.8e3 * 11
    assert bill == pytest.approx([first, second])


def test_a_ratchet_remembers_eleven_months_and_a_ring_the_end_of_the_year():
    peaks = np.array([100.0, *[10.0] * 12, 50.0])
    billed = billed_peak_mw(peaks, BLOCKS)
    assert billed[:12] == pytest.approx([100.0] + [80.0] * 11) and billed[12] == 10.0 and billed[13] == 50.0
    ring = billed_peak_mw(np.array([10.0, 10.0, 100.0]), BLOCKS, ring=True)
    assert ring == pytest.approx([80.0, 80.0, 100.0]) and billed_peak_mw(np.array([10.0, 100.0]), BLOCKS)[0] == 10.0


def test_a_bill_shared_out_to_its_hours_and_made_of_them():
    """Six hours, two on peak: 9 of 16 MWh off peak in blocks of 8 and 1 once five days in seven are billed on peak."""
    grid, on = np.array([1.0, 2.0, 4.0, 3.0, 2.0, 4.0]), np.array([0, 0, 1, 1, 0, 0], dtype=bool)
    off = np.where(on, 2.0 / 7.0, 1.0) * grid
    assert off.sum() == 11.0
    energy = grid * (20.0 + 3.0) + on * grid * 5.0 / 7.0 * 40.0 + (8.0 * 30.0 + 3.0 * 7.0) * off / 11.0
    shared = hourly_bill_usd(grid, on, BLOCKS, 6000.0, more_usd_per_mwh=3.0)
    assert shared == pytest.approx(energy + (6000.0 - energy.sum()) / 6.0) and shared.sum() == pytest.approx(6000.0)
    assert hourly_bill_usd(np.zeros(2), np.ones(2, dtype=bool), BLOCKS, 10.0).tolist() == [5.0, 5.0]
    whole = bill_of_hours_usd(grid, on, BLOCKS, more_usd_per_mwh=3.0)
    assert whole == pytest.approx(energy.sum() + 4e3 * 5.0 + 4e3 * 11.0 + 900.0)
