"""Internal rates of return over short and long, monthly and yearly schedules with known answers; several or none is said."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigacampus.company.finance.rates_of_return import rates_of_return
from gigacampus.company.finance.time_value import irr, pmt, xirr


def test_a_loan_of_forty_years_by_month_has_its_rate():
    assert irr([-150_000.0] + [700.0] * 480) == pytest.approx(0.00396993, abs=5e-9)


@pytest.mark.parametrize("periods", [1, 2, 12, 60, 360, 480, 600, 1200])
@pytest.mark.parametrize("rate", [1e-4, 0.004, 0.02, 0.5])
def test_a_level_loan_gives_back_the_rate_that_made_it(periods, rate):
    payment = -pmt(rate, periods, pv=1e6)
    assert irr([-1e6] + [payment] * periods) == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("periods", [2, 30, 480])
@pytest.mark.parametrize("rate", [-0.6, -0.05, -0.001])
def test_a_loss_has_a_negative_rate(periods, rate):
    assert irr([-100.0] + [0.0] * (periods - 1) + [100.0 * (1.0 + rate) ** periods]) == pytest.approx(rate, rel=1e-8)


@settings(max_examples=20, deadline=None)
@given(rate=st.floats(-0.3, 3.0), years=st.integers(1, 40), middle=st.floats(0.0, 50.0))
def test_any_schedule_with_one_outlay_has_exactly_the_rate_that_closes_it(rate, years, middle):
    closing = 100.0 * (1.0 + rate) ** years - sum(middle * (1.0 + rate) ** (years - k) for k in range(1, years))
    if closing <= 0.0:
        return
    found = rates_of_return(range(years + 1), [-100.0, *[middle] * (years - 1), closing])
    assert len(found.rates) == 1 and found.chosen == pytest.approx(rate, rel=1e-7, abs=1e-9)


def test_two_rates_are_both_said_and_the_lowest_positive_one_is_taken():
    found = rates_of_return(range(5), [-60, -90, 580, 310, -110])
    assert found.chosen == pytest.approx(1.698, abs=5e-4) == irr([-60, -90, 580, 310, -110])
    assert len(found.rates) == 2 and found.words.startswith("2 rates:") and "-75.3652 %" in found.words
    assert rates_of_return(range(3), [-100.0, 230.0, -132.0]).rates == pytest.approx((0.1, 0.2))


@pytest.mark.parametrize("flows", [[0, 0, 0], [1.0], [], [100, 20, 5], [-1, -2]])
def test_flows_that_never_change_sign_have_no_rate_and_say_so(flows):
    found = rates_of_return(range(len(flows)), flows)
    assert np.isnan(found.chosen) and found.words == "no rate: the flows never change sign"


def test_a_value_that_never_crosses_zero_has_no_rate_and_says_so():
    found = rates_of_return(range(3), [10.0, -10.0, 10.0])
    assert np.isnan(found.chosen) and found.words.startswith("no rate: the present value has the same sign")


def test_money_back_without_more_has_rate_zero():
    assert irr([-100.0, 40.0, 60.0]) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("years", "rate"), [(1, 0.07), (40, 0.07), (120, 0.03), (40, -0.02)])
def test_dated_flows_give_the_yearly_rate_over_any_span(years, rate):
    first = date(2026, 1, 1)
    last = first + timedelta(days=365 * years)
    assert xirr([first, last], [-1.0, (1.0 + rate) ** years]) == pytest.approx(rate, rel=1e-9)


def test_a_month_paid_monthly_and_dated_agree():
    days = [date(2026 + k // 12, 1 + k % 12, 1) for k in range(361)]
    monthly, dated = irr([-1e5] + [600.0] * 360), xirr(days, [-1e5] + [600.0] * 360)
    assert (1.0 + monthly) ** 12 - 1.0 == pytest.approx(dated, rel=2e-3)
