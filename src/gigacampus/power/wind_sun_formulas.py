"""Published formulas of wind turbines and photovoltaic modules by the hour."""

from __future__ import annotations

import numpy as np

Array = np.ndarray
STANDARD_W_M2, STANDARD_C = 1000.0, 25.0
"""Irradiance and temperature at which modules are rated."""
FAIMAN_U0, FAIMAN_U1 = 25.0, 6.84
"""W/m2/K and W/m2/K per m/s: heat that open modules give to the air."""
GROUND_ALBEDO = 0.2
SOLAR_CONSTANT_W_M2 = 1367.0
LOWEST_SUN_DEG = 3.0
"""Below this the beam on a plane is not worked out: an hour's mean says too little of it."""
GAUGE_M = 10.0
"""Height of the weather station's wind."""


def diffuse_w_m2(ghi_w_m2: Array, elevation_deg: Array) -> Array:
    """Diffuse part of global horizontal irradiance by the clearness of the sky.

    Parameters
    ----------
    ghi_w_m2 : array
        Global horizontal irradiance, W/m2.
    elevation_deg : array
        Elevation of the sun, deg.

    Returns
    -------
    array
        Diffuse horizontal irradiance, W/m2, shape (hour,).

    Notes
    -----
    Valid for: hourly means; the distance of the sun is taken as its mean.

    References
    ----------
    ERBS82 : diffuse share by clearness.

    Examples
    --------
    >>> diffuse_w_m2(np.array([100.0, 500.0, 700.0]), np.array([45.0, 45.0, 45.0])).round(0).tolist()
    [99.0, 311.0, 147.0]
    """
    above = SOLAR_CONSTANT_W_M2 * np.sin(np.deg2rad(np.maximum(elevation_deg, LOWEST_SUN_DEG)))
    clear = np.clip(ghi_w_m2 / above, 0.0, 1.0)
    middle = 0.9511 - 0.1604 * clear + 4.388 * clear**2 - 16.638 * clear**3 + 12.336 * clear**4
    share = np.where(clear <= 0.22, 1.0 - 0.09 * clear, np.where(clear <= 0.8, middle, 0.165))
    out: Array = np.where(elevation_deg > LOWEST_SUN_DEG, share, 1.0) * ghi_w_m2
    return out


def plane_w_m2(
    ghi_w_m2: Array, dni_w_m2: Array, dhi_w_m2: Array, *, elevation_deg: Array, azimuth_deg: Array, tilt_deg: Array, facing_deg: Array
) -> Array:
    """Irradiance on a tilted plane from beam, an isotropic sky and the ground.

    Parameters
    ----------
    ghi_w_m2 : array
        Global horizontal irradiance by hour, W/m2.
    dni_w_m2 : array
        Direct normal irradiance by hour, W/m2.
    dhi_w_m2 : array
        Diffuse horizontal irradiance by hour, W/m2.
    elevation_deg : array
        Elevation of the sun by hour, deg.
    azimuth_deg : array
        Azimuth of the sun from north by east, deg.
    tilt_deg : array
        Tilt of the plane from the horizontal by hour, deg.
    facing_deg : array
        Azimuth of its normal from north by east, deg.

    Returns
    -------
    array
        Irradiance, W/m2, shape (hour,).

    Notes
    -----
    Valid for: hourly means; ground of albedo 0.2; no shading.

    References
    ----------
    LIU63 : isotropic sky and ground.

    Examples
    --------
    >>> one = lambda x: np.array([x])
    >>> sun = dict(elevation_deg=one(45.0), azimuth_deg=one(180.0), tilt_deg=one(45.0), facing_deg=one(180.0))
    >>> plane_w_m2(one(700.0), one(800.0), one(100.0), **sun).round(1).tolist()
    [905.9]
    """
    height, tilt, away = np.deg2rad(elevation_deg), np.deg2rad(tilt_deg), np.deg2rad(azimuth_deg - facing_deg)
    incidence = np.sin(height) * np.cos(tilt) + np.cos(height) * np.sin(tilt) * np.cos(away)
    beam = np.where(elevation_deg > LOWEST_SUN_DEG, dni_w_m2 * np.maximum(incidence, 0.0), 0.0)
    out: Array = beam + dhi_w_m2 * 0.5 * (1.0 + np.cos(tilt)) + GROUND_ALBEDO * ghi_w_m2 * 0.5 * (1.0 - np.cos(tilt))
    return out


def module_temperature_c(dry_bulb_c: Array, plane_w_m2: Array, wind_m_s: Array) -> Array:
    """Temperature of open photovoltaic modules.

    Parameters
    ----------
    dry_bulb_c : array
        Dry bulb of the air, degC.
    plane_w_m2 : array
        Irradiance on the modules, W/m2.
    wind_m_s : array
        Wind, m/s.

    Returns
    -------
    array
        Temperature, degC, shape (hour,).

    Notes
    -----
    Valid for: open racks, hourly means.

    References
    ----------
    FAIMAN08 : 25 and 6.84 W/m2/K.

    Examples
    --------
    >>> module_temperature_c(np.array([30.0]), np.array([900.0]), np.array([2.0])).round(1).tolist()
    [53.3]
    """
    out: Array = dry_bulb_c + plane_w_m2 / (FAIMAN_U0 + FAIMAN_U1 * wind_m_s)
    return out


def module_power_frac(plane_w_m2: Array, module_c: Array, power_loss_frac_per_k: float) -> Array:
    """Power of photovoltaic modules over that at 1,000 W/m2 and 25 degC.

    Parameters
    ----------
    plane_w_m2 : array
        Irradiance on the modules, W/m2.
    module_c : array
        Temperature of the modules, degC.
    power_loss_frac_per_k : float
        Share of the power lost for each kelvin above 25 degC, 1/K.

    Returns
    -------
    array
        Power over rated power, 1, shape (hour,).

    Notes
    -----
    Valid for: above 125 W/m2; below, modules give a little less.

    References
    ----------
    PVWATTS5 : module model.

    Examples
    --------
    >>> module_power_frac(np.array([900.0]), np.array([53.3]), 0.0035).round(4).tolist()
    [0.8109]
    """
    out: Array = np.maximum(plane_w_m2 / STANDARD_W_M2 * (1.0 - power_loss_frac_per_k * (module_c - STANDARD_C)), 0.0)
    return out


def wind_at_hub_m_s(wind_10m_m_s: Array, hub_m: float, *, shear_exponent: float) -> Array:
    """Wind at the height of a hub by the power law.

    Parameters
    ----------
    wind_10m_m_s : array
        Wind at 10 m, m/s.
    hub_m : float
        Height of the hub, m.
    shear_exponent : float
        Exponent of the law, 1.

    Returns
    -------
    array
        Wind, m/s, shape (hour,).

    Notes
    -----
    Valid for: flat land, means over a year; by night wind grows faster with height than this says.

    References
    ----------
    JUSTUS76 : power law.

    Examples
    --------
    >>> wind_at_hub_m_s(np.array([5.0]), 100.0, shear_exponent=1 / 7).round(3).tolist()
    [6.947]
    """
    out: Array = wind_10m_m_s * (hub_m / GAUGE_M) ** shear_exponent
    return out


def wind_power_frac(wind_m_s: Array, cut_in_m_s: float, rated_m_s: float, cut_out_m_s: float) -> Array:
    """Power of wind turbines over rated power: the cube of the wind between cut-in and rated speed.

    Parameters
    ----------
    wind_m_s : array
        Wind at the hub scaled to standard density by its cube root, m/s.
    cut_in_m_s : float
        Speed from which a turbine gives power, m/s.
    rated_m_s : float
        Speed from which it gives its rated power, m/s.
    cut_out_m_s : float
        Speed from which it stands still, m/s.

    Returns
    -------
    array
        Power over rated power, 1, shape (hour,).

    Notes
    -----
    Valid for: pitch-controlled machines, hourly means.

    References
    ----------
    JUSTUS76 : output between cut-in and rated speed.
    IEC61400 : density.

    Examples
    --------
    >>> wind_power_frac(np.array([2.0, 8.0, 12.0, 26.0]), 3.0, 11.5, 25.0).round(3).tolist()
    [0.0, 0.325, 1.0, 0.0]
    """
    cube = (wind_m_s**3 - cut_in_m_s**3) / (rated_m_s**3 - cut_in_m_s**3)
    out: Array = np.where((wind_m_s < cut_in_m_s) | (wind_m_s >= cut_out_m_s), 0.0, np.minimum(cube, 1.0))
    return out
