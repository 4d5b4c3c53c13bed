"""The vehicle of outside investors that buys accelerators and leases them to the lab at a level rent."""

from __future__ import annotations

from gigacampus.company.finance.leases import operating_lease_month
from gigacampus.company.ledger.lease_lenders import collect_rent, hold_covenants, serve_loan
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, add_at, between, least, most, rule, where
from gigacampus.company.ledger.state_layout import Draw
from gigacampus.foundation.units import MONTHS_PER_YEAR


@rule
def run_vehicle(draw: Draw, t: int) -> None:
    """Purchases of the month become a lease of the term; the vehicle carries its debt evenly over the same term.

    The vehicle buys what the lab is paying for: accelerator bills of the month and open vendor credit. It pays the vendor, so that
    its purchases are no capital expenditure in cash of the lab. A leaseback that is a finance lease is no sale (ASC 842-40-25), so
    the lab keeps the asset and owes the proceeds; as an operating lease it is one. Lenders in breach stop new purchases.
    """
    flows, balances, terms, lease = draw.flows, draw.balances, draw.terms.vehicle, draw.state.lease
    rent_change, due_change = draw.timeline.rent_change_usd, draw.timeline.loan_due_change_usd
    bought = _purchase(draw, t)
    lease.rent_usd = lease.rent_usd + rent_change[t]
    lease.loan_due_usd = lease.loan_due_usd + due_change[t]
    flows.vehicle_draw_loan = bought * terms.debt_frac
    _schedule(draw, rent_change, bought * terms.rent_per_usd, t)
    _schedule(draw, due_change, flows.vehicle_draw_loan / terms.term_months, t)
    flows.vehicle_equity_in = bought - flows.vehicle_draw_loan
    flows.vehicle_buy = bought
    gross, worn = balances.vehicle_equipment, -balances.vehicle_equipment_acc
    flows.vehicle_depreciate = least(gross / terms.term_months, most(gross - worn, 0.0))
    collect_rent(draw)
    serve_loan(draw)
    hold_covenants(draw, t)
    _finance_lease(draw, bought)
    _operating_lease(draw, bought)


@rule
def _purchase(draw: Draw, t: int) -> Number:
    """What the vehicle pays for this month: its dated plan, out of the lab's accelerator bills and open vendor credit, and its share
    of the machines of extensions.
    """
    flows, terms, lease, leased_bill = draw.flows, draw.terms.vehicle, draw.state.lease, draw.state.construction.leased_bill_usd
    since = t - draw.dates.vehicle_start + 1
    plan = terms.purchase_usd * least(since / terms.advance_months, 1.0) - lease.bought_usd
    bills = flows.lab_pay_gpu + flows.lab_pay_network + draw.state.construction.machines_due_usd
    credit = owed(draw.balances.lab_undisclosed_payables) - flows.lab_pay_undisclosed_vendors
    plan = where(lease.in_breach > 0.0, 0.0, plan)
    from_credit = between(plan, 0.0, most(credit, 0.0))
    from_bills = between(plan - from_credit, 0.0, most(bills - leased_bill, 0.0))
    flows.lab_pay_undisclosed_vendors += from_credit
    lease.bought_usd = lease.bought_usd + from_credit + from_bills
    return from_credit + from_bills + leased_bill


@rule
def _schedule(draw: Draw, change_usd: Number, amount: Number, t: int) -> None:
    """A level amount from the month after the purchase to the end of the term, kept as changes of the monthly sum."""
    change_usd[t + 1] += amount
    add_at(change_usd, least(t + 1 + draw.terms.vehicle.term_months, float(draw.dates.months + 1)), -amount)


@rule
def _finance_lease(draw: Draw, bought: Number) -> None:
    """The lab's side of a finance lease: proceeds, interest at the lease rate, rent; the machines stay in its books."""
    flows, terms = draw.flows, draw.terms.vehicle
    liability, rate = owed(draw.balances.lab_lease_liability), terms.lease_rate_frac / MONTHS_PER_YEAR
    flows.lab_lease_proceeds = bought * terms.is_finance_lease
    flows.lab_accrue_lease = liability * rate
    flows.lab_pay_lease = least(draw.state.lease.rent_usd * terms.is_finance_lease, liability * (1.0 + rate))


@rule
def _operating_lease(draw: Draw, bought: Number) -> None:
    """The lab's side of an operating lease: machines sold at cost, a right of use and its liability, a level cost."""
    flows, terms, share = draw.flows, draw.terms.vehicle, draw.state.operations.serving_cost_frac
    kind, rate = 1.0 - terms.is_finance_lease, terms.incremental_rate_frac / MONTHS_PER_YEAR
    rent = draw.state.lease.rent_usd * kind
    flows.lab_sell_machines = bought * kind
    flows.lab_take_right_of_use = bought * terms.right_of_use_per_usd * kind
    flows.lab_pay_operating_lease = rent
    grown, used = operating_lease_month(owed(draw.balances.lab_operating_lease_liability), rent, rate)
    flows.lab_accrete_lease_serving, flows.lab_accrete_lease_training = grown * share, grown * (1.0 - share)
    flows.lab_use_right_serving, flows.lab_use_right_training = used * share, used * (1.0 - share)
