"""Compiled loop of adequacy: what every combination of outages leaves short in every hour."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import njit


@njit(cache=True, nogil=True)
def loss_hours(load_mw, unit_mw, standing, probability, available, partial, lolp, eue_mw):
    """Add to every hour the probability and the expected MW of load above what stands.

    ``unit_mw`` (group, hour): power of a unit; group 0 is looked up in ``available`` (probability that no more than a units
    stand, (units + 1,)) and ``partial`` (expected units where no more than a stand); of the others ``standing`` (group - 1, state)
    holds how many stand in each state of ``probability`` (state,).
    """
    others, states = standing.shape
    most = available.size - 1
    need, enough = np.empty(states), np.empty(states)
    for h in range(load_mw.size):
        each = unit_mw[0, h]
        need[:] = load_mw[h]
        for g in range(others):
            unit = unit_mw[g + 1, h]
            for s in range(states):
                need[s] -= standing[g, s] * unit
        # The most units that are still too few; units that meet the need to the last watt are enough.
        if each <= 1e-12:
            enough[:] = most
        else:
            for s in range(states):
                enough[s] = min(most, np.ceil(need[s] / each - 1e-9) - 1.0)
        probability_short, short_mw = lolp[h], eue_mw[h]
        for s in range(states):
            if need[s] > 1e-9 and enough[s] >= 0.0:
                a = int(enough[s])
                probability_short += probability[s] * available[a]
                short_mw += probability[s] * (need[s] * available[a] - each * partial[a])
        lolp[h], eue_mw[h] = probability_short, short_mw
