"""Scores the serving roofline and unit economics against published points."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.compute import unit_economics
from gigacampus.compute.roofline import ServingPoint, requests_per_s, tpot_s, ttft_s
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_rows import Row, case, measured, read_inputs, read_rows, skipped
from gigacampus.validation.serving_calibration import FREE, calibrated, output_tokens_per_s
from gigacampus.validation.serving_rows import errors, serving_point, usable

FAMILY = "serving"
HOPPER_FP8_FLOP_S = 1.979e15
NODE = 8.0
ACTIVE = 36.5e9
SHAPE_OF = {"zai-org/GLM-5-FP8": "zhipuai/GLM-5"}
"""Uploads of a model under another name."""


def cases(data_dir: Path | None) -> list[dict[str, Any]]:
    """One row per judged case."""
    return [*_points(data_dir), *_production_day(data_dir), *_prefill(data_dir), *_ordering(data_dir), *_node_sweep(data_dir), _little()]


def newest_constants(as_of: date = date.max) -> SimpleNamespace:
    """Roofline constants of the library as known on a day."""
    return SimpleNamespace(**load_entry("serving_efficiency", "pooled", as_of)[0])


def point_of(data_dir: Path | None, rows: list[Row]) -> ServingPoint:
    """Columns for measured rows, with shapes and systems from the folder or the bundled copy."""
    shapes = {r["model"]: r for r in read_inputs(data_dir, FAMILY, "model_shapes.csv")}
    systems = {r["system"]: r for r in read_inputs(data_dir, FAMILY, "gpu_serving_specs.csv")}
    return serving_point(rows, shapes, systems)


def _points(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "silicon_points.csv")
    if rows is None:
        return [skipped(FAMILY, "measured points", "silicon_points.csv")]
    shapes = {r["model"] for r in read_inputs(data_dir, FAMILY, "model_shapes.csv")}
    rows = [r for r in measured(rows) if usable(r) and r["model"] in shapes]
    if not rows:
        return [skipped(FAMILY, "measured points", "a one-pool row")]
    error = errors(rows, point_of(data_dir, rows), newest_constants())
    source, n = "aiconfigurator 0.12.0 sample; seven constants fitted on its open rows", len(rows)
    low, high = newest_constants().tpot_ratio_p10, newest_constants().tpot_ratio_p90
    outside = np.mean((error["tpot_ratio"] < low) | (error["tpot_ratio"] > high))
    name = "time per token, one pool"
    return [
        case(FAMILY, name, "median relative error", float(np.median(error["tpot"])), 0.18, n=n, source=source, gating=True),
        case(FAMILY, name, "share off by more than 25 %", float(np.mean(error["tpot"] > 0.25)), 0.36, n=n, source=source, gating=True),
        case(
            FAMILY,
            name,
            "90 % quantile of the relative error",
            float(np.quantile(error["tpot"], 0.9)),
            None,
            n=n,
            source=source,
            gating=False,
        ),
        case(FAMILY, name, "share outside the 80 % band", float(outside), None, n=n, source=source, gating=False),
        case(
            FAMILY,
            "time to first token, one pool",
            "median relative error",
            float(np.median(error["ttft"])),
            0.50,
            n=n,
            source=source,
            gating=True,
        ),
    ]


def _production_day(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "production_and_prices.csv")
    if rows is None:
        return [skipped(FAMILY, "production day", "production_and_prices.csv")]
    v = {r["quantity"]: float(r["value"]) for r in measured(rows) if r["subject"].startswith("DeepSeek")}
    nodes = unit_economics.split_pool_nodes(
        v["input_tokens_24h"], v["output_tokens_24h"], prefill_per_node_s=v["prefill_throughput"], decode_per_node_s=v["decode_throughput"]
    )
    hit = v["input_tokens_cache_hit_24h"]
    revenue = unit_economics.token_revenue_usd(
        hit,
        v["input_tokens_24h"] - hit,
        v["output_tokens_24h"],
        usd_per_million_hit=v["input_cache_hit"],
        usd_per_million_miss=v["input_cache_miss"],
        usd_per_million_output=v["output"],
    )
    cost = unit_economics.rent_usd_per_day(v["mean_nodes"], accelerators_per_node=NODE, usd_per_accelerator_hour=v["gpu_rent_assumed"])
    margin = unit_economics.margin_over_cost(revenue, cost)
    name, source = "published production day", "DeepSeek open-infra-index, day 6 (CC0)"
    return [
        case(FAMILY, name, "busy nodes, relative error", abs(nodes / v["mean_nodes"] - 1.0), 0.01, source=source, gating=True),
        case(
            FAMILY,
            name,
            "revenue, relative error",
            abs(revenue / v["daily_revenue_if_all_r1_priced"] - 1.0),
            0.001,
            source=source,
            gating=True,
        ),
        case(FAMILY, name, "rent, difference", abs(cost - v["daily_cost"]), 1e-6, unit="USD", source=source, gating=True),
        case(FAMILY, name, "margin, difference", abs(margin - v["cost_profit_margin"]), 0.01, source=source, gating=True),
    ]


def _prefill(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "production_and_prices.csv")
    if rows is None:
        return [skipped(FAMILY, "prefill utilisation", "production_and_prices.csv")]
    v = {(r["subject"].split()[0], r["quantity"]): float(r["value"]) for r in measured(rows)}
    missed = 1.0 - v["DeepSeek", "input_tokens_cache_hit_24h"] / v["DeepSeek", "input_tokens_24h"]
    expected = {"SGLang": (0.241, 1.0), "DeepSeek": (0.149, missed)}
    out = []
    for who, (stated, share) in expected.items():
        used = 2.0 * ACTIVE * v[who, "prefill_throughput"] * share / (NODE * HOPPER_FP8_FLOP_S)
        out.append(
            case(
                FAMILY,
                f"prefill utilisation of {who}",
                "difference",
                abs(used - stated),
                0.005,
                source="published node throughput at 36.5e9 active parameters",
                gating=True,
            )
        )
    return out


def _ordering(data_dir: Path | None) -> list[dict[str, Any]]:
    rows = read_rows(data_dir, FAMILY, "mlperf_inference.csv")
    if rows is None:
        return [skipped(FAMILY, "ordering of scenarios", "mlperf_inference.csv")]

    def key(r: Row) -> tuple[str, ...]:
        return r["submitter"], r["system"], r["model"]

    wrong = pairs = 0
    for _, group in groupby(sorted(measured(rows), key=key), key=key):
        rate = {r["scenario"]: float(r["result_per_gpu"]) for r in group}
        checks = [
            rate[low] <= factor * rate[high]
            for low, high, factor in (("Interactive", "Server", 1.0), ("Server", "Offline", 1.05))
            if low in rate and high in rate
        ]
        pairs += len(checks)
        wrong += checks.count(False)
    return [
        case(
            FAMILY,
            "interactive below server below 1.05 of offline",
            "pairs out of order",
            float(wrong),
            0.0,
            n=pairs,
            source="MLCommons inference v6.1",
            gating=True,
        )
    ]


def _node_sweep(data_dir: Path | None) -> list[dict[str, Any]]:
    """Little's law on measured sweeps, and the rate that pooled constants promise on an engine they never saw."""
    rows = read_rows(data_dir, FAMILY, "h200_node_points.csv")
    if rows is None:
        return [skipped(FAMILY, "node sweeps", "h200_node_points.csv")]
    rows = measured(rows)
    out_rate, load, outputs, first, each = (
        np.array([float(r[c]) for r in rows]) for c in ("out_tok_s", "concurrency", "osl", "median_ttft_s", "median_tpot_s")
    )
    little = np.abs(load * outputs / (first + (outputs - 1.0) * each) / out_rate - 1.0)
    source = "H200 node sweeps of February 2026"
    point = point_of(data_dir, [_as_point(r) for r in rows])
    promised = output_tokens_per_s(point, newest_constants()) / out_rate
    unseen = _left_out_errors(rows)
    return [
        case(
            FAMILY,
            "Little's law on node sweeps",
            "median relative error",
            float(np.median(little)),
            None,
            n=len(rows),
            source=source,
            gating=False,
        ),
        case(
            FAMILY,
            "node sweeps with pooled constants",
            "median of promised over measured rate",
            float(np.median(promised)),
            None,
            n=len(rows),
            source=source,
            gating=False,
        ),
        case(
            FAMILY,
            "node sweeps, three constants refitted on other input lengths",
            "median relative error",
            float(np.median(unseen)),
            0.20,
            n=len(unseen),
            source=source,
            gating=True,
        ),
        case(
            FAMILY,
            "node sweeps, three constants refitted on other input lengths",
            "90 % quantile of the error",
            float(np.quantile(unseen, 0.9)),
            None,
            n=len(unseen),
            source=source,
            gating=False,
        ),
    ]


def _left_out_errors(rows: list[Row]) -> np.ndarray:
    """Errors of rows whose engine and model were calibrated on the bundled rows of other input lengths."""
    library = measured(read_inputs(None, FAMILY, "h200_node_points.csv"))
    out = []
    for row in {(r["model"], r["parallel"], r["isl"]): r for r in rows}.values():
        pair = row["model"], row["parallel"]
        known = [r for r in library if (r["model"], r["parallel"]) == pair and r["isl"] != row["isl"]]
        asked = [r for r in rows if (r["model"], r["parallel"], r["isl"]) == (*pair, row["isl"])]
        if len(known) > len(FREE):
            rate = np.array([float(r["out_tok_s"]) for r in known])
            constants = calibrated(point_of(None, [_as_point(r) for r in known]), rate, newest_constants())
            ours = output_tokens_per_s(point_of(None, [_as_point(r) for r in asked]), constants)
            out.append(np.abs(ours / np.array([float(r["out_tok_s"]) for r in asked]) - 1.0))
    return np.concatenate(out) if out else np.array([np.inf])


def _as_point(row: Row) -> Row:
    copies = row["gpus"] if row["parallel"].startswith("dep") else "1"
    model = SHAPE_OF.get(row["model"], row["model"])
    return {**row, "model": model, "system": "h200_sxm", "precision": "fp8", "mode": "agg", "attention_dp_size": copies}


def _little() -> dict[str, Any]:
    c = newest_constants()
    load = 2.0 ** np.arange(10)
    p = ServingPoint(1e10, 5e10, 256.0, 8.0, 1e8, 1e14, 61.0, 8.0, load, 400.0, 4.8e12, 1.979e15)
    busy = requests_per_s(p, c) * (ttft_s(p, c) + (p.output_tokens - 1.0) * tpot_s(p, c))
    return case(
        FAMILY,
        "Little's law of the steady state",
        "largest relative error",
        float(np.abs(busy / load - 1.0).max()),
        1e-12,
        n=load.size,
        source="Little 1961",
        gating=True,
    )
