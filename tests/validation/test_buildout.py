"""The family's rows: what gates, what a planted defect does, what a foreign folder gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gigacampus.buildout import stage, supply
from gigacampus.validation import buildout
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.dated_power import readings
from tests.validation.folders import KEYS


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return buildout.cases()


def failures(rows: list[dict[str, Any]]) -> list[str]:
    return [r["case"] for r in rows if r["gating"] and not r["pass"]]


def test_every_gating_case_passes(rows: list[dict[str, Any]]) -> None:
    assert all(set(r) == KEYS for r in rows)
    assert sum(r["gating"] for r in rows) >= 20
    assert failures(rows) == []


def test_inputs_and_calibrating_facts_do_not_gate(rows: list[dict[str, Any]]) -> None:
    for r in rows:
        if r["case"].endswith((" grid", " battery")) or "sets the" in r["metric"] or "known on" in r["case"]:
            assert not r["gating"], r["case"]


def test_no_slip_row_gates(rows: list[dict[str, Any]]) -> None:
    assert [r for r in rows if "slip" in r["case"]]
    assert not any(r["gating"] for r in rows if "slip" in r["case"])


def test_a_supply_that_never_binds_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(installed: np.ndarray, limits: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros_like(installed), installed

    monkeypatch.setattr(stage, "least", blind)
    assert "colossus_1 2025-09-17 it" in failures(buildout.dated_mw(CaseFolder()))


def test_forgotten_retirements_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = supply.units_of

    def never_fewer(blocks: Any, presence: Any, library: Any, *, hhv_per_lhv: float) -> list[supply.Unit]:
        return whole(blocks, {k: (p > 0).astype(float) for k, p in presence.items()}, library, hhv_per_lhv=hhv_per_lhv)

    monkeypatch.setattr(stage, "units_of", never_fewer)
    assert "colossus_1 2025-09-17 permitted" in failures(buildout.dated_mw(CaseFolder()))


def test_a_folder_without_tables_is_skipped_and_said_so(tmp_path: Path) -> None:
    rows = buildout.cases(tmp_path)
    assert [r["pass"] for r in rows] == [None, None]
    assert all(r["metric"].startswith("skipped") for r in rows)


def test_readings_tell_the_kinds_apart() -> None:
    found = {(r.campus, r.day, r.kind): r.mw for r in readings(CaseFolder())}
    assert found["colossus_2", date(2025, 10, 19), "it"] in (210.0, 239.0)
    assert ("colossus_1", date(2024, 11, 7), "grid") not in found, "an approval is not a connection"
    assert ("colossus_2", date(2025, 8, 8), "grid") not in found, "a refused request is not a connection"
    assert found["colossus_1", date(2025, 7, 2), "permitted"] == 247.0
    assert ("colossus_2", date(2025, 9, 6), "turbines") not in found, "a plan is not a machine"
