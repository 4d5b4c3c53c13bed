"""Small prepared runs of certain inputs: the estimate gives them back, and stays silent where they say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers.headline import headline
from gigacampus.explore.instant_estimate import Move, estimate, fitted, joined
from gigacampus.explore.prepared_input import Span, along, prepared
from gigacampus.explore.response_surface import GROUPS
from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load
from tests.pipeline.conftest import SMALL

SIZE = ("run.worlds=24", "run.draws=72", "horizon.months=18")
FLOOR = "company.cash_floor_usd"


@pytest.fixture(scope="module")
def small_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("prepared") / "small.yaml"
    path.write_text(SMALL)
    return path


@pytest.fixture(autouse=True)
def cache_of_the_scenario(small_file, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(small_file.parent / "cache"))


def two_inputs():
    """Data of one figure over one uncertain input, as ``fitted`` gives it."""
    spread = np.linspace(-1.0, 1.0, 25)
    row = {"id": "x", "unit": "MW", "axis": "draw", "step": 0.0, "ends": [None, None], "reads": ["a"], "blind": []}
    surface = {"samples": (10.0 + 2.0 * spread).tolist(), "terms": [["a"]], "weights": [[2.0]] * (GROUPS + 1), "noise": {"a": 0.0}}
    scale = {"log": False, "middle": 0.0, "step": 1.0}
    outcomes = [{**row, **surface, "misfit": {"a": 0.0}}]
    return {"inputs": {"a": scale}, "columns": {"draw": {"a": spread.tolist()}}, "months": [], "student": 1.3, "outcomes": outcomes}


def found_of(path="b"):
    lines = [np.linspace(9.0, 11.0, 25) + by for by in (0.0, 3.0, -1.0)]
    fit = along(np.array([1.0, -1.0]), lines, np.arange(25))
    return {"path": path, "scale": {"log": False, "middle": 4.0, "step": 2.0}, "outcomes": {"x": fit}}


def test_what_a_prepared_run_found_is_what_the_estimate_says():
    data = joined(two_inputs(), found_of())
    for value, change in ((6.0, 3.0), (2.0, -1.0), (5.0, 1.25)):
        found = estimate(data, data["outcomes"][0], {"b": Move(value, held=True)})
        assert found[0] == pytest.approx([change] * 3)
    both = estimate(data, data["outcomes"][0], {"b": Move(6.0, held=True), "a": Move(1.0, held=False)})
    assert both[0] == pytest.approx([5.0] * 3)


def test_until_it_is_prepared_and_where_a_run_says_nothing_there_is_no_estimate():
    data = two_inputs()
    assert estimate(data, data["outcomes"][0], {"b": Move(6.0, held=True)}) is None
    silent = joined(data, {**found_of(), "outcomes": {}})
    assert estimate(silent, silent["outcomes"][0], {"b": Move(6.0, held=True)}) is None
    assert estimate(silent, silent["outcomes"][0], {"a": Move(0.5, held=False)}) is not None


def test_what_no_quadratic_holds_is_stated_as_error():
    at = np.array([-1.0, -0.5, 0.5, 1.0])
    bent = along(at, [np.full(13, v) for v in (0.0, 0.0, 0.0, 0.0, 8.0)], np.arange(13))
    straight = along(at, [np.full(13, v) for v in (0.0, -4.0, -2.0, 2.0, 4.0)], np.arange(13))
    assert bent["misfit"] > 1.0 and straight["misfit"] == pytest.approx(0.0, abs=1e-9)


def test_exact_runs_of_a_certain_input_lie_within_the_error_that_is_stated(small_file):
    result = api.first(small_file, SIZE)
    figures = {f.id: f for f in headline(result) if f.axis in ("world", "draw")}

    def run(sets):
        return api.first(small_file, (*SIZE[2:], *sets))

    span = Span(FLOOR, float(load(small_file)[0].company.cash_floor_usd), 1e8, 3e9)
    found = prepared(run, span, worlds=24, draws=72)
    assert found == prepared(run, span, worlds=24, draws=72)
    data = joined(fitted(result, figures.values()), found)
    moves = {FLOOR: Move(2e9, held=True)}
    after = {f.id: f for f in headline(api.first(small_file, (*SIZE, f"{FLOOR}=2000000000.0")))}
    judged = 0
    for row in data["outcomes"]:
        if (said := estimate(data, row, moves)) is not None and figures[row["id"]].unit != "month of the horizon":
            true = np.median(after[row["id"]].samples) - np.median(figures[row["id"]].samples)
            assert abs(said[0][1] - true) <= said[1] + 1e-3 * abs(true) + 1e-9, row["id"]
            judged += true != 0.0
    assert judged >= 1


def test_an_input_that_cannot_be_run_elsewhere_is_refused(small_file):
    with pytest.raises(ScenarioError, match="no other value"):
        prepared(lambda sets: api.first(small_file, (*SIZE, *sets)), Span(FLOOR, 5e8, -9e9, -8e9), worlds=3, draws=8)
