"""Columns of the step-time model from a table of published measured training steps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from gigacampus.compute.job import FULL, GRADIENTS, NONE, OPTIMISER, PARAMETERS, SELECTIVE, Job, Layout, Machine, Shape, power_per_rate
from gigacampus.foundation.units import UNIT_TABLE

Row = Mapping[str, str]
AnyRow = TypeVar("AnyRow", bound=Mapping[str, str])
TERA = UNIT_TABLE["TFLOP/s"][1]
TERABYTE = UNIT_TABLE["TB/s"][1]
GIGABYTE = UNIT_TABLE["GB/s"][1]
BITS_PER_BYTE, BYTES_16_BIT = 8.0, 2.0
PRODUCT_BITS = {"bf16": 16.0, "fp16": 16.0, "fp8": 8.0, "mxfp8": 8.0, "nvfp4": 4.0}
FAMILY = {
    "A100": "a100",
    "H100": "hopper",
    "H200": "hopper",
    "B200": "blackwell",
    "B300": "blackwell",
    "GB200": "blackwell",
    "GB300": "blackwell",
}
GATED = ("llama", "deepseek", "qwen", "gpt-oss")
"""Models whose feed-forward blocks have a gate and whose embeddings are two matrices."""
VOCABULARY = 51200.0
"""Vocabulary of the GPT shapes where a table does not state one."""
LATENT = {"head_width": 128.0, "query_rank": 1536.0, "latent_rank": 512.0, "rotary_width": 64.0}
CONFIGURATIONS: dict[str, dict[str, float]] = {
    "deepseek-v3": {**LATENT, "dense_layers": 3.0, "ffn": 18432.0, "shared_experts": 1.0},
    "deepseek-v2": {**LATENT, "dense_layers": 1.0, "ffn": 12288.0, "shared_experts": 2.0},
    "qwen3": {"head_width": 128.0},
    "gpt-oss": {"head_width": 64.0, "local_frac": 0.5, "window": 128.0},
}
"""What the public configurations of models say and the table does not."""
CUT_SHORT = "-trunc"
"""Mark of models cut to a few layers, of which one is dense where the model has dense ones."""
UNFUSED = ("megatron2021", "korthikanti2022", "mtnlg", "vtrain")
"""Sources whose software writes the scores of attention to memory."""
PARALLEL_BLOCKS = ("MegaScale",)
"""Software whose published rows run attention and feed-forward block side by side."""
SEQUENCE_PARALLEL = "seqpar"
"""Mark in the column of recompute of unfused software that cuts norms and residuals over the tensor ranks."""
SUMMED_IN_32_BIT = 4.0
"""Bytes of a gradient where unfused software trains in bfloat16, whose sums it keeps in 32 bits."""
RECOMPUTED = {"none": NONE, "selective": SELECTIVE, "selective+seqpar": SELECTIVE, "full": FULL}
SHARDED = {"zero1": OPTIMISER, "zero2": GRADIENTS, "zero3": PARAMETERS, "fsdp": PARAMETERS}
PEAKS = ((16.0, "bf16_dense_tflops"), (8.0, "fp8_dense_tflops"), (0.0, "fp4_dense_tflops"), (0.0, "fp8_dense_tflops"))
"""Column of the peak by the least bits of a format."""
BITS_OF_COLUMN = {"bf16_dense_tflops": 16.0, "fp8_dense_tflops": 8.0, "fp4_dense_tflops": 4.0}
UNDATED_YEAR = 2026.33
POWER_CAPPED = "H100-96GB-500W"
"""A power-capped part with slower memory: same peak on paper, so its rows are scored but not fitted."""
POWER_CAPPED_W = 500.0
PORTABLE_ATTENTION = {"hopper": ("llm_foundry", "torchtitan")}
"""Sources by family whose fused attention was written for the family before it."""
ATTENTION_OVER_FAMILY = {"B300": 2.0, "GB300": 2.0}
"""Parts with twice the units that take exponentials, which set the pace of attention."""
REGRESSION = "known cuDNN regression"
SINGLE_NODE = "vtrain_single"
RELEASES = "nvidia_mbridge"
"""Source whose rows measure the same configuration again in each release."""
LAYOUT = (
    "model",
    "seq_len",
    "accelerator",
    "accelerators",
    "tp",
    "pp",
    "dp",
    "cp",
    "ep",
    "vp",
    "micro_batch",
    "global_batch_seqs",
    "precision",
)
NEEDED = ("layers", "hidden", "heads", "seq_len", "accelerators", "tp", "pp", "dp", "global_batch_seqs")


def usable(row: Row, hardware: Mapping[str, Row]) -> bool:
    """Whether the step model can judge a row."""
    return not unusable(row, hardware)


def unusable(row: Row, hardware: Mapping[str, Row]) -> str:
    """Why the step model cannot judge a row; empty where it can: a step of 16, 8 or 4 bits with a full layout and a measured time, on
    an accelerator that the tables know."""
    if hardware_name(row) not in hardware or family(row) is None:
        return "an accelerator that no ceiling is fitted for"
    if row["precision"] not in PRODUCT_BITS:
        return "a precision that no constant is fitted for"
    if not (row["iter_time_s"] or row["tokens_per_s_per_acc"]):
        return "no measured step time"
    if not all(row[key] for key in NEEDED) or float(row["global_batch_seqs"]) <= 0:
        return "no full layout or shape"
    if REGRESSION in row.get("notes", ""):
        return "a library regression that its source notes"
    return ""


def layout_key(row: Row) -> tuple[str, ...]:
    """What two rows share that measure one configuration in two releases of the same software."""
    return (re.split(r"_\d", row["source_key"])[0], *(row[name] for name in LAYOUT))


def newest(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Of one configuration measured in several releases the newest one."""
    last: dict[tuple[str, ...], AnyRow] = {}
    for row in sorted(rows, key=lambda r: r["source_key"]):
        last[layout_key(row)] = row
    kept = {id(row) for row in last.values()}
    return [row for row in rows if id(row) in kept or not row["source_key"].startswith(RELEASES)]


def gathered_over_one_card(row: Row) -> bool:
    """Whether a step is limited by gathering weights over about one network card for each accelerator, which no constant here holds."""
    return row["source_key"] == "megatron2021_t2" and row["shard"] == "zero3"


def fitting_rows(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Rows that constants are fitted on: the newest release of each configuration, without power-capped parts."""
    return newest([r for r in rows if r["accelerator"] != POWER_CAPPED and not gathered_over_one_card(r)])


def hardware_name(row: Row) -> str:
    """Accelerator of the hardware table."""
    return "H100-80GB" if row["accelerator"] == POWER_CAPPED else row["accelerator"]


def family(row: Row) -> str | None:
    """Accelerator family that shares one ceiling; None where no ceiling is fitted."""
    return FAMILY.get(row["accelerator"].split("-")[0])


def measured_s(rows: Sequence[Row]) -> np.ndarray:
    """Seconds of one optimiser step as published, or from tokens a second."""
    out = []
    for row in rows:
        if row["iter_time_s"]:
            out.append(float(row["iter_time_s"]))
        else:
            tokens = float(row["global_batch_seqs"]) * float(row["seq_len"])
            out.append(tokens / float(row["tokens_per_s_per_acc"]) / float(row["accelerators"]))
    return np.array(out)


def job_of(rows: Sequence[Row], hardware: Mapping[str, Row], constants: Any) -> Job:
    """Struct of arrays; empty micro-batch, context, expert degree and interleaving count as 1."""
    shapes, layouts = [_shape(row) for row in rows], [_layout(row, constants.software_year) for row in rows]
    machines = [_machine(row, hardware[hardware_name(row)], constants) for row in rows]
    return Job(Shape(**_table(shapes)), Machine(**_table(machines)), Layout(**_table(layouts)))


def _table(columns: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    return {key: np.array([c[key] for c in columns]) for key in columns[0]}


def _number(row: Row, key: str, default: float = 1.0) -> float:
    return float(row[key]) if row.get(key) else default


def _shape(row: Row) -> dict[str, float]:
    """Columns of the model; what the table lacks is taken from the public configuration of the named model."""
    name, hidden, heads, layers = row["model"], _number(row, "hidden"), _number(row, "heads"), _number(row, "layers")
    known = next((own for key, own in CONFIGURATIONS.items() if name.startswith(key)), {})
    sparse, ffn = bool(row["experts"]), _number(row, "ffn", 4.0 * hidden)
    cut_short = {"dense_layers": 1.0} if CUT_SHORT in name and "dense_layers" in known else {}
    out = {
        "layers": layers,
        "dense_layers": 0.0 if sparse else layers,
        "hidden": hidden,
        "heads": heads,
        "kv_heads": _number(row, "kv_heads", heads),
        "head_width": hidden / heads,
        "ffn": ffn,
        "ffn_matrices": 3.0 if name.startswith(GATED) else 2.0,
        "vocabulary": _number(row, "vocab", VOCABULARY),
        "tied": 0.0 if name.startswith(GATED) else 1.0,
        "experts": _number(row, "experts"),
        "experts_active": _number(row, "experts_per_token"),
        "expert_ffn": ffn if sparse else 0.0,
        "parallel_blocks": float(row["framework"] in PARALLEL_BLOCKS),
    }
    none = dict.fromkeys(("shared_experts", "query_rank", "latent_rank", "rotary_width", "local_frac", "window"), 0.0)
    return {**none, **out, **known, **cut_short}


def _layout(row: Row, software_year: float) -> dict[str, float]:
    plain = row["source_key"].split("_")[0] in UNFUSED or (row["framework"] == "Megatron-LM" and row["source_key"].startswith("megascale"))
    return {
        "accelerators": _number(row, "accelerators"),
        "tensor": _number(row, "tp"),
        "pipeline": _number(row, "pp"),
        "virtual_stages": _number(row, "vp"),
        "context": _number(row, "cp"),
        "expert": _number(row, "ep"),
        "micro_batch": _number(row, "micro_batch"),
        "batch_sequences": _number(row, "global_batch_seqs"),
        "sequence": _number(row, "seq_len"),
        "recompute": RECOMPUTED.get(row["recompute"], NONE),
        "sharding": SHARDED.get(row["shard"], NONE),
        "product_bits": PRODUCT_BITS[row["precision"]],
        "fused_attention": 0.0 if plain else 1.0,
        "sequence_parallel": 0.0 if plain and SEQUENCE_PARALLEL not in row["recompute"] else 1.0,
        "gradient_bytes": SUMMED_IN_32_BIT if plain and row["precision"] == "bf16" else BYTES_16_BIT,
        "portable_attention": float(row["source_key"].startswith(PORTABLE_ATTENTION.get(family(row) or "", ()))),
        "software_years": release_year(row) - software_year,
    }


def release_year(row: Row, *, known: float = UNDATED_YEAR) -> float:
    """Year of the software, with its fraction; a source without releases counts as of the year ``known``."""
    named = re.fullmatch(rf"{RELEASES}_(\d\d)\.(\d\d).*", row["source_key"])
    return 2000.0 + int(named[1]) + int(named[2]) / 12.0 if named else known


def _machine(row: Row, device: Row, constants: Any) -> dict[str, float]:
    nic = _number(row, "nic_gbps_per_acc", float(device["scaleout_gbps_per_acc"] or 200.0))
    bits, key = PRODUCT_BITS[row["precision"]], family(row) or ""
    column = next(name for least, name in PEAKS if bits >= least and (device[name] or name == PEAKS[0][1]))
    watts = POWER_CAPPED_W if row["accelerator"] == POWER_CAPPED else float(device["tdp_w"] or 0.0)
    return {
        "peak_flop_per_s": float(device["bf16_dense_tflops"]) * TERA,
        "product_flop_per_s": float(device[column]) * TERA,
        "memory_bytes": float(device["hbm_gb"]) * GIGABYTE,
        "memory_bytes_per_s": float(device["hbm_tb_s"]) * TERABYTE,
        "scale_up_bytes_per_s": float(device["scaleup_gb_s_bidir"]) / 2.0 * GIGABYTE,
        "scale_up_domain": float(device["scaleup_domain"]),
        "scale_out_bytes_per_s": nic / BITS_PER_BYTE * GIGABYTE,
        "matrix_frac": getattr(constants, f"{key}_frac"),
        "attention_frac": getattr(constants, f"{key}_attention_frac") * ATTENTION_OVER_FAMILY.get(row["accelerator"], 1.0),
        "power_per_rate": power_per_rate(key, board_w=watts, rate_tflop_s=float(device[column]), bits=BITS_OF_COLUMN[column]),
    }


def single_node(row: Row) -> dict[str, str]:
    """A row of the single-node table with the columns of the large one: dense GPT shapes on A100, 16 bit, full recompute."""
    shape = f"gpt {row['layers']} x {row['hidden']} x {row['heads']}"
    filled = {
        "model": shape,
        "accelerator": "A100-80GB",
        "recompute": "full",
        "precision": "fp16",
        "arch": "dense",
        "source_key": SINGLE_NODE,
    }
    empty = ("nic_gbps_per_acc", "vp", "cp", "ep", "shard", "experts", "experts_per_token", "vocab", "kv_heads", "ffn", "framework")
    return {**row, **dict.fromkeys(empty, ""), **filled}
