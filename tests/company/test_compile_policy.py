"""Which way the rules are run follows from draws and months alone."""

from __future__ import annotations

import numpy as np

from gigacampus.company.ledger import compile_policy, kernels
from gigacampus.company.ledger.simulate import simulate
from tests.company.test_kernels import chunk


def test_draws_times_months_decide_and_nothing_else():
    months = 100
    edge = compile_policy.COMPILED_FROM // months
    assert [compile_policy.compiling_pays(n, months) for n in (1, 4, edge - 1, edge, 10_000)] == [False, False, False, True, True]


def test_a_small_simulation_waits_for_no_compiler(monkeypatch):
    def refuse(*_):
        raise AssertionError("compiled")

    monkeypatch.setattr(kernels, "compiled_span", refuse)
    found, _ = simulate(*chunk())
    assert np.isfinite(found["cash_usd"]).all()
