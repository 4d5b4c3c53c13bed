"""Moist air: saturation pressure, humidity ratio, dew point, enthalpy and two wet bulbs (a published fit and a full solve)."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET

Array = np.ndarray

_WATER_OVER_AIR = 0.621945
"""Ratio of the molar masses of water and dry air."""


def saturation_kpa(temp_c: Array | float) -> Array:
    """Saturation pressure of water vapour over water (over ice below 0 degC), in kPa.

    Parameters
    ----------
    temp_c : float or array
        Temperature, degC.

    Returns
    -------
    array
        Saturation pressure, kPa, shape of ``temp_c``.

    Notes
    -----
    Valid for: -100..200 degC.

    References
    ----------
    HW83, ASHRAE : Hyland and Wexler (1983), as adopted by the ASHRAE Handbook of Fundamentals.

    Examples
    --------
    >>> round(float(saturation_kpa(20.0)), 4)
    2.3388
    """
    kelvin = np.asarray(temp_c, dtype=float) + KELVIN_OFFSET
    water = (
        -5.8002206e3 / kelvin
        + 1.3914993
        - 4.8640239e-2 * kelvin
        + 4.1764768e-5 * kelvin**2
        - 1.4452093e-8 * kelvin**3
        + 6.5459673 * np.log(kelvin)
    )
    if np.all(kelvin >= KELVIN_OFFSET):
        return np.exp(water) / 1000.0
    ice = (
        -5.6745359e3 / kelvin
        + 6.3925247
        - 9.677843e-3 * kelvin
        + 6.2215701e-7 * kelvin**2
        + 2.0747825e-9 * kelvin**3
        - 9.484024e-13 * kelvin**4
        + 4.1635019 * np.log(kelvin)
    )
    return np.exp(np.where(kelvin >= KELVIN_OFFSET, water, ice)) / 1000.0


def standard_pressure_frac(rise_m: float) -> float:
    """Pressure of the standard atmosphere over that ``rise_m`` lower.

    Parameters
    ----------
    rise_m : float
        Height above the level compared with, m.

    Returns
    -------
    float
        Pressure over that of the lower level, 0..1 (above 1 below it).

    Notes
    -----
    Valid for: below 11 km.

    References
    ----------
    ISO2533 : standard atmosphere, troposphere with a lapse rate of 6.5 K a km.

    Examples
    --------
    >>> round(standard_pressure_frac(1000.0), 4)
    0.887
    """
    return float((1.0 - 0.0065 * rise_m / 288.15) ** 5.2559)


def humidity_ratio(vapour_kpa: Array | float, pressure_kpa: Array | float) -> Array:
    """Mass of water over mass of dry air.

    Parameters
    ----------
    vapour_kpa : float or array
        Partial pressure of the vapour, kPa.
    pressure_kpa : float or array
        Air pressure, kPa.

    Returns
    -------
    array
        Humidity ratio, kg/kg, shape of the arguments together.

    Notes
    -----
    Valid for: vapour pressure below the total.

    References
    ----------
    ASHRAE : ideal mixture of gases.

    Examples
    --------
    >>> round(float(humidity_ratio(0.5 * saturation_kpa(20.0), 101.325)), 4)
    0.0073
    """
    return _WATER_OVER_AIR * np.asarray(vapour_kpa) / (np.asarray(pressure_kpa) - vapour_kpa)


def enthalpy_kj_per_kg(temp_c: Array | float, ratio: Array | float) -> Array:
    """Enthalpy of moist air for each kg of dry air.

    Parameters
    ----------
    temp_c : float or array
        Temperature, degC.
    ratio : float or array
        Mass of vapour over mass of dry air, kg/kg.

    Returns
    -------
    array
        Enthalpy, kJ/kg of dry air, shape of the arguments together.

    Notes
    -----
    Valid for: -50..100 degC.

    References
    ----------
    ASHRAE : ASHRAE Fundamentals.

    Examples
    --------
    >>> round(float(enthalpy_kj_per_kg(20.0, 0.0073)), 1)
    38.6
    """
    return 1.006 * np.asarray(temp_c) + np.asarray(ratio) * (2501.0 + 1.86 * np.asarray(temp_c))


def dew_point_c(temp_c: Array, rh_frac: Array) -> Array:
    """Dew point from dry bulb and relative humidity.

    Parameters
    ----------
    temp_c : array
        Temperature, degC.
    rh_frac : array
        Relative humidity, 0 to 1.

    Returns
    -------
    array
        Dew point, degC, shape of the arguments together.

    Notes
    -----
    Valid for: -40..50 degC, within 0.4 K.

    References
    ----------
    AE96 : inverse of the Magnus formula (Alduchov and Eskridge 1996).

    Examples
    --------
    >>> round(float(dew_point_c(20.0, 0.5)), 1)
    9.3
    """
    gamma = np.log(np.clip(rh_frac, 1e-3, 1.0)) + 17.625 * np.asarray(temp_c) / (243.04 + np.asarray(temp_c))
    out: Array = 243.04 * gamma / (17.625 - gamma)
    return out


def wet_bulb_stull_c(temp_c: Array | float, rh_frac: Array | float) -> Array:
    """Wet bulb by a fit at sea level.

    Parameters
    ----------
    temp_c : float or array
        Temperature, degC.
    rh_frac : float or array
        Relative humidity, 0 to 1.

    Returns
    -------
    array
        Wet bulb, degC, shape of the arguments together.

    Notes
    -----
    Valid for: 5-99 % RH, -20..50 degC, error below 1 K.

    References
    ----------
    STULL11 : Stull (2011), J. Appl. Meteor. Climatol. 50, 2267.

    Examples
    --------
    >>> round(float(wet_bulb_stull_c(20.0, 0.5)), 1)
    13.7
    """
    temp = np.asarray(temp_c, dtype=float)
    rh_pct = 100.0 * np.asarray(rh_frac)
    return (
        temp * np.arctan(0.151977 * np.sqrt(rh_pct + 8.313659))
        + np.arctan(temp + rh_pct)
        - np.arctan(rh_pct - 1.676331)
        + 0.00391838 * rh_pct**1.5 * np.arctan(0.023101 * rh_pct)
        - 4.686035
    )


def humidity_ratio_at_wet_bulb(temp_c: Array | float, wet_c: Array | float, pressure_kpa: Array | float) -> Array:
    """Humidity ratio of air from its dry and wet bulb, by the energy balance of the wetted bulb (over ice below 0 degC).

    Parameters
    ----------
    temp_c : float or array
        Dry bulb, degC.
    wet_c : float or array
        Wet bulb, degC; negative results say that no air has so low a wet bulb at this dry bulb.
    pressure_kpa : float or array
        Air pressure, kPa.

    Returns
    -------
    array
        Humidity ratio, kg/kg, shape of the arguments together.

    Notes
    -----
    Valid for: -50..60 degC.

    References
    ----------
    ASHRAE : ASHRAE Fundamentals 2017, chapter 1, equations 33 and 35.

    Examples
    --------
    >>> round(float(humidity_ratio_at_wet_bulb(20.0, 13.79, 101.325)), 4)
    0.0073
    """
    temp, wet = np.asarray(temp_c, dtype=float), np.asarray(wet_c, dtype=float)
    saturated = humidity_ratio(saturation_kpa(wet), pressure_kpa)
    over_water = ((2501.0 - 2.326 * wet) * saturated - 1.006 * (temp - wet)) / (2501.0 + 1.86 * temp - 4.186 * wet)
    over_ice = ((2830.0 - 0.24 * wet) * saturated - 1.006 * (temp - wet)) / (2830.0 + 1.86 * temp - 2.1 * wet)
    out: Array = np.where(wet >= 0.0, over_water, over_ice)
    return out


def wet_bulb_c(temp_c: Array, rh_frac: Array, pressure_kpa: Array, *, tolerance_k: float = 1e-3) -> Array:
    """Thermodynamic wet bulb by a full solve of the energy balance at the hour's own pressure.

    Newton steps from the published fit, kept between dew point and dry bulb; the balance is smooth but for a small step
    at freezing, where the bracket decides.

    Parameters
    ----------
    temp_c : array
        Temperature, degC.
    rh_frac : array
        Relative humidity, 0 to 1.
    pressure_kpa : array
        Air pressure, kPa.
    tolerance_k : float, optional
        Accuracy of the solve, K.

    Returns
    -------
    array
        Wet bulb, degC, shape of the arguments together.

    Notes
    -----
    Valid for: -40..55 degC, 60-110 kPa.

    References
    ----------
    ASHRAE : ASHRAE Fundamentals, adiabatic saturation.

    Examples
    --------
    >>> round(float(wet_bulb_c(np.array([20.0]), np.array([0.5]), np.array([101.325]))[0]), 1)
    13.8
    """
    temp = np.asarray(temp_c, dtype=float)
    wanted = humidity_ratio(np.asarray(rh_frac) * saturation_kpa(temp), pressure_kpa)
    low, high = dew_point_c(temp, rh_frac) - 1.0, temp.copy()
    wet = np.clip(wet_bulb_stull_c(temp, rh_frac), low, high)
    for _ in range(40):
        error = humidity_ratio_at_wet_bulb(temp, wet, pressure_kpa) - wanted
        slope = (humidity_ratio_at_wet_bulb(temp, wet + 0.01, pressure_kpa) - wanted - error) / 0.01
        low, high = np.where(error < 0.0, wet, low), np.where(error < 0.0, high, wet)
        step = wet - error / slope
        step = np.where((step <= low) | (step >= high), 0.5 * (low + high), step)
        moved, wet = np.max(np.abs(step - wet)), step
        if moved < tolerance_k:
            break
    out: Array = wet
    return out
