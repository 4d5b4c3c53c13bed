"""`gigacampus map`: contours and a grid of levels, or levels at receivers of a file, as GeoJSON, CSV or GeoTIFF."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.whole_file import whole_file, write_text
from gigacampus.neighbours.noise.exposure.contours import Grid
from gigacampus.neighbours.noise.exposure.neighbourhood import (
    COARSE_M,
    contour_rows,
    counted,
    grid_around,
    half_width_at,
    near_blocks,
    wall_gain_at,
)
from gigacampus.neighbours.noise.geodata.crs import frame_of
from gigacampus.neighbours.noise.geodata.misplaced import enclosed_sources, misplaced_receivers
from gigacampus.neighbours.noise.geodata.output import write_geotiff, write_levels_csv, write_levels_geojson
from gigacampus.neighbours.noise.geodata.receivers import Receivers, read_receivers
from gigacampus.neighbours.noise.geodata.surroundings import off_the_site, surroundings
from gigacampus.neighbours.noise.geometry.local_projection import lat_lon_deg
from gigacampus.neighbours.noise.propagation.bands import a_level_dba, c_level_dbc
from gigacampus.neighbours.noise.sources.plant import WINDS, Plant, Wind, levels_by_band
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene
from gigacampus.rerun.noise.run_context import RunContext, chosen, refuse, run_context, sounding

MOST_POINTS = 250_000
LOWEST_SHOWN_DBA = 30.0
"""Grid points below this are left out of the file."""
LEAST_GAIN_DB = 0.05
SHOWN = ("level", "wall_gain")
SUFFIXES = (".geojson", ".json", ".csv", ".tif", ".tiff")
DEFAULT_LEVELS = {"level": "40,45,50,55", "wall_gain": "0.25,0.5,1,2,5"}


@dataclass(frozen=True)
class Files:
    """Files that a question brings along, and the coordinate system that they share."""

    screens: Path | None = None
    terrain: Path | None = None
    receivers: Path | None = None
    crs: str | None = None
    terrain_unit: str | None = None


def map_run(
    run: Path,
    out: Path,
    *,
    show: str,
    levels: str | None,
    month: str | None,
    period: str,
    wind: str,
    files: Files,
    half_width_m: float,
    fine_m: float,
    check: bool,
) -> dict[str, Any]:
    """Write the map of a run and say what it holds; with ``check`` only read the files and list what is wrong."""
    if check and files == Files(crs=files.crs, terrain_unit=files.terrain_unit):
        raise refuse("--check needs a file", fix="give --screens, --terrain or --receivers")
    chosen("--show", show, SHOWN)
    if out.suffix.lower() not in SUFFIXES:
        raise refuse(f"{out.name} has no ending that says what to write", fix=f"end it in one of {', '.join(SUFFIXES)}")
    limits = _limits(levels or DEFAULT_LEVELS[show])
    weather: Wind = chosen("wind", wind, WINDS)  # type: ignore[assignment]
    opening = run_context(run, month=month, period=period)
    plants = [_placed(plant, files) for plant in sounding(opening)]
    heard = _receivers(plants, files)
    scenes = [campus_scene(p.spec, p.walls, p.around) for p in plants]
    report: dict[str, Any] = {
        "run": str(run),
        "month": opening.month_label,
        "period": period,
        "wind": wind,
        "show": show,
        "screens": {"buildings": max(int(s.closed.sum()) for s in scenes), "walls": max(int((~s.closed).sum()) for s in scenes)},
        "findings": _findings(plants, scenes, heard),
    }
    if check:
        return report
    if heard is not None:
        return report | _write_receivers(plants, heard, out, weather)
    return report | _write_grids(opening, plants, out, show, limits, weather, half_width_m, fine_m)


def _limits(text: str) -> tuple[float, ...]:
    try:
        return tuple(sorted({float(part) for part in text.split(",")}))
    except ValueError:
        raise refuse(f"--levels {text!r} is not a list of numbers", fix="write it as 40,45,50,55") from None


def _placed(plant: Plant, files: Files) -> Plant:
    """The plant on the terrain and among the buildings and walls of the given files."""
    if files.screens is None and files.terrain is None:
        return plant
    site = plant.spec.site
    return replace(
        plant,
        around=surroundings(
            plant.spec.noise,
            site_lat=site.lat,
            site_lon=site.lon,
            terrain=files.terrain,
            screens=files.screens,
            crs=files.crs,
            unit=files.terrain_unit,
        ),
    )


def _receivers(plants: list[Plant], files: Files) -> Receivers | None:
    if files.receivers is None:
        return None
    site = {"site_lat": plants[-1].spec.site.lat, "site_lon": plants[-1].spec.site.lon}
    return read_receivers(
        files.receivers, frame_of(files.receivers, files.crs or "", **site), height_m=plants[-1].spec.noise.receptor_height_m, **site
    )


def _findings(plants: list[Plant], scenes: list[Any], heard: Receivers | None) -> list[str]:
    """What is wrong with the geometry of the scenario and of the files, each fault once.

    A file of buildings is judged by the campus that can use most of it.
    """
    told = [finding for scene in scenes for finding in scene.findings]
    around = [p.around for p in plants if p.around is not None]
    if around:
        told += max(around, key=lambda a: len(a.screens.buildings) + len(a.screens.walls)).screens.findings
    told += [finding for plant in plants if plant.around is not None for finding in off_the_site(plant.around.terrain, plant.spec.site)]
    for plant, scene in zip(plants, scenes, strict=True):
        names = [f"{plant.campus}/{group} ({component})" for group, component in zip(plant.group, plant.component, strict=True)]
        told += enclosed_sources(scene, names, plant.position_m)
    if heard is not None:
        told += heard.findings
        for plant, scene in zip(plants, scenes, strict=True):
            told += misplaced_receivers(scene, heard.names, plant.spots_m(heard.lat, heard.lon), plant.position_m)
    return list(dict.fromkeys(told))


def _write_receivers(plants: list[Plant], heard: Receivers, out: Path, wind: Wind) -> dict[str, Any]:
    if out.suffix.lower() not in (".geojson", ".json", ".csv"):
        raise refuse("levels at receivers are points, not a raster", fix="end --out in .geojson or .csv")
    bands = levels_by_band(plants, heard.lat, heard.lon, height_m=heard.height_m, wind=wind)
    level, half = a_level_dba(bands), half_width_at(plants, heard.lat, heard.lon)
    columns = {
        "level_dba": level,
        "low_dba": level - half,
        "high_dba": level + half,
        "level_dbc": c_level_dbc(bands),
        "octave_31_db": bands[:, 0],
        "octave_63_db": bands[:, 1],
    }
    spots = np.column_stack([heard.lat, heard.lon])
    write = write_levels_csv if out.suffix.lower() == ".csv" else write_levels_geojson
    with whole_file(out) as part:
        write(part, spots, columns, heard.names)
    return {
        "written": [str(out)],
        "receivers": len(heard.names),
        "loudest": heard.names[int(level.argmax())],
        "loudest_dba": float(level.max()),
        "loudest_half_width_db": float(half[level.argmax()]),
    }


def _write_grids(
    opening: RunContext,
    plants: list[Plant],
    out: Path,
    show: str,
    limits: tuple[float, ...],
    wind: Wind,
    half_width_m: float,
    fine_m: float,
) -> dict[str, Any]:
    if not 0.0 < fine_m <= half_width_m or (2.0 * half_width_m / fine_m) ** 2 > MOST_POINTS:
        raise refuse(
            f"a grid of {2 * half_width_m:g} m at {fine_m:g} m steps has more than {MOST_POINTS:,} points",
            fix="give a larger --fine-m or a smaller --half-width-m",
        )
    coarse = fine_m * 2.0 ** max(0, round(float(np.log2(COARSE_M / fine_m))))
    levels_of = {"level": None, "wall_gain": wall_gain_at}[show]
    grids = [
        grid_around(plants, p, half_width_m=half_width_m, coarse_m=coarse, fine_m=fine_m, wind=wind, levels_of=levels_of) for p in plants
    ]
    written = (
        _write_raster(plants, grids, out)
        if out.suffix.lower() in (".tif", ".tiff")
        else _write_points(opening, plants, grids, out, show, limits)
    )
    blocks = near_blocks(plants)
    people = counted(plants, blocks, limits, wind=wind) if show == "level" else []
    return written | {"people": people, "people_within_reach": float(blocks.people.sum())}


def _write_points(
    opening: RunContext, plants: list[Plant], grids: list[Grid], out: Path, show: str, limits: tuple[float, ...]
) -> dict[str, Any]:
    unit, least = ("dba", LOWEST_SHOWN_DBA) if show == "level" else ("db", LEAST_GAIN_DB)
    dots = [dot for plant, grid in zip(plants, grids, strict=True) for dot in _dots(plant, grid, least)]
    if out.suffix.lower() == ".csv":
        spots = np.array([d[1:3] for d in dots]).reshape(-1, 2)
        column = {f"{show}_{unit}": np.array([d[3] for d in dots])}
        with whole_file(out) as part:
            write_levels_csv(part, spots, column, [d[0] for d in dots])
        return {"written": [str(out)], "contours": 0, "points": len(dots)}
    if find_spec("contourpy") is None:
        raise refuse("contours need contourpy, which is not installed", fix="pip install contourpy, or write a .csv or .tif")
    title = f"{'Level' if show == 'level' else 'What the walls take off'} by {opening.period}, {opening.month_label}"
    rows = contour_rows(plants, levels_dba=limits, title=title, grids=grids)
    lines = [
        {
            "type": "Feature",
            "properties": {"kind": "contour", "title": r["title"], f"{show}_{unit}": r["level"]},
            "geometry": {"type": "MultiLineString", "coordinates": [[[b, a] for a, b in ring] for ring in r["rings"]]},
        }
        for r in rows
    ]
    points = [
        {
            "type": "Feature",
            "properties": {"kind": "point", "campus": name, f"{show}_{unit}": round(v, 1 if unit == "dba" else 2)},
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
        }
        for name, lat, lon, v in dots
    ]
    text = json.dumps({"type": "FeatureCollection", "features": lines + points})
    write_text(out, text)
    return {"written": [str(out)], "contours": len(rows), "points": len(dots)}


def _dots(plant: Plant, grid: Grid, least: float) -> list[tuple[str, float, float, float]]:
    """Campus, latitude, longitude and value of the points of a grid that reach ``least``."""
    i, j = np.nonzero(grid.level_db >= least)
    site = plant.spec.site
    spots = lat_lon_deg(grid.east_m[j], grid.north_m[i], site_lat=site.lat, site_lon=site.lon).round(6)
    return [(plant.campus, float(a), float(b), float(v)) for (a, b), v in zip(spots, grid.level_db[i, j], strict=True)]


def _write_raster(plants: list[Plant], grids: list[Grid], out: Path) -> dict[str, Any]:
    """One GeoTIFF for each campus; its cells lie about the points of the grid."""
    written = []
    for plant, grid in zip(plants, grids, strict=True):
        path = out if len(plants) == 1 else out.with_stem(f"{out.stem}_{plant.campus}")
        site, half = plant.spec.site, (grid.east_m[1] - grid.east_m[0]) / 2.0
        (south, west), (north, east) = (
            lat_lon_deg(e, n, site_lat=site.lat, site_lon=site.lon)
            for e, n in ((grid.east_m[0] - half, grid.north_m[0] - half), (grid.east_m[-1] + half, grid.north_m[-1] + half))
        )
        corner = {
            "west_deg": float(west),
            "north_deg": float(north),
            "step_lon_deg": float(east - west) / len(grid.east_m),
            "step_lat_deg": float(north - south) / len(grid.north_m),
        }
        with whole_file(path) as part:
            write_geotiff(part, grid.level_db[::-1], **corner)
        written.append(str(path))
    return {"written": written, "contours": 0, "points": sum(grid.level_db.size for grid in grids)}
