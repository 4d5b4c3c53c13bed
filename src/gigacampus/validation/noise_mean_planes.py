"""Scores the mean ground planes of the CNOSSOS-EU cases: slope, intercept, heights, length and G, from the scene's own profile."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from gigacampus.neighbours.noise.propagation.cnossos_paths import Plane
from gigacampus.validation.noise_cnossos import SOURCE, case_ways, scenes_of
from gigacampus.validation.noise_cnossos_steps import mean_planes
from gigacampus.validation.noise_rows import each, row, unscored

LIMIT_M = 0.1
"""Where a side way turns beside its corner moves a plane by centimetres. Slope and G are numbers and are held to the same."""
COLUMNS = {"a": "slope", "b": "intercept_m", "zs": "source_z", "zr": "receiver_z", "dp": "length_m", "Gp": "path_g", "Gp_prime": "near_g"}
HEIGHTS = ("source_z", "receiver_z")
Rows = list[dict[str, Any]]


def plane_rows(path: Path, scenes: list[Path]) -> Rows:
    """One row per published plane: the largest gap of its numbers to those of the plane that it speaks of."""
    known = scenes_of(scenes)
    published: dict[str, list[dict[str, str]]] = {}
    for r in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
        published.setdefault(r["case"], []).append(r)
    return each(published.items(), lambda name, table: _judged(name, table, known.get(name)))


def _judged(name: str, table: list[dict[str, str]], case: dict[str, Any] | None) -> Rows:
    """Sets are named by number or side and not by way: of the planes with the same place in their set the one that fits is meant."""
    if case is None:
        return [unscored(name, "skipped: no scene", source=SOURCE)]
    ours = [planes for key, way in case_ways(case)[0].items() if key.endswith("_h") for planes in mean_planes(way)]
    out = []
    for r in table:
        place, title = int(float(r["index"] or 0)), f"mean plane {r['plane_set']} {r['index']}"
        gaps = [gap(planes[place], r) for planes in ours if len(planes) > place]
        if gaps:
            out.append(row(name, title, min(gaps), limit=LIMIT_M, unit="m", gating=True, n=1, source=SOURCE))
        else:
            out.append(unscored(name, f"{title}: ours has no such way", n=1, source=SOURCE))
    return out


def gap(plane: Plane, r: dict[str, str]) -> float:
    """Largest gap of the printed numbers to ours; an end below the plane has no height here, and the table prints its depth."""
    told = [(getattr(plane, ours), float(r[column]), ours) for column, ours in COLUMNS.items() if r.get(column)]
    out: float = max(abs(ours - theirs) for ours, theirs, name in told if ours > 0.0 or name not in HEIGHTS)
    return out
