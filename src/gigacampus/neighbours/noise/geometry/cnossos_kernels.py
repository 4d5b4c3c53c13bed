"""Compiled geometry of CNOSSOS-EU pairs: profiles, mean planes and edges; ``cnossos_paths`` is the plain twin.

Rows hold, for the direct way: distance, the four figures of the mean plane (height of source, of receiver, length, G), then for
straight and for bent rays (``EDGE`` columns each): 0 free, 1 blocked, 2 an edge below sight; detour; way between the edges;
detours from both images and between them; the plane on the source's side and on the receiver's side (length 0: no ground).
Then for left straight, left bent, right straight, right bent (``SIDE`` columns each): 1 for a path; its plane; detour; between.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.courtyard_kernels import STAMP, sheltered
from gigacampus.neighbours.noise.geometry.plan_kernels import (
    ABOVE_M,
    MOST_CORNERS,
    MOST_POINTS,
    OFF_CORNER_M,
    TOUCH,
    corners,
    crossings,
    g_at,
    inside,
    into_ground,
    off_corners,
    raster_z,
    sort_along,
    wrap,
    zone_cuts,
)

DIRECT, EDGE, SIDE = 5, 14, 7
WIDTH = DIRECT + 2 * EDGE + 4 * SIDE
MOST_PIECES, MOST_SOLID = 4096, 64
UNHEARD_M = -0.55
"""No band hears an edge so far below sight: the criterion is a twentieth of the wavelength, 0.54 m at 31.5 Hz."""


@njit(**INNER)
def _raster_cuts(ax, ay, bx, by, frame, raster, cuts, n):
    """Append the shares of the way a-b at which it meets lines of raster nodes."""
    for axis in range(2):
        a, b = (ax, bx) if axis == 0 else (ay, by)
        if abs(b - a) > 1e-12:
            first = max(np.ceil((min(a, b) - frame[axis]) / frame[2]), 0.0)
            last = min(np.floor((max(a, b) - frame[axis]) / frame[2]), raster.shape[1 - axis] - 1.0)
            k = first
            while k <= last:
                t = (frame[axis] + k * frame[2] - a) / (b - a)
                if TOUCH < t < 1.0 - TOUCH:
                    if n == len(cuts):
                        return -1
                    cuts[n], n = t, n + 1
                k += 1.0
    return n


@njit(**INNER)
def _solids(found, t, o, closed, solid, reach):
    """Buildings on a leg and the shares of the way between which it can be inside them; their count, -1 when too many."""
    count = 0
    for i in range(found):
        if not closed[o[i]]:
            continue
        k = 0
        while k < count and solid[k] != o[i]:
            k += 1
        if k == count:
            if count == MOST_SOLID:
                return -1
            solid[k], reach[k, 0], reach[k, 1], reach[k, 2], count = o[i], t[i], t[i], 0.0, count + 1
        reach[k, 0], reach[k, 1], reach[k, 2] = min(reach[k, 0], t[i]), max(reach[k, 1], t[i]), reach[k, 2] + 1.0
    for k in range(count):
        if reach[k, 2] % 2.0 == 1.0:
            reach[k, 0], reach[k, 1] = 0.0, 1.0
    return count


@njit(**INNER)
def _leg(ax, ay, bx, by, offset, flat_z, n, world, grid, shape, ground, terrain, buffers):
    """Append the pieces of ground and roof under a leg; their count, -1: a buffer is full."""
    seg, tops, owner, _, _, starts, items = world
    found = crossings(ax, ay, bx, by, grid, shape, starts, items, seg, tops, owner, buffers[0], buffers[1], buffers[2])
    return pieces_under(ax, ay, bx, by, offset, flat_z, n, found, world, ground, terrain, buffers) if found >= 0 else -1


@njit(**INNER)
def pieces_under(ax, ay, bx, by, offset, flat_z, n, found, world, ground, terrain, buffers):
    """Append the pieces of ground and roof under a leg with its crossings in the buffers; their count, -1: a buffer is full."""
    seg, tops, _, first, closed, _, _ = world
    rings, ring_starts, ring_g, ground_g = ground
    frame, raster = terrain
    t, _, o, cuts, spare, spare_o, pieces, solid, reach = buffers
    solids = _solids(found, t, o, closed, solid, reach)
    cuts[0], cuts[1] = 0.0, 1.0
    cut = zone_cuts(ax, ay, bx, by, rings, ring_starts, cuts, 2)
    if cut >= 0 and raster.shape[0] > 0:
        cut = _raster_cuts(ax, ay, bx, by, frame, raster, cuts, cut)
    if solids < 0 or cut < 0 or cut + found > len(cuts) or n + cut + found > MOST_PIECES:
        return -1
    for i in range(found):
        if closed[o[i]]:
            cuts[cut], cut = t[i], cut + 1
    sort_along(cuts, spare, spare_o, cut)
    length = max(np.hypot(bx - ax, by - ay), 1e-9)
    before, before_z = 0.0, raster_z(ax, ay, frame, raster) if raster.shape[0] > 0 else flat_z
    for i in range(1, cut):
        if cuts[i] - cuts[i - 1] <= 1e-9:
            continue
        at, middle = cuts[i], 0.5 * (before + cuts[i])
        at_z = raster_z(ax + at * (bx - ax), ay + at * (by - ay), frame, raster) if raster.shape[0] > 0 else flat_z
        x, y, roof = ax + middle * (bx - ax), ay + middle * (by - ay), -np.inf
        for k in range(solids):
            lo, hi = first[solid[k]], first[solid[k] + 1]
            if reach[k, 0] < middle < reach[k, 1] and inside(x, y, seg, lo, hi):
                for c in range(lo, hi):
                    roof = max(roof, tops[c, 0])
        bare = roof == -np.inf
        pieces[n, 0], pieces[n, 2] = offset + before * length, offset + at * length
        pieces[n, 1], pieces[n, 3] = (before_z, at_z) if bare else (roof, roof)
        pieces[n, 4], n = g_at(x, y, rings, ring_starts, ring_g, ground_g) if bare else 0.0, n + 1
        before, before_z = at, at_z
    return n


@njit(**INNER)
def fit_plane(out, pieces, n, x0, z0, x1, z1):
    """Fill the four figures of the mean plane between two points over it; its slope. Length 0: no ground."""
    total, sx, sxx, sz, sxz, sg = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        lo, hi = max(pieces[i, 0], x0), min(pieces[i, 2], x1)
        if hi - lo <= 1e-9:
            continue
        slope = (pieces[i, 3] - pieces[i, 1]) / max(pieces[i, 2] - pieces[i, 0], 1e-12)
        a, b, w = pieces[i, 1] + slope * (lo - pieces[i, 0]), pieces[i, 1] + slope * (hi - pieces[i, 0]), hi - lo
        total, sx, sxx = total + w, sx + w * (lo + hi) / 2.0, sxx + (hi**3 - lo**3) / 3.0
        sz, sg = sz + w * (a + b) / 2.0, sg + w * pieces[i, 4]
        sxz += w / 6.0 * (2.0 * lo * a + 2.0 * hi * b + lo * b + hi * a)
    out[:] = 0.0
    if total == 0.0:
        return 0.0
    det = total * sxx - sx * sx
    a = (total * sxz - sx * sz) / det if det >= 1e-9 else 0.0
    b = (sz - a * sx) / total if det >= 1e-9 else sz / max(total, 1e-12)
    tilt = np.sqrt(1.0 + a * a)
    out[0], out[1] = max((z0 - a * x0 - b) / tilt, 0.0), max((z1 - a * x1 - b) / tilt, 0.0)
    out[2], out[3] = max(abs(x1 - x0 + a * (z1 - z0)) / tilt, 1e-6), sg / max(total, 1e-12)
    return a


@njit(inline="always", **INNER)
def _arc(chord, radius):
    """Length of the arc over a chord; up to a sixteenth, where a ray and its parts lie, the series of the arcsine is exact to rounding."""
    x = chord / (2.0 * radius)
    if x > 0.0626:
        return 2.0 * radius * np.arcsin(x)
    y = x * x
    return chord * (1.0 + y * (1 / 6 + y * (3 / 40 + y * (5 / 112 + y * (35 / 1152 + y * 63 / 2816)))))


@njit(**INNER)
def detour_m(x, z, m, radius):
    """Path difference of a bent line of m points against the straight one; negative when its single edge is below sight."""
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
    """The line over the edges: kind (0 free, 1 blocked, 2 an edge below sight) and the count of its points."""
    end = rz + p * p / (2.0 * radius)
    for i in range(n):
        if z[i] + x[i] * x[i] / (2.0 * radius) > sz + x[i] / p * (end - sz) + ABOVE_M:
            return 1, _hull(x, z, n, p, sz, rz, radius, line_x, line_z)
    best, near = -1, -np.inf
    line_x[0], line_z[0], line_x[2], line_z[2] = 0.0, sz, p, rz
    for i in range(n):
        hidden = (i > 0 and x[i - 1] == x[i] and z[i - 1] >= z[i]) or (i < n - 1 and x[i + 1] == x[i] and z[i + 1] > z[i])
        if (creased or screen[i] == 1) and not (creased and hidden):
            line_x[1], line_z[1] = x[i], z[i]
            detour = detour_m(line_x, line_z, 3, radius)
            if detour > near:
                best, near = i, detour
    if best < 0 or near <= UNHEARD_M:
        return 0, 2
    line_x[1], line_z[1] = x[best], z[best]
    return 2, 3


@njit(**INNER)
def over_top(out, pieces, n, x, z, screen, m, p, sz, rz, radius, creased, line_x, line_z):
    """Fill the ``EDGE`` columns of one condition."""
    out[:] = 0.0
    kind, size = ray_edges(x, z, screen, m, p, sz, rz, radius, creased, line_x, line_z)
    out[0] = kind
    if kind == 0:
        return
    out[1] = detour_m(line_x, line_z, size, radius)
    for k in range(1, size - 2):
        out[2] += np.hypot(line_x[k + 1] - line_x[k], line_z[k + 1] - line_z[k])
    last = size - 1
    a0 = fit_plane(out[6:10], pieces, n, 0.0, sz, line_x[1], line_z[1])
    a1 = fit_plane(out[10:14], pieces, n, line_x[last - 1], line_z[last - 1], p, rz)
    up0, up1 = 2.0 * out[6] / np.sqrt(1.0 + a0 * a0), 2.0 * out[11] / np.sqrt(1.0 + a1 * a1)
    sx, si, rx, ri = a0 * up0, sz - up0, p + a1 * up1, rz - up1
    line_x[0], line_z[0] = sx, si
    out[3] = detour_m(line_x, line_z, size, radius)
    line_x[last], line_z[last] = rx, ri
    for k in range(last):
        out[5] += _arc(np.hypot(line_x[k + 1] - line_x[k], line_z[k + 1] - line_z[k]), radius)
    out[5] -= _arc(np.hypot(rx - sx, ri - si), radius)
    line_x[0], line_z[0] = 0.0, sz
    out[4] = detour_m(line_x, line_z, size, radius)


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
def _side(out, s, r, side, d, way2, radius, count, objects, world, grid, shape, ground, terrain, buffers, spots):
    """Fill the ``SIDE`` columns of one path, if any leads past the ground; False when a buffer was too small."""
    xs, ys, hull_x, hull_y = spots
    n = corners(objects, count, s, r, way2, OFF_CORNER_M, world[3], world[0], world[1], world[4], xs, ys)
    size = wrap(s, r, side, xs, ys, n, hull_x, hull_y) if n >= 0 else 0
    if size < 3:
        size = sheltered(s, r, side, way2, objects, count, world, grid, shape, buffers[0], buffers[1], buffers[2], hull_x, hull_y)
    if size < 3:
        return size == 2
    off_corners(side, size, hull_x, hull_y, xs, ys)
    if into_ground(size, xs, ys, s, r, way2, radius, terrain[0], terrain[1]):
        return True
    pieces, n, offset, length = buffers[6], 0, 0.0, 0.0
    for k in range(size - 1):
        plan = np.hypot(xs[k + 1] - xs[k], ys[k + 1] - ys[k])
        n = _leg(xs[k], ys[k], xs[k + 1], ys[k + 1], offset, s[2] - s[3], n, world, grid, shape, ground, terrain, buffers)
        if n < 0:
            return False
        along = ((xs[k + 1] - xs[k]) * (r[0] - s[0]) + (ys[k + 1] - ys[k]) * (r[1] - s[1])) / way2
        leg = np.hypot(plan, along * (r[2] - s[2]))
        offset, length = offset + max(plan, 1e-9), length + leg
        if 0 < k < size - 2:
            out[6] += leg
    fit_plane(out[1:5], pieces, n, 0.0, s[2], pieces[n - 1, 2], r[2])
    out[0], out[5] = 1.0, length - d
    return True


@njit(**INNER)
def _sides(row, s, r, d, way2, bent, count, objects, world, grid, shape, ground, terrain, buffers, spots):
    """Fill the columns of the paths round both sides; False: a buffer was too small.

    Where the same objects stand in both rays, a path of the straight ray is one of the bent ray, which passes higher over the ground.
    """
    like = count[0] == count[1]
    for i in range(count[0]):
        like = like and objects[0, i] == objects[1, i]
    for k in range(4):
        side, c, at = 1.0 - 2.0 * (k // 2), k % 2, DIRECT + 2 * EDGE + k * SIDE
        radius = np.inf if c == 0 else bent
        if c == 1 and like and row[at - SIDE] > 0.0:
            for i in range(at, at + SIDE):
                row[i] = row[i - SIDE]
        elif count[c] > 0 and not _side(
            row[at : at + SIDE], s, r, side, d, way2, radius, count[c], objects[c], world, grid, shape, ground, terrain, buffers, spots
        ):
            return False
    return True


@njit(**INNER)
def _pair(row, s, r, world, grid, shape, ground, terrain, buffers, spots, points, objects, count):
    """Fill one row; its first column stays NaN where a buffer was too small."""
    row[:] = 0.0
    row[0] = np.nan
    t, z, o, pieces = buffers[0], buffers[1], buffers[2], buffers[6]
    x_out, z_out, screen, line_x, line_z = points
    p = max(np.hypot(r[0] - s[0], r[1] - s[1]), 1e-9)
    d = np.hypot(p, r[2] - s[2])
    seg, tops, owner, _, _, starts, items = world
    found = crossings(s[0], s[1], r[0], r[1], grid, shape, starts, items, seg, tops, owner, t, z, o)
    if found == 0 and terrain[1].shape[0] == 0 and len(ground[2]) == 0:
        row[0], row[1], row[2], row[3], row[4] = d, max(s[3], 0.0), max(r[2] - s[2] + s[3], 0.0), max(p, 1e-6), ground[3]
        return
    n = pieces_under(s[0], s[1], r[0], r[1], 0.0, s[2] - s[3], 0, found, world, ground, terrain, buffers) if found >= 0 else -1
    m = profile_points(pieces, n, t, z, found, p, x_out, z_out, screen) if n >= 0 else -1
    if m < 0:
        return
    fit_plane(row[1:DIRECT], pieces, n, 0.0, s[2], p, r[2])
    bent = max(1000.0, 8.0 * d)
    count[:] = 0
    for c in range(2):
        radius = np.inf if c == 0 else bent
        at = DIRECT + c * EDGE
        over_top(row[at : at + EDGE], pieces, n, x_out, z_out, screen, m, p, s[2], r[2], radius, terrain[1].shape[0] == 0, line_x, line_z)
        for i in range(found):
            new = z[i] > s[2] + t[i] * (r[2] - s[2]) + t[i] * (1.0 - t[i]) * p * p / (2.0 * radius) + ABOVE_M
            for k in range(count[c]):
                new = new and objects[c, k] != o[i]
            if new:
                if count[c] == objects.shape[1]:
                    return
                objects[c, count[c]], count[c] = o[i], count[c] + 1
    if _sides(row, s, r, d, p * p, bent, count, objects, world, grid, shape, ground, terrain, buffers, spots):
        row[0] = d


def _entry(stamp: str) -> Any:
    @njit(cache=True, nogil=True)
    def bent_rows(sources, receivers, world, grid, shape, ground, terrain, out):
        """Rows of all pairs into ``out`` (receiver, source, WIDTH); points are x, y, absolute z, height."""
        _ = stamp
        most, room = MOST_POINTS, MOST_CORNERS + 2
        buffers = (
            np.empty(most),
            np.empty(most),
            np.empty(most, np.int64),
            np.empty(most),
            np.empty(most),
            np.empty(most, np.int64),
            np.empty((MOST_PIECES, 5)),
            np.empty(MOST_SOLID, np.int64),
            np.empty((MOST_SOLID, 3)),
        )
        spots = (np.empty(room), np.empty(room), np.empty(room), np.empty(room))
        points = (np.empty(most), np.empty(most), np.empty(most, np.int64), np.empty(most + 2), np.empty(most + 2))
        objects, count = np.empty((2, MOST_SOLID), np.int64), np.zeros(2, np.int64)
        for j in range(len(receivers)):
            for i in range(len(sources)):
                _pair(out[j, i], sources[i], receivers[j], world, grid, shape, ground, terrain, buffers, spots, points, objects, count)

    return bent_rows


bent_rows = _entry(STAMP)
