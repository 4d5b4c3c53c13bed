"""The county's books: levy, fee, exemption, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.company.finance.tax_rules import fee_in_lieu_floor
from gigacampus.company.public_finance.county import (
    assessed,
    books_of_places,
    break_even_but_for,
    by_body,
    county_books,
    household_cost,
    payee_shares,
    public_summary,
    together,
)
from gigacampus.schema.company import CountySpec

CALENDAR = np.arange(36) % 12
FLAT = {"computer_value_frac": [1.0], "plant_value_frac": [1.0], "jobs_per_it_mw": 1.0}


def _cost(capital, equipment_frac=0.5):
    """Half accelerators and half building, no plant."""
    return np.stack([capital * equipment_frac, 0.0 * capital, capital * (1.0 - equipment_frac)])


def _books(equipment_frac=0.5, **fields):
    capital = np.concatenate([np.zeros(6), np.full(30, 1000e6)])
    it = np.concatenate([np.zeros(6), np.full(30, 100.0)])
    return county_books(CountySpec(**{**FLAT, **fields}), _cost(capital, equipment_frac), it, CALENDAR)


def test_levy_follows_the_value_of_the_first_of_january():
    b = _books(property_tax_frac=0.012, computer_value_frac=[0.67, 0.33])
    assert np.all(b.levy_usd[:12] == 0.0)
    assert b.levy_usd[12:24] == pytest.approx(np.full(12, (500e6 + 500e6 * 0.67) * 0.012 / 12))
    assert b.levy_usd[24:] == pytest.approx(np.full(12, (500e6 + 500e6 * 0.33) * 0.012 / 12))


def test_a_third_of_the_levy_is_paid_and_the_rest_waived():
    b = _books(0.0, fee_in_lieu_frac=1 / 3, payees={"county": {"mills": 60.0}, "schools": {"mills": 60.0}})
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


def test_value_steps_down_on_each_first_of_january_and_keeps_its_last_share():
    value = assessed(np.full(48, 100.0), [0.8, 0.5], np.arange(48) % 12)
    assert value[[0, 11, 12, 35, 47]] == pytest.approx([80.0, 80.0, 50.0, 50.0, 50.0])


def test_the_roll_holds_a_share_and_each_future_its_own():
    spec = SimpleNamespace(**{**dict(CountySpec(**FLAT)), "assessed_frac": np.array([0.5, 1.0])})
    cost = np.broadcast_to(_cost(np.full(24, 1e9))[:, None], (3, 2, 24))
    b = county_books(spec, cost, np.ones((2, 24)), CALENDAR[:24])
    assert b.levy_usd.shape == (2, 24)
    assert b.levy_usd[0] * 2.0 == pytest.approx(b.levy_usd[1])


def test_what_is_waived_is_what_the_statute_levies_less_what_is_paid_body_by_body():
    spec = CountySpec(
        **FLAT,
        payees={"county": {"mills": 60.0}, "schools": {"mills": 30.0}},
        fee_in_lieu_frac=0.4,
        sales_tax_exempt_frac=0.7,
        power_fee_frac=0.05,
        others={"there": {"share_frac": 0.25, "fee_in_lieu_frac": 0.5}},
    )
    parts = np.stack([_cost(np.linspace(0, 1e9, 36)), _cost(np.linspace(0, 5e8, 36))])
    books = books_of_places(spec, parts, np.ones((2, 36)), CALENDAR, 1e6)
    bodies = by_body(spec, books)
    assert sorted(bodies) == sorted(spec.every_body())
    whole = together(list(books.values()))
    assert sum(p for p, _ in bodies.values()) == pytest.approx(whole.paid_usd)
    assert sum(w for _, w in bodies.values()) == pytest.approx(whole.waived_usd)
    assert bodies["county/county"][0] == pytest.approx(2.0 * bodies["county/schools"][0])
    assert bodies["county/utility"][0] == pytest.approx(np.full(36, 5e4))
    assert "there/state" in bodies and bodies["there/state"][0].sum() > 0.0


def test_a_state_without_sales_tax_takes_none():
    assert _books(state="none").sales_levy_usd.sum() == 0.0 < _books().sales_levy_usd.sum()


def test_break_even_share_is_where_the_net_is_zero():
    b = break_even_but_for(gains=30.0, costs=10.0, forgone=80.0)
    assert b * 20.0 - (1.0 - b) * 80.0 == pytest.approx(0.0)


def test_summary_nets_what_is_new_against_what_is_waived():
    fields = {"sales_tax_exempt_frac": 1.0, "fee_in_lieu_frac": 0.5, "public_capital_usd": 5e6, "but_for_frac": 1.0, "residents": 1000.0}
    books, it = _books(**fields), np.full(36, 100.0)
    spec = CountySpec(**fields)
    all_new, none_new = (public_summary(spec, books, it), public_summary(spec.model_copy(update={"but_for_frac": 0.0}), books, it))
    assert all_new["forgone_usd_per_mw"] == pytest.approx(all_new["forgone_usd_per_job"])
    assert all_new["net_usd"] == pytest.approx(all_new["gains_usd"] - all_new["costs_usd"])
    assert none_new["net_usd"] == pytest.approx(-books.waived_usd.sum())
    even = public_summary(spec.model_copy(update={"but_for_frac": float(all_new["break_even_but_for_frac"])}), books, it)
    assert even["net_usd"] == pytest.approx(0.0, abs=1.0)
    assert all_new["forgone_usd_per_resident"] == pytest.approx(books.waived_usd.sum() / 1000.0)
    covered = int(all_new["fees_cover_month"])
    assert np.cumsum(books.paid_usd)[covered] >= 5e6 > np.cumsum(books.paid_usd)[covered - 1]


def test_households_pay_what_is_not_recovered_when_the_customer_leaves():
    spec = CountySpec(households=100.0, utility_capital_usd=2.4e6, utility_recovery_years=10.0, exit_security_frac=0.25)
    cost = household_cost(spec, np.zeros(60))
    assert cost[11] == pytest.approx(2.4e4 * (1.0 - 0.1 - 0.25))
    bound = household_cost(spec, np.zeros(60), contract_years=3.0)
    assert np.all(bound[:36] == bound[35]) and bound[35] == cost[35] and bound[48] == cost[48]


def test_what_the_campus_brought_is_taken_off_public_works():
    spec = CountySpec(households=10.0, public_capital_usd=1e6)
    cost = household_cost(spec, np.full(24, 2e4))
    assert cost[0] == pytest.approx((1e6 - 2e4) / 10.0)
    assert np.all(np.diff(cost) < 0.0)


def test_a_line_through_the_campus_splits_its_taxes():
    parts = np.stack([_cost(np.full(24, 1000e6)), _cost(np.full(24, 500e6))])
    it = np.stack([np.full(24, 100.0), np.full(24, 50.0)])
    month = np.arange(24) % 12
    there = {"property_tax_frac": 0.03, "share_frac": 0.8, "extension_share_frac": 0.2}
    places = books_of_places(CountySpec(property_tax_frac=0.01, others={"there": there}), parts, it, month)
    here = county_books(CountySpec(property_tax_frac=0.01), _cost(np.full(24, 600e6)), np.full(24, 60.0), month)
    over = county_books(CountySpec(property_tax_frac=0.03), _cost(np.full(24, 900e6)), np.full(24, 90.0), month)
    assert np.allclose(places["county"].paid_usd, here.paid_usd)
    assert np.allclose(places["there"].paid_usd, over.paid_usd)
    one = books_of_places(CountySpec(property_tax_frac=0.01), parts, it, month)
    assert list(one) == ["county"] and one["county"].jobs[0] == pytest.approx(places["county"].jobs[0] + places["there"].jobs[0])


def test_more_than_the_whole_campus_cannot_stand_elsewhere():
    with pytest.raises(ValueError, match="share_frac"):
        CountySpec(others={"a": {"share_frac": 0.6}, "b": {"share_frac": 0.5}})


@pytest.mark.parametrize(("gone", "back", "on_the_roll"), [(8, 99, [40, 40, 10, 5]), (8, 11, [40, 40, 20, 10]), (12, 17, [40, 40, 0, 10])])
def test_what_leaves_the_roll_leaves_with_its_age_and_what_comes_back_is_not_new(gone, back, on_the_roll):
    month = np.array([10, 11, *list(range(12)) * 3])
    cost = np.where((np.arange(month.size) >= gone) & (np.arange(month.size) < back), 50.0 if back > 90 else 0.0, 100.0)
    assert assessed(cost, [0.6, 0.4, 0.2, 0.1], month)[[2, 10, 14, 26]].tolist() == on_the_roll


def test_no_roll_is_below_zero_or_above_what_stands():
    month, chance = np.array(list(range(12)) * 4), np.random.default_rng(3)
    change = chance.normal(0.0, 1.0, (40, 3, month.size)) * (chance.random((40, 3, month.size)) < 0.3)
    cost = np.maximum(np.cumsum(change, axis=-1), 0.0)
    value = assessed(cost, [0.9, 0.5, 0.1], month)
    january = np.repeat(np.arange(11, month.size, 12), 12)[: month.size - 12]
    assert (value >= -1e-12).all() and (value[..., 12:] <= 0.9 * cost[..., january] + 1e-9).all()
