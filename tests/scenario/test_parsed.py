"""The cache of parsed library entries: the same tree, never a stale one, no trouble when it cannot be used."""

from __future__ import annotations

import pytest

from gigacampus import library
from gigacampus.scenario import parsed
from gigacampus.scenario.reader import read_file
from gigacampus.scenario.tree import plain, walk

ENTRIES = sorted(library.ROOT.glob("generators/*.yaml"))[:3]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda p: p.stem)
def test_a_kept_entry_is_the_parsed_one_with_its_lines(path):
    fresh = read_file(path, "name")
    for _ in range(2):
        kept = parsed.read_kept(path, "name")
        assert [(p, n.line, n.file) for p, n in walk(kept)] == [(p, n.line, n.file) for p, n in walk(fresh)]
        assert plain(kept) == plain(fresh)
    assert len(list(parsed.folder().iterdir())) == 1


def test_a_changed_entry_is_parsed_anew(tmp_path):
    path = tmp_path / "entry.yaml"
    for value in (1, 2):
        path.write_text(f"a: {value}\n", encoding="utf-8")
        assert plain(parsed.read_kept(path, "x")) == {"a": value}


def test_a_damaged_or_unwritable_cache_is_no_error(tmp_path, monkeypatch):
    path = tmp_path / "entry.yaml"
    path.write_text("a: {b: [1, 2]}\n", encoding="utf-8")
    parsed.read_kept(path, "x")
    (kept,) = parsed.folder().iterdir()
    for damage in ("", "{", "[1]", "[1,[2]]", "3", '{"a": 1}'):
        kept.write_text(damage, encoding="utf-8")
        assert plain(parsed.read_kept(path, "x")) == {"a": {"b": [1, 2]}}
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(path))
    assert plain(parsed.read_kept(path, "x")) == {"a": {"b": [1, 2]}}
