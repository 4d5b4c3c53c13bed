"""Hours from the transfer array: levels, percentiles and hours above limits are products, never new path tracing."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.engine import transfer
from gigacampus.neighbours.noise.propagation.iso9613_kernels import hour_levels
from gigacampus.neighbours.noise.propagation.transfer import in_chunks

TILE_PAIRS = 240_000
"""Pairs whose losses are held at a time: 20 MB."""
QUIET_ENERGY = 1e-12
"""Energy far below the threshold of hearing, kept so that the logarithm of silence is finite."""


def receiver_energy(loss_db: np.ndarray, weighted_power_db: np.ndarray) -> np.ndarray:
    """Energy at each receiver from each source at weight one, bands summed; (receiver, source).

    ``weighted_power_db`` holds octave sound power plus a frequency weighting; (source, band).

    >>> float(10 * np.log10(receiver_energy(np.full((1, 1, 2), 50.0), np.array([[90.0, 90.0]]))[0, 0]).round(1))
    43.0
    """
    factor = np.float32(np.log(10.0) / 10.0)
    out: np.ndarray = np.exp(factor * (np.asarray(weighted_power_db, dtype=np.float32) - loss_db)).sum(axis=-1)
    return out


def levels_in_tiles_dba(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, method: str, weighted_power_db: np.ndarray, absorption_db_per_m: np.ndarray
) -> np.ndarray:
    """Level of all sources together at each receiver, tile by tile: memory does not grow with the pairs; (receiver,)."""
    out = np.empty(len(receivers))
    step = max(1, TILE_PAIRS // len(sources))
    for k in range(0, len(receivers), step):
        found = transfer(scene, sources, receivers[k : k + step], method=method, dtype=np.float32)
        loss = found.loss_db(absorption_db_per_m.astype(np.float32))
        out[k : k + step] = 10.0 * np.log10(receiver_energy(loss, weighted_power_db).sum(axis=1) + QUIET_ENERGY)
    return out


def hourly_levels_dba(loss_db: np.ndarray, weighted_power_db: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Levels by hour from a transfer array; (receiver, hour), float32.

    ``weights`` holds the energy of each source relative to its spectrum by hour; (source, hour).

    >>> hourly_levels_dba(np.full((1, 1, 1), 50.0), np.array([[90.0]]), np.array([[1.0, 2.0]])).round(1).tolist()
    [[40.0, 43.0]]
    """
    energy = receiver_energy(loss_db, weighted_power_db).astype(np.float32)
    weights = np.ascontiguousarray(weights, dtype=np.float32)
    out = np.empty((len(energy), weights.shape[1]), dtype=np.float32)
    in_chunks(lambda here: hour_levels(energy[here], weights, np.float32(QUIET_ENERGY), out[here]), *energy.shape)
    return out


def energy_mean_db(levels_db: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Energy mean over the hours where ``hours`` is True; (receiver,)."""
    out: np.ndarray = 10.0 * np.log10(np.mean(10.0 ** (0.1 * levels_db[:, hours].astype(float)), axis=1))
    return out


def exceeded_level_db(levels_db: np.ndarray, share_frac: float) -> np.ndarray:
    """Level exceeded for a share of the hours (0.9: L90); (receiver,).

    >>> float(exceeded_level_db(np.arange(11.0)[None], 0.9)[0].round(6))
    1.0
    """
    out: np.ndarray = np.quantile(levels_db, 1.0 - share_frac, axis=1)
    return out


def hours_above(levels_db: np.ndarray, limit_db: np.ndarray | float) -> np.ndarray:
    """Hours above a limit that may differ by hour; (receiver,).

    >>> hours_above(np.array([[40.0, 46.0, 50.0]]), np.array([45.0, 45.0, 55.0])).tolist()
    [1]
    """
    out: np.ndarray = (levels_db > np.asarray(limit_db)).sum(axis=1)
    return out
