"""Vapour compression: what chillers draw and can carry, whatever they reject to."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray

_LEAST_LIFT_K = 10.0
"""A compressor never works against less than this lift (oil return and valve limits)."""
_LEAST_COP = 1.5


def chiller_factors(air_c: Array, design_c: float, entry: CoolingEntry, rules: CoolingSpec) -> tuple[Array, Array, Array]:
    """Fans at design, compressor electricity over heat, heat that the air that it rejects to lets through; (hour,) each.

    Parameters
    ----------
    air_c : array
        Air that the plant rejects to, degC.
    design_c : float
        Air at the design point, degC.
    entry : CoolingEntry
        Library entry of the plant.
    rules : CoolingSpec
        Cooling rules of the campus.

    Returns
    -------
    tuple[Array, Array, Array]
        Fans over design, compressor electricity over heat, and heat that the air lets through over design heat; no unit,
        shape of ``air_c`` each.

    References
    ----------
    PW13

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> entry = typical("cooling", kind="air_chiller", approach_k=12)
    >>> [part.round(2).tolist() for part in chiller_factors(np.array([35.0, 40.0]), 35.0, entry, CoolingSpec())]
    [[1.0, 1.0], [0.21, 0.25], [1.0, 0.9]]
    """
    lifted = mechanical_frac(air_c, entry, rules) / chiller_cop(air_c, design_c, entry, rules)
    return np.ones_like(air_c), lifted, chiller_limit_frac(air_c, design_c, entry)


def chiller_limit_frac(air_c: Array, design_c: float, entry: CoolingEntry) -> Array:
    """Heat that a chiller can carry over its design heat: falls in a straight line above the design air.

    Parameters
    ----------
    air_c : array
        Air that the plant rejects to, degC.
    design_c : float
        Air at the design point, degC.
    entry : CoolingEntry
        Library entry of the plant.

    Returns
    -------
    array
        Heat over design heat, 0 to 1, shape of ``air_c``.

    Notes
    -----
    Valid for: up to 15 K above design.

    References
    ----------
    PW13 : slope of the EnergyPlus electric-chiller capacity curve at its design point.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> chiller_limit_frac(np.array([20.0, 40.0]), 35.0, typical("cooling", kind="air_chiller"))
    array([1. , 0.9])
    """
    return np.clip(1.0 - entry.capacity_loss_frac_per_k * (np.asarray(air_c) - design_c), 0.0, 1.0)


def chiller_cop(air_c: Array, design_c: float, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Heat over electricity of a chiller that rejects to air (dry bulb) or to tower water (wet bulb).

    ``carnot_fraction``: the share of the ideal cycle that the design point shows, at every hour. ``linear``: 5 - 0.1 (T -
    25 degC).

    Parameters
    ----------
    air_c : array
        Air that the plant rejects to, degC.
    design_c : float
        Air at the design point, degC.
    entry : CoolingEntry
        Library entry of the plant.
    rules : CoolingSpec
        Cooling rules of the campus.

    Returns
    -------
    array
        Heat over electricity, no unit, shape of ``air_c``.

    Notes
    -----
    Valid for: 15-45 degC.

    References
    ----------
    PW13 : second law; SustainDC's default line.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> chiller_cop(np.array([35.0, 20.0]), 35.0, typical("cooling", kind="air_chiller", approach_k=12), CoolingSpec()).round(2)
    array([ 4.7 , 10.58])
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

    Parameters
    ----------
    air_c : array
        Air that the plant rejects to, degC.
    entry : CoolingEntry
        Library entry of the plant.
    rules : CoolingSpec
        Cooling rules of the campus.

    Returns
    -------
    array
        Share of the heat, 0 to 1, shape of ``air_c``.

    Notes
    -----
    Valid for: any air.

    References
    ----------
    DEF : energy balance of a free-cooling coil in series with the chiller.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> mechanical_frac(np.array([0.0, 13.0, 30.0]), typical("cooling", kind="air_chiller", approach_k=12, economiser=True), CoolingSpec())
    array([0. , 0.5, 1. ])
    """
    if not entry.economiser:
        return np.ones_like(np.asarray(air_c, dtype=float))
    return np.clip((np.asarray(air_c) + entry.approach_k - rules.chilled_water_c) / rules.water_range_k, 0.0, 1.0)
