"""Stage: noise at receptors by month, hour by hour inside, from the plant that runs, the weather and the paths between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.calendar import MONTH_START_HOUR
from gigacampus.neighbours.noise.atmosphere import air_absorption_db_per_m, humidity_from_wet_bulb_frac
from gigacampus.neighbours.noise.campus import INVERSION, Heard, heard, other_plants_energy
from gigacampus.neighbours.noise.kernels import hour_energies
from gigacampus.neighbours.noise.outputs import Places, Tally, outputs
from gigacampus.neighbours.noise.plane import east_north_m
from gigacampus.neighbours.noise.sources import (
    Sources,
    by_month_and_period,
    campus_sources,
    fan_hours,
    group_weights,
    is_night,
)
from gigacampus.neighbours.noise.spectra import shaped_spectrum_db
from gigacampus.neighbours.noise.wind import DOWNWIND, UPWIND, hour_classes

REACH_M = 15_000.0
"""Plant farther away than this is not counted."""
OTHER_PLANT = {"gas_turbine": ("gas_turbine", "exhaust"), "reciprocating_engine": ("reciprocating_engine", "casing"),
               "cooling": ("cooling", "fan"), "transformer": ("transformer", "tank")}


@dataclass(frozen=True)
class Campus:
    """One campus ready for the hours: its groups, what they give, and their weights."""

    spec: Any
    sources: Sources
    given: Heard
    weight: np.ndarray
    load: np.ndarray
    starts: np.ndarray
    """Starts of each group, zero where it holds no turbines; (group, month)."""
    classes: np.ndarray
    """Wind class; (receptor, hour)."""
    dry_bulb_degc: np.ndarray
    near: np.ndarray
    """Receptors within reach; (receptor,)."""


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Levels at every receptor by month; each receptor hears every campus within reach."""
    at = inputs.at
    places = _places(inputs)
    tally = Tally.empty(len(at.receptor), at.months.count)
    if not at.receptor:
        return outputs(tally, places, None)
    campuses = [_campus(inputs, up, c, places) for c in range(len(at.campus))]
    _background(inputs, up, campuses, places, tally)
    night = is_night()
    done: dict[bytes, int] = {}
    for m in range(at.months.count):
        calendar = int(at.months.calendar_month()[m])
        for campus in campuses:
            _take_starts(campus, m, calendar, places, tally)
        like = done.setdefault(_likeness(campuses, m, calendar), m)
        if like < m < tally.last_month:
            tally.repeat(like, m)
            continue
        hours = slice(MONTH_START_HOUR[calendar], MONTH_START_HOUR[calendar + 1])
        energy = np.zeros((len(at.receptor), hours.stop - hours.start, 2))
        for campus in campuses:
            _campus_month(campus, inputs.tree.library, m, calendar, hours, tally, energy)
        tally.take_hours(m, energy, night[hours], places)
    return outputs(tally, places, campuses[0].spec.noise if campuses else None)


def _places(inputs: Any) -> Places:
    """Receptors with the rules of the campus that they belong to."""
    rows = []
    for label in inputs.at.receptor:
        name, key = label.split("/")
        campus = inputs.tree.campuses[name]
        spot, noise = campus.receptors[key], campus.noise
        rows.append((spot.lat, spot.lon, spot.people, float(np.hypot(spot.half_width_m, campus.site.location_half_width_m)),
                     noise.receptor_height_m, noise.background_day_dba, noise.background_night_dba,
                     np.nan if noise.limit_day_dba is None else noise.limit_day_dba,
                     np.nan if noise.limit_night_dba is None else noise.limit_night_dba, noise.tonal_adjustment_db))
    return Places(*np.array(rows, dtype=float).reshape(-1, 10).T)


def _campus(inputs: Any, up: dict[str, np.ndarray], c: int, places: Places) -> Campus:
    at, spec = inputs.at, inputs.tree.campuses[inputs.at.campus[c]]
    sources = campus_sources(spec, inputs.tree.library)
    spots = east_north_m(places.lat, places.lon, site_lat=spec.site.lat, site_lon=spec.site.lon)
    given = heard(spec, sources, spots_m=spots, heights_m=places.height_m, months=at.months,
                  absorption_db_per_m=absorption_by_month(up, c), last_month=int(at.months.calendar_month()[-1]))
    month = np.arange(at.months.count)
    phase = np.nan_to_num(up["planned_phase"][c]).astype(int)
    running = {at.unit[u].split("/")[1]: up["unit_running"][u, phase, month]
               for u in range(len(at.unit)) if at.unit_campus[u] == c}
    heat_mw = up["heat_rejected_mwh"][c, phase, month] / at.months.hours()
    weight, load = group_weights(sources, spec, inputs.tree.library, months=at.months, planned_phase=phase, running=running,
                                 heat_mw=heat_mw)
    starts = np.zeros_like(weight)
    for u in range(len(at.unit)):
        if at.unit_campus[u] == c:
            starts[sources.groups.index(f"generators/{at.unit[u].split('/')[1]}")] = up["unit_starts"][u, phase, month]
    classes = hour_classes(up["wind_speed_m_s"][c], up["wind_from_deg"][c], up["stability_class"][c], way_deg=given.way_deg)
    dry = up["dry_bulb_degc"][c]
    return Campus(spec, sources, given, weight, load, starts, classes, dry, given.distance_m < REACH_M)


def absorption_by_month(up: dict[str, np.ndarray], c: int) -> np.ndarray:
    """Air absorption in the mean air of each calendar month, day and night; (12, 2, band)."""
    dry, wet, pressure = (up[k][c] for k in ("dry_bulb_degc", "wet_bulb_degc", "pressure_kpa"))
    humidity = humidity_from_wet_bulb_frac(dry, wet, pressure_kpa=pressure)
    mean = by_month_and_period(np.stack([dry, humidity, pressure]))
    return air_absorption_db_per_m(mean[0], mean[1], pressure_kpa=mean[2])


def _likeness(campuses: list[Campus], m: int, calendar: int) -> bytes:
    """What tells months apart: calendar month, walls, and what runs how hard at every campus."""
    parts = [np.concatenate([[calendar, c.given.layout[m]], c.weight[:, m], c.load[:, m]]) for c in campuses]
    return np.concatenate(parts).tobytes() if parts else bytes([calendar])


def _campus_month(campus: Campus, library: Any, m: int, calendar: int, hours: slice, tally: Tally, energy: np.ndarray) -> None:
    """Add A- and C-weighted energy in the hours of one month to ``energy`` (receptor, hour, weighting), and to the tally."""
    fan = fan_hours(campus.sources, campus.spec, library, load=campus.load[:, m], dry_bulb_degc=campus.dry_bulb_degc[hours],
                    hour_of_day=np.arange(hours.stop - hours.start) % 24)
    weight = campus.weight[:, m, None] * fan
    night = is_night()[hours]
    unit = campus.given.energy[campus.given.layout[m], :, calendar] * campus.near[:, None, None]
    slot = campus.classes[:, hours] * 2 + night
    hour_energies(np.ascontiguousarray(unit[:INVERSION].reshape(-1, *unit.shape[2:])), weight, slot, energy)
    dark = weight[:, night].mean(axis=1)
    by_group = unit[:, 1, :, :, 0] * dark
    for row, k in enumerate((DOWNWIND, UPWIND, INVERSION)):
        tally.night_class[row, :, m] += by_group[k].sum(axis=-1)
    tally.source_square[:, m] += campus.spec.noise.source_sigma_db**2 * (by_group[DOWNWIND] ** 2).sum(axis=-1)
    tally.distance_energy[:, m] += by_group[DOWNWIND].sum(axis=-1) * campus.given.distance_m
    tally.night_bare[:, :, m] += ((campus.given.bare[calendar] * campus.near[:, None, None]).transpose(2, 0, 1) @ dark)
    tally.night_walled[:, :, m] += (unit[DOWNWIND, 1].transpose(2, 0, 1) @ dark)
    if m == tally.last_month:
        tally.bands += np.einsum("krgb,g->krb", campus.given.bands, dark) * campus.near[:, None]


def _take_starts(campus: Campus, m: int, calendar: int, places: Places, tally: Tally) -> None:
    """Highest level of one unit's start at each receptor, and the starts that rise above the night background."""
    happens = campus.starts[:, m] > 0.0
    if not happens.any():
        return
    unit = campus.given.energy[campus.given.layout[m], DOWNWIND, calendar, 1, :, :, 0] * campus.near[:, None]
    event = unit[:, happens] * 10.0 ** (0.1 * campus.spec.noise.start_excess_db)
    background = 10.0 ** (0.1 * places.background_night_dba) + tally.background[:, 1]
    tally.start[:, m] = np.maximum(tally.start[:, m], event.max(axis=1))
    tally.starts_heard[:, m] += (event > background[:, None]) @ campus.starts[happens, m]


def _background(inputs: Any, up: dict[str, np.ndarray], campuses: list[Campus], places: Places, tally: Tally) -> None:
    """Add other people's plants to the background of every receptor."""
    for c, campus in enumerate(campuses):
        spec = campus.spec
        plants = list(spec.noise.other_plants.values())
        if not plants:
            continue
        power = np.stack([shaped_spectrum_db(*OTHER_PLANT[p.kind], sound_power_dba=p.sound_power_dba) for p in plants])
        site = {"site_lat": spec.site.lat, "site_lon": spec.site.lon}
        where = np.array([[*east_north_m(p.lat, p.lon, **site), p.height_m] for p in plants])
        tally.background += other_plants_energy(
            spec, power, where, spots_m=east_north_m(places.lat, places.lon, **site), heights_m=places.height_m,
            absorption_db_per_m=absorption_by_month(up, c)) * campus.near[:, None]
