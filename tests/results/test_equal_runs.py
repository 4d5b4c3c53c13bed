"""Equal runs write equal bytes, whatever the process, the folder, the clock and the order of hashes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gigacampus.results.store import TIMINGS
from tests.commands import in_process

ROOT = Path(__file__).parents[2]


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != TIMINGS}


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Run folders of one scenario, written in two processes and from two folders, with other hash seeds and time zones."""
    homes = [tmp_path_factory.mktemp("home") for _ in range(2)]
    for home in homes:
        shutil.copy(ROOT / "scenarios" / "grid-campus.yaml", home / "mine.yaml")
    size = ("--worlds", "2", "--draws", "4", "--no-twin")
    assert in_process("run", homes[0] / "mine.yaml", "--out", homes[0] / "runs", *size, cwd=homes[0]).returncode in (0, 1)
    asked = [sys.executable, "-m", "gigacampus", "run", "mine.yaml", "--out", str(homes[1] / "runs"), *size]
    subprocess.run(asked, cwd=homes[1], env=os.environ | {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}, check=True, capture_output=True)
    return [next((home / "runs").iterdir()) for home in homes]


def test_equal_runs_write_equal_bytes(twins):
    first, second = map(files_of, twins)
    assert twins[0].name == twins[1].name and set(first) == set(second) and {"manifest.json", "report.html"} <= set(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_no_path_of_the_machine_stands_in_a_run(twins):
    for name, data in files_of(twins[0]).items():
        assert str(twins[0].parents[1]).encode() not in data, name


def test_how_long_it_took_is_kept_beside(twins):
    from gigacampus.results import store

    assert store.read(twins[0]).manifest["seconds"]["total"] > 0.0 and (twins[0] / TIMINGS).is_file()
