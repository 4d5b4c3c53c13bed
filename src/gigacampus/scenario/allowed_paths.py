"""Where a scenario may read files: inside its own folder tree and the library, nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gigacampus.foundation.errors import nearest, printable, refuse
from gigacampus.foundation.references import REFERENCE
from gigacampus.foundation.shipped import shipped_scenario
from gigacampus.foundation.source_tree import Node
from gigacampus.scenario import library

MAX_NAME = 250
SUFFIXES = (".yaml", ".yml")
MAX_TABLE_BYTES = 20_000_000
"""Largest CSV or EPW file beside a scenario."""


@dataclass(frozen=True)
class Place:
    """One YAML file of a scenario: where it lies, the tree it must stay in, and its name in messages."""

    path: Path
    folder: Path | None
    """Root of the tree that its references may reach; None where a scenario came as text and has no folder."""
    name: str


def scenario_place(path: str | os.PathLike[str]) -> Place:
    """The place of the file that the user named, or of a shipped scenario by its name alone (``xai-2026-01``).

    Its folder is the tree that all its references stay in.
    """
    try:
        given = Path(path)
        if not given.exists():
            given = shipped_scenario(str(given)) or given
        given.resolve()
        return Place(given, given.parent.resolve(), printable(str(given)))
    except (OSError, ValueError, RuntimeError):
        raise refuse("not a usable file name", file=printable(os.fspath(path)), fix="check the name") from None


def follow(reference: Node, place: Place, library_root: Path) -> Place:
    """The place that a ``base:`` or ``patches:`` entry names, from the file that names it."""
    text = reference.value
    if not isinstance(text, str):
        raise _refused("a file name or lib:scenarios/NAME is expected", reference)
    if text.startswith("lib:"):
        return _library_scenario(text, reference, library_root)
    path = confined(reference, place)
    if path.suffix not in SUFFIXES:
        raise _refused(f"{printable(text)} is not a YAML file", reference, "name a .yaml file")
    _must_exist(path, reference, SUFFIXES)
    return Place(path, place.folder, _name_of(path, place))


def confined(reference: Node, place: Place) -> Path:
    """The file that a relative name means, with links resolved; refused when it leaves the scenario's folder."""
    text, inside = str(reference.value), "name a file in the scenario's folder or below, such as tables/load.csv"
    if place.folder is None:
        raise _refused("a scenario sent as text has no folder to read files from", reference, "use lib: names only")
    pure = PurePosixPath(text)
    if pure.is_absolute() or "\\" in text or ":" in text or not text.isprintable() or ".." in pure.parts:
        raise _refused(f"{printable(text)} leaves the scenario's folder", reference, inside)
    try:
        path = (place.path.parent / pure).resolve()
    except (OSError, RuntimeError, ValueError):
        raise _refused(f"{printable(text)} is not a usable file name", reference, inside) from None
    if len(text) > MAX_NAME:
        raise _refused(f"a file name of {len(text)} characters, at most {MAX_NAME}", reference, inside)
    if not path.is_relative_to(place.folder):
        raise _refused(f"{printable(text)} leads out of the scenario's folder", reference, inside)
    return path


def table(reference: Node, place: Place) -> Path:
    """A CSV or EPW file beside the scenario: confined, regular, bounded."""
    path = confined(reference, place)
    _must_exist(path, reference, (path.suffix,))
    size = path.stat().st_size
    if size > MAX_TABLE_BYTES:
        raise _refused(
            f"{printable(str(reference.value))} has {size} bytes, at most {MAX_TABLE_BYTES}",
            reference,
            "leave out columns and digits that are not needed",
        )
    return path


def _must_exist(path: Path, reference: Node, suffixes: tuple[str, ...]) -> None:
    try:
        if path.is_file():
            return
        folder = path.parent.is_dir() and not path.exists()
        beside = [p.name for p in path.parent.iterdir() if p.suffix in suffixes] if folder else []
    except (OSError, ValueError):
        beside = []
    close, text = nearest(path.name, beside), printable(str(reference.value))
    problem = f"no such file: {text}" if not path.is_dir() else f"{text} is a folder, not a regular file"
    raise _refused(problem, reference, f"did you mean {printable(close)}?" if close else "put the file beside the one that names it")


def _library_scenario(text: str, reference: Node, root: Path) -> Place:
    match = REFERENCE.fullmatch(text)
    if match is None or match.group(1) != "scenarios":
        raise _refused(f"{printable(text)} is not a scenario of the library", reference, "write lib:scenarios/NAME")
    path = root / "scenarios" / f"{match.group(2)}.yaml"
    if not path.is_file():
        close = nearest(match.group(2), library.names("scenarios", root))
        raise _refused(
            f"no scenario {match.group(2)!r} in the library",
            reference,
            f"did you mean lib:scenarios/{close}?" if close else "name a file, or an entry of lib:scenarios",
        )
    return Place(path, root / "scenarios", f"library/scenarios/{path.name}")


def _name_of(path: Path, place: Place) -> str:
    """Name of a file in messages: beside the name of the file that refers to it."""
    start = place.path.parent.resolve()
    return str(Path(place.name).parent / os.path.relpath(path, start))


def _refused(problem: str, node: Node, fix: str = "name a file beside this one") -> Exception:
    return refuse(problem, file=node.file, line=node.line, fix=fix)
