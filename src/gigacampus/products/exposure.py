"""Legal exposure as a range of expected money; never a forecast of a court."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR

Items = TypeVar("Items", float, np.ndarray)


def removal_penalty_usd(late_items: Items, *, usd_per_violation: float, enforced_frac: float) -> Items:
    """Expected penalties for items removed after the clock.

    Parameters
    ----------
    late_items : Items
        Items removed after the clock; a number without unit.
    usd_per_violation : float
        Penalty for one violation, USD.
    enforced_frac : float
        Share of late items that a penalty falls on, 0 to 1.

    Returns
    -------
    Items
        Expected penalty, USD, shape of ``late_items``.

    References
    ----------
    DEF

    Examples
    --------
    >>> removal_penalty_usd(1000.0, usd_per_violation=53_088.0, enforced_frac=0.01)
    530880.0
    """
    return late_items * usd_per_violation * enforced_frac


def finding_usd_per_month(
    turnover_usd_per_year: float, *, fine_of_turnover_frac: float, finding_per_year: float, severity_frac: float
) -> float:
    """Expected fine of a finding, spread over the months.

    Parameters
    ----------
    turnover_usd_per_year : float
        Worldwide turnover, USD/year.
    fine_of_turnover_frac : float
        Largest fine over turnover, 0 to 1.
    finding_per_year : float
        Findings expected in a year, 1/year.
    severity_frac : float
        Fine imposed over the largest, 0 to 1.

    Returns
    -------
    float
        Expected fine, USD/month.

    References
    ----------
    DEF

    Examples
    --------
    >>> finding_usd_per_month(3e9, fine_of_turnover_frac=0.06, finding_per_year=0.2, severity_frac=0.2)
    600000.0
    """
    return turnover_usd_per_year * fine_of_turnover_frac * finding_per_year * severity_frac / MONTHS_PER_YEAR


def blocked_usd_per_month(turnover_usd_per_year: float, *, blocked_revenue_frac: float) -> float:
    """Revenue lost to countries that block the service.

    Parameters
    ----------
    turnover_usd_per_year : float
        Worldwide turnover, USD/year.
    blocked_revenue_frac : float
        Share of revenue in countries that block, 0 to 1.

    Returns
    -------
    float
        Revenue lost, USD/month.

    References
    ----------
    DEF

    Examples
    --------
    >>> blocked_usd_per_month(3e9, blocked_revenue_frac=0.1)
    25000000.0
    """
    return turnover_usd_per_year * blocked_revenue_frac / MONTHS_PER_YEAR
