"""Judges the water formulas: balances, weather statistics, and the few draws that were reported."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import HOURS_IN_MONTH
from gigacampus.foundation.units import KW_PER_MW, M3_PER_GALLON
from gigacampus.neighbours.water.psychrometrics import stull_wet_bulb_c, wet_bulb_c
from gigacampus.neighbours.water.stage import highest_day_mean, intensity_m3_per_mwh, monthly_mean
from gigacampus.neighbours.water.tower import make_up_kg_per_mwh
from gigacampus.schema.neighbours import WaterSpec
from gigacampus.validation.neighbour_rows import case, find, find_input, read_rows

FAMILY = "water"
MARCH = 2
L_PER_M3 = 1000.0
HALF_DIGIT_C = 0.05
"""The statistics are given to one decimal."""


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """One row per check; expected values that the folder lacks are left out."""
    station = read_station(find_input(data_dir, "weather/memphis_723340_tmy3.csv", FAMILY))
    rows = [_balance()]
    facts, anchors = find(data_dir, "water/facts.csv"), find(data_dir, "sites/validation_anchors.csv")
    anchors = anchors or find(data_dir, "water/validation_anchors.csv")
    if facts is not None:
        rows += _statistics(station, {row["item"]: row for row in read_rows(facts)})
    if anchors is not None:
        rows += _draws(station, {row["id"]: row for row in read_rows(anchors)})
    return [*rows, *_year(station)]


def read_station(path: Path) -> SimpleNamespace:
    """Dry bulb, relative humidity and pressure of a typical-year file."""
    rows = read_rows(path)
    names = ("dry_bulb_c", "rh_pct", "pressure_mbar")
    dry, rh, pressure = (np.array([float(row[name]) for row in rows]) for name in names)
    rh, pressure = rh / 100.0, pressure / 10.0
    return SimpleNamespace(dry=dry, rh=rh, arrays=[dry, wet_bulb_c(dry, rh, pressure), pressure])


def _balance() -> dict[str, Any]:
    evaporation, cycles = np.linspace(600.0, 1500.0, 91), np.array([2.5, 4.0, 7.0])[:, None]
    made_up = np.array([make_up_kg_per_mwh(evaporation, cycles=float(c), drift_frac=5e-6, range_k=8.0) for c in cycles[:, 0]])
    salts = np.abs(made_up - cycles * (made_up - evaporation)) / made_up
    return case(
        FAMILY,
        "salts in make-up leave with blowdown and drift",
        "largest relative error",
        float(salts.max()),
        1e-9,
        unit="1",
        n=salts.size,
        source="conservation of mass",
        gating=True,
    )


def _statistics(station: SimpleNamespace, facts: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    wet = stull_wet_bulb_c(station.dry, station.rh)
    ours = {
        "memphis_wet_bulb_mean": wet.mean(),
        "memphis_wet_bulb_p99": np.percentile(wet, 99.0),
        "memphis_wet_bulb_p99_6": np.percentile(wet, 99.6),
        "memphis_dry_bulb_mean": station.dry.mean(),
        "memphis_dry_bulb_max": station.dry.max(),
    }
    return [
        case(
            FAMILY,
            name,
            "absolute error",
            abs(float(value) - float(facts[name]["value"])),
            HALF_DIGIT_C + 1e-9,
            unit="degC",
            n=station.dry.size,
            source=facts[name]["source"] or "typical year 723340",
            gating=True,
        )
        for name, value in ours.items()
        if name in facts
    ]


def _intensity(station: SimpleNamespace) -> np.ndarray:
    cooling = SimpleNamespace(supply_water_c=27.0, cycles_of_concentration=5.0)
    return intensity_m3_per_mwh(WaterSpec(), cooling, station.arrays)[0]


def _draws(station: SimpleNamespace, anchors: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Reported draws of one month: the split between towers and other plant is not known, so none of them gates."""
    out, hourly = [], _intensity(station)
    if "V4" in anchors:
        row = anchors["V4"]
        off = abs(monthly_mean(hourly)[MARCH] * L_PER_M3 / KW_PER_MW / float(row["value"]) - 1.0)
        out.append(
            case(
                FAMILY,
                "V4 draw per IT energy in a cool month, all heat on towers",
                "relative error",
                off,
                float(row["tolerance_pct"]) / 100.0,
                unit="1",
                n=1,
                source=row["source"],
                gating=False,
            )
        )
        drawn = 25.0e6 * M3_PER_GALLON / HOURS_IN_MONTH[MARCH]
        heat_mw = drawn / monthly_mean(hourly)[MARCH]
        out.append(
            case(
                FAMILY,
                "V4 heat that the reported draw can evaporate, against the IT power",
                "MW",
                heat_mw,
                340.0,
                unit="MW",
                n=1,
                source=row["source"],
                gating=False,
            )
        )
    if "V5" in anchors:
        row, ones = anchors["V5"], np.ones(1)
        ratio = highest_day_mean(hourly, hourly, ones, np.array([MARCH]))[0] / monthly_mean(hourly)[MARCH]
        off = abs(ratio / float(row["value"]) - 1.0)
        out.append(
            case(
                FAMILY,
                "V5 highest day over mean day in March",
                "relative error",
                off,
                float(row["tolerance_pct"]) / 100.0,
                unit="1",
                n=1,
                source=row["source"],
                gating=False,
            )
        )
    return out


def _year(station: SimpleNamespace) -> list[dict[str, Any]]:
    wue = float(_intensity(station).mean()) * L_PER_M3 / KW_PER_MW
    note = "published range of operators, recalled"
    return [
        case(
            FAMILY,
            "yearly usage effectiveness, all heat on towers, Memphis",
            "L/kWh",
            wue,
            2.0,
            unit="L/kWh",
            n=8760,
            source=note,
            gating=False,
        ),
        case(
            FAMILY,
            "yearly usage effectiveness, lower end",
            "L/kWh",
            wue,
            0.2,
            unit="L/kWh",
            n=8760,
            source=note,
            gating=False,
            at_least=True,
        ),
    ]
