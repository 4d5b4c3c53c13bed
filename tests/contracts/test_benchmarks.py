"""Benchmarks still run: their figures are read by people, and no other test would see them break."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("asked", [["ledger.py", "--draws", "8", "--months", "12"], ["noise_pairs.py", "--help"], ["run.py", "--help"]])
def test_a_benchmark_runs(asked):
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / asked[0]), *asked[1:]],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "8 draws x 12 months" in done.stdout or "--help" in asked
