"""Figures beside the books: where cash goes, payback, hurdle prices, delay, book life, siblings."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.analysis.monthly_figures import LIVES, capital_charge, hurdle_per_million_tokens, payback_months, straight_line_at
from gigacampus.company.finance.time_value import pmt
from gigacampus.company.ledger.cash_uses import cash_uses
from gigacampus.company.ledger.flow_sums import CASH_USES, SHARED, cash_use_weights
from gigacampus.company.ledger.journal import CASH_SIGN, FLOWS
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from tests.company.synthetic import RICH, flow_columns, inputs, tables
from tests.company.test_ledger import DRAWS, N


@pytest.fixture(scope="module")
def out() -> dict[str, np.ndarray]:
    siblings = {"one": {"free_cash_usd_per_year": 1.2e9, "cash_usd": 1e9}, "two": {"cash_usd": 2e9}}
    flows = [
        {"day": "2025-07-01", "from_party": "one", "to_party": "lab", "kind": "equity", "usd": 2e9},
        {"day": "2025-07-20", "from_party": "lab", "to_party": "one", "kind": "goods", "usd": 3e8},
        {"day": "2020-07-20", "from_party": "lab", "to_party": "one", "kind": "goods", "usd": 9e8},
    ]
    valued = {"valuation": {"platform_value_usd": 33e9}}
    return stage.run(inputs({**RICH, "siblings": siblings, "flows": flows, **valued}), tables(), np.arange(N) % 2, DRAWS)


def test_the_pits_sum_to_the_cash_spent_in_every_month_of_every_draw(out):
    total = sum(out[f"pit_{name}_usd"] for name in CASH_USES)
    assert np.allclose(total, -out["free_cash_flow_usd"], rtol=1e-12, atol=1e-3)
    for name in CASH_USES[:3]:
        assert out[f"pit_{name}_usd"].sum() > 0.0, name


def test_every_cash_flow_of_the_lab_before_new_money_falls_in_one_pit():
    for i, flow in enumerate(FLOWS):
        spent = flow.entity == "lab" and (flow.cash in ("operating", "investing") or flow.name == "lab_pay_lease")
        want = -CASH_SIGN[i] if spent and flow.name not in SHARED else 0.0
        assert cash_use_weights()[:, i].sum() == want, flow.name


def test_shared_bills_follow_their_purposes():
    flow = np.zeros((len(FLOWS), 1))
    flow[FLOW["lab_robots_agents"]], flow[FLOW["lab_site_serving"]], flow[FLOW["lab_marketing"]] = 1.0, 2.0, 1.0
    flow[FLOW["lab_pay_vendors"]] = 8.0
    flow[FLOW["lab_staff_research"]], flow[FLOW["lab_staff_robots_agents"]], flow[FLOW["lab_pay_staff"]] = 3.0, 1.0, 4.0
    assert [float(x[0]) for x in cash_uses(flow_columns(flow))] == [4.0, 3.0, 3.0, 2.0]


def test_a_vintage_that_earns_a_tenth_a_month_is_back_in_ten():
    margin = np.concatenate([np.full((6, 1), -1.0), np.full((20, 1), 1.0)])
    months = payback_months(margin, np.full((26, 1), 10.0))[:, 0]
    assert months[6] == 10.0 and months[0] == 22.0 and np.isnan(months[-1])


def test_hurdle_price_gives_the_capital_back():
    charge = capital_charge(np.array([1e9]), life_years=5.0, wacc=0.12)
    assert charge[0] == pytest.approx(-pmt(0.01, 60, pv=1e9), rel=1e-12)
    assert capital_charge(np.array([60.0]), life_years=5.0, wacc=0.0)[0] == 1.0
    price = hurdle_per_million_tokens(np.array([2e6]), charge, np.array([0.5]), np.array([1e13]))
    assert price[0] * 1e7 == pytest.approx(2e6 + charge[0] / 2)


def test_charges_of_a_whole_life_sum_to_the_cost_at_every_life():
    added = np.zeros((100, 1))
    added[4] = 72.0
    for life in LIVES:
        charge = straight_line_at(added, np.zeros(1), opening_age_months=1, life_years=life)
        assert charge.sum() == pytest.approx(72.0)
        assert np.count_nonzero(charge) == 12 * life


def test_a_shorter_book_life_earns_less_while_all_machines_are_young(out):
    ebit = [out[f"ebit_life_{life}_usd"][:, 12].mean() for life in LIVES]
    assert ebit == sorted(ebit) and ebit[0] < ebit[-1]


def test_ebit_at_the_books_own_life_is_the_books_ebit():
    own = {**RICH, "assets": {"gpu_life_years": 5.0, "network_life_years": 5.0, "refresh_frac": 0.0}}
    found = stage.run(inputs(own, phases=0), tables(phases=0), np.arange(4) % 2, {})
    ebit = found["ebitda_usd"] - found["depreciation_usd"]
    assert np.allclose(found["ebit_life_5_usd"], ebit, rtol=1e-9, atol=1.0)


def test_delay_costs_only_while_something_is_under_construction(out):
    busy = out["cip_usd"] > 1.0
    assert np.all(out["month_of_delay_usd"][busy] > 0.0) and np.all(out["month_of_delay_usd"][~busy] < 1.0)


def test_siblings_carry_their_cash_over_the_gap(out):
    burn = np.maximum(-out["free_cash_flow_usd"][:, 13:25].mean(axis=1), 0.0)
    gap = burn - 1e8
    want = np.where(gap > 0, 3e9 / np.where(gap > 0, gap, 1.0), np.nan)
    assert np.allclose(out["affiliate_support_months"], want, equal_nan=True)


def test_money_of_related_parties_stands_in_its_month(out):
    assert out["related_funding_usd"][6] == 2e9 and out["related_funding_usd"].sum() == 2e9
    assert out["related_purchases_usd"][6] == 3e8 and out["related_purchases_usd"].sum() == 3e8


def test_price_of_the_lab_is_what_is_left_of_the_last_round(out):
    now = 12
    known = out["assets_usd"][:, now] - out["debt_usd"][:, now] + 33e9
    assert np.allclose(out["lab_value_usd"], 230e9 - known)
