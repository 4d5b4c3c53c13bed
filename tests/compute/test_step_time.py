"""The step-time model."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.compute.step_time import StepInputs, forward_flop_per_token, step_mfu, step_parts_s, step_time_s

CONSTANTS = SimpleNamespace(half_width=400.0, memory_passes=150.0, overlap_frac=0.85, moe_frac=0.4, eight_bit_gain=1.5)
DENSE = StepInputs(
    parameters=405e9,
    active_parameters=405e9,
    layers=126.0,
    hidden=16384.0,
    query_dim=16384.0,
    sequence=8192.0,
    batch_sequences=2048.0,
    accelerators=16384.0,
    tensor=8.0,
    pipeline=16.0,
    virtual_stages=7.0,
    context=1.0,
    micro_batch=1.0,
    recompute_passes=3.0,
    peak_flop_per_s=989.5e12,
    memory_bytes_per_s=3.35e12,
    scale_up_bytes_per_s=450e9,
    scale_out_bytes_per_s=50e9,
    matrix_frac=0.6,
    sparse=0.0,
    eight_bit=0.0,
    gathered_weights=0.0,
)


def test_parts_sum_to_the_step_and_none_is_negative():
    parts = step_parts_s(DENSE, CONSTANTS)
    assert step_time_s(DENSE, CONSTANTS) == pytest.approx(sum(parts.values()))
    assert all(value >= 0 for value in parts.values())


def test_utilisation_stays_below_the_matrix_ceiling():
    assert 0.2 < step_mfu(DENSE, CONSTANTS) < 0.6


def test_a_perfect_machine_reaches_its_ceiling():
    ideal = SimpleNamespace(half_width=0.0, memory_passes=0.0, overlap_frac=1.0, moe_frac=1.0, eight_bit_gain=1.0)
    alone = replace(DENSE, tensor=1.0, pipeline=1.0, accelerators=2048.0, memory_bytes_per_s=1e30)
    assert step_mfu(alone, ideal) == pytest.approx(0.6)


def test_bubble_is_stages_less_one_over_interleaved_micro_batches():
    parts = step_parts_s(DENSE, CONSTANTS)
    busy = parts["matrix"] + parts["memory"] + parts["tensor"]
    assert parts["bubble"] / busy == pytest.approx(15.0 / (7.0 * 16.0))


@pytest.mark.parametrize(
    "change",
    [
        {"accelerators": 32768.0},
        {"recompute_passes": 4.0},
        {"scale_up_bytes_per_s": 50e9},
        {"virtual_stages": 1.0},
        {"scale_out_bytes_per_s": 5e9},
        {"gathered_weights": 1.0},
    ],
)
def test_what_hurts_lowers_utilisation(change):
    assert step_mfu(replace(DENSE, **change), CONSTANTS) < step_mfu(DENSE, CONSTANTS)


def test_experts_stay_whole_under_tensor_parallelism():
    sparse = replace(DENSE, sparse=1.0, active_parameters=40e9)
    wide, narrow = (step_parts_s(replace(sparse, tensor=t, accelerators=2048.0 * t), CONSTANTS)["matrix"] for t in (1.0, 8.0))
    assert narrow == pytest.approx(wide / 8.0)


def test_columns_broadcast():
    sizes = np.array([4096.0, 16384.0])
    assert step_time_s(replace(DENSE, accelerators=sizes), CONSTANTS).shape == (2,)
    assert forward_flop_per_token(DENSE) == pytest.approx(2 * 405e9 + 2 * 16384 * 8192 * 126)
