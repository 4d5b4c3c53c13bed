"""The red_lines stage."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gigacampus.products import red_lines_stage
from gigacampus.registry.variables import of_stage
from gigacampus.schema.products import WatchSpec

UP = {"image_outputs_per_day": np.full(14, 432_000.0)}
BASE = {
    "violating_prompt_frac": 0.4,
    "gate_recalls": [0.5, 0.8],
    "gate_false_positives": [0.01, 0.02],
    "review": {"reviewers": 2000.0},
    "exposure": {"turnover_usd_per_year": 3e9},
}


def run(make_inputs, **changes):
    return red_lines_stage.run(make_inputs(red_lines={**BASE, **changes}), UP)


def test_gives_every_registered_variable_with_its_shape(make_inputs):
    out = run(make_inputs)
    assert set(out) == {v.name for v in of_stage("red_lines")}
    assert {value.shape for value in out.values()} == {(14,)}
    assert all(np.all(np.isfinite(v)) for v in out.values())


def test_leak_is_volume_times_share_times_misses(make_inputs):
    out = run(make_inputs)
    assert out["violating_outputs_per_min"] == pytest.approx(np.full(14, 300 * 0.4 * 0.5 * 0.2))
    assert out["false_blocks_per_min"] == pytest.approx(np.full(14, 300 * 0.6 * (1 - 0.99 * 0.98)))


def test_a_perfect_gate_leaves_nothing_and_correlated_gates_leave_more(make_inputs):
    assert np.all(run(make_inputs, gate_recalls=[1.0, 0.2])["violating_outputs_per_min"] == 0)
    loose, tied = (run(make_inputs, gate_correlation=rho)["violating_outputs_per_min"][0] for rho in (0.0, 0.7))
    assert loose < tied < 300 * 0.4 * 0.2


def test_controls_act_from_their_day(make_inputs):
    out = run(make_inputs, controls=[{"day": "2026-01-16", "volume_factor": 0.5, "extra_recall": 0.9}])
    rate = out["violating_outputs_per_min"]
    assert rate[1] == pytest.approx(12.0) and rate[3] == pytest.approx(12.0 * 0.5 * 0.1)
    assert rate[2] == pytest.approx(12.0 * (15 + 16 * 0.05) / 31)


def test_a_rush_within_a_month_leaves_its_backlog_to_the_clock(make_inputs):
    up = {"image_outputs_per_day": np.where(np.arange(14) < 2, 0.0, 432_000.0)}
    rules = {**BASE, "review": {"reviewers": 150.0, "reported_frac": 1.0}}
    calm, rush = (
        red_lines_stage.run(make_inputs(red_lines={**rules, "controls": [{"day": day, "volume_factor": 0.1}]}), up)
        for day in ("2026-01-01", "2026-01-25")
    )
    assert calm["late_take_down_frac"][2] == pytest.approx(0.0, abs=1e-9)
    assert 0.5 < rush["late_take_down_frac"][2] < 1.0
    assert rush["late_take_down_frac"][4] == pytest.approx(0.0, abs=1e-9)
    assert rush["violating_outputs_per_min"][2] == pytest.approx(12.0 * (24 + 7 * 0.1) / 31)


def test_live_stock_follows_little(make_inputs):
    out = run(make_inputs)
    per_h = out["violating_outputs_per_min"][0] * 60
    expected = per_h * (0.3 * out["take_down_h"][0] + 0.7 * 720)
    assert out["live_violating_items"][0] == pytest.approx(expected)


def test_more_reviewers_fewer_late(make_inputs):
    shares = [run(make_inputs, review={"reviewers": n})["late_take_down_frac"].mean() for n in (0, 20, 100, 2000)]
    assert shares[0] == 1.0
    assert all(a >= b for a, b in pairwise(shares))
    assert shares[-1] < 1e-9


def test_a_short_desk_builds_a_backlog_that_stays(make_inputs):
    backlog = run(make_inputs, review={"reviewers": 20})["review_backlog_items"]
    assert np.all(np.diff(backlog) > 0)


def test_items_that_expire_bound_the_backlog(make_inputs):
    out = run(make_inputs, review={"reviewers": 20, "patience_h": 24})
    assert np.ptp(out["review_backlog_items"]) < 1e-9 * out["review_backlog_items"][0] + 1e-6


def test_exposure_is_a_range_and_the_clock_starts_on_its_day(make_inputs):
    exposure = {"turnover_usd_per_year": 0.0, "enforced_low_frac": 1e-6, "clock_from": "2026-05-19"}
    out = run(make_inputs, review={"reviewers": 0}, exposure=exposure)
    assert np.all(out["red_line_exposure_low_usd"][:6] == 0)
    assert np.all(out["red_line_exposure_low_usd"][6:] < out["red_line_exposure_high_usd"][6:])
    assert np.all(out["red_line_exposure_low_usd"][6:] > 0)


def test_observers_see_parts_of_one_truth(make_inputs):
    spec = make_inputs(
        red_lines={**BASE, "observers": {"sample": {"visibility_frac": 0.5, "sampling_frac": 0.1}, "broad": {"definition_factor": 1.6}}}
    ).tree.red_lines
    assert red_lines_stage.seen_by_observers(spec, 100.0) == pytest.approx({"sample": 5.0, "broad": 160.0})


def test_defaults_do_nothing(make_inputs):
    out = red_lines_stage.run(make_inputs(), {"image_outputs_per_day": np.zeros(14)})
    assert out["violating_outputs_per_min"].sum() == 0 and out["red_line_exposure_usd"].sum() == 0


def test_people_who_leave_take_recall_and_the_desk_with_them(make_inputs):
    stay, leave = (run(make_inputs, staff_leaving_per_year=x, recall_of_staff_frac=0.5) for x in (0.0, 0.6))
    left = 0.4 ** (0.5 / 12)
    keep = 1.0 - 0.5 * (1.0 - left)
    assert leave["violating_outputs_per_min"][0] == pytest.approx(300 * 0.4 * (1 - 0.5 * keep) * (1 - 0.8 * keep))
    assert np.all(np.diff(leave["violating_outputs_per_min"]) > 0) and np.ptp(stay["violating_outputs_per_min"]) < 1e-9
    alone = run(make_inputs, staff_leaving_per_year=0.6, review={"reviewers": 700.0, "reported_frac": 1.0})
    kept = run(make_inputs, review={"reviewers": 700.0, "reported_frac": 1.0})
    assert alone["review_backlog_items"][-1] > kept["review_backlog_items"][-1]


WATCH = {"samples_per_day": 500, "allowed_frac": 0.01, "alarm_frac": 0.05, "days_between_false_alarms": 90, "control_h": 48.0}


def test_an_alarm_brings_its_control_after_the_delay_of_the_watch(make_inputs):
    calm, seen = (run(make_inputs, watch={**WATCH, "extra_recall": x})["violating_outputs_per_min"] for x in (0.0, 0.75))
    spec = make_inputs(red_lines={**BASE, "watch": WATCH}).tree.red_lines
    delay_h = red_lines_stage.alarm_delay_h(spec.watch, 12.0 / (300 * 0.6 * 0.99 * 0.98 + 12.0)) + 48.0
    hours = 30 * 24
    assert calm[0] == pytest.approx(12.0) and seen[1] == pytest.approx(3.0)
    assert seen[0] == pytest.approx((12.0 * delay_h + 3.0 * (hours - delay_h)) / hours, rel=0.02)


def test_a_share_that_may_stand_gives_no_alarm(make_inputs):
    quiet = run(make_inputs, watch={**WATCH, "allowed_frac": 0.3, "alarm_frac": 0.5, "extra_recall": 0.9})
    assert np.ptp(quiet["violating_outputs_per_min"]) < 1e-9


@pytest.mark.parametrize("wrong", [{"allowed_frac": 0.0}, {"alarm_frac": 0.01}, {"days_between_false_alarms": 0.0}])
def test_a_watch_that_cannot_give_alarm_is_refused(wrong):
    with pytest.raises(ValueError, match="a watch needs"):
        WatchSpec(**{**WATCH, **wrong})
