"""Book and tax depreciation of one asset. The printed tax tables are used as printed."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from math import ceil, floor

import numpy as np


def straight_line(*, cost: float, life: float, salvage: float = 0.0) -> float:
    """Charge of each year.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    life : float
        Life, periods.
    salvage : float, optional
        Value left at the end of the life, money.

    Returns
    -------
    float
        Charge of a year, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(straight_line(cost=40_000, life=3), 4)
    13333.3333
    """
    return (cost - salvage) / life


def syd(*, cost: float, salvage: float = 0.0, life: float, per: float) -> float:
    """Sum-of-the-years'-digits charge of year ``per`` (1 is the first).

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float, optional
        Value left at the end of the life, money.
    life : float
        Life, periods.
    per : float
        Period, 1 is the first.

    Returns
    -------
    float
        Charge of the year, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(syd(cost=30_000, salvage=7_500, life=10, per=1), 4)
    4090.9091
    """
    return (cost - salvage) * (life - per + 1) * 2.0 / (life * (life + 1))


def ddb(*, cost: float, salvage: float = 0.0, life: float, per: int = 1, factor: float = 2.0) -> float:
    """Declining-balance charge of year ``per``, never below salvage.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float, optional
        Value left at the end of the life, money.
    life : float
        Life, periods.
    per : int, optional
        Period, 1 is the first.
    factor : float, optional
        Multiple of the straight-line rate, no unit.

    Returns
    -------
    float
        Charge of the year, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> ddb(cost=2_400, salvage=300, life=10, per=1)
    480.0
    """
    book, charge = cost, 0.0
    for _ in range(int(per)):
        charge = max(min(book * factor / life, book - salvage), 0.0)
        book -= charge
    return charge


def declining_with_switch(*, cost: float, salvage: float = 0.0, life: float, per: int = 1, factor: float = 2.0) -> float:
    """Declining-balance charge of year ``per`` that turns to straight line over the rest of the life once that is more.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float, optional
        Value left at the end of the life, money.
    life : float
        Life, periods.
    per : int, optional
        Period, 1 is the first.
    factor : float, optional
        Multiple of the straight-line rate, no unit.

    Returns
    -------
    float
        Charge of the year, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> [round(declining_with_switch(cost=100, life=5, per=k), 2) for k in range(1, 6)]
    [40.0, 24.0, 14.4, 10.8, 10.8]
    """
    book, charge = cost, 0.0
    for year in range(int(per)):
        left = max(life - year, 1.0)
        charge = max(min(max(book * factor / life, (book - salvage) / left), book - salvage), 0.0)
        book -= charge
    return charge


def variable_declining(*, cost: float, salvage: float = 0.0, life: float, start: float, end: float, factor: float = 2.0) -> float:
    """Charges between two times counted in periods, a part of a period by its share; declining balance turning to straight line.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float, optional
        Value left at the end of the life, money.
    life : float
        Life, periods.
    start : float
        Period from whose start the charge counts, periods.
    end : float
        Period at whose end the sum stops, periods.
    factor : float, optional
        Multiple of the straight-line rate, no unit.

    Returns
    -------
    float
        Charge between the two times, money.

    References
    ----------
    VDB : the spreadsheet function VDB.

    Examples
    --------
    >>> round(variable_declining(cost=2_400, salvage=300, life=120, start=6, end=18), 2)
    396.31
    >>> round(variable_declining(cost=2_400, salvage=300, life=10, start=0, end=0.875, factor=1.5), 2)
    315.0
    """
    out = 0.0
    for year in range(floor(start), ceil(end)):
        share = min(end, year + 1) - max(start, year)
        out += share * declining_with_switch(cost=cost, salvage=salvage, life=life, per=year + 1, factor=factor)
    return out


def fixed_declining(*, cost: float, salvage: float, life: float, per: int = 1, month: float = 12) -> float:
    """Declining-balance charge at the rate that reaches salvage, rounded to three places, first year of ``month`` months.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float
        Value left at the end of the life, money.
    life : float
        Life, periods.
    per : int, optional
        Period, 1 is the first.
    month : float, optional
        Months of service in the first year, months.

    Returns
    -------
    float
        Charge of the year, money.

    References
    ----------
    DB : the spreadsheet function DB.

    Examples
    --------
    >>> round(fixed_declining(cost=1_000_000, salvage=100_000, life=6, per=1, month=7), 2)
    186083.33
    """
    rate = round(1.0 - (salvage / cost) ** (1.0 / life), 3)
    taken, charge = 0.0, 0.0
    for year in range(1, int(per) + 1):
        part = month / 12.0 if year == 1 else (12.0 - month) / 12.0 if year > life else 1.0
        charge = (cost if year == 1 else cost - taken) * rate * part
        taken += charge
    return charge


def units_of_production(*, cost: float, salvage: float = 0.0, total_units: float, units: float) -> float:
    """Charge by use.

    Parameters
    ----------
    cost : float
        Cost of the asset, money.
    salvage : float, optional
        Value left at the end of the life, money.
    total_units : float
        Units of use in the whole life; a number without unit.
    units : float
        Units of use in the period; a number without unit.

    Returns
    -------
    float
        Charge of the period, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> units_of_production(cost=110.0, salvage=10.0, total_units=50.0, units=5.0)
    10.0
    """
    return (cost - salvage) * units / total_units


@cache
def macrs_table(klass: int, convention: str = "HY") -> tuple[float, ...]:
    """Fractions of basis by year: half-year (``HY``) or mid-quarter (``MQ1``..``MQ4``).

    Parameters
    ----------
    klass : int
        Recovery class, years.
    convention : str, optional
        Half-year ``HY`` or mid-quarter ``MQ1`` to ``MQ4``.

    Returns
    -------
    tuple[float, ...]
        Fraction of basis by year, 0 to 1.

    Raises
    ------
    ValueError
        When there is no table for the class under the convention.

    References
    ----------
    IRS946 : IRS Publication 946, Tables A-1 to A-5, as printed; mid-quarter tables of classes other than five years
        by the arithmetic that reproduces every printed table, :func:`macrs_by_rule`.

    Examples
    --------
    >>> macrs_table(5)
    (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
    """
    if convention == "HY":
        name, key, value = "macrs_half_year.csv", "recovery_period_years", str(klass)
    elif convention in ("MQ1", "MQ2", "MQ3", "MQ4"):
        name, key, value = "macrs_mid_quarter_5_year.csv", "quarter_placed_in_service", convention[2:]
    else:
        raise ValueError(f"no table for {klass}-year property under {convention}")
    if convention != "HY" and klass != 5:
        return macrs_by_rule(klass, convention)
    with (files("gigacampus.library") / "tax" / name).open(encoding="utf-8") as handle:
        rows = [r for r in csv.DictReader(handle) if r[key] == value]
    if not rows:
        raise ValueError(f"no table for {klass}-year property under {convention}")
    return tuple(round(float(r["percent"]) / 100.0, 8) for r in sorted(rows, key=lambda r: int(r["year"])))


FACTORS = {3: 2.0, 5: 2.0, 7: 2.0, 10: 2.0, 15: 1.5, 20: 1.5}
FIRST_YEAR = {"HY": 0.5, "MQ1": 0.875, "MQ2": 0.625, "MQ3": 0.375, "MQ4": 0.125}


def macrs_by_rule(klass: int, convention: str = "HY") -> tuple[float, ...]:
    """The same by arithmetic: declining balance (twice, or 1.5 times from 15 years) turning to straight line, each
    year's percent rounded half up to two places (three for 20 years) and taken off what is left.

    Parameters
    ----------
    klass : int
        Recovery class, years.
    convention : str, optional
        Half-year ``HY`` or mid-quarter ``MQ1`` to ``MQ4``.

    Returns
    -------
    tuple[float, ...]
        Fraction of basis by year, 0 to 1.

    Raises
    ------
    ValueError
        When there is no table for the class under the convention.

    References
    ----------
    IRS946

    Examples
    --------
    >>> [round(100 * x, 2) for x in macrs_by_rule(7, "MQ1")]
    [25.0, 21.43, 15.31, 10.93, 8.75, 8.74, 8.75, 1.09]
    """
    if klass not in FACTORS or convention not in FIRST_YEAR:
        raise ValueError(f"no table for {klass}-year property under {convention}")
    unit = 1000 if klass == 20 else 100
    first, left, out = FIRST_YEAR[convention], 100.0, []
    for year in range(klass + 1):
        rate = FACTORS[klass] / klass * (first if year == 0 else 1.0)
        remaining = klass - max(year - 1 + first, 0.0) if year else klass
        straight = left / remaining * (first if year == 0 else 1.0) if remaining > 1.0 else left
        percent = min(floor(max(left * rate, straight) * unit + 0.5 + 1e-9) / unit, left)
        out.append(percent)
        left = round(left - percent, 6)
    return tuple(round(p / 100.0, 8) for p in out)


def nonresidential(*, month: int) -> tuple[float, ...]:
    """Fractions of basis by year of 39-year buildings placed in service in a calendar month (mid-month).

    Parameters
    ----------
    month : int
        Calendar month of service, 1 to 12.

    Returns
    -------
    tuple[float, ...]
        Fraction of basis by year, 0 to 1.

    References
    ----------
    IRS946 : IRS Publication 946, Table A-7a: 0.214 % a month of the first year, 2.564 % a year, the rest at the end.

    Examples
    --------
    >>> nonresidential(month=1)[0], nonresidential(month=1)[-1]
    (0.02461, 0.00107)
    """
    first = round(0.00214 * (12.5 - month), 5)
    return (first, *[0.02564] * 38, round(1.0 - first - 38 * 0.02564, 5))


def macrs(*, basis: float, klass: int, convention: str = "HY", bonus: float = 0.0, month: int = 1) -> np.ndarray:
    """Deductions by year with a first-year bonus share; shape (years,). ``month`` is asked of 39-year buildings alone.

    Parameters
    ----------
    basis : float
        Cost that is depreciated, money.
    klass : int
        Recovery class, years.
    convention : str, optional
        Half-year ``HY`` or mid-quarter ``MQ1`` to ``MQ4``.
    bonus : float, optional
        Share deducted at once, 0 to 1.
    month : int, optional
        Calendar month of service, 1 to 12.

    Returns
    -------
    array
        Deduction by year, money, shape (year,).

    References
    ----------
    IRS946

    Examples
    --------
    >>> macrs(basis=10_000, klass=7).round(2).tolist()
    [1429.0, 2449.0, 1749.0, 1249.0, 893.0, 892.0, 893.0, 446.0]
    """
    fractions = nonresidential(month=month) if klass == 39 else macrs_table(int(klass), convention)
    deductions = basis * (1.0 - bonus) * np.array(fractions)
    deductions[0] += basis * bonus
    return deductions
