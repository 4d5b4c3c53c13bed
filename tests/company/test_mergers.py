"""A lab that joins a sibling: whose cash carries it, who owns it, and what the group's books leave out."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.ledger.journal import FLOW_INDEX as FLOW
from gigacampus.schema.company import CompanySpec
from tests.company.test_extremes import NO_LUCK, bare, books

SIBLING = {"siblings": {"big": {"cash_usd": 10e6, "free_cash_usd_per_year": 6e6}}}
DAY = "2026-06-10"
JOIN = {"day": DAY, "partner": "big", "exchange_ratio": 0.25, "partner_shares_per_share": 1.0}


def joined(**merger):
    return bare(**NO_LUCK, **SIBLING, mergers={"m": {**JOIN, **merger}})


def out_of_cash(series):
    return int((series["arrears_usd"][:, 0] > 0.0).argmax())


def test_partner_cash_carries_the_lab_by_the_closed_form():
    """20.5 m and a burn of 1 m a month end in month 20; 10 m and half a million a month from month 17 carry it on."""
    alone, _ = bare(**NO_LUCK)
    series, _ = joined()
    assert out_of_cash(alone) == 20
    left = 20.5 + 10.0 - 21.0 + 0.5 * (20 - 17 + 1)
    expected = 20 + int(np.floor(left / 0.5)) + 1
    assert out_of_cash(series) == expected
    given = series["group_support_usd"][:, 0]
    assert given[:20].sum() == 0.0 and given[20] == pytest.approx(0.5e6)


def test_support_is_money_from_outside_the_lab_and_conserved():
    series, s = joined()
    months = 84 - 17
    brought = 10e6 + 0.5e6 * months
    assert series["group_support_usd"][:, 0].sum() + s.carried("raising.affiliate_cash_usd")[0] == pytest.approx(brought, rel=1e-12)
    assert series["flows"][:, FLOW["lab_support_from_group"], 0].sum() == series["group_support_usd"][:, 0].sum()
    assert series["ledger_residual_usd"].max() < 1e-3


def test_debt_of_the_partner_eats_what_it_could_give():
    series, _ = joined(debt_usd=100e6, debt_rate_frac=0.06)
    assert series["partner_cash_usd"][18, 0] == pytest.approx(10e6, rel=1e-12)
    plain, _ = joined()
    assert out_of_cash(series) < out_of_cash(plain)


def test_nothing_moves_before_the_day():
    alone, _ = bare(**NO_LUCK)
    series, _ = joined()
    for name in ("cash_usd", "partner_cash_usd", "valuation_usd", "group_revenue_usd"):
        assert np.array_equal(alone[name][:17], series[name][:17]), name


def test_investors_price_the_whole_group_after_the_day():
    alone, _ = bare(**NO_LUCK)
    series, _ = joined()
    assert series["valuation_usd"][20, 0] == pytest.approx(alone["valuation_usd"][20, 0] / 0.2)


def test_a_stated_price_of_the_lab_is_what_the_group_is_priced_by():
    series, _ = joined(price_usd=3e9)
    assert series["valuation_usd"][17, 0] == pytest.approx(3e9 / 0.2) != pytest.approx(joined()[0]["valuation_usd"][17, 0])


def test_what_both_sell_each_other_is_nobodys_revenue():
    swap = {"sells_to_lab_usd_per_year": 12e6, "buys_from_lab_usd_per_year": 12e6, "revenue_usd_per_year": 12e6}
    alone, _ = bare(**NO_LUCK)
    series, _ = joined(**swap)
    gained = series["group_revenue_usd"] - alone["group_revenue_usd"]
    assert np.allclose(gained[17:], 1e6 - 2e6)
    assert np.allclose(gained[:17], 0.0)


def test_an_order_may_count_on_the_partner():
    company, extension = {"siblings": {"big": {"cash_usd": 2e12}}}, {"needs_cash_usd": 1e12}
    alone, _ = books(company, phase=extension)
    series, _ = books({**company, "mergers": {"m": {**JOIN, "day": "2026-02-10"}}}, phase=extension)
    assert alone["realised_phase"].max() == 0.0
    assert series["realised_phase"].max() == 1.0


def test_a_partner_must_be_a_sibling():
    with pytest.raises(ValueError, match=r"mergers\.m\.partner: big is not one of siblings: other"):
        CompanySpec(siblings={"other": {}}, mergers={"m": JOIN})
