"""What a wall really does at a receptor: its gain by octave, and which way of the sound limits it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation import iso9613 as iso
from gigacampus.neighbours.noise.propagation import iso9613_paths as paths
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, a_level_dba, c_level_dbc, energy_sum_db
from gigacampus.neighbours.noise.propagation.iso9613_transfer import geometry_rows

LIMITS = {
    "in_sight": "most of what is left comes from openings that the wall does not hide",
    "left": "most of what is left comes round the left end",
    "right": "most of what is left comes round the right end",
    "low_notes": "most of what is left passes over the top at 125 Hz and below, where long waves bend round the edge",
    "far_arc": "rays bent down by wind and inversion pass over the wall",
    "over_top": "most of what is left passes over the top",
}
FAR_ARC_DB = 3.0
"""Loss of screening to bent rays from which they count as the limit."""
LOW_BANDS = 3


@dataclass(frozen=True)
class WallEffect:
    """Effect of a change of scene at one receptor."""

    gain_db: np.ndarray
    """Level without minus level with the wall; (band,)."""
    gain_dba: float
    gain_dbc: float
    share: dict[str, float]
    """Share of the remaining A-weighted energy by way: in_sight, over_top, left, right."""
    limit: str
    """Key of ``LIMITS``."""
    sentence: str


def wall_effects(
    bare: Scene,
    walled: Scene,
    sources: np.ndarray,
    receivers: np.ndarray,
    *,
    power_db: np.ndarray,
    absorption_db_per_m: np.ndarray,
    edition: int = 2024,
) -> list[WallEffect]:
    """Effect at every receiver of going from one scene to the other; ``power_db`` is (source, band)."""
    before, after = (geometry_rows(s, sources, receivers) for s in (bare, walled))
    out = []
    for j in range(len(receivers)):
        levels = [
            energy_sum_db(power_db - paths.attenuation_db(rows[j], absorption_db_per_m=absorption_db_per_m, edition=edition), axis=0)
            for rows in (before, after)
        ]
        out.append(_effect(levels, after[j], power_db, absorption_db_per_m, edition))
    return out


def _effect(levels: list[np.ndarray], rows: np.ndarray, power_db: np.ndarray, absorption: np.ndarray, edition: int) -> WallEffect:
    ways = path_energies(rows, power_db, absorption, edition=edition)
    total = sum(float(e.sum()) for e in ways.values())
    share = {name: float(e.sum()) / total for name, e in ways.items()}
    limit = max(share, key=lambda name: share[name])
    if limit == "over_top":
        lost = _favourable_loss_db(rows, ways["over_top"], edition)
        low = float(ways["over_top"][:, :LOW_BANDS].sum() / ways["over_top"].sum())
        limit = "far_arc" if lost > FAR_ARC_DB else "low_notes" if low > 0.5 else "over_top"
    gain = levels[0] - levels[1]
    dba = float(a_level_dba(levels[0]) - a_level_dba(levels[1]))
    dbc = float(c_level_dbc(levels[0]) - c_level_dbc(levels[1]))
    sentence = f"{dba:.1f} dBA and {dbc:.1f} dBC quieter; {gain[1]:.1f} dB at 63 Hz; {LIMITS[limit]}"
    return WallEffect(gain, dba, dbc, share, limit, sentence)


def path_energies(rows: np.ndarray, power_db: np.ndarray, absorption_db_per_m: np.ndarray, *, edition: int) -> dict[str, np.ndarray]:
    """A-weighted energy that reaches one receiver by each way; (source, band) each. Their sum is the level's energy."""
    ground = paths.ground_db(rows, edition=edition)
    d = rows[:, columns.DISTANCE_M, None]
    open_db = power_db + A_WEIGHT_DB - iso.divergence_db(d) - absorption_db_per_m * d - ground
    blocked = rows[:, columns.PATHS["top"]][:, [columns.DIFFERENCE_M]] > 0.0
    top = iso.over_top_db(paths.path_screening_db(rows, "top", edition=edition), ground)
    way = {"over_top": np.where(paths.has_path(rows, "top"), 10.0 ** (-0.1 * top), 1.0)}
    for name in ("left", "right"):
        way[name] = np.where(paths.has_path(rows, name), 10.0 ** (-0.1 * paths.path_screening_db(rows, name, edition=edition)), 0.0)
    whole = np.maximum(sum(way.values()), 1.0)
    energy = {name: 10.0 ** (0.1 * open_db) * e / whole for name, e in way.items()}
    return {
        "in_sight": np.where(blocked, 0.0, energy["over_top"]),
        "over_top": np.where(blocked, energy["over_top"], 0.0),
        "left": energy["left"],
        "right": energy["right"],
    }


def _favourable_loss_db(rows: np.ndarray, energy: np.ndarray, edition: int) -> float:
    """Screening lost to bent rays, in the band and source that carry most of what is left."""
    i, b = np.unravel_index(int(np.argmax(energy)), energy.shape)
    row = rows[i : i + 1].copy()
    top = row[:, columns.PATHS["top"]]
    formula = iso.screening_2024_db if edition == 2024 else iso.screening_1996_db
    cap = iso.SEVERAL_EDGES_CAP_DB if top[0, columns.EDGES] > 1 else iso.ONE_EDGE_CAP_DB
    straight, favourable = (
        np.minimum(
            formula(top[:, columns.DIFFERENCE_M], top[:, columns.LEGS], distance_m=row[:, columns.DISTANCE_M], lateral=lateral)[0, b], cap
        )
        for lateral in (True, False)
    )
    return float(straight - favourable)
