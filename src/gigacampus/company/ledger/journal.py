"""The static journal: every flow that may happen in a month, what it debits and credits, and its cash class.

A month's entries are one number a flow; posting adds it to one account and takes it from the other, so the books
balance whatever the numbers are. ``cash`` classes: operating, investing, financing; empty when no cash account moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.ledger.accounts import ACCOUNTS, ASSET_CLASSES, ENTITIES, INDEX, LINES
from gigacampus.company.ledger.state_layout import numbered

CASH_CLASSES = ("operating", "investing", "financing")


@dataclass(frozen=True)
class Flow:
    """One kind of entry."""

    name: str
    entity: str
    debit: str
    credit: str
    cash: str


_LAB = """
bill_subscriptions cash deferred_revenue operating
earn_subscriptions deferred_revenue revenue_subscriptions
bill_api receivables revenue_api
bill_government receivables revenue_government
bill_cars receivables revenue_cars
bill_robots receivables revenue_robots
bill_agents receivables revenue_agents
bill_rental receivables revenue_rental
collect cash receivables operating
prepay_rental cash customer_prepayments operating
use_prepayment customer_prepayments receivables
energy_serving cost_energy accrued_energy
energy_training rd_energy accrued_energy
pay_energy accrued_energy cash operating
site_serving cost_site payables
site_training rd_site payables
bandwidth cost_bandwidth payables
payment_fees cost_payment_fees cash operating
staff_research rd_staff accrued_compensation
staff_operations operations_staff accrued_compensation
staff_robots_agents robots_agents_staff accrued_compensation
staff_sales_admin sga_staff accrued_compensation
pay_staff accrued_compensation cash operating
grant_stock stock_compensation stock_paid_in
data rd_data payables
data_platform rd_data_platform due_to_platform
pay_platform due_to_platform cash operating
cloud rd_cloud payables
robots_agents robots_agents_outside payables
marketing marketing payables
general general payables
insure insurance payables
local_taxes local_taxes cash operating
fines fines accrued_legal
pay_fines accrued_legal cash operating
pay_vendors payables cash operating
undisclosed_cost cost_undisclosed cash operating
undisclosed_opex opex_undisclosed cash operating
undisclosed_other other_undisclosed undisclosed_accruals
undisclosed_other_back undisclosed_assets other_undisclosed
undisclosed_spending undisclosed_assets cash investing
undisclosed_vendor_credit cash undisclosed_payables investing
pay_undisclosed_vendors undisclosed_payables cash investing
depreciate_undisclosed depreciation_undisclosed undisclosed_acc
commit_phase_gpu cip_gpu vendor_payables
commit_phase_network cip_network vendor_payables
commit_phase_building cip_building vendor_payables
commit_phase_power cip_power vendor_payables
pay_phase vendor_payables cash investing
salvage cash salvage_gain investing
impair_machines impairment machines_written_down
relieve_written_down machines_written_down depreciation_gpu
strand impairment cip_written_down
serve_stranded cip_written_down machines_written_down
capitalise_interest cip_building interest_capitalised
deposit_utility utility_deposits cash investing
draw_notes cash notes financing
repay_notes notes cash financing
draw_term_loan cash term_loan financing
repay_term_loan term_loan cash financing
draw_delayed_draw cash delayed_draw financing
repay_delayed_draw delayed_draw cash financing
draw_vendor_financing cash vendor_financing financing
repay_vendor_financing vendor_financing cash financing
draw_revolver cash revolver financing
repay_revolver revolver cash financing
draw_policy_debt cash policy_debt financing
repay_policy_debt policy_debt cash financing
pay_discount debt_discount cash financing
amortise_discount interest_discount debt_discount
accrue_interest interest_expense accrued_interest
pay_interest accrued_interest cash operating
earn_interest cash interest_income operating
fall_behind cash arrears financing
catch_up arrears cash financing
lease_proceeds cash lease_liability investing
sell_machines cash machines_sold investing
relieve_sold machines_sold depreciation_gpu
take_right_of_use right_of_use operating_lease_liability
accrete_lease_serving cost_lease operating_lease_liability
accrete_lease_training rd_lease operating_lease_liability
use_right_serving cost_lease right_of_use
use_right_training rd_lease right_of_use
pay_operating_lease operating_lease_liability cash operating
accrue_lease interest_lease lease_liability
pay_lease lease_liability cash financing
raise_dated cash preferred_dated financing
raise_policy cash preferred_policy financing
support_from_group cash group_support financing
tax_current tax_current tax_payable
pay_tax tax_payable cash operating
defer_tax_asset deferred_tax_asset tax_deferred
defer_tax_liability tax_deferred deferred_tax_liability
allow_tax tax_allowance valuation_allowance
lend_platform due_from_platform cash investing
platform_repays cash due_from_platform investing
charge_platform_staff cash rd_staff operating
"""

_CLASSES = """
pay_{c} cip_{c} cash investing
serve_{c} {c} cip_{c}
depreciate_{c} depreciation_{c} {c}_acc
retire_{c} {c}_acc {c}
"""

_PLATFORM = """
bill_advertising receivables revenue_advertising
bill_data receivables revenue_data
bill_lab due_from_lab revenue_lab
collect_lab cash due_from_lab operating
collect cash receivables operating
earn_subscriptions cash revenue_subscriptions operating
cost_of_revenue cost_of_revenue payables
operating_cost operating_cost payables
pay_vendors payables cash operating
lab_staff lab_staff cash operating
buy_plant plant cash investing
depreciate depreciation plant_acc
retire plant_acc plant
accrue_interest interest_expense accrued_interest
pay_interest accrued_interest cash operating
draw_notes cash notes financing
repay_notes notes cash financing
draw_term_loan cash term_loan financing
repay_term_loan term_loan cash financing
borrow_from_lab cash due_to_lab financing
repay_lab due_to_lab cash financing
"""

_VEHICLE = """
equity_in cash equity financing
draw_loan cash loan financing
buy equipment cash investing
bill_rent rent_receivable rent
collect_rent cash rent_receivable operating
pay_fees fees cash operating
depreciate depreciation equipment_acc
retire equipment_acc equipment
pay_interest interest cash operating
add_interest interest loan
repay_loan loan cash financing
distribute distributions cash financing
"""


def _parse(entity: str, table: str) -> list[Flow]:
    rows = []
    for row in table.strip().splitlines():
        name, debit, credit, *cash = row.split()
        rows.append(Flow(f"{entity}_{name}", entity, f"{entity}_{debit}", f"{entity}_{credit}", cash[0] if cash else ""))
    return rows


FLOWS: tuple[Flow, ...] = tuple(
    _parse("lab", _LAB)
    + [f for c in ASSET_CLASSES for f in _parse("lab", _CLASSES.format(c=c))]
    + _parse("platform", _PLATFORM)
    + _parse("vehicle", _VEHICLE)
)

f = numbered("f", [flow.name for flow in FLOWS])
"""Row of each flow: ``f.lab_bill_api``."""
a = numbered("a", list(INDEX))
"""Row of each account: ``a.lab_cash``."""
CLASS_STEP = f.lab_pay_network - f.lab_pay_gpu
"""From a flow of one asset class to the same flow of the next."""

DEBIT = np.array([INDEX[flow.debit] for flow in FLOWS])
CREDIT = np.array([INDEX[flow.credit] for flow in FLOWS])


def _line_of_account() -> np.ndarray:
    """Slot of each profit-and-loss account: entity x income line; the last slot takes every other account."""
    slots = len(ENTITIES) * len(LINES)
    side = {"revenue", "expense"}
    return np.array([ENTITIES.index(x.entity) * len(LINES) + LINES.index(x.line) if x.side in side else slots for x in ACCOUNTS])


def _class_of_flow() -> np.ndarray:
    """Slot of each flow in the cash-flow statements: entity x cash class; the last slot takes the rest."""
    slots = len(ENTITIES) * len(CASH_CLASSES)
    return np.array([ENTITIES.index(x.entity) * len(CASH_CLASSES) + CASH_CLASSES.index(x.cash) if x.cash else slots for x in FLOWS])


LINE_OF_ACCOUNT = _line_of_account()
CLASS_OF_FLOW = _class_of_flow()
CASH_SIGN = np.array([1.0 if flow.debit.endswith("_cash") else -1.0 if flow.credit.endswith("_cash") else 0.0 for flow in FLOWS])


def effect_on(*lines: str, entity: str = "lab") -> tuple[np.ndarray, np.ndarray]:
    """Flows of an entity that touch the named income lines, and what one unit of each adds to them."""
    at = {x.name: x for x in ACCOUNTS}
    out = np.zeros(len(FLOWS))
    for i, flow in enumerate(FLOWS):
        if flow.entity == entity:
            credit, debit = at[flow.credit], at[flow.debit]
            out[i] = sum(sign for x, sign in ((credit, 1.0), (debit, -1.0)) if x.side in ("revenue", "expense") and x.line in lines)
    rows = np.nonzero(out)[0]
    return rows, out[rows]
