"""Interpreting, loading or compiling the simulation: whichever costs less, over all processes, and never a reason to fail."""

from __future__ import annotations

import pytest

from gigacampus.company.ledger import compile_policy, kernels, machine_code
from gigacampus.company.ledger.simulate import simulate
from tests.company.test_kernels import N, chunk


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path))
    monkeypatch.delenv(compile_policy.AT_ONCE, raising=False)
    monkeypatch.setattr(compile_policy, "_here_s", [0.0])
    monkeypatch.setattr(compile_policy, "_kept", lambda: False)
    for name, value in {"LOAD_S": 3.0, "COMPILE_S": 10.0, "MONTH_S": 0.0, "DRAW_S": 1.0}.items():
        monkeypatch.setattr(compile_policy, name, value)


def test_what_is_kept_is_loaded_once_interpreting_has_cost_as_much(monkeypatch):
    monkeypatch.setattr(compile_policy, "_kept", lambda: True)
    assert [compile_policy.interpreting_pays(1, 1) for _ in range(5)] == [True, True, True, False, False]


def test_a_process_that_will_march_much_loads_what_is_kept_at_once_and_compiles_no_sooner(monkeypatch):
    compile_policy.much_follows()
    assert compile_policy.interpreting_pays(1, 9) and not compile_policy.interpreting_pays(1, 9)
    monkeypatch.setattr(compile_policy, "_kept", lambda: True)
    assert not compile_policy.interpreting_pays(1, 1)


def test_what_is_not_kept_is_compiled_once_all_processes_have_interpreted_for_as_long(monkeypatch):
    assert [compile_policy.interpreting_pays(1, 3) for _ in range(3)] == [True, True, True]
    monkeypatch.setattr(compile_policy, "_here_s", [0.0])
    assert [compile_policy.interpreting_pays(1, 3) for _ in range(3)] == [True, True, False]


def test_where_nothing_can_be_noted_a_process_still_interprets(monkeypatch, tmp_path):
    (tmp_path / "interpreted").write_text("no folder", encoding="utf-8")
    assert all(compile_policy.interpreting_pays(1, 4) for _ in range(9))


def test_a_note_that_makes_no_sense_counts_as_none():
    compile_policy._note().parent.mkdir(parents=True)
    compile_policy._note().write_text("soon", encoding="utf-8")
    assert compile_policy.interpreting_pays(1, 9) and compile_policy._note().read_text(encoding="utf-8") == "9.000"


def test_other_rules_have_a_note_of_their_own(monkeypatch):
    before = compile_policy._note()
    monkeypatch.setattr(kernels, "named", lambda: "_span_other")
    assert compile_policy._note() != before


def test_whoever_asks_for_it_compiles_at_once(monkeypatch):
    monkeypatch.setenv(compile_policy.AT_ONCE, "1")
    assert not compile_policy.interpreting_pays(1, 1)


def test_the_march_goes_the_cheaper_way(monkeypatch):
    asked = []
    monkeypatch.setattr(kernels, "march_draws", lambda *args: asked.append(args[0].shape[0]))
    monkeypatch.setattr(compile_policy, "DRAW_S", 3.0 / (3 * N * 84))
    monkeypatch.setattr(compile_policy, "_kept", lambda: True)
    made = chunk()
    for _ in range(4):
        simulate(*made)
    assert asked == [N]


def test_what_was_compiled_once_is_seen_to_be_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not kernels.is_kept()
    machine_code.place("march-of-other-rules").touch()
    assert not kernels.is_kept()
    machine_code.place(kernels.named()).touch()
    assert kernels.is_kept()


def test_a_compiled_march_lies_where_it_is_looked_for():
    simulate(*chunk(), interpreted=False)
    assert kernels.is_kept()


def test_rules_that_cannot_be_used_compiled_are_interpreted_and_it_is_told_once(monkeypatch):
    def refused():
        raise machine_code.Unusable("of another kind")

    kernels.usable.cache_clear()
    monkeypatch.setattr(kernels, "compiled_march", refused)
    monkeypatch.setenv(compile_policy.AT_ONCE, "1")
    bound, drivers = chunk()
    with pytest.warns(RuntimeWarning, match="of another kind"):
        found, _ = simulate(bound, drivers)
    wanted, _ = simulate(bound, drivers, interpreted=True)
    assert found.keys() == wanted.keys() and all((found[name] == wanted[name]).all() for name in ("cash_usd", "revenue_usd"))
    kernels.usable.cache_clear()
