"""The vehicle of outside investors that buys accelerators and leases them to the lab at a level rent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.bind import months_of
from gigacampus.company.books import Books
from gigacampus.company.journal import a, f
from gigacampus.units import MONTHS_PER_YEAR


def run_vehicle(s: Books) -> None:
    """Purchases of the month become a lease of the term; the vehicle carries its debt evenly over the same term.

    The vehicle buys what the lab is paying for: accelerator bills of the month and open vendor credit. It pays the
    vendor, so that its purchases are no capital expenditure in cash of the lab. A leaseback that
    is a finance lease is no sale (ASC 842-40-25), so the lab keeps the asset and owes the proceeds; an operating
    classification is not modelled (see ``is_finance_lease`` for whether that matters).
    """
    v, x, t = s.bound.company.vehicle, s.flow, s.t
    if v.start is None or t < s.drivers.months.index(v.start):
        return
    term = months_of(v.term_years, MONTHS_PER_YEAR)
    bought = _purchase(s)
    rate = np.asarray(v.lease_rate_frac) / MONTHS_PER_YEAR
    factor = (1.0 - np.asarray(v.residual_frac) * (1.0 + rate) ** -term) / ((1.0 - (1.0 + rate) ** -term) / rate)
    s.rent = s.rent + s.rent_change[t]
    rent = s.rent
    _schedule(s, bought * factor, term)
    x[f.vehicle_draw_loan] = bought * v.debt_frac
    x[f.vehicle_equity_in] = bought - x[f.vehicle_draw_loan]
    x[f.vehicle_buy], x[f.vehicle_rent] = bought, rent
    x[f.vehicle_pay_fees] = s.balance[a.vehicle_equipment] * v.fee_frac / MONTHS_PER_YEAR
    gross, worn = s.balance[a.vehicle_equipment], -s.balance[a.vehicle_equipment_acc]
    x[f.vehicle_depreciate] = np.minimum(gross / term, np.maximum(gross - worn, 0.0))
    x[f.vehicle_pay_interest] = s.held(a.vehicle_loan) * v.debt_rate_frac / MONTHS_PER_YEAR
    s.lease_basis[1] = np.where(s.held(a.vehicle_loan) > 0, s.lease_basis[1], 0.0)
    x[f.vehicle_repay_loan] = np.minimum(s.held(a.vehicle_loan), s.lease_basis[1] / term)
    s.lease_basis[1] += x[f.vehicle_draw_loan]
    free = x[f.vehicle_rent] - x[f.vehicle_pay_fees] - x[f.vehicle_pay_interest] - x[f.vehicle_repay_loan]
    x[f.vehicle_distribute] = np.clip(free, 0.0, s.balance[a.vehicle_cash] + np.maximum(free, 0.0))
    x[f.vehicle_equity_in] += np.maximum(-free - s.balance[a.vehicle_cash], 0.0)
    _lessee(s, bought, rent, rate)


def _purchase(s: Books) -> np.ndarray:
    """What the vehicle pays for this month: its dated plan, out of the lab's accelerator bills and open vendor credit,
    and its share of the machines of extensions.
    """
    v, x = s.bound.company.vehicle, s.flow
    spread = months_of(v.advance_months)
    since = s.t - s.drivers.months.index(v.start) + 1
    plan = np.asarray(v.purchase_usd) * np.clip(since / spread, 0.0, 1.0) - s.lease_basis[0]
    bills = x[f.lab_pay_gpu] + x[f.lab_pay_network]
    owed = s.held(a.lab_undisclosed_payables) - x[f.lab_pay_undisclosed_vendors]
    from_credit = np.clip(plan, 0.0, np.maximum(owed, 0.0))
    from_bills = np.clip(plan - from_credit, 0.0, np.maximum(bills - s.leased_bill, 0.0))
    x[f.lab_pay_undisclosed_vendors] += from_credit
    s.lease_basis[0] += from_credit + from_bills
    return from_credit + from_bills + s.leased_bill


def _schedule(s: Books, rent: np.ndarray, term: np.ndarray) -> None:
    """Level rent from the month after the purchase to the end of the term, kept as changes of the monthly sum."""
    last = s.rent_change.shape[0] - 1
    s.rent_change[min(s.t + 1, last)] += rent
    end = np.broadcast_to(s.t + 1 + term, (s.n,))
    inside = end <= last
    s.rent_change[end[inside], np.nonzero(inside)[0]] -= rent[inside]


def _lessee(s: Books, bought: np.ndarray, rent: np.ndarray, rate: np.ndarray) -> None:
    """The lab's side: proceeds, interest at the lease rate, rent."""
    owed = s.held(a.lab_lease_liability)
    s.flow[f.lab_lease_proceeds] = bought
    s.flow[f.lab_accrue_lease] = owed * rate
    s.flow[f.lab_pay_lease] = np.minimum(rent, owed * (1.0 + rate))
