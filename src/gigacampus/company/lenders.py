"""A month of the vehicle: rent received, loan served, covenants tested, and what a failed test brings."""

from __future__ import annotations

import numpy as np

from gigacampus.company.books import Books
from gigacampus.company.finance.covenants import (
    MONTHS_PER_TEST,
    collateral_value,
    cure_amount,
    equity_cure,
    failing_tests,
)
from gigacampus.company.journal import a, f
from gigacampus.units import MONTHS_PER_YEAR


def collect_rent(s: Books, rent: np.ndarray) -> np.ndarray:
    """Rent of the month and of before, as far as the lab pays its bills: of what the lab left unpaid, rent comes first.

    Returns rent received. The lab's arrears are those of the month before.
    """
    due = s.balance[a.vehicle_rent_receivable] + rent
    got = due - np.minimum(due, s.held(a.lab_arrears))
    s.flow[f.vehicle_bill_rent], s.flow[f.vehicle_collect_rent] = rent, got
    return got


def serve_loan(s: Books, rent: np.ndarray, due: np.ndarray, drawn: np.ndarray) -> None:
    """Fees, interest and principal; owners pay what rent does not, until a default; free cash goes to them, or in a sweep
    to the loan. ``due`` is the month's scheduled principal, ``drawn`` its new loan.
    """
    x, v, held = s.flow, s.bound.company.vehicle, s.lender
    loan, cash = s.held(a.vehicle_loan), s.balance[a.vehicle_cash] + rent
    fees = s.balance[a.vehicle_equipment] * v.fee_frac / MONTHS_PER_YEAR
    interest = loan * v.debt_rate_frac / MONTHS_PER_YEAR
    service = held["due"] = interest + due
    topped = np.where(held["default"] > 0.0, 0.0, np.maximum(fees + service - cash, 0.0))
    x[f.vehicle_pay_fees] = np.minimum(fees, cash)
    left = cash + topped - x[f.vehicle_pay_fees]
    x[f.vehicle_pay_interest] = np.minimum(interest, left)
    x[f.vehicle_add_interest] = interest - x[f.vehicle_pay_interest]
    left = left - x[f.vehicle_pay_interest]
    x[f.vehicle_repay_loan] = np.minimum(due, left)
    left = left - x[f.vehicle_repay_loan]
    swept = np.where(held["breach"] > 0.0, np.minimum(left, loan - x[f.vehicle_repay_loan]), 0.0)
    x[f.vehicle_distribute] = np.where(held["breach"] > 0.0, 0.0, left)
    x[f.vehicle_repay_loan] += swept
    x[f.vehicle_equity_in] += topped
    held["rent"], held["service"] = held["rent"] + rent - fees, held["service"] + service
    _test(s, loan + drawn + x[f.vehicle_add_interest] - x[f.vehicle_repay_loan])


def _test(s: Books, loan: np.ndarray) -> None:
    """The quarterly test on the loan after the month's payments; a cure pays it down at once."""
    v, held, x = s.bound.company.vehicle, s.lender, s.flow
    rules, t = v.covenants, s.t
    ratio = s.drivers.rent_per_mw[t] / np.maximum(s.drivers.rent_per_mw[t - 1], 1e-9)
    held["value"] = collateral_value(
        value_before=held["value"],
        bought=x[f.vehicle_buy],
        price_ratio=ratio,
        fall_per_year=v.collateral_fall_per_year,
    )
    if (t - s.drivers.months.index(v.start)) % MONTHS_PER_TEST != MONTHS_PER_TEST - 1:
        return
    due = cure_amount(
        rent=held["rent"],
        fees=0.0,
        service=held["service"],
        loan=loan,
        value=held["value"],
        dscr_min=rules.dscr_min,
        ltv_max=rules.ltv_max_frac,
    )
    poor = s.balance[a.lab_cash] < rules.lab_cash_min_usd
    held["failing"] = failing_tests(tested=1.0, breach=(due > 0.0) | poor, failing_before=held["failing"])
    paid = equity_cure(
        tested=1.0,
        failing=held["failing"],
        sweep_tests=rules.sweep_tests,
        due=np.where(poor, 0.0, due),
        used=held["cures"],
        most=np.where(held["default"] > 0.0, 0.0, rules.cures_max),
        paid_in=s.held(a.vehicle_equity),
        share_max=rules.cure_max_frac,
    )
    x[f.vehicle_equity_in] += paid
    x[f.vehicle_repay_loan] += paid
    held["cures"] = held["cures"] + (paid > 0.0)
    late = (held["failing"] > rules.sweep_tests) & (paid == 0.0)
    held["default"] = np.maximum(held["default"], late)
    held["failing"] = np.where(paid > 0.0, 0.0, held["failing"])
    held["breach"] = np.maximum(held["failing"] > 0.0, held["default"])
    held["rent"], held["service"] = np.zeros(s.n), np.zeros(s.n)
