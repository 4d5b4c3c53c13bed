"""Adequacy of every campus and month as planned: what outages leave short, and what is firm."""

from __future__ import annotations

import numpy as np

from gigacampus.power.adequacy.supply import CampusSupplies, supplies
from gigacampus.power.load import CampusLoad, campus_load, load_of_hours, month_hours, planned_rows, unique_rows, user_load_mw
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
    out = {name: np.zeros(shape) for name in _RESULTS}
    for c in range(shape[0]):
        rows, hours = planned_rows(up["planned_phase"][c]), month_hours(inputs.at.months, inputs.at.phase)
        load = campus_load(c, up, inputs.tree.compute, *_rules(inputs, c))
        supply = supplies(c, inputs, up)
        table = np.column_stack(
            [hours[:, 0], load.it_mw, load.rated_mw, load.installed_mw, supply.count, supply.feed_mw, *supply.battery, supply.wind_sun.mw]
        )
        first, inverse = unique_rows(table[rows])
        hottest = int(np.argmax(up["dry_bulb_degc"][c]))
        user_mw, firm_mw = user_load_mw(_rules(inputs, c)[0]), _firm_mw(supply, rows[first], hottest)
        found = np.array([[*_month(rows[i], hours, load, supply, user_mw), *firm] for i, firm in zip(first, firm_mw, strict=True)])
        for name, values in zip(_RESULTS, found.T, strict=True):
            out[name][c] = values[inverse]
    return out


def _rules(inputs: Inputs, c: int) -> tuple[PowerSpec, CoolingSpec]:
    campus = inputs.tree.campuses[inputs.at.campus[c]]
    return campus.power, campus.cooling


def _firm_mw(campus: CampusSupplies, rows: Array, hottest: int) -> list[tuple[float, float]]:
    """The last of ``_RESULTS``, firm supply in the hottest hour and of the battery, of each of some rows: many share their plant."""
    first, inverse = unique_rows(np.column_stack([campus.count, campus.feed_mw, campus.firm_grid_frac, *campus.battery])[rows])
    each = [campus.at(row) for row in rows[first]]
    found = [(supply.firm_mw(hottest, supply.rules.reserve_units), supply.firm_battery_mw()) for supply in each]
    return [found[i] for i in inverse]


def _month(row: int, hours: Array, load: CampusLoad, campus: CampusSupplies, user_mw: Array) -> list[float]:
    """Results of one row in the order of ``_RESULTS``, but for what is firm."""
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
    ]
