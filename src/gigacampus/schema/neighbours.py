"""Inputs of the neighbours: receptors, and the rules of noise, air, water and traffic at one campus."""

from __future__ import annotations

from typing import Literal

from gigacampus.foundation.types import (
    Count,
    DegC,
    Frac,
    KelvinStep,
    Latitude,
    Longitude,
    Metres,
    Months,
    NonNegative,
    Positive,
    Ratio,
    Spec,
)
from gigacampus.schema.noise import NoiseSpec


class ReceptorSpec(Spec):
    """A place where people hear and breathe."""

    title: str = ""
    kind: Literal["homes", "population_centre", "neighbourhood", "school", "park", "public_building"] = "homes"
    lat: Latitude
    lon: Longitude
    people: Count = 0.0
    half_width_m: Metres = 50.0
    """Uncertainty of the point."""
    confidence: Literal["seen", "derived", "mixed", "recalled", "assumed"] = "assumed"
    source: str = ""


class AirSpec(Spec):
    """Rules of air quality."""

    model: Literal["isc_briggs", "aermod_flat"] = "aermod_flat"
    """The flat-terrain boundary-layer plume, or the small comparison model (known to be poor; for comparison)."""
    land_use: Literal["rural", "urban"] = "rural"
    roughness_m: Positive = 0.3
    """Aerodynamic roughness of the surroundings."""
    urban_population: NonNegative = 650_000.0
    """People of the urban area that keeps the night air warm; read only where the land use is urban."""
    stack_lat: Latitude | None = None
    """Where the stacks stand, if not at the campus point."""
    stack_lon: Longitude | None = None
    scr_stack_temp_c: DegC = 400.0
    """Exhaust temperature behind a catalyst (recalled)."""
    reach_km: NonNegative = 50.0
    """Receptors beyond this distance get nothing from this campus."""
    no2_method: Literal["arm2", "olm", "in_stack"] = "arm2"
    in_stack_no2_frac: Frac = 0.2
    """NO2 as a share of NOx at the stack; the floor of both conversion methods."""
    background_ozone_ugm3: NonNegative = 80.0
    """Ozone that turns NO into NO2 in the ozone-limited method (assumed)."""
    background_no2_ugm3: NonNegative = 15.0
    background_pm25_ugm3: NonNegative = 8.5


class WaterSpec(Spec):
    """Water supply, and how the towers use it."""

    price_usd_per_m3: NonNegative = 0.5
    utility_m3_per_day: NonNegative = 0.0
    """Pumping of the utility, for the share; 0: unknown, no share is given."""
    recycled_share_frac: Frac = 0.0
    """Share of make-up that is treated waste water; it does not count as the utility's pumping."""
    tower_duty_frac: Frac = 1.0
    """Share of the heat on the tower circuit that is really evaporated; below 1 where dry coils share the duty."""
    tower_range_k: KelvinStep = 8.0
    """Hot water less cold water."""
    tower_approach_k: KelvinStep = 4.0
    """Cold water less wet bulb, at least."""
    drift_frac: Frac = 5.0e-6
    """Drift as a share of the circulating water (recalled: good eliminators)."""
    switch_dry_bulb_c: DegC = -90.0
    """Below this dry bulb the towers run dry and use no water."""
    trim_above_c: DegC | None = None
    """Dry coolers wet their pads above this dry bulb; empty: they never use water."""
    trim_share_frac: Frac = 0.5
    """Share of the dry plant's heat that wetted pads carry by evaporation."""


class TrafficSpec(Spec):
    """Trips to the gate."""

    construction_workers_per_mw_year: NonNegative = 4.0
    """Worker-years on site for each MW of IT installed (assumed)."""
    construction_months: Months = 8.0
    """Months of work before an increment is installed."""
    permanent_workers_per_mw: NonNegative = 0.5
    day_shift_frac: Frac = 0.6
    """Share of permanent staff that arrives with the day shift."""
    largest_shift_frac: Frac = 0.5
    """Share of the builders that arrive with the largest shift (assumed)."""
    road_share_frac: Frac = 0.5
    """Share of all trips to the gate that pass the narrowest element (assumed)."""
    people_per_car: Positive = 1.2
    arrival_window_min: NonNegative = 90.0
    background_pcu_per_h: NonNegative = 400.0
    """Passenger-car units of other traffic in the peak, same direction."""
    capacity_pcu_per_h: Positive = 900.0
    """Passenger-car units that the narrowest element lets through in an hour."""
    trucks_per_mw_built: NonNegative = 60.0
    trucks_hours_per_day: Positive = 10.0
    work_days_per_month: Positive = 22.0
    pcu_per_truck: Ratio = 2.0
    """Passenger-car equivalent of a truck."""


__all__ = ["AirSpec", "NoiseSpec", "ReceptorSpec", "TrafficSpec", "WaterSpec"]
