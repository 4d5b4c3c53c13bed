"""Formulas of power with known answers."""

import numpy as np
import pytest

from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu, nox_ppm
from gigacampus.foundation.psychrometrics import wet_bulb_c, wet_bulb_stull_c
from gigacampus.foundation.sun import solar_elevation_deg
from gigacampus.power.stability import net_radiation_index, turner_class
from gigacampus.power.swings.checkpoint_swing import checkpoint_swing_mw, swing_after_storage_mw
from gigacampus.power.tariff import monthly_bill_usd
from gigacampus.power.turbine import units_out
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.power import PeakWindowSpec, PowerSpec, TariffEntry

ENTRY = typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10160)


@pytest.mark.parametrize("ppm,lb", [(2.0, 0.0074), (9.0, 0.0332), (25.0, 0.0921)])
def test_ppm_conversion_meets_the_published_table(ppm, lb):
    assert nox_kg_per_mmbtu(ppm) / 0.45359237 == pytest.approx(lb, rel=0.005)


def test_control_chooses_the_concentration():
    assert nox_ppm("none", None, ENTRY) > nox_ppm("dry_low_nox", None, ENTRY) > nox_ppm("scr", None, ENTRY)
    assert nox_ppm("scr", 5.0, ENTRY) == 5.0


def test_wet_bulb_of_the_handbook_point_and_of_the_fit():
    rng = np.random.default_rng(1)
    dry, rh = rng.uniform(0, 40, 500), rng.uniform(0.1, 0.95, 500)
    full = wet_bulb_c(dry, rh, np.full(500, 101.325))
    assert np.abs(full - wet_bulb_stull_c(dry, rh)).max() < 1.0
    assert float(wet_bulb_c(np.array([20.0]), np.array([0.5]), np.array([101.325]))[0]) == pytest.approx(13.8, abs=0.05)


def test_bill_of_blocks_by_hand():
    tariff = TariffEntry(
        energy_usd_per_mwh=20,
        block1_hours_use=200,
        block1_adder_usd_per_mwh=40,
        block2_hours_use=200,
        block2_adder_usd_per_mwh=3,
        on_peak_adder_usd_per_mwh=40,
        demand_usd_per_kw_month=4,
        on_peak_demand_usd_per_kw_month=10,
        customer_usd_per_month=2000,
        on_peak={"all": PeakWindowSpec(first_month=1, last_month=12, from_h=9, to_h=17)},
    )
    bill = monthly_bill_usd(np.array([700.0]), np.array([1.0]), np.array([100.0]), np.array([0.9]), tariff, np.array([True]))
    assert bill[0] == pytest.approx(700 * 20 + 100 * 40 + 200 * 40 + 200 * 3 + 1000 * 4 + 900 * 10 + 2000)


def test_swing_of_a_hundred_thousand_h100_is_forty_megawatts_at_the_chip():
    rules = PowerSpec(chip_share_frac=0.555 / 1.39, conversion_loss_frac=0.0)
    swing = checkpoint_swing_mw(np.array([139.0]), np.array([1e5]), 1e5, 1.0, rules)
    assert swing[0] == pytest.approx(1e5 * (555 - 150) * 1e-6, rel=0.01)
    two_jobs = checkpoint_swing_mw(np.array([278.0]), np.array([2e5]), 1e5, 1.0, rules)
    assert two_jobs[0] == pytest.approx(swing[0] * np.sqrt(2))
    assert swing_after_storage_mw(swing, np.array([0.0]), rules)[0] == swing[0]


TURNER = {1: "1123466", 3: "1223466", 5: "1234456", 6: "2234456", 7: "2234445", 9: "2334445", 10: "3344445", 11: "3344444", 12: "3444444"}
"""Class by net radiation index 4 to -2, for the highest whole knots of each row of the published table; its seventh class counts as F."""


def test_every_cell_of_turners_table_is_the_published_one():
    index = np.arange(4, -3, -1)
    for knots, classes in TURNER.items():
        assert "".join(map(str, turner_class(index, np.full(7, knots * 1852.0 / 3600.0)))) == classes, knots


@pytest.mark.parametrize(
    ("elevation_deg", "tenths", "ceiling_m", "index"),
    [
        *((e, 0.0, 99e3, k) for e, k in ((61.0, 4), (59.0, 3), (34.0, 2), (14.0, 1), (-1.0, -2))),
        *((70.0, 8.0, c, k) for c, k in ((2000.0, 2), (2200.0, 3), (4800.0, 3), (5000.0, 4))),
        *((70.0, 10.0, c, k) for c, k in ((2000.0, 0), (2200.0, 3), (9000.0, 3))),
        *((-5.0, t, 2000.0, k) for t, k in ((4.0, -2), (5.0, -1), (10.0, 0))),
        (20.0, 8.0, 2000.0, 1),
        (70.0, 5.0, 2000.0, 4),
    ],
)
def test_net_radiation_index_by_sun_cloud_and_ceiling(elevation_deg, tenths, ceiling_m, index):
    """Ceilings of 7,000 and 16,000 ft are 2,134 and 4,877 m."""
    assert int(net_radiation_index(np.array([elevation_deg]), np.array([tenths]), np.array([ceiling_m]))[0]) == index


def test_turner_by_hand_and_sun_at_noon():
    clear_noon = net_radiation_index(np.array([65.0]), np.array([0.0]), np.array([77777.0]))
    assert turner_class(clear_noon, np.array([0.5]))[0] == 1 and turner_class(clear_noon, np.array([7.0]))[0] == 3
    clear_night = net_radiation_index(np.array([-5.0]), np.array([1.0]), np.array([77777.0]))
    assert turner_class(clear_night, np.array([2.0]))[0] == 6 and turner_class(clear_night, np.array([9.0]))[0] == 4
    sun = solar_elevation_deg(35.0, -82.5, -6.0).reshape(365, 24)
    assert sun[171].max() == pytest.approx(90 - 35 + 23.45, abs=0.6) and sun[354].max() == pytest.approx(90 - 35 - 23.45, abs=0.6)


def test_outages_are_markov_with_the_asked_mean_and_length():
    out = units_out(200, 0.05, 24.0, 7, "fleet")
    assert out[200].mean() / 200 == pytest.approx(0.05, abs=0.005)
    single = np.diff(out, axis=0)
    repairs = np.count_nonzero(np.diff(single, axis=1) < 0)
    assert single.sum() / repairs == pytest.approx(24.0, rel=0.1)
    np.testing.assert_array_equal(units_out(10, 0.05, 24.0, 7, "fleet"), out[:11])
