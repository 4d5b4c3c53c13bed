"""Who breathes it: people by block group, people above a level, and the share of the burden that each group bears."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.scenario import places

HEARD_WITHIN_M = 8_000.0
"""People farther from every sounding plant are not counted, and a map leaves plants farther from its middle out."""


class Blocks(NamedTuple):
    """Block groups: identifier, county, people, and centre of population."""

    geoid: tuple[str, ...]
    county: tuple[str, ...]
    people: np.ndarray
    lat_deg: np.ndarray
    lon_deg: np.ndarray


def read_blocks(name: str = "memphis_block_groups_2020") -> Blocks:
    """Block groups of a bundled table (US Census Bureau, 2020).

    >>> int(read_blocks().people.sum()) > 100_000
    True
    """
    rows = places.rows("population", f"{name}.csv")
    column = {key: np.array([float(row[key]) for row in rows]) for key in ("people", "lat", "lon")}
    return Blocks(
        tuple(r["geoid"] for r in rows), tuple(f"{r['county']} {r['state']}" for r in rows), column["people"], column["lat"], column["lon"]
    )


def people_within(blocks: Blocks, *, lat_deg: float, lon_deg: float, radius_m: float) -> float:
    """People of the block groups whose centre lies within a radius.

    >>> round(people_within(read_blocks(), lat_deg=34.9939, lon_deg=-90.0378, radius_m=4828.0) / 64323, 2)
    0.99
    """
    east, north = local_xy_m(blocks.lat_deg, blocks.lon_deg, lat0_deg=lat_deg, lon0_deg=lon_deg)
    return float(blocks.people[distance_m(east, north) <= radius_m].sum())


def people_above(people: np.ndarray, level: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """People at places whose level exceeds each limit.

    >>> people_above(np.array([10.0, 20.0]), np.array([1.0, 3.0]), np.array([0.5, 2.0, 9.0])).tolist()
    [30.0, 20.0, 0.0]
    """
    return np.array([people[level > limit].sum() for limit in np.asarray(limits, dtype=float)])


def burden_shares(people: np.ndarray, increment: np.ndarray, group: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """Share of all people and share of the person-weighted increment of each group.

    >>> burden_shares(np.array([50.0, 50.0]), np.array([3.0, 1.0]), ("near", "far"))
    {'near': (0.5, 0.75), 'far': (0.5, 0.25)}
    """
    labels = np.array(group)
    weight = people * increment
    everyone, burden = max(float(people.sum()), 1e-300), max(float(weight.sum()), 1e-300)
    return {
        str(name): (float(people[labels == name].sum() / everyone), float(weight[labels == name].sum() / burden))
        for name in dict.fromkeys(group)
    }
