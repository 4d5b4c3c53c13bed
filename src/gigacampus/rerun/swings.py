"""Fast swings of a run's campuses in one month: what leaves the racks, what each stage smooths, and whether grid or island bears it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.foundation.references import name_of
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.swings.island import Island, nadir_hz, response_hz, rocof_hz_per_s
from gigacampus.power.swings.spectrum import Left, Store, Wave, smoothing_needed, through
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.rerun.named_campus import campus_named
from gigacampus.rerun.reopen import reopened
from gigacampus.results import store
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result
from gigacampus.schema.power import PowerSpec

SECONDS_PER_MIN = 60.0
J_PER_MWH = 3.6e9
POWER_FACTOR = 0.8
"""Rated power of a generator over its apparent power, by which machines of power plants are sized."""
NOTE = (
    "Reference world, planned path. Waves of all jobs at work add as independent jobs do; within a job all accelerators move as one. "
    "Line spectrum without the scatter of iteration times, which only widens the lines."
)


def swings_of(folder: Path, *, campus: str | None = None, month: str | None = None) -> dict[str, Any]:
    """Swings of one campus or of all that work in the month: stages, rows of the specification, island and storage needed."""
    result = store.read(folder)
    at = _month(result, month)
    names = list(result.coords["campus"] if campus is None else [campus_named(result, campus)])
    inputs, _ = reopened(result, "dispatch")
    working = [n for n in names if result.planned("swing_mw")[0, result.index("campus", n), at] > 0.0]
    if not working:
        raise refuse(f"no accelerator works in {result.coords['month'][at]}", path="--month", fix="name a month in which some do")
    found = {name: swings_at(result, inputs, result.index("campus", name), at) for name in working}
    return {"month": result.coords["month"][at], "note": NOTE, "campuses": found}


def _month(result: Result, month: str | None) -> int:
    labels = list(result.coords["month"])
    if month is None:
        return as_of_month(result)
    if month not in labels:
        raise refuse(f"the run does not cover {month}", path="--month", fix=f"a month from {labels[0]} to {labels[-1]}")
    return labels.index(month)


def swings_at(result: Result, inputs: Inputs, c: int, month: int) -> dict[str, Any]:
    """All of one campus in one month; figures with their units in their names."""
    power: PowerSpec = inputs.tree.campuses[inputs.at.campus[c]].power
    of = {n: float(result.planned(n)[0, c, month]) for n in ("swing_mw", "battery_power_mw", "battery_energy_mwh", "grid_limit_mw")}
    accelerators = float(result.planned("accelerators_in_service")[0, c, month]) * inputs.tree.compute.utilisation_frac
    at_work_mw = of["swing_mw"] / (1.0 - power.chip_swing_ratio_frac)
    spec = power.swings
    waves, band = waves_of(at_work_mw, power), (spec.limit_band_low_hz, spec.limit_band_high_hz)
    stores = stores_of(accelerators, of, power)
    stages = through(waves, stores, band)
    limits = {
        "range_mw": spec.limit_range_mw,
        "ramp_mw_per_s": min(spec.limit_ramp_up_mw_per_min, spec.limit_ramp_down_mw_per_min) / SECONDS_PER_MIN,
        "band_frac": spec.limit_band_energy_frac,
    }
    needed = smoothing_needed(waves, stores, band, **limits)
    frequency = _island(result, inputs, c, month, of, power) if inputs.at.unit else None
    return {
        "at_work_mw": _round(at_work_mw),
        "stages": [_row(stage) for stage in stages],
        "specification": specification(stages[-1], power),
        "storage_needed": None if needed is None else {"power_mw": _round(needed.power_mw), "energy_mwh": _round(needed.energy_mwh)},
        "floor_burns_mwh_per_year": _round(_burnt(at_work_mw, power)),
        "island": frequency,
        "spectrum": {"frequency_hz": _few(stages[-1].frequency_hz), "amplitude_mw": _few(stages[-1].amplitude_mw)},
    }


def waves_of(at_work_mw: float, power: PowerSpec) -> list[Wave]:
    """Iterations and checkpoints of the jobs as periodic waves, behind the accelerators' own floor and ramp."""
    spec = power.swings
    out = []
    for level, period_s, low_s, edge_s in (
        (spec.communication_power_frac, spec.iteration_s, spec.communication_frac * spec.iteration_s, spec.iteration_edge_s),
        (power.chip_swing_ratio_frac, spec.checkpoint_every_s, spec.checkpoint_pause_s, power.swing_edge_s),
    ):
        fall = 1.0 - max(level, spec.floor_frac)
        ramped = max(edge_s, fall / spec.ramp_frac_per_s) if spec.ramp_frac_per_s > 0.0 else edge_s
        out.append(Wave(max(fall, 0.0) * at_work_mw, period_s, min(low_s / period_s, 1.0), ramped))
    return out


def stores_of(accelerators: float, of: dict[str, float], power: PowerSpec) -> list[Store]:
    """Stages between racks and fence, with what the scenario says of each."""
    spec = power.swings
    held_mwh = power.battery_reserve_frac * of["battery_energy_mwh"]
    return [
        Store("power supplies", math.inf, accelerators * spec.supply_storage_j / J_PER_MWH, math.inf),
        Store("rack batteries", math.inf, accelerators * spec.rack_battery_j / J_PER_MWH, math.inf),
        Store("site battery", of["battery_power_mw"], held_mwh, spec.battery_smoothing_s, power.inverter_lag_s),
    ]


def specification(last: Left, power: PowerSpec) -> list[dict[str, Any]]:
    """Rows of the utility's specification, each with what reaches the fence."""
    spec = power.swings
    rows = (
        ("ramp up", last.ramp_up_mw_per_s * SECONDS_PER_MIN, spec.limit_ramp_up_mw_per_min, "MW/min"),
        ("ramp down", last.ramp_down_mw_per_s * SECONDS_PER_MIN, spec.limit_ramp_down_mw_per_min, "MW/min"),
        ("range", last.range_mw, spec.limit_range_mw, "MW"),
        (
            f"energy from {spec.limit_band_low_hz:g} to {spec.limit_band_high_hz:g} Hz",
            last.band_energy_frac if last.range_mw > 1e-9 else 0.0,
            spec.limit_band_energy_frac,
            "share",
        ),
    )
    return [_judged(*row) for row in rows]


def _judged(name: str, value: float, limit: float, unit: str) -> dict[str, Any]:
    verdict = "PASS" if abs(value) <= limit * (1.0 + 1e-9) else "FAIL"
    return {"row": name, "value": _round(value), "limit": _round(limit), "unit": unit, "verdict": verdict}


def _burnt(at_work_mw: float, power: PowerSpec) -> float:
    """Energy that the floor burns in a year while jobs wait."""
    spec = power.swings
    waiting = max(spec.floor_frac - spec.communication_power_frac, 0.0) * spec.communication_frac
    pausing = max(spec.floor_frac - power.chip_swing_ratio_frac, 0.0) * min(spec.checkpoint_pause_s / spec.checkpoint_every_s, 1.0)
    return at_work_mw * (waiting + pausing) * HOURS_PER_YEAR


def _island(result: Result, inputs: Inputs, c: int, month: int, of: dict[str, float], power: PowerSpec) -> dict[str, Any] | None:
    """Frequency if the site's running units stand alone: a job that stops, a unit that trips; None where no unit runs."""
    campus, library = inputs.tree.campuses[inputs.at.campus[c]], inputs.tree.library
    units, running = result.planned("unit_running")[0, :, month], []
    for u, label in enumerate(inputs.at.unit):
        if inputs.at.unit_campus[u] == c:
            entry = library.generators[name_of(campus.blocks[label.partition("/")[2]].model)]
            running.append((entry.iso_mw, float(units[u])))
    rated_mw = sum(mw * n for mw, n in running)
    if rated_mw <= 0.0:
        return None
    spec, unit_mw = power.swings, max(mw for mw, n in running if n > 0.0)
    load_mw = float(result.planned("facility_mw")[0, c, month])
    trip_mw = min(unit_mw, rated_mw) * min(load_mw / rated_mw, 1.0)
    left_mw = max(rated_mw - unit_mw, 1e-6)
    events = (("the jobs at work pause or stop", -of["swing_mw"], rated_mw), ("the largest unit trips", trip_mw, left_mw))
    # A step larger than what stays on line is a black-out, not a deviation: the equation says nothing of it.
    carried = [event for event in events if abs(event[1]) < event[2]]
    rows = [_event(name, step, _machines(mw, power), of["battery_power_mw"], power) for name, step, mw in carried]
    applies = of["grid_limit_mw"] <= 0.0
    return {
        "applies": applies,
        "why": "no grid connection" if applies else "only if the grid trips: the connection holds frequency",
        "running_units_mva": _round(rated_mw / POWER_FACTOR),
        "inertia_s": spec.inertia_s,
        "events": rows,
        "blacks_out": [name for name, step, mw in events if abs(step) >= mw],
    }


def _machines(rated_mw: float, power: PowerSpec) -> Island:
    spec = power.swings
    return Island(rated_mw / POWER_FACTOR, spec.inertia_s, spec.droop_frac, spec.governor_s, spec.damping, spec.frequency_hz)


def _event(name: str, step_mw: float, island: Island, battery_mw: float, power: PowerSpec) -> dict[str, Any]:
    alone, time_s = nadir_hz(step_mw, island)
    held = response_hz(step_mw, island, battery_mw=battery_mw, battery_lag_s=power.inverter_lag_s)
    with_battery = float(held[np.argmax(np.abs(held))])
    spec = power.swings
    rocof = rocof_hz_per_s(step_mw, island)
    worst = with_battery if battery_mw > 0.0 else alone
    return {
        "event": name,
        "step_mw": _round(step_mw),
        "rocof_hz_per_s": _round(rocof),
        "deviation_hz": _round(alone),
        "at_s": None if math.isinf(time_s) else _round(time_s),
        "deviation_with_battery_hz": _round(with_battery),
        "rows": [
            _judged("rate of change of frequency", rocof, spec.limit_rocof_hz_per_s, "Hz/s"),
            _judged("deviation of frequency", worst, spec.limit_deviation_hz, "Hz"),
        ],
    }


def _row(stage: Left) -> dict[str, Any]:
    return {
        "after": stage.name,
        "range_mw": _round(stage.range_mw),
        "ramp_up_mw_per_min": _round(stage.ramp_up_mw_per_s * SECONDS_PER_MIN),
        "ramp_down_mw_per_min": _round(stage.ramp_down_mw_per_s * SECONDS_PER_MIN),
        "band_energy_frac": _round(stage.band_energy_frac),
    }


def _few(values: np.ndarray) -> list[float]:
    """About two hundred points, evenly spread along the order of the array."""
    return [_round(v) for v in values[:: max(1, values.size // 200)]]


def _round(value: float) -> float:
    return float(f"{float(value):.6g}")
