"""Scores the mean ground planes of the CNOSSOS-EU cases: slope, intercept, heights, length and G, from the scene's own profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gigacampus.neighbours.noise.propagation.cnossos_paths import Plane
from gigacampus.validation.case_folder import Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case, each, unscored
from gigacampus.validation.noise_cnossos import SOURCE, case_ways
from gigacampus.validation.noise_cnossos_steps import mean_planes

LIMIT_M = 0.1
"""Where a side way turns beside its corner moves a plane by centimetres. Slope and G are numbers and are held to the same."""
COLUMNS = {"a": "slope", "b": "intercept_m", "zs": "source_z", "zr": "receiver_z", "dp": "length_m", "Gp": "path_g", "Gp_prime": "near_g"}
HEIGHTS = ("source_z", "receiver_z")
WAYS = {"direct": ("direct",), "left": ("left", "right"), "right": ("left", "right"), "reflection": ("reflection", "mirrored")}
"""Ways that the name of a set speaks of; the source mixes up the two ways round an object."""
Planes = list[Plane]


def plane_rows(table: Sequence[Row], scenes: Mapping[str, Any]) -> list[CaseRow]:
    """One row per published plane: the largest gap of its numbers to those of the plane that its set speaks of."""
    published: dict[str, list[Row]] = {}
    for r in table:
        published.setdefault(r["case"], []).append(r)
    return each("noise", published.items(), lambda name, rows: _judged(name, rows, scenes.get(name)))


def _judged(name: str, table: list[Row], scene: dict[str, Any] | None) -> list[CaseRow]:
    if scene is None:
        leave_out(table, "no scene of that name")
        return [unscored("noise", name, "skipped: no scene", source=SOURCE)]
    ways = case_ways(scene)[0]
    return [
        row
        for told in dict.fromkeys(r["plane_set"] for r in table)
        for row in _set(name, [r for r in table if r["plane_set"] == told], ways)
    ]


def _set(name: str, rows: list[Row], ways: Mapping[str, Any]) -> list[CaseRow]:
    """All planes of one set belong to one way in one condition: the one that fits them best together, of those that the set may mean."""
    choices = candidates(rows, ways)
    if not choices:
        leave_out(rows, "ours has no such way")
        return [
            unscored("noise", name, f"mean plane {r['plane_set']} {r['index']}: ours has no such way", n=1, source=SOURCE) for r in rows
        ]
    best = min(choices, key=lambda planes: max(gap(planes[_place(r)], r) for r in rows))
    score(rows)
    return [
        case(
            "noise",
            name,
            f"mean plane {r['plane_set']} {r['index']}",
            gap(best[_place(r)], r),
            limit=LIMIT_M,
            unit="m",
            gating=True,
            source=SOURCE,
            candidates=len(choices),
        )
        for r in rows
    ]


def candidates(rows: Sequence[Row], ways: Mapping[str, Any]) -> list[Planes]:
    """Sets of our planes that a published set may mean: of the ways that it names, with a plane at each of its places."""
    told = rows[0]["plane_set"].lower()
    named = next((prefixes for word, prefixes in WAYS.items() if word in told), ())
    found = [p for key, way in ways.items() if key.startswith(named or "") for p in mean_planes(way)]
    return [planes for planes in found if len(planes) > max(_place(r) for r in rows)]


def _place(r: Mapping[str, str]) -> int:
    return int(float(r["index"] or 0))


def gap(plane: Plane, r: Mapping[str, str]) -> float:
    """Largest gap of the printed numbers to ours; an end below the plane has no height here, and the table prints its depth."""
    told = [(getattr(plane, ours), float(r[column]), ours) for column, ours in COLUMNS.items() if r.get(column)]
    out: float = max(abs(ours - theirs) for ours, theirs, name in told if ours > 0.0 or name not in HEIGHTS)
    return out
