"""From the geometry of pairs to band attenuations by ISO 9613-2: array code, the reference of the compiled kernel."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.propagation import iso9613 as iso
from gigacampus.neighbours.noise.propagation.bands import BANDS


def ground_db(rows: np.ndarray, *, edition: int) -> np.ndarray:
    """Ground attenuation of the unobstructed path; (pair, band)."""
    formula = iso.ground_2024_db if edition == 2024 else iso.ground_1996_db
    heights = rows[:, columns.SOURCE_HEIGHT_M], rows[:, columns.RECEIVER_HEIGHT_M]
    return formula(*heights, zones_g=rows[:, columns.ZONES], horizontal_m=rows[:, columns.PLAN_M])


def has_path(rows: np.ndarray, path: str) -> np.ndarray:
    """Whether there is a path ``top``, ``left`` or ``right``; (pair, 1)."""
    there: np.ndarray = rows[:, columns.PATHS[path]][:, [columns.EDGES]] > 0
    return there


def path_screening_db(rows: np.ndarray, path: str, *, edition: int) -> np.ndarray:
    """Screening of the path ``top``, ``left`` or ``right``, capped over the top; (pair, band), zero where there is none."""
    of_path = rows[:, columns.PATHS[path]]
    edges, difference, legs = of_path[:, columns.EDGES], of_path[:, columns.DIFFERENCE_M], of_path[:, columns.LEGS]
    formula = iso.screening_2024_db if edition == 2024 else iso.screening_1996_db
    value = formula(difference, legs, distance_m=rows[:, columns.DISTANCE_M], lateral=path != "top")
    if path == "top":
        value = iso.capped_db(value, edges > 1)
    return np.where(edges[:, None] > 0, value, 0.0)


def screening_loss_db(rows: np.ndarray, ground: np.ndarray, *, edition: int) -> np.ndarray:
    """Added loss of screens with the paths over the top and round the sides joined; (pair, band)."""
    top = iso.over_top_db(path_screening_db(rows, "top", edition=edition), ground)
    losses = [np.where(has_path(rows, "top"), top, 0.0)]
    for path in ("left", "right"):
        losses.append(np.where(has_path(rows, path), path_screening_db(rows, path, edition=edition), np.inf))
    return iso.joined_paths_db(*losses)


def attenuation_db(rows: np.ndarray, *, absorption_db_per_m: np.ndarray, edition: int) -> np.ndarray:
    """Sound power level minus downwind level, general ground method; (pair, band)."""
    ground = ground_db(rows, edition=edition)
    d = rows[:, columns.DISTANCE_M, None]
    out: np.ndarray = iso.divergence_db(d) + absorption_db_per_m * d + ground + screening_loss_db(rows, ground, edition=edition)
    return out


def attenuation_alternative_db(rows: np.ndarray, *, absorption_db_per_m: np.ndarray, edition: int) -> np.ndarray:
    """As ``attenuation_db`` with the alternative ground method, for the A-weighted level over mostly porous ground."""
    d, p = rows[:, columns.DISTANCE_M], rows[:, columns.PLAN_M]
    ground = np.repeat(iso.ground_alternative_db(rows[:, columns.MEAN_HEIGHT_M], d)[:, None], BANDS, axis=1)
    image = iso.ground_image_db(rows[:, columns.SOURCE_HEIGHT_M], rows[:, columns.RECEIVER_HEIGHT_M], horizontal_m=p)[:, None]
    screens = screening_loss_db(rows, ground, edition=edition)
    out: np.ndarray = iso.divergence_db(d)[:, None] + absorption_db_per_m * d[:, None] + ground - image + screens
    return out
