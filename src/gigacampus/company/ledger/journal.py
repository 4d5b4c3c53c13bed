"""The static journal: every flow that may happen in a month, what it debits and credits, and its cash class.

A month's entries are one number a flow; posting adds it to one account and takes it from the other, so the books
balance whatever the numbers are. ``cash`` classes: operating, investing, financing; none when no cash account moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INDEX, LINES
from gigacampus.company.ledger.records import Record, Usd

CASH_CLASSES = ("operating", "investing", "financing")


@dataclass(frozen=True)
class Flow:
    """One kind of entry."""

    name: str
    entity: str
    debit: str
    credit: str
    cash: str


def entry(debit: str, credit: str, cash: str = "") -> Any:
    """Account that a flow debits, account that it credits, and its cash class."""
    return debit, credit, cash


class Flows(Record):
    """What is booked in a month, one number a kind of entry; the name of a flow begins with its entity."""

    lab_bill_subscriptions: Usd = entry("lab_cash", "lab_deferred_revenue", "operating")
    lab_earn_subscriptions: Usd = entry("lab_deferred_revenue", "lab_revenue_subscriptions")
    lab_bill_api: Usd = entry("lab_receivables", "lab_revenue_api")
    lab_bill_government: Usd = entry("lab_receivables", "lab_revenue_government")
    lab_bill_cars: Usd = entry("lab_receivables", "lab_revenue_cars")
    lab_bill_robots: Usd = entry("lab_receivables", "lab_revenue_robots")
    lab_bill_agents: Usd = entry("lab_receivables", "lab_revenue_agents")
    lab_bill_rental: Usd = entry("lab_receivables", "lab_revenue_rental")
    lab_collect: Usd = entry("lab_cash", "lab_receivables", "operating")
    lab_prepay_rental: Usd = entry("lab_cash", "lab_customer_prepayments", "operating")
    lab_use_prepayment: Usd = entry("lab_customer_prepayments", "lab_receivables")
    lab_energy_serving: Usd = entry("lab_cost_energy", "lab_accrued_energy")
    lab_energy_training: Usd = entry("lab_rd_energy", "lab_accrued_energy")
    lab_pay_energy: Usd = entry("lab_accrued_energy", "lab_cash", "operating")
    lab_site_serving: Usd = entry("lab_cost_site", "lab_payables")
    lab_site_training: Usd = entry("lab_rd_site", "lab_payables")
    lab_bandwidth: Usd = entry("lab_cost_bandwidth", "lab_payables")
    lab_payment_fees: Usd = entry("lab_cost_payment_fees", "lab_cash", "operating")
    lab_staff_research: Usd = entry("lab_rd_staff", "lab_accrued_compensation")
    lab_staff_operations: Usd = entry("lab_operations_staff", "lab_accrued_compensation")
    lab_staff_robots_agents: Usd = entry("lab_robots_agents_staff", "lab_accrued_compensation")
    lab_staff_sales_admin: Usd = entry("lab_sga_staff", "lab_accrued_compensation")
    lab_pay_staff: Usd = entry("lab_accrued_compensation", "lab_cash", "operating")
    lab_grant_stock: Usd = entry("lab_stock_compensation", "lab_stock_paid_in")
    lab_data: Usd = entry("lab_rd_data", "lab_payables")
    lab_data_platform: Usd = entry("lab_rd_data_platform", "lab_due_to_platform")
    lab_pay_platform: Usd = entry("lab_due_to_platform", "lab_cash", "operating")
    lab_cloud: Usd = entry("lab_rd_cloud", "lab_payables")
    lab_robots_agents: Usd = entry("lab_robots_agents_outside", "lab_payables")
    lab_marketing: Usd = entry("lab_marketing", "lab_payables")
    lab_general: Usd = entry("lab_general", "lab_payables")
    lab_insure: Usd = entry("lab_insurance", "lab_payables")
    lab_local_taxes: Usd = entry("lab_local_taxes", "lab_cash", "operating")
    lab_fines: Usd = entry("lab_fines", "lab_accrued_legal")
    lab_pay_fines: Usd = entry("lab_accrued_legal", "lab_cash", "operating")
    lab_pay_vendors: Usd = entry("lab_payables", "lab_cash", "operating")
    lab_undisclosed_cost: Usd = entry("lab_cost_undisclosed", "lab_cash", "operating")
    lab_undisclosed_opex: Usd = entry("lab_opex_undisclosed", "lab_cash", "operating")
    lab_undisclosed_other: Usd = entry("lab_other_undisclosed", "lab_undisclosed_accruals")
    lab_undisclosed_other_back: Usd = entry("lab_undisclosed_assets", "lab_other_undisclosed")
    lab_undisclosed_spending: Usd = entry("lab_undisclosed_assets", "lab_cash", "investing")
    lab_undisclosed_vendor_credit: Usd = entry("lab_cash", "lab_undisclosed_payables", "investing")
    lab_pay_undisclosed_vendors: Usd = entry("lab_undisclosed_payables", "lab_cash", "investing")
    lab_depreciate_undisclosed: Usd = entry("lab_depreciation_undisclosed", "lab_undisclosed_acc")
    lab_commit_gpu: Usd = entry("lab_cip_gpu", "lab_vendor_payables")
    lab_commit_network: Usd = entry("lab_cip_network", "lab_vendor_payables")
    lab_commit_building: Usd = entry("lab_cip_building", "lab_vendor_payables")
    lab_commit_power: Usd = entry("lab_cip_power", "lab_vendor_payables")
    lab_pay_orders: Usd = entry("lab_vendor_payables", "lab_cash", "investing")
    lab_salvage: Usd = entry("lab_cash", "lab_salvage_gain", "investing")
    lab_impair_machines: Usd = entry("lab_impairment", "lab_machines_written_down")
    lab_relieve_written_down: Usd = entry("lab_machines_written_down", "lab_depreciation_gpu")
    lab_strand: Usd = entry("lab_impairment", "lab_cip_written_down")
    lab_serve_stranded: Usd = entry("lab_cip_written_down", "lab_machines_written_down")
    lab_capitalise_interest: Usd = entry("lab_cip_building", "lab_interest_capitalised")
    lab_deposit_utility: Usd = entry("lab_utility_deposits", "lab_cash", "investing")
    lab_draw_notes: Usd = entry("lab_cash", "lab_notes", "financing")
    lab_repay_notes: Usd = entry("lab_notes", "lab_cash", "financing")
    lab_draw_term_loan: Usd = entry("lab_cash", "lab_term_loan", "financing")
    lab_repay_term_loan: Usd = entry("lab_term_loan", "lab_cash", "financing")
    lab_draw_delayed_draw: Usd = entry("lab_cash", "lab_delayed_draw", "financing")
    lab_repay_delayed_draw: Usd = entry("lab_delayed_draw", "lab_cash", "financing")
    lab_draw_vendor_financing: Usd = entry("lab_cash", "lab_vendor_financing", "financing")
    lab_repay_vendor_financing: Usd = entry("lab_vendor_financing", "lab_cash", "financing")
    lab_draw_revolver: Usd = entry("lab_cash", "lab_revolver", "financing")
    lab_repay_revolver: Usd = entry("lab_revolver", "lab_cash", "financing")
    lab_draw_policy_debt: Usd = entry("lab_cash", "lab_policy_debt", "financing")
    lab_repay_policy_debt: Usd = entry("lab_policy_debt", "lab_cash", "financing")
    lab_pay_discount: Usd = entry("lab_debt_discount", "lab_cash", "financing")
    lab_amortise_discount: Usd = entry("lab_interest_discount", "lab_debt_discount")
    lab_accrue_interest: Usd = entry("lab_interest_expense", "lab_accrued_interest")
    lab_pay_interest: Usd = entry("lab_accrued_interest", "lab_cash", "operating")
    lab_earn_interest: Usd = entry("lab_cash", "lab_interest_income", "operating")
    lab_fall_behind: Usd = entry("lab_cash", "lab_arrears", "financing")
    lab_catch_up: Usd = entry("lab_arrears", "lab_cash", "financing")
    lab_lease_proceeds: Usd = entry("lab_cash", "lab_lease_liability", "investing")
    lab_sell_machines: Usd = entry("lab_cash", "lab_machines_sold", "investing")
    lab_relieve_sold: Usd = entry("lab_machines_sold", "lab_depreciation_gpu")
    lab_take_right_of_use: Usd = entry("lab_right_of_use", "lab_operating_lease_liability")
    lab_accrete_lease_serving: Usd = entry("lab_cost_lease", "lab_operating_lease_liability")
    lab_accrete_lease_training: Usd = entry("lab_rd_lease", "lab_operating_lease_liability")
    lab_use_right_serving: Usd = entry("lab_cost_lease", "lab_right_of_use")
    lab_use_right_training: Usd = entry("lab_rd_lease", "lab_right_of_use")
    lab_pay_operating_lease: Usd = entry("lab_operating_lease_liability", "lab_cash", "operating")
    lab_accrue_lease: Usd = entry("lab_interest_lease", "lab_lease_liability")
    lab_pay_lease: Usd = entry("lab_lease_liability", "lab_cash", "financing")
    lab_raise_dated: Usd = entry("lab_cash", "lab_preferred_dated", "financing")
    lab_raise_policy: Usd = entry("lab_cash", "lab_preferred_policy", "financing")
    lab_support_from_group: Usd = entry("lab_cash", "lab_group_support", "financing")
    lab_tax_current: Usd = entry("lab_tax_current", "lab_tax_payable")
    lab_pay_tax: Usd = entry("lab_tax_payable", "lab_cash", "operating")
    lab_defer_tax_asset: Usd = entry("lab_deferred_tax_asset", "lab_tax_deferred")
    lab_defer_tax_liability: Usd = entry("lab_tax_deferred", "lab_deferred_tax_liability")
    lab_allow_tax: Usd = entry("lab_tax_allowance", "lab_valuation_allowance")
    lab_lend_platform: Usd = entry("lab_due_from_platform", "lab_cash", "investing")
    lab_platform_repays: Usd = entry("lab_cash", "lab_due_from_platform", "investing")
    lab_charge_platform_staff: Usd = entry("lab_cash", "lab_rd_staff", "operating")
    lab_pay_gpu: Usd = entry("lab_cip_gpu", "lab_cash", "investing")
    lab_serve_gpu: Usd = entry("lab_gpu", "lab_cip_gpu")
    lab_depreciate_gpu: Usd = entry("lab_depreciation_gpu", "lab_gpu_acc")
    lab_retire_gpu: Usd = entry("lab_gpu_acc", "lab_gpu")
    lab_pay_network: Usd = entry("lab_cip_network", "lab_cash", "investing")
    lab_serve_network: Usd = entry("lab_network", "lab_cip_network")
    lab_depreciate_network: Usd = entry("lab_depreciation_network", "lab_network_acc")
    lab_retire_network: Usd = entry("lab_network_acc", "lab_network")
    lab_pay_building: Usd = entry("lab_cip_building", "lab_cash", "investing")
    lab_serve_building: Usd = entry("lab_building", "lab_cip_building")
    lab_depreciate_building: Usd = entry("lab_depreciation_building", "lab_building_acc")
    lab_retire_building: Usd = entry("lab_building_acc", "lab_building")
    lab_pay_power: Usd = entry("lab_cip_power", "lab_cash", "investing")
    lab_serve_power: Usd = entry("lab_power", "lab_cip_power")
    lab_depreciate_power: Usd = entry("lab_depreciation_power", "lab_power_acc")
    lab_retire_power: Usd = entry("lab_power_acc", "lab_power")
    lab_pay_storage: Usd = entry("lab_cip_storage", "lab_cash", "investing")
    lab_serve_storage: Usd = entry("lab_storage", "lab_cip_storage")
    lab_depreciate_storage: Usd = entry("lab_depreciation_storage", "lab_storage_acc")
    lab_retire_storage: Usd = entry("lab_storage_acc", "lab_storage")
    platform_bill_advertising: Usd = entry("platform_receivables", "platform_revenue_advertising")
    platform_bill_data: Usd = entry("platform_receivables", "platform_revenue_data")
    platform_bill_lab: Usd = entry("platform_due_from_lab", "platform_revenue_lab")
    platform_collect_lab: Usd = entry("platform_cash", "platform_due_from_lab", "operating")
    platform_collect: Usd = entry("platform_cash", "platform_receivables", "operating")
    platform_earn_subscriptions: Usd = entry("platform_cash", "platform_revenue_subscriptions", "operating")
    platform_cost_of_revenue: Usd = entry("platform_cost_of_revenue", "platform_payables")
    platform_operating_cost: Usd = entry("platform_operating_cost", "platform_payables")
    platform_pay_vendors: Usd = entry("platform_payables", "platform_cash", "operating")
    platform_lab_staff: Usd = entry("platform_lab_staff", "platform_cash", "operating")
    platform_buy_plant: Usd = entry("platform_plant", "platform_cash", "investing")
    platform_depreciate: Usd = entry("platform_depreciation", "platform_plant_acc")
    platform_retire: Usd = entry("platform_plant_acc", "platform_plant")
    platform_accrue_interest: Usd = entry("platform_interest_expense", "platform_accrued_interest")
    platform_pay_interest: Usd = entry("platform_accrued_interest", "platform_cash", "operating")
    platform_draw_notes: Usd = entry("platform_cash", "platform_notes", "financing")
    platform_repay_notes: Usd = entry("platform_notes", "platform_cash", "financing")
    platform_draw_term_loan: Usd = entry("platform_cash", "platform_term_loan", "financing")
    platform_repay_term_loan: Usd = entry("platform_term_loan", "platform_cash", "financing")
    platform_borrow_from_lab: Usd = entry("platform_cash", "platform_due_to_lab", "financing")
    platform_repay_lab: Usd = entry("platform_due_to_lab", "platform_cash", "financing")
    vehicle_equity_in: Usd = entry("vehicle_cash", "vehicle_equity", "financing")
    vehicle_draw_loan: Usd = entry("vehicle_cash", "vehicle_loan", "financing")
    vehicle_buy: Usd = entry("vehicle_equipment", "vehicle_cash", "investing")
    vehicle_bill_rent: Usd = entry("vehicle_rent_receivable", "vehicle_rent")
    vehicle_collect_rent: Usd = entry("vehicle_cash", "vehicle_rent_receivable", "operating")
    vehicle_pay_fees: Usd = entry("vehicle_fees", "vehicle_cash", "operating")
    vehicle_depreciate: Usd = entry("vehicle_depreciation", "vehicle_equipment_acc")
    vehicle_retire: Usd = entry("vehicle_equipment_acc", "vehicle_equipment")
    vehicle_pay_interest: Usd = entry("vehicle_interest", "vehicle_cash", "operating")
    vehicle_add_interest: Usd = entry("vehicle_interest", "vehicle_loan")
    vehicle_repay_loan: Usd = entry("vehicle_loan", "vehicle_cash", "financing")
    vehicle_distribute: Usd = entry("vehicle_distributions", "vehicle_cash", "financing")


FLOWS: tuple[Flow, ...] = tuple(Flow(name, name.split("_")[0], *getattr(Flows, name)) for name in Flows.__annotations__)
FLOW_INDEX: dict[str, int] = {flow.name: i for i, flow in enumerate(FLOWS)}
"""Place of each flow in the journal: ``FLOW_INDEX["lab_bill_api"]``."""

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
