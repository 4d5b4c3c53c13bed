"""Compiled loops of a battery that lowers a bill: dear hours cut to one level a day, or each hour by its price."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit


@njit(**INNER)
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
    ``floor_level``; other hours above ``ceiling`` are cut to it, cheap ones filled up to it. ``battery``: as ``battery.Battery``.
    """
    power_mw, full, way, held = battery.power_mw, battery.energy_mwh, battery.one_way_frac, battery.held_mwh
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
                end, top = cut_hours(grid, unserved, cap, dear, cheap, battery, ceilings[k], level, battery.energy_mwh, flow[row], soc[row])
                for _ in range(2):
                    if end < battery.energy_mwh * (1.0 - 1e-6):
                        end, top = cut_hours(grid, unserved, cap, dear, cheap, battery, ceilings[k], level, end, flow[row], soc[row])
                level = top


@njit(**INNER)
def _moved_usd(h, energy, month, battery, terms):
    """Cost of hour ``h`` if the charge grows by ``energy`` (MWh, negative: falls), infinite where that cannot be, and the flow in MW."""
    grid, unserved, cap, spare, usd = month
    penalty_usd, worth_usd, ceiling, over_usd = terms
    bought, left, flow = grid[h], unserved[h], 0.0
    if energy > 0.0:
        take = energy / battery.one_way_frac
        bought = grid[h] + max(0.0, take - spare[h])
        flow = -take
        if bought > grid[h] and bought > min(cap[h], ceiling) * (1.0 + 1e-12):
            return np.inf, flow
    elif energy < 0.0:
        give = -energy * battery.one_way_frac
        served = min(give, unserved[h])
        bought, left, flow = grid[h] - (give - served), unserved[h] - served, give
        if bought < 0.0:
            return np.inf, flow
    cost = bought * usd[h] + max(0.0, bought - cap[h]) * penalty_usd + left * worth_usd
    return cost + max(0.0, bought - ceiling) * over_usd, flow


@njit(cache=True, nogil=True)
def price_month(month, battery, levels, terms, flow, soc):
    """Battery of a month by the price of every hour: ``flow`` (discharge positive) and ``soc`` are filled, (hour,).

    A dynamic programme over ``levels`` of charge between what is held back and full; the month begins and ends full. ``month``: grid
    power, unmet load, open grid, unused wind and sun (MW) and price (USD/MWh), (hour,) each. ``battery``: as ``battery.Battery``.
    ``terms``: penalty beyond the open grid and worth of unmet load (USD/MWh), a ceiling of grid power and what a MWh
    above it weighs.
    """
    hours, step = month[0].size, (battery.energy_mwh - battery.held_mwh) / (levels - 1)
    up, down = int(battery.power_mw * battery.one_way_frac / step + 1e-9), int(battery.power_mw / battery.one_way_frac / step + 1e-9)
    worth = np.full(levels, np.inf)
    worth[levels - 1] = 0.0
    before, choice = np.empty(levels), np.zeros((hours, levels), dtype=np.int64)
    cost = np.empty(up + down + 1)
    for back in range(hours):
        h = hours - 1 - back
        for move in range(-down, up + 1):
            cost[move + down] = _moved_usd(h, move * step, month, battery, terms)[0]
        for level in range(levels):
            least, best = np.inf, 0
            for move in range(max(-down, -level), min(up, levels - 1 - level) + 1):
                usd = cost[move + down] + worth[level + move]
                if usd < least:
                    least, best = usd, move
            before[level], choice[h, level] = least, best
        worth[:] = before
    level = levels - 1
    for h in range(hours):
        move = choice[h, level]
        flow[h] = _moved_usd(h, move * step, month, battery, terms)[1]
        level += move
        soc[h] = battery.held_mwh + level * step
