"""The vehicle of outside investors that buys accelerators and leases them to the lab at a level rent."""

from __future__ import annotations

import numpy as np

from gigacampus.company.bind import months_of
from gigacampus.company.books import Books
from gigacampus.company.finance.leases import operating_lease_month, present_value_of_rents
from gigacampus.company.journal import a, f
from gigacampus.company.lenders import collect_rent, serve_loan
from gigacampus.units import MONTHS_PER_YEAR


def run_vehicle(s: Books) -> None:
    """Purchases of the month become a lease of the term; the vehicle carries its debt evenly over the same term.

    The vehicle buys what the lab is paying for: accelerator bills of the month and open vendor credit. It pays the
    vendor, so that its purchases are no capital expenditure in cash of the lab. A leaseback that
    is a finance lease is no sale (ASC 842-40-25), so the lab keeps the asset and owes the proceeds; as an operating
    lease it is one. Lenders in breach stop new purchases.
    """
    v, x, t = s.bound.company.vehicle, s.flow, s.t
    if v.start is None or t < s.drivers.months.index(v.start):
        return
    term = months_of(v.term_years, MONTHS_PER_YEAR)
    bought = _purchase(s, s.lender["breach"] == 0.0)
    rate = np.asarray(v.lease_rate_frac) / MONTHS_PER_YEAR
    factor = (1.0 - np.asarray(v.residual_frac) * (1.0 + rate) ** -term) / ((1.0 - (1.0 + rate) ** -term) / rate)
    s.rent = s.rent + s.rent_change[t]
    rent = s.rent
    _schedule(s, bought * factor, term)
    x[f.vehicle_draw_loan] = bought * v.debt_frac
    x[f.vehicle_equity_in] = bought - x[f.vehicle_draw_loan]
    x[f.vehicle_buy] = bought
    gross, worn = s.balance[a.vehicle_equipment], -s.balance[a.vehicle_equipment_acc]
    x[f.vehicle_depreciate] = np.minimum(gross / term, np.maximum(gross - worn, 0.0))
    s.lease_basis[1] = np.where(s.held(a.vehicle_loan) > 0, s.lease_basis[1], 0.0)
    serve_loan(s, collect_rent(s, rent), np.minimum(s.held(a.vehicle_loan), s.lease_basis[1] / term), x[f.vehicle_draw_loan])
    s.lease_basis[1] += x[f.vehicle_draw_loan]
    _finance_lease(s, bought, rent, rate)
    _operating_lease(s, bought, rent, bought * factor, term)


def _purchase(s: Books, open_: np.ndarray) -> np.ndarray:
    """What the vehicle pays for this month: its dated plan, out of the lab's accelerator bills and open vendor credit,
    and its share of the machines of extensions.
    """
    v, x = s.bound.company.vehicle, s.flow
    spread = months_of(v.advance_months)
    since = s.t - s.drivers.months.index(v.start) + 1
    plan = np.asarray(v.purchase_usd) * np.clip(since / spread, 0.0, 1.0) - s.lease_basis[0]
    bills = x[f.lab_pay_gpu] + x[f.lab_pay_network]
    owed = s.held(a.lab_undisclosed_payables) - x[f.lab_pay_undisclosed_vendors]
    from_credit = open_ * np.clip(plan, 0.0, np.maximum(owed, 0.0))
    from_bills = open_ * np.clip(plan - from_credit, 0.0, np.maximum(bills - s.leased_bill, 0.0))
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


def _finance_lease(s: Books, bought: np.ndarray, rent: np.ndarray, rate: np.ndarray) -> None:
    """The lab's side of a finance lease: proceeds, interest at the lease rate, rent; the machines stay in its books."""
    owed, kind = s.held(a.lab_lease_liability), s.finance_lease
    s.flow[f.lab_lease_proceeds] = bought * kind
    s.flow[f.lab_accrue_lease] = owed * rate
    s.flow[f.lab_pay_lease] = np.minimum(rent * kind, owed * (1.0 + rate))


def _operating_lease(s: Books, bought: np.ndarray, rent: np.ndarray, new_rent: np.ndarray, term: np.ndarray) -> None:
    """The lab's side of an operating lease: machines sold at cost, a right of use and its liability, a level cost."""
    x, kind = s.flow, 1.0 - s.finance_lease
    rate = np.asarray(s.bound.company.vehicle.incremental_rate_frac) / MONTHS_PER_YEAR
    x[f.lab_sell_machines] = bought * kind
    x[f.lab_take_right_of_use] = kind * present_value_of_rents(rent=new_rent, monthly_rate=rate, months=term)
    x[f.lab_pay_operating_lease] = rent * kind
    grown, used = operating_lease_month(liability=s.held(a.lab_operating_lease_liability), rent=rent * kind, monthly_rate=rate)
    x[f.lab_accrete_lease_serving], x[f.lab_accrete_lease_training] = grown * s.cost_share, grown * (1.0 - s.cost_share)
    x[f.lab_use_right_serving], x[f.lab_use_right_training] = used * s.cost_share, used * (1.0 - s.cost_share)
