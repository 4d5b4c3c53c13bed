"""Scores the noise methods against published and computed cases: one row per case and metric, gating where it may."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.validation.case_folder import CaseFolder, opened
from gigacampus.validation.case_rows import STRANGE, CaseRow, missing
from gigacampus.validation.noise_cnossos import cnossos_rows
from gigacampus.validation.noise_differential import differential_rows
from gigacampus.validation.noise_iso9613 import absorption_rows, computed_rows, tr17534_3_rows
from gigacampus.validation.noise_mean_planes import plane_rows

FAMILY = "noise"
SCENES = "noise/cnossos_scenes.json"
FILES = (
    "iso9613_1_alpha.csv",
    "iso9613_2_tr17534_3_cases.json",
    "iso9613_2_computed.csv",
    "cnossos_expected.csv",
    "cnossos_mean_planes.csv",
    "differential_pairs.csv",
)


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """Every noise case that the folder holds; inputs that it lacks are the bundled ones.

    A case of unknown shape gets a line that says so; the others are scored.
    """
    folder = opened(data)
    scorers: tuple[Callable[[Any], list[CaseRow]], ...] = (
        absorption_rows,
        tr17534_3_rows,
        computed_rows,
        lambda rows: cnossos_rows(rows, scenes(folder)),
        lambda rows: plane_rows(rows, scenes(folder)),
        lambda rows: differential_rows(rows, lambda name: documents(folder, f"noise/{name}")),
    )
    out: list[CaseRow] = []
    for name, scorer in zip(FILES, scorers, strict=True):
        rows = folder.rows(f"noise/{name}")
        if rows is None:
            out.append(missing(FAMILY, name, "the file"))
            continue
        try:
            out += scorer(rows)
        except STRANGE as error:
            words, fix = (
                f"it cannot be read: {type(error).__name__}: {error}",
                "give it the columns or keys of the bundled file of that name",
            )
            raise refuse(words, file=str(folder.find(f"noise/{name}")), fix=fix) from error
    return out


def documents(folder: CaseFolder, name: str) -> list[dict[str, Any]]:
    """A JSON document as bundled and as the folder has it, in that order; empty where neither holds it."""
    paths = dict.fromkeys(p for p in (CaseFolder().find(name), folder.find(name, role="input")) if p is not None)
    return [json.loads(p.read_text(encoding="utf-8-sig")) for p in paths]


def scenes(folder: CaseFolder) -> dict[str, Any]:
    """Scenes by name; of two with one name the folder's own."""
    known: dict[str, Any] = {}
    for document in documents(folder, SCENES):
        known |= document
    return known
