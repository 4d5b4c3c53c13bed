"""A composed scenario: plain data with the library pulled in and the origin of every value kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gigacampus.foundation.errors import Finding, ScenarioError
from gigacampus.foundation.references import REFERENCE
from gigacampus.foundation.source_tree import Node, is_mapping, merge, noded, plain, split_path, walk, with_value
from gigacampus.registry.renamed import current_input
from gigacampus.scenario import known_as_of, library
from gigacampus.scenario.allowed_paths import Place
from gigacampus.scenario.named_files import FREE_TEXT
from gigacampus.scenario.unread_inputs import unread, with_parents

if TYPE_CHECKING:
    pass

MAX_ENTRIES = 500
DEFAULT = "default"
"""Origin of a value that no file gives."""


@dataclass(frozen=True)
class Origin:
    """The file and the line where a value is written."""

    file: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass
class Document:
    """A composed scenario before it is typed: plain data, and where each value comes from."""

    place: Place
    tree: Node
    library_root: Path
    places: dict[str, Place] = field(default_factory=dict)
    """Name of each file of the scenario -> its place."""
    deleted: dict[tuple[str, ...], Node] = field(default_factory=dict)
    """Paths that a null deletes, with the place of the null."""
    facts: dict[str, library.Fact] = field(default_factory=dict)
    """Path of a library value -> its source, day and confidence."""
    findings: list[Finding] = field(default_factory=list)
    """What is wrong besides the types; ``load`` raises them together with the types'."""
    former: dict[str, Node] = field(default_factory=dict)
    """Paths that the files write under a former name, with the place."""
    tables: dict[str, Path] = field(default_factory=dict)
    """Path of a leaf that names a CSV or EPW file -> that file."""
    understood: list[str] = field(default_factory=list)
    """What was understood of each file that people brought, one sentence a file."""
    typical: dict[str, list[str]] = field(default_factory=dict)
    """Path of a library entry -> the figures that it lacks and that are typical of its kind instead."""
    full: dict[str, Any] | None = None
    """Plain data with every default written out, once the scenario has been typed."""
    _whole: tuple[dict[str, Any], Node] | None = None

    @property
    def name(self) -> str:
        """Name of the scenario file as the user gave it."""
        return self.place.name

    @property
    def data(self) -> dict[str, Any]:
        """Plain data of what files, sets and the library say."""
        out: dict[str, Any] = plain(self.tree)
        return out

    @property
    def as_of(self) -> date | None:
        """The scenario's day."""
        return known_as_of.as_of(self.tree)

    def resolved(self) -> dict[str, Any]:
        """Plain data of the whole scenario, defaults written out; files named relative to the scenario's folder.

        Of a company that is absent only that: the defaults of a company describe nothing there.
        """
        return self.full if self.full is not None else self.data

    def whole(self) -> Node:
        """The resolved scenario as a tree, made once."""
        if self._whole is None or self._whole[0] is not self.resolved():
            self._whole = self.resolved(), noded(self.resolved(), DEFAULT, None)
        return self._whole[1]

    def put(self, path: str, node: Node, facts: Mapping[str, library.Fact]) -> None:
        """Put a node at a path, with where its cited values come from."""
        self.tree = with_value(self.tree, path, node)
        self.facts |= facts

    def node(self, path: str) -> Node | None:
        """The node at a dotted path, or None."""
        node: Node | None = self.tree
        for part in split_path(path, self.tree):
            node = _step(node, part)
        return node

    def value(self, path: str) -> Any:
        """The plain value at a dotted path of the resolved scenario, or None."""
        whole = self.whole()
        node: Node | None = whole
        for part in split_path(path, whole):
            node = _step(node, part)
        return plain(node) if node is not None else None

    def origin(self, path: str) -> Origin:
        """Where the value at a dotted path is written; for a default, where its nearest parent is."""
        place = self.tree
        for part in split_path(path, self.tree):
            below = _step(place, part)
            if below is None:
                break
            place = below
        return Origin(place.file, place.line)

    def placed(self, error: ScenarioError) -> ScenarioError:
        """The same error with file and line of the value at the path of each finding that names none."""
        at = [(f, self.origin(f.path)) for f in error.findings]
        return ScenarioError(f if f.file else replace(f, file=found.file or self.name, line=found.line) for f, found in at)

    def origins(self) -> dict[str, str]:
        """Every leaf of the resolved scenario -> the file and line that give it, ``default`` where none does."""
        written = {path: str(Origin(fact.file, fact.line)) for path, fact in self.facts.items()}
        written |= {".".join(parts): str(Origin(node.file, node.line)) for parts, node in walk(self.tree)}
        return {
            (path := ".".join(parts)): written.get(path, DEFAULT)
            for parts, node in walk(self.whole())
            if not isinstance(node.value, dict | list) or not node.value
        }

    def provenance(self, reads: Mapping[str, Iterable[str]] | None = None) -> list[dict[str, Any]]:
        """Cited values with their path: those of the library, and every row of the scenario that states its confidence.

        With ``reads`` (stage -> leaves it touched) each row names the ``stages`` that read it.
        """
        rows = [{"path": path, **vars(fact)} for path, fact in self.facts.items()]
        for parts, node in walk(self.tree):
            if is_mapping(node) and "confidence" in node.value and parts[0] != "library":
                said = {key: plain(node.value[key]) for key in ("source", "confidence", "known_from") if key in node.value}
                rows.append({"path": ".".join(parts), "source": "", **said, "file": self.shown(node.file), "line": node.line})
        if reads is not None:
            touched = {stage: with_parents(leaves) for stage, leaves in reads.items()}
            for row in rows:
                row["stages"] = [stage for stage, paths in touched.items() if row["path"] in paths]
        return rows

    def notes(self) -> list[str]:
        """What was read under a former name, and how it is spelt now."""
        return [
            f"{Origin(self.shown(node.file), node.line)}: {path} is called {current_input(path)} now; both are read"
            for path, node in self.former.items()
        ]

    def shown(self, name: str) -> str:
        """A file of the scenario as seen from the scenario's own folder, so that a run says the same wherever it is started."""
        place = self.places.get(name)
        return name if place is None else os.path.relpath(place.path.resolve(), self.place.path.resolve().parent)

    def unused(self, read: Iterable[str]) -> list[str]:
        """Leaves that the scenario's own files or sets give and that no stage read."""
        own = [
            ".".join(parts)
            for parts, node in walk(self.tree)
            if not isinstance(node.value, dict | list) and not node.file.startswith("library/")
        ]
        return unread(own, read)


def _step(node: Node | None, part: str) -> Node | None:
    if node is None:
        return None
    if isinstance(node.value, dict):
        return node.value.get(part)
    if isinstance(node.value, list) and part.isdigit() and int(part) < len(node.value):
        out: Node | None = node.value[int(part)]
        return out
    return None


def references(tree: Node) -> dict[tuple[str, str], Node]:
    """Library entries that a tree names anywhere, each with one node that names it."""
    found: dict[tuple[str, str], Node] = {}
    for parts, node in walk(tree):
        match = REFERENCE.fullmatch(node.value) if isinstance(node.value, str) else None
        if match is not None and match.group(1) in library.families() and parts[-1] not in FREE_TEXT:
            found.setdefault((match.group(1), match.group(2)), node)
    return found


def changed_entries(document: Document) -> dict[tuple[str, str], Node]:
    """Entries of the library that the scenario changes in part, each with the node that does; named elsewhere or not."""
    held = document.node("library")
    given = held.value if held is not None and is_mapping(held) else {}
    return {
        (family, name): node
        for family, entries in given.items()
        if family in library.families() and is_mapping(entries)
        for name, node in entries.value.items()
        if is_mapping(node) and name in library.names(family, document.library_root)
    }


def pull(document: Document, wanted: dict[tuple[str, str], Node]) -> None:
    """Lay library entries under what the scenario itself says of them; entries they name are pulled too."""
    waiting = dict(wanted)
    done: set[tuple[str, str]] = set()
    while waiting and len(done) < MAX_ENTRIES:
        (family, name), node = waiting.popitem()
        done.add((family, name))
        entry = _entry(document, family, name, node)
        if entry is None:
            continue
        path = f"library.{family}.{name}"
        own = document.node(path)
        merged = entry if own is None else merge(entry, own)
        document.tree = with_value(document.tree, path, merged)
        waiting |= {key: n for key, n in references(entry).items() if key not in done}


def _entry(document: Document, family: str, name: str, named_by: Node) -> Node | None:
    path = f"library.{family}.{name}"
    in_file = (document.library_root / family / f"{name}.yaml").is_file()
    if not in_file and document.node(path) is not None:
        return None
    try:
        entry, rows = library.entry_tree(family, name, document.as_of or date.max, root=document.library_root)
    except ScenarioError as error:
        document.findings += (
            error.findings
            if in_file
            else [Finding(f.problem, f.path, named_by.file, named_by.line, f.nearest, f.fix) for f in error.findings]
        )
        return None
    document.facts |= {f"{path}.{key}": row for key, row in rows.items()}
    return entry
