"""Cooling plant: signs, limits, and annual PUE by kind of plant and climate."""

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.cooling.compression import chiller_cop, chiller_limit_frac, mechanical_frac
from gigacampus.cooling.dry_cooler import dry_air_frac
from gigacampus.cooling.evaporative_tower import tower_air_frac
from gigacampus.cooling.stage import entries_of, run
from gigacampus.cooling.water_loop import water_limit_frac
from gigacampus.foundation.psychrometrics import saturation_kpa
from gigacampus.registry.kinds import COOLING
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.buildout import CoolingBlock
from gigacampus.schema.cooling import CoolingSpec

RULES = CoolingSpec()
AIR = np.linspace(-10, 40, 51)
TOWER = typical("cooling", kind="evaporative_tower", approach_k=4)
DRY = typical("cooling", kind="dry_cooler", approach_k=8)
CHILLER = typical("cooling", kind="air_chiller", approach_k=12, cop_design=4.7, economiser=True)


@pytest.mark.parametrize("need", [tower_air_frac(AIR[AIR <= 28], TOWER, RULES), dry_air_frac(AIR[AIR <= 35], DRY, RULES)])
def test_colder_air_needs_less_of_it_until_the_water_floats(need):
    peak = int(np.argmax(need))
    assert np.all(np.diff(need[: peak + 1]) > 0) and need[0] < 0.6


def test_limits_fall_only_beyond_what_racks_take():
    assert np.all(water_limit_frac(AIR[AIR <= 37], DRY, RULES) == 1.0)
    assert water_limit_frac(np.array([46.0]), DRY, RULES)[0] == pytest.approx(0.5)
    assert chiller_limit_frac(np.array([45.0]), 35.0, CHILLER)[0] == pytest.approx(0.8)


def test_cop_meets_its_design_point_and_the_second_law():
    cop = chiller_cop(AIR, 35.0, CHILLER, RULES)
    assert np.interp(35.0, AIR, cop) == pytest.approx(4.7)
    lift = np.maximum(AIR + 12 - RULES.chilled_water_c, 10)
    assert np.all(cop < (RULES.chilled_water_c + 273.15) / lift)
    assert np.all(chiller_cop(AIR, 35.0, typical("cooling", kind="air_chiller", cop_model="linear"), RULES) >= 1.5)


def test_economiser_takes_cold_hours_whole_and_hot_hours_not_at_all():
    lifted = mechanical_frac(AIR, CHILLER, RULES)
    assert lifted[0] == 0.0 and lifted[-1] == 1.0 and np.all(np.diff(lifted) >= 0)
    assert np.all(mechanical_frac(AIR, typical("cooling", kind="air_chiller"), RULES) == 1.0)


def test_products_of_one_kind_are_shared_by_heat_and_a_bare_campus_has_the_assumed_one():
    library = SimpleNamespace(
        cooling={"a": CHILLER, "b": typical("cooling", kind="air_chiller"), "t": TOWER, "air_chiller_generic": CHILLER}
    )
    blocks = {n: CoolingBlock(kind="cooling", model=f"lib:cooling/{n}", heat_mw=mw) for n, mw in (("a", 30), ("b", 90), ("t", 10))}
    campus = SimpleNamespace(blocks=blocks, cooling=RULES)
    assert [share for _, share in entries_of("air_chiller", campus, library)] == [0.25, 0.75]
    assert entries_of("dry_cooler", campus, library) == []
    bare = SimpleNamespace(blocks={}, cooling=RULES)
    assert entries_of("air_chiller", bare, library) == [(CHILLER, 1.0)] and entries_of("evaporative_tower", bare, library) == []


def test_chillers_by_hand():
    """Lift from 20 degC water to 12 K over the air: at design 27 K with a COP of 4.7; never below 10 K of lift or a COP of 1.5."""
    cop = chiller_cop(np.array([0.0, 20.0, 35.0, 45.0, 90.0]), 35.0, CHILLER, RULES)
    np.testing.assert_allclose(cop, [4.7 * 2.7, 4.7 * 27 / 12, 4.7, 4.7 * 27 / 37, 4.7 * 27 / 82])
    assert chiller_cop(np.array([200.0]), 35.0, CHILLER, RULES).tolist() == [1.5]
    assert chiller_cop(np.array([0.0, 20.0]), 5.0, CHILLER, RULES).tolist() == pytest.approx([4.7, 4.7 * 10 / 12])
    linear = typical("cooling", kind="air_chiller", cop_model="linear")
    np.testing.assert_allclose(
        chiller_cop(np.array([15.0, 25.0, 45.0, 59.0, 61.0, 80.0]), 35.0, linear, RULES), [6.0, 5.0, 3.0, 1.6, 1.5, 1.5]
    )
    np.testing.assert_allclose(chiller_limit_frac(np.array([20.0, 35.0, 60.0, 90.0]), 35.0, CHILLER), [1.0, 1.0, 0.5, 0.0])
    np.testing.assert_allclose(mechanical_frac(np.array([8.0, 13.0, 18.0]), CHILLER, RULES), [0.0, 0.5, 1.0])
    np.testing.assert_allclose(mechanical_frac(np.array([7.0, 19.0]), CHILLER, RULES), [0.0, 1.0])


def test_air_of_dry_and_wet_plants_by_hand():
    """Water of 27 degC, or 8 K over the air, and half of a range of 10 K: 13 K at 35 degC; towers by the enthalpy of saturated air."""
    np.testing.assert_allclose(dry_air_frac(np.array([35.0, 19.0, 12.0, 40.0]), DRY, RULES), [1.0, 1.0, 13.0 / 20.0, 1.0])

    def saturated(c):
        w = 0.621945 * saturation_kpa(c) / (101.325 - saturation_kpa(c))
        return 1.006 * c + w * (2501.0 + 1.86 * c)

    design = saturated(26.0 + 4.0 + 5.0) - saturated(26.0)
    for wet, water in ((26.0, 30.0), (23.0, 27.0), (10.0, 27.0), (28.0, 32.0)):
        by_hand = design / (saturated(water + 5.0) - saturated(wet))
        assert tower_air_frac(np.array([wet]), TOWER, RULES)[0] == pytest.approx(float(by_hand), rel=1e-9)
    np.testing.assert_allclose(water_limit_frac(np.array([30.0, 37.0, 41.5, 55.0, 70.0]), DRY, RULES), [1.0, 1.0, 13.5 / 18.0, 0.0, 0.0])


def test_products_of_a_kind_enter_its_fans_pumps_and_hours_by_their_heat():
    other = typical("cooling", kind="dry_cooler", approach_k=4, fan_pump_kw_per_mw=27.0, pump_share_frac=0.5)
    three = {"dry": (DRY, 30.0), "other": (other, 10.0), "air": (CHILLER, 5.0)}
    library = SimpleNamespace(cooling={n: entry for n, (entry, _) in three.items()})
    blocks = {n: CoolingBlock(kind="cooling", model=f"lib:cooling/{n}", heat_mw=mw) for n, (_, mw) in three.items()}
    campus = SimpleNamespace(blocks=blocks, cooling=RULES)
    inputs = SimpleNamespace(tree=SimpleNamespace(campuses={"one": campus}, library=library), at=SimpleNamespace(campus=("one",)))
    dry = np.array([12.0, 41.5, 60.0])
    out = run(inputs, {"dry_bulb_degc": dry[None], "wet_bulb_degc": dry[None] - 9.0})
    d, a = (COOLING.names.index(kind) for kind in ("dry_cooler", "air_chiller"))
    assert out["cooling_fan_frac"][0, [d, a]] == pytest.approx([0.75 * 0.035 * 0.7 + 0.25 * 0.027 * 0.5, 0.025 * 0.4])
    assert out["cooling_pump_frac"][0, [d, a]] == pytest.approx([0.75 * 0.035 * 0.3 + 0.25 * 0.027 * 0.5, 0.025 * 0.6])
    shared = [0.75 * f(dry, DRY, RULES) + 0.25 * f(dry, other, RULES) for f in (dry_air_frac, water_limit_frac)]
    np.testing.assert_allclose([out["cooling_air_frac"][0, d], out["cooling_capacity_frac"][0, d]], shared)
    lifted = mechanical_frac(dry, CHILLER, RULES) / chiller_cop(dry, 35.0, CHILLER, RULES)
    np.testing.assert_allclose(out["cooling_compressor_frac"][0, [d, a]], [[0.0] * 3, lifted])
    np.testing.assert_allclose(out["cooling_air_frac"][0, a], 1.0)
    assert np.count_nonzero(out["cooling_air_frac"][0].any(axis=1)) == 2


def test_a_block_without_heat_has_no_share():
    library = SimpleNamespace(cooling={"a": CHILLER, "b": DRY})
    blocks = {n: SimpleNamespace(kind="cooling", model=f"lib:cooling/{n}", heat_mw=mw) for n, mw in (("a", 0.0), ("b", 0.5))}
    campus = SimpleNamespace(blocks=blocks, cooling=RULES)
    assert entries_of("air_chiller", campus, library) == [] and entries_of("dry_cooler", campus, library) == [(DRY, 1.0)]
