"""Time of one optimiser step from shape, machine and layout: rooflines by operation, collectives by tier, few fitted constants."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.compute.job import (
    FULL,
    OPTIMISER,
    PARAMETERS,
    SELECTIVE,
    Job,
    bandwidth_of_group,
    data_parallel,
    even_stages,
    longest_stage_layers,
    micro_batch_tokens,
    micro_batches,
)
from gigacampus.compute.layer_counts import (
    attention_parameters,
    dense_ffn_parameters,
    embedding_parameters,
    expert_parameters,
    forward_flop_per_token,
    scores_flop_per_token,
)

FORWARD_AND_BACKWARD = 3.0
BYTES_16_BIT = 2.0
OPTIMISER_BYTES = 24.0
"""Read and written for each parameter by one Adam step in mixed precision: master weight, two moments, gradient, 16-bit weight."""
LOGIT_BYTES = 16.0
"""Read and written for each logit by the loss: 16-bit and 32-bit copies, and the gradient."""
ALL_REDUCES_PER_LAYER = 4.0
"""Tensor parallelism: two forward, two backward. Source: Shoeybi et al. 2019, arXiv:1909.08053."""
EXCHANGES_PER_LAYER = 4.0
"""Experts: tokens sent out and back, forward and backward."""
FUSED_SCORE_PASSES = 3.5
"""A backward pass of fused attention is 2.5 forward ones, since it computes the scores again."""
SERVER = 8.0
"""Accelerators of a server whose host launches for all of them; larger scale-up domains are racks with more hosts."""
UNCUT_BYTES, CUT_BYTES = 10.0, 24.0
"""Activations of a layer, for each token and hidden value, that tensor parallelism leaves whole, and those that it cuts. Source:
Korthikanti et al. 2022, arXiv:2205.05198."""
BACKWARD_SHARE, FORWARD_SHARE = 2.0 / 3.0, 1.0 / 3.0
"""Of a stage's time for a micro-batch."""
PARTS = (
    *("matrix", "attention", "memory", "fixed", "tensor", "expert", "context", "logits", "stages", "bubble", "waiting", "data"),
    *("optimiser", "step"),
)


def _example() -> tuple[Job, Any]:
    """The job of the worked numbers and constants of a machine that is easy to check."""
    from gigacampus.compute.job import example_job

    ceilings = {"half_width": 300.0, "half_tokens": 300.0, "four_bit_frac": 0.8, "softmax_passes": 10.0, "memory_passes": 80.0}
    fixed = {"unfused_layer_s": 3e-3, "sparse_layer_s": 2e-3, "sparse_layer_server_s": 4e-3, "step_s": 0.05, "sparse_gain_per_year": 0.3}
    shares = {"stage_exposed_frac": 0.2, "gather_hidden_frac": 0.5, "portable_attention_frac": 0.4, "power_exponent": 0.9}
    slow = {"slow_server_frac": 0.005, "slow_server_excess_frac": 0.1}
    return example_job(), SimpleNamespace(**ceilings, **fixed, **shares, **slow)


def _ceiling_frac(job: Job, c: Any) -> np.ndarray:
    """Share of the peak of their format that large matrix products reach on the power of the board."""
    return np.asarray(job.machine.matrix_frac * np.asarray(job.machine.power_per_rate) ** c.power_exponent)


def _rate(job: Job, c: Any, width: Any, tokens: Any) -> np.ndarray:
    """FLOP/s of a matrix product whose shard is ``width`` wide and ``tokens`` long."""
    ceiling = job.machine.product_flop_per_s * _ceiling_frac(job, c)
    ceiling = ceiling * np.where(np.asarray(job.layout.product_bits) < 8.0, c.four_bit_frac, 1.0)
    wide = np.maximum(np.minimum(width, job.shape.hidden), 1.0)
    long = np.maximum(tokens, 1.0)
    return np.asarray(ceiling * wide / (wide + c.half_width) * long / (long + c.half_tokens))


def _forward_passes(job: Job) -> np.ndarray:
    """Forward passes' worth of matrix work: three, and one more where every activation is computed again."""
    return np.where(np.asarray(job.layout.recompute) >= FULL, FORWARD_AND_BACKWARD + 1.0, FORWARD_AND_BACKWARD)


def _software(job: Job, c: Any) -> np.ndarray:
    """Time of sparse layers over that on the day of the constants: their software still gains every year."""
    sparse = np.asarray(job.shape.experts) > 1
    return np.where(sparse, np.exp(-c.sparse_gain_per_year * np.asarray(job.layout.software_years)), 1.0)


def _matrix_s(job: Job, c: Any) -> np.ndarray:
    """Matrix products of a mean layer: projections of attention, feed-forward, experts."""
    shape, lay = job.shape, job.layout
    tokens = micro_batch_tokens(lay)
    dense = shape.dense_layers / shape.layers
    each = 2.0 * tokens / lay.tensor
    out = each * attention_parameters(shape) / _rate(job, c, shape.heads * shape.head_width / lay.tensor, tokens)
    out = out + dense * each * dense_ffn_parameters(shape) / _rate(job, c, shape.ffn / lay.tensor, tokens)
    one = expert_parameters(shape)
    of_expert = tokens * shape.experts_active * lay.expert / shape.experts
    routed = each * one * shape.experts_active / _rate(job, c, shape.expert_ffn, of_expert)
    shared = shape.expert_ffn * np.maximum(shape.shared_experts, 1.0) / lay.tensor
    routed = routed + each * one * shape.shared_experts / _rate(job, c, shared, tokens)
    return np.asarray((out + (1.0 - dense) * routed) * _forward_passes(job))


def _attention_s(job: Job, c: Any) -> np.ndarray:
    """Attention over the sequence of a layer, in 16 bits; unfused software also moves the scores through memory."""
    shape, lay, machine = job.shape, job.layout, job.machine
    tokens, unfused = micro_batch_tokens(lay), np.asarray(lay.fused_attention) == 0
    again = np.where(np.asarray(lay.recompute) >= np.where(unfused, SELECTIVE, FULL), 1.0, 0.0)
    passes = np.where(unfused, FORWARD_AND_BACKWARD, FUSED_SCORE_PASSES) + again
    work = scores_flop_per_token(shape, lay.sequence) * np.where(unfused, 2.0, 1.0) * tokens / lay.tensor
    moved = np.where(unfused, c.softmax_passes * lay.micro_batch * lay.sequence**2 * shape.heads / lay.tensor / lay.context, 0.0)
    moved = moved * passes / FORWARD_AND_BACKWARD / machine.memory_bytes_per_s
    kernel = np.where(np.asarray(lay.portable_attention) > 0, c.portable_attention_frac, 1.0)
    return np.asarray(work * passes / (machine.peak_flop_per_s * machine.attention_frac * kernel) + moved)


def _memory_s(job: Job, c: Any) -> np.ndarray:
    """Norms, activations, residuals, casts of a layer: passes over its hidden states through memory."""
    whole = UNCUT_BYTES / (UNCUT_BYTES + CUT_BYTES)
    cut = np.where(np.asarray(job.layout.sequence_parallel) > 0, 1.0, 1.0 + whole * (job.layout.tensor - 1.0))
    size = BYTES_16_BIT * micro_batch_tokens(job.layout) * job.shape.hidden / job.layout.tensor * cut
    return np.asarray(c.memory_passes * size * _forward_passes(job) / FORWARD_AND_BACKWARD / job.machine.memory_bytes_per_s)


def _fixed_s(job: Job, c: Any, work: np.ndarray) -> np.ndarray:
    """Time of a layer and micro-batch that its size does not explain: launches, tails, sorting tokens by expert.

    Software of before fused kernels has a shortest time of a layer, below which launches and not ``work`` set the pace. Sparse layers
    take a time of their own, longer on servers of a few accelerators than in racks of one scale-up domain.
    """
    again = _forward_passes(job) / FORWARD_AND_BACKWARD
    rack = np.asarray(job.machine.scale_up_domain) > SERVER
    sparse = np.where(rack, c.sparse_layer_s, c.sparse_layer_server_s) * again
    launches = np.where(np.asarray(job.layout.fused_attention) == 0, np.maximum(c.unfused_layer_s * again - work, 0.0), 0.0)
    return np.asarray(np.where(np.asarray(job.shape.experts) > 1, sparse, launches))


def _tensor_s(job: Job) -> np.ndarray:
    """All-reduces of tensor parallelism of a layer, or the same bytes as scatter and gather."""
    lay = job.layout
    ring = 2.0 * (lay.tensor - 1.0) / lay.tensor
    count = np.where(np.asarray(job.shape.parallel_blocks) > 0, ALL_REDUCES_PER_LAYER / 2.0, ALL_REDUCES_PER_LAYER)
    count = count * _forward_passes(job) / FORWARD_AND_BACKWARD
    size = BYTES_16_BIT * micro_batch_tokens(lay) * job.shape.hidden
    return np.asarray(count * ring * size / bandwidth_of_group(job.machine, lay.tensor, 1.0))


def _expert_s(job: Job, hidden_under: np.ndarray) -> np.ndarray:
    """What of the exchange of tokens with experts on other accelerators outlasts the layer's own work.

    Peers in the scale-up domain are reached over it; each other domain gets a token once, however many of its experts want it.
    """
    shape, lay, machine = job.shape, job.layout, job.machine
    size = EXCHANGES_PER_LAYER * BYTES_16_BIT * micro_batch_tokens(lay) * shape.hidden / lay.tensor
    members = lay.expert * 1.0
    inside = np.minimum(machine.scale_up_domain, members)
    domains = members / inside
    near = size * shape.experts_active * (1.0 - 1.0 / inside) / machine.scale_up_bytes_per_s
    far = size * (domains - 1.0) * (1.0 - (1.0 - 1.0 / domains) ** shape.experts_active) / machine.scale_out_bytes_per_s
    sparse = 1.0 - shape.dense_layers / shape.layers
    return np.asarray(sparse * np.maximum(near + far - hidden_under, 0.0))


def _context_s(job: Job, hidden_under: np.ndarray) -> np.ndarray:
    """What of passing keys and values around the context ring outlasts the attention that it feeds."""
    shape, lay = job.shape, job.layout
    keys = np.where(np.asarray(shape.latent_rank) > 0, shape.heads, shape.kv_heads) * shape.head_width
    size = FORWARD_AND_BACKWARD * 2.0 * BYTES_16_BIT * micro_batch_tokens(lay) * keys / lay.tensor
    ring = (lay.context - 1.0) * size / bandwidth_of_group(job.machine, lay.context, lay.tensor)
    return np.asarray(np.maximum(ring - hidden_under, 0.0))


def _logits_s(job: Job, c: Any) -> np.ndarray:
    """Output layer and loss of a micro-batch."""
    shape, lay, machine = job.shape, job.layout, job.machine
    tokens = micro_batch_tokens(lay)
    rate = machine.peak_flop_per_s * _ceiling_frac(job, c) * tokens / (tokens + c.half_tokens)
    work = FORWARD_AND_BACKWARD * 2.0 * shape.hidden / rate
    return np.asarray(tokens * shape.vocabulary / lay.tensor * (work + LOGIT_BYTES / machine.memory_bytes_per_s))


def _stages_s(job: Job, c: Any) -> np.ndarray:
    """Activations and their gradients sent from stage to stage for a micro-batch, as far as they are not hidden."""
    lay, machine = job.layout, job.machine
    share = np.where(np.asarray(lay.fused_attention) == 0, 1.0, 1.0 / np.asarray(lay.tensor))
    size = 2.0 * lay.virtual_stages * BYTES_16_BIT * micro_batch_tokens(lay) * job.shape.hidden * share
    near = lay.accelerators <= machine.scale_up_domain
    bandwidth = np.where(near, machine.scale_up_bytes_per_s, machine.scale_out_bytes_per_s)
    return np.asarray(np.where(np.asarray(lay.pipeline) > 1, c.stage_exposed_frac * size / bandwidth, 0.0))


def _held_parameters(job: Job) -> np.ndarray:
    """Parameters of a mean stage on one accelerator, before anything is cut over replicas."""
    shape, lay = job.shape, job.layout
    one = expert_parameters(shape)
    sparse = shape.layers - shape.dense_layers
    shared = shape.layers * attention_parameters(shape) + shape.dense_layers * dense_ffn_parameters(shape)
    shared = shared + sparse * shape.shared_experts * one + embedding_parameters(shape)
    return np.asarray((shared / lay.tensor + sparse * shape.experts * one / lay.expert) / lay.pipeline)


def step_parts_s(job: Job, constants: Any) -> dict[str, np.ndarray]:
    """Seconds of one step by part, those of ``PARTS``; they sum to the step.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    constants : object
        Fitted constants: a ``TrainingEfficiencyEntry``.

    Returns
    -------
    dict[str, np.ndarray]
        Part -> its time, s, shape of the fields.

    Notes
    -----
    Valid for: 1 to about 16,000 accelerators in one job; beyond, nothing public checks it.

    References
    ----------
    NAR21, CO2 : interleaved-pipeline bubble (p-1)/(v m) of arXiv:2104.04473 on the longest stage, rooflines and ring collectives;
        constants are fitted on published steps.

    Examples
    --------
    >>> job, constants = _example()
    >>> parts = step_parts_s(job, constants)
    >>> [(part, round(float(parts[part]), 2)) for part in ("matrix", "attention", "tensor", "bubble", "waiting", "data")]
    [('matrix', 3.72), ('attention', 0.42), ('tensor', 0.53), ('bubble', 0.56), ('waiting', 0.54), ('data', 0.03)]
    """
    lay = job.layout
    count, layers = micro_batches(lay), longest_stage_layers(job)
    several = np.asarray(lay.pipeline) > 1
    software = _software(job, constants)
    layer = {"matrix": _matrix_s(job, constants) * software, "attention": _attention_s(job, constants)}
    layer["memory"] = _memory_s(job, constants) * software
    work = layer["matrix"] + layer["attention"] + layer["memory"]
    layer |= {"fixed": _fixed_s(job, constants, work) * software, "tensor": _tensor_s(job)}
    layer["expert"] = _expert_s(job, work + layer["fixed"])
    layer["context"] = _context_s(job, layer["attention"])
    of_layer = sum(layer.values(), start=np.zeros(()))
    logits = np.where(several & ~even_stages(job), 0.0, 1.0) * _logits_s(job, constants)
    stages = _stages_s(job, constants)
    mean_stage = job.shape.layers / lay.pipeline * of_layer
    parts = {kind: count * layers * seconds for kind, seconds in layer.items()}
    parts |= {"logits": count * logits, "stages": count * stages}
    parts["bubble"] = (lay.pipeline - 1.0) / lay.virtual_stages * (mean_stage + stages)
    running = sum(parts.values(), start=np.zeros(()))
    parts["waiting"] = running * slowest_server_excess_frac(lay.accelerators, constants)
    parts["data"] = _data_s(job, constants, running - parts["bubble"], mean_stage)
    parts["optimiser"] = _optimiser_s(job)
    return {**parts, "step": parts["bubble"] * 0.0 + _step_s(job, constants)}


def slowest_server_excess_frac(accelerators: Any, constants: Any) -> np.ndarray:
    """Time that a synchronous job waits for slow servers, over that of a job without any.

    A server is slow with a published chance and by a published share; one of them slows the whole job, a second one no further.

    Parameters
    ----------
    accelerators : float or array
        Accelerators of the job; a number without unit.
    constants : object
        A ``TrainingEfficiencyEntry``.

    Returns
    -------
    array
        Expected excess over 1, from 0 to that of one slow server; a number without unit, shape of the argument.

    References
    ----------
    JIA24 : sections 5.1 and 6.3: 0.5 % of servers some 10 % slow.

    Examples
    --------
    >>> [round(float(slowest_server_excess_frac(n, _example()[1])), 4) for n in (8, 1024, 16384)]
    [0.0005, 0.0474, 0.1]
    """
    servers = np.maximum(np.asarray(accelerators, float) / SERVER, 1.0)
    any_slow = 1.0 - (1.0 - constants.slow_server_frac) ** servers
    return np.asarray(constants.slow_server_excess_frac * any_slow)


def _data_s(job: Job, c: Any, running: np.ndarray, stage_s: np.ndarray) -> np.ndarray:
    """Gradients summed and weights gathered over the replicas.

    Weights that are cut over replicas are gathered for both passes of every micro-batch, hidden in part under its work; otherwise
    gradients are summed as the chunks of a stage end their backward passes, and weights gathered before their first forward ones.
    The last chunk, or layer where there is one stage, is never hidden; software of before fused kernels hides nothing.
    """
    lay = job.layout
    replicas = data_parallel(lay) * lay.context
    bandwidth = bandwidth_of_group(job.machine, replicas, lay.tensor)
    each = (replicas - 1.0) / replicas * _held_parameters(job) / bandwidth
    chunks, window = _overlap(job, stage_s)
    summed, gathered_once = each * lay.gradient_bytes, each * BYTES_16_BIT
    hidden = np.maximum(summed / chunks, summed - BACKWARD_SHARE * window)
    hidden = hidden + np.maximum(gathered_once / chunks, gathered_once - FORWARD_SHARE * window)
    once = np.where(np.asarray(lay.fused_attention) == 0, summed + gathered_once, hidden)
    gathered = 1.5 * 2.0 * BYTES_16_BIT * each * micro_batches(lay)
    exposed = np.maximum(gathered - running, (1.0 - c.gather_hidden_frac) * gathered)
    return np.asarray(np.where(np.asarray(lay.sharding) >= PARAMETERS, exposed, once))


def _overlap(job: Job, stage_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parts in which a stage's gradients are summed, and the time of the work on all other parts once the first of them is ready.

    With stages the chunks of the interleaved schedule, each of which is worked on for as many micro-batches as there are stages;
    without, the layers during the last micro-batch.
    """
    lay = job.layout
    several = np.asarray(lay.pipeline) > 1
    chunks = np.where(several, lay.virtual_stages, job.shape.layers)
    rounds = np.where(several, np.minimum(micro_batches(lay), lay.pipeline), 1.0)
    return chunks, rounds * (1.0 - 1.0 / chunks) * stage_s


def _step_s(job: Job, c: Any) -> np.ndarray:
    """Host work of a step: data, logging, synchronisation; nothing on one server with software of before fused kernels."""
    alone = (np.asarray(job.layout.fused_attention) == 0) & (job.layout.accelerators <= job.machine.scale_up_domain)
    return np.where(alone, 0.0, c.step_s)


def _optimiser_s(job: Job) -> np.ndarray:
    """One pass of the optimiser over what an accelerator holds of its states."""
    lay = job.layout
    cut = np.where(np.asarray(lay.sharding) >= OPTIMISER, data_parallel(lay) * lay.context, 1.0)
    return np.asarray(OPTIMISER_BYTES * _held_parameters(job) / cut / job.machine.memory_bytes_per_s)


def step_time_s(job: Job, constants: Any) -> np.ndarray:
    """Seconds of one optimiser step.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    constants : object
        Fitted constants: a ``TrainingEfficiencyEntry``.

    Returns
    -------
    array
        Time of a step, s, shape of the fields.

    References
    ----------
    NAR21, CO2

    Examples
    --------
    >>> job, constants = _example()
    >>> round(float(step_time_s(job, constants)), 2)
    5.98
    """
    return sum(step_parts_s(job, constants).values(), start=np.zeros(()))


def step_mfu(job: Job, constants: Any) -> np.ndarray:
    """Model FLOP utilisation of the step against the 16-bit peak, causal attention, no recompute counted.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    constants : object
        Fitted constants: a ``TrainingEfficiencyEntry``.

    Returns
    -------
    array
        Utilisation of the 16-bit peak, from 0, shape of the fields.

    References
    ----------
    PALM22

    Examples
    --------
    >>> job, constants = _example()
    >>> round(float(step_mfu(job, constants)), 3)
    0.437
    """
    lay = job.layout
    useful = FORWARD_AND_BACKWARD * forward_flop_per_token(job.shape, lay.sequence) * lay.batch_sequences * lay.sequence
    out: np.ndarray = useful / (step_time_s(job, constants) * lay.accelerators * job.machine.peak_flop_per_s)
    return out
