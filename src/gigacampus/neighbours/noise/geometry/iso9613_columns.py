"""Columns, by name, of the rows of geometry of ISO 9613-2; one row a pair, filled by ``trace`` and its kernels, read by the losses."""

from __future__ import annotations

PLAN_M, DISTANCE_M, SOURCE_HEIGHT_M, RECEIVER_HEIGHT_M = range(4)
"""Distance in plan (NaN: the kernel had no room) and in space, heights of both ends over their ground."""
G_SOURCE, G_MIDDLE, G_RECEIVER, MEAN_HEIGHT_M = range(4, 8)
EDGES, DIFFERENCE_M, FIRST_M, MIDDLE_M, LAST_M = range(5)
"""Of a path: edges (0: no such path, 1: one, 2: several), path difference, first leg, way between the edges, last leg."""
PATH_WIDTH = 5
TOP, LEFT, RIGHT = (MEAN_HEIGHT_M + 1 + k * PATH_WIDTH for k in range(3))
"""Where the columns of the path over the top and of those round both sides begin."""
TERRAIN_SCREENS = RIGHT + PATH_WIDTH
"""1 where terrain is an edge of the path over the top."""
WIDTH = TERRAIN_SCREENS + 1
ZONES = slice(G_SOURCE, G_RECEIVER + 1)
PATHS = {name: slice(first, first + PATH_WIDTH) for name, first in (("top", TOP), ("left", LEFT), ("right", RIGHT))}
LEGS = slice(FIRST_M, LAST_M + 1)
