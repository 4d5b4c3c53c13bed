"""The scored cases: what gates passes, what is not seen does not gate, and a planted defect is caught."""

import shutil

import pytest

from gigacampus.validation import power


def failed(rows):
    return {r["case"].split(" ")[0] for r in rows if r["gating"] and not r["pass"]}


def test_every_gating_case_passes():
    rows = power.cases()
    assert sum(r["gating"] for r in rows) >= 12
    assert not failed(rows)


def test_recalled_rows_do_not_gate():
    assert not any(r["gating"] for r in power.cases() if "recalled" in r["case"] or "assumed" in r["case"])
    by_case = {r["case"].split(" ")[0]: r for r in power.cases() if r["family"] == "power"}
    assert not by_case["V03"]["gating"] and not by_case["V25"]["gating"]


def test_planted_defect_oxygen_correction_forgotten(monkeypatch):
    right = power.nox_kg_per_mmbtu
    monkeypatch.setattr(power, "nox_kg_per_mmbtu", lambda ppm: right(ppm) * 5.9 / 20.9)
    assert {"V20", "V1"} <= failed(power.cases())


def test_planted_defect_server_at_its_rating(monkeypatch):
    monkeypatch.setattr(power, "node_at_work_kw", lambda rated, *_: rated)
    assert failed(power.cases()) == {"V08"}


def test_planted_defect_demand_charge_dropped(monkeypatch):
    right = power.monthly_bill_usd
    monkeypatch.setattr(power, "monthly_bill_usd", lambda e, p, o, op, t, c: right(e, p, o, op * 0.5, t, c))
    assert failed(power.cases()) == {"V29"}


def test_a_folder_that_lacks_tables_is_skipped_in_words(tmp_path):
    (tmp_path / "power").mkdir()
    shutil.copy(power.BUNDLED / "power" / "validation_power.csv", tmp_path / "power")
    rows = power.cases(tmp_path)
    assert any("no such table" in r["metric"] for r in rows)
    assert any(r["case"].startswith("V20") and r["pass"] for r in rows)


def test_a_changed_expectation_changes_the_score(tmp_path):
    (tmp_path / "power").mkdir()
    text = (power.BUNDLED / "power" / "validation_power.csv").read_text().replace('NOx limit",87,', 'NOx limit",60,')
    (tmp_path / "power" / "validation_power.csv").write_text(text)
    assert "V20" in failed(power.cases(tmp_path))


@pytest.mark.parametrize("key", ["titan_130", "titan_250", "titan_350", "pe6000", "tm2500", "m35", "recip_2p5", "sgt400", "lm6000"])
def test_library_machines_have_sane_heat_rates(key):
    entry, _ = power.generator(key)
    assert 8000 < entry.heat_rate_lhv_kj_per_kwh < 11000 and entry.power_at_35c_frac <= entry.power_at_25c_frac
