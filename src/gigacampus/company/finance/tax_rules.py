"""Federal income-tax rules on vectors of years: losses carried forward, the interest limit."""

from __future__ import annotations

from collections.abc import Sequence


def nol_path(taxable: Sequence[float], *, opening_nol: float = 0.0, limit_frac: float = 0.8) -> tuple[list[float], list[float]]:
    """Losses used and losses left by year: no carryback, no expiry, use limited to a share of income.

    Parameters
    ----------
    taxable : sequence of float
        Taxable income by year; a loss is negative, money.
    opening_nol : float, optional
        Losses carried in, money.
    limit_frac : float, optional
        Most of a year's income that losses may offset, 0 to 1.

    Returns
    -------
    tuple[list[float], list[float]]
        Losses used and losses left by year, money.

    References
    ----------
    IRC172 : IRC 172 for losses after 2017.

    Examples
    --------
    >>> nol_path([-500, 300, 100])
    ([0.0, 240.0, 80.0], [500.0, 260.0, 180.0])
    """
    pool, used, left = opening_nol, [], []
    for income in taxable:
        use = min(pool, limit_frac * max(income, 0.0))
        pool += max(-income, 0.0) - use
        used.append(float(use))
        left.append(float(pool))
    return used, left


def nol_left(taxable: Sequence[float], *, opening_nol: float = 0.0, limit_frac: float = 0.8) -> float:
    """Losses left after the last year.

    Parameters
    ----------
    taxable : sequence of float
        Taxable income by year; a loss is negative, money.
    opening_nol : float, optional
        Losses carried in, money.
    limit_frac : float, optional
        Most of a year's income that losses may offset, 0 to 1.

    Returns
    -------
    float
        Losses left, money.

    References
    ----------
    IRC172

    Examples
    --------
    >>> nol_left([-500, 300, 100])
    180.0
    """
    return nol_path(taxable, opening_nol=opening_nol, limit_frac=limit_frac)[1][-1]


def tax_path(taxable: Sequence[float], *, rate: float, opening_nol: float = 0.0, limit_frac: float = 0.8) -> list[float]:
    """Tax by year after losses.

    Parameters
    ----------
    taxable : sequence of float
        Taxable income by year; a loss is negative, money.
    rate : float
        Tax rate, 0 to 1.
    opening_nol : float, optional
        Losses carried in, money.
    limit_frac : float, optional
        Most of a year's income that losses may offset, 0 to 1.

    Returns
    -------
    list of float
        Tax by year, money.

    References
    ----------
    IRC172

    Examples
    --------
    >>> [round(t, 6) for t in tax_path([100], opening_nol=150, rate=0.21)]
    [4.2]
    """
    used, _ = nol_path(taxable, opening_nol=opening_nol, limit_frac=limit_frac)
    return [rate * (max(i, 0.0) - u) for i, u in zip(taxable, used, strict=True)]


def interest_allowed(
    *, interest: float, ati_ebitda: float, interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3
) -> float:
    """Interest that may be deducted: interest income plus a share of adjusted taxable income before depreciation.

    Parameters
    ----------
    interest : float
        Interest of the year, money.
    ati_ebitda : float
        Adjusted taxable income before depreciation, money.
    interest_income : float, optional
        Interest received, money.
    carryforward : float, optional
        Interest carried in from earlier years, money.
    share : float, optional
        Share of income that may be deducted as interest, 0 to 1.

    Returns
    -------
    float
        Interest, money.

    References
    ----------
    IRC163J : IRC 163(j), EBITDA basis again from 2025. The rest is carried forward without limit.

    Examples
    --------
    >>> interest_allowed(interest=100, ati_ebitda=200, interest_income=10)
    70.0
    """
    return min(interest + carryforward, interest_income + share * max(ati_ebitda, 0.0))


def interest_path(
    interest: Sequence[float], *, ati_ebitda: Sequence[float], interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3
) -> tuple[list[float], list[float]]:
    """Interest deducted and carried forward by year.

    Parameters
    ----------
    interest : sequence of float
        Interest by year, money.
    ati_ebitda : sequence of float
        Adjusted taxable income before depreciation, money.
    interest_income : float, optional
        Interest received, money.
    carryforward : float, optional
        Interest carried in from earlier years, money.
    share : float, optional
        Share of income that may be deducted as interest, 0 to 1.

    Returns
    -------
    tuple[list[float], list[float]]
        Interest deducted and carried forward by year, money.

    References
    ----------
    IRC163J

    Examples
    --------
    >>> interest_path([100, 50], ati_ebitda=[200, 400])
    ([60.0, 90.0], [40.0, 0.0])
    """
    allowed, left = [], []
    for paid, ati in zip(interest, ati_ebitda, strict=True):
        now = interest_allowed(interest=paid, ati_ebitda=ati, interest_income=interest_income, carryforward=carryforward, share=share)
        carryforward += paid - now
        allowed.append(float(now))
        left.append(float(carryforward))
    return allowed, left


def ownership_change_limit(*, value: float, long_term_rate: float) -> float:
    """Yearly use of old losses after an ownership change.

    Parameters
    ----------
    value : float
        Value, money.
    long_term_rate : float
        Long-term tax-exempt rate, 1/year.

    Returns
    -------
    float
        Loss that may be used, money/year.

    References
    ----------
    IRC382 : IRC 382(b).

    Examples
    --------
    >>> ownership_change_limit(value=1000.0, long_term_rate=0.035)
    35.0
    """
    return value * long_term_rate


def minimum_tax(*, book_income: float, regular_tax: float = 0.0, rate: float = 0.15) -> float:
    """What the tax on book income adds to the regular tax.

    Parameters
    ----------
    book_income : float
        Adjusted income of the financial statements, money.
    regular_tax : float, optional
        Tax by the regular rules, money.
    rate : float, optional
        Rate of the minimum tax, 0 to 1.

    Returns
    -------
    float
        Added tax, money.

    References
    ----------
    IRC55 : IRC 55(b)(2), companies above 1 billion a year.

    Examples
    --------
    >>> minimum_tax(book_income=2000.0, regular_tax=100.0)
    200.0
    """
    return max(rate * book_income - regular_tax, 0.0)


def combined_rate(*, federal: float, state: float) -> float:
    """Tax rate of two levels when state tax is deducted from federal income.

    Parameters
    ----------
    federal : float
        Federal rate, 0 to 1.
    state : float
        State rate, 0 to 1.

    Returns
    -------
    float
        Rate, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(combined_rate(federal=0.21, state=0.05), 6)
    0.2495
    """
    return federal + state * (1.0 - federal)


def levy(*, true_value: float, ratio: float, mills: float) -> float:
    """Property tax of a year at an assessment ratio and a rate in mills, thousandths of the assessed value.

    Parameters
    ----------
    true_value : float
        True value, money.
    ratio : float
        Assessed over true value, 0 to 1.
    mills : float
        Levy per thousand of assessed value, 1/1000.

    Returns
    -------
    float
        Tax, money/year.

    References
    ----------
    DEF

    Examples
    --------
    >>> levy(true_value=20e9, ratio=0.15, mills=120)
    360000000.0
    """
    return true_value * ratio * mills / 1000.0


def fee_in_lieu_floor(*, true_value: float, ratio: float, mills: float) -> float:
    """Least fee in lieu of property tax: one third of the levy.

    Parameters
    ----------
    true_value : float
        True value, money.
    ratio : float
        Assessed over true value, 0 to 1.
    mills : float
        Levy per thousand of assessed value, 1/1000.

    Returns
    -------
    float
        Fee, money/year.

    References
    ----------
    MISS27 : Miss. Code 27-31-104.

    Examples
    --------
    >>> fee_in_lieu_floor(true_value=20e9, ratio=0.15, mills=120)
    120000000.0
    """
    return levy(true_value=true_value, ratio=ratio, mills=mills) / 3.0


def sales_tax_waived(*, capital: float, equipment_frac: float, rate: float) -> float:
    """Sales and use tax that an exemption of equipment gives up, once for every generation of it.

    Parameters
    ----------
    capital : float
        Capital spent on the project, money.
    equipment_frac : float
        Share of the capital that is equipment, 0 to 1.
    rate : float
        Sales tax rate, 0 to 1.

    Returns
    -------
    float
        Tax given up, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(sales_tax_waived(capital=20e9, equipment_frac=0.7, rate=0.07))
    980000000
    """
    return capital * equipment_frac * rate


def property_tax(*, appraised: float, ratio: float, rate_per_100: float) -> float:
    """Property tax on an appraised value at an assessment ratio and a rate per 100 assessed.

    Parameters
    ----------
    appraised : float
        Appraised value, money.
    ratio : float
        Assessed over appraised value, 0 to 1.
    rate_per_100 : float
        Tax for each 100 of assessed value, money.

    Returns
    -------
    float
        Tax, money/year.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(property_tax(appraised=3.4e9, ratio=0.3, rate_per_100=5.27))
    53754000
    """
    return appraised * ratio * rate_per_100 / 100.0
