"""The vehicle: its covenants, and what the class of its lease does to the lab's books."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.finance.contracts import level_rent
from gigacampus.company.ledger.accounts import INDEX
from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from tests.company.synthetic import RICH, flow_rows
from tests.company.test_extremes import books

VEHICLE = {"start": "2025-11-01", "purchase_usd": 2e9, "advance_months": 1, "term_years": 5, "debt_frac": 0.7, "debt_rate_frac": 0.1}
STILL = {"gpu_life_years": 5.0, "impairment": False}


def leased(covenants=None, *, rental=None, **vehicle):
    company = {**RICH, "assets": STILL, "vehicle": {**VEHICLE, **vehicle, "covenants": covenants or {}}}
    if rental:
        company = {**company, "revenue": {"rental": rental}}
    return books(company)


def first(flags):
    return int(np.argmax(flags > 0))


def test_without_covenants_nothing_is_tested():
    series, _ = leased(collateral_fall_per_year=2.0)
    assert series["covenant_breach"].max() == 0.0 and series["vehicle_default"].max() == 0.0


def test_cover_of_a_level_lease_is_what_the_loan_terms_say():
    series, _ = leased({"dscr_min": 1.0})
    bought = series["flows"][:, FLOW["vehicle_buy"], 0].sum()
    last = int(np.nonzero(series["flows"][:, FLOW["vehicle_buy"], 0])[0][-1])
    rent = level_rent(pv=bought, annual_rate=0.105, n=60, per_year=12)
    month = last + 1
    interest = series["vehicle_loan_usd"][month - 1, 0] * 0.1 / 12
    expected = (rent - 0.005 / 12 * bought, interest + 0.7 * bought / 60)
    assert series["vehicle_net_rent_usd"][month, 0] == pytest.approx(expected[0], rel=1e-9)
    assert series["vehicle_service_usd"][month, 0] == pytest.approx(expected[1], rel=1e-9)


def test_a_cover_that_the_terms_cannot_give_is_breached_at_the_first_test():
    high, _ = leased({"dscr_min": 3.0, "cures_max": 0})
    assert first(high["covenant_breach"][:, 0]) == 10 + 2
    assert first(high["vehicle_default"][:, 0]) == 10 + 5


def test_a_breach_sweeps_free_cash_into_the_loan():
    calm, _ = leased({})
    swept, _ = leased({"dscr_min": 1.45, "cures_max": 0, "sweep_tests": 20})
    after = first(swept["covenant_breach"][:, 0]) + 1
    assert np.all(swept["flows"][after : after + 12, FLOW["vehicle_distribute"], 0] == 0.0)
    assert calm["flows"][after : after + 12, FLOW["vehicle_distribute"], 0].min() > 0.0
    rows = flow_rows("vehicle_pay_fees", "vehicle_pay_interest", "vehicle_repay_loan")
    spent = sum(swept["flows"][after : after + 12, row, 0] for row in rows)
    assert np.allclose(spent, swept["flows"][after : after + 12, FLOW["vehicle_collect_rent"], 0], rtol=1e-9)
    paid = sum(swept["flows"][:, row, 0].sum() for row in flow_rows("vehicle_repay_loan", "vehicle_distribute"))
    assert paid <= swept["flows"][:, FLOW["vehicle_collect_rent"], 0].sum()


def test_machines_that_lose_value_breach_loan_to_value_and_owners_cure_it():
    rules = {"ltv_max_frac": 0.9, "cures_max": 9, "cure_max_frac": 1.0}
    series, _ = leased(rules, collateral_fall_per_year=0.7)
    month = first(series["covenant_breach"][:, 0])
    ltv = series["vehicle_loan_usd"][:, 0] / np.maximum(series["vehicle_value_usd"][:, 0], 1.0)
    assert ltv[month] > 0.9 and np.all(ltv[12:month][::3] <= 0.9)
    cured = month + 3
    assert series["covenant_breach"][cured, 0] == 0.0 and ltv[cured] == pytest.approx(0.9, rel=1e-9)
    assert series["vehicle_default"].max() == 0.0
    poor, _ = leased({**rules, "cure_max_frac": 0.01}, collateral_fall_per_year=0.7)
    assert first(poor["vehicle_default"][:, 0]) == cured


def test_rents_of_machines_move_the_value_of_the_collateral():
    falling = {"price_change_per_year": -0.5}
    series, _ = leased({"ltv_max_frac": 0.9}, rental=falling, collateral_fall_per_year=0.0)
    value = series["vehicle_value_usd"][:, 0]
    assert value[40] / value[28] == pytest.approx(np.exp(-0.5), rel=1e-9)


def test_a_breach_stops_purchases_for_extensions_and_the_lab_pays_itself():
    company = {**RICH, "assets": STILL, "opening_cash_usd": 60e9, "orders": {"leased_frac": 1.0}}
    rules = {"dscr_min": 3.0, "cures_max": 0}
    free, _ = books({**company, "vehicle": VEHICLE})
    stopped, _ = books({**company, "vehicle": {**VEHICLE, "covenants": rules}})
    months = slice(17, 40)
    assert free["flows"][months, FLOW["vehicle_buy"], 0].sum() > 2e9
    assert stopped["flows"][months, FLOW["vehicle_buy"], 0].sum() == 0.0
    assert stopped["capex_usd"][months, 0].sum() > free["capex_usd"][months, 0].sum() + 2e9


def test_a_lab_that_cannot_pay_its_bills_pays_no_rent_and_the_vehicle_defaults():
    nothing = {"arpu_usd_per_month": 0.0, "api_usd_per_million_tokens": 0.0, "agent_usd_per_million_tokens": 0.0}
    company = {**RICH, "assets": STILL, "rounds": {}, "raise_policy": {"success_frac": 0.0}, "revenue": nothing}
    rules = {"dscr_min": 1.2, "cures_max": 1}
    series, s = books({**company, "vehicle": {**VEHICLE, "covenants": rules}}, may_raise=False)
    broke = first(series["arrears_usd"][:, 0])
    assert series["flows"][broke + 2 : broke + 20, FLOW["vehicle_collect_rent"], 0].max() < 1.0
    default = first(series["vehicle_default"][:, 0])
    assert broke < default <= broke + 12
    assert s.balance[INDEX["vehicle_rent_receivable"], 0] > 0.0
    assert np.all(series["flows"][default + 1 :, FLOW["vehicle_equity_in"], 0] == 0.0)
    assert series["ledger_residual_usd"].max() < 1e-3


def test_rent_is_the_last_bill_to_go_unpaid():
    bullet = {"notes": RICH["loans"]["notes"]}  # principal is paid before any bill, rent included
    company = {**RICH, "assets": STILL, "rounds": {}, "raise_policy": {"success_frac": 0.0}, "platform": {}, "loans": bullet}
    rules = {"dscr_min": 1.0, "ltv_max_frac": 1.5}
    series, _ = books({**company, "vehicle": {**VEHICLE, "purchase_usd": 1e9, "covenants": rules}}, may_raise=False)
    broke = first(series["arrears_usd"][:, 0])
    rent = series["flows"][broke + 2, FLOW["vehicle_bill_rent"], 0]
    assert series["revenue_usd"][broke + 1 : broke + 12, 0].min() > 2.0 * rent
    assert np.allclose(series["flows"][broke + 1 : broke + 12, FLOW["vehicle_collect_rent"], 0], rent)
    assert series["covenant_breach"][: broke + 12].max() == 0.0


def test_liquidity_of_the_lab_is_a_covenant():
    series, _ = leased({"lab_cash_min_usd": 1e12, "sweep_tests": 20})
    assert first(series["covenant_breach"][:, 0]) == 12
    assert first(series["vehicle_default"][:, 0]) == 12 + 3 * 20


def test_the_class_of_a_lease_moves_ebitda_by_the_rent_and_cash_not_at_all():
    free = {"tax": {"federal_frac": 0.0, "state_frac": 0.0}, "assets": STILL}
    got = {kind: books({**RICH, **free, "vehicle": {**VEHICLE, "lease": kind}})[0] for kind in ("finance", "operating")}
    finance, operating = got["finance"], got["operating"]
    assert np.allclose(finance["cash_usd"], operating["cash_usd"], rtol=1e-12, atol=1.0)
    assert np.allclose(finance["free_cash_flow_usd"], operating["free_cash_flow_usd"], atol=1.0)
    assert np.allclose(finance["ebitda_after_rent_usd"], operating["ebitda_after_rent_usd"], atol=1.0)
    gap = finance["ebitda_usd"] - operating["ebitda_usd"]
    assert np.allclose(gap, operating["rents_paid_usd"], atol=1.0) and gap.max() > 1e7
    assert operating["ledger_residual_usd"].max() < 1e-3


def test_an_operating_lease_leaves_no_right_and_no_liability_at_its_end():
    series, s = leased(lease="operating", term_years=3)
    took = series["flows"][:, FLOW["lab_take_right_of_use"], 0]
    assert took.sum() > 1e9
    assert abs(s.balance[INDEX["lab_right_of_use"], 0]) < 1.0 and abs(s.balance[INDEX["lab_operating_lease_liability"], 0]) < 1.0
    rows = [
        FLOW["lab_accrete_lease_serving"],
        FLOW["lab_accrete_lease_training"],
        FLOW["lab_use_right_serving"],
        FLOW["lab_use_right_training"],
    ]
    assert series["flows"][:, rows, 0].sum() == pytest.approx(series["rents_paid_usd"][:, 0].sum(), rel=1e-9)


def test_machines_sold_to_the_lessor_save_their_depreciation():
    finance, _ = leased()
    operating, s = leased(lease="operating")
    sold = operating["flows"][:, FLOW["lab_sell_machines"], 0].sum()
    saved = finance["depreciation_usd"][:, 0].sum() - operating["depreciation_usd"][:, 0].sum()
    assert saved == pytest.approx(sold - -s.balance[INDEX["lab_machines_sold"], 0], rel=1e-9)
    assert 0.0 < saved <= sold


@pytest.mark.parametrize(("life", "kind"), [(5.0, 1.0), (12.0, 0.0)])
def test_the_test_of_classes_looks_at_life_and_price(life, kind):
    rules = {"lease": "by_test", "term_years": 5, "residual_frac": 0.3, "incremental_rate_frac": 0.11}
    _, s = books({**RICH, "assets": {**STILL, "gpu_life_years": life}, "vehicle": {**VEHICLE, **rules}})
    assert np.all(s.terms["vehicle"]["is_finance_lease"] == kind)


def test_cover_is_the_same_from_the_first_rent_to_the_last_though_machines_came_in_parts():
    series, _ = leased({"dscr_min": 1.0}, advance_months=9, term_years=3, debt_rate_frac=0.0, fee_frac=0.0)
    served = series["vehicle_service_usd"][:, 0] > 1.0
    cover = series["vehicle_net_rent_usd"][served, 0] / series["vehicle_service_usd"][served, 0]
    assert np.unique(series["vehicle_service_usd"][served, 0].round(-4)).size > 3
    assert np.allclose(cover, cover[0], rtol=1e-9)
