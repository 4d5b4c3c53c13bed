"""Features of GeoJSON files and of OpenStreetMap extracts (XML or Overpass JSON) in one form, bounded in size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from gigacampus.foundation.errors import printable, refuse
from gigacampus.neighbours.noise.geodata.tags import flattened, is_building, once_a_building

MOST_BYTES = 20_000_000
MOST_FEATURES = 50_000
MOST_POINTS = 500_000
CUT = "cut the neighbourhood out of it"


@dataclass(frozen=True)
class Feature:
    """One feature: its name in findings, what is said of it, and a GeoJSON geometry."""

    name: str
    properties: dict[str, Any]
    geometry: dict[str, Any]


@dataclass
class Findings:
    """What is wrong with a file: each fault once, with the features that have it."""

    named: dict[str, list[str]] = field(default_factory=dict)
    SHOWN = 5

    def add(self, fault: str, name: str) -> None:
        """Feature ``name`` has a fault."""
        self.named.setdefault(fault, []).append(printable(name))

    def told(self) -> list[str]:
        """One sentence for each fault."""
        out = []
        for fault, names in self.named.items():
            more = f" and {len(names) - self.SHOWN} more" if len(names) > self.SHOWN else ""
            out.append(f"{', '.join(names[: self.SHOWN])}{more}: {fault}")
        return out


def read_features(path: Path) -> list[Feature]:
    """Features of ``.geojson``, ``.json`` (GeoJSON or Overpass) and ``.osm`` files."""
    text = bounded_text(path)
    if path.suffix.lower() == ".osm":
        found = _osm_features(*_osm_xml(text, path))
    else:
        document = _json(text, path)
        found = _osm_features(*_overpass(document["elements"])) if "elements" in document else list(_geojson(document["features"]))
    if len(found) > MOST_FEATURES:
        raise refuse(f"{len(found):,} features, at most {MOST_FEATURES:,}", file=str(path), fix=CUT)
    if sum(_count(f.geometry.get("coordinates")) for f in found) > MOST_POINTS:
        raise refuse(f"more than {MOST_POINTS:,} points", file=str(path), fix=CUT)
    return found


def bounded_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """Text of a file that is not too large, or one clear refusal."""
    if path.stat().st_size > MOST_BYTES:
        raise refuse(f"{path.stat().st_size:,} bytes, at most {MOST_BYTES:,}", file=str(path), fix=CUT)
    try:
        return path.read_text(encoding=encoding)
    except UnicodeDecodeError:
        raise refuse("not UTF-8 text", file=str(path), fix="save it as UTF-8") from None


GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
DEEPEST = 8
"""Collections within collections."""


def _json(text: str, path: Path) -> dict[str, Any]:
    """An object with a list of ``features`` or of ``elements``, whichever of GeoJSON's forms the file has."""
    lines = [line.strip("\x1e \t") for line in text.splitlines()]
    lines = [line for line in lines if line]
    try:
        if len(lines) > 1 and all(line[0] == "{" and line[-1] == "}" for line in lines):
            document: Any = [json.loads(line) for line in lines]
        else:
            document = json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse(f"cannot be read as GeoJSON: {error.msg}", file=str(path), line=error.lineno, fix="export it again") from None
    except RecursionError:
        raise refuse("cannot be read as GeoJSON: nested too deeply", file=str(path), fix="export it again") from None
    rows = document if isinstance(document, list) else [document]
    if rows and all(isinstance(row, dict) and (row.get("type") == "Feature" or row.get("type") in GEOMETRIES) for row in rows):
        return {"features": rows}
    if isinstance(document, dict) and any(isinstance(document.get(key), list) for key in ("elements", "features")):
        return {key: document[key] for key in ("elements", "features") if isinstance(document.get(key), list)}
    raise refuse(
        "neither a GeoJSON FeatureCollection nor an Overpass answer",
        file=str(path),
        fix="give an object with `features`, or with `elements`",
    )


def _geojson(rows: list[Any]) -> Iterator[Feature]:
    """Features; each geometry of a collection is one with the same properties."""
    for k, row in enumerate(rows):
        row = row if isinstance(row, dict) else {}
        said = row.get("properties")
        said = flattened(said) if isinstance(said, dict) else {}
        shape = row if row.get("type") in GEOMETRIES else row.get("geometry")
        for part in _single(shape if isinstance(shape, dict) else {}):
            yield Feature(str(said.get("name") or row.get("id") or f"feature {k}"), said, part)


def _single(shape: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Geometries of a collection, and points of a set of points, one by one; any other geometry as it is."""
    inner = shape.get("geometries")
    points = shape.get("coordinates")
    if shape.get("type") == "GeometryCollection" and isinstance(inner, list) and depth < DEEPEST:
        for part in inner:
            yield from _single(part if isinstance(part, dict) else {}, depth + 1)
    elif shape.get("type") == "MultiPoint" and isinstance(points, list):
        yield from ({"type": "Point", "coordinates": point} for point in points)
    else:
        yield shape


def _count(coordinates: Any) -> int:
    """Points in nested coordinates; what is not a list counts as none."""
    if not isinstance(coordinates, list):
        return 0
    if coordinates and not isinstance(coordinates[0], list):
        return 1
    return sum(_count(c) for c in coordinates)


Nodes = dict[str, tuple[float, float]]
Tagged = tuple[str, dict[str, str]]
Relation = tuple[Tagged, list[str], bool]
"""Name and tags, outer ways, and whether it has courtyards."""


def _osm_xml(text: str, path: Path) -> tuple[list[tuple[Tagged, list[Any]]], list[Relation], dict[str, list[Any]]]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise refuse("an OpenStreetMap file has no document type", file=str(path), fix="export it again")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise refuse(
            f"cannot be read as OpenStreetMap XML: {error.msg}", file=str(path), line=error.position[0], fix="export it again"
        ) from None
    nodes = {n.get("id", ""): [n.get("lon"), n.get("lat")] for n in root.iter("node")}
    ways, parts = [], {}
    for way in root.iter("way"):
        line = [nodes.get(nd.get("ref", ""), [None, None]) for nd in way.iter("nd")]
        parts[way.get("id", "")] = line
        ways.append(((f"way {way.get('id')}", _tags(way)), line))
    relations = [
        (
            (f"relation {r.get('id')}", _tags(r)),
            [m.get("ref", "") for m in r.iter("member") if m.get("type") == "way" and m.get("role") in ("outer", "")],
            any(m.get("role") == "inner" for m in r.iter("member")),
        )
        for r in root.iter("relation")
    ]
    return ways, relations, parts


def _tags(element: ElementTree.Element) -> dict[str, str]:
    return {t.get("k", ""): t.get("v", "") for t in element.iter("tag")}


def _overpass(elements: list[Any]) -> tuple[list[tuple[Tagged, list[Any]]], list[Relation], dict[str, list[Any]]]:
    rows = [e for e in elements if isinstance(e, dict)]
    nodes = {str(e.get("id")): [e.get("lon"), e.get("lat")] for e in rows if e.get("type") == "node"}
    ways, relations, parts = [], [], {}
    for e in rows:
        name, tags = f"{e.get('type')} {e.get('id')}", dict(e["tags"]) if isinstance(e.get("tags"), dict) else {}
        if e.get("type") == "way":
            line = _corners(e.get("geometry")) or [nodes.get(str(n), [None, None]) for n in e.get("nodes") or []]
            parts[str(e.get("id"))] = line
            ways.append(((name, tags), line))
        elif e.get("type") == "relation":
            outer = [m for m in e.get("members") or [] if isinstance(m, dict) and m.get("type") == "way" and m.get("role") in ("outer", "")]
            for m in outer:
                parts.setdefault(str(m.get("ref")), _corners(m.get("geometry")))
            yards = any(m.get("role") == "inner" for m in e.get("members") or [] if isinstance(m, dict))
            relations.append(((name, tags), [str(m.get("ref")) for m in outer], yards))
    return ways, relations, parts


def _corners(geometry: Any) -> list[Any]:
    return [[c.get("lon"), c.get("lat")] for c in geometry if isinstance(c, dict)] if isinstance(geometry, list) else []


def _osm_features(ways: list[tuple[Tagged, list[Any]]], relations: list[Relation], parts: dict[str, list[Any]]) -> list[Feature]:
    """Buildings as polygons, walls as lines; all else is left out."""
    out = []
    for (name, tags), line in ways:
        if is_building(tags) or once_a_building(tags):
            out.append(Feature(tags.get("name") or name, dict(tags), {"type": "Polygon", "coordinates": [line]}))
        elif "barrier" in tags and screens_sound(tags):
            out.append(Feature(tags.get("name") or name, dict(tags), {"type": "LineString", "coordinates": line}))
    for (name, tags), refs, yards in relations:
        if is_building(tags) or once_a_building(tags):
            rings = joined([parts[r] for r in refs if parts.get(r)])
            shapes = [[r, []] if yards else [r] for r in rings]
            out.append(Feature(tags.get("name") or name, dict(tags), {"type": "MultiPolygon", "coordinates": shapes}))
    return out


def screens_sound(tags: dict[str, Any]) -> bool:
    """Whether OpenStreetMap tags of a barrier are those of a closed face: walls, not fences or hedges."""
    return tags.get("barrier") in ("wall", "city_wall", "retaining_wall", "noise_barrier") or tags.get("wall") == "noise_barrier"


def joined(lines: list[list[Any]]) -> list[list[Any]]:
    """Rings from lines that share end points, in any order and direction.

    >>> joined([[[0, 0], [1, 0]], [[0, 0], [1, 1], [1, 0]]])
    [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    """
    waiting, rings = [list(line) for line in lines], []
    while waiting:
        ring = waiting.pop(0)
        while ring[0] != ring[-1]:
            at = next((k for k, line in enumerate(waiting) if ring[-1] in (line[0], line[-1])), None)
            if at is None:
                break
            line = waiting.pop(at)
            ring += line[1:] if line[0] == ring[-1] else line[-2::-1]
        rings.append(ring)
    return rings
