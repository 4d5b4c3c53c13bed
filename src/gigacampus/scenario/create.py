"""Write a new scenario: the starter, the schema beside it, and the load that it is sized for."""

from __future__ import annotations

import re
from pathlib import Path

from gigacampus.foundation.errors import ScenarioError, nearest
from gigacampus.foundation.whole_file import write_bytes, write_text
from gigacampus.scenario.file_schema import FILE_NAME, text
from gigacampus.scenario.load_files import hourly_load
from gigacampus.scenario.templates import TEMPLATES, starter

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def create(folder: Path, name: str, template: str = "grid", from_load: Path | None = None) -> tuple[list[Path], list[str]]:
    """Write ``name.yaml`` into ``folder`` (with the schema and a copy of the load beside it).

    Returns the files written, the scenario first, and what was understood of the load.
    """
    understood: list[str] = []
    stem = name.removesuffix(".yaml")
    if not _NAME.fullmatch(stem):
        raise ScenarioError.single("not a usable name", path="NAME", fix="letters, digits, - and _, at most 64")
    if template not in TEMPLATES:
        raise ScenarioError.single(
            f"no template {template!r}", path="--template", nearest=nearest(template, TEMPLATES), fix=f"one of {', '.join(TEMPLATES)}"
        )
    path, load_name = folder / f"{stem}.yaml", f"{stem}-load.csv"
    taken = [p for p in (path, folder / load_name if from_load else path) if p.exists() and p != from_load]
    if taken:
        raise ScenarioError.single("exists already; nothing was written", file=str(taken[0]), fix="choose another name")
    title = stem.replace("-", " ").replace("_", " ").capitalize()
    if from_load is None:
        content, written = starter(template, title), [path]
    else:
        load = hourly_load(from_load)
        content = starter(template, title, peak_mw=max(round(float(load.mw.max()), 1), 0.1), load_csv=load_name)
        written = [path, folder / load_name]
        if from_load.suffix.lower() == ".csv":
            write_bytes(folder / load_name, from_load.read_bytes())
        else:
            write_text(folder / load_name, "load_mw\n" + "".join(f"{mw!r}\n" for mw in load.mw.tolist()))
        understood.append(load.finding)
    write_text(path, content)
    schema = folder / FILE_NAME
    if not schema.exists():
        write_text(schema, text())
        written.append(schema)
    return written, understood
