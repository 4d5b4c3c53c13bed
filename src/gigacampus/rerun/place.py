"""A place that a person names: which campus it lies near, and which receptor stands nearest."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.rerun.centres import centres
from gigacampus.results.result import Result

REACH_KM = 50.0
ON_SITE_KM = 0.05
"""Nearer than this a place is among the plant's own machines, which the models take for points."""


@dataclass(frozen=True)
class Place:
    """Latitude and longitude, degrees."""

    lat: float
    lon: float


def parse(text: str) -> Place:
    """``35.0,-90.0`` as a place; anything else is one clear error.

    >>> parse("35.0, -90.05")
    Place(lat=35.0, lon=-90.05)
    """
    number = r"\s*([-+]?\d{1,3}(?:\.\d{1,9})?)\s*"
    match = re.fullmatch(f"{number},{number}", text)
    if match is None:
        raise refuse("this is no place", path="--at", fix="write latitude and longitude in degrees: --at 34.985,-90.035")
    lat, lon = float(match.group(1)), float(match.group(2))
    if abs(lat) > 90 or abs(lon) > 180:
        raise refuse(f"latitude {lat:g} and longitude {lon:g} are not on the Earth", path="--at", fix="latitude comes first")
    return Place(lat, lon)


def nearest_campus(result: Result, place: Place) -> tuple[str, float]:
    """Campus whose plant is nearest, and how far it is in km; a place out of every campus's reach is refused."""
    spots = centres(result)
    km = [_km(place, lat, lon) for lat, lon in spots.values()]
    best = int(np.argmin(km))
    if km[best] > REACH_KM:
        raise refuse(
            f"the nearest campus is {km[best]:,.0f} km away; the models reach {REACH_KM:g} km",
            path="--at",
            fix="latitude comes first; west is negative",
        )
    if km[best] < ON_SITE_KM:
        raise refuse(
            f"this is the plant of {list(spots)[best]} itself, {1000.0 * km[best]:.0f} m from its middle: sound and plumes of points have "
            "no level there",
            path="--at",
            fix=f"give a place outside, {1000.0 * ON_SITE_KM:g} m away or more",
        )
    return list(spots)[best], km[best]


def nearest_receptor(result: Result, place: Place) -> tuple[int, float]:
    """Row of the receptor that stands nearest, and how far it is in km."""
    spots = []
    for label in result.coords["receptor"]:
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        spots.append((spec["lat"], spec["lon"]))
    km = [_km(place, lat, lon) for lat, lon in spots]
    best = int(np.argmin(km))
    return best, km[best]


def _km(place: Place, lat: float, lon: float) -> float:
    return great_circle_m(place.lat, place.lon, lat0_deg=lat, lon0_deg=lon) / 1000.0
