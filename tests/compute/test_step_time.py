"""The step-time model."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.compute import step_time
from gigacampus.compute.job import FULL, PARAMETERS, Job, bandwidth_of_group, example_job, longest_stage_layers, power_per_rate
from gigacampus.compute.layer_counts import forward_flop_per_token
from gigacampus.compute.step_time import PARTS, step_mfu, step_parts_s, step_time_s

CONSTANTS = SimpleNamespace(
    half_width=400.0,
    half_tokens=200.0,
    four_bit_frac=0.75,
    softmax_passes=40.0,
    memory_passes=80.0,
    unfused_layer_s=3e-3,
    sparse_layer_s=2e-3,
    sparse_layer_server_s=5e-3,
    stage_exposed_frac=0.2,
    gather_hidden_frac=0.3,
    step_s=0.1,
    sparse_gain_per_year=0.4,
    portable_attention_frac=0.5,
    power_exponent=2.0,
    slow_server_frac=0.01,
    slow_server_excess_frac=0.2,
)
DENSE = example_job()
EXPERTS = {"experts": 256.0, "experts_active": 8.0, "expert_ffn": 2048.0, "shared_experts": 1.0, "dense_layers": 3.0, "hidden": 7168.0}


def changed(job: Job = DENSE, **fields: float) -> Job:
    """The job with some columns of its shape, machine or layout changed."""
    parts = {
        name: replace(part, **{key: value for key, value in fields.items() if key in part.__dataclass_fields__})
        for name, part in (("shape", job.shape), ("machine", job.machine), ("layout", job.layout))
    }
    return replace(job, **parts)


SPARSE = changed(**EXPERTS, layers=61.0, ffn=18432.0, tensor=1.0, expert=64.0, accelerators=2048.0)


@pytest.mark.parametrize("job", [DENSE, SPARSE, changed(fused_attention=0.0), changed(sharding=PARAMETERS, pipeline=1.0)])
def test_parts_sum_to_the_step_and_none_is_negative(job):
    parts = step_parts_s(job, CONSTANTS)
    assert tuple(parts) == PARTS
    assert float(step_time_s(job, CONSTANTS)) == pytest.approx(float(sum(parts.values())), rel=1e-12)
    assert all(value >= 0 for value in parts.values())


def test_a_perfect_machine_reaches_its_ceiling():
    none = dict.fromkeys(("half_width", "half_tokens", "memory_passes", "step_s", "slow_server_frac"), 0.0)
    ideal = SimpleNamespace(**{**vars(CONSTANTS), **none})
    machine = {"memory_bytes_per_s": 1e30, "scale_out_bytes_per_s": 1e30, "scale_up_bytes_per_s": 1e30, "matrix_frac": 0.6}
    alone = changed(**machine, attention_frac=0.6 * 3.5 / 3.0, tensor=1.0, pipeline=1.0, virtual_stages=1.0, accelerators=2048.0)
    assert float(step_mfu(alone, ideal)) == pytest.approx(0.6)


def test_bubble_is_stages_less_one_over_interleaved_micro_batches():
    job = changed(layers=128.0)
    parts = step_parts_s(job, CONSTANTS)
    busy = sum(parts[kind] for kind in ("matrix", "attention", "memory", "fixed", "tensor", "context", "expert", "stages"))
    assert float(parts["bubble"] / busy) == pytest.approx(15.0 / (8.0 * 16.0))


@pytest.mark.parametrize(
    "change",
    [
        {"accelerators": 32768.0},
        {"recompute": FULL},
        {"scale_up_bytes_per_s": 50e9},
        {"virtual_stages": 1.0},
        {"scale_out_bytes_per_s": 5e9},
        {"sharding": PARAMETERS},
        {"fused_attention": 0.0},
        {"layers": 129.0, "virtual_stages": 8.0},
        {"attention_frac": 0.1},
    ],
)
def test_what_hurts_lowers_utilisation(change):
    assert step_mfu(changed(**change), CONSTANTS) < step_mfu(DENSE, CONSTANTS)


def test_experts_outside_the_domain_cost_what_their_exchange_does_not_hide():
    slow = {"scale_out_bytes_per_s": 5e8}
    inside = step_parts_s(changed(SPARSE, scale_up_domain=64.0, **slow), CONSTANTS)["expert"]
    outside = step_parts_s(changed(SPARSE, **slow), CONSTANTS)["expert"]
    assert inside == 0.0 and outside > 0.0
    assert step_parts_s(changed(SPARSE, expert=1.0, **slow), CONSTANTS)["expert"] == 0.0


def test_few_tokens_for_each_expert_slow_its_products():
    few, many = (step_parts_s(changed(SPARSE, expert=e), CONSTANTS)["matrix"] for e in (1.0, 64.0))
    assert few > many


def test_uneven_stages_wait_for_the_longest():
    assert float(longest_stage_layers(changed(layers=126.0, pipeline=16.0, virtual_stages=1.0))) == 8.0
    assert float(longest_stage_layers(changed(layers=128.0, pipeline=16.0, virtual_stages=1.0))) == 8.0
    assert float(longest_stage_layers(changed(layers=127.0, pipeline=16.0, virtual_stages=1.0))) == 9.0


def test_a_group_crosses_the_network_with_the_cards_of_its_members():
    machine = DENSE.machine
    assert float(bandwidth_of_group(machine, 8.0, 1.0)) == 450e9
    assert float(bandwidth_of_group(machine, 16.0, 1.0)) == 400e9
    assert float(bandwidth_of_group(machine, 16.0, 4.0)) == 100e9


def test_newer_software_speeds_up_sparse_models_only():
    old, new = (changed(SPARSE, software_years=y) for y in (-1.0, 0.0))
    assert step_time_s(old, CONSTANTS) > step_time_s(new, CONSTANTS)
    assert step_time_s(changed(software_years=-1.0), CONSTANTS) == step_time_s(DENSE, CONSTANTS)


def test_columns_broadcast():
    assert step_time_s(changed(accelerators=np.array([4096.0, 16384.0])), CONSTANTS).shape == (2,)
    assert float(forward_flop_per_token(DENSE.shape, 8192.0)) == pytest.approx(2 * 403.7e9 + 2 * 16384 * 8192 * 126, rel=1e-3)


EASY = changed(
    **{"hidden": 1000.0, "layers": 10.0, "dense_layers": 0.0, "vocabulary": 1e5, "kv_heads": 10.0, "head_width": 100.0, "sequence": 1000.0},
    **{"experts": 32.0, "experts_active": 2.0, "tensor": 1.0, "peak_flop_per_s": 1e12, "matrix_frac": 0.5, "memory_bytes_per_s": 1e9},
    **{"scale_up_bytes_per_s": 1e9, "scale_out_bytes_per_s": 1e8, "scale_up_domain": 8.0},
)
"""A layer of 1,000 hidden states over 1,000 tokens, 2 MB in 16 bits: its parts are worked by hand."""


@pytest.mark.parametrize(
    ("part", "seconds"),
    [
        (step_time._tensor_s(changed(EASY, tensor=4.0)), 4 * 1.5 * 2e6 / 1e9),
        (step_time._tensor_s(changed(EASY, tensor=4.0, recompute=FULL)), 16 / 3 * 1.5 * 2e6 / 1e9),
        (step_time._memory_s(EASY, CONSTANTS), 80 * 2e6 / 1e9),
        (step_time._memory_s(changed(EASY, tensor=4.0, recompute=FULL), CONSTANTS), 80 * 2e6 / 4 * 4 / 3 / 1e9),
        # 8 MB to each of 2 experts: seven in eight leave the accelerator, and three tokens in four have one in the other domain.
        (step_time._expert_s(changed(EASY, expert=16.0), 0.0), 0.014 + 0.06),
        (step_time._expert_s(changed(EASY, expert=16.0, dense_layers=4.0), 0.024), 0.6 * 0.05),
        # Keys and values of 1,000 tokens go three steps around a ring of four, three times.
        (step_time._context_s(changed(EASY, context=4.0, sequence=4000.0), 0.016), 0.036 - 0.016),
        (step_time._context_s(changed(EASY, context=4.0, sequence=4000.0), 0.05), 0.0),
        (step_time._logits_s(EASY, CONSTANTS), 1e8 * (6000 / (0.5e12 / 1.2) + 16 / 1e9)),
    ],
)
def test_each_part_of_an_easy_layer_is_what_it_is_by_hand(part, seconds):
    assert float(part) == pytest.approx(seconds)


def test_a_server_of_eight_waits_for_its_one_host_and_a_rack_does_not():
    def fixed(work=0.0, **fields):
        return float(step_time._fixed_s(changed(EASY, **fields), CONSTANTS, work))

    assert (fixed(scale_up_domain=8.0), fixed(scale_up_domain=9.0)) == (5e-3, 2e-3)
    assert fixed(scale_up_domain=9.0, recompute=FULL) == pytest.approx(2e-3 * 4 / 3)
    assert fixed(experts=1.0, fused_attention=0.0, work=1e-3) == pytest.approx(2e-3)
    assert fixed(experts=1.0, fused_attention=0.0, work=4e-3) == fixed(experts=1.0) == 0.0


def test_less_power_for_each_flop_lowers_the_ceiling_of_products_alone():
    full, half = step_parts_s(EASY, CONSTANTS), step_parts_s(changed(EASY, power_per_rate=0.5), CONSTANTS)
    assert float(half["matrix"] / full["matrix"]) == pytest.approx(4.0)
    assert float(half["attention"]) == float(full["attention"])
    assert [power_per_rate("hopper", board_w=w, rate_tflop_s=1979.0, bits=8.0) for w in (700.0, 350.0, 0.0)] == pytest.approx([1, 0.5, 1])
    assert power_per_rate("other", board_w=700.0, rate_tflop_s=989.5, bits=16.0) == 1.0


def test_attention_written_for_an_earlier_family_reaches_its_share_of_the_rate():
    own, portable = (step_parts_s(changed(EASY, portable_attention=x), CONSTANTS)["attention"] for x in (0.0, 1.0))
    assert float(portable / own) == pytest.approx(2.0)


def test_every_part_that_its_software_sets_was_slower_by_the_same_factor():
    old, new = (step_parts_s(changed(SPARSE, software_years=y), CONSTANTS) for y in (-1.0, 0.0))
    assert [float(old[x] / new[x]) for x in ("matrix", "memory", "fixed")] == pytest.approx([np.exp(0.4)] * 3)
