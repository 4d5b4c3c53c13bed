"""Columns of the serving roofline from tables of published measured points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from gigacampus.compute.roofline import ServingPoint, exchange_bytes, prefill_flop, tpot_s, ttft_s
from gigacampus.foundation.units import BILLION

WEIGHT_BYTES = {"fp8": 1.0, "fp4": 0.5625, "int4": 0.5625, "bf16": 2.0, "": 2.0}
"""Bytes per weight; 4-bit formats carry one scale byte for each 16 weights; an empty cell means 16 bit."""
CACHE_BYTES = {"trtllm": 1.0}
"""Bytes per cache element where an engine's default is not 16 bit; kept 16 bit for 16-bit weights."""
MLA_CACHE_ELEMENTS = 576.0
MLA_PREFILL_OVER_ABSORBED = (192.0 + 128.0) / 2.0 / (576.0 + 512.0)
"""Attention width of a latent-attention head when prompts are read (192 for scores, 128 for values) over that table's
width for decoding from the compressed cache."""
PEAK_COLUMN = {"fp8": "fp8_flop_s", "fp4": "fp4_flop_s"}
"""Peak rate by weight format where it is not the 16-bit one."""

SGLANG = "sglang"
SUSPECT = ("S02323",)
UNLIKE = 1.5
CONFIGURATION = ("system", "precision", "isl", "osl", "concurrency", "gpus", "tp_size", "attention_dp_size", "moe_tp_size", "moe_ep_size")
Row = Mapping[str, str]
AnyRow = TypeVar("AnyRow", bound=Mapping[str, str])


def usable(row: Row, *, known_by: str = "") -> bool:
    """One-pool rows of original model uploads; with ``known_by`` only rows measured by that day."""
    return not unusable(row) and (not known_by or bool(row["measured"] and row["measured"] <= known_by))


def unusable(row: Row) -> str:
    """Why the roofline of one pool cannot judge a row; empty where it can."""
    if row["mode"] != "agg":
        return "a deployment split into prefill and decode pools"
    if not all(row[key] for key in ("concurrency", "gpus", "ttft_ms", "tpot_ms")) or float(row["tpot_ms"]) <= 0:
        return "no concurrency, accelerator count or time"
    if row["model"].startswith("nvidia/"):
        return "a re-upload whose rows disagree with every model"
    if row["row_id"] in SUSPECT:
        return "suspect: four times its twin"
    return ""


def without(rows: Sequence[AnyRow], others: Sequence[AnyRow]) -> list[AnyRow]:
    """Rows that are not among others."""
    gone = {id(r) for r in others}
    return [r for r in rows if id(r) not in gone]


def copies(rows: Sequence[AnyRow], same_as: Sequence[Row]) -> list[AnyRow]:
    """Rows that repeat another row's measurement to the digit, where that other row is there as well."""
    here = {r["row_id"] for r in rows}
    twin = {r["row_id"]: r["same_measurement_as"] for r in same_as}
    return [r for r in rows if twin.get(r["row_id"]) in here]


def undated_prediction(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Rows of one configuration whose time per token differs between dates by half and more: multi-token prediction was on or off
    and the table does not tell."""
    found: dict[tuple[str, ...], list[AnyRow]] = {}
    for row in rows:
        if row["backend"] == "trtllm" and "DeepSeek" in row["model"]:
            found.setdefault(tuple(row[name] for name in CONFIGURATION), []).append(row)
    out = []
    for group in found.values():
        times = [float(r["tpot_ms"]) for r in group]
        if len({r["measured"] for r in group}) > 1 and max(times) >= UNLIKE * min(times):
            out += group
    return out


def serving_point(rows: Sequence[Row], shapes: Mapping[str, Row], systems: Mapping[str, Row]) -> ServingPoint:
    """Struct of arrays for many measured rows; ``shapes`` by model, ``systems`` by system."""
    columns = [_columns(row, shapes[row["model"]], systems[row["system"]]) for row in rows]
    return ServingPoint(**{key: np.array([c[key] for c in columns]) for key in columns[0]})


def _columns(row: Row, shape: Row, system: Row) -> dict[str, float]:
    s = {key: float(value) for key, value in shape.items() if key not in ("model", "confidence")}
    replica, outputs, inputs = float(row["gpus"]), float(row["osl"]), float(row["isl"])
    width = WEIGHT_BYTES[row["precision"]]
    cache = CACHE_BYTES.get(row["backend"], 2.0) if row["precision"] in ("fp8", "fp4") else 2.0
    latent = s["kv_elements_per_token_layer"] == MLA_CACHE_ELEMENTS
    copies = max(float(row["attention_dp_size"] or 1.0), 1.0)
    sparse_layers = s["layers"] - s["dense_ffn_layers"]
    always = (
        s["layers"] * s["attn_params_per_layer"] * copies
        + s["dense_ffn_layers"] * s["dense_ffn_params_per_layer"]
        + sparse_layers * s["shared_experts"] * s["params_per_expert"]
        + s["vocab"] * s["hidden"]
    )
    routed = sparse_layers * s["experts_per_layer"] * s["params_per_expert"]
    spread = copies if latent else replica
    cache_bytes = (inputs + outputs / 2.0) * s["kv_elements_per_token_layer"] * s["kv_layers"] * cache / spread
    attention = s["query_dim"] * (MLA_PREFILL_OVER_ABSORBED if latent else 1.0)
    peak = system[PEAK_COLUMN.get(row["precision"], "bf16_flop_s")] or system["fp8_flop_s"] or system["bf16_flop_s"]
    return {
        "resident_bytes": always * width / replica,
        "routed_bytes": routed * width / replica,
        "experts": s["experts_per_layer"],
        "experts_active": max(s["experts_active"], 1.0),
        "kv_bytes_per_request": cache_bytes,
        "prefill_flop": float(prefill_flop(s["active_params_B"] * BILLION, input_tokens=inputs, query_dim=attention, layers=s["layers"])),
        "layers": s["layers"],
        "replica": replica,
        "concurrency": float(row["concurrency"]),
        "output_tokens": outputs,
        "memory_bytes_per_s": float(system["hbm_bytes_s"]),
        "peak_flop_per_s": float(peak),
        "exchange_bytes": float(exchange_bytes(inputs, hidden=s["hidden"], layers=s["layers"], replica=replica)),
        "scale_up_bytes_per_s": float(system["scale_up_bytes_s"]),
        "sglang": float(row.get("backend", "") == SGLANG),
    }


def errors(rows: Sequence[Row], point: ServingPoint, constants: Any) -> dict[str, np.ndarray]:
    """Absolute relative errors of time per token and of time to first token."""
    each = np.array([float(r["tpot_ms"]) for r in rows]) / 1000.0
    first = np.array([float(r["ttft_ms"]) for r in rows]) / 1000.0
    token, start = tpot_s(point, constants), ttft_s(point, constants)
    return {
        "tpot": np.abs(token / each - 1.0),
        "ttft": np.abs(start / first - 1.0),
        "tpot_ratio": each / token,
        "ttft_ratio": first / start,
    }
