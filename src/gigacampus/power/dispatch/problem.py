"""What every solver of dispatch is given and what it gives: one problem, one result, one sum of money."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gigacampus.foundation.calendar import month_of_hour
from gigacampus.foundation.units import HOURS_PER_YEAR, KW_PER_MW
from gigacampus.power.tariff import billed_peak_mw, block_energy_mwh, on_peak_day_frac, on_peak_hours
from gigacampus.schema.power import TariffEntry

Array = np.ndarray
ENOUGH_MW = 1e-6
"""Power below this counts as none."""


@dataclass(frozen=True)
class UnitClass:
    """Identical generating units: they start, stop and share their load by count. Arrays are of shape (hour,)."""

    key: str
    unit_mw: Array
    """Power that one unit can give."""
    full_mmbtu_per_mwh: Array
    """Fuel at full load."""
    count: Array
    """Units that may run."""
    min_load_frac: float
    part_load: tuple[float, float]
    """Heat rate at a half and at three quarters of the power over that at full power."""
    start_usd: float = 0.0
    """Wear and fuel of one start."""
    min_up_h: int = 1
    min_down_h: int = 1
    nox_kg_per_mmbtu: float = 0.0
    nox_kg_per_start: float = 0.0
    permit: str = ""

    def part_load_factor(self, fraction: Array) -> Array:
        """Heat rate over that at full load where a unit runs at ``fraction`` of its power; (hour,)."""
        half, three_quarters = self.part_load
        low = three_quarters + (half - three_quarters) * (0.75 - np.maximum(fraction, 0.25)) / 0.25
        out: Array = np.where(fraction >= 0.75, 1.0 + (three_quarters - 1.0) * (1.0 - np.minimum(fraction, 1.0)) / 0.25, low)
        return out

    def no_load_frac(self) -> float:
        """Fuel of a running unit at no load over that at full load: the straight line through lowest and full load."""
        least = self.min_load_frac
        if least >= 1.0:
            return 0.0
        at_least = least * float(self.part_load_factor(np.array([least]))[0])
        return float(np.clip((at_least - least) / (1.0 - least), 0.0, 0.9))


@dataclass(frozen=True)
class Storage:
    """A battery; power and energy of shape (hour,)."""

    mw: Array
    mwh: Array
    one_way_frac: float
    floor_frac: float
    """Share of the energy that is held back for swings and trips."""


@dataclass(frozen=True)
class Permit:
    """Yearly limits of the units that name it."""

    key: str
    nox_kg_per_year: float = np.inf
    unit_hours_per_year: float = np.inf


@dataclass(frozen=True)
class Problem:
    """Hours of one campus from ``first_hour`` of the year on; arrays of shape (hour,)."""

    load_mw: Array
    grid_cap_mw: Array
    energy_usd_per_mwh: Array
    """Price of grid energy that is not in the tariff's blocks and windows: its base price, or an hourly price."""
    tariff: TariffEntry
    gas_usd_per_mmbtu: float
    unserved_usd_per_mwh: float
    classes: tuple[UnitClass, ...] = ()
    storage: Storage | None = None
    permits: tuple[Permit, ...] = ()
    free_mw: Array | None = None
    """Wind and sun that may be used or left."""
    called_mw: Array | None = None
    """Grid power beyond ``grid_cap_mw`` that calls of an interruptible contract hold back."""
    penalty_usd_per_mwh: float = np.inf
    """Charged where it is taken all the same; infinite: it cannot be taken."""
    credit_usd: float = 0.0
    """What such a contract pays over all hours."""
    notice_h: float = np.inf
    """How long before its hour a call is known."""
    spinning_frac: float = 0.0
    """Headroom of running units and the grid over what units give."""
    n_minus_1: bool = False
    """Whether what runs and the grid must carry the loss of the largest running unit."""
    first_hour: int = 0

    @property
    def hours(self) -> int:
        """Hours of the problem."""
        return int(self.load_mw.size)

    def window(self, first: int, last: int) -> Problem:
        """The hours from ``first`` up to ``last`` as a problem of its own; yearly limits of permits are left to the whole."""

        def cut(x: Array) -> Array:
            return x[first:last]

        classes = tuple(
            replace(u, unit_mw=cut(u.unit_mw), full_mmbtu_per_mwh=cut(u.full_mmbtu_per_mwh), count=cut(u.count)) for u in self.classes
        )
        return replace(
            self,
            load_mw=cut(self.load_mw),
            grid_cap_mw=cut(self.grid_cap_mw),
            energy_usd_per_mwh=cut(self.energy_usd_per_mwh),
            classes=classes,
            storage=None if self.storage is None else replace(self.storage, mw=cut(self.storage.mw), mwh=cut(self.storage.mwh)),
            permits=(),
            free_mw=None if self.free_mw is None else cut(self.free_mw),
            called_mw=None if self.called_mw is None else cut(self.called_mw),
            first_hour=self.first_hour + first,
        )

    def known(self, hours: int) -> Problem:
        """The problem to somebody who knows of the calls of the first ``hours`` only."""
        if self.called_mw is None or hours >= self.hours:
            return self
        later = np.where(np.arange(self.hours) >= hours, self.called_mw, 0.0)
        return replace(self, grid_cap_mw=self.grid_cap_mw + later, called_mw=self.called_mw - later)

    def through_mw(self) -> Array:
        """Grid power that can be taken in calls; (hour,)."""
        if self.called_mw is None or not np.isfinite(self.penalty_usd_per_mwh):
            return np.zeros(self.hours)
        return self.called_mw

    def month(self) -> Array:
        """Number of the month of each hour, from 0 for the first one of the problem; (hour,), integers."""
        calendar = month_of_hour()[(self.first_hour + np.arange(self.hours)) % HOURS_PER_YEAR]
        return np.concatenate([[0], np.cumsum(np.diff(calendar) != 0)]).astype(np.int64)

    def on_peak(self) -> Array:
        """Whether each hour lies in the tariff's windows; (hour,)."""
        return on_peak_hours(self.tariff)[(self.first_hour + np.arange(self.hours)) % HOURS_PER_YEAR]

    def on_peak_frac(self) -> Array:
        """Share of each hour's energy that is billed as on-peak; (hour,)."""
        return self.on_peak() * on_peak_day_frac(self.tariff)


@dataclass(frozen=True)
class Dispatch:
    """Who carried the load; arrays of shape (hour,) or (class, hour)."""

    grid_mw: Array
    unit_mw: Array
    """Power of each class."""
    units_on: Array
    """Units of each class that run."""
    charge_mw: Array
    discharge_mw: Array
    stored_mwh: Array
    """Charge at the end of each hour."""
    unserved_mw: Array
    solver: str
    bound_usd: float = np.nan
    """No dispatch of the problem's linear form costs less; NaN where the solver proves nothing."""
    note: str = ""

    def starts(self) -> Array:
        """Units of each class started in each hour, the year taken as a ring; (class, hour)."""
        return np.maximum(self.units_on - np.roll(self.units_on, 1, axis=1), 0.0) if self.units_on.size else self.units_on

    def balance_mw(self, problem: Problem) -> Array:
        """What is generated, bought and discharged beyond the load and what is charged: power given away; (hour,)."""
        free = 0.0 if problem.free_mw is None else problem.free_mw
        supply = self.grid_mw + self.unit_mw.sum(axis=0) + self.discharge_mw + self.unserved_mw + free
        out: Array = supply - self.charge_mw - problem.load_mw
        return out


BILL_PARTS = (
    *("energy_usd", "blocks_usd", "on_peak_energy_usd", "demand_usd", "on_peak_demand_usd", "fixed_usd"),
    *("penalty_usd", "credit_usd"),
)
"""Parts that the utility bills; a credit lies below zero."""
COST_PARTS = (*BILL_PARTS, "fuel_usd", "starts_usd")


def fuel_mmbtu(problem: Problem, found: Dispatch) -> Array:
    """Fuel of each class in each hour by the part-load curve of its units; (class, hour)."""
    out = np.zeros_like(found.unit_mw)
    for k, units in enumerate(problem.classes):
        able = found.units_on[k] * units.unit_mw
        fraction = np.divide(found.unit_mw[k], able, out=np.ones_like(able), where=able > ENOUGH_MW)
        out[k] = found.unit_mw[k] * units.full_mmbtu_per_mwh * units.part_load_factor(fraction)
    return out


def cost_parts(problem: Problem, found: Dispatch) -> dict[str, float]:
    """USD of the hours by part, of every solver alike; ``total_usd`` leaves out what unmet load is worth.

    The unmet load's worth stands apart as ``unserved_usd``; the starts' wear is in the total.
    """
    tariff, month, share = problem.tariff, problem.month(), problem.on_peak_frac()
    energy, on_peak = (np.bincount(month, weights=found.grid_mw * w) for w in (np.ones(problem.hours), share))
    peak, high = np.zeros(energy.size), np.zeros(energy.size)
    np.maximum.at(peak, month, found.grid_mw)
    np.maximum.at(high, month, np.where(problem.on_peak(), found.grid_mw, 0.0))
    billed, billed_high = (billed_peak_mw(x[None], tariff, ring=True)[0] for x in (peak, high))
    block1, block2 = block_energy_mwh(energy - on_peak, peak, tariff)
    out = {
        "energy_usd": float(found.grid_mw @ problem.energy_usd_per_mwh),
        "blocks_usd": float((block1 * tariff.block1_adder_usd_per_mwh + block2 * tariff.block2_adder_usd_per_mwh).sum()),
        "on_peak_energy_usd": float(on_peak.sum() * tariff.on_peak_adder_usd_per_mwh),
        "demand_usd": float(KW_PER_MW * tariff.demand_usd_per_kw_month * billed.sum()),
        "on_peak_demand_usd": float(KW_PER_MW * tariff.on_peak_demand_usd_per_kw_month * billed_high.sum()),
        "fixed_usd": float(tariff.customer_usd_per_month * energy.size) if problem.grid_cap_mw.max(initial=0.0) > 0.0 else 0.0,
        "penalty_usd": _penalty_usd(problem, found),
        "credit_usd": -problem.credit_usd,
        "fuel_usd": float(fuel_mmbtu(problem, found).sum() * problem.gas_usd_per_mmbtu),
        "starts_usd": float(sum(s.sum() * c.start_usd for s, c in zip(found.starts(), problem.classes, strict=True))),
    }
    out["total_usd"] = sum(out[name] for name in COST_PARTS)
    out["unserved_usd"] = float(found.unserved_mw.sum() * problem.unserved_usd_per_mwh)
    return out


def _penalty_usd(problem: Problem, found: Dispatch) -> float:
    if not problem.through_mw().any():
        return 0.0
    return float(np.maximum(found.grid_mw - problem.grid_cap_mw, 0.0).sum() * problem.penalty_usd_per_mwh)


def objective_usd(problem: Problem, found: Dispatch) -> float:
    """What solvers keep low: all cost, and what unmet load is worth."""
    parts = cost_parts(problem, found)
    return parts["total_usd"] + parts["unserved_usd"]


def permits_broken(problem: Problem, found: Dispatch) -> list[dict[str, float | str | int]]:
    """Each permit's yearly limits with what is used and the first month (from 0) in which the running sum passes; -1: none."""
    fuel, starts, month = fuel_mmbtu(problem, found), found.starts(), problem.month()
    out: list[dict[str, float | str | int]] = []
    for permit in problem.permits:
        covered = [(k, u) for k, u in enumerate(problem.classes) if u.permit == permit.key]
        nox = sum((fuel[k] * u.nox_kg_per_mmbtu + starts[k] * u.nox_kg_per_start for k, u in covered), np.zeros(problem.hours))
        on = sum((found.units_on[k] for k, _ in covered), np.zeros(problem.hours))
        for limit, used, unit in ((permit.nox_kg_per_year, nox, "kg of NOx"), (permit.unit_hours_per_year, on, "unit-hours")):
            if np.isfinite(limit):
                running = np.cumsum(np.bincount(month, weights=used))
                over = np.flatnonzero(running > limit * (1.0 + 1e-9))
                row: dict[str, float | str | int] = {"permit": permit.key, "unit": unit, "limit": float(limit), "used": float(running[-1])}
                out.append({**row, "first_month_over": int(over[0]) if over.size else -1})
    return out
