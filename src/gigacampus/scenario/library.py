"""Cited data and its loader: ``<family>/<entry>.yaml``; each value has unit, source, date, known_from, confidence."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import Finding, ScenarioError, nearest, printable
from gigacampus.foundation.library_defaults import areas, rows_of
from gigacampus.foundation.shipped import LIBRARY
from gigacampus.foundation.source_tree import Node, is_mapping, noded, plain
from gigacampus.foundation.units import convert
from gigacampus.scenario.parse_cache import read_kept
from gigacampus.schema.fields import Slot, child, slot_of

ROOT = LIBRARY
ROW_KEYS = ("value", "unit", "source", "date", "known_from", "confidence", "note")
ENTRY_FILES = (".yaml", ".csv", ".csv.gz")
CONFIDENCES = ("seen", "derived", "mixed", "recalled", "assumed")
UNPUBLISHED = ("recalled", "assumed")
"""Confidences that count in the share "assumed" of a figure."""


@dataclass(frozen=True)
class Fact:
    """Where a library value comes from: what is printed beside every number that rests on it."""

    value: Any
    """In the unit of the field."""
    unit: str = ""
    """As the source gives it."""
    source: str = ""
    """Key of a ``sources*.yaml``."""
    date: str = ""
    known_from: str = ""
    confidence: str = "assumed"
    note: str = ""
    file: str = ""
    line: int | None = None


def families() -> tuple[str, ...]:
    """Families whose entries a scenario pulls in: the fields of ``library`` in the schema."""
    from gigacampus.schema.scenario import LibrarySpec

    return tuple(LibrarySpec.model_fields)


def names(family: str, root: Path | None = None) -> list[str]:
    """Entries of one family (weather stations and scenarios too), sorted."""
    folder = (root or ROOT) / family
    return sorted({p.name.split(".")[0] for p in folder.iterdir() if p.name.endswith(ENTRY_FILES)}) if folder.is_dir() else []


def load_entry(family: str, name: str, as_of: date, *, root: Path | None = None) -> tuple[dict[str, Any], dict[str, Fact]]:
    """Values of one entry as known on ``as_of``, in the units of their fields, and where each comes from."""
    node, facts = entry_tree(family, name, as_of, root=root)
    return plain(node), facts


def entry_tree(family: str, name: str, as_of: date, *, root: Path | None = None) -> tuple[Node, dict[str, Fact]]:
    """``load_entry`` with the file and line of every value kept. Raises ``ScenarioError`` with all that is wrong."""
    tree = _entry_file(root or ROOT, family, name)
    choice = _Choice(as_of, f"lib:{family}/{name}", [], {})
    picked = choice.branch(tree, _entry_slot(family, tree), "")
    if choice.findings:
        raise ScenarioError(choice.findings)
    return picked, choice.facts


@lru_cache(maxsize=512)
def _entry_file(root: Path, family: str, name: str) -> Node:
    path = root / family / f"{name}.yaml"
    if not path.is_file():
        raise ScenarioError(
            [
                Finding(
                    f"no entry {name!r} in the library's {family}",
                    path=f"lib:{family}/{name}",
                    nearest=nearest(name, names(family, root)),
                    fix="`gigacampus sources` lists the entries",
                )
            ]
        )
    tree = read_kept(path, f"library/{family}/{name}.yaml")
    if not is_mapping(tree):
        raise ScenarioError([Finding("a library entry is a mapping of fields", file=tree.file, line=1)])
    return tree


def _entry_slot(family: str, tree: Node) -> Slot | None:
    from gigacampus.schema.scenario import LibrarySpec

    info = LibrarySpec.model_fields.get(family)
    return child(slot_of(info.annotation), "*") if info is not None else None


@dataclass
class _Choice:
    """Choosing the rows of one entry: what was chosen, and all that is wrong with it."""

    as_of: date
    name: str
    findings: list[Finding]
    facts: dict[str, Fact]

    def bad(self, problem: str, node: Node, path: str, fix: str = "", close: str = "") -> None:
        self.findings.append(
            Finding(problem, path=f"{self.name}.{path}".rstrip("."), file=node.file, line=node.line, fix=fix, nearest=close)
        )

    def branch(self, tree: Node, slot: Slot | None, path: str) -> Node:
        """A mapping of fields: every field chosen by its newest known row."""
        out: dict[str, Node] = {}
        data = {key: n.value for key, n in tree.value.items() if isinstance(n.value, str)}
        for key, node in tree.value.items():
            where = f"{path}.{key}".lstrip(".")
            step = child(slot, key, data) if slot is not None else None
            if slot is not None and step is None:
                self.bad(
                    f"unknown field {printable(key)!r}", node, where, close=nearest(key, slot.names(data)), fix="see `gigacampus schema`"
                )
                continue
            chosen = self.field(node, step, where)
            if chosen is not None:
                out[key] = chosen
        return Node(out, tree.file, tree.line)

    def field(self, node: Node, slot: Slot | None, path: str) -> Node | None:
        """One field: cited rows, a mapping of further fields, or a plain name."""
        rows = node.value if isinstance(node.value, list) else [node]
        if rows and all(is_mapping(r) and "value" in r.value for r in rows):
            return self.newest(rows, node, slot, path)
        if is_mapping(node):
            return self.branch(node, slot, path)
        if isinstance(node.value, str):
            return node
        self.bad("a value without its source", node, path, fix=f"write it as a mapping of {', '.join(ROW_KEYS)}")
        return None

    def newest(self, rows: list[Node], node: Node, slot: Slot | None, path: str) -> Node | None:
        """The row with the latest ``known_from`` that is not after ``as_of``."""
        dated = [(day, row) for row in rows if (day := self.known_from(row, path)) is not None]
        known = [pair for pair in dated if pair[0] <= self.as_of]
        if known:
            return self.converted(max(known, key=lambda pair: pair[0])[1], slot, path)
        if dated:
            first = min(day for day, _ in dated)
            self.bad(
                f"not known on {self.as_of}: it became known on {first}",
                node,
                path,
                fix="choose an entry known by then, give the value in the scenario, or move as_of",
            )
        return None

    def known_from(self, row: Node, path: str) -> date | None:
        """The day on which a row became known; a month or a year counts from its last day."""
        for key in row.value:
            if key not in ROW_KEYS:
                self.bad(f"unknown key {printable(key)!r} in a cited value", row, path, close=nearest(key, ROW_KEYS))
        raw = row.value.get("known_from") or row.value.get("date")
        day = last_day(str(raw.value)) if raw is not None else None
        if day is None:
            self.bad("needs known_from, the day it became known", row, path, fix="known_from: 2025-06-30")
        return day

    def converted(self, row: Node, slot: Slot | None, path: str) -> Node | None:
        """The value of a row in the unit of its field, remembered as a fact."""
        fields = {key: plain(n) for key, n in row.value.items()}
        unit = str(fields.get("unit") or "")
        value = row.value["value"]
        try:
            converted = _in_unit_of(slot, plain(value), unit)
        except ValueError as error:
            self.bad(str(error), row, path, fix="use a unit of the same dimension")
            return None
        texts = {key: str(fields.get(key) or "") for key in ("source", "date", "known_from", "note")}
        confidence = str(fields.get("confidence") or "assumed")
        if confidence not in CONFIDENCES:
            self.bad(f"unknown confidence {printable(confidence)!r}", row, path, close=nearest(confidence, CONFIDENCES))
        self.facts[path] = Fact(converted, unit, confidence=confidence, file=value.file, line=value.line, **texts)
        return noded(converted, value.file, value.line)


def last_day(text: str) -> date | None:
    """The day that a date, a month or a year ends with; None when it is none of them.

    >>> last_day("2025-02")
    datetime.date(2025, 2, 28)
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return date(year, month, day)
        following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    except ValueError:
        return None
    return date.fromordinal(following.toordinal() - 1)


def _in_unit_of(slot: Slot | None, value: Any, unit: str) -> Any:
    """``value`` converted from ``unit`` to the field's unit; lists item by item, words as they are."""
    if isinstance(value, list):
        item = child(slot, "0") if slot is not None else None
        return [_in_unit_of(item or slot, v, unit) for v in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or slot is None or not unit:
        return value
    if slot.unit:
        return convert(value, unit, slot.unit)
    return convert(value, unit, "1") if unit == "%" else value


def sources(root: Path | None = None) -> dict[str, dict[str, Any]]:
    """All ``sources*.yaml``: key -> what, publisher, date, url."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((root or ROOT).glob("sources*.yaml")):
        found |= plain(read_kept(path, f"library/{path.name}"))
    return found


def source_keys(source: str) -> list[str]:
    """Keys that a ``source`` names, separated by ``;``; a text of several words is a citation of its own.

    >>> source_keys("PW5;PW7"), source_keys("a page of a maker")
    (['PW5', 'PW7'], [])
    """
    return [] if " " in source.strip() else source.split(";")


def everything(root: Path | None = None) -> list[dict[str, Any]]:
    """Every cited value of every family that scenarios pull in, its newest row, and every default of the schema, with a ``path``."""
    rows = [{"path": f"defaults.{area}.{key}", **asdict(row)} for area in areas() for key, row in rows_of(area).items()]
    for family in families():
        for name in names(family, root):
            if ((root or ROOT) / family / f"{name}.yaml").is_file():
                _, facts = entry_tree(family, name, date.max, root=root)
                rows += [{"path": f"library.{family}.{name}.{key}", **asdict(fact)} for key, fact in facts.items()]
    return rows
