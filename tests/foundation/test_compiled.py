"""Machine code that is kept on disk is run only as it was written; where none can be kept, functions are compiled all the same."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import random
import sys
import warnings

import pytest
from numba.core.caching import IndexDataCacheFile

from gigacampus.foundation import compiled
from tests.contracts.test_house_rules import SOURCES

KERNEL = """
from gigacampus.foundation.compiled import njit

@njit(cache=True)
def twice(x):
    return 2.0 * x + 1234.5
"""
COUNT = itertools.count()


@pytest.fixture(autouse=True)
def no_bytecode(monkeypatch):
    """Python takes bytecode for current that is of the same second and of a source of the same length."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Loads the function anew, as a process that begins would: gives its value, hits of the cache and damage that is told."""
    monkeypatch.setattr("numba.config.CACHE_DIR", "")
    file = tmp_path / "kernel.py"
    file.write_text(KERNEL)

    def once(argument=3.0):
        spec = importlib.util.spec_from_file_location(f"kernel_{next(COUNT)}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            value = module.twice(argument)
        return value, sum(module.twice.stats.cache_hits.values()), sum("damaged" in str(row.message) for row in told)

    return once


def kept(tmp_path, ending):
    (path,) = (tmp_path / "__pycache__").glob(f"*.{ending}")
    return path


def test_a_changed_constant_in_machine_code_is_compiled_anew(kernel, tmp_path):
    assert [kernel(), kernel()] == [(1240.5, 0, 0), (1240.5, 1, 0)]
    code = kept(tmp_path, "nbc")
    content = code.read_bytes()
    at = content.find(b"\x00\x00\x00\x00\x00\x4a\x93\x40")
    assert at > 0, "the constant 1234.5 stands in the machine code"
    code.write_bytes(content[: at + 5] + b"\x4b" + content[at + 6 :])
    assert [kernel(), kernel()] == [(1240.5, 0, 1), (1240.5, 1, 0)]


def flip(path, chance):
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))


def many_flips(kernel, tmp_path, count, seed):
    """Change a bit of the index or of the machine code ``count`` times: each is told once, and the value never moves."""
    chance = random.Random(seed)
    kernel()
    for _ in range(count):
        flip(kept(tmp_path, chance.choice(["nbi", "nbc"])), chance)
        assert [kernel(), kernel()] == [(1240.5, 0, 1), (1240.5, 1, 0)]


OUTSIDE = {
    "module": ("import number_{n} as other", "other.NUMBER * x"),
    "constant": ("from number_{n} import NUMBER", "NUMBER * x"),
    "kernel": ("from number_{n} import inner", "inner(x)"),
    "named tuple": ("from number_{n} import PAIR", "PAIR.first * x"),
    "kind of named tuple": ("from number_{n} import Pair", "Pair(1.0, 2.0).first * x + Pair(0.0, 0.0).second"),
}


@pytest.mark.parametrize("kind", OUTSIDE)
def test_what_comes_from_another_file_is_compiled_anew_when_it_changes(tmp_path, monkeypatch, kind):
    monkeypatch.setattr("numba.config.CACHE_DIR", "")
    monkeypatch.syspath_prepend(tmp_path)
    (given, used), door, n, values = OUTSIDE[kind], "from gigacampus.foundation.compiled import njit", next(COUNT), []
    file = tmp_path / "kernel.py"
    file.write_text(f"{door}\n{given.format(n=n)}\n@njit(cache=True)\ndef f(x):\n    return {used}\n")
    for number in (2.0, 3.0, 3.0):
        fields = ("second", "first") if kind == "kind of named tuple" and number == 2.0 else ("first", "second")
        told = f"from collections import namedtuple\n{door}\nNUMBER = {number}\nPair = namedtuple('Pair', {fields})\n"
        told += f"PAIR = Pair(first={number}, second=0.0)\n@njit\ndef inner(x):\n    return {number} * x\n"
        (tmp_path / f"number_{n}.py").write_text(told)
        sys.modules.pop(f"number_{n}", None)
        importlib.invalidate_caches()
        spec = importlib.util.spec_from_file_location(f"kernel_{next(COUNT)}", file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        values.append((module.f(10.0), sum(module.f.stats.cache_hits.values())))
    first, second = (20.0, 10.0) if kind == "kind of named tuple" else (20.0, 30.0)
    assert values == [(first, 0), (second, 0), (second, 1)]


def test_flipped_bits_are_compiled_anew(kernel, tmp_path):
    many_flips(kernel, tmp_path, 12, seed=3)


@pytest.mark.slow
def test_many_flipped_bits_are_compiled_anew(kernel, tmp_path):
    many_flips(kernel, tmp_path, 300, seed=4)


def test_an_index_that_is_newer_than_its_machine_code_is_not_believed(kernel, tmp_path):
    """As a process leaves it that is killed between the two files: for another source, or for other types."""
    kernel()
    code = kept(tmp_path, "nbc")
    old = code.read_bytes()
    (tmp_path / "kernel.py").write_text(KERNEL.replace("1234.5", "5678.5"))
    assert kernel() == (5684.5, 0, 0)
    code.write_bytes(old)
    assert kernel() == (5684.5, 0, 0)
    of_float = code.read_bytes()
    kept(tmp_path, "nbi").unlink()
    assert kernel(3) == (5684.5, 0, 0)
    code.write_bytes(of_float)
    assert kernel(3) == (5684.5, 0, 0)


def test_nothing_is_kept_where_the_disk_is_full(kernel, tmp_path, monkeypatch):
    def full(self, path):
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(IndexDataCacheFile, "_open_for_write", full)
    assert [kernel(), kernel()] == [(1240.5, 0, 0), (1240.5, 0, 0)]
    assert not list(tmp_path.rglob("*.nb?"))


@pytest.mark.parametrize("change", ["no folder to write to", "another way of keeping"])
def test_functions_are_compiled_where_none_can_be_kept(kernel, tmp_path, monkeypatch, change):
    if change == "no folder to write to":
        monkeypatch.setattr("numba.core.caching._CacheLocator.ensure_cache_path", lambda _: (_ for _ in ()).throw(OSError(30, "Read-only")))
    else:
        monkeypatch.setattr(compiled, "IndexDataCacheFile", type("Other", (), {}))
    assert [kernel(), kernel()] == [(1240.5, 0, 0), (1240.5, 0, 0)]
    assert not list(tmp_path.rglob("*.nbc"))


def test_every_kernel_of_this_package_is_compiled_so():
    other = [p.name for p in SOURCES if "from numba import njit" in p.read_text() or "numba.njit" in p.read_text()]
    assert other == ["compiled.py"]
