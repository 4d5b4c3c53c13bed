"""Columns of the step-time model from a table of published measured training steps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from gigacampus.compute.step_time import StepInputs
from gigacampus.foundation.units import BILLION, UNIT_TABLE

Row = Mapping[str, str]
AnyRow = TypeVar("AnyRow", bound=Mapping[str, str])
TERA = UNIT_TABLE["TFLOP/s"][1]
TERABYTE = UNIT_TABLE["TB/s"][1]
GIGABYTE = UNIT_TABLE["GB/s"][1]
BITS_PER_BYTE = 8.0
SIXTEEN_BIT = ("bf16", "fp16")
EIGHT_BIT = ("fp8", "mxfp8")
GATHERED = ("zero3", "fsdp")
FAMILY = {
    "A100": "a100",
    "H100": "hopper",
    "H200": "hopper",
    "B200": "blackwell",
    "B300": "blackwell",
    "GB200": "blackwell",
    "GB300": "blackwell",
}
RECOMPUTE_PASSES = {"full": 4.0}
POWER_CAPPED = "H100-96GB-500W"
"""A power-capped part with slower memory: same peak on paper, so its rows are scored but not fitted."""
REGRESSION = "known cuDNN regression"
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
NEEDED = ("params_b", "layers", "hidden", "seq_len", "accelerators", "tp", "pp", "dp", "global_batch_seqs")


def usable(row: Row, hardware: Mapping[str, Row]) -> bool:
    """Whether the step model can judge a row."""
    return not unusable(row, hardware)


def unusable(row: Row, hardware: Mapping[str, Row]) -> str:
    """Why the step model cannot judge a row; empty where it can: a 16-bit or 8-bit step with a full layout and a measured time, on an
    accelerator that the tables know."""
    if hardware_name(row) not in hardware or family(row) is None:
        return "an accelerator that no ceiling is fitted for"
    if row["precision"] not in (*SIXTEEN_BIT, *EIGHT_BIT):
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


def step_inputs(rows: Sequence[Row], hardware: Mapping[str, Row], matrix_frac: Mapping[str, float]) -> StepInputs:
    """Struct of arrays; empty micro-batch, context and interleaving count as 1."""
    columns = [_columns(row, hardware[hardware_name(row)], matrix_frac[family(row) or ""]) for row in rows]
    return StepInputs(**{key: np.array([c[key] for c in columns]) for key in columns[0]})


def _columns(row: Row, device: Row, matrix_frac: float) -> dict[str, float]:
    def number(key: str, default: float = 1.0) -> float:
        return float(row[key]) if row[key] else default

    nic = number("nic_gbps_per_acc", float(device["scaleout_gbps_per_acc"] or 200.0))
    parameters = number("params_b") * BILLION
    return {
        "parameters": parameters,
        "active_parameters": number("active_params_b", number("params_b")) * BILLION,
        "layers": number("layers"),
        "hidden": number("hidden"),
        "query_dim": number("hidden"),
        "sequence": number("seq_len"),
        "batch_sequences": number("global_batch_seqs"),
        "accelerators": number("accelerators"),
        "tensor": number("tp"),
        "pipeline": number("pp"),
        "virtual_stages": number("vp"),
        "context": number("cp"),
        "micro_batch": number("micro_batch"),
        "recompute_passes": RECOMPUTE_PASSES.get(row["recompute"], 3.0),
        "peak_flop_per_s": float(device["bf16_dense_tflops"]) * TERA,
        "memory_bytes_per_s": float(device["hbm_tb_s"]) * TERABYTE,
        "scale_up_bytes_per_s": float(device["scaleup_gb_s_bidir"]) / 2.0 * GIGABYTE,
        "scale_out_bytes_per_s": nic / BITS_PER_BYTE * GIGABYTE,
        "matrix_frac": matrix_frac,
        "sparse": float(row["arch"] != "dense"),
        "eight_bit": float(row["precision"] in EIGHT_BIT),
        "gathered_weights": float(row["shard"] in GATHERED),
    }


def single_node(row: Row) -> dict[str, str]:
    """A row of the single-node table with the columns of the large one: dense GPT shapes on A100, 16 bit, full recompute."""
    layers, hidden, vocabulary = float(row["layers"]), float(row["hidden"]), 51200.0
    billions = (12.0 * layers * hidden**2 * (1.0 + 13.0 / (12.0 * hidden)) + (vocabulary + float(row["seq_len"])) * hidden) / BILLION
    filled = {"params_b": f"{billions:.6f}", "accelerator": "A100-80GB", "recompute": "full", "precision": "fp16", "arch": "dense"}
    empty = dict.fromkeys(("active_params_b", "nic_gbps_per_acc", "vp", "cp", "shard"), "")
    return {**row, **empty, **filled}
