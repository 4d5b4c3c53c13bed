"""Inputs of the market and of the public bodies around a campus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import Count, Frac, NonNegative, NoUnit, Spec, Unit, USDPerMMBtu, USDPerYear, Years

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
Rate = Annotated[float, Unit("1/year"), Field(ge=-5.0, le=10.0)]
"""A log change a year: 0.1 grows by a factor exp(0.1)."""
Cost = Annotated[float, Unit("USD"), Field(ge=0, le=1e15)]
"""US dollars, not negative."""
Schedule = Annotated[list[Frac], Field(min_length=1, max_length=40)]
"""Shares by year, the last of which stays."""


class MarketSpec(Spec):
    """Prices that the company takes."""

    gas_usd_per_mmbtu: USDPerMMBtu = FROM_LIBRARY
    """Delivered gas, higher heating value."""
    gas_drift_per_year: Rate = 0.0
    """Yearly log change of the price of gas."""
    valuation_drift_per_year: Rate = 0.0
    """Yearly log change of what investors pay for the company between rounds: one rate for all years of a future, whatever its books."""
    inflation_per_year: Rate = FROM_LIBRARY
    """Of wages and services."""
    treasury_yield_frac: Frac = FROM_LIBRARY
    """Short rate: earned on cash, and the base of floating loans."""
    short_rate_volatility_frac: Frac = 0.0
    """Standard deviation of the short rate after a year without a pull; it wanders after ``as_of``."""
    short_rate_reversion_per_year: Annotated[float, Unit("1/year"), Field(ge=0, le=50)] = FROM_LIBRARY
    """Rate at which the short rate is pulled back to its mean."""
    short_rate_draw_quantile: Frac = 0.5
    """Which of all possible paths this future takes; uniform when uncertain."""
    hardware_gain_per_year: Rate = FROM_LIBRARY
    """Yearly log gain of accelerator performance per dollar."""


STATE, UTILITY = "state", "utility"
"""Bodies that are paid sales tax, and what the power bill brings."""


class PayeeSpec(Spec):
    """One public body that levies property tax or receives the fee in its place."""

    mills: Annotated[NonNegative, NoUnit("mill: a thousandth")] = 0.0
    """Levy per thousand of assessed value."""


class PublicSpec(Spec):
    """Public bodies of one place: what they levy, waive and spend."""

    state: Literal["none", "generic", "tennessee", "mississippi"] = "generic"
    """Whose statutes the answers name, the numbers being the fields below; ``none`` taxes no sales."""
    permanent_jobs: Count = 0.0
    """Jobs on site that do not grow with power."""
    jobs_per_it_mw: Annotated[NonNegative, Unit("job/MW")] = FROM_LIBRARY
    """Added to ``permanent_jobs`` as IT power enters service."""
    job_wage_usd_per_year: USDPerYear = FROM_LIBRARY
    """Wage of one job."""
    wage_tax_effective_frac: Frac = FROM_LIBRARY
    """State and local tax on what the wages buy and earn."""
    property_tax_frac: Frac = FROM_LIBRARY
    """Statutory property tax over true value, all payees; used when no payees are listed."""
    payees: dict[Key, PayeeSpec] = {}
    """Public bodies and their mills; with them the levy is true value x assessment ratio x mills / 1000."""
    assessment_real_frac: Frac = FROM_LIBRARY
    """Assessed over true value of land and buildings."""
    assessment_personal_frac: Frac = FROM_LIBRARY
    """Assessed over true value of equipment."""
    fee_in_lieu_frac: Frac = 1.0
    """Share of the levy that is paid; 1 is no abatement, one third is the Mississippi floor."""
    fee_years: Years = FROM_LIBRARY
    """Years from the first service for which the fee replaces the levy."""
    sales_tax_frac: Frac = FROM_LIBRARY
    """Sales and use tax on equipment, state and local."""
    sales_tax_exempt_frac: Frac = 0.0
    """Share of equipment exempt from sales and use tax, a state tax; local parts capped by article are left out."""
    exempt_years: Years = FROM_LIBRARY
    """Years from the first service for which the exemption holds."""
    assessed_frac: Frac = 1.0
    """Value on the roll over the statute's value of what the capital cost."""
    computer_value_frac: Schedule = FROM_LIBRARY
    """Assessor's value of accelerators and network over cost on the first, second, ... 1 January after purchase; the last stays."""
    plant_value_frac: Schedule = FROM_LIBRARY
    """The same for generators, batteries and other equipment; buildings stand at cost."""
    power_fee_frac: Frac = 0.0
    """Share of the grid bill that the utility passes on to public bodies."""
    public_cost_usd_per_job_year: USDPerYear = FROM_LIBRARY
    """Yearly public services for one job."""
    public_capital_usd: Cost = 0.0
    """Roads, mains, fire stations paid by the public for the campus."""
    utility_capital_usd: Cost = 0.0
    """Lines and substations that the utility built for the campus and recovers through rates."""
    utility_recovery_years: Annotated[float, Unit("year"), Field(ge=1, le=60)] = FROM_LIBRARY
    """Years over which the utility recovers its works through rates."""
    contract_years: Years = 0.0
    """Time from the start of the horizon for which the customer must pay, present or not."""
    exit_security_frac: Frac = 0.0
    """Share of the utility's works that the customer has deposited or guaranteed."""
    company_public_works_usd: Cost = 0.0
    """Public works paid by the company."""
    but_for_frac: Frac = FROM_LIBRARY
    """Share of the activity that came because of the deal."""
    households: Count = 0.0
    """Households of the place, for figures per household."""
    residents: Count = 0.0
    """Residents of the place, for figures per resident."""

    def bodies(self) -> list[str]:
        """Public bodies that are paid here: those of the property levy, then the state."""
        return [*(self.payees or ("all",)), STATE]


class OtherPlaceSpec(PublicSpec):
    """Public bodies beyond a line that runs through the campus."""

    share_frac: Frac = 0.0
    """Share of committed capital and IT power that stands there."""
    extension_share_frac: Frac = 0.0
    """Share of what extensions add."""


class CountySpec(PublicSpec):
    """Public bodies around one campus; what stands in no other place counts here."""

    others: dict[Key, OtherPlaceSpec] = {}
    """Places beyond a county or state line."""

    def every_body(self) -> list[str]:
        """``place/body`` of every payee around the campus; ``county`` is the place it is named for."""
        here = [*self.bodies(), UTILITY]
        return [f"county/{b}" for b in here] + [f"{name}/{b}" for name, place in self.others.items() for b in place.bodies()]

    @model_validator(mode="after")
    def _shares_fit(self) -> CountySpec:
        for name in ("share_frac", "extension_share_frac"):
            if sum(getattr(o, name) for o in self.others.values()) > 1.0 + 1e-9:
                raise ValueError(f"others: the sum of {name} is above 1")
        return self
