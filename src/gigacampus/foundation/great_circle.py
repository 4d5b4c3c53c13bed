"""Distance on the sphere."""

from __future__ import annotations

import numpy as np

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth. Source: IUGG mean radius R1."""


def across_date_line(difference_deg: np.ndarray) -> np.ndarray:
    """A difference of longitudes taken the short way round.

    Parameters
    ----------
    difference_deg : array
        Difference of two longitudes, deg.

    Returns
    -------
    array
        Difference the short way round, deg, shape of ``difference_deg``.

    References
    ----------
    DEF

    Examples
    --------
    >>> across_date_line(np.array([359.5, -359.5, 1.0])).tolist()
    [-0.5, 0.5, 1.0]
    """
    return np.where(np.abs(difference_deg) > 180.0, difference_deg - 360.0 * np.sign(difference_deg), difference_deg)


def great_circle_m(lat_deg: float, lon_deg: float, *, lat0_deg: float, lon0_deg: float) -> float:
    """Distance on the sphere between two points, in metres, however far apart.

    Parameters
    ----------
    lat_deg : float
        Latitude, deg.
    lon_deg : float
        Longitude, east positive, deg.
    lat0_deg : float
        Latitude of the reference point, deg.
    lon0_deg : float
        Longitude of the reference point, deg.

    Returns
    -------
    float
        Distance, m.

    References
    ----------
    HAVERSINE : haversine formula.

    Examples
    --------
    >>> round(great_circle_m(0.0, 90.0, lat0_deg=0.0, lon0_deg=0.0) / 1000.0)
    10008
    """
    a, b = np.radians(lat_deg), np.radians(lat0_deg)
    chord = np.sin(0.5 * (a - b)) ** 2 + np.cos(a) * np.cos(b) * np.sin(0.5 * np.radians(lon_deg - lon0_deg)) ** 2
    return float(2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord)))
