"""How sure a modelled concentration is: the spread that the plume itself adds to that of its inputs."""

from __future__ import annotations

import math

SPREAD_OF_MEANS = 1.3
SPREAD_OF_HIGHEST_HOURS = 1.6
"""Geometric standard deviations. Source: field evaluations of plume models (Hanna et al. 2001, half of paired values
within a factor of two; long means within 30 %), assumed as one lognormal."""
NORMAL_90 = 1.2815515594457
DOWNWASH_FACTOR = 2.0
"""Top of the bracket for building wakes within about 500 m, which the plume does not know; a published case with a
building beside a 65 m stack is above it (see the air cases)."""
DOWNWASH_REACH_M = 500.0


def band_10_90(value: float, *, highest_hour: bool, distance_m: float) -> tuple[float, float]:
    """10 and 90 % ends of the band about a modelled increment, for the plume's own error and the wake bracket.

    >>> low, high = band_10_90(1.0, highest_hour=False, distance_m=1500.0)
    >>> round(low, 2), round(high, 2)
    (0.71, 1.4)
    >>> round(band_10_90(1.0, highest_hour=True, distance_m=300.0)[1], 2)
    3.65
    """
    factor = math.exp(NORMAL_90 * math.log(SPREAD_OF_HIGHEST_HOURS if highest_hour else SPREAD_OF_MEANS))
    wake = DOWNWASH_FACTOR if distance_m < DOWNWASH_REACH_M else 1.0
    return value / factor, value * factor * wake
