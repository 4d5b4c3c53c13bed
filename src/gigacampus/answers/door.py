"""The address door: levels on a polar grid around every campus, for a reader who clicks the map or types a place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gigacampus.answers import points as at_points
from gigacampus.neighbours.exposure import Blocks, read_blocks
from gigacampus.neighbours.receptors import EARTH_RADIUS_M, distance_m, local_xy_m
from gigacampus.results.result import Result, quantiles

RADII_M = (300, 600, 1000, 1500, 2200, 3200, 4500, 6500)
BEARINGS = 12
PEOPLE_WITHIN_M = 15_000.0
AIR = {"no2_ugm3": "no2_ugm3", "pm25_ugm3": "pm25_ugm3"}
SOUND = {"noise_night_dba": "noise_night_dba", "noise_day_dba": "noise_day_dba"}


def centres(result: Result) -> dict[str, tuple[float, float]]:
    """Where each campus's plant stands: its stacks if they are elsewhere, else its site."""
    out = {}
    for name in result.coords["campus"]:
        spec = result.scenario["campuses"][name]
        air, site = spec.get("air", {}), spec["site"]
        out[name] = (air.get("stack_lat") or site["lat"], air.get("stack_lon") or site["lon"])
    return out


def polar(lat0: float, lon0: float) -> list[tuple[float, float]]:
    """Points on rings around a place, on the sphere.

    >>> len(polar(35.0, -90.0)) == len(RADII_M) * BEARINGS
    True
    """
    out = []
    for radius in RADII_M:
        for k in range(BEARINGS):
            bearing = 2.0 * math.pi * k / BEARINGS
            north, east = radius * math.cos(bearing), radius * math.sin(bearing)
            lat = lat0 + math.degrees(north / EARTH_RADIUS_M)
            out.append((lat, lon0 + math.degrees(east / (EARTH_RADIUS_M * math.cos(math.radians((lat + lat0) / 2.0))))))
    return out


def door(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """The report's door: means of the last twelve months of the planned path in the reference world, with half widths."""
    if not all(result.has(n) for n in ("noise_night_dba", "no2_ugm3")):
        return {}
    count = len(result.coords["month"])
    months = min(at_points.YEAR, count)
    spots, grid = air_places(result)
    places = spots[:grid]
    sound = at_points.levels(result, "noise", places, first=count - months, months=months, use_cache=use_cache)
    air = at_points.levels(result, "air", spots, first=count - months, months=months, use_cache=use_cache)
    fields = {name: sound[name].mean(axis=1) for name in SOUND} | {name: air[name][:grid].mean(axis=1) for name in AIR}
    half = {name: sound["noise_band_half_width_db"].mean(axis=1) for name in SOUND}
    half |= {name: fields[name] * relative_half_width(result, name) for name in AIR}
    return {
        "lat": [p[1] for p in places],
        "lon": [p[2] for p in places],
        "month": result.coords["month"][-1],
        **{k: _plain(v) for k, v in fields.items()},
        "half_width": {k: _plain(v) for k, v in half.items()},
    }


def relative_half_width(result: Result, name: str) -> float:
    """Half of the 10-90 % band over the median at the run's receptors, the middle one of them; 0 without receptors."""
    values = result.samples(name)
    if values.shape[0] < 2 or values.shape[1] == 0:
        return 0.0
    band = quantiles(values[:, :, -min(at_points.YEAR, values.shape[2]) :].mean(axis=2))
    wide = (band["p90"] - band["p10"]) / 2.0
    return float(np.median(np.divide(wide, band["p50"], out=np.zeros_like(wide), where=band["p50"] > 0)))


def near_blocks(result: Result) -> tuple[Blocks, np.ndarray]:
    """The bundled block groups, and the rows of those near a campus."""
    blocks = read_blocks()
    near = np.zeros(len(blocks.people), dtype=bool)
    for lat0, lon0 in centres(result).values():
        east, north = local_xy_m(blocks.lat_deg, blocks.lon_deg, lat0_deg=lat0, lon0_deg=lon0)
        near |= distance_m(east, north) <= PEOPLE_WITHIN_M
    return blocks, np.flatnonzero(near)


def air_places(result: Result) -> tuple[at_points.Points, int]:
    """The grid's points, then the block groups nearby, and how many are of the grid.

    Both are asked for together: what the weather does to the plumes is worked out once for one list of places.
    """
    spots = centres(result)
    grid = [(name, lat, lon) for name, (lat0, lon0) in spots.items() for lat, lon in polar(lat0, lon0)]
    blocks, rows = near_blocks(result)
    names, at = list(spots), np.array(list(spots.values()))
    people = []
    for i in rows:
        far = np.hypot(at[:, 0] - blocks.lat_deg[i], at[:, 1] - blocks.lon_deg[i])
        people.append((names[int(far.argmin())], float(blocks.lat_deg[i]), float(blocks.lon_deg[i])))
    return grid + people, len(grid)


def population(result: Result) -> list[dict[str, float]]:
    """People by block group near a campus, where the bundled table reaches."""
    blocks, rows = near_blocks(result)
    return [{"lat": float(blocks.lat_deg[i]), "lon": float(blocks.lon_deg[i]), "people": float(blocks.people[i])} for i in rows]


def map_of(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """What the report's map takes from the answers: people and the door."""
    return {"population": population(result), "door": door(result, use_cache=use_cache)}


def _plain(values: np.ndarray) -> list[float]:
    return [round(float(v), 4) for v in values]
