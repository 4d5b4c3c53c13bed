"""Who carries the load in every hour: grid, generating units, battery; what it burns, starts, costs and leaves unmet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.fleet import Fleet, battery_rows, fleet_of, open_grid_frac
from gigacampus.power.kernels import dispatch_months
from gigacampus.power.load import CampusLoad, campus_load, month_hours, unique_rows, user_load_mw
from gigacampus.power.tariff import monthly_bill_usd, on_peak_day_frac, on_peak_hours
from gigacampus.registry.kinds import DISPATCH_ORDERS
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.power import TariffEntry

Array = np.ndarray

_SUMS = (
    "demand_mwh",
    "grid_mwh",
    "grid_peak_mw",
    "onsite_mwh",
    "battery_discharge_mwh",
    "battery_charge_mwh",
    "battery_loss_mwh",
    "unserved_mwh",
    "unserved_hours",
    "unserved_peak_mw",
    "curtailed_mwh",
)
"""Columns of the kernel's sums; two more hold on-peak energy and its highest hour."""
TRACE = ("facility_load_mw_h", "grid_mw_h", "onsite_mw_h", "battery_mw_h", "unserved_mw_h", "battery_charge_state_mwh_h")
"""First rows of a trace of hours."""


@dataclass(frozen=True)
class Campus:
    """Everything the kernel needs of one campus; rows are (phase, month)."""

    load: CampusLoad
    fleet: Fleet
    units: Array
    """Positions of the campus's units on the unit axis."""
    unit_count: Array
    """(row, unit of the campus)."""
    group_count: Array
    """(row, group)."""
    grid_mw: Array
    battery: Array
    open_frac: Array
    user_mw: Array
    rules: tuple[float, float]
    tariff: TariffEntry

    def table(self, hours: Array) -> Array:
        """One line per row with all that tells rows apart."""
        return np.column_stack(
            [hours[:, 0], self.load.it_mw, self.load.rated_mw, self.load.installed_mw, self.grid_mw, self.battery, self.group_count]
        )

    def empty_trace(self, hours: int) -> Array:
        """Room for the hours of a row: ``TRACE``, then units on, power and fuel of every group."""
        return np.zeros((len(TRACE) + 3 * self.group_count.shape[1], hours))

    def dispatch(self, rows: Array, hours: Array, trace: Array) -> tuple[Array, Array]:
        """Run the kernel on ``rows``; sums (row, 13) and group sums (row, group, 5)."""
        load = self.load
        sums = np.zeros((rows.size, len(_SUMS) + 2))
        group_sums = np.zeros((rows.size, self.group_count.shape[1], 5))
        dispatch_months(
            hours[rows],
            load.it_mw[rows],
            load.rated_mw[rows],
            load.terms,
            load.installed_mw[rows],
            load.plant,
            self.user_mw,
            self.grid_mw[rows],
            self.open_frac,
            self.group_count[rows],
            self.fleet.arrays,
            self.battery[rows],
            self.rules,
            on_peak_hours(self.tariff),
            sums,
            group_sums,
            trace,
        )
        return sums, group_sums


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Monthly supply by campus (campus, phase, month) and by block (unit, phase, month)."""
    shape = up["it_in_service_mw"].shape
    hours = month_hours(inputs.at.months, inputs.at.phase)
    out = {name: np.zeros(shape) for name in (*_SUMS, "fuel_mmbtu", "starts", "it_served_frac", "grid_bill_usd")}
    for name in ("unit_mwh", "unit_fuel_mmbtu", "unit_running", "unit_running_peak", "unit_starts"):
        out[name] = np.zeros(up["unit_count"].shape)
    for c in range(len(inputs.at.campus)):
        campus = gather(c, inputs, up)
        first, inverse = unique_rows(campus.table(hours))
        sums, group_sums = campus.dispatch(first, hours, np.zeros((0, 0)))
        _write_campus(out, c, inputs, up, campus, sums[inverse], group_sums[inverse])
        _write_units(out, campus, group_sums[inverse], (hours[:, 1] - hours[:, 0]).astype(float))
    return out


def detail(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Hours of the last twelve months on the planned path; arrays (campus, hour) and (unit, hour), NaN where not run."""
    months = inputs.at.months
    hours = month_hours(months, inputs.at.phase)
    out = {name: np.full((len(inputs.at.campus), HOURS_PER_YEAR), np.nan) for name in TRACE}
    out["unit_running_h"] = np.full((up["unit_count"].shape[0], HOURS_PER_YEAR), np.nan)
    for c in range(len(inputs.at.campus)):
        campus = gather(c, inputs, up)
        for month in range(max(0, months.count - 12), months.count):
            row = int(up["planned_phase"][c, month]) * months.count + month
            first, last = hours[row]
            trace = campus.empty_trace(last - first)
            campus.dispatch(np.array([row]), hours, trace)
            for line, name in zip(trace, TRACE, strict=False):
                out[name][c, first:last] = line
            share = unit_share(campus)[row]
            running = trace[len(TRACE) :][campus.fleet.group_of_unit] * share[:, None]
            out["unit_running_h"][campus.units, first:last] = running
    return out


def gather(c: int, inputs: Inputs, up: dict[str, Array]) -> Campus:
    """Loads, fleet, grid, battery and tariff of campus ``c``."""
    key = inputs.at.campus[c]
    campus, library = inputs.tree.campuses[key], inputs.tree.library
    units = np.flatnonzero(np.array(inputs.at.unit_campus, dtype=np.int64) == c)
    blocks = [campus.blocks[inputs.at.unit[u].partition("/")[2]] for u in units]
    fleet = fleet_of(blocks, library.generators, up["dry_bulb_degc"][c], campus.site.elevation_m, campus.power)
    unit_count = up["unit_count"][units].reshape(units.size, inputs.at.phase * inputs.at.months.count).T
    group_count = np.zeros((unit_count.shape[0], fleet.arrays[0].shape[0]))
    np.add.at(group_count.T, fleet.group_of_unit, unit_count.T)
    stores = [block for block in campus.blocks.values() if block.kind == "battery"]
    return Campus(
        load=campus_load(c, up, inputs.tree.compute, campus.power, campus.cooling),
        fleet=fleet,
        units=units,
        unit_count=unit_count,
        group_count=np.ascontiguousarray(group_count),
        grid_mw=up["grid_limit_mw"][c].reshape(-1),
        battery=battery_rows(
            up["battery_power_mw"][c].reshape(-1), up["battery_energy_mwh"][c].reshape(-1), stores, library.batteries, campus.power
        ),
        open_frac=open_grid_frac(up["dry_bulb_degc"][c], campus.power),
        user_mw=user_load_mw(campus.power),
        rules=(float(DISPATCH_ORDERS[campus.power.order].grid_carries_base), campus.power.spinning_reserve_frac),
        tariff=entry_of(library, campus.power.tariff),
    )


def _write_campus(
    out: dict[str, Array], c: int, inputs: Inputs, up: dict[str, Array], campus: Campus, sums: Array, group_sums: Array
) -> None:
    shape = out["grid_mwh"].shape[1:]
    for j, name in enumerate(_SUMS):
        out[name][c] = sums[:, j].reshape(shape)
    out["fuel_mmbtu"][c] = group_sums[:, :, 1].sum(axis=1).reshape(shape)
    out["starts"][c] = group_sums[:, :, 4].sum(axis=1).reshape(shape)
    demand, unmet = out["demand_mwh"][c], out["unserved_mwh"][c]
    powered = 1.0 - np.divide(unmet, demand, out=np.zeros(shape), where=demand > 0.0)
    out["it_served_frac"][c] = up["it_cooled_frac"][c] * powered
    on_peak_mwh = sums[:, 11] * on_peak_day_frac(campus.tariff)
    energy, peak, on_peak, high = (x.reshape(shape) for x in (sums[:, 1], sums[:, 2], on_peak_mwh, sums[:, 12]))
    out["grid_bill_usd"][c] = monthly_bill_usd(energy, peak, on_peak, high, campus.tariff, (campus.grid_mw > 0.0).reshape(shape))


def unit_share(campus: Campus) -> Array:
    """Share of each block in its group; (row, unit of the campus)."""
    of_group = campus.group_count[:, campus.fleet.group_of_unit]
    out: Array = np.divide(campus.unit_count, of_group, out=np.zeros_like(of_group), where=of_group > 0.0)
    return out


def _write_units(out: dict[str, Array], campus: Campus, group_sums: Array, duration_h: Array) -> None:
    share = unit_share(campus)
    values = group_sums[:, campus.fleet.group_of_unit, :] * share[:, :, None]
    values[:, :, 2] /= duration_h[:, None]
    shape = out["unit_mwh"].shape[1:]
    for j, name in enumerate(("unit_mwh", "unit_fuel_mmbtu", "unit_running", "unit_running_peak", "unit_starts")):
        out[name][campus.units] = values[:, :, j].T.reshape(campus.units.size, *shape)
