"""Coordinates of a file to the plane of a site and back; degrees need no library, any other system needs pyproj."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import refuse
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m, lat_lon_deg

DEGREES = "EPSG:4326"
GEOJSON = (".geojson", ".json")
SAME_AS_DEGREES = ("EPSG:4326", "OGC:CRS84", "EPSG:4269", "EPSG:4979")
"""Systems whose degrees differ by no more than two metres, which is below what these files are sure of."""
REACH_M = 30_000.0
"""Nothing farther from the site than this is taken from a file."""
TOO_FAR = f"more than {REACH_M / 1000:g} km from the site (a wrong coordinate system, or x and y mixed up?); left out"
Move = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Frame:
    """How coordinates of a file, x before y (longitude before latitude), and metres on a site's plane go over; (point, 2) each."""

    name: str
    to_plane: Move
    from_plane: Move

    @property
    def in_degrees(self) -> bool:
        """Whether the file's coordinates are longitudes and latitudes."""
        return self.name in SAME_AS_DEGREES


_MEMBER = re.compile(r'"crs"\s*:\s*(\{[^{}]*"properties"\s*:\s*\{[^{}]*\}[^{}]*\})')
_URN = re.compile(r"urn:(?:x-)?ogc:def:crs:(EPSG|OGC):[^:]*:(\w+)", re.IGNORECASE)


def stated_crs(path: Path) -> str:
    """The coordinate system that a GeoJSON file states in a member ``crs``, as ``EPSG:25832``; empty: it states none.

    The member is of the format's first edition; programs still write it for coordinates that are no degrees.
    """
    found = _MEMBER.search(path.read_text(encoding="utf-8-sig", errors="replace")) if path.suffix.lower() in GEOJSON else None
    if found is None:
        return ""
    try:
        said = json.loads(found[1])["properties"]
    except (json.JSONDecodeError, KeyError, TypeError):
        said = {}
    name = str(said.get("name") or (f"EPSG:{said['code']}" if "code" in said else ""))
    if not name:
        raise refuse("its crs names no coordinate system", file=str(path), path="crs", fix="write its name, such as EPSG:25832")
    urn = _URN.fullmatch(name.strip())
    return f"{urn[1].upper()}:{urn[2]}" if urn else name.strip()


def frame_of(path: Path, crs: str, *, site_lat: float, site_lon: float) -> Frame:
    """Frame of a file: what the caller says (``crs``), else what the file does; degrees where neither says anything else."""
    stated = stated_crs(path) if crs.strip().upper() in ("", DEGREES) else ""
    return frame(stated or crs or DEGREES, site_lat=site_lat, site_lon=site_lon)


def frame(crs: str, *, site_lat: float, site_lon: float) -> Frame:
    """Frame of a coordinate system named like ``EPSG:32616`` about a site.

    >>> frame("EPSG:4326", site_lat=35.0, site_lon=-90.0).to_plane(np.array([[-90.0, 35.01]])).round(1).tolist()
    [[0.0, 1112.0]]
    """
    site = {"site_lat": site_lat, "site_lon": site_lon}
    name = crs.strip().upper()
    if name in SAME_AS_DEGREES:
        return Frame(
            name, lambda xy: east_north_m(xy[:, 1], xy[:, 0], **site), lambda plan: lat_lon_deg(plan[:, 0], plan[:, 1], **site)[:, ::-1]
        )
    there, back = _transformers(crs)

    def to_plane(xy: np.ndarray) -> np.ndarray:
        lon, lat = there(xy[:, 0], xy[:, 1])
        return east_north_m(np.asarray(lat), np.asarray(lon), **site)

    def from_plane(plan: np.ndarray) -> np.ndarray:
        lat, lon = lat_lon_deg(plan[:, 0], plan[:, 1], **site).T
        return np.column_stack(back(lon, lat))

    return Frame(name, to_plane, from_plane)


def _transformers(crs: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    try:
        from pyproj import Transformer
        from pyproj.exceptions import CRSError
    except ImportError:
        raise refuse(
            f"the coordinate system {crs!r} needs pyproj, which is not installed",
            path="crs",
            fix="pip install pyproj pillow (the extra `geo`), or give the file in degrees (EPSG:4326)",
        ) from None
    try:
        return tuple(
            Transformer.from_crs(a, b, always_xy=True).transform  # type: ignore[return-value]
            for a, b in ((crs, "OGC:CRS84"), ("OGC:CRS84", crs))
        )
    except CRSError:
        raise refuse(f"{crs!r} is not a coordinate system", path="crs", fix="write it as EPSG:32616") from None


def in_order(frame_: Frame, xy: np.ndarray) -> np.ndarray | None:
    """Coordinates with longitude first if only that way they lie about the site, else None: nothing to put right.

    Files that give latitude first are common; a file is turned as a whole or not at all.
    """
    if not frame_.in_degrees or not len(xy):
        return None
    with np.errstate(invalid="ignore"):
        as_written, turned = (np.median(np.hypot(*frame_.to_plane(c).T)) for c in (xy, xy[:, ::-1]))
    return xy[:, ::-1] if as_written > REACH_M >= turned else None
