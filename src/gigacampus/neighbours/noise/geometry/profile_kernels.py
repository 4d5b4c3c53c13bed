"""Compiled profiles of CNOSSOS-EU: the pieces of ground and roof under a leg, and the mean plane that is fitted to them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.cnossos_columns import LENGTH_M, PATH_G, RECEIVER_M, SOURCE_M
from gigacampus.neighbours.noise.geometry.kernel_arrays import Crossings
from gigacampus.neighbours.noise.geometry.plan_kernels import (
    MOST_POINTS,
    TOUCH,
    crossings,
    ground_altitude_m,
    ground_g,
    inside,
    sort_along,
    zone_borders,
)

MOST_PIECES, MOST_BUILDINGS = 4096, 64


class Room(NamedTuple):
    """Buffers that the ground and roof under a leg are worked out in."""

    hits: Crossings
    cuts: np.ndarray
    """Shares of the leg at which something begins or ends."""
    spare: np.ndarray
    spare_owner: np.ndarray
    pieces: np.ndarray
    """Distance and altitude of both ends, and G; (piece, 5)."""
    building: np.ndarray
    reach: np.ndarray
    """Shares between which the leg can be inside each building, and how often it crosses it."""


@njit(**INNER)
def make_room():
    """New buffers for the pieces of a leg."""
    most, whole = MOST_POINTS, np.int64
    return Room(
        Crossings(np.empty(most), np.empty(most), np.empty(most, whole)),
        np.empty(most),
        np.empty(most),
        np.empty(most, whole),
        np.empty((MOST_PIECES, 5)),
        np.empty(MOST_BUILDINGS, whole),
        np.empty((MOST_BUILDINGS, 3)),
    )


@njit(**INNER)
def _raster_borders(ax, ay, bx, by, raster, cuts, n):
    """Append the shares of the line a-b at which it meets lines of raster nodes; the count, -1: no more room."""
    for axis in range(2):
        a, b, zero = (ax, bx, raster.x0_m) if axis == 0 else (ay, by, raster.y0_m)
        if abs(b - a) > 1e-12:
            first = max(np.ceil((min(a, b) - zero) / raster.step_m), 0.0)
            last = min(np.floor((max(a, b) - zero) / raster.step_m), raster.altitude_m.shape[1 - axis] - 1.0)
            k = first
            while k <= last:
                t = (zero + k * raster.step_m - a) / (b - a)
                if TOUCH < t < 1.0 - TOUCH:
                    if n == len(cuts):
                        return -1
                    cuts[n], n = t, n + 1
                k += 1.0
    return n


@njit(**INNER)
def _buildings(found, t, o, closed, building, reach):
    """Buildings on a leg and the shares of it between which it can be inside them; their count, -1 when too many."""
    count = 0
    for i in range(found):
        if not closed[o[i]]:
            continue
        k = 0
        while k < count and building[k] != o[i]:
            k += 1
        if k == count:
            if count == MOST_BUILDINGS:
                return -1
            building[k], reach[k, 0], reach[k, 1], reach[k, 2], count = o[i], t[i], t[i], 0.0, count + 1
        reach[k, 0], reach[k, 1], reach[k, 2] = min(reach[k, 0], t[i]), max(reach[k, 1], t[i]), reach[k, 2] + 1.0
    for k in range(count):
        if reach[k, 2] % 2.0 == 1.0:
            reach[k, 0], reach[k, 1] = 0.0, 1.0
    return count


@njit(**INNER)
def pieces_of_leg(ax, ay, bx, by, offset, flat_z, n, obstacles, ground, raster, room):
    """Append the pieces of ground and roof under a leg; their count, -1: a buffer is full."""
    found = crossings(ax, ay, bx, by, obstacles, room.hits)
    return pieces_under(ax, ay, bx, by, offset, flat_z, n, found, obstacles, ground, raster, room) if found >= 0 else -1


@njit(**INNER)
def pieces_under(ax, ay, bx, by, offset, flat_z, n, found, obstacles, ground, raster, room):
    """Append the pieces of ground and roof under a leg with its crossings in the room; their count, -1: a buffer is full."""
    seg, tops, first, closed = obstacles.segments, obstacles.tops_m, obstacles.first, obstacles.closed
    t, o, cuts, pieces, building, reach = room.hits.share, room.hits.owner, room.cuts, room.pieces, room.building, room.reach
    hilly, buildings = raster.altitude_m.shape[0] > 0, _buildings(found, t, o, closed, building, reach)
    cuts[0], cuts[1] = 0.0, 1.0
    cut = zone_borders(ax, ay, bx, by, ground, cuts, 2)
    if cut >= 0 and hilly:
        cut = _raster_borders(ax, ay, bx, by, raster, cuts, cut)
    if buildings < 0 or cut < 0 or cut + found > len(cuts) or n + cut + found > MOST_PIECES:
        return -1
    for i in range(found):
        if closed[o[i]]:
            cuts[cut], cut = t[i], cut + 1
    sort_along(cuts, room.spare, room.spare_owner, cut)
    length = max(np.hypot(bx - ax, by - ay), 1e-9)
    before, before_z = 0.0, ground_altitude_m(ax, ay, raster) if hilly else flat_z
    for i in range(1, cut):
        if cuts[i] - cuts[i - 1] <= 1e-9:
            continue
        at, middle = cuts[i], 0.5 * (before + cuts[i])
        at_z = ground_altitude_m(ax + at * (bx - ax), ay + at * (by - ay), raster) if hilly else flat_z
        x, y, roof = ax + middle * (bx - ax), ay + middle * (by - ay), -np.inf
        for k in range(buildings):
            lo, hi = first[building[k]], first[building[k] + 1]
            if reach[k, 0] < middle < reach[k, 1] and inside(x, y, seg, lo, hi):
                for c in range(lo, hi):
                    roof = max(roof, tops[c, 0])
        bare = roof <= min(before_z, at_z)
        pieces[n, 0], pieces[n, 2] = offset + before * length, offset + at * length
        pieces[n, 1], pieces[n, 3] = max(roof, before_z), max(roof, at_z)
        pieces[n, 4], n = ground_g(x, y, ground) if bare else 0.0, n + 1
        before, before_z = at, at_z
    return n


@njit(**INNER)
def fit_plane(out, pieces, n, x0, z0, x1, z1):
    """Fill the columns of the mean plane between two points over it; its slope."""
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
    out[SOURCE_M], out[RECEIVER_M] = max((z0 - a * x0 - b) / tilt, 0.0), max((z1 - a * x1 - b) / tilt, 0.0)
    out[LENGTH_M], out[PATH_G] = max(abs(x1 - x0 + a * (z1 - z0)) / tilt, 1e-6), sg / max(total, 1e-12)
    return a
