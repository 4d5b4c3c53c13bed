"""Worth of a company from its flows: cost of capital, discounted flows, terminal values, and the same read backwards."""

from __future__ import annotations

from collections.abc import Sequence


def gordon(*, fcf1: float, wacc: float, g: float) -> float:
    """Value of a flow that grows forever; infinite when growth reaches the discount rate.

    Parameters
    ----------
    fcf1 : float
        Free cash flow of the first year, money/year.
    wacc : float
        Yearly discount rate, 1/year.
    g : float
        Growth per period, 1/period.

    Returns
    -------
    float
        Value, money.

    References
    ----------
    GORDON

    Examples
    --------
    >>> round(gordon(fcf1=100, wacc=0.10, g=0.03), 4)
    1428.5714
    """
    return fcf1 / (wacc - g) if wacc > g else float("inf")


def implied_growth(*, value: float, fcf1: float, wacc: float) -> float:
    """Growth forever at which :func:`gordon` gives ``value``.

    Parameters
    ----------
    value : float
        Value, money.
    fcf1 : float
        Free cash flow of the first year, money/year.
    wacc : float
        Yearly discount rate, 1/year.

    Returns
    -------
    float
        Growth, 1/year.

    References
    ----------
    GORDON

    Examples
    --------
    >>> round(implied_growth(value=1428.5714285714287, fcf1=100, wacc=0.10), 9)
    0.03
    """
    return wacc - fcf1 / value


def dcf(*, cf: Sequence[float], wacc: float, g: float | None = None, exit_value: float = 0.0, mid_year: bool = False) -> float:
    """Value today of flows at the ends of years 1, 2, ..., and of what follows: growth forever, or a value at the end.

    Parameters
    ----------
    cf : sequence of float
        Flows at the ends of years 1, 2, ..., money.
    wacc : float
        Yearly discount rate, 1/year.
    g : float, optional
        Growth per period, 1/period.
    exit_value : float, optional
        Value at the end of the last year, money.
    mid_year : bool, optional
        Whether flows fall at the middle of years.

    Returns
    -------
    float
        Value, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(dcf(cf=[100, 103], wacc=0.10, g=0.03), 4)
    1428.5714
    """
    early = 0.5 if mid_year else 0.0
    years = len(cf)
    value = sum(c / (1.0 + wacc) ** (i - early) for i, c in enumerate(cf, 1))
    if g is not None:
        exit_value += gordon(fcf1=cf[-1] * (1.0 + g), wacc=wacc, g=g)
    out: float = value + exit_value / (1.0 + wacc) ** years
    return out


def wacc(*, equity: float, debt: float, cost_of_equity: float, cost_of_debt: float, tax: float = 0.0) -> float:
    """Weighted-average cost of capital after tax.

    Parameters
    ----------
    equity : float
        Equity, money.
    debt : float
        Debt, money.
    cost_of_equity : float
        Yearly cost of equity, 1/year.
    cost_of_debt : float
        Yearly cost of debt before tax, 1/year.
    tax : float, optional
        Tax rate, 0 to 1.

    Returns
    -------
    float
        Rate, 1/year.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(wacc(equity=60, debt=40, cost_of_equity=0.12, cost_of_debt=0.08, tax=0.25), 6)
    0.096
    """
    return (equity * cost_of_equity + debt * cost_of_debt * (1.0 - tax)) / (equity + debt)


def capm(*, risk_free: float, beta: float, premium: float) -> float:
    """Cost of equity.

    Parameters
    ----------
    risk_free : float
        Risk-free rate, 1/year.
    beta : float
        Sensitivity of the share to the market, no unit.
    premium : float
        Market return above the risk-free rate, 1/year.

    Returns
    -------
    float
        Rate, 1/year.

    References
    ----------
    CAPM

    Examples
    --------
    >>> round(capm(risk_free=0.04, beta=1.5, premium=0.05), 6)
    0.115
    """
    return risk_free + beta * premium


def growth_of(*, first: float, last: float, years: float) -> float:
    """Compound yearly growth.

    Parameters
    ----------
    first : float
        Value at the start, money.
    last : float
        Value at the end, money.
    years : float
        Years, years.

    Returns
    -------
    float
        Growth, 1/year.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(growth_of(first=100, last=400, years=2), 9)
    1.0
    """
    out: float = (last / first) ** (1.0 / years) - 1.0
    return out
