"""What the customers' plan wanted of every campus and month, and what of it is not served, whatever holds it back."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.load import (
    CampusLoad,
    campus_load,
    load_of_hours,
    month_hours,
    planned_load,
    planned_rows,
    unique_rows,
    user_load_mw,
    work_frac,
)
from gigacampus.registry.stage_inputs import Inputs

Array = np.ndarray
TIE = 1e-9
"""MW, and share of the power in service, below which a plan wants no more than what stands."""


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Energy that the plan wanted, and what of it is not served, by month; arrays (campus, month)."""
    names = ("plan_mwh", "plan_unserved_mwh", "plan_unserved_hours")
    out = {name: np.zeros((len(inputs.at.campus), inputs.at.months.count)) for name in names}
    for c in range(len(inputs.at.campus)):
        for name, values in zip(names, _plan(c, inputs, up), strict=True):
            out[name][c] = values
    return out


def detail(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Load that the plan wanted in the hours of the last twelve months; (campus, hour), NaN where not run."""
    months = inputs.at.months
    hours = month_hours(months, 1)
    out = np.full((len(inputs.at.campus), HOURS_PER_YEAR), np.nan)
    for c in range(len(inputs.at.campus)):
        wanted, user_mw = _wanted(c, inputs, up)
        for month in range(max(0, months.count - 12), months.count):
            out[c, slice(*hours[month])] = load_of_hours(month, hours, wanted, user_mw)
    return {"plan_load_mw_h": out}


def _wanted(c: int, inputs: Inputs, up: dict[str, Array]) -> tuple[CampusLoad, Array]:
    """Load terms of campus ``c`` if all that its customers were promised ran, rows are months; and the load that a file gives."""
    compute, campus = inputs.tree.compute, inputs.tree.campuses[inputs.at.campus[c]]
    load = campus_load(c, up, compute, campus.power, campus.cooling)
    work = work_frac(compute.utilisation_frac, compute.load_at_work_frac, campus.power.idle_load_frac)
    wanted = planned_load(load, planned_rows(up["planned_phase"][c]), up["it_wanted_mw"][c], up["cooling_capacity_frac"][c], work)
    return wanted, user_load_mw(campus.power)


def _plan(c: int, inputs: Inputs, up: dict[str, Array]) -> tuple[Array, Array, Array]:
    """MWh wanted, MWh not served and hours not served of campus ``c``; (month,) each."""
    (wanted, user_mw), months = _wanted(c, inputs, up), inputs.at.months
    hours, rows = month_hours(months, 1), planned_rows(up["planned_phase"][c])
    first, inverse = unique_rows(np.column_stack([months.calendar_month(), wanted.it_mw, wanted.installed_mw]))
    plan_mwh = np.array([load_of_hours(m, hours, wanted, user_mw).sum() for m in first])[inverse]
    flat = {name: up[name][c].reshape(-1)[rows] for name in ("demand_mwh", "unserved_mwh", "unserved_hours", "it_in_service_mw")}
    served = flat["demand_mwh"] - flat["unserved_mwh"]
    held = up["it_wanted_mw"][c] > flat["it_in_service_mw"] * (1.0 + TIE) + TIE
    unserved_hours = np.where(held & (user_mw.size == 0), months.hours(), flat["unserved_hours"])
    return plan_mwh, np.maximum(plan_mwh - served, 0.0), unserved_hours
