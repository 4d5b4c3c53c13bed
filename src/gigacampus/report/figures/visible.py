"""Which colours of a figure a reader sees: marks that have an extent, of values that are known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

Spec = dict[str, Any]
LEAST_FRAC = 0.004
"""Share of the largest bar or area below which another is less than a pixel."""


def seen_colours(spec: Spec) -> set[str]:
    """Colours of all marks of a specification that leave a trace.

    >>> line = {"mark": {"type": "line", "color": "red"}, "encoding": {"y": {"field": "y"}}}
    >>> seen_colours({"data": {"values": [{"y": 1.0}, {"y": 2.0}]}, **line}), seen_colours({"data": {"values": [{"y": 1.0}]}, **line})
    ({'red'}, set())
    """
    drawn = list(leaves(spec))
    least = LEAST_FRAC * max((end for mark, encoding, rows in drawn for end in _extents(mark, encoding, rows)), default=0.0)
    return {colour for mark, encoding, rows in drawn for colour in _colours(mark, encoding, rows, least)}


def with_named_sources(spec: Spec) -> Spec:
    """The same specification, each of its tables under a name of its own: the drawing library loses equal tables that have none."""
    count = itertools.count(1)

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(child) for child in value]
        if not isinstance(value, dict):
            return value
        return {k: {**v, "name": f"table_{next(count)}"} if k == "data" else v if k == "usermeta" else named(v) for k, v in value.items()}

    out: Spec = named(spec)
    return out


def leaves(spec: Spec, encoding: Spec | None = None, rows: list[Spec] | None = None) -> Iterator[tuple[Spec, Spec, list[Spec]]]:
    """Mark, encoding and rows of every layer that draws, with what it inherits."""
    encoding = {**(encoding or {}), **spec.get("encoding", {})}
    rows = spec["data"]["values"] if "data" in spec else rows or []
    for child in (*spec.get("layer", []), *spec.get("vconcat", [])):
        yield from leaves(child, encoding, rows)
    if "mark" in spec:
        yield spec["mark"], encoding, rows


def _extents(mark: Spec, encoding: Spec, rows: list[Spec]) -> Iterator[float]:
    """Sizes of bars and areas in the unit of their axis."""
    across = _across(encoding, mark)
    field, other = encoding.get(across, {}).get("field"), encoding.get(f"{across}2", {}).get("field")
    if mark["type"] in ("bar", "area") and field is not None:
        yield from (abs(row[field] - (row.get(other) or 0.0)) for row in rows if isinstance(row.get(field), float | int))


def _across(encoding: Spec, mark: Spec) -> str:
    return "x" if mark["type"] == "bar" and encoding.get("x", {}).get("type") == "quantitative" else "y"


def _colours(mark: Spec, encoding: Spec, rows: list[Spec], least: float) -> Iterator[str]:
    coded = encoding.get("color", {})
    if "scale" in coded and "range" in coded["scale"]:
        for value, colour in zip(coded["scale"]["domain"], coded["scale"]["range"], strict=False):
            if _seen(mark, encoding, [row for row in rows if row.get(coded["field"]) == value], least):
                yield colour
    elif "color" in mark and _seen(mark, encoding, rows, least):
        yield mark["color"]


def _seen(mark: Spec, encoding: Spec, rows: list[Spec], least: float) -> bool:
    """Whether a mark of these rows leaves a trace: two neighbours for a line, an extent for bars and areas, else any known value."""
    across = _across(encoding, mark)
    field = encoding.get(across, {}).get("field")
    if field is None or encoding.get(across, {}).get("type") == "nominal":
        return bool(rows)
    known = [row.get(field) is not None for row in rows]
    if mark["type"] == "line":
        return any(known) if mark.get("point") else any(a and b for a, b in itertools.pairwise(known))
    if mark["type"] in ("bar", "area"):
        return any(end > least for end in _extents(mark, encoding, rows))
    return any(known)
