"""Compiled loops of the facility load: from accelerators through conversion, halls and cooling to the fence."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

LOAD, IT, COOLING, HEAT, EVAPORATED, DRY = range(6)
"""Rows that ``load_hours`` fills, MW: facility load, IT served, cooling, heat carried, and what leaves by evaporation and through dry
plant, both with the work of compressors."""
LOAD_ROWS = 6


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
    """Facility load of the hours ``first .. last - 1`` in the rows of ``out``, by ``load.LoadTerms`` and ``load.Plant``.

    Heat that the plant cannot carry is avoided by shedding IT load in proportion.
    """
    liquid_frac = terms.liquid_frac
    heat_of_kind = np.empty(installed_mw.size)
    for h in range(first, last):
        loss = terms.loss_frac * (terms.constant_frac * rated_mw + (1.0 - terms.constant_frac) * it_mw)
        hall_fans = (it_mw + loss) * (1.0 - liquid_frac) * terms.hall_fan_frac
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
        out[LOAD, i] = served * (it_mw + loss + hall_fans) + terms.auxiliary_frac * it_mw + cooling
        out[IT, i] = served * it_mw
        out[COOLING, i] = cooling + served * hall_fans
        out[HEAT, i] = carried
        out[EVAPORATED, i] = evaporated
        out[DRY, i] = dry


@njit(cache=True, nogil=True)
def load_months(first_hour, it_mw, rated_mw, terms, installed_mw, plant, sums):
    """Monthly sums of the rows of ``load_hours`` for every row (MWh), then the highest load (MW)."""
    buffer = np.empty((LOAD_ROWS, 744))
    for row in range(it_mw.size):
        first, last = first_hour[row, 0], first_hour[row, 1]
        load_hours(first, last, it_mw[row], rated_mw[row], terms, installed_mw[row], plant, buffer)
        for j in range(LOAD_ROWS):
            sums[row, j] = buffer[j, : last - first].sum()
        sums[row, LOAD_ROWS] = buffer[LOAD, : last - first].max()
