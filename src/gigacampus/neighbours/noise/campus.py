"""One campus and the receptors that may hear it: transfer by layout and weather class, and energies by source group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.calendar import Months
from gigacampus.neighbours.noise.bands import A_WEIGHT_DB, BANDS, C_WEIGHT_DB
from gigacampus.neighbours.noise.engine import Method, Transfer, cnossos_conditions, points, transfer
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.layout import campus_scene, walls_by_month
from gigacampus.neighbours.noise.remember import remembered
from gigacampus.neighbours.noise.sources import Sources
from gigacampus.neighbours.noise.wind import DOWNWIND, class_deficit_db, inversion_gain_db

WEIGHTINGS = np.stack([10.0 ** (0.1 * A_WEIGHT_DB), 10.0 ** (0.1 * C_WEIGHT_DB)])
INVERSION = 3
"""Index of the inversion bound after the three wind classes."""


@dataclass(frozen=True)
class Heard:
    """What the groups of one campus give at each receptor at weight one."""

    layout: np.ndarray
    """Index of the layout in each month; (month,)."""
    energy: np.ndarray
    """A- and C-weighted; (layout, wind class or inversion, calendar month, period, receptor, group, weighting)."""
    bare: np.ndarray
    """Downwind night energy without any wall; (calendar month, receptor, group, weighting)."""
    bands: np.ndarray
    """Downwind energy by octave in nights of the last month with its walls, then without; (2, receptor, group, band)."""
    distance_m: np.ndarray
    """From the site; (receptor,)."""
    way_deg: np.ndarray
    """Bearing from the site to the receptor; (receptor,)."""


def heard(campus: Any, sources: Sources, *, spots_m: np.ndarray, heights_m: np.ndarray, months: Months,
          absorption_db_per_m: np.ndarray, last_month: int) -> Heard:
    """Energies at receptors from the campus's own scenes; absorption is (12, 2, band)."""
    by_month = walls_by_month(campus.noise, months)
    layouts = list(dict.fromkeys(by_month))
    loss = [_class_losses(campus, campus_scene(campus, walls), sources, spots_m, heights_m) for walls in layouts]
    energy = np.stack([_group_energy(still, path_m, sources, absorption_db_per_m) for still, path_m in loss])
    layout = np.array([layouts.index(w) for w in by_month])
    bare = loss[layouts.index(())] if () in layouts else _class_losses(campus, campus_scene(campus, ()), sources, spots_m, heights_m)
    onto = np.eye(len(sources.groups))[sources.group]
    bands = []
    for still, path_m in (loss[layout[-1]], bare):
        dark = still[DOWNWIND] + absorption_db_per_m[last_month, 1] * path_m[..., None]
        bands.append(np.einsum("rsb,sg->rgb", 10.0 ** (0.1 * (sources.power_db - dark)), onto))
    if () in layouts:
        without = energy[layouts.index(())][DOWNWIND, :, 1]
    else:
        without = _group_energy(bare[0][DOWNWIND][None], bare[1], sources, absorption_db_per_m)[0, :, 1]
    return Heard(layout, energy, without, np.stack(bands), np.hypot(*spots_m.T),
                 np.degrees(np.arctan2(spots_m[:, 0], spots_m[:, 1])) % 360.0)


def _class_losses(campus: Any, scene: Scene, sources: Sources, spots_m: np.ndarray,
                  heights_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss without air by wind class, then the inversion bound; (class, receptor, source, band); and path lengths."""
    emitters = points(scene, sources.position_m[:, :2], sources.position_m[:, 2])
    ears = points(scene, spots_m, heights_m)
    gap = ears[:, None, :2] - emitters[None, :, :2]
    p = np.hypot(gap[..., 0], gap[..., 1])
    noise = campus.noise
    if noise.method == "cnossos":
        down, calm = cnossos_conditions(scene, emitters, ears, source_g=noise.site_ground_g)
        still = np.stack([down.still_db, calm.still_db, calm.still_db])
    else:
        down = transfer(scene, emitters, ears, method=noise.method, parallel=False)
        deficit = class_deficit_db(p, emitters[None, :, 3] + ears[:, None, 3], neutral_db=noise.neutral_deficit_db,
                                   upwind_db=noise.upwind_deficit_db)
        still = down.still_db + deficit[..., None]
    bound = down.still_db - inversion_gain_db(p, BANDS)
    return np.concatenate([still, bound[None]]), down.distance_m


def _group_energy(still_db: np.ndarray, path_m: np.ndarray, sources: Sources,
                  absorption_db_per_m: np.ndarray) -> np.ndarray:
    """Weighted energies by class and air; (class, calendar month, period, receptor, group, weighting).

    Points of one kind share a spectrum, so what they give at unit power is summed before it is weighted.
    """
    kinds, of_source = np.unique(np.column_stack([sources.group, sources.power_db]), axis=0, return_inverse=True)
    onto_kind = np.eye(len(kinds))[of_source.reshape(-1)].T
    unit = onto_kind @ (10.0 ** (-0.1 * still_db)[:, None, None] * _air(path_m, absorption_db_per_m))
    weighted = (unit * 10.0 ** (0.1 * kinds[:, 1:])) @ WEIGHTINGS.T
    onto = np.eye(len(sources.groups))[kinds[:, 0].astype(int)]
    return np.swapaxes(np.swapaxes(weighted, -1, -2) @ onto, -1, -2)


@remembered
def _air(path_m: np.ndarray, absorption_db_per_m: np.ndarray) -> np.ndarray:
    """What the air lets through; (calendar month, period, receptor, source, band)."""
    return 10.0 ** (-0.1 * absorption_db_per_m[:, :, None, None] * path_m[..., None])


def other_plants_energy(campus: Any, power_db: np.ndarray, places_m: np.ndarray, *, spots_m: np.ndarray,
                        heights_m: np.ndarray, absorption_db_per_m: np.ndarray) -> np.ndarray:
    """A-weighted downwind energy of other people's plants by day and night of the mean month; (receptor, period)."""
    if not len(places_m):
        return np.zeros((len(spots_m), 2))
    scene = campus_scene(campus, ())
    method: Method = "iso9613_2024" if campus.noise.method == "cnossos" else campus.noise.method
    found: Transfer = transfer(scene, points(scene, places_m[:, :2], places_m[:, 2]), points(scene, spots_m, heights_m),
                               method=method, parallel=False)
    air = absorption_db_per_m.mean(axis=0)
    loss = found.still_db[:, None] + air[None, :, None, :] * found.distance_m[:, None, :, None]
    return (10.0 ** (0.1 * (power_db - loss)) @ WEIGHTINGS[0]).sum(axis=-1)
