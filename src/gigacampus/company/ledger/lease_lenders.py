"""A month of the vehicle's loan: rent received, debt served, covenants tested, and what a failed test brings."""

from __future__ import annotations

from gigacampus.company.finance.covenants import MONTHS_PER_TEST, collateral_value, cure_amount, equity_cure, failing_tests
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import least, most, rule, where
from gigacampus.company.ledger.state_layout import Draw
from gigacampus.foundation.units import MONTHS_PER_YEAR


@rule
def collect_rent(draw: Draw) -> None:
    """Rent of the month, less what the lab could not pay of the month before, and what it catches up with its arrears."""
    flows, balances, lease = draw.flows, draw.balances, draw.state.lease
    before, rent = balances.vehicle_rent_receivable, lease.rent_usd
    after = least(least(before + lease.unpaid_rent_usd, before + rent), owed(balances.lab_arrears))
    flows.vehicle_bill_rent = rent
    flows.vehicle_collect_rent = before + rent - after


@rule
def serve_loan(draw: Draw) -> None:
    """Fees, interest and principal; owners pay what rent does not, until a default; free cash goes to them, or in a breach to the loan.

    Each draw falls due evenly over the term, what a sweep or a cure paid down falls due no more; unpaid interest joins the loan.
    """
    flows, balances, terms, lease = draw.flows, draw.balances, draw.terms.vehicle, draw.state.lease
    loan, rent = owed(balances.vehicle_loan), flows.vehicle_collect_rent
    fees = balances.vehicle_equipment * terms.fee_frac / MONTHS_PER_YEAR
    interest, due = loan * terms.debt_rate_frac / MONTHS_PER_YEAR, least(loan, lease.loan_due_usd)
    cash = balances.vehicle_cash + rent
    topped = where(lease.in_default > 0.0, 0.0, most(fees + interest + due - cash, 0.0))
    left = cash + topped
    flows.vehicle_pay_fees = least(fees, left)
    flows.vehicle_pay_interest = least(interest, left - flows.vehicle_pay_fees)
    flows.vehicle_add_interest = interest - flows.vehicle_pay_interest
    left = left - flows.vehicle_pay_fees - flows.vehicle_pay_interest
    swept = where(lease.in_breach > 0.0, least(left, loan), least(left, due))
    flows.vehicle_repay_loan = swept
    flows.vehicle_distribute = where(lease.in_breach > 0.0, 0.0, left - swept)
    flows.vehicle_equity_in += topped
    lease.net_rent_usd, lease.debt_service_usd = rent - fees, interest + due


@rule
def hold_covenants(draw: Draw, t: int) -> None:
    """Value of the machines a month on, and at a quarter's end the tests on the loan after the month's payments."""
    lease, operations = draw.state.lease, draw.state.operations
    ratio = operations.rent_usd_per_mw_month / most(operations.rent_before_usd_per_mw_month, 1e-9)
    lease.machines_value_usd = collateral_value(lease.machines_value_usd, draw.flows.vehicle_buy, ratio, draw.terms.vehicle.value_kept)
    lease.quarter_rent_usd = lease.quarter_rent_usd + lease.net_rent_usd
    lease.quarter_service_usd = lease.quarter_service_usd + lease.debt_service_usd
    if (t - draw.dates.vehicle_start) % MONTHS_PER_TEST == MONTHS_PER_TEST - 1:
        _quarter(draw)


@rule
def _quarter(draw: Draw) -> None:
    """The tests; a cure pays the loan down at once, a failure after the sweeps that nobody cures is a default."""
    flows, balances, terms, lease = draw.flows, draw.balances, draw.terms.vehicle, draw.state.lease
    loan = owed(balances.vehicle_loan) + flows.vehicle_draw_loan + flows.vehicle_add_interest - flows.vehicle_repay_loan
    rent, service, value = lease.quarter_rent_usd, lease.quarter_service_usd, lease.machines_value_usd
    due = cure_amount(rent, service, loan, value, terms.dscr_min, terms.ltv_max_frac)
    poor = (terms.lab_cash_min_usd > 0.0) & (balances.lab_cash < terms.lab_cash_min_usd)
    failing = failing_tests((due > 0.0) | poor, lease.failing_tests)
    curable = where(poor | (lease.in_default > 0.0), 0.0, due)
    paid = equity_cure(failing, terms.sweep_tests, curable, lease.cures_left, owed(balances.vehicle_equity), terms.cure_max_frac)
    flows.vehicle_equity_in += paid
    flows.vehicle_repay_loan += paid
    lease.cures_left = lease.cures_left - where(paid > 0.0, 1.0, 0.0)
    lease.in_default = where((failing > terms.sweep_tests) & (paid == 0.0), 1.0, lease.in_default)
    lease.failing_tests = where(paid > 0.0, 0.0, failing)
    lease.in_breach = where((lease.failing_tests > 0.0) | (lease.in_default > 0.0), 1.0, 0.0)
    lease.quarter_rent_usd, lease.quarter_service_usd = 0.0, 0.0
