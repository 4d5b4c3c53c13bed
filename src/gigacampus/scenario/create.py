"""Write a new scenario: the starter, the schema beside it, and the load that it is sized for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from gigacampus.foundation.errors import ScenarioError, nearest
from gigacampus.foundation.whole_file import write_bytes, write_text
from gigacampus.scenario.file_schema import FILE_NAME, text
from gigacampus.scenario.load_files import hourly_load
from gigacampus.scenario.place_starter import Campus, Wish, campus_at
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
    return written + _schema(folder), understood


def _schema(folder: Path) -> list[Path]:
    """The schema beside a new scenario; nothing where one stands already."""
    schema = folder / FILE_NAME
    if schema.exists():
        return []
    write_text(schema, text())
    return [schema]


def target_of(name: str) -> tuple[Path, str]:
    """Folder and name of a new scenario that is given as a name, or as a path into a folder that exists.

    >>> target_of("mine.yaml")
    (PosixPath('.'), 'mine')
    """
    path = Path(name)
    folder, stem = path.parent, path.name.removesuffix(".yaml")
    if not _NAME.fullmatch(stem) or ".." in path.parts or not folder.is_dir():
        fix = "a name of letters, digits, - and _, at most 64, or a path into a folder that exists"
        raise ScenarioError.single("not a usable name", path="NAME", fix=fix)
    return folder, stem


def create_at(name: str, wish: Wish, weather: Path | None = None) -> tuple[list[Path], Campus]:
    """Write the scenario of a place, with a copy of the weather beside it; returns the files written and what was filled in."""
    folder, stem = target_of(name)
    if weather is not None:
        wish = replace(wish, weather=f"{stem}-weather{weather.suffix.lower()}")
    made = campus_at(wish)
    path = folder / f"{stem}.yaml"
    files = [path, *([folder / wish.weather] if weather is not None else [])]
    if taken := [p for p in files if p.exists()]:
        raise ScenarioError.single("exists already; nothing was written", file=str(taken[0]), fix="choose another name")
    if weather is not None:
        write_bytes(files[1], weather.read_bytes())
    write_text(path, made.text)
    return [*files, *_schema(folder)], made
