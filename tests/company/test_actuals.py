"""Actuals are scored against the run that did not know them, and become history that the books meet exactly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.company.ledger.statement_sums import lab_tax
from gigacampus.foundation.errors import ScenarioError
from gigacampus.rerun import actuals
from gigacampus.scenario.document import load
from tests.company.synthetic import HISTORY, RICH, flow_columns, inputs, tables

ROOT = Path(__file__).parents[2]

LABELS = [f"{2025 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
HEAD = "period,metric,value,unit\n"


@pytest.fixture
def result():
    rng = np.random.default_rng(3)
    flow = 1e8 * (1.0 + 0.1 * rng.standard_normal((200, 1))) * np.ones((200, 24))
    arrays = {v: sign * flow for v, sign in actuals.METRICS.values()} | {"cash_usd": np.cumsum(flow, axis=1)}
    totals = {"ebitda_usd": -1.0, "cash_spent_usd": None}
    scenario = {"company": {"history": {"q": {}, "r": {"start": "2025-04-01", "stock_compensation_usd": 7.0}}, "history_totals": totals}}
    manifest = {"title": "T", "as_of": "2025-08-01"}
    return SimpleNamespace(array=arrays.__getitem__, coords={"month": LABELS}, scenario=scenario, manifest=manifest)


def written(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_periods_units_and_signs(tmp_path, result):
    text = HEAD + "2025Q3,Revenue,300,USD m\n2025-07,net_loss,2e7,\n2026,capex_usd,1.2,USD bn\n"
    rows = actuals.read_actuals(written(tmp_path, text), LABELS)
    assert [(r.metric, r.value, r.months[0], len(r.months)) for r in rows] == [
        ("revenue", 300e6, 6, 3),
        ("net_loss", 2e7, 6, 1),
        ("capex", 1.2e9, 12, 12),
    ]
    assert actuals.forecast(result, "cash", (6, 7, 8)) == pytest.approx(result.array("cash_usd")[:, 8])
    assert actuals.forecast(result, "revenue", (6, 7, 8)) == pytest.approx(3.0 * result.array("revenue_usd")[:, 6])
    assert actuals.forecast(result, "net_loss", (6,)) == pytest.approx(-result.array("net_income_usd")[:, 6])


def test_scores_tell_inside_from_outside_and_forecast_from_history(tmp_path, result):
    rows = actuals.read_actuals(written(tmp_path, HEAD + "2025Q1,revenue,3e8,\n2025Q3,revenue,3e8,\n2025Q4,revenue,9e8,\n"), LABELS)
    got = actuals.scored(partial(actuals.forecast, result), rows, 6)
    assert [r["forecast"] for r in got] == [False, True, True] and [r["inside"] for r in got[1:]] == [True, False]
    assert got[2]["crps_usd"] > 10 * got[1]["crps_usd"] and got[2]["place"] == 1.0 and got[2]["error_usd"] < 0
    assert actuals.summary(got)["n"] == 2 and actuals.summary(got)["inside"] == 1
    assert actuals.summary(got[:1]) == {"n": 0, "inside": 0, "honest": [0, 0], "crps_over_actual": None}


def test_quarters_follow_the_history_without_a_gap(tmp_path, result):
    months = "".join(f"2025-{m:02d},revenue,{m}e6,\n" for m in (7, 8, 9))
    rows = actuals.read_actuals(written(tmp_path, HEAD + months + "2025Q3,net_loss,5e8,\n2026Q1,revenue,1,\n"), LABELS)
    (quarter,) = actuals.new_quarters(result, rows, 6)
    assert (quarter.name, quarter.start, quarter.values["revenue"], quarter.values["net_income"]) == ("q2025_3", "2025-07-01", 24e6, -5e8)
    assert "ebitda" in quarter.filled and quarter.values["stock_compensation"] == 7.0
    assert quarter.values["ebitda"] == pytest.approx(np.median(actuals.forecast(result, "ebitda", (6, 7, 8))))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\x00\x01",
        HEAD,
        "period,value\n2025-01,1\n",
        HEAD + "2025-01,revenue,NaN,\n",
        HEAD + "2025-01,revenue,1e400,\n",
        HEAD + "2025-13,revenue,1,\n",
        HEAD + "2031-01,revenue,1,\n",
        HEAD + "2025-01,revenu,1,\n",
        HEAD + "2025-01,revenue,1,EUR\n",
        HEAD + "2025-01,revenue,1,\n2025-01,revenue,2,\n",
        HEAD + "2025-01,\x1b[2J,1,\n",
        HEAD + '2025-01,"revenue',
        HEAD + "=cmd(),revenue,1,\n",
        HEAD + "2025-01,revenue,\n",
        HEAD + "2025-01,revenue,1,,,,,\n2025-02,revenue,,\n",
        "a" * 1_100_000,
        HEAD + "2025-01,revenue,1,\n" * 3000,
    ],
)
def test_a_hostile_file_gets_one_clear_error(tmp_path, text):
    with pytest.raises(ScenarioError) as caught:
        actuals.read_actuals(written(tmp_path, text), LABELS)
    assert len(caught.value.findings) == 1 and "\x1b" not in str(caught.value) and caught.value.findings[0].file


def test_the_written_scenario_stands_beside_its_base_and_never_on_top(tmp_path, result):
    rows = actuals.read_actuals(written(tmp_path, HEAD + "2025Q3,revenue,3e8,\n"), LABELS)
    quarters = actuals.new_quarters(result, rows, 6)
    base = tmp_path / "base.yaml"
    base.write_text("title: x\n")
    actuals.write_scenario(result, base, tmp_path / "new.yaml", quarters)
    text = (tmp_path / "new.yaml").read_text()
    assert "base: base.yaml" in text and "as_of: 2025-09-30" in text and "history_totals: {quarters: 2}" in text and "q2025_3" in text
    for out, some in ((tmp_path / "new.yaml", quarters), (tmp_path / "b" / "c.yaml", quarters), (tmp_path / "d.yaml", [])):
        with pytest.raises(ScenarioError):
            actuals.write_scenario(result, base, out, some)


def test_the_written_scenario_loads_and_its_history_goes_on_with_the_actuals(tmp_path):
    for part in (ROOT / "scenarios").rglob("*.yaml"):
        target = tmp_path / part.relative_to(ROOT / "scenarios")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(part.read_bytes())
    base = tmp_path / "xai-2026-01.yaml"
    before, _ = load(base)
    values = dict(zip(actuals.HISTORY, (140e6, 80e6, -0.9e9, -1.5e9, 4.0e9, 60e6), strict=True))
    quarters = [actuals.NewQuarter("q2025_4", "2025-10-01", values, ("ebitda",))]
    run = SimpleNamespace(manifest={"title": before.title, "as_of": str(before.as_of)}, scenario=before.model_dump(mode="json"))
    actuals.write_scenario(run, base, tmp_path / "reopened.yaml", quarters)
    after, _ = load(tmp_path / "reopened.yaml")
    assert list(after.company.history) == [*before.company.history, "q2025_4"]
    assert after.company.history["q2025_4"].revenue_usd == 140e6 and after.as_of == before.as_of
    kept = after.company.history_totals
    assert (kept.ebitda_usd, kept.quarters) == (before.company.history_totals.ebitda_usd, 3) == (-2.4e9, 3)


def test_sums_over_the_old_quarters_are_met_by_these_alone():
    totals = {"ebitda_usd": -5.0e9, "cash_spent_usd": 9.0e9, "quarters": 3}
    history = HISTORY | {"q4": HISTORY["q3"] | {"start": "2025-10-01", "ebitda_usd": -1.3e9, "cash_spent_usd": 4.0e9}}
    i, up = inputs(RICH | {"history": history, "history_totals": totals}, months=24), tables(24)
    series, _ = simulate(*stage.prepare(i, up, stack(up), stock_cost(i, up), np.array([0, 1]), {}, slice(0, 2)))
    for name, sign, old, new in (("ebitda_usd", 1.0, -5.0e9, -1.3e9), ("free_cash_flow_usd", -1.0, 9.0e9, 4.0e9)):
        assert sign * series[name][:9].sum(axis=0) == pytest.approx(old) and sign * series[name][9:12].sum(axis=0) == pytest.approx(new)


def test_the_books_meet_a_reopened_quarter_and_residual_lines_absorb_it():
    history = HISTORY | {"q4": HISTORY["q3"] | {"start": "2025-10-01", "revenue_usd": 140e6, "ebitda_usd": -1.3e9}}
    i, up = inputs(RICH | {"history": history}, months=24), tables(24)
    series, _ = simulate(*stage.prepare(i, up, stack(up), stock_cost(i, up), np.array([0, 1]), {}, slice(0, 2)))
    assert series["revenue_usd"][9:12].sum(axis=0) == pytest.approx(140e6)
    assert series["ebitda_usd"][9:12].sum(axis=0) == pytest.approx(-1.3e9)
    assert -series["free_cash_flow_usd"][9:12].sum(axis=0) == pytest.approx(HISTORY["q3"]["cash_spent_usd"])
    assert np.all(series["ledger_residual_usd"] <= 1e-9 * np.maximum(series["assets_usd"], 1.0))


def test_a_reported_fourth_quarter_is_met_after_the_tax_of_its_december():
    history = HISTORY | {"q4": HISTORY["q3"] | {"start": "2025-10-01", "net_income_usd": -1.2e9}}
    i, up = inputs(RICH | {"history": history, "tax": {"allowance": False, "state_frac": 0.05}}, months=24), tables(24)
    series, _ = simulate(*stage.prepare(i, up, stack(up), stock_cost(i, up), np.array([0, 1]), {}, slice(0, 2)), keep_flows=True)
    tax = lab_tax(flow_columns(series["flows"][11]))
    assert np.all(np.abs(tax) > 1e6)
    assert series["net_income_usd"][9:12].sum(axis=0) == pytest.approx(-1.2e9)
    assert np.all(series["ledger_residual_usd"] <= 1e-9 * np.maximum(series["assets_usd"], 1.0))
