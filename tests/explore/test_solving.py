"""What must be true, asked of a real run: agrees with the run's own numbers, says what cannot be, refuses in one clear line."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.explore.render_text import frontier_lines, joint_lines, lever_lines
from gigacampus.explore.run_session import BREAK_EVEN, goal_of, hold
from gigacampus.explore.solving import nearest_edge, solve, vary_of
from gigacampus.foundation.errors import ScenarioError

RENT = "company.revenue.rental.usd_per_mw_month"
COSTS = "company.costs.general_usd_per_year"
CASH = "company.opening_cash_usd"


@pytest.mark.parametrize(
    ("goal", "variable"),
    [
        ("ebitda_by", "break_even_ebitda_month"),
        ("ebit_by", "break_even_ebit_month"),
        ("net_by", "break_even_net_month"),
        ("fcf_by", "break_even_fcf_month"),
        ("escape_by", "escape_month"),
    ],
)
@pytest.mark.parametrize("by", ["2026-06", "2027-12"])
def test_goals_hold_in_the_futures_that_the_run_itself_counts(held, result, goal, variable, by):
    met = held.rerun.margins(goal_of(held, f"{goal}={by}"), [{}])[0] >= 0.0
    assert np.array_equal(met, result.array(variable) <= held.labels.index(by))


def test_a_runway_counts_months_from_the_scenarios_day(held, result):
    left = result.array("runway_month") - held.now
    some = np.unique(left[np.isfinite(left)])
    assert some.size >= 3
    for months in (some[0] + 1, some[1], some[1] + 1, some[-1]):
        met = held.rerun.margins(goal_of(held, f"runway={months:.0f}"), [{}])[0] >= 0.0
        assert np.array_equal(met, ~(left < months)) and not met.all()


def test_solvency_is_the_lowest_cash_under_the_policy(held, result):
    met = held.rerun.margins(goal_of(held, "solvent_until=2029-12"), [{}])[0] >= 0.0
    assert np.array_equal(met, (result.array("cash_low_usd") >= 1e8) & (result.array("cash_usd")[:, -1] > 0.0))


def test_one_input_is_solved_to_the_edge(held):
    found = solve(held, "ebitda_by=2027-12", (RENT,))
    row, goal = found["required"], goal_of(held, "ebitda_by=2027-12")
    assert held.rerun.shares(goal, [{RENT: row["value"]}])[0] >= 0.5 > held.rerun.shares(goal, [{RENT: 0.97 * row["value"]}])[0]
    drawn = held.rerun.draws[RENT]
    assert row["own_chance"] == pytest.approx(np.mean(drawn >= row["value"]), abs=0.03)
    assert row["text"].startswith("at least USD") and found["share_now"] < 0.5


def test_an_independent_run_with_the_value_found_meets_the_goal_in_the_share_told(held, scenario_file, tmp_path):
    from gigacampus import api

    found = solve(held, "ebitda_by=2027-12", (RENT,))["required"]
    by = held.labels.index("2027-12")

    def share_at(value):
        text = scenario_file.read_text(encoding="utf-8")
        line = next(x for x in text.splitlines() if x.strip().startswith(f"{RENT}:"))
        (tmp_path / "certain.yaml").write_text(text.replace(line + "\n", ""), encoding="utf-8")
        run = api.first(tmp_path / "certain.yaml", (f"{RENT}={value!r}",), use_cache=False)
        return np.mean(run.array("break_even_ebitda_month") <= by)

    assert share_at(found["value"]) == found["share_reached"] >= 0.5
    assert share_at(found["value"] - (found["high"] - found["low"]) / 1024.0) < 0.5


def test_a_goal_out_of_reach_is_answered_with_how_far_it_gets(held):
    row = solve(held, "fcf_by=2027-12", ("company.costs.payment_fee_frac=0:0.1",), share=0.999)["required"]
    assert row["value"] is None and row["best_share"] < 0.999
    assert row["text"].startswith("no value between 0 % and 10 % does it alone: ")


def test_a_goal_that_holds_everywhere_asks_for_nothing(held):
    row = solve(held, "runway=2", (CASH,))["required"]
    assert row["value"] is None and row["met_now"] and row["text"].startswith("anywhere between")


def test_two_inputs_in_either_order_give_the_same_map(held):
    one, other = (solve(held, "ebitda_by=2027-12", pair)["frontier"]["shares"] for pair in ((RENT, COSTS), (COSTS, RENT)))
    assert np.array_equal(np.array(one), np.array(other).T)


def test_two_inputs_give_a_frontier_that_one_input_confirms(held):
    found = solve(held, "ebitda_by=2027-12", (RENT, COSTS))["frontier"]
    needed = [row["x"] for row in found["edge"]]
    assert needed == sorted(needed) and found["y"]["values"] == sorted(found["y"]["values"])
    middle = found["edge"][4]
    alone = solve(held, "ebitda_by=2027-12", (RENT,))["required"]["value"]
    assert middle["x"] == pytest.approx(alone, rel=0.1)
    assert len(frontier_lines(found, 0.5)) == 1 + len(needed)


def test_without_an_input_the_levers_are_ranked_and_the_mildest_shift_is_told(held):
    found = solve(held, "ebitda_by=2027-12")
    assert [row["path"] for row in found["levers"]][:2] == [RENT, COSTS]
    rent, costs = found["levers"][:2]
    assert rent["value"] is not None and costs["value"] is None and costs["share_at_low"] > costs["share_at_high"]
    joint = found["least_surprising"]
    assert joint["shifts"][0]["path"] == RENT and joint["shifts"][0]["shift_sd"] > 0.0
    assert joint["probability"] == pytest.approx(found["share_now"], abs=0.05)
    assert abs(joint["chance"] - found["share_now"]) < 0.05
    assert len(lever_lines(found["levers"])) == 2 * len(found["levers"]) and "reaches" in joint_lines(joint)[0]


def test_where_the_goal_holds_already_the_shift_that_breaks_it_is_told(held):
    found = solve(held, "runway=30")
    joint, cash = found["least_surprising"], found["levers"][0]
    assert found["share_now"] > 0.8 and joint["breaks"]
    assert joint["shifts"][0]["path"] == CASH and joint["shifts"][0]["shift_sd"] < 0.0
    assert cash["path"] == CASH and cash["met_now"] and "holds as long as it is above" in cash["text"]
    assert joint["chance"] == pytest.approx(1.0 - found["share_now"], abs=0.05)


def test_more_certainty_asks_for_more(held):
    half, most = (solve(held, "ebitda_by=2027-12", (RENT,), share=s)["required"]["value"] for s in (0.5, 0.8))
    assert most > half


def test_an_input_without_a_distribution_is_moved_within_given_bounds(held):
    path = "company.costs.payment_fee_frac"
    row = solve(held, "ebitda_by=2027-12", (f"{path}=0:0.9",))["required"]
    assert row["now"] == 0.04 and row["own_chance"] is None and row["share_at_low"] >= row["share_at_high"]


def test_the_nearer_crossing_counts():
    at, shares = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), np.array([0.9, 0.3, 0.2, 0.1, 0.7])
    assert nearest_edge(at, shares, 0.5) == pytest.approx(-1.0 - 0.2 / 0.6)
    assert np.isnan(nearest_edge(at, shares, 0.95))


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("ebitda=2027-12", "ebitda_by"),
        ("ebitda_by", "needs a value"),
        ("ebitda_by=soon", "no month"),
        ("ebitda_by=2029-12", "cannot be judged"),
        ("ebitda_by=2026-01", "cannot be judged"),
        ("runway=1", "2 to 48"),
        ("runway=-3", "2 to 48"),
        ("runway=1e9", "2 to 48"),
        ("solvent_until=2035-01", "no month"),
        ("", "ebitda_by=2027-12"),
    ],
)
def test_goals_that_cannot_be_asked_are_refused_with_a_way_out(held, goal, words):
    with pytest.raises(ScenarioError) as caught:
        goal_of(held, goal)
    assert words in str(caught.value) and "fix: " in str(caught.value)


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("company.opening_cash", CASH),
        ("company.opening_cash_usd=9:1", "below the second"),
        ("company.opening_cash_usd=a:b", "PATH=LOW:HIGH"),
        ("company.opening_cash_usd=1", "PATH=LOW:HIGH"),
        ("company.opening_cash_usd=nan:1", "no bounds"),
        ("company", "not a number"),
        ("campuses.north.blocks.chips.slip_days", "--set campuses.north.blocks.chips.slip_days"),
        ("company.revenue.rental.tenants.first.share_frac", "LOW:HIGH"),
        ("company.revenue.rental.tenants.first.share_frac=0:7", "takes 0 to 1"),
        ("run.draws", "moves no goal"),
        ("", "not a number"),
    ],
)
def test_inputs_that_cannot_be_moved_are_refused_with_a_way_out(held, vary, words):
    with pytest.raises(ScenarioError) as caught:
        vary_of(held, vary)
    assert words in str(caught.value) and "fix: " in str(caught.value)


def test_three_inputs_or_an_odd_share_are_refused(held):
    with pytest.raises(ScenarioError, match="3 inputs"):
        solve(held, "runway=30", (RENT, COSTS, CASH))
    with pytest.raises(ScenarioError, match="between 0 and 1"):
        solve(held, "runway=30", share=1.0)


def test_a_run_read_from_its_folder_is_the_run_in_memory(held, result, tmp_path):
    from gigacampus import api
    from gigacampus.results import store

    again = hold(store.read(api.save(result, tmp_path, "one")))
    goal = goal_of(held, "fcf_by=2027-12")
    assert np.array_equal(again.rerun.margins(goal, [{}]), held.rerun.margins(goal, [{}])) and again.free == held.free
    assert set(BREAK_EVEN) == {"ebitda_by", "ebit_by", "net_by", "fcf_by"}
