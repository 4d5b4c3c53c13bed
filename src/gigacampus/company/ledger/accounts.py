"""Chart of accounts of three entities: the lab, the platform and the vehicle that leases accelerators to the lab.

One row an account: its side of the books and the report line that it belongs to. Balances are held debit-positive.
"""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("asset", "contra_asset", "liability", "equity", "revenue", "expense")
ASSET_CLASSES = ("gpu", "network", "building", "power", "storage")
"""Vintages are kept for these; ``power`` is generators and grid connections."""


@dataclass(frozen=True)
class Account:
    """One account of one entity."""

    name: str
    """``lab_cash``."""
    entity: str
    side: str
    line: str
    """Line of the statements."""


_LAB = """
asset cash: cash
asset receivables: receivables
asset prepaid: utility_deposits
asset cip: cip_gpu cip_network cip_building cip_power cip_storage
contra_asset cip: cip_written_down
asset plant: gpu network building power storage undisclosed_assets
contra_asset accumulated: gpu_acc network_acc building_acc power_acc storage_acc undisclosed_acc
contra_asset written_down: machines_written_down
contra_asset sold: machines_sold
asset right_of_use: right_of_use
asset deferred_tax: deferred_tax_asset
contra_asset deferred_tax: valuation_allowance
asset intercompany: due_from_platform
liability payables: payables accrued_energy accrued_compensation accrued_legal vendor_payables undisclosed_payables
liability accrued_interest: accrued_interest
liability undisclosed: undisclosed_accruals
liability deferred_revenue: deferred_revenue customer_prepayments
liability debt: notes term_loan delayed_draw vendor_financing revolver policy_debt
contra_asset discount: debt_discount
liability arrears: arrears
liability lease: lease_liability
liability operating_lease: operating_lease_liability
liability tax: tax_payable deferred_tax_liability
liability intercompany: due_to_platform
equity paid_in: preferred_opening preferred_dated preferred_policy stock_paid_in group_support
equity retained: opening_deficit
revenue revenue: revenue_subscriptions revenue_api revenue_government
revenue revenue: revenue_cars revenue_robots revenue_agents revenue_rental
expense cost_of_revenue: cost_energy cost_site cost_lease cost_bandwidth cost_payment_fees cost_undisclosed
expense opex: rd_energy rd_site rd_lease rd_staff rd_data rd_data_platform rd_cloud robots_agents_staff robots_agents_outside
expense opex: operations_staff sga_staff marketing general
expense opex: insurance local_taxes fines stock_compensation opex_undisclosed
expense depreciation: depreciation_gpu depreciation_network
expense depreciation: depreciation_building depreciation_power depreciation_storage
expense depreciation: depreciation_undisclosed
expense other: impairment other_undisclosed
revenue other: salvage_gain
expense interest: interest_expense interest_lease interest_discount
revenue interest: interest_capitalised interest_income
expense tax: tax_current tax_deferred tax_allowance
"""

_PLATFORM = """
asset cash: cash
asset receivables: receivables
asset intercompany: due_from_lab
asset plant: plant
contra_asset accumulated: plant_acc
asset goodwill: goodwill
liability payables: payables
liability accrued_interest: accrued_interest
liability debt: notes term_loan
liability intercompany: due_to_lab
equity paid_in: paid_in
equity retained: opening_deficit
revenue revenue: revenue_advertising revenue_subscriptions revenue_data revenue_lab
expense cost_of_revenue: cost_of_revenue
expense opex: operating_cost lab_staff
expense depreciation: depreciation
expense interest: interest_expense
"""

_VEHICLE = """
asset cash: cash
asset receivables: rent_receivable
asset plant: equipment
contra_asset accumulated: equipment_acc
liability debt: loan
equity paid_in: equity
equity retained: distributions
revenue revenue: rent
expense opex: fees
expense depreciation: depreciation
expense interest: interest
"""

ENTITIES = ("lab", "platform", "vehicle")


def _parse(entity: str, table: str) -> list[Account]:
    rows = []
    for row in table.strip().splitlines():
        head, names = row.split(":")
        side, line = head.split()
        rows += [Account(f"{entity}_{name}", entity, side, line) for name in names.split()]
    return rows


ACCOUNTS: tuple[Account, ...] = tuple(
    a for entity, table in zip(ENTITIES, (_LAB, _PLATFORM, _VEHICLE), strict=True) for a in _parse(entity, table)
)
INDEX: dict[str, int] = {a.name: i for i, a in enumerate(ACCOUNTS)}

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
