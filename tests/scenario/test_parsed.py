"""The cache of parsed library entries: the same tree, never a stale one, no trouble when it cannot be used."""

from __future__ import annotations

import pytest

from gigacampus.foundation.source_tree import plain, walk
from gigacampus.scenario import library, parse_cache
from gigacampus.scenario.reader import read_file

ENTRIES = sorted(library.ROOT.glob("generators/*.yaml"))[:3]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda p: p.stem)
def test_a_kept_entry_is_the_parsed_one_with_its_lines(path):
    fresh = read_file(path, "name")
    for _ in range(2):
        kept = parse_cache.read_kept(path, "name")
        assert [(p, n.line, n.file) for p, n in walk(kept)] == [(p, n.line, n.file) for p, n in walk(fresh)]
        assert plain(kept) == plain(fresh)
    assert len(list(parse_cache.folder().iterdir())) == 1


def test_a_changed_entry_is_parsed_anew(tmp_path):
    path = tmp_path / "entry.yaml"
    for value in (1, 2):
        path.write_text(f"a: {value}\n", encoding="utf-8")
        assert plain(parse_cache.read_kept(path, "x")) == {"a": value}


def test_a_damaged_or_unwritable_cache_is_no_error(tmp_path, monkeypatch):
    path = tmp_path / "entry.yaml"
    path.write_text("a: {b: [1, 2]}\n", encoding="utf-8")
    parse_cache.read_kept(path, "x")
    (kept,) = parse_cache.folder().iterdir()
    for damage in ("", "{", "[1]", "[1,[2]]", "3", '{"a": 1}'):
        kept.write_text(damage, encoding="utf-8")
        with pytest.warns(RuntimeWarning, match="damaged"):
            assert plain(parse_cache.read_kept(path, "x")) == {"a": {"b": [1, 2]}}
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(path))
    assert plain(parse_cache.read_kept(path, "x")) == {"a": {"b": [1, 2]}}
