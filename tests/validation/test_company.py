"""The validation family passes on its own data, and a planted defect is caught."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.validation import company, finance_functions, listed_backtest
from gigacampus.validation.case_folder import CaseFolder, read_table
from tests.validation.folders import KEYS, bundled, text_of


@pytest.fixture(scope="module")
def rows():
    return company.cases()


def test_every_gating_case_passes(rows):
    failed = [(r["case"], r["metric"], r["value"], r["limit"]) for r in rows if r["gating"] and not r["pass"]]
    assert not failed
    assert sum(r["gating"] for r in rows) > 40


def test_rows_have_the_agreed_columns(rows):
    assert all(set(r) - {"ours", "expected"} == KEYS and r["family"] == "company" for r in rows)


def test_unsure_rows_never_gate(rows):
    unsure = [r["id"] for r in read_table(bundled("company/finance_known_answers.csv")) if "recalled" in r["source"]]
    assert unsure
    assert not [r for r in rows if r["gating"] and r["case"].split()[0] in unsure]


def test_a_planted_defect_is_caught(monkeypatch):
    monkeypatch.setitem(finance_functions.FUNCTIONS, "pmt", lambda rate, n, pv: -pv * (1.0 + rate) / n)
    failed = [r["case"] for r in company.cases() if r["gating"] and not r["pass"]]
    assert any("pmt" in name for name in failed)


def test_a_forecast_that_ignores_power_fails_its_gate(monkeypatch):
    monkeypatch.setattr(
        listed_backtest, "stated", lambda line, target, past, guides, mw: {"power": (np.log(past[-1]["revenue"] * 0.8), 0.01)}
    )
    failed = [r for r in company.cases() if r["gating"] and not r["pass"]]
    assert any("CoreWeave revenue" in r["case"] for r in failed)


def _folder(tmp_path, **files):
    folder = tmp_path / "company"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def _bundled(name):
    return text_of(f"company/{name}.csv")


def test_a_table_of_printed_fractions_that_differs_fails(tmp_path):
    text = _bundled("macrs_table_a1_half_year").replace("5,2,32", "5,2,33")
    assert text != _bundled("macrs_table_a1_half_year")
    rows = [r for r in company.cases(_folder(tmp_path, macrs_table_a1_half_year=text)) if r["metric"] == "largest gap to the print"]
    assert rows[0]["pass"] is False and rows[0]["gating"]


def test_other_classes_and_missing_columns_are_judged_as_far_as_they_go(tmp_path):
    seven = "quarter_placed_in_service,year,percent\n1,1,25.00\n1,2,21.43\n1,5,8.75\n1,9,1\n"
    debt = "line,maturity_or_period,effective_rate_pct,at_2026_06_30_usd_m\nA,2030,9,60\nB,2031,10,41\nTOTAL principal,,,100\n"
    got = company.cases(_folder(tmp_path, macrs_mid_quarter_7_year=seven, coreweave_debt_2026_06=debt, coreweave_quarters="quarter\n"))
    gap = next(r for r in got if r["case"] == "macrs_mid_quarter_7_year.csv" and "print" in r["metric"])
    assert gap["pass"] and gap["n"] == 3
    assert any(r["metric"] == "rows not understood" and r["n"] == 1 for r in got)
    total = next(r for r in got if "instruments" in r["metric"])
    assert total["value"] == pytest.approx(1.0) and total["pass"] is False and not total["gating"]


def test_truth_may_come_from_another_folder_with_history_bundled(tmp_path):
    lines = _bundled("coreweave_quarters").splitlines()
    only = "\n".join([lines[0], next(x for x in lines if x.startswith("2025Q3"))]) + "\n"
    got = company.cases(_folder(tmp_path, finance_known_answers=_bundled("finance_known_answers"), coreweave_quarters=only))
    revenue = [r for r in got if r["case"] == "CoreWeave revenue, power given" and r["metric"].startswith("MAPE,")]
    assert revenue[0]["n"] == 1 and revenue[0]["pass"]
    assert any(r["pass"] is None and "not in the folder" in r["metric"] for r in got)


def test_later_quarters_may_lack_most_of_their_columns(tmp_path):
    later = "quarter,period_end,revenue,active_power_mw\n2025Q4,2025-12-31,1500,800\n2026Q1,2026-03-31,1700,\n2026Q2,2026-06-30,,950\n"
    guide = "date_given,period,metric,low,high\n2026-02-20,2026Q1,revenue,1600,1700\n,2026,revenue,1,2\n2026-02-20,2026,capex,,\n"
    got = company.cases(_folder(tmp_path, coreweave_quarters=later, coreweave_guidance=guide))
    judged = next(r for r in got if r["case"] == "CoreWeave revenue, power given" and r["metric"].startswith("MAPE,"))
    assert judged["n"] == 1 and judged["gating"]
    assert next(r for r in got if r["case"] == "CoreWeave revenue, all quarters")["n"] == 2


def test_an_empty_folder_gates_nothing_of_the_company(tmp_path):
    got = company.cases(_folder(tmp_path))
    assert not [r for r in got if r["gating"]]


def test_tables_are_found_in_a_folder_of_the_company_or_beside_it(tmp_path):
    table = _bundled("macrs_table_a1_half_year")
    gaps = []
    for place in ("one/company", "two/company/data", "three"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "macrs_table_a1_half_year.csv").write_text(table, encoding="utf-8")
        found = [r for r in company.cases(tmp_path / place.split("/")[0]) if r["metric"] == "largest gap to the print"]
        gaps.append([r["value"] for r in found])
    assert gaps[0] == gaps[1] == gaps[2] and len(gaps[0]) == 1


def test_quarters_in_another_spelling_are_the_same_quarters_and_other_rows_are_said(tmp_path):
    later = (
        "quarter,period_end,revenue,active_power_mw\nQ3 2025,2025-09-30,1364.676,590\n2025-q4,2025-12-31,1500,800\n"
        ",2026-03-31,1700,950\n2026H1,2026-06-30,3000,\n"
    )
    got = company.cases(_folder(tmp_path, coreweave_quarters=later))
    judged = next(r for r in got if r["case"] == "CoreWeave revenue, power given" and r["metric"].startswith("MAPE,"))
    assert judged["n"] == 3
    said = next(r for r in got if r["case"] == "CoreWeave quarters")
    assert said["metric"].endswith("revenue: 2026H1") and said["pass"] is None


def test_costs_prices_and_rents_are_scored_and_never_gate():
    folder = CaseFolder()
    rows = company.prices(folder)
    counts = {c.file.split("/")[-1]: c.scored for c in folder.counts()}
    assert counts["cost_benchmarks.csv"] >= 8 and counts["gpu_purchase_prices.csv"] >= 5 and counts["gpu_rental_h100.csv"] == 6
    assert not any(r["gating"] for r in rows)
    rents = [r["value"] for r in rows if r["case"].startswith("rent of an H100")]
    assert len(rents) == 6 and min(rents) < 1.0 < max(rents)


def test_peers_are_judged_once_three_quarters_stand_in_a_row(tmp_path):
    head = "company,period,metric,value,source,confidence\n"
    told = "".join(f"Nebius,{q},revenue_usd_m,{v},a release,seen\n" for q, v in (("2025Q2", 105.0), ("2026Q1", 300.0)))
    folder = CaseFolder(_folder(tmp_path, neocloud_peers=head + told))
    rows = company.listed(folder)
    assert any(r["case"].startswith("peers' revenue") and r["metric"] == "MAPE" for r in rows)
    assert folder.counts()[0].scored == 2
