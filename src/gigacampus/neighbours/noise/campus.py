"""One campus and the receptors that may hear it: transfer by layout and weather class, and energies by source group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.foundation.kernel_form import kernel_form
from gigacampus.foundation.memoize import remembered
from gigacampus.neighbours.noise.exposure.kernels import group_energies
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, BANDS, C_WEIGHT_DB
from gigacampus.neighbours.noise.propagation.engine import class_losses
from gigacampus.neighbours.noise.propagation.transfer import points
from gigacampus.neighbours.noise.propagation.wind import DOWNWIND, inversion_gain_db
from gigacampus.neighbours.noise.sources.campus_sources import PERIODS, Sources
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene, walls_by_month

WEIGHTINGS = np.stack([10.0 ** (0.1 * A_WEIGHT_DB), 10.0 ** (0.1 * C_WEIGHT_DB)])
LN10_BY_10 = np.log(10.0) / 10.0
REACH_M = 15_000.0
"""Plant farther away than this is not counted."""
LOW_BANDS = 2
INVERSION = 3
"""Index of the inversion bound after the three wind classes."""
NIGHT = PERIODS.index("night")


AXES = ("layout", "month", "wind_class", "period", "receptor", "weighting", "group")
"""Axes of ``TransferToReceptors.energy``; ``month`` is of the calendar, ``wind_class`` ends with the inversion bound."""


@dataclass(frozen=True)
class TransferToReceptors:
    """What the groups of one campus give at each receptor at weight one; zero at receptors out of reach."""

    layout: np.ndarray
    """Index of the set of walls in each month; (month,)."""
    energy: np.ndarray
    """A- and C-weighted; axes as in ``AXES``. Calendar months that the run has none of are zero."""
    bare: np.ndarray
    """Downwind night energy without any wall; (calendar month, receptor, weighting, group)."""
    low: np.ndarray
    """Downwind energy at 31.5 and 63 Hz in the mean night of the year; (layout, receptor, band, group)."""
    bands: np.ndarray
    """Downwind energy by octave in nights of the last month with its walls, then without; (2, receptor, band, group)."""
    distance_m: np.ndarray
    """From the site; (receptor,)."""
    way_deg: np.ndarray
    """Bearing from the site to the receptor; (receptor,)."""

    def at(self, **where: Any) -> np.ndarray:
        """Energy at indices of named axes; the axes that are not named stay, in order, after one for indices that are arrays."""
        return axes_at(self.energy, **where)


def axes_at(energy: np.ndarray, **where: Any) -> np.ndarray:
    """An array with the axes ``AXES`` at indices of some of them.

    >>> axes_at(np.zeros((1, 12, 4, 2, 5, 2, 3)), layout=0, wind_class=slice(3), weighting=0).shape
    (12, 3, 2, 5, 3)
    """
    unknown = set(where) - set(AXES)
    if unknown:
        raise KeyError(f"no axis is called {', '.join(sorted(unknown))}")
    found: np.ndarray = energy[tuple(where.get(axis, slice(None)) for axis in AXES)]
    return found


def transfer_to_receptors(
    campus: Any,
    sources: Sources,
    *,
    spots_m: np.ndarray,
    heights_m: np.ndarray,
    months: Months,
    absorption_db_per_m: np.ndarray,
    last_month: int,
) -> TransferToReceptors:
    """Energies at receptors from the campus's own scenes; absorption is (12, 2, band)."""
    by_month = walls_by_month(campus.noise, months)
    layouts = list(dict.fromkeys(by_month))
    distance = np.hypot(*spots_m.T)
    near = np.flatnonzero(distance < REACH_M)
    loss = {
        walls: _losses_by_class(campus, campus_scene(campus, walls), sources, spots_m[near], heights_m[near])
        for walls in dict.fromkeys([*layouts, ()])
    }
    months_of_year, periods = absorption_db_per_m.shape[:2]
    energy = np.zeros((len(layouts), months_of_year, INVERSION + 1, periods, len(distance), len(WEIGHTINGS), len(sources.groups)))
    used = np.unique(months.calendar_month())
    for k, walls in enumerate(layouts):
        for month, given in zip(used, _group_energy(*loss[walls], sources, absorption_db_per_m[used]), strict=True):
            energy[k, month][:, :, near] = given
    if () in layouts:
        bare = axes_at(energy, layout=layouts.index(()), wind_class=DOWNWIND, period=NIGHT)
    else:
        bare = np.zeros((months_of_year, len(distance), len(WEIGHTINGS), len(sources.groups)))
        still, path_m = loss[()]
        for month, given in zip(used, _group_energy(still[:1], path_m, sources, absorption_db_per_m[used]), strict=True):
            bare[month][near] = given[0, NIGHT]
    bands = np.zeros((2, len(distance), BANDS, len(sources.groups)))
    for k, walls in enumerate((by_month[-1], ())):
        bands[k, near] = _by_band(*loss[walls], sources, absorption_db_per_m[last_month, NIGHT])
    low = np.zeros((len(layouts), len(distance), LOW_BANDS, len(sources.groups)))
    for k, walls in enumerate(layouts):
        low[k, near] = _by_band(*loss[walls], sources, absorption_db_per_m[:, NIGHT].mean(axis=0))[:, :LOW_BANDS]
    return TransferToReceptors(
        layout=np.array([layouts.index(w) for w in by_month]),
        energy=energy,
        bare=bare,
        low=low,
        bands=bands,
        distance_m=distance,
        way_deg=np.degrees(np.arctan2(spots_m[:, 0], spots_m[:, 1])) % 360.0,
    )


def _by_band(still_db: np.ndarray, path_m: np.ndarray, sources: Sources, air_db_per_m: np.ndarray) -> np.ndarray:
    """Downwind energy of each group by octave in one air; (receptor, band, group)."""
    loss = still_db[DOWNWIND] + air_db_per_m * path_m[..., None]
    out: np.ndarray = np.moveaxis(np.exp(LN10_BY_10 * (sources.power_db - loss)), 1, 2) @ np.eye(len(sources.groups))[sources.group]
    return out


def _losses_by_class(
    campus: Any, scene: Scene, sources: Sources, spots_m: np.ndarray, heights_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Loss without air by wind class, then the inversion bound; (class, receptor, source, band); and path lengths."""
    from_m = points(scene, sources.position_m[:, :2], sources.position_m[:, 2])
    to_m = points(scene, spots_m, heights_m)
    still, path_m = class_losses(campus.noise, scene, from_m, to_m)
    gap = to_m[:, None, :2] - from_m[None, :, :2]
    bound = still[DOWNWIND] - inversion_gain_db(np.hypot(gap[..., 0], gap[..., 1]), BANDS)
    return np.concatenate([still, bound[None]]), path_m


def _group_energy(still_db: np.ndarray, path_m: np.ndarray, sources: Sources, absorption_db_per_m: np.ndarray) -> np.ndarray:
    """Weighted energies by air and class; (calendar month, class, period, receptor, weighting, group)."""
    months, periods, _ = absorption_db_per_m.shape
    out = np.zeros((still_db.shape[1], len(sources.groups), len(still_db), len(WEIGHTINGS), months * periods))
    left, sent = np.exp(-LN10_BY_10 * still_db), np.exp(LN10_BY_10 * sources.power_db)
    group_energies(*kernel_form(left, sent, _air(path_m, absorption_db_per_m), sources.group, WEIGHTINGS), out)
    by_air = out.reshape(*out.shape[:-1], months, periods)
    named: np.ndarray = np.einsum("rgcwmp->mcprwg", by_air)
    return named


@remembered
def _air(path_m: np.ndarray, absorption_db_per_m: np.ndarray) -> np.ndarray:
    """What the air lets through; (receptor, source, band, calendar month and period)."""
    alpha = absorption_db_per_m.reshape(-1, absorption_db_per_m.shape[-1]).T
    out: np.ndarray = np.exp(-LN10_BY_10 * alpha * path_m[..., None, None])
    return out


def spot_energies(
    campus: Any,
    power_db: np.ndarray,
    places_m: np.ndarray,
    *,
    walls: tuple[str, ...],
    spots_m: np.ndarray,
    heights_m: np.ndarray,
    absorption_db_per_m: np.ndarray,
) -> np.ndarray:
    """A-weighted downwind energy of single spots by day and night of the mean month; (receptor, period, spot).

    Receptors out of reach of the campus hear nothing of its neighbours.
    """
    near = np.flatnonzero(np.hypot(*spots_m.T) < REACH_M)
    out = np.zeros((len(spots_m), 2, len(places_m)))
    scene = campus_scene(campus, walls)
    still, path_m = class_losses(
        campus.noise, scene, points(scene, places_m[:, :2], places_m[:, 2]), points(scene, spots_m[near], heights_m[near])
    )
    air = absorption_db_per_m.mean(axis=0)
    loss = still[DOWNWIND][:, None] + air[None, :, None, :] * path_m[:, None, :, None]
    out[near] = 10.0 ** (0.1 * (power_db - loss)) @ WEIGHTINGS[0]
    return out
