"""Columns, by name, of the rows of geometry of CNOSSOS-EU; one row a pair, filled by the geometry kernels, read by the losses."""

from __future__ import annotations

HOMOGENEOUS, FAVOURABLE = 0, 1

DISTANCE_M = 0
"""NaN: the kernel had no room."""
PLANE = 1
"""Where the mean plane of the direct path begins."""
SOURCE_M, RECEIVER_M, LENGTH_M, PATH_G = range(4)
"""Of a mean plane: heights of both ends over it, its length (0: no ground), G of the ground along it."""
PLANE_WIDTH = 4

KIND, DIFFERENCE_M, SEPARATION_M = range(3)
"""Of diffraction over the top: ``FREE``, ``BLOCKED`` or ``BELOW_SIGHT``; path difference; way between the first and the last edge."""
FREE, BLOCKED, BELOW_SIGHT = 0, 1, 2
SOURCE_IMAGE_M, RECEIVER_IMAGE_M, BOTH_IMAGES_M = range(3, 6)
"""Path differences from the image of the source, to that of the receiver, and between both."""
SOURCE_PLANE = 6
RECEIVER_PLANE = SOURCE_PLANE + PLANE_WIDTH
"""Where the mean planes on the source's and on the receiver's side of the edges begin."""
TOP_WIDTH = RECEIVER_PLANE + PLANE_WIDTH

SIDE_EXISTS, SIDE_PLANE = 0, 1
SIDE_DIFFERENCE_M = SIDE_PLANE + PLANE_WIDTH
SIDE_SEPARATION_M = SIDE_DIFFERENCE_M + 1
SIDE_WIDTH = SIDE_SEPARATION_M + 1

_TOP, _SIDE = PLANE + PLANE_WIDTH, PLANE + PLANE_WIDTH + 2 * TOP_WIDTH
TOP = (_TOP, _TOP + TOP_WIDTH)
"""Where the columns of diffraction over the top begin, in homogeneous and in favourable air."""
SIDES = ((_SIDE, _SIDE + SIDE_WIDTH), (_SIDE + 2 * SIDE_WIDTH, _SIDE + 3 * SIDE_WIDTH))
"""Where the columns of the path round the left and the right side begin, each in homogeneous and in favourable air."""
WIDTH = _SIDE + 4 * SIDE_WIDTH
