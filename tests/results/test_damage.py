"""Changed bytes in a run folder: every reader says so, or gives what was written; never another number, never a traceback."""

from __future__ import annotations

import json
import random
import shutil

import numpy as np
import pytest

from gigacampus.results import store
from gigacampus.results.query import query
from gigacampus.results.run_folder import StoreError
from tests.results.test_store import small_result

SAMPLE, ALL = 120, 2000


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A sound run folder with a report and a copy of a file, and what it holds."""
    from gigacampus.results.result import Sampled

    folder = tmp_path_factory.mktemp("runs")
    result = small_result()
    table = folder / "load.csv"
    table.write_text("mw\n" + "70.0\n" * 500)
    result.files = {"campuses.north.power.user_load_csv": table}
    result.scenario = {"title": "small", "campuses": {"north": {"power": {"user_load_csv": "load.csv"}}}}
    result.sampled = Sampled({"a.b": np.arange(3.0)}, {"c.d": np.arange(4.0)}, np.array([0, 1, 2, 1]))
    with store.folder(folder / "run") as work:
        store.write(result, work, page=lambda path: path.write_text("<p>" + "cash 123 " * 200))
    return folder / "run"


def told(run):
    """All that readers of a run folder get: every array, the headline, inputs, copies, the report and SQL."""
    result = store.read(run)
    rows = query(
        run, "SELECT id, value, text FROM headline UNION ALL SELECT campus, sum(planned_phase), '' FROM world_campus_month GROUP BY 1"
    )
    sampled = result.sampled
    assert sampled is not None
    return {
        **{name: result.array(name).tobytes() for name in sorted(result.names())},
        "manifest": json.dumps(result.manifest, sort_keys=True),
        "coords": json.dumps(result.coords),
        "scenario": json.dumps(result.scenario),
        "inputs": [a.tobytes() for a in (*sampled.worlds.values(), *sampled.draws.values(), sampled.world_of_draw)],
        "copies": [path.read_bytes() for path in result.files.values()],
        "report": store.report_of(run),
        "sql": sorted(map(repr, rows[1])),
    }


def flips(written, tmp_path, count, seed):
    """Change one byte of one file that a checksum covers ``count`` times; returns how often readers refused."""
    chance, sound, run = random.Random(seed), told(written), tmp_path / "run"
    shutil.copytree(written, run)
    files = sorted(p for p in run.rglob("*") if p.is_file() and p.name != store.TIMINGS)
    refused = 0
    for _ in range(count):
        path = chance.choice(files)
        content = path.read_bytes()
        at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        path.write_bytes(content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :])
        try:
            assert told(run) == sound, (path, at, bit)
        except StoreError as error:
            refused += 1
            assert path.name in str(error) and "\n" not in str(error)
        path.write_bytes(content)
    assert told(run) == sound
    return refused


def test_a_sample_of_flipped_bits(written, tmp_path):
    assert flips(written, tmp_path, SAMPLE, seed=11) == SAMPLE


TIMES = b'{"seconds": {"books": 1.5}, "from_cache": ["weather"]}'
NO_TIMES = [b"", b"[]", b"1", b"null", b'"text"', b"[" * 50_000, b"\xff", b'{"seconds": [1]}', b'{"seconds": {"books": "long"}}', TIMES[:9]]


@pytest.mark.parametrize("content", NO_TIMES, ids=range(len(NO_TIMES)))
def test_timings_that_are_none_are_left_out_and_move_nothing_else(written, tmp_path, content):
    run = tmp_path / "run"
    shutil.copytree(written, run)
    (run / store.TIMINGS).write_bytes(content)
    assert store.timings(run) == {} and told(run) == told(written)


def test_flipped_bits_of_timings_move_nothing_but_timings(written, tmp_path):
    run, sound = tmp_path / "run", store.read(written).manifest
    shutil.copytree(written, run)
    for at in range(len(TIMES)):
        (run / store.TIMINGS).write_bytes(TIMES[:at] + bytes([TIMES[at] ^ 1 << at % 8]) + TIMES[at + 1 :])
        found = store.read(run).manifest
        assert {k: v for k, v in found.items() if k not in store.CLOCK} == sound


@pytest.mark.slow
def test_two_thousand_flipped_bits(written, tmp_path):
    assert flips(written, tmp_path, ALL, seed=12) == ALL


@pytest.mark.parametrize("name", ["tables/draw.parquet", "files/0.csv", "report.html", "manifest.json", "tables/inputs_draw.parquet"])
def test_files_cut_emptied_swapped_or_gone_are_named(written, tmp_path, name):
    other = "tables/draw_month.parquet" if name != "tables/draw_month.parquet" else "report.html"
    for k, change in enumerate(
        (
            lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
            lambda p: p.write_bytes(b""),
            lambda p: p.write_bytes((p.parents[len(name.split("/")) - 1] / other).read_bytes()),
            lambda p: p.unlink(),
        )
    ):
        run = tmp_path / str(k)
        shutil.copytree(written, run)
        change(run / name)
        with pytest.raises(StoreError) as caught:
            told(run)
        assert name.rsplit("/", 1)[-1] in str(caught.value) or str(run) in str(caught.value)
