"""What cooling plant can do in the air of an hour: how much air its fans must move, what compressors draw, what it can carry.

Every function gives factors of one kind of plant by hour, so a load is an algebra over them (``power.kernels.load_hours``).
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.memoize import remembered
from gigacampus.foundation.psychrometrics import enthalpy_kj_per_kg, humidity_ratio, saturation_kpa
from gigacampus.foundation.units import KELVIN_OFFSET
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray

_LEAST_LIFT_K = 10.0
"""A compressor never works against less than this lift (oil return and valve limits)."""
_LEAST_COP = 1.5
_SEA_LEVEL_KPA = 101.325


def _saturated_enthalpy(temp_c: Array | float) -> Array:
    return enthalpy_kj_per_kg(temp_c, humidity_ratio(saturation_kpa(temp_c), _SEA_LEVEL_KPA))


def tower_air_frac(wet_bulb_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Air that a tower needs for its design heat, over its design air.

    Heat follows air times the enthalpy difference between air saturated at the mean water temperature and the entering
    air; the water is held at its set point and floats to wet bulb plus approach when that is warmer.
    Source: Merkel's driving force, with the mean water in place of the integral. Valid for: wet bulb -20..30 degC.

    >>> tower_air_frac(np.array([26.0, 10.0]), CoolingEntry(kind="evaporative_tower"), CoolingSpec()).round(2)
    array([1.  , 0.68])
    """
    water = entry.approach_k, rules.supply_water_c, rules.water_range_k
    return _driving_kj_per_kg(np.array(entry.design_wet_bulb_c), *water) / _driving_kj_per_kg(np.asarray(wet_bulb_c), *water)


@remembered
def _driving_kj_per_kg(wet_c: Array, approach_k: float, supply_c: float, range_k: float) -> Array:
    """Enthalpy of air saturated at the mean water temperature less that of the entering air; kept, since worlds share the air."""
    supply = np.maximum(supply_c, wet_c + approach_k)
    return np.asarray(_saturated_enthalpy(supply + 0.5 * range_k) - _saturated_enthalpy(wet_c))


def dry_air_frac(dry_bulb_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Air that a dry cooler needs for its design heat, over its design air.

    Sensible heat follows air times the difference of mean water and air. Source: energy balance of a dry coil at constant
    effectiveness. Valid for: -30..50 degC.

    >>> dry_air_frac(np.array([35.0, 10.0]), CoolingEntry(kind="dry_cooler", approach_k=8), CoolingSpec()).round(2)
    array([1.  , 0.59])
    """

    def driving(dry_c: Array | float) -> Array:
        supply = np.maximum(rules.supply_water_c, np.asarray(dry_c) + entry.approach_k)
        return supply + 0.5 * rules.water_range_k - dry_c

    return driving(entry.design_dry_bulb_c) / driving(dry_bulb_c)


def water_limit_frac(air_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Heat that a tower (wet bulb) or dry cooler (dry bulb) can carry over its design heat.

    Full while the water that it can make is no warmer than the racks take; beyond that the water's rise over the
    air is cut back to what is left. Source: energy balance. Valid for: any air.

    >>> water_limit_frac(np.array([30.0, 35.0, 45.0]), CoolingEntry(kind="dry_cooler", approach_k=8), CoolingSpec()).round(2)
    array([1.  , 1.  , 0.56])
    """
    room_k = rules.supply_water_max_c + rules.water_range_k - np.asarray(air_c)
    return np.clip(room_k / (entry.approach_k + rules.water_range_k), 0.0, 1.0)


def chiller_limit_frac(air_c: Array, design_c: float, entry: CoolingEntry) -> Array:
    """Heat that a chiller can carry over its design heat: falls in a straight line above the design air.

    Source: slope of the EnergyPlus electric-chiller capacity curve at its design point. Valid for: up to 15 K above design.

    >>> chiller_limit_frac(np.array([20.0, 40.0]), 35.0, CoolingEntry(kind="air_chiller"))
    array([1. , 0.9])
    """
    return np.clip(1.0 - entry.capacity_loss_frac_per_k * (np.asarray(air_c) - design_c), 0.0, 1.0)


def chiller_cop(air_c: Array, design_c: float, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Heat over electricity of a chiller that rejects to air (dry bulb) or to tower water (wet bulb).

    ``carnot_fraction``: the share of the ideal cycle that the design point shows, at every hour.
    ``linear``: 5 - 0.1 (T - 25 degC). Source: second law; SustainDC's default line. Valid for: 15-45 degC.

    >>> chiller_cop(np.array([35.0, 20.0]), 35.0, CoolingEntry(kind="air_chiller", approach_k=12), CoolingSpec()).round(2)
    array([4., 9.])
    """
    air = np.asarray(air_c, dtype=float)
    if entry.cop_model == "linear":
        return np.maximum(5.0 - 0.1 * (air - 25.0), _LEAST_COP)
    cold_k = rules.chilled_water_c + KELVIN_OFFSET
    lift_k = np.maximum(air + entry.approach_k - rules.chilled_water_c, _LEAST_LIFT_K)
    design_lift_k = max(design_c + entry.approach_k - rules.chilled_water_c, _LEAST_LIFT_K)
    share = entry.cop_design * design_lift_k / cold_k
    return np.maximum(share * cold_k / lift_k, _LEAST_COP)


def mechanical_frac(air_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Share of the heat that compressors must lift; the rest leaves through the economiser.

    Source: energy balance of a free-cooling coil in series with the chiller. Valid for: any air.

    >>> mechanical_frac(np.array([0.0, 13.0, 30.0]), CoolingEntry(kind="air_chiller", approach_k=12, economiser=True), CoolingSpec())
    array([0. , 0.5, 1. ])
    """
    if not entry.economiser:
        return np.ones_like(np.asarray(air_c, dtype=float))
    return np.clip((np.asarray(air_c) + entry.approach_k - rules.chilled_water_c) / rules.water_range_k, 0.0, 1.0)
