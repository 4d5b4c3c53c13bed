"""Compiled pair loop of the comparison plume. Twin: ``isc.concentration_ugm3_per_g_s``."""

from __future__ import annotations

import math

import numpy as np

from gigacampus.foundation.compiled import njit

FAR_SIGMAS = 40.0
"""Exponents beyond this are zero to 17 digits."""


@njit(cache=True, fastmath=False)
def _images(plume_m, sz, mixing_m):
    total = math.exp(-0.5 * (plume_m / sz) ** 2)
    for image in range(1, 5):
        below = 0.5 * ((2.0 * image * mixing_m - plume_m) / sz) ** 2
        if below > FAR_SIGMAS:
            break
        total += math.exp(-below) + math.exp(-0.5 * ((2.0 * image * mixing_m + plume_m) / sz) ** 2)
    return total


@njit(cache=True, fastmath=False)
def _vertical(plume_m, sz, mixing_m, lidded):
    if not lidded:
        return math.exp(-0.5 * (plume_m / sz) ** 2)
    if plume_m > mixing_m:
        return 0.0
    if sz >= 1.6 * mixing_m:
        return math.sqrt(math.pi / 2.0) * sz / mixing_m
    return _images(plume_m, sz, mixing_m)


@njit(cache=True, fastmath=False)
def isc_unit_rate(east_m, north_m, sin_to, cos_to, wind_m_s, cls, mixing_m, plume_m, rise_m, spread):
    """Concentration of 1 g/s, shape (receptor, hour), ug/m3; ``spread`` is one table of ``isc.SPREAD``."""
    out = np.zeros((east_m.size, wind_m_s.size))
    for h in range(wind_m_s.size):
        a, b, c, d, e = spread[cls[h] - 1]
        buoyant = (rise_m[h] / 3.5) ** 2
        for r in range(east_m.size):
            x = east_m[r] * sin_to[h] + north_m[r] * cos_to[h]
            if x <= 1.0:
                continue
            sy2 = (a * x) ** 2 / (1.0 + b * x) + buoyant
            y = east_m[r] * cos_to[h] - north_m[r] * sin_to[h]
            side = 0.5 * y * y / sy2
            if side > FAR_SIGMAS:
                continue
            sz = math.sqrt((c * x * (1.0 + d * x) ** e) ** 2 + buoyant)
            vertical = _vertical(plume_m[h], sz, mixing_m[h], cls[h] <= 4)
            out[r, h] = 1.0e6 / (math.pi * wind_m_s[h] * math.sqrt(sy2) * sz) * math.exp(-side) * vertical
    return out
