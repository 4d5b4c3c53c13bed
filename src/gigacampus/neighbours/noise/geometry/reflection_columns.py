"""Columns, by name, of the faces that can reflect and of the reflections that kernels find at them."""

from __future__ import annotations

X0, Y0, X1, Y1, NORMAL_X, NORMAL_Y, FACE_WIDTH_M, OPEN_SIDE, TOP0_M, TOP1_M = range(10)
"""Of a face: both ends in plan, its normal, its width, the side that is open (0: both), altitude of the top at both ends."""
X, Y, RAY_M, TOP_M, DISTANCE_M, BEFORE_M, WIDTH_M, COSINE = range(8)
"""Of a reflection: where it is in plan, altitude of the ray and of the face's top there, length of the path and of its part before
the face, width of the face, cosine of the angle of incidence."""
WIDTH = 8
