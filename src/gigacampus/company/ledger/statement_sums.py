"""Lines of the income and cash-flow statements as sums of the month's flows, each written out; income counts up, cost down.

The terms follow from accounts and journal, which a test compares; they stand in up to four groups that a processor adds side by side.
"""

from __future__ import annotations

from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.scalar_ops import Number, rule


# The formatter would give each term a line of its own.
# fmt: off
@rule
def lab_revenue(flows: Flows) -> Number:
    """Revenue of the lab."""
    return (
        (flows.lab_earn_subscriptions + flows.lab_bill_robots) + (flows.lab_bill_api + flows.lab_bill_agents) + (flows.lab_bill_government
        + flows.lab_bill_rental) + flows.lab_bill_cars
    )


@rule
def lab_cost_of_revenue(flows: Flows) -> Number:
    """Cost of revenue of the lab, negative."""
    return (
        (-flows.lab_energy_serving - flows.lab_undisclosed_cost) + (-flows.lab_site_serving - flows.lab_accrete_lease_serving)
        + (-flows.lab_bandwidth - flows.lab_use_right_serving) + (-flows.lab_payment_fees)
    )


@rule
def lab_opex(flows: Flows) -> Number:
    """Operating cost of the lab, negative."""
    return (
        (-flows.lab_energy_training - flows.lab_staff_robots_agents - flows.lab_data_platform - flows.lab_general
        - flows.lab_undisclosed_opex) + (-flows.lab_site_training - flows.lab_staff_sales_admin - flows.lab_cloud - flows.lab_insure
        - flows.lab_accrete_lease_training) + (-flows.lab_staff_research - flows.lab_grant_stock - flows.lab_robots_agents
        - flows.lab_local_taxes - flows.lab_use_right_training) + (-flows.lab_staff_operations - flows.lab_data - flows.lab_marketing
        - flows.lab_fines + flows.lab_charge_platform_staff)
    )


@rule
def lab_depreciation(flows: Flows) -> Number:
    """Depreciation of the lab, negative."""
    return (
        (-flows.lab_depreciate_undisclosed - flows.lab_depreciate_network) + (flows.lab_relieve_written_down
        - flows.lab_depreciate_building) + (flows.lab_relieve_sold - flows.lab_depreciate_power) + (-flows.lab_depreciate_gpu
        - flows.lab_depreciate_storage)
    )


@rule
def lab_other(flows: Flows) -> Number:
    """Result of the lab below EBITDA but depreciation, interest and tax."""
    return (
        (-flows.lab_undisclosed_other - flows.lab_strand) + flows.lab_undisclosed_other_back + flows.lab_salvage
        + (-flows.lab_impair_machines)
    )


@rule
def lab_interest(flows: Flows) -> Number:
    """Interest of the lab, negative where a cost."""
    return (
        (flows.lab_capitalise_interest - flows.lab_accrue_lease) + (-flows.lab_amortise_discount) + (-flows.lab_accrue_interest)
        + flows.lab_earn_interest
    )


@rule
def lab_tax(flows: Flows) -> Number:
    """Tax of the lab, negative where a cost."""
    return -flows.lab_tax_current + flows.lab_defer_tax_asset + (-flows.lab_defer_tax_liability) + (-flows.lab_allow_tax)


@rule
def lab_before_tax(flows: Flows) -> Number:
    """Result of the lab before tax."""
    return (
        (flows.lab_earn_subscriptions + flows.lab_bill_robots - flows.lab_energy_training - flows.lab_payment_fees
        - flows.lab_staff_sales_admin - flows.lab_cloud - flows.lab_insure - flows.lab_undisclosed_opex + flows.lab_salvage
        + flows.lab_capitalise_interest + flows.lab_relieve_sold - flows.lab_use_right_training - flows.lab_depreciate_network)
        + (flows.lab_bill_api + flows.lab_bill_agents - flows.lab_site_serving - flows.lab_staff_research - flows.lab_grant_stock
        - flows.lab_robots_agents - flows.lab_local_taxes - flows.lab_undisclosed_other - flows.lab_impair_machines
        - flows.lab_amortise_discount - flows.lab_accrete_lease_serving - flows.lab_accrue_lease - flows.lab_depreciate_building)
        + (flows.lab_bill_government + flows.lab_bill_rental - flows.lab_site_training - flows.lab_staff_operations - flows.lab_data
        - flows.lab_marketing - flows.lab_fines + flows.lab_undisclosed_other_back + flows.lab_relieve_written_down
        - flows.lab_accrue_interest - flows.lab_accrete_lease_training + flows.lab_charge_platform_staff - flows.lab_depreciate_power)
        + (flows.lab_bill_cars - flows.lab_energy_serving - flows.lab_bandwidth - flows.lab_staff_robots_agents - flows.lab_data_platform
        - flows.lab_general - flows.lab_undisclosed_cost - flows.lab_depreciate_undisclosed - flows.lab_strand + flows.lab_earn_interest
        - flows.lab_use_right_serving - flows.lab_depreciate_gpu - flows.lab_depreciate_storage)
    )


@rule
def lab_cash(flows: Flows) -> Number:
    """Change of cash of the lab."""
    return (
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


@rule
def lab_operating(flows: Flows) -> Number:
    """Cash from operations of the lab."""
    return (
        (flows.lab_bill_subscriptions - flows.lab_payment_fees - flows.lab_pay_fines - flows.lab_pay_interest
        + flows.lab_charge_platform_staff) + (flows.lab_collect - flows.lab_pay_staff - flows.lab_pay_vendors + flows.lab_earn_interest)
        + (flows.lab_prepay_rental - flows.lab_pay_platform - flows.lab_undisclosed_cost - flows.lab_pay_operating_lease)
        + (-flows.lab_pay_energy - flows.lab_local_taxes - flows.lab_undisclosed_opex - flows.lab_pay_tax)
    )


@rule
def lab_investing(flows: Flows) -> Number:
    """Cash from investing of the lab."""
    return (
        (-flows.lab_undisclosed_spending + flows.lab_salvage - flows.lab_lend_platform - flows.lab_pay_building)
        + (flows.lab_undisclosed_vendor_credit - flows.lab_deposit_utility + flows.lab_platform_repays - flows.lab_pay_power)
        + (-flows.lab_pay_undisclosed_vendors + flows.lab_lease_proceeds - flows.lab_pay_gpu - flows.lab_pay_storage)
        + (-flows.lab_pay_orders + flows.lab_sell_machines - flows.lab_pay_network)
    )


@rule
def lab_financing(flows: Flows) -> Number:
    """Cash from financing of the lab."""
    return (
        (flows.lab_draw_notes + flows.lab_draw_delayed_draw + flows.lab_draw_revolver - flows.lab_pay_discount + flows.lab_raise_dated)
        + (-flows.lab_repay_notes - flows.lab_repay_delayed_draw - flows.lab_repay_revolver + flows.lab_fall_behind
        + flows.lab_raise_policy) + (flows.lab_draw_term_loan + flows.lab_draw_vendor_financing + flows.lab_draw_policy_debt
        - flows.lab_catch_up + flows.lab_support_from_group) + (-flows.lab_repay_term_loan - flows.lab_repay_vendor_financing
        - flows.lab_repay_policy_debt - flows.lab_pay_lease)
    )


@rule
def platform_revenue(flows: Flows) -> Number:
    """Revenue of the platform."""
    return flows.platform_bill_advertising + flows.platform_bill_data + flows.platform_bill_lab + flows.platform_earn_subscriptions


@rule
def platform_cost_of_revenue(flows: Flows) -> Number:
    """Cost of revenue of the platform, negative."""
    return -flows.platform_cost_of_revenue


@rule
def platform_opex(flows: Flows) -> Number:
    """Operating cost of the platform, negative."""
    return -flows.platform_operating_cost + (-flows.platform_lab_staff)


@rule
def platform_cash(flows: Flows) -> Number:
    """Change of cash of the platform."""
    return (
        (flows.platform_collect_lab - flows.platform_lab_staff - flows.platform_repay_notes - flows.platform_repay_lab)
        + (flows.platform_collect - flows.platform_buy_plant + flows.platform_draw_term_loan) + (flows.platform_earn_subscriptions
        - flows.platform_pay_interest - flows.platform_repay_term_loan) + (-flows.platform_pay_vendors + flows.platform_draw_notes
        + flows.platform_borrow_from_lab)
    )
