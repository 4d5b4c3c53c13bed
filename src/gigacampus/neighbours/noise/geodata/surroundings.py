"""What a scenario's files put around a campus: terrain, buildings, walls and ground, read once for all worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.cache_folder import file_hash
from gigacampus.neighbours.noise.geodata.crs import DEGREES, frame_of
from gigacampus.neighbours.noise.geodata.screens import Screens, read_screens
from gigacampus.neighbours.noise.geodata.terrain import read_terrain
from gigacampus.neighbours.noise.geodata.vertical import UNITS
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m
from gigacampus.neighbours.noise.geometry.scene import Terrain

ABSORPTION_FRAC = 0.1
OFF_M, SAME_FRAC = 100.0, 0.05
"""Terrain farther off the site's stated height than this may be in another unit, if the two agree in it within this share."""


@dataclass(frozen=True)
class Surroundings:
    """Terrain, and all that stands on it, on the plane of a site."""

    terrain: Terrain = field(default_factory=Terrain)
    screens: Screens = field(default_factory=Screens)


def surroundings(
    noise: Any,
    *,
    site_lat: float,
    site_lon: float,
    terrain: Path | None = None,
    screens: Path | None = None,
    crs: str | None = None,
    unit: str | None = None,
) -> Surroundings:
    """Surroundings of a campus from ``noise.terrain``, ``noise.screens`` and ``noise.grounds``.

    ``terrain`` stands in for the scenario's, ``screens`` is one more file. ``crs`` is the system of both; empty: what
    each file says itself, else degrees. ``unit`` is that of the terrain's altitudes; empty: what the file says, else metres.
    """
    files = [(Path(f.file), str(f.crs), float(f.absorption_frac)) for f in noise.screens.values()]
    if screens is not None:
        files.append((screens, crs or DEGREES, ABSORPTION_FRAC))
    ground = None
    if terrain is not None:
        ground = (terrain, crs or "", unit or "")
    elif noise.terrain is not None:
        ground = (Path(noise.terrain.file), noise.terrain.crs or "", noise.terrain.unit or "")
    paths = [file[0] for file in files] + ([ground[0]] if ground else [])
    found = _of_files(ground, tuple(files), (float(site_lat), float(site_lon)), tuple(map(file_hash, paths)))
    zones = [(ring_m(region.points, site_lat, site_lon), float(region.ground_g)) for region in noise.grounds.values()]
    return Surroundings(found.terrain, found.screens.joined(Screens(zones=zones)))


def told_of_files(campuses: Mapping[str, Any]) -> list[str]:
    """What was found amiss in the files of terrain, buildings and walls that campuses name, each fault once."""
    told = []
    for name, campus in campuses.items():
        if campus.noise.terrain is None and not campus.noise.screens:
            continue
        around = surroundings(campus.noise, site_lat=campus.site.lat, site_lon=campus.site.lon)
        told += [f"campuses.{name}.noise: {finding}" for finding in (*around.screens.findings, *off_the_site(around.terrain, campus.site))]
    return list(dict.fromkeys(told))


def off_the_site(terrain: Terrain, site: Any) -> list[str]:
    """A finding where the ground at the site is the site's own height in another unit: altitudes in feet read as metres."""
    if not terrain.is_raster:
        return []
    ground_m, stated_m = float(terrain.altitude_m(np.zeros(2))), float(site.elevation_m)
    if abs(ground_m - stated_m) <= OFF_M:
        return []
    ratio = ground_m / stated_m if stated_m else 0.0
    unit = next((unit for unit, m in UNITS.items() if m < 1.0 and abs(ratio * m - 1.0) < SAME_FRAC), "")
    text = f"terrain: the ground at the site is {ground_m:,.0f} m high, but site.elevation_m is {stated_m:,.0f}: altitudes in {unit}?"
    return [text] if unit else []


@lru_cache(maxsize=16)
def _of_files(
    ground: tuple[Path, str, str] | None, files: tuple[tuple[Path, str, float], ...], site: tuple[float, float], hashes: tuple[str, ...]
) -> Surroundings:
    """Files read once as long as none of them changes; ``hashes`` are of what they hold now."""
    about = {"site_lat": site[0], "site_lon": site[1]}
    terrain, told = (Terrain(), []) if ground is None else read_terrain(ground[0], crs=ground[1], unit=ground[2], **about)
    out = Screens(findings=list(told))
    for file, crs, absorption in files:
        out = out.joined(read_screens(file, frame_of(file, crs, **about), terrain=terrain, absorption_frac=absorption))
    return Surroundings(terrain, out)


def ring_m(points: Any, site_lat: float, site_lon: float) -> np.ndarray:
    """Corners given as latitude and longitude, on the plane of a site; (corner, 2)."""
    lat, lon = np.array(points, dtype=float).T
    return east_north_m(lat, lon, site_lat=site_lat, site_lon=site_lon)
