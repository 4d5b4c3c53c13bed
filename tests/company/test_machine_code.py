"""Machine code on its way through a file: the same function comes back, and what cannot be used is refused, never run."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.ledger import kernels, machine_code


def weighted(first, last, table, out):
    for n in range(first, last):
        for j in range(table.shape[1]):
            out[n] += table[n, j] * j


LAYOUT = ("i", "i", "f2", "f1")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    from numba import float64, int64, njit

    compiled = njit(**kernels.OUTER)(weighted)
    compiled.compile((int64, int64, float64[:, ::1], float64[::1]))
    file = tmp_path_factory.mktemp("code") / "weighted.code"
    return machine_code.keep(compiled.inspect_llvm(compiled.signatures[0]), file), file


def test_a_kept_function_does_what_its_source_does(kept):
    table = np.random.default_rng(1).normal(size=(7, 5))
    found, wanted = np.zeros(7), np.zeros(7)
    machine_code.loaded(kept[1].read_bytes(), LAYOUT)(2, 6, table, found)
    weighted(2, 6, table, wanted)
    assert np.array_equal(found, wanted) and found[2:6].all() and not found[[0, 1, 6]].any()


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:5000] + b"x" + b[5001:], lambda b: b"", lambda b: b[4096:]])
def test_damaged_code_is_refused(kept, spoil):
    with pytest.raises(machine_code.Unusable):
        machine_code.loaded(spoil(kept[0]), LAYOUT)


def test_code_that_takes_other_arguments_is_refused(kept):
    with pytest.raises(machine_code.Unusable, match="another way"):
        machine_code.loaded(kept[0], ("i", "i", "f2"))


def test_code_that_needs_what_is_not_there_is_refused(tmp_path):
    text = (
        "declare i32 @no_such_function()\n"
        "define i32 @one(ptr %result, ptr %trouble) {\n  %x = call i32 @no_such_function()\n  ret i32 %x\n}\n"
    )
    with pytest.raises(machine_code.Unusable, match="no_such_function"):
        machine_code.loaded(machine_code.keep(text, tmp_path / "one.code"), ())


@pytest.mark.parametrize("table", [np.zeros((7, 5), dtype=np.float32), np.zeros((5, 7)).T, np.zeros(35)])
def test_an_array_that_lies_otherwise_never_reaches_the_code(kept, table):
    with pytest.raises(TypeError, match="f2"):
        machine_code.loaded(kept[0], LAYOUT)(0, 5, table, np.zeros(7))


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(kept, tmp_path):
    (tmp_path / "file").touch()
    text = "define i32 @one() {\n  ret i32 1\n}\n"
    assert machine_code.keep(text, tmp_path / "file" / "x.code")[:1] == b"{"


def test_code_that_stops_says_so(tmp_path):
    code = machine_code.keep("define i32 @one(ptr %result, ptr %trouble) {\n  ret i32 1\n}\n", tmp_path / "one.code")
    with pytest.raises(RuntimeError, match="stopped"):
        machine_code.loaded(code, ())()


def test_another_processor_has_another_file(monkeypatch):
    import llvmlite.binding as llvm

    before = machine_code.here.__wrapped__()
    monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: "another")
    assert machine_code.here.__wrapped__() != before
