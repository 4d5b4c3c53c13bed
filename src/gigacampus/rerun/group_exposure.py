"""Who bears it: shares of groups of people in what the stacks add and among those who hear the plant, against those of their counties."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.neighbours.exposure import GROUPS, HEARD_WITHIN_M, county_groups, read_groups, weighted_frac
from gigacampus.rerun.address_grid import LIMITS_DBA, PEOPLE_WITHIN_M, air_levels, air_places, block_nights, near_blocks
from gigacampus.results.periods import as_of_month, year_ahead
from gigacampus.results.result import Result

ADDED = {"no2_ugm3": "NO2 added", "pm25_ugm3": "PM2.5 added"}
M_PER_KM = 1000.0


def by_group(result: Result, *, use_cache: bool = True) -> list[dict[str, Any]]:
    """Rows of exposure and group: share in the exposure, among people nearby and in their counties; the group's mean over everybody's.

    Reference world, block groups near the campuses: air by people times the mean increment of the year ahead, noise by people above a
    level by night in the month of the scenario's day, with the ends that the band of the levels gives. An error of the plume that all
    places share leaves shares as they are, so that those of air have no band.
    """
    return [*_air(result, use_cache), *_noise(result, use_cache)]


def _air(result: Result, use_cache: bool) -> list[dict[str, Any]]:
    blocks, at = near_blocks(result)
    if not at.size or not all(result.has(name) for name in ADDED):
        return []
    grid, found = air_places(result)[1], air_levels(result, use_cache=use_cache)
    home = _counties(blocks, at)
    rows = []
    for name, words in ADDED.items():
        level = found[name][grid:, year_ahead(result)].mean(axis=1)
        rows += _rows(words, PEOPLE_WITHIN_M, blocks.people[at], [level], read_groups()[at], home)
    return rows


def _noise(result: Result, use_cache: bool) -> list[dict[str, Any]]:
    blocks, at = near_blocks(result, HEARD_WITHIN_M)
    if not at.size or not result.has("noise_night_dba"):
        return []
    night, half = (v[:, as_of_month(result)] for v in block_nights(result, use_cache=use_cache))
    home, rows = _counties(blocks, at), []
    for limit in LIMITS_DBA:
        heard = [(night + shift > limit).astype(float) for shift in (0.0 * half, -half, half)]
        rows += _rows(f"{limit:g} dBA or more by night", HEARD_WITHIN_M, blocks.people[at], heard, read_groups()[at], home)
    return rows


def _counties(blocks: Any, at: np.ndarray) -> np.ndarray:
    return county_groups({blocks.county[i] for i in at})


def _rows(
    words: str, within_m: float, people: np.ndarray, weights: list[np.ndarray], member: np.ndarray, home: np.ndarray
) -> list[dict[str, Any]]:
    """Rows of one exposure; ``weights`` are the middle and, where there is a band, its ends. No rows where nobody is exposed."""
    if not float(people @ weights[0]) > 0.0:
        return []
    near, borne = weighted_frac(people, member), weighted_frac(people * weights[0], member)
    ends = np.array([weighted_frac(people * w, member) for w in weights if float(people @ w) > 0.0])
    rows = []
    for g, group in enumerate(GROUPS):
        band = {"p10": round(float(ends[:, g].min()), 4), "p90": round(float(ends[:, g].max()), 4)} if len(weights) > 1 else {}
        rows.append(
            {
                "exposure": words,
                "within_km": within_m / M_PER_KM,
                "group": group,
                "exposure_share": round(float(borne[g]), 4),
                **band,
                "nearby_share": round(float(near[g]), 4),
                "county_share": round(float(home[g]), 4),
                "over_county": round(float(borne[g] / home[g]), 3),
            }
        )
    return rows
