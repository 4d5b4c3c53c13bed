"""The terms from which both demand and dispatch build the same facility load (``load_kernels.load_hours``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gigacampus.foundation.calendar import HOURS_IN_MONTH, MONTH_START_HOUR, Months
from gigacampus.power.load_kernels import LOAD, LOAD_ROWS, load_hours
from gigacampus.registry.kinds import COOLING
from gigacampus.scenario.load_files import hourly_load
from gigacampus.schema.compute import ComputeSpec
from gigacampus.schema.cooling import CoolingSpec
from gigacampus.schema.power import PowerSpec

Array = np.ndarray


class LoadTerms(NamedTuple):
    """Shares by which the facility's own use grows from its IT load."""

    loss_frac: float
    """Conversion loss over full IT load."""
    constant_frac: float
    """Of that loss, the share that does not vary with load."""
    liquid_frac: float
    """Share of heat taken by liquid."""
    hall_fan_frac: float
    """Power of hall fans over heat left in hall air."""
    auxiliary_frac: float
    """Lights, offices and the like over IT load."""

    @property
    def heat_frac(self) -> float:
        """Heat over rated IT power at full load."""
        return (1.0 + self.loss_frac) * (1.0 + (1.0 - self.liquid_frac) * self.hall_fan_frac)


class Plant(NamedTuple):
    """What the kinds of cooling plant do, as the compiled loops read it; every first axis is ``cooling_kind``."""

    fan_frac: Array
    """Fan electricity at design air over design heat; (cooling_kind,)."""
    pump_frac: Array
    """Pump electricity over heat; (cooling_kind,)."""
    air_frac: Array
    """Air for the fans over design air; (cooling_kind, hour)."""
    compressor_frac: Array
    """Compressor electricity over heat; (cooling_kind, hour)."""
    capacity_frac: Array
    """Heat that the hour's air lets through over design heat; (cooling_kind, hour)."""
    cools_hall_air: Array
    """True: takes the heat of hall air first; False: that of the liquid; (cooling_kind,)."""
    evaporates: Array
    """True: rejects heat by evaporation; (cooling_kind,)."""


def plant_of(c: int, up: dict[str, Array]) -> Plant:
    """The plant of campus ``c`` from what the cooling stage gave."""
    fan, pump = up["cooling_fan_frac"][c], up["cooling_pump_frac"][c]
    return with_traits(fan, pump, np.stack([up[f"cooling_{name}_frac"][c] for name in ("air", "compressor", "capacity")]))


def with_traits(fan_frac: Array, pump_frac: Array, hourly_frac: Array) -> Plant:
    """Plant from its shares (cooling_kind,) and its air, compressor and capacity (3, cooling_kind, hour), with the kinds' traits."""
    air, compressor, capacity = (np.ascontiguousarray(part) for part in hourly_frac)
    cools_hall_air = np.array(COOLING.each(lambda kind: kind.cools == "hall_air"))
    evaporates = np.array(COOLING.each(lambda kind: kind.evaporates))
    return Plant(np.ascontiguousarray(fan_frac), np.ascontiguousarray(pump_frac), air, compressor, capacity, cools_hall_air, evaporates)


@dataclass(frozen=True)
class CampusLoad:
    """Load of one campus in every phase and month, as arrays of shape (phase * month, ...)."""

    it_mw: Array
    """IT load asked for; (row,)."""
    rated_mw: Array
    """IT power in service; (row,)."""
    installed_mw: Array
    """Cooling plant by kind; (row, cooling_kind)."""
    terms: LoadTerms
    plant: Plant


def work_frac(utilisation_frac: float, load_at_work_frac: float, idle_load_frac: float) -> float:
    """Mean IT load over the rated power in service: working accelerators at their load, the rest idle.

    >>> round(work_frac(0.85, 0.88, 0.15), 4)
    0.7705
    """
    return utilisation_frac * load_at_work_frac + (1.0 - utilisation_frac) * idle_load_frac


def campus_load(c: int, up: dict[str, Array], compute: ComputeSpec, power: PowerSpec, rules: CoolingSpec) -> CampusLoad:
    """Gather the load terms of campus ``c``; ``compute`` and ``rules`` are the scenario's compute and cooling rules."""
    rated = up["it_in_service_mw"][c].reshape(-1)
    terms = load_terms(power, rules)
    installed = up["cooling_kind_heat_mw"][c].reshape(len(COOLING), -1).T
    bare = installed.sum(axis=1) <= 0.0
    if bare.any():
        installed = np.where(bare[:, None], _assumed_plant(rated, terms, up["cooling_capacity_frac"][c]), installed)
    asked = rated * work_frac(compute.utilisation_frac, compute.load_at_work_frac, power.idle_load_frac)
    return CampusLoad(asked, rated, np.ascontiguousarray(installed), terms, plant_of(c, up))


def planned_load(load: CampusLoad, rows: Array, wanted_mw: Array, capacity_frac: Array, work: float) -> CampusLoad:
    """Terms of the load that a plan wanted, by month: as ``load`` in ``rows`` with the IT power wanted and plant that grows with it;
    ``work`` as ``work_frac`` gives it."""
    rated, installed = load.rated_mw[rows], load.installed_mw[rows]
    grows = np.divide(wanted_mw, rated, out=np.zeros_like(rated), where=rated > 0.0)
    assumed = _assumed_plant(wanted_mw, load.terms, capacity_frac)
    plant = np.where((rated > 0.0)[:, None], installed * np.maximum(grows, 1.0)[:, None], assumed)
    return CampusLoad(wanted_mw * work, wanted_mw, np.ascontiguousarray(plant), load.terms, load.plant)


def load_terms(power: PowerSpec, rules: CoolingSpec) -> LoadTerms:
    """Terms of the load by a campus's rules of power and cooling."""
    loss = power.conversion_loss_frac / (1.0 - power.conversion_loss_frac)
    return LoadTerms(loss, power.conversion_constant_frac, rules.liquid_share_frac, rules.hall_fan_frac, rules.auxiliary_frac)


def _assumed_plant(rated_mw: Array, terms: LoadTerms, capacity_frac: Array) -> Array:
    """Plant for all heat where none stands, of the kinds whose factors the cooling stage gave; (row, cooling_kind)."""
    heat = rated_mw * terms.heat_frac
    given = (capacity_frac > 0.0).any(axis=1).astype(float)
    out: Array = heat[:, None] * (given / max(given.sum(), 1.0))
    return out


def month_hours(months: Months, phases: int) -> Array:
    """First and last hour of each row (phase * month); shape (row, 2), integers."""
    calendar = np.tile(months.calendar_month(), phases)
    return np.stack([MONTH_START_HOUR[calendar], MONTH_START_HOUR[calendar] + HOURS_IN_MONTH[calendar]], axis=1)


def planned_rows(planned_phase: Array) -> Array:
    """Row (phase * month) of each month on the planned path of a campus; (month,), integers."""
    months = planned_phase.size
    out: Array = np.rint(planned_phase).astype(np.int64) * months + np.arange(months)
    return out


def load_of_hours(row: int, hours: Array, load: CampusLoad, user_mw: Array) -> Array:
    """Facility load of the hours of a row, as the scenario's file ``user_mw`` gives it where there is one; (hour,), MW."""
    first, last = int(hours[row, 0]), int(hours[row, 1])
    if user_mw.size:
        given: Array = user_mw[first:last]
        return given
    out = np.zeros((LOAD_ROWS, last - first))
    load_hours(first, last, load.it_mw[row], load.rated_mw[row], load.terms, load.installed_mw[row], load.plant, out)
    asked: Array = out[LOAD]
    return asked


def unique_rows(table: Array) -> tuple[Array, Array]:
    """Index of the first of each distinct row, and for every row the number of its representative."""
    keys: dict[bytes, int] = {}
    first: list[int] = []
    inverse = np.empty(len(table), dtype=np.int64)
    for i, row in enumerate(np.ascontiguousarray(table)):
        key = row.tobytes()
        if key not in keys:
            keys[key] = len(first)
            first.append(i)
        inverse[i] = keys[key]
    return np.array(first, dtype=np.int64), inverse


def user_load_mw(power: PowerSpec) -> Array:
    """Hourly facility load from the scenario's file, shape (8760,); empty when none is named."""
    return hourly_load(Path(power.user_load_csv)).mw if power.user_load_csv else np.zeros(0)
