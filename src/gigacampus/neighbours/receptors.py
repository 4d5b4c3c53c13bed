"""From latitude and longitude to local metres, distance and bearing."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.great_circle import EARTH_RADIUS_M, across_date_line


def local_xy_m(lat_deg: np.ndarray, lon_deg: np.ndarray, *, lat0_deg: float, lon0_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """East and north of a reference point on the sphere's tangent plane, in metres.

    Parameters
    ----------
    lat_deg : array
        Latitude, deg.
    lon_deg : array
        Longitude, east positive, deg.
    lat0_deg : float
        Latitude of the reference point, deg.
    lon0_deg : float
        Longitude of the reference point, deg.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        East and north, m, shape of the arguments together.

    Notes
    -----
    Valid for: distances to 50 km (error below 0.1 %).

    References
    ----------
    EQUIRECT : equirectangular projection about the mean latitude of the two points.

    Examples
    --------
    >>> x, y = local_xy_m(np.array([35.0]), np.array([-90.0]), lat0_deg=34.99, lon0_deg=-90.0)
    >>> float(x[0]), round(float(y[0]), 1)
    (0.0, 1112.0)
    """
    lat = np.asarray(lat_deg, dtype=float)
    mean_lat = np.radians(0.5 * (lat + lat0_deg))
    east_m = EARTH_RADIUS_M * np.cos(mean_lat) * np.radians(across_date_line(np.asarray(lon_deg, dtype=float) - lon0_deg))
    return east_m, EARTH_RADIUS_M * np.radians(lat - lat0_deg)


def stack_position(*, site_lat: float, site_lon: float, stack_lat: float | None, stack_lon: float | None) -> tuple[float, float]:
    """Where a campus's stacks stand: at their own position where it is given, else at the campus point.

    Parameters
    ----------
    site_lat : float
        Latitude of the campus point, deg.
    site_lon : float
        Longitude of the campus point, east positive, deg.
    stack_lat : float or None
        Latitude of the stacks, deg.
    stack_lon : float or None
        Longitude of the stacks, east positive, deg.

    Returns
    -------
    tuple[float, float]
        Latitude and longitude, deg.

    Notes
    -----
    Valid for: any place; half a position counts as none (schemas refuse it).

    References
    ----------
    DEF : choice between two positions, no formula.

    Examples
    --------
    >>> stack_position(site_lat=0.1, site_lon=9.5, stack_lat=0.0, stack_lon=9.4)
    (0.0, 9.4)
    """
    return (site_lat, site_lon) if stack_lat is None or stack_lon is None else (stack_lat, stack_lon)


def distance_m(east_m: np.ndarray, north_m: np.ndarray) -> np.ndarray:
    """Length of the way from the origin.

    Parameters
    ----------
    east_m : array
        East of the origin, m.
    north_m : array
        North of the origin, m.

    Returns
    -------
    array
        Distance, m, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(distance_m(np.array(3.0), np.array(4.0)))
    5.0
    """
    out: np.ndarray = np.hypot(east_m, north_m)
    return out


def bearing_deg(east_m: np.ndarray, north_m: np.ndarray) -> np.ndarray:
    """Bearing from the origin, clockwise from north, 0 to 360.

    Parameters
    ----------
    east_m : array
        East of the origin, m.
    north_m : array
        North of the origin, m.

    Returns
    -------
    array
        Bearing, deg from 0 to 360, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(bearing_deg(np.array(-1.0), np.array(0.0)))
    270.0
    """
    out: np.ndarray = np.degrees(np.arctan2(east_m, north_m)) % 360.0
    return out


def hours_downwind(wind_from_deg: np.ndarray, wind_speed_m_s: np.ndarray, *, bearing: float, half_width_deg: float) -> float:
    """Hours of the given series in which the wind blows from the origin towards ``bearing``, within a half width.

    Calm hours (no speed) count for nobody.

    Parameters
    ----------
    wind_from_deg : array
        Direction from which the wind blows, deg.
    wind_speed_m_s : array
        Wind speed, m/s.
    bearing : float
        Bearing of the place seen from the origin, deg.
    half_width_deg : float
        Half width of the sector, deg.

    Returns
    -------
    float
        Hours, count.

    References
    ----------
    DEF

    Examples
    --------
    >>> hours_downwind(np.array([180.0, 0.0, 190.0]), np.array([2.0, 3.0, 0.0]), bearing=355.0, half_width_deg=22.5)
    1.0
    """
    toward = (np.asarray(wind_from_deg) + 180.0) % 360.0
    off = np.abs((toward - bearing + 180.0) % 360.0 - 180.0)
    return float(np.sum((off <= half_width_deg) & (np.asarray(wind_speed_m_s) > 0.0)))
