"""Compiled geometry of CNOSSOS-EU pairs: profiles, mean planes and edges; ``cnossos_paths`` is the plain twin.

Rays are straight in homogeneous air (infinite radius) and bend downwards in favourable air. ``cnossos_columns`` names what a row holds.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.cnossos_columns import (
    BELOW_SIGHT,
    BLOCKED,
    BOTH_IMAGES_M,
    DIFFERENCE_M,
    DISTANCE_M,
    FAVOURABLE,
    FREE,
    HOMOGENEOUS,
    KIND,
    LENGTH_M,
    PATH_G,
    PLANE,
    PLANE_WIDTH,
    RECEIVER_IMAGE_M,
    RECEIVER_M,
    RECEIVER_PLANE,
    SEPARATION_M,
    SIDE_DIFFERENCE_M,
    SIDE_EXISTS,
    SIDE_PLANE,
    SIDE_SEPARATION_M,
    SIDE_WIDTH,
    SIDES,
    SOURCE_IMAGE_M,
    SOURCE_M,
    SOURCE_PLANE,
    TOP,
    TOP_WIDTH,
)
from gigacampus.neighbours.noise.geometry.courtyard_kernels import courtyard_path
from gigacampus.neighbours.noise.geometry.plan_kernels import (
    ABOVE_M,
    MOST_CORNERS,
    MOST_POINTS,
    OFF_CORNER_M,
    blocked_by_ground,
    convex_path,
    corners,
    crossings,
    moved_off_corners,
    sort_along,
)
from gigacampus.neighbours.noise.geometry.profile_kernels import MOST_BUILDINGS, fit_plane, make_room, pieces_of_leg, pieces_under

NO_EFFECT_M = -0.55
"""No band is changed by an edge so far below sight: the criterion is a twentieth of the wavelength, 0.54 m at 31.5 Hz."""


@njit(inline="always", **INNER)
def _arc(chord, radius):
    """Length of the arc over a chord; up to a sixteenth, where a ray and its parts lie, the series of the arcsine is exact to rounding."""
    x = chord / (2.0 * radius)
    if x > 0.0626:
        return 2.0 * radius * np.arcsin(x)
    y = x * x
    return chord * (1.0 + y * (1 / 6 + y * (3 / 40 + y * (5 / 112 + y * (35 / 1152 + y * 63 / 2816)))))


@njit(**INNER)
def path_difference_m(x, z, m, radius):
    """Path difference of a broken line of m points against the straight one; negative when its single edge is below sight."""
    legs = 0.0
    for k in range(m - 1):
        legs += _arc(np.hypot(x[k + 1] - x[k], z[k + 1] - z[k]), radius)
    straight = _arc(np.hypot(x[m - 1] - x[0], z[m - 1] - z[0]), radius)
    over = z[1] - z[0] - (x[1] - x[0]) / (x[m - 1] - x[0]) * (z[m - 1] - z[0])
    if m > 3 or over >= 0.0:
        return legs - straight
    if radius == np.inf:
        return straight - legs
    at = z[1] - over
    halves = _arc(np.hypot(x[1] - x[0], at - z[0]), radius) + _arc(np.hypot(x[2] - x[1], z[2] - at), radius)
    return 2.0 * halves - legs - straight


@njit(**INNER)
def _hull(x, z, n, p, sz, rz, radius, line_x, line_z):
    """The line source, edges of the upper hull of points raised by the arc, receiver; the count of its points."""
    line_x[0], line_z[0], size = 0.0, sz, 1
    for i in range(n + 1):
        cx, cz = (x[i], z[i]) if i < n else (p, rz)
        up = cz + cx * cx / (2.0 * radius)
        while size > 1:
            ax, bx = line_x[size - 2], line_x[size - 1]
            az, bz = line_z[size - 2] + ax * ax / (2.0 * radius), line_z[size - 1] + bx * bx / (2.0 * radius)
            if (bx - ax) * (up - bz) - (bz - az) * (cx - bx) < 0.0:
                break
            size -= 1
        line_x[size], line_z[size], size = cx, cz, size + 1
    return size


@njit(**INNER)
def ray_edges(x, z, screen, n, p, sz, rz, radius, creased, line_x, line_z):
    """The line over the edges: ``FREE``, ``BLOCKED`` or ``BELOW_SIGHT``, and the count of its points."""
    end = rz + p * p / (2.0 * radius)
    for i in range(n):
        if z[i] + x[i] * x[i] / (2.0 * radius) > sz + x[i] / p * (end - sz) + ABOVE_M:
            return BLOCKED, _hull(x, z, n, p, sz, rz, radius, line_x, line_z)
    best, near = -1, -np.inf
    line_x[0], line_z[0], line_x[2], line_z[2] = 0.0, sz, p, rz
    for i in range(n):
        hidden = (i > 0 and x[i - 1] == x[i] and z[i - 1] >= z[i]) or (i < n - 1 and x[i + 1] == x[i] and z[i + 1] > z[i])
        if (creased or screen[i] == 1) and not (creased and hidden):
            line_x[1], line_z[1] = x[i], z[i]
            difference = path_difference_m(line_x, line_z, 3, radius)
            if difference > near:
                best, near = i, difference
    if best < 0 or near <= NO_EFFECT_M:
        return FREE, 2
    line_x[1], line_z[1] = x[best], z[best]
    return BELOW_SIGHT, 3


@njit(**INNER)
def diffraction_over_top(out, pieces, n, x, z, screen, m, p, sz, rz, radius, creased, line_x, line_z):
    """Fill the columns of diffraction over the top in one condition."""
    out[:] = 0.0
    kind, size = ray_edges(x, z, screen, m, p, sz, rz, radius, creased, line_x, line_z)
    out[KIND] = kind
    if kind == FREE:
        return
    out[DIFFERENCE_M] = path_difference_m(line_x, line_z, size, radius)
    for k in range(1, size - 2):
        out[SEPARATION_M] += np.hypot(line_x[k + 1] - line_x[k], line_z[k + 1] - line_z[k])
    last = size - 1
    before, after = out[SOURCE_PLANE : SOURCE_PLANE + PLANE_WIDTH], out[RECEIVER_PLANE : RECEIVER_PLANE + PLANE_WIDTH]
    a0 = fit_plane(before, pieces, n, 0.0, sz, line_x[1], line_z[1])
    a1 = fit_plane(after, pieces, n, line_x[last - 1], line_z[last - 1], p, rz)
    up0, up1 = 2.0 * before[SOURCE_M] / np.sqrt(1.0 + a0 * a0), 2.0 * after[RECEIVER_M] / np.sqrt(1.0 + a1 * a1)
    sx, si, rx, ri = a0 * up0, sz - up0, p + a1 * up1, rz - up1
    line_x[0], line_z[0] = sx, si
    out[SOURCE_IMAGE_M] = path_difference_m(line_x, line_z, size, radius)
    line_x[last], line_z[last] = rx, ri
    for k in range(last):
        out[BOTH_IMAGES_M] += _arc(np.hypot(line_x[k + 1] - line_x[k], line_z[k + 1] - line_z[k]), radius)
    out[BOTH_IMAGES_M] -= _arc(np.hypot(rx - sx, ri - si), radius)
    line_x[0], line_z[0] = 0.0, sz
    out[RECEIVER_IMAGE_M] = path_difference_m(line_x, line_z, size, radius)


@njit(**INNER)
def profile_points(pieces, n, t, z, found, p, x_out, z_out, screen):
    """Tops of screens, then corners of ground and roof, strictly between the ends and sorted; the count, -1: too many."""
    m = 0
    if found + 2 * n > MOST_POINTS:
        return -1
    for i in range(found):
        x_out[m], z_out[m], screen[m], m = t[i] * p, z[i], 1, m + 1
    for i in range(n):
        for k in range(0 if i > 0 else 1, 2 if i < n - 1 else 1):
            x_out[m], z_out[m], screen[m], m = pieces[i, 2 * k], pieces[i, 2 * k + 1], 0, m + 1
    kept = 0
    for i in range(m):
        if 1e-6 < x_out[i] < p - 1e-6:
            x_out[kept], z_out[kept], screen[kept], kept = x_out[i], z_out[i], screen[i], kept + 1
    sort_along(x_out, z_out, screen, kept)
    return kept


@njit(**INNER)
def _side(out, s, r, side, d, plan2, radius, count, objects, obstacles, ground, raster, room, spots):
    """Fill the columns of the path round one side, if any leads past the ground; False when a buffer was too small."""
    xs, ys, hull_x, hull_y = spots
    n = corners(objects, count, s, r, plan2, OFF_CORNER_M, obstacles, xs, ys)
    size = convex_path(s, r, side, xs, ys, n, hull_x, hull_y) if n >= 0 else 0
    if size < 3:
        size = courtyard_path(s, r, side, plan2, objects, count, obstacles, room.hits, hull_x, hull_y)
    if size < 3:
        return size == 2
    moved_off_corners(side, size, hull_x, hull_y, xs, ys)
    if blocked_by_ground(size, xs, ys, s, r, plan2, radius, raster):
        return True
    pieces, n, offset, length = room.pieces, 0, 0.0, 0.0
    for k in range(size - 1):
        plan = np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
        n = pieces_of_leg(xs[k], ys[k], xs[k + 1], ys[k + 1], offset, s[2] - s[3], n, obstacles, ground, raster, room)
        if n < 0:
            return False
        along = ((xs[k + 1] - xs[k]) * (r[0] - s[0]) + (ys[k + 1] - ys[k]) * (r[1] - s[1])) / plan2
        leg = np.hypot(plan, along * (r[2] - s[2]))
        offset, length = offset + max(plan, 1e-9), length + leg
        if 0 < k < size - 2:
            out[SIDE_SEPARATION_M] += leg
    fit_plane(out[SIDE_PLANE : SIDE_PLANE + PLANE_WIDTH], pieces, n, 0.0, s[2], pieces[n - 1, 2], r[2])
    out[SIDE_EXISTS], out[SIDE_DIFFERENCE_M] = 1.0, length - d
    return True


@njit(**INNER)
def _sides(row, s, r, d, plan2, radii_m, count, objects, obstacles, ground, raster, room, spots):
    """Fill the columns of the paths round both sides; False: a buffer was too small.

    Where the same objects stand in both rays, a path of the straight ray is one of the bent ray, which passes higher over the ground.
    """
    like = count[HOMOGENEOUS] == count[FAVOURABLE]
    for i in range(count[HOMOGENEOUS]):
        like = like and objects[HOMOGENEOUS, i] == objects[FAVOURABLE, i]
    for k in range(2):
        side, straight = 1.0 - 2.0 * k, SIDES[k][HOMOGENEOUS]
        for c in range(2):
            at = SIDES[k][c]
            if c == FAVOURABLE and like and row[straight + SIDE_EXISTS] > 0.0:
                row[at : at + SIDE_WIDTH] = row[straight : straight + SIDE_WIDTH]
            elif count[c] > 0 and not _side(
                row[at : at + SIDE_WIDTH], s, r, side, d, plan2, radii_m[c], count[c], objects[c], obstacles, ground, raster, room, spots
            ):
                return False
    return True


@njit(**INNER)
def _pair(row, s, r, obstacles, ground, raster, room, spots, points, objects, count):
    """Fill one row; ``DISTANCE_M`` stays NaN where a buffer was too small."""
    row[:] = 0.0
    row[DISTANCE_M] = np.nan
    t, z, o, pieces, plane = room.hits.share, room.hits.top_m, room.hits.owner, room.pieces, row[PLANE : PLANE + PLANE_WIDTH]
    x_out, z_out, screen, line_x, line_z = points
    p = max(np.hypot(r[0] - s[0], r[1] - s[1]), 1e-9)
    d = np.hypot(p, r[2] - s[2])
    hilly, found = raster.altitude_m.shape[0] > 0, crossings(s[0], s[1], r[0], r[1], obstacles, room.hits)
    if found == 0 and not hilly and len(ground.ring_g) == 0:
        plane[SOURCE_M], plane[RECEIVER_M] = max(s[3], 0.0), max(r[2] - s[2] + s[3], 0.0)
        plane[LENGTH_M], plane[PATH_G], row[DISTANCE_M] = max(p, 1e-6), ground.elsewhere_g, d
        return
    n = pieces_under(s[0], s[1], r[0], r[1], 0.0, s[2] - s[3], 0, found, obstacles, ground, raster, room) if found >= 0 else -1
    m = profile_points(pieces, n, t, z, found, p, x_out, z_out, screen) if n >= 0 else -1
    if m < 0:
        return
    fit_plane(plane, pieces, n, 0.0, s[2], p, r[2])
    radii_m = (np.inf, max(1000.0, 8.0 * d))
    count[:] = 0
    for c in range(2):
        radius, top = radii_m[c], row[TOP[c] : TOP[c] + TOP_WIDTH]
        diffraction_over_top(top, pieces, n, x_out, z_out, screen, m, p, s[2], r[2], radius, not hilly, line_x, line_z)
        for i in range(found):
            new = z[i] > s[2] + t[i] * (r[2] - s[2]) + t[i] * (1.0 - t[i]) * p * p / (2.0 * radius) + ABOVE_M
            for k in range(count[c]):
                new = new and objects[c, k] != o[i]
            if new:
                if count[c] == objects.shape[1]:
                    return
                objects[c, count[c]], count[c] = o[i], count[c] + 1
    if _sides(row, s, r, d, p * p, radii_m, count, objects, obstacles, ground, raster, room, spots):
        row[DISTANCE_M] = d


@njit(cache=True, nogil=True)
def cnossos_rows(sources, receivers, obstacles, ground, raster, out):
    """Rows of all pairs into ``out`` (receiver, source, column); points are x, y, absolute z, height."""
    room, corner_room = make_room(), MOST_CORNERS + 2
    spots = (np.empty(corner_room), np.empty(corner_room), np.empty(corner_room), np.empty(corner_room))
    points = (
        np.empty(MOST_POINTS),
        np.empty(MOST_POINTS),
        np.empty(MOST_POINTS, np.int64),
        np.empty(MOST_POINTS + 2),
        np.empty(MOST_POINTS + 2),
    )
    objects, count = np.empty((2, MOST_BUILDINGS), np.int64), np.zeros(2, np.int64)
    for j in range(len(receivers)):
        for i in range(len(sources)):
            _pair(out[j, i], sources[i], receivers[j], obstacles, ground, raster, room, spots, points, objects, count)
