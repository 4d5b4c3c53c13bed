"""Inverse solving and calibration."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company import nine_months
from gigacampus.company.calibrate import TooFewDraws, condition
from gigacampus.company.sensitivity import ishigami, shapley_effects, sobol_indices, tornado
from gigacampus.company.solve import Bench, frontier, lasting_margin, least_surprising, level_margin, required
from tests.company.synthetic import RICH, inputs, tables

N = 64
RNG = np.random.default_rng(3)


@pytest.fixture(scope="module")
def bench() -> Bench:
    draws = {
        "company.revenue.momentum_per_year": RNG.uniform(0.0, 3.0, N),
        "company.costs.undisclosed_growth_per_year": RNG.normal(0.1, 0.1, N),
    }
    return Bench(inputs(RICH), tables(), np.arange(N) % 2, draws)


def test_required_value_sits_on_the_edge(bench):
    claim = level_margin("revenue_usd", month=40, least=3e8)
    found = required(bench, "company.revenue.momentum_per_year", margin=claim, low=0.0, high=5.0)
    assert found.probability >= 0.5
    below = np.mean(claim(bench.series({"company.revenue.momentum_per_year": found.value - 0.01})) >= 0.0)
    assert below < 0.5


def test_an_impossible_claim_is_said_to_be_one(bench):
    claim = level_margin("revenue_usd", month=40, least=1e15)
    assert np.isnan(required(bench, "company.revenue.momentum_per_year", margin=claim, low=0.0, high=5.0).value)


def test_frontier_trades_one_input_for_the_other(bench):
    claim = level_margin("revenue_usd", month=40, least=3e8)
    pairs = frontier(
        bench,
        "company.revenue.momentum_per_year",
        "company.revenue.arpu_change_per_year",
        [-0.2, 0.0, 0.2],
        margin=claim,
        low=0.0,
        high=6.0,
    )
    needed = [y for _, y in pairs]
    assert needed == sorted(needed, reverse=True) and needed[0] > needed[-1]


def test_least_surprising_world_makes_the_claim_true(bench):
    claim = level_margin("revenue_usd", month=24, least=float(np.quantile(bench.series()["revenue_usd"][24], 0.6)))
    world = least_surprising(bench, margin=claim)
    assert 0.0 < world.distance < 6.0
    assert world.shift_sd["company.revenue.momentum_per_year"] > 0.0
    assert claim(bench.series(world.values, one=True))[0] >= 0.0
    assert 0.0 < world.probability < 0.5


def test_lasting_margin_is_positive_exactly_when_break_even_lasts():
    from gigacampus.company.metrics import lasting_positive

    x = RNG.normal(size=(60, 40)).cumsum(axis=0)
    month = lasting_positive(x)
    for by in (10, 30, 48):
        assert np.array_equal(lasting_margin("x", by)({"x": x}) > 0.0, month <= by)


def test_conditioning_finds_the_exact_posterior_of_a_linear_model():
    a = np.array([[1.0, 0.5], [0.0, 2.0]])
    got = condition(
        lambda z: z @ a.T, 2, observed=np.array([1.0, -1.0]), noise=np.array([0.3, 0.5]), use=np.array([True, True])
    )
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
    found = nine_months.scored()
    assert len(found) == 8
    assert sum(r.inside for r in found) >= 6
    assert min(r.effective for r in found) >= 400


def test_sobol_indices_of_a_published_function():
    first, total = sobol_indices(ishigami, 3, log2_n=12)
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_shapley_effects_share_what_correlated_inputs_explain():
    common = RNG.normal(size=4000)
    x = np.stack([common, common + 0.1 * RNG.normal(size=4000), RNG.normal(size=4000)], axis=1)
    y = x[:, 0] + 0.01 * RNG.normal(size=4000)
    effects = shapley_effects(x, y)
    assert effects.sum() == pytest.approx(1.0, abs=0.02)
    assert effects[0] > effects[1] > 0.3 and abs(effects[2]) < 0.02


def test_tornado_puts_the_strongest_input_first():
    x = RNG.normal(size=(500, 2))
    rows = tornado(x, x[:, 1] * 3.0 + x[:, 0], ["weak", "strong"])
    assert rows[0][0] == "strong" and rows[0][3] > rows[0][2]
