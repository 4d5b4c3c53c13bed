"""Stage: noise at receptors by month, from the plant that runs, the weather's fan speeds and the paths between."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.atmosphere import air_absorption_db_per_m, humidity_from_wet_bulb_frac
from gigacampus.neighbours.noise.bands import BANDS, LOWEST_DB, a_level_dba, c_level_dbc
from gigacampus.neighbours.noise.iso9613 import divergence_db, ground_2024_db
from gigacampus.neighbours.noise.levels import day_night_level_db, half_width_db
from gigacampus.neighbours.noise.plane import east_north_m
from gigacampus.neighbours.noise.sources import (
    Sources,
    by_month_and_period,
    campus_sources,
    group_weights,
)

REACH_M = 15_000.0
"""Plant farther away than this is not counted."""


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Levels at every receptor by month; each receptor hears every campus within reach."""
    at = inputs.at
    shape = (len(at.receptor), at.months.count)
    energy = np.zeros((*shape, 2, BANDS))
    variance = np.zeros(shape)
    nearest = np.full(shape[0], np.inf)
    places = _receptors(inputs)
    for c, name in enumerate(at.campus):
        campus = inputs.tree.campuses[name]
        groups, distance_m = _campus_energy(inputs, up, c, campus, places)
        energy += groups.sum(axis=0)
        night = 10.0 ** (0.1 * a_level_dba(_db(groups[:, :, :, 1])))
        variance += campus.noise.source_sigma_db**2 * (night**2).sum(axis=0)
        nearest = np.minimum(nearest, distance_m)
    return _outputs(energy, variance, nearest)


def _db(energy: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return 10.0 * np.log10(energy)


def _outputs(energy: np.ndarray, variance: np.ndarray, nearest_m: np.ndarray) -> dict[str, np.ndarray]:
    levels = _db(energy)
    dba, dbc = a_level_dba(levels), c_level_dbc(levels)
    share = np.sqrt(variance) / np.maximum(10.0 ** (0.1 * dba[..., 1]), 1e-12)
    return {
        "noise_day_dba": np.maximum(dba[..., 0], LOWEST_DB),
        "noise_night_dba": np.maximum(dba[..., 1], LOWEST_DB),
        "noise_night_dbc": np.maximum(dbc[..., 1], LOWEST_DB),
        "noise_ldn_dba": np.maximum(day_night_level_db(dba[..., 0], dba[..., 1]), LOWEST_DB),
        "noise_band_half_width_db": half_width_db(share, nearest_m[:, None]),
        "noise_night_band_db": np.maximum(levels[:, -1, 1, :], LOWEST_DB),
    }


def _receptors(inputs: Any) -> list[tuple[float, float]]:
    out = []
    for label in inputs.at.receptor:
        campus, key = label.split("/")
        receptor = inputs.tree.campuses[campus].receptors[key]
        out.append((receptor.lat, receptor.lon))
    return out


def _campus_energy(
    inputs: Any, up: dict[str, np.ndarray], c: int, campus: Any, places: list[tuple[float, float]]
) -> tuple[np.ndarray, np.ndarray]:
    """Energy at the receptors by group (group, receptor, month, period, band), and distance to the site."""
    at = inputs.at
    sources = campus_sources(campus, inputs.tree.library)
    weights = _weights(inputs, up, c, campus, sources)
    lat, lon = np.array(places).reshape(-1, 2).T
    spots = east_north_m(lat, lon, site_lat=campus.site.lat, site_lon=campus.site.lon)
    distance_m = np.hypot(*spots.T)
    loss = _loss_db(sources, spots, campus, up, c)
    calendar = at.months.calendar_month()
    heard = 10.0 ** (0.1 * (sources.power_db[:, None, None, None] - loss)) * (distance_m < REACH_M)[:, None, None, None]
    groups = np.zeros((len(sources.groups), *heard.shape[1:]))
    np.add.at(groups, sources.group, heard)
    return groups[:, :, calendar] * weights[:, None, :, :, None], distance_m


def _loss_db(sources: Sources, spots: np.ndarray, campus: Any, up: dict[str, np.ndarray], c: int) -> np.ndarray:
    """Downwind loss over flat ground by calendar month and period; shape (source, receptor, 12, 2, band)."""
    hr = campus.noise.receptor_height_m
    offset = sources.position_m[:, None, :2] - spots
    horizontal = np.maximum(np.hypot(offset[..., 0], offset[..., 1]), 1.0)
    hs = np.broadcast_to(sources.position_m[:, None, 2], horizontal.shape)
    distance = np.hypot(horizontal, hs - hr)
    zones = np.full((*horizontal.shape, 3), campus.noise.ground_g)
    ground = ground_2024_db(hs, np.full_like(hs, hr), zones_g=zones, horizontal_m=horizontal)
    still = divergence_db(distance)[..., None] + ground
    return still[:, :, None, None] + _absorption(up, c) * distance[:, :, None, None, None]


def _absorption(up: dict[str, np.ndarray], c: int) -> np.ndarray:
    """Air absorption in the mean air of each calendar month, day and night; shape (12, 2, band)."""
    return _absorption_of(*(up[k][c].tobytes() for k in ("dry_bulb_degc", "wet_bulb_degc", "pressure_kpa")))


@lru_cache(maxsize=32)
def _absorption_of(*hours: bytes) -> np.ndarray:
    dry, wet, pressure = (np.frombuffer(h) for h in hours)
    humidity = humidity_from_wet_bulb_frac(dry, wet, pressure_kpa=pressure)
    mean = by_month_and_period(np.stack([dry, humidity, pressure]))
    return air_absorption_db_per_m(mean[0], mean[1], pressure_kpa=mean[2])


def _weights(inputs: Any, up: dict[str, np.ndarray], c: int, campus: Any, sources: Sources) -> np.ndarray:
    at = inputs.at
    month = np.arange(at.months.count)
    phase = np.nan_to_num(up["planned_phase"][c]).astype(int)
    running = {
        at.unit[u].split("/")[1]: up["unit_running"][u, phase, month]
        for u in range(len(at.unit))
        if at.unit_campus[u] == c
    }
    heat_mw = up["heat_rejected_mwh"][c, phase, month] / at.months.hours()
    return group_weights(
        sources,
        campus,
        inputs.tree.library,
        months=at.months,
        planned_phase=phase,
        running=running,
        heat_mw=heat_mw,
        dry_bulb_degc=up["dry_bulb_degc"][c],
    )
