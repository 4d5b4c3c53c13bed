"""Named sums of the month's flows, each written out: bills, payments, what entered service, where cash goes.

The terms follow from accounts and journal, which a test compares; they stand in up to four groups that a processor adds side by side.
"""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger.journal import CASH_SIGN, FLOWS, Flows
from gigacampus.company.ledger.scalar_ops import Number, rule

CASH_USES = ("data_centres", "talent", "robot_agent_software", "other")
"""Where cash goes; the four sum to the cash spent."""
SHARED = ("lab_pay_vendors", "lab_pay_staff")
"""Payments for several purposes at once: the month's bills stand for the bills that are paid."""
_SITES = {
    *("pay_energy", "pay_gpu", "pay_network", "pay_building", "pay_power", "pay_storage", "pay_orders", "salvage"),
    *("undisclosed_spending", "undisclosed_vendor_credit", "pay_undisclosed_vendors", "deposit_utility"),
    *("lease_proceeds", "pay_lease", "sell_machines", "pay_operating_lease"),
}


def cash_use_weights() -> np.ndarray:
    """Cash that leaves with one unit of each flow, by use; shared payments left out; (use, flow)."""
    out = np.zeros((len(CASH_USES), len(FLOWS)))
    for i, flow in enumerate(FLOWS):
        spent = flow.cash in ("operating", "investing") or flow.name == "lab_pay_lease"
        if flow.entity != "lab" or not spent or flow.name in SHARED:
            continue
        name = flow.name.removeprefix("lab_")
        use = 0 if name in _SITES else 1 if name == "charge_platform_staff" else 3
        out[use, i] = -CASH_SIGN[i]
    return out


# The formatter would give each term a line of its own.
# fmt: off
@rule
def billed(flows: Flows) -> Number:
    """Invoices of the month, rent included."""
    return (
        (flows.lab_bill_api + flows.lab_bill_agents) + (flows.lab_bill_government + flows.lab_bill_rental) + flows.lab_bill_cars
        + flows.lab_bill_robots
    )


@rule
def sold(flows: Flows) -> Number:
    """Revenue of the month by invoice and subscription."""
    return (
        (flows.lab_earn_subscriptions + flows.lab_bill_robots) + (flows.lab_bill_api + flows.lab_bill_agents) + (flows.lab_bill_government
        + flows.lab_bill_rental) + flows.lab_bill_cars
    )


@rule
def energy_bills(flows: Flows) -> Number:
    """Energy of the month."""
    return flows.lab_energy_serving + flows.lab_energy_training


@rule
def vendor_bills(flows: Flows) -> Number:
    """Bills of the month from vendors."""
    return (
        (flows.lab_site_serving + flows.lab_cloud + flows.lab_insure) + (flows.lab_site_training + flows.lab_robots_agents)
        + (flows.lab_bandwidth + flows.lab_marketing) + (flows.lab_data + flows.lab_general)
    )


@rule
def site_bills(flows: Flows) -> Number:
    """Bills of the month for sites."""
    return (flows.lab_site_serving + flows.lab_insure) + flows.lab_site_training + flows.lab_bandwidth + flows.lab_cloud


@rule
def wages(flows: Flows) -> Number:
    """Wages of the month."""
    return flows.lab_staff_research + flows.lab_staff_operations + flows.lab_staff_robots_agents + flows.lab_staff_sales_admin


@rule
def paid(flows: Flows) -> Number:
    """Payments for plant before it serves."""
    return (flows.lab_pay_gpu + flows.lab_pay_storage) + flows.lab_pay_network + flows.lab_pay_building + flows.lab_pay_power


@rule
def served(flows: Flows) -> Number:
    """Plant that enters service."""
    return (flows.lab_serve_gpu + flows.lab_serve_storage) + flows.lab_serve_network + flows.lab_serve_building + flows.lab_serve_power


@rule
def equipment_served(flows: Flows) -> Number:
    """Plant but buildings that enters service."""
    return flows.lab_serve_gpu + flows.lab_serve_network + flows.lab_serve_power + flows.lab_serve_storage


@rule
def charged(flows: Flows) -> Number:
    """Depreciation of plant by its schedule."""
    return (
        (flows.lab_depreciate_gpu + flows.lab_depreciate_storage) + flows.lab_depreciate_network + flows.lab_depreciate_building
        + flows.lab_depreciate_power
    )


@rule
def committed(flows: Flows) -> Number:
    """Plant that enters service unpaid."""
    return flows.lab_commit_gpu + flows.lab_commit_network + flows.lab_commit_building + flows.lab_commit_power


@rule
def interest_cost(flows: Flows) -> Number:
    """Interest on debt and leases, and discount written off."""
    return flows.lab_accrue_interest + flows.lab_accrue_lease + flows.lab_amortise_discount


@rule
def capex(flows: Flows) -> Number:
    """Capital expenditure in cash."""
    return (
        (flows.lab_pay_gpu + flows.lab_pay_storage - flows.lab_undisclosed_vendor_credit) + (flows.lab_pay_network + flows.lab_pay_orders
        - flows.lab_lease_proceeds) + (flows.lab_pay_building + flows.lab_undisclosed_spending - flows.lab_sell_machines)
        + (flows.lab_pay_power + flows.lab_pay_undisclosed_vendors)
    )


@rule
def bills(flows: Flows) -> Number:
    """Every payment of the month that can go unpaid."""
    return (
        (flows.lab_pay_vendors + flows.lab_pay_fines + flows.lab_undisclosed_cost + flows.lab_pay_building
        + flows.lab_pay_undisclosed_vendors) + (flows.lab_pay_staff + flows.lab_pay_tax + flows.lab_undisclosed_opex + flows.lab_pay_power
        + flows.lab_pay_interest) + (flows.lab_pay_energy + flows.lab_payment_fees + flows.lab_pay_gpu + flows.lab_pay_storage
        + flows.lab_pay_lease) + (flows.lab_pay_platform + flows.lab_local_taxes + flows.lab_pay_network + flows.lab_pay_orders
        + flows.lab_pay_operating_lease)
    )


@rule
def machines_charged(flows: Flows) -> Number:
    """Depreciation of machines by their schedule."""
    return flows.lab_depreciate_gpu + flows.lab_depreciate_network + flows.lab_depreciate_undisclosed


@rule
def machines_entered(flows: Flows) -> Number:
    """Machines that enter service."""
    return flows.lab_serve_gpu + flows.lab_serve_network + flows.lab_undisclosed_spending


@rule
def halls_charged(flows: Flows) -> Number:
    """Depreciation of halls, power and storage."""
    return flows.lab_depreciate_building + flows.lab_depreciate_power + flows.lab_depreciate_storage


@rule
def relieved(flows: Flows) -> Number:
    """Depreciation saved on machines sold or written down."""
    return flows.lab_relieve_sold + flows.lab_relieve_written_down


@rule
def written_off(flows: Flows) -> Number:
    """Write-downs of the month."""
    return flows.lab_impair_machines + flows.lab_strand


@rule
def cash_use_data_centres(flows: Flows) -> Number:
    """Cash for data centres but bills shared by purposes."""
    return (
        (flows.lab_pay_energy + flows.lab_pay_orders - flows.lab_sell_machines + flows.lab_pay_network) + (flows.lab_undisclosed_spending
        - flows.lab_salvage + flows.lab_pay_operating_lease + flows.lab_pay_building) + (-flows.lab_undisclosed_vendor_credit
        + flows.lab_deposit_utility + flows.lab_pay_lease + flows.lab_pay_power) + (flows.lab_pay_undisclosed_vendors
        - flows.lab_lease_proceeds + flows.lab_pay_gpu + flows.lab_pay_storage)
    )


@rule
def cash_use_talent(flows: Flows) -> Number:
    """Cash for people but wages."""
    return -flows.lab_charge_platform_staff


@rule
def cash_use_robot_agent_software(flows: Flows) -> Number:
    """Cash for robot and agent software but bills shared by purposes."""
    return 0.0 * flows.lab_bill_subscriptions


@rule
def cash_use_other(flows: Flows) -> Number:
    """Cash for the rest, less what customers paid."""
    return (
        (-flows.lab_bill_subscriptions + flows.lab_pay_platform + flows.lab_undisclosed_opex + flows.lab_lend_platform)
        + (-flows.lab_collect + flows.lab_local_taxes + flows.lab_pay_interest - flows.lab_platform_repays) + (-flows.lab_prepay_rental
        + flows.lab_pay_fines - flows.lab_earn_interest) + (flows.lab_payment_fees + flows.lab_undisclosed_cost + flows.lab_pay_tax)
    )
