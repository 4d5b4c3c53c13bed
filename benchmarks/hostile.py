"""CPU seconds and memory of the hostile scenarios: all in one process, the slowest ones again in a process of their own.

Run from the root of the repository: ``PYTHONPATH=src python benchmarks/hostile.py``. The aim is 2 s and 500 MB each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hostile.leaves import leaves
from tests.hostile.test_hostile import lay_out
from tests.hostile.texts import Case, all_cases
from tests.scenario.sample_library import root

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load

ROOT = Path(__file__).parents[1]
SLOWEST = 10


def cpu_seconds(case: Case) -> tuple[float, bool]:
    """CPU seconds of loading one case, and whether it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = lay_out(case, Path(folder))
        began, refused = time.process_time(), False
        try:
            load(path, library_root=root())
        except ScenarioError as error:
            refused = bool(str(error))
        return time.process_time() - began, refused


def fresh_process(case: Case) -> tuple[float, float]:
    """CPU seconds and megabytes of `gigacampus sources` on one case in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        lay_out(case, Path(folder))
        process = subprocess.Popen(
            [sys.executable, "-m", "gigacampus", "sources", "s.yaml"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        _, _, usage = os.wait4(process.pid, 0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main() -> None:
    """Measure and print."""
    cases = [*all_cases(), *(Case(path, json.dumps(data, indent=1).encode()) for path, data, _ in leaves())]
    cpu_seconds(cases[0])
    measured = [(*cpu_seconds(case), case) for case in cases]
    refused = sum(r for _, r, _ in measured)
    print(f"{len(cases)} scenarios: {refused} refused, {len(cases) - refused} load")
    slowest = sorted(measured, key=lambda row: -row[0])[:SLOWEST]
    print(f"slowest in one process: {slowest[0][0]:.2f} CPU s ({slowest[0][2].name})")
    print(f"  start-up alone: {fresh_process(Case('empty', b''))[0]:.2f} CPU s")
    alone = [(*fresh_process(case), case.name) for _, _, case in slowest]
    for seconds, megabytes, name in alone:
        print(f"  {name}: {seconds:.2f} CPU s and {megabytes:.0f} MB in a fresh process")


if __name__ == "__main__":
    main()
