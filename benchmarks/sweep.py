"""CPU seconds of a sweep of one physical and one money input, beside single runs of the same cases.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/sweep.py [--physical 20 --money 10]``. Single runs are measured
at two cases and multiplied: without any cache, as somebody pays who starts each alone, and as they come one after the other with a
cache that they share. Both compute no baseline twin; they do write a report, which a sweep does not. Every process has compiled
kernels; sweep and runs begin with caches of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "gas-campus.yaml"
PHYSICAL, MONEY = "campuses.first.cooling.design_pue", "company.opening_cash_usd"


def cpu_s(arguments: list[str], cache: Path) -> float:
    """CPU seconds of ``gigacampus ARGUMENTS`` and of the processes that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GIGACAMPUS_CACHE": str(cache)}
    subprocess.run([sys.executable, "-m", "gigacampus", *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    parser.add_argument("--physical", type=int, default=20)
    parser.add_argument("--money", type=int, default=10)
    parser.add_argument("--worlds", type=int, default=16)
    parser.add_argument("--draws", type=int, default=256)
    given = parser.parse_args()
    grid = {
        PHYSICAL: [round(1.2 + 0.2 * k / given.physical, 4) for k in range(given.physical)],
        MONEY: [1e9 + 1e8 * k for k in range(given.money)],
    }
    counts = ["--worlds", str(given.worlds), "--draws", str(given.draws)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "sweep.yaml"
        asked = {"scenario": str(given.scenario.resolve()), "worlds": given.worlds, "draws": given.draws, "grid": grid}
        file.write_text(json.dumps(asked), encoding="utf-8")
        single = ["run", str(given.scenario), "--out", str(folder / "runs"), "--no-twin", *counts]
        cases = [["--set", f"{PHYSICAL}={grid[PHYSICAL][0]}", "--set", f"{MONEY}={cash}"] for cash in (grid[MONEY][0], 5e9)]
        cpu_s([*single, *cases[0]], folder / "warm")
        alone = cpu_s([*single, *cases[1], "--no-cache"], folder / "none")
        first, second = (cpu_s([*single, *case], folder / "shared") for case in cases)
        swept = cpu_s(["sweep", str(file), "--out", str(folder / "sweep"), "--json"], folder / "sweep-cache")
    count = given.physical * given.money
    sharing = given.physical * first + (count - given.physical) * second
    print(f"single run without a cache         {alone:8.1f} CPU s, {count} of them {count * alone:9.0f}")
    print(f"single runs that share a cache     {first:8.1f} CPU s the first of its physics, {second:.1f} the others, {sharing:9.0f} in all")
    print(f"sweep of {count} cases               {swept:8.1f} CPU s: 1/{count * alone / swept:.1f} and 1/{sharing / swept:.1f} of these")


if __name__ == "__main__":
    main()
