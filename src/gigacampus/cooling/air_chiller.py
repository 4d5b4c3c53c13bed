"""Chiller that rejects to the air."""

from __future__ import annotations

import numpy as np

from gigacampus.cooling.compression import chiller_factors
from gigacampus.schema.cooling import CoolingEntry, CoolingSpec

Array = np.ndarray


def factors(entry: CoolingEntry, rules: CoolingSpec, dry_bulb_c: Array, wet_bulb_c: Array) -> tuple[Array, Array, Array]:
    """Fans at design, compressor electricity over heat, heat that the hour's air lets through; (hour,) each."""
    del wet_bulb_c
    return chiller_factors(dry_bulb_c, entry.design_dry_bulb_c, entry, rules)
