"""Where the sun stands, and how much of its light clouds take."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_DAY, HOURS_PER_YEAR

Array = np.ndarray


def solar_elevation_deg(lat: float, lon: float, utc_offset_h: float) -> Array:
    """Elevation of the sun in the middle of each of the 8,760 hours; shape (hour,).

    Parameters
    ----------
    lat : float
        Latitude, deg.
    lon : float
        Longitude, east positive, deg.
    utc_offset_h : float
        Local standard time less UTC, h.

    Returns
    -------
    array
        Elevation, deg, shape (hour,).

    Notes
    -----
    Valid for: any place, within 0.5 deg.

    References
    ----------
    SPENCER71 : declination and equation of time by Spencer's (1971) Fourier series.

    Examples
    --------
    >>> round(float(solar_elevation_deg(35.0, -90.0, -6.0).max()), 0)
    77.0
    """
    declination, hour_angle = _angles_rad(lon, utc_offset_h)
    phi = np.deg2rad(lat)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    out: Array = np.rad2deg(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return out


def solar_azimuth_deg(lat: float, lon: float, utc_offset_h: float) -> Array:
    """Azimuth of the sun from north by east in the middle of each of the 8,760 hours; shape (hour,).

    Parameters
    ----------
    lat : float
        Latitude, deg.
    lon : float
        Longitude, east positive, deg.
    utc_offset_h : float
        Local standard time less UTC, h.

    Returns
    -------
    array
        Azimuth, deg, shape (hour,).

    Notes
    -----
    Valid for: any place, within 1 deg where the sun does not stand overhead.

    References
    ----------
    SPENCER71 : declination and equation of time by Spencer's (1971) Fourier series.

    Examples
    --------
    >>> solar_azimuth_deg(35.0, -90.0, -6.0)[[8, 12, 16]].round(0).tolist()
    [131.0, 187.0, 238.0]
    """
    declination, hour_angle = _angles_rad(lon, utc_offset_h)
    phi = np.deg2rad(lat)
    north = np.sin(declination) * np.cos(phi) - np.cos(declination) * np.sin(phi) * np.cos(hour_angle)
    out: Array = np.rad2deg(np.arctan2(-np.cos(declination) * np.sin(hour_angle), north)) % 360.0
    return out


def _angles_rad(lon: float, utc_offset_h: float) -> tuple[Array, Array]:
    """Declination and hour angle in the middle of each hour; (hour,) each."""
    hour = np.arange(HOURS_PER_YEAR)
    day_angle = 2.0 * np.pi * (hour // HOURS_PER_DAY) / DAYS_PER_YEAR
    declination = (
        0.006918
        - 0.399912 * np.cos(day_angle)
        + 0.070257 * np.sin(day_angle)
        - 0.006758 * np.cos(2 * day_angle)
        + 0.000907 * np.sin(2 * day_angle)
        - 0.002697 * np.cos(3 * day_angle)
        + 0.00148 * np.sin(3 * day_angle)
    )
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * np.cos(day_angle)
        - 0.032077 * np.sin(day_angle)
        - 0.014615 * np.cos(2 * day_angle)
        - 0.040849 * np.sin(2 * day_angle)
    )
    solar_h = hour % HOURS_PER_DAY + 0.5 + lon / 15.0 - utc_offset_h + equation_min / 60.0
    hour_angle = np.deg2rad(15.0 * (solar_h - 12.0))
    return declination, hour_angle


def cloud_from_sun_tenths(ghi_w_m2: Array, elevation_deg: Array) -> Array:
    """Sky cover in tenths from global radiation where the sun stands above 10 degrees, NaN elsewhere; shape as given.

    Parameters
    ----------
    ghi_w_m2 : array
        Global horizontal irradiance, W/m2.
    elevation_deg : array
        Elevation of the sun, deg.

    Returns
    -------
    array
        Cloud cover, tenths, NaN where the sun is low, shape of the arguments together.

    Notes
    -----
    Valid for: hourly means, land in middle latitudes.

    References
    ----------
    KASTEN80 : Kasten and Czeplak (1980), Solar Energy 24, 177: clear sky 910 sin(h) - 30 W/m2, of which cover N
        leaves 1 - 0.75 N^3.4.

    Examples
    --------
    >>> cloud_from_sun_tenths(np.array([200.0]), np.array([45.0])).round(1).tolist()
    [9.7]
    """
    clear = 910.0 * np.sin(np.deg2rad(elevation_deg)) - 30.0
    high = np.asarray(elevation_deg) > 10.0
    taken = np.clip((1.0 - np.asarray(ghi_w_m2) / np.where(high, clear, 1.0)) / 0.75, 0.0, 1.0)
    return np.where(high, 10.0 * taken ** (1.0 / 3.4), np.nan)
