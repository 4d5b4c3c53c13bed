"""Moist air: saturation, humidity ratio, enthalpy and wet bulb."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET

RATIO_MOLAR_MASS = 0.621945
"""Water over dry air. Source: ASHRAE Fundamentals 2017, chapter 1."""
OVER_WATER = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 6.5459673)
OVER_ICE = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)


def saturation_pressure_kpa(temp_c: np.ndarray) -> np.ndarray:
    """Saturation pressure of water vapour over water, and over ice below 0 C.

    Parameters
    ----------
    temp_c : array
        Temperature, degC.

    Returns
    -------
    array
        Saturation pressure, kPa, shape of ``temp_c``.

    Notes
    -----
    Valid for: -100 to 200 C.

    References
    ----------
    HW83 : Hyland and Wexler 1983.

    Examples
    --------
    >>> round(float(saturation_pressure_kpa(np.array(20.0))), 4)
    2.3388
    """
    t = np.asarray(temp_c, dtype=float) + KELVIN_OFFSET
    a, b, c, d, e, f = OVER_WATER
    water = a / t + b + t * (c + t * (d + t * e)) + f * np.log(t)
    a, b, c, d, e, f, g = OVER_ICE
    ice = a / t + b + t * (c + t * (d + t * (e + t * f))) + g * np.log(t)
    return np.exp(np.where(t < KELVIN_OFFSET, ice, water)) / 1000.0


def saturated_humidity_ratio(temp_c: np.ndarray, pressure_kpa: np.ndarray) -> np.ndarray:
    """Mass of vapour over mass of dry air at saturation.

    Parameters
    ----------
    temp_c : array
        Temperature, degC.
    pressure_kpa : array
        Air pressure, kPa.

    Returns
    -------
    array
        Humidity ratio, kg/kg, shape of the arguments together.

    References
    ----------
    ASHRAE

    Examples
    --------
    >>> round(float(saturated_humidity_ratio(np.array(20.0), np.array(101.325))), 5)
    0.0147
    """
    vapour = saturation_pressure_kpa(temp_c)
    out: np.ndarray = RATIO_MOLAR_MASS * vapour / (pressure_kpa - vapour)
    return out


def humidity_ratio(dry_c: np.ndarray, wet_c: np.ndarray, pressure_kpa: np.ndarray) -> np.ndarray:
    """Humidity ratio from dry and wet bulb, by the adiabatic saturation balance.

    Parameters
    ----------
    dry_c : array
        Dry bulb, degC.
    wet_c : array
        Wet bulb, degC.
    pressure_kpa : array
        Air pressure, kPa.

    Returns
    -------
    array
        Humidity ratio, kg/kg, shape of the arguments together.

    Notes
    -----
    Valid for: -50 to 60 C.

    References
    ----------
    ASHRAE : ASHRAE Fundamentals 2017, chapter 1, equations 33 and 35.

    Examples
    --------
    >>> round(float(humidity_ratio(np.array(20.0), np.array(13.79), np.array(101.325))), 4)
    0.0073
    """
    at_wet = saturated_humidity_ratio(wet_c, pressure_kpa)
    above = ((2501.0 - 2.326 * wet_c) * at_wet - 1.006 * (dry_c - wet_c)) / (2501.0 + 1.86 * dry_c - 4.186 * wet_c)
    below = ((2830.0 - 0.24 * wet_c) * at_wet - 1.006 * (dry_c - wet_c)) / (2830.0 + 1.86 * dry_c - 2.1 * wet_c)
    out: np.ndarray = np.maximum(np.where(np.asarray(wet_c) >= 0.0, above, below), 0.0)
    return out


def enthalpy_kj_kg(dry_c: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Enthalpy of moist air above 0 C dry air and liquid water, kJ/kg dry air.

    Parameters
    ----------
    dry_c : array
        Dry bulb, degC.
    ratio : array
        Mass of vapour over mass of dry air, kg/kg.

    Returns
    -------
    array
        Enthalpy, kJ/kg of dry air, shape of the arguments together.

    References
    ----------
    ASHRAE

    Examples
    --------
    >>> round(float(enthalpy_kj_kg(np.array(20.0), np.array(0.0073))), 1)
    38.6
    """
    return 1.006 * dry_c + ratio * (2501.0 + 1.86 * dry_c)


def wet_bulb_c(dry_c: np.ndarray, relative_humidity: np.ndarray, pressure_kpa: np.ndarray) -> np.ndarray:
    """Wet bulb by bisection on the adiabatic saturation balance; relative humidity is a fraction.

    Parameters
    ----------
    dry_c : array
        Dry bulb, degC.
    relative_humidity : array
        Relative humidity, 0 to 1.
    pressure_kpa : array
        Air pressure, kPa.

    Returns
    -------
    array
        Wet bulb, degC, shape of the arguments together.

    References
    ----------
    ASHRAE

    Examples
    --------
    >>> round(float(wet_bulb_c(np.array(20.0), np.array(0.5), np.array(101.325))), 2)
    13.78
    """
    vapour = relative_humidity * saturation_pressure_kpa(dry_c)
    target = RATIO_MOLAR_MASS * vapour / (pressure_kpa - vapour)
    low, high = np.asarray(dry_c, dtype=float) - 60.0, np.array(dry_c, dtype=float)
    for _ in range(50):
        middle = 0.5 * (low + high)
        over = humidity_ratio(dry_c, middle, pressure_kpa) > target
        high, low = np.where(over, middle, high), np.where(over, low, middle)
    out: np.ndarray = 0.5 * (low + high)
    return out


def stull_wet_bulb_c(dry_c: np.ndarray, relative_humidity: np.ndarray) -> np.ndarray:
    """Wet bulb by a one-line fit, for screening; relative humidity is a fraction.

    Parameters
    ----------
    dry_c : array
        Dry bulb, degC.
    relative_humidity : array
        Relative humidity, 0 to 1.

    Returns
    -------
    array
        Wet bulb, degC, shape of the arguments together.

    Notes
    -----
    Valid for: 10 to 99 % at sea level, 5 to 40 C, within 1 K of the full solve.

    References
    ----------
    STULL11 : Stull 2011.

    Examples
    --------
    >>> round(float(stull_wet_bulb_c(np.array(20.0), np.array(0.5))), 1)
    13.7
    """
    rh = 100.0 * relative_humidity
    return (
        dry_c * np.arctan(0.151977 * np.sqrt(rh + 8.313659))
        + np.arctan(dry_c + rh)
        - np.arctan(rh - 1.676331)
        + 0.00391838 * rh**1.5 * np.arctan(0.023101 * rh)
        - 4.686035
    )
