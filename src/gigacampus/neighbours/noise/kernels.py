"""Compiled sum of group energies over the hours of a month; the plain twin is in the tests."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def hour_energies(unit: np.ndarray, weight: np.ndarray, slot: np.ndarray, out: np.ndarray) -> None:
    """Add ``sum over groups of unit[slot of the hour] * weight[group, hour]`` to ``out``.

    ``unit`` (slot, receptor, group, weighting), ``weight`` (group, hour), ``slot`` (receptor, hour): the wind class and
    period of each hour, ``out`` (receptor, hour, weighting).
    """
    receptors, hours, weightings = out.shape
    groups = weight.shape[0]
    for r in range(receptors):
        for h in range(hours):
            s = slot[r, h]
            for w in range(weightings):
                total = 0.0
                for g in range(groups):
                    total += unit[s, r, g, w] * weight[g, h]
                out[r, h, w] += total
