"""Escape, valuation, outcomes, siblings: what the books are made to say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigacampus.company import stage
from gigacampus.company.analysis import goals, terminal_states
from gigacampus.company.analysis.metrics import (
    escape_terms,
    lasting_escape,
    lasting_positive,
    levered,
    local_escape,
    paid_growth,
    path_escape,
    runway,
)
from gigacampus.company.finance import contracts, escape
from gigacampus.company.financing import related_parties
from gigacampus.company.financing.related_parties import Flow
from gigacampus.company.valuation import price_implied
from gigacampus.validation import group_segment
from tests.company.synthetic import RICH, inputs, tables

SIZE = st.floats(0.05, 5.0)
SMALL = st.floats(0.0, 1.0)


@given(SIZE, SIZE, st.floats(0.02, 0.5), st.floats(-0.02, 0.3), st.floats(0.0, 3.0))
def test_escape_growth_solves_its_equation_and_moves_the_right_way(m, k, replacement, drift, lag):
    args = {"cash_margin": m, "capital_intensity": k, "replacement": replacement, "drift": drift, "lag_years": lag}
    g = float(escape.escape_growth(**args))
    assert escape.escape_residual(g=g, cash_margin=m, capital_intensity=k, a=replacement + drift, lag_years=lag) == pytest.approx(
        0.0, abs=1e-9 * (1 + m / k)
    )
    assert float(escape.escape_growth(**{**args, "cash_margin": 1.1 * m})) > g
    assert float(escape.escape_growth(**{**args, "capital_intensity": 1.1 * k})) < g
    assert float(escape.escape_growth(**{**args, "replacement": replacement + 0.05})) < g
    scaled = escape.escape_ratio(growth=0.3, **{**args, "cash_margin": 7 * m, "capital_intensity": 7 * k})
    assert float(scaled) == pytest.approx(float(escape.escape_ratio(growth=0.3, **args)))


def test_escape_growth_without_lag_is_the_limit():
    near = escape.escape_growth(cash_margin=0.6, capital_intensity=1.2, replacement=0.2, lag_years=1e-6)
    none = escape.escape_growth(cash_margin=0.6, capital_intensity=1.2, replacement=0.2, lag_years=0.0)
    assert float(none) == pytest.approx(0.3) and float(near) == pytest.approx(0.3, abs=1e-5)


def test_lambert_w_agrees_with_scipy():
    from scipy.special import lambertw

    x = np.concatenate([np.linspace(-0.3678, 1.0, 50), np.geomspace(1.0, 1e12, 50)])
    assert np.allclose(escape.lambert_w(x), lambertw(x).real, rtol=1e-9, atol=1e-7)


def test_break_even_ignores_a_fluke_month():
    series = np.full((40, 1), -1.0)
    series[10] = 100.0
    series[20:] = 1.0
    assert lasting_positive(series)[0] == 21.0
    assert np.isnan(lasting_positive(-np.ones((40, 1)))[0])


def test_runway_is_the_first_month_below_the_floor_or_in_arrears():
    cash = np.array([[10.0, 10.0], [5.0, 5.0], [1.0, 5.0], [0.0, 5.0]])
    owed = np.zeros((4, 2))
    owed[3, 1] = 1.0
    assert runway(cash, floor=2.0, arrears=owed, after=0).tolist() == [2.0, 3.0]


def test_path_escape_counts_only_capital_raised_before():
    cash = np.full((40, 1), 5.0)
    outside = np.zeros((40, 1))
    outside[10] = 4.0
    outside[20] = 4.0
    cash[11:] = 1.0
    assert path_escape(cash, outside, floor=0.0, after=2)[0] == 20.0


def test_path_escape_waits_for_covenants_to_hold():
    cash, outside, breach = np.full((40, 1), 5.0), np.zeros((40, 1)), np.zeros((40, 1))
    breach[15] = 1.0
    assert path_escape(cash, outside, floor=0.0, after=2)[0] == 3.0
    assert path_escape(cash, outside, floor=0.0, after=2, breach=breach)[0] == 16.0
    breach[39] = 1.0
    assert np.isnan(path_escape(cash, outside, floor=0.0, after=2, breach=breach)[0])


GIVEN = {"life_years": 5.0, "drift": 0.0, "lag_years": 0.0}


def balanced(g=0.2, m=0.6, months=60):
    """Terms of a company whose margin just pays for its growth."""
    revenue = np.exp(g * np.arange(months) / 12.0)[:, None]
    smooth = np.exp(-g / 12.0)
    trailing = revenue * (1 + smooth + smooth**2) / 3.0
    return escape_terms(revenue, m * revenue, m / (g + 1 / 5.0) * 12.0 * trailing)


def test_local_escape_of_a_company_in_balance_is_one():
    terms = balanced()
    assert local_escape(terms, **GIVEN)[40, 0] == pytest.approx(1.0, rel=1e-6)
    assert paid_growth(terms, **GIVEN)[40, 0] == pytest.approx(0.2, rel=1e-6)
    late = GIVEN | {"lag_years": 0.75}
    g = paid_growth(terms, **late)[40, 0]
    assert (g + 0.2) * np.exp(0.75 * g) == pytest.approx(0.4, rel=1e-9) and g < 0.2


@pytest.mark.parametrize(("growth", "margin", "sign"), [(-1.0, -0.5, -1), (-1.0, 0.5, 1), (0.5, -0.5, -1), (0.5, 0.5, 1)])
def test_a_company_that_shrinks_escapes_only_with_a_margin(growth, margin, sign):
    revenue = np.exp(growth * np.arange(40) / 12.0)[:, None]
    terms = escape_terms(revenue, margin * revenue, np.full((40, 1), 100.0))
    ratio = local_escape(terms, **GIVEN)
    assert (np.sign(ratio) == sign).all() and np.isfinite(ratio).all()
    assert np.isnan(lasting_escape(ratio, after=0)[0]) == (sign < 0 or growth > 0)
    assert np.isnan(paid_growth(terms, **GIVEN)).all() == (margin < 0)


def test_no_revenue_is_no_escape():
    none = np.zeros((20, 1))
    terms = escape_terms(none, none - 1.0, none + 5.0)
    assert (local_escape(terms, **GIVEN) == 0.0).all() and np.isnan(paid_growth(terms, **GIVEN)).all()


def test_debt_that_grows_faster_than_it_costs_helps_and_dear_debt_hurts():
    terms, capital = balanced(), np.full((60, 1), 100.0)
    at = [
        local_escape(levered(terms, debt=0.5 * capital, interest=capital * rate / 24.0, capital=capital), **GIVEN)[40, 0]
        for rate in (0.1, 0.2, 0.3)
    ]
    assert at[0] == pytest.approx(1.0 + 0.5 * 1.5 * (0.2 - 0.1) / 0.6, rel=1e-6)
    assert at[0] > at[1] > at[2] and at[1] == pytest.approx(1.0, rel=1e-6)
    none = levered(terms, debt=0.0 * capital, interest=0.0 * capital, capital=capital)
    assert local_escape(none, **GIVEN)[40, 0] == pytest.approx(1.0, rel=1e-6)


def test_local_escape_lasts_a_year_and_begins_after_today():
    ratio = np.array([[1.2]] * 5 + [[0.9]] + [[1.0]] * 20)
    assert lasting_escape(ratio, after=0)[0] == 6.0 and lasting_escape(ratio, after=9)[0] == 10.0
    assert np.isnan(lasting_escape(ratio[:15], after=0)[0])


@pytest.mark.parametrize("growth", [0.0, 0.03, 0.05])
def test_a_company_that_grows_evenly_is_worth_the_same_however_long_one_looks(growth):
    short, long = (
        float(price_implied.enterprise_value(price_implied.Path(1.0, growth, years, 0.5, 0.5, 1.0, 5.0, 0.2, 0.1, growth)))
        for years in (3, 80)
    )
    assert short == pytest.approx(long, rel=1e-9)


def test_reverse_dcf_gives_the_price_back():
    path = price_implied.Path(0.5e9, 0.0, 15, 0.4, -1.0, 1.0, 5.0, 0.25, 0.12, 0.03)
    g = price_implied.implied_growth(path, value_usd=230e9)
    again = price_implied.enterprise_value(price_implied.Path(**{**path.__dict__, "growth": g}))
    assert again == pytest.approx(230e9, rel=1e-6)
    assert price_implied.implied_growth(path, value_usd=500e9) > g
    assert np.isnan(price_implied.implied_growth(path, value_usd=1e30))


def test_parts_sum_to_the_price():
    parts = price_implied.sum_of_parts(platform_usd=33e9, fleet_usd=20e9, cash_usd=22e9, debt_usd=12e9, equity_value_usd=230e9)
    assert sum(parts.values()) == pytest.approx(230e9)


def _futures(n=5, months=24):
    return {
        "arrears_usd": np.zeros((n, months)),
        "revenue_usd": np.ones((n, months)),
        "founder_share_frac": np.ones((n, months)),
        "free_cash_flow_usd": np.ones((n, months)),
        "interest_income_usd": np.zeros((n, months)),
    }


def test_each_class_can_be_reached_and_shares_sum_to_one():
    series, escape_month, rent = _futures(), np.array([3.0, np.nan, np.nan, np.nan, 3.0]), np.zeros((5, 24))
    rent[2] = 0.9
    series["founder_share_frac"][3] = 0.4
    series["arrears_usd"][4, 5:12] = 1.0
    found = terminal_states.classify(series, escape_month, rent)
    assert [terminal_states.CLASSES[i] for i in found] == ["escape", "coast", "rented_out", "sold", "dead"]
    assert sum(terminal_states.shares(found).values()) == pytest.approx(1.0)


def test_a_path_that_drains_its_pile_coasts():
    """Cash that lasts to the horizon needs no outside capital, but pays for nothing."""
    series = _futures(2) | {"free_cash_flow_usd": np.array([[1.0] * 24, [-1.0] * 24])}
    found = terminal_states.classify(series, np.array([3.0, 3.0]), None)
    assert [terminal_states.CLASSES[i] for i in found] == ["escape", "coast"]


def test_a_firm_that_only_drains_old_cash_never_counts_as_escaped():
    """A pile of cash that outlasts the horizon is outlasting; the same pile in a firm that earns is path escape."""
    draining = stage.run(*_rich(opening_cash_usd=1e12))
    assert np.all(draining["free_cash_flow_usd"][:, -12:].sum(axis=1) < 0.0)
    assert np.isnan(draining["escape_month"]).all() and np.isfinite(draining["outlasting_month"]).all()
    assert [terminal_states.CLASSES[int(i)] for i in draining["outcome_class"]] == ["coast"] * 4
    assert np.isnan(draining["local_escape_month"]).all()
    earning = stage.run(*_rich(opening_cash_usd=1e12, revenue={"government_usd_per_year": 50e9}))
    assert np.isfinite(earning["escape_month"]).all() and np.isnan(earning["outlasting_month"]).all()


def test_a_goal_of_escape_is_not_met_by_draining():
    months = 30
    flat = {"cash_usd": np.full((months, 2), 1e9), "arrears_usd": np.zeros((months, 2)), "outside_capital_usd": np.zeros((months, 2))}
    earned = {"free_cash_flow_usd": np.array([[1e6, -1e6, 1e6]] * months), "interest_income_usd": np.array([[0.0, 0.0, 2e6]] * months)}
    flat = {name: values[:, [0, 0, 0]] for name, values in flat.items()}
    series = {**flat, **earned, "cash_floor_usd": np.zeros(3)}
    assert (goals.escape_margin(20, after=2)(series) >= 0.0).tolist() == [True, False, False]


def test_a_firm_that_lives_on_the_interest_of_old_cash_has_not_escaped():
    """So much cash that its interest pays for all: free cash is positive, and no escape is counted."""
    idle = stage.run(*_rich(yield_frac=0.04, opening_cash_usd=1e13))
    year = slice(-12, None)
    assert np.all(idle["free_cash_flow_usd"][:, year].sum(axis=1) > 0.0)
    assert np.all(idle["interest_income_usd"][:, year].sum(axis=1) > idle["free_cash_flow_usd"][:, year].sum(axis=1))
    assert np.isnan(idle["escape_month"]).all() and np.isfinite(idle["outlasting_month"]).all()
    assert [terminal_states.CLASSES[int(i)] for i in idle["outcome_class"]] == ["coast"] * 4


def _rich(yield_frac=0.0, **company):
    given = inputs(
        {**RICH, "rounds": {}, "raise_policy": {"success_frac": 0.0}, "vehicle": {}, **company}, market={"treasury_yield_frac": yield_frac}
    )
    return given, tables(), np.arange(4) % 2, {}


def test_two_equal_siblings_that_swap_money_are_fully_circular_and_net_to_zero():
    day = date(2025, 3, 1)
    swap = [Flow(day, "a", "b", "equity", 5.0), Flow(day, "b", "a", "goods", 5.0)]
    assert related_parties.circularity(swap, company="b") == 1.0
    _, m = related_parties.matrix(swap)
    assert np.allclose(m.sum(axis=0) - m.sum(axis=1), 0.0)


def test_money_older_than_a_year_is_not_circular():
    flows = [Flow(date(2023, 1, 1), "s", "c", "equity", 5.0), Flow(date(2025, 1, 1), "c", "s", "goods", 5.0)]
    assert related_parties.circularity(flows, company="c") == 0.0


def test_supplier_that_invests_through_a_vehicle_is_seen_through_its_group():
    flows = [Flow(date(2025, 11, 1), "nvidia", "vehicle", "equity", 0.7), Flow(date(2025, 11, 15), "vehicle", "nvidia", "goods", 5.4)]
    assert related_parties.circularity(flows, company="xai") == 0.0
    seen = related_parties.circularity(flows, company="xai", affiliates={"vehicle": "xai", "xai": "xai"})
    assert seen == pytest.approx(0.7 / 5.4)


@given(st.floats(1.0, 500.0), st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_exit_payouts_sum_to_the_value_and_never_pay_less_than_nothing(value, one, two):
    paid = contracts.exit_payouts(value, preferred=[(one + 1e-3, 0.2), (two + 1e-3, 0.1)], common_frac=0.7)
    assert sum(paid) == pytest.approx(value)
    assert min(paid) >= -1e-9


def test_shares_conserve_through_rounds():
    shares, owner, price = 1e9, 0.5e9, None
    for pre, raised in ((45e9, 5e9), (113e9, 5e9), (210e9, 20e9)):
        r = contracts.priced_round(pre_shares=shares, pre_money=pre, raised=raised)
        assert r.price_usd * (shares + r.new_shares) == pytest.approx(pre + raised)
        shares += r.new_shares
        price = r.price_usd
    assert owner / shares == pytest.approx(0.5 * 45 / 50 * 113 / 118 * 210 / 230)
    assert price is not None


def test_later_figures_are_scored_on_the_months_of_their_period():
    labels = [f"2026-{m:02d}" for m in range(1, 7)]
    series = {"group_capex_usd": np.array([[1.0, 2.0, 3.0]] * 3 + [[10.0, 20.0, 30.0]] * 3) * 1e6}
    rows = [
        {"period": "2026Q1", "metric": "capex", "value": "6"},
        {"period": "2026Q2", "metric": "capex", "value": "500"},
        {"period": "2026Q1", "metric": "unknown", "value": "1"},
    ]
    first, second = group_segment.score(series, labels, rows)
    assert first.median == 6.0 and first.inside and not second.inside
