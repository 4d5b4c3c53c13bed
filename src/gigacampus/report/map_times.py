"""What the map shows over time: levels, concentrations and power by month, and one hot day of each campus hour by hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.headline import in_service
from gigacampus.report import reading
from gigacampus.report.figures.base import tidy
from gigacampus.report.figures.dispatch_week import stamp
from gigacampus.results.periods import YEAR, as_of_month
from gigacampus.results.result import quantiles

BY_MONTH = {"noise_night_dba": "noise", "no2_ugm3": "no2", "pm25_ugm3": "pm25"}
"""Variables by receptor and month, and the layer of the map that each fills."""
DAY_H = 24
HOURLY = {
    "facility_load_mw_h": "load_mw",
    "onsite_mw_h": "onsite_mw",
    "grid_mw_h": "grid_mw",
    "dry_bulb_degc": "dry_bulb_degc",
    "wind_from_deg": "wind_from_deg",
    "wind_speed_m_s": "wind_speed_m_s",
}


def by_month(result: Any) -> dict[str, list[list[float | None]]]:
    """Median of each layer by receptor (all of the run) and month; None where no plant of the receptor's campus stands."""
    out: dict[str, list[list[float | None]]] = {}
    stands = standing(result)
    for name, layer in BY_MONTH.items():
        if reading.optional(result, name) is None:
            continue
        middle = np.asarray(quantiles(reading.samples(result, name))["p50"], dtype=float)
        out[layer] = [
            [tidy(float(v), 3) if there else None for v, there in zip(*rows, strict=True)] for rows in zip(middle, stands, strict=True)
        ]
    return out


def standing(result: Any) -> np.ndarray:
    """Whether plant of a receptor's campus is in service, (receptor, month)."""
    campuses = [result.coords["campus"].index(key.split("/")[0]) for key in result.coords["receptor"]]
    return np.asarray(in_service(result)[campuses])


def moments(result: Any) -> list[int]:
    """Months that stand for now, in a year and when finished: of the scenario's day, twelve later, the last, as in headline and stories."""
    now, last = as_of_month(result), len(result.coords["month"]) - 1
    return [now, min(now + YEAR, last), last]


def power_by_month(result: Any) -> list[float | None]:
    """Power in service of all campuses by month, MW; empty where the run holds none."""
    if reading.optional(result, "facility_design_mw") is None:
        return []
    return [tidy(float(v), 4) for v in quantiles(reading.all_campuses(result, "facility_design_mw"))["p50"]]


def people_by_month(result: Any) -> dict[str, Any] | None:
    """People above each limit by night, month by month, where the run's answers counted them."""
    given = (result.manifest.get("map") or {}).get("people_above") or {}
    return {key: given[key] for key in ("limits_dba", "people", "low", "high")} if given.get("people") else None


def hot_days(result: Any) -> list[dict[str, Any] | None]:
    """For each campus the 24 hours of the hottest day in the last twelve months of its planned path; None without hourly values."""
    return [_hot_day(result, campus) for campus in range(len(result.coords["campus"]))]


def _hot_day(result: Any, campus: int) -> dict[str, Any] | None:
    if not all(result.has(name) for name in ("facility_load_mw_h", "dry_bulb_degc")):
        return None
    warm = np.asarray(result.array("dry_bulb_degc"), dtype=float)[campus]
    load = np.asarray(result.array("facility_load_mw_h"), dtype=float)[campus]
    if not np.any(load > 0.0):
        return None
    start = hottest_day(warm)
    hours = slice(start, start + DAY_H)
    row: dict[str, Any] = {"day": stamp(start)[5:10]}
    for name, short in HOURLY.items():
        if result.has(name):
            row[short] = [tidy(float(v), 3) for v in np.asarray(result.array(name), dtype=float)[campus, hours]]
    if result.has("unit_running_h") and result.coords.get("unit_campus"):
        mine = [k for k, home in enumerate(result.coords["unit_campus"]) if home in (campus, result.coords["campus"][campus])]
        row["turbines_on"] = [
            tidy(float(v), 3) for v in np.asarray(result.array("unit_running_h"), dtype=float)[mine][:, hours].sum(axis=0)
        ]
    return row


def hottest_day(dry_bulb_degc: np.ndarray) -> int:
    """First hour, at midnight, of the day with the highest mean dry bulb.

    >>> hottest_day(np.repeat([10.0, 30.0, 10.0], [48, 24, 48]))
    48
    """
    return DAY_H * int(np.argmax(dry_bulb_degc[: len(dry_bulb_degc) // DAY_H * DAY_H].reshape(-1, DAY_H).mean(axis=1)))
