"""Inputs of the company's revenue: prices of each line, contracts, compute let to others, and how prices wander."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import MW, Day, Days, Frac, Months, NonNegative, NoUnit, Spec, Unit, USDPerMillionTokens, USDPerYear
from gigacampus.schema.public import Cost, Key, Rate


class PricePathSpec(Spec):
    """How a price wanders around its trend after ``as_of``: its log is pulled back, and may change to another regime."""

    volatility_per_sqrt_year: Annotated[float, Unit("1/sqrt(year)"), Field(ge=0, le=3)] = 0.0
    """Standard deviation of the log after a year without a pull."""
    reversion_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = FROM_LIBRARY
    """Rate at which the log is pulled back towards the trend."""
    other_regime_log: Annotated[float, NoUnit("log"), Field(ge=-5, le=5)] = 0.0
    """Log of the price over its trend towards which the other regime pulls: a glut is negative."""
    to_other_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = 0.0
    """Rate at which the other regime begins."""
    back_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = FROM_LIBRARY
    """Rate at which it ends."""
    draw_quantile: Frac = 0.5
    """Which of all possible paths this future takes; uniform when uncertain."""


class AwardsSpec(Spec):
    """Lumpy government contracts beyond those that are known."""

    per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=24)] = 0.0
    """Mean number of awards a year."""
    mean_usd: Cost = 0.0
    """Mean size of an award."""
    spread_log: Annotated[float, NoUnit("log"), Field(ge=0, le=3)] = FROM_LIBRARY
    """Standard deviation of the log of their size."""
    parts: Annotated[int, NoUnit("count"), Field(ge=1, le=24)] = FROM_LIBRARY
    """Equal parts in which an award is billed, the first at once."""
    part_months: Annotated[float, Unit("month"), Field(ge=1, le=24)] = FROM_LIBRARY
    """Months between two parts."""
    draw_quantile: Frac = 0.5
    """Which of all possible sequences this future takes; uniform when uncertain."""


class TenantSpec(Spec):
    """One tenant, or a class of them that is treated alike: what it takes, what it pays, and how it leaves."""

    title: str = ""
    """Name of the tenant in texts; empty: its key."""
    it_mw: MW = 0.0
    """IT power let, beside ``share_frac``."""
    share_frac: Frac = 0.0
    """Share of the company's IT power let, beside ``it_mw``."""
    start: Day | None = None
    """First day of the lease, or the day from which a tenant without a contract may ask; empty: it takes nothing."""
    start_delay_days: Days = 0.0
    """Days by which the lease begins later than that."""
    asks_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = 0.0
    """Rate at which a tenant without a contract comes to ask; its offer then stands until the company's decision takes it. 0: signed."""
    usd_per_mw_month: Annotated[float, Unit("USD/MW-month"), Ge(0), Le(1e15)] | None = None
    """Rent in the contract until it is renewed; empty: the market's rent of each month."""
    term_months: Months = 0.0
    """Length of a term; 0: no end but by notice."""
    renewal_frac: Frac = 0.0
    """Chance that a term is followed by another, at the market's rent of that month."""
    notice: Day | None = None
    """Day on which the tenant is known to give notice."""
    leaves_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = 0.0
    """Rate at which it gives notice otherwise, from the start of its lease."""
    notice_days: Days = FROM_LIBRARY
    """Days from a notice to the end of the lease, and from a default to the machines' return."""
    prepaid_months: Months = 0.0
    """Months of rent paid ahead at the start; not returned when the lease ends early."""
    default_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = 0.0
    """Rate at which it stops paying for good."""
    draw_quantile: Frac = 0.5
    """Which of all possible courses of its lease this future takes; uniform when uncertain."""


class LettingSpec(Spec):
    """When the company lets machines to a tenant who asks: the rent offered against own use, what is idle, and cash."""

    own_use_usd_per_mw_month: Annotated[float, Unit("USD/MW-month"), Ge(0), Le(1e15)] = FROM_LIBRARY
    """Least rent for which it gives up a MW of its own research, while cash is ample."""
    ample_cash_months: Annotated[float, Unit("month"), Field(gt=0, le=1200)] = FROM_LIBRARY
    """Months of cash from which cash is ample; with less the least rent falls in proportion."""
    own_research_frac: Frac = FROM_LIBRARY
    """Share of IT power that it keeps for research at any rent."""


class RentalSpec(Spec):
    """Compute let to others: the market for it, tenants, and what decides about new ones."""

    usd_per_mw_month: Annotated[float, Unit("USD/MW-month"), Ge(0), Le(1e15)] = FROM_LIBRARY
    """The market's rent of one IT MW a month at the start of the horizon; take or pay."""
    price_change_per_year: Rate = FROM_LIBRARY
    """Yearly log change of rents."""
    price_path: PricePathSpec = PricePathSpec()
    """Noise and regimes of rents around that trend."""
    tenants: dict[Key, TenantSpec] = {}
    """Tenants by name; each takes what those before it leave."""
    decision: LettingSpec = LettingSpec()
    """Read only where some tenant asks without a contract."""


class RevenueSpec(Spec):
    """Lines of revenue. The products give users and tokens; these are the prices."""

    anchor_to_history: bool = True
    """Scale subscription and API revenue so that the last reported quarter is met; later months move with users
    and tokens.
    """
    arpu_usd_per_month: Annotated[NonNegative, Unit("USD/month")] = FROM_LIBRARY
    """Subscription revenue per paying user."""
    arpu_change_per_year: Rate = 0.0
    """Yearly log change of that price."""
    annual_plan_frac: Frac = FROM_LIBRARY
    """Share of subscriptions billed a year ahead."""
    api_usd_per_million_tokens: USDPerMillionTokens = FROM_LIBRARY
    """Blended, per million output tokens."""
    api_share_of_tokens_frac: Frac = FROM_LIBRARY
    """Share of output tokens that API customers pay for."""
    token_price_change_per_year: Rate = FROM_LIBRARY
    """Yearly log change of API prices."""
    token_price_path: PricePathSpec = PricePathSpec()
    """Noise and regimes of token prices around that trend."""
    momentum_per_year: Rate = 0.0
    """Yearly log growth of users and paid tokens beyond what the products stage says, at the end of the history."""
    momentum_half_life_years: Annotated[float, Unit("year"), Field(gt=0, le=100)] = FROM_LIBRARY
    """Half life of that extra growth."""
    government_usd_per_year: USDPerYear = 0.0
    """Government contracts that are known."""
    government_start: Day | None = None
    """Day from which they run; empty: the start of the horizon."""
    government_awards: AwardsSpec = AwardsSpec()
    """Lumpy contracts beyond those."""
    car_usd_per_million_tokens: USDPerMillionTokens = 0.0
    """Paid for tokens served to vehicles."""
    robot_usd_per_million_tokens: USDPerMillionTokens = 0.0
    """Paid for tokens served to robots."""
    agent_usd_per_million_tokens: USDPerMillionTokens = FROM_LIBRARY
    """Paid for tokens of software agents."""
    rental: RentalSpec = RentalSpec()
    """Compute let to others."""
