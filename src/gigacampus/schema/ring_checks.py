"""What is wrong with a region that a scenario draws by its corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

LARGEST_DEG = 0.5
"""Beyond this a region around a plant is a slip of the pen, such as latitude before longitude."""
LEAST_AREA_DEG2 = 1e-12
Corner = tuple[float, float]


def ground(region: Any) -> Iterator[str]:
    """Woods and plant without a height, ground with one, and corners that enclose nothing, cross or lie too far apart."""
    stands = region.kind != "ground"
    if stands and region.height_m is None:
        yield f"height_m: {region.kind} need a height above the ground, in metres"
    if not stands and region.height_m is not None:
        yield "height_m: bare ground has no height; say kind: woods or kind: plant"
    corners = [c for c, before in zip(region.points, [region.points[-1], *region.points[:-1]], strict=True) if c != before]
    for axis, name in enumerate(("latitude", "longitude")):
        reach = max(c[axis] for c in region.points) - min(c[axis] for c in region.points)
        if reach > LARGEST_DEG:
            yield f"points: the corners lie {reach:.2g} degrees of {name} apart; a region may reach over {LARGEST_DEG:g}"
            return
    if crosses(corners):
        yield "points: the sides cross; list the corners in the order in which one walks round the region"
    elif len(set(corners)) < 3 or abs(_area(corners)) < LEAST_AREA_DEG2:
        yield "points: the corners enclose no area; give at least three that do not lie on one line"


def _area(ring: list[Corner]) -> float:
    near = [(c[0] - ring[0][0], c[1] - ring[0][1]) for c in ring]
    return 0.5 * sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(near, near[1:] + near[:1], strict=True))


def crosses(ring: list[Corner]) -> bool:
    """Whether two sides of a ring that do not meet at a corner cross each other.

    >>> crosses([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]), crosses([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    (True, False)
    """
    sides = list(zip(ring, ring[1:] + ring[:1], strict=True))
    return any(_cross(*one, *other) for one, other in combinations(sides, 2))


def _cross(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    def left(p: Corner, q: Corner, r: Corner) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return left(a, b, c) * left(a, b, d) < 0.0 and left(c, d, a) * left(c, d, b) < 0.0
