"""Compute let to others: who comes, what each takes and pays, and how its lease ends.

A signed tenant comes on its day and takes its MW and share of what runs. One that asks waits with a standing offer until the company
lets: the rent offered is at least what own use is worth, which falls with cash, and there is power that neither customers nor its own
least research need. What it signs is kept for the lease.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gigacampus.company.ledger.posting import recent_burn
from gigacampus.company.ledger.scalar_ops import Number, between, least, most, ratio, rule, where
from gigacampus.company.ledger.state_layout import NEVER, Draw, Tenant


@rule
def let_machines(draw: Draw, tenants: Sequence[Tenant], t: int) -> None:
    """What each tenant has and owes in the month, in their order; their shares of IT power in ``rented_frac``."""
    operations, it_mw = draw.state.operations, draw.physics.it_mw
    let_mw = 0.0 * it_mw
    for tenant in tenants:
        _begin(draw, tenant, most(it_mw - let_mw, 0.0), let_mw, t)
        _bill(draw, tenant, most(it_mw - let_mw, 0.0), t)
        let_mw = let_mw + tenant.let_mw
    operations.rented_frac = between(ratio(let_mw, it_mw, 0.0), 0.0, 1.0)


@rule
def _begin(draw: Draw, tenant: Tenant, free_mw: Number, let_mw: Number, t: int) -> None:
    """Start the lease where the tenant is there and, if it only asks, where the company lets."""
    operations = draw.state.operations
    wanted_mw = least(tenant.it_mw + tenant.share_frac * draw.physics.it_mw, free_mw)
    waits = (tenant.begun_month >= NEVER) & (tenant.start_month <= t) & (tenant.end_month > t)
    if t > draw.dates.as_of:
        spare_frac = most(1.0 - operations.serving_frac - draw.terms.letting.own_research_frac, 0.0)
        spare_mw = least(wanted_mw, most(spare_frac * draw.physics.it_mw - let_mw, 0.0))
        offered = where(tenant.has_contract_price > 0.0, tenant.contract_usd_per_mw_month, operations.rent_usd_per_mw_month)
        lets = (offered >= least_rent(draw, t)) & (spare_mw > 0.0)
        begins = waits & ((tenant.is_asking <= 0.0) | lets)
        tenant.signed_mw = where(begins, spare_mw, tenant.signed_mw)
    else:
        begins = waits & (tenant.is_asking <= 0.0)
    tenant.begun_month = where(begins, where(tenant.is_asking > 0.0, float(t), tenant.start_month), tenant.begun_month)
    tenant.rent_usd_per_mw_month = where(begins, tenant.contract_usd_per_mw_month, tenant.rent_usd_per_mw_month)


@rule
def least_rent(draw: Draw, t: int) -> Number:
    """Rent of a MW and month from which the company lets: what own use is worth, in proportion to cash that is less than ample."""
    letting = draw.terms.letting
    enough = letting.ample_cash_months * recent_burn(draw, t)
    return letting.own_use_usd_per_mw_month * between(ratio(draw.balances.lab_cash, enough, 1.0), 0.0, 1.0)


@rule
def _bill(draw: Draw, tenant: Tenant, free_mw: Number, t: int) -> None:
    """Machines that the tenant has, at its rent; rent paid ahead is used month by month, and kept when the lease ends."""
    market, age = draw.state.operations.rent_usd_per_mw_month, t - tenant.begun_month
    runs = (age >= 0.0) & (age < tenant.lasts_months) & (tenant.end_month > t)
    pays = runs & (age < tenant.pays_months)
    wanted_mw = where(tenant.is_asking > 0.0, tenant.signed_mw, tenant.it_mw + tenant.share_frac * draw.physics.it_mw)
    has = runs & (age < tenant.pays_months + tenant.returned_months)
    tenant.let_mw = where(has, least(wanted_mw, free_mw), 0.0)
    renewed = age >= tenant.term_months
    again = renewed & (age - np.floor(age / tenant.term_months) * tenant.term_months < 1.0)
    tenant.rent_usd_per_mw_month = where(again & runs, market, tenant.rent_usd_per_mw_month)
    fixed = tenant.has_contract_price > 0.0
    rent = where(fixed, tenant.rent_usd_per_mw_month, market)
    due = where(pays, tenant.let_mw * rent, 0.0)
    if t >= draw.dates.history_months:
        left = where(pays, least(tenant.prepaid_usd, due), tenant.prepaid_usd)
        tenant.bill_usd = where(pays, due, left)
        ahead = where(pays & (age < 1.0), tenant.prepaid_months * due, 0.0) if t > 0 else 0.0 * due
        draw.flows.lab_use_prepayment += left
        draw.flows.lab_prepay_rental += ahead
        draw.flows.lab_bill_rental += tenant.bill_usd
        tenant.prepaid_usd = tenant.prepaid_usd + ahead - left
