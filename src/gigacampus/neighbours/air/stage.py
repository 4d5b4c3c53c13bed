"""Air stage: emissions of every block times the transfer to every receptor, month by month on the planned path."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import HOURS_IN_MONTH, MONTH_START_HOUR
from gigacampus.foundation.memoize import remembered
from gigacampus.foundation.units import SECONDS_PER_HOUR
from gigacampus.neighbours.air.forms import daily_highest, daily_means, of_the_year
from gigacampus.neighbours.air.isc import CALM_M_S
from gigacampus.neighbours.air.no2 import no2_ugm3
from gigacampus.neighbours.air.stacks import group_units
from gigacampus.neighbours.air.transfer import Transfer, Weather, unit_rates
from gigacampus.neighbours.receptors import bearing_deg, hours_downwind, local_xy_m, stack_position

POLLUTANTS = {"nox": "unit_nox_kg", "pm25": "unit_pm25_kg", "formaldehyde": "unit_formaldehyde_kg"}
DOWNWIND_HALF_WIDTH_DEG = 22.5
G_PER_KG = 1000.0
LONGEST_MONTH_DAYS = 31


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Increments at the receptors by month: shape (receptor, month); no unit or no receptor gives zeros.

    The plume is the one that each campus names; strengths are monthly means, so the highest hour is the highest
    dilution of the month's mean rate. Blocks of one campus that share a stack shape share one transfer.
    """
    at = inputs.at
    groups, member = group_units(inputs.tree, at.unit)
    rates = {name: group_rates(up[key], up["planned_phase"], member, len(groups), at) for name, key in POLLUTANTS.items()}
    transfers = stack_transfers(inputs, up, groups)
    calendar = at.months.calendar_month()
    out = {f"{name}_ugm3": _means(rates[name], transfers, calendar, len(at.receptor)) for name in POLLUTANTS}
    return {**out, **_by_the_hour(inputs, up, rates, transfers), "downwind_hours": _downwind(inputs, up)}


def receptor_xy_m(tree: Any, receptor: tuple[str, ...], campus_key: str) -> tuple[np.ndarray, np.ndarray]:
    """East and north of every receptor of the scenario from the stacks of one campus."""
    site, air = tree.campuses[campus_key].site, tree.campuses[campus_key].air
    lat0, lon0 = stack_position(site_lat=site.lat, site_lon=site.lon, stack_lat=air.stack_lat, stack_lon=air.stack_lon)
    specs = [tree.campuses[label.split("/", 1)[0]].receptors[label.split("/", 1)[1]] for label in receptor]
    return local_xy_m(np.array([s.lat for s in specs]), np.array([s.lon for s in specs]), lat0_deg=lat0, lon0_deg=lon0)


def campus_weather(up: dict[str, np.ndarray], index: int) -> Weather:
    """Hours of one campus from the weather stage's arrays."""
    names = {
        "wind_m_s": "wind_speed_m_s",
        "wind_from_deg": "wind_from_deg",
        "air_c": "dry_bulb_degc",
        "stability_class": "stability_class",
        "mixing_m": "mixing_height_m",
    }
    heat = up.get("sensible_heat_w_m2")
    hours = {field: up[name][index] for field, name in names.items()}
    return Weather(**hours, heat_w_m2=None if heat is None else heat[index])


def stack_transfers(inputs: Any, up: dict[str, np.ndarray], groups: list[Any]) -> list[Transfer]:
    """One transfer per group; the stacks of a campus are worked out together."""
    made: dict[int, Transfer] = {}
    for index, key in enumerate(inputs.at.campus):
        own = [number for number, (campus, _) in enumerate(groups) if campus == key]
        if own:
            east, north = receptor_xy_m(inputs.tree, inputs.at.receptor, key)
            stacks = tuple(groups[number][1] for number in own)
            air = inputs.tree.campuses[key].air
            made.update(zip(own, unit_rates(campus_weather(up, index), stacks, east, north, air), strict=True))
    return [made[number] for number in range(len(groups))]


def group_rates(kg: np.ndarray, planned_phase: np.ndarray, member: list[int], groups: int, at: Any) -> np.ndarray:
    """Mean strength of each stack group by month on the planned path, g/s; ``kg`` is (unit, phase, month)."""
    months = np.arange(at.months.count)
    seconds = at.months.hours() * SECONDS_PER_HOUR
    out = np.zeros((groups, at.months.count))
    for unit, group in enumerate(member):
        phase = planned_phase[at.unit_campus[unit]].astype(int)
        out[group] += kg[unit, phase, months] * G_PER_KG / seconds
    return out


def _means(rates: np.ndarray, transfers: list[Transfer], calendar: np.ndarray, receptors: int) -> np.ndarray:
    out = np.zeros((receptors, calendar.size))
    for rate, transfer in zip(rates, transfers, strict=True):
        out += rate * transfer.monthly[:, calendar]
    return out


def _by_the_hour(inputs: Any, up: dict[str, np.ndarray], rates: dict[str, np.ndarray], transfers: list[Transfer]) -> dict[str, np.ndarray]:
    """What takes hours: NO2, for which the NOx of all stacks is summed in each hour, and the daily values that standards rank."""
    at = inputs.at
    shape = (len(at.receptor), at.months.count)
    out = {"no2_ugm3": np.zeros(shape), "no2_max_1h_ugm3": np.zeros(shape), "pm25_max_24h_ugm3": np.zeros(shape)}
    days = {name: np.zeros((*shape, LONGEST_MONTH_DAYS)) for name in ("no2_98th_1h_ugm3", "pm25_98th_24h_ugm3")}
    calendar, home = at.months.calendar_month(), np.array(at.receptor_campus, dtype=int)
    for daily in days.values():
        for month, cal in enumerate(calendar):
            daily[:, month, HOURS_IN_MONTH[cal] // 24 :] = np.nan
    for index, key in enumerate(at.campus):
        rows, valid = np.flatnonzero(home == index), up["wind_speed_m_s"][index] >= CALM_M_S
        for cal in np.unique(calendar) if rows.size and transfers else ():
            hours, months = slice(MONTH_START_HOUR[cal], MONTH_START_HOUR[cal] + HOURS_IN_MONTH[cal]), np.flatnonzero(calendar == cal)
            block = np.stack([transfer.hourly[rows, hours] for transfer in transfers])
            no2 = _no2(inputs.tree.campuses[key].air, rates["nox"][:, months], block)
            at_rows, count = np.ix_(rows, months), HOURS_IN_MONTH[cal] // 24
            high, fine = daily_highest(no2), np.tensordot(rates["pm25"][:, months].T, daily_means(block, valid[hours]), axes=1)
            out["no2_ugm3"][at_rows] = no2.sum(axis=2).T / max(int(valid[hours].sum()), 1)
            out["no2_max_1h_ugm3"][at_rows], out["pm25_max_24h_ugm3"][at_rows] = high.max(axis=2).T, fine.max(axis=2).T
            for daily, found in zip(days.values(), (high, fine), strict=True):
                daily[np.ix_(rows, months, np.arange(count))] = found.transpose(1, 0, 2)
    return out | {name: of_the_year(daily) for name, daily in days.items()}


def _no2(air: Any, nox_g_per_s: np.ndarray, block: np.ndarray) -> np.ndarray:
    """NO2 (month, receptor, hour) of one calendar month from strengths (group, month) and transfers (group, receptor, hour)."""
    nox = np.tensordot(nox_g_per_s.T, block, axes=1)
    return no2_ugm3(nox, method=air.no2_method, in_stack=air.in_stack_no2_frac, ozone_ugm3=air.background_ozone_ugm3)


def _downwind(inputs: Any, up: dict[str, np.ndarray]) -> np.ndarray:
    at, out = inputs.at, np.zeros(len(inputs.at.receptor))
    for index, key in enumerate(at.campus):
        east, north = receptor_xy_m(inputs.tree, at.receptor, key)
        own = np.array(at.receptor_campus) == index
        out[own] = _hours_towards(up["wind_from_deg"][index], up["wind_speed_m_s"][index], bearing_deg(east, north)[own])
    return out


@remembered
def _hours_towards(wind_from_deg: np.ndarray, wind_m_s: np.ndarray, bearing: np.ndarray) -> np.ndarray:
    return np.array([hours_downwind(wind_from_deg, wind_m_s, bearing=float(b), half_width_deg=DOWNWIND_HALF_WIDTH_DEG) for b in bearing])
