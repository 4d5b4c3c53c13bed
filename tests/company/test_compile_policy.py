"""Which way the rules are run follows from draws and months, and from what is kept."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np

from gigacampus.company.analysis import rerun
from gigacampus.company.ledger import compile_policy, kernels
from gigacampus.company.ledger import simulate as simulation
from gigacampus.company.ledger.simulate import simulate
from gigacampus.scenario.document import load
from tests.company.synthetic import RICH, inputs, tables
from tests.company.test_kernels import chunk

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_draws_times_months_decide_and_nothing_else():
    months = 100
    edge = compile_policy.COMPILED_FROM // months
    assert [compile_policy.compiling_pays(n, months) for n in (1, 4, edge - 1, edge, 2 * edge)] == [False, False, False, True, True]
    assert [compile_policy.compiling_pays(n, months, 2) for n in (edge // 2 - 1, edge // 2)] == [False, True]


def test_a_first_run_of_the_shipped_examples_waits_for_no_compiler():
    for file in sorted(SCENARIOS.glob("*.yaml")):
        scenario, _ = load(file)
        assert not compile_policy.compiling_pays(scenario.run.draws, scenario.horizon.months), file.name


def test_kept_rules_are_loaded_where_that_pays_and_rules_that_nobody_compiled_are_not(monkeypatch, tmp_path):
    monkeypatch.setattr(simulation, "rules_loaded", Event())
    monkeypatch.setattr(simulation, "interpreted_so_far", compile_policy.Interpreted())
    monkeypatch.setattr(kernels, "folder", lambda: tmp_path)
    assert not simulation.takes_compiled(1024, 84)
    (tmp_path / "span.nbc").touch()
    taken = [simulation.takes_compiled(*given) for given in ((1024, 84), (1024, 6), (4, 84), (4, 84, 2))]
    assert taken == [True, False, False, True]


def test_a_process_that_interprets_again_and_again_loads_kept_rules_in_the_end(monkeypatch, tmp_path):
    spent, taken = compile_policy.Interpreted(), []
    monkeypatch.setattr(simulation, "rules_loaded", Event())
    monkeypatch.setattr(simulation, "interpreted_so_far", spent)
    monkeypatch.setattr(kernels, "folder", lambda: tmp_path)
    (tmp_path / "span.nbc").touch()
    monkeypatch.setattr(kernels, "simulate_draws", lambda *given: taken.append(spent.months))
    bound, drivers = chunk()
    one = (bound.n + compile_policy.STEP_DRAWS) * drivers.months.count
    for _ in range(4):
        simulate(bound, drivers)
    assert taken[0] + one >= compile_policy.LOADED_FROM > taken[0] and len(taken) == 4 - taken[0] // one


def test_a_process_that_holds_compiled_rules_looks_no_further(monkeypatch):
    loaded = Event()
    loaded.set()
    monkeypatch.setattr(simulation, "rules_loaded", loaded)
    monkeypatch.setattr(kernels, "folder", lambda: 1 / 0)
    assert simulation.takes_compiled(1, 1)


def test_a_held_run_says_that_it_is_simulated_often(monkeypatch):
    asked = []
    monkeypatch.setattr(rerun, "takes_compiled", lambda *given: asked.append(given) or False)
    i, up = inputs(RICH), tables()
    rerun.LedgerRerun(i, up, np.arange(6) % 2, {"market.gas_usd_per_mmbtu": np.full(6, 3.0)}).series(lean=True)
    assert asked == [(6, 84, compile_policy.SIMULATIONS_OF_A_SESSION)]


def test_a_small_simulation_waits_for_no_compiler(monkeypatch):
    def refuse(*_):
        raise AssertionError("compiled")

    monkeypatch.setattr(simulation, "rules_loaded", Event())
    monkeypatch.setattr(simulation, "interpreted_so_far", compile_policy.Interpreted())
    monkeypatch.setattr(kernels, "compiled_span", refuse)
    found, _ = simulate(*chunk())
    assert np.isfinite(found["cash_usd"]).all()


def test_a_process_that_holds_compiled_rules_uses_them(monkeypatch):
    asked, loaded = [], Event()
    loaded.set()
    monkeypatch.setattr(simulation, "rules_loaded", loaded)
    monkeypatch.setattr(kernels, "simulate_draws", lambda *given: asked.append(given))
    simulate(*chunk())
    simulate(*chunk(), interpreted=True)
    assert len(asked) == 1
