"""Judges the water formulas: balances, weather statistics, and the few draws that were reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from gigacampus.foundation.calendar import HOURS_IN_MONTH
from gigacampus.foundation.psychrometrics import wet_bulb_c, wet_bulb_stull_c
from gigacampus.foundation.units import HOURS_PER_DAY, KW_PER_MW, M3_PER_GALLON
from gigacampus.neighbours.water.stage import highest_day_m3, intensity_m3_per_mwh, monthly_mean
from gigacampus.schema.neighbours import WaterSpec
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, may_gate, number_or_none

FAMILY = "water"
MARCH = 2
ALL_WET = np.array([[1.0], [0.0]])
"""One megawatt of heat, all of it on towers."""
L_PER_M3 = 1000.0
WATER = ("water per IT energy", "peak-day water", "peak-day over mean-day water")
DRAWS = re.compile(r"(\w+?)_(peak_day_draw|draw_\w+)")
IT_MW = {"colossus1": 340.0}
"""IT power of a named site in the spring of 2026 whose draw was reported, as the table of anchors states it."""
HALF_DIGIT_C = 0.05
"""The statistics are given to one decimal."""


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per published quantity; expected values that the folder lacks are left out."""
    folder = opened(data)
    facts, anchors = folder.rows("water/facts.csv"), folder.rows("sites/validation_anchors.csv")
    if facts is None and not any(r["quantity"].startswith(WATER) for r in anchors or []):
        return []
    station = read_station(folder)
    rows = [*_statistics(station, facts or []), *_sites(station, facts or []), *_anchors(station, anchors or []), *_year(station)]
    leave_out(facts or [], "a price, a plan or an input of scenarios")
    return rows


def read_station(folder: CaseFolder) -> SimpleNamespace:
    """Dry bulb, relative humidity and pressure of the typical year of Memphis."""
    rows = folder.inputs("weather/memphis_723340_tmy3.csv")
    names = ("dry_bulb_c", "rh_pct", "pressure_mbar")
    dry, rh, pressure = (np.array([float(row[name]) for row in rows]) for name in names)
    rh, pressure = rh / 100.0, pressure / 10.0
    return SimpleNamespace(dry=dry, rh=rh, arrays=[dry, wet_bulb_c(dry, rh, pressure), pressure])


def _statistics(station: SimpleNamespace, facts: Sequence[Row]) -> list[CaseRow]:
    wet = wet_bulb_stull_c(station.dry, station.rh)
    ours = {
        "memphis_wet_bulb_mean": wet.mean(),
        "memphis_wet_bulb_p99": np.percentile(wet, 99.0),
        "memphis_wet_bulb_p99_6": np.percentile(wet, 99.6),
        "memphis_dry_bulb_mean": station.dry.mean(),
        "memphis_dry_bulb_max": station.dry.max(),
    }
    known = [r for r in facts if r["item"] in ours]
    score(known)
    return [
        case(
            FAMILY,
            r["item"],
            "absolute error",
            abs(float(ours[r["item"]]) - float(r["value"])),
            HALF_DIGIT_C + 1e-9,
            unit="degC",
            n=station.dry.size,
            source=r["source"] or "typical year 723340",
            gating=may_gate(r["confidence"]),
        )
        for r in known
    ]


def _intensity(station: SimpleNamespace) -> np.ndarray:
    cooling = SimpleNamespace(supply_water_c=27.0, cycles_of_concentration=5.0)
    return intensity_m3_per_mwh(WaterSpec(), cooling, station.arrays)[0]


def _sites(station: SimpleNamespace, facts: Sequence[Row]) -> list[CaseRow]:
    """Draws that were reported for named sites against one site with all its heat on towers: the split is not known, so none gates."""
    hourly, out = _intensity(station), []
    for row in facts:
        value, found = number_or_none(row["value"]), DRAWS.fullmatch(row["item"])
        if value is None or found is None:
            continue
        if found[1] not in IT_MW:
            leave_out([row], "a site whose IT power is not known here")
            continue
        score([row])
        ours = _gallons(hourly, IT_MW[found[1]], row["unit"], found[2])
        name, metric = f"{row['item']}, all heat on towers", f"ours over the stated {row['unit']}"
        out.append(case(FAMILY, name, metric, ours / value, source=row["source"], pair=(ours, value)))
    return out


def _gallons(hourly: np.ndarray, it_mw: float, unit: str, kind: str) -> float:
    """Gallons of a day, the highest where a peak is meant, or of March; hourly m3 per MWh of heat."""
    mean = monthly_mean(hourly)[MARCH]
    if unit.startswith("gal/month"):
        return float(mean * it_mw * HOURS_IN_MONTH[MARCH] / M3_PER_GALLON)
    highest = highest_day_m3(hourly, hourly, ALL_WET, np.array([MARCH]))[0] / HOURS_PER_DAY if kind.startswith("peak") else mean
    return float(highest * it_mw * HOURS_PER_DAY / M3_PER_GALLON)


def _anchors(station: SimpleNamespace, anchors: Sequence[Row]) -> list[CaseRow]:
    """Stated draws and their ratios, by quantity; the split between towers and other plant is not known, so none of them gates."""
    hourly, out = _intensity(station), []
    ratio = highest_day_m3(hourly, hourly, ALL_WET, np.array([MARCH]))[0] / (HOURS_PER_DAY * monthly_mean(hourly)[MARCH])
    known = (
        ("water per IT energy, evaporative", "L_per_kWh", monthly_mean(hourly)[MARCH] * L_PER_M3 / KW_PER_MW, "all heat on towers"),
        ("peak-day water over March mean", "ratio", ratio, "highest day over mean day in March"),
    )
    for row in anchors:
        for words, unit, ours, note in known:
            if row["quantity"].startswith(words) and row["unit"] == unit:
                score([row])
                name, value = f"{row['id']} {words}, {note}", float(row["value"])
                limit, off = float(row["tolerance_pct"]) / 100.0, abs(ours / value - 1.0)
                out.append(case(FAMILY, name, "relative error", off, limit, source=row["source"], pair=(float(ours), value)))
        leave_out([row] if "water" in row["quantity"] else [], "a plant with dry coolers trimmed by water, which no formula here describes")
    return out


def _year(station: SimpleNamespace) -> list[CaseRow]:
    wue = float(_intensity(station).mean()) * L_PER_M3 / KW_PER_MW
    name, note = "yearly usage effectiveness, all heat on towers, Memphis", "published range of operators, recalled"
    return [
        case(FAMILY, name, "L/kWh", wue, 2.0, unit="L/kWh", n=8760, source=note),
        case(FAMILY, "yearly usage effectiveness, lower end", "L/kWh", wue, 0.2, unit="L/kWh", n=8760, source=note, at_least=True),
    ]
