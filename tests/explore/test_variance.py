"""Variance shares of a real run: the method follows the correlations, and the shares follow what the books depend on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.explore import variance
from gigacampus.explore.holding import goal_of
from gigacampus.explore.tornado import runway_months
from gigacampus.explore.variance import OTHERS, WORLDS, correlated, sampler, shares
from gigacampus.explore.words import dependence_lines
from gigacampus.scenario.errors import ScenarioError
from gigacampus.scenario.uncertainty import CopulaSpec, CorrelationSpec

RENT = "company.revenue.rental.usd_per_mw_month"
COSTS = "company.costs.general_usd_per_year"
CASH = "company.opening_cash_usd"


@pytest.fixture(autouse=True)
def fewer_points(monkeypatch):
    monkeypatch.setattr(variance, "LOG2_SOBOL", 8)
    monkeypatch.setattr(variance, "LOG2_SHAPLEY", 9)


def by_input(found):
    return {tuple(row["inputs"]): row for row in found["rows"]}


def test_correlated_inputs_get_shapley_effects_and_the_reason(held):
    found = shares(held, goal_of(held, "ebitda_by=2027-12"))
    rows = by_input(found)
    assert found["method"] == "shapley" and "opening cash" in found["why"] and found["correlated"] == [[COSTS, CASH]]
    assert found["rows"][0]["inputs"] == [RENT] and rows[(COSTS,)]["share"] > 0.02
    assert 0.8 < found["explained"] <= 1.02


def test_asked_for_sobol_correlated_inputs_become_one_factor(held):
    found = shares(held, goal_of(held, "ebitda_by=2027-12"), method="sobol")
    rows = by_input(found)
    pair = tuple(p for p in held.free if p in (CASH, COSTS))
    assert pair in rows and (WORLDS,) in rows and "joined into one factor" in found["why"]
    assert rows[(RENT,)]["share"] > 0.5 and rows[(RENT,)]["total"] >= rows[(RENT,)]["share"] - 0.05
    assert found["explained"] == pytest.approx(1.0, abs=0.2)


def test_independent_inputs_get_sobol_indices(held):
    free = replace(held, bench=replace(held.bench, correlation=np.eye(len(held.free))))
    found = shares(free, runway_months(free).goal, inputs=2)
    assert found["method"] == "sobol" and found["correlated"] == [] and found["rows"][0]["inputs"] == [CASH]
    assert any(row["inputs"] == [OTHERS] for row in found["rows"])


def test_only_pairs_that_touch_the_inputs_count(held):
    assert correlated(held, [RENT]) == [] and len(correlated(held, [CASH])) == 1


def test_sampled_futures_have_the_distributions_and_the_correlation(held):
    make = sampler(held)
    points = np.random.default_rng(1).random((4000, make.dimensions))
    draws, world = make.draws(points)
    assert set(world) == set(held.bench.world_of_draw)
    assert np.quantile(draws[CASH], [0.1, 0.9]) == pytest.approx([1.3e9, 3.7e9], rel=0.05)
    ranks = [draws[p].argsort().argsort() for p in (CASH, COSTS, RENT)]
    assert np.corrcoef(ranks[0], ranks[1])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert abs(np.corrcoef(ranks[0], ranks[2])[0, 1]) < 0.05


def test_another_method_is_refused(held):
    with pytest.raises(ScenarioError, match="auto, sobol, shapley"):
        shares(held, runway_months(held).goal, method="morris")


def test_another_copula_than_the_one_asked_with_is_said(held):
    pairs = [CorrelationSpec(a=held.free[0], b=held.free[1], rank=0.3)]
    said = {
        kind: replace(held, scenario=held.scenario.model_copy(update={"copula": CopulaSpec(kind=kind), "correlations": pairs})).dependence
        for kind in ("gaussian", "t")
    }
    assert said["gaussian"] == "" and "t copula" in said["t"]
    assert dependence_lines({"dependence": said["t"]})[-1] == said["t"] and dependence_lines({"dependence": ""}) == []


def test_an_outcome_that_is_the_same_in_every_future_has_no_spread_to_share(held):
    with pytest.raises(ScenarioError, match=r"the same in every future") as caught:
        shares(held, replace(runway_months(held).goal, margin=lambda series: 0.0 * series["cash_floor_usd"]))
    assert "--of" in str(caught.value) and "fix: " in str(caught.value)


@pytest.mark.parametrize("method", ["sobol", "shapley"])
def test_shares_do_not_depend_on_the_order_in_which_inputs_are_listed(held, method):
    back = held.free[::-1]
    turned = replace(held, bench=replace(held.bench, free=back, correlation=held.bench.correlation[::-1, ::-1].copy()))
    goal = goal_of(held, "ebitda_by=2027-12")
    found = [{tuple(sorted(row["inputs"])): row["share"] for row in shares(h, goal, method=method)["rows"]} for h in (held, turned)]
    assert found[0].keys() == found[1].keys()
    assert [found[1][key] for key in found[0]] == pytest.approx(list(found[0].values()), abs=0.06)
