"""Inputs of the company, its market and the county. Defaults describe no particular company."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import (
    USD,
    Count,
    Day,
    Days,
    Frac,
    Months,
    NoUnit,
    PositiveRatio,
    Ratio,
    Signed,
    Spec,
    Unit,
    USDPerMillionTokens,
    USDPerMonth,
    USDPerMW,
    USDPerYear,
    Years,
)
from gigacampus.schema.capital import EquitySpec, LoanSpec, MergerSpec, RaisePolicySpec, RevolverSpec, RoundSpec, VehicleSpec
from gigacampus.schema.public import Cost, CountySpec, Key, MarketSpec, Rate
from gigacampus.schema.related_parties import EventSpec, FlowSpec, SiblingSpec
from gigacampus.schema.revenue import RevenueSpec

PAYS_ALWAYS_USD = 1e14
"""Opening money of the unnamed payer of a campus without a company."""


class QuarterSpec(Spec):
    """One reported quarter: what the company said; what it did not say is a distribution over these fields."""

    start: Day
    """First day of the quarter."""
    revenue_usd: Cost
    """Revenue of the quarter."""
    gross_profit_usd: USD
    """Revenue less cost of revenue."""
    ebitda_usd: USD
    """Earnings before interest, tax, depreciation and amortisation."""
    net_income_usd: USD
    """Net income; negative is a loss."""
    cash_spent_usd: USD
    """Fall of cash before equity and debt raised."""
    stock_compensation_usd: Cost = 0.0
    """Staff cost paid in stock, part of the loss but not of the cash spent."""


class TotalsSpec(Spec):
    """Sums over reported quarters that are known where their split is not; these quarters are scaled to meet them."""

    quarters: Annotated[int, NoUnit("count"), Field(ge=1, le=200)] | None = None
    """How many of the first quarters the sums cover; empty: all of them."""
    ebitda_usd: USD | None = None
    """Sum of the quarters' EBITDA; empty: not known."""
    cash_spent_usd: USD | None = None
    """Sum of the cash they spent before equity and debt raised; empty: not known."""
    stock_compensation_usd: USD | None = None
    """Sum of their stock compensation; empty: not known."""


class TradeSpec(Spec):
    """People of one trade."""

    heads: Count
    """At the start of the horizon."""
    heads_growth_per_year: Rate = FROM_LIBRARY
    """Yearly log growth of heads."""
    heads_max: Count = FROM_LIBRARY
    """Heads at which growth stops."""
    attrition_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=5)] = 0.0
    """Rate at which people leave and are replaced."""
    hire_cost_usd: Cost = 0.0
    """Of finding and starting one person, for growth and replacement alike."""
    cash_usd_per_head_year: USDPerYear
    """Loaded cash cost."""
    stock_usd_per_head_year: USDPerYear = 0.0
    """Stock granted to one person a year."""
    function: Literal["research", "operations", "robots_agents", "sales_admin"] = "research"
    """Line of the income statement that carries them."""
    platform_frac: Frac = 0.0
    """Share of their time charged to the platform entity."""


class CostSpec(Spec):
    """Running cost beyond energy and people."""

    site_usd_per_it_mw_year: Annotated[float, Unit("USD/MW-year"), Ge(0), Le(1e10)] = FROM_LIBRARY
    """Upkeep and site services, without energy."""
    bandwidth_usd_per_million_tokens: USDPerMillionTokens = FROM_LIBRARY
    """Network traffic, per million output tokens."""
    payment_fee_frac: Frac = FROM_LIBRARY
    """Fees of payment providers over subscription revenue."""
    data_usd_per_year: USDPerYear = FROM_LIBRARY
    """Training data bought and licensed."""
    cloud_usd_per_year: USDPerYear = 0.0
    """Compute rented from others."""
    robots_agents_usd_per_year: USDPerYear = 0.0
    """Outside spending on robot and agent software."""
    marketing_frac_of_revenue: Frac = FROM_LIBRARY
    """Marketing and sales over revenue."""
    general_usd_per_year: USDPerYear = FROM_LIBRARY
    """Offices, law, audit and other general cost."""
    insurance_frac_of_plant: Frac = FROM_LIBRARY
    """Yearly insurance and property upkeep over the cost of plant held."""
    undisclosed_growth_per_year: Rate = FROM_LIBRARY
    """Growth after the history of operating cost that no line explains."""


class AssetSpec(Spec):
    """Cost, terms and life of what is built."""

    gpu_price_factor: PositiveRatio = 1.0
    """Multiplies accelerator prices of the library."""
    phase_cost_factor: PositiveRatio = 1.0
    """Multiplies the capital of every phase."""
    network_frac_of_gpu: Frac = FROM_LIBRARY
    """Share of the accelerator price that is network."""
    building_usd_per_it_mw: USDPerMW = FROM_LIBRARY
    """Shell, cooling and electrical rooms where a block gives no cost."""
    grid_usd_per_mw: USDPerMW = FROM_LIBRARY
    """Company's part of a grid connection where a block gives no cost."""
    it_share_of_phase_frac: Frac = FROM_LIBRARY
    """Share of a phase's capital that is accelerators and network."""
    power_share_of_phase_frac: Frac = FROM_LIBRARY
    """Share of a phase's capital that is power plant; buildings are the rest."""
    gpu_life_years: Annotated[float, Unit("year"), Field(ge=1, le=20)] = FROM_LIBRARY
    """Book life of accelerators, straight line."""
    network_life_years: Annotated[float, Unit("year"), Field(ge=1, le=20)] = FROM_LIBRARY
    """Book life of the network, straight line."""
    building_life_years: Annotated[float, Unit("year"), Field(ge=1, le=60)] = FROM_LIBRARY
    """Book life of buildings, straight line."""
    power_life_years: Annotated[float, Unit("year"), Field(ge=1, le=60)] = FROM_LIBRARY
    """Book life of generators and grid works, straight line."""
    storage_life_years: Annotated[float, Unit("year"), Field(ge=1, le=60)] = FROM_LIBRARY
    """Book life of batteries, straight line."""
    salvage_frac: Frac = FROM_LIBRARY
    """Of accelerators at the end of their book life, received in cash."""
    refresh_frac: Frac = 0.0
    """Share of the accelerator and network cost that is bought again at the end of its life."""
    opening_fleet_age_months: Months = FROM_LIBRARY
    """Age of the accelerators in service when the horizon starts."""
    deposit_frac: Frac = FROM_LIBRARY
    """Share of the price of committed assets that is paid on a dated order; the rest is paid on delivery. Assumed: such contracts are
    not public.
    """
    order_lead_months: Annotated[float, Unit("month"), Field(ge=0, le=60)] = FROM_LIBRARY
    """Months by which spending on machines leads their service, in the escape equation."""
    undisclosed_life_years: Annotated[float, Unit("year"), Field(ge=1, le=40)] = FROM_LIBRARY
    """Book life of the spending that the history implies but no line explains."""
    impairment: bool = True
    """Machines whose rents no longer cover their cost are written down to their value, each quarter after the history."""
    stranded_months: Annotated[float, Unit("month"), Field(ge=0, le=240)] = FROM_LIBRARY
    """An extension this long past its planned lead and still not in service is written down to its resale."""
    stranded_resale_frac: Frac = FROM_LIBRARY
    """What a stranded extension still brings, over what was paid for it."""
    undisclosed_payable_months: Annotated[float, Unit("month"), Field(ge=1, le=60)] = FROM_LIBRARY
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
    """Vendor credit: committed machines are paid these days after delivery, and payments for an extension after its deposit are spread
    over the lead and these days.
    """


class PlatformSpec(Spec):
    """A social platform that is a sibling entity with its own books."""

    enabled: bool = False
    """Whether the platform is part of the model."""
    opening_cash_usd: Cost = FROM_LIBRARY
    """Its cash when the horizon starts."""
    advertising_usd_per_month: USDPerMonth = 0.0
    """Advertising revenue at the start of the horizon."""
    advertising_growth_per_year: Rate = 0.0
    """Yearly log growth of advertising."""
    subscription_usd_per_month: USDPerMonth = 0.0
    """Subscription revenue at the start of the horizon."""
    subscription_growth_per_year: Rate = FROM_LIBRARY
    """Yearly log growth of subscriptions."""
    data_usd_per_month: USDPerMonth = 0.0
    """Licences of posts to outsiders."""
    licence_from_lab_usd_per_month: USDPerMonth = 0.0
    """Inter-company fee for posts and reach."""
    activity_factor: Ratio = 1.0
    """Activity against plan: moves advertising, subscriptions and the licence."""
    cost_frac_of_revenue: Frac = FROM_LIBRARY
    """Cost that moves with revenue, over revenue."""
    fixed_cost_usd_per_month: USDPerMonth = 0.0
    """Cost that does not move with revenue."""
    capex_usd_per_month: USDPerMonth = 0.0
    """Capital spent on its own plant."""
    opening_plant_usd: Cost = 0.0
    """Book value of its plant when the horizon starts."""
    plant_life_years: Annotated[float, Unit("year"), Field(ge=1, le=40)] = FROM_LIBRARY
    """Book life of its plant, straight line."""
    goodwill_usd: Cost = 0.0
    """Goodwill on its opening balance sheet."""
    supported_by_lab: bool = True
    """The lab lends what keeps the platform's cash at its floor."""
    cash_floor_usd: Cost = FROM_LIBRARY
    """Cash below which the lab lends to it, if it supports it."""


class TaxSpec(Spec):
    """Income tax."""

    federal_frac: Frac = FROM_LIBRARY
    """Federal income tax rate."""
    state_frac: Frac = FROM_LIBRARY
    """Effective, after exemption, net of the federal deduction being computed here."""
    bonus_frac: Frac = FROM_LIBRARY
    """First-year deduction of equipment."""
    nol_limit_frac: Frac = FROM_LIBRARY
    """Most of a year's taxable income that earlier losses may offset."""
    interest_limit_frac: Frac = FROM_LIBRARY
    """Most net interest that may be deducted, over taxable earnings before interest and depreciation."""
    opening_nol_usd: Cost = 0.0
    """Tax losses carried into the horizon."""
    owner_change_limit_usd: Cost = 1e15
    """Most NOL of before the horizon that may be used a year (IRC 382)."""
    allowance: bool = True
    """Deferred tax assets are written off while the last three years lost money."""


class WorkingCapitalSpec(Spec):
    """Days between bill and cash."""

    receivable_days: Days = FROM_LIBRARY
    """Days from a bill to the customer's cash."""
    payable_days: Days = FROM_LIBRARY
    """Days from a supplier's bill to its payment."""
    energy_days: Days = FROM_LIBRARY
    """Days from use of energy to its payment."""
    payroll_days: Days = FROM_LIBRARY
    """Days from work to pay."""


class ValuationSpec(Spec):
    """How a value is read back into a path."""

    wacc_frac: Frac = FROM_LIBRARY
    """Weighted average cost of capital: the yearly discount rate."""
    terminal_growth_frac: Frac = FROM_LIBRARY
    """Yearly growth after the mature year, for ever."""
    mature_margin_frac: Frac = FROM_LIBRARY
    """Cash operating margin before capital."""
    mature_capital_per_revenue: PositiveRatio = FROM_LIBRARY
    """Capital needed for one more dollar of yearly revenue."""
    mature_years: Years = FROM_LIBRARY
    """Years until the business is mature."""
    platform_value_usd: Cost = 0.0
    """Value of the social platform, taken off before the path is solved."""


class CompanySpec(Spec):
    """Opening books, lines of revenue and cost, financing."""

    absent: bool = False
    """True for a campus without a company (written ``company: null``): no books are shown, what the campus pays and costs is."""
    title: Annotated[str, Field(max_length=200)] = ""
    """Name of the company in report and tables."""
    party: str = "company"
    """What the company is called in ``flows``."""
    opening_cash_usd: USD = FROM_LIBRARY
    """Cash when the horizon starts."""
    cash_floor_usd: Cost = 0.0
    """Cash below this counts as having run out."""
    history: dict[Key, QuarterSpec] = {}
    """Reported quarters, contiguous from the start of the horizon."""
    history_totals: TotalsSpec = TotalsSpec()
    """Sums over the reported quarters that are better known than their split."""
    revenue: RevenueSpec = RevenueSpec()
    """Prices of each line of revenue."""
    costs: CostSpec = CostSpec()
    """Running cost beyond energy and people."""
    people: dict[Key, TradeSpec] = {}
    """Trade -> its people: heads, pay, growth."""
    assets: AssetSpec = AssetSpec()
    """Cost, terms and book life of what is built."""
    orders: OrderSpec = OrderSpec()
    """When extensions may be ordered, and who pays for them."""
    loans: dict[Key, LoanSpec] = {}
    """Dated debt."""
    rounds: dict[Key, RoundSpec] = {}
    """Dated rounds of equity that are known."""
    raise_policy: RaisePolicySpec = RaisePolicySpec()
    """Rounds that the company tries to raise later."""
    revolver: RevolverSpec = RevolverSpec()
    """Bank line that fills small gaps."""
    vehicle: VehicleSpec = VehicleSpec()
    """Outside investors who buy accelerators and lease them to the lab."""
    platform: PlatformSpec = PlatformSpec()
    """Social platform with its own books."""
    tax: TaxSpec = TaxSpec()
    """Income tax."""
    working_capital: WorkingCapitalSpec = WorkingCapitalSpec()
    """Days between bill and cash."""
    equity: EquitySpec = EquitySpec()
    """Owners when the horizon starts."""
    siblings: dict[Key, SiblingSpec] = {}
    """Other companies of the same owner."""
    mergers: dict[Key, MergerSpec] = {}
    """Dated mergers with a sibling."""
    flows: list[FlowSpec] = []
    """Dated flows between the company and its siblings and suppliers."""
    events: dict[Key, EventSpec] = {}
    """Dated decisions of siblings about money, with the other case shown."""
    valuation: ValuationSpec = ValuationSpec()
    """How a value is read back into a path of revenue."""
    plan_growth_per_year: Annotated[Signed, Unit("1/year")] = 0.0
    """Log growth for the local escape ratio; 0: the growth that the run itself shows over the next year."""

    @model_validator(mode="before")
    @classmethod
    def _an_absent_company_pays(cls, given: object) -> object:
        """Without a company nobody runs out of money: every extension is paid when it is due."""
        return {"opening_cash_usd": PAYS_ALWAYS_USD, **given} if isinstance(given, dict) and given.get("absent") else given

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
