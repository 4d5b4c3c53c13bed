"""Who carries the load in every hour: grid, generating units, battery; what it burns, starts, costs and leaves unmet."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.dispatch.arrays import MONTH_SUMS
from gigacampus.power.dispatch.campus import Campus, gather, unit_share
from gigacampus.power.dispatch.choice import chosen, traced
from gigacampus.power.load import month_hours, unique_rows
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac
from gigacampus.registry.stage_inputs import Inputs

Array = np.ndarray
OWN = ("on_peak_mwh", "on_peak_mw", "beyond_tariff_usd")
"""Sums that only the bill needs; all others are results."""
RESULTS = tuple(name for name in MONTH_SUMS.names or () if name not in OWN)
HOURLY = {
    "facility_load_mw_h": "load_mw",
    "grid_mw_h": "grid_mw",
    "onsite_mw_h": "onsite_mw",
    "battery_mw_h": "battery_mw",
    "unserved_mw_h": "unserved_mw",
    "battery_charge_state_mwh_h": "charge_state_mwh",
    "wind_sun_mw_h": "wind_sun_mw",
}
"""Result of hours and the line of a ``Trace`` that it is."""
UNITS = {
    "unit_mwh": "mwh",
    "unit_fuel_mmbtu": "fuel_mmbtu",
    "unit_running": "unit_hours",
    "unit_running_peak": "most_units",
    "unit_starts": "starts",
}
"""Result of a block of units and the sum of its group that it shares."""


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Monthly supply by campus (campus, phase, month) and by block (unit, phase, month)."""
    shape = up["it_in_service_mw"].shape
    hours = month_hours(inputs.at.months, inputs.at.phase)
    out = {name: np.zeros(shape) for name in (*RESULTS, "fuel_mmbtu", "starts", "it_served_frac", "grid_bill_usd")}
    out |= {name: np.zeros(up["unit_count"].shape) for name in UNITS}
    for c in range(len(inputs.at.campus)):
        campus = gather(c, inputs, up)
        first, inverse = unique_rows(campus.table(hours))
        sums, group_sums = chosen(campus, first, hours).results()
        _write_campus(out, c, inputs, up, campus, sums[inverse], group_sums[inverse])
        _write_units(out, campus, group_sums[inverse], (hours[:, 1] - hours[:, 0]).astype(float))
    return out


def detail(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Hours of the last twelve months on the planned path; arrays (campus, hour) and (unit, hour), NaN where not run."""
    months = inputs.at.months
    hours = month_hours(months, inputs.at.phase)
    out = {name: np.full((len(inputs.at.campus), HOURS_PER_YEAR), np.nan) for name in HOURLY}
    out["unit_running_h"] = np.full((up["unit_count"].shape[0], HOURS_PER_YEAR), np.nan)
    for c in range(len(inputs.at.campus)):
        campus = gather(c, inputs, up)
        shown = np.arange(max(0, months.count - 12), months.count)
        rows = up["planned_phase"][c, shown].astype(np.int64) * months.count + shown
        ways = chosen(campus, rows, hours)
        for i, row in enumerate(rows):
            first, last = hours[row]
            trace = traced(campus, int(row), hours, ways.row(i))
            for name, line in HOURLY.items():
                out[name][c, first:last] = getattr(trace, line)
            share = unit_share(campus)[row]
            out["unit_running_h"][campus.units, first:last] = trace.units_on[campus.fleet.group_of_unit] * share[:, None]
    return out


def _write_campus(
    out: dict[str, Array], c: int, inputs: Inputs, up: dict[str, Array], campus: Campus, sums: Array, group_sums: Array
) -> None:
    shape = out["grid_mwh"].shape[1:]
    for name in RESULTS:
        out[name][c] = sums[name].reshape(shape)
    out["fuel_mmbtu"][c] = group_sums["fuel_mmbtu"].sum(axis=1).reshape(shape)
    out["starts"][c] = group_sums["starts"].sum(axis=1).reshape(shape)
    demand, unmet = out["demand_mwh"][c], out["unserved_mwh"][c]
    powered = 1.0 - np.divide(unmet, demand, out=np.zeros(shape), where=demand > 0.0)
    out["it_served_frac"][c] = up["it_cooled_frac"][c] * powered
    on_peak_mwh = sums["on_peak_mwh"] * on_peak_day_frac(campus.tariff)
    energy, peak, on_peak, high = (x.reshape(shape) for x in (sums["grid_mwh"], sums["grid_peak_mw"], on_peak_mwh, sums["on_peak_mw"]))
    bill = monthly_bill_usd(energy, peak, on_peak, high, campus.tariff, (campus.grid_mw > 0.0).reshape(shape))
    beside = sums["beyond_tariff_usd"] - campus.grid.credit_usd_per_mw_month * campus.grid_mw
    out["grid_bill_usd"][c] = bill + beside.reshape(shape)


def _write_units(out: dict[str, Array], campus: Campus, group_sums: Array, duration_h: Array) -> None:
    share = unit_share(campus)
    shape = out["unit_mwh"].shape[1:]
    for name, of_group in UNITS.items():
        values = group_sums[of_group][:, campus.fleet.group_of_unit] * share
        if name == "unit_running":
            values = values / duration_h[:, None]
        out[name][campus.units] = values.T.reshape(campus.units.size, *shape)
