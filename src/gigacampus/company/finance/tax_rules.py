"""Federal income-tax rules on vectors of years: losses carried forward, the interest limit."""

from __future__ import annotations

from collections.abc import Sequence


def nol_path(taxable: Sequence[float], *, opening_nol: float = 0.0, limit_frac: float = 0.8) -> tuple[list[float], list[float]]:
    """Losses used and losses left by year: no carryback, no expiry, use limited to a share of income.

    Source: IRC 172 for losses after 2017.

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

    >>> nol_left([-500, 300, 100])
    180.0
    """
    return nol_path(taxable, opening_nol=opening_nol, limit_frac=limit_frac)[1][-1]


def tax_path(taxable: Sequence[float], *, rate: float, opening_nol: float = 0.0, limit_frac: float = 0.8) -> list[float]:
    """Tax by year after losses.

    >>> [round(t, 6) for t in tax_path([100], opening_nol=150, rate=0.21)]
    [4.2]
    """
    used, _ = nol_path(taxable, opening_nol=opening_nol, limit_frac=limit_frac)
    return [rate * (max(i, 0.0) - u) for i, u in zip(taxable, used, strict=True)]


def interest_allowed(
    *, interest: float, ati_ebitda: float, interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3
) -> float:
    """Interest that may be deducted: interest income plus a share of adjusted taxable income before depreciation.

    Source: IRC 163(j), EBITDA basis again from 2025. The rest is carried forward without limit.

    >>> interest_allowed(interest=100, ati_ebitda=200, interest_income=10)
    70.0
    """
    return min(interest + carryforward, interest_income + share * max(ati_ebitda, 0.0))


def interest_path(
    interest: Sequence[float], *, ati_ebitda: Sequence[float], interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3
) -> tuple[list[float], list[float]]:
    """Interest deducted and carried forward by year.

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

    Source: IRC 382(b).

    >>> ownership_change_limit(value=1000.0, long_term_rate=0.035)
    35.0
    """
    return value * long_term_rate


def minimum_tax(*, book_income: float, regular_tax: float = 0.0, rate: float = 0.15) -> float:
    """What the tax on book income adds to the regular tax.

    Source: IRC 55(b)(2), companies above 1 billion a year.

    >>> minimum_tax(book_income=2000.0, regular_tax=100.0)
    200.0
    """
    return max(rate * book_income - regular_tax, 0.0)


def combined_rate(*, federal: float, state: float) -> float:
    """Tax rate of two levels when state tax is deducted from federal income.

    >>> round(combined_rate(federal=0.21, state=0.05), 6)
    0.2495
    """
    return federal + state * (1.0 - federal)


def levy(*, true_value: float, ratio: float, mills: float) -> float:
    """Property tax of a year at an assessment ratio and a rate in mills, thousandths of the assessed value.

    >>> levy(true_value=20e9, ratio=0.15, mills=120)
    360000000.0
    """
    return true_value * ratio * mills / 1000.0


def fee_in_lieu_floor(*, true_value: float, ratio: float, mills: float) -> float:
    """Least fee in lieu of property tax: one third of the levy.

    Source: Miss. Code 27-31-104.

    >>> fee_in_lieu_floor(true_value=20e9, ratio=0.15, mills=120)
    120000000.0
    """
    return levy(true_value=true_value, ratio=ratio, mills=mills) / 3.0


def sales_tax_waived(*, capital: float, equipment_frac: float, rate: float) -> float:
    """Sales and use tax that an exemption of equipment gives up, once for every generation of it.

    >>> round(sales_tax_waived(capital=20e9, equipment_frac=0.7, rate=0.07))
    980000000
    """
    return capital * equipment_frac * rate


def property_tax(*, appraised: float, ratio: float, rate_per_100: float) -> float:
    """Property tax on an appraised value at an assessment ratio and a rate per 100 assessed.

    >>> round(property_tax(appraised=3.4e9, ratio=0.3, rate_per_100=5.27))
    53754000
    """
    return appraised * ratio * rate_per_100 / 100.0
