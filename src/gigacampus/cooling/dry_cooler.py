"""Dry coil on the liquid loop: its fans follow the difference between water and air."""

from __future__ import annotations

import numpy as np

from gigacampus.cooling.water_loop import water_limit_frac
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray


def factors(entry: CoolingEntry, rules: CoolingSpec, dry_bulb_c: Array, wet_bulb_c: Array) -> tuple[Array, Array, Array]:
    """Air for the fans, no compressor, heat that the hour's air lets through; (hour,) each."""
    return dry_air_frac(dry_bulb_c, entry, rules), np.zeros_like(wet_bulb_c), water_limit_frac(dry_bulb_c, entry, rules)


def dry_air_frac(dry_bulb_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Air that a dry cooler needs for its design heat, over its design air.

    Sensible heat follows air times the difference of mean water and air.

    Parameters
    ----------
    dry_bulb_c : array
        Dry bulb, degC.
    entry : CoolingEntry
        Library entry of the plant.
    rules : CoolingSpec
        Cooling rules of the campus.

    Returns
    -------
    array
        Air over design air, no unit, shape of ``dry_bulb_c``.

    Notes
    -----
    Valid for: -30..50 degC.

    References
    ----------
    DEF : energy balance of a dry coil at constant effectiveness.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> dry_air_frac(np.array([35.0, 10.0]), typical("cooling", kind="dry_cooler", approach_k=8), CoolingSpec()).round(2)
    array([1.  , 0.59])
    """

    def driving(dry_c: Array | float) -> Array:
        supply = np.maximum(rules.supply_water_c, np.asarray(dry_c) + entry.approach_k)
        return supply + 0.5 * rules.water_range_k - dry_c

    out: Array = driving(entry.design_dry_bulb_c) / driving(dry_bulb_c)
    return out
