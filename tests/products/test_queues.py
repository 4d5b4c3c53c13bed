"""Queues against their birth-death chains and an event simulation; the review desk built on them."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigacampus.products import queues
from gigacampus.products.review import review_months, share_above
from gigacampus.schema.products import ReviewSpec


def chain(arrive: float, serve: float, leave: float, servers: int, states: int = 4000) -> dict[str, float]:
    """Stationary distribution of the birth-death chain, solved by logarithms of its ratios."""
    n = np.arange(1, states)
    death = np.minimum(n, servers) * serve + np.maximum(n - servers, 0) * leave
    log_p = np.concatenate([[0.0], np.cumsum(np.log(arrive) - np.log(death))])
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    queue = np.maximum(np.arange(states) - servers, 0) @ p
    return {"probability_wait": p[servers:].sum(), "mean_queue": queue, "probability_abandon": leave * queue / arrive}


@settings(deadline=None, max_examples=60)
@given(st.floats(0.1, 200.0), st.floats(0.2, 3.0), st.floats(0.05, 3.0), st.integers(1, 80))
def test_erlang_a_equals_its_chain(arrive, serve, leave, servers):
    ours = queues.erlang_a(arrive, service_rate=serve, abandon_rate=leave, servers=servers)
    for key, value in chain(arrive, serve, leave, servers, states=20_000).items():
        assert ours[key] == pytest.approx(value, rel=1e-7, abs=1e-12)


@given(st.floats(0.01, 60.0), st.integers(1, 80))
def test_erlang_c_is_above_erlang_b_and_a_probability(load, servers):
    blocked, waits = queues.erlang_b(load, servers), queues.erlang_c(load, servers)
    assert 0 <= blocked <= waits <= 1


def test_event_simulation_waits_as_the_formula_says():
    rng = np.random.default_rng(5)
    arrivals = np.cumsum(rng.exponential(1 / 9.0, 60_000))
    free = [0.0] * 10
    waits = []
    for at in arrivals:
        start = max(at, heapq.heappop(free))
        waits.append(start - at)
        heapq.heappush(free, start + rng.exponential(1.0))
    batches = np.array(waits).reshape(60, -1).mean(axis=1)
    error = batches.std(ddof=1) / np.sqrt(60)
    assert abs(batches.mean() - queues.erlang_c_wait(9.0, service_rate=1.0, servers=10)) < 3 * error


def test_desk_in_steady_state_follows_erlang_c():
    review = ReviewSpec(reviewers=168 / 30 * 10, items_per_hour=2.0, occupancy_max_frac=0.5, action_h=0.0)
    desk = review_months(np.full(3, 8.0), review, clock_h=1.0, hours=np.full(3, 720.0))
    assert desk.wait_h == pytest.approx(np.full(3, queues.erlang_c_wait(8.0, service_rate=1.0, servers=10)))
    assert desk.late_frac == pytest.approx(np.full(3, queues.erlang_c_tail(8.0, service_rate=1.0, servers=10, wait=1.0)))


def test_desk_over_capacity_grows_by_the_difference():
    review = ReviewSpec(reviewers=168 / 30 * 10, items_per_hour=2.0, occupancy_max_frac=0.5)
    desk = review_months(np.array([12.0, 12.0, 1.0]), review, clock_h=48.0, hours=np.full(3, 720.0))
    assert desk.backlog_items[:2] == pytest.approx([1440.0, 2880.0])
    assert desk.late_frac[0] == pytest.approx(share_above(0.0, 144.0, 47.5))
    assert desk.late_frac[1] == 1.0 and desk.backlog_items[2] < 1.0
