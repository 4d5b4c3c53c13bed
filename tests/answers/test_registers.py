"""Promises, people, rank, peers, the later scenario and the grading of the earlier one."""

import json
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers import grading, runner, workforce
from gigacampus.company import stage
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.journal import FLOW_INDEX
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.shipped import VALIDATION_CASES
from gigacampus.scenario.document import load
from tests.company import synthetic

ROOT = Path(__file__).parents[2]
PEERS = sorted((ROOT / "scenarios" / "peers").glob("*.yaml"))


def test_a_promise_shows_no_state_from_after_the_scenarios_day(result):
    rows = {r["id"]: r for r in runner.ask(result, ("promises",))[0]["rows"]}
    assert rows["P02"]["state"] == "not measurable yet" and rows["P01"]["state"] == "kept" and rows["P13"]["state"] == "not measurable"
    assert "P14" not in rows
    result.manifest["as_of"] = "2026-09-30"
    try:
        later = {r["id"]: r for r in runner.ask(result, ("promises",))[0]["rows"]}
    finally:
        result.manifest["as_of"] = "2026-01-16"
    assert later["P02"]["state"] == "not kept" and later["P12"]["evidence"] and "P14" in later


def test_the_pits_sum_to_the_cash_spent(result):
    classes = workforce.spending(result, "2025-01..2025-09")
    spent = -result.samples("free_cash_flow_usd")[:, :9].sum(axis=1)
    np.testing.assert_allclose(np.sum(list(classes.values()), axis=0), spent, rtol=1e-12)
    assert all((classes[k] > 0).all() for k in ("data_centres", "talent", "robots_agents"))


def test_heads_cost_what_the_ledger_charges(result):
    scenario, _ = load(ROOT / "scenarios" / "xai-2026-01.yaml")
    months, sampled = len(result.coords["month"]), result.sampled.draws
    people_alone = {"people": {k: v.model_dump() for k, v in scenario.company.people.items()}}
    inputs = synthetic.inputs(people_alone, months=months, market={"inflation_per_year": scenario.market.inflation_per_year})
    draws = {p: v for p, v in sampled.items() if p.startswith("company.people.") or p == "market.inflation_per_year"}
    up, n = synthetic.tables(months), len(next(iter(sampled.values())))
    books = stage.prepare(inputs, up, stack(up), stock_cost(inputs, up), np.zeros(n, dtype=int), draws, slice(0, n))
    ledger = simulate(*books, keep_flows=True)[0]["flows"]
    ours = workforce.staff_cost(result)
    for trade, spec in scenario.company.people.items():
        np.testing.assert_allclose(ours[trade], ledger[:, FLOW_INDEX[f"lab_staff_{spec.function}"]].T, rtol=1e-12)


def test_rank_counts_each_campus_alone_and_all_together(result):
    rows = runner.ask(result, ("rank",))[0]["rows"]
    power = {r["campus"]: r["rank"] for r in rows if r["unit"] == "MW" and r["rank"]}
    assert power["all campuses of the run"] <= min(power["colossus_1"], power["colossus_2"])
    assert not any("Colossus" in r["campus"] for r in rows)


def test_there_are_nine_peers():
    """Fifteen lines of facts each and one that there is no company, then the default spread, marked as assumed."""
    assert len(PEERS) == 9
    for path in PEERS:
        facts, mark, spread = path.read_text(encoding="utf-8").partition("# assumed: ")
        told = [line for line in facts.splitlines() if not line.startswith("company: null")]
        assert mark and len(told) == len(facts.splitlines()) - 1 <= 15 and len(spread.splitlines()) <= 8, path


@pytest.mark.parametrize("path", PEERS, ids=lambda p: p.stem)
def test_a_peer_runs_and_is_ranked(path):
    result = api.first(path, ("run.worlds=1", "run.draws=1"))
    campus = path.stem
    now = result.planned("facility_design_mw")[0, 0, result.index("month", "2026-09")]
    assert (now > 100) == (campus not in ("hyperion", "goodnight"))
    name = campus.replace("_", " ").removesuffix(" wi")
    assert not any(name in r["campus"].lower() for r in runner.ask(result, ("rank",))[0]["rows"] if not r["rank"])


def test_the_later_scenario_loads_and_keeps_what_did_not_change():
    scenario, document = load(ROOT / "scenarios" / "xai-2026-09.yaml")
    counts = [b.count for k, b in scenario.campuses["colossus_2"].blocks.items() if k.startswith("trailers") and b.kind == "generators"]
    assert sum(counts) == 69 and scenario.company.revenue.rental.tenants["anthropic"].notice_days == 90
    assert (
        sum(
            b.count
            for k, b in scenario.campuses["colossus_2"].blocks.items()
            if k.startswith("plant_") and b.kind == "generators" and b.phase == 0
        )
        == 41
    )
    assert document.value("company.opening_cash_usd") == load(ROOT / "scenarios" / "xai-2026-01.yaml")[1].value("company.opening_cash_usd")


def test_a_changed_forecast_is_not_graded(tmp_path):
    path = tmp_path / "f.json"
    grading.write_forecast({"as_of": "2026-01-16", "lines": []}, path)
    assert grading.read_forecast(path)[0]["lines"] == []
    path.write_text(path.read_text(encoding="utf-8").replace("2026-01-16", "2026-01-17"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="changed after"):
        grading.read_forecast(path)


def line(low, high, unit="MW"):
    return {"id": "A", "what": "x", "months": "", "unit": unit, "futures": 9, "quantiles": {"0.1": low, "0.5": low, "0.9": high}}


@pytest.mark.parametrize(
    ("low", "high", "value", "unit", "inside"),
    [
        (1.0, 3.0, "2", "MW", True),
        (1.0, 3.0, "4", "MW", False),
        (9.0, 11.0, "100", "MW", False),
        (1.0, None, "99", "MW", True),
        ("2026-05", "2026-09", "2026-07", "month", True),
        ("2026-09", None, "2026-07", "month", False),
        (1.0, 3.0, "", "MW", None),
    ],
)
def test_a_line_is_inside_or_not(low, high, value, unit, inside):
    truth = {"id": "A", "value": value, "known_on": "2026-05-01", "source": "X", "confidence": "seen", "why": ""}
    row = grading.grade({"as_of": "2026-01-16", "lines": [line(low, high, unit)]}, [truth])[0]
    assert row["inside"] is inside and row["counted"] is (inside is not None)


def test_a_truth_known_before_the_forecast_is_refused():
    truth = {"id": "A", "value": "1", "known_on": "2026-01-10", "source": "X", "confidence": "seen", "why": ""}
    with pytest.raises(ScenarioError, match="before the forecast"):
        grading.grade({"as_of": "2026-01-16", "lines": [line(1.0, 2.0)]}, [truth])


def test_the_committed_grading_is_what_the_committed_forecast_gives():
    folder = VALIDATION_CASES / "grading"
    page, rows = grading.page(folder)
    assert page == (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
    assert all(r["inside"] or r["why"] for r in rows), [r["id"] for r in rows if not r["inside"] and not r["why"]]
    assert {r["id"] for r in rows} == {r["id"] for r in grading.read_csv(folder / "lines.csv")}
    json.dumps(rows, allow_nan=False)
