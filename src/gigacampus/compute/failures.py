"""Failures of synchronous jobs: rates, checkpoint intervals, and the share of time that makes progress."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.types import Numeric


def job_failure_rate_per_h(accelerators: Numeric, *, per_accelerator_hour: Numeric, per_job_hour: Numeric) -> np.ndarray:
    """Interruptions per hour: a part that grows with the job and a part that does not.

    Parameters
    ----------
    accelerators : float or array
        Accelerators in the job; a number without unit.
    per_accelerator_hour : float or array
        Failures of one accelerator, 1/h.
    per_job_hour : float or array
        Failures that do not grow with the job, 1/h.

    Returns
    -------
    array
        Interruptions of the job, 1/h, shape of the arguments together.

    References
    ----------
    KOK24, CO3 : rate form from Kokolis et al. 2024, arXiv:2410.21680; Llama 3 counts from arXiv:2407.21783.

    Examples
    --------
    >>> each = 419 / (54 * 24 * 16384)
    >>> round(1.0 / float(job_failure_rate_per_h(16384, per_accelerator_hour=each, per_job_hour=0.0)), 3)
    3.093
    """
    return np.asarray(accelerators, float) * per_accelerator_hour + per_job_hour


def daly_interval_h(mtbf_h: Numeric, *, write_h: Numeric) -> np.ndarray:
    """Higher-order best time between checkpoints.

    Parameters
    ----------
    mtbf_h : float or array
        Mean time between failures of the job, h.
    write_h : float or array
        Time for which a checkpoint stops the job, h.

    Returns
    -------
    array
        Interval, h, shape of the arguments together.

    References
    ----------
    DALY06 : Daly 2006; for writes longer than twice the mean time between failures the interval is that mean time.

    Examples
    --------
    >>> round(float(daly_interval_h(3.093, write_h=15 / 3600)), 4)
    0.1578
    """
    mtbf = np.asarray(mtbf_h, float)
    ratio = np.sqrt(write_h / (2.0 * mtbf))
    series = np.sqrt(2.0 * write_h * mtbf) * (1.0 + ratio / 3.0 + ratio**2 / 9.0) - write_h
    return np.where(write_h < 2.0 * mtbf, series, mtbf)


def daly_goodput(mtbf_h: Numeric, *, restart_h: Numeric, write_h: Numeric, interval_h: Numeric | None = None) -> np.ndarray:
    """Share of wall time that makes progress under exponential failures with checkpoints and restarts.

    Parameters
    ----------
    mtbf_h : float or array
        Mean time between failures of the job, h.
    restart_h : float or array
        Time from a failure until the job computes again, h.
    write_h : float or array
        Time for which a checkpoint stops the job, h.
    interval_h : float or array, optional
        Time between checkpoints; empty for the best one, h.

    Returns
    -------
    array
        Share of wall time, 0 to 1, shape of the arguments together.

    Notes
    -----
    Valid for: any failure rate; without failures it is dt / (dt + w), without writes as well it is 1.

    References
    ----------
    DALY06 : Daly 2006, complete form: wall = M exp(R/M) (exp((dt + w)/M) - 1) per dt of work.

    Examples
    --------
    >>> [round(float(daly_goodput(m / 60, restart_h=10 / 60, write_h=15 / 3600)), 2) for m in (186, 30, 15, 6.9)]
    [0.9, 0.63, 0.43, 0.18]
    """
    mtbf = np.asarray(mtbf_h, float)
    # A job that writes nothing still loses at least the last step: a floor keeps the interval positive.
    write = max(float(write_h), 1e-6)
    step = daly_interval_h(mtbf, write_h=write) if interval_h is None else interval_h
    return step / (mtbf * np.exp(restart_h / mtbf) * np.expm1((step + write) / mtbf))


def drop_replica_goodput(
    accelerators: Numeric, *, rate_per_h: Numeric, replica: Numeric, repair_h: Numeric, stall_h: Numeric
) -> np.ndarray:
    """Goodput when a failed replica leaves until repaired and the rest go on.

    A failure costs one replica for the repair time and the whole job for a short stall; both are renewal losses.

    Parameters
    ----------
    accelerators : float or array
        Accelerators in the job; a number without unit.
    rate_per_h : float or array
        Failures of the job, 1/h.
    replica : float or array
        Accelerators of one replica; a number without unit.
    repair_h : float or array
        Mean time to repair, h.
    stall_h : float or array
        Stall of the whole job after a failure, h.

    Returns
    -------
    array
        Share of wall time, 0 to 1, shape of the arguments together.

    Notes
    -----
    Valid for: replica well below the job.

    References
    ----------
    DEF : renewal reward, our derivation.

    Examples
    --------
    >>> round(float(drop_replica_goodput(100_000, rate_per_h=1.97, replica=64, repair_h=4, stall_h=1 / 60)), 3)
    0.963
    """
    rate = np.asarray(rate_per_h, float)
    size = np.maximum(np.asarray(accelerators, float), 1.0)
    away = 1.0 / (1.0 + rate * repair_h * np.minimum(replica / size, 1.0))
    out: np.ndarray = away / (1.0 + rate * stall_h)
    return out


def straggler_factor(nodes: Numeric, *, sigma_frac: Numeric) -> np.ndarray:
    """Step time over that of a mean node when all wait for the slowest of many.

    Parameters
    ----------
    nodes : float or array
        Nodes that wait for one another; a number without unit.
    sigma_frac : float or array
        Standard deviation of node speed over its mean, 0 to 1.

    Returns
    -------
    array
        Ratio of step times, 1 or more, shape of the arguments together.

    References
    ----------
    DEF : leading term of the expected maximum of independent normal speeds.

    Examples
    --------
    >>> round(float(straggler_factor(2048, sigma_frac=0.0075)), 4)
    1.0293
    """
    out: np.ndarray = 1.0 + sigma_frac * np.sqrt(2.0 * np.log(np.maximum(np.asarray(nodes, float), 1.0)))
    return out
