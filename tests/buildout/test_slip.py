"""Slip moves only dates after ``as_of``, follows the quantile, and never brings a date before today."""

from __future__ import annotations

from datetime import date
from math import exp

import pytest

from gigacampus.buildout.slip import EDGE, slip_days, slip_quantile_days
from gigacampus.buildout.stage import run

from .cases import small

CHIPS = {"kind": "accelerators", "model": "lib:accelerators/a", "count": 12_000}
FITTED = {"slip": "fitted", "model": "lib:schedule/slow"}


def first_full_month(schedule: dict, **block: object) -> float:
    inputs = small({"chips": {**CHIPS, **block}}, schedule=schedule, months=48)
    installed = run(inputs, {})["accelerators_installed"][0, 0]
    return float(48 - installed.sum() / 12_000)


def test_quantile_inverts_the_gumbel_distribution() -> None:
    for q in (0.1, 0.5, 0.9):
        x = slip_quantile_days(q, 90.0, scale_days=60.0)
        assert exp(-exp(-(x - 90.0) / 60.0)) == pytest.approx(q)
    assert slip_quantile_days(0.0, 90.0, scale_days=60.0) == slip_quantile_days(EDGE, 90.0, scale_days=60.0)


def test_past_dates_do_not_slip() -> None:
    assert first_full_month({**FITTED, "construction_slip_quantile": 0.9}, in_service=date(2026, 1, 1)) == pytest.approx(0.0)


def test_future_dates_slip_with_the_quantile() -> None:
    median = slip_quantile_days(0.5, 90.0, scale_days=60.0)
    late = slip_quantile_days(0.9, 90.0, scale_days=60.0)
    day = date(2026, 7, 1)
    assert first_full_month({**FITTED, "slip": "none"}, in_service=day) == pytest.approx(6.0)
    assert first_full_month({**FITTED, "construction_slip_quantile": 0.5}, in_service=day) == pytest.approx(6.0 + median * 12 / 365)
    assert first_full_month({**FITTED, "construction_slip_quantile": 0.9}, in_service=day) == pytest.approx(6.0 + late * 12 / 365)
    assert first_full_month({**FITTED, "slip": "median", "construction_slip_quantile": 0.9}, in_service=day) == pytest.approx(
        6.0 + median * 12 / 365
    )


def test_own_slip_comes_on_top() -> None:
    assert first_full_month(
        {"slip": "none", "model": "lib:schedule/slow"}, in_service=date(2026, 7, 1), slip_days=365.0 / 12
    ) == pytest.approx(7.0)


def test_nothing_arrives_before_today() -> None:
    assert slip_days(20.0, 0.01, location_days=-400.0, scale_days=10.0) == -20.0


def test_an_expectation_does_not_slip_again() -> None:
    assert first_full_month({**FITTED, "construction_slip_quantile": 0.9}, in_service=date(2026, 7, 1), slips=False) == pytest.approx(6.0)
