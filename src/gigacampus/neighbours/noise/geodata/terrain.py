"""Terrain from an ESRI ASCII grid or a GeoTIFF, laid on the plane of a site."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import printable, refuse
from gigacampus.neighbours.noise.geodata.crs import Frame, frame
from gigacampus.neighbours.noise.geodata.features import CUT, bounded_text
from gigacampus.neighbours.noise.geodata.vertical import GIVE, NOT_STATED, UNITS, Vertical, geotiff_vertical
from gigacampus.neighbours.noise.geometry.scene import Terrain

MOST_CELLS = 25_000_000
FINEST_M = 5.0
HALF_WIDTH_M = 15_000.0
"""Terrain is taken this far from the site on each side, or as far as the file goes."""
MOST_NODES = 2_000_000
LOWEST_M, HIGHEST_M = -500.0, 9_000.0
"""Altitudes outside of these are taken as holes."""
SURE_MARKS = (-9999.0, -99999.0, -32768.0, -32767.0, 65535.0)
"""Numbers of a file that are never an altitude, whatever its unit."""
VOID_MARKS = (0.0, -99.0, 99.0, 255.0, 999.0, 1000.0, 8888.0, 9999.0, 32767.0)
"""Numbers that data sets write where they know no altitude, and that could be one."""
LEAST_KNOWN_FRAC = 0.1
"""Share of the cells that must have another altitude before one can be a mark."""
VOID_GAP_M = 50.0
"""Such a number is a hole where it lies farther from all other altitudes than this, and than these lie apart."""
ASCII_KEYS = ("ncols", "nrows")
HEADER_WORDS = (*ASCII_KEYS, "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "dx", "dy", "nodata_value")
SAME_STEP_FRAC = 1e-6
PICTURES = ("1", "P", "PA")
"""Modes in which a cell is the number of a colour, or black or white."""
EPSG_KEYS = (3072, 2048)
"""Keys of a GeoTIFF that name its system: projected, then geographic."""


@dataclass(frozen=True)
class Raster:
    """Altitudes at cell centres in the coordinates of a file; rows run towards larger y."""

    x0: float
    y0: float
    step_x: float
    step_y: float
    altitude: np.ndarray
    """In the unit of the file; not a number where there is a hole."""
    crs: str = ""
    """What the file itself says; empty where it says nothing."""
    vertical: Vertical = NOT_STATED
    """What the file says of its altitudes."""


def read_terrain(path: Path, *, site_lat: float, site_lon: float, crs: str = "", unit: str = "") -> tuple[Terrain, list[str]]:
    """Terrain about a site, with its own step or ``FINEST_M``, and findings. ``crs`` and ``unit`` override what the file says."""
    raster = ascii_grid(path) if path.suffix.lower() == ".asc" else geotiff(path)
    system = crs or raster.crs
    if not system:
        raise refuse("the file does not say its coordinate system", file=str(path), path="crs", fix="give one, such as crs: EPSG:32616")
    level_m, findings = altitudes_m(raster, path, unit=unit)
    return _on_the_plane(raster, level_m, frame(system, site_lat=site_lat, site_lon=site_lon), path), findings


def altitudes_m(raster: Raster, path: Path, *, unit: str = "") -> tuple[np.ndarray, list[str]]:
    """Altitudes in metres with holes filled from the nearest cell, and what was understood and filled; ``unit`` overrides the file's."""
    stated = raster.vertical
    if unit and unit not in UNITS:
        raise refuse(f"{unit!r} is no unit of altitudes", file=str(path), path="unit", fix=f"give one of {', '.join(UNITS)}")
    if not unit and not stated.unit and stated.horizontal_feet:
        raise refuse("its coordinates are in feet, and it does not say the unit of its altitudes", file=str(path), fix=GIVE)
    vertical = replace(stated, unit=unit or stated.unit)
    raw, holes = _without_marks(raster.altitude, abs(vertical.scale) * vertical.metres_per_unit(), path)
    level_m = (raw * vertical.scale + vertical.offset) * vertical.metres_per_unit()
    filled, findings = _without_holes(level_m, path)
    findings = [*holes, *findings]
    span = f"altitudes from {filled.min():.1f} to {filled.max():.1f} m"
    if not vertical.unit:
        findings.insert(0, f"{path.name}: the unit of its altitudes is not stated; taken as metres: {span}")
    elif unit and stated.unit and unit != stated.unit:
        findings.insert(0, f"{path.name}: says that its altitudes are in {stated.unit}, read as {unit}: {span}")
    return filled, findings


def ascii_grid(path: Path) -> Raster:
    """Source: ESRI ASCII raster format: header lines in any order (GDAL writes ``dx`` and ``dy``), then rows from the north."""
    words = bounded_text(path).split()
    head, at = _ascii_head(words, path)
    steps = [head.get(key, head.get("cellsize", 0.0)) for key in ("dx", "dy")]
    origin = [next(((head[k], half) for k, half in ((f"{a}llcorner", 0.5), (f"{a}llcenter", 0.0)) if k in head), None) for a in "xy"]
    if None in origin or any(key not in head for key in ASCII_KEYS) or not all(0.0 < step < np.inf for step in steps):
        raise refuse(
            "no ESRI ASCII grid: ncols, nrows, xllcorner, yllcorner, or cellsize (or dx and dy) is missing",
            file=str(path),
            fix="export it again",
        )
    if "cellsize" in head and any(abs(step - head["cellsize"]) > SAME_STEP_FRAC * step for step in steps):
        raise refuse("cellsize and dx, dy disagree", file=str(path), fix="keep the one that counts")
    try:
        cells = np.array(words[at:], dtype=float)
    except ValueError:
        raise refuse("an altitude is not a number", file=str(path), fix="export it again") from None
    rows, columns = head["nrows"], head["ncols"]
    if rows < 2 or columns < 2 or cells.size != rows * columns or rows % 1.0 or columns % 1.0:
        raise refuse(f"{cells.size} altitudes for {rows:g} rows of {columns:g}", file=str(path), fix="export it again")
    cells = np.where(cells == head.get("nodata_value", -9999.0), np.nan, cells).reshape(int(rows), int(columns))[::-1]
    x0, y0 = (said[0] + said[1] * step for said, step in zip(origin, steps, strict=True) if said is not None)
    return Raster(x0, y0, steps[0], steps[1], cells)


def _ascii_head(words: list[str], path: Path) -> tuple[dict[str, float], int]:
    """Header of an ASCII grid, and the position of its first altitude; a word that stands twice or is none of a header's is refused."""
    head: dict[str, float] = {}
    at = 0
    while at + 1 < len(words) and words[at][0].isalpha() and words[at].lower() != "nan":
        name = words[at].lower()
        try:
            value = float(words[at + 1])
        except ValueError:
            raise refuse(f"{words[at]} is not followed by a number", file=str(path), fix="see the header of an ESRI ASCII grid") from None
        if name not in HEADER_WORDS:
            raise refuse(f"{printable(words[at])} is no word of an ESRI ASCII grid's header", file=str(path), fix="delete that line")
        if name in head or (not np.isfinite(value) and name != "nodata_value"):
            why = "stands twice" if name in head else "is not followed by a number"
            raise refuse(f"{words[at]} {why}", file=str(path), fix="see the header of an ESRI ASCII grid")
        head[name] = value
        at += 2
    return head, at


def geotiff(path: Path) -> Raster:
    """First band of a GeoTIFF with north up. Source: TIFF 6.0, OGC GeoTIFF 1.1. Needs Pillow."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise refuse(
            "GeoTIFF terrain needs Pillow, which is not installed",
            file=str(path),
            fix="pip install pyproj pillow (the extra `geo`), or save the terrain as an ESRI ASCII grid",
        ) from None
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=["TIFF"]) as image:
            if image.width * image.height > MOST_CELLS:
                raise refuse(f"{image.width} x {image.height} cells, at most {MOST_CELLS:,}", file=str(path), fix=CUT)
            tags = dict(image.tag_v2)  # type: ignore[attr-defined]
            mode = image.mode
            cells = np.asarray(image, dtype=float)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refuse(
            f"cannot be read as a GeoTIFF: {type(error).__name__}",
            file=str(path),
            fix="save one band of 16 or 32 bits, such as `gdal_translate -ot Float32`",
        ) from None
    if cells.ndim != 2 or min(cells.shape) < 2 or mode in PICTURES:
        raise refuse("not one band of altitudes", file=str(path), fix="save one band of 16 or 32 bits")
    scale, tie = _placing(tags, path)
    keys = _geo_keys(tags)
    half = 0.0 if keys.get(1025) == 2 else 0.5
    west = tie[3] + (half - tie[0]) * scale[0]
    north = tie[4] - (half - tie[1]) * scale[1]
    code = next((keys[k] for k in EPSG_KEYS if 1024 <= keys.get(k, 0) < 32767), None)
    nodata = _number(tags.get(42113))
    cells = np.where(cells == nodata, np.nan, cells)[::-1]
    vertical = geotiff_vertical(keys, str(tags.get(42112, "")), path)
    return Raster(west, north - (len(cells) - 1) * scale[1], scale[0], scale[1], cells, f"EPSG:{code}" if code else "", vertical)


def _placing(tags: dict[int, Any], path: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Cell size and tie point of a raster with north up, by its own two tags or by the matrix that stands in for them."""
    scale, tie, matrix = tags.get(33550), tags.get(33922), tags.get(34264)
    turned = matrix is not None and (len(matrix) != 16 or matrix[1] != 0.0 or matrix[4] != 0.0)
    if matrix is not None and not turned and not scale:
        scale, tie = (matrix[0], -matrix[5], 0.0), (0.0, 0.0, 0.0, matrix[3], matrix[7], 0.0)
    if turned or not scale or not tie or scale[0] <= 0.0 or scale[1] <= 0.0:
        raise refuse(
            "the raster does not say where it lies, or is turned", file=str(path), fix="save it with north up, such as with `gdalwarp`"
        )
    return tuple(scale), tuple(tie)


def _geo_keys(tags: dict[int, Any]) -> dict[int, int]:
    """Short values of the GeoTIFF key directory by key."""
    flat = [int(v) for v in tags.get(34735, ())]
    rows = [flat[k : k + 4] for k in range(4, len(flat) - 3, 4)]
    return {key: value for key, place, _, value in rows if place == 0}


def _number(text: object) -> float:
    try:
        return float(str(text).strip("\0 "))
    except ValueError:
        return float("nan")


def _without_holes(z: np.ndarray, path: Path) -> tuple[np.ndarray, list[str]]:
    """Altitudes with holes filled from the nearest cell, and what was filled."""
    hole = ~((z > LOWEST_M) & (z < HIGHEST_M))
    if hole.all():
        finite = z[np.isfinite(z)]
        found = f"altitudes from {finite.min():g} to {finite.max():g} m are not on Earth" if finite.size else "no altitude in it"
        raise refuse(found, file=str(path), fix=f"check the file; {GIVE}" if finite.size else "check the file")
    if not hole.any():
        return z, []
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(hole, return_distances=False, return_indices=True)
    return z[tuple(nearest)], [f"{path.name}: {hole.mean():.1%} of the cells have no altitude; the nearest altitude is used"]


def _without_marks(cells: np.ndarray, unit_m: float, path: Path) -> tuple[np.ndarray, list[str]]:
    """Numbers of a file with marks of a missing value as holes, and the mark that could have been an altitude."""
    out = np.where(np.isin(cells, SURE_MARKS), np.nan, cells)
    mark = _void_mark(out[np.isfinite(out)], VOID_GAP_M / unit_m)
    if mark is None:
        return out, []
    return np.where(out == mark, np.nan, out), [f"{path.name}: cells of exactly {mark:g} lie far from all others; taken as holes"]


def _void_mark(z: np.ndarray, least_gap: float) -> float | None:
    """A number that stands for no altitude: one of the usual marks, the lowest or the highest, alone and far from all others.

    >>> _void_mark(np.array([0.0, 225.0, 240.0, 270.0]), 50.0), _void_mark(np.array([0.0, 2.0, 40.0]), 50.0)
    (0.0, None)
    >>> _void_mark(np.array([-10.0, -10.0, 240.0, 270.0]), 50.0)
    -10.0
    """
    for mark in (*VOID_MARKS, *((z.min(), z.max()) if z.size else ())):
        rest = z[z != mark]
        if z.size > rest.size >= LEAST_KNOWN_FRAC * z.size and rest.size:
            gap = max(rest.min() - mark, mark - rest.max())
            if gap > max(least_gap, np.ptp(rest)):
                return float(mark)
    return None


def _on_the_plane(raster: Raster, level: np.ndarray, frame_: Frame, path: Path) -> Terrain:
    """Bilinear altitudes on a regular raster of the plane, clipped to the file and to the reach of the site."""
    x = raster.x0 + np.arange(level.shape[1]) * raster.step_x
    y = raster.y0 + np.arange(level.shape[0]) * raster.step_y
    edge = np.concatenate(
        [np.column_stack([x, np.full(len(x), v)]) for v in (y[0], y[-1])]
        + [np.column_stack([np.full(len(y), v), y]) for v in (x[0], x[-1])]
    )
    plan = frame_.to_plane(edge)
    if not np.isfinite(plan).all() or (plan.min(axis=0) > 0.0).any() or (plan.max(axis=0) < 0.0).any():
        raise refuse(
            "the terrain does not reach the site",
            file=str(path),
            path="crs",
            fix="check the coordinate system, or cut out terrain about the site",
        )
    low, high = np.maximum(plan.min(axis=0), -HALF_WIDTH_M), np.minimum(plan.max(axis=0), HALF_WIDTH_M)
    native = np.ptp(plan, axis=0) / np.array([len(x) - 1, len(y) - 1])
    step = max(float(native.min()), FINEST_M, float(np.sqrt(np.prod(high - low) / MOST_NODES)))
    columns, rows = (int(n) + 1 for n in np.ceil((high - low) / step))
    east, north = np.meshgrid(low[0] + np.arange(columns) * step, low[1] + np.arange(rows) * step)
    spots = frame_.from_plane(np.column_stack([east.ravel(), north.ravel()]))
    index = (spots - np.array([raster.x0, raster.y0])) / np.array([raster.step_x, raster.step_y])
    z = Terrain(raster_m=level).altitude_m(index)
    return Terrain(x0_m=float(low[0]), y0_m=float(low[1]), step_m=step, raster_m=z.reshape(rows, columns))
