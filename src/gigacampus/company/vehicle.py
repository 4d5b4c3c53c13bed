"""The vehicle of outside investors that buys accelerators and leases them to the lab at a level rent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.alike import Number, add_at, between, least, most, where
from gigacampus.company.books import owed
from gigacampus.company.journal import a, f
from gigacampus.company.rows import d, h, k
from gigacampus.units import MONTHS_PER_YEAR


def run_vehicle(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Purchases of the month become a lease of the term; the vehicle carries its debt evenly over the same term.

    The vehicle buys what the lab is paying for: accelerator bills of the month and open vendor credit. It pays the vendor, so that
    its purchases are no capital expenditure in cash of the lab. A leaseback that is a finance lease is no sale (ASC 842-40-25), so
    the lab keeps the asset and owes the proceeds; an operating classification is not modelled (see ``is_finance_lease`` for whether
    that matters).
    """
    bought = _purchase(x, b, p, dates, t)
    p[k.lease_rent] = p[k.lease_rent] + past[h.rent_change, t]
    _schedule(p, past, dates, bought * p[k.lease_factor], t)
    x[f.vehicle_draw_loan] = bought * p[k.vehicle_debt_frac]
    x[f.vehicle_equity_in] = bought - x[f.vehicle_draw_loan]
    x[f.vehicle_buy], x[f.vehicle_rent] = bought, p[k.lease_rent]
    gross, worn = b[a.vehicle_equipment], -b[a.vehicle_equipment_acc]
    x[f.vehicle_pay_fees] = gross * p[k.vehicle_fee_frac] / MONTHS_PER_YEAR
    x[f.vehicle_depreciate] = least(gross / p[k.lease_term], most(gross - worn, 0.0))
    _repay(x, b, p)
    _lessee(x, b, p, bought)


def _repay(x: np.ndarray, b: np.ndarray, p: np.ndarray) -> None:
    """The vehicle's loan, then what is left for its investors, or what they must put in."""
    loan, cash = owed(b, a.vehicle_loan), b[a.vehicle_cash]
    x[f.vehicle_pay_interest] = loan * p[k.vehicle_debt_rate_frac] / MONTHS_PER_YEAR
    basis = where(loan > 0.0, p[k.vehicle_borrowed], 0.0)
    x[f.vehicle_repay_loan] = least(loan, basis / p[k.lease_term])
    p[k.vehicle_borrowed] = basis + x[f.vehicle_draw_loan]
    free = x[f.vehicle_rent] - x[f.vehicle_pay_fees] - x[f.vehicle_pay_interest] - x[f.vehicle_repay_loan]
    x[f.vehicle_distribute] = between(free, 0.0, cash + most(free, 0.0))
    x[f.vehicle_equity_in] += most(-free - cash, 0.0)


def _purchase(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> Number:
    """What the vehicle pays for this month: its dated plan, out of the lab's accelerator bills and open vendor credit, and its share
    of the machines of extensions.
    """
    since = t - dates[d.vehicle_start] + 1
    plan = p[k.vehicle_purchase_usd] * least(since / p[k.vehicle_advance], 1.0) - p[k.vehicle_bought]
    bills = x[f.lab_pay_gpu] + x[f.lab_pay_network]
    credit = owed(b, a.lab_undisclosed_payables) - x[f.lab_pay_undisclosed_vendors]
    from_credit = between(plan, 0.0, most(credit, 0.0))
    from_bills = between(plan - from_credit, 0.0, most(bills - p[k.leased_bill], 0.0))
    x[f.lab_pay_undisclosed_vendors] += from_credit
    p[k.vehicle_bought] = p[k.vehicle_bought] + from_credit + from_bills
    return from_credit + from_bills + p[k.leased_bill]


def _schedule(p: np.ndarray, past: np.ndarray, dates: np.ndarray, rent: Number, t: int) -> None:
    """Level rent from the month after the purchase to the end of the term, kept as changes of the monthly sum."""
    past[h.rent_change, t + 1] += rent
    add_at(past, h.rent_change, least(t + 1 + p[k.lease_term], float(dates[d.months] + 1)), -rent)


def _lessee(x: np.ndarray, b: np.ndarray, p: np.ndarray, bought: Number) -> None:
    """The lab's side: proceeds, interest at the lease rate, rent."""
    liability, rate = owed(b, a.lab_lease_liability), p[k.lease_rate_frac] / MONTHS_PER_YEAR
    x[f.lab_lease_proceeds] = bought
    x[f.lab_accrue_lease] = liability * rate
    x[f.lab_pay_lease] = least(p[k.lease_rent], liability * (1.0 + rate))
