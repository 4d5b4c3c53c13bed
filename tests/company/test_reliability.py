"""Design points and chances against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from gigacampus.company.analysis.reliability import chance_near, design_point

RNG = np.random.default_rng(5)


def test_a_linear_margin_has_the_exact_point_and_chance():
    slope, needed = RNG.normal(size=7), 6.0
    size = np.linalg.norm(slope)
    point = design_point(lambda x: x @ slope - needed, RNG.normal(size=(1, 7)))
    assert point == pytest.approx(slope * needed / size**2, abs=2e-3)
    normals = RNG.standard_normal((20_000, 7))
    chance, error = chance_near(lambda x: x @ slope - needed, point, normals)
    exact = ndtr(-needed / size)
    assert abs(chance - exact) < 4.0 * error and error < 0.02 * exact
    assert ndtr(-np.linalg.norm(point)) == pytest.approx(exact, rel=5e-3)


def test_a_curved_edge_is_met_at_its_nearest_point():
    point = design_point(lambda x: x[:, 0] * x[:, 1] - 4.0, np.array([[1.0, 0.2]]))
    assert point == pytest.approx([2.0, 2.0], abs=0.05)


def test_the_nearest_of_several_starts_is_taken():
    def two_edges(x):
        return np.maximum(x[:, 0] - 4.0, -x[:, 0] - 2.0)

    assert design_point(two_edges, np.array([[1.0, 0.0], [-1.0, 0.0]])) == pytest.approx([-2.0, 0.0], abs=1e-3)


def test_what_holds_in_the_middle_needs_no_shift_and_what_never_holds_has_no_point():
    assert design_point(lambda x: x[:, 0] + 1.0, np.ones((1, 3))).tolist() == [0.0, 0.0, 0.0]
    assert np.isnan(design_point(lambda x: x[:, 0] - 50.0, np.ones((1, 3)))).all()


def test_without_a_shift_the_chance_is_the_share():
    normals = RNG.standard_normal((500, 2))
    chance, _ = chance_near(lambda x: x[:, 0], np.zeros(2), normals)
    assert chance == np.mean(normals[:, 0] >= 0.0)
