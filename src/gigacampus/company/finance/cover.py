"""How much debt an income carries, and the ratios that lenders and readers watch."""

from __future__ import annotations

from collections.abc import Sequence

from gigacampus.company.finance.time_value import annuity_factor


def dscr(*, cash_available: float, debt_service: float, fees: float = 0.0) -> float:
    """Debt-service cover of what is left after fees.

    Parameters
    ----------
    cash_available : float
        Cash of each period before debt service, money.
    debt_service : float
        Interest and principal due, money.
    fees : float, optional
        Fees that come before debt service, money.

    Returns
    -------
    float
        Coverage, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> dscr(cash_available=130.0, debt_service=100.0), dscr(cash_available=130.0, debt_service=100.0, fees=5.0)
    (1.3, 1.25)
    """
    return (cash_available - fees) / debt_service


def debt_capacity(*, cash_available: float | Sequence[float], dscr: float, rate: float, n: float = 0) -> float:
    """Largest debt whose service the cash of each period covers ``dscr`` times: present value of cash over cover.

    A list is taken as given (sculpted debt); a single number is paid ``n`` times (level debt).

    Parameters
    ----------
    cash_available : float | Sequence[float]
        Cash of each period before debt service, money.
    dscr : float
        Debt service coverage, no unit.
    rate : float
        Rate per period, 1/period.
    n : float, optional
        Periods; a number without unit.

    Returns
    -------
    float
        Debt, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(debt_capacity(cash_available=130.0, dscr=1.3, rate=0.08, n=10), 4)
    671.0081
    """
    if isinstance(cash_available, (int, float)):
        return cash_available / dscr * annuity_factor(rate, n)
    return sum(c / dscr / (1.0 + rate) ** i for i, c in enumerate(cash_available, 1))


def loan_to_value(*, debt: float, value: float) -> float:
    """Debt over the value of what secures it.

    Parameters
    ----------
    debt : float
        Debt, money.
    value : float
        Value, money.

    Returns
    -------
    float
        Ratio, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> loan_to_value(debt=3.5, value=5.0)
    0.7
    """
    return debt / value


def circularity(*, returned: float, purchases: float) -> float:
    """Share of purchases from a supplier that its own money pays for.

    Parameters
    ----------
    returned : float
        What the supplier put into the buyer, money.
    purchases : float
        Purchases from the supplier, money.

    Returns
    -------
    float
        Share, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> circularity(returned=2.0, purchases=5.0)
    0.4
    """
    return returned / purchases


def burn_multiple(*, burn: float, added: float) -> float:
    """Cash burnt for each dollar of yearly revenue added.

    Parameters
    ----------
    burn : float
        Cash spent, money.
    added : float
        Yearly revenue added over the same time, money.

    Returns
    -------
    float
        Ratio, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> burn_multiple(burn=100.0, added=50.0)
    2.0
    """
    return burn / added


def net_public_benefit(*, but_for: float, gains: float, costs: float, forgone: float) -> float:
    """Net gain of a public payee from a deal without which a share ``but_for`` of the activity would not have come.

    Parameters
    ----------
    but_for : float
        Share of the activity that came because of the deal, 0 to 1.
    gains : float
        Gain of the public from the activity, money.
    costs : float
        Cost to the public of the activity, money.
    forgone : float
        Public revenue given up by the deal, money.

    Returns
    -------
    float
        Net gain, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(net_public_benefit(but_for=0.9, gains=100.0, costs=20.0, forgone=80.0), 9)
    64.0
    """
    return but_for * (gains - costs) - (1.0 - but_for) * forgone


def but_for_break_even(*, gains: float, costs: float, forgone: float) -> float:
    """Share of activity owed to a deal at which it neither costs nor brings the public anything.

    Parameters
    ----------
    gains : float
        Gain of the public from the activity, money.
    costs : float
        Cost to the public of the activity, money.
    forgone : float
        Public revenue given up by the deal, money.

    Returns
    -------
    float
        Share, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> but_for_break_even(gains=100.0, costs=20.0, forgone=80.0)
    0.5
    """
    return forgone / (forgone + gains - costs)


def cash_conversion_days(*, dso: float, dio: float, dpo: float) -> float:
    """Days from paying suppliers to being paid.

    Parameters
    ----------
    dso : float
        Days receivable, days.
    dio : float
        Days of inventory, days.
    dpo : float
        Days payable, days.

    Returns
    -------
    float
        Days.

    References
    ----------
    DEF

    Examples
    --------
    >>> cash_conversion_days(dso=45, dio=10, dpo=60)
    -5
    """
    return dso + dio - dpo


def capitalised_interest(*, spending: Sequence[float], rate: float, months: Sequence[float]) -> float:
    """Interest that becomes part of an asset: each payment at the yearly ``rate`` for the months until service.

    Parameters
    ----------
    spending : sequence of float
        Payments for the asset, money.
    rate : float
        Yearly rate, 1/year.
    months : sequence of float
        Months from each payment to service, months.

    Returns
    -------
    float
        Interest, money.

    References
    ----------
    ASC835 : ASC 835-20, weighted-average accumulated expenditure, without compounding.

    Examples
    --------
    >>> capitalised_interest(spending=[100.0, 50.0], rate=0.12, months=[12, 6])
    15.0
    """
    return sum(s * rate * m / 12.0 for s, m in zip(spending, months, strict=True))
