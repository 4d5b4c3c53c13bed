"""Inputs of power: site and weather, supply rules, and the library entries of generators, batteries and tariffs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gigacampus.scenario.quantity import (
    MW,
    Day,
    DegC,
    Frac,
    Hours,
    KelvinStep,
    KJPerKWh,
    Latitude,
    Longitude,
    Metres,
    NonNegative,
    Positive,
    Ppm,
    Ratio,
    Spec,
    USDPerKWMonth,
    USDPerMW,
    USDPerMWh,
)


class HeatWaveSpec(Spec):
    """Days of extra heat laid over the typical year."""

    first: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    """Month and day, such as 07-15."""
    days: Annotated[int, Field(ge=1, le=120)] = 10
    add_c: KelvinStep = 6.0


class WeatherSpec(Spec):
    """What is laid over every station's typical year."""

    shift_c: KelvinStep = 0.0
    """Added to every hour's dry bulb (and to the dew point, at constant relative humidity)."""
    heat_wave: HeatWaveSpec | None = None


class SiteSpec(Spec):
    """Where a campus stands."""

    lat: Latitude
    lon: Longitude
    elevation_m: Metres = 100.0
    weather: Annotated[str, Field(pattern=r"^(lib:weather/[a-z0-9_]+|[^:]+\.(csv|epw))$")] = "lib:weather/memphis_tn"
    """Typical year: a library station, or a CSV/EPW file beside the scenario."""
    location_half_width_m: Metres = 0.0
    """Uncertainty of the point."""


class PowerSpec(Spec):
    """Rules of supply at one campus."""

    tariff: Annotated[str, Field(pattern=r"^lib:tariffs/[a-z0-9_]+$")] = "lib:tariffs/tva_msd_like"
    order: Literal["onsite_first", "grid_first"] = "grid_first"
    """Which source carries the base load."""
    spinning_reserve_frac: Frac = 0.05
    """Share of load kept as spinning headroom on on-site units."""
    reserve_units: Annotated[float, Field(ge=0, le=20)] = 1.0
    """Units assumed out when firm supply is counted (N-1 is 1)."""
    conversion_loss_frac: Frac = 0.06
    """Loss between the fence and the server inlet."""
    forced_outage_frac: Frac = 0.03
    curtail_hours_per_year: Hours = 0.0
    """Demand-response calls on the grid tranches."""
    curtail_frac: Frac = 1.0
    grid_co2_t_per_mwh: NonNegative = 0.4
    user_load_csv: str = ""
    """Hourly facility load in MW (8,760 rows) that replaces the modelled load; file beside the scenario."""


class GeneratorEntry(Spec):
    """A generating unit."""

    title: str = ""
    engine: Literal["industrial", "aeroderivative", "reciprocating"]
    iso_mw: Annotated[MW, Field(gt=0)]
    heat_rate_lhv_kj_per_kwh: KJPerKWh
    min_load_frac: Frac = 0.5
    cold_start_min: NonNegative = 10.0
    nox_ppm: Ppm = 15.0
    """ppmvd at 15 % O2 without SCR."""
    nox_ppm_scr: Ppm = 2.0
    exhaust_temp_c: DegC = 490.0
    exhaust_flow_kg_s: NonNegative = 56.0
    stack_height_m: Metres = 15.0
    stack_diameter_m: Metres = 2.4
    sound_power_dba: Annotated[float, Field(ge=0, le=160)] = 114.0
    """Treated package, all components."""
    cost_usd_per_mw: USDPerMW = 1_390_000.0


class BatteryEntry(Spec):
    """A battery product."""

    title: str = ""
    unit_mwh: NonNegative = 3.9
    round_trip_frac: Frac = 0.9
    cost_usd_per_mwh: NonNegative = 260_000.0


class TariffEntry(Spec):
    """A large-customer tariff."""

    title: str = ""
    energy_usd_per_mwh: USDPerMWh
    demand_usd_per_kw_month: USDPerKWMonth = 0.0
    on_peak_adder_usd_per_mwh: USDPerMWh = 0.0
    customer_usd_per_month: NonNegative = 0.0


__all__ = [
    "BatteryEntry", "Day", "GeneratorEntry", "Positive", "PowerSpec", "Ratio", "SiteSpec", "TariffEntry", "WeatherSpec",
]
