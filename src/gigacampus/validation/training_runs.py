"""Layouts of whole production runs as their reports state them."""

from __future__ import annotations

from typing import Any

from gigacampus.compute.step_time import StepInputs, step_mfu

WORK = {"deepseek-v3": (36.5e9, 14.8e12, 989.5e12), "llama3.1-405b": (405e9, 15.6e12, 989.5e12), "llama2-70b": (69.0e9, 2.0e12, 312e12)}
"""Active parameters, tokens and dense BF16 peak in FLOP/s of a run."""
SHARED = {
    "context": 1.0,
    "micro_batch": 1.0,
    "recompute_passes": 3.0,
    "peak_flop_per_s": 989.5e12,
    "scale_out_bytes_per_s": 50e9,
    "gathered_weights": 0.0,
    "pipeline": 16.0,
}
SPARSE = {
    "parameters": 671e9,
    "active_parameters": 36.5e9,
    "layers": 61.0,
    "hidden": 7168.0,
    "query_dim": 20480.0,
    "sequence": 4096.0,
    "batch_sequences": 15360.0,
    "accelerators": 2048.0,
    "tensor": 1.0,
    "virtual_stages": 2.0,
    "memory_bytes_per_s": 3.35e12,
    "scale_up_bytes_per_s": 200e9,
    "sparse": 1.0,
    "eight_bit": 1.0,
}
DENSE = {
    "parameters": 405e9,
    "active_parameters": 405e9,
    "layers": 126.0,
    "hidden": 16384.0,
    "query_dim": 16384.0,
    "sequence": 8192.0,
    "batch_sequences": 2048.0,
    "accelerators": 16384.0,
    "tensor": 8.0,
    "virtual_stages": 7.0,
    "memory_bytes_per_s": 2.4e12,
    "scale_up_bytes_per_s": 450e9,
    "sparse": 0.0,
    "eight_bit": 0.0,
}


def predicted_mfu(constants: Any) -> dict[str, float]:
    """Utilisation that the step model gives two published production runs at their stated layouts."""
    layouts = {"deepseek-v3": SPARSE, "llama3.1-405b": DENSE}
    return {
        name: float(step_mfu(StepInputs(**SHARED, **layout, matrix_frac=constants.hopper_frac), constants))
        for name, layout in layouts.items()
    }
