"""Variance shares of a real run: the method follows the correlations, and the shares follow what the books depend on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.explore import variance
from gigacampus.explore.conditioning import Latents
from gigacampus.explore.render_text import dependence_lines
from gigacampus.explore.run_session import goal_of
from gigacampus.explore.tornado import runway_months
from gigacampus.explore.variance import OTHERS, WORLDS, Sampler, correlated, shares
from gigacampus.foundation.errors import ScenarioError
from gigacampus.schema.uncertainty import CorrelationSpec

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
    free = replace(held, rerun=replace(held.rerun, copula=None))
    found = shares(free, runway_months(free).goal, inputs=2)
    assert found["method"] == "sobol" and found["correlated"] == [] and found["rows"][0]["inputs"] == [CASH]
    assert any(row["inputs"] == [OTHERS] for row in found["rows"])


def test_only_pairs_that_touch_the_inputs_count(held):
    assert correlated(held, [RENT]) == [] and len(correlated(held, [CASH])) == 1


def test_sampled_futures_have_the_distributions_and_the_correlation(held):
    make = Sampler(held)
    points = np.random.default_rng(1).random((4000, make.dimensions))
    draws, world = make.draws(points)
    assert set(world) == set(held.rerun.world_of_draw)
    assert np.quantile(draws[CASH], [0.1, 0.9]) == pytest.approx([1.3e9, 3.7e9], rel=0.05)
    ranks = [draws[p].argsort().argsort() for p in (CASH, COSTS, RENT)]
    assert np.corrcoef(ranks[0], ranks[1])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert abs(np.corrcoef(ranks[0], ranks[2])[0, 1]) < 0.05


def test_another_method_is_refused(held):
    with pytest.raises(ScenarioError, match="auto, sobol, shapley"):
        shares(held, runway_months(held).goal, method="morris")


@pytest.fixture(scope="module")
def student(scenario_file, tmp_path_factory):
    """The same company whose cash and costs hang together by a t copula with few degrees of freedom."""
    from gigacampus import api
    from gigacampus.explore.run_session import hold

    file = tmp_path_factory.mktemp("student") / "student.yaml"
    file.write_text(scenario_file.read_text(encoding="utf-8") + "copula: {kind: t, degrees_of_freedom: 2}\n", encoding="utf-8")
    return hold(api.first(file, ()))


def test_sampled_futures_of_a_t_copula_have_extremes_that_meet(held, student):
    def meeting(run):
        make = Sampler(run)
        draws, _ = make.draws(np.random.default_rng(1).random((40_000, make.dimensions)))
        far = [draws[p] > np.quantile(draws[p], 0.99) for p in (CASH, COSTS)]
        return float((far[0] & far[1]).mean() / far[0].mean())

    assert meeting(student) - meeting(held) > 0.15 and Sampler(student).dimensions == Sampler(held).dimensions + 1
    assert "t copula (2 degrees of freedom)" in student.dependence and held.dependence == ""
    assert dependence_lines({"dependence": student.dependence})[-1] == student.dependence and dependence_lines({"dependence": ""}) == []


def test_conditioning_steers_the_stretch_and_keeps_the_copula(held, student):
    latents = Latents(student, [CASH])
    assert latents.steered == [0, len(student.free)] and Latents(held, [CASH]).steered == [0] and Latents(student, [RENT]).steered == [0]
    wide, usual = (latents.draws(np.tile([1.0, stretch], (64, 1)))[0] for stretch in (-2.0, 0.0))
    assert np.ptp(wide[CASH]) == 0.0 and np.ptp(wide[COSTS]) > 0.0 and wide[CASH][0] > usual[CASH][0]


def test_sobol_puts_a_stretch_with_the_inputs_that_share_it(student):
    names, factors = variance._factors(student, [CASH, RENT])
    pair = next(i for i, paths in enumerate(names) if CASH in paths)
    assert set(names[pair]) == {CASH, COSTS} and factors[len(student.free)] == pair and len(factors) == Sampler(student).dimensions


def test_correlations_between_physics_and_books_are_said_to_be_left_out(held):
    pairs = [*held.scenario.correlations, CorrelationSpec(a=CASH, b="campuses.north.blocks.chips.slip_days", rank=0.3)]
    across = replace(held, scenario=held.scenario.model_copy(update={"correlations": pairs}))
    assert "1 correlation between an input of physics" in across.dependence


def test_an_outcome_that_is_the_same_in_every_future_has_no_spread_to_share(held):
    with pytest.raises(ScenarioError, match=r"the same in every future") as caught:
        shares(held, replace(runway_months(held).goal, margin=lambda series: 0.0 * series["cash_floor_usd"]))
    assert "--of" in str(caught.value) and "fix: " in str(caught.value)


@pytest.mark.parametrize("method", ["sobol", "shapley"])
def test_shares_do_not_depend_on_the_order_in_which_inputs_are_listed(held, method):
    back = held.free[::-1]
    turned = replace(held, rerun=replace(held.rerun, free=back, copula=held.rerun.joint.part(range(len(back))[::-1])))
    goal = goal_of(held, "ebitda_by=2027-12")
    found = [{tuple(sorted(row["inputs"])): row["share"] for row in shares(h, goal, method=method)["rows"]} for h in (held, turned)]
    assert found[0].keys() == found[1].keys()
    assert [found[1][key] for key in found[0]] == pytest.approx(list(found[0].values()), abs=0.06)
