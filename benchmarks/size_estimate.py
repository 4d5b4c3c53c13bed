"""Fit what ``pipeline/size_estimate.py`` says of memory and time on real runs, each in a process of its own, and show how far off it is.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/size_estimate.py``. Peers: none; the measured runs are the baseline.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields

import numpy as np

from gigacampus.pipeline.run import coordinates, size_of
from gigacampus.pipeline.size_estimate import BYTES, BYTES_PER_GB, FITTED, Size, cpu_s, memory_gb
from gigacampus.scenario.document import load

RUNS = (
    ("scenarios/grid-campus.yaml", 1, 2, 12),
    ("scenarios/gas-campus.yaml", 12, 24, 24),
    ("scenarios/gas-campus.yaml", 1, 4096, 24),
    ("scenarios/xai-2024-04.yaml", 1, 2, 12),
    ("scenarios/xai-2024-04.yaml", 4, 512, 24),
    ("scenarios/xai-2024-04.yaml", 24, 48, 12),
    ("scenarios/xai-2026-01.yaml", 2, 64, 36),
)
"""Scenario, worlds, draws and months."""
MEASURED = """
import json, resource, sys, time
from gigacampus.pipeline.run import run
from gigacampus.scenario.document import load
scenario, _ = load(sys.argv[1], sets=sys.argv[2:])
run(scenario, use_cache=False)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_maxrss * 1024 / 1e9, used.ru_utime + used.ru_stime]))
"""
CEILING = 1.15
"""The constants are the fit times this, so that a run that is let in has room."""


def settings(worlds: int, draws: int, months: int) -> list[str]:
    """What makes a run of these sizes of any scenario."""
    return [f"run.worlds={worlds}", f"run.draws={draws}", f"horizon.months={months}"]


def measured(path: str, worlds: int, draws: int, months: int) -> tuple[Size, float, float]:
    """Size of a run, its peak memory in GB and its CPU seconds."""
    sets = settings(worlds, draws, months)
    scenario, _ = load(path, sets=sets)
    done = subprocess.run([sys.executable, "-c", MEASURED, path, *sets], check=True, capture_output=True, text=True)
    gb, seconds = json.loads(done.stdout)
    return size_of(scenario, coordinates(scenario)), gb, seconds


def fitted(columns: list[list[float]], target: list[float]) -> list[float]:
    """Least squares of relative deviations with no factor below zero."""
    from scipy.optimize import nnls

    weight = 1.0 / np.array(target)
    out: list[float] = nnls(np.array(columns).T * weight[:, None], np.ones(len(target)))[0].tolist()
    return out


def main() -> None:
    """Measure, fit and print."""
    rows = []
    for run in RUNS:
        rows.append(measured(*run))
        print(run, [round(v, 2) for v in rows[-1][1:]], flush=True)
    per_number = BYTES / BYTES_PER_GB
    sizes = [size for size, _, _ in rows]
    memory = fitted(
        [[1.0] * len(rows), [s.world_numbers * per_number for s in sizes], [s.draw_numbers * per_number for s in sizes]],
        [g for _, g, _ in rows],
    )
    times = fitted(
        [[1.0] * len(rows), [s.hours_of_worlds for s in sizes], [s.pairs_of_worlds for s in sizes], [s.months_of_draws for s in sizes]],
        [t for _, _, t in rows],
    )
    for constant, value in zip(fields(FITTED), [*memory, *times], strict=True):
        use = getattr(FITTED, constant.name)
        print(f"{constant.name:<26} fit {value:10.3g}   in use {use:10.3g}   (fit times {CEILING} is {CEILING * value:.3g})")
    for run, (size, gb, seconds) in zip(RUNS, rows, strict=True):
        print(
            f"{run[0]:<30} {run[1:]!s:<18} {gb:6.2f} GB, said {memory_gb(size):6.2f}; {seconds:7.1f} CPU s, said {cpu_s(size):7.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
