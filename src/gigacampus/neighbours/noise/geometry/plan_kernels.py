"""Compiled primitives of the geometry, shared by the kernels of both methods: what a line in plan meets, and hulls."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit

MOST_POINTS, MOST_CORNERS = 1024, 1500
TOUCH, ABOVE_M, PARALLEL, OFF_CORNER_M, HILL_M = 1e-7, 1e-9, 1e-9, 0.015, 1e-6


@njit(inline="always", **INNER)
def ground_altitude_m(x, y, raster):
    """Altitude of the terrain between its nodes, bilinear; beyond them that of the nearest edge."""
    altitude = raster.altitude_m
    rows, columns = altitude.shape
    fx = min(max((x - raster.x0_m) / raster.step_m, 0.0), columns - 1.0)
    fy = min(max((y - raster.y0_m) / raster.step_m, 0.0), rows - 1.0)
    ix, iy = min(int(fx), columns - 2), min(int(fy), rows - 2)
    ux, uy = fx - ix, fy - iy
    low = altitude[iy, ix] * (1.0 - ux) + altitude[iy, ix + 1] * ux
    high = altitude[iy + 1, ix] * (1.0 - ux) + altitude[iy + 1, ix + 1] * ux
    return low * (1.0 - uy) + high * uy


@njit(**INNER)
def meet_cell(ax, ay, dx, dy, begin, end, cell, obstacles, found, hits):
    """Add the crossings of one cell's faces whose point lies in the line's stretch of that cell; their count, -1: no more room."""
    seg, tops = obstacles.segments, obstacles.tops_m
    for i in range(obstacles.cell_starts[cell], obstacles.cell_starts[cell + 1]):
        k = obstacles.cell_faces[i]
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
        hits.share[found], hits.top_m[found] = t, tops[k, 0] + u * (tops[k, 1] - tops[k, 0])
        hits.owner[found] = obstacles.owner[k]
        found += 1
    return found


@njit(**INNER)
def stretch(ax, ay, dx, dy, obstacles):
    """Shares of the line a-b between which it lies over the grid."""
    enter, leave = 0.0, 1.0
    for axis in range(2):
        a, d = (ax - obstacles.x0_m, dx) if axis == 0 else (ay - obstacles.y0_m, dy)
        size = obstacles.cell_m * (obstacles.columns if axis == 0 else obstacles.rows)
        if abs(d) < 1e-12:
            if a < 0.0 or a > size:
                return 1.0, 0.0
        else:
            t0, t1 = -a / d, (size - a) / d
            enter, leave = max(enter, min(t0, t1)), min(leave, max(t0, t1))
    return enter, leave


@njit(**INNER)
def crossings(ax, ay, bx, by, obstacles, hits):
    """Walk the grid along a-b and collect what the line meets; the count, or -1: no more room."""
    dx, dy, cell = bx - ax, by - ay, obstacles.cell_m
    x0, y0, columns, rows = obstacles.x0_m, obstacles.y0_m, obstacles.columns, obstacles.rows
    enter, leave = stretch(ax, ay, dx, dy, obstacles)
    if enter >= leave:
        return 0
    cx = min(max(int((ax + enter * dx - x0) / cell), 0), columns - 1)
    cy = min(max(int((ay + enter * dy - y0) / cell), 0), rows - 1)
    step_x, step_y = (1 if dx > 0.0 else -1), (1 if dy > 0.0 else -1)
    next_x = ((cx + (dx > 0.0)) * cell + x0 - ax) / dx if abs(dx) > 1e-12 else np.inf
    next_y = ((cy + (dy > 0.0)) * cell + y0 - ay) / dy if abs(dy) > 1e-12 else np.inf
    jump_x = cell / abs(dx) if abs(dx) > 1e-12 else np.inf
    jump_y = cell / abs(dy) if abs(dy) > 1e-12 else np.inf
    found, begin = np.int64(0), -1.0
    while True:
        last = min(next_x, next_y) >= leave
        end = 2.0 if last else min(next_x, next_y)
        at = cy * columns + cx
        if obstacles.cell_starts[at + 1] > obstacles.cell_starts[at]:
            found = meet_cell(ax, ay, dx, dy, begin, end, at, obstacles, found, hits)
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
def inside(x, y, points, lo, hi):
    """True when x, y lies inside the ring of points lo to hi - 1, by the even-odd rule."""
    odd = False
    for i in range(lo, hi):
        j = i + 1 if i + 1 < hi else lo
        if (points[i, 1] > y) != (points[j, 1] > y):
            share = (y - points[i, 1]) / (points[j, 1] - points[i, 1])
            if x < points[i, 0] + share * (points[j, 0] - points[i, 0]):
                odd = not odd
    return odd


@njit(**INNER)
def ground_g(x, y, ground):
    """G of the ground at a point; where zones overlap the last one counts."""
    for z in range(len(ground.ring_g) - 1, -1, -1):
        if inside(x, y, ground.rings, ground.ring_starts[z], ground.ring_starts[z + 1]):
            return ground.ring_g[z]
    return ground.elsewhere_g


@njit(**INNER)
def zone_borders(ax, ay, bx, by, ground, cuts, n):
    """Append the shares of the line a-b at which it meets borders of ground zones; the count, -1: no more room."""
    dx, dy, rings, ring_starts = bx - ax, by - ay, ground.rings, ground.ring_starts
    for z in range(len(ring_starts) - 1):
        lo, hi = ring_starts[z], ring_starts[z + 1]
        for i in range(lo, hi):
            j = i + 1 if i + 1 < hi else lo
            ex, ey = rings[j, 0] - rings[i, 0], rings[j, 1] - rings[i, 1]
            cross = dx * ey - dy * ex
            if abs(cross) > 1e-12:
                gx, gy = rings[i, 0] - ax, rings[i, 1] - ay
                t, u = (gx * ey - gy * ex) / cross, (gx * dy - gy * dx) / cross
                if 0.0 < t < 1.0 and -1e-9 <= u <= 1.0 + 1e-9:
                    if n == len(cuts):
                        return -1
                    cuts[n], n = t, n + 1
    return n


@njit(**INNER)
def sort_along(t, z, o, n):
    """Sort three arrays by the first, in place."""
    for i in range(1, n):
        a, b, c, j = t[i], z[i], o[i], i - 1
        while j >= 0 and t[j] > a:
            t[j + 1], z[j + 1], o[j + 1] = t[j], z[j], o[j]
            j -= 1
        t[j + 1], z[j + 1], o[j + 1] = a, b, c


@njit(**INNER)
def corners(objects, count, s, r, plan2, lift, obstacles, xs, ys):
    """Corners of objects, lifted a little, above the tilted plane through both ends, and where sloping tops pass through it."""
    first, seg, tops, closed, n = obstacles.first, obstacles.segments, obstacles.tops_m, obstacles.closed, 0
    dx, dy, rise = r[0] - s[0], r[1] - s[1], r[2] - s[2]
    for c in range(count):
        lo, hi = first[objects[c]], first[objects[c] + 1]
        for k in range(lo, hi):
            plane0 = s[2] + ((seg[k, 0] - s[0]) * dx + (seg[k, 1] - s[1]) * dy) / plan2 * rise
            plane1 = s[2] + ((seg[k, 2] - s[0]) * dx + (seg[k, 3] - s[1]) * dy) / plan2 * rise
            over0, over1 = tops[k, 0] + lift - plane0, tops[k, 1] + lift - plane1
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
def convex_path(s, r, side, xs, ys, n, hull_x, hull_y):
    """Walk the hull of ends and corners from source to receiver on one side; points on the way, 0: an end lies inside."""
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
            return size
        if xs[best] == s[0] and ys[best] == s[1]:
            return 0
    return 0


@njit(**INNER)
def moved_off_corners(side, size, hull_x, hull_y, xs, ys):
    """The points of a side path with its turns moved a little outwards, so that its legs lie in the open."""
    xs[0], ys[0], xs[size - 1], ys[size - 1] = hull_x[0], hull_y[0], hull_x[size - 1], hull_y[size - 1]
    for k in range(1, size - 1):
        ax, ay, bx, by = hull_x[k] - hull_x[k - 1], hull_y[k] - hull_y[k - 1], hull_x[k + 1] - hull_x[k], hull_y[k + 1] - hull_y[k]
        a, b = np.hypot(ax, ay), np.hypot(bx, by)
        out_x, out_y = -side * (ay / a + by / b), side * (ax / a + bx / b)
        off = OFF_CORNER_M / np.hypot(out_x, out_y)
        xs[k], ys[k] = hull_x[k] + off * out_x, hull_y[k] + off * out_y


@njit(**INNER)
def _ground_above(x, y, s, r, plan2, radius, raster):
    """True where the ground at a point rises above the surface of rays: the tilted plane, raised by the arc of the radius."""
    share = ((x - s[0]) * (r[0] - s[0]) + (y - s[1]) * (r[1] - s[1])) / plan2
    ray_z = s[2] + share * (r[2] - s[2]) + max(share * (1.0 - share), 0.0) * plan2 / (2.0 * radius)
    return ground_altitude_m(x, y, raster) > ray_z + HILL_M


@njit(**INNER)
def blocked_by_ground(size, xs, ys, s, r, plan2, radius, raster):
    """True when the ground rises above the surface of rays along a path of ``size`` points in plan."""
    if raster.altitude_m.shape[0] == 0:
        return False
    for i in range(size - 1):
        ax, ay, dx, dy = xs[i], ys[i], xs[i + 1] - xs[i], ys[i + 1] - ys[i]
        if _ground_above(xs[i + 1], ys[i + 1], s, r, plan2, radius, raster):
            return True
        for axis in range(2):
            a, d, zero = (ax, dx, raster.x0_m) if axis == 0 else (ay, dy, raster.y0_m)
            if abs(d) <= 1e-12:
                continue
            k = max(np.ceil((min(a, a + d) - zero) / raster.step_m), 0.0)
            last = min(np.floor((max(a, a + d) - zero) / raster.step_m), raster.altitude_m.shape[1 - axis] - 1.0)
            while k <= last:
                t = (zero + k * raster.step_m - a) / d
                if TOUCH < t < 1.0 - TOUCH and _ground_above(ax + t * dx, ay + t * dy, s, r, plan2, radius, raster):
                    return True
                k += 1.0
    return False
