"""Levels around the campuses of a run rather than at its receptors: a grid, contours, and the people above a level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gigacampus.neighbours.exposure import HEARD_WITHIN_M, Blocks, people_above, read_blocks
from gigacampus.neighbours.noise.exposure.contours import Grid, adaptive_grid
from gigacampus.neighbours.noise.exposure.levels import half_width_db, propagation_sigma_db
from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, a_level_dba
from gigacampus.neighbours.noise.sources.plant import Plant, Wind, group_energy, levels_by_band, without_walls
from gigacampus.neighbours.noise.sources.source_uncertainty import ErrorSum, group_uncertainty
from gigacampus.neighbours.receptors import distance_m, local_xy_m

LEVELS_DBA = (40.0, 45.0, 50.0, 55.0)
HALF_WIDTH_M, COARSE_M, FINE_M = 6_000.0, 400.0, 100.0
LevelsAt = Callable[..., np.ndarray]
"""Plants, latitudes, longitudes and ``wind`` -> one value for each place."""
EDGE_DB = -99.0
"""Level outside a map, so that every contour closes."""


def level_at(plants: list[Plant], lat: np.ndarray, lon: np.ndarray, *, wind: Wind = "mean") -> np.ndarray:
    """A-weighted level of all plants at each place, at the receptor height of the first; (place,)."""
    if not plants:
        return np.zeros(len(np.atleast_1d(lat)))
    return a_level_dba(levels_by_band(plants, lat, lon, height_m=plants[0].spec.noise.receptor_height_m, wind=wind))


def half_width_at(plants: list[Plant], lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Half width of the 80 % band at each place: errors of sound power, shared within a model, and of propagation; (place,)."""
    total, way, error = np.zeros(len(lat)), np.zeros(len(lat)), ErrorSum(np.zeros(len(lat)))
    for plant in plants:
        noise = plant.spec.noise
        groups, energy = group_energy(plant, lat, lon, height_m=noise.receptor_height_m, weight_db=A_WEIGHT_DB)
        total += energy.sum(axis=1)
        error.add(group_uncertainty(groups, plant.spec, units=np.array([plant.units[name] for name in groups])), energy)
        way += energy.sum(axis=1) * np.hypot(*plant.spots_m(lat, lon).T)
    total = np.maximum(total, 1e-12)
    return half_width_db(error.sigma_db(total), propagation_sigma_db(way / total))


def wall_gain_at(plants: list[Plant], lat: np.ndarray, lon: np.ndarray, *, wind: Wind = "mean") -> np.ndarray:
    """What the noise walls of all plants take off the A-weighted level at each place, in dB; (place,)."""
    out: np.ndarray = level_at(without_walls(plants), lat, lon, wind=wind) - level_at(plants, lat, lon, wind=wind)
    return out


def grid_around(
    plants: list[Plant],
    plant: Plant,
    *,
    half_width_m: float = HALF_WIDTH_M,
    coarse_m: float = COARSE_M,
    fine_m: float = FINE_M,
    wind: Wind = "mean",
    levels_of: LevelsAt | None = None,
) -> Grid:
    """Levels on a square about one campus, finer where they change fast; other campuses within reach of it are heard too.

    ``levels_of`` may stand in for ``level_at``, such as ``wall_gain_at``.
    """
    site = plant.spec.site
    near = [p for p in plants if np.hypot(*plant.spots_m(p.spec.site.lat, p.spec.site.lon)) <= HEARD_WITHIN_M]

    def on_the_plane(spots: np.ndarray) -> np.ndarray:
        return (levels_of or level_at)(near, *lat_lon_deg(spots[:, 0], spots[:, 1], site_lat=site.lat, site_lon=site.lon).T, wind=wind)

    return adaptive_grid(on_the_plane, half_width_m=half_width_m, coarse_m=coarse_m, fine_m=fine_m)


def rings(grid: Grid, level_db: float, *, site_lat: float, site_lon: float) -> list[list[list[float]]]:
    """Closed rings of equal level as ``[lat, lon]`` pairs. Needs contourpy (the geo extra)."""
    from contourpy import contour_generator

    step = float(grid.east_m[1] - grid.east_m[0])
    axis = np.concatenate([[grid.east_m[0] - step], grid.east_m, [grid.east_m[-1] + step]])
    found = contour_generator(axis, axis, np.pad(grid.level_db, 1, constant_values=EDGE_DB)).lines(float(level_db))
    plain = [np.asarray(line, dtype=float) for line in found]
    return [lat_lon_deg(line[:, 0], line[:, 1], site_lat=site_lat, site_lon=site_lon).round(5).tolist() for line in plain]


def contour_rows(
    plants: list[Plant],
    *,
    levels_dba: tuple[float, ...] = LEVELS_DBA,
    title: str,
    grids: list[Grid] | None = None,
    wind: Wind = "mean",
    unit: str = "dBA",
) -> list[dict[str, Any]]:
    """One row of ``{title, level, unit, rings}`` for each level, the rings of all campuses together."""
    grids = [grid_around(plants, p, wind=wind) for p in plants] if grids is None else grids
    rows = []
    for level in levels_dba:
        found = [
            ring
            for plant, grid in zip(plants, grids, strict=True)
            for ring in rings(grid, level, site_lat=plant.spec.site.lat, site_lon=plant.spec.site.lon)
        ]
        rows.append({"title": title, "level": float(level), "unit": unit, "rings": found})
    return rows


def map_month(result: Any) -> int:
    """Month that maps show unless told: the one after ``as_of``, else the last of the run."""
    year, month = (int(part) for part in str(result.manifest["as_of"]).split("-")[:2])
    after = f"{year + month // 12}-{month % 12 + 1:02d}"
    labels = result.coords["month"]
    return labels.index(after) if after in labels else len(labels) - 1


def near_blocks(plants: list[Plant], blocks: Blocks | None = None) -> Blocks:
    """Census block groups whose centre of population lies within reach of a plant."""
    blocks = read_blocks() if blocks is None else blocks
    near = np.zeros(len(blocks.people), dtype=bool)
    for plant in plants:
        east, north = local_xy_m(blocks.lat_deg, blocks.lon_deg, lat0_deg=plant.spec.site.lat, lon0_deg=plant.spec.site.lon)
        near |= distance_m(east, north) <= HEARD_WITHIN_M
    kept = np.flatnonzero(near)
    return Blocks(
        tuple(blocks.geoid[i] for i in kept),
        tuple(blocks.county[i] for i in kept),
        blocks.people[kept],
        blocks.lat_deg[kept],
        blocks.lon_deg[kept],
    )


def counted(plants: list[Plant], blocks: Blocks, limits_dba: tuple[float, ...], *, wind: Wind = "mean") -> list[dict[str, float]]:
    """People of block groups above each limit; rows of ``{limit_dba, people, low, high}``.

    Everybody of a block group is counted at its centre of population, so a group is above a limit as a whole or not at
    all. ``low`` and ``high`` move all levels together by the half width of the 80 % band. Only groups within
    ``HEARD_WITHIN_M`` count: the half width grows with distance, and beyond that reach it would outgrow any level.
    """
    blocks = near_blocks(plants, blocks)
    if not plants or not len(blocks.people):
        return [{"limit_dba": v, "people": 0.0, "low": 0.0, "high": 0.0} for v in limits_dba]
    level = level_at(plants, blocks.lat_deg, blocks.lon_deg, wind=wind)
    half = half_width_at(plants, blocks.lat_deg, blocks.lon_deg)
    middle, low, high = (people_above(blocks.people, level + s, np.array(limits_dba)) for s in (0.0 * half, -half, half))
    return [
        {"limit_dba": float(v), "people": float(middle[k]), "low": float(low[k]), "high": float(high[k])} for k, v in enumerate(limits_dba)
    ]
