"""Memory of one accelerator in training, by kind: weights, gradients, optimiser states, activations, logits, working space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.compute.job import (
    FULL,
    GRADIENTS,
    OPTIMISER,
    PARAMETERS,
    SELECTIVE,
    Job,
    data_parallel,
    even_stages,
    longest_stage_layers,
    micro_batch_tokens,
    micro_batches,
)
from gigacampus.compute.layer_counts import attention_parameters, dense_ffn_parameters, expert_parameters

WEIGHT_BYTES = 2.0
GRADIENT_BYTES = 4.0
OPTIMISER_BYTES = 12.0
"""Master weight and two moments in 32 bits. Source: Rajbhandari et al. 2020, arXiv:1910.02054."""
ACTIVATION_BYTES = 2.0
SCORE_BYTES = 5.0
"""Softmax, dropout mask and dropout output of unfused attention, per score. Source: Korthikanti et al. 2022, arXiv:2205.05198."""
LOGIT_BYTES = 6.0
"""A 16-bit logit and its 32-bit copy, which the gradient overwrites."""
GATHERED_LAYERS = 2.0
"""Layers whose weights are whole at a time where weights are cut over the replicas: the one at work and the next."""
PASSING_BYTES = 2.0
"""Gradients of weights and activations that live for one layer of the backward pass only, before they are summed."""
WORKSPACE_BYTES = 1.0e9
"""Buffers of collectives and matrix libraries that no formula gives; assumed."""
FRAGMENTATION_FRAC = 0.04
"""Share of what is allocated that stands empty between blocks; assumed."""
NOT_ALLOCATED = ("workspace", "fragmentation")
"""Kinds that a framework's own count of allocated memory does not hold."""


@dataclass(frozen=True)
class Stage:
    """One stage of the pipeline: what of the model it holds, and how many micro-batches wait in it for their backward pass."""

    dense_layers: np.ndarray
    sparse_layers: np.ndarray
    embeddings: np.ndarray
    """Embedding matrices, count."""
    in_flight: np.ndarray
    has_output: np.ndarray


def fullest_stages(job: Job) -> tuple[Stage, Stage]:
    """The two stages that may be the fullest: the first, and the next one, which holds no dense layers where the model has few.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    tuple[Stage, Stage]
        First stage, and the second with the output of the last: with more than two stages no stage holds more than that.

    References
    ----------
    KOR22 : section 4.2.3, micro-batches in flight with and without interleaving.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> [float(stage.in_flight) for stage in fullest_stages(example_job())]
    [16.0, 16.0]
    """
    shape, lay = job.shape, job.layout
    stages, chunks = np.asarray(lay.pipeline, float), np.asarray(lay.virtual_stages, float)
    several = stages > 1
    held = np.maximum(longest_stage_layers(job) - np.where(several & ~even_stages(job), 1.0, 0.0), 1.0)
    waves = np.where(several & (chunks > 1), stages + (stages - 1.0) / chunks, stages)
    dense = np.minimum(shape.dense_layers, held)
    later = np.where(several, np.clip(shape.dense_layers - held, 0.0, held), dense)
    alone = 2.0 - np.asarray(shape.tied)
    first = Stage(dense, held - dense, np.where(several, 1.0, alone), np.minimum(waves, micro_batches(lay)), (~several).astype(float))
    after = np.minimum(np.maximum(waves - 1.0, 1.0), micro_batches(lay))
    return first, Stage(later, held - later, np.where(several, 1.0, alone), after, np.ones(()))


def stage_parameters(job: Job, stage: Stage) -> dict[str, np.ndarray]:
    """Parameters of a stage on one accelerator, before anything is cut over replicas: ``shared`` by all tokens, and of ``experts``.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    stage : Stage
        Layers and embeddings that it holds.

    Returns
    -------
    dict[str, np.ndarray]
        Kind -> parameters, count, shape of the fields.

    References
    ----------
    NAR21 : cut by layer over the pipeline, by column and row over tensor ranks; experts over expert ranks.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> job = example_job()
    >>> {kind: round(float(n) / 1e9, 2) for kind, n in stage_parameters(job, fullest_stages(job)[0]).items()}
    {'shared': 3.05, 'experts': 0.0}
    """
    shape, lay = job.shape, job.layout
    router = shape.hidden * shape.experts * (np.asarray(shape.experts) > 1)
    one = expert_parameters(shape)
    layers = stage.dense_layers + stage.sparse_layers
    shared = layers * attention_parameters(shape) + stage.dense_layers * dense_ffn_parameters(shape)
    shared = shared + stage.sparse_layers * (router + shape.shared_experts * one)
    shared = shared + stage.embeddings * shape.vocabulary * shape.hidden
    return {"shared": shared / lay.tensor, "experts": stage.sparse_layers * shape.experts * one / lay.expert}


def state_bytes(job: Job, stage: Stage) -> dict[str, np.ndarray]:
    """Bytes of weights, gradients and optimiser states of a stage on one accelerator.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    stage : Stage
        Layers and embeddings that it holds.

    Returns
    -------
    dict[str, np.ndarray]
        Kind -> bytes, shape of the fields.

    References
    ----------
    RAJ20 : weights in 16 bits, gradients summed in 32, 12 bytes of optimiser states; each level of sharding cuts one more of them.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> job = example_job()
    >>> {kind: round(float(size) / 1e9, 1) for kind, size in state_bytes(job, fullest_stages(job)[0]).items()}
    {'weights': 6.1, 'gradients': 12.2, 'optimiser': 0.3}
    """
    lay, counts = job.layout, stage_parameters(job, stage)
    ranks = data_parallel(lay) * lay.context
    replicas = {"shared": ranks, "experts": np.maximum(ranks * lay.tensor / lay.expert, 1.0)}
    level = np.asarray(lay.sharding)

    def held(size: float, from_level: float) -> np.ndarray:
        shares = [counts[kind] / np.where(level >= from_level, replicas[kind], 1.0) for kind in counts]
        return np.asarray(size * (shares[0] + shares[1]))

    layers = np.maximum(stage.dense_layers + stage.sparse_layers, 1.0)
    whole = (counts["shared"] + counts["experts"]) * np.minimum(GATHERED_LAYERS / layers, 1.0) * WEIGHT_BYTES
    weights = held(WEIGHT_BYTES, PARAMETERS) + np.where(level >= PARAMETERS, whole, 0.0)
    return {"weights": weights, "gradients": held(GRADIENT_BYTES, GRADIENTS), "optimiser": held(OPTIMISER_BYTES, OPTIMISER)}


def layer_activation_bytes(job: Job) -> dict[str, np.ndarray]:
    """Bytes that one ``dense`` and one ``sparse`` layer keep of one micro-batch for the backward pass.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    dict[str, np.ndarray]
        Kind of layer -> bytes on one accelerator, shape of the fields.

    Notes
    -----
    Valid for: tensor parallelism that cuts the sequence between its regions; experts evenly loaded.

    References
    ----------
    KOR22 : the 34 s b h of section 4, written by tensor for grouped and latent attention, gates and experts.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(layer_activation_bytes(example_job())["dense"]) / 1e6)
    533
    """
    shape, lay = job.shape, job.layout
    width = shape.heads * shape.head_width
    latent = np.asarray(shape.latent_rank) > 0
    rotary = shape.heads * shape.rotary_width
    keys = np.where(latent, 2.0 * width + rotary, 2.0 * shape.kv_heads * shape.head_width)
    query = width + np.where(latent, rotary + shape.query_rank + shape.latent_rank, 0.0)
    feed = {
        "dense": shape.ffn_matrices * shape.ffn,
        "sparse": shape.experts_active * (2.0 * shape.hidden + shape.ffn_matrices * shape.expert_ffn)
        + shape.shared_experts * shape.ffn_matrices * shape.expert_ffn,
    }
    unfused = (np.asarray(lay.fused_attention) == 0) & (np.asarray(lay.recompute) < SELECTIVE)
    scores = np.where(unfused, SCORE_BYTES * shape.heads * lay.sequence, 0.0)
    each = micro_batch_tokens(lay) / lay.tensor
    common = ACTIVATION_BYTES * (4.0 * shape.hidden + query + keys + width) + scores
    return {kind: each * (common + ACTIVATION_BYTES * own) for kind, own in feed.items()}


def passing_bytes(job: Job) -> np.ndarray:
    """Bytes that live for one layer of the backward pass: its largest weight gradient and its activations' gradients.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    array
        Bytes on one accelerator, shape of the fields.

    References
    ----------
    DEF : 16-bit gradients before they are summed; with full recompute the layer's activations once more.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(passing_bytes(example_job())) / 1e9, 2)
    0.85
    """
    shape, lay, layer = job.shape, job.layout, layer_activation_bytes(job)
    widest = np.maximum(shape.vocabulary, np.where(np.asarray(shape.dense_layers) > 0, shape.ffn, 0.0))
    matrix = PASSING_BYTES * shape.hidden * widest / lay.tensor
    dense = np.where(np.asarray(shape.dense_layers) > 0, shape.ffn, 0.0)
    feed = np.maximum(dense, shape.experts_active * shape.expert_ffn) * shape.ffn_matrices
    gradients = PASSING_BYTES * micro_batch_tokens(lay) * feed / lay.tensor
    again = np.where(np.asarray(lay.recompute) >= FULL, np.maximum(layer["dense"] * (dense > 0), layer["sparse"]), 0.0)
    return np.asarray(matrix + gradients + again)


def stage_bytes(job: Job, stage: Stage) -> dict[str, np.ndarray]:
    """Peak memory of a stage on one accelerator by kind.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.
    stage : Stage
        Layers and embeddings that it holds.

    Returns
    -------
    dict[str, np.ndarray]
        Kind -> bytes, shape of the fields.

    References
    ----------
    KOR22, RAJ20 : working space and fragmentation are assumed.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> job = example_job()
    >>> round(float(stage_bytes(job, fullest_stages(job)[0])["activations"]) / 1e9, 1)
    59.7
    """
    lay, layer = job.layout, layer_activation_bytes(job)
    inputs = ACTIVATION_BYTES * micro_batch_tokens(lay) * job.shape.hidden / lay.tensor
    own = {kind: np.where(np.asarray(lay.recompute) >= FULL, inputs, size) for kind, size in layer.items()}
    kept = stage.in_flight * (stage.dense_layers * own["dense"] + stage.sparse_layers * own["sparse"])
    logits = stage.has_output * LOGIT_BYTES * micro_batch_tokens(lay) * job.shape.vocabulary / lay.tensor
    parts = {**state_bytes(job, stage), "activations": kept, "passing": passing_bytes(job), "logits": logits}
    allocated = sum(parts.values(), start=np.zeros(()))
    return {**parts, "workspace": allocated * 0.0 + WORKSPACE_BYTES, "fragmentation": allocated * FRAGMENTATION_FRAC}


def memory_bytes(job: Job) -> dict[str, np.ndarray]:
    """Peak memory of the fullest accelerator by kind; the parts sum to it.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    dict[str, np.ndarray]
        Kind -> bytes, shape of the fields.

    References
    ----------
    KOR22, RAJ20

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> held = memory_bytes(example_job())
    >>> round(float(held["activations"]) / 1e9, 1), round(float(sum(held.values())) / 1e9, 1)
    (59.7, 84.1)
    """
    first, second = (stage_bytes(job, stage) for stage in fullest_stages(job))
    fuller = sum(first.values(), start=np.zeros(())) >= sum(second.values(), start=np.zeros(()))
    return {kind: np.where(fuller, first[kind], second[kind]) for kind in first}
