"""Source-receiver pairs per second of the compiled noise engine, beside recorded figures of another program.

Run: PYTHONPATH=src python benchmarks/noise_pairs.py [--receivers N]
The other program computes CNOSSOS-EU (mean planes, two weather states). Against ISO 9613-2 the methods differ, so that ratio compares
the time that a map of the same scene takes, not the same arithmetic; the rows of ``cnossos`` have the
same method, with both weather states here and one in the recorded figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gigacampus.neighbours.noise.exposure.contours import Grid, adaptive_grid
from gigacampus.neighbours.noise.geometry.scene import Scene
from gigacampus.neighbours.noise.propagation.bands import A_WEIGHT_DB
from gigacampus.neighbours.noise.propagation.engine import transfer
from gigacampus.neighbours.noise.propagation.transfer import points
from gigacampus.validation.noise_differential import differential_scene, placed

DATA = Path(__file__).resolve().parents[1] / "src" / "gigacampus" / "validation" / "cases" / "noise" / "data"
TILE_PAIRS = 240_000
"""Pairs whose losses are held at a time: 20 MB."""
TARGETS = {"flat_built": 350_000.0, "hill_built": 45_000.0}


def recorded(scene: str) -> float:
    """Best recorded pairs a second of NoiseModelling 6 with over-top and side paths on this scene."""
    with open(DATA / "benchmark_measured.csv", encoding="utf-8") as file:
        return max(
            float(r["source_receiver_pairs_per_s"])
            for r in csv.DictReader(file)
            if r["tool"].startswith("NoiseModelling 6")
            and r["scene"].startswith(scene)
            and "reflection" not in r["method"]
            and "lateral" in r["method"]
        )


def opened(name: str, receivers: int) -> tuple[Scene, np.ndarray, np.ndarray]:
    """Scene, sources and random receivers of one synthetic scene."""
    document = json.loads((DATA / f"differential_scene_{name}.json").read_text(encoding="utf-8"))
    scene = differential_scene(document)
    spots = document["sources_xyh"]
    sources = np.array([placed(scene, p) for p in (spots.values() if isinstance(spots, dict) else spots)])
    return scene, sources, points(scene, np.random.default_rng(1).uniform(0.0, document["size_m"], (receivers, 2)), 4.0)


def timed(work: Callable[[], object], *, best_of: int = 1) -> tuple[float, float]:
    """Least wall-clock and processor seconds."""
    wall, cpu = np.inf, np.inf
    for _ in range(best_of):
        t, c = time.perf_counter(), time.process_time()
        work()
        wall, cpu = min(wall, time.perf_counter() - t), min(cpu, time.process_time() - c)
    return wall, cpu


def measure(name: str, method: str, receivers: int) -> None:
    """Print wall-clock and processor figures of one scene by one method."""
    scene, sources, ears = opened(name, receivers)
    transfer(scene, sources, ears[:10], method=method)
    wall, cpu = timed(lambda: transfer(scene, sources, ears, method=method, dtype=np.float32), best_of=3)
    pairs = receivers * len(sources)
    rate, other = pairs / wall, recorded(name)
    print(
        f"{name}, {method}: {pairs} pairs in {wall:.2f} s = {rate:,.0f} pairs/s (target {TARGETS[name]:,.0f}); "
        f"{1e6 * cpu / pairs:.2f} us of processor time a pair; "
        f"recorded NoiseModelling 6: {other:,.0f} pairs/s, ratio {rate / other:.0f}"
    )


def levels_in_tiles_dba(
    scene: Scene, sources: np.ndarray, receivers: np.ndarray, *, method: str, weighted_power_db: np.ndarray, absorption_db_per_m: np.ndarray
) -> np.ndarray:
    """Level of all sources together at each receiver, tile by tile: memory does not grow with the pairs; (receiver,)."""
    out = np.empty(len(receivers))
    step = max(1, TILE_PAIRS // len(sources))
    for k in range(0, len(receivers), step):
        found = transfer(scene, sources, receivers[k : k + step], method=method, dtype=np.float32)
        loss_db = found.loss_db(absorption_db_per_m.astype(np.float32))
        out[k : k + step] = 10.0 * np.log10(np.sum(10.0 ** (0.1 * (weighted_power_db - loss_db)), axis=(1, 2)))
    return out


def measure_tiles(receivers: int) -> None:
    """Print time and memory for the levels of very many receivers, and for a map of 1e5 points that refines itself."""
    scene, sources, ears = opened("flat_built", receivers)
    given = {
        "method": "iso9613_2024",
        "weighted_power_db": np.full((len(sources), 9), 100.0) + A_WEIGHT_DB,
        "absorption_db_per_m": np.full(9, 2e-3),
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = timed(lambda: levels_in_tiles_dba(scene, sources, ears, **given))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    print(
        f"tiles: {receivers} receivers x {len(sources)} sources in {wall:.1f} s; {cpu:.1f} s of processor time; peak grew by {more:.0f} MB"
    )
    centre = sources[:, :2].mean(axis=0)
    found: list[Grid] = []

    def levels_of(xy: np.ndarray) -> np.ndarray:
        return levels_in_tiles_dba(scene, sources, points(scene, xy + centre, 4.0), **given)

    wall, cpu = timed(lambda: found.append(adaptive_grid(levels_of, half_width_m=1500.0, coarse_m=75.0, fine_m=9.375)))
    print(f"map: {found[0].level_db.size} points of which {found[0].computed} were traced in {wall:.1f} s; {cpu:.1f} s of processor time")


def main() -> None:
    """Measure all scenes; figures depend on what else the machine does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--receivers", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; NoiseModelling's figures are for CNOSSOS-EU on a like machine")
    for name in TARGETS:
        measure(name, "iso9613_2024", arguments.receivers)
        measure(name, "cnossos", arguments.receivers)
    measure_tiles(10 * arguments.receivers)


if __name__ == "__main__":
    main()
