"""What a scenario's files put around a campus: terrain, buildings, walls and ground, read once for all worlds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geodata.crs import DEGREES, frame
from gigacampus.neighbours.noise.geodata.screens import Screens, read_screens
from gigacampus.neighbours.noise.geodata.terrain import read_terrain
from gigacampus.neighbours.noise.geometry.scene import Terrain
from gigacampus.neighbours.noise.plane import east_north_m


@dataclass(frozen=True)
class Surroundings:
    """Terrain, and all that stands on it, on the plane of a site."""

    terrain: Terrain = field(default_factory=Terrain)
    screens: Screens = field(default_factory=Screens)


def surroundings(noise: Any, *, site_lat: float, site_lon: float) -> Surroundings:
    """Surroundings of a campus from ``noise.terrain``, ``noise.screens`` and ``noise.grounds``."""
    ground = None if noise.terrain is None else (str(noise.terrain.file), noise.terrain.crs or "")
    files = tuple((str(f.file), str(f.crs), float(f.absorption_frac)) for f in noise.screens.values())
    found = _of_files(ground, files, (float(site_lat), float(site_lon)))
    zones = [(_ring_m(region.points, site_lat, site_lon), float(region.ground_g)) for region in noise.grounds.values()]
    return Surroundings(found.terrain, found.screens.joined(Screens(zones=zones)))


def with_files(around: Surroundings, *, site_lat: float, site_lon: float, terrain: Path | None = None, screens: Path | None = None,
               crs: str = DEGREES) -> Surroundings:
    """The same surroundings with other terrain, or with one more file of buildings and walls."""
    site = {"site_lat": site_lat, "site_lon": site_lon}
    ground, told = (around.terrain, []) if terrain is None else read_terrain(terrain, crs="" if crs == DEGREES else crs, **site)
    more = Screens(findings=told)
    if screens is not None:
        more = more.joined(read_screens(screens, frame(crs, **site), terrain=ground))
    return Surroundings(ground, around.screens.joined(more))


@lru_cache(maxsize=16)
def _of_files(ground: tuple[str, str] | None, files: tuple[tuple[str, str, float], ...], site: tuple[float, float]) -> Surroundings:
    about = {"site_lat": site[0], "site_lon": site[1]}
    terrain, told = (Terrain(), []) if ground is None else read_terrain(Path(ground[0]), crs=ground[1], **about)
    out = Screens(findings=list(told))
    for file, crs, absorption in files:
        out = out.joined(read_screens(Path(file), frame(crs, **about), terrain=terrain, absorption_frac=absorption))
    return Surroundings(terrain, out)


def _ring_m(points: Any, site_lat: float, site_lon: float) -> np.ndarray:
    lat, lon = np.array(points, dtype=float).T
    return east_north_m(lat, lon, site_lat=site_lat, site_lon=site_lon)
