"""Layouts of whole production runs as their reports state them."""

from __future__ import annotations

from datetime import date
from typing import Any

from gigacampus.compute.job import NONE, OPTIMISER, Job, Layout, Machine
from gigacampus.compute.step_time import step_mfu
from gigacampus.compute.training_jobs import shape_of
from gigacampus.scenario.library import load_entry
from gigacampus.schema.compute import ModelEntry

WORK = {"deepseek-v3": (36.5e9, 14.8e12, 989.5e12), "llama3.1-405b": (405e9, 15.6e12, 989.5e12), "llama2-70b": (69.0e9, 2.0e12, 312e12)}
"""Active parameters, tokens and dense BF16 peak in FLOP/s of a run."""
ENTRIES = {"deepseek-v3": "deepseek_v3", "llama3.1-405b": "llama_3_1_405b"}
MACHINES = {
    "deepseek-v3": {"product_flop_per_s": 1979e12, "memory_bytes_per_s": 3.35e12, "scale_up_bytes_per_s": 200e9},
    "llama3.1-405b": {"product_flop_per_s": 989.5e12, "memory_bytes_per_s": 2.4e12, "scale_up_bytes_per_s": 450e9},
}
COMMON = {"peak_flop_per_s": 989.5e12, "memory_bytes": 80e9, "scale_up_domain": 8.0, "scale_out_bytes_per_s": 50e9}
LAYOUTS = {
    "deepseek-v3": {
        "accelerators": 2048.0,
        "tensor": 1.0,
        "virtual_stages": 2.0,
        "expert": 64.0,
        "batch_sequences": 15360.0,
        "sequence": 4096.0,
        "product_bits": 8.0,
        "software_years": -1.4,
    },
    "llama3.1-405b": {
        "accelerators": 16384.0,
        "tensor": 8.0,
        "virtual_stages": 8.0,
        "expert": 1.0,
        "batch_sequences": 2048.0,
        "sequence": 8192.0,
    },
}
SHARED = {"context": 1.0, "micro_batch": 1.0, "pipeline": 16.0, "recompute": NONE, "sharding": OPTIMISER}


def predicted_mfu(constants: Any) -> dict[str, float]:
    """Utilisation that the step model gives two published production runs at their stated layouts."""
    ceilings = {"matrix_frac": constants.hopper_frac, "attention_frac": constants.hopper_attention_frac}
    out = {}
    for name, layout in LAYOUTS.items():
        shape = shape_of(ModelEntry(**load_entry("models", ENTRIES[name], date.max)[0]))
        job = Job(shape, Machine(**MACHINES[name], **COMMON, **ceilings), Layout(**layout, **SHARED))
        out[name] = float(step_mfu(job, constants))
    return out
