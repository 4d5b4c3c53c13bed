"""What lies under the map: state and county lines, highways, rivers and towns of the library, and lines that the user brings as GeoJSON."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gigacampus.foundation.errors import refuse
from gigacampus.scenario import library, places

REACH_KM = 60.0
"""Lines and towns within this distance of a campus are drawn."""
TOWNS = 24
MOST_BYTES, MOST_POINTS = 20_000_000, 60_000
STREET = "street"
KINDS = ("LineString", "MultiLineString", "Polygon", "MultiPolygon", "Point", "MultiPoint")

Line = dict[str, Any]
"""``class``, ``name`` and ``points``, a list of ``[lat, lon]``."""


def basemap(sites: list[dict[str, Any]], brought: dict[str, Any] | None = None) -> dict[str, Any]:
    """Lines and places around some sites, the user's own after the library's."""
    own = brought or {"lines": [], "places": []}
    lines = list(_near(_bundled(), sites))
    if not any(line["class"] == "state_line" for line in lines):
        lines += _near(_outlines(), sites)
    lines += _near(own["lines"], sites)
    return {"lines": lines, "places": [*_towns(sites), *(p for p in own["places"] if _close(p["lat"], p["lon"], sites))]}


def _towns(sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest towns around the sites, each once: a part that carries its city's count is left out."""
    found = {home.key: home for site in sites for home in places.towns(site["lat"], site["lon"], REACH_KM)}
    once = {home.people: home for home in sorted(found.values(), key=lambda home: -len(home.title))}
    largest = sorted(once.values(), key=lambda home: -home.people)[:TOWNS]
    return [{"name": home.title.partition(",")[0], "lat": home.lat, "lon": home.lon, "people": home.people} for home in largest]


@cache
def _bundled() -> tuple[Line, ...]:
    raw = json.loads(gzip.decompress((library.ROOT / "basemap" / "lines.geojson.gz").read_bytes()))
    return tuple(line for feature in raw["features"] for line in _lines(feature["geometry"], feature["properties"]))


@cache
def _outlines() -> tuple[Line, ...]:
    """State lines to about a kilometre, for where no finer one is bundled."""
    return tuple(
        {"class": "state_line", "name": code, "points": [[y, x] for x, y in polygon[0]]}
        for code, polygons in places.outlines().items()
        for polygon in polygons
    )


def _near(lines: Any, sites: list[dict[str, Any]]) -> Iterator[Line]:
    """The parts of lines within reach of a site; a line that leaves and comes back is cut."""
    for line in lines:
        part: list[list[float]] = []
        points = line["points"]
        for i, point in enumerate(points):
            around = points[max(0, i - 1) : i + 2]
            if any(_close(lat, lon, sites) for lat, lon in around):
                part.append([round(point[0], 5), round(point[1], 5)])
            elif part:
                yield {**line, "points": part}
                part = []
        if len(part) > 1:
            yield {**line, "points": part}


def _close(lat: float, lon: float, sites: list[dict[str, Any]]) -> bool:
    reach = REACH_KM / 111.0
    return any(abs(lat - s["lat"]) < reach and abs(lon - s["lon"]) * math.cos(math.radians(s["lat"])) < reach for s in sites)


def read(path: Path) -> dict[str, Any]:
    """Lines and places of a GeoJSON file (longitude first, degrees); anything else is refused with the reason."""
    name = str(path)
    if path.suffix.lower() not in (".geojson", ".json"):
        raise refuse("not a GeoJSON file", file=name, path="--basemap", fix="convert it: ogr2ogr -f GeoJSON streets.geojson FILE")
    if path.stat().st_size > MOST_BYTES:
        raise refuse(
            f"larger than {MOST_BYTES // 1_000_000} MB", file=name, path="--basemap", fix="cut it to the surroundings of the campus"
        )
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise refuse(f"not readable as JSON: {error}", file=name, path="--basemap", fix="write a GeoJSON FeatureCollection") from None
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list) or not features:
        raise refuse("no features in it", file=name, path="--basemap", fix="write a GeoJSON FeatureCollection")
    lines: list[Line] = []
    named: list[dict[str, Any]] = []
    for number, feature in enumerate(features, start=1):
        try:
            _take(feature, lines, named)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise refuse(f"feature {number}: {error}", file=name, path="--basemap", fix="longitude, latitude in degrees") from None
    if sum(len(line["points"]) for line in lines) > MOST_POINTS:
        raise refuse(f"more than {MOST_POINTS:,} points", file=name, path="--basemap", fix="cut or simplify it")
    return {"lines": lines, "places": named}


def _take(feature: Any, lines: list[Line], named: list[dict[str, Any]]) -> None:
    """Sort one feature into lines and named places."""
    geometry, properties = feature["geometry"], feature.get("properties") or {}
    if geometry["type"] not in KINDS:
        raise ValueError(f"geometry {geometry['type']!r}; use {', '.join(KINDS)}")
    label = str(properties.get("name") or "")[:120]
    if geometry["type"].endswith("Point"):
        points = [geometry["coordinates"]] if geometry["type"] == "Point" else geometry["coordinates"]
        named += [{"name": label, "lat": lat, "lon": lon, "people": 0} for lat, lon in map(_degrees, points) if label]
        return
    lines += _lines(geometry, {"class": STREET, "name": label})


def _lines(geometry: Any, properties: Any) -> list[Line]:
    coordinates, kind = geometry["coordinates"], geometry["type"]
    parts = [coordinates] if kind == "LineString" else [r for p in coordinates for r in p] if kind == "MultiPolygon" else coordinates
    return [
        {"class": properties["class"], "name": properties["name"], "points": [_degrees(p) for p in part]} for part in parts if len(part) > 1
    ]


def _degrees(point: Any) -> list[float]:
    """``[lat, lon]`` of a position of GeoJSON."""
    lon, lat = float(point[0]), float(point[1])
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise ValueError(f"{lon:g}, {lat:g} is no longitude and latitude")
    return [lat, lon]
