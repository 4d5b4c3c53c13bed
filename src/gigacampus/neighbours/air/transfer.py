"""Transfer arrays: concentration at each receptor in each hour from 1 g/s of a stack, made once per geometry."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR, month_of_hour
from gigacampus.neighbours.air import boundary_layer, isc, tower
from gigacampus.neighbours.air.kernels import isc_unit_rate
from gigacampus.neighbours.air.plume_kernels import unit_rate as boundary_layer_unit_rate
from gigacampus.neighbours.air.release import COLUMNS, releases
from gigacampus.neighbours.air.similarity import surface_rows
from gigacampus.neighbours.air.stacks import Stack

KEPT = 16
"""Geometries of few receptors remembered in a process; those of a map would fill the memory, and are asked for once."""
TABLE_NODES = 64
TABLE_FROM = 80
"""From this many receptors on the plume is tabulated over distance once per hour."""
TEMPERATURE_STEP_K = 5.0
_memory: OrderedDict[bytes, list[Transfer]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Weather:
    """Hours of one station, shape (hour,)."""

    wind_m_s: np.ndarray
    wind_from_deg: np.ndarray
    air_c: np.ndarray
    stability_class: np.ndarray
    mixing_m: np.ndarray
    heat_w_m2: np.ndarray | None = None
    """Sensible heat of the ground by day; without it the stability class says how the air mixes."""


@dataclass(frozen=True)
class Transfer:
    """What 1 g/s does: (receptor, hour) in ug/m3, its mean by calendar month (receptor, 12), and the valid hours."""

    hourly: np.ndarray
    monthly: np.ndarray
    valid: np.ndarray


def unit_rates(weather: Weather, stacks: tuple[Stack, ...], east_m: np.ndarray, north_m: np.ndarray, air: Any) -> list[Transfer]:
    """Transfers of the stacks of one campus by the plume that ``air`` names, remembered by the hash of all inputs.

    The year's mean air temperature is rounded to 5 K with its course kept, so that worlds that differ by a small
    uniform shift share one transfer; this moves concentrations by less than 1 %.
    """
    settled = Weather(
        weather.wind_m_s,
        weather.wind_from_deg,
        settled_temperature(weather.air_c),
        np.clip(np.rint(weather.stability_class), 1, 6),
        weather.mixing_m,
        weather.heat_w_m2,
    )
    hours = (getattr(settled, name) for name in Weather.__dataclass_fields__)
    parts = [
        *(part for part in hours if part is not None),
        east_m,
        north_m,
        *(np.array(astuple(stack)) for stack in stacks),
        np.array([air.reach_km, air.roughness_m, air.urban_population]),
    ]
    digest = hashlib.blake2b(f"{air.model} {air.land_use}".encode(), digest_size=16)
    for part in parts:
        digest.update(np.ascontiguousarray(part, dtype=float).tobytes())
    key = digest.digest()
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
    made = _made(settled, stacks, east_m, north_m, air)
    if east_m.size >= TABLE_FROM:
        return made
    with _lock:
        _memory[key] = made
        while len(_memory) > KEPT:
            _memory.popitem(last=False)
    return made


def settled_temperature(air_c: np.ndarray) -> np.ndarray:
    """Air temperature with its yearly mean moved to the nearest 5 K, to a hundredth of a kelvin.

    >>> settled_temperature(np.array([10.0, 20.0])).tolist() == settled_temperature(np.array([10.4, 20.4])).tolist()
    True
    """
    mean = float(np.mean(air_c))
    return np.round(air_c - mean, 2) + TEMPERATURE_STEP_K * round(mean / TEMPERATURE_STEP_K)


def _made(weather: Weather, stacks: tuple[Stack, ...], east_m: np.ndarray, north_m: np.ndarray, air: Any) -> list[Transfer]:
    valid = weather.wind_m_s >= isc.CALM_M_S
    near = np.hypot(east_m, north_m) <= air.reach_km * 1000.0
    plume = comparison_plume if air.model == "isc_briggs" else boundary_layer_plume
    hourly = plume(weather, stacks, east_m[near], north_m[near], air) if near.any() else np.zeros((len(stacks), 0, valid.size))
    if not near.all():
        reached, hourly = hourly, np.zeros((len(stacks), east_m.size, valid.size))
        hourly[:, near] = reached
    return [finish(part, valid) for part in hourly]


def comparison_plume(weather: Weather, stacks: tuple[Stack, ...], east_m: np.ndarray, north_m: np.ndarray, air: Any) -> np.ndarray:
    """Hourly transfers by the small comparison plume, (stack, receptor, hour)."""
    cls, urban = weather.stability_class.astype(np.int64), air.land_use == "urban"
    toward = np.radians(weather.wind_from_deg + 180.0)
    out = np.zeros((len(stacks), east_m.size, cls.size))
    for index, stack in enumerate(stacks):
        wind, plume, rise = isc.effective_height_m(
            weather.wind_m_s,
            weather.air_c,
            cls,
            urban=urban,
            height_m=stack.height_m,
            diameter_m=stack.diameter_m,
            exit_m_s=stack.exit_m_s,
            exit_k=stack.exit_k,
        )
        out[index] = isc_unit_rate(
            east_m, north_m, np.sin(toward), np.cos(toward), wind, cls, weather.mixing_m, plume, rise, isc.SPREAD[int(urban)]
        )
    return out


def boundary_layer_plume(weather: Weather, stacks: tuple[Stack, ...], east_m: np.ndarray, north_m: np.ndarray, air: Any) -> np.ndarray:
    """Hourly transfers by the boundary-layer plume, month by month to keep the profiles small."""
    rows = surface_rows(
        weather.wind_m_s,
        weather.wind_from_deg,
        weather.air_c,
        weather.stability_class,
        weather.mixing_m,
        weather.heat_w_m2,
        roughness_m=air.roughness_m,
        calm_m_s=isc.CALM_M_S,
    )
    city = boundary_layer.Urban(air.urban_population, max(air.roughness_m, 1.0)) if air.land_use == "urban" else None
    out = np.zeros((len(stacks), east_m.size, weather.wind_m_s.size))

    def month(span: tuple[int, int]) -> None:
        here = slice(*span)
        part = boundary_layer.Surface(*(getattr(rows, name)[here] for name in rows.__dataclass_fields__))
        plume_into(out[:, :, here], part, stacks, east_m, north_m, city)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for _ in pool.map(month, pairwise(MONTH_START_HOUR)):
            pass
    return out


def plume_of_rows(
    rows: boundary_layer.Surface,
    stacks: tuple[Stack, ...],
    east_m: np.ndarray,
    north_m: np.ndarray,
    city: boundary_layer.Urban | None,
    *,
    tabulate: bool = True,
) -> np.ndarray:
    """Concentration of 1 g/s at receptors for given surface rows, (stack, receptor, hour), ug/m3.

    Many receptors read a table over distance made once per hour (1 % at worst on means) unless ``tabulate`` is off.
    """
    out = np.zeros((len(stacks), east_m.size, rows.ustar_m_s.size))
    plume_into(out, rows, stacks, east_m, north_m, city, tabulate=tabulate)
    return out


def plume_into(
    out: np.ndarray,
    rows: boundary_layer.Surface,
    stacks: tuple[Stack, ...],
    east_m: np.ndarray,
    north_m: np.ndarray,
    city: boundary_layer.Urban | None,
    *,
    tabulate: bool = True,
) -> None:
    """Write what ``plume_of_rows`` gives into ``out`` (stack, receptor, hour), where zeros stand."""
    p = boundary_layer.build(rows, city)
    arrays = _kernel_arrays(p)
    toward = np.radians(p.wind_from_deg + 180.0)
    nodes = TABLE_NODES if tabulate and east_m.size >= TABLE_FROM else 0
    for stack, here in zip(stacks, out, strict=True):
        found = np.zeros(here.shape)
        boundary_layer_unit_rate(
            *arrays, np.sin(toward), np.cos(toward), p.valid, stack.height_m, releases(p, stack), east_m, north_m, nodes, found
        )
        here[...] = found


def _kernel_arrays(p: boundary_layer.Profiles) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Profiles, their integrals and the hourly scalars in the order that the compiled plume reads."""
    profiles = np.ascontiguousarray(np.stack([p.wind, p.sigma_v, p.sigma_w, p.gradient, p.theta], axis=1))
    integrals = np.ascontiguousarray(np.stack([boundary_layer.cumulative(profiles[:, k]) for k in range(4)], axis=1))
    hours = np.stack(
        [p.mixing_m, p.mechanical_m, p.ustar, p.wstar, p.obukhov, p.mixed_m, p.aloft_n2, p.urban_n2, p.stable.astype(float)], axis=1
    )
    return profiles, integrals, hours


def tower_plume(
    rows: boundary_layer.Surface, levels: tower.Tower, stack: Stack, hour: np.ndarray, east_m: np.ndarray, north_m: np.ndarray
) -> np.ndarray:
    """Concentration of 1 g/s for pairs of an hour and a place, with a site tower's profiles, ug/m3.

    The plume goes with the wind half-way between the stack top and its final height.
    """
    p, directions = tower.build(rows, levels)
    arrays, table = _kernel_arrays(p), releases(p, stack)
    middle = np.minimum(stack.height_m + 0.5 * table[:, COLUMNS.index("rise")], 4000.0)
    toward = np.radians(tower.direction_at(directions, middle) + 180.0)
    out = np.zeros(hour.size)
    for index in np.unique(hour):
        own, one = np.flatnonzero(hour == index), slice(index, index + 1)
        profiles, integrals, hours = (part[one] for part in arrays)
        found = np.zeros((own.size, 1))
        boundary_layer_unit_rate(
            profiles,
            integrals,
            hours,
            np.sin(toward[one]),
            np.cos(toward[one]),
            p.valid[one],
            stack.height_m,
            table[one],
            east_m[own],
            north_m[own],
            0,
            found,
        )
        out[own] = found[:, 0]
    return out


def finish(hourly: np.ndarray, valid: np.ndarray) -> Transfer:
    """Means by calendar month over the valid hours; calm hours are set to zero in ``hourly`` and leave the averages."""
    hourly[:, ~valid] = 0.0
    counts = np.maximum(np.bincount(month_of_hour(), weights=valid, minlength=12), 1.0)
    return Transfer(hourly, np.add.reduceat(hourly, MONTH_START_HOUR[:12], axis=1) / counts, valid)
