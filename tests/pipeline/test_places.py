"""Real processes on full disks, and many writers of one run: nothing is half there, and the next command works."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from gigacampus.results import store
from gigacampus.results.query import runs_below

RUN = ("run", "small.yaml", "--worlds", "1", "--draws", "2", "--no-twin")


@pytest.fixture(scope="module")
def place(small_file, cache_folder, tmp_path_factory):
    """A folder with the small scenario, whose stages are in the cache, and what a sound run of it holds."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "small.yaml").write_text(small_file.read_text())
    done = campus(folder, cache_folder, *RUN, "--json")
    assert done.returncode in (0, 1), done.stderr
    return folder, cache_folder, tables(folder / json.loads(done.stdout)["run_folder"])


def campus(folder, cache, *arguments, limit=None, **env):
    return subprocess.run(command(arguments), **surroundings(folder, cache, limit, env), check=False)


def command(arguments):
    return [sys.executable, "-m", "gigacampus", *map(str, arguments)]


def surroundings(folder, cache, limit, env):
    def bounded():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    whole = {**os.environ, "GIGACAMPUS_CACHE": str(cache), **env}
    return {
        "cwd": folder,
        "env": whole,
        "capture_output": True,
        "text": True,
        "errors": "replace",
        "preexec_fn": bounded if limit else None,
    }


def tables(run: Path) -> dict[str, bytes]:
    """Content of the tables of a run that its own checks accept."""
    store.read(run)
    assert store.report_of(run)
    return {path.name: path.read_bytes() for path in (run / "tables").iterdir()}


def whole_runs(out: Path) -> list[Path]:
    """Runs below ``out``; whatever else lies there must be out of sight."""
    if not out.exists():
        return []
    assert all(p.name.startswith(".") or p in runs_below(out) for p in out.iterdir())
    return runs_below(out)


@contextmanager
def small_disk(at: Path, options: str):
    """A file system of its own at ``at``, where this user may mount one."""
    at.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", at], capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


def test_a_file_that_may_not_grow_is_named_with_what_to_do(place, tmp_path):
    folder, cache, sound = place
    done = campus(folder, tmp_path / "cache", *RUN, "--out", tmp_path / "runs", limit=30_000)
    assert done.returncode == 2, done.stderr
    assert str(tmp_path / "runs") in done.stderr and "fix:" in done.stderr and "Traceback" not in done.stderr
    assert whole_runs(tmp_path / "runs") == []
    again = campus(folder, cache, *RUN, "--out", tmp_path / "runs")
    assert again.returncode in (0, 1) and tables(*whole_runs(tmp_path / "runs")) == sound


@pytest.mark.slow
def test_a_full_disk_is_named_and_leaves_nothing(place, tmp_path):
    folder = place[0]
    with small_disk(tmp_path / "disk", "size=300k") as disk:
        done = campus(folder, disk / "cache", *RUN, "--out", disk / "runs")
        assert done.returncode == 2, done.stderr
        assert "No space left" in done.stderr and str(disk / "runs") in done.stderr and "fix: free some space" in done.stderr
        assert whole_runs(disk / "runs") == []


def test_many_writers_of_one_folder_leave_one_whole_run(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    from tests.results.test_store import small_result

    def write(_):
        with store.folder(tmp_path / "run") as work:
            store.write(small_result(), work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    store.read(tmp_path / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
