"""The plant of a campus that sounds in one month, ready for any place, wall or move: what the tools beyond the stage share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from gigacampus.foundation.calendar import month_of_hour
from gigacampus.neighbours.noise.geodata.surroundings import Surroundings
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m
from gigacampus.neighbours.noise.propagation.bands import BANDS, LOWEST_DB
from gigacampus.neighbours.noise.propagation.engine import class_losses
from gigacampus.neighbours.noise.propagation.transfer import points
from gigacampus.neighbours.noise.propagation.wind import CLASSES, hour_classes
from gigacampus.neighbours.noise.sources.campus_sources import (
    activity,
    campus_sources,
    family_hours,
    group_weights,
    is_night,
    units_sounding,
)
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene, walls_by_month
from gigacampus.neighbours.noise.stage import absorption_by_month
from gigacampus.registry.kinds import NOISE_METHODS

QUIET_WEIGHT = 1e-6
SECTOR_DEG = 5.0
"""The mean over the wind is taken once for each sector of this width."""
Period = Literal["night", "day"]
Wind = Literal["mean", "downwind", "neutral", "upwind"]
WINDS: tuple[Wind, ...] = ("mean", "downwind", "neutral", "upwind")
PAIRS_AT_ONCE = 50_000
"""Source-receiver pairs whose bands are held at a time."""


@dataclass(frozen=True)
class Plant:
    """Sounding points of one campus on its plane in one month, by night or by day; arrays share the first axis (source)."""

    campus: str
    spec: Any
    group: tuple[str, ...]
    """``generators/<block>`` and so on, of each point."""
    component: tuple[str, ...]
    position_m: np.ndarray
    power_db: np.ndarray
    """Octave sound power, energy mean of the period; (source, band)."""
    walls: tuple[str, ...]
    """Walls that stand."""
    air_db_per_m: np.ndarray
    wind: np.ndarray
    """Speed, bearing it comes from and stability of the hours of the period; (3, hour)."""
    units: dict[str, float]
    """How many equal units sound in each group."""
    around: Surroundings | None = None
    """Terrain and what stands on it; empty: as the scenario says."""

    @property
    def edition(self) -> int:
        """Edition of ISO 9613-2 by which it is said what limits a wall."""
        return NOISE_METHODS[self.spec.noise.method].walls_by

    def spots_m(self, lat: np.ndarray | float, lon: np.ndarray | float) -> np.ndarray:
        """Places on the plane of this campus; (place, 2)."""
        return east_north_m(
            np.asarray(lat, dtype=float), np.asarray(lon, dtype=float), site_lat=self.spec.site.lat, site_lon=self.spec.site.lon
        )


def plant_at(inputs: Any, up: dict[str, np.ndarray], *, campus: str, month: int, period: Period = "night") -> Plant:
    """Plant that runs in a month of a run; points that hardly sound are left out."""
    at, c = inputs.at, inputs.at.campus.index(campus)
    spec = inputs.tree.campuses[campus]
    sources = campus_sources(spec, inputs.tree.library)
    weight, load = group_weights(sources, spec, activity(at, up, c))
    calendar, dark = int(at.months.calendar_month()[month]), period == "night"
    hours = (is_night() == dark) & (month_of_hour() == calendar)
    fan = family_hours(
        sources, spec.noise, load_frac=load[month], air_frac=up["cooling_air_frac"][c][:, hours], hour_of_day=np.flatnonzero(hours) % 24
    )
    level = (weight[:, month] * fan.mean(axis=1)[sources.family])[sources.group]
    loud = np.flatnonzero(level > QUIET_WEIGHT)
    units = dict(zip(sources.groups, units_sounding(sources.groups, weight[:, month]).tolist(), strict=True))
    return Plant(
        campus,
        spec,
        tuple(sources.groups[sources.group[i]] for i in loud),
        tuple(sources.component[i] for i in loud),
        sources.position_m[loud],
        sources.power_db[loud] + 10.0 * np.log10(level[loud])[:, None],
        walls_by_month(spec.noise, at.months)[month],
        absorption_by_month(up, c)[calendar, int(dark)],
        np.stack([up[k][c][hours] for k in ("wind_speed_m_s", "wind_from_deg", "stability_class")]),
        units,
    )


def plants_at(inputs: Any, up: dict[str, np.ndarray], *, month: int, period: Period = "night") -> list[Plant]:
    """Plants of all campuses in which anything sounds."""
    found = [plant_at(inputs, up, campus=name, month=month, period=period) for name in inputs.at.campus]
    return [plant for plant in found if len(plant.group)]


def band_energy(
    plant: Plant, lat: np.ndarray, lon: np.ndarray, *, height_m: np.ndarray | float, wind: Wind = "mean", scene: Any = None
) -> np.ndarray:
    """Energy that each point gives at each place; (place, source, band). ``scene`` stands in for the campus's own."""
    scene = campus_scene(plant.spec, plant.walls, plant.around) if scene is None else scene
    emitters, spots = points(scene, plant.position_m[:, :2], plant.position_m[:, 2]), plant.spots_m(lat, lon)
    ears = points(scene, spots, height_m)
    still, path_m = class_losses(plant.spec.noise, scene, emitters, ears)
    share = _class_share(plant, ears, wind)
    factor = np.float32(np.log(10.0) / 10.0)
    energy = np.zeros(still.shape[1:], dtype=np.float32)
    for k in np.flatnonzero(share.any(axis=1)):
        loss = still[k] + plant.air_db_per_m * path_m[..., None]
        energy += share[k, :, None, None].astype(np.float32) * np.exp(factor * (plant.power_db - loss).astype(np.float32))
    return energy


def _class_share(plant: Plant, ears: np.ndarray, wind: Wind) -> np.ndarray:
    """Share of each wind class at each place: one class alone, or the hours of the period; (class, place)."""
    if wind != "mean":
        return np.repeat(np.eye(len(CLASSES))[WINDS.index(wind) - 1][:, None], len(ears), axis=1)
    way = np.degrees(np.arctan2(ears[:, 0], ears[:, 1])) % 360.0
    sectors, of_place = np.unique(np.round(way / SECTOR_DEG), return_inverse=True)
    classes = hour_classes(*plant.wind, way_deg=sectors * SECTOR_DEG)
    return np.stack([(classes == k).mean(axis=1) for k in range(len(CLASSES))])[:, of_place.reshape(-1)]


def group_energy(
    plant: Plant, lat: np.ndarray, lon: np.ndarray, *, height_m: np.ndarray | float, weight_db: np.ndarray, wind: Wind = "mean"
) -> tuple[tuple[str, ...], np.ndarray]:
    """Weighted energy that each group gives at each place: names and (place, group); ``weight_db`` is (band,)."""
    groups = tuple(dict.fromkeys(plant.group))
    onto = np.array([[g == name for name in groups] for g in plant.group], dtype=float)
    energy = band_energy(plant, np.atleast_1d(lat), np.atleast_1d(lon), height_m=height_m, wind=wind)
    return groups, (energy @ (10.0 ** (0.1 * weight_db))) @ onto


def levels_by_band(
    plants: list[Plant], lat: np.ndarray, lon: np.ndarray, *, height_m: np.ndarray | float, wind: Wind = "mean"
) -> np.ndarray:
    """Level of all plants together at each place by octave; (place, band)."""
    lat, lon = np.atleast_1d(lat), np.atleast_1d(lon)
    total = np.zeros((len(lat), BANDS))
    for plant in plants:
        step = max(1, PAIRS_AT_ONCE // len(plant.group))
        for k in range(0, len(lat), step):
            here = slice(k, k + step)
            high = height_m if np.ndim(height_m) == 0 else np.asarray(height_m)[here]
            total[here] += band_energy(plant, lat[here], lon[here], height_m=high, wind=wind).sum(axis=1)
    return np.maximum(10.0 * np.log10(np.maximum(total, 1e-12)), LOWEST_DB)


def without_walls(plants: list[Plant]) -> list[Plant]:
    """The same plants as if no noise wall of the scenario stood."""
    return [replace(plant, walls=()) for plant in plants]
