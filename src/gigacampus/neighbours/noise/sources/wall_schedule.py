"""What stands around the plant of a campus, month by month: one scene for each set of walls that is in service."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.neighbours.noise.geodata.surroundings import Surroundings, ring_m, surroundings
from gigacampus.neighbours.noise.geometry.local_projection import along_bearing_m, east_north_m
from gigacampus.neighbours.noise.geometry.scene import Scene, build_scene

YARD_SIDES = 16
"""The yard's ground zone is a ring of this many sides about the site."""


def walls_by_month(noise: Any, months: Months) -> list[tuple[str, ...]]:
    """Keys of the walls that stand in each month of the run."""
    first = {key: 0 if wall.in_service is None else months.index(wall.in_service) for key, wall in noise.walls.items()}
    return [tuple(key for key in noise.walls if first[key] <= m) for m in range(months.count)]


def campus_scene(campus: Any, walls: tuple[str, ...], around: Surroundings | None = None) -> Scene:
    """Scene of a campus on its own plane: its halls, the named walls and what its files put around it, unless told otherwise."""
    site = {"site_lat": campus.site.lat, "site_lon": campus.site.lon}
    noise = campus.noise
    around = surroundings(noise, **site) if around is None else around
    altitude_m = around.terrain.altitude_m
    buildings = []
    for key, hall in noise.halls.items():
        ring = hall_ring_m(hall, **site)
        buildings.append((key, ring, float(altitude_m(ring).min()) + hall.height_m, hall.absorption_frac))
    lines = []
    for key in walls:
        wall = noise.walls[key]
        lat, lon = np.array(wall.points, dtype=float).T
        plan = east_north_m(lat, lon, **site)
        lines.append((key, np.column_stack([plan, altitude_m(plan) + wall.height_m]), wall.absorption_frac))
    zones = [(yard_ring_m(noise.site_radius_m), noise.site_ground_g)] if noise.site_radius_m > 0.0 else []
    more = around.screens
    belts = [(region.kind, ring_m(region.points, **site), region.height_m) for region in noise.grounds.values() if region.height_m]
    return build_scene(
        buildings=[*buildings, *more.buildings],
        walls=[*lines, *more.walls],
        zones=[*zones, *more.zones],
        ground_g=noise.ground_g,
        terrain=around.terrain,
        belts=belts,
    )


def hall_ring_m(hall: Any, *, site_lat: float, site_lon: float) -> np.ndarray:
    """Closed ring of a hall's rectangle on the plane; (5, 2)."""
    centre = east_north_m(hall.lat, hall.lon, site_lat=site_lat, site_lon=site_lon)
    along = along_bearing_m(np.array(hall.length_m / 2.0), hall.bearing_deg)
    across = along_bearing_m(np.array(hall.width_m / 2.0), hall.bearing_deg + 90.0)
    out: np.ndarray = centre + np.array([-along - across, along - across, along + across, -along + across, -along - across])
    return out


def yard_ring_m(radius_m: float) -> np.ndarray:
    """Ring about the origin of the plane; (side, 2)."""
    angle = np.arange(YARD_SIDES) * 2.0 * np.pi / YARD_SIDES
    return radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1)
