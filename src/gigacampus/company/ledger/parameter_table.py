"""Parameters of the ledger: what each draw is given by the scenario, by name, with the path that it comes from."""

from __future__ import annotations

from typing import Any

from gigacampus.company.ledger.records import (
    Days,
    Factor,
    Flag,
    Frac,
    Months,
    PerYear,
    Record,
    Usd,
    UsdPerMillionTokens,
    UsdPerMmbtu,
    UsdPerMonth,
    UsdPerMwMonth,
    UsdPerYear,
)


def given(path: str, how: str = "") -> Any:
    """Path of an input and what is made of it: ``months`` and ``years`` are whole months, at least one, ``days``
    whole months of days, ``growth``
    and ``decline`` make the factor of a month of a log rate per year.
    """
    return path, how


class Levels(Record):
    """Prices and quantities that grow at a constant rate."""

    inflation: Factor = None
    arpu_usd_per_month: UsdPerMonth = given("company.revenue.arpu_usd_per_month")
    token_price: Factor = None
    rent_usd_per_mw_month: UsdPerMwMonth = given("company.revenue.rental.usd_per_mw_month")
    gas_usd_per_mmbtu: UsdPerMmbtu = given("market.gas_usd_per_mmbtu")
    pre_money_usd: Usd = given("company.equity.last_post_money_usd")
    """What investors would pay for the company before new money."""


class LevelGrowth(Record):
    """Factor of a month of each level."""

    inflation: Factor = given("market.inflation_per_year", "growth")
    arpu: Factor = given("company.revenue.arpu_change_per_year", "growth")
    token_price: Factor = given("company.revenue.token_price_change_per_year", "growth")
    rent: Factor = given("company.revenue.rental.price_change_per_year", "growth")
    gas: Factor = given("market.gas_drift_per_year", "growth")
    pre_money: Factor = given("market.valuation_drift_per_year", "growth")


class PlatformLevels(Record):
    """Sales of the platform, which grow at a constant rate."""

    advertising_usd: UsdPerMonth = given("company.platform.advertising_usd_per_month")
    subscriptions_usd: UsdPerMonth = given("company.platform.subscription_usd_per_month")


class LettingTerms(Record):
    """What decides about tenants who ask; all zero without one."""

    own_use_usd_per_mw_month: UsdPerMwMonth = given("company.revenue.rental.decision.own_use_usd_per_mw_month")
    ample_cash_months: Months = given("company.revenue.rental.decision.ample_cash_months")
    own_research_frac: Frac = given("company.revenue.rental.decision.own_research_frac")


class VehicleTerms(Record):
    """The vehicle that leases accelerators to the lab; all zero without one."""

    leased_frac: Frac = given("company.orders.leased_frac")
    purchase_usd: Usd = given("company.vehicle.purchase_usd")
    debt_frac: Frac = given("company.vehicle.debt_frac")
    debt_rate_frac: PerYear = given("company.vehicle.debt_rate_frac")
    lease_rate_frac: PerYear = given("company.vehicle.lease_rate_frac")
    term_months: Months = given("company.vehicle.term_years", "years")
    residual_frac: Frac = given("company.vehicle.residual_frac")
    fee_frac: PerYear = given("company.vehicle.fee_frac")
    advance_months: Months = given("company.vehicle.advance_months", "months")
    incremental_rate_frac: PerYear = given("company.vehicle.incremental_rate_frac")
    value_kept: Factor = given("company.vehicle.collateral_fall_per_year", "decline")
    """Share of the machines' value that a month leaves."""
    dscr_min: Factor = given("company.vehicle.covenants.dscr_min")
    ltv_max_frac: Frac = given("company.vehicle.covenants.ltv_max_frac")
    lab_cash_min_usd: Usd = given("company.vehicle.covenants.lab_cash_min_usd")
    sweep_tests: Factor = given("company.vehicle.covenants.sweep_tests")
    cures_max: Factor = given("company.vehicle.covenants.cures_max")
    cure_max_frac: Frac = given("company.vehicle.covenants.cure_max_frac")
    rent_per_usd: Factor = None
    """Level rent of a month for machines of a dollar."""
    is_finance_lease: Flag = None
    right_of_use_per_usd: Factor = None
    """Present value of the rents of machines of a dollar."""


class PlatformTerms(Record):
    """The platform; all zero where it is not enabled."""

    data_usd: UsdPerMonth = given("company.platform.data_usd_per_month")
    licence_usd: UsdPerMonth = given("company.platform.licence_from_lab_usd_per_month")
    activity_factor: Factor = given("company.platform.activity_factor")
    cost_frac: Frac = given("company.platform.cost_frac_of_revenue")
    fixed_usd: UsdPerMonth = given("company.platform.fixed_cost_usd_per_month")
    capex_usd: UsdPerMonth = given("company.platform.capex_usd_per_month")
    opening_plant_usd: Usd = given("company.platform.opening_plant_usd")
    plant_life_months: Months = given("company.platform.plant_life_years", "years")
    goodwill_usd: Usd = given("company.platform.goodwill_usd")
    cash_floor_usd: Usd = given("company.platform.cash_floor_usd")
    opening_cash_usd: Usd = given("company.platform.opening_cash_usd")
    advertising_growth: Factor = given("company.platform.advertising_growth_per_year", "growth")
    subscriptions_growth: Factor = given("company.platform.subscription_growth_per_year", "growth")


class Terms(Record):
    """Parameters of the lab, and of the vehicle and the platform within them."""

    opening_cash_usd: Usd = given("company.opening_cash_usd")
    opening_paid_in_usd: Usd = given("company.equity.opening_paid_in_usd")
    opening_nol_usd: Usd = given("company.tax.opening_nol_usd")
    cash_floor_usd: Usd = given("company.cash_floor_usd")
    annual_plan_frac: Frac = given("company.revenue.annual_plan_frac")
    api_usd_per_million_tokens: UsdPerMillionTokens = given("company.revenue.api_usd_per_million_tokens")
    api_share_of_tokens_frac: Frac = given("company.revenue.api_share_of_tokens_frac")
    government_usd_per_year: UsdPerYear = given("company.revenue.government_usd_per_year")
    car_usd_per_million_tokens: UsdPerMillionTokens = given("company.revenue.car_usd_per_million_tokens")
    robot_usd_per_million_tokens: UsdPerMillionTokens = given("company.revenue.robot_usd_per_million_tokens")
    agent_usd_per_million_tokens: UsdPerMillionTokens = given("company.revenue.agent_usd_per_million_tokens")
    site_usd_per_it_mw_year: UsdPerYear = given("company.costs.site_usd_per_it_mw_year")
    bandwidth_usd_per_million_tokens: UsdPerMillionTokens = given("company.costs.bandwidth_usd_per_million_tokens")
    payment_fee_frac: Frac = given("company.costs.payment_fee_frac")
    data_usd_per_year: UsdPerYear = given("company.costs.data_usd_per_year")
    cloud_usd_per_year: UsdPerYear = given("company.costs.cloud_usd_per_year")
    robots_agents_usd_per_year: UsdPerYear = given("company.costs.robots_agents_usd_per_year")
    marketing_frac_of_revenue: Frac = given("company.costs.marketing_frac_of_revenue")
    general_usd_per_year: UsdPerYear = given("company.costs.general_usd_per_year")
    insurance_frac_of_plant: PerYear = given("company.costs.insurance_frac_of_plant")
    undisclosed_growth: Factor = given("company.costs.undisclosed_growth_per_year", "growth")
    receivable_days: Days = given("company.working_capital.receivable_days")
    payable_days: Days = given("company.working_capital.payable_days")
    energy_days: Days = given("company.working_capital.energy_days")
    payroll_days: Days = given("company.working_capital.payroll_days")
    gpu_price_factor: Factor = given("company.assets.gpu_price_factor")
    phase_cost_factor: Factor = given("company.assets.phase_cost_factor")
    network_frac_of_gpu: Frac = given("company.assets.network_frac_of_gpu")
    it_share_of_phase_frac: Frac = given("company.assets.it_share_of_phase_frac")
    power_share_of_phase_frac: Frac = given("company.assets.power_share_of_phase_frac")
    gpu_life_months: Months = given("company.assets.gpu_life_years", "years")
    network_life_months: Months = given("company.assets.network_life_years", "years")
    building_life_months: Months = given("company.assets.building_life_years", "years")
    power_life_months: Months = given("company.assets.power_life_years", "years")
    storage_life_months: Months = given("company.assets.storage_life_years", "years")
    salvage_frac: Frac = given("company.assets.salvage_frac")
    refresh_frac: Frac = given("company.assets.refresh_frac")
    opening_fleet_age_months: Months = given("company.assets.opening_fleet_age_months", "months")
    deposit_frac: Frac = given("company.assets.deposit_frac")
    undisclosed_life_months: Months = given("company.assets.undisclosed_life_years", "years")
    undisclosed_payable_months: Months = given("company.assets.undisclosed_payable_months")
    vendor_credit_months: Months = given("company.orders.terms_days", "days")
    cover_frac: Frac = given("company.orders.cover_frac")
    keep_months_of_burn: Months = given("company.orders.keep_months_of_burn")
    trigger_months_of_cash: Months = given("company.raise_policy.trigger_months_of_cash")
    urgent_months_of_cash: Months = given("company.raise_policy.urgent_months_of_cash")
    size_months_of_burn: Months = given("company.raise_policy.size_months_of_burn")
    min_raise_usd: Usd = given("company.raise_policy.min_usd")
    max_sold_frac: Frac = given("company.raise_policy.max_sold_frac")
    success_frac: Frac = given("company.raise_policy.success_frac")
    raise_luck_quantile: Frac = given("company.raise_policy.raise_luck_quantile")
    retry_months: Months = given("company.raise_policy.retry_months", "months")
    gap_months: Months = given("company.raise_policy.gap_months", "months")
    policy_debt_frac: Frac = given("company.raise_policy.debt_frac")
    policy_debt_rate_frac: PerYear = given("company.raise_policy.debt_rate_frac")
    policy_debt_term_months: Months = given("company.raise_policy.debt_term_years", "years")
    burn_span_months: Months = given("company.raise_policy.burn_months", "months")
    revolver_limit_usd: Usd = given("company.revolver.limit_usd")
    revolver_rate_frac: PerYear = given("company.revolver.rate_frac")
    draw_below_usd: Usd = given("company.revolver.draw_below_usd")
    wacc_frac: PerYear = given("company.valuation.wacc_frac")
    federal_frac: Frac = given("company.tax.federal_frac")
    state_frac: Frac = given("company.tax.state_frac")
    bonus_frac: Frac = given("company.tax.bonus_frac")
    nol_limit_frac: Frac = given("company.tax.nol_limit_frac")
    interest_limit_frac: Frac = given("company.tax.interest_limit_frac")
    owner_change_limit_usd: UsdPerYear = given("company.tax.owner_change_limit_usd")
    stranded_resale_frac: Frac = given("company.assets.stranded_resale_frac")
    rent_change_per_year: PerYear = given("company.revenue.rental.price_change_per_year")
    growth: LevelGrowth
    letting: LettingTerms
    vehicle: VehicleTerms
    platform: PlatformTerms
