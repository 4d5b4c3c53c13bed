"""The gate of the water family, and defects that it must catch."""

from __future__ import annotations

import pytest

from gigacampus.neighbours.casefile import BUNDLED
from gigacampus.neighbours.water import validate


def _failed() -> set[str]:
    return {row["case"] for row in validate.cases(BUNDLED) if row["gating"] and not row["pass"]}


def test_bundled_cases_pass() -> None:
    assert _failed() == set()


def test_blowdown_that_ignores_the_cycles_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = validate.make_up_kg_per_mwh
    monkeypatch.setattr(validate, "make_up_kg_per_mwh", lambda e, cycles, **k: right(e, cycles=cycles + 0.01, **k))
    assert _failed() == {"salts in make-up leave with blowdown and drift"}


def test_a_wet_bulb_off_by_a_tenth_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = validate.stull_wet_bulb_c
    monkeypatch.setattr(validate, "stull_wet_bulb_c", lambda dry, rh: right(dry, rh) + 0.1)
    assert "memphis_wet_bulb_mean" in _failed()
