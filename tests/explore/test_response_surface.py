"""The surface finds what made an outcome, tells inputs of worlds from inputs of draws, and knows what it does not know."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.explore.response_surface import GROUPS, fit


@pytest.fixture(scope="module")
def futures():
    """Five inputs over 600 draws in 30 worlds; ``p`` has one value a world."""
    rng = np.random.default_rng(5)
    world = np.arange(600) % 30
    columns = {name: rng.standard_normal(600) for name in "abcd"}
    columns["p"] = rng.standard_normal(30)[world]
    return columns, world, rng.standard_normal(600)


def test_it_finds_the_terms_that_made_the_outcome(futures):
    columns, world, noise = futures
    outcome = 3.0 * columns["a"] - 2.0 * columns["b"] ** 2 + columns["a"] * columns["c"] + 0.1 * noise
    found = fit(columns, outcome, world, physical=["p"], levers=["a", "c"])
    weights = dict(zip(found.terms, found.weights[0], strict=True))
    assert weights[("a",)] == pytest.approx(3.0, abs=0.05)
    assert weights[("b", "b")] == pytest.approx(-2.0, abs=0.05)
    assert weights[("a", "c")] == pytest.approx(1.0, abs=0.05)
    assert abs(weights.get(("d",), 0.0)) < 0.05
    assert found.weights.shape == (GROUPS + 1, len(found.terms))


def test_changes_are_differences_of_the_surface(futures):
    columns, world, _ = futures
    found = fit(columns, 2.0 * columns["a"], world, physical=["p"], levers=["a"])
    moved = found.changes(columns, {**columns, "a": columns["a"] + 0.5})
    assert moved[0] == pytest.approx(1.0) and np.ptp(moved[:, 0]) < 1e-9
    assert np.all(found.changes(columns, columns) == 0.0)


def test_a_random_effect_of_worlds_is_not_taken_for_that_of_a_draw_input(futures):
    columns, world, noise = futures
    effect = np.random.default_rng(8).standard_normal(30)[world]
    found = fit(columns, 5.0 * effect + 0.1 * columns["a"] + 0.01 * noise, world, physical=["p"], levers=["a", "p"])
    weights = dict(zip(found.terms, found.weights[0], strict=True))
    assert weights[("a",)] == pytest.approx(0.1, abs=0.01)
    assert found.noise["p"] > 50.0 * found.noise["a"]


def test_an_outcome_of_a_few_worlds_gives_physical_inputs_no_slope(futures):
    columns, _, noise = futures
    world = np.arange(600) % 6
    columns = {**columns, "p": np.arange(6.0)[world]}
    found = fit(columns, columns["p"] + columns["a"] + 0.1 * noise, world, physical=["p"], levers=["a", "p"])
    assert ("p",) not in found.terms and ("a",) in found.terms
