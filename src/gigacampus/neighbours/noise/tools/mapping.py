"""`gigacampus map`: contours and a grid of levels in one GeoJSON file, with people above each level."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.contours import Grid
from gigacampus.neighbours.noise.geodata import projection, read_screens
from gigacampus.neighbours.noise.geometry.scene import Terrain
from gigacampus.neighbours.noise.layout import campus_scene
from gigacampus.neighbours.noise.neighbourhood import COARSE_M, contour_rows, counted, grid_around, near_blocks
from gigacampus.neighbours.noise.plane import lat_lon_deg
from gigacampus.neighbours.noise.plant import WINDS, Plant
from gigacampus.neighbours.noise.tools.opened import Opened, chosen, opened, refuse, sounding

MOST_POINTS = 250_000
LOWEST_SHOWN_DBA = 30.0
"""Grid points below this are left out of the file."""


def map_run(run: Path, out: Path, *, levels: str, month: str | None, period: str, wind: str, screens: Path | None,
            half_width_m: float, fine_m: float, check: bool) -> dict[str, Any]:
    """Write the map of a run and say what it holds; with ``check`` only read the screens and list what is wrong."""
    if check and screens is None:
        raise refuse("--check needs a file", fix="give --screens FILE.geojson")
    weather, limits = chosen("wind", wind, WINDS), tuple(_limits(levels))
    opening = opened(run, month=month, period=period)
    plants = [_screened(p, screens) for p in sounding(opening)]
    found = plants[0].screens
    report: dict[str, Any] = {"run": str(run), "month": opening.month_label, "period": period, "wind": wind,
                              "screens": {"buildings": len(found.buildings), "walls": len(found.walls)},
                              "findings": findings(plants)}
    if check:
        return report
    if find_spec("contourpy") is None:
        raise refuse("contours need contourpy, which is not installed", fix="pip install 'gigacampus[geo]'")
    return report | _write(opening, plants, out, limits, weather, half_width_m, fine_m)


def _limits(text: str) -> list[float]:
    try:
        return sorted({float(part) for part in text.split(",")})
    except ValueError:
        raise refuse(f"--levels {text!r} is not a list of numbers", fix="write it as 40,45,50,55") from None


def _screened(plant: Plant, path: Path | None) -> Plant:
    """The plant with the buildings and walls of a GeoJSON file in degrees around it."""
    if path is None:
        return plant
    try:
        site = plant.spec.site
        return replace(plant, screens=read_screens(path, projection("EPSG:4326", site_lat=site.lat, site_lon=site.lon), terrain=Terrain()))
    except ValueError as error:
        raise refuse(f"cannot be read as GeoJSON: {error}", file=str(path)) from None


def findings(plants: list[Plant]) -> list[str]:
    """What is wrong with the geometry of the scenario and of the file, each fault once."""
    told: list[str] = []
    for plant in plants:
        told += [*plant.screens.findings, *campus_scene(plant.spec, plant.walls, plant.screens).findings]
    return list(dict.fromkeys(told))


def _write(opening: Opened, plants: list[Plant], out: Path, limits: tuple[float, ...], wind: Any, half_width_m: float,
           fine_m: float) -> dict[str, Any]:
    if not 0.0 < fine_m <= half_width_m or (2.0 * half_width_m / fine_m) ** 2 > MOST_POINTS:
        raise refuse(f"a grid of {2 * half_width_m:g} m at {fine_m:g} m steps has more than {MOST_POINTS:,} points",
                     fix="give a larger --fine-m or a smaller --half-width-m")
    coarse = fine_m * 2.0 ** max(0, round(float(np.log2(COARSE_M / fine_m))))
    grids = [grid_around(plants, p, half_width_m=half_width_m, coarse_m=coarse, fine_m=fine_m, wind=wind) for p in plants]
    title = f"Level by {opening.period}, {opening.month_label}"
    rows = contour_rows(plants, levels_dba=limits, title=title, grids=grids)
    lines = [{"type": "Feature", "properties": {"kind": "contour", "title": r["title"], "level_dba": r["level"]},
              "geometry": {"type": "MultiLineString", "coordinates": [[[b, a] for a, b in ring] for ring in r["rings"]]}} for r in rows]
    dots = [dot for plant, grid in zip(plants, grids, strict=True) for dot in _dots(plant, grid)]
    blocks = near_blocks(plants)
    people = counted(plants, blocks, limits, wind=wind)
    _replace(out, json.dumps({"type": "FeatureCollection", "features": lines + dots}))
    return {"written": str(out), "contours": len(rows), "points": len(dots), "people": people,
            "people_within_reach": float(blocks.people.sum())}


def _dots(plant: Plant, grid: Grid) -> list[dict[str, Any]]:
    site, out = plant.spec.site, []
    for i, north in enumerate(grid.north_m):
        spots = lat_lon_deg(grid.east_m, 0.0 * grid.east_m + north, site_lat=site.lat, site_lon=site.lon)
        out += [{"type": "Feature", "properties": {"kind": "level", "campus": plant.campus, "level_dba": round(float(v), 1)},
                 "geometry": {"type": "Point", "coordinates": [round(float(b), 6), round(float(a), 6)]}}
                for (a, b), v in zip(spots, grid.level_db[i], strict=True) if v >= LOWEST_SHOWN_DBA]
    return out


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
