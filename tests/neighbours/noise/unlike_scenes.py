"""Small scenes that differ in kind, one with rays along its faces, one receiver before what stands there; quick for interpreted kernels."""

from __future__ import annotations

import numpy as np

from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, build_scene
from gigacampus.neighbours.noise.propagation import transfer as pairs

KINDS = ("open", "boxes", "court", "walls", "row", "zones", "aligned")
BOX = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
COURT = np.array(
    [[-4.0, -3.0], [4.0, -3.0], [4.0, 3.0], [0.6, 3.0], [0.6, 1.5], [3.0, 1.5], [3.0, -2.0], [-3.0, -2.0], [-3.0, 3.0], [-4.0, 3.0]]
)
"""A block round a court with one opening at its back."""


def unlike_scene(kind: str, seed: int) -> tuple[Scene, np.ndarray, np.ndarray]:
    """A scene of one kind on even or hilly ground, and its sources and receivers; every second seed has hills."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    terrain = _hills(rng) if seed % 2 else Terrain(flat_m=7.0)
    scene = build_scene(
        buildings=_buildings(kind, rng, terrain),
        walls=_walls(kind, rng, terrain),
        zones=_zones(rng) if kind in ("zones", "boxes", "aligned") else (),
        ground_g=0.6,
        terrain=terrain,
    )
    sources = pairs.points(scene, rng.uniform([-30.0, -60.0], [60.0, 60.0], (2, 2)), rng.uniform(0.5, 14.0, 2))
    receivers = pairs.points(scene, rng.uniform([170.0, -60.0], [330.0, 60.0], (3, 2)), rng.uniform(1.5, 9.0, 3))
    receivers[1] = pairs.points(scene, rng.uniform([20.0, -60.0], [60.0, 60.0], (1, 2)), 3.0)[0]
    if kind == "aligned":
        sources[:] = pairs.points(scene, [[0.0, 0.0], [0.0, 20.0]], [3.0, 5.0])
        receivers[:] = pairs.points(scene, [[240.0, 0.0], [0.0, 60.0], [240.0, 20.0]], [4.0, 4.0, 5.0])
    if kind == "court":
        receivers[0] = pairs.points(scene, [[200.0, 0.0]], 2.0)[0]
    return scene, sources, receivers


def _hills(rng: np.random.Generator) -> Terrain:
    """Nodes that end before the farthest receivers, so that ground beyond them is asked for too."""
    x, y = np.meshgrid(np.arange(-40.0, 281.0, 20.0), np.arange(-80.0, 81.0, 20.0))
    raster = rng.uniform(1.0, 9.0) * np.sin(x / rng.uniform(25.0, 90.0)) * np.cos(y / rng.uniform(40.0, 120.0)) + 0.02 * x
    return Terrain(x0_m=-40.0, y0_m=-80.0, step_m=20.0, raster_m=raster)


def _turned(shape: np.ndarray, centre: np.ndarray, angle: float) -> np.ndarray:
    return centre + shape @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _buildings(kind: str, rng: np.random.Generator, terrain: Terrain) -> list[tuple[str, np.ndarray, float, float]]:
    if kind in ("open", "walls", "zones"):
        return []
    if kind == "court":
        shapes = [np.add(COURT, [200.0, 0.0]), _turned(BOX * [6.0, 9.0], np.array([120.0, 10.0]), 0.4)]
    elif kind == "aligned":
        shapes = [BOX * [10.0, 20.0] + [100.0, 0.0], BOX * 10.0 + [160.0, 10.0]]
    elif kind == "row":
        shapes = [BOX * [8.0, 10.0] + [140.0, 20.0 * k] for k in (-1, 0, 1)]
    else:
        places = rng.uniform([60.0, -40.0], [260.0, 40.0], (4, 2))
        shapes = [_turned(BOX * rng.uniform(4.0, 22.0, 2), at, rng.uniform(0.0, np.pi)) for at in places]
    tops = [float(np.max(terrain.altitude_m(ring))) + rng.uniform(4.0, 16.0) for ring in shapes]
    return [(f"b{k}", ring, top, 0.1 + 0.2 * k) for k, (ring, top) in enumerate(zip(shapes, tops, strict=True))]


def _walls(kind: str, rng: np.random.Generator, terrain: Terrain) -> list[tuple[str, np.ndarray, float]]:
    if kind not in ("walls", "boxes", "aligned"):
        return []
    if kind == "aligned":
        return [
            ("along", np.array([[60.0, 0.0, 6.0], [80.0, 0.0, 6.0]]), 0.3),
            ("across", np.array([[-20.0, 40.0, 8.0], [20.0, 40.0, 8.0]]), 0.3),
        ]
    lines = [rng.uniform([60.0, -50.0], [240.0, 50.0], (3, 2)) for _ in range(2)]
    tops = [terrain.altitude_m(line) + rng.uniform(0.5, 14.0, 3) for line in lines]
    return [(f"w{k}", np.column_stack([line, top]), 0.3) for k, (line, top) in enumerate(zip(lines, tops, strict=True))]


def _zones(rng: np.random.Generator) -> list[tuple[np.ndarray, float]]:
    corner = np.array([[0.0, 0.0], [150.0, 0.0], [170.0, 90.0], [0.0, 110.0]])
    return [(rng.uniform([-40.0, -80.0], [200.0, 20.0]) + corner * scale, rng.uniform()) for scale in (1.0, 0.6, 0.3)]
