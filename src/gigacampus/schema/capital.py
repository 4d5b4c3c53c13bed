"""Inputs of what pays for the company: debt, rounds, the vehicle and its covenants, owners, siblings, mergers."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import Day, Frac, FracBelowOne, Months, NoUnit, PositiveRatio, Ratio, Spec, Unit, USDPerYear, Years
from gigacampus.schema.public import Cost, Key, Rate


class LoanSpec(Spec):
    """One dated debt instrument."""

    kind: Literal["notes", "term_loan", "delayed_draw", "vendor_financing"] = "notes"
    """Instrument: notes, term loan, delayed draw or vendor financing; titles in the books follow it."""
    entity: Literal["lab", "platform"] = "lab"
    """Who owes it: the lab or the social platform."""
    drawn: Day
    """Day on which it is drawn, or the first draw of a delayed one."""
    principal_usd: Cost
    """Amount borrowed."""
    rate_frac: Frac = FROM_LIBRARY
    """Coupon a year on the opening balance of each month; of a floating loan the margin over the short rate."""
    floating: bool = False
    """Whether the coupon follows the market's short rate."""
    base_floor_frac: Frac = 0.0
    """The short rate counts as no less than this."""
    term_years: Years = FROM_LIBRARY
    """Years from the draw to the last repayment."""
    interest_only_years: Years = FROM_LIBRARY
    """Then level principal to the end of the term."""
    draw_months: Annotated[float, Unit("month"), Field(ge=1, le=60)] = 1.0
    """Months over which a delayed draw is taken, evenly."""
    discount_frac: Frac = 0.0
    """Discount and fees at issue, written off evenly over the term."""
    refinanced_frac: Frac = 0.0
    """Share of principal that is rolled over when it falls due."""


class RoundSpec(Spec):
    """A dated round of equity that is known."""

    day: Day
    """Day on which the money arrives."""
    raised_usd: Cost
    """Money raised, equity and debt together."""
    equity_frac: Frac = 1.0
    """Share that is equity; the rest is debt on the terms of the raise policy."""
    post_money_usd: Cost = 0.0
    """0: not a priced round of which the value is known."""
    listing: bool = False
    """Shares sold to the public: all stock is common from then on, so that nobody is paid before the others."""


class RaisePolicySpec(Spec):
    """When the company asks investors for more, how much, and how often they say no."""

    trigger_months_of_cash: Months = FROM_LIBRARY
    """A round is tried when cash lasts for fewer months of recent burn than this."""
    size_months_of_burn: Months = FROM_LIBRARY
    """Size of the round in months of recent burn."""
    min_usd: Cost = FROM_LIBRARY
    """Smallest round."""
    max_sold_frac: Annotated[float, Unit("1"), Field(gt=0, le=0.5)] = FROM_LIBRARY
    """Most of the company that one round sells."""
    success_frac: Frac = FROM_LIBRARY
    """Chance that one attempt succeeds."""
    raise_luck_quantile: Frac = FROM_LIBRARY
    """Position of this future in the chance; uniform when uncertain. Later attempts step through the unit interval."""
    retry_months: Annotated[float, Unit("month"), Field(ge=1, le=36)] = FROM_LIBRARY
    """Months between an attempt that failed and the next."""
    gap_months: Annotated[float, Unit("month"), Field(ge=1, le=60)] = FROM_LIBRARY
    """Quiet time after a round, known or by this policy."""
    urgent_months_of_cash: Months = FROM_LIBRARY
    """With less than this the quiet time is broken."""
    debt_frac: Frac = FROM_LIBRARY
    """Share of each round that is debt."""
    debt_rate_frac: Frac = FROM_LIBRARY
    """Yearly coupon on that debt."""
    debt_term_years: Years = FROM_LIBRARY
    """Years until that debt is repaid."""
    burn_months: Annotated[float, Unit("month"), Field(ge=1, le=12)] = FROM_LIBRARY
    """Months over which burn is averaged."""


class RevolverSpec(Spec):
    """A bank line that fills small gaps."""

    limit_usd: Cost = 0.0
    """Most that may be drawn; 0: there is no line."""
    rate_frac: Frac = FROM_LIBRARY
    """Yearly interest on what is drawn."""
    draw_below_usd: Cost = 0.0
    """Drawn when cash would end below this; paid back above twice this."""


class CovenantSpec(Spec):
    """What the vehicle's lenders test each quarter; a limit of 0 is no test. A failed test stops new purchases and sweeps free
    cash into the loan; after ``sweep_tests`` of them the owners may cure; what they do not cure is a default.
    """

    dscr_min: Ratio = 0.0
    """Rent received less fees over interest and principal of the quarter."""
    ltv_max_frac: Ratio = 0.0
    """Loan over the value of the machines."""
    lab_cash_min_usd: Cost = 0.0
    """Cash that the lab must hold at the end of a quarter."""
    sweep_tests: Annotated[float, NoUnit("count"), Field(ge=0, le=20)] = FROM_LIBRARY
    """Failed tests in a row that end in no more than a sweep."""
    cures_max: Annotated[float, NoUnit("count"), Field(ge=0, le=20)] = FROM_LIBRARY
    """Cures that the owners may make over the life of the loan."""
    cure_max_frac: Frac = FROM_LIBRARY
    """Most that one cure may cost, over what the owners have paid in."""


class VehicleSpec(Spec):
    """A company of outside investors that buys accelerators and leases them to the lab."""

    start: Day | None = None
    """Empty: there is none."""
    purchase_usd: Cost = 0.0
    """Price of the accelerators that it buys in all."""
    debt_frac: Frac = FROM_LIBRARY
    """Share of the purchase that its lenders pay."""
    debt_rate_frac: Frac = FROM_LIBRARY
    """Yearly interest on its loan."""
    lease_rate_frac: Frac = FROM_LIBRARY
    """Yield of the level rent."""
    term_years: Annotated[float, Unit("year"), Field(ge=1, le=15)] = FROM_LIBRARY
    """Years of the lease and of its loan."""
    residual_frac: Frac = 0.0
    """Share of the purchase that the rent does not repay."""
    fee_frac: Frac = FROM_LIBRARY
    """Yearly cost of the vehicle over its purchase."""
    advance_months: Annotated[float, Unit("month"), Field(ge=1, le=36)] = FROM_LIBRARY
    """Months over which the vehicle buys."""
    lease: Literal["finance", "operating", "by_test"] = "finance"
    """How the lab classifies the lease; ``by_test`` looks at its term against the life of machines, and its rents against
    their price.
    """
    incremental_rate_frac: Frac = FROM_LIBRARY
    """What the lab would pay to borrow as much; discounts the rents of an operating lease and of the test."""
    covenants: CovenantSpec = CovenantSpec()
    """What its lenders test each quarter."""
    collateral_fall_per_year: Rate = FROM_LIBRARY
    """Yearly log fall of what leased machines are worth, beyond the fall of rents."""


class EquitySpec(Spec):
    """Who owns the company when the horizon starts."""

    founder_frac: Frac = FROM_LIBRARY
    """Founder's share of the company when the horizon starts."""
    staff_frac: Frac = 0.0
    """Shares and options granted to staff."""
    pool_frac: Frac = 0.0
    """Options not yet granted; what founder, staff and pool leave is the opening investors'."""
    pool_post_money_frac: FracBelowOne = 0.0
    """Each priced round fills the unissued pool up to this share of the company after it, at the cost of those before it."""
    pool_refresh_per_year: Annotated[float, Unit("1/year"), Ge(0), Le(1)] = FROM_LIBRARY
    """Yearly grants to staff over shares outstanding; out of the pool while it lasts."""
    opening_paid_in_usd: Cost = 0.0
    """Money that investors had paid in when the horizon starts; ranks as their liquidation preference."""
    last_post_money_usd: Cost = FROM_LIBRARY
    """Value of the company after its last priced round before the horizon."""
    seniority: Literal["stacked", "alike"] = "stacked"
    """Order of liquidation preferences: the last money in first, or all alike."""
    exit_usd: Cost = 0.0
    """Equity value of a sale at the end of the horizon, whose payouts are shown; 0: each future's own last price."""

    @model_validator(mode="after")
    def _shares_fit(self) -> EquitySpec:
        if self.founder_frac + self.staff_frac + self.pool_frac > 1.0 + 1e-9:
            raise ValueError("founder_frac, staff_frac and pool_frac are more than the whole company together")
        return self


class MergerSpec(Spec):
    """The company joins a sibling on a day: its holders get shares of the partner, whose cash then supports the lab."""

    day: Day
    """Day on which the shares are exchanged."""
    partner: Key
    """A key of ``siblings``; its cash and free cash are what it brings."""
    exchange_ratio: PositiveRatio = FROM_LIBRARY
    """Shares of the partner for one share of the company."""
    partner_shares_per_share: PositiveRatio = FROM_LIBRARY
    """Shares of the partner outstanding before the merger, for one of the company."""
    price_usd: Cost = 0.0
    """Price of the company in the exchange; 0: what investors would have paid for it that month."""
    support_frac: Frac = 1.0
    """Share of the partner's cash and free cash that may go to the lab."""
    debt_usd: Cost = 0.0
    """Debt of the partner that the group then carries."""
    debt_rate_frac: Frac = FROM_LIBRARY
    """Yearly interest on that debt."""
    revenue_usd_per_year: USDPerYear = 0.0
    """Of the partner, from all customers."""
    sells_to_lab_usd_per_year: USDPerYear = 0.0
    """What the partner sells to the lab in a year."""
    buys_from_lab_usd_per_year: USDPerYear = 0.0
    """What the two sell each other is in the books of each, and in the group's not at all."""
    source: str = ""
    """Where the merger was published."""
    confidence: Literal["seen", "derived", "mixed", "recalled", "assumed"] = "assumed"
    """How well its terms are known."""
