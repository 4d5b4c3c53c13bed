"""Adequacy of every campus and month as planned: what outages leave short, what the customers' plan wanted, what is firm."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.units import HOURS_PER_YEAR
from gigacampus.power.adequacy.supply import CampusSupplies, supplies
from gigacampus.power.load import CampusLoad, campus_load, month_hours, planned_load, unique_rows, user_load_mw, work_frac
from gigacampus.power.load_kernels import LOAD, LOAD_ROWS, load_hours
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.cooling import CoolingSpec
from gigacampus.schema.power import PowerSpec

Array = np.ndarray
_RESULTS = (
    "lole_h",
    "eue_mwh",
    "outage_work_lost_h",
    "n1_short_hours",
    "n2_short_hours",
    "n1_margin_mw",
    "n2_margin_mw",
    "firm_hot_hour_mw",
    "firm_battery_mw",
)
TIE = 1e-9
"""MW below which a shortage is rounding."""


def run(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Monthly adequacy on the planned path; arrays (campus, month)."""
    shape = (len(inputs.at.campus), inputs.at.months.count)
    out = {name: np.zeros(shape) for name in (*_RESULTS, "plan_mwh", "plan_unserved_mwh", "plan_unserved_hours")}
    for c in range(shape[0]):
        rows, hours = planned_rows(c, inputs, up), month_hours(inputs.at.months, inputs.at.phase)
        load = campus_load(c, up, inputs.tree.compute, *_rules(inputs, c))
        supply = supplies(c, inputs, up)
        table = np.column_stack(
            [hours[:, 0], load.it_mw, load.rated_mw, load.installed_mw, supply.count, supply.feed_mw, *supply.battery, supply.wind_sun.mw]
        )
        first, inverse = unique_rows(table[rows])
        hottest = int(np.argmax(up["dry_bulb_degc"][c]))
        found = np.array([_month(rows[i], hours, load, supply, user_load_mw(_rules(inputs, c)[0]), hottest) for i in first])
        for name, values in zip(_RESULTS, found.T, strict=True):
            out[name][c] = values[inverse]
        _write_plan(out, c, inputs, up, rows)
    return out


def detail(inputs: Inputs, up: dict[str, Array]) -> dict[str, Array]:
    """Load that the plan wanted in the hours of the last twelve months; (campus, hour), NaN where not run."""
    months = inputs.at.months
    out = np.full((len(inputs.at.campus), HOURS_PER_YEAR), np.nan)
    for c in range(len(inputs.at.campus)):
        wanted = _wanted(c, inputs, up)
        for month in range(max(0, months.count - 12), months.count):
            first, last = _span(inputs, month)
            out[c, first:last] = _load_of(month, first, last, wanted, user_load_mw(_rules(inputs, c)[0]))
    return {"plan_load_mw_h": out}


def planned_rows(c: int, inputs: Inputs, up: dict[str, Array]) -> Array:
    """Row (phase * month) of each month on the planned path; (month,), integers."""
    months = inputs.at.months.count
    out: Array = np.rint(up["planned_phase"][c]).astype(np.int64) * months + np.arange(months)
    return out


def load_of_hours(row: int, hours: Array, load: CampusLoad, user_mw: Array) -> Array:
    """Facility load of the hours of a row; (hour,), MW."""
    return _load_of(row, int(hours[row, 0]), int(hours[row, 1]), load, user_mw)


def _rules(inputs: Inputs, c: int) -> tuple[PowerSpec, CoolingSpec]:
    campus = inputs.tree.campuses[inputs.at.campus[c]]
    return campus.power, campus.cooling


def _load_of(row: int, first: int, last: int, load: CampusLoad, user_mw: Array) -> Array:
    if user_mw.size:
        given: Array = user_mw[first:last]
        return given
    out = np.zeros((LOAD_ROWS, last - first))
    load_hours(first, last, load.it_mw[row], load.rated_mw[row], load.terms, load.installed_mw[row], load.plant, out)
    asked: Array = out[LOAD]
    return asked


def _month(row: int, hours: Array, load: CampusLoad, campus: CampusSupplies, user_mw: Array, hottest: int) -> list[float]:
    """Results of one row in the order of ``_RESULTS``."""
    at, supply = np.arange(hours[row, 0], hours[row, 1]), campus.at(row)
    asked_mw = campus.net_load_mw(row, load_of_hours(row, hours, load, user_mw), at)
    lolp, eue_mw = supply.expected_shortage(asked_mw, at)
    share = np.divide(eue_mw, asked_mw, out=np.zeros_like(asked_mw), where=asked_mw > 0.0)
    margin = supply.total_mw(at) - asked_mw - supply.lost_mw(2, at)
    asked = asked_mw.max() > 0.0
    short = (margin < -TIE).sum(axis=1) if asked else (0, 0)
    return [
        float(lolp.sum()),
        float(eue_mw.sum()),
        float(share.sum()),
        float(short[0]),
        float(short[1]),
        *(float(m) for m in margin.min(axis=1)),
        supply.firm_mw(hottest, supply.rules.reserve_units),
        supply.firm_battery_mw(),
    ]


def _wanted(c: int, inputs: Inputs, up: dict[str, Array]) -> CampusLoad:
    """Load terms of campus ``c`` if all that its customers were promised ran; rows are months."""
    compute, (power, cooling) = inputs.tree.compute, _rules(inputs, c)
    load = campus_load(c, up, compute, power, cooling)
    work = work_frac(compute.utilisation_frac, compute.load_at_work_frac, power.idle_load_frac)
    return planned_load(load, planned_rows(c, inputs, up), up["it_wanted_mw"][c], up["cooling_capacity_frac"][c], work)


def _span(inputs: Inputs, month: int) -> tuple[int, int]:
    calendar = inputs.at.months.calendar_month()[month]
    first = int(MONTH_START_HOUR[calendar])
    return first, first + int(inputs.at.months.hours()[month])


def _write_plan(out: dict[str, Array], c: int, inputs: Inputs, up: dict[str, Array], rows: Array) -> None:
    """Energy that the plan wanted, and what of it is not served, whatever holds it back."""
    wanted, user_mw = _wanted(c, inputs, up), user_load_mw(_rules(inputs, c)[0])
    table = np.column_stack([inputs.at.months.calendar_month(), wanted.it_mw, wanted.installed_mw])
    first, inverse = unique_rows(table)
    out["plan_mwh"][c] = np.array([_load_of(m, *_span(inputs, m), wanted, user_mw).sum() for m in first])[inverse]
    flat = {name: up[name][c].reshape(-1)[rows] for name in ("demand_mwh", "unserved_mwh", "unserved_hours", "it_in_service_mw")}
    served = flat["demand_mwh"] - flat["unserved_mwh"]
    held = up["it_wanted_mw"][c] > flat["it_in_service_mw"] * (1.0 + TIE) + TIE
    hours = inputs.at.months.hours()
    out["plan_unserved_mwh"][c] = np.maximum(out["plan_mwh"][c] - served, 0.0)
    out["plan_unserved_hours"][c] = np.where(held & (user_mw.size == 0), hours, flat["unserved_hours"])


__all__ = ["detail", "load_of_hours", "planned_rows", "run"]
