"""The hours of one month at one campus: who carries the load, on the planned path, with a unit out of order if asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gigacampus.power.battery import Battery, battery_at
from gigacampus.power.dispatch.campus import Campus, gather, unit_share
from gigacampus.power.dispatch.choice import traced
from gigacampus.power.load import month_hours
from gigacampus.registry.stage_inputs import Inputs

Array = np.ndarray


@dataclass(frozen=True)
class SupplyHours:
    """The hours of one month at one campus on the planned path: (hour,), (unit of the campus, hour) or a number."""

    facility_load_mw: Array
    grid_mw: Array
    onsite_mw: Array
    battery_mw: Array
    """Discharge positive."""
    unserved_mw: Array
    battery_charge_state_mwh: Array
    """At the end of the hour."""
    unit_running: Array
    unit_fuel_mmbtu: Array
    unit_mw: Array
    """What all units of a block generate."""
    unit_limit_mw: Array
    """What one unit of a block can give in the air of the hour."""
    wind_sun_mw: Array
    """Of wind and sun, what is used."""
    grid_limit_mw: Array
    battery: Battery[float]


@dataclass(frozen=True)
class Outage:
    """One unit out of order: the block of the campus that holds it, and its hours of the year from ``first`` to before ``last``."""

    unit: int
    first: int
    last: int


def hours_of_month(inputs: Inputs, up: dict[str, Array], c: int, month: int, *, outage: Outage | None = None) -> SupplyHours:
    """Who carries the load in every hour of a month at campus ``c`` on the planned path, with one more unit out if asked."""
    campus = gather(c, inputs, up)
    if outage is not None:
        groups = campus.fleet.groups
        more = groups.units_out.copy()
        more[campus.fleet.group_of_unit[outage.unit], :, outage.first : outage.last] += 1.0
        campus = replace(campus, fleet=replace(campus.fleet, groups=groups._replace(units_out=more)))
    return _hours(campus, inputs, up, c, month)


def _hours(campus: Campus, inputs: Inputs, up: dict[str, Array], c: int, month: int) -> SupplyHours:
    """The kernel's trace of one month, shared out to the blocks of each group."""
    hours = month_hours(inputs.at.months, inputs.at.phase)
    row = int(up["planned_phase"][c, month]) * inputs.at.months.count + month
    first, last = hours[row]
    trace = traced(campus, row, hours)
    share = unit_share(campus)[row][:, None]
    running, power, fuel = (part[campus.fleet.group_of_unit] * share for part in (trace.units_on, trace.unit_mw, trace.fuel_mmbtu))
    limit = campus.fleet.groups.unit_mw[campus.fleet.group_of_unit, first:last]
    grid = campus.grid_mw[row] * (campus.grid.open_frac + campus.grid.through_frac)[first:last]
    return SupplyHours(
        facility_load_mw=trace.load_mw,
        grid_mw=trace.grid_mw,
        onsite_mw=trace.onsite_mw,
        battery_mw=trace.battery_mw,
        unserved_mw=trace.unserved_mw,
        battery_charge_state_mwh=trace.charge_state_mwh,
        wind_sun_mw=trace.wind_sun_mw,
        unit_running=running,
        unit_fuel_mmbtu=fuel,
        unit_mw=power,
        unit_limit_mw=limit,
        grid_limit_mw=grid,
        battery=battery_at(campus.battery, row),
    )
