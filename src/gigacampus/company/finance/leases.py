"""Operating leases in the lessee's books: right of use, liability, and a level cost inside EBITDA.

Everything here works on numbers and on arrays of draws alike.
"""

from __future__ import annotations

from gigacampus.company.ledger.scalar_ops import Number, least, rule, where


def present_value_of_rents(rent: Number, monthly_rate: Number, months: Number) -> Number:
    """Present value of a level rent paid at the end of each month.

    Parameters
    ----------
    rent : float or array
        Rent of a period, money.
    monthly_rate : float or array
        Rate of a month, 1/month.
    months : float or array
        Months, months.

    Returns
    -------
    float or array
        Present value, money, one number or an array of draws.

    Notes
    -----
    Valid for: rates of 0 and above.

    References
    ----------
    TVM : annuity in arrears.

    Examples
    --------
    >>> round(float(present_value_of_rents(rent=100.0, monthly_rate=0.01, months=60)), 4)
    4495.5038
    """
    safe = where(monthly_rate > 1e-12, monthly_rate, 1.0)
    return rent * where(monthly_rate > 1e-12, (1.0 - (1.0 + safe) ** -months) / safe, months)


def finance_lease(term_months: Number, life_months: Number, rents: Number, price: Number) -> Number:
    """1 where a lease is a finance lease for the lessee, else 0: three quarters of the life, or nine tenths of the value.

    Parameters
    ----------
    term_months : float or array
        Term of the lease, months.
    life_months : float or array
        Economic life, months.
    rents : float or array
        Present value of the rents, money.
    price : float or array
        Price, money.

    Returns
    -------
    float or array
        1 or 0, one number or an array of draws.

    References
    ----------
    ASC842 : FASB ASC 842-10-25-2 with the customary thresholds of ASC 842-10-55-2.

    Examples
    --------
    >>> [int(finance_lease(term_months=36, life_months=72, rents=x, price=100.0)) for x in (89.0, 90.0)]
    [0, 1]
    """
    return where((term_months >= 0.75 * life_months) | (rents >= 0.9 * price), 1.0, 0.0)


@rule
def operating_lease_month(liability: Number, rent: Number, monthly_rate: Number) -> tuple[Number, Number]:
    """Growth of the liability by interest, and amortisation of the right of use; together they are the level cost.

    Rent is level over the term, so that the cost of a month is its rent.

    Parameters
    ----------
    liability : float or array
        Lease liability at the start of the month, money.
    rent : float or array
        Rent of a period, money.
    monthly_rate : float or array
        Rate of a month, 1/month.

    Returns
    -------
    tuple[Number, Number]
        Growth of the liability and amortisation of the right of use, money, each one number or an array of draws.

    References
    ----------
    ASC842 : FASB ASC 842-20-25-6.

    Examples
    --------
    >>> accretion, amortised = operating_lease_month(liability=4495.5038, rent=100.0, monthly_rate=0.01)
    >>> round(float(accretion), 4), round(float(amortised), 4)
    (44.955, 55.045)
    """
    interest = least(liability * monthly_rate, rent)
    return interest, rent - interest
