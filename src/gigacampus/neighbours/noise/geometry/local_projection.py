"""A flat plane about a site: metres east and north of it."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.great_circle import EARTH_RADIUS_M, across_date_line


def east_north_m(lat_deg: np.ndarray, lon_deg: np.ndarray, *, site_lat: float, site_lon: float) -> np.ndarray:
    """Metres east and north of the site; shape (..., 2).

    Source: equirectangular projection of the mean sphere. Valid for: within 30 km; the error there is below 0.3 %.

    >>> east_north_m(35.01, -90.0, site_lat=35.0, site_lon=-90.0).round(1).tolist()
    [0.0, 1112.0]
    """
    scale = EARTH_RADIUS_M * np.pi / 180.0
    east = across_date_line(np.asarray(lon_deg) - site_lon) * np.cos(np.radians(site_lat)) * scale
    north = (np.asarray(lat_deg) - site_lat) * scale
    return np.stack([east, north], axis=-1)


def lat_lon_deg(east_m: np.ndarray, north_m: np.ndarray, *, site_lat: float, site_lon: float) -> np.ndarray:
    """Latitude and longitude of points on the plane; the inverse of ``east_north_m``.

    >>> lat_lon_deg(0.0, 1112.0, site_lat=35.0, site_lon=-90.0).round(4).tolist()
    [35.01, -90.0]
    """
    scale = EARTH_RADIUS_M * np.pi / 180.0
    lat = site_lat + np.asarray(north_m) / scale
    lon = across_date_line(site_lon + np.asarray(east_m) / (np.cos(np.radians(site_lat)) * scale))
    return np.stack([lat, lon], axis=-1)


def along_bearing_m(length_m: np.ndarray, bearing_deg: float) -> np.ndarray:
    """East and north components of a length along a bearing clockwise from north; shape (..., 2).

    >>> along_bearing_m(10.0, 90.0).round(6).tolist()
    [10.0, 0.0]
    """
    angle = np.radians(bearing_deg)
    out: np.ndarray = np.asarray(length_m, dtype=float)[..., None] * np.array([np.sin(angle), np.cos(angle)])
    return out
