"""Compiled first-order reflections: which faces mirror which pair, and the geometry rows of the unfolded ways.

``reflections.reflections``, ``iso9613_reflections`` and ``cnossos_paths.reflected_losses_db`` are the plain twins.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.cnossos_kernels import (
    DIRECT,
    EDGE,
    MOST_PIECES,
    MOST_SOLID,
    detour_m,
    fit_plane,
    over_top,
    pieces_under,
    profile_points,
    ray_edges,
)
from gigacampus.neighbours.noise.geometry.kernels import MOST_CUTS, add_zones, fill_zones, top_path
from gigacampus.neighbours.noise.geometry.plan_kernels import MOST_POINTS, crossings, raster_z, sort_along

STAMP = "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(__file__).parent.glob("*kernels.py")))
SAME_POINT_M, FOOT_M = 1e-6, 0.015
COLUMNS = 8
"""Of a reflection: point x, y; altitude of the ray and of the face's top there; length; length before the face; width; cosine."""


@njit(**INNER)
def _before_faces(point, faces, out):
    """Distance of a point from the plane of each face, positive on the right of it."""
    for k in range(len(faces)):
        out[k] = (point[0] - faces[k, 0]) * faces[k, 4] + (point[1] - faces[k, 1]) * faces[k, 5]


@njit(**INNER)
def _mirror(face, s, r, to_s, to_r, flat_z, frame, raster, out):
    """Fill the columns of one reflection; False where the ray meets the face beside its ends, over its top or under ground."""
    x0, y0, nx, ny, length = face[0], face[1], face[4], face[5], face[6]
    share = to_s / (to_s + to_r)
    x = s[0] - to_s * nx + share * (r[0] - to_r * nx - s[0] + to_s * nx)
    y = s[1] - to_s * ny + share * (r[1] - to_r * ny - s[1] + to_s * ny)
    along = ((x - x0) * (face[2] - x0) + (y - y0) * (face[3] - y0)) / (length * length)
    if not 0.0 < along < 1.0:
        return False
    z, top, way = s[2] + share * (r[2] - s[2]), face[8] + along * (face[9] - face[8]), FOOT_M if to_s > 0.0 else -FOOT_M
    if z >= top or z <= (raster_z(x + way * nx, y + way * ny, frame, raster) if raster.shape[0] > 0 else flat_z):
        return False
    plan = np.hypot(x - s[0], y - s[1]) + np.hypot(r[0] - x, r[1] - y)
    slant = np.hypot(plan, r[2] - s[2])
    out[0], out[1], out[2], out[3], out[4], out[5] = x, y, z, top, slant, share * slant
    out[6], out[7] = length, (abs(to_s) + abs(to_r)) / max(plan, 1e-9)
    return True


def _search(stamp: str) -> Any:
    @njit(cache=True, nogil=True)
    def mirrors(sources, receivers, faces, flat_z, terrain, pairs, found):
        """Reflections of all pairs: receiver, source and face into ``pairs`` (reflection, 3), geometry into ``found``; their count.

        More than there is room for are counted only. ``faces`` x0 y0 x1 y1, normal x and y, width, side that is open (0: both),
        top at both ends; (face, 10).
        """
        _ = stamp
        n, line, frame, raster = 0, np.empty(COLUMNS), terrain[0], terrain[1]
        of_source, of_ear = np.empty((len(sources), len(faces))), np.empty(len(faces))
        for i in range(len(sources)):
            _before_faces(sources[i], faces, of_source[i])
        for j in range(len(receivers)):
            _before_faces(receivers[j], faces, of_ear)
            for i in range(len(sources)):
                for k in range(len(faces)):
                    to_s, to_r = of_source[i, k], of_ear[k]
                    if (
                        to_s * to_r > SAME_POINT_M
                        and to_s * faces[k, 7] >= 0.0
                        and _mirror(faces[k], sources[i], receivers[j], to_s, to_r, flat_z, frame, raster, line)
                    ):
                        if n < len(found):
                            pairs[n, 0], pairs[n, 1], pairs[n, 2], found[n] = j, i, k, line
                        n += 1
        return n

    return mirrors


@njit(**INNER)
def _legs(s, r, face, world, grid, shape, t, z, o, share, height, owner):
    """Crossings of both legs as shares of the unfolded way; their count (-1: full), the count on the first leg, both lengths."""
    seg, tops, owners, _, _, starts, items = world
    first = max(np.hypot(face[0] - s[0], face[1] - s[1]), 1e-9)
    last, n, before = max(np.hypot(r[0] - face[0], r[1] - face[1]), 1e-9), 0, 0
    for k in range(2):
        ax, ay, bx, by = (s[0], s[1], face[0], face[1]) if k == 0 else (face[0], face[1], r[0], r[1])
        found = crossings(ax, ay, bx, by, grid, shape, starts, items, seg, tops, owners, t, z, o)
        if found < 0 or n + found > len(share):
            return -1, 0, first, last
        for i in range(found):
            share[n] = (t[i] * first if k == 0 else first + t[i] * last) / (first + last)
            height[n], owner[n], n = z[i], o[i], n + 1
        before = n if k == 0 else before
    return n, before, first, last


def _straight(stamp: str) -> Any:
    @njit(cache=True, nogil=True)
    def mirrored_rows(sources, receivers, pairs, found, world, grid, shape, ground, out):
        """Rows of ISO 9613-2 of unfolded ways into ``out`` (reflection, column): ground zones and edges over the top."""
        _ = stamp
        most = MOST_POINTS
        t, z, o, share, height = np.empty(most), np.empty(most), np.empty(most, np.int64), np.empty(most), np.empty(most)
        owner, chain, cuts, sums = np.empty(most, np.int64), np.empty(most + 2, np.int64), np.empty(MOST_CUTS), np.empty((2, 3))
        for m in range(len(found)):
            s, r, face, row = sources[pairs[m, 1]], receivers[pairs[m, 0]], found[m], out[m]
            row[:], sums[:] = 0.0, 0.0
            n, _, first, last = _legs(s, r, face, world, grid, shape, t, z, o, share, height, owner)
            p = first + last
            near, far = min(30.0 * s[3] / p, 1.0), max(1.0 - 30.0 * r[3] / p, 0.0)
            known = add_zones(s[0], s[1], face[0], face[1], 0.0, first / p, near, far, ground, cuts, z, o, sums) and add_zones(
                face[0], face[1], r[0], r[1], first / p, 1.0, near, far, ground, cuts, z, o, sums
            )
            row[0], row[1], row[2], row[3] = p if known and n >= 0 else np.nan, face[4], s[3], r[3]
            if known and n >= 0:
                fill_zones(row, near, far, sums)
                sort_along(share, height, owner, n)
                top_path(row, s[2], r[2], p, face[4], share, height, owner, n, chain)

    return mirrored_rows


@njit(**INNER)
def _spill(row, face, at, p, s, r, x, z, screen, m, radius, creased, line):
    """Path difference over the top of the face, seen between the edges beside it; NaN where the ray passes over the face."""
    if not face[2] + at * (p - at) / (2.0 * radius) < face[3]:
        return np.nan
    line_x, line_z = line
    kind, size = ray_edges(x, z, screen, m, p, s[2], r[2], radius, creased, line_x, line_z)
    if kind != 1:
        line_x[0], line_z[0], line_x[1], line_z[1], size = 0.0, s[2], p, r[2], 2
    k = 0
    while k + 1 < size - 1 and line_x[k + 1] < at:
        k += 1
    after = k + 1
    while after < size - 1 and line_x[after] <= at:
        after += 1
    ax, az, bx, bz = line_x[k], line_z[k], line_x[after], line_z[after]
    line_x[0], line_z[0], line_x[1], line_z[1], line_x[2], line_z[2] = ax, az, at, face[3], bx, bz
    return detour_m(line_x, line_z, 3, radius)


def _bent(stamp: str) -> Any:
    @njit(cache=True, nogil=True)
    def mirrored_bent_rows(sources, receivers, pairs, found, world, grid, shape, ground, terrain, out, spill):
        """Rows of CNOSSOS-EU of unfolded ways into ``out`` (reflection, column), and what spills over the face, straight and bent."""
        _ = stamp
        most = MOST_POINTS
        a, b, c_of = np.empty(most), np.empty(most), np.empty(most, np.int64)
        d, e, f_of = np.empty(most), np.empty(most), np.empty(most, np.int64)
        buffers = (a, b, c_of, d, e, f_of, np.empty((MOST_PIECES, 5)), np.empty(MOST_SOLID, np.int64), np.empty((MOST_SOLID, 3)))
        share, height, owner = np.empty(most), np.empty(most), np.empty(most, np.int64)
        x, z, screen, line = np.empty(most), np.empty(most), np.empty(most, np.int64), (np.empty(most + 2), np.empty(most + 2))
        creased, pieces = terrain[1].shape[0] == 0, buffers[6]
        for m in range(len(found)):
            s, r, face, row = sources[pairs[m, 1]], receivers[pairs[m, 0]], found[m], out[m]
            row[:] = 0.0
            row[0] = np.nan
            n, before, first, last = _legs(s, r, face, world, grid, shape, buffers[0], buffers[1], buffers[2], share, height, owner)
            p, count = first + last, -1
            for k in range(2):
                lo, hi = (0, before) if k == 0 else (before, n)
                for i in range(lo, hi):
                    buffers[0][i - lo] = share[i] * p / first if k == 0 else (share[i] * p - first) / last
                    buffers[2][i - lo] = owner[i]
                if n >= 0 and k == 0:
                    count = pieces_under(s[0], s[1], face[0], face[1], 0.0, s[2] - s[3], 0, hi, world, ground, terrain, buffers)
                elif count >= 0:
                    count = pieces_under(face[0], face[1], r[0], r[1], first, s[2] - s[3], count, hi - lo, world, ground, terrain, buffers)
            points = profile_points(pieces, count, share, height, n, p, x, z, screen) if count >= 0 else -1
            if points < 0:
                continue
            fit_plane(row[1:DIRECT], pieces, count, 0.0, s[2], p, r[2])
            for c in range(2):
                radius, at = np.inf if c == 0 else max(1000.0, 8.0 * face[4]), DIRECT + c * EDGE
                over_top(row[at : at + EDGE], pieces, count, x, z, screen, points, p, s[2], r[2], radius, creased, line[0], line[1])
                spill[m, c] = _spill(row, face, first, p, s, r, x, z, screen, points, radius, creased, line)
            row[0] = face[4]

    return mirrored_bent_rows


mirrors, mirrored_rows, mirrored_bent_rows = _search(STAMP), _straight(STAMP), _bent(STAMP)
