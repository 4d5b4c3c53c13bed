"""Monthly series that the simulation keeps, of the lab but for ``group_``: lab and platform without what they sell each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gigacampus.company.ledger import balance_sums, flow_sums, statement_sums
from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.cash_uses import cash_uses
from gigacampus.company.ledger.machine_costs import machine_costs
from gigacampus.company.ledger.merged_affiliate import outside_sales
from gigacampus.company.ledger.posting import free_cash, owed
from gigacampus.company.ledger.records import Flag, Flop, Frac, Hours, Mw, Record, Tokens, Units, Usd, hints_of
from gigacampus.company.ledger.scalar_ops import Number, most, rule
from gigacampus.company.ledger.state_layout import Draw, Merger


class Series(Record):
    """What is kept of each month; ``registry/variables.py`` says what each means."""

    cash_usd: Usd
    arrears_usd: Usd
    it_mw_used: Mw
    serving_frac: Frac
    training_flop_delivered: Flop
    tokens_served: Tokens
    tokens_unmet: Tokens
    revenue_usd: Usd
    cost_of_revenue_usd: Usd
    gross_profit_usd: Usd
    opex_usd: Usd
    energy_cost_usd: Usd
    ebitda_usd: Usd
    depreciation_usd: Usd
    interest_usd: Usd
    interest_income_usd: Usd
    net_income_usd: Usd
    capex_usd: Usd
    free_cash_flow_usd: Usd
    equity_raised_usd: Usd
    debt_usd: Usd
    assets_usd: Usd
    equity_usd: Usd
    cip_usd: Usd
    equipment_gross_usd: Usd
    outside_capital_usd: Usd
    ledger_residual_usd: Usd
    ebit_usd: Usd
    cash_margin_usd: Usd
    group_revenue_usd: Usd
    group_ebitda_usd: Usd
    group_ebit_usd: Usd
    group_capex_usd: Usd
    rents_paid_usd: Usd
    ebitda_after_rent_usd: Usd
    impairment_usd: Usd
    vehicle_net_rent_usd: Usd
    vehicle_service_usd: Usd
    vehicle_loan_usd: Usd
    vehicle_value_usd: Usd
    covenant_breach: Flag
    vehicle_default: Flag
    group_support_usd: Usd
    partner_cash_usd: Usd
    sold_dated_frac: Frac
    sold_policy_frac: Frac
    policy_equity_usd: Usd
    valuation_usd: Usd
    rent_usd: Usd
    site_cost_usd: Usd
    machines_served_usd: Usd
    machines_charge_usd: Usd
    pit_data_centres_usd: Usd
    pit_talent_usd: Usd
    pit_robot_agent_software_usd: Usd
    pit_other_usd: Usd
    chips_cost_usd: Usd
    network_cost_usd: Usd
    building_cost_usd: Usd
    generation_cost_usd: Usd
    unnamed_plant_cost_usd: Usd
    site_upkeep_usd: Usd
    operations_staff_usd: Usd
    plant_insurance_tax_usd: Usd
    traffic_usd: Usd
    payment_fees_usd: Usd
    let_frac: Frac
    accelerators_held: Units
    accelerator_hours_at_work: Hours


LEAN = ("cash_usd", "arrears_usd")
"""What a runway needs: the first of the series."""
RECORDED = tuple(hints_of(Series))


@rule
def record(series: Series, draw: Draw, mergers: Sequence[Merger], cash_before_usd: Number, t: int) -> None:
    """Write the month just closed; ``cash_before_usd`` is the lab's cash at its start."""
    balances, flows = draw.balances, draw.flows
    series.cash_usd, series.arrears_usd = balances.lab_cash, owed(balances.lab_arrears)
    if draw.dates.lean == 0:
        _operations(series, draw)
        _results(series, draw)
        _balances(series, balances)
        _group(series, draw, mergers, t)
        _lease(series, draw)
        _ownership(series, draw)
        _cash_uses(series, draw)
        _machine_costs(series, draw)
        unexplained = np.abs(balances.lab_cash - cash_before_usd - statement_sums.lab_cash(flows))
        series.ledger_residual_usd = most(imbalance(balances), unexplained)


@rule
def _operations(series: Series, draw: Draw) -> None:
    operations = draw.state.operations
    series.it_mw_used, series.serving_frac = draw.physics.it_mw, operations.serving_frac
    series.training_flop_delivered = operations.trained_flop
    series.tokens_served, series.tokens_unmet = operations.tokens_served, operations.tokens_unserved
    series.energy_cost_usd = operations.energy_usd


@rule
def _results(series: Series, draw: Draw) -> None:
    """What the month brought: the lab's lines, and where its money came from."""
    flows = draw.flows
    revenue, cost, opex = statement_sums.lab_revenue(flows), statement_sums.lab_cost_of_revenue(flows), statement_sums.lab_opex(flows)
    ebitda, wear = revenue + cost + opex, statement_sums.lab_depreciation(flows)
    below = statement_sums.lab_other(flows) + statement_sums.lab_interest(flows) + statement_sums.lab_tax(flows)
    series.revenue_usd, series.cost_of_revenue_usd, series.gross_profit_usd = revenue, -cost, revenue + cost
    series.opex_usd, series.ebitda_usd, series.depreciation_usd = -opex, ebitda, -wear
    series.interest_usd, series.interest_income_usd = -statement_sums.lab_interest(flows), flows.lab_earn_interest
    series.ebit_usd, series.net_income_usd = ebitda + wear, ebitda + wear + below
    series.cash_margin_usd = ebitda + flows.lab_grant_stock
    series.capex_usd = flow_sums.capex(flows)
    series.free_cash_flow_usd = free_cash(flows)
    series.equity_raised_usd = flows.lab_raise_dated + flows.lab_raise_policy
    series.outside_capital_usd = draw.state.raising.raised_usd
    series.rent_usd = flows.lab_bill_rental
    series.site_cost_usd = draw.state.operations.energy_usd + flows.lab_site_serving + flows.lab_site_training
    series.machines_served_usd = flows.lab_serve_gpu + flows.lab_serve_network
    series.machines_charge_usd = flows.lab_depreciate_gpu + flows.lab_depreciate_network


@rule
def _balances(series: Series, balances: Balances) -> None:
    """What the lab owns and owes at the end of the month."""
    series.debt_usd, series.equity_usd = -balance_sums.held_owed(balances), -balance_sums.held_equity(balances)
    series.assets_usd, series.cip_usd = balance_sums.held_assets(balances), balance_sums.held_cip(balances)
    series.equipment_gross_usd = balance_sums.held_machines(balances)


@rule
def _lease(series: Series, draw: Draw) -> None:
    """Rents of the lab, and what the vehicle's lenders look at."""
    flows, lease = draw.flows, draw.state.lease
    series.rents_paid_usd = flows.lab_pay_lease + flows.lab_pay_operating_lease
    series.ebitda_after_rent_usd = series.ebitda_usd - flows.lab_pay_lease
    series.impairment_usd = flow_sums.written_off(flows)
    series.vehicle_net_rent_usd, series.vehicle_service_usd = lease.net_rent_usd, lease.debt_service_usd
    series.vehicle_loan_usd, series.vehicle_value_usd = owed(draw.balances.vehicle_loan), lease.machines_value_usd
    series.covenant_breach, series.vehicle_default = lease.in_breach, lease.in_default


@rule
def _ownership(series: Series, draw: Draw) -> None:
    """What rounds sold, what the company is worth to investors, and money of merged affiliates."""
    raising = draw.state.raising
    series.sold_dated_frac, series.sold_policy_frac = 1.0 - raising.kept_dated_frac, 1.0 - raising.kept_policy_frac
    series.policy_equity_usd, series.valuation_usd = draw.flows.lab_raise_policy, draw.state.levels.pre_money_usd
    series.group_support_usd, series.partner_cash_usd = draw.flows.lab_support_from_group, raising.affiliate_cash_usd


@rule
def _group(series: Series, draw: Draw, mergers: Sequence[Merger], t: int) -> None:
    """Lab, platform and merged affiliates together, without what they sell each other."""
    flows = draw.flows
    revenue = statement_sums.platform_revenue(flows)
    result = revenue + statement_sums.platform_cost_of_revenue(flows) + statement_sums.platform_opex(flows)
    series.group_revenue_usd = series.revenue_usd + revenue - flows.platform_bill_lab + outside_sales(draw, mergers, t)
    series.group_ebitda_usd = series.cash_margin_usd + result
    series.group_ebit_usd = series.ebit_usd + result - flows.platform_depreciate
    series.group_capex_usd = series.capex_usd + flows.platform_buy_plant


@rule
def _cash_uses(series: Series, draw: Draw) -> None:
    sites, talent, software, other = cash_uses(draw.flows)
    series.pit_data_centres_usd, series.pit_talent_usd = sites, talent
    series.pit_robot_agent_software_usd, series.pit_other_usd = software, other


@rule
def _machine_costs(series: Series, draw: Draw) -> None:
    """What running the machines costs by part, and whose use of them it is."""
    flows = draw.flows
    chips, network, building, generation, unnamed = machine_costs(flows)
    series.chips_cost_usd, series.network_cost_usd, series.building_cost_usd = chips, network, building
    series.generation_cost_usd, series.unnamed_plant_cost_usd = generation, unnamed
    series.site_upkeep_usd = flows.lab_site_serving + flows.lab_site_training
    series.operations_staff_usd = flows.lab_staff_operations
    series.plant_insurance_tax_usd = flows.lab_insure + flows.lab_local_taxes
    series.traffic_usd, series.payment_fees_usd = flows.lab_bandwidth, flows.lab_payment_fees
    series.let_frac = draw.state.operations.rented_frac
    series.accelerators_held, series.accelerator_hours_at_work = draw.physics.accelerators, draw.physics.accelerator_hours


@rule
def imbalance(balances: Balances) -> Number:
    """Largest of the entities' sums of debit-positive balances, which is zero but for rounding."""
    others = most(np.abs(balance_sums.held_platform(balances)), np.abs(balance_sums.held_vehicle(balances)))
    return most(np.abs(balance_sums.held_lab(balances)), others)
