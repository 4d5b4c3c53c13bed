"""Movements of an outcome: computed by simulating again, told with their sign, carried by the run."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.answers import runner
from gigacampus.explore.precomputed_panels import for_manifest, must_be_true
from gigacampus.explore.run_session import goal_of, later
from gigacampus.explore.solving import strongest
from gigacampus.explore.tornado import runway_months, share_met, tornado

RENT = "company.revenue.rental.usd_per_mw_month"
CASH = "company.opening_cash_usd"


def test_the_runway_is_the_runs_own(held, result):
    months = held.rerun.margins(runway_months(held).goal, [{}])[0]
    own = result.array("runway_month") - held.now
    assert np.array_equal(months, np.where(np.isnan(own), len(held.labels) - held.now, own))


def test_each_row_is_the_difference_of_two_marches(held):
    outcome = runway_months(held)
    found = tornado(held, outcome, [CASH, RENT])
    row = found["rows"][0]
    low, base = held.rerun.margins(outcome.goal, [{CASH: float(held.rerun.at(CASH, np.array([0.1]))[0])}, {}])
    assert row["path"] == CASH and row["at_low"] == pytest.approx(low.mean() - base.mean()) and row["at_low"] < 0.0 <= row["at_high"]
    assert f"{row['at_low']:+.1f}" in row["text"] and "opening cash" in row["text"]


def test_points_of_a_share_are_told_as_points(held):
    found = tornado(held, share_met(goal_of(held, "ebitda_by=2027-12")), [RENT])
    assert found["mean"] == pytest.approx(100.0 * held.rerun.shares(goal_of(held, "ebitda_by=2027-12"), [{}])[0])
    assert found["rows"][0]["at_high"] > 5.0 and "points" in found["rows"][0]["text"]


def test_a_later_plant_earns_later_and_everything_else_keeps_its_dates(held):
    late = later(held.rerun, held.now, months=3)
    it = held.rerun.up["it_mw"]
    moved = late.up["it_mw"]
    assert np.array_equal(moved[..., : held.now + 1], it[..., : held.now + 1])
    assert np.array_equal(moved[..., held.now + 4 :], it[..., held.now + 1 : -3]) and not np.array_equal(moved, it)
    assert late.up["paying_users"] is held.rerun.up["paying_users"]
    earned, later_earned = (b.series()["revenue_usd"].sum(axis=0) for b in (held.rerun, late))
    assert (later_earned < earned).all()


def test_the_strongest_input_comes_first_and_what_moves_nothing_is_left_out(held):
    assert strongest(held, runway_months(held).goal)[0] == CASH
    assert strongest(held, goal_of(held, "ebitda_by=2027-12"))[0] == RENT
    assert CASH not in strongest(held, goal_of(held, "ebitda_by=2027-12"))


def test_a_run_carries_its_map_and_its_tornado_and_answers_from_them(held, result):
    part = result.manifest["must_be_true"]
    assert part["goal"] == "ebitda_by=2027-12" and part["frontier"]["x"]["path"] == RENT
    assert part == must_be_true(held, result) == for_manifest(result, use_cache=False)["must_be_true"]
    answer = runner.ask(result, ("tornado",))[0]
    assert answer["value"] == part["tornado"][0]["mean"] and len(answer["rows"]) == sum(len(t["rows"]) for t in part["tornado"])
    assert any("one more month of delay" in row["change"] or "opening cash" in row["change"] for row in answer["rows"])


def test_correlations_that_cannot_all_hold_are_told(scenario_file, tmp_path, capsys):
    from gigacampus import api
    from gigacampus.cli.show import headline_table

    a, b, c = CASH, RENT, "company.raise_policy.raise_luck_quantile"
    pairs = "".join(f"  - {{a: {x}, b: {y}, rank: {r}}}\n" for x, y, r in ((a, b, 0.9), (b, c, 0.9), (a, c, -0.9)))
    text = scenario_file.read_text(encoding="utf-8").partition("correlations:")[0]
    (tmp_path / "odd.yaml").write_text(f"{text}correlations:\n{pairs}", encoding="utf-8")
    odd = api.first(tmp_path / "odd.yaml", ("run.draws=16",))
    headline_table(odd)
    assert odd.manifest["correlation_repair"] > 0.3 and "cannot all hold at once" in capsys.readouterr().out.replace("\n", " ")
