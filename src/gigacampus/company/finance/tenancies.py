"""How long leases of machines run: months until something that happens at a rate, and terms that are renewed or not."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.finance.chance import uniform
from gigacampus.foundation.units import MONTHS_PER_YEAR

HORIZON_MONTHS = 1_000_000.0
"""Months that stand for never."""


def months_until(luck: Any, stream: str, *, rate_per_year: Any) -> np.ndarray:
    """Whole months until something happens that comes at a steady rate; a million where the rate is zero.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    rate_per_year : float or array
        Rate at which it happens, 1/year.

    Returns
    -------
    array
        Whole months, at least 1, shape of ``luck`` and the rate together.

    References
    ----------
    DEF : waiting time of a Poisson process, -ln(u) over the rate.

    Examples
    --------
    >>> months_until(np.array([0.2, 0.4]), "leaves", rate_per_year=0.5).tolist()
    [11.0, 8.0]
    """
    rate = np.asarray(rate_per_year, dtype=float)
    wait = -np.log(uniform(luck, stream, 0)) * MONTHS_PER_YEAR
    months = np.where(rate > 0.0, np.ceil(wait / np.where(rate > 0.0, rate, 1.0)), HORIZON_MONTHS)
    out: np.ndarray = np.clip(months, 1.0, HORIZON_MONTHS)
    return out


def lease_months(luck: Any, stream: str, *, term_months: Any, renewal_frac: Any) -> np.ndarray:
    """Months of a lease whose terms are renewed with a steady chance, each independently of those before.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    term_months : float or array
        Length of a term, months.
    renewal_frac : float or array
        Chance that a term is followed by another, 0 to 1.

    Returns
    -------
    array
        Months from the start to the end, at most a million, shape of the inputs together.

    References
    ----------
    DEF : geometric number of terms, floor(ln(u) / ln(renewal_frac)) renewals.

    Examples
    --------
    >>> lease_months(np.array([0.2, 0.25]), "tenant", term_months=12.0, renewal_frac=0.5).tolist()
    [12.0, 36.0]
    """
    renewal = np.asarray(renewal_frac, dtype=float)
    safe = np.clip(renewal, 1e-12, 1.0 - 1e-12)
    renewals = np.where(renewal > 0.0, np.floor(np.log(uniform(luck, f"{stream} renews", 0)) / np.log(safe)), 0.0)
    out: np.ndarray = np.minimum(np.asarray(term_months, dtype=float) * (1.0 + renewals), HORIZON_MONTHS)
    return out
