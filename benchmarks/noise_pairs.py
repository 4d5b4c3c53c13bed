"""Source-receiver pairs per second of the compiled ISO 9613-2 engine, beside recorded figures of another program.

Run: PYTHONPATH=src python benchmarks/noise_pairs.py [--receivers N]
The other program computes CNOSSOS-EU (mean planes, two weather states); the methods differ, so the ratio compares the
time that a map of the same scene takes, not the same arithmetic.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from pathlib import Path

import numpy as np

from gigacampus.neighbours.noise.bands import A_WEIGHT_DB
from gigacampus.neighbours.noise.engine import iso_transfer, points
from gigacampus.neighbours.noise.hourly import hourly_levels_dba
from gigacampus.neighbours.noise.validate_differential import differential_scene, placed

DATA = Path(__file__).resolve().parents[1] / "validation" / "noise" / "data"
TARGETS = {"flat_built": 350_000.0, "hill_built": 45_000.0}


def recorded(scene: str) -> float:
    """Best recorded pairs a second of NoiseModelling 6 with over-top and side paths on this scene."""
    with open(DATA / "benchmark_measured.csv", encoding="utf-8") as file:
        return max(float(r["source_receiver_pairs_per_s"]) for r in csv.DictReader(file)
                   if r["tool"].startswith("NoiseModelling 6") and r["scene"].startswith(scene) and "reflection" not in r["method"]
                   and "lateral" in r["method"])


def measure(name: str, receivers: int) -> None:
    """Print wall-clock and processor figures of one scene."""
    document = json.loads((DATA / f"differential_scene_{name}.json").read_text(encoding="utf-8"))
    scene = differential_scene(document)
    spots = document["sources_xyh"]
    sources = np.array([placed(scene, p) for p in (spots.values() if isinstance(spots, dict) else spots)])
    ears = points(scene, np.random.default_rng(1).uniform(0.0, document["size_m"], (receivers, 2)), 4.0)
    iso_transfer(scene, sources, ears[:10], edition=2024)
    wall, cpu = np.inf, np.inf
    for _ in range(3):
        t, c = time.perf_counter(), time.process_time()
        iso_transfer(scene, sources, ears, edition=2024, dtype=np.float32)
        wall, cpu = min(wall, time.perf_counter() - t), min(cpu, time.process_time() - c)
    pairs = receivers * len(sources)
    rate, other = pairs / wall, recorded(name)
    print(f"{name}: {pairs} pairs in {wall:.2f} s = {rate:,.0f} pairs/s (target {TARGETS[name]:,.0f}); "
          f"{1e6 * cpu / pairs:.2f} us of processor time a pair; recorded NoiseModelling 6: {other:,.0f} pairs/s, ratio {rate / other:.0f}")


def measure_hours(receivers: int = 10_000, sources: int = 24) -> None:
    """Print the time for a year of hourly A-weighted levels from a transfer array."""
    rng = np.random.default_rng(2)
    loss = rng.uniform(50.0, 90.0, (receivers, sources, 9)).astype(np.float32)
    power = np.full((sources, 9), 110.0) + A_WEIGHT_DB
    weights = rng.uniform(0.0, 1.0, (sources, 8760))
    hourly_levels_dba(loss[:2], power, weights)
    t, c = time.perf_counter(), time.process_time()
    levels = hourly_levels_dba(loss, power, weights)
    wall, cpu = time.perf_counter() - t, time.process_time() - c
    print(f"hours: {levels.shape[0]} receivers x {levels.shape[1]} hours in {wall:.2f} s (target 2 s); {cpu:.2f} s of processor time")


def main() -> None:
    """Measure all scenes; figures depend on what else the machine does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--receivers", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; methods differ: ISO 9613-2 here, CNOSSOS-EU there")
    for name in TARGETS:
        measure(name, arguments.receivers)
    measure_hours()


if __name__ == "__main__":
    main()
