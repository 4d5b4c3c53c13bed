"""Scores the CNOSSOS-EU method pair by pair against another program's results on two synthetic scenes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, build_scene
from gigacampus.neighbours.noise.propagation.atmosphere import air_absorption_db_per_m
from gigacampus.neighbours.noise.propagation.cnossos_transfer import cnossos_conditions
from gigacampus.validation.case_folder import Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, each, unscored
from gigacampus.validation.case_rows import case as case_row
from gigacampus.validation.noise_iso9613 import NAMES_HZ

SOURCE = "NoiseModelling 6.0.2-dev, unofficial build, on our own scenes"
GATED = ("flat_built", "favourable")
HILLS = "z=12*sin(x/420)*cos(y/560)+8*sin((x+y)/900)+20"


def differential_scene(document: dict[str, Any]) -> Scene:
    """Scene from its file; hills are sampled every 50 m from their formula."""
    terrain = Terrain()
    if "terrain" in document:
        if document["terrain"]["formula"].replace(" ", "") != HILLS:
            raise ValueError(f"hills of another formula: {document['terrain']['formula']}")
        nodes = np.arange(-50.0, 3051.0, 50.0)
        x, y = np.meshgrid(nodes, nodes)
        z = 12.0 * np.sin(x / 420.0) * np.cos(y / 560.0) + 8.0 * np.sin((x + y) / 900.0) + 20.0
        terrain = Terrain(x0_m=-50.0, y0_m=-50.0, step_m=50.0, raster_m=z)
    buildings = [(str(i), np.array([*b["xy"], b["xy"][0]], float), b["zg"] + b["h"], 1.0) for i, b in enumerate(document["buildings"])]
    return build_scene(buildings=buildings, ground_g=document["ground_factor_G"], terrain=terrain)


def placed(scene: Scene, point: list[float]) -> np.ndarray:
    """x, y, absolute z, height from a point whose third value is its height above ground."""
    ground = float(scene.terrain.altitude_m(np.array(point[:2])))
    return np.array([point[0], point[1], ground + point[2], point[2]])


def differential_rows(table: Sequence[Row], documents: Callable[[str], list[dict[str, Any]]]) -> list[CaseRow]:
    """Median deviation over 63 Hz to 4 kHz and the 95th percentile at 500 Hz for each scene and condition.

    Pairs whose source or receiver no scene file knows are said and left out.
    """
    groups: dict[tuple[str, str], list[Row]] = {}
    for r in table:
        groups.setdefault((r["scene"], r["condition"]), []).append(r)
    named = ((f"{name} {condition}", rows) for (name, condition), rows in groups.items())
    return each("noise", named, lambda case, rows: _judged(case, rows, documents))


def _judged(case: str, rows: list[Row], documents: Callable[[str], list[dict[str, Any]]]) -> list[CaseRow]:
    name, condition = rows[0]["scene"], rows[0]["condition"]
    document = _document(documents(f"differential_scene_{name}.json"))
    known = [r for r in rows if r["source"] in document.get("sources_xyh", ()) and r["receiver"] in document.get("receivers_xyh", ())]
    out = []
    if len(known) < len(rows):
        out.append(unscored("noise", case, f"skipped: {len(rows) - len(known)} pairs whose places no scene file knows", source=SOURCE))
        leave_out(rows, "a place that no scene file knows")
    if not known:
        return out
    score(known)
    deviation = np.abs(_deviations_db(document, known, f"_{condition[0]}"))
    for metric, value, limit in (
        ("median deviation, 63 Hz to 4 kHz", float(np.median(deviation[:, :7])), 0.1),
        ("95th percentile at 500 Hz", float(np.percentile(deviation[:, 3], 95)), 0.5 if name.startswith("flat") else 1.0),
    ):
        out.append(
            case_row(
                "noise", case, metric, value, limit=limit, unit="dB", gating=(name, condition) == GATED, n=len(deviation), source=SOURCE
            )
        )
    return out


def _document(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Scene of the last file, with the places of all of them by name."""
    joined: dict[str, Any] = told[-1] if told else {}
    for key in ("sources_xyh", "receivers_xyh"):
        places = [v if isinstance(v, dict) else {str(i): p for i, p in enumerate(v)} for v in (d[key] for d in told)]
        joined = joined | {key: {name: place for part in places for name, place in part.items()}}
    return joined


def _deviations_db(document: dict[str, Any], rows: Sequence[Row], condition: str) -> np.ndarray:
    scene = differential_scene(document)
    alpha = air_absorption_db_per_m(document["temperature_C"], document["relative_humidity_pct"] / 100.0, pressure_kpa=101.325)
    froms, tos = (sorted({r[key] for r in rows}) for key in ("source", "receiver"))
    places = (
        np.array([placed(scene, document[key][name]) for name in names]) for key, names in (("sources_xyh", froms), ("receivers_xyh", tos))
    )
    both = cnossos_conditions(scene, *places, source_g=document["source_ground_Gs"])
    loss = both[("_f", "_h").index(condition)].loss_db(alpha)
    ours = -np.array([loss[tos.index(r["receiver"]), froms.index(r["source"]), 1:] for r in rows])
    out: np.ndarray = ours - np.array([[float(r[f"minusA_{f}"]) for f in NAMES_HZ] for r in rows])
    return out
