"""A surface of an outcome that is cut off or has far tails: dates beyond the horizon, shares that cannot fall below zero, ratios.

What lies at an end is known only to lie at it or beyond. Taken as it stands it bends the surface flat, and any slope then moves futures
off the end that are in truth far beyond. So they stand at what a normal spread about the surface expects beyond the end, fitted anew a
few times (Schmee and Hahn's iterated least squares).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from gigacampus.explore.response_surface import Surface, fit, fitted_values

ROUNDS = 4
LEAST_KNOWN_FRAC = 0.05
"""Share of futures that must lie between the ends; with fewer nothing is known of what lies beyond."""
FAR = 2.0
"""Widths of the 10-90 % band beyond its ends from which on a value counts as that far: farther ones move no quantile that is shown."""
Ends = tuple[float | None, float | None]


def fit_between(
    columns: Mapping[str, np.ndarray],
    outcome: np.ndarray,
    world: np.ndarray,
    ends: Ends,
    *,
    physical: Collection[str],
    levers: Sequence[str] = (),
) -> tuple[Surface, np.ndarray]:
    """The surface, and the outcome that it was fitted on: what lies at an end stands where it may be expected beyond it."""
    values = without_far_tails(outcome)
    at = [(side, end, side * (values - end) >= 0.0) for side, end in zip((-1.0, 1.0), ends, strict=True) if end is not None]
    at = [(side, end, beyond) for side, end, beyond in at if np.count_nonzero(beyond) > 1]
    known = ~np.any([beyond for _, _, beyond in at], axis=0) if at else np.ones(values.size, dtype=bool)
    surface = fit(columns, values, world, physical=physical, levers=levers, alone=bool(at))
    if not at or np.mean(known) < LEAST_KNOWN_FRAC:
        return (fit(columns, values, world, physical=physical, levers=levers) if at else surface), values
    for step in range(ROUNDS):
        middle = fitted_values(surface, columns, values)
        spread = float(np.std(values[known] - middle[known]))
        for side, end, beyond in at:
            values[beyond] = end + side * np.maximum(expected_beyond(side * (end - middle[beyond]), spread), 0.0)
        surface = fit(columns, values, world, physical=physical, levers=levers, alone=step < ROUNDS - 1)
    return surface, values


def without_far_tails(outcome: np.ndarray) -> np.ndarray:
    """The outcome with what lies far off its band brought near it: a ratio that explodes in a few futures leads no slope.

    >>> bool(without_far_tails(np.array([*range(11), 1e9])).max() < 40.0)
    True
    """
    low, high = np.quantile(outcome, (0.1, 0.9))
    reach = FAR * (high - low)
    return np.asarray(np.clip(outcome, low - reach, high + reach) if reach > 0.0 else np.array(outcome, dtype=float))


def expected_beyond(short: np.ndarray, spread: float) -> np.ndarray:
    """How far beyond an end a value may be expected that lies there, where its mean is ``short`` of the end, spread normally.

    >>> expected_beyond(np.array([0.0, -100.0]), 1.0).round(4).tolist()
    [0.7979, 100.0]
    """
    if spread <= 0.0:
        return np.asarray(np.maximum(-short, 0.0))
    z = short / spread
    tail = np.array([0.5 * math.erfc(v / math.sqrt(2.0)) for v in z])
    density = np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)
    mills = np.where(tail > 1e-12, density / np.maximum(tail, 1e-300), z + 1.0 / np.maximum(z, 1.0))
    return np.asarray(spread * (mills - z))
