"""The cache on disk gives back what was kept, whatever happens to its files; it keeps within its bound and touches nothing else."""

from __future__ import annotations

import errno
import os
import random
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from gigacampus.foundation import cache_folder
from gigacampus.foundation.cache_folder import kept_files, prune, seal
from gigacampus.foundation.whole_file import whole_file, write_text
from gigacampus.pipeline import cache
from gigacampus.registry.stages import STAGES


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache_folder, "_unchecked_bytes", [float("inf")])


ARRAYS = {"a": np.linspace(0.0, 1.0, 40).reshape(8, 5), "none": np.zeros((0, 3)), "one": np.array(7.0), "names": np.array(["x", "yé"])}


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One way in which a disk gives back something else: a bit, a byte, a cut, a tail, zeros."""
    kind, at = chance.randrange(5), chance.randrange(len(content))
    changed = bytearray(content)
    if kind == 0:
        changed[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        changed[at] = (changed[at] + chance.randrange(1, 256)) % 256
    elif kind == 2:
        del changed[at:]
    elif kind == 3:
        changed += bytes(chance.randrange(1, 100))
    else:
        changed[at : at + 64] = bytes(len(changed[at : at + 64]))
    return bytes(changed)


def test_arrays_of_every_kind_come_back():
    cache.save("stage", "k" * 64, ARRAYS)
    again = cache.load("stage", "k" * 64)
    assert again is not None
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype


@pytest.mark.parametrize("seed", [1, 2])
def test_no_damage_gives_other_numbers_and_each_is_told_once(seed):
    chance = random.Random(seed)
    cache.save("stage", "k" * 64, ARRAYS)
    (path,) = cache_folder.cache_folder("stages").iterdir()
    sound = path.read_bytes()
    for _ in range(150):
        path.write_bytes(content := damaged(sound, chance))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            found = cache.load("stage", "k" * 64)
            again = cache.load("stage", "k" * 64)
        if content == sound:
            assert found is not None
        else:
            assert found is None and again is None and len(told) == 1 and not path.exists()


def test_a_file_under_another_name_is_not_taken():
    for key, value in (("a" * 64, 1.0), ("b" * 64, 2.0)):
        cache.save("stage", key, {"x": np.array([value])})
    one, other = (cache._place("stage", key) for key in ("a" * 64, "b" * 64))
    one.write_bytes(other.read_bytes())
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert cache.load("stage", "a" * 64) is None


def test_a_changed_file_has_another_key_even_with_the_same_size_and_time(tmp_path):
    table = tmp_path / "lo'ad \u00fc.csv"
    table.write_text("1\n")
    text = cache.fingerprint({"user_load_csv": str(table)})
    state = table.stat()

    first = cache.key(STAGES[0], text, [])
    table.write_text("2\n")
    os.utime(table, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache.key(STAGES[0], text, []) != first


@pytest.mark.parametrize("name", ["plain.csv", 'say "no".csv', "back\\slash.csv", "new\nline.csv", "é 電.csv", "no ending"])
def test_a_file_of_any_name_is_seen_in_a_fingerprint(tmp_path, name):
    path = tmp_path / name
    path.write_text("x")
    assert cache.named_files(cache.fingerprint({"a": {"file": str(path)}})) == [path]


def test_the_cache_stays_within_its_bound_and_keeps_what_was_used_last(monkeypatch):
    monkeypatch.setenv(cache_folder.BOUND_VARIABLE, "0.0001")
    folder = cache_folder.cache_folder("stages")
    for k in range(40):
        seal(folder / f"{k}.arrays", [bytes(5_000)])
        os.utime(folder / f"{k}.arrays", (1e9 + k, 1e9 + k))
    left = sorted(int(file.path.stem) for file in kept_files())
    assert sum(file.size_bytes for file in kept_files()) <= 110_000
    assert left == list(range(40 - len(left), 40)) and left


def test_pruning_touches_nothing_that_is_not_the_caches_own(tmp_path):
    root = cache_folder.cache_root()
    own = root / "stages" / "x.arrays"
    seal(own, [b"x"])
    (root / "thesis.txt").write_text("years of work")
    (root / "letters").mkdir()
    (root / "letters" / "a.txt").write_text("dear")
    (root / "stages" / "link").symlink_to(root / "thesis.txt")
    (root / "tables").symlink_to(root / "letters")
    assert prune(0)[0] == 1 and not own.exists()
    assert (root / "thesis.txt").exists() and (root / "letters" / "a.txt").exists()


def test_half_written_files_are_swept_after_a_day_whatever_the_clock_said():
    folder = cache_folder.cache_folder("stages")
    folder.mkdir(parents=True)
    for name, age in (("old", 2 * 86_400.0), ("new", 10.0), ("future", -1e9)):
        part = folder / f".{name}.part"
        part.write_bytes(b"x")
        os.utime(part, (time.time() - age, time.time() - age))
    prune(10**12)
    assert sorted(p.name for p in folder.iterdir()) == [".future.part", ".new.part"]


@pytest.mark.parametrize("bound", ["", "much", "nan", "-3", "1e999"])
def test_a_bound_that_is_no_number_is_no_trouble(monkeypatch, bound):
    monkeypatch.setenv(cache_folder.BOUND_VARIABLE, bound)
    assert 0 <= cache_folder.bound_bytes() <= 10**15
    assert seal(cache_folder.cache_folder("stages") / "x", [b"abc"])


def test_an_error_while_writing_names_the_file_and_leaves_nothing(tmp_path):
    target = tmp_path / "report.html"
    write_text(target, "old")
    with pytest.raises(OSError, match=r"report\.html") as caught, whole_file(target) as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device", str(part))
    assert caught.value.errno == errno.ENOSPC and target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_home_folder_is_used_where_nothing_is_named(monkeypatch):
    monkeypatch.delenv("GIGACAMPUS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert cache_folder.cache_root() == Path("/x/gigacampus")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/of")
    assert cache_folder.cache_root() == Path("/home/of/.cache/gigacampus")
