"""What a draw is simulated with: records of its state, the month's physics and paths, dates, and the lists of the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gigacampus.company.ledger.accounts import Balances
from gigacampus.company.ledger.journal import Flows
from gigacampus.company.ledger.parameter_table import Levels, PlatformLevels, Terms
from gigacampus.company.ledger.records import (
    Count,
    Factor,
    Flag,
    Flop,
    Frac,
    Heads,
    Hours,
    Mmbtu,
    MonthIndex,
    MonthOfRun,
    Months,
    Mw,
    PerYear,
    Record,
    Switch,
    Tokens,
    Units,
    Usd,
    UsdByMonth,
    UsdByTaxYear,
    UsdPerMonth,
    UsdPerMwMonth,
    UsdPerYear,
)

NEVER = 1_000_000
"""Month index of what does not happen: an order not placed, a vehicle that never starts."""
GPU, NETWORK, BUILDING, POWER, STORAGE = range(5)
"""Place of each asset class of ``accounts.ASSET_CLASSES`` in tables of cost."""


class PhaseStep(Record):
    """What a phase adds in a month to the phase before it, or the campuses without any phase."""

    it_mw: Mw
    fuel_mmbtu: Mmbtu
    grid_bill_usd: Usd
    accelerator_hours: Hours
    training_flop: Flop
    capacity_tokens: Tokens
    hours_needed: Hours
    it_installed_mw: Mw
    accelerators: Units


class Physics(PhaseStep):
    """Physics and demand of a month, with the phases in service."""

    paying_users: Heads
    tokens_demanded: Tokens
    tokens_from_cars: Tokens
    tokens_from_robots: Tokens
    tokens_from_agents: Tokens
    water_usd: Usd
    exposure_usd: Usd


class Paths(Record):
    """What is drawn by month beforehand: extra growth, wandering prices over their trend, awards, the short rate."""

    momentum: Factor
    token_price_factor: Factor
    rent_factor: Factor
    awards_usd: Usd
    short_rate_frac: PerYear


class PlantClass(Record):
    """Committed assets of one class so far, at the price of the library: paid, entered and left."""

    paid_usd: Usd
    entered_usd: Usd
    left_usd: Usd


class Plant(Record):
    """Committed assets by class."""

    gpu: PlantClass
    network: PlantClass
    building: PlantClass
    power: PlantClass
    storage: PlantClass


class Operations(Record):
    """What the month delivers, and what the history leaves to later months."""

    rent_usd_per_mw_month: UsdPerMwMonth
    """The market's, as of tenants below: a contract may say another."""
    rent_before_usd_per_mw_month: UsdPerMwMonth
    rented_frac: Frac
    tokens_served: Tokens
    tokens_unserved: Tokens
    serving_frac: Frac
    trained_flop: Flop
    energy_usd: Usd
    serving_cost_frac: Frac
    """Share of energy, sites and leases that is cost of revenue."""
    platform_staff_usd: Usd
    anchor: Factor
    """Reported over modelled revenue of the last reported month."""
    undisclosed_cost_usd: UsdPerMonth
    undisclosed_opex_usd: UsdPerMonth


class Construction(Record):
    """Interest that became cost of the building, and the bill of extensions that the vehicle pays."""

    leased_bill_usd: Usd
    machines_due_usd: Usd
    """Paid in the month for committed machines delivered before."""
    interest_open_usd: Usd
    """Capitalised and not yet in service."""
    interest_served_usd: Usd
    interest_charged_usd: Usd
    interest_charge_usd: UsdPerMonth


class Raising(Record):
    """New money, and what it leaves to those before it."""

    raised_usd: Usd
    next_try_month: MonthOfRun
    next_urgent_month: MonthOfRun
    kept_dated_frac: Frac
    kept_policy_frac: Frac
    affiliate_cash_usd: Usd
    """Cash of merged affiliates that the lab may count on."""


class TaxState(Record):
    """The tax year so far, and what earlier ones carry forward."""

    year_before_tax_usd: Usd
    year_interest_usd: Usd
    year_depreciation_usd: Usd
    year_undisclosed_usd: Usd
    year_interest_income_usd: Usd
    nol_usd: Usd
    old_nol_usd: Usd
    denied_interest_usd: Usd
    last_before_tax_usd: Usd
    """Result before tax of the year that ended last, then of the two before it."""
    second_before_tax_usd: Usd
    third_before_tax_usd: Usd


class Lease(Record):
    """The vehicle: purchases, rent, its loan and the tests on it."""

    bought_usd: Usd
    loan_due_usd: UsdPerMonth
    rent_usd: UsdPerMonth
    unpaid_rent_usd: Usd
    machines_value_usd: Usd
    net_rent_usd: Usd
    debt_service_usd: Usd
    quarter_rent_usd: Usd
    quarter_service_usd: Usd
    failing_tests: Factor
    cures_left: Factor
    in_breach: Flag
    in_default: Flag


class State(Record):
    """What a month hands to the next."""

    levels: Levels
    platform_levels: PlatformLevels
    plant: Plant
    operations: Operations
    construction: Construction
    raising: Raising
    tax: TaxState
    lease: Lease


class Timeline(Record):
    """What is kept by month or tax year."""

    burnt_usd: UsdByMonth
    """Free cash flow of all months before."""
    policy_debt_due_usd: UsdByMonth
    rent_change_usd: UsdByMonth
    loan_due_change_usd: UsdByMonth
    equipment_usd: UsdByTaxYear
    """Cost that entered service in the tax year."""
    building_usd: UsdByTaxYear


class Dates(Record):
    """Month indices and switches, the same in every draw."""

    months: Count
    history_months: Count
    as_of: MonthIndex
    first_calendar_month: MonthIndex
    """0 is January."""
    vehicle_start: MonthIndex
    government_start: MonthIndex
    platform_on: Switch
    supported_by_lab: Switch
    anchored: Switch
    allowance: Switch
    impairment: Switch
    generations: Count
    """How often machines may be bought within the horizon."""
    may_raise: Switch
    may_merge: Switch
    lean: Switch


class Phase(Record):
    """An extension of a campus."""

    planned_month: MonthIndex
    campus: Count
    capex_usd: Usd
    deposit_frac: Frac
    paid_per_month_frac: Frac
    needs_cash_usd: Usd
    lead_months: Months
    """From order to service in the draw's world."""
    stranded_after_months: Months
    ordered_month: MonthOfRun
    in_service: Flag


class FundingRound(Record):
    """A known round."""

    month: MonthIndex
    raised_usd: Usd
    equity_frac: Frac
    post_money_usd: Usd


NOTES, TERM_LOAN, DELAYED_DRAW, VENDOR_FINANCING = range(4)
LOAN_KINDS = ("notes", "term_loan", "delayed_draw", "vendor_financing")


class Loan(Record):
    """A dated instrument; ``_per_month_frac`` are shares of one month."""

    drawn_month: MonthIndex
    of_platform: Switch
    kind: Count
    principal_usd: Usd
    rate_frac: PerYear
    drawn_per_month_frac: Frac
    discount_per_month_frac: Frac
    repaid_per_month_frac: Frac
    interest_only_months: Months
    discount_usd: Usd
    refinanced_frac: Frac
    is_floating: Flag
    base_floor_frac: PerYear


RESEARCH, OPERATIONS, ROBOTS_AGENTS, SALES_ADMIN = range(4)
JOB_FUNCTIONS = ("research", "operations", "robots_agents", "sales_admin")


class Job(Record):
    """People of one kind."""

    function: Count
    headcount: Heads
    growth: Factor
    headcount_max: Heads
    cash_usd_per_year: UsdPerYear
    stock_usd_per_year: UsdPerYear
    platform_frac: Frac
    attrition_per_year: PerYear
    hire_cost_usd: Usd
    headcount_before: Heads


class Tenant(Record):
    """A tenant: what it takes and pays, how its lease may end, and how far that has come."""

    start_month: MonthOfRun
    """Of the lease, or of a standing offer."""
    end_month: MonthOfRun
    """From which on a known notice ends the lease."""
    is_asking: Flag
    it_mw: Mw
    share_frac: Frac
    contract_usd_per_mw_month: UsdPerMwMonth
    has_contract_price: Flag
    term_months: Months
    lasts_months: Months
    """From the start of the lease to its end by terms or notice."""
    pays_months: Months
    """From the start of the lease to a default."""
    returned_months: Months
    """From a default to the machines' return."""
    prepaid_months: Months
    begun_month: MonthOfRun
    signed_mw: Mw
    rent_usd_per_mw_month: UsdPerMwMonth
    prepaid_usd: Usd
    let_mw: Mw
    """Of the month."""
    bill_usd: Usd
    """Of the month."""


class Merger(Record):
    """A dated merger with an affiliate."""

    month: MonthIndex
    cash_usd: Usd
    free_cash_usd_per_year: UsdPerYear
    kept_frac: Frac
    outside_sales_usd: UsdPerMonth
    price_usd: Usd


class ReportedQuarter(Record):
    """A reported quarter as figures of one month."""

    revenue_usd: UsdPerMonth
    gross_profit_usd: UsdPerMonth
    ebitda_usd: UsdPerMonth
    net_income_usd: UsdPerMonth
    cash_spent_usd: UsdPerMonth
    stock_compensation_usd: UsdPerMonth


class Lists(NamedTuple):
    """Lists of the scenario; by draw a record array compiled, and columns interpreted."""

    phases: Sequence[Phase]
    rounds: Sequence[FundingRound]
    loans: Sequence[Loan]
    jobs: Sequence[Job]
    tenants: Sequence[Tenant]
    mergers: Sequence[Merger]
    quarters: Sequence[ReportedQuarter]


class PlantCost(NamedTuple):
    """Cost of committed assets ordered and delivered so far, (class, month) or (class, month, draw)."""

    ordered_usd: Any
    in_service_usd: Any


class Draw(NamedTuple):
    """Everything that the rules of a month read and write: of one draw compiled, of all draws interpreted."""

    flows: Flows
    """Of the month."""
    balances: Balances
    """At the end of the month before."""
    terms: Terms
    state: State
    physics: Physics
    """Of the month; set by ``look_up``."""
    paths: Paths
    """Of the month."""
    timeline: Timeline
    dates: Dates


@dataclass(frozen=True)
class SimulationOutput:
    """What a simulation writes, draw by draw in memory."""

    balances: np.ndarray
    """``Balances`` (draw)."""
    state: np.ndarray
    phases: np.ndarray
    series: np.ndarray
    """(series, draw, month)."""
    in_service: np.ndarray
    """(campus, draw, month)."""
    leases: np.ndarray
    """IT MW let and USD billed, (2, tenant, draw, month)."""
    flows: np.ndarray
    """(draw, month, flow); no month where flows are not kept."""
