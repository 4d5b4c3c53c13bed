"""Serving roofline: memory-bound decoding, compute-bound prefill, a fixed time per layer; and a rule for first tokens.

Five fitted constants give the time per token, two more the time to the first token in a loaded pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class ServingPoint:
    """Columns of one or many serving configurations; every field broadcasts against the others."""

    resident_bytes: Any
    """Weight bytes read every step on one accelerator, however few requests run."""
    routed_bytes: Any
    """Bytes of all routed experts on one accelerator."""
    experts: Any
    experts_active: Any
    kv_bytes_per_request: Any
    """Cache bytes that one request adds to each step, on one accelerator."""
    prefill_flop: Any
    """FLOP to read one prompt, over the accelerators that share it."""
    layers: Any
    replica: Any
    concurrency: Any
    output_tokens: Any
    memory_bytes_per_s: Any
    peak_flop_per_s: Any


def experts_touched_frac(experts, experts_active, concurrency):
    """Expected share of routed experts that a step with many requests touches.

    Source: independent uniform routing; 1 - (1 - k/E)^c.

    >>> round(float(experts_touched_frac(256, 8, 64)), 4)
    0.8689
    """
    experts = np.asarray(experts, float)
    return 1.0 - (1.0 - np.minimum(experts_active / experts, 1.0)) ** concurrency


def prefill_flop(active_parameters, *, input_tokens, query_dim, layers, hit_frac=0.0):
    """FLOP to read a prompt: two per active parameter and token, and causal attention over its length.

    Source: notes of the area; cached prefix tokens need no projections.
    """
    tokens = np.asarray(input_tokens, float)
    return 2.0 * active_parameters * tokens * (1.0 - hit_frac) + 2.0 * tokens**2 * query_dim * layers


def decode_step_s(p: ServingPoint, c: Any):
    """Seconds of one decode step: weights and cache through memory, a fixed time per layer, host time per request."""
    weights = p.resident_bytes + p.routed_bytes * experts_touched_frac(p.experts, p.experts_active, p.concurrency)
    moved = weights + p.concurrency * p.kv_bytes_per_request
    fixed = p.layers * (c.layer_s + c.layer_s_per_doubling * np.log2(p.replica))
    return moved / (c.memory_frac * p.memory_bytes_per_s) + fixed + c.request_s * p.concurrency


def prefill_s(p: ServingPoint, c: Any):
    """Seconds to read one prompt alone."""
    return p.prefill_flop / (p.replica * p.peak_flop_per_s * c.prefill_frac)


def tpot_s(p: ServingPoint, c: Any):
    """Seconds per output token after the first in a shared pool: the step, and the prefills that run between steps.

    Definition: (end-to-end - time to first token) / (output tokens - 1).
    """
    return decode_step_s(p, c) + p.concurrency * prefill_s(p, c) / p.output_tokens


def ttft_s(p: ServingPoint, c: Any):
    """Seconds to the first token: a fixed start, the prompts ahead in the queue, its own prompt, and one step.

    The queue is a fitted share of the other requests in flight; this is the weak part of the model (median error
    about half), as of every published one.
    """
    ahead = c.queue_frac * (p.concurrency - 1.0)
    return c.first_token_s + prefill_s(p, c) * (1.0 + ahead) + decode_step_s(p, c)


def requests_per_s(p: ServingPoint, c: Any):
    """Requests a second of one replica in the steady state, by Little's law."""
    return p.concurrency / (ttft_s(p, c) + (p.output_tokens - 1.0) * tpot_s(p, c))


def output_tokens_per_s_per_accelerator(p: ServingPoint, c: Any):
    """Output tokens a second and accelerator in the steady state."""
    return requests_per_s(p, c) * p.output_tokens / p.replica


def cloud_response_s(*, network_round_trip_s, first_token_s, token_s, action_tokens):
    """Time from a robot's question to its last action token when the planner runs in the cloud."""
    return network_round_trip_s + np.asarray(first_token_s) + action_tokens * np.asarray(token_s)


def keeps_deadline(response_s, *, planner_hz: float):
    """Whether the answer comes within one planner period.

    >>> bool(keeps_deadline(cloud_response_s(network_round_trip_s=0.04, first_token_s=0.3, token_s=0.01, action_tokens=8),
    ...                     planner_hz=8))
    False
    """
    return np.asarray(response_s) < 1.0 / planner_hz
