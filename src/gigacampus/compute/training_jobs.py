"""From library entries and the scenario's layout to the columns of a training job."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.compute.job import BITS_OF_PEAK, RECOMPUTE, SHARDING, Job, Layout, Machine, Shape, power_per_rate
from gigacampus.compute.layer_counts import attention_parameters, embedding_parameters
from gigacampus.foundation.units import BILLION, UNIT_TABLE

TERA = UNIT_TABLE["TFLOP/s"][1]
TERABYTE = UNIT_TABLE["TB/s"][1]
GIGABYTE = UNIT_TABLE["GB/s"][1]
LEAST_WIDTH = 1.0


def shape_of(model: Any) -> Shape:
    """Shape of a library model; the width that its entry leaves open is what its parameters leave for it."""
    sparse = model.experts > 1
    heads = model.heads or model.query_dim / model.head_width
    columns = {
        "layers": model.layers,
        "dense_layers": model.dense_layers if sparse else model.layers,
        "hidden": model.hidden,
        "heads": heads,
        "kv_heads": min(model.kv_heads, heads),
        "head_width": model.head_width,
        "ffn": model.ffn or 0.0,
        "ffn_matrices": model.ffn_matrices,
        "vocabulary": model.vocabulary,
        "tied": float(model.tied_embeddings),
        "experts": model.experts,
        "experts_active": model.experts_active,
        "expert_ffn": (model.expert_ffn or 0.0) if sparse else 0.0,
        "shared_experts": model.shared_experts if sparse else 0.0,
        "query_rank": model.query_rank,
        "latent_rank": model.latent_rank,
        "rotary_width": model.rotary_width,
        "local_frac": model.local_frac,
        "window": model.window_tokens,
    }
    bare = Shape(**columns)
    left = model.parameters_b * BILLION - float(model.layers * attention_parameters(bare) + embedding_parameters(bare))
    if sparse and not model.expert_ffn:
        left -= columns["dense_layers"] * model.ffn_matrices * model.hidden * columns["ffn"]
        blocks = (model.layers - columns["dense_layers"]) * (model.experts + columns["shared_experts"])
        columns["expert_ffn"] = max(left / (blocks * model.ffn_matrices * model.hidden), LEAST_WIDTH)
    if not sparse and not model.ffn:
        columns["ffn"] = max(left / (model.layers * model.ffn_matrices * model.hidden), LEAST_WIDTH)
    return Shape(**columns)


def machine_of(entry: Any, constants: Any, *, eight_bit: bool) -> Machine:
    """Columns of a library accelerator with the ceilings of its family."""
    other = entry.family == "other"
    narrow = bool(eight_bit and entry.peak_fp8_tflops)
    product = entry.peak_fp8_tflops if narrow else entry.peak_bf16_tflops
    bits = BITS_OF_PEAK / 2.0 if narrow else BITS_OF_PEAK
    attention = getattr(constants, "attention_frac" if other else f"{entry.family}_attention_frac")
    return Machine(
        peak_flop_per_s=entry.peak_bf16_tflops * TERA,
        product_flop_per_s=product * TERA,
        memory_bytes=entry.memory_gb * GIGABYTE,
        memory_bytes_per_s=entry.memory_tb_s * TERABYTE,
        scale_up_bytes_per_s=entry.scale_up_gb_s * GIGABYTE,
        scale_up_domain=entry.scale_up_domain,
        scale_out_bytes_per_s=entry.scale_out_gb_s * GIGABYTE,
        matrix_frac=getattr(constants, "matrix_frac" if other else f"{entry.family}_frac"),
        attention_frac=attention * entry.attention_factor,
        power_per_rate=power_per_rate(entry.family, board_w=entry.board_power_w, rate_tflop_s=product, bits=bits),
    )


def layout_of(compute: Any, shape: Shape, accelerators: Any) -> Layout:
    """Columns of the scenario's layout for jobs of some sizes; experts spread over no more ranks than there are."""
    spec = compute.layout
    ranks = np.maximum(np.asarray(accelerators, float) / spec.pipeline, 1.0)
    return Layout(
        accelerators=accelerators,
        tensor=spec.tensor,
        pipeline=spec.pipeline,
        virtual_stages=spec.virtual_stages,
        context=spec.context,
        expert=np.minimum(np.minimum(spec.expert, shape.experts), ranks),
        micro_batch=spec.micro_batch,
        batch_sequences=spec.batch_tokens / spec.sequence_tokens,
        sequence=spec.sequence_tokens,
        recompute=float(RECOMPUTE.index(spec.recompute)),
        sharding=float(SHARDING.index(spec.sharding)),
        product_bits=8.0 if compute.eight_bit else 16.0,
    )


def job_of(compute: Any, model: Any, entry: Any, constants: Any, *, accelerators: Any) -> Job:
    """Columns of the scenario's training job on one accelerator model, for jobs of some sizes."""
    shape = shape_of(model)
    return Job(shape, machine_of(entry, constants, eight_bit=compute.eight_bit), layout_of(compute, shape, accelerators))
