"""From the geometry of pairs to band attenuations by ISO 9613-2: array code, the reference of the compiled kernel."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.trace import COLUMNS
from gigacampus.neighbours.noise.propagation import iso9613 as iso
from gigacampus.neighbours.noise.propagation.bands import BANDS

AT = {name: i for i, name in enumerate(COLUMNS)}


def ground_db(rows: np.ndarray, *, edition: int) -> np.ndarray:
    """Ground attenuation of the unobstructed path; (pair, band)."""
    formula = iso.ground_2024_db if edition == 2024 else iso.ground_1996_db
    return formula(rows[:, AT["hs_m"]], rows[:, AT["hr_m"]], zones_g=rows[:, 4:7], horizontal_m=rows[:, AT["p_m"]])


def path_screening_db(rows: np.ndarray, path: str, *, edition: int) -> np.ndarray:
    """Screening of the path ``top``, ``left`` or ``right``, capped over the top; (pair, band), zero where there is none."""
    at = AT[f"{path}_edges"]
    edges, detour, legs = rows[:, at], rows[:, at + 1], rows[:, at + 2 : at + 5]
    formula = iso.screening_2024_db if edition == 2024 else iso.screening_1996_db
    value = formula(detour, legs, distance_m=rows[:, AT["d_m"]], lateral=path != "top")
    if path == "top":
        value = iso.capped_db(value, edges > 1)
    return np.where(edges[:, None] > 0, value, 0.0)


def screening_loss_db(rows: np.ndarray, ground: np.ndarray, *, edition: int) -> np.ndarray:
    """Added loss of screens with the paths over the top and round the sides joined; (pair, band)."""
    top = iso.over_top_db(path_screening_db(rows, "top", edition=edition), ground)
    losses = [np.where(rows[:, AT["top_edges"], None] > 0, top, 0.0)]
    for path in ("left", "right"):
        there = rows[:, AT[f"{path}_edges"], None] > 0
        losses.append(np.where(there, path_screening_db(rows, path, edition=edition), np.inf))
    return iso.joined_paths_db(*losses)


def attenuation_db(rows: np.ndarray, *, absorption_db_per_m: np.ndarray, edition: int) -> np.ndarray:
    """Sound power level minus downwind level, general ground method; (pair, band)."""
    ground = ground_db(rows, edition=edition)
    d = rows[:, AT["d_m"], None]
    out: np.ndarray = iso.divergence_db(d) + absorption_db_per_m * d + ground + screening_loss_db(rows, ground, edition=edition)
    return out


def attenuation_alternative_db(rows: np.ndarray, *, absorption_db_per_m: np.ndarray, edition: int) -> np.ndarray:
    """As ``attenuation_db`` with the alternative ground method, for the A-weighted level over mostly porous ground."""
    d, p = rows[:, AT["d_m"]], rows[:, AT["p_m"]]
    ground = np.repeat(iso.ground_alternative_db(rows[:, AT["mean_height_m"]], d)[:, None], BANDS, axis=1)
    image = iso.ground_image_db(rows[:, AT["hs_m"]], rows[:, AT["hr_m"]], horizontal_m=p)[:, None]
    screens = screening_loss_db(rows, ground, edition=edition)
    out: np.ndarray = iso.divergence_db(d)[:, None] + absorption_db_per_m * d[:, None] + ground - image + screens
    return out
