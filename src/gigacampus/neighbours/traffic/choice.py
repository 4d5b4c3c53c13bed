"""When drivers leave home where a queue is usual: nobody waits longer than coming earlier or later is worth to him."""

from __future__ import annotations

import numpy as np


def settled_wait_h(
    cars: np.ndarray | float,
    capacity_per_h: np.ndarray | float,
    *,
    other_per_h: np.ndarray | float,
    early_cost_ratio: float,
    late_cost_ratio: float,
) -> np.ndarray:
    """Longest wait behind a bottleneck once every driver who may choose has chosen the time that costs least.

    In equilibrium the wait grows by ``early_cost_ratio`` an hour of passing time until the shift starts and falls by ``late_cost_ratio``
    after it, or by as much as other traffic lets it; the drivers who pass in between are all of them. Without other traffic this is
    Vickrey's bottleneck: d times cars over capacity, with d = b c / (b + c) of the two ratios b and c.

    Parameters
    ----------
    cars : array
        Drivers who choose, all wanted at one time, in passenger-car units; a number without unit.
    capacity_per_h : array
        What passes in an hour, 1/h.
    other_per_h : array
        Traffic in the same queue that does not choose, below capacity, 1/h.
    early_cost_ratio : float
        Cost of an hour too early over that of an hour in the queue, below 1, no unit.
    late_cost_ratio : float
        Cost of an hour too late over that of an hour in the queue, no unit.

    Returns
    -------
    array
        Longest wait, h, shape of the arguments together.

    Notes
    -----
    Valid for: drivers alike, one bottleneck, first in first out.

    References
    ----------
    VICKREY69, ADL90 : the closed form without other traffic; with it the same indifference on the flow that is left.

    Examples
    --------
    >>> float(settled_wait_h(1000.0, 900.0, other_per_h=0.0, early_cost_ratio=0.609, late_cost_ratio=2.377).round(4))
    0.5387
    """
    cars, capacity, other = (np.asarray(x, dtype=float) for x in (cars, capacity_per_h, other_per_h))
    early = capacity - other * (1.0 - early_cost_ratio)
    late = np.maximum(capacity - other * (1.0 + late_cost_ratio), 0.0) * early_cost_ratio / late_cost_ratio
    return np.asarray(early_cost_ratio * cars / (early + late))


def capacity_for_wait(wait_h: float, *, arrivals_per_h: np.ndarray, window_h: float) -> np.ndarray:
    """Capacity below which an even arrival within a window waits longer than ``wait_h``: the inverse of ``peak_wait_h``.

    Parameters
    ----------
    wait_h : float
        Longest wait, h.
    arrivals_per_h : array
        All arrivals in the window, 1/h.
    window_h : float
        Time in which they arrive, h.

    Returns
    -------
    array
        Capacity, 1/h, shape of ``arrivals_per_h``.

    References
    ----------
    NEWELL82

    Examples
    --------
    >>> capacity_for_wait(0.5, arrivals_per_h=np.array(1200.0), window_h=1.5).tolist()
    900.0
    """
    return np.asarray(np.asarray(arrivals_per_h, dtype=float) / (1.0 + wait_h / window_h))


def crash_ratio(background_per_day: float, added_per_day: np.ndarray) -> np.ndarray:
    """Crashes expected with added traffic over those without: in the published function of a rural two-lane road they grow with traffic.

    Parameters
    ----------
    background_per_day : float
        Vehicles a day both ways without the added ones, 1/day.
    added_per_day : array
        Vehicles added, 1/day.

    Returns
    -------
    array
        Ratio, no unit, shape of ``added_per_day``; NaN where there is no other traffic to compare with.

    Notes
    -----
    Valid for: a two-lane rural road below 17,800 vehicles a day, base conditions, no work zone.

    References
    ----------
    HSM10 : equation 10-6, crashes = vehicles a day x miles x 365e-6 e^-0.312

    Examples
    --------
    >>> crash_ratio(8000.0, np.array(2000.0)).tolist()
    1.25
    """
    added = np.asarray(added_per_day, dtype=float)
    return 1.0 + added / background_per_day if background_per_day > 0.0 else np.full(added.shape, np.nan)
