"""Psychrometrics, towers and the water stage."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation import psychrometrics as psy
from gigacampus.neighbours.water.stage import intensity_m3_per_mwh, run
from gigacampus.neighbours.water.tower import evaporation_kg_per_mwh, make_up_kg_per_mwh
from gigacampus.registry.variables import of_stage

KJ_PER_MWH = 3.6e6


def _counterflow_evaporation(dry: float, wet: float, cold: float, range_k: float) -> float:
    """Evaporation per MWh by integrating Poppe's equations up a counterflow fill (unity Lewis factor, water loss kept).

    The water-to-air ratio is the one whose outlet air has the enthalpy of saturation at the mean water temperature.
    """
    p, steps, heat_of_water = np.array(101.325), 400, 4.186
    water = cold + (np.arange(steps) + 0.5) * range_k / steps
    ws = psy.humidity_ratio(psy.saturation_kpa(water), p)
    hs = psy.enthalpy_kj_per_kg(water, ws)
    w0 = float(psy.humidity_ratio_at_wet_bulb(np.array(dry), np.array(wet), p))
    h0 = float(psy.enthalpy_kj_per_kg(np.array(dry), np.array(w0)))
    mean = np.array(cold + 0.5 * range_k)
    target = float(psy.enthalpy_kj_per_kg(mean, psy.humidity_ratio(psy.saturation_kpa(mean), p)))

    def climb(flow: float) -> tuple[float, float, float]:
        w, h = w0, h0
        for t, sat_w, sat_h in zip(water, ws, hs, strict=True):
            slope = (sat_w - w) / (sat_h - h)
            dh = flow * heat_of_water * range_k / steps / (1.0 - heat_of_water * t * slope)
            w, h, flow = w + slope * dh, h + dh, flow + slope * dh
        return w, h, flow

    low, high = 0.05, 5.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if climb(middle)[1] < target else (low, middle)
    w, _, flow = climb(low)
    return KJ_PER_MWH * (w - w0) / (flow * heat_of_water * range_k)


@pytest.mark.parametrize(("dry", "wet"), [(33.0, 25.0), (25.0, 20.0), (17.0, 13.0), (8.0, 5.0)])
def test_evaporation_within_three_per_cent_of_a_counterflow_solve(dry: float, wet: float) -> None:
    cold = max(27.0, wet + 4.0)
    ours = evaporation_kg_per_mwh(np.array(dry), np.array(wet), np.array(101.325), cold_water_c=np.array(cold), range_k=8.0)
    assert float(ours) == pytest.approx(_counterflow_evaporation(dry, wet, cold, 8.0), rel=0.03)


def test_salts_and_water_balance() -> None:
    evaporation, cycles = np.array([900.0, 1200.0, 1450.0]), 4.0
    made_up = make_up_kg_per_mwh(evaporation, cycles=cycles, drift_frac=5e-6, range_k=8.0)
    np.testing.assert_allclose(made_up, cycles * (made_up - evaporation), rtol=1e-9)


def test_wet_bulb_solve_and_humidity_ratio_are_inverse() -> None:
    dry, rh, p = np.array([-5.0, 10.0, 25.0, 38.0]), np.array([0.9, 0.3, 0.6, 0.2]), np.full(4, 98.0)
    wet = psy.wet_bulb_c(dry, rh, p, tolerance_k=1e-6)
    vapour = rh * psy.saturation_kpa(dry)
    np.testing.assert_allclose(psy.humidity_ratio_at_wet_bulb(dry, wet, p), 0.621945 * vapour / (p - vapour), rtol=1e-6)


def test_stull_stays_within_one_kelvin_of_the_solve() -> None:
    dry, rh = np.meshgrid(np.linspace(5, 40, 19), np.linspace(0.1, 0.99, 19))
    difference = psy.wet_bulb_stull_c(dry, rh) - psy.wet_bulb_c(dry, rh, np.full(dry.shape, 101.325))
    assert np.max(np.abs(difference)) < 1.0


def test_stage_gives_exactly_the_rows_of_the_registry(synthetic: SimpleNamespace) -> None:
    out = run(synthetic.inputs(water={"utility_m3_per_day": 7e5}), synthetic.upstream())
    assert set(out) == {v.name for v in of_stage("water")}
    assert all(v.shape == (1, synthetic.months) and np.all(np.isfinite(v)) for v in out.values())
    assert np.all(out["water_peak_day_m3"] * 28 >= out["water_m3"] * 28 / 31 - 1e-9)


def test_dry_plant_uses_none_but_for_trim(synthetic: SimpleNamespace) -> None:
    up = synthetic.upstream()
    up["heat_evaporated_mwh"] = np.zeros_like(up["heat_evaporated_mwh"])
    dry = run(synthetic.inputs(), up)
    assert np.all(dry["water_m3"] == 0.0)
    trimmed = run(synthetic.inputs(water={"trim_above_c": 28.0}), up)
    july, january = 6, 12
    assert trimmed["water_m3"][0, july] > 0.0
    assert trimmed["water_m3"][0, january] == 0.0


def test_more_cycles_and_recycling_save_fresh_water(synthetic: SimpleNamespace) -> None:
    base = run(synthetic.inputs(water={"utility_m3_per_day": 7e5}), synthetic.upstream())
    reused = run(synthetic.inputs(water={"utility_m3_per_day": 7e5, "recycled_share_frac": 0.75}), synthetic.upstream())
    np.testing.assert_allclose(reused["water_share_of_utility_frac"], 0.25 * base["water_share_of_utility_frac"])
    np.testing.assert_allclose(reused["water_m3"], base["water_m3"])


def test_recycled_water_counts_from_the_day_its_plant_delivers_and_never_changes_what_is_drawn(synthetic):
    stated = {"utility_m3_per_day": 50_000.0, "recycled_share_frac": 0.8}
    runs = {
        day: run(synthetic.inputs(water={**stated, "recycled_from": day}), synthetic.upstream())
        for day in (None, "2025-07-16", "2024-01-01", "2040-01-01")
    }
    share = {day: out["water_share_of_utility_frac"][0] for day, out in runs.items()}
    np.testing.assert_allclose(share["2024-01-01"], share[None])
    np.testing.assert_allclose(share["2040-01-01"] * 0.2, share[None])
    drawn = share["2040-01-01"] > 0.0
    later = share["2025-07-16"][drawn] / share["2040-01-01"][drawn]
    months = np.flatnonzero(drawn)
    assert (later[months < 6] == 1.0).all() and later[months > 6] == pytest.approx(0.2)
    if (months == 6).any():
        assert later[months == 6][0] == pytest.approx(1.0 - 0.8 * 16.0 / 31.0)
    for out in runs.values():
        np.testing.assert_array_equal(out["water_m3"], runs[None]["water_m3"])


def test_make_up_by_hand():
    """One MWh warms 3.6e6 / (4.186 x 8) kg of water by 8 K; what drifts off is no blowdown, and more drift than blowdown needs none."""
    circulation = 3.6e6 / (4.186 * 8.0)
    made_up = make_up_kg_per_mwh(np.array([1200.0]), cycles=4.0, drift_frac=0.001, range_k=8.0)
    assert made_up[0] == pytest.approx(1600.0)
    drifting = make_up_kg_per_mwh(np.array([1200.0]), cycles=4.0, drift_frac=0.01, range_k=8.0)
    assert drifting[0] == pytest.approx(1200.0 + 0.01 * circulation)


def test_evaporation_by_the_balance_of_the_air_that_passes():
    """A kilogram of dry air takes up water and heat; per MWh of heat that leaves the water. No air so dry counts as dry."""
    dry, wet, p, cold = np.array([30.0, 45.0]), np.array([20.0, 5.0]), np.array([95.0, 95.0]), np.array([27.0, 27.0])
    ours = evaporation_kg_per_mwh(dry, wet, p, cold_water_c=cold, range_k=8.0)
    out = psy.humidity_ratio(psy.saturation_kpa(31.0), p)
    come = np.array([float(psy.humidity_ratio_at_wet_bulb(30.0, 20.0, 95.0)), 0.0])
    heat = 1.006 * (31.0 - dry) + out * (2501.0 + 1.86 * 31.0) - come * (2501.0 + 1.86 * dry) - (out - come) * 4.186 * 27.0
    np.testing.assert_allclose(ours, 3.6e6 * (out - come) / heat, rtol=1e-9)


def test_the_stage_draws_by_hand(synthetic):
    """Draw, highest day, bill and litres per kilowatt-hour from hourly intensities and monthly heat; towers run from a dry bulb on."""
    given = {"utility_m3_per_day": 7e5, "price_usd_per_m3": 1.5, "switch_dry_bulb_c": 20.0, "tower_duty_frac": 0.8, "trim_above_c": 24.0}
    inputs, up = synthetic.inputs(water=given), synthetic.upstream()
    out, water, cooling = run(inputs, up), inputs.tree.campuses["one"].water, inputs.tree.campuses["one"].cooling
    dry, wet, p = (up[name][0] for name in ("dry_bulb_degc", "wet_bulb_degc", "pressure_kpa"))
    cold = np.maximum(cooling.supply_water_c, wet + water.tower_approach_k)
    evaporated = np.maximum(evaporation_kg_per_mwh(dry, wet, p, cold_water_c=cold, range_k=water.tower_range_k), 0.0)
    cycles = max(cooling.cycles_of_concentration, 1.05)
    made_up = make_up_kg_per_mwh(evaporated, cycles=cycles, drift_frac=water.drift_frac, range_k=water.tower_range_k) / 1000.0
    tower, trim = np.where(dry >= 20.0, 0.8 * made_up, 0.0), np.where(dry > 24.0, water.trim_share_frac * made_up, 0.0)
    first = np.concatenate([[0], np.cumsum([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])]) * 24
    month, days = 18, 31
    hours = slice(first[6], first[7])
    heat = [float(up[name][0, 0, month]) for name in ("heat_evaporated_mwh", "heat_rejected_dry_mwh")]
    draw = heat[0] * tower[hours].mean() + heat[1] * trim[hours].mean()
    daily = (heat[0] * tower[hours] + heat[1] * trim[hours]).reshape(-1, 24).sum(axis=1) / (24.0 * days)
    assert out["water_m3"][0, month] == pytest.approx(draw, rel=1e-9) and draw > 0.0
    assert out["water_peak_day_m3"][0, month] == pytest.approx(daily.max(), rel=1e-9)
    assert out["water_share_of_utility_frac"][0, month] == pytest.approx(draw / (7e5 * days), rel=1e-9)
    assert out["water_bill_usd"][0, month] == pytest.approx(1.5 * draw, rel=1e-9)
    assert out["wue_l_per_kwh"][0, month] == pytest.approx(1000.0 * draw / (1000.0 * up["it_mw"][0, 0, month] * 24.0 * days), rel=1e-9)
    nobody = run(synthetic.inputs(water={"utility_m3_per_day": 0.0}), up)
    assert np.isnan(nobody["water_share_of_utility_frac"]).all() and nobody["wue_l_per_kwh"][0, 0] == 0.0


def test_hours_at_the_limits_of_the_tower_and_the_trim(synthetic):
    water = synthetic.inputs(water={"switch_dry_bulb_c": 10.0, "trim_above_c": 30.0}).tree.campuses["one"]
    station = [np.array([9.99, 10.0, 30.0, 30.01]), np.array([5.0, 6.0, 20.0, 20.0]), np.full(4, 101.0)]
    tower, trim = intensity_m3_per_mwh(water.water, water.cooling, station)
    assert (tower > 0.0).tolist() == [False, True, True, True] and (trim > 0.0).tolist() == [False, False, False, True]


def test_water_that_is_hardly_used_twice_leaves_at_twenty_times_what_evaporates(synthetic):
    """Cycles of one would never let water evaporate: they count as 1.05, so that the make-up is E C / (C - 1) = 21 E."""
    campus = synthetic.inputs(water={"switch_dry_bulb_c": -50.0, "tower_duty_frac": 1.0, "drift_frac": 0.0}).tree.campuses["one"]
    station = [np.array([30.0]), np.array([20.0]), np.array([101.0])]
    cold = np.maximum(campus.cooling.supply_water_c, 20.0 + campus.water.tower_approach_k)
    evaporated = evaporation_kg_per_mwh(*station, cold_water_c=np.atleast_1d(cold), range_k=campus.water.tower_range_k)
    for cycles, share in ((1.0, 21.0), (2.0, 2.0), (5.0, 1.25)):
        cooling = campus.cooling.model_copy(update={"cycles_of_concentration": cycles})
        tower, _ = intensity_m3_per_mwh(campus.water, cooling, station)
        assert tower[0] == pytest.approx(share * float(evaporated[0]) / 1000.0, rel=1e-9)
