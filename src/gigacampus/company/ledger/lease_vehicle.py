"""The vehicle of outside investors that buys accelerators and leases them to the lab at a level rent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.leases import operating_lease_month
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.lease_lenders import collect_rent, hold_covenants, serve_loan
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, add_at, between, least, most, where
from gigacampus.company.ledger.state_layout import d, h, k
from gigacampus.foundation.units import MONTHS_PER_YEAR


def run_vehicle(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Purchases of the month become a lease of the term; the vehicle carries its debt evenly over the same term.

    The vehicle buys what the lab is paying for: accelerator bills of the month and open vendor credit. It pays the vendor, so that
    its purchases are no capital expenditure in cash of the lab. A leaseback that is a finance lease is no sale (ASC 842-40-25), so
    the lab keeps the asset and owes the proceeds; as an operating lease it is one. Lenders in breach stop new purchases.
    """
    bought = _purchase(x, b, p, dates, t)
    p[k.lease_rent] = p[k.lease_rent] + past[h.rent_change, t]
    p[k.loan_due] = p[k.loan_due] + past[h.loan_change, t]
    x[f.vehicle_draw_loan] = bought * p[k.vehicle_debt_frac]
    _schedule(p, past, dates, h.rent_change, bought * p[k.lease_factor], t)
    _schedule(p, past, dates, h.loan_change, x[f.vehicle_draw_loan] / p[k.lease_term], t)
    x[f.vehicle_equity_in] = bought - x[f.vehicle_draw_loan]
    x[f.vehicle_buy] = bought
    gross, worn = b[a.vehicle_equipment], -b[a.vehicle_equipment_acc]
    x[f.vehicle_depreciate] = least(gross / p[k.lease_term], most(gross - worn, 0.0))
    collect_rent(x, b, p)
    serve_loan(x, b, p)
    hold_covenants(x, b, p, dates, t)
    _finance_lease(x, b, p, bought)
    _operating_lease(x, b, p, bought)


def _purchase(x: np.ndarray, b: np.ndarray, p: np.ndarray, dates: np.ndarray, t: int) -> Number:
    """What the vehicle pays for this month: its dated plan, out of the lab's accelerator bills and open vendor credit, and its share
    of the machines of extensions.
    """
    since = t - dates[d.vehicle_start] + 1
    plan = p[k.vehicle_purchase_usd] * least(since / p[k.vehicle_advance], 1.0) - p[k.vehicle_bought]
    bills = x[f.lab_pay_gpu] + x[f.lab_pay_network]
    credit = owed(b, a.lab_undisclosed_payables) - x[f.lab_pay_undisclosed_vendors]
    plan = where(p[k.vehicle_breach] > 0.0, 0.0, plan)
    from_credit = between(plan, 0.0, most(credit, 0.0))
    from_bills = between(plan - from_credit, 0.0, most(bills - p[k.leased_bill], 0.0))
    x[f.lab_pay_undisclosed_vendors] += from_credit
    p[k.vehicle_bought] = p[k.vehicle_bought] + from_credit + from_bills
    return from_credit + from_bills + p[k.leased_bill]


def _schedule(p: np.ndarray, past: np.ndarray, dates: np.ndarray, row: int, amount: Number, t: int) -> None:
    """A level amount from the month after the purchase to the end of the term, kept as changes of the monthly sum."""
    past[row, t + 1] += amount
    add_at(past, row, least(t + 1 + p[k.lease_term], float(dates[d.months] + 1)), -amount)


def _finance_lease(x: np.ndarray, b: np.ndarray, p: np.ndarray, bought: Number) -> None:
    """The lab's side of a finance lease: proceeds, interest at the lease rate, rent; the machines stay in its books."""
    liability, rate = owed(b, a.lab_lease_liability), p[k.lease_rate_frac] / MONTHS_PER_YEAR
    x[f.lab_lease_proceeds] = bought * p[k.finance_lease]
    x[f.lab_accrue_lease] = liability * rate
    x[f.lab_pay_lease] = least(p[k.lease_rent] * p[k.finance_lease], liability * (1.0 + rate))


def _operating_lease(x: np.ndarray, b: np.ndarray, p: np.ndarray, bought: Number) -> None:
    """The lab's side of an operating lease: machines sold at cost, a right of use and its liability, a level cost."""
    kind, rate, share = 1.0 - p[k.finance_lease], p[k.own_rate_frac] / MONTHS_PER_YEAR, p[k.cost_share]
    rent = p[k.lease_rent] * kind
    x[f.lab_sell_machines] = bought * kind
    x[f.lab_take_right_of_use] = bought * p[k.lease_right] * kind
    x[f.lab_pay_operating_lease] = rent
    grown, used = operating_lease_month(owed(b, a.lab_operating_lease_liability), rent, rate)
    x[f.lab_accrete_lease_serving], x[f.lab_accrete_lease_training] = grown * share, grown * (1.0 - share)
    x[f.lab_use_right_serving], x[f.lab_use_right_training] = used * share, used * (1.0 - share)
