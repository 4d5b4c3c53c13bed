"""The gate of the water family, and defects that it must catch."""

from __future__ import annotations

import pytest

from gigacampus.validation import water
from gigacampus.validation.neighbour_rows import BUNDLED


def _failed() -> set[str]:
    return {row["case"] for row in water.cases(BUNDLED) if row["gating"] and not row["pass"]}


def test_bundled_cases_pass() -> None:
    assert _failed() == set()


def test_blowdown_that_ignores_the_cycles_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = water.make_up_kg_per_mwh
    monkeypatch.setattr(water, "make_up_kg_per_mwh", lambda e, cycles, **k: right(e, cycles=cycles + 0.01, **k))
    assert _failed() == {"salts in make-up leave with blowdown and drift"}


def test_a_wet_bulb_off_by_a_tenth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = water.stull_wet_bulb_c
    monkeypatch.setattr(water, "stull_wet_bulb_c", lambda dry, rh: right(dry, rh) + 0.1)
    assert "memphis_wet_bulb_mean" in _failed()
