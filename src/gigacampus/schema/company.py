"""Inputs of the company, its market and the county. Defaults describe no particular company."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gigacampus.foundation.types import USD, Count, Day, Days, Frac, Months, NonNegative, Positive, Ratio, Signed, Spec, USDPerMW, Years
from gigacampus.schema.capital import EquitySpec, LoanSpec, MergerSpec, RaisePolicySpec, RevolverSpec, RoundSpec, VehicleSpec
from gigacampus.schema.public import Cost, CountySpec, Key, MarketSpec, Rate
from gigacampus.schema.related_parties import EventSpec, FlowSpec, SiblingSpec


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
    """Sums over reported quarters that are known where their split is not; these quarters are scaled to meet them."""

    quarters: Annotated[int, Field(ge=1, le=200)] | None = None
    """How many of the first quarters the sums cover; empty: all of them."""
    ebitda_usd: USD | None = None
    cash_spent_usd: USD | None = None
    stock_compensation_usd: USD | None = None


class PricePathSpec(Spec):
    """How a price wanders around its trend after ``as_of``: its log is pulled back, and may change to another regime."""

    volatility_per_sqrt_year: Annotated[float, Field(ge=0, le=3)] = 0.0
    """Standard deviation of the log after a year without a pull."""
    reversion_per_year: Annotated[float, Field(ge=0, le=50)] = 1.0
    other_regime_log: Annotated[float, Field(ge=-5, le=5)] = 0.0
    """Log of the price over its trend towards which the other regime pulls: a glut is negative."""
    to_other_per_year: Annotated[float, Field(ge=0, le=50)] = 0.0
    """Rate at which the other regime begins."""
    back_per_year: Annotated[float, Field(ge=0, le=50)] = 1.0
    """Rate at which it ends."""
    luck_frac: Frac = 0.5
    """Which of all possible paths this future takes; uniform when uncertain."""


class AwardsSpec(Spec):
    """Lumpy government contracts beyond those that are known."""

    per_year: Annotated[float, Field(ge=0, le=24)] = 0.0
    mean_usd: Cost = 0.0
    spread_log: Annotated[float, Field(ge=0, le=3)] = 1.0
    """Standard deviation of the log of their size."""
    parts: Annotated[int, Field(ge=1, le=24)] = 4
    """Equal parts in which an award is billed, the first at once."""
    part_months: Annotated[float, Field(ge=1, le=24)] = 3.0
    luck_frac: Frac = 0.5
    """Which of all possible sequences this future takes; uniform when uncertain."""


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
    price_path: PricePathSpec = PricePathSpec()
    """Noise and regimes of rents around that trend."""
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
    token_price_path: PricePathSpec = PricePathSpec()
    """Noise and regimes of token prices around that trend."""
    momentum_per_year: Rate = 0.0
    """Yearly log growth of users and paid tokens beyond what the products stage says, at the end of the history."""
    momentum_half_life_years: Annotated[float, Field(gt=0, le=100)] = 1.5
    """Half life of that extra growth."""
    government_usd_per_year: Cost = 0.0
    government_start: Day | None = None
    government_awards: AwardsSpec = AwardsSpec()
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
    attrition_per_year: Annotated[float, Field(ge=0, le=5)] = 0.0
    """Rate at which people leave and are replaced."""
    hire_cost_usd: Cost = 0.0
    """Of finding and starting one person, for growth and replacement alike."""
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
    impairment: bool = True
    """Machines whose rents no longer cover their cost are written down to their value, each quarter after the history."""
    stranded_months: Annotated[float, Field(ge=0, le=240)] = 24.0
    """An extension this long past its planned lead and still not in service is written down to its resale."""
    stranded_resale_frac: Frac = 0.3
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
    mergers: dict[Key, MergerSpec] = {}
    flows: list[FlowSpec] = []
    events: dict[Key, EventSpec] = {}
    valuation: ValuationSpec = ValuationSpec()
    plan_growth_per_year: Signed = 0.0
    """Log growth for the local escape ratio; 0: the growth that the run itself shows over the next year."""

    @model_validator(mode="after")
    def _names_are_known(self) -> CompanySpec:
        for key, merger in self.mergers.items():
            if merger.partner not in self.siblings:
                raise ValueError(f"mergers.{key}.partner: {merger.partner} is not one of siblings: {', '.join(self.siblings) or 'none'}")
        for i, flow in enumerate(self.flows):
            if flow.round and flow.round not in self.rounds:
                raise ValueError(f"flows.{i}.round: {flow.round} is not one of rounds: {', '.join(self.rounds) or 'none'}")
        return self

    def counterfactuals(self) -> list[str]:
        """Other cases whose runway is worked out: each sibling's money away, each event the other way round."""
        turned = [f"{'without' if e.happened else 'with'}_{name}" for name, e in self.events.items()]
        return [*(f"without_{name}" for name in self.siblings), *turned]


__all__ = ["CompanySpec", "CountySpec", "MarketSpec"]
