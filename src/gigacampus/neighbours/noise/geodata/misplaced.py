"""Findings about receivers and sources that stand where levels cannot be right: inside buildings, or on one another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gigacampus.neighbours.noise.geodata.features import Findings
from gigacampus.neighbours.noise.geometry.scene import Scene, points_inside

ON_A_SOURCE_M = 1.0


def misplaced_receivers(scene: Scene, names: list[str], spots_m: np.ndarray, sources_m: np.ndarray) -> list[str]:
    """Findings about receivers (receiver, 2 or more) inside buildings or on a source; they are computed all the same."""
    faults = Findings()
    for i, o in _inside(scene, spots_m):
        faults.add(f"lies inside building {scene.names[o]}", names[i])
    for i, spot in enumerate(spots_m[:, :2]):
        if len(sources_m) and np.hypot(*(sources_m[:, :2] - spot).T).min() < ON_A_SOURCE_M:
            faults.add("stands on a source", names[i])
    return faults.told()


def enclosed_sources(scene: Scene, names: list[str], sources_m: np.ndarray) -> list[str]:
    """Findings about sources (source, 3: east, north, height above ground) below the top of a building about them.

    The building is a screen to them as to any other; what its facades let through is not modelled.
    """
    faults = Findings()
    altitude = scene.terrain.altitude_m(sources_m[:, :2]) + sources_m[:, 2]
    found = {(int(o), names[i]): None for i, o in _inside(scene, sources_m) if altitude[i] < scene.tops_m[scene.first[o], 0]}
    for o, name in found:
        faults.add(
            f"source inside building {scene.names[o]}, which screens it on every side: "
            "put it on the roof or the facade (noise.placements), or leave the building out",
            name,
        )
    return faults.told()


def _inside(scene: Scene, spots_m: np.ndarray) -> Iterator[tuple[int, int]]:
    """Spot and building of every spot that lies inside a footprint."""
    order = np.argsort(spots_m[:, 0])
    x = spots_m[order, 0]
    for o in np.flatnonzero(scene.closed):
        ring = scene.segments[scene.first[o] : scene.first[o + 1], :2]
        near = order[np.searchsorted(x, ring[:, 0].min()) : np.searchsorted(x, ring[:, 0].max(), side="right")]
        for i in near[points_inside(spots_m[near, :2], ring)]:
            yield int(i), int(o)
