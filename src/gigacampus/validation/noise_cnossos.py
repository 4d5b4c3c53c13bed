"""Scores the CNOSSOS-EU method on the published cases: every path from the scene's own geometry."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, build_scene, consistent_lines
from gigacampus.neighbours.noise.propagation.atmosphere import air_absorption_db_per_m
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB, energy_sum_db
from gigacampus.neighbours.noise.propagation.cnossos import long_term_db
from gigacampus.neighbours.noise.propagation.cnossos_paths import SoundPath, pair_paths, reflected_paths
from gigacampus.validation.case_folder import Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, each, unscored
from gigacampus.validation.case_rows import case as case_row
from gigacampus.validation.noise_cnossos_steps import quantity, steps
from gigacampus.validation.noise_iso9613 import NAMES_HZ

GATE_TOLERANCE_DB = 0.1
PRINT_DB = 0.02
"""Two units of the last printed place."""
SOURCE = "ISO/TR 17534-4"
Rows = list[CaseRow]
LEVEL = re.compile(r"(?:Left|Right)?(?:Homogeneous|Favourable)?L([HF])")
"""Names of path levels in the file; the group is the condition."""
SIDES = ("right", "left")
UNITS = {"w": "1/m", "cf": "m", "alphaatm": "dB/km"}
"""Of intermediate results that are no decibels; those in 1/m and m are shown and never gate."""
LOSS = re.compile(r"(?:Left|Right)([HF])_aH")
"""Names of path levels at a sound power of zero."""


def case_scene(case: dict[str, Any]) -> Scene:
    """Scene of one case; ground outside the zones is hard, or of the source's kind where no zone is given."""
    zones = [(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float), g) for x0, x1, y0, y1, g in case["ground_rectangles_G"]]
    zones += [(np.array(z["xy"], float), z["G"]) for z in case["ground_polygons_G"]]
    lines = consistent_lines(np.array(case["terrain_breaklines"], float).reshape(-1, 6))
    buildings = [
        (f"building {i}", np.array([*b["footprint_xy"], b["footprint_xy"][0]], float), b["top_z_abs"], _soft(b))
        for i, b in enumerate(case["buildings"])
    ]
    walls = [(f"wall {i}", np.array(w["line_xyz_top"], float), _soft(w)) for i, w in enumerate(case["walls"])]
    return build_scene(buildings=buildings, walls=walls, zones=zones, ground_g=0.0 if zones else case["Gs"], terrain=Terrain(lines=lines))


def _soft(screen: dict[str, Any]) -> np.ndarray:
    """Absorption by band; faces without a stated one reflect nothing."""
    return np.array([0.0, *screen["absorption"]]) if "absorption" in screen else np.ones(9)


def case_ways(case: dict[str, Any]) -> tuple[dict[str, SoundPath], np.ndarray]:
    """Every way of one case by path and condition, ``direct_h`` and so on, and the air's absorption in dB/m; (9,)."""
    scene = case_scene(case)
    source, receiver = (
        np.array([*p, p[2] - scene.terrain.altitude_m(np.array(p[:2]))], float) for p in (case["source_xyz"], case["receiver_xyz"])
    )
    alpha = air_absorption_db_per_m(case["temperature_C"], case["relative_humidity_pct"] / 100.0, pressure_kpa=101.325)
    ways = pair_paths(scene, source, receiver, source_g=case["Gs"])
    if not case["lateral_diffraction"]:
        ways = {name: way for name, way in ways.items() if name.startswith("direct")}
    if case["max_reflection_order"] > 0:
        ways |= _loudest_first(reflected_paths(scene, source, receiver, source_g=case["Gs"]), alpha)
    return ways, alpha


def case_levels_db(case: dict[str, Any]) -> dict[str, np.ndarray]:
    """Our level of every path and condition; (8,) each."""
    ways, alpha = case_ways(case)
    return _levels_db(case, ways, alpha)


def _levels_db(case: dict[str, Any], ways: dict[str, SoundPath], alpha: np.ndarray) -> dict[str, np.ndarray]:
    power = np.array(case["Lw_per_octave_dB"], float)
    return {name: power - way.loss_db(alpha)[1:] for name, way in ways.items()}


def _loudest_first(mirrored: dict[str, SoundPath], alpha: np.ndarray) -> dict[str, SoundPath]:
    """Calls the loudest reflection ``reflection`` and numbers the others from it."""
    loudness = {name: float(energy_sum_db(A_WEIGHT_DB[1:] - way.loss_db(alpha)[1:])) for name, way in mirrored.items()}
    faces = {name[:-2] for name in mirrored}
    order = sorted(faces, key=lambda k: (-max(loudness[n] for n in mirrored if n[:-2] == k), k))
    names = {old: "reflection" if i == 0 else f"mirrored{i}" for i, old in enumerate(order)}
    return {names[name[:-2]] + name[-2:]: way for name, way in mirrored.items()}


def cnossos_rows(table: Sequence[Row], scenes: Mapping[str, Any]) -> Rows:
    """One row per published level of a path, intermediate result and total."""
    published: dict[str, list[Row]] = {}
    for r in table:
        published.setdefault(r["case"], []).append(r)
    return each("noise", published.items(), lambda name, rows: _case_rows(name, rows, scenes.get(name)))


def _case_rows(name: str, rows: list[Row], case: dict[str, Any] | None) -> Rows:
    if case is None:
        leave_out(rows, "no scene of that name")
        return [unscored("noise", name, "skipped: no scene", source=SOURCE)]
    ways, alpha = case_ways(case)
    ours, parts = _levels_db(case, ways, alpha), {key: steps(way, alpha) for key, way in ways.items()}
    out = []
    for r, (side, candidates) in zip(rows, told_sides(rows, ours, case), strict=True):
        expected = _bands(r)
        if not np.isfinite(expected).any():
            leave_out([r], "no number in any band")
            continue
        value = _ours(ours, side, r["quantity"], expected, case)
        if value is None:
            side, value, candidates = told_step(parts, r, expected)
        out.append(_scored(name, f"{side} {r['quantity']}", r, value, expected, candidates))
    return out


def _scored(name: str, metric: str, r: Row, value: np.ndarray | None, expected: np.ndarray, candidates: int) -> CaseRow:
    if value is None:
        leave_out([r], "ours has no such way or no such quantity")
        return unscored("noise", name, f"{metric}: ours has no such way or no such quantity", n=1, source=SOURCE)
    unit = UNITS.get(quantity(r["quantity"])[0], "dB")
    tolerance = float(r["tol_in_noisemodelling_tests"] or "inf")
    score([r])
    return case_row(
        "noise",
        name,
        metric,
        float(np.nanmax(np.abs(value - expected))),
        limit=0.1,
        unit=unit,
        source=SOURCE,
        gating=tolerance <= GATE_TOLERANCE_DB and unit.startswith("dB"),
        n=int(np.isfinite(expected).sum()),
        candidates=candidates,
    )


def told_step(parts: dict[str, dict[str, np.ndarray]], r: Row, expected: np.ndarray) -> tuple[str, np.ndarray | None, int]:
    """Path that an intermediate result speaks of, ours, and among how many paths it was looked for; None: we have no such way or quantity.

    The words for the paths are mixed up in places: a side may be the other side, and a result that is off and equals another path's to the
    print is that path's. Without a stated condition either may be meant.
    """
    plain, condition = quantity(r["quantity"], r["condition"])
    found = {name: part[plain][1:] for name, part in parts.items() if plain in part and name.endswith(condition)}
    gaps = {name: float(np.nanmax(np.abs(value - expected))) for name, value in found.items()}
    own = [name for name in gaps if name[:-2] in (SIDES if r["path"] in SIDES else (r["path"],))]
    best, candidates = min(own, key=lambda name: gaps[name], default=None), len(own)
    if gaps and (best is None or gaps[best] > GATE_TOLERANCE_DB):
        other = min(gaps, key=lambda name: gaps[name])
        best, candidates = (other if gaps[other] <= PRINT_DB else best), len(gaps)
    return (r["path"], None, candidates) if best is None else (best[:-2], found[best], candidates)


def _bands(r: Mapping[str, str]) -> np.ndarray:
    return np.array([float(r[f"f{f}"]) if r[f"f{f}"] else np.nan for f in NAMES_HZ])


def told_sides(rows: Sequence[Row], ours: dict[str, np.ndarray], case: dict[str, Any]) -> list[tuple[str, int]]:
    """Path that each published row speaks of, in the order of the rows, and among how many readings it was chosen.

    The source calls both ways round an object "right" in some cases. Where it names only one side, its word does not tell
    which one that is: the rows of a condition then are the sides, each once, that they fit best.
    """
    out = [(r["path"], 1) for r in rows]
    levels = [k for k, r in enumerate(rows) if out[k][0] in SIDES and _condition(r["quantity"])]
    named = [(out[k][0], rows[k]["quantity"]) for k in levels]
    if {side for side, _ in named} == set(SIDES) and len(set(named)) == len(named):
        return out
    for condition in "HF":
        here = [k for k in levels if _condition(rows[k]["quantity"]) == condition]
        choices = [s for s in itertools.product(SIDES, repeat=len(here)) if len(set(s)) == min(len(here), 2)]
        fits = [sum(_misfit(ours, side, rows[k], case) for side, k in zip(sides, here, strict=True)) for sides in choices]
        for k, side in zip(here, choices[int(np.argmin(fits))], strict=True):
            out[k] = (side, len(choices))
    return out


def _condition(quantity: str) -> str:
    """H or F of a path level; empty for what is none."""
    found = LEVEL.fullmatch(quantity) or LOSS.fullmatch(quantity)
    return found[1] if found else ""


def _misfit(ours: dict[str, np.ndarray], side: str, r: Mapping[str, str], case: dict[str, Any]) -> float:
    expected = _bands(r)
    value = _ours(ours, side, r["quantity"], expected, case)
    return float(np.nanmax(np.minimum(np.abs(value - expected), 1e3)))


def _ours(levels: dict[str, np.ndarray], side: str, quantity: str, expected: np.ndarray, case: dict[str, Any]) -> np.ndarray | None:
    """Our counterpart of a published level; None for quantities that are not levels; NaN-free infinity when missing."""
    missing = np.full(8, np.inf)
    found, bare = LEVEL.fullmatch(quantity), LOSS.fullmatch(quantity)
    if found or bare:
        level = levels.get(f"{side}_{(found or bare)[1].lower()}", missing)  # type: ignore[index]
        return level - np.array(case["Lw_per_octave_dB"]) if bare else level
    if quantity not in ("L", "LA", "Ltotal"):
        return None
    wanted = [n for n in levels if side == "total" or n.startswith(side)]
    if not wanted:
        return missing
    both = [energy_sum_db(np.stack([levels[n] for n in wanted if n.endswith(c)] or [np.full(8, -np.inf)]), axis=0) for c in ("_f", "_h")]
    plain = long_term_db(both[0], both[1], favourable_frac=case["favourable_probability"])
    weighted = plain + A_WEIGHT_DB[1:]
    out: np.ndarray | None = min((plain, weighted), key=lambda v: float(np.nanmedian(np.abs(v - expected))))
    return out
