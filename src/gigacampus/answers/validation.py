"""All validation families behind one call. Each area scores its own cases in ``<area>/validate.py``."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from gigacampus.scenario.errors import refuse

FAMILIES: dict[str, str] = {
    "buildout": "gigacampus.buildout.validate",
    "power": "gigacampus.power.validate",
    "training": "gigacampus.compute.validate_training",
    "serving": "gigacampus.compute.validate_serving",
    "scaling": "gigacampus.products.validate_scaling",
    "safety": "gigacampus.products.validate_safety",
    "noise": "gigacampus.neighbours.noise.validate",
    "air": "gigacampus.neighbours.air.validate",
    "water": "gigacampus.neighbours.water.validate",
    "traffic": "gigacampus.neighbours.traffic.validate",
    "company": "gigacampus.company.validate",
}


def cases(families: tuple[str, ...] = (), data: Path | None = None) -> list[dict[str, Any]]:
    """Rows ``{family, case, metric, value, limit, unit, pass, gating, n, source}`` of the asked families."""
    if data is not None and not data.is_dir():
        raise refuse(f"{data} is no folder", path="--data", fix="name a folder with the layout of validation/data")
    rows: list[dict[str, Any]] = []
    for name in families or tuple(FAMILIES):
        if name not in FAMILIES:
            raise refuse(f"no validation family is called {name!r}", fix=f"use one of {', '.join(FAMILIES)}")
        rows += importlib.import_module(FAMILIES[name]).cases(data)
    return rows
