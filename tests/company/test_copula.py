"""New futures by the run's copula: scores stay normal one by one, and extremes meet as often as closed form and plain sampling say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gigacampus.company.analysis.copula import Copula
from gigacampus.company.analysis.goals import Goal
from gigacampus.company.analysis.rerun import LedgerRerun
from gigacampus.company.analysis.solve import least_surprising
from gigacampus.company.finance.copulas import kendall_of_gaussian_copula, tail_dependence_of_t_copula

RHO, NU = 0.5, 3.0
PAIR = np.array([[1.0, RHO], [RHO, 1.0]])
STUDENT = Copula(PAIR, ((0, 1),), NU)


def test_without_groups_scores_are_correlated_normals():
    z = np.random.default_rng(1).standard_normal((50, 2))
    assert np.array_equal(Copula(PAIR).scores(z), z @ np.linalg.cholesky(PAIR).T) and Copula(PAIR).latents == 2


def test_scores_of_a_t_copula_are_normal_alone_and_extreme_together():
    z = np.random.default_rng(2).standard_normal((400_000, STUDENT.latents))
    scores = STUDENT.scores(z)
    for column in scores.T:
        assert np.quantile(column, [0.001, 0.1, 0.9, 0.999]) == pytest.approx(stats.norm.ppf([0.001, 0.1, 0.9, 0.999]), abs=0.05)
    far = scores > stats.norm.ppf(0.9995)
    assert far.all(axis=1).sum() / far[:, 0].sum() == pytest.approx(tail_dependence_of_t_copula(RHO, NU), abs=0.08)
    tau = stats.kendalltau(*scores[:20_000].T).statistic
    assert tau == pytest.approx(kendall_of_gaussian_copula(RHO), abs=0.015)


def test_one_group_leaves_the_others_alone():
    copula = Copula(np.eye(4), ((0, 2),), NU)
    assert copula.linked() == [(0, 2)] and copula.latents == 5
    z = np.random.default_rng(3).standard_normal((9, 5))
    assert np.array_equal(copula.scores(z)[:, [1, 3]], z[:, [1, 3]]) and not np.allclose(copula.scores(z)[:, [0, 2]], z[:, [0, 2]])


def test_a_part_keeps_what_its_inputs_share_in_their_new_order():
    whole = Copula(np.array([[1.0, 0.2, 0.6], [0.2, 1.0, 0.0], [0.6, 0.0, 1.0]]), ((0, 1, 2),), NU)
    part = whole.part([2, 0])
    assert part.correlation.tolist() == [[1.0, 0.6], [0.6, 1.0]] and part.groups == ((1, 0),) and part.degrees_of_freedom == NU
    assert whole.part([1]).groups == ()


class Corner(LedgerRerun):
    """Books in which a claim holds where all inputs, which are probabilities here, are high."""

    def margins(self, goal, changes):
        return np.stack([self.singles(goal, {**self.draws, **change}, self.count) for change in changes])

    def singles(self, goal, changed, count):
        return np.min([changed[p] for p in self.free], axis=0) - 0.97


def test_the_chance_around_the_least_surprising_world_is_that_of_the_runs_copula():
    rng = np.random.default_rng(4)
    t = rng.standard_normal((2_000_000, 2)) @ np.linalg.cholesky(PAIR).T / np.sqrt(rng.chisquare(NU, 2_000_000) / NU)[:, None]
    wanted = float((t > stats.t.ppf(0.97, NU)).all(axis=1).mean())
    u = stats.norm.cdf(Copula(PAIR).scores(rng.standard_normal((20_000, 2))))
    goal = Goal("corner", "both are high", lambda series: np.zeros(1))

    def found(copula):
        draws = {"a": u[:, 0], "b": u[:, 1]}
        quantiles = {p: (lambda x: x) for p in draws}
        return least_surprising(Corner(None, {}, np.zeros(len(u), dtype=int), draws, ("a", "b"), quantiles, copula), goal=goal)

    student, normal = found(STUDENT), found(Copula(PAIR))
    assert student.chance == pytest.approx(wanted, abs=4.0 * student.chance_error) and student.chance_error < 0.1 * wanted
    assert abs(normal.chance - wanted) > 0.2 * wanted
    assert student.distance < normal.distance and min(student.values.values()) == pytest.approx(0.97, abs=0.005)
