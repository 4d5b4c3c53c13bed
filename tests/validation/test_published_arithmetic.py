"""Arithmetic that publications print, redone with our formulas: it tells nothing of the model's aim, so it gates nothing."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.compute import failures
from gigacampus.compute.roofline import ServingPoint, requests_per_s, tpot_s, ttft_s
from gigacampus.neighbours.water.tower import make_up_kg_per_mwh
from gigacampus.products import gates, queues, scaling_laws
from gigacampus.products.scaling_laws import FITS, REPEAT_DECAY
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.serving import newest_constants

TWENTY_SECONDS = 20.0 / 60.0
PER_DAY = 1440.0


@pytest.fixture(scope="module")
def production():
    rows = CaseFolder().inputs("serving/production_and_prices.csv")
    return {(r["subject"].split()[0], r["quantity"]): float(r["value"]) for r in rows if r["confidence"] == "seen"}


@pytest.fixture(scope="module")
def observed():
    rows = CaseFolder().inputs("safety/grok_incident_counts.csv")
    return {
        (r["who"], r["quantity"]): float(r["value"]) for r in rows if r["confidence"] == "seen" and not r["period"].startswith("before")
    }


def test_interruptions_sum_to_the_stated_total_and_time_between_them():
    counts = CaseFolder().inputs("training/llama3_interruptions.csv")
    total = sum(float(r["count"]) for r in counts if r["confidence"] == "seen")
    assert total == 419.0
    rate = failures.job_failure_rate_per_h(16384.0, per_accelerator_hour=total / (54.0 * 24.0 * 16384.0), per_job_hour=0.0)
    assert 1.0 / float(rate) == pytest.approx(3.093, abs=0.0005)


@pytest.mark.parametrize(("size", "hours", "half_digit"), [(16384.0, 1.8, 0.05), (131072.0, 0.23, 0.005)])
def test_projected_times_to_failure_follow_from_the_rate_per_node(size, hours, half_digit):
    rate = failures.job_failure_rate_per_h(size, per_accelerator_hour=6.5 / 1000.0 / 24.0 / 8.0, per_job_hour=0.0)
    assert 1.0 / float(rate) == pytest.approx(hours, abs=half_digit)


@pytest.mark.parametrize("mtbf_h", [0.1, 0.5, 3.0, 50.0])
@pytest.mark.parametrize("write_s", [5.0, 60.0])
def test_the_checkpoint_interval_is_the_best_of_a_search(mtbf_h, write_s):
    grid = np.geomspace(1e-4, 2.0, 4001) * np.sqrt(mtbf_h)
    best = failures.daly_goodput(mtbf_h, restart_h=0.1, write_h=write_s / 3600.0, interval_h=grid).max()
    assert failures.daly_goodput(mtbf_h, restart_h=0.1, write_h=write_s / 3600.0) >= (1.0 - 1e-3) * best


def test_little_holds_in_the_steady_state():
    c, load = newest_constants(), 2.0 ** np.arange(10)
    p = ServingPoint(1e10, 5e10, 256.0, 8.0, 1e8, 1e14, 61.0, 8.0, load, 400.0, 4.8e12, 1.979e15)
    assert requests_per_s(p, c) * (ttft_s(p, c) + (p.output_tokens - 1.0) * tpot_s(p, c)) == pytest.approx(load, rel=1e-12)


def test_textbook_queues_to_the_printed_digit():
    a = queues.erlang_a(48.0, service_rate=1.0, abandon_rate=0.5, servers=50)
    assert queues.erlang_c(10.0, 14) == pytest.approx(0.174, abs=0.0005)
    assert 1 - queues.erlang_c_tail(10 / 3, wait=TWENTY_SECONDS, service_rate=1 / 3, servers=14) == pytest.approx(0.888, abs=0.0005)
    assert queues.erlang_c_wait(10 / 3, service_rate=1 / 3, servers=14) * 60 == pytest.approx(7.8, abs=0.05)
    assert queues.erlang_c_wait(48.0, service_rate=1.0, servers=50) * 60 == pytest.approx(20.8, abs=0.05)
    assert a["probability_abandon"] == pytest.approx(0.031, abs=0.0005)
    assert a["mean_wait_all"] * 60 == pytest.approx(3.7, abs=0.05)
    assert a["mean_queue"] == pytest.approx(3.0, abs=0.05) and a["occupancy"] == pytest.approx(0.93, abs=0.005)


def test_rates_of_the_random_sample_follow_from_its_counts(observed):
    assert observed["CCDH", "sexualised in sample"] / 20_000.0 == pytest.approx(0.650, abs=0.0005)
    assert observed["CCDH", "sexualised images"] / (11.0 * PER_DAY) == pytest.approx(189.0, abs=0.5)
    assert 11.0 * PER_DAY * 60 / observed["CCDH", "sexualised images of likely children"] == pytest.approx(41.0, abs=0.5)


def test_independent_gates_multiply_and_a_perfect_one_lets_nothing_pass():
    for recalls in ([0.84, 0.5], [0.6, 0.7, 0.9]):
        product = float(np.prod(1.0 - np.array(recalls)))
        assert gates.all_miss_frac(recalls, correlation=1e-9) == pytest.approx(product, rel=1e-6)
    assert gates.all_miss_frac([1.0, 0.3], correlation=0.5) == 0.0


def test_correlated_gates_agree_with_a_simulation():
    rng = np.random.default_rng(1)
    common, own = rng.standard_normal(400_000), rng.standard_normal((2, 400_000))
    scores = np.sqrt(0.6) * common + np.sqrt(0.4) * own
    drawn = np.mean(np.all(scores < np.quantile(scores, [0.16, 0.5], axis=1).diagonal()[:, None], axis=0))
    ours = gates.all_miss_frac([0.84, 0.5], correlation=0.6)
    assert abs(drawn - ours) < 3.0 * np.sqrt(ours * (1.0 - ours) / common.size)


def test_one_pass_counts_once_and_endless_passes_count_one_and_r_times():
    unique = np.geomspace(1e9, 1e14, 11)
    assert scaling_laws.effective_tokens(unique, epochs=1.0, repeat_decay=REPEAT_DECAY) == pytest.approx(unique, rel=1e-12)
    ever = scaling_laws.effective_tokens(unique, epochs=1e9, repeat_decay=REPEAT_DECAY)
    assert ever == pytest.approx(unique * (1.0 + REPEAT_DECAY), rel=1e-12)


def test_the_optimal_split_is_the_best_of_a_search():
    fit, grid = FITS["besiroglu_2024"], np.geomspace(0.2, 5.0, 2001)
    n, d = scaling_laws.optimal_split(1e27, fit=fit)
    assert grid[np.argmin(scaling_laws.loss_nats(n * grid, d / grid, fit=fit))] == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("cycles", [2.5, 4.0, 7.0])
def test_salts_in_make_up_leave_with_blowdown_and_drift(cycles):
    evaporation = np.linspace(600.0, 1500.0, 91)
    made_up = make_up_kg_per_mwh(evaporation, cycles=cycles, drift_frac=5e-6, range_k=8.0)
    assert cycles * (made_up - evaporation) == pytest.approx(made_up, rel=1e-9)


@pytest.mark.parametrize("klass", [3, 5, 7, 10, 15, 20])
def test_tax_tables_sum_to_one(klass):
    assert sum(macrs_table(klass, "HY")) == pytest.approx(1.0, abs=1e-9)
