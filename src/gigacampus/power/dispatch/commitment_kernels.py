"""Compiled dynamic programme over (units on) x (state of charge): one class of units, a battery, the grid, hour by hour."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

NEVER = 1e30
"""Cost of what cannot be."""


@njit(cache=True, nogil=True)
def hour_cost(need, on, unit_mw, least_frac, unit_usd, idle_usd, grid_usd, cap, unserved_usd):
    """Cheapest way to give ``need`` MW with ``on`` units: USD, power of the units and of the grid (MW)."""
    least, most = on * unit_mw * least_frac, on * unit_mw
    power = min(max(need if unit_usd < grid_usd else need - cap, least), most)
    grid = min(max(need - power, 0.0), cap)
    unserved = max(need - power - grid, 0.0)
    return idle_usd * on * unit_mw + unit_usd * power + grid_usd * grid + unserved_usd * unserved, power, grid


@njit(cache=True, nogil=True)
def commit(load, cap, grid_usd, unit_mw, count, unit_usd, idle_usd, rules, battery, choice_on, choice_stored):
    """Fill the best count and charge level after each hour for every state before it; returns the least cost of state (0, start).

    ``rules``: least load, USD of a start, hours between changes of the count, USD of a MWh unmet. ``battery``: MW, MWh of a
    level, levels, one-way efficiency, level at start, which the end must reach again.
    """
    least_frac, start_usd, stride, unserved_usd = rules
    power_mw, step_mwh, levels, way, begin = battery
    most = int(count.max())
    up, down = (int(power_mw * way / step_mwh + 1e-9), int(power_mw / way / step_mwh + 1e-9)) if levels > 1 else (0, 0)
    after, now, best = np.zeros((most + 1, levels)), np.zeros((most + 1, levels)), np.zeros((most + 1, levels))
    after[:, :begin] = NEVER
    for h in range(load.size - 1, -1, -1):
        here, usable = choice_stored[h], int(count[h] + 1e-9)
        for n in range(most + 1):
            best[n, :] = NEVER
            if n <= usable:
                for move in range(-down, up + 1):
                    flow = move * step_mwh / way if move > 0 else move * step_mwh * way
                    usd = hour_cost(load[h] + flow, n, unit_mw[h], least_frac, unit_usd[h], idle_usd[h], grid_usd[h], cap[h], unserved_usd)[
                        0
                    ]
                    for s in range(max(0, -move), min(levels, levels - move)):
                        total = usd + after[n, s + move]
                        if total < best[n, s]:
                            best[n, s], here[n, s] = total, s + move
        _change(best, now, choice_on[h], start_usd, h % stride == 0, usable)
        after, now = now, after
    return after[0, begin]


@njit(**INNER)
def _change(best, now, choice_on, start_usd, may_change, usable):
    """Cost before the count changes from that after it: stops are free, starts cost, counts beyond what stands must fall."""
    most, levels = best.shape[0] - 1, best.shape[1]
    for s in range(levels):
        if not may_change:
            for n in range(most + 1):
                to = min(n, usable)
                now[n, s], choice_on[n, s] = best[to, s], to
            continue
        least, at = NEVER, 0
        for n in range(most + 1):
            if best[n, s] < least:
                least, at = best[n, s], n
            now[n, s], choice_on[n, s] = least, at
        more, at = NEVER, most
        for n in range(most, -1, -1):
            more += start_usd
            if best[n, s] < more:
                more, at = best[n, s], n
            if more < now[n, s]:
                now[n, s], choice_on[n, s] = more, at
