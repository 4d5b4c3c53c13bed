"""Minutes inside the hours of dispatch: the waveform of training jobs and the loss of one unit; every hour keeps its mean."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from gigacampus.foundation.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR, SECONDS_PER_MINUTE
from gigacampus.power.dispatch.supply_hours import SupplyHours

Array = np.ndarray
IN_HOUR = int(MINUTES_PER_HOUR)


@dataclass(frozen=True)
class SupplyMinutes:
    """Who carries the load in every minute of a day; (minute,) or (unit of the campus, minute)."""

    facility_load_mw: Array
    grid_mw: Array
    onsite_mw: Array
    battery_mw: Array
    """Discharge positive."""
    unserved_mw: Array
    unit_running: Array
    unit_fuel_mmbtu_per_h: Array
    unit_mw: Array
    unit_starts: Array
    """Units of a block that begin to start in the minute."""


def of_day(month: SupplyHours, first: int, hours: int = 24) -> SupplyHours:
    """The hours of one day out of those of its month; ``first`` counts from the month's beginning."""
    parts = {f.name: getattr(month, f.name) for f in fields(month)}
    return SupplyHours(**{n: a if n == "battery" else a[..., first : first + hours] for n, a in parts.items()})


def held(hourly: Array) -> Array:
    """Hourly values as minutes that keep their hour's value.

    >>> held(np.array([1.0, 2.0])).reshape(2, 60).mean(axis=1).tolist()
    [1.0, 2.0]
    """
    return np.repeat(hourly, IN_HOUR, axis=-1)


def job_steps_mw(swing_mw: float, working: float, job_accelerators: float) -> list[float]:
    """The step of each job out of the swing of all, whose squares add.

    >>> [round(step, 3) for step in job_steps_mw(5.0, 700.0, 400.0)]
    [4.0, 3.0]
    """
    full = int(working // job_accelerators) if job_accelerators > 0 else 0
    sizes = [job_accelerators] * full + [working - full * job_accelerators]
    whole = float(np.sqrt(sum(size**2 for size in sizes)))
    return [swing_mw * size / whole for size in sizes if size > 0.0] if whole > 0.0 else []


def paused_s(interval_s: float, pause_s: float, *, offset_s: float, minutes: int) -> Array:
    """Seconds of every minute in which a job that pauses for ``pause_s`` once in ``interval_s`` stands still; (minute,).

    >>> paused_s(120.0, 30.0, offset_s=0.0, minutes=4).tolist()
    [30.0, 0.0, 30.0, 0.0]
    """
    if not np.isfinite(interval_s) or pause_s <= 0.0:
        return np.zeros(minutes)
    period = max(interval_s, pause_s)
    edge = np.arange(minutes + 1) * SECONDS_PER_MINUTE + offset_s
    whole = np.floor(edge / period)
    return np.diff(whole * pause_s + np.minimum(edge - whole * period, pause_s))


def checkpoint_wave_mw(steps_mw: list[float], *, interval_s: float, pause_s: float, minutes: int) -> tuple[Array, Array]:
    """What pauses of jobs take from the load of each minute, with no mean in any hour, and the minutes with a pause.

    Jobs pause in turn, evenly over the interval.
    """
    wave, pauses = np.zeros(minutes), np.zeros(minutes, dtype=bool)
    for k, step in enumerate(steps_mw):
        away = paused_s(interval_s, pause_s, offset_s=k * interval_s / len(steps_mw), minutes=minutes)
        wave -= step * away / SECONDS_PER_MINUTE
        pauses |= away > 0.0
    return wave - held(wave.reshape(-1, IN_HOUR).mean(axis=1)), pauses


def minutes_of(day: SupplyHours, before: Array | None, wave_mw: Array) -> SupplyMinutes:
    """Minutes of a day as dispatched, with the jobs' wave carried by battery, grid or units; units start with the hour.

    ``before``: units running in the hour before the day, (unit,); none at the beginning of a month, when no start is counted.
    """
    ahead = day.unit_running[:, :1] if before is None else before[:, None]
    starts = np.maximum(np.diff(day.unit_running, axis=1, prepend=ahead), 0.0)
    unit_starts = np.zeros((len(starts), wave_mw.size))
    unit_starts[:, ::IN_HOUR] = starts
    names = ("facility_load_mw", "grid_mw", "onsite_mw", "battery_mw", "unserved_mw", "unit_running")
    flat = {name: held(getattr(day, name)) for name in names}
    plain = SupplyMinutes(**flat, unit_fuel_mmbtu_per_h=held(day.unit_fuel_mmbtu), unit_mw=held(day.unit_mw), unit_starts=unit_starts)
    return _with_wave(plain, wave_mw, day.battery.power_mw)


def _with_wave(plain: SupplyMinutes, wave_mw: Array, battery_limit_mw: float) -> SupplyMinutes:
    """Let one source follow the wave: the battery where it has the power, else the grid, else the units."""
    # One source for a whole hour: its mean would move if two took turns.
    by_battery, by_grid = (
        held(able.reshape(-1, IN_HOUR).all(axis=1))
        for able in (np.abs(plain.battery_mw + wave_mw) <= battery_limit_mw, (plain.grid_mw > 0.0) & (plain.grid_mw + wave_mw >= 0.0))
    )
    by_grid &= ~by_battery
    return replace(
        plain,
        facility_load_mw=plain.facility_load_mw + wave_mw,
        battery_mw=plain.battery_mw + np.where(by_battery, wave_mw, 0.0),
        grid_mw=plain.grid_mw + np.where(by_grid, wave_mw, 0.0),
        onsite_mw=plain.onsite_mw + np.where(by_battery | by_grid, 0.0, wave_mw),
    )


def charge_state_mwh(day: SupplyHours, battery_mw: Array) -> Array:
    """Battery charge at the end of every minute from what it gives and takes in it; (minute,)."""
    gain = _stored_mwh(battery_mw, day.battery.one_way_frac)
    return np.clip(_charge_at_start_mwh(day) + np.cumsum(gain), 0.0, day.battery.energy_mwh)


def _charge_at_start_mwh(day: SupplyHours) -> float:
    """Charge when the day begins: that of the end of its first hour without what the hour put in."""
    return float(day.battery_charge_state_mwh[0] - _stored_mwh(day.battery_mw[:1], day.battery.one_way_frac)[0] * MINUTES_PER_HOUR)


def _stored_mwh(battery_mw: Array, one_way_frac: float) -> Array:
    """What minutes add to the charge."""
    out: Array = np.where(battery_mw > 0.0, -battery_mw / one_way_frac, -battery_mw * one_way_frac) / MINUTES_PER_HOUR
    return out


@dataclass(frozen=True)
class Trip:
    """One unit lost at ``minute`` of the day; the unit that takes its place needs ``start_min`` from cold."""

    unit: int
    minute: int
    start_min: float


def tripped(base: SupplyMinutes, planned: SupplyHours, settled: SupplyHours, trip: Trip) -> tuple[SupplyMinutes, int]:
    """The day with a trip: as planned before it, as dispatched with a unit less after it, and in between a bridge while units start.

    In the bridge the units that run go to their limit, the battery stops charging, then the grid, then the battery with its reserve,
    and what is left is not served. Returns the minutes and how long the bridge lasts.
    """
    hour = trip.minute // IN_HOUR
    left = planned.unit_running[:, hour].copy()
    left[trip.unit] = max(left[trip.unit] - 1.0, 0.0)
    starts = np.maximum(settled.unit_running[:, hour] - left, 0.0)
    bridge = min(int(np.ceil(trip.start_min)), base.grid_mw.size - trip.minute) if starts.sum() > 1e-9 else 0
    later = minutes_of(settled, None, base.facility_load_mw - held(planned.facility_load_mw))
    after = np.arange(base.grid_mw.size) >= trip.minute
    parts = {f.name: np.where(after, getattr(later, f.name), getattr(base, f.name)) for f in fields(base)}
    parts["unit_starts"][:, trip.minute] = starts
    charge = charge_state_mwh(planned, base.battery_mw)
    stored = float(charge[trip.minute - 1]) if trip.minute else _charge_at_start_mwh(planned)
    for minute in range(trip.minute, trip.minute + bridge):
        now = _bridge(base, planned, trip.unit, minute, stored)
        for name, value in now.items():
            parts[name][..., minute] = value
        stored += float(_stored_mwh(np.array(now["battery_mw"]), planned.battery.one_way_frac))
    return SupplyMinutes(**parts), bridge


def _bridge(base: SupplyMinutes, planned: SupplyHours, unit: int, minute: int, stored_mwh: float) -> dict[str, Array]:
    """One minute in which a unit is lost and the next does not give yet."""
    hour = minute // IN_HOUR
    running = planned.unit_running[:, hour].copy()
    running[unit] = max(running[unit] - 1.0, 0.0)
    most = running * planned.unit_limit_mw[:, hour]
    wanted = base.onsite_mw[minute]
    onsite = min(wanted, most.sum())
    short = wanted - onsite
    relief = min(short, max(-base.battery_mw[minute], 0.0))
    grid = min(short - relief, max(planned.grid_limit_mw[hour] - base.grid_mw[minute], 0.0))
    battery = base.battery_mw[minute] + relief
    most_mw = min(planned.battery.power_mw, max(stored_mwh, 0.0) * planned.battery.one_way_frac * MINUTES_PER_HOUR)
    given = min(short - relief - grid, max(most_mw - battery, 0.0))
    out = most * (onsite / most.sum()) if most.sum() > 0.0 else most
    planned_mw = planned.unit_mw[:, hour]
    rate = np.divide(planned.unit_fuel_mmbtu[:, hour], planned_mw, out=np.zeros_like(planned_mw), where=planned_mw > 0.0)
    return {
        "grid_mw": base.grid_mw[minute] + grid,
        "onsite_mw": onsite,
        "battery_mw": battery + given,
        "unserved_mw": base.unserved_mw[minute] + short - relief - grid - given,
        "unit_running": running,
        "unit_mw": out,
        "unit_fuel_mmbtu_per_h": out * rate,
    }


def spread_starts(unit_starts: Array, minutes: Array) -> Array:
    """Share of a start's extra emissions in each minute: even over ``minutes`` (unit,), at most the hour of the start; (unit, minute).

    >>> spread_starts(np.array([[2.0, 0.0, 0.0]]), np.array([2.0])).tolist()
    [[1.0, 1.0, 0.0]]
    """
    out = np.zeros_like(unit_starts)
    for u, minute in zip(*np.nonzero(unit_starts), strict=True):
        count = int(np.clip(round(float(minutes[u])), 1, min(IN_HOUR, unit_starts.shape[1] - minute)))
        out[u, minute : minute + count] += unit_starts[u, minute] / count
    return out


def pause_interval_s(hours: float) -> float:
    """Seconds between pauses of a job from hours; no pause where it is not known.

    >>> pause_interval_s(0.5), pause_interval_s(float("nan"))
    (1800.0, inf)
    """
    return hours * SECONDS_PER_HOUR if np.isfinite(hours) and hours > 0.0 else float("inf")
