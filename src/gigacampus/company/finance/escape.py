"""Escape velocity in closed form: the growth that a company can pay for itself."""

from __future__ import annotations

import numpy as np


def lambert_w(x: np.ndarray | float) -> np.ndarray:
    """Principal branch of w exp(w) = x for x >= -1/e, by Halley steps.

    Parameters
    ----------
    x : float or array
        Argument, -1/e or more, no unit.

    Returns
    -------
    array
        w, shape of ``x``.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(float(lambert_w(1.0)), 12)
    0.56714329041
    """
    x = np.asarray(x, dtype=float)
    start = np.sqrt(np.maximum(2.0 * (np.e * x + 1.0), 0.0))
    w = np.where(
        x > np.e,
        np.log(np.maximum(x, 1.0)) - np.log(np.log(np.maximum(x, 3.0))),
        np.where(x < 0, start - 1.0, np.log1p(np.maximum(x, 0.0))),
    )
    for _ in range(12):
        e = np.exp(w)
        f = w * e - x
        slope = e * (w + 1.0)
        denominator = slope - (w + 2.0) * f / (2.0 * w + 2.0 + (w == -1.0))
        w = w - np.where(denominator == 0.0, 0.0, f / np.where(denominator == 0.0, 1.0, denominator))
    return np.where(x < -1.0 / np.e, np.nan, w)


def escape_growth(
    *,
    cash_margin: np.ndarray | float,
    capital_intensity: np.ndarray | float,
    replacement: np.ndarray | float,
    drift: np.ndarray | float = 0.0,
    lag_years: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Continuous yearly growth at which cash margin just pays for compute bought ``lag_years`` ahead.

    Solves (g + a) exp(g L) = M / k with a = replacement + drift: M cash margin after tax and before compute capital, k
    compute capital per unit of yearly revenue, replacement one over economic life, drift the yearly fall of the price of
    a token less the yearly gain of hardware per unit of money.

    Parameters
    ----------
    cash_margin : float or array
        Cash margin after tax, before compute capital, over revenue, no unit.
    capital_intensity : float or array
        Compute capital for each unit of yearly revenue, years.
    replacement : float or array
        One over economic life, 1/year.
    drift : float or array, optional
        Yearly fall of the price of a token less the gain of hardware per unit of money, 1/year.
    lag_years : float or array, optional
        Years from buying compute to its revenue, years.

    Returns
    -------
    array
        Growth, 1/year, shape of the arguments together.

    Notes
    -----
    Valid for: M > 0, k > 0. The lag goes to zero as g = M/k - a.

    References
    ----------
    DEF : derived in docs/company.md.

    Examples
    --------
    >>> round(float(escape_growth(cash_margin=0.6, capital_intensity=1.2, replacement=1/6, lag_years=0.75)), 6)
    0.248359
    """
    m_over_k = np.asarray(cash_margin, dtype=float) / np.asarray(capital_intensity, dtype=float)
    a = np.asarray(replacement, dtype=float) + drift
    lag = np.asarray(lag_years, dtype=float)
    safe = np.where(lag > 1e-9, lag, 1.0)
    with np.errstate(over="ignore", invalid="ignore"):
        lagged = lambert_w(m_over_k * safe * np.exp(a * safe)) / safe - a
    return np.where(lag > 1e-9, lagged, m_over_k - a)


def escape_ratio(
    *,
    growth: np.ndarray | float,
    cash_margin: np.ndarray | float,
    capital_intensity: np.ndarray | float,
    replacement: np.ndarray | float,
    drift: np.ndarray | float = 0.0,
    lag_years: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Cash margin over the capital spending that ``growth`` needs; 1 is local escape.

    Parameters
    ----------
    growth : float or array
        Growth, 1/year.
    cash_margin : float or array
        Cash margin after tax, before compute capital, over revenue, no unit.
    capital_intensity : float or array
        Compute capital for each unit of yearly revenue, years.
    replacement : float or array
        One over economic life, 1/year.
    drift : float or array, optional
        Yearly fall of the price of a token less the gain of hardware per unit of money, 1/year.
    lag_years : float or array, optional
        Years from buying compute to its revenue, years.

    Returns
    -------
    array
        Ratio, no unit, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> e = escape_ratio(growth=0.2483585, cash_margin=0.6, capital_intensity=1.2, replacement=1/6, lag_years=0.75)
    >>> round(float(e), 5)
    1.0
    """
    need = np.asarray(capital_intensity) * (np.asarray(growth) + replacement + drift) * np.exp(np.asarray(growth) * lag_years)
    out: np.ndarray = np.asarray(cash_margin) / need
    return out


def escape_residual(*, g: float, cash_margin: float, capital_intensity: float, a: float, lag_years: float) -> float:
    """(g + a) exp(g L) - M/k: zero at the escape growth.

    Parameters
    ----------
    g : float
        Continuous yearly growth, 1/year.
    cash_margin : float
        Cash margin after tax, before compute capital, over revenue, no unit.
    capital_intensity : float
        Compute capital for each unit of yearly revenue, years.
    a : float
        Replacement plus drift, 1/year.
    lag_years : float
        Years from buying compute to its revenue, years.

    Returns
    -------
    float
        Residual, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> g = 0.24835851976896647
    >>> abs(escape_residual(g=g, cash_margin=0.6, capital_intensity=1.2, a=1/6, lag_years=0.75)) < 1e-12
    True
    """
    return float((g + a) * np.exp(g * lag_years) - cash_margin / capital_intensity)


def levered_margin(
    cash_margin: np.ndarray | float,
    *,
    debt_per_capital: np.ndarray | float,
    capital_intensity: np.ndarray | float,
    growth: np.ndarray | float,
    interest: np.ndarray | float,
) -> np.ndarray:
    """Cash margin when each unit of compute capital carries debt: new debt in, interest out.

    Parameters
    ----------
    cash_margin : float or array
        Cash margin after tax, before compute capital, over revenue, no unit.
    debt_per_capital : float or array
        Debt for each unit of compute capital, 0 to 1.
    capital_intensity : float or array
        Compute capital for each unit of yearly revenue, years.
    growth : float or array
        Growth, 1/year.
    interest : float or array
        Yearly interest on that debt, 1/year.

    Returns
    -------
    array
        Cash margin, no unit, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(float(levered_margin(0.6, debt_per_capital=0.5, capital_intensity=1.2, growth=0.25, interest=0.1)), 3)
    0.69
    """
    return np.asarray(cash_margin) + np.asarray(debt_per_capital) * capital_intensity * (np.asarray(growth) - interest)
