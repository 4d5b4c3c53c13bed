"""Levels of sound and concentrations as every door reads them: what the worlds spread, joined with the model's own error."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.great_circle import great_circle_m
from gigacampus.neighbours.air.band import band_10_90
from gigacampus.registry.variables import row_of, short_term
from gigacampus.rerun.centres import centres
from gigacampus.results.result import quantiles

Band = tuple[np.ndarray, np.ndarray, np.ndarray]
"""10, 50 and 90 %."""
HALF_WIDTH = "noise_band_half_width_db"
CONCENTRATION = "ug/m3"
LEVELS = ("dBA", "dBC")


def energy_mean(levels_db: np.ndarray, axis: int = -1) -> np.ndarray:
    """Level of the mean energy along an axis, dB.

    >>> round(float(energy_mean(np.array([50.0, 60.0]))), 2)
    57.4
    """
    return np.asarray(10.0 * np.log10(np.mean(10.0 ** (0.1 * np.asarray(levels_db)), axis=axis)))


def level_band(levels_db: np.ndarray, half_width_db: np.ndarray | float) -> Band:
    """Band of levels over worlds (first axis), widened in quadrature by the half width of source, ground, weather and place.

    >>> [float(x) for x in level_band(np.array([50.0, 50.0]), 4.0)]
    [46.0, 50.0, 54.0]
    """
    band = quantiles(np.asarray(levels_db, dtype=float))
    low, mid, high = band["p10"], band["p50"], band["p90"]
    return mid - np.hypot(mid - low, half_width_db), mid, mid + np.hypot(high - mid, half_width_db)


def concentration_band(values: np.ndarray, *, highest_hour: bool, distance_m: np.ndarray | float) -> Band:
    """Band of increments over worlds (first axis), ug/m3, widened by the documented error of the plume."""
    band = quantiles(np.asarray(values, dtype=float))
    low, high = band_10_90(band["p10"], band["p50"], band["p90"], highest_hour=highest_hour, distance_m=distance_m)
    return low, band["p50"], high


def variable_band(result: Any, name: str, values: np.ndarray) -> Band:
    """Band of a variable's samples with the receptor on the second axis: of a level or a concentration with the model's own error.

    ``values`` are samples (world, receptor, ...) as the run holds them; of any other variable the plain quantiles.
    """
    row = row_of(name)
    if row.dims[:1] == ("receptor",) and row.unit == CONCENTRATION:
        far = receptor_distance_m(result).reshape(-1, *[1] * (values.ndim - 2))
        return concentration_band(values, highest_hour=short_term(name), distance_m=far)
    if row.dims == ("receptor", "month") and row.unit in LEVELS and result.has(HALF_WIDTH):
        return level_band(values, np.median(result.samples(HALF_WIDTH), axis=0))
    band = quantiles(values)
    return band["p10"], band["p50"], band["p90"]


def receptor_distance_m(result: Any) -> np.ndarray:
    """How far each receptor stands from the plant of its own campus, m."""
    spots, out = centres(result), []
    for label in result.coords["receptor"]:
        campus, key = label.split("/")
        spec = result.scenario["campuses"][campus]["receptors"][key]
        out.append(great_circle_m(spec["lat"], spec["lon"], lat0_deg=spots[campus][0], lon0_deg=spots[campus][1]))
    return np.array(out, dtype=float)


def fold_months(name: str, values: np.ndarray, how: str = "mean") -> np.ndarray:
    """Values (..., month) folded over their months; the mean of levels is that of their energy."""
    if how == "mean" and row_of(name).rule == "energy_mean":
        return energy_mean(values)
    folds: dict[str, Any] = {"mean": np.mean, "sum": np.sum, "max": np.max, "min": np.min}
    return np.asarray(values[..., -1] if how == "last" else folds[how](values, axis=-1))
