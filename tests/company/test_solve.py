"""Inverse solving over the books: goals agree with the headline, levers sit on the edge, the mildest world makes the claim true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.company import stage
from gigacampus.company.analysis.copula import Copula
from gigacampus.company.analysis.goals import Goal, cash_margin, escape_margin, lasting_margin
from gigacampus.company.analysis.metrics import brought_in, escape_or_outlast, lasting_positive, path_escape, runway
from gigacampus.company.analysis.rerun import LedgerRerun
from gigacampus.company.analysis.solve import chances, edge, least_surprising, required
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.physics_tables import stack
from tests.company.synthetic import RICH, inputs, tables

N = 64
RNG = np.random.default_rng(3)
MOMENTUM, ARPU = "company.revenue.momentum_per_year", "company.revenue.arpu_change_per_year"
GROWTH = "company.costs.undisclosed_growth_per_year"


@pytest.fixture(scope="module")
def rerun() -> LedgerRerun:
    draws = {MOMENTUM: RNG.uniform(0.0, 3.0, N), GROWTH: RNG.normal(0.1, 0.1, N)}
    return LedgerRerun(inputs(RICH), tables(), np.arange(N) % 2, draws)


def revenue_of(least: float, month: int = 40) -> Goal:
    return Goal("revenue", "revenue", lambda s: s["revenue_usd"][month] - least)


def test_required_value_sits_on_the_edge(rerun):
    goal = revenue_of(3e8)
    found = required(rerun, MOMENTUM, goal=goal, low=0.0, high=5.0)
    assert found.probability >= 0.5 and found.at_low < 0.5 < found.at_high
    below, at = rerun.shares(goal, [{MOMENTUM: found.value - 0.01}, {MOMENTUM: found.value}])
    assert below < 0.5 <= at and at == found.probability


def test_of_two_crossings_the_nearer_one_is_taken(rerun):
    goal = Goal("narrow", "narrow", lambda s: 1.0 - np.abs(s["revenue_usd"][40] / 3e8 - 1.0) * 2.0)
    first, last = (required(rerun, MOMENTUM, goal=goal, low=0.0, high=5.0, near=x, scan=9).value for x in (0.0, 5.0))
    assert first < last
    assert (rerun.shares(goal, [{MOMENTUM: first - 0.02}, {MOMENTUM: last + 0.02}]) < 0.5).all()


def test_an_impossible_claim_is_said_to_be_one(rerun):
    found = required(rerun, MOMENTUM, goal=revenue_of(1e15), low=0.0, high=5.0)
    assert np.isnan(found.value) and found.best == 0.0


def test_a_claim_that_holds_anyway_asks_for_no_change(rerun):
    assert required(rerun, MOMENTUM, goal=revenue_of(0.0), low=0.0, high=5.0, near=1.2).value == 1.2


def test_many_changes_at_once_are_the_changes_one_by_one(rerun):
    goal, changes = revenue_of(3e8), [{MOMENTUM: 1.0}, {ARPU: 0.2}, {}]
    together = rerun.margins(goal, changes)
    for row, change in zip(together, changes, strict=True):
        assert np.array_equal(row, goal.margin(rerun.series(change)))
    assert not np.array_equal(together[0], together[2]) and not np.array_equal(together[1], together[2])


def test_map_and_edge_trade_one_input_for_the_other(rerun):
    x, y = np.linspace(0.0, 4.0, 9), np.array([-0.2, 0.0, 0.2])
    share = chances(rerun, revenue_of(3e8), (MOMENTUM, x), (ARPU, y))
    assert share.shape == (3, 9) and share[1, 4] == rerun.shares(revenue_of(3e8), [{MOMENTUM: 2.0, ARPU: 0.0}])[0]
    needed = [edge(x, row, 0.5) for row in share]
    assert needed == sorted(needed, reverse=True) and needed[0] > needed[-1]
    assert np.isnan(edge(x, np.zeros(9), 0.5))


def test_a_goal_that_looks_less_far_marches_less_far_to_the_same_margin(rerun):
    short, far = (Goal("x", "x", lambda s: s["revenue_usd"][30] - 3e8, months=m) for m in (31, 0))
    lengths = []
    held = replace(rerun, simulated=0)
    seen = replace(short, margin=lambda s: lengths.append(len(s["revenue_usd"])) or short.margin(s))
    assert np.array_equal(held.margins(far, [{MOMENTUM: 1.0}, {}]), held.margins(seen, [{MOMENTUM: 1.0}, {}])) and lengths == [31]


def test_a_bench_with_other_physics_does_not_keep_the_old(rerun):
    half = replace(rerun, up={**rerun.up, "it_mw": 0.5 * rerun.up["it_mw"]})
    fresh = LedgerRerun(rerun.inputs, half.up, rerun.world_of_draw, rerun.draws)
    assert np.array_equal(half.series()["cash_usd"], fresh.series()["cash_usd"])
    assert not np.array_equal(half.series()["cash_usd"], rerun.series()["cash_usd"])


def test_prices_that_differ_by_draw_and_world_are_kept_apart(rerun):
    path = "library.accelerators.h100.price_usd"
    if path.split(".")[2] not in rerun.inputs.tree.library.accelerators:
        path = f"library.accelerators.{next(iter(rerun.inputs.tree.library.accelerators))}.price_usd"
    priced = replace(rerun, draws={**rerun.draws, path: np.repeat([2e4, 4e4], N // 2)})
    goal = revenue_of(3e8)
    cost, case = priced.plant.cost(priced.world_of_draw, priced.draws)
    again, same = priced.plant.cost(priced.world_of_draw[::-1], {p: v[::-1] for p, v in priced.draws.items()})
    assert cost.shape[0] == 4 and np.array_equal(cost[case], again[same][::-1])
    assert np.array_equal(priced.first(16).margins(goal, [{}])[0], priced.margins(goal, [{}])[0, :16])


def test_fewer_draws_are_the_first_ones(rerun):
    goal = revenue_of(3e8)
    assert np.array_equal(rerun.first(16).margins(goal, [{}])[0], rerun.margins(goal, [{}])[0, :16])


def test_least_surprising_world_makes_the_claim_true(rerun):
    goal = revenue_of(float(np.quantile(rerun.series()["revenue_usd"][24], 0.6)), month=24)
    world = least_surprising(rerun, goal=goal)
    assert 0.0 < world.distance < 6.0
    assert world.shift_sd[MOMENTUM] > 0.0 and abs(world.shift_sd[GROWTH]) < 0.1
    assert goal.margin(rerun.series(world.values, alone=1))[0] >= 0.0
    assert abs(world.chance - 0.4) < 4.0 * world.chance_error + 0.05
    assert world.share_of_draws == pytest.approx(0.4, abs=0.02)


def test_correlated_inputs_move_along_with_the_one_that_matters(rerun):
    goal = revenue_of(float(np.quantile(rerun.series()["revenue_usd"][24], 0.8)), month=24)
    tied = LedgerRerun(
        rerun.inputs, rerun.up, rerun.world_of_draw, rerun.draws, (GROWTH, MOMENTUM), copula=Copula(np.array([[1.0, 0.6], [0.6, 1.0]]))
    )
    world = least_surprising(tied, goal=goal)
    assert world.shift_sd[GROWTH] == pytest.approx(0.6 * world.shift_sd[MOMENTUM], abs=0.05)


def test_a_claim_beyond_reach_has_no_least_surprising_world(rerun):
    assert np.isnan(least_surprising(rerun, goal=revenue_of(1e15)).distance)


def test_lasting_margin_is_positive_exactly_when_break_even_lasts():
    x = RNG.normal(size=(60, 40)).cumsum(axis=0)
    for after in (0, 20):
        month = lasting_positive(x, after=after)
        for by in (25, 30, 48):
            assert np.array_equal(lasting_margin("x", by, after=after)({"x": x}) > 0.0, month <= by)


def test_cash_margin_is_positive_exactly_until_the_runway_ends():
    cash = np.maximum(10.0 + RNG.normal(size=(60, 40)).cumsum(axis=0), 0.0)
    arrears = np.where(cash == 0.0, 1.0, 0.0)
    series = {"cash_usd": cash, "arrears_usd": arrears, "cash_floor_usd": np.full(40, 2.0)}
    end = runway(cash, floor=2.0, arrears=arrears, after=12)
    for months in (2, 10, 30):
        assert np.array_equal(cash_margin(13, 12 + months - 1)(series) >= 0.0, ~(end < 12 + months))


def test_escape_margin_is_positive_exactly_when_the_path_escapes():
    cash = 5.0 + RNG.normal(size=(60, 40)).cumsum(axis=0)
    raised = np.where(RNG.uniform(size=cash.shape) < 0.05, 4.0, 0.0)
    free, interest = RNG.normal(size=cash.shape), RNG.uniform(0.0, 0.5, size=cash.shape)
    series = {"cash_usd": cash, "arrears_usd": 0.0 * cash, "outside_capital_usd": raised, "cash_floor_usd": np.zeros(40)}
    series |= {"free_cash_flow_usd": free, "interest_income_usd": interest}
    alone = path_escape(cash, raised, floor=0.0, after=12)
    month, outlasting = escape_or_outlast(alone, brought_in(free, interest))
    assert np.isfinite(month).any() and np.isfinite(outlasting).any()
    for by in (20, 40, 55):
        assert np.array_equal(escape_margin(by, after=12)(series) >= 0.0, month <= by)


def test_goals_say_what_the_headline_says(rerun):
    chunk = stage.run_chunk(
        rerun.inputs, rerun.up, stack(rerun.up), stock_cost(rerun.inputs, rerun.up), rerun.world_of_draw, rerun.draws, slice(0, N)
    )
    left = chunk["runway_month"]
    by = int(np.nanmedian(left))
    short = Goal("runway", "", cash_margin(13, by - 1), raises=False, lean=True)
    assert np.array_equal(rerun.margins(short, [{}])[0] >= 0.0, ~(left < by)) and 0 < np.mean(left < by) < 1
