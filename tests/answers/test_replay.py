"""A pool of replicas under a trace: what more replicas and more load do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gigacampus.answers.replay import Pool, _remarks, _told, most_of
from gigacampus.cli.replay import lines
from gigacampus.compute.replay import first_come_first_served
from gigacampus.compute.roofline import requests_per_s
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.requests import Requests
from gigacampus.scenario.document import load

SCENARIO = Path(__file__).parents[2] / "scenarios" / "gas-campus.yaml"


@pytest.fixture(scope="module")
def scenario():
    return load(SCENARIO)[0]


def told(scenario, gap_s: float, replicas: int, count: int = 3000) -> dict:
    requests = Requests(np.arange(count) * gap_s, np.full(count, 1000.0), np.full(count, 200.0))
    name = next(iter(scenario.library.accelerators))
    pool = Pool(scenario.compute, scenario.library, scenario.library.accelerators[name], requests)
    played = first_come_first_served(requests.arrival_s, pool.service_of(replicas), slots=replicas * pool.slots)
    return _told(name, Path("trace.csv"), requests, pool, replicas, played) | {"pool": pool}


def test_one_request_at_a_time_meets_an_idle_pool(scenario):
    found = told(scenario, 100.0, 1)
    assert found["queue_s"]["p99"] == 0.0 and found["in_flight_mean"] < 1.0
    alone = 1.0 / float(requests_per_s(found["pool"].point, found["pool"].constants)[0])
    assert found["in_flight_mean"] * 100.0 == pytest.approx(alone, rel=0.1), "the steady state by Little's law at low load"


def test_more_replicas_shorten_the_queue_and_draw_more_power(scenario):
    few, many = (told(scenario, 0.0005, n, 20_000) for n in (1, 4))
    assert few["queue_s"]["p95"] > many["queue_s"]["p95"] and few["ttft_s"]["p95"] > many["ttft_s"]["p95"]
    assert many["watts"] == pytest.approx(4.0 * few["watts"])
    assert "on 1 replica," in "\n".join(lines(few)) and "on 4 replicas," in "\n".join(lines(many))


def test_the_trace_meets_the_accelerators_that_the_run_has_most_of_not_the_first_that_it_lists():
    """(world, model, month) of three models over two months, of which the second begins in January and the third in February."""

    class Run:
        manifest = {"as_of": "2026-01-10"}
        coords = {"month": ["2026-01", "2026-02"], "accelerator": ["vr200", "h100", "gb200"]}
        counts = np.array([[[0.0, 0.0], [5.0, 5.0], [0.0, 9.0]]])

        def planned(self, name):
            assert name == "accelerators_by_model"
            return self.counts

    assert most_of(Run()) == "h100"
    later = Run()
    later.counts = later.counts * np.array([0.0, 1.0])
    assert most_of(later) == "gb200"
    later.counts = later.counts * 0.0
    with pytest.raises(ScenarioError, match="no accelerator comes into service"):
        most_of(later)


def test_a_single_moment_and_a_silence_are_remarked(scenario):
    one = told(scenario, 1.0, 1, count=1)
    assert "1 request of" in lines(one)[0] and any("one request:" in note for note in one["notes"])
    assert any("3 requests at one moment" in note for note in told(scenario, 0.0, 1, count=3)["notes"])
    assert told(scenario, 60.0, 1, count=100)["notes"] == []
    arrival = np.array([0.0, 10.0, 3610.0, 3620.0, 4320.0])
    requests = Requests(arrival, np.full(5, 1000.0), np.full(5, 200.0))
    assert _remarks(requests) == [
        "no request for 3,600 s, from 10 s after the first on, and 1 more like it: "
        "100% of the trace is silent, and rates and replicas are means over it all"
    ]
