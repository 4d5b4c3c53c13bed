"""A run folder of somebody else, and SQL of anybody: names stay names, and nothing but the runs is read or written."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gigacampus.results import store
from gigacampus.results.manifest import HASH, read_manifest, write_manifest
from gigacampus.results.query import query
from gigacampus.results.run_folder import StoreError
from tests.results.test_store import small_result

NAMES = [
    "world=7",
    "it's",
    'say "no"',
    "x' UNION ALL SELECT 1; --",
    "* ? [ab] {c}",
    "ünïcödé 電力",
    "a b",
    "-rf",
    "$HOME",
    "%s{0}",
    "back\\slash",
    "new\nline",
    "~",
    "..x",
    "x'; COPY (SELECT 1) TO 'written.csv'; --",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_below_any_name_reads_as_itself(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = small_result()
    for at, factor in (("other/run", 7.0), (f"{name}/run", 1.0), (f"{name}/{name}", 1.0)):
        own = small_result()
        own._arrays = {k: v * factor for k, v in result._arrays.items()}
        with store.folder(tmp_path / at) as work:
            store.write(own, work)
    for at in (f"{name}/run", f"{name}/{name}"):
        again = store.read(tmp_path / at)
        for variable in result.names():
            np.testing.assert_array_equal(again.array(variable), result.array(variable))
        _, rows = query(tmp_path / at, "SELECT run, sum(cash_usd) FROM draw_month GROUP BY run")
        assert [row[0] for row in rows] == [Path(at).name] and rows[0][1] == pytest.approx(result.array("cash_usd").sum())
        assert query(tmp_path / at, "SELECT * FROM world_campus_month")[0] == ["run", "world", "campus", "month", "planned_phase"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({"other", name.split("/")[0]})


ESCAPES = [
    "COPY (SELECT 1) TO '{out}'",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_parquet('{folder}/run/tables/draw.parquet')",
    "ATTACH '{out}'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access=true",
    "SET memory_limit='90GB'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling='json'",
    "CALL enable_logging('QueryLog', storage='file', storage_path='{out}')",
    "SELECT * FROM enable_logging('QueryLog')",
    "SELECT 1; COPY (SELECT 1) TO '{out}'",
    "SELECT * FROM query('COPY headline TO ''{out}''')",
    "SELECT * FROM manifests",
    "SELECT * FROM duckdb_secrets()",
    "SELECT getenv('HOME')",
    "CREATE TABLE x AS SELECT 1",
    "DROP TABLE headline",
    "",
]


@pytest.mark.parametrize("sql", ESCAPES)
def test_sql_reaches_nothing_but_the_runs(tmp_path, sql):
    with store.folder(tmp_path / "run") as work:
        store.write(small_result(), work)
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n31337\n")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match="the query failed"):
        query(tmp_path, sql.format(out=tmp_path / "out.csv", secret=secret, folder=tmp_path))
    assert sorted(tmp_path.rglob("*")) == before and secret.read_text() == "a\n31337\n"


def test_a_query_is_bounded_in_time_and_rows(tmp_path):
    with store.folder(tmp_path / "run") as work:
        store.write(small_result(), work)
    with pytest.raises(StoreError, match=r"longer than 0\.2 s"):
        query(tmp_path, "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 3", seconds=0.2)
    with pytest.raises(StoreError, match="more than"):
        query(tmp_path, "SELECT * FROM range(2000000)")


HUGE = [
    "SELECT length(repeat(repeat('x', 1000000), 4000))",
    "SELECT map([1], [repeat('y', 4000000000)])",
    "SELECT list(range) FROM range(3000000000)",
    "SELECT range(900000000)",
]


@pytest.mark.parametrize("sql", HUGE)
def test_a_query_is_bounded_in_memory_also_within_one_value(tmp_path, sql):
    with store.folder(tmp_path / "run") as work:
        store.write(small_result(), work)
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(StoreError, match=r"Out of Memory|out of memory|longer than 2 s"):
        query(tmp_path, sql, seconds=2.0)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert query(tmp_path, "SELECT 1")[1] == [(1,)]


HARD_STOP = """
import sys
from gigacampus.cli import main
import gigacampus.cli.query, gigacampus.results.query
gigacampus.results.query.LONGEST_S, sys.modules["gigacampus.cli.query"].GRACE_S = 0.3, 0.3
sys.argv = ["gigacampus", "query", "SELECT length(lpad('x', 2000000000, 'y'))", "--runs", sys.argv[1]]
main()
"""


def test_a_function_that_cannot_be_interrupted_ends_with_the_command(tmp_path):
    with store.folder(tmp_path / "run") as work:
        store.write(small_result(), work)
    done = subprocess.run([sys.executable, "-c", HARD_STOP, tmp_path], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("the query failed: ")


def resealed(run, change):
    manifest = json.loads((run / store.MANIFEST).read_text())
    manifest.pop(HASH)
    change(manifest)
    write_manifest(run, manifest)


HOSTILE = {
    "a table elsewhere": lambda m: m["tables"].update({"../../secret": ["cash_usd"]}),
    "a table that is SQL": lambda m: m["tables"].update({"draw'; --": ["cash_usd"]}),
    "a column that is SQL": lambda m: m["tables"].update({"draw": ['runway_month" FROM x; --']}),
    "a former name that is SQL": lambda m: m.update(stored_as={"runway_month": 'x" FROM secrets; --'}),
    "a copy elsewhere": lambda m: m["copies"].update({"campuses.a.site.weather": "../../secret.csv"}),
    "a copy at the root": lambda m: m["copies"].update({"campuses.a.site.weather": "/etc/passwd"}),
    "a file that is no copy": lambda m: m["scenario"].update(campuses={"a": {"site": {"weather": "/etc/passwd"}}}),
    "a table beside the reader": lambda m: m["scenario"].update(campuses={"a": {"site": {"weather": "secret.csv"}}}),
    "too many draws": lambda m: m["run"].update(draws=10**12),
    "no draws": lambda m: m["run"].update(draws="many"),
    "labels that are trees": lambda m: m["coords"].update(campus=[{"a": 1}]),
    "a dimension that is SQL": lambda m: m["coords"].update({'x"; --': ["a"]}),
    "a headline that is a number": lambda m: m.update(headline=3),
    "a value that is a tree": lambda m: m["headline"][0].update(value={"a": 1}),
    "checksums that are none": lambda m: m.update(checksums={"tables/draw.parquet": "0"}),
    "no coords": lambda m: m.pop("coords"),
    "a version of the future": lambda m: m.update(schema_version=99),
    "a version that is none": lambda m: m.update(schema_version=[]),
    "an extra table": lambda m: m["checksums"].pop("tables/draw.parquet"),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_manifest_is_refused_when_it_is_opened(tmp_path, change):
    run = tmp_path / "run"
    with store.folder(run) as work:
        store.write(small_result(), work)
    resealed(run, change)
    with pytest.raises(StoreError) as caught:
        store.read(run)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "3", "null", "{", '{"schema_version": 3}', "[" * 100_000, '{"a": ' * 100_000, "\ud800"])
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    (tmp_path / store.MANIFEST).write_text(text, errors="replace")
    with pytest.raises(StoreError, match=r"cannot be read|changed or damaged"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["tables/draw.parquet", "manifest.json", "report.html", "tables"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_devices_in_a_run_folder_are_refused(tmp_path, name, kind):
    run = tmp_path / "run"
    with store.folder(run) as work:
        store.write(small_result(), work, page=lambda path: path.write_text("<p>report</p>"))
    path = run / name
    aside = tmp_path / "aside"
    path.rename(aside)
    if kind == "link":
        path.symlink_to(aside)
    else:
        os.mkfifo(path)
    with pytest.raises(StoreError):
        store.read(run)
        store.report_of(run)


def test_text_of_a_run_reaches_the_terminal_without_control_characters():
    assert "\x1b" not in str(StoreError("runs/a\x1b[2J\u202eb")) and "é" in str(StoreError("é"))


def test_written_files_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        with store.folder(tmp_path / "run") as work:
            store.write(small_result(), work)
        modes = {p.name: p.stat().st_mode & 0o777 for p in [tmp_path / "run", *(tmp_path / "run").rglob("*")]}
    finally:
        os.umask(before)
    assert modes["run"] == modes["tables"] == 0o750
    assert modes["manifest.json"] == modes["draw.parquet"] == 0o640


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path):
    target = tmp_path / "thesis"
    target.mkdir()
    (target / "chapter.txt").write_text("years of work")
    with pytest.raises(StoreError, match="no run folder"), store.folder(target) as work:
        store.write(small_result(), work)
    assert (target / "chapter.txt").read_text() == "years of work"


@pytest.mark.parametrize("text", ["\x1b[2Jgone", "a\x07b", "abc\u202etxt.exe", "zero\u200bwidth", "\r overwritten", "\x9b31m"])
@pytest.mark.parametrize("where", ["title", "label", "headline", "key"])
def test_characters_that_a_terminal_obeys_are_refused(tmp_path, text, where):
    run = tmp_path / "run"
    with store.folder(run) as work:
        store.write(small_result(), work)

    def change(manifest):
        if where == "title":
            manifest["title"] = text
        elif where == "label":
            manifest["coords"]["campus"][0] = text
        elif where == "headline":
            manifest["headline"][0]["text"] = text
        else:
            manifest["scenario"] = {text: 1}

    resealed(run, change)
    with pytest.raises(StoreError, match=r"control character \(U\+"):
        store.read(run)


def test_markup_in_a_run_is_shown_as_it_stands(tmp_path, capsys):
    from gigacampus.cli import show

    show.console().print("[bold]x[/bold] [/] :smile: [link=http://x]y[/link]")
    assert capsys.readouterr().out.strip() == "[bold]x[/bold] [/] :smile: [link=http://x]y[/link]"
