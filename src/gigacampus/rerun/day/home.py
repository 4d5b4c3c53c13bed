"""The home at which a day is heard and breathed, and what reaches it minute by minute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.air.minutes import no2_minutes_ugm3
from gigacampus.neighbours.noise.minutes import levels_dba
from gigacampus.rerun.day.clock import Clock
from gigacampus.rerun.day.supply import Supply
from gigacampus.rerun.place import Place, nearest_campus
from gigacampus.rerun.point_levels import opened_at
from gigacampus.results.result import Result


@dataclass(frozen=True)
class Home:
    """A place with the campus that it is a neighbour of."""

    label: str
    lat: float
    lon: float
    campus: str


def home_of(result: Result, place: Place | None, month: str, campus: str | None) -> Home | None:
    """The place that was named; else the receptor with the highest night level of the month, of ``campus`` if one is named."""
    if place is not None:
        near, km = nearest_campus(result, place)
        return Home(f"{place.lat:g},{place.lon:g}, {km:.1f} km from {near}", place.lat, place.lon, near)
    labels = result.coords["receptor"]
    standing = _standing(result, month) if campus is None else [campus]
    rows = [i for i, label in enumerate(labels) if label.split("/")[0] in standing]
    if not rows or not result.has("noise_night_dba"):
        return None
    level = result.reference("noise_night_dba")[rows, result.index("month", month)]
    label = labels[rows[int(level.argmax())]]
    own, key = label.split("/")
    spec = result.scenario["campuses"][own]["receptors"][key]
    return Home(label, spec["lat"], spec["lon"], own)


def _standing(result: Result, month: str) -> list[str]:
    """Campuses with machines in service in a month; all where none has any."""
    machines = result.planned("accelerators_in_service")[0, :, result.index("month", month)]
    names = result.coords["campus"]
    return [name for name, count in zip(names, machines, strict=True) if count > 0.0] or list(names)


def largest_campus(result: Result, month: str) -> str:
    """The campus with the highest load of the month."""
    load = result.planned("facility_mw")[0, :, result.index("month", month)]
    return str(result.coords["campus"][int(load.argmax())])


@dataclass(frozen=True)
class AtHome:
    """What reaches the home in every minute; (minute,)."""

    level_dba: np.ndarray
    no2_ugm3: np.ndarray
    calm: np.ndarray
    """Hours without wind, in which the plume method gives nothing."""


def at_home(result: Result, at: Clock, home: Home, supply: Supply) -> AtHome:
    """Level and NO2 from the units that run and the fuel that they burn; other campuses as in the month's mean."""
    point = [(home.campus, home.lat, home.lon)]
    hours = at.hour_of_minute
    running = dict(zip(supply.units, supply.minutes.unit_running, strict=True))
    level = levels_dba(*opened_at(result, "noise", point, month=at.month), running, hours)
    strength = dict(zip(supply.units, supply.nox_g_per_s, strict=True))
    no2, calm = no2_minutes_ugm3(*opened_at(result, "air", point, month=at.month), strength, hours)
    return AtHome(level, no2, calm)
