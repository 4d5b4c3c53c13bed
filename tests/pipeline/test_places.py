"""Real processes in bad places: full and read-only disks, kills, many writers, odd locales, zones, clocks and names.

After each nothing is half there, and the next command works.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from gigacampus.results import store
from gigacampus.results.query import query, runs_below
from gigacampus.results.run_folder import STALE_S

RUN = ("run", "small.yaml", "--worlds", "1", "--draws", "2", "--no-twin", "--out")
SCENARIO = """\
title: One small campus
as_of: 2026-01-15
horizon: {start: 2026-01-01, months: 12}
run: {worlds: 2, draws: 8, seed: 7}
campuses:
  north:
    site: {lat: 39.99, lon: -82.88, weather: lib:weather/columbus_oh}
    blocks:
      grid: {kind: grid_tranche, mw: 60, in_service: 2026-01-01}
      transformer: {kind: substation, mw: 60, in_service: 2026-01-01}
      hall: {kind: hall, it_mw: 40, in_service: 2026-01-01}
      towers: {kind: cooling, model: "lib:cooling/tower_generic", heat_mw: 60, in_service: 2026-01-01}
      chips: {kind: accelerators, model: "lib:accelerators/h100", count: 25000, in_service: 2026-01-01}
    receptors:
      homes: {lat: 39.995, lon: -82.88, people: 1000}
uncertainty:
  compute.utilisation_frac: {kind: triangular, low: 0.6, mode: 0.85, high: 0.95}
  company.opening_cash_usd: {kind: uniform, low: 3.0e+9, high: 6.0e+9}
"""
"""Grid alone and one year: what is tried here is writing, some fifty runs of it."""
FORKED = Path(__file__).with_name("forked.py")
FULL = errno.ENOSPC


class Place:
    """A folder with the small scenario, whose stages are in a cache, what a sound run of it holds, and a warm process to run copies of."""

    def __init__(self, folder: Path, cache: Path):
        self.folder, self.cache = folder, cache
        (folder / "small.yaml").write_text(SCENARIO, encoding="utf-8")
        self.env = {**os.environ, "GIGACAMPUS_CACHE": str(cache)}
        self.process = subprocess.Popen(
            [sys.executable, FORKED], cwd=folder, env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._send({"arguments": [*RUN, "sound"]})
        self.commands({"arguments": ["--version"]})
        self.sound = tables(*runs_below(folder / "sound"))

    def _send(self, line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def commands(self, *jobs):
        """What came of commands that ran at the same time."""
        self._send(jobs)
        return json.loads(self.process.stdout.readline())

    def run(self, out, *, arguments=RUN, **job):
        """What came of one run into ``out``."""
        (done,) = self.commands({"arguments": [*map(str, arguments), str(out)], **job})
        assert "Traceback" not in done["stderr"], done
        return done

    def works(self, out, **job):
        """Run once more into ``out``: the one run that is there afterwards is sound."""
        done = self.run(out, **job)
        assert done["code"] in (0, 1) and "damaged" not in done["stderr"], done
        assert tables(*whole_runs(Path(out))) == self.sound
        return done

    def refused(self, done, *words):
        assert done["code"] == 2 and all(word in done["stderr"] for word in ("fix:", *words)), done


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("place"), tmp_path_factory.mktemp("cache"))
    yield made
    made.process.stdin.close()
    made.process.wait()


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


@pytest.mark.parametrize("limit", [3_000, 30_000])
def test_a_file_that_may_not_grow_is_named_with_what_to_do(place, tmp_path, limit):
    out = tmp_path / "runs"
    place.refused(place.run(out, limit=limit), str(out))
    assert whole_runs(out) == [] and not list(out.iterdir())
    place.works(out)


@pytest.mark.parametrize("size", ["8k", "300k"])
def test_a_full_disk_is_named_and_leaves_nothing(place, tmp_path, size):
    with small_disk(tmp_path / "disk", f"size={size}") as disk:
        place.refused(place.run(disk / "runs"), "No space left", str(disk / "runs"), "free some space")
        assert whole_runs(disk / "runs") == []
        subprocess.run(["mount", "-o", "remount,size=40m", disk], check=True)
        place.works(disk / "runs")


@pytest.mark.slow
@pytest.mark.parametrize("size", ["60k", "2m"])
def test_a_full_cache_is_no_trouble(place, tmp_path, size):
    with small_disk(tmp_path / "disk", f"size={size}") as disk:
        place.works(tmp_path / "runs", env={"GIGACAMPUS_CACHE": str(disk)})
        place.works(tmp_path / "runs", env={"GIGACAMPUS_CACHE": str(disk)})


def test_a_read_only_disk_is_named(place, tmp_path):
    with small_disk(tmp_path / "disk", "ro") as disk:
        place.refused(place.run(disk / "runs"), "ead-only", str(disk / "runs"))


@pytest.mark.slow
def test_a_read_only_cache_is_no_trouble(place, tmp_path):
    with small_disk(tmp_path / "disk", "ro") as disk:
        place.works(tmp_path / "runs", env={"GIGACAMPUS_CACHE": str(disk)})


def every_write(place, tmp_path, errors, step):
    """Fail, or be killed, where a file is opened for writing, made or moved: one after the other, ``step`` apart."""
    last = place.works(tmp_path / "counted")["writes"]
    assert last > 20
    for error in errors:
        for k in range(1, last + 1, step):
            out = tmp_path / f"{error}-{k}"
            done = place.run(out, at_write=k, error=error)
            if error is None:
                assert done["code"] == -9
            elif done["code"] not in (0, 1):
                place.refused(done, os.strerror(error)) if error == FULL else None
                assert done["code"] == 2 and whole_runs(out) == [] and not (out.exists() and list(out.iterdir())), done
            assert all(tables(run) == place.sound for run in whole_runs(out))
            if k % 5 == 1:
                place.works(out)
            shutil.rmtree(out, ignore_errors=True)


@pytest.mark.slow
def test_no_write_that_fails_or_is_the_last_leaves_half_a_run(place, tmp_path):
    every_write(place, tmp_path, (FULL, None), step=9)


@pytest.mark.slow
def test_no_write_at_all_leaves_half_a_run(place, tmp_path):
    every_write(place, tmp_path, (FULL, errno.EIO, errno.EACCES, None), step=1)


@pytest.mark.slow
def test_no_write_into_an_empty_cache_leaves_half_of_anything(place, tmp_path):
    """Of some four hundred writes every fourth fails and every fourth is the last; what each left in the cache serves the next."""
    for k in range(1, 400, 4):
        cache = {"GIGACAMPUS_CACHE": str(tmp_path / f"cache-{k // 40}")}
        place.run(tmp_path / "failed", at_write=k, error=FULL if k % 8 == 1 else None, env=cache)
        assert all(tables(run) == place.sound for run in whole_runs(tmp_path / "failed"))
        if k % 40 == 37:
            place.works(tmp_path / "runs", env=cache)
            place.works(tmp_path / "runs", env=cache)


def many_kills(place, tmp_path, count, seed, longest_s):
    chance, out = random.Random(seed), tmp_path / "runs"
    cache = {"GIGACAMPUS_CACHE": str(tmp_path / "cache")}
    for _ in range(count):
        place.run(out, kill_after_s=chance.uniform(0.0, longest_s), env=cache)
        assert all(tables(run) == place.sound for run in whole_runs(out))
    place.works(out, env=cache)


def test_killed_runs_leave_nothing_half_there(place, tmp_path):
    many_kills(place, tmp_path, 4, seed=5, longest_s=2.0)


@pytest.mark.slow
def test_many_killed_runs_leave_nothing_half_there(place, tmp_path):
    many_kills(place, tmp_path, 100, seed=6, longest_s=6.0)


def test_two_writers_of_one_run_into_one_empty_cache_leave_one_whole_run(place, tmp_path):
    out, env = tmp_path / "runs", {"GIGACAMPUS_CACHE": str(tmp_path / "cache")}
    both = place.commands(*[{"arguments": [*RUN, str(out)], "env": env}] * 2)
    assert all(done["code"] in (0, 1) and not done["stderr"] for done in both), both
    assert [p.name for p in out.iterdir()] == [run.name for run in whole_runs(out)]
    assert tables(*whole_runs(out)) == place.sound
    place.works(out, env=env)


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


def test_an_interrupted_run_says_so_and_leaves_nothing(place, tmp_path):
    done = place.run(tmp_path / "runs", signal=signal.SIGINT)
    assert done["code"] == 130 and "nothing was written" in done["stderr"]
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_killed_run_does_not_count_as_a_run_and_is_swept_after_a_day(place, tmp_path):
    out = tmp_path / "runs"
    assert place.run(out, signal=signal.SIGKILL)["code"] == -signal.SIGKILL
    (left,) = out.iterdir()
    assert left.name.startswith(".") and (left / store.MANIFEST).is_file()
    assert runs_below(out) == []
    with store.folder(out / "next"):
        assert left.exists()
    long_ago = time.time() - 2 * STALE_S
    os.utime(left, (long_ago, long_ago))
    with store.folder(out / "next"):
        assert not left.exists()


def damage_every_file(cache: Path, chance) -> int:
    files = [p for p in sorted(cache.rglob("*")) if p.is_file()]
    for path in files:
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(content))
    return len(files)


@pytest.mark.parametrize("seed", [1, *(pytest.param(s, marks=pytest.mark.slow) for s in range(2, 7))])
def test_a_cache_with_a_flipped_bit_in_every_file_gives_the_same_run_and_is_told_once(place, tmp_path, seed):
    shutil.copytree(place.cache, tmp_path / "cache")
    assert damage_every_file(tmp_path / "cache", random.Random(seed)) > 20
    env = {"GIGACAMPUS_CACHE": str(tmp_path / "cache")}
    done = place.run(tmp_path / "runs", env=env)
    assert done["code"] in (0, 1) and "was damaged: thrown away" in done["stderr"]
    assert tables(*whole_runs(tmp_path / "runs")) == place.sound
    place.works(tmp_path / "runs", env=env)


ODD = {
    "plain C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii", "TZ": "Pacific/Kiritimati"},
    "Turkish, west of the date line": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR", "TZ": "Pacific/Pago_Pago", "COLUMNS": "20"},
    "German, no home, no terminal": {"LC_ALL": "de_DE.ISO-8859-1", "HOME": "/nonexistent", "TERM": "dumb", "TZ": "nowhere"},
}


@pytest.mark.parametrize("env", [pytest.param(env, marks=[pytest.mark.slow] * (k > 0)) for k, env in enumerate(ODD.values())], ids=ODD)
def test_locale_and_time_zone_move_no_byte(place, tmp_path, env):
    """Whole processes, since a locale is read when one begins; stages are computed anew where there is time for it."""
    scenario, out = tmp_path / "Gri\u00df \u0130\u0131.yaml", tmp_path / "world=7" / "it's [a] * \u00fc"
    shutil.copy(place.folder / "small.yaml", scenario)
    given = {"cwd": place.folder, "env": {**place.env, **env}, "capture_output": True, "check": False}
    anew = [] if env is ODD["plain C"] else ["--no-cache"]
    done = subprocess.run([sys.executable, "-m", "gigacampus", *RUN, out, *anew], **given)
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr, done.stderr
    assert tables(*whole_runs(out)) == place.sound
    asked = ["query", "SELECT count(DISTINCT world) AS n FROM world_campus_month", "--runs", out, "--json"]
    done = subprocess.run([sys.executable, "-m", "gigacampus", *asked], **given)
    assert done.returncode == 0 and json.loads(done.stdout)["rows"] == [[1]], done.stderr


@pytest.mark.parametrize(("now_s", "zone"), [(0.0, "Pacific/Kiritimati"), (4.1e9, "Pacific/Pago_Pago"), (-1.0, "nowhere")])
def test_a_wrong_clock_in_any_zone_moves_no_byte(place, tmp_path, now_s, zone):
    place.works(tmp_path / "runs", now_s=now_s, env={"TZ": zone})


@pytest.mark.parametrize("stamp_s", [0, 4_100_000_000])
def test_files_from_another_time_are_as_good_as_others(place, tmp_path, stamp_s):
    place.works(tmp_path / "runs")
    (tmp_path / "runs" / ".0123456789abcdef.run.part").mkdir()
    for path in [*tmp_path.rglob("*"), place.folder / "small.yaml", *place.cache.rglob("*")]:
        os.utime(path, (stamp_s, stamp_s))
    place.works(tmp_path / "runs")
    assert query(tmp_path / "runs", "SELECT count(*) FROM headline")[1][0][0] > 3


NAMES = (
    "two words",
    "it's",
    'say "no"',
    "x'; DROP TABLE headline; --",
    "[a] * ? {b}",
    "\u00fcn\u00efc\u00f6d\u00e9 \u96fb\u529b \U0001f50c",
    "back\\slash",
    "new\nline",
    "tab\tbell\x07",
    "$HOME %s {0} ~",
    "world=7",
    "-rf",
    "deep/" * 40 + "er",
    "a/../b",
    "lib:weather",
    "#hash&amp;?q=1",
)


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (k % 3 > 0)) for k, name in enumerate(NAMES)])
def test_any_name_of_scenario_and_folder_will_do(place, tmp_path, name):
    folder = tmp_path / name
    os.makedirs(folder, exist_ok=True)
    scenario = folder / f"{name.replace('/', '')[:40]}.yaml"
    shutil.copy(place.folder / "small.yaml", scenario)
    place.works(folder / "runs", arguments=("run", scenario, *RUN[2:]))
    (run,) = runs_below(folder / "runs")
    assert query(folder / "runs", "SELECT DISTINCT run FROM world_campus_month")[1] == [(run.name,)]
    assert {p.name for p in folder.iterdir()} == {scenario.name, "runs"}


@pytest.mark.parametrize("out", ["x" * 300, "deep/" * 1500, "a\0b"], ids=["a long name", "a long path", "a null byte"])
def test_a_folder_that_cannot_be_is_refused(place, tmp_path, out):
    if "\0" in out:
        done = place.run(tmp_path / "x", arguments=("run", out, *RUN[2:]))
        assert done["code"] == 2, done
    else:
        place.refused(place.run(tmp_path / out))
    assert not list(tmp_path.iterdir())
