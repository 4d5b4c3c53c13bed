"""Compiled wet bulb of many hours; the twin of ``psychrometrics.wet_bulb_c``."""

from __future__ import annotations

import math

import numpy as np

from gigacampus.foundation.compiled import INNER, njit


@njit(**INNER)
def _saturation_kpa(temp_c):
    kelvin = temp_c + 273.15
    if kelvin >= 273.15:
        return 0.001 * math.exp(
            -5.8002206e3 / kelvin
            + 1.3914993
            - 4.8640239e-2 * kelvin
            + 4.1764768e-5 * kelvin**2
            - 1.4452093e-8 * kelvin**3
            + 6.5459673 * math.log(kelvin)
        )
    return 0.001 * math.exp(
        -5.6745359e3 / kelvin
        + 6.3925247
        - 9.677843e-3 * kelvin
        + 6.2215701e-7 * kelvin**2
        + 2.0747825e-9 * kelvin**3
        - 9.484024e-13 * kelvin**4
        + 4.1635019 * math.log(kelvin)
    )


@njit(**INNER)
def _balance(temp_c, wet_c, pressure_kpa, wanted):
    """Error of the wetted bulb's energy balance at ``wet_c``, and its slope."""
    vapour = _saturation_kpa(wet_c)
    saturated = 0.621945 * vapour / (pressure_kpa - vapour)
    rise = 5400.0 if wet_c >= 0.0 else 6130.0
    slope_saturated = saturated * pressure_kpa / (pressure_kpa - vapour) * rise / (wet_c + 273.15) ** 2
    if wet_c >= 0.0:
        latent, below = 2501.0 - 2.326 * wet_c, 2501.0 + 1.86 * temp_c - 4.186 * wet_c
    else:
        latent, below = 2830.0 - 0.24 * wet_c, 2830.0 + 1.86 * temp_c - 2.1 * wet_c
    error = (latent * saturated - 1.006 * (temp_c - wet_c)) / below - wanted
    return error, (latent * slope_saturated + 1.006) / below


@njit(cache=True, nogil=True)
def wet_bulb_hours(temp_c, rh_frac, pressure_kpa, first_guess_c, tolerance_k):
    """Thermodynamic wet bulb of each hour; see ``psychrometrics.wet_bulb_c``."""
    out = np.empty(temp_c.size)
    for h in range(temp_c.size):
        vapour = rh_frac[h] * _saturation_kpa(temp_c[h])
        wanted = 0.621945 * vapour / (pressure_kpa[h] - vapour)
        low, high = temp_c[h] - 60.0, temp_c[h] + 1e-9
        wet = min(max(first_guess_c[h], low), high)
        for _ in range(60):
            error, slope = _balance(temp_c[h], wet, pressure_kpa[h], wanted)
            if error < 0.0:
                low = wet
            else:
                high = wet
            step = wet - error / slope
            if step <= low or step >= high:
                step = 0.5 * (low + high)
            moved = abs(step - wet)
            wet = step
            if moved < tolerance_k:
                break
        out[h] = wet
    return out
