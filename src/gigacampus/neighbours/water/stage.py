"""Water stage: make-up by month and on the highest day, the utility's share, the bill and the usage effectiveness."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import HOURS_IN_MONTH, MONTH_START_HOUR
from gigacampus.foundation.units import HOURS_PER_DAY, KW_PER_MW
from gigacampus.neighbours.water.tower import KG_PER_M3, evaporation_kg_per_mwh, make_up_kg_per_mwh

L_PER_M3 = 1000.0
FEWEST_CYCLES = 1.05


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Draw of each campus on the planned path, shape (campus, month). The load is even within a month.

    All heat that leaves by evaporation draws water: that of the towers on the liquid loop, and that of the condensers of
    water-cooled chillers with the work of their compressors. Dry plant uses water only where pads are trimmed on hot hours.
    Water for wet NOx control of turbines is not counted.
    """
    at = inputs.at
    shape = (len(at.campus), at.months.count)
    names = ("water_m3", "water_peak_day_m3", "water_share_of_utility_frac", "water_bill_usd", "wue_l_per_kwh")
    out = {name: np.zeros(shape) for name in names}
    for index, key in enumerate(at.campus):
        campus = inputs.tree.campuses[key]
        planned = {name: _planned(up, name, index) for name in ("heat_evaporated_mwh", "heat_rejected_dry_mwh", "it_mw")}
        station = [up[name][index] for name in ("dry_bulb_degc", "wet_bulb_degc", "pressure_kpa")]
        rows = campus_draw(campus.water, campus.cooling, planned, station, at.months)
        for name, row in zip(names, rows, strict=True):
            out[name][index] = row
    return out


def _planned(up: dict[str, np.ndarray], name: str, campus: int) -> np.ndarray:
    phase = up["planned_phase"][campus].astype(int)
    out: np.ndarray = up[name][campus, phase, np.arange(phase.size)]
    return out


def intensity_m3_per_mwh(water: Any, cooling: Any, station: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Make-up of each hour for 1 MWh of heat on the tower circuit and on the dry plant; two arrays of (hour,)."""
    dry_c, wet_c, pressure_kpa = station
    cold_c = np.maximum(cooling.supply_water_c, wet_c + water.tower_approach_k)
    evaporated = evaporation_kg_per_mwh(dry_c, wet_c, pressure_kpa, cold_water_c=cold_c, range_k=water.tower_range_k)
    cycles = max(cooling.cycles_of_concentration, FEWEST_CYCLES)
    made_up = (
        make_up_kg_per_mwh(np.maximum(evaporated, 0.0), cycles=cycles, drift_frac=water.drift_frac, range_k=water.tower_range_k) / KG_PER_M3
    )
    tower = np.where(dry_c >= water.switch_dry_bulb_c, water.tower_duty_frac * made_up, 0.0)
    if water.trim_above_c is None:
        return tower, np.zeros_like(tower)
    return tower, np.where(dry_c > water.trim_above_c, water.trim_share_frac * made_up, 0.0)


def recycled_frac(water: Any, months: Any) -> np.ndarray:
    """Share of the make-up that is treated waste water in each month, from the day on which its plant delivers; (month,)."""
    begins = -1.0 if water.recycled_from is None else months.position(water.recycled_from)
    return np.asarray(water.recycled_share_frac * np.clip(np.arange(months.count) + 1.0 - begins, 0.0, 1.0))


def monthly_mean(hourly: np.ndarray) -> np.ndarray:
    """Mean of an hourly series in each calendar month, shape (12,)."""
    out: np.ndarray = np.add.reduceat(hourly, MONTH_START_HOUR[:12]) / HOURS_IN_MONTH
    return out


def highest_day_m3(tower: np.ndarray, dry: np.ndarray, heat_mw: np.ndarray, calendar: np.ndarray) -> np.ndarray:
    """Make-up of the highest day in each month of the run; ``heat_mw`` is the mean heat evaporated and rejected dry, (2, month)."""
    by_day = np.stack([series.reshape(-1, HOURS_PER_DAY).sum(axis=1) for series in (tower, dry)])
    first = MONTH_START_HOUR // HOURS_PER_DAY
    return np.array([np.max(heat @ by_day[:, first[c] : first[c + 1]]) for heat, c in zip(heat_mw.T, calendar, strict=True)])


def campus_draw(water: Any, cooling: Any, planned: dict[str, np.ndarray], station: list[np.ndarray], months: Any) -> tuple[np.ndarray, ...]:
    """Make-up, highest day, share of the utility, bill and usage effectiveness of one campus by month."""
    tower, dry = intensity_m3_per_mwh(water, cooling, station)
    calendar, hours = months.calendar_month(), months.hours()
    wet_mwh, dry_mwh = planned["heat_evaporated_mwh"], planned["heat_rejected_dry_mwh"]
    draw = wet_mwh * monthly_mean(tower)[calendar] + dry_mwh * monthly_mean(dry)[calendar]
    peak = highest_day_m3(tower, dry, np.stack([wet_mwh, dry_mwh]) / hours, calendar)
    pumped = water.utility_m3_per_day * hours / HOURS_PER_DAY
    fresh = draw * (1.0 - recycled_frac(water, months))
    of_utility = fresh / pumped if water.utility_m3_per_day > 0.0 else np.full_like(draw, np.nan)
    it_kwh = planned["it_mw"] * hours * KW_PER_MW
    wue = np.divide(draw * L_PER_M3, it_kwh, out=np.zeros_like(draw), where=it_kwh > 0.0)
    return draw, peak, of_utility, draw * water.price_usd_per_m3, wue
