"""Chart of accounts of three entities: the lab, the platform and the vehicle that leases accelerators to the lab.

One attribute an account: its side of the books and the report line that it belongs to. Balances are held debit-positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gigacampus.company.ledger.records import Record, Usd

SIDES = ("asset", "contra_asset", "liability", "equity", "revenue", "expense")
ASSET_CLASSES = ("gpu", "network", "building", "power", "storage")
"""Vintages are kept for these; ``power`` is generators and grid connections."""
ENTITIES = ("lab", "platform", "vehicle")


@dataclass(frozen=True)
class Account:
    """One account of one entity."""

    name: str
    """``lab_cash``."""
    entity: str
    side: str
    line: str
    """Line of the statements."""


def account(side: str, line: str) -> Any:
    """Side of an account in the books and its line in the statements."""
    return side, line


class Balances(Record):
    """Balance of each account, debit-positive; the name of an account begins with its entity."""

    lab_cash: Usd = account("asset", "cash")
    lab_receivables: Usd = account("asset", "receivables")
    lab_utility_deposits: Usd = account("asset", "prepaid")
    lab_cip_gpu: Usd = account("asset", "cip")
    lab_cip_network: Usd = account("asset", "cip")
    lab_cip_building: Usd = account("asset", "cip")
    lab_cip_power: Usd = account("asset", "cip")
    lab_cip_storage: Usd = account("asset", "cip")
    lab_cip_written_down: Usd = account("contra_asset", "cip")
    lab_gpu: Usd = account("asset", "plant")
    lab_network: Usd = account("asset", "plant")
    lab_building: Usd = account("asset", "plant")
    lab_power: Usd = account("asset", "plant")
    lab_storage: Usd = account("asset", "plant")
    lab_undisclosed_assets: Usd = account("asset", "plant")
    lab_gpu_acc: Usd = account("contra_asset", "accumulated")
    lab_network_acc: Usd = account("contra_asset", "accumulated")
    lab_building_acc: Usd = account("contra_asset", "accumulated")
    lab_power_acc: Usd = account("contra_asset", "accumulated")
    lab_storage_acc: Usd = account("contra_asset", "accumulated")
    lab_undisclosed_acc: Usd = account("contra_asset", "accumulated")
    lab_machines_written_down: Usd = account("contra_asset", "written_down")
    lab_machines_sold: Usd = account("contra_asset", "sold")
    lab_right_of_use: Usd = account("asset", "right_of_use")
    lab_deferred_tax_asset: Usd = account("asset", "deferred_tax")
    lab_valuation_allowance: Usd = account("contra_asset", "deferred_tax")
    lab_due_from_platform: Usd = account("asset", "intercompany")
    lab_payables: Usd = account("liability", "payables")
    lab_accrued_energy: Usd = account("liability", "payables")
    lab_accrued_compensation: Usd = account("liability", "payables")
    lab_accrued_legal: Usd = account("liability", "payables")
    lab_vendor_payables: Usd = account("liability", "payables")
    lab_undisclosed_payables: Usd = account("liability", "payables")
    lab_accrued_interest: Usd = account("liability", "accrued_interest")
    lab_undisclosed_accruals: Usd = account("liability", "undisclosed")
    lab_deferred_revenue: Usd = account("liability", "deferred_revenue")
    lab_customer_prepayments: Usd = account("liability", "deferred_revenue")
    lab_notes: Usd = account("liability", "debt")
    lab_term_loan: Usd = account("liability", "debt")
    lab_delayed_draw: Usd = account("liability", "debt")
    lab_vendor_financing: Usd = account("liability", "debt")
    lab_revolver: Usd = account("liability", "debt")
    lab_policy_debt: Usd = account("liability", "debt")
    lab_debt_discount: Usd = account("contra_asset", "discount")
    lab_arrears: Usd = account("liability", "arrears")
    lab_lease_liability: Usd = account("liability", "lease")
    lab_operating_lease_liability: Usd = account("liability", "operating_lease")
    lab_tax_payable: Usd = account("liability", "tax")
    lab_deferred_tax_liability: Usd = account("liability", "tax")
    lab_due_to_platform: Usd = account("liability", "intercompany")
    lab_preferred_opening: Usd = account("equity", "paid_in")
    lab_preferred_dated: Usd = account("equity", "paid_in")
    lab_preferred_policy: Usd = account("equity", "paid_in")
    lab_stock_paid_in: Usd = account("equity", "paid_in")
    lab_group_support: Usd = account("equity", "paid_in")
    lab_opening_deficit: Usd = account("equity", "retained")
    lab_revenue_subscriptions: Usd = account("revenue", "revenue")
    lab_revenue_api: Usd = account("revenue", "revenue")
    lab_revenue_government: Usd = account("revenue", "revenue")
    lab_revenue_cars: Usd = account("revenue", "revenue")
    lab_revenue_robots: Usd = account("revenue", "revenue")
    lab_revenue_agents: Usd = account("revenue", "revenue")
    lab_revenue_rental: Usd = account("revenue", "revenue")
    lab_cost_energy: Usd = account("expense", "cost_of_revenue")
    lab_cost_site: Usd = account("expense", "cost_of_revenue")
    lab_cost_lease: Usd = account("expense", "cost_of_revenue")
    lab_cost_bandwidth: Usd = account("expense", "cost_of_revenue")
    lab_cost_payment_fees: Usd = account("expense", "cost_of_revenue")
    lab_cost_undisclosed: Usd = account("expense", "cost_of_revenue")
    lab_rd_energy: Usd = account("expense", "opex")
    lab_rd_site: Usd = account("expense", "opex")
    lab_rd_lease: Usd = account("expense", "opex")
    lab_rd_staff: Usd = account("expense", "opex")
    lab_rd_data: Usd = account("expense", "opex")
    lab_rd_data_platform: Usd = account("expense", "opex")
    lab_rd_cloud: Usd = account("expense", "opex")
    lab_robots_agents_staff: Usd = account("expense", "opex")
    lab_robots_agents_outside: Usd = account("expense", "opex")
    lab_operations_staff: Usd = account("expense", "opex")
    lab_sga_staff: Usd = account("expense", "opex")
    lab_marketing: Usd = account("expense", "opex")
    lab_general: Usd = account("expense", "opex")
    lab_insurance: Usd = account("expense", "opex")
    lab_local_taxes: Usd = account("expense", "opex")
    lab_fines: Usd = account("expense", "opex")
    lab_stock_compensation: Usd = account("expense", "opex")
    lab_opex_undisclosed: Usd = account("expense", "opex")
    lab_depreciation_gpu: Usd = account("expense", "depreciation")
    lab_depreciation_network: Usd = account("expense", "depreciation")
    lab_depreciation_building: Usd = account("expense", "depreciation")
    lab_depreciation_power: Usd = account("expense", "depreciation")
    lab_depreciation_storage: Usd = account("expense", "depreciation")
    lab_depreciation_undisclosed: Usd = account("expense", "depreciation")
    lab_impairment: Usd = account("expense", "other")
    lab_other_undisclosed: Usd = account("expense", "other")
    lab_salvage_gain: Usd = account("revenue", "other")
    lab_interest_expense: Usd = account("expense", "interest")
    lab_interest_lease: Usd = account("expense", "interest")
    lab_interest_discount: Usd = account("expense", "interest")
    lab_interest_capitalised: Usd = account("revenue", "interest")
    lab_interest_income: Usd = account("revenue", "interest")
    lab_tax_current: Usd = account("expense", "tax")
    lab_tax_deferred: Usd = account("expense", "tax")
    lab_tax_allowance: Usd = account("expense", "tax")
    platform_cash: Usd = account("asset", "cash")
    platform_receivables: Usd = account("asset", "receivables")
    platform_due_from_lab: Usd = account("asset", "intercompany")
    platform_plant: Usd = account("asset", "plant")
    platform_plant_acc: Usd = account("contra_asset", "accumulated")
    platform_goodwill: Usd = account("asset", "goodwill")
    platform_payables: Usd = account("liability", "payables")
    platform_accrued_interest: Usd = account("liability", "accrued_interest")
    platform_notes: Usd = account("liability", "debt")
    platform_term_loan: Usd = account("liability", "debt")
    platform_due_to_lab: Usd = account("liability", "intercompany")
    platform_paid_in: Usd = account("equity", "paid_in")
    platform_opening_deficit: Usd = account("equity", "retained")
    platform_revenue_advertising: Usd = account("revenue", "revenue")
    platform_revenue_subscriptions: Usd = account("revenue", "revenue")
    platform_revenue_data: Usd = account("revenue", "revenue")
    platform_revenue_lab: Usd = account("revenue", "revenue")
    platform_cost_of_revenue: Usd = account("expense", "cost_of_revenue")
    platform_operating_cost: Usd = account("expense", "opex")
    platform_lab_staff: Usd = account("expense", "opex")
    platform_depreciation: Usd = account("expense", "depreciation")
    platform_interest_expense: Usd = account("expense", "interest")
    vehicle_cash: Usd = account("asset", "cash")
    vehicle_rent_receivable: Usd = account("asset", "receivables")
    vehicle_equipment: Usd = account("asset", "plant")
    vehicle_equipment_acc: Usd = account("contra_asset", "accumulated")
    vehicle_loan: Usd = account("liability", "debt")
    vehicle_equity: Usd = account("equity", "paid_in")
    vehicle_distributions: Usd = account("equity", "retained")
    vehicle_rent: Usd = account("revenue", "revenue")
    vehicle_fees: Usd = account("expense", "opex")
    vehicle_depreciation: Usd = account("expense", "depreciation")
    vehicle_interest: Usd = account("expense", "interest")


ACCOUNTS: tuple[Account, ...] = tuple(Account(name, name.split("_")[0], *getattr(Balances, name)) for name in Balances.__annotations__)
INDEX: dict[str, int] = {a.name: i for i, a in enumerate(ACCOUNTS)}
"""Place of each account in the books: ``INDEX["lab_cash"]``."""

INTERCOMPANY: tuple[tuple[str, str], ...] = (
    ("lab_due_from_platform", "platform_due_to_lab"),
    ("lab_due_to_platform", "platform_due_from_lab"),
    ("lab_rd_data_platform", "platform_revenue_lab"),
)
"""Pairs that cancel when the lab and the platform are consolidated."""

LINES = ("revenue", "cost_of_revenue", "opex", "depreciation", "other", "interest", "tax")
"""Lines of the income statement, in order."""


def rows_of(entity: str, *, side: tuple[str, ...] = SIDES, line: str = "") -> list[int]:
    """Indices of an entity's accounts on the given sides, of one line if named.

    >>> [ACCOUNTS[i].name for i in rows_of("platform", side=("revenue",))][0]
    'platform_revenue_advertising'
    """
    return [i for i, a in enumerate(ACCOUNTS) if a.entity == entity and a.side in side and line in ("", a.line)]
