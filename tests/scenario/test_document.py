"""Composition: base, own keys, patches, --set, the library, and where every value comes from."""

from __future__ import annotations

import datetime

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import read_string
from tests.scenario.sample_library import root

BASE = "base: lib:scenarios/plain\n"


def test_base_own_keys_patches_and_sets_apply_in_this_order(bench):
    bench.write("campuses: {north: {power: {spinning_reserve_frac: 0.3, forced_outage_frac: 0.3}}}", "p.yaml")
    own = "{reserve_units: 2, spinning_reserve_frac: 0.2, forced_outage_frac: 0.2}"
    text = BASE + (f"campuses: {{north: {{power: {own}}}}}\npatches: [p.yaml, {{title: patched}}]")
    scenario, document = bench.load(text, sets=["campuses.north.power.forced_outage_frac=0.4"])
    power = scenario.campuses["north"].power
    assert (power.reserve_units, power.spinning_reserve_frac, power.forced_outage_frac) == (2, 0.3, 0.4)
    assert scenario.title == "patched" and scenario.campuses["north"].blocks["grid"].mw == 100
    assert document.origin("campuses.north.power.reserve_units").line == 2
    assert document.origin("campuses.north.power.spinning_reserve_frac").file.endswith("p.yaml")
    assert document.origin("campuses.north.power.forced_outage_frac").file.startswith("--set")
    assert document.origin("campuses.north.blocks.grid.mw").file == "library/scenarios/plain.yaml"


def test_named_patches_wait_until_asked_for(bench):
    text = BASE + "patches: {late: {title: late}, dark: {title: dark}}"
    assert bench.load(text)[0].title == "Plain base"
    assert bench.load(text, patches=["dark"])[0].title == "dark"
    refusal = bench.refusal(text, patches=["lat"])
    assert refusal.findings[0].nearest == "late"


def test_null_deletes_a_key_and_another_kind_replaces_the_block(bench):
    text = BASE + "campuses: {north: {blocks: {grid: null, turbines: {kind: hall, it_mw: 10, in_service: 2025-01-01}}}}"
    blocks = bench.load(text)[0].campuses["north"].blocks
    assert list(blocks) == ["turbines"] and blocks["turbines"].kind == "hall"


def test_nulls_inside_the_baseline_patch_are_kept(bench):
    scenario, _ = bench.load(BASE + "baseline: {campuses: {north: null}}")
    assert scenario.baseline == {"campuses": {"north": None}}


def test_library_values_are_pulled_converted_and_overridden(bench):
    text = BASE + "library: {generators: {sample_turbine: {nox_ppm: 5}}}\n"
    scenario, document = bench.load(text)
    turbine = scenario.library.generators["sample_turbine"]
    assert turbine.iso_mw == pytest.approx(35.0) and turbine.nox_ppm == 5 and turbine.exhaust_flow_kg_s == 80
    fact = document.facts["library.generators.sample_turbine.iso_mw"]
    assert (fact.value, fact.unit, fact.source, fact.confidence) == (35.0, "kW", "maker_sheet", "seen")
    assert document.origin("library.generators.sample_turbine.iso_mw").file == "library/generators/sample_turbine.yaml"
    assert document.origin("library.generators.sample_turbine.nox_ppm").file.endswith("s.yaml")


def test_entries_that_only_defaults_name_are_pulled(bench):
    scenario, _ = bench.load(BASE)
    assert scenario.campuses["north"].power.tariff == "lib:tariffs/tva_msd_like"
    assert set(scenario.library.tariffs) == {"tva_msd_like"}


def test_newest_row_known_on_the_day_is_chosen(bench):
    block = "{kind: accelerators, model: 'lib:accelerators/sample_chip', count: 8, in_service: 2025-07-01}"
    chips = f"campuses: {{north: {{blocks: {{chips: {block}}}}}}}\n"
    for day, price in (("2026-01-31", 40_000), ("2026-02-01", 30_000)):
        scenario, _ = bench.load(BASE + chips + f"as_of: {day}")
        assert scenario.library.accelerators["sample_chip"].price_usd == price
        assert scenario.library.accelerators["sample_chip"].memory_gb == pytest.approx(192)


def test_a_fact_that_became_known_later_is_refused_by_name(bench):
    later = (
        "campuses: {north: {blocks: {t2: {kind: hall, it_mw: 1, in_service: 2025-08-01, known_from: 2026-01-07}},"
        " announced: [{from_day: 2026-02-01, mw: 1, by: x}]}}"
    )
    first, second = bench.refusal(BASE + later).findings
    assert "block t2 of campus north" in first.problem and first.line == 2
    assert "2026-02-01" in second.problem
    later = "campuses: {north: {blocks: {turbines: {model: 'lib:generators/future_turbine'}}}}"
    library = bench.refusal(BASE + later).findings
    assert {f.path for f in library} == {"lib:generators/future_turbine.iso_mw", "lib:generators/future_turbine.heat_rate_lhv_kj_per_kwh"}


def test_dotted_keys_can_be_set_and_located(bench):
    text = BASE + "uncertainty: {company.opening_cash_usd: {kind: uniform, low: 1 GUSD, high: 3 GUSD}}"
    scenario, document = bench.load(text, sets=["uncertainty.company.opening_cash_usd.low=2e9"])
    assert scenario.uncertainty["company.opening_cash_usd"].low == 2e9
    assert scenario.uncertainty["company.opening_cash_usd"].high == 3e9
    assert document.origin("uncertainty.company.opening_cash_usd.high").line == 2


def test_a_value_set_by_hand_is_certain(bench):
    spread = "{kind: uniform, low: 1 GUSD, high: 3 GUSD}"
    text = BASE + (
        f"uncertainty: {{company.opening_cash_usd: {spread}, campuses.north.power.conversion_loss_frac: "
        "{kind: uniform, low: 0, high: 0.1}}\n"
        "correlations: [{a: company.opening_cash_usd, b: campuses.north.power.conversion_loss_frac, rank: 0.5}]\n"
    )
    assert len(bench.load(text)[0].correlations) == 1
    scenario, _ = bench.load(text, sets=["company.opening_cash_usd=2e9"])
    assert scenario.company.opening_cash_usd == 2e9 and not scenario.correlations
    assert list(scenario.uncertainty) == ["campuses.north.power.conversion_loss_frac"]
    again, _ = bench.load(text, sets=["company.opening_cash_usd=2e9", f"uncertainty.company.opening_cash_usd={spread}"])
    assert "company.opening_cash_usd" in again.uncertainty


@pytest.mark.parametrize("way", ["base", "listed", "in place", "named"])
def test_a_value_that_a_later_file_states_is_not_drawn_from_the_distribution_below_it(bench, way):
    spread = "{kind: uniform, low: 1 GUSD, high: 3 GUSD}"
    below = BASE + (
        f"uncertainty: {{company.opening_cash_usd: {spread}, campuses.north.power.conversion_loss_frac: "
        "{kind: uniform, low: 0, high: 0.1}}\n"
        "correlations: [{a: company.opening_cash_usd, b: campuses.north.power.conversion_loss_frac, rank: 0.5}]\n"
    )
    stated = "company: {opening_cash_usd: 9 GUSD}\n"

    def laid(patch):
        bench.write(below, "below.yaml")
        bench.write(patch, "patch.yaml")
        if way == "base":
            return bench.load("base: below.yaml\n" + patch)[0]
        if way == "named":
            return bench.load(below, patches=["patch.yaml"])[0]
        in_place = ", ".join(patch.split("\n")[:-1])
        patches = "patch.yaml" if way == "listed" else f"{{{in_place}}}"
        return bench.load(f"{below}patches: [{patches}]\n")[0]

    scenario = laid(stated)
    assert scenario.company.opening_cash_usd == 9e9 and not scenario.correlations
    assert list(scenario.uncertainty) == ["campuses.north.power.conversion_loss_frac"]
    both = laid(stated + "uncertainty: {company.opening_cash_usd: {kind: uniform, low: 8 GUSD, high: 9.5 GUSD}}\n")
    assert (both.uncertainty["company.opening_cash_usd"].low, len(both.correlations)) == (8e9, 1)


def test_sets_reach_into_lists_and_delete(bench):
    text = BASE + "campuses: {north: {announced: [{from_day: 2025-02-01, mw: 1, by: x}]}}"
    scenario, _ = bench.load(text, sets=["campuses.north.announced.0.mw=2 GW", "campuses.north.blocks.grid="])
    assert scenario.campuses["north"].announced[0].mw == 2000 and "grid" not in scenario.campuses["north"].blocks


def test_tables_beside_the_scenario_are_confined_and_found_from_anywhere(bench):
    bench.write("mw\n" + "50\n" * 8760, "sub/load.csv")
    bench.write("campuses: {north: {power: {user_load_csv: load.csv}}}", "sub/p.yaml")
    scenario, document = bench.load(BASE + "patches: [sub/p.yaml]")
    file = (bench.folder / "sub/load.csv").resolve()
    assert scenario.campuses["north"].power.user_load_csv == str(file)
    assert document.tables == {"campuses.north.power.user_load_csv": file}
    assert document.value("campuses.north.power.user_load_csv") == "sub/load.csv"
    bench.write("50\n" * 8759 + "-3\n", "bad.csv")
    (bad,) = bench.refusal(BASE + "campuses: {north: {power: {user_load_csv: bad.csv}}}").findings
    assert (bad.line, bad.file.endswith("bad.csv")) == (8760, True)
    assert "no such file" in str(bench.refusal(BASE + "campuses: {north: {power: {user_load_csv: lod.csv}}}"))


def test_a_text_without_a_folder_reaches_the_library_only(bench):
    assert read_string(BASE, library_root=root()).as_of == datetime.date(2026, 1, 6)
    with pytest.raises(ScenarioError, match="no folder"):
        read_string("base: other.yaml", library_root=root())


def test_all_findings_come_at_once_with_line_nearest_name_and_fix(bench):
    refusal = bench.refusal(
        BASE + "compnay: {}\nhorizon: {months: 900}\ncampuses: {north: {site: {lat: 3 kg}, blocks: {a: {kind: hal}}}}\n"
    )
    by_path = {f.path: f for f in refusal.findings}
    assert by_path["compnay"].nearest == "company" and by_path["compnay"].line == 2
    assert "240" in by_path["horizon.months"].problem
    assert "mass" in by_path["campuses.north.site.lat"].problem and by_path["campuses.north.site.lat"].line == 4
    assert by_path["campuses.north.blocks.a"].nearest == "hall"
    assert all(f.file and f.fix for f in refusal.findings)


def test_yes_and_no_are_not_numbers(bench):
    refusal = bench.refusal(BASE + "campuses: {north: {power: {reserve_units: true}}}")
    assert "true where a number" in refusal.findings[0].problem


def test_every_leaf_of_the_resolved_scenario_has_an_origin(bench):
    scenario, document = bench.load(BASE + "compute: {mfu_frac: 0.4}", sets=["run.worlds=8"])
    origins = document.origins()
    assert origins["compute.mfu_frac"].endswith("s.yaml:2") and origins["run.worlds"].startswith("--set")
    assert origins["compute.eight_bit"] == "default" and document.value("run.worlds") == 8
    assert origins["compute.restart_h"].startswith("library/defaults/compute.csv:")
    assert origins["library.generators.sample_turbine.iso_mw"].startswith("library/generators/sample_turbine.yaml")
    assert type(scenario).model_validate(document.resolved()) == scenario


def test_provenance_lists_library_values_and_rows_that_state_their_confidence(bench):
    block = "{kind: hall, it_mw: 5, in_service: 2025-08-01, confidence: recalled, source: a_page, known_from: 2025-05-01}"
    _, document = bench.load(BASE + f"campuses: {{north: {{blocks: {{hall: {block}}}}}}}")
    rows = {row["path"]: row for row in document.provenance()}
    assert rows["campuses.north.blocks.hall"]["confidence"] == "recalled"
    assert rows["library.generators.sample_turbine.iso_mw"]["source"] == "maker_sheet"


def test_inputs_of_the_users_files_that_no_stage_read_are_named(bench):
    text = BASE + "compute: {mfu_frac: 0.4, restart_h: 0.2}\nlibrary: {generators: {sample_turbine: {nox_ppm: 5}}}"
    _, document = bench.load(text)
    assert document.unused({"compute.mfu_frac", "library"}) == ["compute.restart_h"]
    assert document.unused({"compute"}) == ["library.generators.sample_turbine.nox_ppm"]


def test_the_twin_is_what_the_baseline_patch_leaves(bench):
    text = BASE + (
        "campuses: {south: {site: {lat: 36, lon: -90}}}\n"
        "baseline: {campuses: {north: null}}\n"
        "uncertainty:\n"
        "  campuses.north.power.conversion_loss_frac: {kind: uniform, low: 0.01, high: 0.02}\n"
        "  campuses.north.blocks.grid.mw: {kind: uniform, low: 90, high: 110}\n"
        "  company.opening_cash_usd: {kind: uniform, low: 1, high: 2}\n"
        "correlations: [{a: campuses.north.blocks.grid.mw, b: company.opening_cash_usd, rank: 0.1}]\n"
    )
    twin, _ = bench.load(text, baseline=True)
    assert list(twin.campuses) == ["south"] and list(twin.uncertainty) == ["company.opening_cash_usd"]
    assert not twin.correlations and not twin.baseline


def test_without_a_baseline_the_twin_keeps_what_is_committed(bench):
    text = BASE + (
        "campuses: {north: {phases: {p1: {planned_order: 2026-02-01, lead_days: 200, capex_usd: 1}},"
        " blocks: {g2: {kind: grid_tranche, mw: 4, phase: 1}}}}\n"
        "uncertainty: {campuses.north.phases.p1.lead_days: {kind: uniform, low: 100, high: 200}}\n"
    )
    scenario, _ = bench.load(text)
    twin, _ = bench.load(text, baseline=True)
    assert list(scenario.campuses["north"].phases) == ["p1"] and not twin.campuses["north"].phases
    assert set(twin.campuses["north"].blocks) == {"grid", "turbines"} and not twin.uncertainty
