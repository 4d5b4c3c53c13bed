"""Comparing runs: a run with itself differs in nothing, and an input held at its median is not called moved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.explore import compare
from gigacampus.results.result import Result

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pair():
    path, size = ROOT / "scenarios" / "grid-campus.yaml", ("run.worlds=2", "run.draws=6")
    free = api.first(path, size)
    middle = compare._middle(free, "company.opening_cash_usd")
    return free, api.first(path, (*size, f"company.opening_cash_usd={middle!r}")), api.first(path, (*size, "company.opening_cash_usd=9e9"))


def test_a_run_against_itself_is_empty(pair):
    for run in pair:
        never = {n for n in run.names() if np.isnan(run.array(n)).any()}
        assert never and compare.inputs(run, run) == [] and compare.outputs(run, run) == []
        assert not any(row["differs"] for row in compare.headlines(run, run))


def test_runs_of_other_draws_do_not_differ_in_what_is_never_in_both(pair):
    run = pair[0]
    other = Result(run.manifest | {"run": run.manifest["run"] | {"seed": 2}}, run.coords, run.scenario, run._arrays, sampled=run.sampled)
    assert compare.outputs(run, other) == []


def test_an_input_held_at_its_median_is_held_and_not_moved(pair):
    free, held, moved = pair
    (row,) = compare.inputs(free, held)
    assert (row.path, row.kind, row.shifted) == ("company.opening_cash_usd", "hold", False)
    (row,) = compare.inputs(free, moved)
    assert (row.path, row.kind, row.shifted) == ("company.opening_cash_usd", "hold", True)
    (row,) = compare.inputs(held, free)
    assert (row.kind, row.shifted) == ("free", False)
    (row,) = compare.inputs(held, moved)
    assert (row.kind, row.shifted) == ("shift", True) and replace(row, a=0.0) != row
