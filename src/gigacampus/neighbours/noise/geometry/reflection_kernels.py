"""Compiled first-order reflections: which faces mirror which pair, and the geometry rows of the unfolded ways.

``reflections.reflections``, ``iso9613_reflections`` and ``cnossos_paths.reflected_losses_db`` are the plain twins.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry import cnossos_columns as eu
from gigacampus.neighbours.noise.geometry import iso9613_columns as iso
from gigacampus.neighbours.noise.geometry import reflection_columns as at
from gigacampus.neighbours.noise.geometry.cnossos_kernels import diffraction_over_top, path_difference_m, profile_points, ray_edges
from gigacampus.neighbours.noise.geometry.kernel_arrays import Crossings
from gigacampus.neighbours.noise.geometry.kernels import MOST_CUTS, add_zones, fill_zones, top_path
from gigacampus.neighbours.noise.geometry.plan_kernels import MOST_POINTS, crossings, ground_altitude_m, sort_along
from gigacampus.neighbours.noise.geometry.profile_kernels import fit_plane, make_room, pieces_under

SAME_POINT_M, FOOT_M = 1e-6, 0.015


@njit(**INNER)
def _before_faces(point, faces, out):
    """Distance of a point from the plane of each face, positive on the right of it."""
    for k in range(len(faces)):
        out[k] = (point[0] - faces[k, at.X0]) * faces[k, at.NORMAL_X] + (point[1] - faces[k, at.Y0]) * faces[k, at.NORMAL_Y]


@njit(**INNER)
def _reflect(face, s, r, to_s, to_r, flat_z, raster, out):
    """Fill the columns of one reflection; False where the ray meets the face beside its ends, over its top or under ground."""
    x0, y0, nx, ny, width = face[at.X0], face[at.Y0], face[at.NORMAL_X], face[at.NORMAL_Y], face[at.FACE_WIDTH_M]
    share = to_s / (to_s + to_r)
    x = s[0] - to_s * nx + share * (r[0] - to_r * nx - s[0] + to_s * nx)
    y = s[1] - to_s * ny + share * (r[1] - to_r * ny - s[1] + to_s * ny)
    along = ((x - x0) * (face[at.X1] - x0) + (y - y0) * (face[at.Y1] - y0)) / (width * width)
    if not 0.0 < along < 1.0:
        return False
    z, top = s[2] + share * (r[2] - s[2]), face[at.TOP0_M] + along * (face[at.TOP1_M] - face[at.TOP0_M])
    foot = FOOT_M if to_s > 0.0 else -FOOT_M
    if z >= top or z <= (ground_altitude_m(x + foot * nx, y + foot * ny, raster) if raster.altitude_m.shape[0] > 0 else flat_z):
        return False
    plan = np.hypot(x - s[0], y - s[1]) + np.hypot(r[0] - x, r[1] - y)
    slant = np.hypot(plan, r[2] - s[2])
    out[at.X], out[at.Y], out[at.RAY_M], out[at.TOP_M] = x, y, z, top
    out[at.DISTANCE_M], out[at.BEFORE_M], out[at.WIDTH_M] = slant, share * slant, width
    out[at.COSINE] = (abs(to_s) + abs(to_r)) / max(plan, 1e-9)
    return True


@njit(cache=True, nogil=True)
def find_reflections(sources, receivers, faces, flat_z, raster, pairs, found):
    """Reflections of all pairs: receiver, source and face into ``pairs`` (reflection, 3), geometry into ``found``; their count.

    More than there is room for are counted only. ``reflection_columns`` names what ``faces`` and ``found`` hold.
    """
    n, line = 0, np.empty(at.WIDTH)
    of_source, of_receiver = np.empty((len(sources), len(faces))), np.empty(len(faces))
    for i in range(len(sources)):
        _before_faces(sources[i], faces, of_source[i])
    for j in range(len(receivers)):
        _before_faces(receivers[j], faces, of_receiver)
        for i in range(len(sources)):
            for k in range(len(faces)):
                to_s, to_r = of_source[i, k], of_receiver[k]
                if (
                    to_s * to_r > SAME_POINT_M
                    and to_s * faces[k, at.OPEN_SIDE] >= 0.0
                    and _reflect(faces[k], sources[i], receivers[j], to_s, to_r, flat_z, raster, line)
                ):
                    if n < len(found):
                        pairs[n, 0], pairs[n, 1], pairs[n, 2], found[n] = j, i, k, line
                    n += 1
    return n


@njit(**INNER)
def _legs(s, r, face, obstacles, hits, unfolded):
    """Crossings of both legs as shares of the unfolded path; their count (-1: full), the count on the first leg, both lengths."""
    first = max(np.hypot(face[at.X] - s[0], face[at.Y] - s[1]), 1e-9)
    last, n, before = max(np.hypot(r[0] - face[at.X], r[1] - face[at.Y]), 1e-9), 0, 0
    for k in range(2):
        ax, ay, bx, by = (s[0], s[1], face[at.X], face[at.Y]) if k == 0 else (face[at.X], face[at.Y], r[0], r[1])
        found = crossings(ax, ay, bx, by, obstacles, hits)
        if found < 0 or n + found > len(unfolded.share):
            return -1, 0, first, last
        for i in range(found):
            t = hits.share[i]
            unfolded.share[n] = (t * first if k == 0 else first + t * last) / (first + last)
            unfolded.top_m[n], unfolded.owner[n], n = hits.top_m[i], hits.owner[i], n + 1
        before = n if k == 0 else before
    return n, before, first, last


@njit(cache=True, nogil=True)
def reflected_iso_rows(sources, receivers, pairs, found, obstacles, ground, out):
    """Rows of ISO 9613-2 of unfolded paths into ``out`` (reflection, column): ground zones and edges over the top."""
    most = MOST_POINTS
    hits = Crossings(np.empty(most), np.empty(most), np.empty(most, np.int64))
    unfolded = Crossings(np.empty(most), np.empty(most), np.empty(most, np.int64))
    chain, cuts, sums = np.empty(most + 2, np.int64), np.empty(MOST_CUTS), np.empty((2, 3))
    for m in range(len(found)):
        s, r, face, row = sources[pairs[m, 1]], receivers[pairs[m, 0]], found[m], out[m]
        x, y, z, o = face[at.X], face[at.Y], hits.top_m, hits.owner
        row[:], sums[:] = 0.0, 0.0
        n, _, first, last = _legs(s, r, face, obstacles, hits, unfolded)
        p = first + last
        near, far = min(30.0 * s[3] / p, 1.0), max(1.0 - 30.0 * r[3] / p, 0.0)
        known = add_zones(s[0], s[1], x, y, 0.0, first / p, near, far, ground, cuts, z, o, sums) and add_zones(
            x, y, r[0], r[1], first / p, 1.0, near, far, ground, cuts, z, o, sums
        )
        row[iso.PLAN_M], row[iso.DISTANCE_M] = p if known and n >= 0 else np.nan, face[at.DISTANCE_M]
        row[iso.SOURCE_HEIGHT_M], row[iso.RECEIVER_HEIGHT_M] = s[3], r[3]
        if known and n >= 0:
            fill_zones(row, near, far, sums)
            sort_along(unfolded.share, unfolded.top_m, unfolded.owner, n)
            top_path(row, s[2], r[2], p, face[at.DISTANCE_M], unfolded, n, chain)


@njit(**INNER)
def _over_face(face, to_face, p, s, r, x, z, screen, m, radius, creased, line_x, line_z):
    """Path difference over the top of the face, seen between the edges beside it; NaN where the ray passes over the face."""
    if not face[at.RAY_M] + to_face * (p - to_face) / (2.0 * radius) < face[at.TOP_M]:
        return np.nan
    kind, size = ray_edges(x, z, screen, m, p, s[2], r[2], radius, creased, line_x, line_z)
    if kind != eu.BLOCKED:
        line_x[0], line_z[0], line_x[1], line_z[1], size = 0.0, s[2], p, r[2], 2
    k = 0
    while k + 1 < size - 1 and line_x[k + 1] < to_face:
        k += 1
    after = k + 1
    while after < size - 1 and line_x[after] <= to_face:
        after += 1
    ax, az, bx, bz = line_x[k], line_z[k], line_x[after], line_z[after]
    line_x[0], line_z[0], line_x[1], line_z[1], line_x[2], line_z[2] = ax, az, to_face, face[at.TOP_M], bx, bz
    return path_difference_m(line_x, line_z, 3, radius)


@njit(**INNER)
def _pieces_under_both_legs(s, r, face, first, last, n, before, unfolded, obstacles, ground, raster, room):
    """Pieces of ground and roof under both legs, from their crossings on the unfolded path; their count, -1: a buffer is full."""
    x, y, p, count = face[at.X], face[at.Y], first + last, -1
    for k in range(2):
        lo, hi = (0, before) if k == 0 else (before, n)
        for i in range(lo, hi):
            room.hits.share[i - lo] = unfolded.share[i] * p / first if k == 0 else (unfolded.share[i] * p - first) / last
            room.hits.owner[i - lo] = unfolded.owner[i]
        if n >= 0 and k == 0:
            count = pieces_under(s[0], s[1], x, y, 0.0, s[2] - s[3], 0, hi, obstacles, ground, raster, room)
        elif count >= 0:
            count = pieces_under(x, y, r[0], r[1], first, s[2] - s[3], count, hi - lo, obstacles, ground, raster, room)
    return count


@njit(cache=True, nogil=True)
def reflected_cnossos_rows(sources, receivers, pairs, found, obstacles, ground, raster, out, over_face):
    """Rows of CNOSSOS-EU of unfolded paths into ``out`` (reflection, column), and path differences over the face by condition."""
    most, room = MOST_POINTS, make_room()
    unfolded = Crossings(np.empty(most), np.empty(most), np.empty(most, np.int64))
    x, z, screen, line_x, line_z = np.empty(most), np.empty(most), np.empty(most, np.int64), np.empty(most + 2), np.empty(most + 2)
    flat, pieces = raster.altitude_m.shape[0] == 0, room.pieces
    for m in range(len(found)):
        s, r, face, row = sources[pairs[m, 1]], receivers[pairs[m, 0]], found[m], out[m]
        row[:] = 0.0
        row[eu.DISTANCE_M] = np.nan
        n, before, first, last = _legs(s, r, face, obstacles, room.hits, unfolded)
        p, count = first + last, _pieces_under_both_legs(s, r, face, first, last, n, before, unfolded, obstacles, ground, raster, room)
        points = profile_points(pieces, count, unfolded.share, unfolded.top_m, n, p, x, z, screen) if count >= 0 else -1
        if points < 0:
            continue
        fit_plane(row[eu.PLANE : eu.PLANE + eu.PLANE_WIDTH], pieces, count, 0.0, s[2], p, r[2])
        for c in range(2):
            radius = np.inf if c == eu.HOMOGENEOUS else max(1000.0, 8.0 * face[at.DISTANCE_M])
            top = row[eu.TOP[c] : eu.TOP[c] + eu.TOP_WIDTH]
            diffraction_over_top(top, pieces, count, x, z, screen, points, p, s[2], r[2], radius, flat, line_x, line_z)
            over_face[m, c] = _over_face(face, first, p, s, r, x, z, screen, points, radius, flat, line_x, line_z)
        row[eu.DISTANCE_M] = face[at.DISTANCE_M]
