"""Wet tower on the liquid loop: its fans follow the enthalpy of the air, and its heat leaves by evaporation."""

from __future__ import annotations

import numpy as np

from gigacampus.cooling.water_loop import water_limit_frac
from gigacampus.foundation.memoize import remembered
from gigacampus.foundation.psychrometrics import enthalpy_kj_per_kg, humidity_ratio, saturation_kpa
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray

_SEA_LEVEL_KPA = 101.325


def factors(entry: CoolingEntry, rules: CoolingSpec, dry_bulb_c: Array, wet_bulb_c: Array) -> tuple[Array, Array, Array]:
    """Air for the fans, no compressor, heat that the hour's air lets through; (hour,) each."""
    return tower_air_frac(wet_bulb_c, entry, rules), np.zeros_like(dry_bulb_c), water_limit_frac(wet_bulb_c, entry, rules)


def tower_air_frac(wet_bulb_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Air that a tower needs for its design heat, over its design air.

    Heat follows air times the enthalpy difference between air saturated at the mean water temperature and the entering
    air; the water is held at its set point and floats to wet bulb plus approach when that is warmer.

    Parameters
    ----------
    wet_bulb_c : array
        Wet bulb, degC.
    entry : CoolingEntry
        Library entry of the plant.
    rules : CoolingSpec
        Cooling rules of the campus.

    Returns
    -------
    array
        Air over design air, no unit, shape of ``wet_bulb_c``.

    Notes
    -----
    Valid for: wet bulb -20..30 degC.

    References
    ----------
    MERKEL : Merkel's driving force, with the mean water in place of the integral.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> tower_air_frac(np.array([26.0, 10.0]), typical("cooling", kind="evaporative_tower"), CoolingSpec()).round(2)
    array([1. , 0.6])
    """
    water = entry.approach_k, rules.supply_water_c, rules.water_range_k
    out: Array = _driving_kj_per_kg(np.array(entry.design_wet_bulb_c), *water) / _driving_kj_per_kg(np.asarray(wet_bulb_c), *water)
    return out


@remembered
def _driving_kj_per_kg(wet_c: Array, approach_k: float, supply_c: float, range_k: float) -> Array:
    """Enthalpy of air saturated at the mean water temperature less that of the entering air; kept, since worlds share the air."""
    supply = np.maximum(supply_c, wet_c + approach_k)
    return np.asarray(_saturated_enthalpy(supply + 0.5 * range_k) - _saturated_enthalpy(wet_c))


def _saturated_enthalpy(temp_c: Array | float) -> Array:
    return enthalpy_kj_per_kg(temp_c, humidity_ratio(saturation_kpa(temp_c), _SEA_LEVEL_KPA))
