"""Paired scores of a dispersion model.

Source: Chang and Hanna 2004. Valid for: positive observations.
"""

from __future__ import annotations

import numpy as np


def fac2(model: np.ndarray, observed: np.ndarray) -> float:
    """Share of pairs within a factor of two.

    >>> fac2(np.array([1.0, 3.0, 0.6]), np.array([1.0, 1.0, 1.0]))
    0.6666666666666666
    """
    ratio = model / observed
    return float(np.mean((ratio >= 0.5) & (ratio <= 2.0)))


def fractional_bias(model: np.ndarray, observed: np.ndarray) -> float:
    """Mean difference over mean level: above 0 the model is too low.

    >>> fractional_bias(np.array([1.0, 1.0]), np.array([3.0, 3.0]))
    1.0
    """
    return float(2.0 * (observed.mean() - model.mean()) / (observed.mean() + model.mean()))


def relative_errors(model: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Absolute relative error of each pair.

    >>> relative_errors(np.array([1.1]), np.array([1.0])).round(3).tolist()
    [0.1]
    """
    out: np.ndarray = np.abs(model / observed - 1.0)
    return out
