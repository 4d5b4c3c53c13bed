"""Requests played against a pool: exact queues, and what a trace must hold."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

from gigacampus.compute.replay import first_come_first_served
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.requests import read_requests

COUNT, SAMPLES = 50_000, 24


def waits(rate: float, service: np.ndarray, slots: int, seed: list[int]) -> np.ndarray:
    """Waits in a sample whose mean gap and mean service are scaled to be exact: most of the noise of a mean wait is that of its load."""
    gaps = np.random.default_rng(seed).exponential(1.0, len(service))
    arrival = np.cumsum(gaps / gaps.mean() / rate)
    times = (service / service.mean()).tolist()
    return first_come_first_served(arrival, lambda k, busy: times[k], slots=slots).wait_s


def holds(found: list[float], theory: float) -> None:
    """The mean of the samples lies within three of its standard errors of the theory, and these are small."""
    error = np.std(found, ddof=1) / np.sqrt(len(found))
    assert error <= 0.02 * theory
    assert abs(np.mean(found) - theory) <= 3.0 * error


def erlang_c_wait(rate: float, service_s: float, slots: int) -> float:
    """Mean wait of M/M/c."""
    load = rate * service_s
    full = load**slots / factorial(slots) * slots / (slots - load)
    chance = full / (sum(load**k / factorial(k) for k in range(slots)) + full)
    return chance * service_s / (slots - load)


@pytest.mark.parametrize(("slots", "load"), [(1, 0.5), (4, 0.7)])
def test_the_wait_is_that_of_m_m_c(slots, load):
    rate = load * slots
    found = [waits(rate, np.random.default_rng([1, s]).exponential(1.0, COUNT), slots, [2, s]).mean() for s in range(SAMPLES)]
    holds(found, erlang_c_wait(rate, 1.0, slots))


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_the_wait_is_that_of_m_g_1(spread):
    """Pollaczek and Khinchine, for equal and for uniformly spread times at work of mean 1."""
    drawn = [np.random.default_rng([3, s]).uniform(1.0 - spread, 1.0 + spread, COUNT) for s in range(SAMPLES)]
    found = [waits(0.5, service, 1, [4, s]).mean() for s, service in enumerate(drawn)]
    second = 1.0 + spread**2 / 3.0
    holds(found, 0.5 * second / (2.0 * 0.5))


@pytest.mark.parametrize("slots", [1, 4])
def test_each_wait_is_that_of_the_recursion_of_its_queue(slots):
    """Kiefer and Wolfowitz: the sorted work left in each slot, which is Lindley's recursion for one."""
    dice = np.random.default_rng(5)
    gaps, service = dice.exponential(1.0 / slots, 2000), dice.exponential(0.9, 2000)
    left, expected = np.zeros(slots), []
    for gap, work in zip(gaps, service, strict=True):
        left = np.maximum(left - gap, 0.0)
        expected.append(left[0])
        left[0] += work
        left.sort()
    times = service.tolist()
    found = first_come_first_served(np.cumsum(gaps), lambda k, busy: times[k], slots=slots).wait_s
    assert found == pytest.approx(np.array(expected), abs=1e-9)


def test_nobody_waits_while_a_slot_is_free_and_load_is_what_starts_meet():
    played = first_come_first_served(np.arange(5.0), lambda k, busy: 2.5 + busy, slots=10)
    assert np.all(played.wait_s == 0.0) and played.in_flight.tolist() == [1, 2, 3, 4, 4]


def test_times_with_seven_digits_of_a_second_are_read(tmp_path):
    lines = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n"
    (tmp_path / "trace.csv").write_text(lines)
    assert read_requests(tmp_path / "trace.csv").arrival_s.tolist() == pytest.approx([0.0, 0.052], abs=1e-5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("arrival,input_tokens,output_tokens\n0,10,5\n1,-3,5\n", "input_tokens '-3' is below one token"),
        ("arrival,input_tokens,output_tokens\n0,10,5\n1,,5\n", "input_tokens '' is missing"),
        ("arrival,input_tokens,output_tokens\n0,10,2.5\n", "is no whole number"),
        ("arrival (km),input_tokens,output_tokens\n0,10,5\n", "arrival in km"),
        ("arrival,input_tokens\n0,10\n", "no column 'output_tokens'"),
        ("arrival,input_tokens,output_tokens\n", "no request"),
        ("arrival,input_tokens,output_tokens\nnoon,10,5\nlater,1,1\n", "is neither a number nor a time"),
    ],
)
def test_what_is_wrong_with_a_trace_is_said_in_words(tmp_path, text, words):
    (tmp_path / "trace.csv").write_text(text)
    with pytest.raises(ScenarioError) as refused:
        read_requests(tmp_path / "trace.csv")
    assert words in str(refused.value) and "trace.csv" in str(refused.value)


def test_milliseconds_and_disorder_are_converted(tmp_path):
    (tmp_path / "trace.csv").write_text("timestamp_ms,ContextTokens,GeneratedTokens\n2000,10,5\n500,20,6\n")
    requests = read_requests(tmp_path / "trace.csv")
    assert requests.arrival_s.tolist() == [0.0, 1.5] and requests.input_tokens.tolist() == [20.0, 10.0] and requests.notes


EPOCH_PARTS = {"": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


@pytest.mark.parametrize("named", ["", "ms", "us", "ns"])
@pytest.mark.parametrize("part", EPOCH_PARTS)
def test_seconds_since_1970_are_known_by_their_size_unless_a_unit_says_otherwise(tmp_path, part, named):
    header = f"timestamp ({named})" if named else "timestamp"
    rows = "\n".join(f"{round((1_700_000_000 + s) * EPOCH_PARTS[part])},5,6" for s in (0, 60, 90))
    (tmp_path / "trace.csv").write_text(f"{header},input_tokens,output_tokens\n{rows}\n")
    seconds = np.array([0.0, 60.0, 90.0]) * (EPOCH_PARTS[part] / EPOCH_PARTS[named] if named else 1.0)
    read = read_requests(tmp_path / "trace.csv")
    assert read.arrival_s == pytest.approx(seconds, rel=1e-9) and bool(read.notes) == bool(part and not named)


@pytest.mark.parametrize(
    ("times", "words"),
    [(("2023-11-16T18:17:03Z", "2023-11-16T18:17:05"), "with and without a zone"), (("2023-11-16", "2023-11-17"), "without a time of day")],
)
def test_times_that_do_not_say_their_instant_are_refused(tmp_path, times, words):
    (tmp_path / "trace.csv").write_text("arrival,input_tokens,output_tokens\n" + "".join(f"{t},5,6\n" for t in times))
    with pytest.raises(ScenarioError, match=words):
        read_requests(tmp_path / "trace.csv")


def test_counts_without_a_unit_say_what_they_were_taken_as(tmp_path):
    (tmp_path / "trace.csv").write_text("arrival,input_tokens,output_tokens\n0,5,6\n250,5,6\n")
    assert read_requests(tmp_path / "trace.csv").notes == ("arrivals taken as s: 2 requests in 250 s",)
