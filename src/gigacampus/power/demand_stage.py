"""Facility load of every campus, phase and month, from accelerators through conversion, halls and cooling to the fence."""

from __future__ import annotations

import numpy as np

from gigacampus.power.load import campus_load, month_hours, unique_rows, user_load_mw
from gigacampus.power.load_kernels import IT, LOAD, LOAD_ROWS, load_hours, load_months
from gigacampus.power.swings.checkpoint_swing import checkpoint_swing_mw, swing_after_storage_mw
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.scenario import CampusSpec

Array = np.ndarray


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Monthly load, PUE, heat and swings; arrays of shape (campus, phase, month)."""
    shape = up["it_in_service_mw"].shape
    hours = month_hours(inputs.at.months, inputs.at.phase)
    rows: dict[str, list[Array]] = {}
    for c, key in enumerate(inputs.at.campus):
        part = _campus(c, inputs, up, inputs.tree.campuses[key], hours)
        for name, array in part.items():
            rows.setdefault(name, []).append(array.reshape(shape[1:]))
    return {name: np.stack(arrays) for name, arrays in rows.items()}


def _campus(c: int, inputs: Inputs, up: dict[str, Array], campus: CampusSpec, hours: Array) -> dict[str, Array]:
    compute, power = inputs.tree.compute, campus.power
    load = campus_load(c, up, compute, power, campus.cooling)
    table = np.column_stack([hours[:, 0], load.it_mw, load.rated_mw, load.installed_mw])
    first, inverse = unique_rows(table)
    sums = np.zeros((first.size, LOAD_ROWS + 1))
    load_months(hours[first], load.it_mw[first], load.rated_mw[first], load.terms, load.installed_mw[first], load.plant, sums)
    scale = _replace_load(sums, hours[first], user_load_mw(power)) if power.user_load_csv else np.ones(first.size)
    facility_mwh, it_mwh, cooling_mwh, heat_mwh, evaporated_mwh, dry_mwh, peak_mw = sums[inverse].T
    swing = checkpoint_swing_mw(
        load.rated_mw, up["accelerators_in_service"][c].reshape(-1), compute.job_accelerators, compute.utilisation_frac, power
    )
    duration_h = hours[:, 1] - hours[:, 0]
    asked_mw = load.it_mw * scale[inverse]
    return {
        "it_mw": asked_mw,
        "it_cooled_frac": _ratio(it_mwh, asked_mw * duration_h),
        "facility_mw": facility_mwh / duration_h,
        "facility_peak_mw": peak_mw,
        "pue": _ratio(facility_mwh, it_mwh),
        "heat_rejected_mwh": heat_mwh,
        "heat_evaporated_mwh": evaporated_mwh,
        "heat_rejected_dry_mwh": dry_mwh,
        "cooling_mwh": cooling_mwh,
        "swing_mw": swing,
        "swing_after_mw": swing_after_storage_mw(swing, up["battery_power_mw"][c].reshape(-1), power),
    }


def it_hours_mw(inputs: Inputs, up: dict[str, Array], c: int, month: int) -> Array:
    """IT load that cooling lets run in every hour of one month at campus ``c`` on the planned path, before any lack of supply; (hour,)."""
    campus = inputs.tree.campuses[inputs.at.campus[c]]
    load = campus_load(c, up, inputs.tree.compute, campus.power, campus.cooling)
    row = int(up["planned_phase"][c, month]) * inputs.at.months.count + month
    first, last = month_hours(inputs.at.months, inputs.at.phase)[row]
    rows = np.zeros((LOAD_ROWS, last - first))
    load_hours(first, last, load.it_mw[row], load.rated_mw[row], load.terms, load.installed_mw[row], load.plant, rows)
    user = user_load_mw(campus.power)
    modelled = rows[LOAD].sum()
    scale = user[first:last].sum() / modelled if user.size and modelled > 0.0 else 1.0
    out: Array = rows[IT] * scale
    return out


def _replace_load(sums: Array, hours: Array, load_mw: Array) -> Array:
    """Put the user's load in the place of the modelled one and scale IT, heat and cooling with it; returns the scale."""
    modelled = sums[:, LOAD].copy()
    wanted = np.array([load_mw[first:last].sum() for first, last in hours])
    scale = np.divide(wanted, modelled, out=np.zeros_like(wanted), where=modelled > 0.0)
    sums *= scale[:, None]
    sums[:, LOAD] = wanted
    sums[:, LOAD_ROWS] = [load_mw[first:last].max() for first, last in hours]
    out: Array = scale
    return out


def _ratio(a: Array, b: Array) -> Array:
    """``a / b``, and 1 where nothing is installed."""
    out: Array = np.divide(a, b, out=np.ones_like(a), where=b > 0.0)
    return out
