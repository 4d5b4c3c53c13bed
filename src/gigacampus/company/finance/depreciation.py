"""Book and tax depreciation of one asset. The printed tax tables are used as printed."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import numpy as np


def straight_line(*, cost: float, life: float, salvage: float = 0.0) -> float:
    """Charge of each year.

    >>> round(straight_line(cost=40_000, life=3), 4)
    13333.3333
    """
    return (cost - salvage) / life


def syd(*, cost: float, salvage: float, life: float, per: float) -> float:
    """Sum-of-the-years'-digits charge of year ``per`` (1 is the first).

    >>> round(syd(cost=30_000, salvage=7_500, life=10, per=1), 4)
    4090.9091
    """
    return (cost - salvage) * (life - per + 1) * 2.0 / (life * (life + 1))


def ddb(*, cost: float, salvage: float, life: float, per: int = 1, factor: float = 2.0) -> float:
    """Declining-balance charge of year ``per``, never below salvage.

    >>> ddb(cost=2_400, salvage=300, life=10, per=1)
    480.0
    """
    book, charge = cost, 0.0
    for _ in range(int(per)):
        charge = max(min(book * factor / life, book - salvage), 0.0)
        book -= charge
    return charge


@cache
def macrs_table(klass: int, convention: str = "HY") -> tuple[float, ...]:
    """Fractions of basis by year: half-year (``HY``) for all classes, mid-quarter (``MQ1``..``MQ4``) for 5-year
    property.

    Source: IRS Publication 946, Tables A-1 to A-5, as printed.

    >>> macrs_table(5)
    (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
    """
    folder = files("gigacampus.library") / "tax"
    if convention == "HY":
        name, key, value = "macrs_half_year.csv", "recovery_period_years", str(klass)
    elif convention.startswith("MQ") and klass == 5:
        name, key, value = "macrs_mid_quarter_5_year.csv", "quarter_placed_in_service", convention[2:]
    else:
        raise ValueError(f"no printed table for {klass}-year property under {convention}")
    with (folder / name).open(encoding="utf-8") as handle:
        rows = [r for r in csv.DictReader(handle) if r[key] == value]
    if not rows:
        raise ValueError(f"no printed table for {klass}-year property under {convention}")
    return tuple(round(float(r["percent"]) / 100.0, 8) for r in sorted(rows, key=lambda r: int(r["year"])))


def macrs(*, basis: float, klass: int, convention: str = "HY", bonus: float = 0.0) -> np.ndarray:
    """Deductions by year with a first-year bonus share; shape (years,).

    >>> macrs(basis=10_000, klass=7).round(2).tolist()
    [1429.0, 2449.0, 1749.0, 1249.0, 893.0, 892.0, 893.0, 446.0]
    """
    deductions = basis * (1.0 - bonus) * np.array(macrs_table(klass, convention))
    deductions[0] += basis * bonus
    return deductions
