"""People: heads, those who join, what both cost, and whose time is whose."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from tests.company.synthetic import inputs, tables
from tests.company.test_extremes import books

TRADE = {"heads": 100, "heads_growth_per_year": 0.0, "cash_usd_per_head_year": 120e3, "function": "operations"}


def wages(**trade):
    series, _ = books({"people": {"makers": {**TRADE, **trade}}}, market={"inflation_per_year": 0.0}, table=tables(phases=0), phases=0)
    return series["flows"][:, FLOW["lab_staff_operations"], 0]


def test_steady_people_cost_their_wages_and_their_replacements():
    assert wages() == pytest.approx(1e6)
    assert wages(attrition_per_year=0.24, hire_cost_usd=50e3) == pytest.approx(1e6 + 2.0 * 50e3)


def test_growth_is_hired_and_paid_for():
    plain, hired = wages(heads_growth_per_year=0.5), wages(heads_growth_per_year=0.5, hire_cost_usd=50e3)
    grown = 100.0 * (np.exp(0.5 * np.arange(84) / 12.0) - np.exp(0.5 * (np.arange(84) - 1) / 12.0))
    assert hired[0] == pytest.approx(plain[0])
    assert np.allclose((hired - plain)[1:], grown[1:] * 50e3)


def test_growth_stops_at_the_ceiling_and_so_do_its_hires():
    trade = {"heads_growth_per_year": 0.5, "heads_max": 150.0}
    late = slice(12, None)
    assert np.allclose(wages(**trade, hire_cost_usd=50e3)[late], wages(**trade)[late])


def test_a_run_shows_people_by_trade_and_entity():
    people = {"a": {**TRADE, "platform_frac": 0.25}, "b": {**TRADE, "heads": 40, "attrition_per_year": 0.3}}
    out = stage.run(inputs({"people": people}), tables(), np.zeros(8, dtype=int), {})
    assert out["headcount"].shape == (8, 2, 84)
    assert np.allclose(out["headcount"][:, 0], 100.0) and np.allclose(out["headcount_for_platform"][:, 0], 25.0)
    assert np.allclose(out["hires"][:, 1], 1.0)
