"""Unlike accelerators in one training job: what is lost when fast ones wait for slow ones."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.types import Numeric


def even_split_flop_per_s(counts: Numeric, speeds: Numeric) -> np.ndarray:
    """Useful rate of one job that gives every accelerator the same work: all run at the slowest kind's speed.

    ``counts`` and ``speeds`` have the accelerator kind on the first axis; kinds that are absent do not slow the job.

    Parameters
    ----------
    counts : float or array
        Accelerators by kind on the first axis; a number without unit.
    speeds : float or array
        Useful rate of one accelerator by kind, on the first axis, FLOP/s.

    Returns
    -------
    array
        Useful rate of the job, FLOP/s, shape without the kind axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(even_split_flop_per_s(np.array([150.0, 50.0, 30.0]), np.array([1.0, 1.0, 2.5])))
    230.0
    """
    counts = np.asarray(counts, float)
    speeds = _over_kinds(speeds, counts)
    slowest = np.min(np.where(counts > 0, speeds, np.inf), axis=0, initial=np.inf)
    out: np.ndarray = np.sum(counts, axis=0) * np.where(np.isfinite(slowest), slowest, 0.0)
    return out


def balanced_flop_per_s(counts: Numeric, speeds: Numeric, *, units_per_replica: Numeric) -> np.ndarray:
    """Useful rate of one job whose replicas get work by speed, in whole micro-batches.

    The slowest kind gets ``units_per_replica`` micro-batches; a kind s times as fast gets floor(s times that) in the same
    time. Rounding down is the loss.

    Parameters
    ----------
    counts : float or array
        Accelerators by kind on the first axis; a number without unit.
    speeds : float or array
        Useful rate of one accelerator by kind, on the first axis, FLOP/s.
    units_per_replica : float or array
        Micro-batches that the slowest kind gets; a number without unit.

    Returns
    -------
    array
        Useful rate of the job, FLOP/s, shape without the kind axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(balanced_flop_per_s(np.array([200.0, 30.0]), np.array([1.0, 2.5]), units_per_replica=5))
    272.0
    """
    counts = np.asarray(counts, float)
    speeds = _over_kinds(speeds, counts)
    slowest = np.min(np.where(counts > 0, speeds, np.inf), axis=0, initial=np.inf)
    slowest = np.where(np.isfinite(slowest), slowest, 1.0)
    whole = np.floor(speeds / slowest * units_per_replica + 1e-9) / units_per_replica
    out: np.ndarray = np.sum(counts * whole * slowest, axis=0)
    return out


def separate_jobs_flop_per_s(counts: Numeric, speeds: Numeric) -> np.ndarray:
    """Useful rate when every kind runs a job of its own: nothing waits, nothing is shared.

    Parameters
    ----------
    counts : float or array
        Accelerators by kind on the first axis; a number without unit.
    speeds : float or array
        Useful rate of one accelerator by kind, on the first axis, FLOP/s.

    Returns
    -------
    array
        Useful rate of all jobs, FLOP/s, shape without the kind axis.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(separate_jobs_flop_per_s(np.array([200.0, 30.0]), np.array([1.0, 2.5])))
    275.0
    """
    counts = np.asarray(counts, float)
    out: np.ndarray = np.sum(counts * _over_kinds(speeds, counts), axis=0)
    return out


def implied_slow_factor(observed_mfu_frac: float, expected_mfu_frac: float) -> float:
    """Further slow-down needed to explain an observed utilisation once the hardware mix is accounted for.

    Parameters
    ----------
    observed_mfu_frac : float
        Model FLOP utilisation seen, 0 to 1.
    expected_mfu_frac : float
        Model FLOP utilisation expected of the hardware mix, 0 to 1.

    Returns
    -------
    float
        Ratio, 1 or more where the job is slower than expected.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(implied_slow_factor(0.11, 0.30), 2)
    2.73
    """
    return expected_mfu_frac / observed_mfu_frac


def _over_kinds(speeds: Numeric, counts: np.ndarray) -> np.ndarray:
    """Speeds with the shape of ``counts``: one per kind, or already one per kind and point."""
    speeds = np.asarray(speeds, float)
    if speeds.ndim == 1:
        speeds = speeds.reshape((-1,) + (1,) * (counts.ndim - 1))
    return np.broadcast_to(speeds, counts.shape)
