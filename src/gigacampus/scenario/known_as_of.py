"""Facts have days: nothing that became known after ``as_of`` may stand in a scenario."""

from __future__ import annotations

from datetime import date

from gigacampus.foundation.errors import Finding, printable
from gigacampus.foundation.source_tree import Node, is_mapping, walk
from gigacampus.foundation.types import iso_day

DATED_KEYS = ("known_from", "from_day")
"""Keys that say since when the row they stand in has been public."""


def as_of(tree: Node) -> date | None:
    """The scenario's day, or None when it is missing or no day (the schema says so in its own words)."""
    node = tree.value.get("as_of") if is_mapping(tree) else None
    return _day(node)


def later_facts(tree: Node, day: date) -> list[Finding]:
    """A finding for every row, wherever it stands, that became known after ``day``."""
    findings = []
    for parts, node in walk(tree):
        if not parts or parts[-1] not in DATED_KEYS or parts[0] == "library":
            continue
        known = _day(node)
        if known is not None and known > day:
            row = ".".join(parts[:-1])
            findings.append(
                Finding(
                    f"{_name(parts)} became known on {known}, after as_of {day}",
                    path=row,
                    file=node.file,
                    line=node.line,
                    fix="delete the row, or put it into a patch that also moves as_of",
                )
            )
    return findings


def _name(parts: tuple[str, ...]) -> str:
    """How a reader calls the row: ``block grid_2 of campus north``."""
    if len(parts) >= 5 and parts[0] == "campuses":
        return f"{printable(parts[2]).rstrip('s')} {printable(parts[3])} of campus {printable(parts[1])}"
    return printable(".".join(parts[:-1]))


def _day(node: Node | None) -> date | None:
    try:
        return iso_day(node.value) if node is not None else None
    except ValueError:
        return None
