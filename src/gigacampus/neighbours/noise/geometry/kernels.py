"""Compiled geometry of all source-receiver pairs; ``trace.trace_pair`` is the plain twin that tests compare with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

INNER: dict[str, Any] = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Kernels that only kernels call need no door from Python; without one they compile in two thirds of the time."""
WIDTH, PASSES = 24, 8
MOST_POINTS, MOST_OBJECTS, MOST_CORNERS, MOST_CUTS = 1024, 96, 1500, 256
TOUCH, ABOVE_M, HILL_M, PARALLEL, OFF_CORNER_M = 1e-7, 1e-9, 1e-6, 1e-9, 0.015


@njit(inline="always", **INNER)
def _raster_z(x, y, frame, raster):
    rows, columns = raster.shape
    fx = min(max((x - frame[0]) / frame[2], 0.0), columns - 1.0)
    fy = min(max((y - frame[1]) / frame[2], 0.0), rows - 1.0)
    ix, iy = min(int(fx), columns - 2), min(int(fy), rows - 2)
    ux, uy = fx - ix, fy - iy
    low = raster[iy, ix] * (1.0 - ux) + raster[iy, ix + 1] * ux
    high = raster[iy + 1, ix] * (1.0 - ux) + raster[iy + 1, ix + 1] * ux
    return low * (1.0 - uy) + high * uy


@njit(**INNER)
def _meet_cell(ax, ay, dx, dy, begin, end, seg, tops, items, lo, hi, found, t_out, z_out, o_out, owner):
    """Add the crossings of one cell's segments whose point lies in the ray's stretch of that cell."""
    for i in range(lo, hi):
        k = items[i]
        ex, ey = seg[k, 2] - seg[k, 0], seg[k, 3] - seg[k, 1]
        cross = dx * ey - dy * ex
        if cross * cross <= PARALLEL * PARALLEL * (dx * dx + dy * dy) * (ex * ex + ey * ey):
            continue
        gx, gy = seg[k, 0] - ax, seg[k, 1] - ay
        t = (gx * ey - gy * ex) / cross
        if t < begin or t >= end or t <= TOUCH or t >= 1.0 - TOUCH:
            continue
        u = (gx * dy - gy * dx) / cross
        if u < -PARALLEL or u > 1.0 + PARALLEL:
            continue
        if found == MOST_POINTS:
            return -1
        t_out[found], z_out[found], o_out[found] = t, tops[k, 0] + u * (tops[k, 1] - tops[k, 0]), owner[k]
        found += 1
    return found


@njit(**INNER)
def _stretch(ax, ay, dx, dy, grid, shape):
    """Shares of the way a-b between which it lies over the grid."""
    enter, leave = 0.0, 1.0
    for axis in range(2):
        a, d = (ax - grid[0], dx) if axis == 0 else (ay - grid[1], dy)
        size = grid[2] * shape[axis]
        if abs(d) < 1e-12:
            if a < 0.0 or a > size:
                return 1.0, 0.0
        else:
            t0, t1 = -a / d, (size - a) / d
            enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
    return enter, leave


@njit(**INNER)
def _crossings(ax, ay, bx, by, grid, shape, starts, items, seg, tops, owner, t_out, z_out, o_out):
    """Walk the grid along a-b and collect crossings; the count, or -1 when the buffer is full."""
    dx, dy, cell = bx - ax, by - ay, grid[2]
    columns, rows = shape
    enter, leave = _stretch(ax, ay, dx, dy, grid, shape)
    if enter >= leave:
        return 0
    cx = min(max(int((ax + enter * dx - grid[0]) / cell), 0), columns - 1)
    cy = min(max(int((ay + enter * dy - grid[1]) / cell), 0), rows - 1)
    step_x, step_y = (1 if dx > 0.0 else -1), (1 if dy > 0.0 else -1)
    next_x = ((cx + (dx > 0.0)) * cell + grid[0] - ax) / dx if abs(dx) > 1e-12 else np.inf
    next_y = ((cy + (dy > 0.0)) * cell + grid[1] - ay) / dy if abs(dy) > 1e-12 else np.inf
    jump_x = cell / abs(dx) if abs(dx) > 1e-12 else np.inf
    jump_y = cell / abs(dy) if abs(dy) > 1e-12 else np.inf
    found, begin = np.int64(0), -1.0
    while True:
        last = min(next_x, next_y) >= leave
        end = 2.0 if last else min(next_x, next_y)
        at = cy * columns + cx
        if starts[at + 1] > starts[at]:
            found = _meet_cell(ax, ay, dx, dy, begin, end, seg, tops, items, starts[at], starts[at + 1], found,
                               t_out, z_out, o_out, owner)
            if found < 0:
                return -1
        if last:
            return found
        begin = end
        if next_x <= next_y:
            cx, next_x = cx + step_x, next_x + jump_x
        else:
            cy, next_y = cy + step_y, next_y + jump_y
        if cx < 0 or cx >= columns or cy < 0 or cy >= rows:
            return found


@njit(**INNER)
def _side_zones(ax, ay, bx, by, p, hs, hr, rings, ring_starts, ring_g, ground_g, cuts, z_spare, o_spare):
    """Mean G of the source zone, the middle and the receiver zone; the spare buffers are sorted along with the cuts."""
    near, far, dx, dy = min(30.0 * hs / p, 1.0), max(1.0 - 30.0 * hr / p, 0.0), bx - ax, by - ay
    if len(ring_g) == 0:
        return ground_g, (ground_g if far > near else 0.0), ground_g
    cuts[0], cuts[1], n = 0.0, 1.0, 2
    for z in range(len(ring_g)):
        lo, hi = ring_starts[z], ring_starts[z + 1]
        for i in range(lo, hi):
            j = i + 1 if i + 1 < hi else lo
            ex, ey = rings[j, 0] - rings[i, 0], rings[j, 1] - rings[i, 1]
            cross = dx * ey - dy * ex
            if abs(cross) > 1e-12:
                gx, gy = rings[i, 0] - ax, rings[i, 1] - ay
                t, u = (gx * ey - gy * ex) / cross, (gx * dy - gy * dx) / cross
                if 0.0 < t < 1.0 and -1e-9 <= u <= 1.0 + 1e-9:
                    if n == MOST_CUTS:
                        return np.nan, np.nan, np.nan
                    cuts[n], n = t, n + 1
    _sort_along(cuts, z_spare, o_spare, n)
    sums, lengths = np.zeros(3), np.zeros(3)
    for i in range(n - 1):
        t = 0.5 * (cuts[i] + cuts[i + 1])
        g = _g_at(ax + t * dx, ay + t * dy, rings, ring_starts, ring_g, ground_g)
        for k in range(3):
            lo = 0.0 if k == 0 else (near if k == 1 else far)
            hi = near if k == 0 else (far if k == 1 else 1.0)
            part = max(0.0, min(cuts[i + 1], hi) - max(cuts[i], lo))
            sums[k], lengths[k] = sums[k] + part * g, lengths[k] + part
    return (sums[0] / max(lengths[0], 1e-300), sums[1] / lengths[1] if far > near else 0.0,
            sums[2] / max(lengths[2], 1e-300))


@njit(**INNER)
def _g_at(x, y, rings, ring_starts, ring_g, ground_g):
    for z in range(len(ring_g) - 1, -1, -1):
        lo, hi, inside = ring_starts[z], ring_starts[z + 1], False
        for i in range(lo, hi):
            j = i + 1 if i + 1 < hi else lo
            if (rings[i, 1] > y) != (rings[j, 1] > y):
                share = (y - rings[i, 1]) / (rings[j, 1] - rings[i, 1])
                if x < rings[i, 0] + share * (rings[j, 0] - rings[i, 0]):
                    inside = not inside
        if inside:
            return ring_g[z]
    return ground_g


@njit(**INNER)
def _hills(s, r, p, frame, raster, t_out, z_out, o_out, count):
    """Append ground points above the line of sight; returns the count (-1: full) and the mean height of sight."""
    z0, z1 = s[2] - s[3], r[2] - r[3]
    if raster.shape[0] == 0:
        return count, 0.5 * (s[3] + r[3])
    dx, dy = r[0] - s[0], r[1] - s[1]
    jump_x = frame[2] / abs(dx) if abs(dx) > 1e-12 else np.inf
    jump_y = frame[2] / abs(dy) if abs(dy) > 1e-12 else np.inf
    fx, fy = (s[0] - frame[0]) / frame[2], (s[1] - frame[1]) / frame[2]
    next_x = ((np.floor(fx) + 1.0 - fx) if dx > 0.0 else (fx - np.ceil(fx) + 1.0)) * jump_x if jump_x < np.inf else np.inf
    next_y = ((np.floor(fy) + 1.0 - fy) if dy > 0.0 else (fy - np.ceil(fy) + 1.0)) * jump_y if jump_y < np.inf else np.inf
    before_t, before_gap, area = 0.0, s[2] - z0, 0.0
    while True:
        t = min(next_x, next_y)
        if t >= 1.0 - TOUCH:
            return count, area + 0.5 * (before_gap + r[2] - z1) * (1.0 - before_t)
        if t > TOUCH:
            ground = _raster_z(s[0] + t * dx, s[1] + t * dy, frame, raster)
            gap = s[2] + t * (r[2] - s[2]) - ground
            area += 0.5 * (before_gap + gap) * (t - before_t)
            before_t, before_gap = t, gap
            if gap < -HILL_M:
                if count == MOST_POINTS:
                    return -1, 0.0
                t_out[count], z_out[count], o_out[count] = t, ground, -1
                count += 1
        if next_x <= next_y:
            next_x += jump_x
        else:
            next_y += jump_y


@njit(**INNER)
def _sort_along(t, z, o, n):
    for i in range(1, n):
        a, b, c, j = t[i], z[i], o[i], i - 1
        while j >= 0 and t[j] > a:
            t[j + 1], z[j + 1], o[j + 1] = t[j], z[j], o[j]
            j -= 1
        t[j + 1], z[j + 1], o[j + 1] = a, b, c


@njit(**INNER)
def _top_path(row, zs, zr, p, d, t, z, o, n, chain):
    """Fill the over-top columns from points along the line; True when sight is blocked."""
    blocked, best, near = False, -1, np.inf
    for i in range(n):
        blocked = blocked or z[i] > zs + t[i] * (zr - zs) + ABOVE_M
        length = np.hypot(t[i] * p, z[i] - zs) + np.hypot((1.0 - t[i]) * p, z[i] - zr)
        if length < near:
            best, near = i, length
    if not blocked:
        if best >= 0:
            row[8], row[9] = 1.0, d - near
            row[10], row[12] = np.hypot(t[best] * p, z[best] - zs), np.hypot((1.0 - t[best]) * p, z[best] - zr)
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
    total, first, last, x, h = 0.0, 0.0, 0.0, 0.0, zs
    for k in range(size):
        i = chain[k]
        nx, nh = (t[i] * p, z[i]) if i < n else (p, zr)
        last = np.hypot(nx - x, nh - h)
        total += last
        if k == 0:
            first = last
        if i < n and o[i] < 0:
            row[23] = 1.0
        x, h = nx, nh
    row[8], row[9] = min(size - 1, 2), total - d
    row[10], row[11], row[12] = first, total - first - last if size > 2 else 0.0, last
    return True


@njit(**INNER)
def _corners(objects, count, s, r, way2, first, seg, tops, closed, xs, ys):
    """Corners of objects above the tilted plane through both ends, and where sloping tops pass through it."""
    n = 0
    dx, dy, rise = r[0] - s[0], r[1] - s[1], r[2] - s[2]
    for c in range(count):
        lo, hi = first[objects[c]], first[objects[c] + 1]
        for k in range(lo, hi):
            plane0 = s[2] + ((seg[k, 0] - s[0]) * dx + (seg[k, 1] - s[1]) * dy) / way2 * rise
            plane1 = s[2] + ((seg[k, 2] - s[0]) * dx + (seg[k, 3] - s[1]) * dy) / way2 * rise
            over0, over1 = tops[k, 0] - plane0, tops[k, 1] - plane1
            if n + 3 > MOST_CORNERS:
                return -1
            if over0 > ABOVE_M:
                xs[n], ys[n], n = seg[k, 0], seg[k, 1], n + 1
            if over1 > ABOVE_M and not closed[objects[c]]:
                xs[n], ys[n], n = seg[k, 2], seg[k, 3], n + 1
            if (over0 > ABOVE_M) != (over1 > ABOVE_M):
                share = over0 / (over0 - over1)
                xs[n] = seg[k, 0] + share * (seg[k, 2] - seg[k, 0])
                ys[n], n = seg[k, 1] + share * (seg[k, 3] - seg[k, 1]), n + 1
    return n


@njit(**INNER)
def _wrap(s, r, side, xs, ys, n, hull_x, hull_y):
    """Walk the hull of ends and corners from source to receiver on one side; points on the way, 0: none."""
    xs[n], ys[n], xs[n + 1], ys[n + 1] = s[0], s[1], r[0], r[1]
    hull_x[0], hull_y[0], size = s[0], s[1], 1
    while size < MOST_CORNERS:
        px, py, best = hull_x[size - 1], hull_y[size - 1], -1
        for i in range(n + 2):
            ex, ey = xs[i] - px, ys[i] - py
            if ex * ex + ey * ey < 1e-18:
                continue
            bx, by = (xs[best] - px, ys[best] - py) if best >= 0 else (0.0, 0.0)
            turn = side * (bx * ey - by * ex)
            if turn > 0.0 or (turn == 0.0 and ex * ex + ey * ey > bx * bx + by * by):
                best = i
        bx, by = xs[best] - px, ys[best] - py
        for i in range(n + 2):
            if side * (bx * (ys[i] - py) - by * (xs[i] - px)) > 1e-9 * (bx * bx + by * by):
                return 0
        hull_x[size], hull_y[size], size = xs[best], ys[best], size + 1
        if xs[best] == r[0] and ys[best] == r[1]:
            return size if size > 2 else 0
        if xs[best] == s[0] and ys[best] == s[1]:
            return 0
    return 0


@njit(**INNER)
def _grow(s, r, p, side, size, objects, count, world, grid, shape, buffers):
    """Add the objects that the legs of a side path meet above the tilted plane; the new count, -1 when full."""
    seg, tops, owner, _, _, starts, items = world
    t, z, o, xs, ys, hull_x, hull_y = buffers
    dx, dy, rise = r[0] - s[0], r[1] - s[1], r[2] - s[2]
    xs[0], ys[0], xs[size - 1], ys[size - 1] = s[0], s[1], r[0], r[1]
    for k in range(1, size - 1):
        ax, ay, bx, by = hull_x[k] - hull_x[k - 1], hull_y[k] - hull_y[k - 1], hull_x[k + 1] - hull_x[k], hull_y[k + 1] - hull_y[k]
        a, b = np.hypot(ax, ay), np.hypot(bx, by)
        out_x, out_y = -side * (ay / a + by / b), side * (ax / a + bx / b)
        off = OFF_CORNER_M / np.hypot(out_x, out_y)
        xs[k], ys[k] = hull_x[k] + off * out_x, hull_y[k] + off * out_y
    for k in range(size - 1):
        ax, ay, bx, by = xs[k], ys[k], xs[k + 1], ys[k + 1]
        found = _crossings(ax, ay, bx, by, grid, shape, starts, items, seg, tops, owner, t, z, o)
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
def _side_path(out, s, r, side, p, d, objects, count, world, grid, shape, buffers):
    """Fill five columns with the path round one side; -1 when a buffer is full."""
    xs, ys, hull_x, hull_y = buffers[3], buffers[4], buffers[5], buffers[6]
    for _ in range(PASSES):
        n = _corners(objects, count, s, r, p * p, world[3], world[0], world[1], world[4], xs, ys)
        if n < 0:
            return -1
        size = _wrap(s, r, side, xs, ys, n, hull_x, hull_y)
        if size == 0:
            return 0
        before = count
        count = _grow(s, r, p, side, size, objects, count, world, grid, shape, buffers)
        if count < 0:
            return -1
        if count == before:
            first_leg = np.hypot(hull_x[1] - hull_x[0], hull_y[1] - hull_y[0])
            length, last_leg = 0.0, 0.0
            for k in range(size - 1):
                last_leg = np.hypot(hull_x[k + 1] - hull_x[k], hull_y[k + 1] - hull_y[k])
                length += last_leg
            stretch = np.hypot(length, r[2] - s[2]) / length
            out[0], out[1] = min(size - 2, 2), length * stretch - d
            out[2], out[4] = first_leg * stretch, last_leg * stretch
            out[3] = (length - first_leg - last_leg) * stretch if size > 3 else 0.0
            return 0
    return 0


@njit(**INNER)
def _pair(row, s, r, world, grid, shape, ground, terrain, buffers, objects, hit, cuts, chain):
    """Fill one row; the first column stays NaN when a buffer was too small."""
    seg, tops, owner, _, _, starts, items = world
    rings, ring_starts, ring_g, ground_g = ground
    frame, raster = terrain
    t, z, o, row[:] = buffers[0], buffers[1], buffers[2], 0.0
    p = max(np.hypot(r[0] - s[0], r[1] - s[1]), 1e-6)
    d = np.hypot(p, r[2] - s[2])
    row[1], row[2], row[3] = d, s[3], r[3]
    row[4], row[5], row[6] = _side_zones(s[0], s[1], r[0], r[1], p, s[3], r[3], rings, ring_starts, ring_g, ground_g, cuts, z, o)
    row[0] = np.nan
    n = _crossings(s[0], s[1], r[0], r[1], grid, shape, starts, items, seg, tops, owner, t, z, o)
    if n < 0 or np.isnan(row[4]):
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
    n, mean = _hills(s, r, p, frame, raster, t, z, o, n)
    if n < 0:
        return
    row[7] = mean * p / d
    _sort_along(t, z, o, n)
    if _top_path(row, s[2], r[2], p, d, t, z, o, n, chain) and row[23] == 0.0:
        for k in range(2):
            for c in range(count):
                objects[c] = hit[c]
            if _side_path(row[13 + 5 * k:18 + 5 * k], s, r, 1.0 - 2.0 * k, p, d, objects, count, world, grid, shape,
                          buffers) < 0:
                return
    row[0] = p


@njit(cache=True, nogil=True)
def trace_pairs(sources, receivers, world, grid, shape, ground, terrain, out):
    """Geometry rows of all pairs into ``out`` (receiver, source, WIDTH); points are x, y, absolute z, height."""
    room = MOST_CORNERS + 2
    buffers = (np.empty(MOST_POINTS), np.empty(MOST_POINTS), np.empty(MOST_POINTS, np.int64), np.empty(room), np.empty(room),
               np.empty(room), np.empty(room))
    objects, hit, chain = np.empty(MOST_OBJECTS, np.int64), np.empty(MOST_OBJECTS, np.int64), np.empty(MOST_POINTS + 2, np.int64)
    cuts = np.empty(MOST_CUTS)
    for j in range(len(receivers)):
        for i in range(len(sources)):
            _pair(out[j, i], sources[i], receivers[j], world, grid, shape, ground, terrain, buffers, objects, hit, cuts, chain)
