"""Noise that a run can repeat: numbers between 0 and 1 from a position, a stream and a month, in any order."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
LAST_SHIFT = np.uint64(31)
MANTISSA_SHIFT = np.uint64(11)
STEPS = 2.0**53


def _mixed(bits: np.ndarray) -> np.ndarray:
    """Every bit of the result depends on every bit given. Source: Steele, Lea, Flood (2014), finaliser of SplitMix64."""
    for shift, factor in MIX:
        bits = (bits ^ (bits >> shift)) * factor
    out: np.ndarray = bits ^ (bits >> LAST_SHIFT)
    return out


def uniform(luck: Any, stream: str, counter: Any) -> np.ndarray:
    """A number inside (0, 1) for each position ``luck`` and ``counter``: the same whatever was asked for before.

    Two streams of the same position, two counters of a stream and two positions have nothing to do with each other.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    counter : float or array
        Month or other running number; a number without unit.

    Returns
    -------
    array
        Numbers inside (0, 1), shape of ``luck`` and ``counter`` together.

    References
    ----------
    SPLITMIX : counter-based generator with the finaliser of SplitMix64. Shapes: those of ``luck`` and ``counter``
        together.

    Examples
    --------
    >>> uniform(0.25, "rent", np.arange(3)).round(4).tolist()
    [0.947, 0.7372, 0.2278]
    """
    with np.errstate(over="ignore"):
        place = _mixed(np.asarray(luck, dtype=np.float64).view(np.uint64) + GOLDEN_GAMMA)
        place = _mixed(place ^ np.uint64(zlib.crc32(stream.encode())))
        bits = _mixed(place + (np.asarray(counter).astype(np.uint64) + np.uint64(1)) * GOLDEN_GAMMA)
    return ((bits >> MANTISSA_SHIFT).astype(np.float64) + 0.5) / STEPS


def normal(luck: Any, stream: str, counter: Any) -> np.ndarray:
    """A standard normal number for each position and counter.

    Parameters
    ----------
    luck : float or array
        Position of this future among all, 0 to 1, 0 to 1.
    stream : str
        Name of the stream of chance.
    counter : float or array
        Month or other running number; a number without unit.

    Returns
    -------
    array
        Standard normal numbers, shape of ``luck`` and ``counter`` together.

    References
    ----------
    BM58 : Box and Muller (1958).

    Examples
    --------
    >>> z = normal(np.linspace(0.0, 1.0, 4096), "rent", 7)
    >>> bool(abs(z.mean()) < 0.05 and abs(z.std() - 1.0) < 0.05)
    True
    """
    radius = np.sqrt(-2.0 * np.log(uniform(luck, f"{stream} radius", counter)))
    out: np.ndarray = radius * np.cos(2.0 * np.pi * uniform(luck, f"{stream} angle", counter))
    return out


def poisson(rate: Any, u: Any, *, most: int = 8) -> np.ndarray:
    """How many events happen where ``rate`` are expected and chance stands at ``u``; at most ``most``.

    Parameters
    ----------
    rate : float or array
        Events expected; a number without unit.
    u : float or array
        Where chance stands, 0 to 1.
    most : int, optional
        Highest number that is told apart; a number without unit.

    Returns
    -------
    array
        Events, count, shape of ``rate`` and ``u`` together.

    Notes
    -----
    Valid for: rates well below ``most``.

    References
    ----------
    DEF : inverse of the Poisson distribution.

    Examples
    --------
    >>> poisson(0.5, np.array([0.5, 0.7, 0.95])).tolist()
    [0.0, 1.0, 2.0]
    """
    rate, u = np.asarray(rate, dtype=float), np.asarray(u, dtype=float)
    term = np.exp(-rate) * np.ones_like(u)
    below, count = term.copy(), np.zeros_like(term)
    for k in range(1, most + 1):
        count = count + (u > below)
        term = term * rate / k
        below = below + term
    out: np.ndarray = count
    return out
