"""Serving roofline: memory-bound decoding, compute-bound prefill, a fixed time per layer; and a rule for first tokens.

Seven fitted constants give the time per token, four more the time to the first token in a loaded pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.foundation.types import Numeric

BYTES_OF_ACTIVATION = 2.0
ALL_REDUCES = 2.0
"""In each layer: after attention and after the feed-forward block."""


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
    exchange_bytes: Any = 0.0
    """Activations of one prompt that each accelerator of a replica passes to the others."""
    scale_up_bytes_per_s: Any = 1.0
    sglang: Any = 0.0
    """1 where the engine is SGLang, whose host takes longer for a layer and whose first tokens wait for more of the prompts ahead."""


def _example() -> tuple[ServingPoint, Any]:
    """A dense model of 70e9 parameters in 8 bits on a replica of eight, with constants of the worked numbers."""
    point = ServingPoint(
        resident_bytes=70e9 / 8,
        routed_bytes=0.0,
        experts=1.0,
        experts_active=1.0,
        kv_bytes_per_request=2200 * 70_000.0 / 8,
        prefill_flop=2 * 70e9 * 2000,
        layers=80.0,
        replica=8.0,
        concurrency=64.0,
        output_tokens=400.0,
        memory_bytes_per_s=3.35e12,
        peak_flop_per_s=989e12,
    )
    fitted = {"memory_frac": 0.6, "prefill_frac": 0.5, "layer_s": 5e-5, "layer_s_per_doubling": 1e-5, "sglang_layer_s": 8e-5}
    return point, SimpleNamespace(
        **fitted, request_s=1e-5, first_token_s=0.05, queue_frac=0.1, exchange_frac=0.0, sglang_first_token_s=0.2, sglang_queue_frac=0.5
    )


def experts_touched_frac(experts: Numeric, experts_active: Numeric, concurrency: Numeric) -> np.ndarray:
    """Expected share of routed experts that a step with many requests touches.

    Parameters
    ----------
    experts : float or array
        Routed experts of a layer; a number without unit.
    experts_active : float or array
        Routed experts that one token uses; a number without unit.
    concurrency : float or array
        Requests in flight; a number without unit.

    Returns
    -------
    array
        Share of the experts, 0 to 1, shape of the arguments together.

    References
    ----------
    DEF : independent uniform routing; 1 - (1 - k/E)^c.

    Examples
    --------
    >>> round(float(experts_touched_frac(256, 8, 64)), 4)
    0.8689
    """
    experts = np.asarray(experts, float)
    return 1.0 - (1.0 - np.minimum(experts_active / experts, 1.0)) ** concurrency


def prefill_flop(
    active_parameters: Numeric, *, input_tokens: Numeric, query_dim: Numeric, layers: Numeric, hit_frac: Numeric = 0.0
) -> np.ndarray:
    """FLOP to read a prompt whose first ``hit_frac`` is cached: two per active parameter and new token, and causal attention.

    The work is that of the whole prompt less that of the cached prefix alone: new tokens attend to all before them,
    cached ones do not attend again.

    Parameters
    ----------
    active_parameters : float or array
        Parameters that one token uses; a number without unit.
    input_tokens : float or array
        Tokens of the prompt, tokens.
    query_dim : float or array
        Heads times head width; a number without unit.
    layers : float or array
        Transformer layers; a number without unit.
    hit_frac : float or array, optional
        Share of the prompt that is cached already, 0 to 1.

    Returns
    -------
    array
        Work, FLOP, shape of the arguments together.

    References
    ----------
    PALM22

    Examples
    --------
    >>> whole, prefix = (float(prefill_flop(70e9, input_tokens=n, query_dim=8192, layers=80)) for n in (1000, 900))
    >>> ours = float(prefill_flop(70e9, input_tokens=1000, query_dim=8192, layers=80, hit_frac=0.9))
    >>> round(ours / (whole - prefix), 12)
    1.0
    """
    tokens, hit = np.asarray(input_tokens, float), np.asarray(hit_frac, float)
    projections = 2.0 * np.asarray(active_parameters, float) * tokens * (1.0 - hit)
    out: np.ndarray = projections + 2.0 * tokens**2 * (1.0 - hit**2) * query_dim * layers
    return out


def decode_step_s(p: ServingPoint, c: Any) -> np.ndarray:
    """Seconds of one decode step: weights and cache through memory, a fixed time per layer, host time per request.

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Time of a step, s, shape of the point's fields.

    References
    ----------
    CO1

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(decode_step_s(point, constants)), 4)
    0.012
    """
    weights = p.resident_bytes + p.routed_bytes * experts_touched_frac(p.experts, p.experts_active, p.concurrency)
    moved = weights + p.concurrency * p.kv_bytes_per_request
    apart = (np.asarray(p.sglang) > 0) & (c.sglang_layer_s > 0)
    of_layer = np.where(apart, c.sglang_layer_s, c.layer_s)
    fixed = p.layers * (of_layer + c.layer_s_per_doubling * np.log2(p.replica))
    out: np.ndarray = moved / (c.memory_frac * p.memory_bytes_per_s) + fixed + c.request_s * p.concurrency
    return out


def prefill_s(p: ServingPoint, c: Any) -> np.ndarray:
    """Seconds to read one prompt alone: its products, and the exchange of its activations between the accelerators of the replica.

    Without a fitted share of the scale-up bandwidth no exchange is counted.

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Time to read a prompt, s, shape of the point's fields.

    References
    ----------
    CO1

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(prefill_s(point, constants)), 4)
    0.0708
    """
    products = p.prefill_flop / (p.replica * p.peak_flop_per_s * c.prefill_frac)
    exchanged = p.exchange_bytes / (p.scale_up_bytes_per_s * c.exchange_frac) if c.exchange_frac > 0.0 else 0.0
    out: np.ndarray = products + exchanged
    return out


def exchange_bytes(input_tokens: Numeric, *, hidden: Numeric, layers: Numeric, replica: Numeric) -> np.ndarray:
    """Bytes that one accelerator passes on while a prompt is read: two ring all-reduces of 16-bit activations a layer.

    Parameters
    ----------
    input_tokens : float or array
        Tokens that are read, those cached left out, tokens.
    hidden : float or array
        Width of the residual stream; a number without unit.
    layers : float or array
        Transformer layers; a number without unit.
    replica : float or array
        Accelerators that share the prompt; a number without unit.

    Returns
    -------
    array
        Traffic of one accelerator, bytes, shape of the arguments together; zero on a replica of one.

    References
    ----------
    NAR21 : two all-reduces of activations in each layer and forward pass

    Examples
    --------
    >>> float(exchange_bytes(1000, hidden=8192, layers=80, replica=8)) / 1e9
    4.58752
    """
    n = np.asarray(replica, float)
    out: np.ndarray = 2.0 * (n - 1.0) / n * np.asarray(input_tokens, float) * hidden * BYTES_OF_ACTIVATION * ALL_REDUCES * layers
    return out


def tpot_s(p: ServingPoint, c: Any) -> np.ndarray:
    """Seconds per output token after the first in a shared pool: the step, and the prefills that run between steps.

    Definition: (end-to-end - time to first token) / (output tokens - 1).

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Time per output token, s, shape of the point's fields.

    References
    ----------
    CO1

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(tpot_s(point, constants)), 4)
    0.0233
    """
    out: np.ndarray = decode_step_s(p, c) + p.concurrency * prefill_s(p, c) / p.output_tokens
    return out


def ttft_s(p: ServingPoint, c: Any) -> np.ndarray:
    """Seconds to the first token: a fixed start, the prompts ahead in the queue, its own prompt, and one step.

    The queue is a fitted share of the other requests in flight, another one on SGLang; this is the weak part of the model
    (median error about a third), as of every published one.

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Time to the first token, s, shape of the point's fields.

    References
    ----------
    CO1

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(ttft_s(point, constants)), 3)
    0.579
    """
    apart = (np.asarray(p.sglang) > 0) & (c.sglang_queue_frac > 0)
    ahead = np.where(apart, c.sglang_queue_frac, c.queue_frac) * (p.concurrency - 1.0)
    out: np.ndarray = np.where(apart, c.sglang_first_token_s, c.first_token_s) + prefill_s(p, c) * (1.0 + ahead) + decode_step_s(p, c)
    return out


def requests_per_s(p: ServingPoint, c: Any) -> np.ndarray:
    """Requests a second of one replica in the steady state, by Little's law.

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Requests, 1/s, shape of the point's fields.

    References
    ----------
    LITTLE

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(requests_per_s(point, constants)), 2)
    6.47
    """
    out: np.ndarray = p.concurrency / (ttft_s(p, c) + (p.output_tokens - 1.0) * tpot_s(p, c))
    return out


def output_tokens_per_s_per_accelerator(p: ServingPoint, c: Any) -> np.ndarray:
    """Output tokens a second and accelerator in the steady state.

    Parameters
    ----------
    p : ServingPoint
        One request stream on one replica.
    c : object
        Fitted constants: a ``ServingEfficiencyEntry``.

    Returns
    -------
    array
        Output, tokens/s for each accelerator, shape of the point's fields.

    References
    ----------
    LITTLE

    Examples
    --------
    >>> point, constants = _example()
    >>> round(float(output_tokens_per_s_per_accelerator(point, constants)))
    324
    """
    out: np.ndarray = requests_per_s(p, c) * p.output_tokens / p.replica
    return out


def cloud_response_s(*, network_round_trip_s: Numeric, first_token_s: Numeric, token_s: Numeric, action_tokens: Numeric) -> np.ndarray:
    """Time from a robot's question to its last action token when the planner runs in the cloud.

    Parameters
    ----------
    network_round_trip_s : float or array
        Time on the network for question and answer, s.
    first_token_s : float or array
        Time to the first token, s.
    token_s : float or array
        Time for each output token, s.
    action_tokens : float or array
        Output tokens of one plan, tokens.

    Returns
    -------
    array
        Time to the last action token, s, shape of the arguments together.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(float(cloud_response_s(network_round_trip_s=0.04, first_token_s=0.3, token_s=0.01, action_tokens=8)), 2)
    0.42
    """
    return network_round_trip_s + np.asarray(first_token_s) + action_tokens * np.asarray(token_s)


def keeps_deadline(response_s: Numeric, *, planner_hz: float) -> np.ndarray:
    """Whether the answer comes within one planner period.

    Parameters
    ----------
    response_s : float or array
        Time from question to answer, s.
    planner_hz : float
        Plans of a robot, Hz.

    Returns
    -------
    array
        True where the deadline is kept, shape of ``response_s``.

    References
    ----------
    DEF

    Examples
    --------
    >>> bool(keeps_deadline(cloud_response_s(network_round_trip_s=0.04, first_token_s=0.3, token_s=0.01, action_tokens=8),
    ...                     planner_hz=8))
    False
    """
    return np.asarray(response_s) < 1.0 / planner_hz
