"""A run is reproducible, coupled, and never more than the sum of its declared inputs."""

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers.headline import without_headline
from gigacampus.foundation.errors import ScenarioError
from gigacampus.pipeline.run import StageError, check, coordinates, run
from gigacampus.registry.stages import BY_NAME, STAGES
from gigacampus.registry.variables import REGISTRY
from gigacampus.results import store
from gigacampus.scenario.document import load
from gigacampus.scenario.plan import plan, world_scenario


def total(result, name):
    return result.planned(name)[0].sum()


def test_every_stage_gives_all_that_the_registry_promises(small):
    assert set(small.names()) == set(REGISTRY)


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(small, run_small, tmp_path):
    other = run_small(use_cache=False, threads=1)
    for name, result in (("a", small), ("b", other)):
        with store.folder(tmp_path / name) as work:
            store.write(result, work)
    tables = sorted(p.name for p in (tmp_path / "a" / "tables").iterdir())
    assert len(tables) >= 10
    for table in tables:
        assert (tmp_path / "a" / "tables" / table).read_bytes() == (tmp_path / "b" / "tables" / table).read_bytes(), table


def test_a_run_keeps_the_hours_of_the_reference_world_and_of_no_other(small_file):
    scenario, _ = load(small_file)
    arrays = run(scenario, use_cache=False).arrays
    hourly = {name: array for name, array in arrays.items() if "hour" in REGISTRY[name].dims}
    assert hourly
    assert all(array.base is None or array.base.nbytes <= array.nbytes for array in hourly.values())


def test_another_seed_moves_the_worlds_but_not_the_reference(small, run_small):
    other = run_small("run.seed=8", use_cache=False)
    assert np.array_equal(small.array("it_mw")[0], other.array("it_mw")[0])
    assert not np.array_equal(small.array("it_mw")[1:], other.array("it_mw")[1:])


def test_a_world_run_alone_gives_the_same_numbers(small, small_file):
    scenario, _ = load(small_file)
    alone = run(world_scenario(scenario, plan(scenario), 3), use_cache=False)
    for stage in STAGES:
        for name in (n for n, v in REGISTRY.items() if v.stage == stage.name and stage.scope == "world" and "hour" not in v.dims):
            assert alone.arrays[name][0].tobytes() == small.array(name)[3].tobytes(), name


def test_a_run_without_the_stages_that_no_headline_needs_has_the_same_headline_and_hash(small, small_file):
    scenario, document = load(small_file)
    left_out = without_headline()
    lean = api.result_of(run(scenario, left_out=left_out), document)
    assert left_out and not any(REGISTRY[name].stage in left_out for name in lean.names())
    assert (lean.manifest["headline"], lean.manifest["hash"]) == (small.manifest["headline"], small.manifest["hash"])


def test_the_cache_changes_no_number_and_reruns_only_the_books(small, run_small):
    run_small()
    cached = run_small("company.raise_policy.size_months_of_burn=10")
    kept = {s.name for s in STAGES} - {"company"}
    assert set(cached.manifest["from_cache"]) == kept
    for name in small.names():
        if REGISTRY[name].stage in kept:
            assert small.array(name).tobytes() == cached.array(name).tobytes(), name


def test_a_run_whose_physics_is_known_types_no_world_but_the_reference_that_the_books_read(run_small, monkeypatch):
    first = run_small()

    def refuse(scenario, sampling, some):
        raise AssertionError("worlds were typed although every world stage is in the cache")

    monkeypatch.setattr("gigacampus.pipeline.run.world_scenarios", refuse)
    again = run_small("company.raise_policy.size_months_of_burn=11")
    assert "company" not in again.manifest["from_cache"]
    assert again.array("it_mw").tobytes() == first.array("it_mw").tobytes()
    with pytest.raises(AssertionError, match="typed"):
        run_small("campuses.north.blocks.hall.it_mw=99")


def test_tables_from_the_cache_are_the_tables_of_the_run(run_small, tmp_path):
    result = run_small()
    for name, reuse in (("fresh", False), ("keeps", True), ("copies", True)):
        with store.folder(tmp_path / name) as work:
            store.write(result, work, reuse=reuse)
    for table in sorted(p.name for p in (tmp_path / "fresh" / "tables").iterdir()):
        first, *others = [(tmp_path / name / "tables" / table).read_bytes() for name in ("fresh", "keeps", "copies")]
        assert others == [first, first], table


LATE = ("campuses.north.blocks.late_transformer.slip_days=183", "campuses.north.blocks.transformer.slip_days=183")


def test_a_late_transformer_moves_revenue_and_cash_and_no_payment_for_machines(small, run_small):
    late = run_small(*LATE)
    assert total(late, "it_in_service_mw") < total(small, "it_in_service_mw")
    assert total(late, "accelerator_hours") < total(small, "accelerator_hours")
    for name in ("revenue_usd", "cash_usd"):
        assert not np.allclose(late.array(name), small.array(name)), name
    assert not np.array_equal(late.array("cash_low_usd"), small.array("cash_low_usd"))
    assert np.array_equal(late.array("capex_usd"), small.array("capex_usd")), "machines are paid on delivery, powered or not"


def test_a_late_transformer_moves_the_next_raise_of_a_firm_near_its_floor(run_small):
    """With ample cash the next raise is the extension's, on its own date; near the floor the power not bought puts it off."""
    tight = ("uncertainty.company.opening_cash_usd.low=1.3e9", "uncertainty.company.opening_cash_usd.high=1.4e9")
    on_time, late = (run_small(*tight, *sets).samples("next_raise_month") for sets in ((), LATE))
    assert (late >= on_time).all() and (late > on_time).any()


def test_a_heat_wave_moves_turbines_unmet_load_and_training_hours(run_small):
    tight = (
        "campuses.south.power.reserve_units=0",
        "campuses.south.blocks.dry.heat_mw=300",
        "campuses.south.blocks.chips.count=40000",
        "compute.utilisation_frac=0.95",
        "compute.load_at_work_frac=1.0",
    )
    mild = run_small(*tight)
    hot = run_small(*tight, "weather.heat_wave.first=07-10", "weather.heat_wave.days=14", "weather.heat_wave.add_c=9")
    south = mild.index("campus", "south")
    for name in ("onsite_mwh", "unserved_mwh", "accelerator_hours"):
        assert not np.allclose(mild.planned(name)[0, south], hot.planned(name)[0, south]), name
    assert hot.planned("unserved_mwh")[0, south].sum() > mild.planned("unserved_mwh")[0, south].sum()
    assert hot.planned("accelerator_hours")[0, south].sum() < mild.planned("accelerator_hours")[0, south].sum()


def test_a_missing_permit_silences_the_plant_and_the_hall(small, run_small):
    without = run_small("campuses.south.blocks.permit.slip_days=3650")
    south = small.index("campus", "south")
    for name in ("onsite_mwh", "nox_t", "accelerator_hours", "fuel_mmbtu"):
        assert small.planned(name)[0, south].sum() > 0
        assert without.planned(name)[0, south].sum() == 0, name
    assert (
        without.reference("noise_night_dba")[small.index("receptor", "south/school")].max()
        < small.reference("noise_night_dba")[small.index("receptor", "south/school")].max()
    )
    assert without.array("training_flop_delivered").sum() < small.array("training_flop_delivered").sum()


def test_the_ledger_balances_and_orders_stay_placed(small):
    worst = np.abs(small.array("ledger_residual_usd")) / np.maximum(small.array("assets_usd"), 1.0)
    assert worst.max() <= 1e-9
    assert np.all(np.diff(small.array("realised_phase"), axis=2) >= 0)


def test_energy_balances_at_every_campus(small):
    parts = {
        n: small.array(n)
        for n in ("demand_mwh", "grid_mwh", "onsite_mwh", "battery_discharge_mwh", "battery_charge_mwh", "unserved_mwh", "curtailed_mwh")
    }
    supplied = parts["grid_mwh"] + parts["onsite_mwh"] + parts["battery_discharge_mwh"] + parts["unserved_mwh"]
    used = parts["demand_mwh"] + parts["battery_charge_mwh"] + parts["curtailed_mwh"]
    np.testing.assert_allclose(supplied, used, rtol=1e-9, atol=1e-6)


def test_inputs_that_move_nothing_are_named(run_small):
    result = run_small("campuses.north.power.outage_seed=9")
    assert "campuses.north.power.outage_seed" in result.manifest["unused_inputs"]
    assert "campuses.north.blocks.grid.mw" not in result.manifest["unused_inputs"]


def test_a_stage_is_held_to_the_registry(small_file):
    coords = coordinates(load(small_file)[0])
    good = {v.name: np.zeros((36,)) for v in REGISTRY.values() if v.stage == "red_lines"}
    check("red_lines", good, coords)
    with pytest.raises(StageError, match="does not give"):
        check("red_lines", {k: good[k] for k in list(good)[1:]}, coords)
    with pytest.raises(StageError, match="shape"):
        check("red_lines", {**good, "take_down_h": np.zeros(35)}, coords)
    with pytest.raises(StageError, match="not finite"):
        check("red_lines", {**good, "take_down_h": np.full(36, np.nan)}, coords)
    with pytest.raises(StageError, match="does not list"):
        check("red_lines", {**good, "surprise": np.zeros(36)}, coords)


def test_stages_need_only_earlier_ones():
    seen: set[str] = set()
    for stage in STAGES:
        assert set(stage.needs) <= seen, stage.name
        seen.add(stage.name)
    assert BY_NAME["company"].scope == "draws"


def test_an_uncertain_price_of_hardware_reaches_the_books(small_file, tmp_path):
    path = tmp_path / "priced.yaml"
    line = "  library.accelerators.h100.price_usd: {kind: choice, values: [10e+3, 90e+3], weights: [0.5, 0.5]}\n"
    path.write_text(small_file.read_text() + line)
    result = api.first(path, ())
    price = result.sampled.worlds["library.accelerators.h100.price_usd"][result.sampled.world_of_draw]
    plant = result.array("assets_usd")[:, 0] - result.array("cash_usd")[:, 0]
    assert plant[price > 50e3].min() > plant[price < 50e3].max() + 2e9


def test_a_scenario_without_a_campus_is_refused(tmp_path):
    path = tmp_path / "none.yaml"
    path.write_text("title: x\nas_of: 2026-01-15\nhorizon: {start: 2026-01-01, months: 12}\ncampuses: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no campus"):
        run(load(path)[0])
