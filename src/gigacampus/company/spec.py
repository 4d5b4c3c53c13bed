"""Inputs of the company, its market and the county. Defaults describe no particular company."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gigacampus.company.party_spec import EventSpec, FlowSpec, SiblingSpec
from gigacampus.company.public_spec import Cost, CountySpec, Key, MarketSpec, Rate
from gigacampus.scenario.quantity import (
    USD,
    Count,
    Day,
    Days,
    Frac,
    Months,
    NonNegative,
    Positive,
    Ratio,
    Signed,
    Spec,
    USDPerMW,
    Years,
)


class QuarterSpec(Spec):
    """One reported quarter: what the company said; what it did not say is a distribution over these fields."""

    start: Day
    """First day of the quarter."""
    revenue_usd: Cost
    gross_profit_usd: USD
    ebitda_usd: USD
    net_income_usd: USD
    cash_spent_usd: USD
    """Fall of cash before equity and debt raised."""
    stock_compensation_usd: Cost = 0.0


class TotalsSpec(Spec):
    """Sums over all reported quarters that are known where their split is not; quarters are scaled to meet them."""

    ebitda_usd: USD | None = None
    cash_spent_usd: USD | None = None
    stock_compensation_usd: USD | None = None


class RentalSpec(Spec):
    """Compute let to others."""

    share_frac: Frac = 0.0
    """Share of IT power let from ``start`` on."""
    start: Day | None = None
    notice: Day | None = None
    """Day on which the tenant gives notice."""
    notice_days: Days = 90.0
    usd_per_mw_month: Cost = 850_000.0
    """Rent of one IT MW a month; take or pay."""
    price_change_per_year: Rate = -0.1
    prepaid_months: Months = 0.0


class RevenueSpec(Spec):
    """Lines of revenue. The products give users and tokens; these are the prices."""

    anchor_to_history: bool = True
    """Scale subscription and API revenue so that the last reported quarter is met; later months move with users
    and tokens.
    """
    arpu_usd_per_month: NonNegative = 20.0
    """Subscription revenue per paying user."""
    arpu_change_per_year: Rate = 0.0
    annual_plan_frac: Frac = 0.2
    """Share of subscriptions billed a year ahead."""
    api_usd_per_million_tokens: NonNegative = 3.0
    """Blended, per million output tokens."""
    api_share_of_tokens_frac: Frac = 0.2
    """Share of output tokens that API customers pay for."""
    token_price_change_per_year: Rate = -0.3
    momentum_per_year: Rate = 0.0
    """Yearly log growth of users and paid tokens beyond what the products stage says, at the end of the history."""
    momentum_half_life_years: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Half life of that extra growth."""
    government_usd_per_year: Cost = 0.0
    government_start: Day | None = None
    car_usd_per_million_tokens: NonNegative = 0.0
    robot_usd_per_million_tokens: NonNegative = 0.0
    agent_usd_per_million_tokens: NonNegative = 3.0
    rental: RentalSpec = RentalSpec()


class TradeSpec(Spec):
    """People of one trade."""

    heads: Count
    """At the start of the horizon."""
    heads_growth_per_year: Rate = 0.2
    heads_max: Count = 1e6
    cash_usd_per_head_year: Cost
    """Loaded cash cost."""
    stock_usd_per_head_year: Cost = 0.0
    function: Literal["research", "operations", "robots_agents", "sales_admin"] = "research"
    platform_frac: Frac = 0.0
    """Share of their time charged to the platform entity."""


class CostSpec(Spec):
    """Running cost beyond energy and people."""

    site_usd_per_it_mw_year: USDPerMW = 300_000.0
    """Upkeep and site services; Epoch's 0.9 m a MW-year less 0.6 for energy."""
    bandwidth_usd_per_million_tokens: NonNegative = 0.01
    payment_fee_frac: Frac = 0.04
    data_usd_per_year: Cost = 50e6
    cloud_usd_per_year: Cost = 0.0
    """Compute rented from others."""
    robots_agents_usd_per_year: Cost = 0.0
    """Outside spending on robot and agent software."""
    marketing_frac_of_revenue: Frac = 0.1
    general_usd_per_year: Cost = 50e6
    insurance_frac_of_plant: Frac = 0.002
    undisclosed_growth_per_year: Rate = 0.1
    """Growth after the history of operating cost that no line explains."""


class AssetSpec(Spec):
    """Cost, terms and life of what is built."""

    gpu_price_factor: Positive = 1.0
    """Multiplies accelerator prices of the library."""
    phase_cost_factor: Positive = 1.0
    """Multiplies the capital of every phase."""
    network_frac_of_gpu: Frac = 0.15
    """Share of the accelerator price that is network."""
    building_usd_per_it_mw: USDPerMW = 7e6
    """Shell, cooling and electrical rooms where a block gives no cost."""
    grid_usd_per_mw: USDPerMW = 0.3e6
    it_share_of_phase_frac: Frac = 0.67
    """Share of a phase's capital that is accelerators and network."""
    power_share_of_phase_frac: Frac = 0.08
    gpu_life_years: Annotated[float, Field(ge=1, le=20)] = 5.0
    network_life_years: Annotated[float, Field(ge=1, le=20)] = 5.0
    building_life_years: Annotated[float, Field(ge=1, le=60)] = 25.0
    power_life_years: Annotated[float, Field(ge=1, le=60)] = 20.0
    storage_life_years: Annotated[float, Field(ge=1, le=60)] = 15.0
    salvage_frac: Frac = 0.05
    """Of accelerators at the end of their book life, received in cash."""
    refresh_frac: Frac = 0.0
    """Share of the accelerator and network cost that is bought again at the end of its life."""
    opening_fleet_age_months: Months = 4.0
    deposit_frac: Frac = 0.3
    """Paid at the order of committed assets; the rest is spread over the lead."""
    order_lead_months: Annotated[float, Field(ge=0, le=60)] = 6.0
    undisclosed_life_years: Annotated[float, Field(ge=1, le=40)] = 6.0
    undisclosed_payable_months: Annotated[float, Field(ge=1, le=60)] = 12.0
    """Vendor credit that the history implies is paid back over these months after it."""


class OrderSpec(Spec):
    """When the books allow an extension of a campus to be ordered, and who pays for it.

    The deposit and the least cash stand with the extension itself; these rules look at the company.
    """

    leased_frac: Frac = 0.0
    """Share of an extension's accelerators and network that outside investors buy and lease to the lab, on the terms
    of ``vehicle``.
    """
    cover_frac: Frac = 0.0
    """Share of what the lab itself owes after the deposit that cash must hold at the order."""
    keep_months_of_burn: Months = 0.0
    """Months of recent burn that the order must leave in cash."""
    terms_days: Days = 0.0
    """Vendor credit: payments after the deposit spread over the lead and these days."""


class LoanSpec(Spec):
    """One dated debt instrument."""

    kind: Literal["notes", "term_loan", "delayed_draw", "vendor_financing"] = "notes"
    entity: Literal["lab", "platform"] = "lab"
    drawn: Day
    principal_usd: Cost
    rate_frac: Frac = 0.1
    """Coupon a year on the opening balance of each month."""
    term_years: Years = 5.0
    interest_only_years: Years = 5.0
    """Then level principal to the end of the term."""
    draw_months: Annotated[float, Field(ge=1, le=60)] = 1.0
    """Months over which a delayed draw is taken, evenly."""
    discount_frac: Frac = 0.0
    """Discount and fees at issue, written off evenly over the term."""
    refinanced_frac: Frac = 0.0
    """Share of principal that is rolled over when it falls due."""


class RoundSpec(Spec):
    """A dated round of equity that is known."""

    day: Day
    raised_usd: Cost
    equity_frac: Frac = 1.0
    """Share that is equity; the rest is debt on the terms of the raise policy."""
    post_money_usd: Cost = 0.0
    """0: not a priced round of which the value is known."""


class RaisePolicySpec(Spec):
    """When the company asks investors for more, how much, and how often they say no."""

    trigger_months_of_cash: Months = 9.0
    size_months_of_burn: Months = 15.0
    min_usd: Cost = 100e6
    max_sold_frac: Annotated[float, Field(gt=0, le=0.5)] = 0.15
    """Most of the company that one round sells."""
    success_frac: Frac = 0.8
    """Chance that one attempt succeeds."""
    luck_frac: Frac = 0.4
    """Position of this future in the chance; uniform when uncertain. Later attempts step through the unit interval."""
    retry_months: Annotated[float, Field(ge=1, le=36)] = 3.0
    gap_months: Annotated[float, Field(ge=1, le=60)] = 9.0
    """Quiet time after a round, known or by this policy."""
    urgent_months_of_cash: Months = 3.0
    """With less than this the quiet time is broken."""
    debt_frac: Frac = 0.25
    debt_rate_frac: Frac = 0.11
    debt_term_years: Years = 7.0
    burn_months: Annotated[float, Field(ge=1, le=12)] = 3.0
    """Months over which burn is averaged."""


class RevolverSpec(Spec):
    """A bank line that fills small gaps."""

    limit_usd: Cost = 0.0
    rate_frac: Frac = 0.08
    draw_below_usd: Cost = 0.0
    """Drawn when cash would end below this; paid back above twice this."""


class VehicleSpec(Spec):
    """A company of outside investors that buys accelerators and leases them to the lab."""

    start: Day | None = None
    """Empty: there is none."""
    purchase_usd: Cost = 0.0
    debt_frac: Frac = 0.65
    debt_rate_frac: Frac = 0.1
    lease_rate_frac: Frac = 0.105
    """Yield of the level rent."""
    term_years: Annotated[float, Field(ge=1, le=15)] = 5.0
    residual_frac: Frac = 0.0
    """Share of the purchase that the rent does not repay."""
    fee_frac: Frac = 0.005
    """Yearly cost of the vehicle over its purchase."""
    advance_months: Annotated[float, Field(ge=1, le=36)] = 6.0
    """Months over which the vehicle buys."""


class PlatformSpec(Spec):
    """A social platform that is a sibling entity with its own books."""

    enabled: bool = False
    opening_cash_usd: Cost = 500e6
    advertising_usd_per_month: Cost = 0.0
    advertising_growth_per_year: Rate = 0.0
    subscription_usd_per_month: Cost = 0.0
    subscription_growth_per_year: Rate = 0.1
    data_usd_per_month: Cost = 0.0
    """Licences of posts to outsiders."""
    licence_from_lab_usd_per_month: Cost = 0.0
    """Inter-company fee for posts and reach."""
    activity_factor: Ratio = 1.0
    """Activity against plan: moves advertising, subscriptions and the licence."""
    cost_frac_of_revenue: Frac = 0.6
    fixed_cost_usd_per_month: Cost = 0.0
    capex_usd_per_month: Cost = 0.0
    opening_plant_usd: Cost = 0.0
    plant_life_years: Annotated[float, Field(ge=1, le=40)] = 5.0
    goodwill_usd: Cost = 0.0
    supported_by_lab: bool = True
    """The lab lends what keeps the platform's cash at its floor."""
    cash_floor_usd: Cost = 100e6


class TaxSpec(Spec):
    """Income tax."""

    federal_frac: Frac = 0.21
    state_frac: Frac = 0.04
    """Effective, after exemption, net of the federal deduction being computed here."""
    bonus_frac: Frac = 1.0
    """First-year deduction of equipment."""
    nol_limit_frac: Frac = 0.8
    interest_limit_frac: Frac = 0.3
    opening_nol_usd: Cost = 0.0
    owner_change_limit_usd: Cost = 1e15
    """Most NOL of before the horizon that may be used a year (IRC 382)."""
    allowance: bool = True
    """Deferred tax assets are written off while the last three years lost money."""


class WorkingCapitalSpec(Spec):
    """Days between bill and cash."""

    receivable_days: Days = 45.0
    payable_days: Days = 45.0
    energy_days: Days = 30.0
    payroll_days: Days = 15.0


class EquitySpec(Spec):
    """Who owns the company when the horizon starts."""

    founder_frac: Frac = 0.5
    pool_refresh_per_year: Frac = 0.01
    """Yearly grants to staff over shares outstanding."""
    opening_paid_in_usd: Cost = 0.0
    last_post_money_usd: Cost = 1e9


class ValuationSpec(Spec):
    """How a value is read back into a path."""

    wacc_frac: Frac = 0.12
    terminal_growth_frac: Frac = 0.03
    mature_margin_frac: Frac = 0.35
    """Cash operating margin before capital."""
    mature_capital_per_revenue: Positive = 1.0
    mature_years: Years = 10.0
    platform_value_usd: Cost = 0.0


class CompanySpec(Spec):
    """Opening books, lines of revenue and cost, financing."""

    title: Annotated[str, Field(max_length=200)] = ""
    party: str = "company"
    """What the company is called in ``flows``."""
    opening_cash_usd: USD = 1e9
    cash_floor_usd: Cost = 0.0
    """Cash below this counts as having run out."""
    history: dict[Key, QuarterSpec] = {}
    """Reported quarters, contiguous from the start of the horizon."""
    history_totals: TotalsSpec = TotalsSpec()
    revenue: RevenueSpec = RevenueSpec()
    costs: CostSpec = CostSpec()
    people: dict[Key, TradeSpec] = {}
    assets: AssetSpec = AssetSpec()
    orders: OrderSpec = OrderSpec()
    loans: dict[Key, LoanSpec] = {}
    rounds: dict[Key, RoundSpec] = {}
    raise_policy: RaisePolicySpec = RaisePolicySpec()
    revolver: RevolverSpec = RevolverSpec()
    vehicle: VehicleSpec = VehicleSpec()
    platform: PlatformSpec = PlatformSpec()
    tax: TaxSpec = TaxSpec()
    working_capital: WorkingCapitalSpec = WorkingCapitalSpec()
    equity: EquitySpec = EquitySpec()
    siblings: dict[Key, SiblingSpec] = {}
    flows: list[FlowSpec] = []
    events: dict[Key, EventSpec] = {}
    valuation: ValuationSpec = ValuationSpec()
    plan_growth_per_year: Signed = 0.0
    """Log growth for the local escape ratio; 0: the growth that the run itself shows over the next year."""

    def counterfactuals(self) -> list[str]:
        """Other cases whose runway is worked out: each sibling's money away, each event the other way round."""
        turned = [f"{'without' if e.happened else 'with'}_{name}" for name, e in self.events.items()]
        return [*(f"without_{name}" for name in self.siblings), *turned]


__all__ = ["CompanySpec", "CountySpec", "MarketSpec"]
