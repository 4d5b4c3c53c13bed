"""Scores the noise methods against published and computed cases: one row per case and metric, gating where it may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.validation.noise_cnossos import cnossos_rows
from gigacampus.validation.noise_differential import differential_rows
from gigacampus.validation.noise_iso9613 import absorption_rows, computed_rows, tr17534_3_rows
from gigacampus.validation.noise_mean_planes import plane_rows
from gigacampus.validation.noise_rows import STRANGE, unscored

BUNDLED = Path(__file__).resolve().parents[3] / "validation" / "noise" / "data"
SCENES = "cnossos_scenes.json"
FILES = (
    "iso9613_1_alpha.csv",
    "iso9613_2_tr17534_3_cases.json",
    "iso9613_2_computed.csv",
    "cnossos_expected.csv",
    "cnossos_mean_planes.csv",
    "differential_pairs.csv",
)


def cases(data_dir: Path | None = None) -> list[dict[str, Any]]:
    """Every noise case that ``data_dir``, its folder ``noise`` or ``data`` in either holds; inputs that it lacks are the bundled ones.

    None stands for the bundled copy. A case of unknown shape gets a line that says so; the others are scored.
    """
    root = BUNDLED if data_dir is None else Path(data_dir)
    folders = [f for f in (root / "noise", root / "noise" / "data", root, root / "data") if f.is_dir()]
    scorers: tuple[Callable[[Path], list[dict[str, Any]]], ...] = (
        absorption_rows,
        tr17534_3_rows,
        computed_rows,
        lambda p: cnossos_rows(p, [BUNDLED / SCENES, *_found(folders, SCENES)]),
        lambda p: plane_rows(p, [BUNDLED / SCENES, *_found(folders, SCENES)]),
        lambda p: differential_rows(p, lambda name: [BUNDLED / name, *_found(folders, name)]),
    )
    out: list[dict[str, Any]] = []
    for name, scorer in zip(FILES, scorers, strict=True):
        found = _found(folders, name)
        if not found:
            out.append(unscored(name, "skipped: the file is not in the data folder"))
            continue
        try:
            out += scorer(found[0])
        except STRANGE as error:
            raise refuse(
                f"it cannot be read: {type(error).__name__}: {error}",
                file=str(found[0]),
                fix="give it the columns or keys of the bundled file of that name",
            ) from error
    return out


def _found(folders: list[Path], name: str) -> list[Path]:
    """The file of the first folder that has it; empty: none has."""
    return [f / name for f in folders if (f / name).is_file()][:1]
