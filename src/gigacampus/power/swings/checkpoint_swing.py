"""Swings of synchronous training at the fence, before and after the site battery."""

from __future__ import annotations

import numpy as np

from gigacampus.schema.power import PowerSpec

Array = np.ndarray


def checkpoint_swing_mw(
    it_rated_mw: Array, accelerators: Array, job_accelerators: float, utilisation_frac: float, power: PowerSpec
) -> Array:
    """Step at the fence when a training job pauses for a checkpoint.

    Every accelerator of a job falls from work to ``chip_swing_ratio_frac`` of it together (measured correlation 0.99);
    jobs pause independently, so their steps add as the root of the sum of squares. Cooling does not follow within
    seconds.

    Parameters
    ----------
    it_rated_mw : array
        Rated IT power, MW.
    accelerators : array
        Accelerators in service; a number without unit.
    job_accelerators : float
        Accelerators of one job; a number without unit.
    utilisation_frac : float
        Share of accelerators at work, 0 to 1.
    power : PowerSpec
        Rules of supply.

    Returns
    -------
    array
        Step, MW, shape of the arguments together.

    Notes
    -----
    Valid for: synchronous jobs.

    References
    ----------
    TRACES : statistics of public 8-GPU training traces (555 W at work, 150 W at a checkpoint).

    Examples
    --------
    >>> round(float(checkpoint_swing_mw(np.array([139.0]), np.array([1e5]), 1e5, 1.0, PowerSpec(chip_share_frac=0.4))[0]), 1)
    42.9
    """
    working = np.asarray(accelerators, dtype=float) * utilisation_frac
    full_jobs = np.floor(working / max(job_accelerators, 1.0))
    rest = working - full_jobs * job_accelerators
    effective = np.sqrt(full_jobs * job_accelerators**2 + rest**2)
    rated_each = np.divide(it_rated_mw, accelerators, out=np.zeros_like(working), where=np.asarray(accelerators) > 0.0)
    chip_step = effective * rated_each * power.chip_share_frac * (1.0 - power.chip_swing_ratio_frac)
    out: Array = chip_step * (
        1.0 + power.conversion_loss_frac * (1.0 - power.conversion_constant_frac) / (1.0 - power.conversion_loss_frac)
    )
    return out


def swing_after_storage_mw(swing_mw: Array, battery_mw: Array, power: PowerSpec) -> Array:
    """What is left of the swing behind a battery: what exceeds its power, or what its inverters are too slow for.

    A first-order lag tau follows an edge of length t with an error of (tau / t)(1 - exp(-t / tau)) of the step.

    Parameters
    ----------
    swing_mw : array
        Step at the fence, MW.
    battery_mw : array
        Power of the site battery, MW.
    power : PowerSpec
        Rules of supply.

    Returns
    -------
    array
        What is left of the step, MW, shape of the arguments together.

    Notes
    -----
    Valid for: edges longer than a millisecond.

    References
    ----------
    DEF : step-ramp response of a first-order filter.

    Examples
    --------
    >>> swing_after_storage_mw(np.array([40.0, 200.0]), np.array([150.0, 150.0]), PowerSpec()).round(1)
    array([ 2., 50.])
    """
    ratio = power.inverter_lag_s / power.swing_edge_s
    lag = ratio * (1.0 - np.exp(-1.0 / ratio))
    return np.where(battery_mw > 0.0, np.maximum(swing_mw - battery_mw, swing_mw * lag), swing_mw)
