"""The validation family passes on its own data, and a planted defect is caught."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import pytest

from gigacampus.company import known_answers, validate
from gigacampus.company.finance import time_value


@pytest.fixture(scope="module")
def rows():
    return validate.cases()


def test_every_gating_case_passes(rows):
    failed = [(r["case"], r["metric"], r["value"], r["limit"]) for r in rows if r["gating"] and not r["pass"]]
    assert not failed
    assert sum(r["gating"] for r in rows) > 45


def test_rows_have_the_agreed_columns(rows):
    want = {"family", "case", "metric", "value", "limit", "unit", "pass", "gating", "n", "source"}
    assert all(set(r) == want and r["family"] == "company" for r in rows)


def test_unsure_rows_never_gate(rows):
    with (validate.BUNDLED / "finance_known_answers.csv").open(encoding="utf-8") as handle:
        unsure = [r["id"] for r in csv.DictReader(handle) if "recalled" in r["source"]]
    assert unsure
    assert not [r for r in rows if r["gating"] and r["case"].split()[0] in unsure]


def test_a_planted_defect_is_caught(monkeypatch):
    wrong = known_answers._renamed(lambda rate, n, *, pv: -pv * (1.0 + rate) / n)
    monkeypatch.setitem(known_answers.FUNCTIONS, "pmt", wrong)
    failed = [r["case"] for r in validate.cases() if r["gating"] and not r["pass"]]
    assert any("pmt" in name for name in failed)
    assert time_value.pmt(0.0, 10, pv=100.0) == -10.0


def test_a_forecast_that_ignores_power_fails_its_gate(monkeypatch):
    def blind(past, mw_end, *, seed=1):
        return np.full(validate.backtest.MEMBERS, past[-1].revenue * 0.8)

    monkeypatch.setattr(validate.backtest, "forecast_revenue", blind)
    failed = [r for r in validate.cases() if r["gating"] and not r["pass"]]
    assert any("CoreWeave revenue" in r["case"] for r in failed)


def test_truth_may_come_from_another_folder_with_history_bundled(tmp_path):
    folder = tmp_path / "company"
    folder.mkdir()
    shutil.copy(validate.BUNDLED / "finance_known_answers.csv", folder)
    lines = (validate.BUNDLED / "coreweave_quarters.csv").read_text().splitlines()
    (folder / "coreweave_quarters.csv").write_text(
        "\n".join([lines[0], next(x for x in lines if x.startswith("2025Q3"))]) + "\n"
    )
    got = validate.cases(tmp_path)
    revenue = [r for r in got if r["case"].startswith("CoreWeave revenue") and r["metric"] == "MAPE"]
    assert revenue[0]["n"] == 1 and revenue[0]["pass"]
    assert any(r["pass"] is None and "lacks" in r["source"] for r in got)
