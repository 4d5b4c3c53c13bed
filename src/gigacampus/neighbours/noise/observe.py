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


def source_offsets(groups: tuple[str, ...], *, energy: np.ndarray, background: np.ndarray, reading_db: np.ndarray,
                   instrument: list[str], prior_sigma_db: np.ndarray, propagation_sigma_db: np.ndarray) -> Posterior:
    """Update offsets of groups from readings by Gauss-Newton steps on a Gaussian prior.

    ``energy`` holds what each group gives at each reading in its own weighting, (reading, group); ``background`` the
    energy of all else, (reading,). Propagation errors count as independent between readings.
    Source: linearised Bayesian update in the logarithm of level. Valid for: readings taken while the plant ran as stated.

    >>> post = source_offsets(("a",), energy=np.array([[1e5]]), background=np.array([0.0]), reading_db=np.array([56.0]),
    ...                       instrument=["class_1"], prior_sigma_db=np.array([5.0]), propagation_sigma_db=np.array([0.0]))
    >>> float(post.mean_db[0].round(2)), float(post.sigma_db[0].round(2))
    (5.77, 0.98)
    """
    instrument_sigma = np.array([INSTRUMENT_SIGMA_DB[kind] for kind in instrument])
    precision = 1.0 / (instrument_sigma**2 + np.asarray(propagation_sigma_db) ** 2)
    prior = np.diag(1.0 / np.asarray(prior_sigma_db, dtype=float) ** 2)
    offset = np.zeros(len(groups))
    for _ in range(STEPS):
        level, slope = _predicted(offset, energy, background)
        hessian = prior + slope.T @ (precision[:, None] * slope)
        step = np.linalg.solve(hessian, slope.T @ (precision * (reading_db - level)) - prior @ offset)
        offset = offset + np.clip(step, -5.0, 5.0)
    level, slope = _predicted(offset, energy, background)
    covariance = np.linalg.inv(prior + slope.T @ (precision[:, None] * slope))
    return Posterior(groups, np.asarray(prior_sigma_db, dtype=float), offset, np.sqrt(np.diag(covariance)),
                     _predicted(np.zeros(len(groups)), energy, background)[0], level, covariance)


def _predicted(offset: np.ndarray, energy: np.ndarray, background: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level at each reading and its slope with each offset."""
    part = energy * 10.0 ** (0.1 * offset)
    total = np.maximum(part.sum(axis=1) + background, 1e-12)
    return 10.0 * np.log10(total), part / total[:, None]
