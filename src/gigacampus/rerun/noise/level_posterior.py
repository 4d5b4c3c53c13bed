"""Meter readings in: the posterior of how much louder or quieter each group of sources is than its spectrum says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

INSTRUMENT_SIGMA_DB = {"class_1": 1.0, "class_2": 1.8, "phone": 5.0, "unknown": 6.0}
"""Standard deviation of one reading by kind of meter, with its placing. Source: IEC 61672-1 limits widened; judgement."""
STEPS = 30


@dataclass(frozen=True)
class Posterior:
    """Offsets of source groups in dB: prior beside posterior."""

    groups: tuple[str, ...]
    prior_sigma_db: np.ndarray
    mean_db: np.ndarray
    sigma_db: np.ndarray
    predicted_before_db: np.ndarray
    """Level expected at each reading with all offsets at zero."""
    predicted_after_db: np.ndarray
    covariance_db2: np.ndarray
    """Of the offsets after the readings; (group, group)."""


def source_offsets(
    groups: tuple[str, ...],
    *,
    energy: np.ndarray,
    background: np.ndarray,
    reading_db: np.ndarray,
    instrument: list[str],
    prior_db2: np.ndarray,
    propagation_sigma_db: np.ndarray,
) -> Posterior:
    """Update offsets of groups from readings by Gauss-Newton steps on a Gaussian prior with covariance ``prior_db2``.

    ``energy`` holds what each group gives at each reading in its own weighting, (reading, group); ``background`` the
    energy of all else, (reading,). Propagation errors count as independent between readings.
    Source: linearised Bayesian update in the logarithm of level. Valid for: readings taken while the plant ran as stated.

    >>> post = source_offsets(("a",), energy=np.array([[1e5]]), background=np.array([0.0]), reading_db=np.array([56.0]),
    ...                       instrument=["class_1"], prior_db2=np.array([[25.0]]), propagation_sigma_db=np.array([0.0]))
    >>> float(post.mean_db[0].round(2)), float(post.sigma_db[0].round(2))
    (5.77, 0.98)
    """
    prior = np.asarray(prior_db2, dtype=float)
    error = np.diag(np.array([INSTRUMENT_SIGMA_DB[kind] for kind in instrument]) ** 2 + np.asarray(propagation_sigma_db) ** 2)
    offset = np.zeros(len(groups))
    for _ in range(STEPS):
        level, slope = _predicted(offset, energy, background)
        aim = _gain(prior, slope, error) @ (reading_db - level + slope @ offset)
        offset = offset + np.clip(aim - offset, -5.0, 5.0)
    level, slope = _predicted(offset, energy, background)
    covariance = prior - _gain(prior, slope, error) @ slope @ prior
    return Posterior(
        groups,
        np.sqrt(np.diag(prior)),
        offset,
        np.sqrt(np.maximum(np.diag(covariance), 0.0)),
        _predicted(np.zeros(len(groups)), energy, background)[0],
        level,
        covariance,
    )


def _gain(prior: np.ndarray, slope: np.ndarray, error: np.ndarray) -> np.ndarray:
    """What an unexpected decibel at each reading moves each group; no inverse of the prior, which groups of one model may make singular."""
    return np.linalg.solve(slope @ prior @ slope.T + error, slope @ prior).T


def _predicted(offset: np.ndarray, energy: np.ndarray, background: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level at each reading and its slope with each offset."""
    part = energy * 10.0 ** (0.1 * offset)
    total = np.maximum(part.sum(axis=1) + background, 1e-12)
    return 10.0 * np.log10(total), part / total[:, None]
