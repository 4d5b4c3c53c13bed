"""Profiles from a site tower: measured levels where there are any, the theoretical shape between and beyond them.

Source: AERMOD formulation, EPA-454/R-24-009 series, interface with measured profiles. Valid for: levels of wind,
temperature, sigma-theta and sigma-w that may be missing one by one; flat ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gigacampus.foundation.units import KELVIN_OFFSET
from gigacampus.neighbours.air import boundary_layer as layer
from gigacampus.neighbours.air.boundary_layer import LEVELS_M, VON_KARMAN, Profiles, Surface

NEAR_M = 0.1
MEASURED_FORM = (1.0, 5.0)
YAMARTINO = 0.073864
"""Turns the standard deviation of direction into that of crosswind. Source: Yamartino 1984."""


@dataclass(frozen=True)
class Tower:
    """Measured levels: heights (level,), the rest (hour, level) with NaN where missing."""

    height_m: np.ndarray
    wind_m_s: np.ndarray
    from_deg: np.ndarray
    temp_k: np.ndarray
    sigma_theta_deg: np.ndarray
    sigma_w_m_s: np.ndarray


def build(surface: Surface, tower: Tower) -> tuple[Profiles, np.ndarray]:
    """Profiles of every hour, and the wind's direction on every level, (hour, level)."""
    s = layer.bounded(surface)
    stable = s.obukhov_m > 0.0
    zi = np.where(stable, s.mechanical_m, np.maximum(s.convective_m, s.mechanical_m))
    z, at = LEVELS_M[None, :], tower.height_m[None, :]
    wind = blend(layer.wind_theory(z, s, zi), layer.wind_theory(at, s, zi), tower.wind_m_s, tower.height_m)
    wind = np.maximum(wind, layer.LOWEST_WIND_M_S)
    gradient = _gradient(s, zi, stable, tower)
    sv = blend(layer.sigma_v(z, s, stable), layer.sigma_v(at, s, stable), crosswind(tower), tower.height_m)
    above = np.where(tower.height_m >= zi[:, None], tower.sigma_w_m_s, np.nan)
    counted = np.sum(np.isfinite(above), axis=1)
    mean = np.nansum(above, axis=1) / np.maximum(counted, 1)
    residual = np.where(counted > 0, mean, layer.RESIDUAL_SHARE * layer.at_height(wind, zi))
    sw = blend(
        layer.sigma_w(z, s, zi, stable, residual),
        layer.sigma_w(at, s, zi, stable, residual),
        np.maximum(tower.sigma_w_m_s, 0.02),
        tower.height_m,
    )
    made = layer.assemble(s, zi, stable, wind, sv, sw, gradient, layer.theta_profile(gradient, s))
    return made, _directions(tower)


def crosswind(tower: Tower) -> np.ndarray:
    """Crosswind turbulence of the measured spread of direction, (hour, level)."""
    spread = np.radians(tower.sigma_theta_deg)
    epsilon = np.sin(spread) * (1.0 - YAMARTINO * spread)
    along = np.maximum(tower.wind_m_s * np.sqrt(1.0 - epsilon**2), 0.05)
    out: np.ndarray = np.maximum(along * spread, 0.2)
    return out


def blend(theory: np.ndarray, theory_at: np.ndarray, measured: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Measured values scaled along the theoretical shape: by its ratio between levels and beyond the outer ones."""
    out = theory.copy()
    for hour in range(len(theory)):
        known = np.flatnonzero(np.isfinite(measured[hour]))
        if known.size:
            h, obs, ref = heights[known], measured[hour, known], theory_at[hour, known]
            out[hour] = theory[hour] * np.interp(LEVELS_M, h, obs) / np.interp(LEVELS_M, h, ref)
            for height, value in zip(h, obs, strict=True):
                out[hour, np.abs(LEVELS_M - height) <= NEAR_M] = value
    return out


def _gradient(s: Surface, zi: np.ndarray, stable: np.ndarray, tower: Tower) -> np.ndarray:
    """Gradient in stable hours from the measured temperatures; convective hours as without a tower."""
    out = layer.day_gradient(s, zi)
    for hour in np.flatnonzero(stable):
        out[hour] = _night(int(hour), s, zi, tower)
    return np.where(stable[:, None] | (LEVELS_M[None, :] > zi[:, None]), np.maximum(out, layer.LEAST_GRADIENT_K_M), out)


def _night(hour: int, s: Surface, zi: np.ndarray, tower: Tower) -> np.ndarray:
    one = Surface(*(getattr(s, name)[hour : hour + 1] for name in s.__dataclass_fields__))
    known = np.flatnonzero(np.isfinite(tower.temp_k[hour]))
    heights, temps = tower.height_m[known], tower.temp_k[hour, known]
    length = one.obukhov_m[0]
    standard = one.ustar_m_s**2 * one.temp_k / (layer.GRAVITY_M_S2 * VON_KARMAN * length)
    if known.size < 2:
        value: np.ndarray = layer.night_gradient(LEVELS_M[None, :], one, zi[hour : hour + 1], standard, MEASURED_FORM)[0]
        return value
    middle = 0.5 * (heights[1:] + heights[:-1])
    measured = np.maximum(np.diff(temps) / np.diff(heights) + layer.ADIABATIC_K_M, layer.LEAST_GRADIENT_K_M)
    star = np.array([measured[0] * VON_KARMAN * middle[0] / (1.0 + 5.0 * middle[0] / length)])
    star = star if middle[0] <= 100.0 else standard

    def theory(z: np.ndarray) -> np.ndarray:
        out: np.ndarray = layer.night_gradient(z[None, :], one, zi[hour : hour + 1], star, MEASURED_FORM)[0]
        return out

    shape, at = theory(LEVELS_M), theory(middle)
    between = np.interp(LEVELS_M, middle, measured)
    flat = np.concatenate([np.abs(np.diff(at)) <= 1e-4, [False]])[
        np.clip(np.searchsorted(middle, LEVELS_M, side="right") - 1, 0, middle.size - 1)
    ]
    out = np.where(flat, between, shape * between / np.interp(LEVELS_M, middle, at))
    height = np.maximum(LEVELS_M, 2.0)
    below = star[0] / (VON_KARMAN * height) * (1.0 + 5.0 * height / length)
    value = np.where(middle[0] - NEAR_M > LEVELS_M, below, out)
    return value


def _directions(tower: Tower) -> np.ndarray:
    """Direction on every level: between measured levels the short way round, constant beyond them."""
    out = np.zeros((len(tower.from_deg), LEVELS_M.size))
    for hour, row in enumerate(tower.from_deg):
        known = np.flatnonzero(np.isfinite(row))
        if known.size:
            turned = np.degrees(np.unwrap(np.radians(row[known])))
            out[hour] = np.interp(LEVELS_M, tower.height_m[known], turned)
    return out % 360.0


def direction_at(directions: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Direction at one height of each hour, from the grid of levels."""
    turned = np.degrees(np.unwrap(np.radians(directions), axis=1))
    return layer.at_height(turned, height) % 360.0


def read_tower(path: Path) -> tuple[np.ndarray, Tower]:
    """Hour identifiers (yymmddhh) and levels of a profile file; a level that an hour lacks is missing throughout.

    Columns: year, month, day, hour, height, top flag, direction, speed, temperature C, sigma-theta deg, sigma-w.
    """
    table = np.loadtxt(path)
    stamp = (table[:, 0] * 1e6 + table[:, 1] * 1e4 + table[:, 2] * 100 + table[:, 3]).astype(int)
    hours, row = np.unique(stamp, return_inverse=True)
    heights, column = np.unique(table[:, 4], return_inverse=True)

    def level(index: int, missing: float) -> np.ndarray:
        out = np.full((hours.size, heights.size), np.nan)
        out[row, column] = np.where(np.abs(table[:, index]) >= missing, np.nan, table[:, index])
        return out

    return hours, Tower(heights, level(7, 90.0), level(6, 900.0), level(8, 90.0) + KELVIN_OFFSET, level(9, 90.0), level(10, 90.0))
