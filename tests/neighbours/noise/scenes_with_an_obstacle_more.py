"""Random scenes before and after one obstacle more, and the published terms by which a level may rise all the same."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from gigacampus.neighbours.noise.geometry.lateral_paths import lateral_path_points
from gigacampus.neighbours.noise.geometry.scene import Scene, Terrain, build_scene
from gigacampus.neighbours.noise.geometry.trace import trace_pair
from gigacampus.neighbours.noise.propagation import cnossos, cnossos_transfer, iso9613_transfer
from gigacampus.neighbours.noise.propagation import cnossos_paths as eu
from gigacampus.neighbours.noise.propagation import iso9613 as iso
from gigacampus.neighbours.noise.propagation import iso9613_paths as iso_paths
from gigacampus.neighbours.noise.propagation import transfer as pairs
from gigacampus.neighbours.noise.propagation.bands import BANDS, energy_sum_db

STILL = np.zeros(BANDS)
SOURCE_G = 0.3
RISE_DB = 0.1
METHODS = ("iso9613_1996", "iso9613_2024", "cnossos")
SIDES, GROUND, SPACING, SIGHT, WEATHER, CAP = (
    "ways round the sides are added to the way over the top",
    "the ground on both sides of an edge stands in for the ground without one",
    "fewer edges in the path over the top, or nearer ones, count less (C3, C'')",
    "of edges below sight the nearest counts, and in bands that meet Rayleigh's criterion alone",
    "the weather takes more of the screening of other legs (Kmet)",
    "one edge is capped at 20 dB, several at 25 dB",
)


@dataclass(frozen=True)
class Pair:
    """One source and one receiver, before and after the obstacle."""

    before: Scene
    after: Scene
    source: np.ndarray
    receiver: np.ndarray


def random_pair(seed: int) -> Pair:
    """A ridge, a berm, hills or flat ground; a few boxes and walls; one more of them somewhere between source and receiver."""
    rng = np.random.default_rng(seed)
    terrain = _terrain(rng)
    ends = np.array([[0.0, 0.0], [rng.uniform(120, 900), rng.uniform(-40, 40)]])
    things = [_thing(rng, ends, terrain, k) for k in range(int(rng.integers(1, 4)))]
    before, after = (_scene(things[:n], terrain) for n in (len(things) - 1, len(things)))
    source, receiver = (pairs.points(before, ends[k : k + 1], rng.uniform(0.5, high))[0] for k, high in ((0, 15.0), (1, 8.0)))
    return Pair(before, after, source, receiver)


def _terrain(rng: np.random.Generator) -> Terrain:
    kind = rng.integers(4)
    if kind == 0:
        return Terrain()
    x, y = np.meshgrid(np.arange(-200.0, 1101.0, 20.0), np.arange(-300.0, 301.0, 20.0))
    at, wide, high = rng.uniform(40, 700), rng.uniform(10, 80), rng.uniform(2, 25)
    ridge = high * np.exp(-(((x - at) / wide) ** 2))
    if kind == 2:
        ridge *= np.exp(-(((y - rng.uniform(-60, 60)) / rng.uniform(30, 150)) ** 2))
    if kind == 3:
        ridge = 6.0 * np.sin(x / rng.uniform(60, 150)) * np.cos(y / rng.uniform(60, 150))
    return Terrain(x0_m=-200.0, y0_m=-300.0, step_m=20.0, raster_m=ridge)


def _thing(rng: np.random.Generator, ends: np.ndarray, terrain: Terrain, k: int) -> tuple[str, np.ndarray, float]:
    centre = ends[0] + rng.uniform(0.1, 0.9) * (ends[1] - ends[0]) + [0.0, rng.normal(0.0, 15.0)]
    turn, half = rng.uniform(0, np.pi), rng.uniform(3, 40, 2)
    way = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    shape = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) if rng.random() < 0.7 else np.array([[-1, 0], [1, 0]])
    top = float(terrain.altitude_m(centre)) + rng.uniform(3, 18)
    return ("box" if len(shape) > 2 else "wall") + str(k), centre + (shape * half) @ way, top


def _scene(things: list[tuple[str, np.ndarray, float]], terrain: Terrain) -> Scene:
    return build_scene(
        buildings=[(name, ring, top, 0.1) for name, ring, top in things if len(ring) > 2],
        walls=[(name, np.column_stack([line, np.full(2, top)]), 0.1) for name, line, top in things if len(line) == 2],
        ground_g=0.6,
        terrain=terrain,
    )


def compiled_db(pair: Pair, scene: Scene, method: str) -> np.ndarray:
    """Loss without air by the compiled kernels; (condition, band)."""
    ends = pair.source[None], pair.receiver[None]
    if method == "cnossos":
        down, calm = cnossos_transfer.cnossos_conditions(scene, *ends, source_g=SOURCE_G)
        return np.stack([calm.still_db[0, 0], down.still_db[0, 0]])
    return iso9613_transfer.iso_transfer(scene, *ends, edition=int(method[-4:])).still_db[0]


def plain_db(pair: Pair, scene: Scene, method: str) -> np.ndarray:
    """The same by the plain twin."""
    if method == "cnossos":
        return cnossos_transfer.plain_conditions_db(scene, pair.source, pair.receiver, source_g=SOURCE_G)
    row = trace_pair(scene, pair.source, pair.receiver)[None]
    return iso_paths.attenuation_db(row, absorption_db_per_m=STILL, edition=int(method[-4:]))


def ways_in_plan(pair: Pair, scene: Scene, method: str) -> list[tuple[np.ndarray, float]]:
    """Points of every way round a side that the method uses, and the radius of its rays."""
    d = float(np.linalg.norm(pair.receiver[:3] - pair.source[:3]))
    grow, radii = (False, (np.inf, cnossos.ray_radius_m(d))) if method == "cnossos" else (True, (np.inf,))
    if grow and trace_pair(scene, pair.source, pair.receiver)[23]:
        return []
    found = [(lateral_path_points(scene, pair.source, pair.receiver, s, radius_m=r, grow=grow), r) for s in (1.0, -1.0) for r in radii]
    return [(chain, radius) for chain, radius in found if chain is not None]


def depth_in_ground_m(pair: Pair, scene: Scene, chain: np.ndarray, radius_m: float) -> float:
    """How far the ground rises above the rays along a way, sampled every few decimetres; negative where it stays below."""
    way = pair.receiver[:2] - pair.source[:2]
    worst = -np.inf
    for a, b in itertools.pairwise(chain):
        spots = a + np.linspace(0.0, 1.0, 400)[:, None] * (b - a)
        share = (spots - pair.source[:2]) @ way / (way @ way)
        ray = pair.source[2] + share * (pair.receiver[2] - pair.source[2])
        ray = ray + np.clip(share * (1.0 - share), 0.0, None) * (way @ way) / (2.0 * radius_m)
        worst = max(worst, float((scene.terrain.altitude_m(spots) - ray).max()))
    return worst


def explained(pair: Pair, method: str) -> tuple[list[str], float]:
    """Published terms that together account for a rise, and the rise that is left without them."""
    return _explained_eu(pair) if method == "cnossos" else _explained_iso(pair, int(method[-4:]))


def _explained_iso(pair: Pair, edition: int) -> tuple[list[str], float]:
    rows = [trace_pair(s, pair.source, pair.receiver)[None] for s in (pair.before, pair.after)]
    ground = iso_paths.ground_db(rows[0], edition=edition)
    formula = iso.screening_2024_db if edition == 2024 else iso.screening_1996_db
    told: list[str] = []

    def over_top(row: np.ndarray, *, weather: bool, middle: float | None, capped: bool) -> np.ndarray:
        legs = row[:, 10:13].copy()
        legs[:, 1] = legs[:, 1] if middle is None else middle
        value = formula(row[:, 9], legs, distance_m=row[:, 1], lateral=not weather)
        value = iso.capped_db(value, row[:, 8] > 1) if capped else value
        return iso.over_top_db(np.where(row[:, 8, None] > 0, value, 0.0), ground)

    steps = [(SIDES, {}), (CAP, {"capped": False}), (WEATHER, {"weather": False}), (SPACING, {"middle": 0.0})]
    how: dict = {"weather": True, "middle": None, "capped": True}
    left = np.inf
    for term, change in steps:
        told.append(term)
        how |= change
        before = iso_paths.screening_loss_db(rows[0], ground, edition=edition) if term == SIDES else over_top(rows[0], **how)
        left = float((before - over_top(rows[1], **how)).max())
        if left <= RISE_DB:
            break
    return told, left


def _explained_eu(pair: Pair) -> tuple[list[str], float]:
    before, after = (eu.pair_paths(s, pair.source, pair.receiver, source_g=SOURCE_G) for s in (pair.before, pair.after))
    told, left = [], 0.0
    for c in ("h", "f"):
        whole = -energy_sum_db(-np.stack([w.loss_db(STILL) for n, w in before.items() if n.endswith(c)]), axis=0)
        direct = [ways[f"direct_{c}"] for ways in (before, after)]
        if (whole - -energy_sum_db(-np.stack([w.loss_db(STILL) for n, w in after.items() if n.endswith(c)]), axis=0)).max() <= RISE_DB:
            continue
        told.append(SIDES)
        rise = (whole - direct[1].loss_db(STILL)).max()
        if rise > RISE_DB:
            told.append(GROUND)
            rise = (_pure_db(direct[0].path, None) - _pure_db(direct[1].path, None)).max()
        if rise > RISE_DB:
            told.append(SPACING)
            rise = (_pure_db(direct[0].path, 0.0) - _pure_db(direct[1].path, 0.0)).max()
        if rise > RISE_DB:
            told.append(SIGHT)
            rise = (_pure_db(direct[0].path, 0.0, sight=False) - _pure_db(direct[1].path, 0.0, sight=False)).max()
        left = max(left, float(rise))
    return told, left


def _pure_db(path: eu.VerticalPath, between_m: float | None, *, sight: bool = True) -> np.ndarray:
    """Pure diffraction over the top, with another way between the edges if one is given; with ``sight`` in the bands that it counts in."""
    diffraction, heard = eu.over_top(path)
    if diffraction is None:
        return np.zeros(BANDS)
    line = eu._edges(path)[1]
    edge = diffraction.edge_db if between_m is None else cnossos.diffraction_db(eu._path_difference_m(path, line), between_m)
    return np.where(heard | (not sight), np.minimum(edge, cnossos.CAP_DB), 0.0)
