"""Formulas of products and red lines on small numbers: queues, desks, watches, gates, demand and scaling, by hand or by plain twins."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Fields

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, ndtri
from scipy.stats import beta

from gigacampus.foundation.calendar import Months
from gigacampus.products import demand, gates, monitor, queues, red_lines_stage, scaling_laws
from gigacampus.products.review import review_months, share_above
from gigacampus.schema.products import ReviewSpec
from tests.products.test_queues import chain


def test_a_desk_whose_items_expire_month_by_month():
    """12 reviewers of 42 hours a week are three at once at 0.8 x 2.5 an hour; items wait five hours and the clock leaves two."""
    review = ReviewSpec(reviewers=12.0, hours_per_week=42.0, items_per_hour=2.5, occupancy_max_frac=0.8, patience_h=5.0, action_h=1.0)
    arrivals, staff = np.array([4.0, 0.0, 20.0, 4.0]), np.array([1.0, 1.0, 1.0, 0.5])
    desk = review_months(arrivals, review, clock_h=3.0, hours=np.full(4, 720.0), staff_frac=staff)
    for i, servers in ((0, 3), (2, 3), (3, 1)):
        r = chain(arrivals[i], 2.0, 0.2, servers)
        wait, gone = r["mean_queue"] / arrivals[i], r["probability_abandon"]
        late = gone + (1.0 - gone) * r["probability_wait"] * np.exp(-2.0 / (wait / r["probability_wait"]))
        told = desk.backlog_items[i], desk.wait_h[i], desk.late_frac[i], desk.worked_frac[i]
        assert told == pytest.approx((r["mean_queue"], wait, late, 1.0 - gone))
    assert [x[1] for x in (desk.backlog_items, desk.wait_h, desk.late_frac, desk.worked_frac)] == [0.0, 0.0, 0.0, 1.0]
    past = review_months(arrivals, review, clock_h=0.5, hours=np.full(4, 720.0), staff_frac=staff)
    r = chain(4.0, 2.0, 0.2, 3)
    assert past.late_frac[0] == pytest.approx(r["probability_abandon"] + (1 - r["probability_abandon"]) * r["probability_wait"])
    nobody = review_months(arrivals, review.model_copy(update={"reviewers": 3.9}), clock_h=3.0, hours=np.full(4, 720.0))
    assert nobody.backlog_items.tolist() == [2880.0, 2880.0, 17280.0, 20160.0] and nobody.late_frac.tolist() == [1.0, 0.0, 1.0, 1.0]
    assert np.all(np.isinf(nobody.wait_h)) and not nobody.worked_frac.any()


def test_a_desk_that_works_everything_off():
    """Three at once pass six an hour: 8 an hour leave 200 in 100 hours, 5 work half of it off, then 1 an hour waits in a steady queue."""
    review = ReviewSpec(reviewers=12.0, hours_per_week=42.0, items_per_hour=2.5, occupancy_max_frac=0.8, action_h=1.0)
    arrivals = np.array([8.0, 5.0, 1.0, 0.0])
    desk = review_months(arrivals, review, clock_h=26.0, hours=np.full(4, 100.0))
    five, one = (queues.erlang_c_wait(x, service_rate=2.0, servers=3) for x in (5.0, 1.0))
    assert desk.backlog_items == pytest.approx([200.0, 100.0 + 5.0 * five, one, 0.0])
    assert desk.wait_h == pytest.approx([100.0 / 6.0, 150.0 / 6.0 + five, 50.0 / 6.0 + one, 0.0])
    tail = queues.erlang_c_tail(1.0, service_rate=2.0, servers=3, wait=25.0)
    assert desk.late_frac == pytest.approx([(200 / 6 - 25) / (200 / 6), (200 / 6 - 25) / (100 / 6), tail, 0.0])
    assert desk.worked_frac.tolist() == [1.0] * 4


@pytest.mark.parametrize(
    ("first", "last", "share"), [(2.0, 6.0, 0.75), (6.0, 2.0, 0.75), (4.0, 6.0, 1.0), (3.0, 3.0, 0.0), (3.1, 3.1, 1.0), (0.0, 3.0, 0.0)]
)
def test_share_of_a_line_above_three(first, last, share):
    assert float(share_above(np.array([first]), np.array([last]), 3.0)[0]) == pytest.approx(share)


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.0, 4), (9.0, 7), (1.0, 2)])
def test_erlang_b_and_c_by_their_sums(load, servers):
    terms = np.array([load**k / np.prod(np.arange(1.0, k + 1)) for k in range(servers + 1)])
    assert queues.erlang_b(load, servers) == pytest.approx(terms[-1] / terms.sum())
    if load < servers:
        waits = terms[-1] * servers / (servers - load)
        assert queues.erlang_c(load, servers) == pytest.approx(waits / (terms[:-1].sum() + waits))


def test_queues_at_their_edges():
    assert [queues.erlang_c(load, servers) for load, servers in ((0.0, 0), (3.0, 3), (9.0, 3), (0.0, 3))] == [1.0, 1.0, 1.0, 0.0]
    assert queues.erlang_c_tail(6.0, service_rate=2.0, servers=3, wait=9.0) == 1.0
    late = queues.erlang_c(2.5, 3) * np.exp(-1.0 * 0.7)
    assert queues.erlang_c_tail(5.0, service_rate=2.0, servers=3, wait=0.7) == pytest.approx(late)
    assert queues.erlang_c_tail(5.0, service_rate=2.0, servers=3, wait=-1.0) == pytest.approx(queues.erlang_c(2.5, 3))
    first, second, third = queues.priority_waits([1.0, 2.0, 4.0], service_rate=2.0, servers=3)
    busy = queues.erlang_c(3.5, 3)
    assert (first, second) == pytest.approx((busy / 6 / (5 / 6), busy / 6 / (5 / 6) / (3 / 6))) and np.isinf(third)
    work = {"service_rate": 2.0, "wait": 0.2}
    for share in (0.5, 0.1, 1e-6):
        count = queues.fewest_servers(9.0, late_frac=share, **work)
        late = [queues.erlang_c_tail(9.0, servers=n, **work) for n in (count - 1, count)]
        assert late[0] > share >= late[1]
    assert queues.fewest_servers(0.0, late_frac=0.1, **work) == 0
    backlog = queues.fluid_backlog(np.array([5.0, 1.0, 1.0]), capacity_per_h=np.array([2.0, 3.0, 3.0]), hours=np.array([10.0, 5.0, 50.0]))
    assert backlog.tolist() == [30.0, 20.0, 0.0]


def run_length(share, spacing, level):
    """Mean time to the alarm of the whole chain of sums 0 .. level - 1, solved densely."""
    move = np.zeros((level, level))
    for s in range(level):
        move[s, max(s - 1, 0)] += 1.0 - share
        if s + spacing - 1 < level:
            move[s, s + spacing - 1] += share
    return np.linalg.solve(np.eye(level) - move, np.ones(level))[0]


@pytest.mark.parametrize(("share", "spacing", "level"), [(0.3, 2, 1), (0.3, 3, 2), (0.1, 4, 3), (0.1, 4, 4), (0.2, 5, 9), (0.05, 3, 12)])
def test_items_to_an_alarm_by_the_whole_chain(share, spacing, level):
    assert monitor.cusum_run_length(share, spacing=spacing, level=level) == pytest.approx(run_length(share, spacing, level))
    if (mean := run_length(share, spacing, level)) < 200.0:
        runs = monitor.cusum_runs(share, spacing=spacing, level=level, runs=4000, seed=3)
        assert abs(runs.mean() - mean) < 4.0 * runs.std() / np.sqrt(4000)


@pytest.mark.parametrize(("allowed", "alarm"), [(0.002, 0.01), (0.05, 0.2), (0.3, 0.9)])
def test_a_watch_is_as_quick_as_its_false_alarms_allow(allowed, alarm):
    less, more = np.log((1 - allowed) / (1 - alarm)), np.log(alarm / allowed)
    spacing = monitor.cusum_spacing(allowed, alarm_frac=alarm)
    assert spacing == max(round((less + more) / less), 2)
    level = monitor.cusum_level(allowed, spacing=spacing, false_alarm_items=3000.0)
    runs = [monitor.cusum_run_length(allowed, spacing=spacing, level=x) for x in (level - 1, level) if x > 0]
    assert runs[-1] >= 3000.0 and all(x < 3000.0 for x in runs[:-1])
    assert monitor.cusum_run_length(0.0, spacing=3, level=2) == np.inf
    with pytest.raises(ValueError, match="too close"):
        monitor.cusum_level(0.5, spacing=3, false_alarm_items=1e9)


def test_a_watch_with_few_false_alarms_to_fear_takes_the_lowest_level():
    """At level one the first violating item gives alarm: one in 500 of them does so every 500 items."""
    assert monitor.cusum_run_length(0.002, spacing=201, level=1) == pytest.approx(500.0)
    assert [monitor.cusum_level(0.002, spacing=201, false_alarm_items=x) for x in (400.0, 499.0)] == [1, 1]
    assert monitor.cusum_level(0.002, spacing=201, false_alarm_items=501.0) > 1


@pytest.mark.parametrize("coverage", [0.95, 0.8])
def test_intervals_of_a_sampled_share(coverage):
    tail = (1.0 - coverage) / 2.0
    low, high = monitor.jeffreys_interval_frac(np.array([0, 3, 20]), 20.0, coverage_frac=coverage)
    held = [beta(k + 0.5, 20.5 - k) for k in (0, 3, 20)]
    assert low == pytest.approx([0.0, held[1].ppf(tail), held[2].ppf(tail)])
    assert high == pytest.approx([held[0].ppf(1 - tail), held[1].ppf(1 - tail), 1.0])
    for k in (0, 3, 20):
        ends = gates.exact_interval_frac(k, 20, coverage_frac=coverage)
        want = (beta.ppf(tail, k, 21 - k) if k else 0.0, beta.ppf(1 - tail, k + 1, 20 - k) if k < 20 else 1.0)
        assert ends == pytest.approx(want)


@pytest.mark.parametrize("correlation", [0.01, 0.4, 0.95])
def test_gates_that_miss_together(correlation):
    recalls = [0.84, 0.5, 0.7]
    edges, own = ndtri(1.0 - np.array(recalls)), np.sqrt(1.0 - correlation)

    def all_below(z):
        return np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) * np.prod(ndtr((edges - np.sqrt(correlation) * z) / own))

    want, _ = quad(all_below, -12.0, 12.0, epsrel=1e-10, limit=500)
    assert gates.all_miss_frac(recalls, correlation=correlation) == pytest.approx(want, rel=1e-5)
    assert gates.all_miss_frac([], correlation=correlation) == 1.0 and gates.all_miss_frac([1.0, 0.3], correlation=correlation) == 0.0
    assert gates.all_miss_frac([0.3], correlation=correlation) == pytest.approx(0.7)
    assert gates.false_block_frac([0.1, 0.2]) == pytest.approx(0.28)
    assert gates.observed_per_min(100.0, visibility_frac=0.5, sampling_frac=0.2, definition_factor=3.0) == pytest.approx(30.0)


def test_demand_by_date():
    months = Months(date(2026, 1, 1), 4)
    assert demand.years_since(months, date(2026, 2, 15)) == pytest.approx((np.arange(4) + 0.5 - 1.5) / 12.0)
    assert demand.years_since(months, None) == pytest.approx(np.array([0.5, 1.5, 2.5, 3.5]) / 12.0)
    assert demand.active_frac(months, date(2026, 2, 15)) == pytest.approx([0.0, 0.5, 1.0, 1.0])
    assert demand.active_frac(months, None).tolist() == [1.0] * 4
    t = np.array([0.0, 1.0, 3.0])
    grown = demand.logistic(10.0, ceiling=50.0, growth_per_year=0.5, years=t)
    assert grown == pytest.approx([50.0 / (1.0 + 4.0 / 1.5**k) for k in t])
    assert demand.logistic(50.0, ceiling=40.0, growth_per_year=0.5, years=t).tolist() == [40.0] * 3
    assert demand.logistic(0.0, ceiling=40.0, growth_per_year=0.5, years=t).tolist() == [0.0] * 3
    assert demand.logistic(0.5, ceiling=40.0, growth_per_year=0.5, years=0.0) == pytest.approx(0.5)
    assert demand.compound(8.0, growth_per_year=-0.5, years=t).tolist() == [8.0, 4.0, 1.0]
    assert demand.compound(8.0, growth_per_year=-2.0, years=np.array([1.0])).tolist() == [0.0]
    asked = {
        "escalations_per_hour": 2.0,
        "tokens_per_escalation": 30.0,
        "planner_in_cloud_frac": 0.5,
        "planner_hz": 4.0,
        "action_tokens": 7.0,
    }
    assert demand.robot_tokens_per_hour(**asked) == 60.0 + 0.5 * 4 * 7 * 3600
    assert float(demand.robot_tokens_per_day(3.0, duty_frac=0.25, tokens_per_hour=10.0)) == 180.0


@pytest.mark.parametrize("peak", [1.0, 1.3, 3.0])
def test_a_day_s_profile_peaks_where_and_as_it_should(peak):
    shape = demand.day_profile(peak, peak_h=15.0, steps=24 * 60)
    at = (np.arange(1440) + 0.5) / 60.0
    assert shape.mean() == pytest.approx(1.0) and shape.max() == pytest.approx(peak, rel=1e-4)
    if peak > 1.0:
        assert at[shape.argmax()] == pytest.approx(15.0, abs=0.01) and at[shape.argmin()] == pytest.approx(3.0, abs=0.01)
        ratio = np.log(shape / shape.max()) / (np.cos(2 * np.pi * (at - 15.0) / 24.0) - 1.0 + 1e-300)
        assert np.ptp(ratio[np.abs(at - 15.0) > 1.0]) < 1e-3 * ratio[0]


PRINTED = {
    "hoffmann_2022": (406.4, 410.7, 1.69, 0.34, 0.28),
    "hoffmann_2022_tex": (406.4, 410.7, 1.6934, 0.3392, 0.2849),
    "besiroglu_2024": (482.0, 2085.43, 1.8172, 0.3478, 0.3658),
    "muennighoff_2023": (521.0, 1488.0, 1.87, 0.353, 0.353),
}
"""A, B, E, alpha and beta as the papers print them, to their digits."""


@pytest.mark.parametrize("name", PRINTED)
def test_fits_are_those_that_were_printed(name):
    fit = scaling_laws.FITS[name]
    assert (fit.a, fit.b, fit.e, fit.alpha, fit.beta) == pytest.approx(PRINTED[name], rel=1.1e-3)


@pytest.mark.parametrize("name", scaling_laws.FITS)
def test_the_best_split_is_the_minimum_of_the_loss(name):
    fit, flop = scaling_laws.FITS[name], 3e22
    n, d = scaling_laws.optimal_split(flop, fit=fit)
    assert 6.0 * n * d == pytest.approx(flop)
    sizes = n * np.array([0.99, 1.0, 1.01])
    losses = scaling_laws.loss_nats(sizes, flop / 6.0 / sizes, fit=fit)
    assert losses[1] == losses.min() and losses[1] == pytest.approx(fit.e + fit.a / n**fit.alpha + fit.b / d**fit.beta)


def test_repeats_and_a_stream_by_hand():
    assert float(scaling_laws.effective_tokens(10.0, epochs=4.0, repeat_decay=5.0)) == pytest.approx(10 + 50 * (1 - np.exp(-0.6)))
    fit = scaling_laws.Fit(5.0, 7.0, 1.0, 0.5, 0.25, "", "", scaling_laws.Overfit(0.1, 0.5, 2.0, 3.0))
    assert float(scaling_laws.overfit_nats(6.0, unique=2.0, epochs=5.0, overfit=fit.overfit)) == pytest.approx(0.1 * 2.0 * 36.0 / 8.0)
    assert float(scaling_laws.overfit_nats(6.0, unique=2.0, epochs=0.5, overfit=fit.overfit)) == 0.0
    told = {"repeat_decay": 5.0, "fit": fit}
    loss = 1.0 + 5.0 / 2.0 + 7.0 / 16.0**0.25
    assert float(scaling_laws.repeated_loss_nats(4.0, unique=4.0, epochs=4.0, **told)) == pytest.approx(loss + 0.1 * 3**0.5 * 16 / 64)
    plain = scaling_laws.Fit(5.0, 7.0, 1.0, 0.5, 0.25, "", "")
    gain = scaling_laws.stream_gain_nats(4.0, stock_tokens=10.0, new_tokens=6.0, epochs=1.0, repeat_decay=5.0, fit=plain)
    assert float(gain) == pytest.approx(7.0 / 10.0**0.25 - 7.0 / 2.0)
    assert abs(scaling_laws.REPEAT_DECAY - 15.4) < 0.05


def test_pieces_of_the_months_between_changes_of_rules():
    months = Months(date(2026, 1, 1), 3)
    cut = red_lines_stage.pieces_of([(0.5, 0.8, 0.5), (2.0, 0.5, 0.0), (0.0, 1.5, 0.0), (9.0, 0.0, 0.0)], months, leaving_per_year=0.19)
    assert cut.month.tolist() == [0, 0, 1, 2] and cut.hours.tolist() == [372.0, 372.0, 672.0, 744.0]
    assert cut.volume == pytest.approx([1.5, 1.2, 1.2, 0.6]) and cut.leak == pytest.approx([1.5, 0.6, 0.6, 0.3])
    assert cut.staff == pytest.approx([0.81 ** (x / 12.0) for x in (0.25, 0.75, 1.5, 2.5)])
    assert cut.total(np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [3.0, 4.0, 8.0]
    assert cut.mean(np.array([1.0, 2.0, 4.0, 8.0])) == pytest.approx([1.5, 4.0, 8.0])
    weighed = cut.mean(np.array([1.0, 2.0, 4.0, 8.0]), weight=np.array([3.0, 1.0, 0.0, 2.0]))
    assert weighed == pytest.approx([1.25, 4.0, 8.0]) and cut.last(np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [2.0, 4.0, 8.0]


def test_fewer_people_catch_less_and_money_at_risk_by_hand():
    spec = Fields(
        recall_of_staff_frac=0.5, gate_recalls=[0.8, 0.5], gate_correlation=0.0, gate_false_positives=[0.1], violating_prompt_frac=0.2
    )
    assert red_lines_stage.miss_frac(spec, np.array([1.0, 0.6, 1.0])) == pytest.approx([0.1, 0.36 * 0.6, 0.1])
    pieces = Fields(volume=np.array([0.5]), leak=np.array([0.25]), staff=np.array([1.0]))
    rates = red_lines_stage.rates_per_h(spec, np.array([1000.0]), pieces)
    assert [float(x[0]) for x in rates] == pytest.approx([1000 * 0.25 * 0.2 * 0.1, 500 * 0.8 * 0.1, 500.0])
    money = dict(
        clock_from=date(2026, 2, 15), turnover_usd_per_year=1200.0, blocked_revenue_frac=0.1, usd_per_violation=7.0, severity_frac=0.5
    )
    money |= dict(
        enforced_low_frac=0.1, enforced_high_frac=0.2, finding_low_per_year=0.3, finding_high_per_year=0.6, fine_of_turnover_frac=0.04
    )
    low, high = red_lines_stage._exposure_usd(Fields(exposure=Fields(**money)), np.array([10.0, 10.0, 10.0]), Months(date(2026, 1, 1), 3))
    assert low == pytest.approx([10.6, 14.1, 17.6]) and high == pytest.approx([11.2, 18.2, 25.2])
    watch = Fields(allowed_frac=0.05, alarm_frac=0.2, days_between_false_alarms=30.0, samples_per_day=48.0)
    spacing = monitor.cusum_spacing(0.05, alarm_frac=0.2)
    level = monitor.cusum_level(0.05, spacing=spacing, false_alarm_items=1440.0)
    assert red_lines_stage.alarm_delay_h(watch, 0.3) == pytest.approx(run_length(0.3, spacing, level) / 2.0)
