"""Scores the noise methods against published and computed cases: one row per case and metric, gating where it may."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise import iso9613_paths as iso
from gigacampus.neighbours.noise.atmosphere import air_absorption_db_per_m
from gigacampus.neighbours.noise.bands import a_level_dba
from gigacampus.neighbours.noise.geometry.scene import Scene, build_scene
from gigacampus.neighbours.noise.geometry.trace import trace_pair
from gigacampus.neighbours.noise.validate_cnossos import cnossos_rows
from gigacampus.neighbours.noise.validate_differential import differential_rows
from gigacampus.scenario.errors import refuse

BUNDLED = Path(__file__).resolve().parents[4] / "validation" / "noise" / "data"
NAMES_HZ = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
STANDARD_KPA = 101.325
OPEN_POINTS = {
    "T07": "mean height over broken terrain is read differently by the source",
    "T12": "side path over a roof below the receiver is an open point",
}
SCENES = "cnossos_scenes.json"
FILES = (
    "iso9613_1_alpha.csv",
    "iso9613_2_tr17534_3_cases.json",
    "iso9613_2_computed.csv",
    "cnossos_expected.csv",
    "differential_pairs.csv",
)


def gates(confidence: str) -> bool:
    """Whether a row may gate: what was seen, or computed or derived from what was seen.

    >>> gates("seen (third-party transcription) and recomputed"), gates("recalled")
    (True, False)
    """
    return confidence.split(" ")[0] in ("seen", "derived", "computed")


def row(case: str, metric: str, value: float, *, limit: float, unit: str, gating: bool, n: int, source: str) -> dict:
    """One line of the score table; passes when the value is finite and within the limit."""
    return {
        "family": "noise",
        "case": case,
        "metric": metric,
        "value": float(value),
        "limit": float(limit),
        "unit": unit,
        "pass": bool(np.isfinite(value) and value <= limit),
        "gating": gating,
        "n": n,
        "source": source,
    }


def cases(data_dir: Path | None = None) -> list[dict]:
    """Every noise case that ``data_dir``, its folder ``noise`` or ``data`` in either holds; inputs that it lacks are the bundled ones.

    None stands for the bundled copy.
    """
    root = BUNDLED if data_dir is None else Path(data_dir)
    folders = [f for f in (root / "noise", root / "noise" / "data", root, root / "data") if f.is_dir()]
    scorers = (absorption_rows, tr17534_3_rows, computed_rows,
               lambda p: cnossos_rows(p, [BUNDLED / SCENES, *_found(folders, SCENES)], row),
               lambda p: differential_rows(p, lambda name: [BUNDLED / name, *_found(folders, name)], row))
    out: list[dict] = []
    for name, scorer in zip(FILES, scorers, strict=True):
        found = _found(folders, name)
        if not found:
            out.append(row(name, "skipped: the file is not in the data folder", 0.0, limit=0.0, unit="1", gating=False, n=0, source="none"))
            continue
        try:
            out += scorer(found[0])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise refuse(f"a case cannot be read: {type(error).__name__}: {error}", file=str(found[0]),
                         fix="give it the columns or keys of the bundled file of that name") from error
    return out


def _found(folders: list[Path], name: str) -> list[Path]:
    """The file of the first folder that has it; empty: none has."""
    return [f / name for f in folders if (f / name).is_file()][:1]


def absorption_rows(path: Path) -> list[dict]:
    """ISO 9613-1 tables: relative deviation left after the rounding of the print."""
    out = []
    for k, r in enumerate(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())):
        printed = [r[f"alpha_dB_per_km_{f}"] for f in NAMES_HZ]
        value = np.array([float(p) for p in printed])
        half_digit = np.array([0.5 * 10.0 ** -len(p.partition(".")[2]) for p in printed])
        ours = (
            1000.0
            * air_absorption_db_per_m(
                float(r["temperature_C"]), float(r["rh_pct"]) / 100.0, pressure_kpa=float(r["pressure_kPa"])
            )[1:]
        )
        excess = np.maximum(np.abs(ours - value) - half_digit, 0.0) / value
        out.append(
            row(
                f"absorption {r['temperature_C']} degC {r['rh_pct']} % ({k})",
                "relative deviation beyond print",
                excess.max(),
                limit=2e-3,
                unit="1",
                gating=gates(r["confidence"]),
                n=8,
                source="ISO 9613-1",
            )
        )
    return out


def rectangle(x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    """Ring of an upright rectangle; (4, 2)."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def tr17534_3_scene(case: dict[str, Any]) -> Scene:
    """Scene of one ISO/TR 17534-3 case. Tops are altitudes; a height counts from the ground level of its building."""
    zones = [(rectangle(g["x0"], g["x1"], g["y0"], g["y1"]), g["G"]) for g in case.get("ground_rects", [])]
    zones += [(np.array(g["xy"], float), g["G"]) for g in case.get("ground_polygons", [])]
    walls = [(f"wall {i}", np.array(w["top_edge"], float), 0.0) for i, w in enumerate(case.get("walls", []))]
    buildings = []
    for i, b in enumerate(case.get("buildings", [])):
        ring = np.array(b["footprint"], float)[:, :2]
        buildings.append((f"building {i}", np.vstack([ring, ring[:1]]), _roof_m(b), 0.0))
    return build_scene(buildings=buildings, walls=walls, zones=zones, ground_g=case.get("default_G", 0.5))


def _roof_m(building: dict[str, Any]) -> float:
    """Altitude of a roof: stated as such, else its height over its base, which is at zero unless stated."""
    said = {key.split("_")[0]: float(v) for key, v in building.items() if isinstance(v, int | float)}
    return said["top"] if "top" in said else said.get("base", said.get("ground", 0.0)) + said["height"]


def tr17534_3_levels_db(case: dict[str, Any], edition: int = 1996) -> np.ndarray:
    """Our band levels of one ISO/TR 17534-3 case; (band,), with the 31.5 Hz band silent."""
    source = np.array([*case["source"], case["hs_above_ground"]], float)
    receiver = np.array([*case["receiver"], case["hr_above_ground"]], float)
    rows = trace_pair(tr17534_3_scene(case), source, receiver)[None]
    if not case.get("lateral_diffraction", True):
        rows[:, [iso.AT["left_edges"], iso.AT["right_edges"]]] = 0.0
    alpha = air_absorption_db_per_m(
        case["temperature_C"], case["relative_humidity_pct"] / 100.0, pressure_kpa=STANDARD_KPA
    )
    method = iso.attenuation_alternative_db if case.get("ground_method") == "alternative" else iso.attenuation_db
    loss = method(rows, absorption_db_per_m=alpha, edition=edition)[0]
    return np.concatenate([[-np.inf], np.array(case["Lw_octave_dB"], float)[-8:] - loss[1:]])


def tr17534_3_rows(path: Path) -> list[dict]:
    """ISO/TR 17534-3: worst band and A-weighted level."""
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    out = []
    for name, case in document["cases"].items():
        ours = tr17534_3_levels_db(case)
        gating = gates(case["confidence"]) and name not in OPEN_POINTS
        source = "ISO/TR 17534-3" + (f"; {OPEN_POINTS[name]}" if name in OPEN_POINTS else "")
        if case.get("expected_L_octave_dB"):
            band = np.abs(ours[1:] - np.array(case["expected_L_octave_dB"])).max()
            limit = 0.15 if name == "T10" else 0.05
            out.append(row(name, "worst band deviation", band, limit=limit, unit="dB", gating=gating, n=8, source=source))
        if case.get("expected_LA_dB") is not None:
            total = abs(float(a_level_dba(ours)) - case["expected_LA_dB"])
            out.append(row(name, "A-weighted deviation", total, limit=0.05, unit="dB", gating=gating, n=1, source=source))
    return out


def computed_rows(path: Path) -> list[dict]:
    """Flat ground with and without one thin barrier, both editions: worst band of the total attenuation."""
    alpha = air_absorption_db_per_m(10.0, 0.70, pressure_kpa=STANDARD_KPA)
    out = []
    for r in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
        hs, hr, p = float(r["hs"]), float(r["hr"]), float(r["dp"])
        walls = []
        if r["barrier_at_fraction"]:
            x, top = float(r["barrier_at_fraction"]) * p, float(r["barrier_top_z"])
            walls = [("wall", np.array([[x, -1e5, top], [x, 1e5, top]]), 0.0)]
        scene = build_scene(walls=walls, ground_g=float(r["G"]))
        traced = trace_pair(scene, np.array([0.0, 0.0, hs, hs]), np.array([p, 0.0, hr, hr]))
        traced[iso.AT["left_edges"]] = traced[iso.AT["right_edges"]] = 0.0
        loss = iso.attenuation_db(traced[None], absorption_db_per_m=alpha, edition=int(r["edition"]))[0]
        expected = np.array([float(r[f"Atotal_{f}"]) for f in NAMES_HZ])
        out.append(
            row(
                r["case"],
                "worst band deviation of the attenuation",
                np.abs(loss[1:] - expected).max(),
                limit=0.02,
                unit="dB",
                gating=True,
                n=8,
                source=f"ISO 9613-2:{r['edition']}, independent calculation",
            )
        )
    return out
