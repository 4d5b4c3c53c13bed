"""Every number of a library entry has bounds with a reason, and fields that cannot stand together are refused in words."""

from __future__ import annotations

import math

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import read_string, typed
from gigacampus.scenario.library_checks import complaints
from gigacampus.schema.fields import walk_models
from gigacampus.schema.scenario import LibrarySpec, Scenario

FIGURES = {path: slot for path, _, slot in walk_models(LibrarySpec) if slot.is_scalar}
WITHOUT_BOUNDS: dict[str, str] = {}
"""Figure of a library entry -> why nothing bounds it."""
SCENARIO = """\
title: Bounds
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 3}
library:
  LIBRARY
campuses:
  only:
    site: {lat: 35.0, lon: -90.0, weather: lib:weather/memphis_tn}
    blocks:
      grid: {kind: grid_tranche, mw: 10, in_service: 2026-01-01}
      units: {kind: generators, model: "lib:generators/titan_130", count: 4, in_service: 2026-01-01}
      store: {kind: battery, model: "lib:batteries/megapack_3", mw: MW, mwh: 40, in_service: 2026-01-01}
      plant: {kind: cooling, model: "lib:cooling/air_chiller_generic", heat_mw: 30, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 100, in_service: 2026-01-01}
"""


def findings(library: str = "", mw: object = 10, **more: object):
    text = SCENARIO.replace("  LIBRARY", f"  {library}" if library else "  {}").replace("MW,", f"{mw},", 1)
    try:
        typed(read_string(text, sets=[f"{path}={value}" for path, value in more.items()]))
    except ScenarioError as error:
        return error.findings
    return ()


def test_every_figure_of_an_entry_has_bounds_and_says_what_sets_them():
    assert len(FIGURES) > 90
    missing = [p for p, s in FIGURES.items() if not (all(map(math.isfinite, s.bounds)) and s.bounded_by)]
    assert sorted(missing) == sorted(WITHOUT_BOUNDS)
    assert all(len(slot.bounded_by.split()) == 1 for slot in FIGURES.values() if slot.bounded_by)


def test_every_number_of_a_scenario_has_bounds():
    goals = {"goals.above", "goals.below"}
    """A goal is in the unit of its headline."""
    slots = {path: slot for path, _, slot in walk_models(Scenario) if slot.is_scalar and not path.startswith("uncertainty")}
    endless = {path for path, slot in slots.items() if not all(map(math.isfinite, slot.bounds))}
    assert len(slots) > 600 and {p.replace(".*", "") for p in endless} <= goals


def test_the_whole_library_keeps_to_its_bounds():
    assert complaints() == []


OUTSIDE = [(path, slot, side) for path, slot in FIGURES.items() for side in (0, 1) if "on_peak." not in path]
NAMES = {
    "accelerators": "h100",
    "models": "moe_large_generic",
    "serving_efficiency": "pooled",
    "training_efficiency": "pooled",
    "generators": "titan_130",
    "batteries": "megapack_3",
    "cooling": "air_chiller_generic",
    "tariffs": "tva_msd_like",
    "schedule": "slip_reference_2025",
}


@pytest.mark.parametrize(("path", "slot", "side"), OUTSIDE, ids=[f"{p}-{'low' if s == 0 else 'high'}" for p, _, s in OUTSIDE])
def test_a_figure_outside_is_refused_with_its_place_cause_and_way_out(path, slot, side):
    low, high = slot.bounds
    value = (low - 1.0 - abs(low), high + 1.0 + abs(high))[side]
    family, *_, field = path.split(".")
    found = [f for f in findings(f"{family}: {{{NAMES[family]}: {{{field}: {value}}}}}") if f.path.endswith(field)]
    assert found, (path, value)
    first = found[0]
    assert first.file == "scenario" and first.line == 5 and slot.bounded_by in first.problem and "give a" in first.fix, str(first)


def test_a_distribution_that_leaves_the_bounds_says_what_sets_them():
    spread = "{'library.generators.titan_130.heat_rate_lhv_kj_per_kwh': {kind: uniform, low: 3000, high: 12000}}"
    assert any("thermodynamics" in f.problem for f in findings(uncertainty=spread))


TOGETHER = {
    "efficiency above its fuel's": ("generators: {titan_130: {heat_rate_lhv_kj_per_kwh: 7000}}", "of the fuel's heat power"),
    "efficiency above its fuel's at part load": (
        "generators: {titan_130: {heat_rate_lhv_kj_per_kwh: 8500, heat_rate_at_75_load_frac: 0.9}}",
        "of the fuel's heat power",
    ),
    "rising derate": ("generators: {titan_130: {power_at_35c_frac: 1.2}}", "power rises from"),
    "rising derate below 15 degC": ("generators: {titan_130: {power_at_0c_frac: 0.9}}", "power rises from 0.9 at 0 degC"),
    "wet bulb above dry bulb": ("cooling: {air_chiller_generic: {design_wet_bulb_c: 39}}", "above the dry bulb"),
    "a compressor that makes no cold": ("cooling: {air_chiller_generic: {cop_design: 0.5}}", "compresses"),
    "a gap between blocks of energy": ("tariffs: {tva_msd_like: {block1_hours_use: 0}}", "a gap"),
    "a priced block without hours": ("tariffs: {tva_msd_like: {block2_hours_use: 0}}", "a gap"),
    "a window without hours": (
        "tariffs: {tva_msd_like: {on_peak: {night: {first_month: 1, last_month: 12, from_h: 22, to_h: 6}}}}",
        "holds no hour",
    ),
    "on-peak prices without windows": ("tariffs: {flat_60: {on_peak_adder_usd_per_mwh: 5}}", "needs the hours"),
    "a negative minimum": ("generators: {titan_130: {min_load_frac: -0.1}}", "share"),
    "more experts used than there are": ("models: {moe_large_generic: {experts_active: 5000}}", "more than"),
    "8 bits slower than 16": ("accelerators: {h100: {peak_fp8_tflops: 10}}", "less than"),
    "quantiles exchanged": ("serving_efficiency: {pooled: {tpot_ratio_p10: 9}}", "lies above"),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_fields_that_cannot_stand_together_are_refused_in_words(name):
    library, words = TOGETHER[name]
    more = {"campuses.only.power.tariff": "lib:tariffs/flat_60"} if "flat_60" in library else {}
    found = findings(library, **more)
    assert any(words in f.problem for f in found), [str(f) for f in found]
    assert all(f.file and f.line and f.path and f.fix for f in found)


@pytest.mark.parametrize("mw", [0, 0.1, 900, "40 kW"])
def test_battery_power_and_energy_that_do_not_belong_together_are_refused(mw):
    (found,) = findings(mw=mw)
    assert found.path == "campuses.only.blocks.store.mwh" and found.line == 12 and "batteries last from" in found.problem


@pytest.mark.parametrize("pue", [0, 0.9, 3.5, 1e6])
def test_a_pue_off_the_map_is_refused(pue):
    assert any("energy" in f.problem for f in findings(**{"campuses.only.cooling.design_pue": pue}))


def test_what_can_be_is_taken():
    assert findings() == ()


REFERENCES = {
    "campuses.only.blocks.chips.model": "lib:generators/titan_130",
    "campuses.only.blocks.units.model": "lib:accelerators/h100",
    "campuses.only.blocks.store.model": "lib:cooling/tower_generic",
    "campuses.only.blocks.plant.model": "lib:batteries/megapack_3",
    "campuses.only.schedule.model": "lib:tariffs/flat_60",
    "campuses.only.power.tariff": "lib:schedule/slip_epoch_2026",
    "campuses.only.cooling.assumed_plant": "lib:models/moe_large_generic",
    "campuses.only.site.weather": "lib:generators/titan_130",
    "compute.training_model": "lib:accelerators/h100",
    "compute.training_efficiency": "lib:serving_efficiency/pooled",
    "compute.serving.efficiency": "lib:training_efficiency/pooled",
}


@pytest.mark.parametrize("path", REFERENCES)
def test_an_entry_of_another_family_is_refused_with_the_names_of_the_right_one(path):
    found = findings(**{path: REFERENCES[path]})
    assert any(f.path == path and "is no entry of the library's" in f.problem and f.fix.startswith("one of lib:") for f in found)


def test_a_load_is_a_file_that_the_reader_of_files_confines():
    """A name without the ending of a table would reach the stage as it is, from anywhere on the machine."""
    for name in ("/etc/hostname", "../load", "2100-12-31"):
        found = findings(**{"campuses.only.power.user_load_csv": name})
        assert found and all(f.file and f.path and f.fix for f in found)
