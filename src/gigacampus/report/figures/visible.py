"""Which colours of a figure a reader sees: marks that have an extent, of values that are known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

Spec = dict[str, Any]


def seen_colours(spec: Spec) -> set[str]:
    """Colours of all marks of a specification that leave a trace.

    >>> line = {"mark": {"type": "line", "color": "red"}, "encoding": {"y": {"field": "y"}}}
    >>> seen_colours({"data": {"values": [{"y": 1.0}, {"y": 2.0}]}, **line}), seen_colours({"data": {"values": [{"y": 1.0}]}, **line})
    ({'red'}, set())
    """
    return {colour for mark, encoding, rows in leaves(spec) for colour in _colours(mark, encoding, rows)}


def leaves(spec: Spec, encoding: Spec | None = None, rows: list[Spec] | None = None) -> Iterator[tuple[Spec, Spec, list[Spec]]]:
    """Mark, encoding and rows of every layer that draws, with what it inherits."""
    encoding = {**(encoding or {}), **spec.get("encoding", {})}
    rows = spec["data"]["values"] if "data" in spec else rows or []
    for child in (*spec.get("layer", []), *spec.get("vconcat", [])):
        yield from leaves(child, encoding, rows)
    if "mark" in spec:
        yield spec["mark"], encoding, rows


def _colours(mark: Spec, encoding: Spec, rows: list[Spec]) -> Iterator[str]:
    coded = encoding.get("color", {})
    if "scale" in coded and "range" in coded["scale"]:
        for value, colour in zip(coded["scale"]["domain"], coded["scale"]["range"], strict=False):
            if _seen(mark, encoding, [row for row in rows if row.get(coded["field"]) == value]):
                yield colour
    elif "color" in mark and _seen(mark, encoding, rows):
        yield mark["color"]


def _seen(mark: Spec, encoding: Spec, rows: list[Spec]) -> bool:
    """Whether a mark of these rows leaves a trace: two neighbours for a line, an extent for bars and areas, else any known value."""
    across = "x" if mark["type"] == "bar" and encoding.get("x", {}).get("type") == "quantitative" else "y"
    field = encoding.get(across, {}).get("field")
    if field is None or encoding.get(across, {}).get("type") == "nominal":
        return bool(rows)
    ends = [(row.get(field), row.get(encoding.get(f"{across}2", {}).get("field"), 0.0)) for row in rows]
    known = [end is not None for end, _ in ends]
    if mark["type"] == "line":
        return any(known) if mark.get("point") else any(a and b for a, b in itertools.pairwise(known))
    if mark["type"] in ("bar", "area"):
        return any(end is not None and end != start for end, start in ends)
    return any(known)
