"""The score table: published cases pass, planted defects are caught, missing files are said."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from gigacampus.neighbours.noise import cnossos, iso9613, validate

ISO_FILES = ("iso9613_1_alpha.csv", "iso9613_2_tr17534_3_cases.json", "iso9613_2_computed.csv")


def failed(rows):
    return [(r["case"], r["metric"]) for r in rows if r["gating"] and not r["pass"]]


@pytest.fixture
def iso_only(tmp_path):
    for name in ISO_FILES:
        shutil.copy(validate.BUNDLED / name, tmp_path)
    return tmp_path


@pytest.fixture
def cnossos_only(tmp_path):
    shutil.copy(validate.BUNDLED / "cnossos_expected.csv", tmp_path)
    return tmp_path


def test_iso_cases_pass_and_missing_files_are_said(iso_only):
    rows = validate.cases(iso_only)
    assert failed(rows) == []
    assert sum(r["gating"] for r in rows) > 60
    assert {r["case"] for r in rows if r["n"] == 0} == {"cnossos_expected.csv", "differential_pairs.csv"}


def test_cnossos_cases_pass_with_bundled_scenes(cnossos_only):
    rows = validate.cases(cnossos_only)
    assert failed(rows) == []
    assert sum(r["gating"] for r in rows if r["case"].startswith("TC")) > 90


def test_recalled_rows_never_gate(iso_only):
    rows = validate.absorption_rows(iso_only / "iso9613_1_alpha.csv")
    assert 0 < sum(not r["gating"] for r in rows) < len(rows)


@pytest.mark.parametrize(
    "name,value", [("SCREEN_C2", 21.0), ("SEVERAL_EDGES_CAP_DB", 20.0), ("SIDE_ZONE_HEIGHTS", 28.0)]
)
def test_a_wrong_constant_of_iso_9613_2_is_caught(iso_only, monkeypatch, name, value):
    monkeypatch.setattr(iso9613, name, value)
    assert failed(validate.cases(iso_only))


def test_a_lost_factor_for_several_edges_is_caught(iso_only, monkeypatch):
    monkeypatch.setattr(iso9613, "several_edges_factor", lambda middle: np.ones((*np.shape(middle), 9)))
    assert ("T11", "worst band deviation") in failed(validate.cases(iso_only))


def test_a_wrong_constant_of_cnossos_is_caught(cnossos_only, monkeypatch):
    monkeypatch.setattr(cnossos, "CAP_DB", 24.0)
    assert failed(validate.cases(cnossos_only))
