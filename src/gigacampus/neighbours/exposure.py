"""Who breathes it: people by block group, people above a level, and the share of the burden that each group bears."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.scenario import places

HEARD_WITHIN_M = 8_000.0
"""People farther from every sounding plant are not counted, and a map leaves plants farther from its middle out."""

COUNTED = ("black_frac", "white_frac", "hispanic_frac", "other_frac", "below_poverty_frac")
THIRDS = ("lowest_income_third_frac", "highest_income_third_frac")
GROUPS = (
    "Black, not Hispanic",
    "White, not Hispanic",
    "Hispanic",
    "all others",
    "below the poverty line",
    "tracts of the lowest third of income",
    "tracts of the highest third of income",
)
"""Groups of people, in the order of ``COUNTED`` and ``THIRDS``; the first four are everybody."""
LOW_INCOME_USD2018, HIGH_INCOME_USD2018 = 20_072.0, 33_113.0
"""Income per person at a third and two thirds of the people of Shelby, DeSoto and Crittenden counties, by tract (ACS 2014-2018)."""


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
    names = list(dict.fromkeys(group))
    member = (np.array(group)[:, None] == np.array(names)[None, :]).astype(float)
    of_people, of_burden = weighted_frac(people, member).tolist(), weighted_frac(people * increment, member).tolist()
    return {name: (of_people[k], of_burden[k]) for k, name in enumerate(names)}


def weighted_frac(weight: np.ndarray, member_frac: np.ndarray) -> np.ndarray:
    """Mean membership of each group over places of a weight (place,): ``member_frac`` is (place, group), NaN where it is not known.

    >>> weighted_frac(np.array([1.0, 3.0, 9.0]), np.array([[1.0], [0.0], [np.nan]])).tolist()
    [0.25]
    """
    known = np.isfinite(member_frac)
    total = (np.asarray(weight, dtype=float)[:, None] * known).sum(axis=0)
    part = (np.asarray(weight, dtype=float)[:, None] * np.where(known, member_frac, 0.0)).sum(axis=0)
    return np.asarray(part / np.maximum(total, 1e-300))


def read_groups(name: str = "memphis_block_groups_2020") -> np.ndarray:
    """Share of each of ``GROUPS`` in the people of every block group of a bundled table; (block group, group), NaN where not known.

    >>> bool((read_groups()[:, :4].sum(axis=1)[:-1] - 1.0 < 0.003).all())
    True
    """
    rows = places.rows("population", f"{name}.csv")
    share = {key: np.array([float(row[key] or "nan") for row in rows]) for key in (*COUNTED, "income_usd2018_per_person")}
    income = share.pop("income_usd2018_per_person")
    thirds = [np.where(np.isnan(income), np.nan, inside) for inside in (income <= LOW_INCOME_USD2018, income > HIGH_INCOME_USD2018)]
    return np.stack([*share.values(), *thirds], axis=1)


def county_groups(counties: set[str]) -> np.ndarray:
    """Share of each of ``GROUPS`` in the people of some counties together, each named with its state; (group,).

    >>> county_groups({"Shelby TN"}).round(2).tolist()
    [0.51, 0.34, 0.08, 0.06, 0.2, 0.38, 0.34]
    """
    rows = [row for row in places.rows("population", "counties_2020.csv") if f"{row['county']} {row['state']}" in counties]
    share = np.array([[float(row[key]) for key in (*COUNTED, *THIRDS)] for row in rows])
    return weighted_frac(np.array([float(row["people"]) for row in rows]), share)
