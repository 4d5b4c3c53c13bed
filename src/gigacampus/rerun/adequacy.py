"""Whether a campus's supply is enough in one year of a run: outages by table and by simulation, and what each single fault means."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.compute.failures import daly_interval_h
from gigacampus.foundation.errors import refuse
from gigacampus.foundation.units import SECONDS_PER_HOUR
from gigacampus.power.adequacy.outage_years import SupplyYear, play
from gigacampus.power.adequacy.supply import CampusSupplies, Supply, supplies
from gigacampus.power.battery import batteries_at, battery_at
from gigacampus.power.load import campus_load, load_of_hours, month_hours, planned_rows, user_load_mw
from gigacampus.registry.stage_inputs import Inputs
from gigacampus.rerun.named_campus import campus_named
from gigacampus.rerun.reopen import reopened
from gigacampus.results import store
from gigacampus.results.periods import as_of_month, years
from gigacampus.results.result import Result, quantiles, without_reference

OUTAGES = ("lole_h", "eue_mwh", "outage_work_lost_h")
SUMMED = (*OUTAGES, "n1_short_hours", "n2_short_hours", "plan_mwh", "plan_unserved_mwh", "plan_unserved_hours")
LOWEST = ("n1_margin_mw", "n2_margin_mw")
LAST = ("supply_nameplate_mw", "firm_hot_hour_mw", "firm_battery_mw")
NOTE = (
    "LOLE and EUE by table hold no battery and no repair times; the simulated years hold both. Bands are worlds (10 to 90 %); the "
    "simulation and the single faults are the reference world."
)


def adequacy_of(
    folder: Path, *, campus: str | None = None, year: str | None = None, simulated_years: int = 100, seed: int = 1
) -> dict[str, Any]:
    """Adequacy of one campus or of all that have load in the year; every figure with its unit in its name."""
    result = store.read(folder)
    if not result.has("lole_h"):
        raise refuse("this run holds no adequacy", path=str(folder), fix="run the scenario again: it was written by an older version")
    chosen = _year(result, year)
    months = years(result)[chosen]
    names = _campuses(result, campus, months)
    inputs, up = reopened(result, "adequacy")
    found = {name: _campus(result, inputs, up, name, months, simulated_years, seed) for name in names}
    return {"year": int(chosen), "note": NOTE, "campuses": found}


def _year(result: Result, year: str | None) -> str:
    covered = list(years(result))
    if not covered:
        raise refuse("the run covers no whole calendar year", path="horizon", fix="give the horizon twelve months from a January on")
    if year is None:
        now = result.coords["month"][as_of_month(result)][:4]
        return next((y for y in covered if y >= now), covered[-1])
    if year not in covered:
        raise refuse(f"the run does not cover the whole of {year}", path="--year", fix=f"one of {', '.join(covered)}")
    return year


def _campuses(result: Result, campus: str | None, months: list[int]) -> list[str]:
    if campus is not None:
        return [campus_named(result, campus)]
    names = list(result.coords["campus"])
    load = result.planned("demand_mwh")[0][:, months].sum(axis=1)
    return [name for name, mwh in zip(names, load, strict=True) if mwh > 0.0]


def _campus(
    result: Result, inputs: Inputs, up: dict[str, np.ndarray], name: str, months: list[int], simulated_years: int, seed: int
) -> dict[str, Any]:
    c = result.index("campus", name)
    by_month = {key: without_reference(result.planned(key))[:, c][:, months] for key in (*SUMMED, *LOWEST, *LAST)}
    table = {key: _band(by_month[key].sum(axis=1)) for key in SUMMED} | {key: _band(by_month[key].min(axis=1)) for key in LOWEST}
    table |= {f"{key}_december": _band(by_month[key][:, -1]) for key in LAST}
    ratio = by_month["firm_hot_hour_mw"][:, -1] / np.maximum(by_month["supply_nameplate_mw"][:, -1], 1e-9)
    table["firm_over_nameplate_frac"] = _band(ratio)
    labels = [result.coords["month"][m] for m in months]
    rows = [{"month": label, **{k: _round(np.median(by_month[k][:, i])) for k in by_month}} for i, label in enumerate(labels)]
    given, campus = supply_year(c, inputs, up, months)
    return {
        "by_table": table,
        "months": rows,
        "single_faults": _faults(given, campus.at(int(planned_rows(up["planned_phase"][c])[months[-1]]))),
        "simulated": _simulated(result, inputs, c, given, months, simulated_years, seed),
    }


def supply_year(c: int, inputs: Inputs, up: dict[str, np.ndarray], months: list[int]) -> tuple[SupplyYear, CampusSupplies]:
    """Load and supply of a calendar year on the planned path of the reference world, and the campus's supplies by row."""
    campus = inputs.tree.campuses[inputs.at.campus[c]]
    load, rows = campus_load(c, up, inputs.tree.compute, campus.power, campus.cooling), planned_rows(up["planned_phase"][c])
    hours, user = month_hours(inputs.at.months, inputs.at.phase), user_load_mw(campus.power)
    every, all_rows = supplies(c, inputs, up), [int(rows[m]) for m in months]
    length = [int(hours[r, 1] - hours[r, 0]) for r in all_rows]
    monthly = {key: np.repeat(getattr(every, key)[all_rows].T, length, axis=1) for key in ("count", "feed_mw")}
    battery = batteries_at(every.battery, np.repeat(all_rows, length))
    asked = np.concatenate([every.net_load_mw(r, load_of_hours(r, hours, load, user), np.arange(*hours[r])) for r in all_rows])
    one = every.one
    feed_mw = monthly["feed_mw"] * one.open_frac
    return SupplyYear(asked, one.unit_mw, monthly["count"], feed_mw, one.cold, battery, campus.power), every


def _simulated(
    result: Result, inputs: Inputs, c: int, given: SupplyYear, months: list[int], simulated_years: int, seed: int
) -> dict[str, Any]:
    compute = inputs.tree.compute
    at_work = float(result.planned("accelerators_in_service")[0, c, months].mean()) * compute.utilisation_frac
    jobs = max(1, math.ceil(at_work / max(compute.job_accelerators, 1.0)))
    mtbf_h = result.planned("job_mtbf_h")[0, c, months]
    mtbf_h = mtbf_h[np.isfinite(mtbf_h)]
    interval_h = float(np.mean(daly_interval_h(mtbf_h, write_h=compute.checkpoint_write_s / SECONDS_PER_HOUR))) if mtbf_h.size else 0.0
    restart_h = compute.restart_h + 0.5 * interval_h
    out: dict[str, Any] = {"years": simulated_years, "seed": seed, "jobs": jobs, "restart_and_lost_work_h": _round(restart_h)}
    out["by_table_reference"] = {key: _round(result.planned(key)[0, c, months].sum()) for key in OUTAGES}
    for key, battery in (("without_battery", False), ("with_battery", True)):
        played = play(given, years=simulated_years, seed=seed, with_battery=battery, jobs=jobs, restart_h=restart_h)
        figures = {
            "lole_h": played.short.sum(axis=1).astype(float),
            "eue_mwh": played.unserved_mwh,
            "events": played.events,
            "training_hours_lost_h": played.work_lost_h,
        }
        out[key] = {name: _mean(values) for name, values in figures.items()}
    return out


def _faults(given: SupplyYear, supply: Supply) -> list[dict[str, Any]]:
    """What each single fault takes out in the worst hour of the year, and in how many hours of the year it would leave load short."""
    whole = (given.count * given.unit_mw).sum(axis=0) + given.feed_mw.sum(axis=0)
    faults: list[tuple[str, np.ndarray]] = []
    for g, model in enumerate(supply.models):
        if given.count[g].max() > 0.0:
            faults.append((f"one {model}", np.minimum(given.count[g], 1.0) * given.unit_mw[g]))
            faults.append((f"two {model}", np.minimum(given.count[g], 2.0) * given.unit_mw[g]))
    behind = given.rules.adequacy.transformer_units
    if faults and behind >= 1.0:
        most = np.max([np.minimum(n, behind) * mw for n, mw in zip(given.count, given.unit_mw, strict=True)], axis=0)
        faults.append((f"the largest transformer ({behind:g} units)", most))
    if given.feed_mw.any():
        faults.append(("the largest substation or feeder", given.feed_mw.max(axis=0)))
        faults.append(("the whole grid connection", given.feed_mw.sum(axis=0)))
    if given.count.any():
        faults.append(("the gas lateral: all units", (given.count * given.unit_mw).sum(axis=0)))
    return [_fault(title, lost, whole, given) for title, lost in faults]


def _fault(title: str, lost_mw: np.ndarray, whole_mw: np.ndarray, given: SupplyYear) -> dict[str, Any]:
    short = np.maximum(given.load_mw - (whole_mw - lost_mw), 0.0)
    worst = int(np.argmax(short))
    mw, mwh, one_way, floor = battery_at(given.battery, worst)
    bridged = min(short[worst], mw)
    holds_h = math.inf if short[worst] <= 0.0 else (mwh - floor) * one_way / bridged if short[worst] <= mw and bridged > 0.0 else 0.0
    return {
        "fault": title,
        "lost_mw": _round(lost_mw[worst]),
        "short_mw": _round(short[worst]),
        "short_hours_of_year": int((short > 1e-9).sum()),
        "unserved_mwh_per_hour_out": _round(short.mean()),
        "battery_holds_h": None if math.isinf(holds_h) else _round(holds_h),
    }


def _band(samples: np.ndarray) -> dict[str, float]:
    return {key: _round(float(value)) for key, value in quantiles(samples).items()}


def _mean(samples: np.ndarray) -> dict[str, float]:
    return {"mean": _round(samples.mean()), "standard_error": _round(samples.std(ddof=1) / math.sqrt(samples.size))}


def _round(value: float) -> float:
    return float(f"{float(value):.6g}")
