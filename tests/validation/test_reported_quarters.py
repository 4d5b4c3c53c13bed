"""Conditioning on figures: exact where it can be, refused where too little is left."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.analysis.calibrate import TooFewDraws, condition
from gigacampus.validation import reported_quarters


def test_conditioning_finds_the_exact_posterior_of_a_linear_model():
    a = np.array([[1.0, 0.5], [0.0, 2.0]])
    got = condition(lambda z: z @ a.T, 2, observed=np.array([1.0, -1.0]), noise=np.array([0.3, 0.5]), use=np.array([True, True]))
    precision = np.eye(2) + a.T @ np.diag([1 / 0.09, 1 / 0.25]) @ a
    mean = np.linalg.solve(precision, a.T @ np.array([1.0 / 0.09, -1.0 / 0.25]))
    assert np.allclose(got.weight @ got.latent, mean, atol=0.02)
    assert got.effective > 5000 and got.temper == 1.0


def test_figures_that_contradict_each_other_are_refused():
    with pytest.raises(TooFewDraws):
        condition(
            lambda z: np.stack([z[:, 0], np.abs(z[:, 0])], axis=1),
            1,
            observed=np.array([0.0, 60.0]),
            noise=np.array([1e-3, 1e-3]),
            use=np.array([True, True]),
            draws=500,
        )


def test_seven_figures_predict_the_eighth():
    found = reported_quarters.scored()
    assert len(found) == 8
    assert sum(r.inside for r in found) >= 6
    assert min(r.effective for r in found) >= 400
