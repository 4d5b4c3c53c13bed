"""Scores air absorption and both editions of ISO 9613-2 on published and computed cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geometry import iso9613_columns as columns
from gigacampus.neighbours.noise.geometry.scene import Scene, build_scene
from gigacampus.neighbours.noise.geometry.trace import trace_pair
from gigacampus.neighbours.noise.propagation import iso9613_paths as iso
from gigacampus.neighbours.noise.propagation.atmosphere import air_absorption_db_per_m
from gigacampus.neighbours.noise.propagation.bands import a_level_dba
from gigacampus.validation.case_folder import Row, score
from gigacampus.validation.case_rows import CaseRow, each, may_gate
from gigacampus.validation.case_rows import case as case_row

NAMES_HZ = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
"""Octave bands as the columns of the tables name them."""
STANDARD_KPA = 101.325
LIMIT_DB = 0.05
LIMIT_ONE_PLACE_DB = 0.15
OPEN_POINTS = {
    "T07": "mean height over broken terrain is read differently by the source",
    "T12": "side path over a roof below the receiver is an open point",
}
USED = frozenset(
    {
        "walls",
        "buildings",
        "ground_rects",
        "ground_polygons",
        "source",
        "receiver",
        "Lw_octave_dB",
        "expected_L_octave_dB",
        "expected_Dz_top",
        "intermediate_recomputed",
    }
)
"""Lists and objects of an ISO/TR 17534-3 case that are read, or are no input."""
Rows = list[CaseRow]


def absorption_rows(table: Sequence[Row]) -> Rows:
    """ISO 9613-1 tables: relative deviation left after the rounding of the print."""
    named = ((f"absorption {r.get('temperature_C')} degC {r.get('rh_pct')} % ({k})", r) for k, r in enumerate(table))
    return each("noise", named, _absorption)


def _absorption(name: str, r: Row) -> Rows:
    printed = {f: r[f"alpha_dB_per_km_{f}"].strip() for f in NAMES_HZ if r[f"alpha_dB_per_km_{f}"].strip()}
    value = np.array([float(p) for p in printed.values()])
    half_digit = np.array([0.5 * 10.0 ** -len(p.partition(".")[2]) for p in printed.values()])
    kpa = float(r.get("pressure_kPa") or STANDARD_KPA)
    alpha = air_absorption_db_per_m(float(r["temperature_C"]), float(r["rh_pct"]) / 100.0, pressure_kpa=kpa)
    ours = 1000.0 * alpha[[1 + NAMES_HZ.index(f) for f in printed]]
    excess = np.maximum(np.abs(ours - value) - half_digit, 0.0) / value
    score([r])
    return [
        case_row(
            "noise",
            name,
            "relative deviation beyond print",
            excess.max(),
            limit=2e-3,
            unit="1",
            gating=may_gate(r["confidence"]),
            n=len(value),
            source="ISO 9613-1",
        )
    ]


def rectangle(x0: float, x1: float, y0: float, y1: float) -> np.ndarray:
    """Ring of an upright rectangle; (4, 2)."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def tr17534_3_scene(case: Mapping[str, Any]) -> Scene:
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


def edition_of(case: Mapping[str, Any]) -> int:
    """Edition that a case names; 1996 unless it says 2024 alone.

    >>> edition_of({"method": "ISO 9613-2:2024"}), edition_of({})
    (2024, 1996)
    """
    words = str(case.get("method", ""))
    return 2024 if ":2024" in words and ":1996" not in words else 1996


def _traced(case: Mapping[str, Any]) -> np.ndarray:
    """Geometry of the one pair of a case; heights over the ground are the altitudes where none are stated."""
    source, receiver = (
        np.array([*case[end], case.get(height, case[end][2])], float)
        for end, height in (("source", "hs_above_ground"), ("receiver", "hr_above_ground"))
    )
    rows = trace_pair(tr17534_3_scene(case), source, receiver)[None]
    if not case.get("lateral_diffraction", True):
        rows[:, columns.PATHS["left"]], rows[:, columns.PATHS["right"]] = 0.0, 0.0
    return rows


def tr17534_3_levels_db(case: Mapping[str, Any], edition: int | None = None) -> np.ndarray:
    """Our band levels of one ISO/TR 17534-3 case; (band,), with the 31.5 Hz band silent."""
    kpa = case.get("pressure_kPa", STANDARD_KPA)
    alpha = air_absorption_db_per_m(case["temperature_C"], case["relative_humidity_pct"] / 100.0, pressure_kpa=kpa)
    method = iso.attenuation_alternative_db if case.get("ground_method") == "alternative" else iso.attenuation_db
    loss = method(_traced(case), absorption_db_per_m=alpha, edition=edition or edition_of(case))[0]
    return np.concatenate([[-np.inf], np.array(case["Lw_octave_dB"], float)[-8:] - loss[1:]])


def tr17534_3_rows(table: Sequence[Row]) -> Rows:
    """ISO/TR 17534-3: worst band, A-weighted level and, where it is told, screening over the top."""
    return each("noise", ((r["name"], r) for r in table), _tr17534_3)


def _tr17534_3(name: str, case: Row) -> Rows:
    ours = tr17534_3_levels_db(case)
    gating = may_gate(case["confidence"]) and name not in OPEN_POINTS
    unused = sorted(k for k, v in case.items() if isinstance(v, list | dict) and v and k not in USED)
    source = "; ".join(
        ["ISO/TR 17534-3", *([OPEN_POINTS[name]] if name in OPEN_POINTS else []), *([f"not read: {', '.join(unused)}"] if unused else [])]
    )
    out = []
    if case.get("expected_L_octave_dB"):
        band = np.abs(ours[1:] - np.array(case["expected_L_octave_dB"])[-8:]).max()
        limit = LIMIT_ONE_PLACE_DB if name == "T10" else LIMIT_DB
        out.append(case_row("noise", name, "worst band deviation", band, limit=limit, unit="dB", gating=gating, n=8, source=source))
    if case.get("expected_LA_dB") is not None:
        total = abs(float(a_level_dba(ours)) - case["expected_LA_dB"])
        out.append(case_row("noise", name, "A-weighted deviation", total, limit=LIMIT_DB, unit="dB", gating=gating, n=1, source=source))
    if case.get("expected_Dz_top"):
        screen = iso.path_screening_db(_traced(case), "top", edition=edition_of(case))[0]
        worst = np.abs(screen[1:] - np.array(case["expected_Dz_top"])[-8:]).max()
        out.append(
            case_row(
                "noise",
                name,
                "worst band of the screening over the top",
                worst,
                limit=LIMIT_DB,
                unit="dB",
                gating=gating,
                n=8,
                source=source,
            )
        )
    score([case] if out else [])
    return out


def computed_rows(table: Sequence[Row]) -> Rows:
    """Flat ground with and without one thin barrier, both editions: worst band of ground, screening and total attenuation."""
    return each("noise", ((r.get("case") or f"row {k}", r) for k, r in enumerate(table)), _computed)


def _computed(name: str, r: Row) -> Rows:
    hs, hr, p, edition = float(r["hs"]), float(r["hr"]), float(r["dp"]), int(float(r["edition"]))
    walls = []
    if r["barrier_at_fraction"]:
        x, top = float(r["barrier_at_fraction"]) * p, float(r["barrier_top_z"])
        walls = [("wall", np.array([[x, -1e5, top], [x, 1e5, top]]), 0.0)]
    scene = build_scene(walls=walls, ground_g=float(r["G"]))
    traced = trace_pair(scene, np.array([0.0, 0.0, hs, hs]), np.array([p, 0.0, hr, hr]))
    traced[columns.PATHS["left"]] = traced[columns.PATHS["right"]] = 0.0
    alpha = air_absorption_db_per_m(10.0, 0.70, pressure_kpa=STANDARD_KPA)
    ours = {
        "Agr": iso.ground_db(traced[None], edition=edition),
        "Dz": iso.path_screening_db(traced[None], "top", edition=edition),
        "Atotal": iso.attenuation_db(traced[None], absorption_db_per_m=alpha, edition=edition),
    }
    out = []
    for term, value in ours.items():
        if r.get(f"{term}_63"):
            expected = np.array([float(r[f"{term}_{f}"]) for f in NAMES_HZ])
            out.append(
                case_row(
                    "noise",
                    name,
                    f"worst band deviation of {term}",
                    np.abs(value[0, 1:] - expected).max(),
                    limit=0.02,
                    unit="dB",
                    gating=True,
                    n=8,
                    source=f"ISO 9613-2:{edition}, independent calculation",
                )
            )
    score([r] if out else [])
    return out
