"""Figures that an entry of the library lacks, taken from the typical row of its kind: never in silence, and counted as assumed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.kinds import Kind, Kinds
from gigacampus.foundation.references import family_and_name
from gigacampus.foundation.source_tree import Node, is_mapping, noded, plain
from gigacampus.foundation.types import Spec
from gigacampus.registry.kinds import COOLING, GENERATORS, STORAGE
from gigacampus.scenario import library

SCALES: dict[str, Callable[[float, float], float]] = {
    "_per_mw": lambda figure, mw: figure * mw,
    "_per_sqrt_mw": lambda figure, mw: figure * math.sqrt(mw),
    "_at_1_mw": lambda figure, mw: figure + 10.0 * math.log10(mw),
}
"""How a typical figure grows with an entry's rating: its name ends so. Powers add up on energies, hence the logarithm."""


@dataclass(frozen=True)
class Classed:
    """How the entries of a family name their kind."""

    kinds: Kinds[Any]
    named_by: str
    """Field that holds the kind."""
    rating: str = ""
    """Field by which typical figures scale."""


FAMILIES = {
    "generators": Classed(GENERATORS, "engine", "iso_mw"),
    "batteries": Classed(STORAGE, "chemistry"),
    "cooling": Classed(COOLING, "kind"),
}


def model_of(family: str) -> type[Spec]:
    """Type of a family's entries."""
    from gigacampus.schema.fields import child, slot_of
    from gigacampus.schema.scenario import LibrarySpec

    slot = child(slot_of(LibrarySpec.model_fields[family].annotation), "*")
    assert slot is not None
    return slot.models()[0]  # type: ignore[return-value]


def completed(family: str, entry: Node, as_of: date, root: Path | None = None) -> tuple[Node, dict[str, library.Fact]]:
    """An entry with the figures that it lacks, and where each of these comes from; unchanged where its kind is unknown.

    Raises ``ScenarioError`` when the typical row itself was not known on ``as_of``.
    """
    how = FAMILIES.get(family)
    kind = _kind(family, how, entry) if how is not None else None
    if how is None or kind is None or not kind.typical:
        return entry, {}
    lacking = [name for name in model_of(family).figures_of_class() if name not in entry.value]
    if not lacking:
        return entry, {}
    typical, rows = library.entry_tree(*family_and_name(kind.typical), as_of, root=root)
    rating = plain(entry.value[how.rating]) if how.rating in entry.value else None
    found = {name: given for name in lacking if (given := _figure(name, typical, rows, rating)) is not None}
    facts = {name: _as_assumed(fact, f"typical of {kind.name}: {fact.note}".rstrip(": ")) for name, fact in found.items()}
    return Node({**entry.value, **{n: noded(f.value, f.file, f.line) for n, f in facts.items()}}, entry.file, entry.line), facts


def whole_entry(family: str, name: str, as_of: date, *, root: Path | None = None) -> tuple[dict[str, Any], dict[str, library.Fact]]:
    """Values of a library entry as ``library.load_entry``, with the figures that it lacks taken from its kind's typical row."""
    node, facts = library.entry_tree(family, name, as_of, root=root)
    whole, taken = completed(family, node, as_of, root)
    return plain(whole), {**facts, **taken}


def _kind(family: str, how: Classed, entry: Node) -> Kind | None:
    if not is_mapping(entry):
        return None
    named = entry.value[how.named_by].value if how.named_by in entry.value else model_of(family).model_fields[how.named_by].default
    return how.kinds.get(named)


def _figure(name: str, typical: Node, rows: dict[str, library.Fact], rating: Any) -> library.Fact | None:
    """A typical figure as it is, or scaled to the rating."""
    if name in typical.value:
        return replace(rows[name], value=plain(typical.value[name]))
    for ending, scaled in SCALES.items():
        if name + ending in typical.value and isinstance(rating, int | float) and rating > 0.0:
            fact = rows[name + ending]
            return replace(
                fact, value=scaled(float(fact.value), float(rating)), note=f"{fact.value:g} {fact.unit}; {fact.note}".rstrip("; ")
            )
    return None


def _as_assumed(fact: library.Fact, note: str) -> library.Fact:
    """A class's figure that stands for one machine is an assumption, however well the class is known."""
    return replace(fact, confidence="assumed", note=note)


def typical(family: str, **fields: Any) -> Any:
    """An entry of a family from the few figures that are known, the rest typical of its kind; for examples and tests.

    >>> engine = typical("generators", engine="reciprocating", iso_mw=3.4, heat_rate_lhv_kj_per_kwh=8600)
    >>> engine.exhaust_flow_kg_s, engine.nox_ppm
    (5.44, 42.0)
    """
    node, _ = completed(family, noded(fields, "", None), date.max)
    return model_of(family).model_validate(plain(node))


def complete(document: Any) -> dict[str, list[str]]:
    """Complete every entry of a document's library in place; returns what was taken from a class by path of the entry."""
    taken: dict[str, list[str]] = {}
    held = document.node("library")
    for family in FAMILIES:
        entries = held.value.get(family) if held is not None and is_mapping(held) else None
        for name, entry in entries.value.items() if entries is not None and is_mapping(entries) else ():
            path = f"library.{family}.{name}"
            try:
                whole, facts = completed(family, entry, document.as_of or date.max, document.library_root)
            except ScenarioError as error:
                document.findings += error.findings
                continue
            if facts:
                document.put(path, whole, {f"{path}.{key}": fact for key, fact in facts.items()})
                taken[path] = sorted(facts)
    return taken
