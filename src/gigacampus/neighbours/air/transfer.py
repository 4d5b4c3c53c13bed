"""Transfer arrays: concentration at each receptor in each hour from 1 g/s of a stack, made once per geometry."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import astuple, dataclass
from threading import Lock

import numpy as np

from gigacampus.calendar import month_of_hour
from gigacampus.neighbours.air import isc
from gigacampus.neighbours.air.kernels import isc_unit_rate
from gigacampus.neighbours.air.stacks import Stack

KEPT = 8
"""Geometries remembered in a process."""
_memory: OrderedDict[bytes, Transfer] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Weather:
    """Hours of one station, shape (hour,)."""

    wind_m_s: np.ndarray
    wind_from_deg: np.ndarray
    air_c: np.ndarray
    stability_class: np.ndarray
    mixing_m: np.ndarray


@dataclass(frozen=True)
class Transfer:
    """What 1 g/s does: (receptor, hour) in ug/m3, its mean by calendar month (receptor, 12), and the valid hours."""

    hourly: np.ndarray
    monthly: np.ndarray
    valid: np.ndarray


def unit_rate(
    weather: Weather, stack: Stack, east_m: np.ndarray, north_m: np.ndarray, *, urban: bool, reach_m: float
) -> Transfer:
    """Transfer of one stack by the comparison model, remembered by the hash of everything it depends on."""
    parts = [weather.wind_m_s, weather.wind_from_deg, weather.air_c, weather.stability_class, weather.mixing_m,
             east_m, north_m, np.array([*astuple(stack), urban, reach_m])]
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(np.ascontiguousarray(part, dtype=float).tobytes())
    key = digest.digest()
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
    made = _isc(weather, stack, east_m, north_m, urban=urban, reach_m=reach_m)
    with _lock:
        _memory[key] = made
        while len(_memory) > KEPT:
            _memory.popitem(last=False)
    return made


def _isc(
    weather: Weather, stack: Stack, east_m: np.ndarray, north_m: np.ndarray, *, urban: bool, reach_m: float
) -> Transfer:
    cls = np.clip(np.rint(weather.stability_class), 1, 6).astype(np.int64)
    wind, plume, rise = isc.effective_height_m(
        weather.wind_m_s, weather.air_c, cls, urban=urban, height_m=stack.height_m, diameter_m=stack.diameter_m,
        exit_m_s=stack.exit_m_s, exit_k=stack.exit_k)
    toward = np.radians(weather.wind_from_deg + 180.0)
    hourly = isc_unit_rate(east_m, north_m, np.sin(toward), np.cos(toward), wind, cls, weather.mixing_m, plume, rise,
                           isc.SPREAD[int(urban)])
    hourly[np.hypot(east_m, north_m) > reach_m] = 0.0
    return finish(hourly, weather.wind_m_s >= isc.CALM_M_S)


def finish(hourly: np.ndarray, valid: np.ndarray) -> Transfer:
    """Means by calendar month over the valid hours; calm hours leave the averages."""
    hourly = np.where(valid[None, :], hourly, 0.0)
    month = month_of_hour()
    counts = np.maximum(np.bincount(month, weights=valid, minlength=12), 1.0)
    starts = np.searchsorted(month, np.arange(12))
    return Transfer(hourly, np.add.reduceat(hourly, starts, axis=1) / counts, valid)
