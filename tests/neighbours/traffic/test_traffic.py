"""Queue, delay and the traffic stage."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigacampus.answers.figures import State, figure
from gigacampus.neighbours.traffic.queue import cars_for_wait, departures, longest_wait_h, peak_wait_h, point_queue
from gigacampus.neighbours.traffic.stage import peak_delay_min, run, under_construction_mw
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


def wait_min(background: float, *, people: float) -> float:
    traffic = SimpleNamespace(
        arrival_window_min=60.0,
        road_share_frac=1.0,
        trucks_hours_per_day=10.0,
        pcu_per_truck=2.0,
        people_per_car=1.2,
        background_pcu_per_h=background,
        capacity_pcu_per_h=900.0,
    )
    return float(peak_delay_min(traffic, np.array([people]), np.array([0.0]))[0])


def test_the_figure_of_a_full_road_says_that_the_queue_does_not_clear():
    full = figure("Q11", "Longest wait", np.full(4, np.nan), "min", ("traffic",), absent=State.NOT_CLEARING)
    assert full.value is None and full.text == "the queue does not clear: no wait can be given"
    some = figure("Q11", "Longest wait", np.array([3.0, 4.0, np.nan]), "min", ("traffic",), absent=State.NOT_CLEARING)
    assert some.value == 4.0 and "does not clear" in some.text


def test_the_registry_says_what_a_wait_without_a_number_means():
    assert "does not clear" in REGISTRY["peak_delay_min"].nan_means
