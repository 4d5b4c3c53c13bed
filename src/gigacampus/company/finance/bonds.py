"""Bonds on a coupon date: price, yield, duration; notes issued below par."""

from __future__ import annotations

from gigacampus.company.finance.time_value import present, rate_of


def bond_price(*, coupon: float, yield_: float, n: float, face: float = 100.0, per_year: float = 2) -> float:
    """Clean price on a coupon date of a bond with ``n`` coupons left; coupon and yield a year.

    Parameters
    ----------
    coupon : float
        Coupon a year over the face value, 1/year.
    yield_ : float
        Nominal yearly yield, 1/year.
    n : float
        Coupons left; a number without unit.
    face : float, optional
        Face value, money.
    per_year : float, optional
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Clean price, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(bond_price(coupon=0.08, yield_=0.08, n=20), 9)
    100.0
    """
    return -present(yield_ / per_year, n, payment=face * coupon / per_year, fv=face)


def bond_yield(*, coupon: float, price: float, n: float, face: float = 100.0, per_year: float = 2) -> float:
    """Nominal yearly yield to maturity.

    Parameters
    ----------
    coupon : float
        Coupon a year over the face value, 1/year.
    price : float
        Clean price, money.
    n : float
        Coupons left; a number without unit.
    face : float, optional
        Face value, money.
    per_year : float, optional
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Nominal yield, 1/year.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(bond_yield(coupon=0.0925, price=98.0, n=10), 6)
    0.097651
    """
    return per_year * rate_of(n, payment=face * coupon / per_year, pv=-price, fv=face)


def macaulay_duration(*, coupon: float, yield_: float, n: float, face: float = 100.0, per_year: float = 2) -> float:
    """Mean time to the flows of a bond weighted by their present values; years.

    Parameters
    ----------
    coupon : float
        Coupon a year over the face value, 1/year.
    yield_ : float
        Nominal yearly yield, 1/year.
    n : float
        Coupons left; a number without unit.
    face : float, optional
        Face value, money.
    per_year : float, optional
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Duration, years.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(macaulay_duration(coupon=0.08, yield_=0.09, n=6, per_year=1), 4)
    4.9667
    """
    r, flows = yield_ / per_year, [face * coupon / per_year + (face if k == n else 0.0) for k in range(1, int(n) + 1)]
    values = [flow / (1.0 + r) ** k for k, flow in enumerate(flows, 1)]
    return sum(k * v for k, v in enumerate(values, 1)) / sum(values) / per_year


def modified_duration(*, coupon: float, yield_: float, n: float, face: float = 100.0, per_year: float = 2) -> float:
    """Relative fall of the price for a small rise of the yield; years.

    Parameters
    ----------
    coupon : float
        Coupon a year over the face value, 1/year.
    yield_ : float
        Nominal yearly yield, 1/year.
    n : float
        Coupons left; a number without unit.
    face : float, optional
        Face value, money.
    per_year : float, optional
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Duration, years.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(modified_duration(coupon=0.08, yield_=0.09, n=6, per_year=1), 4)
    4.5566
    """
    duration = macaulay_duration(coupon=coupon, yield_=yield_, n=n, face=face, per_year=per_year)
    return duration / (1.0 + yield_ / per_year)


def discount_amortised(*, face: float, price: float, payment: float, n: float, per: int) -> float:
    """Part of the discount that period ``per`` writes off at the effective rate.

    Parameters
    ----------
    face : float
        Face value, money.
    price : float
        Price, money.
    payment : float
        Payment of each period, money.
    n : float
        Periods; a number without unit.
    per : int
        Period, 1 is the first.

    Returns
    -------
    float
        Discount written off, money.

    References
    ----------
    EIM : effective-interest method. ``payment`` is the coupon of a period.

    Examples
    --------
    >>> round(sum(discount_amortised(face=100, price=95, payment=5, n=4, per=k) for k in range(1, 5)), 9)
    5.0
    """
    r, held = rate_of(n, payment=payment, pv=-price, fv=face), price
    for _ in range(int(per)):
        step = held * r - payment
        held += step
    return step
