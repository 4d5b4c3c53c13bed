"""Time value of money: loans, annuities, internal rates of return. Cash signed: in positive, out negative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import expm1, isfinite, log, log1p

import numpy as np

from gigacampus.company.finance.rates_of_return import rates_of_return
from gigacampus.foundation.units import DAYS_PER_YEAR


def annuity_factor(rate: float, n: float) -> float:
    """Present value of 1 paid at the end of each of ``n`` periods; ``n`` at zero rate.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.

    Returns
    -------
    float
        Present value of 1 a period, no unit.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(annuity_factor(0.01, 60), 6)
    44.955038
    """
    return n if rate == 0.0 else -expm1(-n * log1p(rate)) / rate


def pmt(rate: float, n: float, *, pv: float, fv: float = 0.0, advance: bool = False) -> float:
    """Level payment of a loan ``pv`` that leaves ``fv`` after ``n`` periods.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Payment of a period, money.

    Notes
    -----
    Valid for: rate > -1, n > 0.

    References
    ----------
    TVM : closed form of the level-payment loan.

    Examples
    --------
    >>> round(pmt(0.075 / 12, 180, pv=200_000), 4)
    -1854.0247
    """
    payment = -(pv + fv * (1.0 + rate) ** -n) / annuity_factor(rate, n)
    out: float = payment / (1.0 + rate) if advance else payment
    return out


def future(rate: float, n: float, *, payment: float = 0.0, pv: float = 0.0, advance: bool = False) -> float:
    """Value after ``n`` periods of ``pv`` today and ``payment`` each period.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    payment : float, optional
        Payment of each period, money.
    pv : float, optional
        Value today, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Value at the end, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(future(0.05 / 12, 120, payment=-100, pv=-100), 4)
    15692.9289
    """
    grown = (1.0 + rate) ** n
    paid = payment * (1.0 + rate if advance else 1.0) * (n if rate == 0.0 else expm1(n * log1p(rate)) / rate)
    out: float = -(pv * grown + paid)
    return out


def present(rate: float, n: float, *, payment: float = 0.0, fv: float = 0.0, advance: bool = False) -> float:
    """Value today of ``payment`` each period and ``fv`` at the end.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    payment : float, optional
        Payment of each period, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Value today, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(present(0.01, 60, payment=-100), 4)
    4495.5038
    """
    out: float = -(payment * (1.0 + rate if advance else 1.0) * annuity_factor(rate, n) + fv * (1.0 + rate) ** -n)
    return out


def nper(rate: float, *, payment: float, pv: float, fv: float = 0.0, advance: bool = False) -> float:
    """Number of periods in which ``payment`` takes ``pv`` to ``-fv``.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    payment : float
        Payment of each period, money.
    pv : float
        Value today, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Periods, count.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(nper(0.07 / 12, payment=-150, pv=8000), 5)
    64.07335
    """
    if rate == 0.0:
        return -(pv + fv) / payment
    z = payment * (1.0 + rate if advance else 1.0) / rate
    return log((z - fv) / (z + pv)) / log(1.0 + rate)


def balance_after(rate: float, n: float, *, pv: float, k: float, fv: float = 0.0, advance: bool = False) -> float:
    """Balance of a level-payment loan after ``k`` payments (in advance: just before payment ``k + 1``): the worth of the rest.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.
    k : float
        Payments made; a number without unit.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Balance, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(balance_after(0.06 / 12, 360, pv=200_000, k=12), 4)
    197543.9766
    """
    return present(rate, n - k, payment=pmt(rate, n, pv=pv, fv=fv, advance=advance), fv=fv, advance=advance)


def ipmt(rate: float, per: float, n: float, *, pv: float, fv: float = 0.0, advance: bool = False) -> float:
    """Interest part of payment ``per`` (1 is the first); none in a first payment made in advance.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    per : float
        Period, 1 is the first.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Interest, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(ipmt(0.0824 / 12, 1, 12, pv=2500), 4)
    -17.1667
    """
    if advance:
        owed = balance_after(rate, n, pv=pv, k=per - 1, fv=fv, advance=True)
        return 0.0 if per <= 1 else -rate * owed / (1.0 + rate)
    return -rate * balance_after(rate, n, pv=pv, k=per - 1, fv=fv)


def ppmt(rate: float, per: float, n: float, *, pv: float, fv: float = 0.0, advance: bool = False) -> float:
    """Principal part of payment ``per``.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    per : float
        Period, 1 is the first.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Principal, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(ppmt(0.0824 / 12, 1, 12, pv=2500), 4)
    -200.5819
    """
    return pmt(rate, n, pv=pv, fv=fv, advance=advance) - ipmt(rate, per, n, pv=pv, fv=fv, advance=advance)


def total_interest(rate: float, n: float, *, pv: float) -> float:
    """Interest paid over the life of a level-payment loan (positive).

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.

    Returns
    -------
    float
        Interest, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(total_interest(0.06 / 12, 360, pv=200_000), 2)
    231676.38
    """
    return -n * pmt(rate, n, pv=pv) - pv


def cumulative(part: Callable[..., float], rate: float, n: float, *, pv: float, start: int, end: int, advance: bool = False) -> float:
    """Sum of the interest (:func:`ipmt`) or principal (:func:`ppmt`) of payments ``start`` to ``end``.

    Parameters
    ----------
    part : Callable[..., float]
        :func:`ipmt` or :func:`ppmt`.
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    pv : float
        Value today, money.
    start : int
        First payment.
    end : int
        Period at whose end the sum stops, periods.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Sum, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(cumulative(ipmt, 0.09 / 12, 360, pv=125_000, start=13, end=24), 4)
    -11135.2321
    """
    return sum(part(rate, k, n, pv=pv, advance=advance) for k in range(int(start), int(end) + 1))


def effective_rate(nominal: float, per_year: float) -> float:
    """Yearly rate of a nominal one that is compounded ``per_year`` times.

    Parameters
    ----------
    nominal : float
        Nominal yearly rate, 1/year.
    per_year : float
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Rate, 1/year.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(effective_rate(0.0525, 4), 7)
    0.0535427
    """
    return expm1(per_year * log1p(nominal / per_year))


def nominal_rate(effective: float, per_year: float) -> float:
    """Inverse of :func:`effective_rate`.

    Parameters
    ----------
    effective : float
        Effective yearly rate, 1/year.
    per_year : float
        Periods in a year; a number without unit.

    Returns
    -------
    float
        Rate, 1/year.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(nominal_rate(0.053543, 4), 6)
    0.0525
    """
    return per_year * expm1(log1p(effective) / per_year)


def growing_annuity(*, payment: float, rate: float, g: float, n: float) -> float:
    """Value today of ``n`` payments, the first of ``payment`` in one period, each ``g`` more than the last.

    Parameters
    ----------
    payment : float
        Payment of each period, money.
    rate : float
        Rate per period, 1/period.
    g : float
        Growth per period, 1/period.
    n : float
        Periods; a number without unit.

    Returns
    -------
    float
        Value today, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(growing_annuity(payment=100, rate=0.1, g=0.03, n=5), 4)
    400.26
    """
    return payment * annuity_factor((1.0 + rate) / (1.0 + g) - 1.0, n) / (1.0 + g)


def equivalent_annuity(rate: float, cf: Sequence[float]) -> float:
    """Level flow at the ends of the periods with the same present value as ``cf`` (first flow today).

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    cf : sequence of float
        Flows by period: in positive, out negative, money.

    Returns
    -------
    float
        Flow of a period, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(equivalent_annuity(0.10, [-100, 60, 70]), 4)
    7.1429
    """
    return npv_t0(rate, cf) / annuity_factor(rate, len(cf) - 1)


def payback(cf: Sequence[float], rate: float = 0.0) -> float:
    """Periods until the sum of ``cf`` (first flow today), discounted at ``rate``, reaches zero; infinite if it never does.

    Flows arrive evenly inside a period, as the textbook fraction of the last one has it.

    Parameters
    ----------
    cf : sequence of float
        Flows by period: in positive, out negative, money.
    rate : float, optional
        Rate per period, 1/period.

    Returns
    -------
    float
        Periods, count.

    References
    ----------
    TVM

    Examples
    --------
    >>> payback([-100, 40, 40, 40])
    2.5
    """
    total = 0.0
    for i, flow in enumerate(cf):
        step = flow / (1.0 + rate) ** i
        if total < 0.0 <= total + step:
            return i - 1 - total / step
        total += step
    return float("inf") if total < 0.0 else 0.0


def npv_t0(rate: float, cf: Sequence[float]) -> float:
    """Present value of ``cf`` with the first flow today.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    cf : sequence of float
        Flows by period: in positive, out negative, money.

    Returns
    -------
    float
        Present value, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(npv_t0(0.281, [-100, 39, 59, 55, 20]), 6)
    -0.008479
    """
    return float(sum(c / (1.0 + rate) ** i for i, c in enumerate(cf)))


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Bisection after a bracket search outward from zero; NaN when no sign changes."""
    grid = np.concatenate([np.linspace(low, 0.0, 200), np.geomspace(1e-4, high, 400)])
    values = np.array([f(float(x)) for x in grid])
    cross = np.nonzero(np.sign(values[1:]) * np.sign(values[:-1]) <= 0)[0]
    if cross.size == 0:
        return float("nan")
    best = int(cross[np.argmin(np.abs(grid[cross]))])
    a, b = float(grid[best]), float(grid[best + 1])
    fa = f(a)
    for _ in range(200):
        mid = 0.5 * (a + b)
        fm = f(mid)
        if fm == 0.0 or mid in (a, b):
            return mid
        if (fm < 0.0) == (fa < 0.0):
            a, fa = mid, fm
        else:
            b = mid
    return 0.5 * (a + b)


def irr(cf: Sequence[float]) -> float:
    """Internal rate of return per period: the lowest that is not negative, else the one nearest to zero; NaN when there is none.

    ``rates_of_return`` gives all of them, and the reason where there is none.

    Parameters
    ----------
    cf : sequence of float
        Flows by period: in positive, out negative, money.

    Returns
    -------
    float
        Rate, 1/period; NaN where there is none.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(irr([-100, 39, 59, 55, 20]), 6)
    0.280948
    """
    return rates_of_return(range(len(cf)), cf).chosen


def xnpv(rate: float, dates: Sequence[date], cf: Sequence[float]) -> float:
    """Present value on the first date, actual days over 365.

    Parameters
    ----------
    rate : float
        Rate per period, 1/period.
    dates : sequence of date
        Day of each flow.
    cf : sequence of float
        Flows by period: in positive, out negative, money.

    Returns
    -------
    float
        Present value, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> d = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
    >>> round(xnpv(0.09, d, [-10000, 2750, 4250, 3250, 2750]), 4)
    2086.6476
    """
    first = dates[0]
    return float(sum(c * (1.0 + rate) ** (-((d - first).days / DAYS_PER_YEAR)) for d, c in zip(dates, cf, strict=True)))


def xirr(dates: Sequence[date], cf: Sequence[float]) -> float:
    """Annual rate that makes :func:`xnpv` zero: the lowest that is not negative, else the one nearest to zero.

    Parameters
    ----------
    dates : sequence of date
        Day of each flow.
    cf : sequence of float
        Flows by period: in positive, out negative, money.

    Returns
    -------
    float
        Rate, 1/year.

    References
    ----------
    TVM

    Examples
    --------
    >>> d = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
    >>> round(xirr(d, [-10000, 2750, 4250, 3250, 2750]), 9)
    0.373362534
    """
    return rates_of_return([(d - dates[0]).days / DAYS_PER_YEAR for d in dates], cf).chosen


def rate_of(n: float, *, payment: float = 0.0, pv: float, fv: float = 0.0, advance: bool = False) -> float:
    """Rate per period that takes ``pv`` with ``payment`` to ``-fv``.

    Parameters
    ----------
    n : float
        Periods; a number without unit.
    payment : float, optional
        Payment of each period, money.
    pv : float
        Value today, money.
    fv : float, optional
        Value left at the end, money.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Rate, 1/period.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(rate_of(10, payment=0, pv=-3500, fv=10000), 6)
    0.110691
    """

    def gap(r: float) -> float:
        if r >= 0.0:
            return pv - present(r, n, payment=payment, fv=fv, advance=advance)
        return fv - future(r, n, payment=payment, pv=pv, advance=advance)

    return _root(gap, -0.99, 100.0)


def mirr(cf: Sequence[float], *, finance_rate: float, reinvest_rate: float) -> float:
    """Modified internal rate: outflows discounted at one rate, inflows reinvested at another.

    Parameters
    ----------
    cf : sequence of float
        Flows by period: in positive, out negative, money.
    finance_rate : float
        Rate per period at which outflows are discounted, 1/period.
    reinvest_rate : float
        Rate per period at which inflows are reinvested, 1/period.

    Returns
    -------
    float
        Rate, 1/period.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(mirr([-100, 39, 59, 55, 20], finance_rate=0.1, reinvest_rate=0.12), 6)
    0.204377
    """
    n = len(cf) - 1
    out = npv_t0(finance_rate, [min(c, 0.0) for c in cf])
    inn = sum(max(c, 0.0) * (1.0 + reinvest_rate) ** (n - i) for i, c in enumerate(cf))
    return float((inn / -out) ** (1.0 / n) - 1.0)


def runway_months(*, cash: float, burn: float, growth: float = 0.0) -> float:
    """Months until ``cash`` is spent when the first month burns ``burn`` and each next one ``growth`` more.

    Parameters
    ----------
    cash : float
        Cash held, money.
    burn : float
        Cash spent in the first month, money/month.
    growth : float, optional
        Growth of burn each month, 1/month.

    Returns
    -------
    float
        Months, infinite where the cash is never spent.

    Notes
    -----
    Valid for: burn > 0. Infinite when a shrinking burn never spends the cash.

    References
    ----------
    DEF : geometric series, fractional.

    Examples
    --------
    >>> round(runway_months(cash=20, burn=1, growth=0.03), 6)
    15.900632
    """
    if growth == 0.0:
        return cash / burn
    inside = 1.0 + cash * growth / burn
    return log(inside) / log(1.0 + growth) if inside > 0 and isfinite(inside) else float("inf")


def required_quarterly_growth(*, revenue: float, gross_margin: float, fixed_cost: float, quarters: float) -> float:
    """Growth a quarter after which gross profit covers ``fixed_cost``.

    Parameters
    ----------
    revenue : float
        Revenue of a quarter, money/quarter.
    gross_margin : float
        Gross profit over revenue, 0 to 1.
    fixed_cost : float
        Cost of a quarter that does not move with revenue, money/quarter.
    quarters : float
        Quarters until then; a number without unit.

    Returns
    -------
    float
        Growth, 1/quarter.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(required_quarterly_growth(revenue=107, gross_margin=0.59, fixed_cost=800, quarters=9), 6)
    0.325987
    """
    out: float = (fixed_cost / (revenue * gross_margin)) ** (1.0 / quarters) - 1.0
    return out


def annualised_cost(*, it: float, facility: float, r: float, life_it: float, life_facility: float, opex: float) -> float:
    """Level yearly cost of two assets of different life plus running cost.

    Parameters
    ----------
    it : float
        Capital of accelerators and network, money.
    facility : float
        Capital of the building and its plant, money.
    r : float
        Yearly discount rate, 1/year.
    life_it : float
        Life of the accelerators, years.
    life_facility : float
        Life of the building, years.
    opex : float
        Running cost of a year, money/year.

    Returns
    -------
    float
        Cost, money/year.

    References
    ----------
    TVM : annuities; the constants that reproduce Epoch's totals are in the reference notes.

    Examples
    --------
    >>> round(annualised_cost(it=25.5345, facility=12.4655, r=0.067895, life_it=5, life_facility=14, opex=0.9), 3)
    8.5
    """
    return it / annuity_factor(r, life_it) + facility / annuity_factor(r, life_facility) + opex
