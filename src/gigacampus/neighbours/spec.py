"""Inputs of the neighbours: receptors, and the rules of noise, air, water and traffic at one campus."""

from __future__ import annotations

from typing import Literal

from gigacampus.scenario.quantity import (
    DBA,
    Count,
    Frac,
    Latitude,
    Longitude,
    Metres,
    NonNegative,
    Ratio,
    Spec,
)


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


class NoiseSpec(Spec):
    """Rules of noise."""

    ground_g: Frac = 0.5
    background_night_dba: DBA = 35.0
    limit_night_dba: DBA | None = None
    source_sigma_db: NonNegative = 5.0


class AirSpec(Spec):
    """Rules of air quality."""

    land_use: Literal["rural", "urban"] = "rural"
    in_stack_no2_frac: Frac = 0.2
    background_no2_ugm3: NonNegative = 15.0
    background_pm25_ugm3: NonNegative = 8.5


class WaterSpec(Spec):
    """Water supply."""

    price_usd_per_m3: NonNegative = 0.5
    utility_m3_per_day: NonNegative = 0.0
    """Pumping of the utility, for the share; 0: unknown, no share is given."""
    recycled_share_frac: Frac = 0.0


class TrafficSpec(Spec):
    """Trips to the gate."""

    construction_workers_per_mw_year: NonNegative = 4.0
    permanent_workers_per_mw: NonNegative = 0.5
    people_per_car: Ratio = 1.2
    arrival_window_min: NonNegative = 90.0
    background_pcu_per_h: NonNegative = 400.0
    capacity_pcu_per_h: NonNegative = 900.0
    trucks_per_mw_built: NonNegative = 60.0
