"""Compiled loops of power: wet bulb, facility load, and the hours of dispatch."""

from __future__ import annotations

import math

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

LOAD_ROWS = 6
"""Rows that ``load_hours`` fills."""


@njit(**INNER)
def _saturation_kpa(temp_c):
    kelvin = temp_c + 273.15
    if kelvin >= 273.15:
        return 0.001 * math.exp(
            -5.8002206e3 / kelvin
            + 1.3914993
            - 4.8640239e-2 * kelvin
            + 4.1764768e-5 * kelvin**2
            - 1.4452093e-8 * kelvin**3
            + 6.5459673 * math.log(kelvin)
        )
    return 0.001 * math.exp(
        -5.6745359e3 / kelvin
        + 6.3925247
        - 9.677843e-3 * kelvin
        + 6.2215701e-7 * kelvin**2
        + 2.0747825e-9 * kelvin**3
        - 9.484024e-13 * kelvin**4
        + 4.1635019 * math.log(kelvin)
    )


@njit(**INNER)
def _balance(temp_c, wet_c, pressure_kpa, wanted):
    """Error of the wetted bulb's energy balance at ``wet_c``, and its slope."""
    vapour = _saturation_kpa(wet_c)
    saturated = 0.621945 * vapour / (pressure_kpa - vapour)
    rise = 5400.0 if wet_c >= 0.0 else 6130.0
    slope_saturated = saturated * pressure_kpa / (pressure_kpa - vapour) * rise / (wet_c + 273.15) ** 2
    if wet_c >= 0.0:
        latent, below = 2501.0 - 2.326 * wet_c, 2501.0 + 1.86 * temp_c - 4.186 * wet_c
    else:
        latent, below = 2830.0 - 0.24 * wet_c, 2830.0 + 1.86 * temp_c - 2.1 * wet_c
    error = (latent * saturated - 1.006 * (temp_c - wet_c)) / below - wanted
    return error, (latent * slope_saturated + 1.006) / below


@njit(cache=True, nogil=True)
def wet_bulb_hours(temp_c, rh_frac, pressure_kpa, first_guess_c, tolerance_k):
    """Thermodynamic wet bulb of each hour; the compiled twin of ``psychrometrics.wet_bulb_c``."""
    out = np.empty(temp_c.size)
    for h in range(temp_c.size):
        vapour = rh_frac[h] * _saturation_kpa(temp_c[h])
        wanted = 0.621945 * vapour / (pressure_kpa[h] - vapour)
        low, high = temp_c[h] - 60.0, temp_c[h] + 1e-9
        wet = min(max(first_guess_c[h], low), high)
        for _ in range(60):
            error, slope = _balance(temp_c[h], wet, pressure_kpa[h], wanted)
            if error < 0.0:
                low = wet
            else:
                high = wet
            step = wet - error / slope
            if step <= low or step >= high:
                step = 0.5 * (low + high)
            moved = abs(step - wet)
            wet = step
            if moved < tolerance_k:
                break
        out[h] = wet
    return out


@njit(**INNER)
def _carry_heat(heat_mw, liquid_frac, installed_mw, plant, h, heat_of_kind):
    """Share an hour's heat among the kinds of plant; return the heat that they can carry.

    Kinds that cool the liquid take its heat first, kinds that cool hall air that of the air; what does not fit goes to
    the other sort. Within a sort heat follows the capacity of the hour.
    """
    on_liquid, on_air = 0.0, 0.0
    for k in range(installed_mw.size):
        if plant.cools_hall_air[k]:
            on_air += installed_mw[k] * plant.capacity_frac[k, h]
        else:
            on_liquid += installed_mw[k] * plant.capacity_frac[k, h]
    carried = min(heat_mw, on_liquid + on_air)
    to_air = min(carried * (1.0 - liquid_frac), on_air)
    to_liquid = min(carried - to_air, on_liquid)
    to_air = carried - to_liquid
    for k in range(installed_mw.size):
        of_sort, taken = (on_air, to_air) if plant.cools_hall_air[k] else (on_liquid, to_liquid)
        share = installed_mw[k] * plant.capacity_frac[k, h]
        heat_of_kind[k] = taken * share / of_sort if of_sort > 0.0 else 0.0
    return carried


@njit(cache=True, nogil=True)
def load_hours(first, last, it_mw, rated_mw, terms, installed_mw, plant, out):
    """Facility load of the hours ``first .. last - 1``; rows of ``out``: load, IT, cooling, heat, and what leaves by evaporation and
    through dry plant with the work of compressors (MW).

    ``terms``: loss coefficient, its constant share, liquid share, hall fan share, auxiliary share; ``plant``: as
    ``load.Plant``. Heat that the plant cannot carry is avoided by shedding IT load in proportion.
    """
    loss_frac, constant_frac, liquid_frac, hall_fan_frac, auxiliary_frac = terms
    heat_of_kind = np.empty(installed_mw.size)
    for h in range(first, last):
        loss = loss_frac * (constant_frac * rated_mw + (1.0 - constant_frac) * it_mw)
        hall_fans = (it_mw + loss) * (1.0 - liquid_frac) * hall_fan_frac
        heat = it_mw + loss + hall_fans
        carried = _carry_heat(heat, liquid_frac, installed_mw, plant, h, heat_of_kind)
        served = carried / heat if heat > 0.0 else 0.0
        cooling, evaporated, dry = 0.0, 0.0, 0.0
        for k in range(installed_mw.size):
            if installed_mw[k] > 0.0:
                flow = min(1.0, plant.air_frac[k, h] * heat_of_kind[k] / installed_mw[k])
                cooling += plant.fan_frac[k] * installed_mw[k] * flow**3
                cooling += heat_of_kind[k] * (plant.pump_frac[k] + plant.compressor_frac[k, h])
            rejected = heat_of_kind[k] * (1.0 + plant.compressor_frac[k, h])
            if plant.evaporates[k]:
                evaporated += rejected
            else:
                dry += rejected
        i = h - first
        out[0, i] = served * (it_mw + loss + hall_fans) + auxiliary_frac * it_mw + cooling
        out[1, i] = served * it_mw
        out[2, i] = cooling + served * hall_fans
        out[3, i] = carried
        out[4, i] = evaporated
        out[5, i] = dry


@njit(cache=True, nogil=True)
def load_months(first_hour, it_mw, rated_mw, terms, installed_mw, plant, sums):
    """Monthly sums of the rows of ``load_hours`` for every row (MWh), then the highest load (MW)."""
    buffer = np.empty((LOAD_ROWS, 744))
    for row in range(it_mw.size):
        first, last = first_hour[row, 0], first_hour[row, 1]
        load_hours(first, last, it_mw[row], rated_mw[row], terms, installed_mw[row], plant, buffer)
        for j in range(LOAD_ROWS):
            sums[row, j] = buffer[j, : last - first].sum()
        sums[row, LOAD_ROWS] = buffer[0, : last - first].max()


@njit(**INNER)
def _commit(target_mw, power_mw, count, keep, on):
    """Units switched on in merit order until ``target_mw`` is covered; ``keep`` units stay on. Returns committed MW."""
    committed = 0.0
    for g in range(count.size):
        missing = target_mw - committed
        units = min(math.ceil(missing / power_mw[g] - 1e-9), count[g]) if missing > 0.0 and power_mw[g] > 0.0 else 0.0
        on[g] = min(max(units, keep[g]), count[g])
        committed += on[g] * power_mw[g]
    return committed


@njit(**INNER)
def _part_load(curve, fraction):
    """Heat rate over full-load heat rate at a load fraction: straight lines through 0.5, 0.75 and 1."""
    if fraction >= 0.75:
        return 1.0 + (curve[1] - 1.0) * (1.0 - min(fraction, 1.0)) / 0.25
    return curve[1] + (curve[0] - curve[1]) * (0.75 - max(fraction, 0.25)) / 0.25


@njit(**INNER)
def _generate(wanted_mw, committed_mw, power_mw, full_mmbtu, h, part_curve, min_load, on, out_mw, fuel_mmbtu):
    """Running units share the load by equal fractions, none below its minimum; returns the power generated."""
    fraction = wanted_mw / committed_mw if committed_mw > 0.0 else 0.0
    total = 0.0
    for g in range(on.size):
        if on[g] > 0.0 and power_mw[g] > 0.0:
            own = min(1.0, max(fraction, min_load[g]))
            out_mw[g] = on[g] * power_mw[g] * own
            fuel_mmbtu[g] = out_mw[g] * full_mmbtu[g, h] * _part_load(part_curve[g], own)
            total += out_mw[g]
        else:
            out_mw[g] = 0.0
            fuel_mmbtu[g] = 0.0
    return total


@njit(**INNER)
def _available(unit_mw, count, out_units, h, power_mw, usable):
    """Power of one unit of each group in this hour, and how many are not in forced outage; returns their total MW."""
    pool = 0.0
    for g in range(count.size):
        power_mw[g] = unit_mw[g, h]
        n = min(math.ceil(count[g]), out_units.shape[1] - 1)
        usable[g] = max(0.0, count[g] - out_units[g, n, h])
        pool += usable[g] * power_mw[g]
    return pool


@njit(**INNER)
def _hour(load, grid_cap, pool, soc, battery, rules, power_mw, usable, keep, on, full_mmbtu, h, part_curve, min_load, out_mw, fuel_mmbtu):
    """One hour of supply: returns grid, generated, charge, discharge, dumped, unmet (MW) and the new state of charge.

    ``battery``: MW, MWh, one-way efficiency, floor MWh. ``rules``: whether the grid carries the base, spinning share, highest
    grid power at which the battery still charges.
    """
    battery_mw, battery_mwh, one_way, floor_mwh = battery
    need = max(0.0, load - grid_cap) if rules[0] else min(load, pool)
    charge_cap = min(grid_cap, rules[2])
    spare_grid = max(0.0, grid_cap - max(0.0, load - need))
    to_charge = max(0.0, charge_cap - max(0.0, load - need))
    wish = min(battery_mw, (battery_mwh - soc) / one_way)
    target = need + max(0.0, rules[1] * need - spare_grid) + max(0.0, wish - to_charge)
    committed = _commit(min(pool, target), power_mw, usable, keep, on)
    onsite = min(need, committed)
    grid = min(grid_cap, load - onsite)
    short = load - onsite - grid
    discharge = min(short, battery_mw, max(0.0, soc - floor_mwh) * one_way) if short > 0.0 else 0.0
    charge = min(wish, to_charge + committed - onsite) if short <= 0.0 else 0.0
    from_grid = min(charge, max(0.0, charge_cap - grid))
    generated = _generate(onsite + charge - from_grid, committed, power_mw, full_mmbtu, h, part_curve, min_load, on, out_mw, fuel_mmbtu)
    surplus = generated - (onsite + charge - from_grid)
    surplus = surplus if surplus > 1e-9 else 0.0
    backed = min(surplus, grid + from_grid)
    extra = min(surplus - backed, max(0.0, wish - charge))
    grid += from_grid - backed
    charge += extra
    soc = min(battery_mwh, soc + charge * one_way - discharge / one_way)
    return grid, generated, charge, discharge, surplus - backed - extra, max(0.0, short - discharge), soc


@njit(**INNER)
def _book(sums, load, step, on_peak_hour, one_way, beside):
    """Add one hour's ``step`` (see ``_hour``) to the month's ``sums``; ``beside``: USD beyond the tariff, MW of wind and sun used."""
    grid, generated, charge, discharge, dumped, unmet, _ = step
    sums[0] += load
    sums[1] += grid
    sums[2] = max(sums[2], grid)
    sums[3] += generated
    sums[4] += discharge
    sums[5] += charge
    sums[6] += charge * (1.0 - one_way) + discharge * (1.0 / one_way - 1.0)
    sums[7] += unmet
    sums[8] += 1.0 if unmet > 1e-9 else 0.0
    sums[9] = max(sums[9], unmet)
    sums[10] += dumped
    if on_peak_hour:
        sums[11] += grid
        sums[12] = max(sums[12], grid)
    sums[13] += beside[0]
    sums[14] += beside[1]


@njit(**INNER)
def _book_groups(group_sums, on, before, out_mw, fuel_mmbtu):
    """Add one hour of every group: MWh, MMBtu, unit-hours, most units, starts."""
    for g in range(on.size):
        group_sums[g, 0] += out_mw[g]
        group_sums[g, 1] += fuel_mmbtu[g]
        group_sums[g, 2] += on[g]
        group_sums[g, 3] = max(group_sums[g, 3], on[g])
        group_sums[g, 4] += max(0.0, on[g] - before[g])


@njit(**INNER)
def _take_down(trace, i, load, step, used, on, fuel_mmbtu, out_mw):
    """Hour ``i`` of a ``trace``: load, grid, onsite, battery, unmet, charge state, wind and sun; then units on, MW and MMBtu of groups."""
    trace[0, i], trace[1, i], trace[2, i] = load, step[0], step[1] - step[4]
    trace[3, i], trace[4, i], trace[5, i], trace[6, i] = step[3] - step[2], step[5], step[6], used
    groups = on.size
    for g in range(groups):
        trace[7 + g, i], trace[7 + groups + g, i], trace[7 + 2 * groups + g, i] = on[g], out_mw[g], fuel_mmbtu[g]


@njit(**INNER)
def _by_sun(load, free, soc, battery, sun_first):
    """Wind and sun before all else: returns load left, MW of them used, charge, discharge, charge state and what is left of the battery.

    What lies above the load charges. ``sun_first``: the battery takes nothing else, and gives before units and grid do.
    """
    battery_mw, battery_mwh, one_way, floor_mwh = battery
    charge = min(max(0.0, free - load), battery_mw, (battery_mwh - soc) / one_way)
    net = max(0.0, load - free)
    give = min(net, battery_mw, max(0.0, soc - floor_mwh) * one_way) if sun_first else 0.0
    left = (0.0 if sun_first else battery_mw - charge, battery_mwh, one_way, floor_mwh)
    return net - give, load - net + charge, charge, give, min(battery_mwh, soc + charge * one_way) - give / one_way, left


@njit(**INNER)
def _settled(step, charge, give, through_mw):
    """An hour's ``step`` with what wind and sun charged and the battery gave before it, and unmet load taken against the penalty."""
    grid, generated, charged, discharged, dumped, unmet, soc = step
    bought = min(unmet, through_mw)
    return (grid + bought, generated, charged + charge, discharged + give, dumped, unmet - bought, soc), bought


@njit(**INNER)
def _month(first, last, load, free, grid_cap, through_mw, soc, count, fleet, battery, rules, prices, on_peak, sums, group_sums, trace):
    """One month of hours; ``trace`` (when it has rows) takes what ``_take_down`` writes; ``rules``: as of the campus (hour) and the row.

    ``prices``: USD/MWh beyond the tariff (hour), penalty. Units stop at midnight only, and where wind or sun stands in any hour.
    """
    grid_base, spinning, limits, sun_first = rules
    windy = free[: last - first].max() > 0.0
    unit_mw, full_mmbtu, out_units, part_curve, min_load = fleet
    groups = count.size
    power_mw, usable, keep, on = np.zeros(groups), np.zeros(groups), np.zeros(groups), np.zeros(groups)
    out_mw, fuel_mmbtu, before = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    for h in range(first, last):
        i = h - first
        pool = _available(unit_mw, count, out_units, h, power_mw, usable)
        before[:] = on
        for g in range(groups):
            keep[g] = 0.0 if windy or h % 24 == 0 else min(on[g], usable[g])
        net, used, charge, give, soc, left = _by_sun(load[i], free[i], soc, battery, sun_first)
        step = _hour(
            net,
            grid_cap[h],
            pool,
            soc,
            left,
            (grid_base[h], spinning, limits[3] if on_peak[h] else limits[2]),
            power_mw,
            usable,
            keep,
            on,
            full_mmbtu,
            h,
            part_curve,
            min_load,
            out_mw,
            fuel_mmbtu,
        )
        if i == 0:
            before[:] = on
        step, bought = _settled(step, charge, give, through_mw[h])
        soc = step[6]
        _book(sums, load[i], step, on_peak[h], battery[2], (step[0] * prices[0][h] + bought * prices[1], used))
        _book_groups(group_sums, on, before, out_mw, fuel_mmbtu)
        if trace.shape[0] > 0:
            _take_down(trace, i, load[i], step, used, on, fuel_mmbtu, out_mw)
    return soc


@njit(**INNER)
def _by_weather(first, last, mw, profile, free):
    """Wind and sun of the hours ``first .. last - 1`` in ``free``, MW."""
    for h in range(first, last):
        free[h - first] = 0.0
        for b in range(mw.size):
            free[h - first] += mw[b] * profile[b, h]


@njit(cache=True, nogil=True)
def dispatch_months(
    first_hour,
    it_mw,
    rated_mw,
    terms,
    installed_mw,
    plant,
    load_mw,
    grid_mw,
    grid,
    wind_sun,
    count,
    fleet,
    batteries,
    rules,
    on_peak,
    sums,
    group_sums,
    trace,
):
    """Dispatch every row (a configuration in a calendar month); fills ``sums`` (row, 15) and ``group_sums``.

    ``load_mw``: a load of 8,760 hours that replaces the modelled one, or an empty array. ``grid``: shares of the connection that are open
    and that are open against a penalty (hour,), USD/MWh beyond the tariff (hour,), the penalty. ``wind_sun``: MW (row, block) and
    profiles (block, hour). ``rules``: whether the grid carries the base (hour,), spinning share, for each row the highest grid power
    off and on peak and that up to which the battery charges off and on peak, whether the battery serves wind and sun first.
    The battery starts a month full; a month that ends emptier is run again from that state, so that no row borrows energy from
    its neighbour.
    """
    open_frac, through_frac, more_usd, penalty_usd = grid
    buffer, grid_cap, through_mw, free = np.empty((LOAD_ROWS, 744)), np.empty(open_frac.size), np.empty(open_frac.size), np.empty(744)
    for row in range(it_mw.size):
        first, last = first_hour[row, 0], first_hour[row, 1]
        if load_mw.size > 0:
            for h in range(first, last):
                buffer[0, h - first] = load_mw[h]
        else:
            load_hours(first, last, it_mw[row], rated_mw[row], terms, installed_mw[row], plant, buffer)
        for h in range(first, last):
            grid_cap[h] = min(grid_mw[row] * open_frac[h], rules[2][row, 1] if on_peak[h] else rules[2][row, 0])
            through_mw[h] = grid_mw[row] * through_frac[h]
        _by_weather(first, last, wind_sun[0][row], wind_sun[1], free)
        battery = (batteries[row, 0], batteries[row, 1], batteries[row, 2], batteries[row, 3])
        own, full, prices = (rules[0], rules[1], rules[2][row], rules[3]), batteries[row, 1], (more_usd, penalty_usd)
        soc = full
        for _ in range(2):
            sums[row], group_sums[row] = 0.0, 0.0
            end = _month(
                first,
                last,
                buffer[0],
                free,
                grid_cap,
                through_mw,
                soc,
                count[row],
                fleet,
                battery,
                own,
                prices,
                on_peak,
                sums[row],
                group_sums[row],
                trace,
            )
            if end >= full * (1.0 - 1e-6):
                break
            soc = end
