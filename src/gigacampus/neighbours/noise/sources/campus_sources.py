"""The sounding plant of one campus: points with octave spectra, and how loud each group is by month, day and night."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.references import entry_of
from gigacampus.neighbours.noise.geometry.local_projection import along_bearing_m, east_north_m
from gigacampus.neighbours.noise.sources.construction import HEIGHT_M as BUILDER_HEIGHT_M
from gigacampus.neighbours.noise.sources.construction import fleet_spectrum_db, under_construction, working_hours
from gigacampus.neighbours.noise.sources.roads import passages_per_h, road_rows
from gigacampus.neighbours.noise.sources.spectra import fan_energy_factor, fan_speed_frac, generator_spectra_db, shaped_spectrum_db
from gigacampus.registry.kinds import COOLING, GENERATORS
from gigacampus.registry.stage_inputs import Coordinates

ROW_POINTS = 6
"""A row of units is heard as this many points."""
HEIGHT_M = {"casing": 3.0, "inlet": 8.0, "fan": 4.0, "chiller": 3.0, "tank": 3.0, "battery": 2.5}
FAN_FLOOR_FRAC = 0.3
"""Lowest fan speed while a cooler runs."""
NIGHT_FROM_H, NIGHT_TO_H = 22, 7
EVENING_FROM_H, EVENING_TO_H = 19, 23
PERIODS = ("day", "night")
BUILDING, ROAD = "construction", "roads"
"""Kinds of the groups that stand for the builders of a hall and for trucks on a road."""
STEADY, WORKING = 0, 1
"""Families of groups: the same in all hours of a month; sounding in working hours."""


@dataclass(frozen=True)
class Sources:
    """Points of one campus on its plane; arrays share the first axis (source)."""

    group: np.ndarray
    """Index into ``groups``."""
    groups: tuple[str, ...]
    """``generators/<block>``, ``cooling/<block>``, ``battery/<block>``, ``substation/<block>``, ``construction/<hall>``,
    ``roads/<road>``."""
    component: tuple[str, ...]
    position_m: np.ndarray
    """East, north, height above ground; (source, 3)."""
    power_db: np.ndarray
    """Octave sound power of the group at weight one; (source, band)."""
    family: np.ndarray
    """How each group goes through the hours of a month: ``STEADY``, ``WORKING``, then one for each kind of cooling; (group,)."""
    cooling: tuple[int, ...]
    """Positions on the axis ``cooling_kind`` of the families after ``WORKING``, whose fans follow load and air."""


@cache
def is_night() -> np.ndarray:
    """True in the hours from 22 to 7 of the hour-ending year; shape (8760,).

    >>> int(is_night().sum())
    3285
    """
    hour = np.arange(8760) % 24
    return (hour >= NIGHT_FROM_H) | (hour < NIGHT_TO_H)


def by_month_and_period(hourly: np.ndarray) -> np.ndarray:
    """Mean of an hourly array (..., 8760) over calendar month and day or night; shape (..., 12, 2).

    >>> by_month_and_period(is_night().astype(float))[0].tolist()
    [0.0, 1.0]
    """
    days = np.asarray(hourly, dtype=float).reshape(*np.shape(hourly)[:-1], 365, 24)
    night = is_night()[:24]
    first = np.concatenate([[0], np.cumsum(DAYS_IN_MONTH)[:-1]])
    parts = [np.add.reduceat(days[..., hours].mean(axis=-1), first, axis=-1) / DAYS_IN_MONTH for hours in (~night, night)]
    return np.stack(parts, axis=-1)


@dataclass(frozen=True)
class Activity:
    """What stands and runs on one campus along the planned phases, by key of the block; arrays by month."""

    present_frac: dict[str, np.ndarray]
    """Share of the month in which a block stands."""
    wait_months: dict[str, np.ndarray]
    """Time until a block enters service."""
    running: dict[str, np.ndarray]
    """Mean running units of a generator block."""
    starts: dict[str, np.ndarray]
    """Starts of a generator block."""
    heat_mw: np.ndarray
    """Mean heat."""
    trucks_per_day: np.ndarray
    """Trucks to the campus."""


def activity(at: Coordinates, up: dict[str, np.ndarray], c: int) -> Activity:
    """What stands and runs on the campus of index ``c``, from what the stages before gave."""
    month = np.arange(at.months.count)
    phase = np.nan_to_num(up["planned_phase"][c]).astype(int)
    blocks, units = at.of_campus(at.block, c), at.of_campus(at.unit, c)
    return Activity(
        present_frac={key: up["block_present_frac"][i, phase, month] for key, i in blocks.items()},
        wait_months={key: up["block_wait_months"][i] for key, i in blocks.items()},
        running={key: up["unit_running"][i, phase, month] for key, i in units.items()},
        starts={key: up["unit_starts"][i, phase, month] for key, i in units.items()},
        heat_mw=up["heat_rejected_mwh"][c, phase, month] / at.months.hours(),
        trucks_per_day=up["trucks_per_day"][c],
    )


def campus_sources(campus: Any, library: Any) -> Sources:
    """Points and spectra of every sounding block of a campus, with a generic cooler for heat no block carries.

    The stated height of a placement is that of the main opening, the last of the block's components.
    """
    rows: list[tuple[str, str, np.ndarray, np.ndarray]] = []
    for key, block in campus.blocks.items():
        components = _components(block, campus.noise, library)
        spots = _spots(campus, key) if components else np.zeros((0, 2))
        name = f"{BUILDING if block.kind == 'hall' else block.kind}/{key}"
        place = campus.noise.placements.get(key)
        for component, usual_m, power_db in components:
            stated = place is not None and place.height_m is not None and component == components[-1][0]
            height_m = place.height_m if stated else usual_m
            shared_db = power_db - 10.0 * np.log10(len(spots))
            rows += [(name, component, np.array([*spot, height_m]), shared_db) for spot in spots]
    generic = shaped_spectrum_db("cooling", "fan", sound_power_dba=campus.noise.cooling_sound_power_dba_per_mw)
    rows.append(("cooling/", "fan", np.array([0.0, 0.0, HEIGHT_M["fan"]]), generic))
    rows += road_rows(campus)
    groups = tuple(dict.fromkeys(r[0] for r in rows))
    offset_db = {name: found.offset_db for name, found in campus.noise.measured.items() if name in groups}
    number = {name: g for g, name in enumerate(groups)}
    return Sources(
        np.array([number[r[0]] for r in rows]),
        groups,
        tuple(r[1] for r in rows),
        np.stack([r[2] for r in rows]),
        np.stack([r[3] + offset_db.get(r[0], 0.0) for r in rows]),
        *_families(groups, campus.blocks, library),
    )


def _families(groups: tuple[str, ...], blocks: Any, library: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """Family of each group, and the kinds of cooling of the families after ``WORKING``; the generic cooler is steady."""
    kinds = {
        name: COOLING.index(entry_of(library, blocks[name.split("/")[1]].model).kind)
        for name in groups
        if name.startswith("cooling/") and name != "cooling/"
    }
    found = tuple(dict.fromkeys(kinds.values()))
    family = [
        WORKING if name.startswith((BUILDING, ROAD)) else WORKING + 1 + found.index(kinds[name]) if name in kinds else STEADY
        for name in groups
    ]
    return np.array(family), found


def _components(block: Any, noise: Any, library: Any) -> list[tuple[str, float, np.ndarray]]:
    if block.kind == "generators":
        entry = entry_of(library, block.model)
        item = GENERATORS[entry.engine].sounds_like
        rows = generator_spectra_db(item, entry.iso_mw, sound_power_dba=entry.sound_power_dba)
        return list(zip(("casing", "inlet", "exhaust"), (HEIGHT_M["casing"], HEIGHT_M["inlet"], entry.stack_height_m), rows, strict=True))
    if block.kind == "cooling":
        entry = entry_of(library, block.model)
        shape = COOLING[entry.kind].spectrum
        total = entry.sound_power_dba_per_mw + 10.0 * np.log10(max(block.heat_mw, 1e-6))
        return [(shape, HEIGHT_M[shape], shaped_spectrum_db("cooling", shape, sound_power_dba=total))]
    if block.kind == "battery":
        units = max(block.mwh / max(entry_of(library, block.model).unit_mwh, 1e-6), 1e-6)
        total = noise.battery_unit_sound_power_dba + 10.0 * np.log10(units)
        return [("battery", HEIGHT_M["battery"], shaped_spectrum_db("battery", "fan", sound_power_dba=total))]
    if block.kind == "substation":
        total = noise.transformer_sound_power_dba_per_100_mw + 10.0 * np.log10(max(block.mw, 1e-6) / 100.0)
        return [("tank", HEIGHT_M["tank"], shaped_spectrum_db("transformer", "tank", sound_power_dba=total))]
    if block.kind == "hall":
        fleet = fleet_spectrum_db(noise.construction)
        return [] if fleet is None else [("plant", BUILDER_HEIGHT_M, fleet)]
    return []


def _spots(campus: Any, key: str) -> np.ndarray:
    place = campus.noise.placements.get(key)
    if place is None:
        return np.zeros((1, 2))
    centre = east_north_m(place.lat, place.lon, site_lat=campus.site.lat, site_lon=campus.site.lon)
    if place.length_m == 0.0:
        return centre[None, :]
    steps = (np.arange(ROW_POINTS) + 0.5) / ROW_POINTS - 0.5
    out: np.ndarray = centre + along_bearing_m(steps * place.length_m, place.bearing_deg)
    return out


def group_weights(sources: Sources, campus: Any, does: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Sound energy of each group relative to its spectrum at full fan speed (group, month), and the load of all fans (month,).

    Fans follow load and air by ``family_hours``.
    """
    blocks, here, heat_mw = campus.blocks, does.present_frac, does.heat_mw
    installed = sum((b.heat_mw * here[k] for k, b in blocks.items() if b.kind == "cooling"), np.zeros_like(heat_mw))
    load = np.where(installed > 0.0, np.minimum(heat_mw / np.maximum(installed, 1e-9), 1.0), 0.0)
    weight = np.zeros((len(sources.groups), len(heat_mw)))
    for g, name in enumerate(sources.groups):
        kind, key = name.split("/")
        if kind == "generators":
            weight[g] = does.running[key]
        elif kind == BUILDING:
            weight[g] = under_construction(does.wait_months[key], campus.noise.construction_months)
        elif kind == ROAD:
            weight[g] = passages_per_h(campus.noise.roads[key], campus.noise, does.trucks_per_day)
        elif name == "cooling/":
            weight[g] = np.where(installed > 0.0, 0.0, heat_mw)
        else:
            weight[g] = here[key]
    return weight, load


def units_sounding(groups: tuple[str, ...], weight: np.ndarray) -> np.ndarray:
    """Equal units that sound in each group: running generators; every other group counts as one; (group, ...).

    >>> units_sounding(("generators/a", "cooling/b"), np.array([12.0, 0.3])).tolist()
    [12.0, 1.0]
    """
    return np.array([w if name.startswith("generators/") else np.ones_like(w) for name, w in zip(groups, weight, strict=True)])


def family_hours(
    sources: Sources, noise: Any, *, load_frac: np.ndarray | float, air_frac: np.ndarray, hour_of_day: np.ndarray
) -> np.ndarray:
    """Energy of each family in the given hours over its energy at weight one; (family, load, hour) or without loads.

    Fans follow the load and ``air_frac``, the air that each kind of cooling needs in these hours (cooling_kind, hour), as their
    electricity does; builders follow the hours of the day.
    """
    load = np.asarray(load_frac, dtype=float)[..., None]
    out = np.ones((WORKING + 1 + len(sources.cooling), *load.shape[:-1], air_frac.shape[1]))
    out[WORKING] = working_hours(noise, hour_of_day)
    for f, kind in enumerate(sources.cooling, start=WORKING + 1):
        out[f] = fan_energy_factor(fan_speed_frac(load, air_frac[kind], lowest_frac=FAN_FLOOR_FRAC))
    return out
