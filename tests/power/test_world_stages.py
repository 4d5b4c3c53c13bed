"""Demand, dispatch and emissions together: balances, couplings, and what each input must move."""

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.cooling import stage as cooling_stage
from gigacampus.foundation.errors import ScenarioError
from gigacampus.pipeline.run import check
from gigacampus.pipeline.tracking import view
from gigacampus.power import demand_stage, emissions_stage, weather_stage
from gigacampus.power.dispatch import dispatch_stage
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.buildout import CoolingBlock
from gigacampus.schema.power import HeatWaveSpec, WeatherSpec
from tests.power import synthetic

TOWN, FIELD = 0, 1


@pytest.fixture(scope="module")
def base():
    given = synthetic.inputs()
    return given, synthetic.run_world(given, synthetic.buildout(given))


def test_every_stage_keeps_its_promise_to_the_registry(base):
    given, out = base
    for name, stage in (
        ("weather", weather_stage),
        ("cooling", cooling_stage),
        ("demand", demand_stage),
        ("dispatch", dispatch_stage),
        ("emissions", emissions_stage),
    ):
        check(name, stage.run(given, out), given.at)
    check("dispatch", dispatch_stage.detail(given, out), given.at, complete=False)


def test_stages_accept_the_tracked_view_of_their_inputs(base):
    given, out = base
    seen: set[str] = set()
    tracked = Inputs(view(given.tree, "", seen), given.at)
    again = synthetic.run_world(tracked, synthetic.buildout(given))
    np.testing.assert_array_equal(again["nox_t"], out["nox_t"])
    assert "campuses.field.power.spinning_reserve_frac" in seen


def test_energy_balances_in_every_month(base):
    _, o = base
    left = o["demand_mwh"] - o["unserved_mwh"]
    right = o["grid_mwh"] + o["onsite_mwh"] - o["curtailed_mwh"] + o["battery_discharge_mwh"] - o["battery_charge_mwh"]
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-6)
    given = base[0]
    duration_h = given.at.months.hours()
    np.testing.assert_allclose(o["demand_mwh"], o["facility_mw"] * duration_h, rtol=1e-9)


def test_blocks_add_up_to_their_campus(base):
    given, o = base
    for c in (TOWN, FIELD):
        mine = [u for u, owner in enumerate(given.at.unit_campus) if owner == c]
        np.testing.assert_allclose(o["unit_mwh"][mine].sum(axis=0), o["onsite_mwh"][c], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(o["unit_fuel_mmbtu"][mine].sum(axis=0), o["fuel_mmbtu"][c], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(o["unit_nox_kg"][mine].sum(axis=0) / 1000, o["nox_t"][c], rtol=1e-9, atol=1e-9)


def test_pue_is_an_output_above_one_and_higher_in_summer(base):
    _, o = base
    assert np.all(o["pue"] > 1.05) and np.all(o["pue"] < 1.6)
    assert np.all(o["pue"][FIELD, 0, [6, 18]] > o["pue"][FIELD, 0, [0, 12]] + 0.02)


def test_the_two_orders_of_supply():
    given = synthetic.inputs(order="onsite_first")
    o = synthetic.run_world(given, synthetic.buildout(given))
    assert np.all(o["onsite_mwh"][TOWN, 0, 12:] > 0.5 * o["demand_mwh"][TOWN, 0, 12:])
    first = synthetic.inputs()
    g = synthetic.run_world(first, synthetic.buildout(first))
    assert np.all(g["onsite_mwh"][TOWN, 0] < 0.1 * g["demand_mwh"][TOWN, 0])


def test_a_heat_wave_moves_everything_downstream():
    hot_inputs = synthetic.inputs(weather=WeatherSpec(heat_wave=HeatWaveSpec(first="07-10", days=14, add_c=8.0)))
    up = synthetic.buildout(hot_inputs)
    up["unit_count"] = up["unit_count"] * np.where(np.array(hot_inputs.at.unit_campus) == FIELD, 0.55, 1.0)[:, None, None]
    cool = synthetic.run_world(synthetic.inputs(), up)
    hot = synthetic.run_world(hot_inputs, up)
    july, august = 18, 19
    for name in ("facility_mw", "facility_peak_mw", "pue", "cooling_mwh", "unserved_mwh"):
        assert hot[name][FIELD, 0, july] > cool[name][FIELD, 0, july] * 1.001, name
        assert hot[name][FIELD, 0, august] == cool[name][FIELD, 0, august], name
    assert hot["onsite_mwh"][FIELD, 0, july] < cool["onsite_mwh"][FIELD, 0, july]
    assert hot["it_served_frac"][FIELD, 0, july] < cool["it_served_frac"][FIELD, 0, july]
    assert hot["co2_t"][FIELD, 0, july] != cool["co2_t"][FIELD, 0, july]


def test_a_missing_permit_moves_everything_downstream(base):
    given, o = base
    up = synthetic.buildout(given)
    up["unit_count"][given.at.unit.index("field/plant"), :, 12:] = 0.0
    lost = synthetic.run_world(given, up)
    assert np.all(lost["unit_mwh"][given.at.unit.index("field/plant"), :, 12:] == 0.0)
    assert np.all(lost["unserved_mwh"][FIELD, 1, 12:] > o["unserved_mwh"][FIELD, 1, 12:] + 1.0)
    assert np.all(lost["it_served_frac"][FIELD, 1, 12:] < 1.0)
    assert np.all(lost["nox_t"][FIELD, 0, 12:] != o["nox_t"][FIELD, 0, 12:])
    np.testing.assert_array_equal(lost["nox_t"][:, :, :12], o["nox_t"][:, :, :12])


def test_identical_months_give_identical_rows_and_the_year_turns(base):
    given, _ = base
    up = synthetic.buildout(given)
    for name, array in up.items():
        if array.ndim == 4:
            array[:] = array[:, :, :, -1:]
        elif name != "planned_phase":
            array[:] = array[:, :, -1:]
    same = synthetic.run_world(given, up)
    for name in ("fuel_mmbtu", "starts", "unserved_mwh", "grid_bill_usd"):
        np.testing.assert_array_equal(same[name][:, :, :12], same[name][:, :, 12:])


def test_curtailment_calls_take_the_hottest_hours():
    called = synthetic.inputs(curtail_hours_per_year=60.0)
    free = synthetic.inputs()
    a, b = (synthetic.run_world(g, synthetic.buildout(g)) for g in (called, free))
    lost = (b["grid_mwh"] - a["grid_mwh"])[TOWN, 0, 12:]
    assert lost[5:9].sum() > 0.9 * lost.sum() > 0.0
    assert a["onsite_mwh"][TOWN, 0, 12:].sum() > b["onsite_mwh"][TOWN, 0, 12:].sum()


def test_a_battery_bridges_a_short_hour_and_the_loss_is_counted():
    given = synthetic.inputs()
    up = synthetic.buildout(given)
    up["unit_count"] = up["unit_count"] * np.where(np.array(given.at.unit_campus) == FIELD, 0.68, 1.0)[:, None, None]
    with_store = synthetic.run_world(given, up)
    up["battery_power_mw"], up["battery_energy_mwh"] = up["battery_power_mw"] * 0, up["battery_energy_mwh"] * 0
    without = synthetic.run_world(given, up)
    july = 18
    assert with_store["battery_discharge_mwh"][FIELD, 0, july] > 100.0
    assert with_store["unserved_mwh"][FIELD, 0, july] < without["unserved_mwh"][FIELD, 0, july]
    moved = with_store["battery_charge_mwh"][FIELD, 0, july] - with_store["battery_discharge_mwh"][FIELD, 0, july]
    assert with_store["battery_loss_mwh"][FIELD, 0, july] == pytest.approx(moved, abs=0.25 * 1200)
    assert without["battery_loss_mwh"].sum() == 0.0


def test_seeded_outages_hold_the_mean_and_change_with_the_seed():
    kw = dict(forced_outage_frac=0.08, spinning_reserve_frac=0.0)
    worlds = [synthetic.inputs(outage="seeded", outage_seed=s, **kw) for s in (1, 2)]
    a, b = (synthetic.run_world(g, synthetic.buildout(g)) for g in worlds)
    same = synthetic.inputs(outage="seeded", outage_seed=1, **kw)
    np.testing.assert_array_equal(a["fuel_mmbtu"], synthetic.run_world(same, synthetic.buildout(same))["fuel_mmbtu"])
    assert not np.array_equal(a["starts"], b["starts"])


def test_a_users_load_replaces_the_modelled_one(tmp_path):
    file = tmp_path / "load.csv"
    shape = 200.0 + 20.0 * np.sin(np.arange(8760) * 2 * np.pi / 24)
    file.write_text("hour,mw\n" + "\n".join(f"{h},{mw!r}" for h, mw in enumerate(shape.tolist())))
    given = synthetic.inputs(user_load_csv=str(file))
    o = synthetic.run_world(given, synthetic.buildout(given))
    assert o["demand_mwh"][:, 0, 12:].sum() == pytest.approx(2 * shape.sum(), rel=1e-9)
    assert o["facility_peak_mw"].max() == pytest.approx(shape.max())
    np.testing.assert_allclose(o["it_mw"] * o["pue"], o["facility_mw"], rtol=1e-9)
    file.write_text("1\n2\n")
    with pytest.raises(ScenarioError, match="8760"):
        synthetic.run_world(given, synthetic.buildout(given))


def test_detail_hours_add_up_to_the_months(base):
    given, o = base
    hours = dispatch_stage.detail(given, o)
    for c in (TOWN, FIELD):
        assert hours["facility_load_mw_h"][c].sum() == pytest.approx(o["demand_mwh"][c, 0, 12:].sum(), rel=1e-9)
        assert hours["grid_mw_h"][c].sum() == pytest.approx(o["grid_mwh"][c, 0, 12:].sum(), rel=1e-9, abs=1e-6)
        balance = hours["grid_mw_h"] + hours["onsite_mw_h"] + hours["battery_mw_h"] + hours["unserved_mw_h"]
        np.testing.assert_allclose(balance, hours["facility_load_mw_h"], rtol=1e-9, atol=1e-6)
    assert hours["unit_running_h"].max() == o["unit_running_peak"][:, 0, 12:].max()


def test_too_little_cooling_sheds_it_load():
    given = synthetic.inputs()
    up = synthetic.buildout(given)
    up["cooling_kind_heat_mw"] = up["cooling_kind_heat_mw"] * 0.4
    o = synthetic.run_world(given, up)
    assert o["it_cooled_frac"][FIELD, 0, 18] < 0.95
    assert o["it_served_frac"][FIELD, 0, 18] <= o["it_cooled_frac"][FIELD, 0, 18]


def test_a_campus_without_plant_or_units_still_runs():
    given = synthetic.inputs()
    up = synthetic.buildout(given)
    up["cooling_kind_heat_mw"] = up["cooling_kind_heat_mw"] * 0.0
    keep = [u for u, c in enumerate(given.at.unit_campus) if c == FIELD]
    up["unit_count"] = up["unit_count"][keep]
    at = replace(given.at, unit=tuple(given.at.unit[u] for u in keep), unit_campus=tuple(FIELD for _ in keep))
    o = synthetic.run_world(Inputs(given.tree, at), up)
    assert np.all(o["onsite_mwh"][TOWN] == 0.0) and np.all(o["it_cooled_frac"] > 0.95)


def test_heat_and_the_work_of_compressors_leave_by_evaporation_or_dry():
    given = synthetic.inputs()
    up = synthetic.buildout(given)
    air, water = COOLING.index("air_chiller"), COOLING.index("water_chiller")
    given.tree.campuses["field"].blocks["wet"] = CoolingBlock(kind="cooling", model="lib:cooling/wet", heat_mw=200)
    up["cooling_kind_heat_mw"][FIELD, [air, water]] = 0.5 * up["cooling_kind_heat_mw"][FIELD, air]
    out = synthetic.run_world(given, up)
    wet, dry, heat = (out[f"heat_{name}_mwh"][FIELD] for name in ("evaporated", "rejected_dry", "rejected"))
    assert np.all(wet > 0.0) and np.all(dry > 0.0)
    work = wet + dry - heat
    assert np.all(work > 0.0) and np.all(work < out["cooling_mwh"][FIELD])
