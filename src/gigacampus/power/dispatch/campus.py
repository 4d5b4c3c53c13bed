"""The supply of one campus in every phase and month as the compiled loops read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.foundation.kernel_form import kernel_form
from gigacampus.foundation.references import entry_of
from gigacampus.power.battery import Battery, batteries_at, battery_rows, idle
from gigacampus.power.dispatch.arrays import GROUP_SUMS, MONTH_SUMS, Rows, Rules, Site, Trace, empty_trace
from gigacampus.power.dispatch.fleet import Fleet, fleet_of
from gigacampus.power.dispatch.merit_order_kernels import dispatch_months
from gigacampus.power.grid_terms import GridTerms, grid_terms
from gigacampus.power.load import CampusLoad, campus_load, user_load_mw
from gigacampus.power.tariff import on_peak_hours
from gigacampus.power.wind_sun import WindSun, wind_sun
from gigacampus.registry.kinds import DISPATCH_ORDERS, DispatchOrder
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.power import TariffEntry

Array = np.ndarray


@dataclass(frozen=True)
class Worth:
    """Prices by which ways of carrying a month are weighed."""

    gas_usd_per_mmbtu: float
    unserved_usd_per_mwh: float
    start_usd: Array
    """Of each group."""


@dataclass(frozen=True)
class Campus:
    """Everything that the merit order needs of one campus; rows are (phase, month)."""

    load: CampusLoad
    fleet: Fleet
    units: Array
    """Positions of the campus's units on the unit axis."""
    unit_count: Array
    """(row, unit of the campus)."""
    group_count: Array
    """(row, group)."""
    grid_mw: Array
    battery: Battery[Array]
    grid: GridTerms
    wind_sun: WindSun
    user_mw: Array
    order: DispatchOrder
    spinning_frac: float
    worth: Worth

    @property
    def tariff(self) -> TariffEntry:
        """The tariff with the mean price of its hours."""
        return self.grid.tariff

    def table(self, hours: Array) -> Array:
        """One line per row with all that tells rows apart."""
        return np.column_stack(
            [
                hours[:, 0],
                self.load.it_mw,
                self.load.rated_mw,
                self.load.installed_mw,
                self.grid_mw,
                *self.battery,
                self.group_count,
                self.wind_sun.mw,
            ]
        )

    def empty_trace(self, hours: int) -> Trace:
        """Room for the hours of one row."""
        return empty_trace(self.group_count.shape[1], hours)

    def play(
        self,
        rows: Array,
        hours: Array,
        grid_base: Array,
        limits: Array,
        *,
        trace: Trace | None = None,
        idle_battery: bool = False,
        sun_first: bool = False,
    ) -> tuple[Array, Array]:
        """Run the merit order on ``rows``: records of ``MONTH_SUMS`` (row,) and ``GROUP_SUMS`` (row, group); one row's hours to ``trace``.

        ``grid_base`` (hour,): whether the grid carries the base; ``limits``: records of ``LIMITS`` of these rows.
        """
        load, battery = self.load, batteries_at(self.battery, rows)
        if idle_battery:
            battery = idle(battery)
        told_apart = Rows(
            hours[rows],
            load.it_mw[rows],
            load.rated_mw[rows],
            load.installed_mw[rows],
            self.grid_mw[rows],
            self.wind_sun.mw[rows],
            self.group_count[rows],
            battery,
            kernel_form(limits)[0],
        )
        rules = Rules(grid_base, self.spinning_frac, sun_first)
        shared = Site(
            load.terms,
            load.plant,
            self.user_mw,
            self.fleet.groups,
            self.grid.by_hours(),
            self.wind_sun.profile,
            on_peak_hours(self.tariff),
            rules,
        )
        sums = np.zeros(rows.size, MONTH_SUMS)
        groups = np.zeros((rows.size, self.group_count.shape[1]), GROUP_SUMS)
        dispatch_months(told_apart, shared, sums, groups, self.empty_trace(0) if trace is None else trace)
        return sums, groups


def gather(c: int, inputs: Inputs, up: dict[str, Array]) -> Campus:
    """Loads, fleet, grid, battery and tariff of campus ``c``."""
    key = inputs.at.campus[c]
    campus, library = inputs.tree.campuses[key], inputs.tree.library
    units = np.flatnonzero(np.array(inputs.at.unit_campus, dtype=np.int64) == c)
    blocks = [campus.blocks[inputs.at.unit[u].partition("/")[2]] for u in units]
    fleet = fleet_of(blocks, library.generators, up["dry_bulb_degc"][c], campus.site.elevation_m, campus.power)
    unit_count = up["unit_count"][units].reshape(units.size, inputs.at.phase * inputs.at.months.count).T
    group_count = np.zeros((unit_count.shape[0], fleet.groups.unit_mw.shape[0]))
    np.add.at(group_count.T, fleet.group_of_unit, unit_count.T)
    start_usd = np.zeros(group_count.shape[1])
    for block, g in zip(blocks, fleet.group_of_unit, strict=True):
        entry = entry_of(library, block.model)
        start_usd[g] = entry.start_usd_per_mw * entry.iso_mw
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
        grid=grid_terms(campus.power, entry_of(library, campus.power.tariff), up["dry_bulb_degc"][c]),
        wind_sun=wind_sun(c, inputs, up),
        user_mw=kernel_form(user_load_mw(campus.power))[0],
        order=DISPATCH_ORDERS[campus.power.order],
        spinning_frac=campus.power.spinning_reserve_frac,
        worth=Worth(inputs.tree.market.gas_usd_per_mmbtu, campus.power.unserved_usd_per_mwh, start_usd),
    )


def unit_share(campus: Campus) -> Array:
    """Share of each block in its group; (row, unit of the campus)."""
    of_group = campus.group_count[:, campus.fleet.group_of_unit]
    out: Array = np.divide(campus.unit_count, of_group, out=np.zeros_like(of_group), where=of_group > 0.0)
    return out
