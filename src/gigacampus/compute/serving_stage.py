"""Serving: latency and rate of each accelerator model, capacity of the fleet, and the share that demand needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.compute.roofline import (
    ServingPoint,
    cloud_response_s,
    exchange_bytes,
    keeps_deadline,
    output_tokens_per_s_per_accelerator,
    prefill_flop,
    tpot_s,
    ttft_s,
)
from gigacampus.foundation.references import entry_of
from gigacampus.foundation.units import BILLION, SECONDS_PER_HOUR, UNIT_TABLE

CONCURRENCY = 2.0 ** np.arange(0, 13, 0.25)
"""Requests in flight on one replica that are tried."""
TERA = UNIT_TABLE["TFLOP/s"][1]
TERABYTE = UNIT_TABLE["TB/s"][1]
GIGABYTE = UNIT_TABLE["GB"][1]


def run(inputs: Any, up: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays of the serving stage: (accelerator) rates and latency, (phase, month) capacity and needed share."""
    compute, library, at = inputs.tree.compute, inputs.tree.library, inputs.at
    chosen = [best_point(compute, library, library.accelerators[key]) for key in at.accelerator]
    rate, first, each = np.array(chosen).reshape(-1, 3).T.copy()
    robots = inputs.tree.products.robots
    response = cloud_response_s(
        network_round_trip_s=robots.network_round_trip_s, first_token_s=first, token_s=each, action_tokens=robots.action_tokens
    )
    fleet = up["accelerators_by_model"]
    in_service = np.sum(up["accelerators_in_service"], axis=0)
    powered = np.sum(up["accelerators_in_service"] * up["it_served_frac"], axis=0)
    served = powered / np.maximum(in_service, 1.0)
    hours = fleet * (served * compute.utilisation_frac * at.months.hours())
    all_serving = np.tensordot(rate, hours, axes=1) * SECONDS_PER_HOUR * compute.serving.load_over_peak_frac
    demanded = np.broadcast_to(up["tokens_demanded"], all_serving.shape)
    return {
        "serving_tokens_per_s": rate,
        "ttft_s": first,
        "tpot_s": each,
        "robot_response_s": response,
        "robot_deadline_kept": keeps_deadline(response, planner_hz=robots.planner_hz).astype(float),
        "serving_capacity_tokens": all_serving * compute.serving_share_max_frac,
        "serving_share_needed_frac": needed_frac(demanded, all_serving),
    }


def needed_frac(demanded: np.ndarray, all_serving: np.ndarray) -> np.ndarray:
    """Share of accelerator-hours that the demand needs; above 1 not all can be served, and without a fleet it is 1.

    >>> needed_frac(np.array([0.0, 5.0, 5.0]), np.array([0.0, 10.0, 0.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    share = demanded / np.where(all_serving > 0, all_serving, 1.0)
    return np.where(demanded > 0, np.where(all_serving > 0, share, 1.0), 0.0)


def best_point(compute: Any, library: Any, accelerator: Any) -> tuple[float, float, float]:
    """Tokens a second and accelerator, time to first token, time per token at the best load that keeps the promise.

    Replica sizes from the smallest that holds the model up to the scale-up domain are tried. Where none keeps the
    promise, one request at a time is served.
    """
    model = entry_of(library, compute.serving_model)
    smallest = replica_size(compute.serving, model, accelerator)
    doublings = max(int(np.log2(max(accelerator.scale_up_domain / smallest, 1.0))), 0)
    points = [_best_of_replica(compute, library, model, accelerator, smallest * 2.0**k) for k in range(doublings + 1)]
    _, first, second, third = max(points)
    return first, second, third


def _best_of_replica(compute: Any, library: Any, model: Any, accelerator: Any, replica: float) -> tuple[float, ...]:
    """Score (below zero where the promise is broken), rate, time to first token, time per token."""
    constants = entry_of(library, compute.serving.efficiency)
    point = serving_point(compute.serving, model, accelerator, replica)
    room = accelerator.memory_gb * GIGABYTE * replica * (1.0 - compute.serving.memory_reserve_frac)
    context = compute.serving.input_tokens + compute.serving.output_tokens
    weights = model.parameters_b * BILLION * model.bytes_per_weight
    fits = CONCURRENCY * context * model.kv_bytes_per_token <= room - weights
    each, rate = tpot_s(point, constants), output_tokens_per_s_per_accelerator(point, constants)
    allowed = fits & (each <= compute.serving.tpot_limit_s)
    best = int(np.argmax(np.where(allowed, rate, -1.0))) if allowed.any() else 0
    score = float(rate[best]) if allowed.any() else -float(each[0])
    return score, float(rate[best]), float(ttft_s(point, constants)[best]), float(each[best])


def replica_size(serving: Any, model: Any, accelerator: Any) -> float:
    """Accelerators of one replica: the scenario's number, doubled until weights and one request fit."""
    context = serving.input_tokens + serving.output_tokens
    needed = model.parameters_b * BILLION * model.bytes_per_weight + context * model.kv_bytes_per_token
    each = accelerator.memory_gb * GIGABYTE * (1.0 - serving.memory_reserve_frac)
    replica = serving.replica_accelerators
    while needed > each * replica:
        replica *= 2.0
    out: float = replica
    return out


def serving_point(serving: Any, model: Any, accelerator: Any, replica: float) -> ServingPoint:
    """Columns of the roofline over the grid of concurrencies; dense and routed weights from the totals of the model.

    With E experts of which k work, routed weights are (P - A) E / (E - k) and the rest is read at every step.
    """
    total = model.parameters_b * BILLION
    active = min(model.active_parameters_b * BILLION, total)
    sparse = model.experts > model.experts_active
    routed = (total - active) * model.experts / (model.experts - model.experts_active) if sparse else 0.0
    flop = prefill_flop(
        active, input_tokens=serving.input_tokens, query_dim=model.query_dim, layers=model.layers, hit_frac=serving.prefix_hit_frac
    )
    peak = accelerator.peak_bf16_tflops
    if model.bytes_per_weight <= 1.0 and accelerator.peak_fp8_tflops:
        peak = accelerator.peak_fp8_tflops
    return ServingPoint(
        resident_bytes=(total - routed) * model.bytes_per_weight / replica,
        routed_bytes=routed * model.bytes_per_weight / replica,
        experts=model.experts,
        experts_active=model.experts_active,
        kv_bytes_per_request=(serving.input_tokens + serving.output_tokens / 2.0) * model.kv_bytes_per_token / replica,
        prefill_flop=flop,
        layers=model.layers,
        replica=replica,
        concurrency=CONCURRENCY,
        output_tokens=serving.output_tokens,
        memory_bytes_per_s=accelerator.memory_tb_s * TERABYTE,
        peak_flop_per_s=peak * TERA,
        exchange_bytes=exchange_bytes(
            serving.input_tokens * (1.0 - serving.prefix_hit_frac), hidden=model.hidden, layers=model.layers, replica=replica
        ),
        scale_up_bytes_per_s=accelerator.scale_up_gb_s * GIGABYTE,
    )
