"""Inputs of the neighbours: receptors, and the rules of noise, air, water and traffic at one campus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import (
    Count,
    Day,
    DegC,
    Frac,
    KelvinStep,
    Latitude,
    Longitude,
    Metres,
    Months,
    NonNegative,
    NoUnit,
    Positive,
    Ratio,
    Spec,
    Unit,
    Within,
)
from gigacampus.schema.entry_checks import refuse_if
from gigacampus.schema.noise import NoiseSpec


class ReceptorSpec(Spec):
    """A place where people hear and breathe."""

    title: str = ""
    """Name shown in tables and on the map; empty: the key."""
    kind: Literal["homes", "population_centre", "neighbourhood", "school", "park", "public_building"] = "homes"
    """What stands there."""
    lat: Latitude
    """Latitude of the point."""
    lon: Longitude
    """Longitude of the point."""
    people: Count = 0.0
    """People whom the point stands for."""
    half_width_m: Metres = FROM_LIBRARY
    """Uncertainty of the point."""
    confidence: Literal["seen", "derived", "mixed", "recalled", "assumed"] = "assumed"
    """How well the point is known."""
    source: str = ""
    """Where the point comes from."""


def _whole_position(air: Any) -> Iterator[str]:
    """Stacks whose position is given by half: the other half would be that of another point."""
    if (air.stack_lat is None) != (air.stack_lon is None):
        given, lacking = ("stack_lat", "stack_lon") if air.stack_lon is None else ("stack_lon", "stack_lat")
        yield f"{lacking}: {given} is given alone; give both, or neither where the stacks stand at the campus point"


class AirSpec(Spec):
    """Rules of air quality."""

    model: Literal["isc_briggs", "aermod_flat"] = "aermod_flat"
    """The flat-terrain boundary-layer plume, or the small comparison model (known to be poor; for comparison)."""
    land_use: Literal["rural", "urban"] = "rural"
    """Surroundings of the stacks: rural air, or air that a city keeps warm at night."""
    roughness_m: Annotated[Positive, Unit("m")] = FROM_LIBRARY
    """Aerodynamic roughness of the surroundings."""
    urban_population: Annotated[NonNegative, NoUnit("count")] = FROM_LIBRARY
    """People of the urban area that keeps the night air warm; read only where the land use is urban."""
    stack_lat: Latitude | None = None
    """Where the stacks stand, if not at the campus point."""
    stack_lon: Longitude | None = None
    """Longitude of the stacks, with ``stack_lat``."""
    scr_stack_temp_c: DegC = FROM_LIBRARY
    """Exhaust temperature behind a catalyst."""
    reach_km: Annotated[NonNegative, Unit("km")] = FROM_LIBRARY
    """Receptors beyond this distance get nothing from this campus."""
    no2_method: Literal["arm2", "olm", "in_stack"] = "arm2"
    """How NO turns into NO2: ambient ratio, ozone limiting, or only what leaves the stack as NO2."""
    in_stack_no2_frac: Frac = FROM_LIBRARY
    """NO2 as a share of NOx at the stack; the floor of both conversion methods."""
    background_ozone_ugm3: Annotated[NonNegative, Unit("ug/m3")] = FROM_LIBRARY
    """Ozone that turns NO into NO2 in the ozone-limited method."""
    background_no2_ugm3: Annotated[NonNegative, Unit("ug/m3")] = FROM_LIBRARY
    """NO2 from everybody else, added where totals are held against standards."""
    background_pm25_ugm3: Annotated[NonNegative, Unit("ug/m3")] = FROM_LIBRARY
    """Fine particles from everybody else, added likewise."""

    _fits_together = model_validator(mode="after")(refuse_if(_whole_position))


class WaterSpec(Spec):
    """Water supply, and how the towers use it."""

    price_usd_per_m3: Annotated[NonNegative, Unit("USD/m3")] = FROM_LIBRARY
    """Price of water from the utility."""
    utility_m3_per_day: Annotated[NonNegative, Unit("m3/day")] = 0.0
    """Pumping of the utility, for the share; 0: unknown, no share is given."""
    recycled_share_frac: Frac = 0.0
    """Share of make-up that is treated waste water; it does not count as the utility's pumping."""
    recycled_from: Day | None = None
    """Day on which the plant that treats waste water delivers; empty: from the start. A plant that never comes is a share of 0."""
    tower_duty_frac: Frac = 1.0
    """Share of the heat on the tower circuit that is really evaporated; below 1 where dry coils share the duty."""
    tower_range_k: KelvinStep = FROM_LIBRARY
    """Hot water less cold water."""
    tower_approach_k: KelvinStep = FROM_LIBRARY
    """Cold water less wet bulb, at least."""
    drift_frac: Frac = FROM_LIBRARY
    """Drift as a share of the circulating water."""
    switch_dry_bulb_c: DegC = -90.0
    """Below this dry bulb the towers run dry and use no water."""
    trim_above_c: DegC | None = None
    """Dry coolers wet their pads above this dry bulb; empty: they never use water."""
    trim_share_frac: Frac = FROM_LIBRARY
    """Share of the dry plant's heat that wetted pads carry by evaporation."""


class RoadWorksSpec(Spec):
    """A change of the narrowest element for a time: a work zone, or a lane that is added."""

    starts_on: Day
    """First day on which it holds."""
    ends_on: Day | None = None
    """Last day; empty: it stays."""
    capacity_pcu_per_h: Annotated[Positive, Unit("pcu/h")]
    """Passenger-car units that pass in an hour meanwhile. A month takes the lowest capacity of its days."""


class TrafficSpec(Spec):
    """Trips to the gate."""

    construction_workers_per_mw_year: Annotated[NonNegative, Unit("person-year/MW")] = FROM_LIBRARY
    """Worker-years on site for each MW of IT installed."""
    construction_months: Months = FROM_LIBRARY
    """Months of work before an increment is installed."""
    permanent_workers_per_mw: Annotated[NonNegative, Unit("person/MW")] = FROM_LIBRARY
    """Permanent staff for each MW of IT in service."""
    day_shift_frac: Frac = FROM_LIBRARY
    """Share of permanent staff that arrives with the day shift."""
    largest_shift_frac: Frac = FROM_LIBRARY
    """Share of the builders that arrive with the largest shift."""
    road_share_frac: Frac = FROM_LIBRARY
    """Share of all trips to the gate that pass the narrowest element."""
    people_per_car: Annotated[Positive, Unit("person/car")] = FROM_LIBRARY
    """People in one car on the way to work."""
    arrival_window_min: Annotated[NonNegative, Unit("min")] = FROM_LIBRARY
    """Time in which a shift arrives."""
    background_pcu_per_h: Annotated[NonNegative, Unit("pcu/h")] = FROM_LIBRARY
    """Passenger-car units of other traffic in the peak, same direction."""
    capacity_pcu_per_h: Annotated[Positive, Unit("pcu/h")] = FROM_LIBRARY
    """Passenger-car units that the narrowest element lets through in an hour."""
    trucks_per_mw_built: Annotated[NonNegative, Unit("truck/MW")] = FROM_LIBRARY
    """Truck loads for each MW of IT built."""
    trucks_hours_per_day: Annotated[Positive, Unit("h/day")] = FROM_LIBRARY
    """Hours of a working day over which trucks arrive."""
    work_days_per_month: Annotated[Positive, Unit("day/month")] = FROM_LIBRARY
    """Working days of a month."""
    pcu_per_truck: Ratio = FROM_LIBRARY
    """Passenger-car equivalent of a truck, and of a bus."""
    bus_share_frac: Frac = 0.0
    """Share of the people of a shift who come by bus."""
    people_per_bus: Annotated[Positive, Unit("person/bus")] = FROM_LIBRARY
    """People in one bus."""
    leaving_window_min: Annotated[NonNegative, Unit("min")] = FROM_LIBRARY
    """Time in which a shift leaves, by the same element the other way."""
    early_cost_ratio: Annotated[float, Unit("1"), Within(0.01, 0.99, "choice")] = FROM_LIBRARY
    """Cost of being an hour too early over that of an hour in the queue."""
    late_cost_ratio: Annotated[float, Unit("1"), Within(0.01, 100, "choice")] = FROM_LIBRARY
    """Cost of being an hour too late over that of an hour in the queue."""
    capacity_day_sigma: Annotated[float, Unit("1"), Within(0.001, 1, "spread")] = FROM_LIBRARY
    """Spread of the capacity from day to day, as the standard deviation of its logarithm."""
    peak_share_of_day_frac: Annotated[float, Unit("1"), Within(0.01, 1, "share")] = FROM_LIBRARY
    """Share of a day's traffic both ways that the peak hour takes in the peak direction."""
    road_works: dict[str, RoadWorksSpec] = {}
    """Work zones and added lanes; of several that hold on a day the last one listed counts."""


__all__ = ["AirSpec", "NoiseSpec", "ReceptorSpec", "TrafficSpec", "WaterSpec"]
