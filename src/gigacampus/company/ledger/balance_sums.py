"""Named sums of balances, each written out: debt, plant, and the whole of each entity, which is zero but for rounding."""

from __future__ import annotations

from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.scalar_ops import Number, rule


# The formatter would give each term a line of its own.
# fmt: off
@rule
def held_interest_bearing(balances: Balances) -> Number:
    """Debt that bears interest."""
    return (
        (balances.lab_notes + balances.lab_policy_debt) + (balances.lab_term_loan + balances.lab_revolver) + balances.lab_delayed_draw
        + balances.lab_vendor_financing
    )


@rule
def held_cip(balances: Balances) -> Number:
    """Construction in progress."""
    return (
        (balances.lab_cip_gpu + balances.lab_cip_storage) + (balances.lab_cip_network + balances.lab_cip_written_down)
        + balances.lab_cip_building + balances.lab_cip_power
    )


@rule
def held_plant(balances: Balances) -> Number:
    """Plant at cost."""
    return (balances.lab_gpu + balances.lab_storage) + balances.lab_network + balances.lab_building + balances.lab_power


@rule
def held_machines(balances: Balances) -> Number:
    """Machines at cost."""
    return balances.lab_gpu + balances.lab_network


@rule
def held_machines_net(balances: Balances) -> Number:
    """Machines at cost less depreciation."""
    return (
        (balances.lab_gpu + balances.lab_network_acc) + (balances.lab_network + balances.lab_undisclosed_acc)
        + balances.lab_undisclosed_assets + balances.lab_gpu_acc
    )


@rule
def held_plant_net(balances: Balances) -> Number:
    """Plant at cost less depreciation, sales and write-downs."""
    return (
        (balances.lab_gpu + balances.lab_building + balances.lab_storage) + (balances.lab_gpu_acc + balances.lab_building_acc
        + balances.lab_storage_acc) + (balances.lab_network + balances.lab_power + balances.lab_machines_sold) + (balances.lab_network_acc
        + balances.lab_power_acc + balances.lab_machines_written_down)
    )


@rule
def held_lab(balances: Balances) -> Number:
    """Sum of all balances of the lab: zero but for rounding."""
    return (
        (balances.lab_cash + balances.lab_cip_network + balances.lab_cip_written_down + balances.lab_power + balances.lab_network_acc
        + balances.lab_undisclosed_acc + balances.lab_deferred_tax_asset + balances.lab_accrued_energy + balances.lab_undisclosed_payables
        + balances.lab_customer_prepayments + balances.lab_vendor_financing + balances.lab_arrears + balances.lab_deferred_tax_liability
        + balances.lab_preferred_policy + balances.lab_revenue_subscriptions + balances.lab_revenue_robots + balances.lab_cost_site
        + balances.lab_cost_undisclosed + balances.lab_rd_staff + balances.lab_robots_agents_staff + balances.lab_marketing
        + balances.lab_fines + balances.lab_depreciation_network + balances.lab_depreciation_undisclosed + balances.lab_interest_expense
        + balances.lab_interest_income) + (balances.lab_receivables + balances.lab_cip_building + balances.lab_gpu + balances.lab_storage
        + balances.lab_building_acc + balances.lab_machines_written_down + balances.lab_valuation_allowance
        + balances.lab_accrued_compensation + balances.lab_accrued_interest + balances.lab_notes + balances.lab_revolver
        + balances.lab_lease_liability + balances.lab_due_to_platform + balances.lab_stock_paid_in + balances.lab_revenue_api
        + balances.lab_revenue_agents + balances.lab_cost_lease + balances.lab_rd_energy + balances.lab_rd_data
        + balances.lab_robots_agents_outside + balances.lab_general + balances.lab_stock_compensation + balances.lab_depreciation_building
        + balances.lab_impairment + balances.lab_interest_lease + balances.lab_tax_current) + (balances.lab_utility_deposits
        + balances.lab_cip_power + balances.lab_network + balances.lab_undisclosed_assets + balances.lab_power_acc
        + balances.lab_machines_sold + balances.lab_due_from_platform + balances.lab_accrued_legal + balances.lab_undisclosed_accruals
        + balances.lab_term_loan + balances.lab_policy_debt + balances.lab_operating_lease_liability + balances.lab_preferred_opening
        + balances.lab_group_support + balances.lab_revenue_government + balances.lab_revenue_rental + balances.lab_cost_bandwidth
        + balances.lab_rd_site + balances.lab_rd_data_platform + balances.lab_operations_staff + balances.lab_insurance
        + balances.lab_opex_undisclosed + balances.lab_depreciation_power + balances.lab_other_undisclosed
        + balances.lab_interest_discount + balances.lab_tax_deferred) + (balances.lab_cip_gpu + balances.lab_cip_storage
        + balances.lab_building + balances.lab_gpu_acc + balances.lab_storage_acc + balances.lab_right_of_use + balances.lab_payables
        + balances.lab_vendor_payables + balances.lab_deferred_revenue + balances.lab_delayed_draw + balances.lab_debt_discount
        + balances.lab_tax_payable + balances.lab_preferred_dated + balances.lab_opening_deficit + balances.lab_revenue_cars
        + balances.lab_cost_energy + balances.lab_cost_payment_fees + balances.lab_rd_lease + balances.lab_rd_cloud
        + balances.lab_sga_staff + balances.lab_local_taxes + balances.lab_depreciation_gpu + balances.lab_depreciation_storage
        + balances.lab_salvage_gain + balances.lab_interest_capitalised + balances.lab_tax_allowance)
    )


@rule
def held_platform(balances: Balances) -> Number:
    """Sum of all balances of the platform: zero but for rounding."""
    return (
        (balances.platform_cash + balances.platform_plant_acc + balances.platform_notes + balances.platform_opening_deficit
        + balances.platform_revenue_lab + balances.platform_depreciation) + (balances.platform_receivables + balances.platform_goodwill
        + balances.platform_term_loan + balances.platform_revenue_advertising + balances.platform_cost_of_revenue
        + balances.platform_interest_expense) + (balances.platform_due_from_lab + balances.platform_payables
        + balances.platform_due_to_lab + balances.platform_revenue_subscriptions + balances.platform_operating_cost)
        + (balances.platform_plant + balances.platform_accrued_interest + balances.platform_paid_in + balances.platform_revenue_data
        + balances.platform_lab_staff)
    )


@rule
def held_vehicle(balances: Balances) -> Number:
    """Sum of all balances of the vehicle: zero but for rounding."""
    return (
        (balances.vehicle_cash + balances.vehicle_loan + balances.vehicle_fees) + (balances.vehicle_rent_receivable
        + balances.vehicle_equity + balances.vehicle_depreciation) + (balances.vehicle_equipment + balances.vehicle_distributions
        + balances.vehicle_interest) + (balances.vehicle_equipment_acc + balances.vehicle_rent)
    )


@rule
def held_owed(balances: Balances) -> Number:
    """Debt, leases and arrears."""
    return (
        (balances.lab_notes + balances.lab_revolver) + (balances.lab_term_loan + balances.lab_policy_debt) + (balances.lab_delayed_draw
        + balances.lab_lease_liability) + (balances.lab_vendor_financing + balances.lab_arrears)
    )


@rule
def held_equity(balances: Balances) -> Number:
    """Equity with the results so far."""
    return (
        (balances.lab_preferred_opening + balances.lab_group_support + balances.lab_revenue_government + balances.lab_revenue_rental
        + balances.lab_cost_bandwidth + balances.lab_rd_site + balances.lab_rd_data_platform + balances.lab_operations_staff
        + balances.lab_insurance + balances.lab_opex_undisclosed + balances.lab_depreciation_power + balances.lab_other_undisclosed
        + balances.lab_interest_discount + balances.lab_tax_deferred) + (balances.lab_preferred_dated + balances.lab_opening_deficit
        + balances.lab_revenue_cars + balances.lab_cost_energy + balances.lab_cost_payment_fees + balances.lab_rd_lease
        + balances.lab_rd_cloud + balances.lab_sga_staff + balances.lab_local_taxes + balances.lab_depreciation_gpu
        + balances.lab_depreciation_storage + balances.lab_salvage_gain + balances.lab_interest_capitalised + balances.lab_tax_allowance)
        + (balances.lab_preferred_policy + balances.lab_revenue_subscriptions + balances.lab_revenue_robots + balances.lab_cost_site
        + balances.lab_cost_undisclosed + balances.lab_rd_staff + balances.lab_robots_agents_staff + balances.lab_marketing
        + balances.lab_fines + balances.lab_depreciation_network + balances.lab_depreciation_undisclosed + balances.lab_interest_expense
        + balances.lab_interest_income) + (balances.lab_stock_paid_in + balances.lab_revenue_api + balances.lab_revenue_agents
        + balances.lab_cost_lease + balances.lab_rd_energy + balances.lab_rd_data + balances.lab_robots_agents_outside
        + balances.lab_general + balances.lab_stock_compensation + balances.lab_depreciation_building + balances.lab_impairment
        + balances.lab_interest_lease + balances.lab_tax_current)
    )


@rule
def held_assets(balances: Balances) -> Number:
    """Assets."""
    return (
        (balances.lab_cash + balances.lab_cip_network + balances.lab_cip_written_down + balances.lab_power + balances.lab_network_acc
        + balances.lab_undisclosed_acc + balances.lab_deferred_tax_asset) + (balances.lab_receivables + balances.lab_cip_building
        + balances.lab_gpu + balances.lab_storage + balances.lab_building_acc + balances.lab_machines_written_down
        + balances.lab_valuation_allowance) + (balances.lab_utility_deposits + balances.lab_cip_power + balances.lab_network
        + balances.lab_undisclosed_assets + balances.lab_power_acc + balances.lab_machines_sold + balances.lab_due_from_platform)
        + (balances.lab_cip_gpu + balances.lab_cip_storage + balances.lab_building + balances.lab_gpu_acc + balances.lab_storage_acc
        + balances.lab_right_of_use + balances.lab_debt_discount)
    )
