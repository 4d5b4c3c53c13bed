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


@pytest.mark.parametrize(("arrive", "leave"), [(9.0, 0.5), (14.0, 2.0)])
def test_event_simulation_of_people_who_give_up_agrees_within_three_standard_errors(arrive, leave):
    """Who gives up takes no server, so that the wait offered to each is the earliest server free after those before."""
    rng = np.random.default_rng(6)
    arrivals, patience = np.cumsum(rng.exponential(1 / arrive, 60_000)), rng.exponential(1 / leave, 60_000)
    free = [0.0] * 10
    offered = np.empty(arrivals.size)
    for i, at in enumerate(arrivals):
        offered[i] = max(0.0, free[0] - at)
        if offered[i] <= patience[i]:
            heapq.heapreplace(free, at + offered[i] + rng.exponential(1.0))
    law = queues.erlang_a(arrive, service_rate=1.0, abandon_rate=leave, servers=10)
    seen = {"probability_wait": offered > 0.0, "probability_abandon": offered > patience}
    for key, each in seen.items():
        batches = each[6000:].reshape(54, -1).mean(axis=1)
        assert abs(batches.mean() - law[key]) < 3 * batches.std(ddof=1) / np.sqrt(54), key


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


@pytest.mark.parametrize("unit", [60.0, 1 / 24])
def test_waits_in_another_unit_of_time_are_the_same_waits(unit):
    """Rates of an hour, and of a minute or a day: shares stay, waits go with the unit."""
    rate, work, leave = 5.0, 2.0, 0.5
    asked = {"service_rate": work / unit, "servers": 3}
    assert queues.erlang_c_wait(rate / unit, **asked) == pytest.approx(unit * queues.erlang_c_wait(rate, service_rate=work, servers=3))
    assert queues.erlang_c_tail(rate / unit, wait=0.4 * unit, **asked) == pytest.approx(
        queues.erlang_c_tail(rate, service_rate=work, servers=3, wait=0.4)
    )
    waits = queues.priority_waits([2.0, 3.0], service_rate=work, servers=3)
    assert queues.priority_waits([2.0 / unit, 3.0 / unit], **asked) == pytest.approx([unit * w for w in waits])
    few = queues.fewest_servers(rate, service_rate=work, wait=0.2, late_frac=0.1)
    assert queues.fewest_servers(rate / unit, service_rate=work / unit, wait=0.2 * unit, late_frac=0.1) == few
    here = queues.erlang_a(rate, service_rate=work, abandon_rate=leave, servers=3)
    there = queues.erlang_a(rate / unit, abandon_rate=leave / unit, **asked)
    assert there["mean_queue"] == pytest.approx(here["mean_queue"])


def test_a_server_half_busy_keeps_people_waiting_one_service():
    """M/M/1 at half load: rho / (mu - lambda) is one mean service, however fast; at full load it never ends."""
    for work in (0.2, 1.0, 40.0):
        assert queues.erlang_c_wait(0.5 * work, service_rate=work, servers=1) == pytest.approx(1.0 / work)
        assert queues.priority_waits([0.5 * work], service_rate=work, servers=1) == pytest.approx([1.0 / work])
    assert queues.erlang_c_wait(0.2, service_rate=0.2, servers=1) == np.inf
