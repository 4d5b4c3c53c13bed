"""Compiled loop of a battery that lowers a bill: dear hours are cut to one level a day, cheap hours fill it up to a ceiling."""

from __future__ import annotations

from gigacampus.foundation.compiled import njit


@njit(cache=True, nogil=True)
def _level(grid, first, last, power_mw, energy_mwh):
    """Lowest level to which the hours ``first .. last - 1`` are cut with that power and energy."""
    high, low = grid[first:last].max(), max(0.0, grid[first:last].max() - power_mw)
    for _ in range(40):
        middle, used = 0.5 * (low + high), 0.0
        for h in range(first, last):
            used += min(power_mw, max(0.0, grid[h] - middle))
        if used > energy_mwh:
            low = middle
        else:
            high = middle
    return high


@njit(cache=True, nogil=True)
def cut_hours(grid, unserved, cap, dear, cheap, battery, ceiling, floor_level, stored, flow, soc):
    """Battery of some hours: ``flow`` (discharge positive) and ``soc`` are filled; returns charge at the end and the highest level.

    Unmet load is served first. A run of dear hours is cut to the lowest level that the charge allows, never below
    ``floor_level``; other hours above ``ceiling`` are cut to it, cheap ones filled up to it. ``battery``: MW, MWh, one-way
    efficiency, energy held back.
    """
    power_mw, full, way, held = battery
    top, level = 0.0, 0.0
    for h in range(grid.size):
        if dear[h] and (h == 0 or not dear[h - 1]):
            last = h
            while last < grid.size and dear[last]:
                last += 1
            level = max(floor_level, _level(grid, h, last, power_mw, max(0.0, stored - held) * way))
            top = max(top, level)
        able = min(power_mw, max(0.0, stored - held) * way)
        give = min(able, unserved[h])
        line = level if dear[h] else ceiling
        give += min(able - give, max(0.0, grid[h] - line))
        take = 0.0
        if give <= 0.0 and cheap[h] and not dear[h]:
            take = max(0.0, min(power_mw, (full - stored) / way, min(cap[h], ceiling) - grid[h]))
        stored = min(full, stored + take * way - give / way)
        flow[h], soc[h] = give - take, stored
    return stored, top


@njit(cache=True, nogil=True)
def cut_month(grid, unserved, cap, dear, cheap, battery, ceilings, flow, soc):
    """``cut_hours`` for each of ``ceilings``, the dear hours once cut day by day and once to the month's level; (2 K, hour).

    A month starts full and is run again from its own end when it ends emptier.
    """
    for k in range(ceilings.size):
        for flat in range(2):
            row, level = 2 * k + flat, 0.0
            for _ in range(2 if flat else 1):
                end, top = cut_hours(grid, unserved, cap, dear, cheap, battery, ceilings[k], level, battery[1], flow[row], soc[row])
                for _ in range(2):
                    if end < battery[1] * (1.0 - 1e-6):
                        end, top = cut_hours(grid, unserved, cap, dear, cheap, battery, ceilings[k], level, end, flow[row], soc[row])
                level = top
