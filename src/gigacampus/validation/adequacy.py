"""Supply that can fail against published answers: the reliability test system of the IEEE."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gigacampus.power.adequacy.outage_table import Group, outage_table, shortage, units_out_probability
from gigacampus.validation.case_folder import CaseFolder, Row, score
from gigacampus.validation.case_rows import CaseRow
from gigacampus.validation.emissions import number, relative, seen

RESULTS, UNITS, LOAD = (f"power/reliability_test_system_{name}.csv" for name in ("results", "units", "load"))
PEAK_MW = 2850.0
WINTER, SUMMER = (*range(1, 9), *range(44, 53)), range(18, 31)
"""Weeks of the year by season; all others are spring and autumn."""
RARE = 1e-10
"""Probability below which a joint state is left out; all of them together take 3e-5 off the answer."""


def cases(folder: CaseFolder) -> list[CaseRow]:
    """Loss of load and of energy of the test system; nothing where a folder has no such answers."""
    rows = folder.rows(RESULTS) or []
    if not rows:
        return []
    units = tuple((float(u["unit_mw"]), int(u["units"]), float(u["forced_outage_frac"])) for u in folder.inputs(UNITS, key=("unit_mw",)))
    ours = _answers(units, tuple(hourly_load_mw(folder.inputs(LOAD, key=("share_of", "season", "day", "position"))).tolist()))
    score(rows)
    return [_row(row, ours[row["unit"]]) for row in rows]


@lru_cache(maxsize=2)
def _answers(units: tuple[tuple[float, int, float], ...], load_mw: tuple[float, ...]) -> dict[str, float]:
    """Expected hours and energy of a year, by unit."""
    groups = [Group(np.full(len(load_mw), mw), units_out_probability(count, frac)) for mw, count, frac in units]
    lolp, eue_mw = shortage(np.array(load_mw), outage_table(groups, least_probability=RARE))
    return {"h/year": float(lolp.sum()), "MWh/year": float(eue_mw.sum())}


def _row(row: Row, ours: float) -> CaseRow:
    name = f"Reliability test system, 32 units: {row['quantity']}"
    return relative("power", name, ours, number(row["value"]), float(row["tolerance_pct"]) / 100.0, gating=seen(row), source=row["source"])


def hourly_load_mw(rows: list[Row]) -> np.ndarray:
    """Load of 52 weeks from shares of the annual, weekly and daily peak; (8736,), MW."""
    share = {(r["share_of"], r["season"], r["day"], int(r["position"])): float(r["percent"]) / 100.0 for r in rows}
    out = []
    for week in range(1, 53):
        season = "winter" if week in WINTER else "summer" if week in SUMMER else "spring and autumn"
        for day in range(1, 8):
            peak = PEAK_MW * share["annual peak", "", "", week] * share["weekly peak", "", "", day]
            kind = "weekday" if day <= 5 else "weekend"
            out += [peak * share["daily peak", season, kind, hour] for hour in range(1, 25)]
    return np.array(out)
