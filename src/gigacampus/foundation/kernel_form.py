"""The one form in which arrays reach compiled kernels."""

from __future__ import annotations

import numpy as np


def kernel_form(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """``arrays`` in C order and writable: numba compiles a kernel anew for every other mix of orders and flags."""
    return tuple(np.require(array, None, ("C", "W")) for array in arrays)
