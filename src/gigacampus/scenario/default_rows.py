"""Inputs that a scenario leaves out and a row of ``library/defaults`` gives: cited, counted by their confidence, and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from gigacampus.foundation.library_defaults import FOLDER, DefaultRow
from gigacampus.foundation.types import Spec
from gigacampus.scenario.library import UNPUBLISHED, Fact, last_day
from gigacampus.schema.company import CompanySpec
from gigacampus.schema.scenario import Scenario

PREFIX = f"library/{FOLDER}/"
"""How the file of every such row begins."""


def facts_of(scenario: Scenario) -> dict[str, Fact]:
    """Path of every input that the scenario leaves to the library's defaults -> where its value comes from.

    What is uncertain is not left out: its distribution gives it. An entry that lacks a figure is one particular thing, so
    what stands in is assumed, however well it is known of others; so is what became known after ``as_of``.
    """
    left = ((path, row) for path, row in left_out(scenario) if path not in scenario.uncertainty)
    return {path: _fact(path, row, scenario.as_of) for path, row in left}


def left_out(value: Any, path: str = "") -> Iterator[tuple[str, DefaultRow]]:
    """Paths below a typed value whose field nobody gave, each with the row that stands in; a company that there is not lacks nothing."""
    if isinstance(value, CompanySpec) and value.absent:
        return
    if isinstance(value, Spec):
        rows, given = type(value).library_defaults, value.model_fields_set
        yield from ((_under(path, name), row) for name, row in rows.items() if name not in given)
        parts: Iterable[tuple[Any, Any]] = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    else:
        return
    for name, below in parts:
        yield from left_out(below, _under(path, name))


def told(provenance: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence: how many inputs that a run reads are left to the defaults, by area; empty where there are none."""
    rows = [row for row in provenance if str(row.get("file", "")).startswith(PREFIX) and row.get("stages")]
    if not rows:
        return []
    counts = Counter(_area(row["path"]) for row in rows)
    weak = sum(row["confidence"] in UNPUBLISHED for row in rows)
    by_area = ", ".join(f"{area} {count}" for area, count in counts.most_common())
    return [
        f"{len(rows)} inputs that this run reads are the library's defaults, since nobody gives them ({by_area}); {weak} of them are "
        "assumed or recalled; `gigacampus sources RUN` lists each with its source"
    ]


def _under(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else str(name)


def _area(path: str) -> str:
    """Part of the scenario that a path belongs to, the same at every campus.

    >>> _area("campuses.one.noise.ground_g"), _area("company.costs.data_usd_per_year")
    ('noise', 'company')
    """
    parts = path.split(".")
    return parts[2] if parts[0] == "campuses" else parts[0]


def _fact(path: str, row: DefaultRow, as_of: date) -> Fact:
    known = last_day(row.known_from) if row.known_from else None
    late = known is not None and known > as_of
    note = f"default; {row.note}" if row.note else "default"
    fact = Fact(row.value, row.unit, row.source, row.date, row.known_from, row.confidence, note, row.file, row.line)
    if not late and not path.startswith("library."):
        return fact
    return replace(fact, confidence="assumed", note=f"{note}; known only from {row.known_from}" if late else note)
