"""Variance shares against published and closed-form values."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
import pytest

from gigacampus.company.analysis.sensitivity import ishigami, normal_scores, shapley_effects, slopes, sobol_indices

RNG = np.random.default_rng(3)


def test_sobol_indices_of_a_published_function():
    first, total = sobol_indices(ishigami, 3, log2_n=12)
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_inputs_joined_into_one_factor_carry_their_interaction():
    first, total = sobol_indices(ishigami, 3, log2_n=12, factors=np.array([0, 1, 0]))
    assert first == pytest.approx([0.5576, 0.4424], abs=0.02) and total == pytest.approx(first, abs=0.03)


def exact_shapley(slope: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Shapley effects of a linear function of jointly normal inputs, over all orders of entry."""
    count, total = slope.size, float(slope @ covariance @ slope)
    cross = covariance @ slope

    @cache
    def of_set(subset: frozenset[int]) -> float:
        at = sorted(subset)
        return float(cross[at] @ np.linalg.solve(covariance[np.ix_(at, at)], cross[at])) / total if at else 0.0

    def explained(order: tuple[int, ...]) -> float:
        return of_set(frozenset(order))

    effect = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        for place, i in enumerate(order):
            effect[i] += explained(order[: place + 1]) - explained(order[:place])
    return effect / len(orders)


@pytest.mark.parametrize("rho", [0.0, 0.5, -0.7])
def test_shapley_effects_of_a_linear_function_of_correlated_normals(rho):
    slope = np.array([1.0, 2.0, 0.5, 0.0])
    covariance = np.eye(4)
    covariance[0, 1] = covariance[1, 0] = rho
    covariance[2, 3] = covariance[3, 2] = 0.8
    x = RNG.standard_normal((20_000, 4)) @ np.linalg.cholesky(covariance).T
    assert shapley_effects(np.exp(x), x @ slope) == pytest.approx(exact_shapley(slope, covariance), abs=0.015)


def test_shapley_effects_share_an_interaction_evenly():
    x = RNG.standard_normal((20_000, 3))
    effects = shapley_effects(x, x[:, 0] * x[:, 1])
    assert effects[0] == pytest.approx(effects[1], abs=0.03) and abs(effects[2]) < 0.01 and effects.sum() > 0.85


def test_sampled_orders_agree_with_all_orders():
    x = RNG.standard_normal((4000, 8))
    x[:, 1] += x[:, 0]
    y = x @ np.arange(8.0)
    exact = exact_shapley(np.arange(8.0), np.cov(x.T))
    assert shapley_effects(x, y, rounds=128) == pytest.approx(exact, abs=0.03)


def test_inputs_that_do_nothing_explain_nothing():
    x = RNG.standard_normal((800, 10))
    assert np.abs(shapley_effects(x, RNG.standard_normal(800))).max() < 0.03


def test_sobol_indices_of_a_sum_come_as_near_to_exact_as_points_are_many():
    weight = np.array([1.0, 2.0, 3.0, 0.0])
    exact = weight**2 / (weight @ weight)
    off = []
    for log2_n in (6, 10, 14):
        found = sobol_indices(lambda u: u @ weight, 4, log2_n=log2_n)
        off.append(max(np.abs(part - exact).max() for part in found))
    assert off[0] > off[1] > off[2] and off[2] < 2e-3


def test_shapley_effects_sum_to_what_the_inputs_explain_together():
    x = RNG.standard_normal((4000, 5))
    x[:, 1] += x[:, 0]
    assert shapley_effects(x, np.exp(x[:, 1])).sum() == pytest.approx(1.0, abs=1e-9)
    y = x @ np.array([1.0, -2.0, 0.5, 0.3, 0.0])
    z = normal_scores((y + 2.0 * RNG.standard_normal(4000))[:, None])[:, 0]
    basis = np.column_stack([np.ones(4000), *(normal_scores(x).T)])
    left = z - basis @ np.linalg.lstsq(basis, z, rcond=None)[0]
    assert shapley_effects(x, z).sum() == pytest.approx(1.0 - left.var() / z.var(), abs=0.01)


def test_shapley_effects_move_along_with_the_columns():
    x = RNG.standard_normal((2000, 5))
    x[:, 4] += x[:, 2]
    y, order = x[:, 0] * x[:, 1] + x[:, 4], np.array([3, 0, 4, 1, 2])
    assert shapley_effects(x[:, order], y) == pytest.approx(shapley_effects(x, y)[order], abs=1e-9)


def test_slopes_see_through_correlation_and_leave_out_what_a_group_shares():
    group = np.arange(2000) % 40
    x = RNG.standard_normal((2000, 3))
    x[:, 1] = 0.8 * x[:, 0] + 0.6 * x[:, 1]
    y = x[:, 0] + 5.0 * RNG.standard_normal(40)[group]
    found = slopes(x, y, group)
    assert found[0] > 0.1 and np.abs(found[1:]).max() < 0.02 < found[0] / 5.0
