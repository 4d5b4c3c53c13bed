"""Scenarios for the buildout tests: small ones in code, and the worked example read from its part files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gigacampus.library
from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.scenario.class_rows import FAMILIES, typical
from gigacampus.scenario.library import load_entry
from gigacampus.schema.scenario import LibrarySpec, Scenario

ROOT = Path(__file__).parents[2]
LIBRARY = Path(gigacampus.library.__file__).parent
STAND_INS: dict[str, dict[str, Any]] = {
    "generators/smt130": {"engine": "industrial", "iso_mw": 16.47, "heat_rate_lhv_kj_per_kwh": 10160},
    "generators/titan350": {"engine": "industrial", "iso_mw": 38.0, "heat_rate_lhv_kj_per_kwh": 9000},
    "generators/pe6000": {"engine": "aeroderivative", "iso_mw": 48.0, "heat_rate_lhv_kj_per_kwh": 8900},
    "generators/recip_2_5mw": {"engine": "reciprocating", "iso_mw": 2.5, "heat_rate_lhv_kj_per_kwh": 8600},
    "batteries/megapack_2xl": {},
    "cooling/air_chiller": {"kind": "air_chiller"},
    "cooling/dry_cooler": {"kind": "dry_cooler"},
    "cooling/evaporative_tower": {"kind": "evaporative_tower"},
}


def with_library(tree: dict[str, Any]) -> dict[str, Any]:
    """``tree`` with every ``lib:`` reference pulled in from the library, or from the stand-ins above."""
    library = {family: dict(entries) for family, entries in tree.get("library", {}).items()}
    for family, name in sorted(references(tree["campuses"])):
        if family in LibrarySpec.model_fields and name not in library.get(family, {}):
            known = (LIBRARY / family / f"{name}.yaml").is_file()
            entry = load_entry(family, name, tree["as_of"])[0] if known else STAND_INS.get(f"{family}/{name}")
            if entry is not None:
                library.setdefault(family, {})[name] = entry
    return {**tree, "library": whole(library)}


def whole(library: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Entries with the figures that they lack typical of their kind."""
    return {
        family: {name: typical(family, **entry).model_dump() if family in FAMILIES else entry for name, entry in entries.items()}
        for family, entries in library.items()
    }


def references(node: Any) -> set[tuple[str, str]]:
    if isinstance(node, dict):
        return set().union(*(references(v) for v in node.values()))
    if isinstance(node, str) and node.startswith("lib:"):
        family, name = node[4:].split("/")
        return {(family, name)}
    return set()


def inputs_of(scenario: Scenario) -> Inputs:
    """A scenario with the coordinates that the pipeline would give it."""
    campuses = scenario.campuses
    units = [(c, k) for c, spec in campuses.items() for k, b in spec.blocks.items() if b.kind == "generators"]
    names = tuple(campuses)
    at = Coordinates(
        campus=names,
        phase=1 + max(len(c.phases) for c in campuses.values()),
        months=Months(scenario.horizon.start, scenario.horizon.months),
        unit=tuple(f"{c}/{k}" for c, k in units),
        unit_campus=tuple(names.index(c) for c, _ in units),
        block=tuple(f"{c}/{k}" for c, spec in campuses.items() for k in spec.blocks),
        accelerator=tuple(scenario.library.accelerators),
        receptor=(),
        receptor_campus=(),
        battery=tuple(f"{c}/{k}" for c in names for k, b in campuses[c].blocks.items() if b.kind == "battery"),
        battery_campus=tuple(i for i, c in enumerate(names) for b in campuses[c].blocks.values() if b.kind == "battery"),
    )
    return Inputs(SimpleNamespace(**{k: getattr(scenario, k) for k in ("horizon", "as_of", "library", "campuses")}), at)


def small(blocks: dict[str, Any], *, phases: dict[str, Any] | None = None, months: int = 24, **campus: Any) -> Inputs:
    """One campus in code: as_of 2026-01-01, horizon from 2026-01."""
    accelerator = {"server_kw": 2.0, "peak_bf16_tflops": 1000.0, "memory_gb": 100, "memory_tb_s": 4}
    tree = {
        "title": "small",
        "as_of": date(2026, 1, 1),
        "horizon": {"start": date(2026, 1, 1), "months": months},
        "library": {
            "accelerators": {"a": accelerator, "b": {**accelerator, "server_kw": 1.0, "world_shipments_per_year": 1e6}},
            "generators": {
                "big": {"engine": "industrial", "iso_mw": 40.0, "heat_rate_lhv_kj_per_kwh": 10000, "nox_ppm": 10.0},
                "little": {"engine": "industrial", "iso_mw": 10.0, "heat_rate_lhv_kj_per_kwh": 10000, "nox_ppm": 20.0},
            },
            "batteries": {"pack": {}},
            "cooling": {"tower": {"kind": "evaporative_tower"}, "dry": {"kind": "dry_cooler"}},
            "schedule": {"slow": {"location_days": 90.0, "scale_days": 60.0}},
        },
        "campuses": {
            "north": {
                "site": {"lat": 35, "lon": -90},
                "schedule": {"slip": "none", "model": "lib:schedule/slow"},
                "cooling": {"design_pue": 1.25, "auxiliary_frac": 0.0},
                "blocks": blocks,
                "phases": phases or {},
                **campus,
            }
        },
    }
    return inputs_of(Scenario.model_validate({**tree, "library": whole(tree["library"])}))
