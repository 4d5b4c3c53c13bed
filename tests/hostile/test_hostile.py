"""Scenario files are untrusted: each is refused with one clear message or loads; nothing breaks, nothing is written."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load, read
from tests.hostile.leaves import leaves
from tests.hostile.texts import GOOD, Case, all_cases
from tests.scenario.sample_library import root

ROOT = Path(__file__).parents[2]
CASES = list(all_cases())
LEAVES = list(leaves())
MAX_BYTES = 500_000_000


def lay_out(case: Case, folder: Path) -> Path:
    for name, content in case.beside.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for name, target in case.links.items():
        (folder / name).symlink_to(target)
    (folder / "s.yaml").write_bytes(case.content)
    return folder / "s.yaml"


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(p.relative_to(folder)), p.lstat().st_mtime_ns) for p in folder.rglob("*"))


def refusal_of(path: Path, **options) -> ScenarioError | None:
    try:
        load(path, library_root=root(), **options)
    except ScenarioError as error:
        return error
    return None


def check_clear(error: ScenarioError) -> None:
    """File, cause and a way out in every finding; a text that is safe to print and short enough to read."""
    text = str(error)
    assert error.findings and all(f.problem and f.file for f in error.findings)
    assert all(f.line or f.path or f.fix for f in error.findings)
    assert sum(bool(f.fix or f.nearest) for f in error.findings) >= 0.5 * len(error.findings)
    assert "Traceback" not in text and all(c.isprintable() or c == "\n" for c in text)
    assert max(map(len, text.splitlines())) < 1500 and len(text) < 60_000


def test_there_are_enough_of_them_and_no_name_twice():
    assert len(CASES) + len(LEAVES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name.encode("unicode_escape").decode()[:60])
def test_hand_written(case, tmp_path):
    path = lay_out(case, tmp_path)
    before = listing(tmp_path)
    error = refusal_of(path)
    assert listing(tmp_path) == before
    if error is not None:
        check_clear(error)
    if case.words:
        assert error is not None and case.words in str(error), str(error)


def test_a_horizon_with_a_unit_is_converted_to_months(tmp_path):
    path = lay_out(next(case for case in CASES if case.name == "months_1 year"), tmp_path)
    assert load(path, library_root=root())[0].horizon.months == 12


@pytest.mark.parametrize(("path", "data", "wrong"), LEAVES, ids=[f"{p}={str(w)[:8]}" for p, _, w in LEAVES])
def test_wrong_type_at_every_leaf_of_the_schema(path, data, wrong, tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(json.dumps(data, indent=1), encoding="utf-8")
    error = refusal_of(file)
    assert error is not None
    check_clear(error)
    at_leaf = [f for f in error.findings if f.path.startswith(path)]
    if path not in ("uncertainty.k", "goals.k") and not path.startswith(("uncertainty.k.", "baseline")):
        assert at_leaf and at_leaf[0].line, str(error)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_copies_of_a_good_scenario(seed, tmp_path):
    chance = random.Random(seed)
    content = bytearray((ROOT / "scenarios" / "hybrid-campus.yaml").read_bytes())
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(content))
        kind = chance.randrange(3)
        if kind == 0:
            content[place] = chance.randrange(256)
        elif kind == 1:
            del content[place : place + chance.randint(1, 20)]
        else:
            content[place:place] = chance.choice([b"{", b"}", b"[", b"\n", b": ", b"&a ", b"*a", b"!!x ", b"- ", b"'", b'"', b"|", b"\t"])
    (tmp_path / "s.yaml").write_bytes(bytes(content))
    error = refusal_of(tmp_path / "s.yaml")
    if error is not None:
        check_clear(error)


SETS = (
    "",
    "=",
    "x",
    "a=",
    "company.cash=null",
    "=1",
    ".=1",
    "a..b=1",
    "title",
    "title=[",
    "title=&a [*a]",
    "title=!!x y",
    "campuses.north=5",
    "as_of=later",
    "campuses.north.blocks.grid.mw.x.y=1",
    "campuses.north.site.lat={a: 1}",
    "a." * 500 + "a=1",
    "title=" + "x" * 9000,
    "base=x.yaml",
    "patches=[x.yaml]",
    "title=\x1b[2J",
    "run.worlds=1e9",
    "compnay.x=1",
    "uncertainty.x={kind: uniform}",
    "horizon.monhts=",
    "campuses.north.announced.0.mw=5",
    "library=5",
    "company={opening_cash_usd: .nan}",
    "campuses=null",
    "title: x=1",
)


@pytest.mark.parametrize("assignment", SETS, ids=lambda s: repr(s)[:40])
def test_hostile_sets(assignment, tmp_path):
    (tmp_path / "s.yaml").write_text(GOOD, encoding="utf-8")
    error = refusal_of(tmp_path / "s.yaml", sets=[assignment])
    assert error is not None
    check_clear(error)


@pytest.mark.parametrize("make", ["fifo", "folder", "missing", "unreadable_name", "device"])
def test_things_that_are_no_files(make, tmp_path):
    path = tmp_path / "s.yaml"
    if make == "fifo":
        os.mkfifo(path)
    elif make == "folder":
        path.mkdir()
    elif make == "unreadable_name":
        path = Path(str(tmp_path) + "/a\0b.yaml")
    elif make == "device":
        path = Path("/dev/zero")
    error = refusal_of(path)
    assert error is not None
    check_clear(error)


def test_a_large_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "s.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)
    monkeypatch.setattr("gigacampus.scenario.reader._decode", lambda *_: pytest.fail("the file was read"))
    with pytest.raises(ScenarioError, match="too large"):
        read(path)


BY_NAME = {case.name: case for case in CASES}
AS_PROCESS = (
    "billion_laughs",
    "deep_flow_list",
    "ten_megabytes",
    "many_keys",
    "null_bytes",
    "bidi_override",
    "tag_!!binary",
    "duplicate_key",
    "number_.nan_4",
    "base_of_itself",
    "base_../secret.yaml_14",
    "day_2026-02-30",
    "near_miss",
    "utf-16",
)


MEASURED = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(child.pid, 0)
open(os.environ["PEAK"], "w").write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process starts the measured one: a process counts the memory of the one that started it until it runs its own program."""


@pytest.mark.parametrize("name", AS_PROCESS)
def test_as_a_process(name, tmp_path):
    path = lay_out(BY_NAME[name], tmp_path)
    before = listing(tmp_path)
    peak = tmp_path.parent / f"{tmp_path.name}.peak"
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-m", "gigacampus", "sources", path.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "PEAK": str(peak)},
    )
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert "s.yaml" in done.stderr and "problem" in done.stderr.splitlines()[0]
    assert listing(tmp_path) == before
    assert int(peak.read_text()) * 1024 <= MAX_BYTES
