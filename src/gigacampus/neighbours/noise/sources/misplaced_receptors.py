"""Findings about receptors of a scenario that stand where no level outdoors can be right: in a building, on or among the machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gigacampus.neighbours.noise.geodata.misplaced import misplaced_receivers
from gigacampus.neighbours.noise.geometry.local_projection import east_north_m
from gigacampus.neighbours.noise.sources.campus_sources import campus_sources
from gigacampus.neighbours.noise.sources.wall_schedule import campus_scene

AMONG_M = 25.0
"""A machine is as large as this: nearer to it, its sound does not come from one point."""


def told_of_receptors(campuses: Mapping[str, Any], library: Any) -> list[str]:
    """What is amiss with the places of receptors, by campus, with all walls and machines that ever stand there."""
    told = []
    for name, campus in campuses.items():
        if not campus.receptors:
            continue
        lat, lon = np.array([(r.lat, r.lon) for r in campus.receptors.values()], dtype=float).T
        spots = east_north_m(lat, lon, site_lat=campus.site.lat, site_lon=campus.site.lon)
        sources = campus_sources(campus, library).position_m
        found = misplaced_receivers(campus_scene(campus, tuple(campus.noise.walls)), list(campus.receptors), spots, sources)
        told += [f"campuses.{name}.receptors: {text}" for text in [*found, *_among(list(campus.receptors), spots, sources)]]
    return told


def _among(names: list[str], spots_m: np.ndarray, sources_m: np.ndarray) -> list[str]:
    if not len(sources_m):
        return []
    apart_m = np.hypot(*(spots_m[:, None, :2] - sources_m[None, :, :2]).transpose(2, 0, 1)).min(axis=1)
    shown = ", ".join(name for name, m in zip(names, apart_m, strict=True) if m < AMONG_M)
    return [f"{shown}: among the machines, less than {AMONG_M:g} m from one: give the place of a home"] if shown else []
