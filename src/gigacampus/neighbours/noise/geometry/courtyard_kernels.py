"""Compiled shortest paths round one side when an end lies inside the hull of the obstacles, such as in a courtyard.

``lateral_paths`` holds the plain twin.
"""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.noise.geometry.plan_kernels import ABOVE_M, OFF_CORNER_M, crossings, inside

MOST_NODES, MOST_FACES = 96, 16


@njit(**INNER)
def _over(x, y, top, s, r, plan2):
    """Height of a top over the tilted plane through both ends."""
    return top - s[2] - ((x - s[0]) * (r[0] - s[0]) + (y - s[1]) * (r[1] - s[1])) / plan2 * (r[2] - s[2])


@njit(**INNER)
def _add(nodes, n, x, y, angle, s, r, side, closed, seg, lo, hi):
    """Add a corner and the point in the open beside it, if it is on the right side and in the open; -1 when full."""
    if side * ((r[0] - s[0]) * (y - s[1]) - (r[1] - s[1]) * (x - s[0])) <= 0.0:
        return n
    bx, by = x + OFF_CORNER_M * np.cos(angle), y + OFF_CORNER_M * np.sin(angle)
    if closed and inside(bx, by, seg, lo, hi):
        return n
    if n == MOST_NODES:
        return -1
    nodes[n, 0], nodes[n, 1], nodes[n, 2], nodes[n, 3] = x, y, bx, by
    return n + 1


@njit(**INNER)
def _faces_at(x, y, seg, lo, hi, angles):
    """Sorted directions of the faces that end at a corner; their count, -1 when too many."""
    n = 0
    for k in range(lo, hi):
        for e in range(0, 4, 2):
            if seg[k, e] == x and seg[k, e + 1] == y:
                if n == MOST_FACES:
                    return -1
                angle = np.arctan2(seg[k, 3 - e] - seg[k, 1 + e], seg[k, 2 - e] - seg[k, e]) % (2.0 * np.pi)
                i = n
                while i > 0 and angles[i - 1] > angle:
                    angles[i] = angles[i - 1]
                    i -= 1
                angles[i], n = angle, n + 1
    return n


@njit(**INNER)
def _object_nodes(nodes, n, s, r, side, plan2, thing, obstacles, angles):
    """Add the nodes of one object; the count, -1 when a buffer is full."""
    seg, tops, closed = obstacles.segments, obstacles.tops_m, obstacles.closed[thing]
    lo, hi = obstacles.first[thing], obstacles.first[thing + 1]
    for k in range(lo, hi):
        over0 = _over(seg[k, 0], seg[k, 1], tops[k, 0] + OFF_CORNER_M, s, r, plan2)
        over1 = _over(seg[k, 2], seg[k, 3], tops[k, 1] + OFF_CORNER_M, s, r, plan2)
        for e in range(0, 4, 2):
            known = (over0 if e == 0 else over1) <= ABOVE_M
            x, y = seg[k, e], seg[k, e + 1]
            for i in range(2, n):
                known = known or (nodes[i, 0] == x and nodes[i, 1] == y)
            count = 0 if known else _faces_at(x, y, seg, lo, hi, angles)
            if count < 0:
                return -1
            for i in range(count):
                after = angles[i + 1] if i + 1 < count else angles[0] + 2.0 * np.pi
                n = _add(nodes, n, x, y, 0.5 * (angles[i] + after), s, r, side, closed, seg, lo, hi)
                if n < 0:
                    return -1
        if (over0 > ABOVE_M) != (over1 > ABOVE_M):
            share = over0 / (over0 - over1)
            angle = np.arctan2(seg[k, 3] - seg[k, 1], seg[k, 2] - seg[k, 0]) + (np.pi if over0 < over1 else 0.0)
            n = _add(
                nodes,
                n,
                seg[k, 0] + share * (seg[k, 2] - seg[k, 0]),
                seg[k, 1] + share * (seg[k, 3] - seg[k, 1]),
                angle,
                s,
                r,
                side,
                closed,
                seg,
                lo,
                hi,
            )
            if n < 0:
                return -1
    return n


@njit(**INNER)
def _free(a, b, s, r, plan2, objects, count, obstacles, hits):
    """True when a leg meets none of the objects above the tilted plane."""
    t, z, o = hits.share, hits.top_m, hits.owner
    found = crossings(a[2], a[3], b[2], b[3], obstacles, hits)
    if found < 0:
        return False
    for i in range(found):
        x, y = a[2] + t[i] * (b[2] - a[2]), a[3] + t[i] * (b[3] - a[3])
        if _over(x, y, z[i], s, r, plan2) > ABOVE_M:
            for k in range(count):
                if objects[k] == o[i]:
                    return False
    return True


@njit(**INNER)
def courtyard_path(s, r, side, plan2, objects, count, obstacles, hits, path_x, path_y):
    """Points of the shortest path round one side, ends included; their count, 2: there is none, -1: a buffer is full."""
    nodes, angles = np.empty((MOST_NODES, 4)), np.empty(MOST_FACES)
    nodes[0, 0], nodes[0, 1], nodes[1, 0], nodes[1, 1], n = s[0], s[1], r[0], r[1], 2
    for i in range(2):
        nodes[i, 2], nodes[i, 3] = nodes[i, 0], nodes[i, 1]
    for k in range(count):
        n = _object_nodes(nodes, n, s, r, side, plan2, objects[k], obstacles, angles)
        if n < 0:
            return -1
    best, before, done = np.full(n, np.inf), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    best[0] = 0.0
    for _ in range(n):
        i = -1
        for j in range(n):
            if not done[j] and (i < 0 or best[j] < best[i]):
                i = j
        if i == 1 or best[i] == np.inf:
            break
        done[i] = True
        for j in range(n):
            length = best[i] + np.hypot(nodes[j, 2] - nodes[i, 2], nodes[j, 3] - nodes[i, 3])
            if not done[j] and length < best[j] and _free(nodes[i], nodes[j], s, r, plan2, objects, count, obstacles, hits):
                best[j], before[j] = length, i
    if best[1] == np.inf:
        return 2
    size, i = 1, 1
    while i != 0:
        i, size = before[i], size + 1
    i = 1
    for k in range(size - 1, -1, -1):
        path_x[k], path_y[k], i = nodes[i, 0], nodes[i, 1], before[i]
    return size
