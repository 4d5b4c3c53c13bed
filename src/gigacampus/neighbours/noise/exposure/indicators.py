"""From hourly energies to the indicators that the registry names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from gigacampus.neighbours.noise.exposure.dose_response import annoyed_frac, sleep_disturbed_frac
from gigacampus.neighbours.noise.exposure.kernels import month_sums
from gigacampus.neighbours.noise.exposure.levels import (
    day_evening_night_level_db,
    day_night_level_db,
    half_width_db,
    indoor_level_db,
    place_sigma_db,
    propagation_sigma_db,
)
from gigacampus.neighbours.noise.propagation.bands import BANDS, LOWEST_DB
from gigacampus.neighbours.noise.propagation.wind import CLASSES
from gigacampus.neighbours.noise.sources.campus_sources import EVENING_FROM_H, EVENING_TO_H, is_night
from gigacampus.neighbours.noise.sources.source_uncertainty import ErrorSum

SILENT_ENERGY = 1e-12


@dataclass(frozen=True)
class Curves:
    """Published curves from level to people that a campus's rules choose."""

    annoyance: str
    tolerance_level_db: float
    sleep: str


@dataclass(frozen=True)
class Places:
    """Receptors as arrays, with the rules of the campus that each belongs to; every field (receptor,)."""

    lat: np.ndarray
    lon: np.ndarray
    people: np.ndarray
    half_width_m: np.ndarray
    height_m: np.ndarray
    background_day_dba: np.ndarray
    background_night_dba: np.ndarray
    limit_day_dba: np.ndarray
    limit_night_dba: np.ndarray
    tonal_db: np.ndarray
    homes: np.ndarray
    curves: tuple[Curves, ...]

    def floor(self, more: np.ndarray) -> np.ndarray:
        """Background energy by day and night with what other plants add; (receptor, 2)."""
        out: np.ndarray = 10.0 ** (0.1 * np.stack([self.background_day_dba, self.background_night_dba], axis=1)) + more
        return out

    def limit(self) -> np.ndarray:
        """Energy of the limits by day and night less the tonal adjustment, infinite where there is none; (receptor, 2)."""
        stated = np.stack([self.limit_day_dba, self.limit_night_dba], axis=1) - self.tonal_db[:, None]
        out: np.ndarray = np.nan_to_num(10.0 ** (0.1 * stated), nan=np.inf)
        return out


@cache
def part_of_day(hours: int) -> np.ndarray:
    """0 from 7 to 19, 1 to 22, 2 to 23, 3 to 7 in the hours of a month; (hour,)."""
    clock = np.arange(hours) % 24
    return np.where(is_night()[:hours], np.where(clock == EVENING_TO_H - 1, 2, 3), clock >= EVENING_FROM_H).astype(np.int64)


@dataclass
class Tally:
    """Sums over the hours of each month."""

    parts: np.ndarray
    """Mean energy in each part of the day; (4, receptor, month)."""
    night_c: np.ndarray
    quiet: np.ndarray
    above_limit_h: np.ndarray
    """All above: (receptor, month)."""
    louder_h: np.ndarray
    """Hours above the background by wind class; (3, receptor, month)."""
    low: np.ndarray
    """Night energy at 31.5 and 63 Hz, downwind; (2, receptor, month)."""
    night_class: np.ndarray
    """Night energy downwind, upwind and in an inversion; (3, receptor, month)."""
    night_bare: np.ndarray
    """Downwind night energy, A- and C-weighted, as if no wall stood; (2, receptor, month)."""
    night_walled: np.ndarray
    """The same with the walls of the month."""
    start: np.ndarray
    """Highest energy of a start; (receptor, month)."""
    starts_heard: np.ndarray
    event: np.ndarray
    """Highest energy of an event; (receptor, month)."""
    events_heard: np.ndarray
    source_error: ErrorSum
    """Of the downwind night; (month, receptor)."""
    distance_energy: np.ndarray
    bands: np.ndarray
    """Downwind with the walls of the last month, then without; (2, receptor, band)."""
    background: np.ndarray
    """Energy of other plants; (receptor, period)."""

    @classmethod
    def empty(cls, receptors: int, months: int) -> Tally:
        """All sums at zero."""

        def zero() -> np.ndarray:
            return np.zeros((receptors, months))

        return cls(
            parts=np.zeros((4, receptors, months)),
            night_c=zero(),
            quiet=zero(),
            above_limit_h=zero(),
            louder_h=np.zeros((3, receptors, months)),
            low=np.zeros((2, receptors, months)),
            night_class=np.zeros((3, receptors, months)),
            night_bare=np.zeros((2, receptors, months)),
            night_walled=np.zeros((2, receptors, months)),
            start=zero(),
            starts_heard=zero(),
            event=zero(),
            events_heard=zero(),
            source_error=ErrorSum(np.zeros((months, receptors))),
            distance_energy=zero(),
            bands=np.zeros((2, receptors, BANDS)),
            background=np.zeros((receptors, 2)),
        )

    @property
    def day(self) -> np.ndarray:
        """Mean energy from 7 to 22."""
        out: np.ndarray = (12.0 * self.parts[0] + 3.0 * self.parts[1]) / 15.0
        return out

    @property
    def night(self) -> np.ndarray:
        """Mean energy from 22 to 7."""
        out: np.ndarray = (self.parts[2] + 8.0 * self.parts[3]) / 9.0
        return out

    @property
    def evening(self) -> np.ndarray:
        """Mean energy from 19 to 23."""
        out: np.ndarray = (3.0 * self.parts[1] + self.parts[2]) / 4.0
        return out

    def repeat(self, like: int, m: int) -> None:
        """Month ``m`` is month ``like`` over again."""
        for sums in (self.parts, self.night_c, self.quiet, self.louder_h, self.above_limit_h):
            sums[..., m] = sums[..., like]

    def take_hours(self, m: int, energy: np.ndarray, slot: np.ndarray, first: int, floor: np.ndarray, limit: np.ndarray) -> None:
        """Add one month of energies (receptor, hour, weighting); hours above are unknown where no limit is stated."""
        part = part_of_day(energy.shape[1])
        sums, dark = np.empty((len(energy), 9)), np.empty((len(energy), np.count_nonzero(part >= 2)))
        month_sums(energy, part, slot, first, floor, limit, sums, dark)
        self.parts[:, :, m], self.louder_h[:, :, m] = sums[:, :4].T, sums[:, 6:].T
        self.night_c[:, m], self.above_limit_h[:, m] = sums[:, 4], sums[:, 5]
        self.above_limit_h[np.isinf(limit).all(axis=1), m] = np.nan
        dark.partition(dark.shape[1] // 10, axis=1)
        self.quiet[:, m] = dark[:, dark.shape[1] // 10]


def level_db(energy: np.ndarray) -> np.ndarray:
    """Level of an energy, not below the threshold of hearing."""
    out: np.ndarray = np.maximum(10.0 * np.log10(np.maximum(energy, SILENT_ENERGY)), LOWEST_DB)
    return out


def _errors(tally: Tally, places: Places, total: np.ndarray) -> dict[str, np.ndarray]:
    """Half width of the band and its parts, dB, by receptor and month."""
    distance = tally.distance_energy / total
    sigmas = (
        tally.source_error.sigma_db(total.T).T,
        propagation_sigma_db(distance),
        place_sigma_db(distance, places.half_width_m[:, None]),
    )
    return {
        "noise_band_half_width_db": half_width_db(*sigmas),
        "noise_source_sigma_db": sigmas[0],
        "noise_propagation_sigma_db": sigmas[1],
        "noise_place_sigma_db": sigmas[2],
    }


def _weather_and_background(tally: Tally, places: Places) -> dict[str, np.ndarray]:
    """Night levels by class of wind, and the plant against what is heard without it."""
    down, up, inversion = level_db(tally.night_class)
    background = 10.0 ** (0.1 * places.background_night_dba) + tally.background[:, 1]
    return {
        "noise_downwind_night_dba": down,
        "noise_upwind_night_dba": up,
        "noise_inversion_night_dba": inversion,
        "hourly_level_p10_night_dba": level_db(tally.quiet),
        "noise_background_night_dba": np.broadcast_to(level_db(background)[:, None], tally.night.shape).copy(),
        "increase_over_background_db": 10.0 * np.log10(1.0 + tally.night / background[:, None]),
        "hours_above_background": tally.louder_h.sum(axis=0),
        **_louder(tally.louder_h),
    }


def outputs(tally: Tally, places: Places) -> dict[str, np.ndarray]:
    """Every row of the registry that this stage gives."""
    day, night = level_db(tally.day), level_db(tally.night)
    ldn = day_night_level_db(day, night)
    lden = day_evening_night_level_db(level_db(tally.parts[0]), level_db(tally.evening), level_db(tally.parts[3]))
    total = np.maximum(tally.night_class[0], SILENT_ENERGY)
    return {
        "noise_day_dba": day,
        "noise_night_dba": night,
        "noise_night_dbc": level_db(tally.night_c),
        "noise_ldn_dba": ldn,
        "noise_lden_dba": lden,
        "noise_c_minus_a_night_db": level_db(tally.night_c) - night,
        "noise_rating_night_dba": night + places.tonal_db[:, None],
        **{
            f"noise_indoor_{name}_night_dba": np.maximum(indoor_level_db(night, window_open=name == "open"), LOWEST_DB)
            for name in ("open", "closed")
        },
        **_errors(tally, places, total),
        **_weather_and_background(tally, places),
        "noise_above_limit_hours": tally.above_limit_h,
        "noise_night_band_db": level_db(tally.bands[0] * (tally.night[:, -1] / total[:, -1])[:, None]),
        **{f"noise_night_{hz}_hz_db": level_db(tally.low[k] * tally.night / total) for k, hz in enumerate((31, 63))},
        "noise_event_max_dba": level_db(tally.event),
        "noise_events_heard": tally.events_heard,
        "noise_start_max_dba": level_db(tally.start),
        "noise_starts_heard": tally.starts_heard,
        "insertion_loss_dba": _gain_db(tally.night_bare[0], tally.night_walled[0]),
        "insertion_loss_dbc": _gain_db(tally.night_bare[1], tally.night_walled[1]),
        "insertion_loss_band_db": _gain_db(tally.bands[1], tally.bands[0]),
        **{
            f"noise_{name}_above_{limit}": (count[:, None] * (night >= limit)).sum(axis=0)
            for name, count in (("people", places.people), ("homes", places.homes))
            for limit in (45, 55)
        },
        **_people(ldn, lden, night, places),
    }


def _louder(hours: np.ndarray) -> dict[str, np.ndarray]:
    return {f"hours_above_background_{name}": hours[k] for k, name in enumerate(CLASSES)}


def _gain_db(bare: np.ndarray, walled: np.ndarray) -> np.ndarray:
    """Level without minus level with walls; zero where nothing sounds."""
    out: np.ndarray = 10.0 * np.log10(np.maximum(bare, SILENT_ENERGY) / np.maximum(walled, SILENT_ENERGY))
    return out


def _people(ldn: np.ndarray, lden: np.ndarray, night: np.ndarray, places: Places) -> dict[str, np.ndarray]:
    """People annoyed and disturbed, each receptor by the curves of its own campus; (receptor, month)."""
    annoyed, disturbed = np.zeros_like(ldn), np.zeros_like(ldn)
    for curves in dict.fromkeys(places.curves):
        here = np.array([mine == curves for mine in places.curves])
        people = places.people[here, None]
        annoyed[here] = people * annoyed_frac(
            curves.annoyance, ldn_db=ldn[here], lden_db=lden[here], tolerance_db=curves.tolerance_level_db
        )
        disturbed[here] = people * sleep_disturbed_frac(night[here], curve=curves.sleep)
    return {"noise_annoyed_people": annoyed, "noise_sleep_disturbed_people": disturbed}
