"""Frequency of an island after a step of power: swing equation with a first-order governor, in closed form and step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Island:
    """Machines on one frequency; rates are over their rated power and the nominal frequency."""

    rated_mw: float
    inertia_s: float
    droop_frac: float
    governor_s: float
    damping: float
    frequency_hz: float


def rocof_hz_per_s(step_mw: float, island: Island) -> float:
    """Change of frequency in the first moment after a loss of generation (positive) or of load (negative).

    Parameters
    ----------
    step_mw : float
        Generation lost less load lost, MW.
    island : Island
        Machines that stay on line.

    Returns
    -------
    float
        Change of frequency, Hz/s.

    Notes
    -----
    Valid for: before governors and batteries act.

    References
    ----------
    KUNDUR94 : swing equation, chapter 3.

    Examples
    --------
    >>> [round(rocof_hz_per_s(100.0, Island(1200.0, h, 0.04, 2.0, 1.0, 60.0)), 3) for h in (2.0, 4.0)]
    [-1.25, -0.625]
    """
    return -island.frequency_hz * step_mw / (2.0 * island.inertia_s * island.rated_mw)


def nadir_hz(step_mw: float, island: Island) -> tuple[float, float]:
    """Largest deviation of frequency after a step, and when it comes; closed form.

    Parameters
    ----------
    step_mw : float
        Generation lost less load lost, MW.
    island : Island
        Machines that stay on line.

    Returns
    -------
    tuple[float, float]
        Deviation, Hz (below 0 after a loss of generation), and time, s (infinite where it is only approached).

    Notes
    -----
    Valid for: machines with head room, a governor of first order, no battery, load that follows frequency by its damping.

    References
    ----------
    KUNDUR94 : swing equation with droop governor, chapters 3 and 11.

    Examples
    --------
    >>> deviation, time = nadir_hz(50.0, Island(1200.0, 3.0, 0.04, 2.0, 1.0, 60.0))
    >>> round(deviation, 3), round(time, 2)
    (-0.284, 1.18)
    """
    two_h, gain = 2.0 * island.inertia_s, island.damping + 1.0 / island.droop_frac
    settled = -step_mw / island.rated_mw / gain * island.frequency_hz
    # Roots of the characteristic polynomial; complex ones overshoot.
    a = two_h * island.governor_s
    b = two_h + island.damping * island.governor_s
    root = np.sqrt(complex(b * b - 4.0 * a * gain))
    fast, slow = (-b - root) / (2.0 * a), (-b + root) / (2.0 * a)
    if abs(root) < 1e-12:
        fast, slow = fast * (1.0 + 1e-6), slow * (1.0 - 1e-6)
    first = -gain / two_h
    weight_slow = (fast - first) / (slow - fast)
    weight_fast = -1.0 - weight_slow
    time = _turn(weight_slow, slow, weight_fast, fast)
    if math.isinf(time):
        return settled, time
    share = 1.0 + weight_slow * np.exp(slow * time) + weight_fast * np.exp(fast * time)
    return settled * float(share.real), time


def _turn(weight_slow: complex, slow: complex, weight_fast: complex, fast: complex) -> float:
    """First time at which the response turns; infinite where it never does."""
    ratio = -weight_fast * fast / (weight_slow * slow)
    if abs(slow.imag) > 0.0:
        # Conjugate roots: the two terms cancel when their phases differ by half a turn.
        angle = float(np.angle(ratio))
        turn = angle / float((slow - fast).imag)
        period = 2.0 * math.pi / abs(float((slow - fast).imag))
        return turn if turn > 1e-12 else turn + period
    real = float(ratio.real)
    time = math.log(real) / float((slow - fast).real) if real > 0.0 else -1.0
    return time if time > 0.0 else math.inf


def response_hz(
    step_mw: float,
    island: Island,
    *,
    battery_mw: float = 0.0,
    battery_droop_frac: float = 0.01,
    battery_lag_s: float = 0.05,
    step_s: float = 1e-3,
) -> Array:
    """Deviation of frequency over 30 s after a step, with a battery that follows its own droop up to its power.

    Parameters
    ----------
    step_mw : float
        Generation lost less load lost, MW.
    island : Island
        Machines that stay on line.
    battery_mw : float, optional
        Power of the battery, MW; 0: none.
    battery_droop_frac : float, optional
        Deviation over nominal at which the battery gives all its power, no unit.
    battery_lag_s : float, optional
        First-order lag of its inverters, s.
    step_s : float, optional
        Time step, s.

    Returns
    -------
    array
        Deviation, Hz, shape (time,), every ``step_s`` from the step on.

    Notes
    -----
    Valid for: as ``nadir_hz``; integrated by the midpoint rule.

    References
    ----------
    KUNDUR94 : swing equation with droop governor, chapters 3 and 11.

    Examples
    --------
    >>> island = Island(1200.0, 3.0, 0.04, 2.0, 1.0, 60.0)
    >>> float(response_hz(50.0, island).min().round(3)), float(response_hz(50.0, island, battery_mw=150.0).min().round(3))
    (-0.284, -0.13)
    """
    state, lost = np.zeros(3), step_mw / island.rated_mw
    share = battery_mw / island.rated_mw
    out = np.empty(int(30.0 / step_s) + 1)
    for k in range(out.size):
        out[k] = state[0]
        middle = state + 0.5 * step_s * _slope(state, island, lost, share, battery_droop_frac, battery_lag_s)
        state = state + step_s * _slope(middle, island, lost, share, battery_droop_frac, battery_lag_s)
    return out * island.frequency_hz


def _slope(state: Array, island: Island, lost: float, share: float, droop: float, lag_s: float) -> Array:
    speed, governor, battery = state
    wanted = min(max(-speed / droop, -1.0), 1.0) * share
    return np.array(
        [
            (governor + battery - lost - island.damping * speed) / (2.0 * island.inertia_s),
            (-speed / island.droop_frac - governor) / island.governor_s,
            (wanted - battery) / lag_s,
        ]
    )
