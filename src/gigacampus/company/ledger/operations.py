"""A month of operations: what is served and sold, what it costs, when the cash comes and goes."""

from __future__ import annotations

from collections.abc import Sequence

from gigacampus.company.ledger import balance_sums, flow_sums, statement_sums
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import Number, between, least, most, ratio, rule
from gigacampus.company.ledger.state_layout import OPERATIONS, RESEARCH, ROBOTS_AGENTS, SALES_ADMIN, Draw, Job, ReportedQuarter
from gigacampus.foundation.units import DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR

DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
QUARTER = 3
"""Months."""


@rule
def deliver(draw: Draw) -> None:
    """Tokens served within capacity, the share of machine hours that served, training, and what energy and water cost."""
    physics, operations = draw.physics, draw.state.operations
    wanted, kept = physics.tokens_demanded * draw.paths.momentum, 1.0 - operations.rented_frac
    served = least(wanted, physics.capacity_tokens * kept)
    need = ratio(served, physics.tokens_demanded, 0.0) * physics.hours_needed
    share = between(ratio(need, physics.accelerator_hours, 0.0), 0.0, 1.0)
    operations.tokens_served, operations.tokens_unserved, operations.serving_frac = served, wanted - served, share
    operations.trained_flop = physics.training_flop * most(kept - share, 0.0)
    operations.energy_usd = physics.grid_bill_usd + physics.fuel_mmbtu * draw.state.levels.gas_usd_per_mmbtu + physics.water_usd


@rule
def sell(draw: Draw, quarters: Sequence[ReportedQuarter], t: int) -> None:
    """Revenue by line; in the history its sum is what was reported."""
    flows, terms, physics, levels, operations = draw.flows, draw.terms, draw.physics, draw.state.levels, draw.state.operations
    fill = ratio(operations.tokens_served, operations.tokens_served + operations.tokens_unserved, 1.0)
    subscriptions = physics.paying_users * levels.arpu_usd_per_month * draw.paths.momentum * fill
    price = levels.token_price * draw.paths.token_price_factor / MILLION
    tokens = physics.tokens_demanded * price * terms.api_usd_per_million_tokens * terms.api_share_of_tokens_frac
    api = tokens * draw.paths.momentum * fill
    if t < draw.dates.history_months:
        reported, model = quarters[t // QUARTER].revenue_usd, subscriptions + api
        part = ratio(subscriptions, model, 1.0)
        operations.anchor = ratio(reported, model, 1.0)
        flows.lab_earn_subscriptions, flows.lab_bill_api = reported * part, reported * (1.0 - part)
    else:
        anchor = operations.anchor if draw.dates.anchored == 1 else 1.0
        flows.lab_earn_subscriptions, flows.lab_bill_api = subscriptions * anchor, api * anchor
        _sell_to_others(draw, price * fill, t)
    _collect(draw)


@rule
def _sell_to_others(draw: Draw, price: Number, t: int) -> None:
    """Tokens of cars, robots and agents at ``price`` of a token, and governments."""
    flows, terms, physics = draw.flows, draw.terms, draw.physics
    flows.lab_bill_cars = physics.tokens_from_cars * terms.car_usd_per_million_tokens * price
    flows.lab_bill_robots = physics.tokens_from_robots * terms.robot_usd_per_million_tokens * price
    flows.lab_bill_agents = physics.tokens_from_agents * terms.agent_usd_per_million_tokens * price
    if t >= draw.dates.government_start:
        flows.lab_bill_government = terms.government_usd_per_year / MONTHS_PER_YEAR
    flows.lab_bill_government += draw.paths.awards_usd


@rule
def _collect(draw: Draw) -> None:
    """Cash from customers: plans billed a year ahead, receivables at their days."""
    flows, balances, terms = draw.flows, draw.balances, draw.terms
    ahead = terms.annual_plan_frac * flows.lab_earn_subscriptions * (MONTHS_PER_YEAR - 1) / 2.0
    flows.lab_bill_subscriptions = most(flows.lab_earn_subscriptions + ahead - owed(balances.lab_deferred_revenue), 0.0)
    billed = flow_sums.billed(flows)
    due = balances.lab_receivables + billed
    kept = least(due, billed * terms.receivable_days / DAYS_PER_MONTH)
    flows.lab_collect = most(due - kept - flows.lab_use_prepayment, 0.0)


@rule
def employ(draw: Draw, jobs: Sequence[Job]) -> None:
    """Wages and the cost of hiring by function, what the platform is charged for its share of the lab's people, and stock."""
    flows, operations = draw.flows, draw.state.operations
    operations.platform_staff_usd = 0.0
    for job in jobs:
        headcount = least(job.headcount, job.headcount_max)
        hired = most(headcount - job.headcount_before * (1.0 - job.attrition_per_year / MONTHS_PER_YEAR), 0.0)
        job.headcount_before = headcount
        cost = (headcount * job.cash_usd_per_year / MONTHS_PER_YEAR + hired * job.hire_cost_usd) * draw.state.levels.inflation
        if job.function == RESEARCH:
            flows.lab_staff_research += cost
        elif job.function == OPERATIONS:
            flows.lab_staff_operations += cost
        elif job.function == ROBOTS_AGENTS:
            flows.lab_staff_robots_agents += cost
        elif job.function == SALES_ADMIN:
            flows.lab_staff_sales_admin += cost
        operations.platform_staff_usd = operations.platform_staff_usd + cost * job.platform_frac
        flows.lab_grant_stock += headcount * job.stock_usd_per_year / MONTHS_PER_YEAR


@rule
def spend(draw: Draw, jobs: Sequence[Job], quarters: Sequence[ReportedQuarter], t: int) -> None:
    """Energy, sites, people and services; the same joules are cost of revenue where they serve and research where they train."""
    flows, terms, operations = draw.flows, draw.terms, draw.state.operations
    rise = draw.state.levels.inflation / MONTHS_PER_YEAR
    share = between(operations.serving_frac + operations.rented_frac, 0.0, 1.0)
    operations.serving_cost_frac = share
    flows.lab_energy_serving, flows.lab_energy_training = operations.energy_usd * share, operations.energy_usd * (1.0 - share)
    site = draw.physics.it_mw * terms.site_usd_per_it_mw_year * rise
    flows.lab_site_serving, flows.lab_site_training = site * share, site * (1.0 - share)
    flows.lab_bandwidth = operations.tokens_served * terms.bandwidth_usd_per_million_tokens / MILLION
    flows.lab_payment_fees = flows.lab_earn_subscriptions * terms.payment_fee_frac
    employ(draw, jobs)
    flows.lab_data, flows.lab_cloud = terms.data_usd_per_year * rise, terms.cloud_usd_per_year * rise
    flows.lab_robots_agents, flows.lab_general = terms.robots_agents_usd_per_year * rise, terms.general_usd_per_year * rise
    flows.lab_marketing = flow_sums.sold(flows) * terms.marketing_frac_of_revenue
    flows.lab_insure = balance_sums.held_plant(draw.balances) * terms.insurance_frac_of_plant / MONTHS_PER_YEAR
    flows.lab_fines = draw.physics.exposure_usd
    if t < draw.dates.history_months:
        flows.lab_grant_stock = quarters[t // QUARTER].stock_compensation_usd
    _pay_bills(draw)


@rule
def _pay_bills(draw: Draw) -> None:
    flows, balances, terms = draw.flows, draw.balances, draw.terms
    flows.lab_pay_vendors = _paid(flow_sums.vendor_bills(flows), owed(balances.lab_payables), terms.payable_days)
    flows.lab_pay_staff = _paid(flow_sums.wages(flows), owed(balances.lab_accrued_compensation), terms.payroll_days)
    flows.lab_pay_energy = _paid(flow_sums.energy_bills(flows), owed(balances.lab_accrued_energy), terms.energy_days)
    flows.lab_pay_fines = owed(balances.lab_accrued_legal)


@rule
def _paid(bills: Number, open_bills: Number, days: Number) -> Number:
    """Cash to suppliers at their days: all that is owed but the last days' bills."""
    due = open_bills + bills
    return most(due - least(due, bills * days / DAYS_PER_MONTH), 0.0)


@rule
def explain_history(draw: Draw, quarters: Sequence[ReportedQuarter], t: int) -> None:
    """In reported months: one residual line each for cost of revenue, operating cost, the result below EBITDA and cash."""
    flows, operations, quarter = draw.flows, draw.state.operations, quarters[t // QUARTER]
    revenue, gross, ebitda = quarter.revenue_usd, quarter.gross_profit_usd, quarter.ebitda_usd
    flows.lab_undisclosed_cost = revenue - gross + statement_sums.lab_cost_of_revenue(flows)
    flows.lab_undisclosed_opex = gross - ebitda + statement_sums.lab_opex(flows)
    rest = statement_sums.lab_before_tax(flows) - quarter.net_income_usd
    flows.lab_undisclosed_other, flows.lab_undisclosed_other_back = most(rest, 0.0), most(-rest, 0.0)
    gap = quarter.cash_spent_usd + statement_sums.lab_cash(flows) - statement_sums.lab_financing(flows)
    flows.lab_undisclosed_spending, flows.lab_undisclosed_vendor_credit = most(gap, 0.0), most(-gap, 0.0)
    if t >= draw.dates.history_months - QUARTER:
        operations.undisclosed_cost_usd += most(flows.lab_undisclosed_cost, 0.0) / QUARTER
        operations.undisclosed_opex_usd += most(flows.lab_undisclosed_opex, 0.0) / QUARTER


@rule
def carry_forward(draw: Draw, t: int) -> None:
    """After the history: what no line explained goes on, cost of revenue as its amount, operating cost growing at its own rate."""
    flows, terms, operations = draw.flows, draw.terms, draw.state.operations
    flows.lab_undisclosed_cost = operations.undisclosed_cost_usd
    operations.undisclosed_opex_usd = operations.undisclosed_opex_usd * terms.undisclosed_growth
    flows.lab_undisclosed_opex = operations.undisclosed_opex_usd
    left = most(terms.undisclosed_payable_months - (t - draw.dates.history_months), 1.0)
    flows.lab_pay_undisclosed_vendors = owed(draw.balances.lab_undisclosed_payables) / left
