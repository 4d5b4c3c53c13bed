"""What lenders test each quarter: debt service covered, loan to value, liquidity; and what follows when a test fails.

Everything here works on numbers and on arrays of draws alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.ledger.scalar_ops import Number, least, most, rule, where

MONTHS_PER_TEST = 3


def debt_service_cover(*, rent: Any, fees: Any, service: Any) -> Any:
    """Debt service coverage ratio: rent less fees over interest and principal due; NaN where nothing is due.

    Source: definition of project finance; units cancel, a quarter over a quarter.

    >>> float(debt_service_cover(rent=105.0, fees=5.0, service=80.0))
    1.25
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(service) > 0.0, np.divide(np.asarray(rent, dtype=float) - fees, service), np.nan)


def loan_to_value(*, loan: Any, value: Any) -> Any:
    """Loan over the value of what secures it; NaN where there is no loan.

    >>> float(loan_to_value(loan=60.0, value=80.0))
    0.75
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(loan) > 0.0, np.divide(np.asarray(loan, dtype=float), value), np.nan)


@rule
def collateral_value(value_before: Number, bought: Number, price_ratio: Number, kept_frac: Number) -> Number:
    """Value of leased machines a month on: ``kept_frac`` of it is left, it moves with what machines rent for, and new ones join
    at cost.

    ``price_ratio`` is this month's rent of an equal machine over last month's. Source: resale curve, one stock.

    >>> round(float(collateral_value(value_before=100.0, bought=10.0, price_ratio=0.5, kept_frac=1.0)), 6)
    60.0
    """
    return value_before * price_ratio * kept_frac + bought


@rule
def cure_amount(net_rent: Number, service: Number, loan: Number, value: Number, dscr_min: Number, ltv_max: Number) -> Number:
    """Loan that must be paid down for both tests to hold: the larger of the two shortfalls, no more than the loan.

    A shortfall of cover is cured dollar for dollar, as if it had been earned in the quarter; 0 where both tests hold.
    ``ltv_max`` of 0 is no test of value, ``dscr_min`` of 0 none of cover. Source: usual equity-cure clause.

    >>> float(cure_amount(net_rent=90.0, service=80.0, loan=100.0, value=110.0, dscr_min=1.25, ltv_max=0.8))
    12.0
    """
    cover_gap = where(dscr_min > 0.0, dscr_min * service - net_rent, 0.0)
    value_gap = where(ltv_max > 0.0, loan - ltv_max * value, 0.0)
    return least(most(most(cover_gap, value_gap), 0.0), loan)


@rule
def failing_tests(breach: Number, failing_before: Number) -> Number:
    """Tests failed in a row: one more at a failed test, none after one that holds.

    >>> [float(failing_tests(breach=x, failing_before=2.0)) for x in (True, False)]
    [3.0, 0.0]
    """
    return where(breach, failing_before + 1.0, 0.0)


@rule
def equity_cure(failing: Number, sweep_tests: Number, due: Number, cures_left: Number, paid_in: Number, share_max: Number) -> Number:
    """Equity that the investors put in at a test: what is due, once the sweep has had its tests, while cures are left and the
    amount is no more than ``share_max`` of what they have paid in; else nothing.

    Source: usual equity-cure clause.

    >>> float(equity_cure(failing=2.0, sweep_tests=1.0, due=12.0, cures_left=2.0, paid_in=50.0, share_max=0.5))
    12.0
    """
    able = (cures_left > 0.0) & (due <= share_max * paid_in)
    return where((failing > sweep_tests) & able, due, 0.0)


def headroom(*, dscr: Any, dscr_min: Any, ltv: Any, ltv_max: Any, cash: Any, cash_min: Any) -> Any:
    """How far the tightest covenant is from its limit, as a share of the limit: 0.1 is ten per cent of room, below 0 a breach.

    A test with a limit of 0, or with nothing to test (NaN), does not count; NaN where none counts.

    >>> round(float(headroom(dscr=1.32, dscr_min=1.2, ltv=0.72, ltv_max=0.9, cash=3.0, cash_min=0.0)), 6)
    0.1
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rooms = (
            np.where(np.asarray(dscr_min) > 0.0, np.asarray(dscr) / dscr_min - 1.0, np.nan),
            np.where(np.asarray(ltv_max) > 0.0, 1.0 - np.asarray(ltv) / ltv_max, np.nan),
            np.where(np.asarray(cash_min) > 0.0, np.asarray(cash) / cash_min - 1.0, np.nan),
        )
    out = rooms[0]
    for room in rooms[1:]:
        out = np.fmin(out, room)
    return out
