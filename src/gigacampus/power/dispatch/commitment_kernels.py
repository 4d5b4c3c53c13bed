"""Compiled dynamic programme over (units on) x (charge): one class of units, a battery, grid, wind and sun, hour by hour."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

NEVER = 1e30
"""Cost of what cannot be."""


@njit(cache=True, nogil=True)
def hour_cost(need, on, hour, rules):
    """Cheapest way to give ``need`` MW with ``on`` units: USD, power of the units and of the grid, and what stays unmet (MW).

    ``hour``: MW of wind and sun, grid (MW, USD/MWh), grid in calls (MW, USD/MWh), MW of a unit, USD of its MWh and of its MW at
    no load. Below a price of zero the grid goes before wind and sun. Running units and the grid keep the spinning share free.
    """
    free, cap, grid_usd, through, through_usd, unit_mw, unit_usd, idle_usd = hour
    least_frac, _, _, unserved_usd, spinning = rules
    able, first = on * unit_mw, min(max(need, 0.0), cap) if grid_usd < 0.0 else 0.0
    rest = need - free
    most = able if spinning <= 0.0 else min(able, max((able + cap - rest) / spinning, able / (1.0 + spinning)))
    want = rest - first if unit_usd < grid_usd or first > 0.0 else rest - cap if unit_usd < through_usd else rest - cap - through
    power = max(min(want, most), able * least_frac)
    grid = max(min(max(rest - power, first), cap, able + cap - (1.0 + spinning) * power), 0.0)
    called = min(max(rest - power - grid, 0.0), through)
    unmet = max(rest - power - grid - called, 0.0)
    usd = idle_usd * able + unit_usd * power + grid_usd * grid + through_usd * called + unserved_usd * unmet
    return usd, power, grid + called, unmet


@njit(**INNER)
def _hour(series, h):
    """Terms of ``hour_cost`` in hour ``h``."""
    free, cap, grid_usd, through, through_usd, unit_mw, unit_usd, idle_usd = series
    return free[h], cap[h], grid_usd[h], through[h], through_usd[h], unit_mw[h], unit_usd[h], idle_usd[h]


@njit(**INNER)
def _at(values, level):
    """Value between two levels."""
    low = min(max(int(level), 0), values.size - 2) if values.size > 1 else 0
    return values[low] + (level - low) * (values[low + 1] - values[low]) if values.size > 1 else values[0]


@njit(cache=True, nogil=True)
def value_hours(load, count, series, rules, battery, values):
    """Fill ``values`` (hour + 1, units on, level) backwards from its last row: least cost from each hour on, over that of its best state.

    ``series``: hours of what ``hour_cost`` reads. ``rules``: least load, USD of a start, hours between changes of the count, USD of
    a MWh unmet, spinning share. ``battery``: MW, MWh of a level, one-way efficiency. Full power may end between two levels.
    """
    power_mw, step_mwh, way = battery
    states, levels = values.shape[1:]
    rise, fall = power_mw * way / step_mwh, power_mw / way / step_mwh
    up, down = min(int(rise + 1e-9), levels - 1), min(int(fall + 1e-9), levels - 1)
    after, best = values[load.size].astype(np.float64), np.zeros((states, levels))
    for h in range(load.size - 1, -1, -1):
        hour, usable = _hour(series, h), int(count[h] + 1e-9)
        for n in range(states):
            best[n, :] = NEVER
            if n > usable:
                continue
            for move in range(-down, up + 1):
                flow = move * step_mwh / way if move > 0 else move * step_mwh * way
                usd = hour_cost(load[h] + flow, n, hour, rules)[0]
                for s in range(max(0, -move), min(levels, levels - move)):
                    best[n, s] = min(best[n, s], usd + after[n, s + move])
            full, empty = hour_cost(load[h] + power_mw, n, hour, rules)[0], hour_cost(load[h] - power_mw, n, hour, rules)[0]
            for s in range(levels):
                if s + rise <= levels - 1:
                    best[n, s] = min(best[n, s], full + _at(after[n], s + rise))
                if s - fall >= 0.0:
                    best[n, s] = min(best[n, s], empty + _at(after[n], s - fall))
        _before(best, after, rules, h, load.size, usable)
        least = after.min()
        for n in range(states):
            for s in range(levels):
                after[n, s] = min(after[n, s] - least, NEVER)
                values[h, n, s] = after[n, s]


@njit(**INNER)
def _may_change(rules, h, hours):
    """Whether the count may change: every so many hours, and not so late that the first hour would follow too soon."""
    stride = int(rules[2])
    return h % stride == 0 and h + stride <= hours


@njit(**INNER)
def _before(best, now, rules, h, hours, usable):
    """Cost before the count changes from that after it: stops are free, starts cost, counts beyond what stands must fall."""
    start_usd, (states, levels) = rules[1], best.shape
    for s in range(levels):
        least = NEVER
        for n in range(states):
            least = min(least, best[n, s])
            now[n, s] = least if _may_change(rules, h, hours) else best[min(n, usable), s]
        more = NEVER
        for n in range(states - 1 if _may_change(rules, h, hours) else -1, -1, -1):
            more = min(more + start_usd, best[n, s])
            now[n, s] = min(now[n, s], more)


@njit(cache=True, nogil=True)
def walk_hours(load, count, series, rules, battery, values, state, out):
    """Hours forward from ``state`` (units on, level) along what costs least; the state at the end.

    ``out`` (7, hour): power of the units, grid, units on, battery (charging above 0), level, unmet. The charge moves to a level, at
    full power, not at all, or by what units or grid just give.
    """
    power_mw, step_mwh, way = battery
    levels = values.shape[2]
    on, level = state
    rise, fall = power_mw * way / step_mwh, power_mw / way / step_mwh
    for h in range(load.size):
        hour, usable = _hour(series, h), int(count[h] + 1e-9)
        free, cap, unit_mw = hour[0], hour[1], hour[5]
        low, high = max(level - fall, 0.0), min(level + rise, levels - 1.0)
        least, best_on, best_level = NEVER * 1e3, 0, level
        for n in range(usable + 1):
            if not _may_change(rules, h, load.size) and n != min(on, usable):
                continue
            started = rules[1] * max(n - on, 0)
            able = n * unit_mw
            bends = (able, able + cap, able * rules[0], able * rules[0] + cap, cap, 0.0)
            for k in range(levels + 9):
                if k < levels:
                    to = float(k)
                elif k < levels + 3:
                    to = (low, high, level)[k - levels]
                else:
                    flow = bends[k - levels - 3] + free - load[h]
                    to = level + (flow * way if flow > 0.0 else flow / way) / step_mwh
                if to < low or to > high:
                    continue
                usd = started + hour_cost(load[h] + _flow(to - level, step_mwh, way), n, hour, rules)[0] + _at(values[h + 1, n], to)
                if usd < least:
                    least, best_on, best_level = usd, n, to
        flow = _flow(best_level - level, step_mwh, way)
        _, power, grid, unmet = hour_cost(load[h] + flow, best_on, hour, rules)
        on, level = best_on, best_level
        out[0, h], out[1, h], out[2, h], out[3, h], out[4, h], out[5, h] = power, grid, on, flow, level, unmet
    return on, level


@njit(**INNER)
def _flow(moved, step_mwh, way):
    """MW that the battery takes while its charge moves by so many levels."""
    return moved * step_mwh / way if moved > 0.0 else moved * step_mwh * way
