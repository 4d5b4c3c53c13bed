"""Time value, depreciation and scores against loans and books that are walked month by month, and scores that are integrated."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom, norm

from gigacampus.company.finance import depreciation, scores, time_value


def walked(rate, n, pv, payment, advance):
    """What is owed after each period, the payment at its beginning or its end; interest of each period."""
    owed, balance, interest = [pv], pv, []
    for _ in range(n):
        grown = (balance + payment if advance else balance) * rate
        interest.append(grown)
        balance = balance + grown + payment
        owed.append(balance)
    return np.array(owed), np.array(interest)


@pytest.mark.parametrize("advance", [False, True])
@pytest.mark.parametrize(("rate", "fv"), [(0.07, 0.0), (0.02, -300.0), (0.3, 120.0)])
def test_a_level_payment_leaves_what_is_wanted_at_the_end(rate, fv, advance):
    n, pv = 9, 1000.0
    told = {"advance": advance}
    payment = time_value.pmt(rate, n, pv=pv, fv=fv, **told)
    owed, interest = walked(rate, n, pv, payment, advance)
    assert owed[-1] == pytest.approx(-fv, abs=1e-8)
    assert time_value.future(rate, n, payment=payment, pv=pv, **told) == pytest.approx(fv, abs=1e-8)
    assert time_value.present(rate, n, payment=payment, fv=fv, **told) == pytest.approx(pv)
    assert time_value.nper(rate, payment=payment, pv=pv, fv=fv, **told) == pytest.approx(n)
    assert time_value.rate_of(n, payment=payment, pv=pv, fv=fv, **told) == pytest.approx(rate)
    if not advance:
        for k in (0, 1, 4, 8):
            assert time_value.balance_after(rate, n, pv=pv, k=k, fv=fv) == pytest.approx(owed[k])
        for per in (1, 5, 9):
            assert time_value.ipmt(rate, per, n, pv=pv, fv=fv) == pytest.approx(-interest[per - 1])
            assert time_value.ppmt(rate, per, n, pv=pv, fv=fv) == pytest.approx(payment + interest[per - 1])
    else:
        assert time_value.ipmt(rate, 1, n, pv=pv, fv=fv, advance=True) == 0.0
        for per in (2, 6):
            assert time_value.ipmt(rate, per, n, pv=pv, fv=fv, advance=True) == pytest.approx(-interest[per - 2])


def test_a_loan_without_interest_and_sums_of_its_parts():
    assert time_value.annuity_factor(0.0, 8.0) == 8.0 and time_value.pmt(0.0, 8, pv=40.0, fv=-8.0) == -4.0
    assert time_value.future(0.0, 4, payment=2.0, pv=3.0) == -11.0
    _, interest = walked(0.05, 6, 100.0, time_value.pmt(0.05, 6, pv=100.0), False)
    assert time_value.total_interest(0.05, 6, pv=100.0) == pytest.approx(interest.sum())
    assert time_value.cumulative(time_value.ipmt, 0.05, 6, pv=100.0, start=2, end=4) == pytest.approx(-interest[1:4].sum())
    assert time_value.effective_rate(0.12, 4.0) == pytest.approx(1.03**4 - 1.0)
    assert time_value.nominal_rate(1.03**4 - 1.0, 4.0) == pytest.approx(0.12)


def test_flows_at_a_rate():
    flows = [-100.0, 30.0, 50.0, 60.0]
    value = -100 + 30 / 1.1 + 50 / 1.21 + 60 / 1.331
    assert time_value.npv_t0(0.1, flows) == pytest.approx(value)
    assert time_value.equivalent_annuity(0.1, flows) == pytest.approx(value / sum(1.1**-k for k in (1, 2, 3)))
    grown = sum(10.0 * 1.04 ** (k - 1) / 1.1**k for k in range(1, 8))
    assert time_value.growing_annuity(payment=10.0, rate=0.1, g=0.04, n=7) == pytest.approx(grown)
    assert time_value.growing_annuity(payment=10.0, rate=0.1, g=0.1, n=7) == pytest.approx(70.0 / 1.1)
    assert time_value.payback(flows) == pytest.approx(2.0 + 20.0 / 60.0)
    assert time_value.payback(flows, 0.1) == pytest.approx(2.0 + (100 - 30 / 1.1 - 50 / 1.21) / (60 / 1.331))
    assert (
        time_value.payback([-100.0, 40.0]) == np.inf
        and time_value.payback([-100.0, 100.0]) == 1.0
        and time_value.payback([5.0, 1.0]) == 0.0
    )
    days = [date(2026, 1, 1), date(2026, 7, 2), date(2027, 12, 31)]
    dated = -100 + 30 / 1.1 ** (182 / 365) + 90 / 1.1 ** (729 / 365)
    assert time_value.xnpv(0.1, days, [-100.0, 30.0, 90.0]) == pytest.approx(dated)
    assert time_value.xnpv(time_value.xirr(days, [-100.0, 30.0, 90.0]), days, [-100.0, 30.0, 90.0]) == pytest.approx(0.0, abs=1e-6)
    assert time_value.npv_t0(time_value.irr(flows), flows) == pytest.approx(0.0, abs=1e-6)
    ends = (30 * 1.12**2 + 60) / (100 + 20 / 1.1**2)
    assert time_value.mirr([-100.0, 30.0, -20.0, 60.0], finance_rate=0.1, reinvest_rate=0.12) == pytest.approx(ends ** (1 / 3) - 1)


def test_how_long_cash_lasts_and_what_machines_cost_a_year():
    assert time_value.runway_months(cash=50.0, burn=10.0) == 5.0
    months = time_value.runway_months(cash=50.0, burn=10.0, growth=0.1)
    assert sum(10.0 * 1.1**k for k in range(4)) < 50.0 < sum(10.0 * 1.1**k for k in range(5)) and 4.0 < months < 5.0
    assert 10.0 * (1.1**months - 1.0) / 0.1 == pytest.approx(50.0)
    assert time_value.runway_months(cash=200.0, burn=10.0, growth=-0.1) == np.inf
    assert 60.0 * 0.5 * (
        1.0 + time_value.required_quarterly_growth(revenue=60.0, gross_margin=0.5, fixed_cost=45.0, quarters=3)
    ) ** 3 == pytest.approx(45.0)
    cost = time_value.annualised_cost(it=100.0, facility=60.0, r=0.08, life_it=4, life_facility=15, opex=7.0)
    assert cost == pytest.approx(-time_value.pmt(0.08, 4, pv=100.0) - time_value.pmt(0.08, 15, pv=60.0) + 7.0)


def test_books_of_a_machine_by_each_rule_of_depreciation():
    told = {"cost": 1000.0, "salvage": 100.0, "life": 5.0}
    assert depreciation.straight_line(**told) == 180.0
    assert [depreciation.syd(**told, per=k) for k in range(1, 6)] == pytest.approx([300.0, 240.0, 180.0, 120.0, 60.0])
    assert [depreciation.ddb(**told, per=k) for k in range(1, 7)] == pytest.approx([400.0, 240.0, 144.0, 86.4, 29.6, 0.0])
    assert [depreciation.ddb(**told, per=k, factor=1.5) for k in (1, 2)] == pytest.approx([300.0, 210.0])
    # From the third year on what is left over the years that are left is more: 260 / 3 < 144, 116 / 2 < 86.4, then 29.6.
    assert [depreciation.declining_with_switch(**told, per=k) for k in range(1, 7)] == pytest.approx([400.0, 240.0, 144.0, 86.4, 29.6, 0.0])
    switched = [depreciation.declining_with_switch(cost=1000.0, life=5.0, per=k) for k in range(1, 7)]
    assert switched == pytest.approx([400.0, 240.0, 144.0, 108.0, 108.0, 0.0])
    parts = depreciation.variable_declining(cost=1000.0, life=5.0, start=0.25, end=2.5)
    assert parts == pytest.approx(0.75 * 400 + 240 + 0.5 * 144)
    assert depreciation.variable_declining(**told, start=1.0, end=2.0) == pytest.approx(240.0)
    rate = round(1.0 - 0.1**0.2, 3)
    first = 1000.0 * rate * 7 / 12
    second = (1000.0 - first) * rate
    assert [depreciation.fixed_declining(**told, per=k, month=7) for k in (1, 2)] == pytest.approx([first, second])
    book = 1000.0 - sum(depreciation.fixed_declining(**told, per=k, month=7) for k in range(1, 6))
    assert depreciation.fixed_declining(**told, per=6, month=7) == pytest.approx(book * rate * 5 / 12)
    assert depreciation.units_of_production(cost=1000.0, salvage=100.0, total_units=300.0, units=20.0) == 60.0


PRINTED = {
    (3, "HY"): (33.33, 44.45, 14.81, 7.41),
    (5, "HY"): (20.0, 32.0, 19.2, 11.52, 11.52, 5.76),
    (7, "HY"): (14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46),
    (15, "HY"): (5.0, 9.5, 8.55, 7.7, 6.93, 6.23, 5.9, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 2.95),
    (5, "MQ1"): (35.0, 26.0, 15.6, 11.01, 11.01, 1.38),
    (5, "MQ4"): (5.0, 38.0, 22.8, 13.68, 10.94, 9.58),
}
"""Percentages of the tables that the tax office prints."""


@pytest.mark.parametrize("key", PRINTED, ids=str)
def test_the_arithmetic_gives_the_printed_table(key):
    assert depreciation.macrs_by_rule(*key) == pytest.approx(np.array(PRINTED[key]) / 100.0, abs=1e-9)
    assert depreciation.macrs_table(*key) == pytest.approx(np.array(PRINTED[key]) / 100.0, abs=1e-9)


def test_tax_books_of_buildings_and_a_bonus():
    for month, first in ((1, 2.461), (7, 1.177), (12, 0.107)):
        table = depreciation.nonresidential(month=month)
        assert table[0] == pytest.approx(first / 100.0, abs=1.1e-5) and table[1:39] == (0.02564,) * 38 and len(table) == 40
        assert sum(table) == pytest.approx(1.0)
    assert depreciation.macrs(basis=1000.0, klass=5, bonus=0.4)[:2] == pytest.approx([400.0 + 120.0, 192.0])
    assert depreciation.macrs(basis=1000.0, klass=39, month=7)[0] == pytest.approx(11.77, abs=0.01)
    for convention in ("XX", "MQ9"):
        with pytest.raises((ValueError, KeyError)):
            depreciation.macrs_by_rule(6, convention)


def integrated(cdf, y, span=30.0, points=20_001):
    """The score from its definition: squared distance of the forecast's distribution and the step at what came."""
    below, above = np.linspace(-span, y, points), np.linspace(y, span, points)
    return float(np.trapezoid(cdf(below) ** 2, below) + np.trapezoid((1.0 - cdf(above)) ** 2, above))


@pytest.mark.parametrize("y", [-1.3, 0.4, 2.0, 5.5])
def test_scores_are_those_of_their_definition(y):
    assert scores.crps_normal(mu=1.1, sigma=0.8, y=y) == pytest.approx(integrated(lambda x: norm.cdf((x - 1.1) / 0.8), y), abs=2e-4)
    assert scores.crps_uniform(low=0.5, high=3.0, y=y) == pytest.approx(integrated(lambda x: np.clip((x - 0.5) / 2.5, 0, 1), y), abs=2e-4)
    assert scores.crps_exponential(rate=0.7, y=y) == pytest.approx(integrated(lambda x: 1 - np.exp(-0.7 * np.maximum(x, 0)), y), abs=2e-4)
    lognormal = integrated(lambda x: norm.cdf((np.log(np.maximum(x, 1e-300)) - 0.3) / 0.6), y)
    assert scores.crps_lognormal(mu=0.3, sigma=0.6, y=y) == pytest.approx(lognormal, abs=2e-4)
    members = np.array([0.2, 3.0, -1.0, 2.0])
    steps = integrated(lambda x: (x[:, None] >= members).mean(axis=1), y)
    assert scores.crps_ensemble(members, y) == pytest.approx(steps, abs=3e-3)
    apart = np.abs(members[:, None] - members).sum()
    fair = np.abs(members - y).mean() - 0.5 * apart / 12.0
    assert scores.crps_ensemble(members, y, fair=True) == pytest.approx(fair) and scores.crps_ensemble([2.0], y, fair=True) == abs(2.0 - y)
    assert scores.log_score_normal(mu=1.1, sigma=0.8, y=y) == pytest.approx(-norm.logpdf(y, 1.1, 0.8))
    assert scores.pit_normal(mu=1.1, sigma=0.8, y=y) == pytest.approx(norm.cdf(y, 1.1, 0.8))


def test_simple_scores_and_bands():
    for y, score in ((0.0, 2.0 + 10.0), (1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (3.5, 7.0)):
        assert scores.interval_score(1.0, 3.0, y) == pytest.approx(score)
    for y, score in ((1.0, 0.6), (4.0, 0.0), (9.0, 2.0)):
        assert scores.quantile_score(forecast=4.0, y=y, q=0.4 if y > 4 else 0.8) == pytest.approx(score)
    assert scores.brier_score(0.7, 0) == pytest.approx(0.49) and scores.pit_ensemble([1.0, 2.0, 2.0, 5.0], 2.0) == 0.5
    assert scores.pit_ensemble([1.0, 2.0, 2.0, 5.0], 1.5) == 0.25
    for n, p, level in ((10, 0.8, 0.8), (25, 0.3, 0.5), (7, 0.5, 0.95)):
        low, high = scores.binomial_band(n, p, level=level)
        tail = (1.0 - level) / 2.0
        assert (low * n, high * n) == (pytest.approx(binom.ppf(tail, n, p)), pytest.approx(binom.ppf(1.0 - tail, n, p)))
    assert all(a < b for a, b in pairwise(scores.normal_cdf(z) for z in (-2.0, 0.0, 2.0))) and scores.normal_cdf(1.0) == pytest.approx(
        norm.cdf(1.0)
    )
