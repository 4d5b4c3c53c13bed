"""All validation families behind one call. Each area scores its own cases in ``<area>/validate.py``."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse

FAMILIES: dict[str, str] = {
    "buildout": "gigacampus.validation.buildout",
    "power": "gigacampus.validation.power",
    "training": "gigacampus.validation.training",
    "serving": "gigacampus.validation.serving",
    "scaling": "gigacampus.validation.scaling",
    "safety": "gigacampus.validation.safety",
    "noise": "gigacampus.validation.noise",
    "air": "gigacampus.validation.air",
    "water": "gigacampus.validation.water",
    "traffic": "gigacampus.validation.traffic",
    "company": "gigacampus.validation.company",
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
