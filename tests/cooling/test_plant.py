"""Cooling plant: signs, limits, and annual PUE by kind of plant and climate."""

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.cooling.compression import chiller_cop, chiller_limit_frac, mechanical_frac
from gigacampus.cooling.dry_cooler import dry_air_frac
from gigacampus.cooling.evaporative_tower import tower_air_frac
from gigacampus.cooling.stage import entries_of
from gigacampus.cooling.water_loop import water_limit_frac
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
