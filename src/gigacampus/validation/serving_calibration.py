"""Constants of the roofline for one engine and model, from rates measured on it; pooled constants do not travel."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from gigacampus.compute.roofline import ServingPoint, requests_per_s

FREE = ("memory_frac", "prefill_frac", "layer_s")
"""Constants that are fitted again; the others keep their pooled values."""
SOFT = 0.1
"""Log residual beyond which a row counts linearly."""
LOG_LOWEST = -16.0


def output_tokens_per_s(point: ServingPoint, constants: Any) -> np.ndarray:
    """Output tokens a second of one replica."""
    out: np.ndarray = requests_per_s(point, constants) * point.output_tokens
    return out


def calibrated(point: ServingPoint, measured_tokens_per_s: np.ndarray, pooled: Any) -> SimpleNamespace:
    """Pooled constants with ``FREE`` refitted by robust least squares on the log of measured output rates."""

    def constants(x: np.ndarray) -> SimpleNamespace:
        return SimpleNamespace(**{**vars(pooled), **dict(zip(FREE, np.exp(x), strict=True))})

    start = np.log(np.clip([getattr(pooled, name) for name in FREE], 1e-6, 0.99))
    best = least_squares(
        lambda x: np.log(output_tokens_per_s(point, constants(x)) / measured_tokens_per_s),
        start,
        loss="soft_l1",
        f_scale=SOFT,
        bounds=(LOG_LOWEST, 0.0),
    )
    return constants(best.x)
