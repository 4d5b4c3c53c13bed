"""Queue, delay and the traffic stage."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigacampus.answers.figures import DATED, State, figure
from gigacampus.answers.tables import ABSENT, tables
from gigacampus.neighbours.traffic import delay
from gigacampus.neighbours.traffic.choice import crash_ratio, settled_wait_h
from gigacampus.neighbours.traffic.queue import cars_for_wait, departures, longest_wait_h, peak_wait_h, point_queue
from gigacampus.neighbours.traffic.stage import campus_trips, capacity_by_month, run, under_construction_mw, waits_min
from gigacampus.registry.variables import REGISTRY, of_stage


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=8), st.floats(100, 2500))
def test_breakpoint_form_equals_second_by_second_counts(flows: list[float], capacity: float) -> None:
    step = 1.0 / 3600.0
    result = point_queue(np.arange(len(flows) + 1) * 0.25, np.array(flows), capacity)
    fine = np.concatenate([[0.0], np.cumsum(np.repeat(flows, 900) * step)])
    queue = fine - departures(fine, capacity * step * np.arange(fine.size))
    assert result.max_queue == pytest.approx(queue.max(), abs=1e-6)
    tail = queue[-1] ** 2 / (2.0 * capacity)
    assert result.total_delay_h == pytest.approx(np.trapezoid(queue, dx=step) + tail, rel=2e-3, abs=0.5)


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=8), st.floats(100, 2500))
def test_longest_wait_of_many_profiles_is_that_of_the_exact_queue(flows: list[float], capacity: float) -> None:
    profiles = np.stack([np.array(flows), np.array(flows)[::-1]], axis=1)
    one_by_one = [point_queue(np.arange(len(flows) + 1) * 0.25, profile, capacity).max_wait_h for profile in profiles.T]
    assert longest_wait_h(np.full(len(flows), 0.25), profiles, capacity).tolist() == pytest.approx(one_by_one, abs=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e9])
def test_a_queue_of_any_size_clears_when_its_likeness_does(factor: float) -> None:
    """Times do not change where flow and capacity grow alike."""
    times, flows, capacity = np.array([0.0, 0.7, 1.3, 9.0]), np.array([1871.3, 1733.9, 1019.7]), 1700.1
    plain, like = point_queue(times, flows, capacity), point_queue(times, factor * flows, factor * capacity)
    peak = 0.7 * (1871.3 - capacity) + 0.6 * (1733.9 - capacity)
    assert plain.max_queue == pytest.approx(peak) and plain.clear_after_h == pytest.approx(peak / (capacity - 1019.7))
    assert (like.max_wait_h, like.clear_after_h) == pytest.approx((plain.max_wait_h, plain.clear_after_h), rel=1e-9)
    assert (like.max_queue, like.total_delay_h) == pytest.approx((factor * plain.max_queue, factor * plain.total_delay_h), rel=1e-9)


def test_inverse_of_the_peak_wait() -> None:
    cars = cars_for_wait(0.5, background_per_h=620.0, capacity_per_h=900.0, window_h=1.5)
    assert peak_wait_h(620.0 + cars / 1.5, 900.0, 1.5) == pytest.approx(0.5)


def test_work_is_conserved() -> None:
    installed = np.concatenate([np.zeros(12), np.linspace(0, 90, 6), np.full(6, 90.0)])
    assert under_construction_mw(installed, 8.0).sum() == pytest.approx(90.0)


def test_stage_gives_exactly_the_rows_of_the_registry(synthetic: SimpleNamespace) -> None:
    out = run(synthetic.inputs(), synthetic.upstream())
    assert set(out) == {v.name for v in of_stage("traffic")}
    assert all(v.shape == (1, synthetic.months) and np.all(np.isfinite(v)) for v in out.values())


def test_a_wider_window_and_a_second_lane_shorten_the_wait(synthetic: SimpleNamespace) -> None:
    def wait(**traffic: float) -> float:
        return float(run(synthetic.inputs(traffic=traffic), synthetic.upstream())["peak_delay_min"].max())

    all_by_one_road = {"background_pcu_per_h": 700.0, "road_share_frac": 1.0, "largest_shift_frac": 1.0}
    base = wait(**all_by_one_road)
    assert base > 5.0
    assert wait(**all_by_one_road, arrival_window_min=180.0) < 0.5 * base
    assert wait(**all_by_one_road, capacity_pcu_per_h=1800.0) == 0.0
    assert wait(**{**all_by_one_road, "road_share_frac": 0.5}) < 0.5 * base


@pytest.mark.parametrize("background", [900.0, 900.1, 1000.0, 5000.0])
def test_a_road_that_other_traffic_fills_never_clears(background):
    assert np.isnan(wait_min(background, people=0.0)) and np.isnan(wait_min(background, people=400.0))


@settings(max_examples=60, deadline=None)
@given(background=st.floats(0.0, 899.0), people=st.floats(0.0, 5000.0), longer=st.floats(1.0, 50.0))
def test_below_capacity_the_wait_is_that_of_the_arrivals_however_long_one_watches(background, people, longer):
    """The queue is longest where the arrivals end, so that no hour after it changes the wait."""
    arriving = background + people / 1.2
    queue = point_queue(np.array([0.0, 1.0, 1.0 + longer]), np.array([arriving, background]), 900.0)
    assert wait_min(background, people=people) == pytest.approx(60.0 * queue.max_wait_h, abs=1e-9)
    assert np.isfinite(wait_min(background, people=people))


def road(background: float = 620.0, **changed: float) -> SimpleNamespace:
    stated = {
        "arrival_window_min": 60.0,
        "leaving_window_min": 30.0,
        "road_share_frac": 1.0,
        "trucks_hours_per_day": 10.0,
        "pcu_per_truck": 2.0,
        "people_per_car": 1.2,
        "bus_share_frac": 0.0,
        "people_per_bus": 40.0,
        "early_cost_ratio": 0.609,
        "late_cost_ratio": 2.377,
        "capacity_day_sigma": 0.1,
        "background_pcu_per_h": background,
    }
    return SimpleNamespace(**(stated | changed))


def waits(traffic: SimpleNamespace, people: float) -> list[float]:
    """Coming, settled, leaving, and the chance of half an hour."""
    return [float(row[0]) for row in waits_min(traffic, np.array([people]), np.array([0.0]), np.array([900.0]))]


def wait_min(background: float, *, people: float) -> float:
    return waits(road(background), people)[0]


@given(st.floats(10, 3000), st.floats(300, 2500), st.floats(0.0, 0.95), st.floats(0.05, 0.95), st.floats(0.1, 5.0))
def test_settled_arrivals_make_the_stated_wait_and_leave_nobody_better_off(cars, capacity, share, early, late):
    """The equilibrium's own arrivals, through the exact queue: all drivers, the longest wait for who is in time, one cost for all."""
    other = share * capacity
    wait = float(settled_wait_h(cars, capacity, other_per_h=other, early_cost_ratio=early, late_cost_ratio=late))
    before_h, after_rate = wait / early * (1.0 - early), capacity / (1.0 + late)
    own_after = max(after_rate - other, 0.0)
    after_h = wait / late * (1.0 + late) if own_after > 0.0 else 0.0
    rates = np.array([capacity / (1.0 - early), max(after_rate, other)])
    assert (rates[0] - other) * before_h + own_after * after_h == pytest.approx(cars, rel=1e-9)
    times = np.array([0.0, before_h, before_h + max(after_h, 1e-9)])
    assert point_queue(times, rates, capacity).max_wait_h == pytest.approx(wait, rel=1e-6)
    start = before_h + wait
    for t in np.linspace(0.0, before_h, 5):
        queued = (rates[0] - capacity) * t / capacity
        assert queued + early * (start - t - queued) == pytest.approx(early * start, rel=1e-6, abs=1e-9)
    for t in np.linspace(0.0, after_h, 5):
        queued = wait + (rates[1] - capacity) * t / capacity
        assert queued + late * (before_h + t + queued - start) == pytest.approx(early * start, rel=1e-6, abs=1e-9)


def test_without_other_traffic_it_is_the_published_bottleneck():
    """Arnott, de Palma and Lindsey 1990: wait d N / s with d = b c / (b + c), here 3.90 x 15.21 / 19.11 over 6.40."""
    wait = settled_wait_h(5000.0, 4000.0, other_per_h=0.0, early_cost_ratio=3.9 / 6.4, late_cost_ratio=15.21 / 6.4)
    assert float(wait) == pytest.approx(3.9 * 15.21 / (3.9 + 15.21) / 6.4 * 5000.0 / 4000.0, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(people=st.floats(0.0, 5000.0), background=st.floats(0.0, 899.0))
def test_who_may_choose_never_waits_longer_and_buses_shorten_the_wait(people, background):
    coming, settled, leaving, chance = waits(road(background), people)
    assert 0.0 <= settled <= coming <= leaving + 1e-9 and 0.0 <= chance <= 1.0
    assert waits(road(background, bus_share_frac=0.5), people)[0] <= coming + 1e-9


def test_where_a_shift_fills_hours_of_the_road_choice_halves_the_wait_and_its_costs_set_it():
    """5,000 people, 4,167 cars, 4.63 hours of the road: 3.63 h if all come in one hour, 0.485 of 4.63 h once they have chosen."""
    coming, settled, _, _ = waits(road(0.0), 5000.0)
    assert coming == pytest.approx(60.0 * (5000.0 / 1.2 / 900.0 - 1.0)) and settled == pytest.approx(
        60.0 * 0.4848 * 5000.0 / 1.2 / 900.0, rel=1e-3
    )
    for dearer in ({"early_cost_ratio": 0.7}, {"late_cost_ratio": 3.0}):
        assert settled < waits(road(0.0, **dearer), 5000.0)[1] < coming


def test_the_chance_of_half_an_hour_is_that_of_the_capacity_that_makes_it():
    """At the capacity that just makes half an hour a day in two has it; a narrow spread makes it certain or none."""
    people = 1.2 * (900.0 * 1.5 - 620.0)
    assert waits(road(), people)[0] == pytest.approx(30.0) and waits(road(), people)[3] == pytest.approx(0.5)
    assert (
        waits(road(capacity_day_sigma=0.001), 0.9 * people)[3] < 1e-9 < 1.0 - 1e-9 < waits(road(capacity_day_sigma=0.001), 1.1 * people)[3]
    )
    draws = 900.0 * np.exp(0.1 * np.random.default_rng(1).standard_normal(4000))
    share = np.mean([peak_wait_h(620.0 + 0.9 * people / 1.2, c, 1.0) >= 0.5 for c in draws])
    assert waits(road(), 0.9 * people)[3] == pytest.approx(share, abs=0.02)


def test_a_work_zone_narrows_the_months_it_touches_and_a_lane_widens_those_after(synthetic: SimpleNamespace) -> None:
    works = {
        "paving": {"starts_on": "2025-03-10", "ends_on": "2025-04-05", "capacity_pcu_per_h": 500.0},
        "lane": {"starts_on": "2025-06-15", "capacity_pcu_per_h": 1800.0},
    }
    inputs = synthetic.inputs(traffic={"road_works": works})
    capacity = capacity_by_month(inputs.tree.campuses["one"].traffic, inputs.at.months)
    assert capacity[:8].tolist() == [900.0, 900.0, 500.0, 500.0, 900.0, 900.0, 1800.0, 1800.0]
    full = run(synthetic.inputs(traffic={"road_works": works, "background_pcu_per_h": 600.0}), synthetic.upstream())
    assert np.isnan(full["peak_delay_min"][0, 2:4]).all() and (full["delay_30_min_frac"][0, 2:4] == 1.0).all()


def test_crashes_grow_as_the_traffic_does_and_are_not_known_on_an_empty_road():
    assert crash_ratio(8000.0, np.array([0.0, 800.0])).tolist() == [1.0, 1.1] and np.isnan(crash_ratio(0.0, np.array([5.0]))).all()


def test_the_figure_of_a_full_road_says_that_the_queue_does_not_clear():
    full = figure("Q11", "Longest wait", np.full(4, np.nan), "min", ("traffic",), absent=State.NOT_CLEARING)
    assert full.value is None and full.text == "the queue does not clear: no wait can be given"
    some = figure("Q11", "Longest wait", np.array([3.0, 4.0, np.nan]), "min", ("traffic",), absent=State.NOT_CLEARING)
    assert some.value == 4.0 and "does not clear" in some.text


@pytest.mark.parametrize("unit", ["min", "1", "USD", "month", "months"])
def test_a_row_without_a_value_says_why_and_only_days_lie_beyond_the_horizon(unit):
    bare = {"month": "2026-02", "unit": unit, "p10": None, "p50": None, "p90": None}
    plain, told = (next(tables([row], lambda v, u: str(v))).rows[0] for row in (bare, bare | {ABSENT: State.NOT_CLEARING.value}))
    assert plain[1] == ("not within the horizon" if unit in DATED else "–")
    assert told[1] == State.NOT_CLEARING.value and ABSENT not in told


def test_the_registry_says_what_a_wait_without_a_number_means():
    assert "does not clear" in REGISTRY["peak_delay_min"].nan_means


def test_trips_of_a_campus_by_hand():
    """12 MW in eight months of work: 1.5 MW a month of builders, trucks and cars, and the people who stay."""
    traffic = road(
        0.0,
        construction_months=8.0,
        construction_workers_per_mw_year=2.0,
        permanent_workers_per_mw=0.5,
        trucks_per_mw_built=40.0,
        work_days_per_month=20.0,
        largest_shift_frac=0.6,
        day_shift_frac=0.5,
        road_share_frac=0.8,
        bus_share_frac=0.25,
        peak_share_of_day_frac=0.1,
        background_pcu_per_h=300.0,
    )
    installed = np.concatenate([np.full(10, 20.0), np.full(4, 32.0)])
    people, trucks, coming, _, _, _, crashes = campus_trips(traffic, installed, np.full(14, 900.0))
    np.testing.assert_allclose(people[[0, 5, 12]], [10.0, 1.5 * 2.0 * 12.0 + 10.0, 16.0])
    np.testing.assert_allclose(trucks[[0, 2, 9, 10]], [0.0, 3.0, 3.0, 0.0])
    all_cars = 46.0 * (0.75 / 1.2 + 0.25 / 40.0)
    assert crashes[5] == pytest.approx(1.0 + 2.0 * 0.8 * (all_cars + 3.0) / 3000.0)
    shift = 0.6 * 36.0 + 0.5 * 10.0
    busy = road(890.0, **{k: getattr(traffic, k) for k in ("road_share_frac", "bus_share_frac")})
    wait = waits_min(busy, np.array([shift]), np.array([30.0]), np.array([900.0]))[0][0]
    flow = 890.0 + 0.8 * 30.0 / 10.0 * 2.0 + 0.8 * shift * (0.75 / 1.2 + 0.25 * 2.0 / 40.0)
    assert wait == pytest.approx(60.0 * (flow / 900.0 - 1.0)) and wait > 0.0
    assert (coming == 0.0).all()


def test_work_begins_whole_months_before_and_what_stood_at_first_was_built_before():
    assert under_construction_mw(np.array([5.0, 5.0, 35.0, 25.0, 26.0]), 2.4).tolist() == [15.0, 15.0, 0.5, 0.5, 0.0]
    assert under_construction_mw(np.array([0.0, 0.0, 30.0]), 0.2).tolist() == [0.0, 30.0, 0.0]
    assert under_construction_mw(np.array([0.0, 30.0]), 3.0).tolist() == [10.0, 0.0]


def test_a_window_of_no_length_is_a_second_and_both_windows_count():
    sudden = waits(road(0.0, arrival_window_min=0.0, leaving_window_min=60.0), 1200.0)
    minute = waits(road(0.0, arrival_window_min=1.0, leaving_window_min=60.0), 1200.0)
    assert sudden[0] == pytest.approx(minute[0]) == pytest.approx(1000.0 / 900.0 * 60.0 - 1.0)
    assert sudden[2] == pytest.approx(1000.0 / 15.0 - 60.0)


def test_delays_at_a_signal_by_hand():
    """40 s of green in 100 s: 0.5 x 100 x 0.6^2 / (1 - 0.8 x 0.4); beyond full the uniform part stands still; the excess over an hour."""
    signal = delay.uniform_delay_s(np.array(100.0), np.array(40.0), np.array([0.8, 1.0, 1.3]))
    np.testing.assert_allclose(signal, [18.0 / 0.68, 30.0, 30.0])
    more = delay.incremental_delay_s(np.array([0.8, 1.2]), np.array(800.0), np.array(0.5))
    np.testing.assert_allclose(more, 450.0 * np.array([-0.2 + (0.04 + 3.2 / 400.0) ** 0.5, 0.2 + (0.04 + 4.8 / 400.0) ** 0.5]))
    both = delay.control_delay_s(np.array(100.0), np.array(40.0), np.array(0.8), np.array(800.0), np.array(0.5))
    assert float(both) == pytest.approx(18.0 / 0.68 + more[0])


def test_a_queue_that_empties_within_a_span_and_one_that_never_does():
    """900 per hour beyond 600 for half an hour: 150 wait, gone after half an hour of 300; then again, and longer than one looks."""
    gone = point_queue(np.array([0.0, 0.5, 2.0]), np.array([900.0, 300.0]), 600.0)
    assert gone == pytest.approx((150.0, 0.25, 0.5, 75.0))
    stays = point_queue(np.array([0.0, 0.5, 0.75]), np.array([900.0, 300.0]), 600.0)
    assert stays == pytest.approx((150.0, 0.25, 0.25 + 75.0 / 600.0, 37.5 + 28.125 + 0.5 * 75.0 * 75.0 / 600.0))
    assert point_queue(np.array([0.0, 1.0]), np.array([600.0]), 600.0) == pytest.approx((0.0, 0.0, 0.0, 0.0))
    growing = point_queue(np.array([0.0, 1.0]), np.array([900.0]), 600.0)
    assert growing == pytest.approx((300.0, 0.5, 0.5, 150.0 + 75.0))
    assert peak_wait_h(500.0, 600.0, 2.0) == 0.0 and cars_for_wait(0.1, background_per_h=5000.0, capacity_per_h=900.0, window_h=1.0) == 0.0


def test_a_day_on_which_works_begin_or_end_counts(synthetic: SimpleNamespace) -> None:
    works = {
        "one_day": {"starts_on": "2025-03-31", "ends_on": "2025-03-31", "capacity_pcu_per_h": 500.0},
        "wide": {"starts_on": "2025-05-01", "ends_on": "2025-05-31", "capacity_pcu_per_h": 1800.0},
    }
    inputs = synthetic.inputs(traffic={"road_works": works})
    assert capacity_by_month(inputs.tree.campuses["one"].traffic, inputs.at.months)[:7].tolist() == [900, 900, 500, 900, 1800, 900, 900]
