"""Read a scenario: base -> own keys -> patches -> --set, library pulled in, the origin of every value kept."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gigacampus import library
from gigacampus.scenario import facts
from gigacampus.scenario.errors import Finding, ScenarioError, nearest, printable, refuse
from gigacampus.scenario.places import Place, follow, scenario_place
from gigacampus.scenario.reader import Budget, read_file, read_text
from gigacampus.scenario.tree import Node, is_mapping, merge, merge_root, plain, split_path, walk, with_value

if TYPE_CHECKING:
    from gigacampus.scenario.schema import Scenario

MAX_BASES = 8
MAX_ENTRIES = 500
FREE_TEXT = ("title", "description", "source", "note", "by")
"""Keys whose text is for readers: a ``lib:`` name in it pulls nothing."""
SET = "--set"


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
    provenance: dict[str, library.Fact] = field(default_factory=dict)
    """Path of a library value -> its source, day and confidence."""
    findings: list[Finding] = field(default_factory=list)
    """What is wrong besides the types; ``load`` raises them together with the types'."""
    tables: dict[str, Path] = field(default_factory=dict)
    """Path of a leaf that names a CSV or EPW file -> that file."""
    places: dict[str, Place] = field(default_factory=dict)
    """Name of each file of the scenario -> its place."""

    @property
    def name(self) -> str:
        """Name of the scenario file as the user gave it."""
        return self.place.name

    @property
    def data(self) -> dict[str, Any]:
        """Plain data of the whole scenario."""
        return plain(self.tree)

    @property
    def as_of(self) -> date | None:
        """The scenario's day."""
        return facts.as_of(self.tree)

    def node(self, path: str) -> Node | None:
        """The node at a dotted path, or None."""
        node: Node | None = self.tree
        for part in split_path(path, self.tree):
            node = _step(node, part)
        return node

    def origin(self, path: str) -> Origin:
        """Where the value at a dotted path is written; for a default, where its nearest parent is."""
        place = self.tree
        for part in split_path(path, self.tree):
            below = _step(place, part)
            if below is None:
                break
            place = below
        return Origin(place.file, place.line)


def _step(node: Node | None, part: str) -> Node | None:
    if node is None:
        return None
    if isinstance(node.value, dict):
        return node.value.get(part)
    if isinstance(node.value, list) and part.isdigit() and int(part) < len(node.value):
        return node.value[int(part)]
    return None


def read(path: str | os.PathLike[str], sets: Sequence[str] = (), patches: Sequence[str] = (), *,
         library_root: Path | None = None) -> Document:
    """The composed scenario of a file; ``sets`` are ``path=value`` texts, ``patches`` names of its patches or files."""
    return _composed(scenario_place(path), None, sets, patches, library_root or library.ROOT)


def read_string(text: str, name: str = "scenario", sets: Sequence[str] = (), patches: Sequence[str] = (), *,
                library_root: Path | None = None) -> Document:
    """The composed scenario of a text that has no folder: it can reach the library, but no file."""
    return _composed(Place(Path(name), None, name), text, sets, patches, library_root or library.ROOT)


def load(path: str | os.PathLike[str], sets: Sequence[str] = (), patches: Sequence[str] = (), *,
         library_root: Path | None = None) -> tuple[Scenario, Document]:
    """The typed scenario and its document. Raises ``ScenarioError`` with everything that is wrong at once."""
    return typed(read(path, sets, patches, library_root=library_root))


def typed(document: Document) -> tuple[Scenario, Document]:
    """The typed scenario of a document. Raises ``ScenarioError`` with everything that is wrong at once."""
    from gigacampus.scenario.validate import validated

    return validated(document), document


@dataclass
class _Composition:
    """State of composing one scenario: the files met on the way down, what may still be spent."""

    library_root: Path
    budget: Budget
    chain: list[Path] = field(default_factory=list)
    named: dict[str, tuple[Node, Place]] = field(default_factory=dict)
    """Patches that wait to be asked for by name, with the file that holds them."""
    places: dict[str, Place] = field(default_factory=dict)

    def file(self, place: Place, text: str | None = None) -> Node:
        """The tree of one file with its base below it and its listed patches above it."""
        key = place.path.resolve()
        if key in self.chain:
            raise refuse("a chain of bases that comes back to this file", file=place.name, path="base",
                         fix="let one of the files stand without a base")
        if len(self.chain) > MAX_BASES:
            raise refuse(f"more than {MAX_BASES} bases on top of each other", file=place.name, path="base")
        self.chain.append(key)
        own = self.parsed(place, text)
        base, patches = own.value.pop("base", None), own.value.pop("patches", None)
        based = base is not None and base.value is not None
        tree = self.file(follow(base, place, self.library_root)) if based else None
        tree = merge_root(tree, own)
        for patch in self.listed(patches, place):
            tree = merge_root(tree, self.patch(patch, place))
        self.chain.pop()
        return tree

    def parsed(self, place: Place, text: str | None = None) -> Node:
        """The raw mapping of one file."""
        self.places[place.name] = place
        name, budget = place.name, self.budget
        tree = read_file(place.path, name, budget) if text is None else read_text(text, name, budget)
        if not is_mapping(tree):
            raise refuse("a scenario is a mapping of keys", file=name, line=tree.line, fix="write `key: value` lines")
        return Node(dict(tree.value), tree.file, tree.line)

    def listed(self, patches: Node | None, place: Place) -> Iterator[Node]:
        """Patches that always apply (a list); a mapping's patches wait until they are asked for by name."""
        if patches is None or patches.value is None:
            return
        if isinstance(patches.value, dict):
            self.named |= {name: (node, place) for name, node in patches.value.items()}
        elif isinstance(patches.value, list):
            yield from patches.value
        else:
            raise refuse("a list of patches, or a mapping of named ones, is expected", path="patches",
                         file=patches.file, line=patches.line, fix="patches: [autumn.yaml]")

    def patch(self, node: Node, place: Place) -> Node:
        """The partial tree of one patch: written in place or in a file."""
        if not is_mapping(node):
            node = self.parsed(follow(node, place, self.library_root))
        for key in ("base", "patches"):
            if key in node.value:
                raise refuse(f"a patch cannot have its own {key}", path=f"patches.{key}", file=node.value[key].file,
                             line=node.value[key].line, fix="list the patches in the scenario, in order")
        return node

    def asked(self, name: str, place: Place) -> Node:
        """A patch named on the command line: one of the file's named patches, or a file beside the scenario."""
        if name in self.named:
            return self.patch(*self.named[name])
        if not name.endswith((".yaml", ".yml")):
            raise ScenarioError([Finding(f"no patch named {printable(name)!r}", path="patches", file=place.name,
                                         nearest=nearest(name, self.named),
                                         fix="name a patch of the file, or a .yaml file")])
        return self.patch(Node(name, "--patch", None), place)


def _composed(place: Place, text: str | None, sets: Sequence[str], patches: Sequence[str], root: Path) -> Document:
    work = _Composition(root, Budget())
    try:
        tree = work.file(place, text)
        for name in patches:
            tree = merge_root(tree, work.asked(name, place))
        for assignment in sets:
            tree = _assigned(tree, assignment, work.budget)
    except RecursionError:
        raise refuse("nested too deeply", file=place.name) from None
    document = Document(place, merge_root(None, tree), root, places=work.places)
    day = document.as_of
    if day is not None:
        document.findings += facts.later_facts(document.tree, day)
    pull(document, references(document.tree))
    return document


def _assigned(tree: Node, assignment: str, budget: Budget) -> Node:
    path, equals, text = assignment.partition("=")
    where = f"{SET} {printable(assignment)}"
    if not equals or not path.strip():
        raise refuse("a path, =, and a value are expected", file=where, fix=f"{SET} company.opening_cash_usd=2e9")
    value = read_text(text, where, budget) if text.strip() else Node(None, where, None)
    return with_value(tree, path.strip(), value)


def references(tree: Node) -> dict[tuple[str, str], Node]:
    """Library entries that a tree names anywhere, each with one node that names it."""
    found: dict[tuple[str, str], Node] = {}
    for parts, node in walk(tree):
        match = library.REFERENCE.fullmatch(node.value) if isinstance(node.value, str) else None
        if match is not None and match.group(1) in library.families() and parts[-1] not in FREE_TEXT:
            found.setdefault((match.group(1), match.group(2)), node)
    return found


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
        document.findings += error.findings if in_file else [
            Finding(f.problem, f.path, named_by.file, named_by.line, f.nearest, f.fix) for f in error.findings]
        return None
    document.provenance |= {f"{path}.{key}": row for key, row in rows.items()}
    return entry
