"""The county's books: levy, fee, exemption, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.county import (
    assessed,
    books_of_places,
    break_even_but_for,
    county_books,
    household_cost,
    payee_shares,
    public_summary,
)
from gigacampus.company.finance.tax_rules import fee_in_lieu_floor
from gigacampus.company.spec import CountySpec

CALENDAR = np.arange(36) % 12


def _books(**fields):
    capital = np.concatenate([np.zeros(6), np.full(30, 1000e6)])
    it = np.concatenate([np.zeros(6), np.full(30, 100.0)])
    spec = CountySpec(
        **{
            "equipment_frac": 0.5,
            "valuation_life_years": 5.0,
            "valuation_floor_frac": 0.0,
            "jobs_per_it_mw": 1.0,
            **fields,
        }
    )
    return county_books(spec, capital, it, CALENDAR)


def test_levy_follows_the_value_of_the_first_of_january():
    b = _books(property_tax_frac=0.012)
    assert np.all(b.levy_usd[:12] == 0.0)
    value = 500e6 + 500e6 * (1 - 6 / 60)
    assert b.levy_usd[12:24] == pytest.approx(np.full(12, value * 0.012 / 12))


def test_a_third_of_the_levy_is_paid_and_the_rest_waived():
    b = _books(
        fee_in_lieu_frac=1 / 3, payees={"county": {"mills": 60.0}, "schools": {"mills": 60.0}}, equipment_frac=0.0
    )
    year = b.property_paid_usd[12:24].sum()
    assert year == pytest.approx(fee_in_lieu_floor(true_value=1000e6, ratio=0.15, mills=120.0))
    assert b.waived_usd[12:24].sum() == pytest.approx(2.0 * year)
    assert payee_shares(CountySpec(payees={"a": {"mills": 1.0}, "b": {"mills": 3.0}})) == {"a": 0.25, "b": 0.75}


def test_the_fee_ends_with_its_term():
    b = _books(fee_in_lieu_frac=0.5, fee_years=1.0)
    assert b.property_paid_usd[17] == pytest.approx(0.5 * b.levy_usd[17])
    assert b.property_paid_usd[18] == pytest.approx(b.levy_usd[18])


def test_sales_tax_is_paid_once_or_waived():
    paid, free = _books(sales_tax_frac=0.07), _books(sales_tax_frac=0.07, sales_tax_exempt_frac=1.0)
    assert paid.sales_paid_usd.sum() == pytest.approx(0.07 * 500e6)
    assert free.sales_paid_usd.sum() == 0.0
    assert free.waived_usd.sum() - paid.waived_usd.sum() == pytest.approx(0.07 * 500e6)


def test_paid_and_waived_make_the_statute():
    b = _books(fee_in_lieu_frac=0.4, sales_tax_exempt_frac=0.5)
    assert b.paid_usd + b.waived_usd == pytest.approx(b.levy_usd + b.sales_levy_usd)


def test_value_falls_to_its_floor():
    value = assessed(np.concatenate([[100.0], np.zeros(119)]), life_years=5.0, floor_frac=0.2)
    assert value[0] == 100.0 and value[30] == pytest.approx(60.0) and value[119] == pytest.approx(20.0)


def test_break_even_share_is_where_the_net_is_zero():
    b = break_even_but_for(gains=30.0, costs=10.0, forgone=80.0)
    assert b * 20.0 - (1.0 - b) * 80.0 == pytest.approx(0.0)


def test_summary_nets_what_is_new_against_what_is_waived():
    fields = {
        "sales_tax_exempt_frac": 1.0,
        "fee_in_lieu_frac": 0.5,
        "public_capital_usd": 5e6,
        "but_for_frac": 1.0,
        "residents": 1000.0,
    }
    books = _books(**fields)
    spec = CountySpec(**fields)
    all_new, none_new = (
        public_summary(spec, books),
        public_summary(spec.model_copy(update={"but_for_frac": 0.0}), books),
    )
    assert all_new["net_usd"] == pytest.approx(all_new["gains_usd"] - all_new["costs_usd"])
    assert none_new["net_usd"] == pytest.approx(-books.waived_usd.sum())
    even = public_summary(spec.model_copy(update={"but_for_frac": all_new["break_even_but_for_frac"]}), books)
    assert even["net_usd"] == pytest.approx(0.0, abs=1.0)
    assert all_new["forgone_usd_per_resident"] == pytest.approx(books.waived_usd.sum() / 1000.0)


def test_households_pay_what_is_not_recovered_when_the_customer_leaves():
    spec = CountySpec(households=100.0, utility_capital_usd=2.4e6, utility_recovery_years=10.0, exit_security_frac=0.25)
    books = county_books(spec, np.zeros(60), np.zeros(60), np.arange(60) % 12)
    cost = household_cost(spec, books)
    assert cost[11] == pytest.approx(2.4e4 * (1.0 - 0.1 - 0.25))
    bound = household_cost(spec.model_copy(update={"contract_years": 3.0}), books)
    assert np.all(bound[:36] == bound[35]) and bound[35] == cost[35] and bound[48] == cost[48]


def test_what_the_campus_brought_is_taken_off_public_works():
    spec = CountySpec(households=10.0, public_capital_usd=1e6, jobs_per_it_mw=0.0, sales_tax_frac=0.0)
    books = county_books(spec, np.full(24, 1e7), np.ones(24), np.arange(24) % 12)
    cost = household_cost(spec, books)
    assert cost[0] == pytest.approx((1e6 - books.paid_usd[0]) / 10.0)
    assert np.all(np.diff(cost) < 0.0)


def test_a_line_through_the_campus_splits_its_taxes():
    parts = np.stack([np.full(24, 1000e6), np.full(24, 500e6)])
    it = np.stack([np.full(24, 100.0), np.full(24, 50.0)])
    month = np.arange(24) % 12
    there = {"property_tax_frac": 0.03, "share_frac": 0.8, "extension_share_frac": 0.2}
    places = books_of_places(CountySpec(property_tax_frac=0.01, others={"there": there}), parts, it, month)
    here = county_books(CountySpec(property_tax_frac=0.01), np.full(24, 600e6), np.full(24, 60.0), month)
    over = county_books(CountySpec(property_tax_frac=0.03), np.full(24, 900e6), np.full(24, 90.0), month)
    assert np.allclose(places["county"].paid_usd, here.paid_usd)
    assert np.allclose(places["there"].paid_usd, over.paid_usd)
    one = books_of_places(CountySpec(property_tax_frac=0.01), parts, it, month)
    assert list(one) == ["county"] and one["county"].jobs[0] == pytest.approx(places["county"].jobs[0] + places["there"].jobs[0])


def test_more_than_the_whole_campus_cannot_stand_elsewhere():
    with pytest.raises(ValueError, match="share_frac"):
        CountySpec(others={"a": {"share_frac": 0.6}, "b": {"share_frac": 0.5}})
