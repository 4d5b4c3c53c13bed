"""The scored cases: what gates passes, what is not seen does not gate, and a planted defect is caught."""

import pytest

from gigacampus.validation import emissions, power
from gigacampus.validation.case_folder import CaseFolder
from tests.validation.folders import copied, text_of, with_text


def failed(rows):
    return {r["case"].split(" ")[0] for r in rows if r["gating"] and not r["pass"]}


def test_every_gating_case_passes():
    rows = power.cases()
    assert sum(r["gating"] for r in rows) >= 10
    assert not failed(rows)


def test_recalled_rows_do_not_gate():
    assert not any(r["gating"] for r in power.cases() if "recalled" in r["case"] or "assumed" in r["case"])
    by_case = {r["case"].split(" ")[0]: r for r in power.cases() if r["family"] == "power"}
    assert not by_case["V03"]["gating"] and not by_case["V25"]["gating"]


def test_planted_defect_oxygen_correction_forgotten(monkeypatch):
    right = emissions.nox_kg_per_mmbtu
    monkeypatch.setattr(emissions, "nox_kg_per_mmbtu", lambda ppm: right(ppm) * 5.9 / 20.9)
    assert {"V20", "V1"} <= failed(power.cases())


def test_planted_defect_server_at_its_rating(monkeypatch):
    monkeypatch.setattr(power, "node_at_work_kw", lambda rated, *_: rated)
    assert failed(power.cases()) == {"V08"}


def test_planted_defect_demand_charge_dropped(monkeypatch):
    right = power.monthly_bill_usd
    monkeypatch.setattr(power, "monthly_bill_usd", lambda e, p, o, op, t, c: right(e, p, o, op * 0.5, t, c))
    assert failed(power.cases()) == {"V29"}


def test_a_folder_that_lacks_tables_is_skipped_in_words(tmp_path):
    rows = power.cases(copied(tmp_path, "power/validation_power.csv"))
    assert not any(r["case"].startswith("closure") for r in rows)
    assert any(r["case"].startswith("V20") and r["pass"] for r in rows)


def test_a_changed_expectation_changes_the_score(tmp_path):
    text = text_of("power/validation_power.csv").replace('NOx limit",87,', 'NOx limit",60,')
    assert "V20" in failed(power.cases(with_text(tmp_path, power__validation_power=text)))


def test_a_new_row_of_a_known_quantity_is_scored_and_one_of_an_unknown_quantity_is_counted(tmp_path):
    header = text_of("power/validation_power.csv").splitlines()[0]
    rows = (
        'X1,"9 SMT-130 with SCR, NOx limit",52.2,t/y (short),10 %,"148 MW, 8760 h",permit,seen,a permit\n'
        "X2,Somebody's campus PUE,1.13,,0.02,2026,reported,seen,a report\n"
        "X3,hours of sunshine,2000,h,5 %,,measured,seen,a station\n"
        "X4,another plateau: GPU power at checkpoint / compute plateau,0.40,ratio,0.03,,measured,seen,a trace\n"
    )
    folder = CaseFolder(with_text(tmp_path, power__validation_power=f"{header}\n{rows}"))
    got = {r["case"].split(" ")[0]: r for r in power.cases(folder)}
    assert got["X1"]["pass"] is True and got["X1"]["gating"]
    assert got["X2"]["pass"] is True and not got["X2"]["gating"]
    assert got["X3"]["value"] is None
    assert got["X4"]["pass"] is False, "the row's own value is judged, not a bundled one"
    counted = next(c for c in folder.counts() if c.file == "power/validation_power.csv")
    assert (counted.read, counted.scored, counted.left_out) == (4, 3, {"not a quantity of this model": 1})


@pytest.mark.parametrize("key", ["titan_130", "titan_250", "titan_350", "pe6000", "tm2500", "m35", "recip_2p5", "sgt400", "lm6000"])
def test_library_machines_have_sane_heat_rates(key):
    entry, _ = power.generator(key)
    assert 8000 < entry.heat_rate_lhv_kj_per_kwh < 11000 and entry.power_at_35c_frac <= entry.power_at_25c_frac


def test_the_reliability_test_system_comes_out_as_published():
    from gigacampus.validation import adequacy
    from gigacampus.validation.case_folder import opened

    rows = {row["case"].rpartition(": ")[2]: row for row in adequacy.cases(opened(None))}
    assert rows["loss of load expectation"]["value"] < 1e-4 and rows["loss of energy expectation"]["value"] < 5e-4
    load = adequacy.hourly_load_mw(opened(None).inputs(adequacy.LOAD))
    assert load.size == 8736 and load.max() == pytest.approx(2850.0) and not any(row["gating"] for row in rows.values())
