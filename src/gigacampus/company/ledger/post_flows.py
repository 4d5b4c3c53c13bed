"""Posting of the month: what each account gains from the flows, written out account by account; a test compares it with the journal."""

from __future__ import annotations

from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.scalar_ops import rule


# The formatter would give each term a line of its own.
# fmt: off
@rule
def _post_lab_assets(balances: Balances, flows: Flows) -> None:
    """Post to cash and claims of the lab."""
    balances.lab_cash += (
        (flows.lab_bill_subscriptions - flows.lab_payment_fees - flows.lab_pay_fines - flows.lab_undisclosed_spending + flows.lab_salvage
        + flows.lab_draw_term_loan + flows.lab_draw_vendor_financing + flows.lab_draw_policy_debt + flows.lab_earn_interest
        + flows.lab_sell_machines + flows.lab_raise_policy + flows.lab_platform_repays - flows.lab_pay_building) + (flows.lab_collect
        - flows.lab_pay_staff - flows.lab_pay_vendors + flows.lab_undisclosed_vendor_credit - flows.lab_deposit_utility
        - flows.lab_repay_term_loan - flows.lab_repay_vendor_financing - flows.lab_repay_policy_debt + flows.lab_fall_behind
        - flows.lab_pay_operating_lease + flows.lab_support_from_group + flows.lab_charge_platform_staff - flows.lab_pay_power)
        + (flows.lab_prepay_rental - flows.lab_pay_platform - flows.lab_undisclosed_cost - flows.lab_pay_undisclosed_vendors
        + flows.lab_draw_notes + flows.lab_draw_delayed_draw + flows.lab_draw_revolver - flows.lab_pay_discount - flows.lab_catch_up
        - flows.lab_pay_lease - flows.lab_pay_tax - flows.lab_pay_gpu - flows.lab_pay_storage) + (-flows.lab_pay_energy
        - flows.lab_local_taxes - flows.lab_undisclosed_opex - flows.lab_pay_orders - flows.lab_repay_notes - flows.lab_repay_delayed_draw
        - flows.lab_repay_revolver - flows.lab_pay_interest + flows.lab_lease_proceeds + flows.lab_raise_dated - flows.lab_lend_platform
        - flows.lab_pay_network)
    )
    balances.lab_receivables += (
        (flows.lab_bill_api + flows.lab_bill_agents) + (flows.lab_bill_government + flows.lab_bill_rental) + (flows.lab_bill_cars
        - flows.lab_collect) + (flows.lab_bill_robots - flows.lab_use_prepayment)
    )
    balances.lab_utility_deposits += flows.lab_deposit_utility
    balances.lab_deferred_tax_asset += flows.lab_defer_tax_asset
    balances.lab_valuation_allowance += -flows.lab_allow_tax
    balances.lab_due_from_platform += flows.lab_lend_platform + (-flows.lab_platform_repays)


@rule
def _post_lab_plant(balances: Balances, flows: Flows) -> None:
    """Post to plant and leases of the lab."""
    balances.lab_cip_gpu += flows.lab_commit_gpu + flows.lab_pay_gpu + (-flows.lab_serve_gpu)
    balances.lab_cip_network += flows.lab_commit_network + flows.lab_pay_network + (-flows.lab_serve_network)
    balances.lab_cip_building += (
        flows.lab_commit_building + flows.lab_capitalise_interest + flows.lab_pay_building + (-flows.lab_serve_building)
    )
    balances.lab_cip_power += flows.lab_commit_power + flows.lab_pay_power + (-flows.lab_serve_power)
    balances.lab_cip_storage += flows.lab_pay_storage + (-flows.lab_serve_storage)
    balances.lab_cip_written_down += -flows.lab_strand + flows.lab_serve_stranded
    balances.lab_gpu += flows.lab_serve_gpu + (-flows.lab_retire_gpu)
    balances.lab_network += flows.lab_serve_network + (-flows.lab_retire_network)
    balances.lab_building += flows.lab_serve_building + (-flows.lab_retire_building)
    balances.lab_power += flows.lab_serve_power + (-flows.lab_retire_power)
    balances.lab_storage += flows.lab_serve_storage + (-flows.lab_retire_storage)
    balances.lab_undisclosed_assets += flows.lab_undisclosed_other_back + flows.lab_undisclosed_spending
    balances.lab_gpu_acc += -flows.lab_depreciate_gpu + flows.lab_retire_gpu
    balances.lab_network_acc += -flows.lab_depreciate_network + flows.lab_retire_network
    balances.lab_building_acc += -flows.lab_depreciate_building + flows.lab_retire_building
    balances.lab_power_acc += -flows.lab_depreciate_power + flows.lab_retire_power
    balances.lab_storage_acc += -flows.lab_depreciate_storage + flows.lab_retire_storage
    balances.lab_undisclosed_acc += -flows.lab_depreciate_undisclosed
    balances.lab_machines_written_down += -flows.lab_impair_machines + flows.lab_relieve_written_down + (-flows.lab_serve_stranded)
    balances.lab_machines_sold += -flows.lab_sell_machines + flows.lab_relieve_sold
    balances.lab_right_of_use += flows.lab_take_right_of_use + (-flows.lab_use_right_serving) + (-flows.lab_use_right_training)


@rule
def _post_lab_liabilities(balances: Balances, flows: Flows) -> None:
    """Post to what the lab owes."""
    balances.lab_payables += (
        (-flows.lab_site_serving - flows.lab_cloud - flows.lab_insure) + (-flows.lab_site_training - flows.lab_robots_agents
        + flows.lab_pay_vendors) + (-flows.lab_bandwidth - flows.lab_marketing) + (-flows.lab_data - flows.lab_general)
    )
    balances.lab_accrued_energy += -flows.lab_energy_serving + (-flows.lab_energy_training) + flows.lab_pay_energy
    balances.lab_accrued_compensation += (
        (-flows.lab_staff_research + flows.lab_pay_staff) + (-flows.lab_staff_operations) + (-flows.lab_staff_robots_agents)
        + (-flows.lab_staff_sales_admin)
    )
    balances.lab_accrued_legal += -flows.lab_fines + flows.lab_pay_fines
    balances.lab_vendor_payables += (
        (-flows.lab_commit_gpu + flows.lab_pay_orders) + (-flows.lab_commit_network) + (-flows.lab_commit_building)
        + (-flows.lab_commit_power)
    )
    balances.lab_undisclosed_payables += -flows.lab_undisclosed_vendor_credit + flows.lab_pay_undisclosed_vendors
    balances.lab_accrued_interest += -flows.lab_accrue_interest + flows.lab_pay_interest
    balances.lab_undisclosed_accruals += -flows.lab_undisclosed_other
    balances.lab_deferred_revenue += -flows.lab_bill_subscriptions + flows.lab_earn_subscriptions
    balances.lab_customer_prepayments += -flows.lab_prepay_rental + flows.lab_use_prepayment
    balances.lab_notes += -flows.lab_draw_notes + flows.lab_repay_notes
    balances.lab_term_loan += -flows.lab_draw_term_loan + flows.lab_repay_term_loan
    balances.lab_delayed_draw += -flows.lab_draw_delayed_draw + flows.lab_repay_delayed_draw
    balances.lab_vendor_financing += -flows.lab_draw_vendor_financing + flows.lab_repay_vendor_financing
    balances.lab_revolver += -flows.lab_draw_revolver + flows.lab_repay_revolver
    balances.lab_policy_debt += -flows.lab_draw_policy_debt + flows.lab_repay_policy_debt
    balances.lab_debt_discount += flows.lab_pay_discount + (-flows.lab_amortise_discount)
    balances.lab_arrears += -flows.lab_fall_behind + flows.lab_catch_up
    balances.lab_lease_liability += -flows.lab_lease_proceeds + (-flows.lab_accrue_lease) + flows.lab_pay_lease
    balances.lab_operating_lease_liability += (
        -flows.lab_take_right_of_use + (-flows.lab_accrete_lease_serving) + (-flows.lab_accrete_lease_training)
        + flows.lab_pay_operating_lease
    )
    balances.lab_tax_payable += -flows.lab_tax_current + flows.lab_pay_tax
    balances.lab_deferred_tax_liability += -flows.lab_defer_tax_liability
    balances.lab_due_to_platform += -flows.lab_data_platform + flows.lab_pay_platform


@rule
def _post_lab_equity(balances: Balances, flows: Flows) -> None:
    """Post to capital of the lab."""
    balances.lab_preferred_dated += -flows.lab_raise_dated
    balances.lab_preferred_policy += -flows.lab_raise_policy
    balances.lab_stock_paid_in += -flows.lab_grant_stock
    balances.lab_group_support += -flows.lab_support_from_group


@rule
def _post_lab_gross_profit(balances: Balances, flows: Flows) -> None:
    """Post to revenue of the lab and its cost."""
    balances.lab_revenue_subscriptions += -flows.lab_earn_subscriptions
    balances.lab_revenue_api += -flows.lab_bill_api
    balances.lab_revenue_government += -flows.lab_bill_government
    balances.lab_revenue_cars += -flows.lab_bill_cars
    balances.lab_revenue_robots += -flows.lab_bill_robots
    balances.lab_revenue_agents += -flows.lab_bill_agents
    balances.lab_revenue_rental += -flows.lab_bill_rental
    balances.lab_cost_energy += flows.lab_energy_serving
    balances.lab_cost_site += flows.lab_site_serving
    balances.lab_cost_lease += flows.lab_accrete_lease_serving + flows.lab_use_right_serving
    balances.lab_cost_bandwidth += flows.lab_bandwidth
    balances.lab_cost_payment_fees += flows.lab_payment_fees
    balances.lab_cost_undisclosed += flows.lab_undisclosed_cost


@rule
def _post_lab_operating_cost(balances: Balances, flows: Flows) -> None:
    """Post to operating cost of the lab."""
    balances.lab_rd_energy += flows.lab_energy_training
    balances.lab_rd_site += flows.lab_site_training
    balances.lab_rd_lease += flows.lab_accrete_lease_training + flows.lab_use_right_training
    balances.lab_rd_staff += flows.lab_staff_research + (-flows.lab_charge_platform_staff)
    balances.lab_rd_data += flows.lab_data
    balances.lab_rd_data_platform += flows.lab_data_platform
    balances.lab_rd_cloud += flows.lab_cloud
    balances.lab_robots_agents_staff += flows.lab_staff_robots_agents
    balances.lab_robots_agents_outside += flows.lab_robots_agents
    balances.lab_operations_staff += flows.lab_staff_operations
    balances.lab_sga_staff += flows.lab_staff_sales_admin
    balances.lab_marketing += flows.lab_marketing
    balances.lab_general += flows.lab_general
    balances.lab_insurance += flows.lab_insure
    balances.lab_local_taxes += flows.lab_local_taxes
    balances.lab_fines += flows.lab_fines
    balances.lab_stock_compensation += flows.lab_grant_stock
    balances.lab_opex_undisclosed += flows.lab_undisclosed_opex


@rule
def _post_lab_below_ebitda(balances: Balances, flows: Flows) -> None:
    """Post to depreciation, write-downs, interest and tax of the lab."""
    balances.lab_depreciation_gpu += -flows.lab_relieve_written_down + (-flows.lab_relieve_sold) + flows.lab_depreciate_gpu
    balances.lab_depreciation_network += flows.lab_depreciate_network
    balances.lab_depreciation_building += flows.lab_depreciate_building
    balances.lab_depreciation_power += flows.lab_depreciate_power
    balances.lab_depreciation_storage += flows.lab_depreciate_storage
    balances.lab_depreciation_undisclosed += flows.lab_depreciate_undisclosed
    balances.lab_impairment += flows.lab_impair_machines + flows.lab_strand
    balances.lab_other_undisclosed += flows.lab_undisclosed_other + (-flows.lab_undisclosed_other_back)
    balances.lab_salvage_gain += -flows.lab_salvage
    balances.lab_interest_expense += flows.lab_accrue_interest
    balances.lab_interest_lease += flows.lab_accrue_lease
    balances.lab_interest_discount += flows.lab_amortise_discount
    balances.lab_interest_capitalised += -flows.lab_capitalise_interest
    balances.lab_interest_income += -flows.lab_earn_interest
    balances.lab_tax_current += flows.lab_tax_current
    balances.lab_tax_deferred += -flows.lab_defer_tax_asset + flows.lab_defer_tax_liability
    balances.lab_tax_allowance += flows.lab_allow_tax


@rule
def _post_platform_balances(balances: Balances, flows: Flows) -> None:
    """Post to what the platform owns and owes."""
    balances.platform_cash += (
        (flows.platform_collect_lab - flows.platform_lab_staff - flows.platform_repay_notes - flows.platform_repay_lab)
        + (flows.platform_collect - flows.platform_buy_plant + flows.platform_draw_term_loan) + (flows.platform_earn_subscriptions
        - flows.platform_pay_interest - flows.platform_repay_term_loan) + (-flows.platform_pay_vendors + flows.platform_draw_notes
        + flows.platform_borrow_from_lab)
    )
    balances.platform_receivables += flows.platform_bill_advertising + flows.platform_bill_data + (-flows.platform_collect)
    balances.platform_due_from_lab += flows.platform_bill_lab + (-flows.platform_collect_lab)
    balances.platform_plant += flows.platform_buy_plant + (-flows.platform_retire)
    balances.platform_plant_acc += -flows.platform_depreciate + flows.platform_retire
    balances.platform_payables += -flows.platform_cost_of_revenue + (-flows.platform_operating_cost) + flows.platform_pay_vendors
    balances.platform_accrued_interest += -flows.platform_accrue_interest + flows.platform_pay_interest
    balances.platform_notes += -flows.platform_draw_notes + flows.platform_repay_notes
    balances.platform_term_loan += -flows.platform_draw_term_loan + flows.platform_repay_term_loan
    balances.platform_due_to_lab += -flows.platform_borrow_from_lab + flows.platform_repay_lab


@rule
def _post_platform_results(balances: Balances, flows: Flows) -> None:
    """Post to results of the platform."""
    balances.platform_revenue_advertising += -flows.platform_bill_advertising
    balances.platform_revenue_subscriptions += -flows.platform_earn_subscriptions
    balances.platform_revenue_data += -flows.platform_bill_data
    balances.platform_revenue_lab += -flows.platform_bill_lab
    balances.platform_cost_of_revenue += flows.platform_cost_of_revenue
    balances.platform_operating_cost += flows.platform_operating_cost
    balances.platform_lab_staff += flows.platform_lab_staff
    balances.platform_depreciation += flows.platform_depreciate
    balances.platform_interest_expense += flows.platform_accrue_interest


@rule
def _post_vehicle(balances: Balances, flows: Flows) -> None:
    """Post to the vehicle."""
    balances.vehicle_cash += (
        (flows.vehicle_equity_in - flows.vehicle_pay_fees) + (flows.vehicle_draw_loan - flows.vehicle_pay_interest) + (-flows.vehicle_buy
        - flows.vehicle_repay_loan) + (flows.vehicle_collect_rent - flows.vehicle_distribute)
    )
    balances.vehicle_rent_receivable += flows.vehicle_bill_rent + (-flows.vehicle_collect_rent)
    balances.vehicle_equipment += flows.vehicle_buy + (-flows.vehicle_retire)
    balances.vehicle_equipment_acc += -flows.vehicle_depreciate + flows.vehicle_retire
    balances.vehicle_loan += -flows.vehicle_draw_loan + (-flows.vehicle_add_interest) + flows.vehicle_repay_loan
    balances.vehicle_equity += -flows.vehicle_equity_in
    balances.vehicle_distributions += flows.vehicle_distribute
    balances.vehicle_rent += -flows.vehicle_bill_rent
    balances.vehicle_fees += flows.vehicle_pay_fees
    balances.vehicle_depreciation += flows.vehicle_depreciate
    balances.vehicle_interest += flows.vehicle_pay_interest + flows.vehicle_add_interest


@rule
def post(balances: Balances, flows: Flows) -> None:
    """Add each flow to the account that it debits and take it from the one that it credits, as the journal says."""
    _post_lab_assets(balances, flows)
    _post_lab_plant(balances, flows)
    _post_lab_liabilities(balances, flows)
    _post_lab_equity(balances, flows)
    _post_lab_gross_profit(balances, flows)
    _post_lab_operating_cost(balances, flows)
    _post_lab_below_ebitda(balances, flows)
    _post_platform_balances(balances, flows)
    _post_platform_results(balances, flows)
    _post_vehicle(balances, flows)
