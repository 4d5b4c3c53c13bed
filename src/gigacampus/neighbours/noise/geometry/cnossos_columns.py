"""Columns, by name, of the rows of geometry of CNOSSOS-EU; one row a pair, filled by the geometry kernels, read by the losses."""

from __future__ import annotations

DISTANCE_M = 0
"""NaN: the kernel had no room."""
PLANE = 1
"""Where the mean plane of the direct path begins."""
SOURCE_M, RECEIVER_M, LENGTH_M, PATH_G = range(4)
"""Of a mean plane: heights of both ends over it, its length (0: no ground), G of the ground along it."""
PLANE_WIDTH = 4
TOP = (5, 19)
"""Where the columns of diffraction over the top begin, in homogeneous and in favourable air."""
KIND, DIFFERENCE_M, SEPARATION_M = range(3)
"""Of diffraction over the top: ``FREE``, ``BLOCKED`` or ``BELOW_SIGHT``; path difference; way between the first and the last edge."""
SOURCE_IMAGE_M, RECEIVER_IMAGE_M, BOTH_IMAGES_M = range(3, 6)
"""Path differences from the image of the source, to that of the receiver, and between both."""
SOURCE_PLANE, RECEIVER_PLANE = 6, 10
"""Where the mean planes on the source's and on the receiver's side of the edges begin."""
TOP_WIDTH = 14
FREE, BLOCKED, BELOW_SIGHT = 0, 1, 2
SIDES = ((33, 40), (47, 54))
"""Where the columns of the path round the left and the right side begin, each in homogeneous and in favourable air."""
SIDE_EXISTS, SIDE_PLANE, SIDE_DIFFERENCE_M, SIDE_SEPARATION_M = 0, 1, 5, 6
SIDE_WIDTH = 7
WIDTH = 61
HOMOGENEOUS, FAVOURABLE = 0, 1
