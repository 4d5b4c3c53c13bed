"""Contracts, claims on shares, debt, taxes and rank dependence: unlike numbers worked out by hand, limits on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.finance import bonds, contracts, copulas, covenants, cover, equity, leases, pools, tax_rules, tenancies, worth
from gigacampus.company.finance.chance import poisson, uniform


def near(*wanted):
    return pytest.approx(list(wanted))


@pytest.mark.parametrize(
    ("term", "life", "rents", "option", "finance"),
    [
        (4.5, 6.0, 10.0, False, True),
        (4.4, 6.0, 89.9, False, False),
        (4.4, 6.0, 90.0, False, True),
        (1.0, 6.0, 10.0, True, True),
        (4.6, 6.0, 10.0, False, True),
    ],
)
def test_a_lease_is_a_finance_lease_from_three_quarters_of_life_or_nine_tenths_of_value(term, life, rents, option, finance):
    told = {"term_years": term, "life_years": life, "pv_of_payments": rents, "fair_value": 100.0}
    assert contracts.is_finance_lease(**told, option_reasonably_certain=option) is finance
    if not option:
        assert float(leases.finance_lease(12.0 * term, 12.0 * life, rents, 100.0)) == float(finance)


def test_rents_over_time_and_a_month_of_an_operating_lease():
    rents = leases.present_value_of_rents(rent=100.0, monthly_rate=np.array([0.0, 0.02]), months=3.0)
    assert rents.tolist() == near(300.0, 100 / 1.02 + 100 / 1.02**2 + 100 / 1.02**3)
    assert leases.operating_lease_month(liability=900.0, rent=30.0, monthly_rate=0.05) == (30.0, 0.0)


def test_holders_of_preferred_stock_turn_common_from_the_cheapest_preference_a_share():
    """The cheaper a share stays common at 180 x 0.4 / 0.95; alone the other would have made both turn common."""
    both = [(40.0, 0.4), (10.0, 0.05)]
    assert contracts.exit_payouts(190.0, preferred=both, common_frac=0.55) == near(180 * 0.4 / 0.95, 10.0, 180 * 0.55 / 0.95)
    assert contracts.exit_payouts(0.3, preferred=[(0.5, 0.2)], common_frac=0.8) == near(0.3, 0.0)
    assert contracts.exit_payouts(30.0, preferred=both, common_frac=0.55) == near(24.0, 6.0, 0.0)
    assert contracts.exit_payouts(400.0, preferred=both, common_frac=0.55) == near(160.0, 20.0, 220.0)


@pytest.mark.parametrize(
    ("value", "cap", "paid"),
    [
        (100.0, 0.0, (37.5, 20.5, 42.0)),
        (100.0, 1.5, (30.0, 15.0, 55.0)),
        (60.0, 1.5, (27.5, 14.5, 18.0)),
        (64.0, 1.5, (20.0 + 29.0 * 0.25 / 0.85, 15.0, 29.0 * 0.6 / 0.85)),
        (15.0, 1.5, (10.0, 5.0, 0.0)),
        (200.0, 1.5, (50.0, 30.0, 120.0)),
    ],
)
def test_preferences_and_a_share_in_the_rest_up_to_a_cap(value, cap, paid):
    assert equity.participating_payouts(value, preferred=[(20.0, 0.25), (10.0, 0.15)], common_frac=0.6, cap=cap) == near(*paid)


def test_a_holder_gives_its_preference_up_only_for_what_the_others_preferences_leave():
    """Of 15, two are held at 1.5 times 1: a fifth of all would be 3, but of what the third's 10 leaves it is less.

    Of 30 both convert, and 20 are left to share.
    """
    holders = [(1.0, 0.2), (1.0, 0.2), (10.0, 0.2)]
    assert equity.participating_payouts(15.0, preferred=holders, common_frac=0.4, cap=1.5) == near(1.5, 1.5, 10.0 + 2.0 / 3.0, 4.0 / 3.0)
    assert equity.participating_payouts(30.0, preferred=holders, common_frac=0.4, cap=1.5) == near(4.0, 4.0, 14.0, 8.0)


def test_claims_on_shares():
    assert equity.participating_payouts(0.3, preferred=[(0.5, 0.2)], common_frac=0.8) == near(0.3, 0.0)
    assert equity.participating_payouts(40.0, preferred=[(0.0, 0.25)], common_frac=0.75) == near(10.0, 30.0)
    price = {"round_price": 2.0, "discount": 0.2}
    assert [equity.conversion_price(**price, cap=c, shares=4.0) for c in (0.0, 5.0, 8.0)] == near(1.6, 1.25, 1.6)
    assert equity.conversion_price(**price, cap=5.0, shares=0.0) == 1.6
    assert equity.note_shares(principal=1000.0, rate=0.05, years=3.0, **price, cap=5.0, shares=4.0) == pytest.approx(920.0)
    assert equity.treasury_shares(options=90.0, strike=12.0, price=10.0) == 0.0
    diluted = equity.weighted_average_price(old_price=3.0, outstanding=10.0, raised=6.0, new_price=2.0)
    assert diluted == pytest.approx(3.0 * (10.0 + 2.0) / (10.0 + 3.0))


def test_debt_and_worth_from_unlike_years():
    assert cover.debt_capacity(cash_available=[130.0, 65.0], dscr=1.3, rate=0.08) == pytest.approx(100 / 1.08 + 50 / 1.08**2)
    flows = {"cf": [10.0, 20.0], "wacc": 0.25, "exit_value": 50.0}
    assert worth.dcf(**flows) == pytest.approx(8.0 + 12.8 + 32.0)
    assert worth.dcf(**flows, mid_year=True) == pytest.approx((8.0 + 12.8) * 1.25**0.5 + 32.0)
    assert worth.dcf(**flows, g=0.05) == pytest.approx(8.0 + 12.8 + (50.0 + 21.0 / 0.2) / 1.5625)
    assert [worth.gordon(fcf1=6.0, wacc=0.1, g=g) for g in (0.04, 0.1, 0.2)] == near(100.0, np.inf, np.inf)
    assert worth.growth_of(first=100.0, last=800.0, years=3.0) == pytest.approx(1.0)
    rates = {"equity": 30.0, "debt": 70.0, "cost_of_equity": 0.2, "cost_of_debt": 0.1}
    assert worth.wacc(**rates, tax=0.4) == pytest.approx(0.06 + 0.042)


def test_duration_and_amortisation_of_a_bond_of_half_years():
    values = [3.0 / 1.04, 3.0 / 1.04**2, 103.0 / 1.04**3]
    years = (0.5 * values[0] + 1.0 * values[1] + 1.5 * values[2]) / sum(values)
    told = {"coupon": 0.06, "yield_": 0.08, "n": 3}
    assert bonds.bond_price(**told) == pytest.approx(sum(values))
    assert bonds.macaulay_duration(**told) == pytest.approx(years) and bonds.modified_duration(**told) == pytest.approx(years / 1.04)
    assert bonds.bond_yield(coupon=0.06, price=sum(values), n=3) == pytest.approx(0.08)
    issued = {"face": 100.0, "price": sum(values), "payment": 3.0, "n": 3}
    first = sum(values) * 0.04 - 3.0
    assert [bonds.discount_amortised(**issued, per=k) for k in (1, 2)] == near(first, first * 1.04)


def test_taxes_at_their_floors():
    assert tax_rules.nol_path([50.0, -20.0, 40.0], opening_nol=10.0, limit_frac=0.5) == ([10.0, 0.0, 20.0], [0.0, 20.0, 0.0])
    assert tax_rules.tax_path([50.0, -20.0, 40.0], opening_nol=10.0, limit_frac=0.5, rate=0.2) == near(8.0, 0.0, 4.0)
    assert tax_rules.interest_allowed(interest=50.0, ati_ebitda=-10.0, interest_income=5.0) == 5.0
    assert tax_rules.interest_allowed(interest=50.0, ati_ebitda=100.0, interest_income=5.0, carryforward=20.0, share=0.5) == 55.0
    allowed, left = tax_rules.interest_path([50.0, 10.0], ati_ebitda=[100.0, 200.0], interest_income=5.0, carryforward=7.0, share=0.2)
    assert (allowed, left) == (near(25.0, 42.0), near(32.0, 0.0))
    assert [tax_rules.minimum_tax(book_income=2000.0, regular_tax=x) for x in (250.0, 400.0)] == [50.0, 0.0]
    assert tax_rules.combined_rate(federal=0.21, state=0.1) == pytest.approx(0.289)
    assert tax_rules.property_tax(appraised=700.0, ratio=0.4, rate_per_100=5.0) == pytest.approx(14.0)


def test_room_under_each_covenant_that_is_stated():
    free = {"dscr": 1.5, "dscr_min": 0.0, "ltv": 0.4, "ltv_max": 0.0, "cash": 5.0, "cash_min": 0.0}
    for changed, room in (
        ({"dscr_min": 1.2}, 0.25),
        ({"dscr_min": 0.8, "dscr": 1.0}, 0.25),
        ({"ltv_max": 0.5}, 0.2),
        ({"ltv_max": 1.6}, 0.75),
        ({"cash_min": 4.0}, 0.25),
        ({"cash_min": 0.5, "cash": 0.8}, 0.6),
        ({"cash_min": 4.0, "ltv_max": 0.5, "dscr_min": 1.2}, 0.2),
        ({"cash_min": 4.9, "ltv_max": 0.5, "dscr_min": 1.2}, 5.0 / 4.9 - 1.0),
    ):
        assert float(covenants.headroom(**{**free, **changed})) == pytest.approx(room)
    assert np.isnan(covenants.headroom(**free))


def test_a_cure_is_paid_after_the_tests_that_may_fail_within_its_share_and_number():
    told = {"failing": 2.0, "sweep_tests": 1.0, "due": 25.0, "cures_left": 1.0, "paid_in": 50.0, "share_max": 0.5}
    for changed, paid in (
        ({}, 25.0),
        ({"due": 25.1}, 0.0),
        ({"failing": 1.0}, 0.0),
        ({"cures_left": 0.0}, 0.0),
        ({"cures_left": 0.5}, 25.0),
    ):
        assert float(covenants.equity_cure(**{**told, **changed})) == paid
    owed = {"net_rent": 90.0, "service": 80.0, "loan": 100.0, "value": 110.0}
    for limits, due in (
        ((1.25, 0.8), 12.0),
        ((1.5, 0.8), 30.0),
        ((0.5, 0.0), 0.0),
        ((0.0, 0.5), 45.0),
        ((2.5, 0.8), 100.0),
        ((0.0, 0.0), 0.0),
    ):
        assert float(covenants.cure_amount(**owed, dscr_min=limits[0], ltv_max=limits[1])) == pytest.approx(due)


def test_records_of_forecasters():
    assert pools.log_pool({"a": (1.0, 0.5), "b": (4.0, 1.0)}) == near(1.6, np.sqrt(0.4))
    assert pools.spread(0.3, [0.1, -0.2]) == near(np.sqrt((0.18 + 0.05) / 4.0), 4.0)
    assert pools.members(1.0, 0.1, 1.0, count=2).tolist() == near(0.9, 1.1)  # a t of one degree has its quartiles at 1
    assert pools.members(0.0, 1.0, 1.0).size == 2000


def test_how_long_leases_run():
    luck = np.array([0.2, 0.7, 0.93])
    wait = -np.log(uniform(luck, "leaves", 0)) * 12.0
    assert tenancies.months_until(luck, "leaves", rate_per_year=2.5).tolist() == np.maximum(np.ceil(wait / 2.5), 1.0).tolist()
    assert tenancies.months_until(luck, "leaves", rate_per_year=1e9).tolist() == [1.0] * 3
    assert tenancies.months_until(luck, "leaves", rate_per_year=0.0).tolist() == [1e6] * 3
    assert tenancies.months_until(luck, "leaves", rate_per_year=1e-9).tolist() == [1e6] * 3
    times = np.floor(np.log(uniform(luck, "x renews", 0)) / np.log(0.8))
    assert tenancies.lease_months(luck, "x", term_months=9.0, renewal_frac=0.8).tolist() == (9.0 * (1.0 + times)).tolist()
    assert tenancies.lease_months(luck, "x", term_months=9.0, renewal_frac=0.0).tolist() == [9.0] * 3
    assert tenancies.lease_months(luck, "x", term_months=9.0, renewal_frac=1.0).tolist() == [1e6] * 3


def test_counts_up_to_the_most():
    assert poisson(1.0, np.exp(-1.0)) == 0.0  # at the share of no event there is none
    assert poisson(1.0, np.nextafter(np.exp(-1.0), 1.0)) == 1.0
    assert poisson(3.0, 0.999999, most=2) == 2.0


def test_rank_dependence_of_copulas_in_closed_form():
    """By quadrature of their definitions with other numbers than the worked ones."""
    assert copulas.kendall_of_clayton_copula(3.0) == pytest.approx(0.6) and copulas.kendall_of_gumbel_copula(4.0) == 0.75
    assert copulas.lower_tail_of_clayton_copula(0.5) == 0.25 and copulas.upper_tail_of_gumbel_copula(0.5) == -2.0
    assert copulas.rho_of_spearman(copulas.spearman_of_gaussian_copula(0.7)) == pytest.approx(0.7)
    assert copulas.rho_of_kendall(copulas.kendall_of_gaussian_copula(-0.4)) == pytest.approx(-0.4)
    theta = 3.0
    t = (np.arange(200_000) + 0.5) / 200_000 * theta
    debye = (t / np.expm1(t)).mean()
    assert copulas.kendall_of_frank_copula(theta) == pytest.approx(1.0 - 4.0 / theta * (1.0 - debye), abs=1e-9)
    assert copulas.tail_dependence_of_t_copula(0.5, 1.0) == pytest.approx(1.0 - np.sqrt(2 / 3) / np.sqrt(2 / 3 + 2.0))
    w = 3.0 / np.random.default_rng(1).chisquare(3.0, (3, 200_000))  # a pair of t and two others, each with its own scale
    pairs = np.arcsin(0.6 * np.sqrt(w[0] / (w[0] + w[1]) * w[0] / (w[0] + w[2])))
    assert copulas.spearman_of_t_copula(0.6, 3.0) == pytest.approx(6.0 / np.pi * pairs.mean(), abs=1.5e-3)


def test_rounds_and_pools_of_unlike_size():
    found = contracts.priced_round(pre_shares=8.0, pre_money=40.0, raised=10.0)
    assert (found.price_usd, found.new_shares, found.investor_frac) == (5.0, 2.0, 0.2)
    assert contracts.shares_with_pool(pre_money=30.0, raised=10.0, pool_post_frac=0.05) == pytest.approx(
        {"investor": 0.25, "pool": 0.05, "existing": 0.7}
    )
