"""Power of one campus through a day: the hours as dispatched, the minutes inside, a trip if asked, and what the stacks send."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.compute.minutes import pause_rhythm
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR
from gigacampus.power import emissions_stage
from gigacampus.power.dispatch.supply_hours import Outage, SupplyHours, hours_of_month
from gigacampus.power.swings.minutes import (
    SupplyMinutes,
    Trip,
    checkpoint_wave_mw,
    job_steps_mw,
    minutes_of,
    of_day,
    pause_interval_s,
    spread_starts,
    tripped,
)
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.rerun.day.clock import MINUTES, Clock
from gigacampus.rerun.reopen import reopened
from gigacampus.results.result import Result

G_PER_KG = 1000.0


@dataclass(frozen=True)
class Supply:
    """A day's power at one campus."""

    month: SupplyHours
    day: SupplyHours
    minutes: SupplyMinutes
    planned: SupplyMinutes
    """The day without the trip; the same where none was asked for."""
    swing_mw: np.ndarray
    swing_after_mw: np.ndarray
    units: tuple[str, ...]
    """``campus/block`` of each block of the campus."""
    nox_g_per_s: np.ndarray
    """(unit of the campus, minute)."""
    trip: Trip | None
    bridge_min: int


def supply_of(result: Result, at: Clock, trip_minute: int | None) -> Supply:
    """The campus's day; a trip takes one of the largest units that run at its minute."""
    inputs, up = reopened(result, "dispatch")
    month = hours_of_month(inputs, up, at.campus, at.month)
    day = of_day(month, at.of_month)
    wave, pauses = _wave(result, at)
    before = month.unit_running[:, at.of_month - 1] if at.of_month else None
    planned = minutes_of(day, before, wave)
    units = tuple(label for label, c in zip(inputs.at.unit, inputs.at.unit_campus, strict=True) if c == at.campus)
    now, trip, bridge = planned, None, 0
    if trip_minute is not None:
        trip = _trip(result, at, day, units, trip_minute)
        first = at.of_year + trip_minute // int(MINUTES_PER_HOUR)
        out = Outage(trip.unit, first, at.of_year + day.grid_mw.size)
        settled = of_day(hours_of_month(inputs, up, at.campus, at.month, outage=out), at.of_month)
        now, bridge = tripped(planned, day, settled, trip)
    swing, after = (_of(result, name, at) for name in ("swing_mw", "swing_after_mw"))
    nox = _nox_g_per_s(result, units, now)
    return Supply(month, day, now, planned, np.where(pauses, swing, 0.0), np.where(pauses, after, 0.0), units, nox, trip, bridge)


def _of(result: Result, name: str, at: Clock) -> float:
    """The reference world's value of a campus in the month."""
    return float(result.planned(name)[0, at.campus, at.month])


def _wave(result: Result, at: Clock) -> tuple[np.ndarray, np.ndarray]:
    """What pauses of training jobs take from each minute, and the minutes that hold one."""
    inputs, _ = reopened(result, "training")
    compute = inputs.tree.compute
    working = _of(result, "accelerators_in_service", at) * compute.utilisation_frac
    interval_h, pause_s = pause_rhythm(compute, _of(result, "job_mtbf_h", at))
    steps = job_steps_mw(_of(result, "swing_mw", at), working, compute.job_accelerators)
    return checkpoint_wave_mw(steps, interval_s=pause_interval_s(interval_h), pause_s=pause_s, minutes=MINUTES)


def _trip(result: Result, at: Clock, day: SupplyHours, units: tuple[str, ...], minute: int) -> Trip:
    """The trip of one unit of the block whose units give most at that minute."""
    hour = minute // int(MINUTES_PER_HOUR)
    running = day.unit_running[:, hour]
    if not running.size or running.max() <= 0.0:
        raise refuse(
            f"no unit of {result.coords['campus'][at.campus]} runs at that time on {at.day}: there is none to trip",
            path="--trip",
            fix="take another time, day or --campus",
        )
    each = np.divide(day.unit_mw[:, hour], running, out=np.zeros_like(running), where=running > 0.0)
    unit = int(each.argmax())
    inputs, _ = reopened(result, "emissions")
    campus, block = units[unit].split("/")
    entry = entry_of(inputs.tree.library, inputs.tree.campuses[campus].blocks[block].model)
    return Trip(unit, minute, entry.cold_start_min)


def _nox_g_per_s(result: Result, units: tuple[str, ...], minutes: SupplyMinutes) -> np.ndarray:
    """NOx of each block by the emission stage's factors: with the fuel, and for each start in the minutes that follow it."""
    inputs, _ = reopened(result, "emissions")
    rows = [inputs.at.unit.index(label) for label in units]
    if not rows:
        return np.zeros((0, MINUTES))
    running, starting = (kg[rows, 0] for kg in emissions_stage.kg_factors(inputs))
    long = np.array([_start_min(inputs, label) for label in units])
    kg_per_h = running[:, None] * minutes.unit_fuel_mmbtu_per_h
    kg_per_min = starting[:, None] * spread_starts(minutes.unit_starts, long)
    out: np.ndarray = (kg_per_h + kg_per_min * MINUTES_PER_HOUR) * G_PER_KG / SECONDS_PER_HOUR
    return out


def _start_min(inputs: Inputs, label: str) -> float:
    """Minutes over which a start's extra emissions leave."""
    campus, block = label.split("/")
    tree = inputs.tree
    return float(entry_of(tree.library, tree.campuses[campus].blocks[block].model).start_uncontrolled_h * MINUTES_PER_HOUR)
