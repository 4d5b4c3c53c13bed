"""Compiled geometry of all source-receiver pairs of ISO 9613-2; ``trace.trace_pair`` is the plain twin that tests compare with."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.iso9613_columns import (
    DIFFERENCE_M,
    DISTANCE_M,
    EDGES,
    FIRST_M,
    G_MIDDLE,
    G_RECEIVER,
    G_SOURCE,
    LAST_M,
    LEFT,
    MEAN_HEIGHT_M,
    MIDDLE_M,
    PATH_WIDTH,
    PLAN_M,
    RECEIVER_HEIGHT_M,
    RIGHT,
    SOURCE_HEIGHT_M,
    TERRAIN_SCREENS,
    TOP,
)
from gigacampus.neighbours.noise.geometry.kernel_arrays import Crossings
from gigacampus.neighbours.noise.geometry.plan_kernels import (
    ABOVE_M,
    HILL_M,
    MOST_CORNERS,
    MOST_POINTS,
    TOUCH,
    blocked_by_ground,
    convex_path,
    corners,
    crossings,
    ground_altitude_m,
    ground_g,
    moved_off_corners,
    sort_along,
    zone_borders,
)

PASSES = 8
MOST_OBJECTS, MOST_CUTS = 96, 256


@njit(**INNER)
def add_zones(ax, ay, bx, by, begin, end, near, far, ground, cuts, z_spare, o_spare, sums):
    """Add what a leg a-b, the shares begin to end of a path, gives to the length of its three zones (row 0) and to G times length (row 1).

    False: too many borders. The spare buffers are sorted along with the cuts.
    """
    cuts[0], cuts[1] = 0.0, 1.0
    n = zone_borders(ax, ay, bx, by, ground, cuts, 2)
    if n < 0:
        return False
    sort_along(cuts, z_spare, o_spare, n)
    for i in range(n - 1):
        t = 0.5 * (cuts[i] + cuts[i + 1])
        g = ground_g(ax + t * (bx - ax), ay + t * (by - ay), ground)
        first, last = begin + cuts[i] * (end - begin), begin + cuts[i + 1] * (end - begin)
        for k in range(3):
            lo = 0.0 if k == 0 else (near if k == 1 else far)
            hi = near if k == 0 else (far if k == 1 else 1.0)
            part = max(0.0, min(last, hi) - max(first, lo))
            sums[0, k], sums[1, k] = sums[0, k] + part, sums[1, k] + part * g
    return True


@njit(**INNER)
def fill_zones(row, near, far, sums):
    """Mean G of the source zone, the middle and the receiver zone into a row."""
    row[G_SOURCE], row[G_RECEIVER] = sums[1, 0] / max(sums[0, 0], 1e-300), sums[1, 2] / max(sums[0, 2], 1e-300)
    row[G_MIDDLE] = sums[1, 1] / sums[0, 1] if far > near else 0.0


@njit(**INNER)
def _zones(row, s, r, p, ground, cuts, z_spare, o_spare, sums):
    """Fill the mean G of the zones of a straight path; False: too many borders."""
    near, far = min(30.0 * s[3] / p, 1.0), max(1.0 - 30.0 * r[3] / p, 0.0)
    if len(ground.ring_g) == 0:
        row[G_SOURCE], row[G_RECEIVER] = ground.elsewhere_g, ground.elsewhere_g
        row[G_MIDDLE] = ground.elsewhere_g if far > near else 0.0
        return True
    sums[:] = 0.0
    if not add_zones(s[0], s[1], r[0], r[1], 0.0, 1.0, near, far, ground, cuts, z_spare, o_spare, sums):
        return False
    fill_zones(row, near, far, sums)
    return True


@njit(**INNER)
def _hills(s, r, raster, hits, count):
    """Append ground points above the line of sight; returns the count (-1: full) and the mean height of sight."""
    z0, z1 = s[2] - s[3], r[2] - r[3]
    if raster.altitude_m.shape[0] == 0:
        return count, 0.5 * (s[3] + r[3])
    dx, dy = r[0] - s[0], r[1] - s[1]
    jump_x = raster.step_m / abs(dx) if abs(dx) > 1e-12 else np.inf
    jump_y = raster.step_m / abs(dy) if abs(dy) > 1e-12 else np.inf
    fx, fy = (s[0] - raster.x0_m) / raster.step_m, (s[1] - raster.y0_m) / raster.step_m
    next_x = ((np.floor(fx) + 1.0 - fx) if dx > 0.0 else (fx - np.ceil(fx) + 1.0)) * jump_x if jump_x < np.inf else np.inf
    next_y = ((np.floor(fy) + 1.0 - fy) if dy > 0.0 else (fy - np.ceil(fy) + 1.0)) * jump_y if jump_y < np.inf else np.inf
    before_t, before_gap, area = 0.0, s[2] - z0, 0.0
    while True:
        t = min(next_x, next_y)
        if t >= 1.0 - TOUCH:
            return count, area + 0.5 * (before_gap + r[2] - z1) * (1.0 - before_t)
        if t > TOUCH:
            ground = ground_altitude_m(s[0] + t * dx, s[1] + t * dy, raster)
            gap = s[2] + t * (r[2] - s[2]) - ground
            area += 0.5 * (before_gap + gap) * (t - before_t)
            before_t, before_gap = t, gap
            if gap < -HILL_M:
                if count == MOST_POINTS:
                    return -1, 0.0
                hits.share[count], hits.top_m[count], hits.owner[count] = t, ground, -1
                count += 1
        if next_x <= next_y:
            next_x += jump_x
        else:
            next_y += jump_y


@njit(**INNER)
def top_path(row, zs, zr, p, d, hits, n, chain):
    """Fill the columns of the path over the top from points along the line; True when sight is blocked."""
    t, z, o, top = hits.share, hits.top_m, hits.owner, row[TOP : TOP + PATH_WIDTH]
    blocked, best, near = False, -1, np.inf
    for i in range(n):
        blocked = blocked or z[i] > zs + t[i] * (zr - zs) + ABOVE_M
        length = np.hypot(t[i] * p, z[i] - zs) + np.hypot((1.0 - t[i]) * p, z[i] - zr)
        if length < near:
            best, near = i, length
    if not blocked:
        if best >= 0:
            top[EDGES], top[DIFFERENCE_M] = 1.0, d - near
            top[FIRST_M], top[LAST_M] = np.hypot(t[best] * p, z[best] - zs), np.hypot((1.0 - t[best]) * p, z[best] - zr)
        return False
    size = 0
    for i in range(n + 1):
        cx, cz = (t[i] * p, z[i]) if i < n else (p, zr)
        while size > 0:
            bx, bz = t[chain[size - 1]] * p, z[chain[size - 1]]
            ax, az = (t[chain[size - 2]] * p, z[chain[size - 2]]) if size > 1 else (0.0, zs)
            if (bx - ax) * (cz - bz) - (bz - az) * (cx - bx) < 0.0:
                break
            size -= 1
        chain[size], size = i, size + 1
    first = last = 0.0
    total, x, h = 0.0, 0.0, zs
    for k in range(size):
        i = chain[k]
        nx, nh = (t[i] * p, z[i]) if i < n else (p, zr)
        last = np.hypot(nx - x, nh - h)
        total += last
        if k == 0:
            first = last
        if i < n and o[i] < 0:
            row[TERRAIN_SCREENS] = 1.0
        x, h = nx, nh
    top[EDGES], top[DIFFERENCE_M] = min(size - 1, 2), total - d
    top[FIRST_M], top[MIDDLE_M], top[LAST_M] = first, total - first - last if size > 2 else 0.0, last
    return True


@njit(**INNER)
def _grow(s, r, p, side, size, objects, count, obstacles, hits, spots):
    """Add the objects that the legs of a side path meet above the tilted plane; the new count, -1 when full."""
    t, z, o = hits.share, hits.top_m, hits.owner
    xs, ys, hull_x, hull_y = spots
    dx, dy, rise = r[0] - s[0], r[1] - s[1], r[2] - s[2]
    moved_off_corners(side, size, hull_x, hull_y, xs, ys)
    for k in range(size - 1):
        ax, ay, bx, by = xs[k], ys[k], xs[k + 1], ys[k + 1]
        found = crossings(ax, ay, bx, by, obstacles, hits)
        if found < 0:
            return -1
        for i in range(found):
            share = ((ax + t[i] * (bx - ax) - s[0]) * dx + (ay + t[i] * (by - ay) - s[1]) * dy) / (p * p)
            known = z[i] <= s[2] + share * rise + ABOVE_M
            for c in range(count):
                known = known or objects[c] == o[i]
            if not known:
                if count == MOST_OBJECTS:
                    return -1
                objects[count], count = o[i], count + 1
    return count


@njit(**INNER)
def _side_path(out, s, r, side, p, d, objects, count, obstacles, raster, hits, spots):
    """Fill the columns of the path round one side; -1 when a buffer is full."""
    xs, ys, hull_x, hull_y = spots
    for _ in range(PASSES):
        n = corners(objects, count, s, r, p * p, 0.0, obstacles, xs, ys)
        if n < 0:
            return -1
        size = convex_path(s, r, side, xs, ys, n, hull_x, hull_y)
        if size < 3:
            return 0
        before = count
        count = _grow(s, r, p, side, size, objects, count, obstacles, hits, spots)
        if count < 0:
            return -1
        if count == before and blocked_by_ground(size, xs, ys, s, r, p * p, np.inf, raster):
            return 0
        if count == before:
            first_leg = np.hypot(hull_x[1] - hull_x[0], hull_y[1] - hull_y[0])
            length, last_leg = 0.0, 0.0
            for k in range(size - 1):
                last_leg = np.hypot(hull_x[k + 1] - hull_x[k], hull_y[k + 1] - hull_y[k])
                length += last_leg
            stretch = np.hypot(length, r[2] - s[2]) / length
            out[EDGES], out[DIFFERENCE_M] = min(size - 2, 2), length * stretch - d
            out[FIRST_M], out[LAST_M] = first_leg * stretch, last_leg * stretch
            out[MIDDLE_M] = (length - first_leg - last_leg) * stretch if size > 3 else 0.0
            return 0
    return 0


@njit(**INNER)
def _pair(row, s, r, obstacles, ground, raster, hits, spots, objects, hit, cuts, chain, sums):
    """Fill one row; ``PLAN_M`` stays NaN when a buffer was too small."""
    t, z, o, row[:] = hits.share, hits.top_m, hits.owner, 0.0
    p = max(np.hypot(r[0] - s[0], r[1] - s[1]), 1e-6)
    d = np.hypot(p, r[2] - s[2])
    row[DISTANCE_M], row[SOURCE_HEIGHT_M], row[RECEIVER_HEIGHT_M] = d, s[3], r[3]
    known = _zones(row, s, r, p, ground, cuts, z, o, sums)
    row[PLAN_M] = np.nan
    n = crossings(s[0], s[1], r[0], r[1], obstacles, hits)
    if n < 0 or not known:
        return
    count = np.int64(0)
    for i in range(n):
        if z[i] > s[2] + t[i] * (r[2] - s[2]) + ABOVE_M:
            known = False
            for c in range(count):
                known = known or hit[c] == o[i]
            if not known:
                if count == MOST_OBJECTS:
                    return
                hit[count], count = o[i], count + 1
    n, mean = _hills(s, r, raster, hits, n)
    if n < 0:
        return
    row[MEAN_HEIGHT_M] = mean * p / d
    sort_along(t, z, o, n)
    if top_path(row, s[2], r[2], p, d, hits, n, chain) and row[TERRAIN_SCREENS] == 0.0:
        for k in range(2):
            for c in range(count):
                objects[c] = hit[c]
            at, side = (LEFT, 1.0) if k == 0 else (RIGHT, -1.0)
            if _side_path(row[at : at + PATH_WIDTH], s, r, side, p, d, objects, count, obstacles, raster, hits, spots) < 0:
                return
    row[PLAN_M] = p


@njit(cache=True, nogil=True)
def trace_pairs(sources, receivers, obstacles, ground, raster, out):
    """Geometry rows of all pairs into ``out`` (receiver, source, column); points are x, y, absolute z, height."""
    room = MOST_CORNERS + 2
    hits = Crossings(np.empty(MOST_POINTS), np.empty(MOST_POINTS), np.empty(MOST_POINTS, np.int64))
    spots = (np.empty(room), np.empty(room), np.empty(room), np.empty(room))
    objects, hit, chain = np.empty(MOST_OBJECTS, np.int64), np.empty(MOST_OBJECTS, np.int64), np.empty(MOST_POINTS + 2, np.int64)
    cuts, sums = np.empty(MOST_CUTS), np.empty((2, 3))
    for j in range(len(receivers)):
        for i in range(len(sources)):
            _pair(out[j, i], sources[i], receivers[j], obstacles, ground, raster, hits, spots, objects, hit, cuts, chain, sums)
