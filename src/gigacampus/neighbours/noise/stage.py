"""Stage: noise at receptors by month, hour by hour inside, from the plant that runs, the weather and the paths between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.foundation.memoize import remembered
from gigacampus.neighbours.noise.campus import INVERSION, NIGHT, TransferToReceptors, spot_energies, transfer_to_receptors
from gigacampus.neighbours.noise.exposure.indicators import Curves, Places, Tally, outputs
from gigacampus.neighbours.noise.exposure.kernels import hour_energies
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m
from gigacampus.neighbours.noise.propagation.atmosphere import air_absorption_db_per_m, humidity_from_wet_bulb_frac
from gigacampus.neighbours.noise.propagation.wind import DOWNWIND, UPWIND, hour_classes
from gigacampus.neighbours.noise.sources.campus_sources import (
    STEADY,
    WORKING,
    Sources,
    activity,
    by_month_and_period,
    campus_sources,
    family_hours,
    group_weights,
    is_night,
    units_sounding,
)
from gigacampus.neighbours.noise.sources.events import event_places_m, event_powers_db, events_by_month
from gigacampus.neighbours.noise.sources.source_uncertainty import SourceUncertainty, group_uncertainty
from gigacampus.neighbours.noise.sources.spectra import shaped_spectrum_db
from gigacampus.neighbours.noise.sources.wall_schedule import walls_by_month

A_WEIGHTED = 0
"""Position of the A-weighting among the weightings."""
OTHER_PLANT = {
    "gas_turbine": ("gas_turbine", "exhaust"),
    "reciprocating_engine": ("reciprocating_engine", "casing"),
    "cooling": ("cooling", "fan"),
    "transformer": ("transformer", "tank"),
}


@dataclass(frozen=True)
class Campus:
    """One campus ready for the hours: its groups, what they give, and their weights."""

    spec: Any
    sources: Sources
    transfer: TransferToReceptors
    weight: np.ndarray
    """(group, month)."""
    load: np.ndarray
    """Of the fans; (month,)."""
    spread: SourceUncertainty
    """Errors of the groups' sound power; its last axes are month, receptor and group."""
    events: np.ndarray
    """How often each event happens; (event, month)."""
    starts: np.ndarray
    """Starts of each group, zero where it holds no turbines; (group, month)."""
    slot: np.ndarray
    """Twice the wind class, plus one by night; (receptor, hour of the year)."""
    factor: list[np.ndarray]
    """Energy of each family over its energy at weight one in the hours of each month; (family, hour) each."""
    dark: np.ndarray
    """Weight of each group in the mean night; (group, month)."""

    def hours(self, m: int, calendar: int) -> tuple[np.ndarray, np.ndarray]:
        """Families that sound in one month: energy at weight (slot, receptor, weighting, family), and factor (family, hour)."""
        onto = np.zeros((len(self.weight), len(self.factor[m])))
        onto[np.arange(len(onto)), self.sources.family] = self.weight[:, m]
        sounds: np.ndarray = onto.any(axis=0) | (np.arange(onto.shape[1]) == STEADY)
        energy = self.transfer.at(layout=self.transfer.layout[m], month=calendar, wind_class=slice(INVERSION))
        classes, periods, receptors, weightings, groups = energy.shape
        by_slot = energy.reshape(classes * periods, receptors, weightings, groups)
        return (by_slot.reshape(-1, groups) @ onto[:, sounds]).reshape(*by_slot.shape[:-1], -1), self.factor[m][sounds]


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Levels at every receptor by month; each receptor hears every campus within reach."""
    at = inputs.at
    places = places_of(inputs)
    tally = Tally.empty(len(at.receptor), at.months.count)
    if not at.receptor:
        return outputs(tally, places)
    campuses = [campus_of_hours(inputs, up, c, places) for c in range(len(at.campus))]
    calendar = at.months.calendar_month()
    spots = [
        {
            "spots_m": east_north_m(places.lat, places.lon, site_lat=c.spec.site.lat, site_lon=c.spec.site.lon),
            "heights_m": places.height_m,
            "absorption_db_per_m": absorption_by_month(up, k),
        }
        for k, c in enumerate(campuses)
    ]
    for campus, around in zip(campuses, spots, strict=True):
        _take_others(campus, around, tally)
    for campus, around in zip(campuses, spots, strict=True):
        _take_nights(campus, calendar, tally)
        _take_starts(campus, calendar, places, tally)
        _take_events(campus, around, walls_by_month(campus.spec.noise, at.months)[-1], places, tally)
    floor, limit, slot = places.floor(tally.background), places.limit(), _loudest_slot(campuses, calendar)
    done: dict[bytes, int] = {}
    for m, month in enumerate(calendar):
        like = done.setdefault(_likeness(campuses, m, month), m)
        if like < m:
            tally.repeat(like, m)
            continue
        energy = np.zeros((len(at.receptor), MONTH_START_HOUR[month + 1] - MONTH_START_HOUR[month], 2))
        for campus in campuses:
            hour_energies(*campus.hours(m, month), campus.slot, MONTH_START_HOUR[month], energy)
        tally.take_hours(m, energy, slot, MONTH_START_HOUR[month], floor, limit)
    return outputs(tally, places)


def places_of(inputs: Any) -> Places:
    """Receptors with the rules of the campus that they belong to."""
    found: list[tuple[Any, Any, float]] = []
    for label in inputs.at.receptor:
        name, key = label.split("/")
        campus = inputs.tree.campuses[name]
        spot = campus.receptors[key]
        found.append((spot, campus.noise, float(np.hypot(spot.half_width_m, campus.site.location_half_width_m))))

    def column(value: Callable[[Any, Any], float | None]) -> np.ndarray:
        read = [value(spot, noise) for spot, noise, _ in found]
        return np.array([np.nan if v is None else v for v in read], dtype=float)

    return Places(
        lat=column(lambda spot, _: spot.lat),
        lon=column(lambda spot, _: spot.lon),
        people=column(lambda spot, _: spot.people),
        half_width_m=np.array([width for _, _, width in found], dtype=float),
        height_m=column(lambda _, noise: noise.receptor_height_m),
        background_day_dba=column(lambda _, noise: noise.background_day_dba),
        background_night_dba=column(lambda _, noise: noise.background_night_dba),
        limit_day_dba=column(lambda _, noise: noise.limit_day_dba),
        limit_night_dba=column(lambda _, noise: noise.limit_night_dba),
        tonal_db=column(lambda _, noise: noise.tonal_adjustment_db),
        homes=column(lambda spot, noise: spot.people / noise.people_per_home),
        curves=tuple(Curves(noise.annoyance_curve, noise.tolerance_level_db, noise.sleep_curve) for _, noise, _ in found),
    )


def campus_of_hours(inputs: Any, up: dict[str, np.ndarray], c: int, places: Places) -> Campus:
    """The campus of index ``c`` ready for the hours: sources, transfer to the places, and weights by month."""
    at, spec = inputs.at, inputs.tree.campuses[inputs.at.campus[c]]
    sources = campus_sources(spec, inputs.tree.library)
    transfer = transfer_to_receptors(
        spec,
        sources,
        spots_m=east_north_m(places.lat, places.lon, site_lat=spec.site.lat, site_lon=spec.site.lon),
        heights_m=places.height_m,
        months=at.months,
        absorption_db_per_m=absorption_by_month(up, c),
        last_month=int(at.months.calendar_month()[-1]),
    )
    does = activity(at, up, c)
    weight, load = group_weights(sources, spec, does)
    starts = np.zeros_like(weight)
    for key, count in does.starts.items():
        starts[sources.groups.index(f"generators/{key}")] = count
    slot = _slots(up["wind_speed_m_s"][c], up["wind_from_deg"][c], up["stability_class"][c], transfer.way_deg)
    factor, dark = _factors(sources, spec.noise, load, up["cooling_air_frac"][c], at.months.calendar_month())
    spread = group_uncertainty(sources.groups, spec, units=units_sounding(sources.groups, weight).T[:, None])
    events, night = events_by_month(spec, does.starts, at.months.count), weight * dark[sources.family]
    return Campus(spec, sources, transfer, weight, load, spread, events, starts, slot, factor, night)


def _loudest_slot(campuses: list[Campus], calendar: np.ndarray) -> np.ndarray:
    """Slots of the campus that gives most at each receptor in the nights of the run; (receptor, hour of the year)."""
    given = np.stack([np.einsum("mrg,gm->r", c.transfer.bare[calendar][:, :, A_WEIGHTED], c.dark) for c in campuses])
    found: np.ndarray = np.stack([c.slot for c in campuses])[given.argmax(axis=0), np.arange(given.shape[1])]
    return found


@remembered
def _slots(wind_m_s: np.ndarray, wind_from_deg: np.ndarray, stability: np.ndarray, way_deg: np.ndarray) -> np.ndarray:
    out: np.ndarray = 2 * hour_classes(wind_m_s, wind_from_deg, stability, way_deg=way_deg) + is_night()
    return out


def _factors(
    sources: Sources, noise: Any, load: np.ndarray, air_frac: np.ndarray, calendar: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """Families by hour in every month, and their means by night (family, month)."""
    hours: list[np.ndarray] = [np.zeros((0, 0))] * len(calendar)
    dark = np.zeros((WORKING + 1 + len(sources.cooling), len(calendar)))
    for month in np.unique(calendar):
        air = air_frac[:, MONTH_START_HOUR[month] : MONTH_START_HOUR[month + 1]]
        night = is_night()[: air.shape[1]]
        loads, which = np.unique(load[calendar == month], return_inverse=True)
        found = family_hours(sources, noise, load_frac=loads, air_frac=air, hour_of_day=np.arange(air.shape[1]) % 24)
        # Summed row by row: a matrix product rounds by how many loads there are, and a later month would move an earlier one.
        dark[:, calendar == month] = found[..., night].mean(axis=-1)[:, which]
        for m, k in zip(np.flatnonzero(calendar == month), which, strict=True):
            hours[m] = found[:, k]
    return hours, dark


def absorption_by_month(up: dict[str, np.ndarray], c: int) -> np.ndarray:
    """Air absorption in the mean air of each calendar month, day and night; (12, 2, band)."""
    return _absorption(*(up[k][c] for k in ("dry_bulb_degc", "wet_bulb_degc", "pressure_kpa")))


@remembered
def _absorption(dry_degc: np.ndarray, wet_degc: np.ndarray, pressure_kpa: np.ndarray) -> np.ndarray:
    humidity = humidity_from_wet_bulb_frac(dry_degc, wet_degc, pressure_kpa=pressure_kpa)
    mean = by_month_and_period(np.stack([dry_degc, humidity, pressure_kpa]))
    return air_absorption_db_per_m(mean[0], mean[1], pressure_kpa=mean[2])


def _likeness(campuses: list[Campus], m: int, calendar: int) -> bytes:
    """What tells months apart: calendar month, walls, and what runs how hard at every campus."""
    parts = [np.concatenate([[calendar, c.transfer.layout[m], c.load[m]], c.weight[:, m]]) for c in campuses]
    return np.concatenate(parts).tobytes()


def _take_nights(campus: Campus, calendar: np.ndarray, tally: Tally) -> None:
    """Add the mean nights of all months by wind class, with and without walls, and what the band needs."""
    given, dark = campus.transfer, campus.dark
    night = given.at(layout=given.layout, month=calendar, period=NIGHT)
    by_group = night[:, :, :, 0] * dark.T[:, None, None]
    total = by_group.sum(axis=-1).transpose(1, 2, 0)
    tally.night_class += total[[DOWNWIND, UPWIND, INVERSION]]
    tally.source_error.add(campus.spread, by_group[:, DOWNWIND])
    tally.distance_energy += total[DOWNWIND] * given.distance_m[:, None]
    tally.night_bare += np.einsum("mrwg,gm->wrm", given.bare[calendar], dark)
    tally.night_walled += np.einsum("mrwg,gm->wrm", night[:, DOWNWIND], dark)
    tally.bands += given.bands @ dark[:, -1]
    tally.low += np.einsum("mrbg,gm->brm", given.low[given.layout], dark)


def _take_starts(campus: Campus, calendar: np.ndarray, places: Places, tally: Tally) -> None:
    """Highest level of one unit's start at each receptor, and the starts that rise above the night background."""
    happens = np.flatnonzero((campus.starts > 0.0).any(axis=1))
    if not len(happens):
        return
    starts = campus.starts[happens]
    given = campus.transfer
    unit = given.at(layout=given.layout, month=calendar, wind_class=DOWNWIND, period=NIGHT, weighting=A_WEIGHTED)[..., happens]
    event = (unit * 10.0 ** (0.1 * campus.spec.noise.start_excess_db) * (starts.T > 0.0)[:, None]).transpose(1, 0, 2)
    background = 10.0 ** (0.1 * places.background_night_dba) + tally.background[:, 1]
    np.maximum(tally.start, event.max(axis=-1), out=tally.start)
    tally.starts_heard += np.einsum("rmg,gm->rm", event > background[:, None, None], starts)


def _take_others(campus: Campus, spots: dict[str, np.ndarray], tally: Tally) -> None:
    """Add other people's plants to the background of every receptor, as if no wall of the campus stood."""
    spec = campus.spec
    plants = list(spec.noise.other_plants.values())
    if plants:
        power = np.stack([shaped_spectrum_db(*OTHER_PLANT[p.kind], sound_power_dba=p.sound_power_dba) for p in plants])
        where = np.array([[*east_north_m(p.lat, p.lon, site_lat=spec.site.lat, site_lon=spec.site.lon), p.height_m] for p in plants])
        tally.background += spot_energies(spec, power, where, walls=(), **spots).sum(axis=-1)


def _take_events(campus: Campus, spots: dict[str, np.ndarray], walls: tuple[str, ...], places: Places, tally: Tally) -> None:
    """Highest level of an event at each receptor with the walls of the last month, and the events above the night background."""
    if not campus.spec.noise.events:
        return
    given = spot_energies(campus.spec, event_powers_db(campus.spec), event_places_m(campus.spec), walls=walls, **spots)[:, 1]
    happens = campus.events > 0.0
    np.maximum(tally.event, np.where(happens, given[:, :, None], 0.0).max(axis=1), out=tally.event)
    background = 10.0 ** (0.1 * places.background_night_dba) + tally.background[:, 1]
    tally.events_heard += (given > background[:, None]) @ campus.events
