"""Plain Python and numpy twins of the compiled loops: slow, written from the words of the docs, the oracle of the kernels."""

from __future__ import annotations

import math

import numpy as np


def load_hour(it_mw, rated_mw, terms, installed, plant, h):
    """Facility load, IT served, cooling, heat, and heat evaporated and rejected dry in one hour; ``plant`` as ``load.Plant``."""
    loss_frac, constant_frac, liquid, hall_fan, auxiliary = terms
    loss = loss_frac * (constant_frac * rated_mw + (1 - constant_frac) * it_mw)
    hall = (it_mw + loss) * (1 - liquid) * hall_fan
    heat = it_mw + loss + hall
    can = np.asarray(installed) * plant.capacity_frac[:, h]
    on_air = np.asarray(plant.cools_hall_air)
    carried = min(heat, can.sum())
    of_air = min(carried * (1 - liquid), can[on_air].sum())
    of_liquid = min(carried - of_air, can[~on_air].sum())
    of_air = carried - of_liquid
    of_kind = np.zeros(len(installed))
    for sort, part in ((on_air, of_air), (~on_air, of_liquid)):
        if can[sort].sum() > 0:
            of_kind[sort] = part * can[sort] / can[sort].sum()
    cooling = 0.0
    for k in range(len(installed)):
        if installed[k] > 0:
            cooling += plant.fan_frac[k] * installed[k] * min(1.0, plant.air_frac[k, h] * of_kind[k] / installed[k]) ** 3
            cooling += of_kind[k] * (plant.pump_frac[k] + plant.compressor_frac[k, h])
    served = carried / heat if heat > 0 else 0.0
    rejected, wet = of_kind * (1 + plant.compressor_frac[:, h]), np.asarray(plant.evaporates)
    facility = served * heat + auxiliary * it_mw + cooling
    return facility, served * it_mw, cooling + served * hall, carried, rejected[wet].sum(), rejected[~wet].sum()


def part_load(half, three_quarters, fraction):
    """Heat rate over full-load heat rate, held at a quarter load below it."""
    slope = (half - three_quarters) / 0.25
    quarter = three_quarters + 2 * (half - three_quarters)
    if fraction < 0.25:
        return quarter
    if fraction < 0.75:
        return three_quarters + slope * (0.75 - fraction)
    return 1.0 + (three_quarters - 1.0) * (1.0 - fraction) / 0.25


def dispatch_month(
    load,
    grid_cap,
    unit_mw,
    full_fuel,
    units_out,
    counts,
    curve,
    least,
    battery,
    grid_first,
    spinning,
    first_hour=0,
    charge_mwh=None,
    charge_cap=math.inf,
    free=None,
    sun_first=False,
    through=None,
    more_usd=None,
    penalty_usd=0.0,
):
    """One month hour by hour. Arrays of hours and (group, hour); returns a dict of sums and the charge at the end.

    ``charge_cap``: highest grid power at which the battery still charges, by hour or one for all.
    ``free``: wind and sun; ``sun_first``: the battery serves them
    alone. ``through``: what may be taken against a penalty; ``more_usd``: an hour's price beyond the tariff's.
    """
    nothing = np.zeros(len(load))
    free, through, more_usd = (nothing if x is None else x for x in (free, through, more_usd))
    charge_cap = nothing + charge_cap
    mw, mwh, one_way, floor = battery
    stored = mwh if charge_mwh is None else charge_mwh
    on = [0.0] * len(counts)
    sums = dict.fromkeys(
        (
            "demand_mwh",
            "grid_mwh",
            "onsite_mwh",
            "battery_charge_mwh",
            "battery_discharge_mwh",
            "curtailed_mwh",
            "unserved_mwh",
            "unserved_hours",
            "grid_peak_mw",
            "starts",
            "fuel_mmbtu",
            "wind_sun_mwh",
            "beyond_tariff_usd",
        ),
        0.0,
    )
    whole_mw = mw
    for i, facility in enumerate(load):
        h = first_hour + i
        sunny = min(max(0.0, free[i] - facility), whole_mw, (mwh - stored) / one_way)
        used, asked = min(facility, free[i]) + sunny, facility - min(facility, free[i])
        early = min(asked, whole_mw, max(0.0, stored - floor) * one_way) if sun_first else 0.0
        asked, mw = asked - early, 0.0 if sun_first else whole_mw - sunny
        stored = min(mwh, stored + sunny * one_way) - early / one_way
        usable = [max(0.0, n - units_out[g, min(math.ceil(n), units_out.shape[1] - 1), h]) for g, n in enumerate(counts)]
        pool = sum(n * unit_mw[g, h] for g, n in enumerate(usable))
        need = max(0.0, asked - grid_cap[i]) if grid_first else min(asked, pool)
        spare = max(0.0, grid_cap[i] - max(0.0, asked - need))
        wish = min(mw, (mwh - stored) / one_way)
        room = max(0.0, min(grid_cap[i], charge_cap[i]) - max(0.0, asked - need))
        target = min(pool, need + max(0.0, spinning * need - spare) + max(0.0, wish - room))
        before, committed = list(on), 0.0
        for g, n in enumerate(usable):
            missing = target - committed
            wanted = min(math.ceil(missing / unit_mw[g, h] - 1e-9), n) if missing > 0 and unit_mw[g, h] > 0 else 0.0
            keep = 0.0 if h % 24 == 0 or free.max() > 0 else min(before[g], n)
            on[g] = min(max(wanted, keep), n)
            committed += on[g] * unit_mw[g, h]
        onsite = min(need, committed)
        grid = min(grid_cap[i], asked - onsite)
        short = asked - onsite - grid
        discharge = min(short, mw, max(0.0, stored - floor) * one_way) if short > 0 else 0.0
        charge = 0.0 if short > 0 else min(wish, room + committed - onsite)
        from_grid = min(charge, max(0.0, min(grid_cap[i], charge_cap[i]) - grid))
        wanted_mw = onsite + charge - from_grid
        generated = 0.0
        for g in range(len(counts)):
            if on[g] > 0 and unit_mw[g, h] > 0:
                own = min(1.0, max(wanted_mw / committed, least[g]))
                out = on[g] * unit_mw[g, h] * own
                generated += out
                sums["fuel_mmbtu"] += out * full_fuel[g, h] * part_load(*curve[g], own)
        surplus = max(0.0, generated - wanted_mw)
        backed = min(surplus, grid + from_grid)
        extra = min(surplus - backed, max(0.0, wish - charge))
        grid += from_grid - backed
        charge += extra
        stored = min(mwh, stored + charge * one_way - discharge / one_way)
        bought = min(max(0.0, short - discharge), through[i])
        unmet = max(0.0, short - discharge) - bought
        grid += bought
        if i > 0:
            sums["starts"] += sum(max(0.0, a - b) for a, b in zip(on, before, strict=True))
        for name, value in (
            ("demand_mwh", facility),
            ("wind_sun_mwh", used),
            ("beyond_tariff_usd", grid * more_usd[i] + bought * penalty_usd),
            ("grid_mwh", grid),
            ("onsite_mwh", generated),
            ("battery_charge_mwh", charge + sunny),
            ("battery_discharge_mwh", discharge + early),
            ("curtailed_mwh", surplus - backed - extra),
            ("unserved_mwh", unmet),
            ("unserved_hours", float(unmet > 1e-9)),
        ):
            sums[name] += value
        sums["grid_peak_mw"] = max(sums["grid_peak_mw"], grid)
    return sums, stored


def cut_hours(grid, unserved, cap, dear, cheap, battery, ceiling, floor_level, stored):
    """Battery of some hours from the words of the kernel: flow (discharge positive), charge by hour, highest level of dear hours."""
    power, full, way, held = battery
    flow, soc, top, level = np.zeros(grid.size), np.zeros(grid.size), 0.0, 0.0
    for h in range(grid.size):
        if dear[h] and (h == 0 or not dear[h - 1]):
            run = grid[h : h + int(np.argmin(np.append(dear[h:], False)))]
            energy = max(0.0, stored - held) * way
            low, level = max(0.0, run.max() - power), run.max()
            for _ in range(40):
                middle = 0.5 * (low + level)
                low, level = (middle, level) if np.clip(run - middle, 0, power).sum() > energy else (low, middle)
            level = max(floor_level, level)
            top = max(top, level)
        able = min(power, max(0.0, stored - held) * way)
        give = min(able, unserved[h])
        give += min(able - give, max(0.0, grid[h] - (level if dear[h] else ceiling)))
        if give > 0 or dear[h] or not cheap[h]:
            take = 0.0
        else:
            take = max(0.0, min(power, (full - stored) / way, min(cap[h], ceiling) - grid[h]))
        stored = min(full, stored + take * way - give / way)
        flow[h], soc[h] = give - take, stored
    return flow, soc, top
