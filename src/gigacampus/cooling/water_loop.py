"""What limits plant that cools a water loop in the air of an hour."""

from __future__ import annotations

import numpy as np

from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray


def water_limit_frac(air_c: Array, entry: CoolingEntry, rules: CoolingSpec) -> Array:
    """Heat that a tower (wet bulb) or dry cooler (dry bulb) can carry over its design heat.

    Full while the water that it can make is no warmer than the racks take; beyond that the water's rise over the air is
    cut back to what is left.

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
        Heat over design heat, 0 to 1, shape of ``air_c``.

    Notes
    -----
    Valid for: any air.

    References
    ----------
    DEF : energy balance.

    Examples
    --------
    >>> from gigacampus.scenario.class_rows import typical
    >>> water_limit_frac(np.array([30.0, 35.0, 45.0]), typical("cooling", kind="dry_cooler", approach_k=8), CoolingSpec()).round(2)
    array([1.  , 1.  , 0.56])
    """
    room_k = rules.supply_water_max_c + rules.water_range_k - np.asarray(air_c)
    return np.clip(room_k / (entry.approach_k + rules.water_range_k), 0.0, 1.0)
