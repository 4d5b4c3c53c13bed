"""From concentrations and tonnes to risk, deaths and dollars, by published functions chosen by name."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.units import KG_PER_SHORT_TON
from gigacampus.neighbours.air.band import NORMAL_90

STANDARDS = Path(__file__).resolve().parents[1] / "library" / "standards"
KG_PER_T = 1000.0
NORMAL_975 = 1.959963984540054
"""Quantile of the standard normal of the 95 % interval that studies print."""


@lru_cache(maxsize=8)
def _table(name: str) -> dict[str, Any]:
    from ruamel.yaml import YAML

    out: dict[str, Any] = YAML(typ="safe", pure=True).load((STANDARDS / f"{name}.yaml").read_text(encoding="utf-8"))
    return out


def standard(table: str, *path: str, as_of: date) -> dict[str, Any]:
    """Row of the standards library (``air`` or ``health``) as known on a day: the newest of a dated list.

    Parameters
    ----------
    table : str
        ``air`` or ``health``.
    *path : str
        Keys from the table to the row.
    as_of : date
        Day from which one looks.

    Returns
    -------
    dict[str, Any]
        Row with value, unit, source and confidence.

    Raises
    ------
    KeyError
        When no row was known on the day.

    References
    ----------
    DEF

    Examples
    --------
    >>> standard("air", "pm25_annual_ugm3", as_of=date(2026, 1, 16))["value"]
    9.0
    >>> standard("air", "pm25_annual_ugm3", as_of=date(2020, 1, 1))["value"]
    12.0
    """
    found: Any = _table(table)
    for part in path:
        found = found[part]
    rows = [row for row in (found if isinstance(found, list) else [found]) if row["known_from"] <= as_of]
    if not rows:
        raise KeyError(f"no value of {'.'.join(path)} was known on {as_of}")
    return max(rows, key=lambda row: row["known_from"])


def choices(table: str, group: str) -> list[str]:
    """Names that may be chosen in a group, such as the mortality functions.

    Parameters
    ----------
    table : str
        ``air`` or ``health``.
    group : str
        Group of the table.

    Returns
    -------
    list[str]
        Names in the table's order.

    References
    ----------
    DEF

    Examples
    --------
    >>> "di_2017" in choices("health", "mortality_pm25")
    True
    """
    return list(_table(table)[group])


def deaths_per_year(people: np.ndarray, increment_ugm3: np.ndarray, *, baseline_per_year: float, hazard_ratio_per_10: float) -> np.ndarray:
    """Early deaths a year among ``people`` of the ages that the study covers, from a PM2.5 increment.

    Parameters
    ----------
    people : array
        People at each place; a number without unit.
    increment_ugm3 : array
        Increment of the long-term mean, ug/m3.
    baseline_per_year : float
        Death rate of these people without the increment, 1/year.
    hazard_ratio_per_10 : float
        Hazard ratio for 10 ug/m3 more, no unit.

    Returns
    -------
    array
        Early deaths, 1/year, shape of the arguments together.

    Notes
    -----
    Valid for: long-term means between about 5 and 30 ug/m3 in all, small increments.

    References
    ----------
    HIF : log-linear health impact function, P y0 (1 - exp(-b dC)) with b = ln(HR) / 10.

    Examples
    --------
    >>> d = deaths_per_year(np.array(60000.0), np.array(0.1), baseline_per_year=0.0139, hazard_ratio_per_10=1.06)
    >>> round(float(d), 3)
    0.486
    """
    slope = math.log(hazard_ratio_per_10) / 10.0
    return people * baseline_per_year * -np.expm1(-slope * np.asarray(increment_ugm3, dtype=float))


def hazard_ratio_10_90(ratio: float, *, low_95: float, high_95: float) -> tuple[float, float]:
    """Ends of the 10-90 % band of a hazard ratio from the 95 % interval that its study prints, lognormal.

    Parameters
    ----------
    ratio : float
        Hazard ratio, no unit.
    low_95 : float
        Lower end of its 95 % interval, no unit.
    high_95 : float
        Upper end of its 95 % interval, no unit.

    Returns
    -------
    tuple[float, float]
        Lower and upper end, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> [round(end, 4) for end in hazard_ratio_10_90(1.06, low_95=1.04, high_95=1.08)]
    [1.047, 1.0732]
    """
    half = 0.5 * math.log(high_95 / low_95) * NORMAL_90 / NORMAL_975
    return ratio * math.exp(-half), ratio * math.exp(half)


def joined_10_90(middle: float, *bands: tuple[float, float]) -> tuple[float, float]:
    """Ends of the band of a product of independent factors from the band that each alone gives it, added as squares of logs.

    Parameters
    ----------
    middle : float
        Median of the product, in any unit.
    *bands : tuple[float, float]
        Lower and upper end with one factor varied alone, in the unit of ``middle``; an end of zero or less gives zero.

    Returns
    -------
    tuple[float, float]
        Lower and upper end, in the unit of ``middle``.

    References
    ----------
    DEF

    Examples
    --------
    >>> [round(end, 3) for end in joined_10_90(1.0, (0.5, 2.0), (0.5, 2.0))]
    [0.375, 2.665]
    """
    if middle <= 0.0:
        return middle, middle
    below = min(low for low, _ in bands)
    down = middle * math.exp(-math.hypot(*(math.log(middle / low) for low, _ in bands))) if below > 0.0 else 0.0
    return down, middle * math.exp(math.hypot(*(math.log(high / middle) for _, high in bands)))


def lifetime_risk(increment_ugm3: np.ndarray, *, unit_risk_per_ugm3: float) -> np.ndarray:
    """Added chance of cancer over a lifetime at a constant increment.

    Parameters
    ----------
    increment_ugm3 : array
        Increment of the long-term mean, ug/m3.
    unit_risk_per_ugm3 : float
        Lifetime risk for 1 ug/m3, m3/ug.

    Returns
    -------
    array
        Added chance, 0 to 1, shape of ``increment_ugm3``.

    Notes
    -----
    Valid for: risks far below one in a hundred.

    References
    ----------
    IRIS : linear low-dose extrapolation of EPA IRIS.

    Examples
    --------
    >>> round(1e6 * float(lifetime_risk(np.array(0.046), unit_risk_per_ugm3=1.1e-5)), 2)
    0.51
    """
    return np.asarray(increment_ugm3, dtype=float) * unit_risk_per_ugm3


def damage_usd(tonnes: np.ndarray, *, usd_per_short_ton: float) -> np.ndarray:
    """Health damage of a tonnage by a published benefit per short ton.

    Parameters
    ----------
    tonnes : array
        Emission, t.
    usd_per_short_ton : float
        Benefit per short ton avoided, USD/short ton.

    Returns
    -------
    array
        Damage, USD, shape of ``tonnes``.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(float(damage_usd(np.array(1.0), usd_per_short_ton=6000.0)))
    6614
    """
    return np.asarray(tonnes, dtype=float) * KG_PER_T / KG_PER_SHORT_TON * usd_per_short_ton
