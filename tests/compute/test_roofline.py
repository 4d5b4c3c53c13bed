"""The serving roofline, mixed fleets, fleet mix and unit costs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigacampus.compute import mixed, roofline
from gigacampus.compute.fleet import installed_counts, mix_frac, young_frac
from gigacampus.compute.roofline import prefill_flop

CONSTANTS = SimpleNamespace(
    memory_frac=0.7,
    prefill_frac=0.5,
    layer_s=3e-5,
    layer_s_per_doubling=3e-5,
    request_s=2e-5,
    first_token_s=0.1,
    queue_frac=0.1,
    exchange_frac=0.0,
    sglang_layer_s=9e-5,
    sglang_first_token_s=0.3,
    sglang_queue_frac=0.5,
)
POINT = roofline.ServingPoint(
    resident_bytes=5e9,
    routed_bytes=80e9,
    experts=256.0,
    experts_active=8.0,
    kv_bytes_per_request=1e7,
    prefill_flop=1.5e14,
    layers=61.0,
    replica=8.0,
    concurrency=np.array([1.0, 16.0, 256.0]),
    output_tokens=400.0,
    memory_bytes_per_s=8e12,
    peak_flop_per_s=5e15,
)


def test_experts_touched_against_drawing_them():
    rng = np.random.default_rng(3)
    drawn = np.mean([len({int(e) for _ in range(16) for e in rng.choice(64, 4, replace=False)}) / 64 for _ in range(400)])
    assert roofline.experts_touched_frac(64, 4, 16) == pytest.approx(drawn, abs=0.01)


def test_more_requests_take_longer_each_and_give_more_in_all():
    assert np.all(np.diff(roofline.tpot_s(POINT, CONSTANTS)) > 0)
    assert np.all(np.diff(roofline.output_tokens_per_s_per_accelerator(POINT, CONSTANTS)) > 0)
    assert np.all(np.diff(roofline.ttft_s(POINT, CONSTANTS)) > 0)


def test_reading_a_prompt_exchanges_its_activations_at_a_share_of_the_links():
    """Two all-reduces of 1,000 tokens of width 8,192 through 80 layers over a ring of eight, 16 bits each, at 40 % of 900 GB/s."""
    sent = float(roofline.exchange_bytes(1000, hidden=8192, layers=80, replica=8))
    assert sent == pytest.approx(2 * 7 / 8 * 1000 * 8192 * 2 * 2 * 80)
    wide = replace(POINT, exchange_bytes=sent, scale_up_bytes_per_s=900e9)
    with_links = SimpleNamespace(**{**vars(CONSTANTS), "exchange_frac": 0.4})
    added = roofline.prefill_s(wide, with_links) - roofline.prefill_s(wide, CONSTANTS)
    assert added == pytest.approx(sent / 360e9)
    assert float(roofline.exchange_bytes(1000, hidden=8192, layers=80, replica=1)) == 0.0
    assert np.all(roofline.tpot_s(wide, with_links) > roofline.tpot_s(wide, CONSTANTS))


def test_first_tokens_on_an_engine_of_its_own_wait_by_its_own_queue():
    ours, own = roofline.ttft_s(POINT, CONSTANTS), roofline.ttft_s(replace(POINT, sglang=1.0), CONSTANTS)
    slower = 61 * (9e-5 - 3e-5)
    assert own - ours == pytest.approx(0.2 + slower + 0.4 * (POINT.concurrency - 1.0) * roofline.prefill_s(POINT, CONSTANTS))
    untold = SimpleNamespace(**{**vars(CONSTANTS), "sglang_queue_frac": 0.0, "sglang_layer_s": 0.0})
    assert np.all(roofline.ttft_s(replace(POINT, sglang=1.0), untold) == ours)


def test_a_step_of_an_engine_of_its_own_takes_its_own_time_for_a_layer():
    ours, own = roofline.decode_step_s(POINT, CONSTANTS), roofline.decode_step_s(replace(POINT, sglang=1.0), CONSTANTS)
    assert own - ours == pytest.approx(61 * (9e-5 - 3e-5))


def test_decoding_is_bound_by_memory():
    fast = replace(POINT, memory_bytes_per_s=16e12)
    fixed = 61 * (3e-5 + 3 * 3e-5) + 2e-5 * POINT.concurrency
    assert roofline.decode_step_s(fast, CONSTANTS) - fixed == pytest.approx((roofline.decode_step_s(POINT, CONSTANTS) - fixed) / 2)


def test_mixed_fleet_orders_policies():
    counts, speeds = np.array([200.0, 30.0]), np.array([1.0, 2.4])
    even = mixed.even_split_flop_per_s(counts, speeds)
    balanced = mixed.balanced_flop_per_s(counts, speeds, units_per_replica=5)
    assert even < balanced <= mixed.separate_jobs_flop_per_s(counts, speeds) == 272.0


def test_mixed_fleet_of_one_kind_loses_nothing():
    counts, speeds = np.array([0.0, 30.0]), np.array([1.0, 2.4])
    assert mixed.even_split_flop_per_s(counts, speeds) == pytest.approx(72.0)
    assert mixed.balanced_flop_per_s(counts, speeds, units_per_replica=7) == pytest.approx(72.0)


def test_installed_counts_follow_the_presence_of_blocks_and_an_empty_month_has_the_first_mix():
    blocks = {"one": SimpleNamespace(kind="accelerators", model="lib:accelerators/a", count=10.0), "hall": SimpleNamespace(kind="hall")}
    blocks["two"] = SimpleNamespace(kind="accelerators", model="lib:accelerators/b", count=5.0)
    here = {"one": np.array([[0, 1, 0.5], [0, 1, 0.5]]), "two": np.array([[0, 0, 0], [1, 1, 1.0]]), "hall": np.ones((2, 3))}
    counts = installed_counts(blocks, here, ("a", "b"))
    assert counts[0].tolist() == [[0, 10, 5], [0, 10, 5]] and counts[1].tolist() == [[0, 0, 0], [5, 5, 5]]
    assert mix_frac(counts)[:, 0, 0].tolist() == [1.0, 0.0]


def test_young_share_forgets_after_the_window():
    share = young_frac(np.array([[10.0, 20.0, 20.0, 20.0, 20.0]]), 3)
    assert share[0].tolist() == [0.0, 0.5, 0.5, 0.5, 0.0]


@pytest.mark.parametrize("cached", [0, 1, 7, 63, 64])
def test_prefill_with_a_cached_prefix_is_the_exact_count_of_its_products(cached):
    """Every new token is projected once and meets itself and all tokens before it; two products of scores and values a pair and width."""
    tokens, parameters, width, layers = 64, 1000.0, 16.0, 3.0
    pairs = sum(k + 0.5 for k in range(cached, tokens))
    counted = 2.0 * parameters * (tokens - cached) + 4.0 * pairs * width * layers
    ours = prefill_flop(parameters, input_tokens=tokens, query_dim=width, layers=layers, hit_frac=cached / tokens)
    assert float(ours) == pytest.approx(counted, rel=1e-12, abs=1e-9)


@given(tokens=st.floats(1.0, 1e6), hit=st.floats(0.0, 1.0))
def test_prefill_of_a_prompt_is_that_of_its_prefix_and_of_the_rest_behind_it(tokens, hit):
    def work(n, h):
        return float(prefill_flop(70e9, input_tokens=n, query_dim=8192, layers=80, hit_frac=h))

    assert work(tokens, hit) + work(tokens * hit, 0.0) == pytest.approx(work(tokens, 0.0), rel=1e-12)
    assert work(tokens, 1.0) == 0.0
