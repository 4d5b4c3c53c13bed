"""Inputs of power: site and weather, supply rules, and the library entries of generators, batteries and tariffs."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import (
    FROM_CLASS,
    MW,
    Day,
    Frac,
    FracBelowOne,
    Hours,
    KelvinStep,
    Longitude,
    Metres,
    NonNegative,
    NoUnit,
    Positive,
    Ratio,
    Seconds,
    Spec,
    Unit,
    Within,
)
from gigacampus.registry.kinds import DISPATCH_ORDERS, GENERATORS, STORAGE
from gigacampus.schema import entry_checks
from gigacampus.schema.adequacy import AdequacySpec
from gigacampus.schema.entry_checks import refuse_if
from gigacampus.schema.grid_supply import GridPrice, InterruptibleSpec
from gigacampus.schema.swings import SwingSpec


class HeatWaveSpec(Spec):
    """Days of extra heat laid over the typical year."""

    first: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    """Month and day, such as 07-15."""
    days: Annotated[int, Unit("day"), Field(ge=1, le=120)] = FROM_LIBRARY
    """Length of the heat wave."""
    add_c: KelvinStep = FROM_LIBRARY
    """Added to the dry bulb of every hour in it."""


class WeatherSpec(Spec):
    """What is laid over every station's typical year."""

    shift_c: KelvinStep = 0.0
    """Added to every hour's dry bulb (and to the dew point, at constant relative humidity)."""
    heat_wave: HeatWaveSpec | None = None
    """Days of extra heat in every year; empty: none."""


class SiteSpec(Spec):
    """Where a campus stands."""

    lat: Annotated[float, Unit("deg"), Within(-80, 80, "projection")]
    """Latitude of the campus; beyond 80 degrees no flat plane holds about a place, and no town stands."""
    lon: Longitude
    """Longitude of the campus."""
    elevation_m: Annotated[float, Unit("m"), Ge(-430), Le(6000)] = FROM_LIBRARY
    """Height above sea level; thins the air for engines and cooling."""
    weather: Annotated[str, Field(pattern=r"^(lib:weather/[a-z0-9_]+|[^:]+\.([cC][sS][vV]|[eE][pP][wW]|xlsx))$")] = FROM_LIBRARY
    """Typical year: a library station, or a CSV/EPW file beside the scenario."""
    weather_within_km: Annotated[NonNegative, Unit("km")] = FROM_LIBRARY
    """A weather station farther away than this is refused: more only where the air of another place is accepted."""
    location_half_width_m: Metres = 0.0
    """Uncertainty of the point."""


class PowerSpec(Spec):
    """Rules of supply at one campus."""

    tariff: Annotated[str, Field(pattern=r"^lib:tariffs/[a-z0-9_]+$")] = FROM_LIBRARY
    """Library entry of the tariff that grid energy is billed by."""
    grid_price: GridPrice = ""
    """Hourly price of grid energy in place of the tariff's energy price: CSV or xlsx beside the scenario. A ``lib:utility_load``
    entry shapes the tariff's own price by that utility's demand; empty: one price in all hours."""
    price_load_exponent: Annotated[float, NoUnit("exponent"), Within(0, 10, "scale")] = FROM_LIBRARY
    """How steeply such a price rises with the utility's demand over its mean; the mean price stays."""
    interruptible: InterruptibleSpec | None = None
    """Contract on calls of the utility; empty: none."""
    utility_peak_mw: MW = 0.0
    """Peak of the utility's system, for the share of it; 0: unknown, no share is given."""
    order: Annotated[str, DISPATCH_ORDERS] = "least_cost"
    """Which source carries the base load: named, or the cheaper one at the tariff and the expected price of gas."""
    spinning_reserve_frac: Frac = FROM_LIBRARY
    """Share of load kept as spinning headroom on on-site units."""
    reserve_units: Annotated[float, NoUnit("count"), Field(ge=0, le=20)] = FROM_LIBRARY
    """Units assumed out when firm supply is counted (N-1 is 1)."""
    conversion_loss_frac: FracBelowOne = FROM_LIBRARY
    """Loss between the fence and the server inlet at full IT load."""
    conversion_constant_frac: Frac = FROM_LIBRARY
    """Share of that loss which does not fall with load (transformer cores, idle converters)."""
    idle_load_frac: Frac = FROM_LIBRARY
    """IT power of an idle accelerator over its rated server power."""
    forced_outage_frac: Frac = FROM_LIBRARY
    """Share of hours in which an on-site unit is out of order."""
    outage: Literal["expected", "seeded"] = "expected"
    """expected: every unit gives its mean availability; seeded: whole units fail and are repaired at seeded hours."""
    outage_repair_h: Annotated[Hours, Field(gt=0)] = FROM_LIBRARY
    """Mean time to repair in the seeded mode."""
    outage_seed: Annotated[int, NoUnit("seed"), Field(ge=0, le=2**31 - 1)] = 1
    """Seed of those hours in the seeded mode."""
    adequacy: AdequacySpec = AdequacySpec()
    """What fails besides single units, and what fails together."""
    swings: SwingSpec = SwingSpec()
    """What synchronous jobs do to power within seconds, what smooths it, and what utility and machines bear."""
    battery_reserve_frac: Frac = FROM_LIBRARY
    """Share of battery energy held back for swings and trips; never used for an hour's shortfall."""
    chip_swing_ratio_frac: FracBelowOne = FROM_LIBRARY
    """Accelerator power during a checkpoint over its power at work."""
    chip_share_frac: Frac = FROM_LIBRARY
    """Accelerator power at work over the rated server power."""
    swing_edge_s: Annotated[Seconds, Field(gt=0)] = FROM_LIBRARY
    """Time in which a whole job falls to checkpoint power."""
    inverter_lag_s: Annotated[Seconds, Field(gt=0)] = FROM_LIBRARY
    """First-order lag of the site battery's inverters."""
    curtail_hours_per_year: Hours = 0.0
    """Demand-response calls on the grid tranches."""
    """They fall on the hottest hours of the year."""
    curtail_frac: Frac = 1.0
    """Share of the grid connection given up in a call."""
    unserved_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(0, 1e6, "scale")] = FROM_LIBRARY
    """Worth of load that stays unmet, by which a dispatch that sees prices weighs it; no cost of the books."""
    grid_co2_t_per_mwh: Annotated[NonNegative, Unit("t/MWh")] = FROM_LIBRARY
    """Carbon dioxide of a MWh from the grid."""
    user_load_csv: Annotated[str, Field(pattern=r"(?i)^$|\.(csv|xlsx)$", max_length=1000)] = ""
    """Facility load over a year that replaces the modelled load: CSV or xlsx beside the scenario, hourly or finer."""


class GeneratorEntry(Spec):
    """A generating unit."""

    title: str = ""
    """Name of the product."""
    engine: Annotated[str, GENERATORS]
    """Kind of prime mover: industrial or aeroderivative gas turbine, or reciprocating engine."""
    iso_mw: Annotated[float, Unit("MW"), Within(0.001, 2000, "scale")]
    """Net power at ISO conditions (15 degC, sea level)."""
    heat_rate_lhv_kj_per_kwh: Annotated[float, Unit("kJ/kWh"), Within(5600, 40000, "thermodynamics")]
    """Fuel heat for each kWh at full load and ISO conditions, lower heating value."""
    power_at_0c_frac: Annotated[float, Unit("1"), Within(0.5, 2, "density"), FROM_CLASS]
    """Power at 0 degC ambient over ISO power (15 degC); straight lines between points, flat below 0, the last slope beyond 40."""
    power_at_25c_frac: Annotated[float, Unit("1"), Within(0.3, 1.5, "density"), FROM_CLASS]
    """Power at 25 degC ambient over ISO power."""
    power_at_35c_frac: Annotated[float, Unit("1"), Within(0.2, 1.5, "density"), FROM_CLASS]
    """Power at 35 degC ambient over ISO power."""
    power_at_40c_frac: Annotated[float, Unit("1"), Within(0.1, 1.5, "density"), FROM_CLASS]
    """Power at 40 degC ambient over ISO power."""
    power_loss_frac_per_km: Annotated[float, Unit("1/km"), Within(0, 0.5, "density"), FROM_CLASS]
    """Power lost for each kilometre of altitude."""
    heat_rate_at_0c_frac: Annotated[float, Unit("1"), Within(0.8, 1.5, "thermodynamics"), FROM_CLASS]
    """Heat rate at 0 degC ambient over that at 15 degC."""
    heat_rate_at_40c_frac: Annotated[float, Unit("1"), Within(0.8, 1.5, "thermodynamics"), FROM_CLASS]
    """Heat rate at 40 degC ambient over that at 15 degC."""
    heat_rate_at_75_load_frac: Annotated[float, Unit("1"), Within(0.9, 2, "thermodynamics"), FROM_CLASS]
    """Heat rate at three quarters of the available power over that at full load."""
    heat_rate_at_50_load_frac: Annotated[float, Unit("1"), Within(0.9, 3, "thermodynamics"), FROM_CLASS]
    """Heat rate at half of the available power over that at full load."""
    min_load_frac: Annotated[Frac, FROM_CLASS]
    """Lowest load that keeps its emission figures."""
    cold_start_min: Annotated[float, Unit("min"), Within(0, 10080, "scale"), FROM_CLASS]
    """Time from a cold start to full load."""
    start_usd_per_mw: Annotated[float, Unit("USD/MW"), Within(0, 10000, "scale"), FROM_CLASS]
    """Wear of one start for each MW of ISO power, by which a dispatch that sees prices weighs starts; no cost of the books."""
    min_up_h: Annotated[float, Unit("h"), Within(0, 168, "scale"), FROM_CLASS]
    """Hours that a unit runs at least once it is started."""
    min_down_h: Annotated[float, Unit("h"), Within(0, 168, "scale"), FROM_CLASS]
    """Hours that a unit rests at least once it is stopped."""
    start_uncontrolled_h: Annotated[float, Unit("h"), Within(0, 100, "scale"), FROM_CLASS]
    """Hours at half load with uncontrolled NOx and CO that one start and stop bring."""
    nox_ppm: Annotated[float, Unit("ppm"), Within(0, 5000, "chemistry"), FROM_CLASS]
    """ppmvd at 15 % O2 without SCR."""
    nox_ppm_scr: Annotated[float, Unit("ppm"), Within(0, 5000, "chemistry"), FROM_CLASS]
    """ppmvd at 15 % O2 behind a catalyst (SCR)."""
    nox_ppm_uncontrolled: Annotated[float, Unit("ppm"), Within(0, 5000, "chemistry"), FROM_CLASS]
    """Diffusion flame, used for starts and for control 'none' (0.32 lb/MMBtu)."""
    co_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 35, "carbon"), FROM_CLASS]
    """Carbon monoxide in lean-premix operation, per MMBtu HHV."""
    co_uncontrolled_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 35, "carbon"), FROM_CLASS]
    """Carbon monoxide of a diffusion flame, per MMBtu HHV."""
    co_water_injection_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 35, "carbon"), FROM_CLASS]
    """Carbon monoxide with water injection, per MMBtu HHV."""
    pm25_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 1, "scale"), FROM_CLASS]
    """Fine particles, filterable and condensable, per MMBtu HHV."""
    voc_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 20, "carbon"), FROM_CLASS]
    """Volatile organic compounds, per MMBtu HHV."""
    formaldehyde_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 1, "scale"), FROM_CLASS]
    """Formaldehyde, per MMBtu HHV."""
    co2_kg_per_mmbtu: Annotated[float, Unit("kg/MMBtu"), Within(0, 120, "carbon"), FROM_CLASS]
    """Carbon dioxide, per MMBtu HHV."""
    exhaust_temp_c: Annotated[float, Unit("degC"), Within(0, 900, "metallurgy"), FROM_CLASS]
    """Temperature of the exhaust at full load; sets the plume's rise."""
    exhaust_flow_kg_s: Annotated[float, Unit("kg/s"), Within(0, 3000, "scale"), FROM_CLASS]
    """Mass flow of the exhaust at full load; sets the plume's rise."""
    stack_height_m: Annotated[float, Unit("m"), Within(0, 450, "scale"), FROM_CLASS]
    """Height of the stack's mouth above ground."""
    stack_diameter_m: Annotated[float, Unit("m"), Within(0, 20, "scale"), FROM_CLASS]
    """Inner diameter of the stack's mouth."""
    sound_power_dba: Annotated[float, Unit("dBA"), Within(0, 160, "acoustics"), FROM_CLASS]
    """Treated package, all components."""
    cost_usd_per_mw: Annotated[float, Unit("USD/MW"), Within(0, 5e7, "scale"), FROM_CLASS]
    """Installed price for each MW of ISO power."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.generator))


class BatteryEntry(Spec):
    """A battery product."""

    title: str = ""
    """Name of the product."""
    chemistry: Annotated[str, STORAGE] = "lithium_iron_phosphate"
    """Chemistry of the cells; figures that the product lacks are those of its chemistry."""
    unit_mwh: Annotated[float, Unit("MWh"), Within(0.001, 100, "scale"), FROM_CLASS]
    """Energy of one container; noise counts containers by it."""
    round_trip_frac: Annotated[float, Unit("1"), Within(0.1, 1, "thermodynamics"), FROM_CLASS]
    """Energy given back over energy taken in."""
    cost_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(0, 1e7, "scale"), FROM_CLASS]
    """Installed price for each MWh of storage."""


ClockHour = Annotated[int, Unit("h"), Within(0, 24, "calendar")]
MonthOfYear = Annotated[int, NoUnit("month of the year"), Within(1, 12, "calendar")]


class PeakWindowSpec(Spec):
    """Hours of the day, in some months of the year, that a tariff bills as on-peak."""

    first_month: MonthOfYear
    """First month of the window, 1 for January."""
    last_month: MonthOfYear
    """Last month of the window; before the first one when the window goes over the turn of the year."""
    from_h: ClockHour
    """Hour at which it begins, local standard time."""
    to_h: ClockHour
    """Hour at which it ends, local standard time."""


class TariffEntry(Spec):
    """A large-customer tariff: energy in blocks of hours' use of demand, two demand charges, a fixed charge."""

    title: str = ""
    """Name of the tariff."""
    energy_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(-1000, 10000, "scale")]
    """Energy beyond the blocks."""
    block1_hours_use: Annotated[float, Unit("h"), Within(0, 744, "calendar")] = 0.0
    """First block of off-peak energy: so many hours' use of the month's highest demand."""
    block1_adder_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(-1000, 10000, "scale")] = 0.0
    """Added to the price of energy in the first block."""
    block2_hours_use: Annotated[float, Unit("h"), Within(0, 744, "calendar")] = 0.0
    """Second block of off-peak energy, after the first, in hours' use of the month's highest demand."""
    block2_adder_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(-1000, 10000, "scale")] = 0.0
    """Added to the price of energy in the second block."""
    on_peak_adder_usd_per_mwh: Annotated[float, Unit("USD/MWh"), Within(-1000, 10000, "scale")] = 0.0
    """On-peak energy stands outside the blocks."""
    demand_usd_per_kw_month: Annotated[float, Unit("USD/kW-month"), Within(0, 1000, "scale")] = 0.0
    """On the highest hour of the month."""
    on_peak_demand_usd_per_kw_month: Annotated[float, Unit("USD/kW-month"), Within(0, 1000, "scale")] = 0.0
    """On the highest on-peak hour of the month."""
    ratchet_frac: Frac = 0.0
    """A month's billed demand is at least this share of the highest of the eleven months before; 0: no ratchet."""
    customer_usd_per_month: Annotated[float, Unit("USD/month"), Within(0, 1e8, "scale")] = 0.0
    """Fixed charge while connected."""
    on_peak: dict[str, PeakWindowSpec] = {}
    """On-peak hours of the tariff; none: it has no on-peak prices."""
    on_peak_days_per_week: Annotated[float, Unit("day"), Within(0, 7, "calendar")] = 7.0
    """Days of a week on which the windows count; the typical year has no weekdays, so on-peak energy is scaled by their share."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.tariff))


__all__ = ["BatteryEntry", "Day", "GeneratorEntry", "Positive", "PowerSpec", "Ratio", "SiteSpec", "TariffEntry", "WeatherSpec"]
