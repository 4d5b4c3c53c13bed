"""A sweep of real runs: figures as single runs give them, and the same bytes however it was stopped on the way."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.sweep import run, store
from gigacampus.sweep.work import figures
from tests.commands import in_process

PUE, CASH = "campuses.first.cooling.design_pue", "company.opening_cash_usd"
FILE = f"""scenario: grid-campus
worlds: 1
draws: 4
cases:
- {{horizon.months: 12, {PUE}: 1.25, {CASH}: 2e9}}
- {{horizon.months: 12, {PUE}: 1.3, {CASH}: 2e9}}
- {{horizon.months: 12, {PUE}: 1.25, {CASH}: 3e9}}
- {{horizon.months: 12, {PUE}: 1.3, {CASH}: 3 GUSD}}
"""
PATIENCE_S = 300.0


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a sweep that should be the same however it went."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")}


def finished(folder: Path) -> int:
    return len(list(folder.glob(store.GLOB)))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Folder with the sweep's file, and caches of its own."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "sweep.yaml").write_text(FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIGACAMPUS_CACHE", str(folder / "cache"))
        yield folder


@pytest.fixture(scope="module")
def undisturbed(home):
    """The folder of a sweep that nobody stopped, and what it said."""
    said = run.sweep(home / "sweep.yaml", home / "whole", workers=2)
    return home / "whole", said


def begin(home: Path, out: str) -> subprocess.Popen[bytes]:
    """The command line, with a cache that holds nothing of the undisturbed sweep."""
    environment = {**os.environ, "GIGACAMPUS_CACHE": str(home / "cache-disturbed")}
    command = [sys.executable, "-m", "gigacampus", "sweep", "sweep.yaml", "--out", out, "--workers", "2"]
    return subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until(true, process=None):
    """Wait until ``true()`` holds."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end and (process is None or process.poll() is None), "it did not come so far"
        time.sleep(0.01)


def children(process: int) -> list[int]:
    """Processes that a process started and that compute; the tracker of resources is none."""
    below = [int(p) for p in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [p for p in below if b"--multiprocessing-fork" in Path(f"/proc/{p}/cmdline").read_bytes()]


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_every_case_has_the_figures_of_a_single_run(undisturbed, home):
    said = undisturbed[1]
    assert said["state"] == "finished" and said["finished"] == said["cases"] == 4 and said["failed"] == []
    sets = ("horizon.months=12", f"{PUE}=1.3", f"{CASH}=3 GUSD", "run.worlds=1", "run.draws=4")
    alone = figures(api.first(store_scenario(), sets))
    rows = duckdb.sql(
        f"SELECT id, place, period, value, low, high, \"{CASH}\" FROM read_parquet('{said['store']}') WHERE number = 4"
    ).fetchall()
    assert [row[:6] for row in rows] == [(f.id, f.place, f.period, f.value, f.low, f.high) for f in alone]
    assert {row[6] for row in rows} == {"3 GUSD"}
    pue = duckdb.sql(f"SELECT DISTINCT number, \"{PUE}\" FROM read_parquet('{said['store']}') ORDER BY 1").fetchall()
    assert pue == [(1, 1.25), (2, 1.3), (3, 1.25), (4, 1.3)]


def store_scenario() -> Path:
    from gigacampus.foundation.shipped import shipped_scenario

    return shipped_scenario("grid-campus")


def test_a_killed_worker_costs_no_case_and_no_byte(undisturbed, home):
    process = begin(home, "worker")
    until(lambda: finished(home / "worker") >= 1, process)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    assert process.wait(PATIENCE_S) == 0, process.stderr.read()
    assert content(home / "worker") == content(undisturbed[0])


def test_a_killed_client_leaves_finished_cases_and_the_same_command_goes_on(undisturbed, home):
    process = begin(home, "client")
    until(lambda: finished(home / "client") >= 1, process)
    workers = children(process.pid)
    process.kill()
    process.wait()
    until(lambda: not any(map(lives, workers)))
    kept = content(home / "client")
    said = store.status(home / "client")
    assert said["state"] == "stopped" and 1 <= said["finished"] < 4 and said["left_s"] is None
    assert kept.items() <= content(undisturbed[0]).items()
    times = {p: p.stat().st_mtime_ns for p in (home / "client").glob(store.GLOB)}
    assert begin(home, "client").wait(PATIENCE_S) == 0
    assert content(home / "client") == content(undisturbed[0])
    assert all(path.stat().st_mtime_ns == then for path, then in times.items()), "a finished case was computed again"


def test_ctrl_c_says_how_far_it_is_and_how_to_go_on(undisturbed, home):
    process = begin(home, "stopped")
    until(lambda: finished(home / "stopped") >= 1, process)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130 and b"the same command goes on" in told and b"Traceback" not in told
    assert store.status(home / "stopped")["finished"] >= 1
    assert content(home / "stopped").items() <= content(undisturbed[0]).items()


def test_a_full_disk_keeps_what_was_written(undisturbed, home, monkeypatch):
    real, calls = store.write_bytes, []

    def full(path, table):
        calls.append(path)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return real(path, table)

    monkeypatch.setattr(store, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        run.sweep(home / "sweep.yaml", home / "full", workers=1)
    assert store.status(home / "full")["finished"] == 2
    monkeypatch.setattr(store, "write_bytes", real)
    run.sweep(home / "sweep.yaml", home / "full", workers=1)
    assert content(home / "full") == content(undisturbed[0])


def test_a_damaged_table_is_computed_again(undisturbed, home):
    folder = undisturbed[0]
    whole = content(folder)
    path = next(iter(folder.glob(store.GLOB)))
    path.write_bytes(path.read_bytes()[:-1])
    assert store.status(folder)["finished"] == 3
    run.sweep(home / "sweep.yaml", folder, workers=1)
    assert content(folder) == whole


def test_a_bad_case_is_named_before_any_case_runs(home):
    file = home / "bad.yaml"
    bad = FILE.replace("1.3,", "cold,").replace("3 GUSD", "3 GWh").replace(f"1.25, {CASH}: 3e9", f"1.25, {CASH}: 3e9, company.slip: 1")
    file.write_text(bad, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        run.sweep(file, home / "bad", workers=1)
    said = [f.problem for f in caught.value.findings]
    assert any(s.startswith("cases 2, 4: ") for s in said) and any(s.startswith("case 3: ") for s in said)
    assert any(s.startswith("case 4: ") for s in said) and not (home / "bad").exists()


def test_a_folder_of_another_sweep_is_left_alone(undisturbed, home):
    file = home / "other.yaml"
    file.write_text(FILE.replace("1.25", "1.26"), encoding="utf-8")
    before = content(undisturbed[0])
    with pytest.raises(ScenarioError, match="another sweep"):
        run.sweep(file, undisturbed[0], workers=1)
    (home / "taken").mkdir()
    (home / "taken" / "mine.txt").write_text("mine")
    with pytest.raises(ScenarioError, match="is no sweep"):
        run.sweep(home / "sweep.yaml", home / "taken", workers=1)
    assert content(undisturbed[0]) == before


def test_the_command_tells_in_json(undisturbed, home):
    folder, _ = undisturbed
    told = in_process("sweep", "status", folder, "--json")
    assert told.returncode == 0 and json.loads(told.stdout) == store.status(folder)
    nowhere = in_process("sweep", "status", home / "none", "--json")
    assert nowhere.returncode == 2 and "no sweep here" in json.loads(nowhere.stdout)["error"]["findings"][0]["problem"]
