"""Compiled loop of adequacy: what every combination of outages leaves short in every hour."""

from __future__ import annotations

import math

from gigacampus.foundation.compiled import njit


@njit(cache=True, nogil=True)
def loss_hours(load_mw, unit_mw, out, probability, available, partial, lolp, eue_mw):
    """Add to every hour the probability and the expected MW of load above what stands.

    ``unit_mw`` (group, hour): power of a unit; group 0 is looked up in ``available`` (probability that no more than a units
    stand, (units + 1,)) and ``partial`` (expected units where no more than a stand); of the others ``out`` (state, group - 1)
    holds how many stand in each state of ``probability`` (state,).
    """
    states, others = out.shape
    most = available.size - 1
    for h in range(load_mw.size):
        each = unit_mw[0, h]
        for s in range(states):
            need = load_mw[h]
            for g in range(others):
                need -= out[s, g] * unit_mw[g + 1, h]
            if need <= 1e-9:
                continue
            # The most units that are still too few; units that meet the need to the last watt are enough.
            enough = most if each <= 1e-12 else min(most, math.ceil(need / each - 1e-9) - 1)
            if enough < 0:
                continue
            lolp[h] += probability[s] * available[enough]
            eue_mw[h] += probability[s] * (need * available[enough] - each * partial[enough])
