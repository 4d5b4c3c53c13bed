"""The campus's trucks on public roads: rows of points with the emission of heavy vehicles, in working hours."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry.local_projection import east_north_m

HEIGHT_M = 0.05
"""Height of the vehicle's source in CNOSSOS-EU."""
REFERENCE_KM_PER_H = 70.0
STEP_M = 60.0
MOST_POINTS = 40
"""A road is heard as points this far apart, but never as more than this many."""
THERE_AND_BACK = 2.0


@lru_cache(maxsize=1)
def heavy_vehicle() -> dict[str, np.ndarray]:
    """Emission constants of heavy vehicles by octave."""
    text = resources.files("gigacampus.library.noise").joinpath("road_emission.csv").read_text(encoding="utf-8")
    names = ("f31", "f63", "f125", "f250", "f500", "f1000", "f2000", "f4000", "f8000")
    return {r["component"]: np.array([float(r[n]) for n in names]) for r in csv.DictReader(text.splitlines())}


def truck_power_db(speed_km_per_h: float) -> np.ndarray:
    """Octave sound power of one truck at a steady speed on the reference surface, rolling and engine together; (band,).

    Source: CNOSSOS-EU, Directive (EU) 2015/996, category 3. Valid for: 20 to 130 km/h, dry, level, 20 degC; 31.5 Hz is an extension.

    >>> truck_power_db(70.0)[1:4].round(2).tolist()
    [104.48, 101.13, 102.4]
    """
    c, v = heavy_vehicle(), speed_km_per_h / REFERENCE_KM_PER_H
    rolling, engine = c["rolling_a"] + c["rolling_b"] * np.log10(v), c["engine_a"] + c["engine_b"] * (v - 1.0)
    out: np.ndarray = 10.0 * np.log10(10.0 ** (0.1 * rolling) + 10.0 ** (0.1 * engine))
    return out


def passage_power_db(speed_km_per_h: float, length_m: float) -> np.ndarray:
    """Mean octave sound power of a piece of road that one truck an hour passes; (band,).

    Source: CNOSSOS-EU: power for each metre is that of a vehicle less 10 lg of 1000 times its speed over its flow.

    >>> float((passage_power_db(50.0, 1000.0) - truck_power_db(50.0)).mean().round(2))
    -16.99
    """
    out: np.ndarray = truck_power_db(speed_km_per_h) + 10.0 * np.log10(length_m / (1000.0 * speed_km_per_h))
    return out


def road_points_m(corners_m: np.ndarray) -> tuple[np.ndarray, float]:
    """Midpoints of equal pieces along a line of corners (corner, 2), and its length.

    >>> spots, length = road_points_m(np.array([[0.0, 0.0], [120.0, 0.0], [120.0, 60.0]]))
    >>> spots.tolist(), length
    ([[30.0, 0.0], [90.0, 0.0], [120.0, 30.0]], 180.0)
    """
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners_m, axis=0).T))])
    count = int(np.clip(np.ceil(along[-1] / STEP_M), 1, MOST_POINTS))
    at = (np.arange(count) + 0.5) / count * along[-1]
    return np.column_stack([np.interp(at, along, corners_m[:, k]) for k in range(2)]), float(along[-1])


def road_rows(campus: Any) -> list[tuple[str, str, np.ndarray, np.ndarray]]:
    """Group, component, position and octave power of every point of a campus's roads, for one passage an hour."""
    rows = []
    for key, road in campus.noise.roads.items():
        lat, lon = np.array(road.points, dtype=float).T
        spots, length = road_points_m(east_north_m(lat, lon, site_lat=campus.site.lat, site_lon=campus.site.lon))
        if length > 0.0:
            power = passage_power_db(road.speed_km_per_h, length) - 10.0 * np.log10(len(spots))
            rows += [(f"roads/{key}", "truck", np.array([*spot, HEIGHT_M]), power) for spot in spots]
    return rows


def passages_per_h(road: Any, noise: Any, trucks_per_day: np.ndarray) -> np.ndarray:
    """Trucks that pass a road in a working hour, to and fro; (month,)."""
    hours = noise.construction_to_h - noise.construction_from_h
    return THERE_AND_BACK * road.share_frac * trucks_per_day / hours if hours > 0 else 0.0 * trucks_per_day
