"""The page of a draw: every number beside flows and balances that the simulation reads or carries, one row each.

Parameters come from the scenario and the draws; levels are prices that grow at a constant rate; looked-up rows are the world's
physics of the month; carried rows are what a month hands to the next. Lists of the scenario (phases, rounds, loans, trades,
reported quarters) follow in blocks, whose first rows stand among the dates and switches.
"""

from __future__ import annotations

from types import ModuleType


def words(text: str) -> list[str]:
    """Words of a table."""
    return text.split()


PARAMETERS = """
opening_cash_usd company.opening_cash_usd
opening_paid_in_usd company.equity.opening_paid_in_usd
opening_nol_usd company.tax.opening_nol_usd
cash_floor_usd company.cash_floor_usd
annual_plan_frac company.revenue.annual_plan_frac
api_usd_per_million_tokens company.revenue.api_usd_per_million_tokens
api_share_of_tokens_frac company.revenue.api_share_of_tokens_frac
government_usd_per_year company.revenue.government_usd_per_year
car_usd_per_million_tokens company.revenue.car_usd_per_million_tokens
robot_usd_per_million_tokens company.revenue.robot_usd_per_million_tokens
agent_usd_per_million_tokens company.revenue.agent_usd_per_million_tokens
prepaid_months company.revenue.rental.prepaid_months
site_usd_per_it_mw_year company.costs.site_usd_per_it_mw_year
bandwidth_usd_per_million_tokens company.costs.bandwidth_usd_per_million_tokens
payment_fee_frac company.costs.payment_fee_frac
data_usd_per_year company.costs.data_usd_per_year
cloud_usd_per_year company.costs.cloud_usd_per_year
robots_agents_usd_per_year company.costs.robots_agents_usd_per_year
marketing_frac_of_revenue company.costs.marketing_frac_of_revenue
general_usd_per_year company.costs.general_usd_per_year
insurance_frac_of_plant company.costs.insurance_frac_of_plant
undisclosed_growth company.costs.undisclosed_growth_per_year growth
receivable_days company.working_capital.receivable_days
payable_days company.working_capital.payable_days
energy_days company.working_capital.energy_days
payroll_days company.working_capital.payroll_days
gpu_price_factor company.assets.gpu_price_factor
phase_cost_factor company.assets.phase_cost_factor
network_frac_of_gpu company.assets.network_frac_of_gpu
it_share_of_phase_frac company.assets.it_share_of_phase_frac
power_share_of_phase_frac company.assets.power_share_of_phase_frac
life_gpu company.assets.gpu_life_years years
life_network company.assets.network_life_years years
life_building company.assets.building_life_years years
life_power company.assets.power_life_years years
life_storage company.assets.storage_life_years years
salvage_frac company.assets.salvage_frac
refresh_frac company.assets.refresh_frac
fleet_age company.assets.opening_fleet_age_months months
deposit_frac company.assets.deposit_frac
order_lead company.assets.order_lead_months whole
undisclosed_life company.assets.undisclosed_life_years years
undisclosed_payable_months company.assets.undisclosed_payable_months
cover_frac company.orders.cover_frac
keep_months_of_burn company.orders.keep_months_of_burn
trigger_months_of_cash company.raise_policy.trigger_months_of_cash
urgent_months_of_cash company.raise_policy.urgent_months_of_cash
size_months_of_burn company.raise_policy.size_months_of_burn
min_raise_usd company.raise_policy.min_usd
max_sold_frac company.raise_policy.max_sold_frac
success_frac company.raise_policy.success_frac
luck_frac company.raise_policy.raise_luck_quantile
retry company.raise_policy.retry_months months
gap company.raise_policy.gap_months months
policy_debt_frac company.raise_policy.debt_frac
policy_debt_rate_frac company.raise_policy.debt_rate_frac
policy_debt_term company.raise_policy.debt_term_years years
burn_span company.raise_policy.burn_months months
revolver_limit_usd company.revolver.limit_usd
revolver_rate_frac company.revolver.rate_frac
draw_below_usd company.revolver.draw_below_usd
wacc_frac company.valuation.wacc_frac
federal_frac company.tax.federal_frac
state_frac company.tax.state_frac
bonus_frac company.tax.bonus_frac
nol_limit_frac company.tax.nol_limit_frac
interest_limit_frac company.tax.interest_limit_frac
owner_change_limit_usd company.tax.owner_change_limit_usd
stranded_resale_frac company.assets.stranded_resale_frac
rent_change_per_year company.revenue.rental.price_change_per_year
"""
"""Row, path and what is made of it: ``months`` and ``years`` are whole months, at least one; ``whole`` is rounded; ``growth`` is
the factor of a month.
"""

RENTAL = """
rented_share company.revenue.rental.share_frac
"""
VEHICLE = """
leased_frac company.orders.leased_frac
vehicle_purchase_usd company.vehicle.purchase_usd
vehicle_debt_frac company.vehicle.debt_frac
vehicle_debt_rate_frac company.vehicle.debt_rate_frac
lease_rate_frac company.vehicle.lease_rate_frac
lease_term company.vehicle.term_years years
lease_residual_frac company.vehicle.residual_frac
vehicle_fee_frac company.vehicle.fee_frac
vehicle_advance company.vehicle.advance_months months
own_rate_frac company.vehicle.incremental_rate_frac
collateral_kept company.vehicle.collateral_fall_per_year decline
dscr_min company.vehicle.covenants.dscr_min
ltv_max_frac company.vehicle.covenants.ltv_max_frac
lab_cash_min_usd company.vehicle.covenants.lab_cash_min_usd
sweep_tests company.vehicle.covenants.sweep_tests
cures_left company.vehicle.covenants.cures_max
cure_max_frac company.vehicle.covenants.cure_max_frac
"""
PLATFORM = """
platform_data_usd company.platform.data_usd_per_month
platform_licence_usd company.platform.licence_from_lab_usd_per_month
platform_activity company.platform.activity_factor
platform_cost_frac company.platform.cost_frac_of_revenue
platform_fixed_usd company.platform.fixed_cost_usd_per_month
platform_capex_usd company.platform.capex_usd_per_month
platform_plant_usd company.platform.opening_plant_usd
platform_life company.platform.plant_life_years years
platform_goodwill_usd company.platform.goodwill_usd
platform_floor_usd company.platform.cash_floor_usd
platform_cash_usd company.platform.opening_cash_usd
"""
"""Read only where the scenario has such a thing; zero otherwise."""

LEVELS = """
inflation - market.inflation_per_year
arpu company.revenue.arpu_usd_per_month company.revenue.arpu_change_per_year
token_price - company.revenue.token_price_change_per_year
rent_per_mw company.revenue.rental.usd_per_mw_month company.revenue.rental.price_change_per_year
gas market.gas_usd_per_mmbtu market.gas_drift_per_year
pre_money company.equity.last_post_money_usd market.valuation_drift_per_year
"""
PLATFORM_LEVELS = """
advertising company.platform.advertising_usd_per_month company.platform.advertising_growth_per_year
platform_subscriptions company.platform.subscription_usd_per_month company.platform.subscription_growth_per_year
"""
"""Row, level of the first month (``-``: one), yearly log growth. ``pre_money`` is what investors would pay before new money."""

LOOKED_UP = words("""
it_mw fuel_mmbtu grid_bill_usd accelerator_hours training_flop capacity_tokens hours_needed it_installed_mw
paying_users tokens_demanded tokens_from_cars tokens_from_robots tokens_from_agents water_usd exposure_usd
""")
"""The first eight are those of ``physics.QUANTITIES``."""

CARRIED = words("""
momentum lease_factor rental_last rented rented_before
served unmet serving_frac trained_flop energy_usd staff_for_platform stock_usd raised_usd leased_bill
anchor undisclosed_cost_frac undisclosed_opex_usd
next_try next_urgent
capitalised_open capitalised_served capitalised_charged capitalised_charge
year_ebt year_interest year_charge year_undisclosed year_earned nol old_nol denied ebt_last ebt_before ebt_first
vehicle_bought loan_due lease_rent finance_lease lease_right
unpaid_rent vehicle_value vehicle_net_rent vehicle_service quarter_rent quarter_service failing_tests vehicle_breach vehicle_default
token_factor rent_factor awards_usd short_rate rent_now rent_before
cost_share partner_cash kept_dated kept_policy
paid_gpu paid_network paid_building paid_power paid_storage
entered_gpu entered_network entered_building entered_power entered_storage
left_gpu left_network left_building left_power left_storage
""")

PHASE = words("capex_usd deposit_frac per_lead needs_cash_usd lag last ordered ready")
ROUND = words("raised_usd equity_frac post_money_usd")
LOAN = words("principal_usd rate_frac per_window per_term per_due quiet discount_usd kept_frac floating base_floor_frac")
"""``per_`` rows are shares of one month: of the window of draws, the term, the time of repayment."""
TRADE = words("heads growth heads_max cash_usd stock_usd platform_frac attrition_per_year hire_cost_usd heads_before")
MERGER = words("cash_usd free_cash_usd kept_frac outside_sales_usd price_usd")
HISTORY = ("revenue_usd", "gross_profit_usd", "ebitda_usd", "net_income_usd", "cash_spent_usd", "stock_compensation_usd")
"""Rows of one item of each block."""

DATES = words("""
months history_months as_of first_month vehicle_start rental_first government_start
platform_on supported_by_lab anchored allowance impairment generations may_raise lean
phases phase_rows phase_dates rounds round_rows round_dates loans loan_rows loan_dates trades trade_rows trade_dates
history_rows mergers merger_rows merger_dates
""")
"""Month indices, switches (0 or 1), counts of the blocks, their first rows of the page, and where their own dates begin."""
PHASE_DATES = words("planned campus")
LOAN_DATES = words("drawn platform draw_row repay_row opening_row")

PAST_MONTHS = words("burnt policy_due rent_change loan_change equipment building")
"""By month: cumulative free cash flow before it, principal of policy debt due, changes of the vehicle's rent and principal; by tax
year: cost that entered service.
"""
PATHS = words("momentum token_factor rent_factor awards_usd short_rate")
"""Drawn by month beforehand: extra growth of users and tokens, wandering prices over their trend, awards, the short rate."""
NEVER = 1_000_000
"""Month index of what does not happen: an order not placed, a vehicle that never starts."""


def numbered(title: str, names: list[str]) -> ModuleType:
    """Names as a module of integers, which a compiled rule reads as constants.

    >>> numbered("k", ["one", "two"]).two
    1
    """
    module = ModuleType(title)
    module.__dict__.update({name: i for i, name in enumerate(names)})
    return module


def table_rows(text: str) -> list[list[str]]:
    """Words of each line of a table above."""
    return [line.split() for line in text.strip().splitlines()]


def _names() -> list[str]:
    first = [row[0] for text in (PARAMETERS, RENTAL, VEHICLE, PLATFORM) for row in table_rows(text)]
    levels = [row[0] for text in (LEVELS, PLATFORM_LEVELS) for row in table_rows(text)]
    return [*first, *levels, *(f"{name}_growth" for name in levels), *LOOKED_UP, *CARRIED]


ROWS = _names()
LEVEL_COUNT = len(table_rows(LEVELS)) + len(table_rows(PLATFORM_LEVELS))
k = numbered("k", ROWS)
"""Row of the page: ``k.receivable_days``."""
d = numbered("d", DATES)
"""Place among dates and switches: ``d.as_of``."""
h = numbered("h", PAST_MONTHS)
"""Row of what is kept by month: ``h.burnt``."""
pa = numbered("pa", PATHS)
"""Row of a path: ``pa.momentum``."""
ph, ro, lo, tr, me = (numbered(t, names) for t, names in (("ph", PHASE), ("ro", ROUND), ("lo", LOAN), ("tr", TRADE), ("me", MERGER)))
"""Rows within a phase, a round, a loan, a trade, a merger."""
PHASE_DATE_SIZE, LOAN_DATE_SIZE = len(PHASE_DATES), len(LOAN_DATES)
PHASE_SIZE, ROUND_SIZE, LOAN_SIZE, TRADE_SIZE, MERGER_SIZE, HISTORY_SIZE = (len(x) for x in (PHASE, ROUND, LOAN, TRADE, MERGER, HISTORY))
