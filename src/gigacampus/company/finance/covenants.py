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

    Parameters
    ----------
    rent : float or array
        Rent of the quarter, money.
    fees : float or array
        Fees of the quarter, money.
    service : float or array
        Interest and principal due in the quarter, money.

    Returns
    -------
    float or array
        Coverage, no unit; NaN where nothing is due; shape of the arguments together.

    References
    ----------
    DEF : definition of project finance; units cancel, a quarter over a quarter.

    Examples
    --------
    >>> float(debt_service_cover(rent=105.0, fees=5.0, service=80.0))
    1.25
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(service) > 0.0, np.divide(np.asarray(rent, dtype=float) - fees, service), np.nan)


def loan_to_value(*, loan: Any, value: Any) -> Any:
    """Loan over the value of what secures it; NaN where there is no loan.

    Parameters
    ----------
    loan : float or array
        Loan outstanding, money.
    value : float or array
        Value, money.

    Returns
    -------
    float or array
        Ratio, no unit; NaN where there is no loan; shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(loan_to_value(loan=60.0, value=80.0))
    0.75
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(loan) > 0.0, np.divide(np.asarray(loan, dtype=float), value), np.nan)


@rule
def collateral_value(value_before: Number, bought: Number, price_ratio: Number, kept_frac: Number) -> Number:
    """Value of leased machines a month on: ``kept_frac`` of it is left, it moves with what machines rent for, and new ones join at cost.

    ``price_ratio`` is this month's rent of an equal machine over last month's.

    Parameters
    ----------
    value_before : float or array
        Value a month before, money.
    bought : float or array
        Machines that join at cost this month, money.
    price_ratio : float or array
        Rent of an equal machine over that of the month before, no unit.
    kept_frac : float or array
        Share of the value that is left after a month, 0 to 1.

    Returns
    -------
    float or array
        Value, money, one number or an array of draws.

    References
    ----------
    DEF : resale curve, one stock.

    Examples
    --------
    >>> round(float(collateral_value(value_before=100.0, bought=10.0, price_ratio=0.5, kept_frac=1.0)), 6)
    60.0
    """
    return value_before * price_ratio * kept_frac + bought


@rule
def cure_amount(net_rent: Number, service: Number, loan: Number, value: Number, dscr_min: Number, ltv_max: Number) -> Number:
    """Loan that must be paid down for both tests to hold: the larger of the two shortfalls, no more than the loan.

    A shortfall of cover is cured dollar for dollar, as if it had been earned in the quarter; 0 where both tests hold.
    ``ltv_max`` of 0 is no test of value, ``dscr_min`` of 0 none of cover.

    Parameters
    ----------
    net_rent : float or array
        Rent less fees of the quarter, money.
    service : float or array
        Interest and principal due in the quarter, money.
    loan : float or array
        Loan outstanding, money.
    value : float or array
        Value, money.
    dscr_min : float or array
        Least debt service coverage; 0 for no test, no unit.
    ltv_max : float or array
        Highest loan to value; 0 for no test, no unit.

    Returns
    -------
    float or array
        Amount, money, one number or an array of draws.

    References
    ----------
    CURE : usual equity-cure clause.

    Examples
    --------
    >>> float(cure_amount(net_rent=90.0, service=80.0, loan=100.0, value=110.0, dscr_min=1.25, ltv_max=0.8))
    12.0
    """
    cover_gap = where(dscr_min > 0.0, dscr_min * service - net_rent, 0.0)
    value_gap = where(ltv_max > 0.0, loan - ltv_max * value, 0.0)
    return least(most(most(cover_gap, value_gap), 0.0), loan)


@rule
def failing_tests(breach: Number, failing_before: Number) -> Number:
    """Tests failed in a row: one more at a failed test, none after one that holds.

    Parameters
    ----------
    breach : float or array
        Whether a test failed, true or false.
    failing_before : float or array
        Tests failed in a row before this one; a number without unit.

    Returns
    -------
    float or array
        Failed tests in a row, count, one number or an array of draws.

    References
    ----------
    DEF

    Examples
    --------
    >>> [float(failing_tests(breach=x, failing_before=2.0)) for x in (True, False)]
    [3.0, 0.0]
    """
    return where(breach, failing_before + 1.0, 0.0)


@rule
def equity_cure(failing: Number, sweep_tests: Number, due: Number, cures_left: Number, paid_in: Number, share_max: Number) -> Number:
    """Equity that the investors put in at a test: what is due, once the sweep has had its tests, while cures are left
    and the amount is no more than ``share_max`` of what they have paid in; else nothing.

    Parameters
    ----------
    failing : float or array
        Tests failed in a row; a number without unit.
    sweep_tests : float or array
        Failed tests in a row that end in a sweep alone; a number without unit.
    due : float or array
        Cure that is due, money.
    cures_left : float or array
        Cures that the owners may still make; a number without unit.
    paid_in : float or array
        What the investors have paid in, money.
    share_max : float or array
        Most that one cure may cost over what was paid in, 0 to 1.

    Returns
    -------
    float or array
        Equity put in, money, one number or an array of draws.

    References
    ----------
    CURE : usual equity-cure clause.

    Examples
    --------
    >>> float(equity_cure(failing=2.0, sweep_tests=1.0, due=12.0, cures_left=2.0, paid_in=50.0, share_max=0.5))
    12.0
    """
    able = (cures_left > 0.0) & (due <= share_max * paid_in)
    return where((failing > sweep_tests) & able, due, 0.0)


def headroom(*, dscr: Any, dscr_min: Any, ltv: Any, ltv_max: Any, cash: Any, cash_min: Any) -> Any:
    """How far the tightest covenant is from its limit, as a share of the limit: 0.1 is ten per cent of room, below 0 a breach.

    A test with a limit of 0, or with nothing to test (NaN), does not count; NaN where none counts.

    Parameters
    ----------
    dscr : float or array
        Debt service coverage, no unit.
    dscr_min : float or array
        Least debt service coverage; 0 for no test, no unit.
    ltv : float or array
        Loan to value, no unit.
    ltv_max : float or array
        Highest loan to value; 0 for no test, no unit.
    cash : float or array
        Cash held, money.
    cash_min : float or array
        Least cash that lenders ask for, money.

    Returns
    -------
    float or array
        Room over the limit, no unit; NaN where no test counts; shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
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
