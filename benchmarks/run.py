"""CPU seconds, wall time and memory of whole runs and of asking one, each in a process of its own.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/run.py [SCENARIO] [--against FOLDER] [--baseline CSV]``.
The first run ever (nothing compiled, nothing cached) is measured first, in folders of its own. CPU seconds count both cores and do
not depend on who else uses the machine as much as wall time does.

``--against`` takes another checkout of this repository: its first run ever and its cold run, of its own file of the same scenario,
are measured in turn with ours, and nothing else; the ratio of CPU seconds is printed.

``--baseline`` takes a CSV of figures that others recorded on their own machines and
tasks. They are printed beside ours as such; no ratio to another tool's figure is made, since the tasks differ.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "xai-2026-01.yaml"
ANOTHER_RATE = ("--set", "company.loans.notes_2025.rate_frac=0.11")
LEVER, OTHER_LEVER = "company.revenue.momentum_per_year", "company.costs.undisclosed_growth_per_year"


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    cpu_s: float
    wall_s: float
    peak_mb: float


FIRST, COLD = "first run ever (compiles, fills the cache)", "cold (--no-cache)"


def measured(arguments: list[str], folder: Path, root: Path = ROOT) -> Cost:
    """Cost of ``gigacampus ARGUMENTS`` by the sources below ``root``, with caches in ``folder``."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(root / "src"),
        "GIGACAMPUS_CACHE": str(folder / "cache"),
        "NUMBA_CACHE_DIR": str(folder / "compiled"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gigacampus", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"gigacampus {' '.join(arguments)} failed")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1000)


def costs(scenario: Path) -> dict[str, Cost]:
    """The first run ever, then everything with the books compiled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = ["run", str(scenario), "--out", str(folder / "runs")]
        small = ["run", str(scenario), "--out", str(folder / "small"), "--worlds", "1", "--draws", "1"]
        found = {
            FIRST: measured(run, folder),
            COLD: measured([*run, "--no-cache"], folder),
            "warm, another interest rate": measured([*run, *ANOTHER_RATE], folder),
            "one world, one draw (--no-cache)": measured([*small, "--no-cache"], folder),
        }
        done = str(next((folder / "runs").iterdir()))
        asked = {
            "solve, one input": ["solve", done, "--vary", LEVER],
            "solve, a frontier of two": ["solve", done, "--vary", LEVER, "--vary", OTHER_LEVER],
            "solve, all inputs and the least surprising world": ["solve", done],
            "sensitivity, Shapley": ["sensitivity", done],
            "sensitivity, Sobol": ["sensitivity", done, "--method", "sobol"],
            "gigacampus --help": ["--help"],
        }
        return found | {title: measured(arguments, folder) for title, arguments in asked.items()}


def against(other: Path, scenario: Path) -> None:
    """Print the first run ever and the cold run of two checkouts, each kind one after the other, and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        homes = {ROOT: Path(name) / "ours", other: Path(name) / "theirs"}
        for title, more in ((FIRST, ()), (COLD, ("--no-cache",))):
            ours, theirs = (
                measured(["run", str(root / scenario.relative_to(ROOT)), "--out", str(home / "runs"), *more], home, root)
                for root, home in homes.items()
            )
            print(
                f"{title:45} {ours.cpu_s:7.2f} CPU s {ours.peak_mb:6.0f} MB, the other {theirs.cpu_s:7.2f} CPU s {theirs.peak_mb:6.0f} MB,"
                f" ratio {ours.cpu_s / theirs.cpu_s:5.2f}",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", type=Path, default=SCENARIO)
    parser.add_argument("--baseline", type=Path, help="CSV of figures recorded with other tools")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout: measure its first and its cold run too")
    given = parser.parse_args()
    if given.against:
        return against(given.against.resolve(), given.scenario.resolve())
    found = costs(given.scenario)
    cold = found[COLD]
    for title, cost in found.items():
        print(
            f"{title:45} {cost.cpu_s:7.2f} CPU s {cost.wall_s:7.2f} s wall {cost.peak_mb:6.0f} MB"
            f" {cold.cpu_s / cost.cpu_s:6.1f} x less CPU than cold"
        )
    if given.baseline:
        print("recorded by others, on their machines and for their tasks (not comparable one to one):")
        with given.baseline.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                print("  " + ", ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
