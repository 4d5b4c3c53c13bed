"""In service is the least of the constraints; phases, permits, the largest unit out, retirements and legal events."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gigacampus.buildout.stage import run
from gigacampus.buildout.supply import nox_kg_per_mwh, units_of
from gigacampus.company.ledger.committed_assets import Priced, _prices
from gigacampus.foundation.flue_gas import nox_kg_per_mmbtu, nox_ppm
from gigacampus.foundation.units import HHV_PER_LHV_GAS, MJ_PER_MMBTU
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.registry.variables import BINDING, of_stage
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.buildout import GeneratorBlock

from .cases import small

A = {"kind": "accelerators", "model": "lib:accelerators/a", "count": 10_000, "in_service": date(2026, 1, 1)}
GRID = {"kind": "grid_tranche", "mw": 100, "in_service": date(2026, 1, 1)}
BIG = {"kind": "generators", "model": "lib:generators/big", "count": 3, "in_service": date(2026, 1, 1)}
PHASE = {"planned_order": date(2026, 3, 1), "lead_days": 122.0, "capex_usd": 1e9}


def code(name: str) -> float:
    return float(BINDING.index(name))


def test_every_registry_row_has_its_shape() -> None:
    inputs = small({"chips": A, "grid": GRID, "units": BIG}, phases={"more": PHASE})
    out = run(inputs, {})
    sizes = {"campus": 1, "phase": 2, "month": 24, "unit": 1, "battery": 0, "block": 3, "accelerator": 2, "cooling_kind": len(COOLING)}
    rows = of_stage("buildout")
    assert {v.name for v in rows} == set(out)
    for v in rows:
        assert out[v.name].shape == tuple(sizes[d] for d in v.dims), v.name


def test_absent_families_do_not_bind() -> None:
    out = run(small({"chips": A}), {})
    assert out["it_in_service_mw"][0, 0] == pytest.approx(20.0)
    assert np.isnan(out["supply_limit_it_mw"]).all()
    assert (out["binding_constraint"] == code("accelerators")).all()


@pytest.mark.parametrize(
    ("family", "block", "limit_mw"),
    [
        ("hall", {"kind": "hall", "it_mw": 15, "in_service": date(2026, 1, 1)}, 15.0),
        ("cooling", {"kind": "cooling", "model": "lib:cooling/dry", "heat_mw": 12, "in_service": date(2026, 1, 1)}, 12.0),
        ("supply", {**GRID, "mw": 10}, 8.0),
    ],
)
def test_the_least_constraint_binds_and_is_named(family: str, block: dict, limit_mw: float) -> None:
    out = run(small({"chips": A, "limit": block}), {})
    assert out["it_in_service_mw"][0, 0] == pytest.approx(limit_mw)
    assert (out["binding_constraint"] == code(family)).all()
    assert out["accelerators_in_service"][0, 0, 0] == pytest.approx(10_000 * limit_mw / 20.0)
    assert out["facility_design_mw"][0, 0, 0] == pytest.approx(limit_mw * 1.25)


def test_a_date_inside_a_month_counts_pro_rata() -> None:
    out = run(small({"chips": {**A, "in_service": date(2026, 4, 16)}}), {})
    assert out["accelerators_installed"][0, 0, 2:5] == pytest.approx([0.0, 5_000.0, 10_000.0])


def test_firm_supply_leaves_the_largest_units_out_across_blocks() -> None:
    little = {**BIG, "model": "lib:generators/little", "count": 4}
    blocks = {"chips": {**A, "count": 1e6}, "big": {**BIG, "count": 1}, "little": little}
    for reserve, firm in ((0.0, 80.0), (1.0, 40.0), (2.0, 30.0), (9.0, 0.0)):
        out = run(small(blocks, power={"reserve_units": reserve}), {})
        assert out["supply_firm_mw"][0, 0, 0] == pytest.approx(firm)
        assert out["supply_nameplate_mw"][0, 0, 0] == pytest.approx(80.0)


def test_hot_day_derate_takes_from_units_and_not_from_the_grid() -> None:
    out = run(small({"grid": GRID, "units": BIG}, schedule={"slip": "none", "firm_derate_frac": 0.1}), {})
    assert out["supply_firm_mw"][0, 0, 0] == pytest.approx(100.0 + 0.9 * 80.0)


def test_substations_cap_the_grid() -> None:
    late = {"kind": "substation", "mw": 60, "in_service": date(2026, 7, 1)}
    out = run(small({"grid": GRID, "first": {**late, "mw": 30, "in_service": date(2026, 1, 1)}, "second": late}), {})
    assert out["grid_limit_mw"][0, 0, [0, 5, 6]] == pytest.approx([30.0, 30.0, 90.0])


def test_an_interruptible_tranche_is_not_firm() -> None:
    out = run(small({"grid": GRID, "spare": {**GRID, "mw": 50, "firm": False}}), {})
    assert out["supply_nameplate_mw"][0, 0, 0] == pytest.approx(150.0)
    assert out["supply_firm_mw"][0, 0, 0] == pytest.approx(100.0)


def test_units_wait_for_their_permit_and_the_permit_is_named() -> None:
    blocks = {
        "chips": {**A, "count": 1e6},
        "units": {**BIG, "permit": "paper"},
        "paper": {"kind": "permit", "in_service": date(2026, 7, 1)},
    }
    out = run(small(blocks), {})
    assert out["unit_count"][0, 0, [0, 6]] == pytest.approx([0.0, 3.0])
    assert out["supply_nameplate_mw"][0, 0, 0] == pytest.approx(120.0)
    assert out["supply_firm_mw"][0, 0, [0, 6]] == pytest.approx([0.0, 80.0])
    assert out["binding_constraint"][0, 0, [0, 6]] == pytest.approx([code("permit"), code("supply")])


def test_permit_limits_in_mw_and_in_tonnes_cap_the_running_units() -> None:
    blocks = {
        "chips": {**A, "count": 1e6},
        "units": {**BIG, "permit": "paper"},
        "paper": {"kind": "permit", "in_service": date(2026, 1, 1), "limit_mw": 60.0},
    }
    out = run(small(blocks), {})
    assert out["unit_count"][0, 0, 0] == pytest.approx(1.5)
    assert out["supply_firm_mw"][0, 0, 0] == pytest.approx(60.0)
    tonnes = nox_kg_per_mwh(10.0, 10_000 * HHV_PER_LHV_GAS) * 20.0 * 8760 / 1000.0
    blocks["paper"] = {"kind": "permit", "in_service": date(2026, 1, 1), "limit_nox_t_per_year": tonnes}
    assert run(small(blocks), {})["supply_firm_mw"][0, 0, 0] == pytest.approx(20.0)


@pytest.mark.parametrize("control", ["none", "dry_low_nox", "water_injection", "scr"])
def test_a_permit_of_tonnes_reads_the_concentration_that_dispatch_reads(control: str) -> None:
    library = {"engine": "industrial", "iso_mw": 40.0, "heat_rate_lhv_kj_per_kwh": 10000, "nox_ppm": 10.0, "nox_ppm_scr": 2.0}
    entry = typical("generators", **library, nox_ppm_uncontrolled=150.0)
    ppm = {"none": 150.0, "scr": 2.0}.get(control, 10.0)
    assert nox_ppm(control, None, entry) == ppm
    block = GeneratorBlock.model_validate({**BIG, "model": "lib:generators/one", "control": control})
    blocks, held = {"one": block}, SimpleNamespace(generators={"one": entry})
    found = units_of(blocks, {"one": np.ones((1, 1))}, held, hhv_per_lhv=HHV_PER_LHV_GAS)
    assert found[0].nox_kg_per_mwh == pytest.approx(nox_kg_per_mmbtu(ppm) * 10_000 * HHV_PER_LHV_GAS / MJ_PER_MMBTU)


def test_the_spare_units_of_a_capped_permit_cover_the_unit_that_is_out() -> None:
    blocks = {"units": {**BIG, "permit": "paper"}, "paper": {"kind": "permit", "in_service": date(2026, 1, 1), "limit_mw": 80.0}}
    assert run(small(blocks), {})["supply_firm_mw"][0, 0, 0] == pytest.approx(80.0)


def test_retirement_takes_its_share_and_can_wait_for_the_replacement() -> None:
    new = {**BIG, "count": 2, "in_service": date(2026, 6, 1), "slip_days": 92.0}
    gone = {"kind": "retirement", "block": "old", "share_frac": 0.5, "in_service": date(2026, 3, 1)}
    out = run(small({"old": BIG, "new": new, "gone": gone}), {})
    assert out["unit_count"][0, 0, [1, 2]] == pytest.approx([3.0, 1.5])
    out = run(small({"old": BIG, "new": new, "gone": {**gone, "after": "new"}}), {})
    assert out["unit_count"][0, 0, [2, 7, 9]] == pytest.approx([3.0, 3.0, 1.5])


def test_a_legal_event_happens_below_its_probability_and_ends() -> None:
    stop = {"kind": "legal", "stops": ["units"], "probability_frac": 0.3, "duration_days": 365.0 / 12 * 3, "in_service": date(2026, 4, 1)}
    hit = run(small({"units": BIG, "court": {**stop, "court_stop_quantile": 0.29}}), {})
    missed = run(small({"units": BIG, "court": {**stop, "court_stop_quantile": 0.3}}), {})
    assert hit["unit_count"][0, 0, [2, 3, 5, 6]] == pytest.approx([3.0, 0.0, 0.0, 3.0])
    assert (missed["unit_count"] == 3.0).all()


def test_phase_states_add_whole_phases_in_every_month() -> None:
    more = {**A, "in_service": None, "phase": 1, "count": 5_000}
    out = run(small({"chips": {**A, "in_service": date(2026, 7, 1)}, "more": more}, phases={"more": PHASE}), {})
    assert out["accelerators_installed"][0, :, 0] == pytest.approx([0.0, 5_000.0])
    assert out["accelerators_installed"][0, :, 12] == pytest.approx([10_000.0, 15_000.0])


def test_planned_phase_is_order_plus_lead_plus_slip() -> None:
    out = run(small({"chips": A}, phases={"more": PHASE, "most": {**PHASE, "lead_days": 30.0}}), {})
    assert out["phase_lead_days"][0] == pytest.approx([0.0, 122.0, 30.0])
    first = int(np.argmax(out["planned_phase"][0] > 0))
    assert first == 7
    assert out["planned_phase"][0, first] == 2.0, "a later phase waits for the earlier one"


def test_large_orders_wait_for_the_worlds_shipments() -> None:
    more = {"kind": "accelerators", "model": "lib:accelerators/b", "count": 150_000, "phase": 1}
    out = run(small({"chips": A, "more": more}, phases={"more": PHASE}), {})
    assert out["phase_lead_days"][0, 1] == pytest.approx(365.0)
    ordered = {**A, "model": "lib:accelerators/b", "count": 75_000, "ordered": date(2026, 1, 1)}
    late = run(small({"chips": ordered}), {})["accelerators_installed"][0, 0]
    assert late[[5, 6]] == pytest.approx([0.0, 75_000.0])


def test_scarce_power_goes_to_the_best_compute_per_kw() -> None:
    blocks = {"old": A, "new": {**A, "model": "lib:accelerators/b"}, "hall": {"kind": "hall", "it_mw": 10, "in_service": date(2026, 1, 1)}}
    out = run(small(blocks), {})
    assert out["accelerators_by_model"][:, 0, 0] == pytest.approx([0.0, 10_000.0])


def test_compute_in_service_is_that_of_its_machines() -> None:
    """10,000 machines of 1,000 TFLOP/s are 10,000 PFLOP/s; a hall of half their power holds half of them."""
    out = run(small({"chips": A, "hall": {"kind": "hall", "it_mw": 10, "in_service": date(2026, 1, 1)}}), {})
    assert out["accelerators_installed"][0, 0, 0] == 10_000.0
    assert out["accelerators_in_service"][0, 0, 0] == pytest.approx(5_000.0)
    assert out["peak_pflops"][0, 0, 0] == pytest.approx(5_000.0)


def test_cooling_heat_by_kind_and_the_evaporative_share() -> None:
    tower = {"kind": "cooling", "model": "lib:cooling/tower", "heat_mw": 30, "in_service": date(2026, 1, 1)}
    dry = {**tower, "model": "lib:cooling/dry", "heat_mw": 10}
    out = run(small({"tower": tower, "dry": dry}), {})
    assert out["cooling_kind_heat_mw"][0, :, 0, 0] == pytest.approx([30.0, 10.0, 0.0, 0.0])
    assert out["evaporative_share_frac"][0, 0, 0] == pytest.approx(0.75)


def test_announcements_stand_until_the_next_one() -> None:
    said = [{"from_day": date(2026, 6, 10), "mw": 900, "by": "b"}, {"from_day": date(2026, 2, 1), "mw": 500, "by": "a"}]
    out = run(small({"chips": A}, announced=said), {})
    assert out["announced_mw"][0, [0, 1, 4, 5]] == pytest.approx([0.0, 500.0, 500.0, 900.0])


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ({"chips": {**A, "in_service": None}}, "needs in_service"),
        ({"chips": {**A, "phase": 1}}, "has 0 phases"),
        ({"gone": {"kind": "retirement", "block": "ghost", "in_service": date(2026, 1, 1)}}, "'ghost'"),
        ({"units": {**BIG, "permit": "chips"}, "chips": A}, "not a permit block"),
        ({"grid": {**GRID, "out_of_service": date(2025, 1, 1)}}, "before in_service"),
        ({"grid": {**GRID, "ordered": date(2026, 1, 2), "in_service": date(2026, 1, 1)}}, "ordered lies after in_service"),
    ],
)
def test_blocks_that_do_not_fit_together_are_refused(blocks: dict, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        small(blocks)


def test_a_limit_that_only_a_later_phase_gives_is_refused() -> None:
    hall = {"kind": "hall", "it_mw": 50, "phase": 1}
    with pytest.raises(ValidationError, match="give the hall of phase 0 too"):
        small({"chips": A, "hall": hall}, phases={"more": PHASE})


def test_a_substation_or_cooling_plant_is_bought_where_it_states_a_cost() -> None:
    plant = {"kind": "cooling", "model": "lib:cooling/tower", "heat_mw": 10, "in_service": date(2026, 5, 1)}
    yard = {"kind": "substation", "mw": 10, "in_service": date(2026, 5, 1)}
    inputs = small({"towers": {**plant, "cost_usd": 4e6}, "spare": plant, "yard": {**yard, "cost_usd": 7e6}, "other": yard})
    assert run(inputs, {})["block_delivered_frac"][:, 3:6].tolist() == [[0, 1, 1], [0, 0, 0], [0, 1, 1], [0, 0, 0]]
    whole = SimpleNamespace(company=SimpleNamespace(assets=SimpleNamespace(network_frac_of_gpu=0.1, grid_usd_per_mw=1e6)))
    priced = Priced(Inputs(SimpleNamespace(**vars(inputs.tree), **vars(whole)), inputs.at), {})
    bought = _prices(priced, np.stack([run(inputs, {})["block_delivered_frac"]] * 2)[None], 1)[0].sum(axis=0)
    assert bought.tolist() == [4e6, 0.0, 7e6, 0.0]


@pytest.mark.parametrize(
    "block", [{"kind": "permit"}, {"kind": "legal", "stops": ["chips"], "probability_frac": 0.5}, {"kind": "retirement", "block": "chips"}]
)
def test_a_cost_that_no_account_takes_is_refused(block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="no account"):
        small({"chips": A, "odd": {**block, "in_service": date(2026, 5, 1), "cost_usd": 1e6}})
