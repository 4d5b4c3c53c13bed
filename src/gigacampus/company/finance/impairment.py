"""Writing assets down: when their cash no longer covers their cost, to what they are worth, and never back up.

Everything here works on numbers and on arrays of draws alike.
"""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.scalar_ops import Number, least, most, rule, where
from gigacampus.foundation.units import MONTHS_PER_YEAR

HALVINGS, TERMS = 6, 16


@rule
def growth(x: Number) -> Number:
    """exp(x) - 1 by additions and products alone, so that one draw and all of them agree to the last bit.

    Parameters
    ----------
    x : float or array
        Argument, no unit.

    Returns
    -------
    float or array
        exp(x) - 1, one number or an array of draws.

    Notes
    -----
    Valid for: -100 < x < 20.

    References
    ----------
    DEF : Taylor's series at x / 64, then expm1(2y) = expm1(y) (expm1(y) + 2).

    Examples
    --------
    >>> bool(abs(growth(-0.3) - np.expm1(-0.3)) < 1e-14)
    True
    """
    y = x / 2.0**HALVINGS
    term, out = y, y
    for n in range(2, TERMS):
        term = term * y / n
        out = out + term
    for _ in range(HALVINGS):
        out = out * (out + 2.0)
    return out


@rule
def growing_sum(rate_per_year: Number, months: Number) -> Number:
    """Months' worth of a payment of 1 a month whose size (or value) changes by a log rate a year.

    Parameters
    ----------
    rate_per_year : float or array
        Log change of the payment a year, 1/year.
    months : float or array
        Months, months.

    Returns
    -------
    float or array
        Months' worth of the first payment, one number or an array of draws.

    References
    ----------
    DEF : integral of exp(rate t); the limit at no change is the number of months.

    Examples
    --------
    >>> float(growing_sum(rate_per_year=0.0, months=36.0)), round(float(growing_sum(rate_per_year=-0.1, months=36.0)), 4)
    (36.0, 31.1018)
    """
    r = rate_per_year / MONTHS_PER_YEAR
    still = np.abs(r) < 1e-12
    safe = where(still, 1.0, r)
    return where(still, months, growth(safe * months) / safe)


@rule
def cash_of_machines(rent: Number, cost: Number, rent_change_per_year: Number, discount_per_year: Number, months: Number) -> Number:
    """What machines bring over the months they have left: rent that changes, less a level cost, never below nothing.

    With a discount of 0 it is the undiscounted cash of the recoverability test, with the cost of capital the value.
    ``rent`` and ``cost`` are USD a month now.

    Parameters
    ----------
    rent : float or array
        Rent now, USD/month.
    cost : float or array
        Level cost now, USD/month.
    rent_change_per_year : float or array
        Log change of rents, 1/year.
    discount_per_year : float or array
        Yearly log discount rate, 1/year.
    months : float or array
        Months that the machines have left, months.

    Returns
    -------
    float or array
        Cash or value, USD, one number or an array of draws.

    References
    ----------
    ASC360, ASC820 : FASB ASC 360-10-35-17 (recoverability), ASC 820 income approach (value).

    Examples
    --------
    >>> float(cash_of_machines(rent=10.0, cost=4.0, rent_change_per_year=0.0, discount_per_year=0.0, months=24.0))
    144.0
    """
    income = rent * growing_sum(rate_per_year=rent_change_per_year - discount_per_year, months=months)
    spent = cost * growing_sum(rate_per_year=-discount_per_year, months=months)
    return most(income - spent, 0.0)


@rule
def write_down(carrying: Number, undiscounted: Number, fair_value: Number) -> Number:
    """Loss of an asset group whose undiscounted cash is below its carrying amount: down to its value.

    Parameters
    ----------
    carrying : float or array
        Carrying amount, money.
    undiscounted : float or array
        Undiscounted cash that the asset still brings, money.
    fair_value : float or array
        Fair value of the asset, money.

    Returns
    -------
    float or array
        Loss, money, one number or an array of draws.

    References
    ----------
    ASC360 : FASB ASC 360-10-35-17. Nothing is ever written back (ASC 360-10-35-20).

    Examples
    --------
    >>> [float(write_down(carrying=100.0, undiscounted=u, fair_value=70.0)) for u in (101.0, 99.0)]
    [0.0, 30.0]
    """
    return where(carrying > undiscounted, most(carrying - fair_value, 0.0), 0.0)


@rule
def relief(written_down: Number, charge: Number, scheduled_net: Number) -> Number:
    """Depreciation that a write-down saves this month: its share of what the schedule still carries.

    ``charge`` and ``scheduled_net`` are as if nothing had been written down, so the relief adds up to the write-down by
    the time the schedule ends, and never more than the charge itself.

    Parameters
    ----------
    written_down : float or array
        What is still written down, money.
    charge : float or array
        Depreciation of the month as if nothing had been written down, money/month.
    scheduled_net : float or array
        What the schedule still carries, as if nothing had been written down, money.

    Returns
    -------
    float or array
        Depreciation saved, money/month, one number or an array of draws.

    References
    ----------
    ASC360

    Examples
    --------
    >>> float(relief(written_down=30.0, charge=10.0, scheduled_net=100.0))
    3.0
    """
    return charge * least(written_down / most(scheduled_net, 1e-9), 1.0)


@rule
def stranded(age: Number, last: Number, lag: Number) -> Number:
    """Whether an order is written down this month: ``last`` months after it, and not in service until after that.

    ``age`` months since the order, ``lag`` months from order to service as it turns out.

    Parameters
    ----------
    age : float or array
        Months since the order, months.
    last : float or array
        Months after which an order is given up, months.
    lag : float or array
        Months from order to service, months.

    Returns
    -------
    float or array
        True in the month of the write-down, one value or an array of draws.

    References
    ----------
    DEF

    Examples
    --------
    >>> [bool(stranded(age=a, last=36, lag=60)) for a in (35, 36, 37)]
    [False, True, False]
    """
    return (age == last) & (lag > last)
