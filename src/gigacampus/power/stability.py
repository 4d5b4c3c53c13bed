"""What the wind does with smoke: solar elevation, Turner's stability classes, and a mixing height without a sounding."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.units import HOURS_PER_DAY, KELVIN_OFFSET, SECONDS_PER_HOUR

Array = np.ndarray

_KNOTS_PER_M_S = 1.943844
_M_PER_FT = 0.3048
_LOW_CEILING_M = 7000 * _M_PER_FT
_MIDDLE_CEILING_M = 16000 * _M_PER_FT

HIGHEST_MIXING_M = 4000.0
"""Cap of both mixing heights, as regulatory preprocessors of weather set it (AERMET)."""
_WIND_KNOTS = np.array([1.5, 3.5, 5.5, 6.5, 7.5, 9.5, 10.5, 11.5])
"""Upper edges of the wind rows of Turner's table; above the last one the final row holds."""
_CLASS_TABLE = np.array(
    [
        [1, 1, 2, 3, 4, 6, 6],
        [1, 2, 2, 3, 4, 6, 6],
        [1, 2, 3, 4, 4, 5, 6],
        [2, 2, 3, 4, 4, 5, 6],
        [2, 2, 3, 4, 4, 4, 5],
        [2, 3, 3, 4, 4, 4, 5],
        [3, 3, 4, 4, 4, 4, 5],
        [3, 3, 4, 4, 4, 4, 4],
        [3, 4, 4, 4, 4, 4, 4],
    ]
)
"""Classes 1 (A) .. 6 (F) for net radiation index 4, 3, 2, 1, 0, -1, -2; the seventh class is counted as F."""


def net_radiation_index(elevation_deg: Array, cloud_tenths: Array, ceiling_m: Array) -> Array:
    """Turner's index, 4 (strong sun) .. -2 (clear night); integer array.

    Parameters
    ----------
    elevation_deg : array
        Elevation of the sun, deg.
    cloud_tenths : array
        Cloud cover, tenths.
    ceiling_m : array
        Height of the cloud base, m.

    Returns
    -------
    array
        Index, integers, shape of the arguments together.

    References
    ----------
    TURNER64, EPA454 : Turner (1964), J. Appl. Meteorol. 3, 83; EPA-454/R-99-005, section 6.4.1.

    Examples
    --------
    >>> net_radiation_index(np.array([70.0, -10.0, 70.0]), np.array([0.0, 2.0, 10.0]), np.array([99999.0, 99999.0, 500.0]))
    array([ 4, -2,  0])
    """
    sun = np.digitize(elevation_deg, [15.0, 35.0, 60.0], right=True) + 1
    low, middle = ceiling_m < _LOW_CEILING_M, (ceiling_m >= _LOW_CEILING_M) & (ceiling_m < _MIDDLE_CEILING_M)
    overcast = cloud_tenths >= 10.0
    cut = np.where(low, 2, np.where(middle | overcast, 1, 0))
    day = np.where(cloud_tenths <= 5.0, sun, np.maximum(sun - cut, 1))
    night = np.where(cloud_tenths <= 4.0, -2, -1)
    return np.where(overcast & low, 0, np.where(elevation_deg > 0.0, day, night))


def turner_class(index: Array, wind_m_s: Array) -> Array:
    """Pasquill class 1 (A) .. 6 (F) from Turner's index and wind.

    Parameters
    ----------
    index : array
        Turner's index, 4 (strong sun) to -2 (clear night), no unit.
    wind_m_s : array
        Wind speed, m/s.

    Returns
    -------
    array
        Class, 1 (A) to 6 (F), shape of the arguments together.

    Notes
    -----
    Valid for: 10 m wind.

    References
    ----------
    TURNER64, EPA454 : as ``net_radiation_index``.

    Examples
    --------
    >>> turner_class(np.array([4, -2, 1]), np.array([1.0, 1.0, 8.0]))
    array([1, 6, 4])
    """
    row = np.searchsorted(_WIND_KNOTS, np.asarray(wind_m_s) * _KNOTS_PER_M_S)
    out: Array = _CLASS_TABLE[row, 4 - np.asarray(index)]
    return out


def sensible_heat_w_m2(ghi_w_m2: Array, temp_c: Array, cloud_tenths: Array, *, albedo: float = 0.18, bowen: float = 1.0) -> Array:
    """Upward sensible heat flux by day, 0 by night.

    Parameters
    ----------
    ghi_w_m2 : array
        Global horizontal irradiance, W/m2.
    temp_c : array
        Temperature, degC.
    cloud_tenths : array
        Cloud cover, tenths.
    albedo : float, optional
        Share of sunlight that the ground reflects, 0 to 1.
    bowen : float, optional
        Sensible over latent heat of the surface, no unit.

    Returns
    -------
    array
        Heat flux, W/m2, shape of the arguments together.

    Notes
    -----
    Valid for: land by day.

    References
    ----------
    HVU83 : net radiation of Holtslag and van Ulden (1983), J. Clim. Appl. Meteor. 22, 517, split by the Bowen ratio
        with a tenth of it going into the ground.

    Examples
    --------
    >>> float(sensible_heat_w_m2(np.array([0.0]), np.array([10.0]), np.array([0.0]))[0])
    0.0
    """
    kelvin = np.asarray(temp_c) + KELVIN_OFFSET
    net = ((1.0 - albedo) * ghi_w_m2 + 5.31e-13 * kelvin**6 - 5.67e-8 * kelvin**4 + 60.0 * np.asarray(cloud_tenths) / 10.0) / 1.12
    return np.where(np.asarray(ghi_w_m2) > 0.0, np.maximum(0.9 * net / (1.0 + 1.0 / bowen), 0.0), 0.0)


def mixing_height_m(wind_m_s: Array, heat_w_m2: Array, *, roughness_m: float = 0.3, floor_m: float = 50.0) -> Array:
    """Mixing height: the larger of a mechanical and a convective one; shape (hour,).

    Mechanical 2300 u*^1.5 from a neutral log profile (Venkatram 1980). Convective: the day's heat lifts a layer that
    starts at 150 m into a gradient of 5 K/km (encroachment). No sounding is used: the convective part is rough.

    Parameters
    ----------
    wind_m_s : array
        Wind speed, m/s.
    heat_w_m2 : array
        Upward sensible heat flux, W/m2.
    roughness_m : float, optional
        Aerodynamic roughness, m.
    floor_m : float, optional
        Least mixing height, m.

    Returns
    -------
    array
        Mixing height, m, shape (hour,).

    References
    ----------
    VENK80

    Examples
    --------
    >>> [round(float(mixing_height_m(np.full(8760, u), np.zeros(8760))[0])) for u in (5.0, 40.0)]
    [991, 4000]
    """
    friction_m_s = 0.4 * np.asarray(wind_m_s) / np.log(10.0 / roughness_m)
    by_day = np.asarray(heat_w_m2).reshape(DAYS_IN_MONTH.sum(), HOURS_PER_DAY)
    lifted = 2.0 * np.cumsum(by_day, axis=1) * SECONDS_PER_HOUR / (1.2 * 1005.0 * 0.005)
    convective = np.where(by_day > 0.0, np.sqrt(150.0**2 + lifted), 0.0).reshape(-1)
    out: Array = np.clip(np.maximum(2300.0 * friction_m_s**1.5, convective), floor_m, HIGHEST_MIXING_M)
    return out
