"""Queues of human reviewers in closed form: Erlang B, Erlang C, Erlang A (Palm), and classes that go first (Cobham)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

TAIL = 60.0
"""Terms smaller than exp(-TAIL) of the largest are left out of the series."""


def _log_sum(log_terms: np.ndarray) -> float:
    top = float(log_terms.max())
    return top + math.log(float(np.exp(log_terms - top).sum()))


def _log_inverse_blocking(load: float, servers: int) -> float:
    """Log of 1/B from the finite sum over occupied servers: sum of c! / ((c-k)! a^k)."""
    steps = np.log(np.arange(servers, 0, -1)) - math.log(load)
    return _log_sum(np.concatenate([[0.0], np.cumsum(steps)]))


def erlang_b(load: float, servers: int) -> float:
    """Blocking probability of a loss system offered ``load`` erlangs.

    Parameters
    ----------
    load : float
        Offered work: arrivals times mean service time, erlang.
    servers : int
        Servers; a number without unit.

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Valid for: Poisson arrivals, any service-time distribution.

    References
    ----------
    ERLANG17 : Erlang 1917.

    Examples
    --------
    >>> round(erlang_b(1.0, 2), 12)
    0.2
    """
    if load <= 0:
        return 0.0 if servers > 0 else 1.0
    return math.exp(-_log_inverse_blocking(load, servers))


def erlang_c(load: float, servers: int) -> float:
    """Probability of waiting when nobody gives up; 1 when the load reaches the servers.

    Parameters
    ----------
    load : float
        Offered work: arrivals times mean service time, erlang.
    servers : int
        Servers; a number without unit.

    Returns
    -------
    float
        Probability, 0 to 1.

    Notes
    -----
    Valid for: Poisson arrivals, exponential service.

    References
    ----------
    ERLANG17 : Erlang 1917.

    Examples
    --------
    >>> round(erlang_c(10.0, 14), 4)
    0.1741
    """
    if load >= servers:
        return 1.0
    blocking = erlang_b(load, servers)
    return servers * blocking / (servers - load * (1.0 - blocking))


def erlang_c_wait(arrival_rate: float, *, service_rate: float, servers: int) -> float:
    """Mean wait; infinite when arrivals reach capacity.

    Parameters
    ----------
    arrival_rate : float
        Items that arrive, 1/unit of time.
    service_rate : float
        Items that one server finishes, 1/unit of time.
    servers : int
        Servers; a number without unit.

    Returns
    -------
    float
        Mean wait, in the unit of time of the rates.

    References
    ----------
    ERLANG17

    Examples
    --------
    >>> round(erlang_c_wait(48.0, service_rate=1.0, servers=50) * 60, 1)
    20.8
    """
    spare = servers * service_rate - arrival_rate
    return erlang_c(arrival_rate / service_rate, servers) / spare if spare > 0 else math.inf


def erlang_c_tail(arrival_rate: float, *, service_rate: float, servers: int, wait: float) -> float:
    """Probability that a wait exceeds ``wait``.

    Parameters
    ----------
    arrival_rate : float
        Items that arrive, 1/unit of time.
    service_rate : float
        Items that one server finishes, 1/unit of time.
    servers : int
        Servers; a number without unit.
    wait : float
        Wait that may be exceeded, unit of time.

    Returns
    -------
    float
        Probability, 0 to 1.

    References
    ----------
    ERLANG17

    Examples
    --------
    >>> round(1 - erlang_c_tail(10 / 3, service_rate=1 / 3, servers=14, wait=20 / 60), 3)
    0.888
    """
    spare = servers * service_rate - arrival_rate
    if spare <= 0:
        return 1.0
    return erlang_c(arrival_rate / service_rate, servers) * math.exp(-spare * max(wait, 0.0))


def erlang_a(arrival_rate: float, *, service_rate: float, abandon_rate: float, servers: int) -> dict[str, float]:
    """Wait, abandonment, queue and occupancy when waiting items expire at ``abandon_rate``.

    Parameters
    ----------
    arrival_rate : float
        Items that arrive, 1/unit of time.
    service_rate : float
        Items that one server finishes, 1/unit of time.
    abandon_rate : float
        Rate at which a waiting item expires, 1/unit of time.
    servers : int
        Servers; a number without unit.

    Returns
    -------
    dict[str, float]
        ``mean_wait``, ``probability_abandon``, ``queue``, ``occupancy`` and what else the model gives.

    Notes
    -----
    Valid for: Poisson arrivals, exponential service and patience; any load, overload included.

    References
    ----------
    PALM57, MZ07 : Palm 1957, as laid out by Mandelbaum and Zeltyn 2007, with the incomplete gamma function as a
        series: A = 1 + sum over j of y^j / ((x+1)...(x+j)), x = c mu / theta, y = lambda / theta.

    Examples
    --------
    >>> r = erlang_a(48.0, service_rate=1.0, abandon_rate=0.5, servers=50)
    >>> round(r["probability_abandon"], 4), round(r["occupancy"], 4)
    (0.0309, 0.9303)
    """
    x, y = servers * service_rate / abandon_rate, arrival_rate / abandon_rate
    terms = int(max(y - x, 0.0) + 12.0 * math.sqrt(TAIL * (x + y + 1.0)) + 10.0 * TAIL)
    log_a = _log_sum(np.concatenate([[0.0], np.cumsum(math.log(y) - np.log(x + np.arange(1, terms + 1)))]))
    log_busy = log_a - _log_inverse_blocking(arrival_rate / service_rate, servers)
    blocking = erlang_b(arrival_rate / service_rate, servers)
    wait = 1.0 / (1.0 + (1.0 - blocking) * math.exp(-log_busy))
    rho = arrival_rate / (servers * service_rate)
    gone = wait * (math.exp(-log_a) / rho + 1.0 - 1.0 / rho)
    return {
        "probability_wait": wait,
        "probability_abandon": gone,
        "mean_wait_all": gone / abandon_rate,
        "mean_queue": arrival_rate * gone / abandon_rate,
        "occupancy": rho * (1.0 - gone),
    }


def fluid_backlog(arrivals_per_h: np.ndarray, *, capacity_per_h: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Backlog at the end of each month when every item is worked; shape (month,).

    Parameters
    ----------
    arrivals_per_h : array
        Items that arrive, by month, 1/h.
    capacity_per_h : array
        What passes in an hour, 1/h.
    hours : array
        Hours of each month, h.

    Returns
    -------
    array
        Items waiting, count, shape (month,).

    References
    ----------
    DEF

    Examples
    --------
    >>> fluid_backlog(np.array([3.0, 1.0]), capacity_per_h=np.array([2.0, 2.0]), hours=np.array([10.0, 4.0])).tolist()
    [10.0, 6.0]
    """
    backlog, out = 0.0, np.empty(len(arrivals_per_h))
    for i, (arrive, work, span) in enumerate(zip(arrivals_per_h, capacity_per_h, hours, strict=True)):
        backlog = max(backlog + (arrive - work) * span, 0.0)
        out[i] = backlog
    return out


def priority_waits(arrival_rates: Sequence[float], *, service_rate: float, servers: int) -> list[float]:
    """Mean wait of each class when the first class goes first and nobody is interrupted.

    Parameters
    ----------
    arrival_rates : sequence of float
        Items of each class that arrive, the most urgent first, 1/unit of time.
    service_rate : float
        Items that one server finishes, the same for all classes, 1/unit of time.
    servers : int
        Servers; a number without unit.

    Returns
    -------
    list of float
        Mean wait of each class, in the unit of time of the rates; infinite from the class at which the load reaches the servers.

    Notes
    -----
    Valid for: Poisson arrivals, exponential service, nobody gives up.

    References
    ----------
    COBHAM54 : waits of several channels, with Erlang C for the chance that all are busy.

    Examples
    --------
    >>> [round(w, 4) for w in priority_waits([0.3, 0.4], service_rate=1.0, servers=1)]
    [1.0, 3.3333]
    """
    capacity = servers * service_rate
    total = float(sum(arrival_rates))
    busy = erlang_c(total / service_rate, servers)
    out, before = [], 0.0
    for rate in arrival_rates:
        after = before + rate / capacity
        out.append(busy / capacity / ((1.0 - before) * (1.0 - after)) if after < 1.0 else math.inf)
        before = after
    return out


def fewest_servers(arrival_rate: float, *, service_rate: float, wait: float, late_frac: float) -> int:
    """Fewest servers with which no more than a share of items waits too long, every item worked.

    Parameters
    ----------
    arrival_rate : float
        Items that arrive, 1/unit of time.
    service_rate : float
        Items that one server finishes, 1/unit of time.
    wait : float
        Wait that may be exceeded, unit of time.
    late_frac : float
        Largest share of items that may wait longer, 0 to 1.

    Returns
    -------
    int
        Servers; a number without unit.

    References
    ----------
    ERLANG17

    Examples
    --------
    >>> fewest_servers(10 / 3, service_rate=1 / 3, wait=20 / 60, late_frac=0.2)
    14
    """
    if arrival_rate <= 0.0:
        return 0
    servers = int(arrival_rate / service_rate) + 1
    step = 1
    while erlang_c_tail(arrival_rate, service_rate=service_rate, servers=servers + step, wait=wait) > late_frac:
        step *= 2
    low, high = servers - 1, servers + step
    while high - low > 1:
        middle = (low + high) // 2
        enough = erlang_c_tail(arrival_rate, service_rate=service_rate, servers=middle, wait=wait) <= late_frac
        low, high = (low, middle) if enough else (middle, high)
    return high
