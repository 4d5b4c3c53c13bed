"""Maps of what the stacks of one campus add: rings and bearings around them, and values at any point in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.neighbours.air.no2 import no2_ugm3
from gigacampus.neighbours.air.stacks import group_units
from gigacampus.neighbours.air.stage import POLLUTANTS, campus_weather, group_rates
from gigacampus.neighbours.air.transfer import unit_rates
from gigacampus.neighbours.receptors import bearing_deg, distance_m, local_xy_m, stack_position

BEARINGS_DEG = np.arange(0.0, 360.0, 10.0)
RINGS_M = np.geomspace(200.0, 15_000.0, 16).round(-1)


@dataclass(frozen=True)
class Field:
    """Means over the chosen months and the highest hour, each (bearing, ring) in ug/m3, around one point."""

    lat_deg: float
    lon_deg: float
    values: dict[str, np.ndarray]


def campus_field(inputs: Any, up: dict[str, np.ndarray], campus_key: str, months: slice = slice(-12, None)) -> Field:
    """Increments around one campus from its own stacks, at the mean rates of the chosen months of the planned path.

    Means are year means of the transfer times the mean rate; the highest hour takes the highest hour of the year.
    """
    at, air = inputs.at, inputs.tree.campuses[campus_key].air
    site = inputs.tree.campuses[campus_key].site
    lat0, lon0 = stack_position(site_lat=site.lat, site_lon=site.lon, stack_lat=air.stack_lat, stack_lon=air.stack_lon)
    groups, member = group_units(inputs.tree, at.unit)
    own = [number for number, (key, _) in enumerate(groups) if key == campus_key]
    shape = (BEARINGS_DEG.size, RINGS_M.size)
    names = (*(f"{name}_ugm3" for name in POLLUTANTS), "no2_ugm3", "no2_max_1h_ugm3")
    if not own:
        return Field(lat0, lon0, {name: np.zeros(shape) for name in names})
    bearing, ring = (grid.ravel() for grid in np.meshgrid(np.radians(BEARINGS_DEG), RINGS_M, indexing="ij"))
    stacks = tuple(groups[number][1] for number in own)
    made = unit_rates(campus_weather(up, at.campus.index(campus_key)), stacks, ring * np.sin(bearing), ring * np.cos(bearing), air)
    hours = max(int(made[0].valid.sum()), 1)
    rate = {
        name: group_rates(up[key], up["planned_phase"], member, len(groups), at)[own][:, months].mean(axis=1)
        for name, key in POLLUTANTS.items()
    }
    out = {f"{name}_ugm3": sum(r * t.hourly.sum(axis=1) for r, t in zip(rate[name], made, strict=True)) / hours for name in POLLUTANTS}
    hourly = np.tensordot(rate["nox"], np.stack([t.hourly for t in made]), axes=1)
    no2 = no2_ugm3(hourly, method=air.no2_method, in_stack=air.in_stack_no2_frac, ozone_ugm3=air.background_ozone_ugm3)
    out |= {"no2_ugm3": no2.sum(axis=1) / hours, "no2_max_1h_ugm3": no2.max(axis=1)}
    return Field(lat0, lon0, {name: value.reshape(shape) for name, value in out.items()})


def at_points(field: Field, name: str, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Value at points, between bearings and logarithms of distance; zero beyond the last ring."""
    east, north = local_xy_m(lat_deg, lon_deg, lat0_deg=field.lat_deg, lon0_deg=field.lon_deg)
    distance = distance_m(east, north)
    place = np.clip(np.interp(np.log(np.maximum(distance, 1.0)), np.log(RINGS_M), np.arange(RINGS_M.size)), 0, RINGS_M.size - 1 - 1e-9)
    turn = bearing_deg(east, north) / (BEARINGS_DEG[1] - BEARINGS_DEG[0])
    j, i = place.astype(int), turn.astype(int) % BEARINGS_DEG.size
    t, s, k = place - j, turn - np.floor(turn), (i + 1) % BEARINGS_DEG.size
    grid = field.values[name]
    near = (1.0 - s) * grid[i, j] + s * grid[k, j]
    far = (1.0 - s) * grid[i, j + 1] + s * grid[k, j + 1]
    return np.where(distance <= RINGS_M[-1], (1.0 - t) * near + t * far, 0.0)
