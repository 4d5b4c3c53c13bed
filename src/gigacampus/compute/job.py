"""What is trained, on which machine, in which layout: the columns that memory and step time read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

RECOMPUTE = ("none", "selective", "full")
"""Position is the value of ``Layout.recompute``."""
SHARDING = ("none", "optimiser", "gradients", "parameters")
"""What is cut over the replicas, each with all before it; position is the value of ``Layout.sharding``."""
NONE, SELECTIVE, FULL = 0.0, 1.0, 2.0
OPTIMISER, GRADIENTS, PARAMETERS = 1.0, 2.0, 3.0
FAMILY_W_PER_TFLOP_S = {"a100": 400.0 / 312.0, "hopper": 700.0 / 989.5, "blackwell": 1200.0 / 2500.0}
"""Board power over the dense 16-bit rate of the part that a family's ceiling is stated for: A100, H100, GB200. It only scales that
ceiling; parts with more or less power for each FLOP/s reach more or less of their peak."""
BITS_OF_PEAK = 16.0


@dataclass(frozen=True)
class Shape:
    """Columns of one or many model shapes; every field broadcasts against those of machine and layout."""

    layers: Any
    dense_layers: Any
    """Layers with one feed-forward block for all tokens; all of them in a dense model."""
    hidden: Any
    heads: Any
    kv_heads: Any
    head_width: Any
    ffn: Any
    """Width of the feed-forward block of dense layers."""
    ffn_matrices: Any
    """3 with a gate (SwiGLU), 2 without."""
    vocabulary: Any
    tied: Any
    """1 where input and output embedding are one matrix."""
    experts: Any
    experts_active: Any
    expert_ffn: Any
    shared_experts: Any
    query_rank: Any
    latent_rank: Any
    """Rank of the compressed keys and values of latent attention; 0: ordinary heads."""
    rotary_width: Any
    """Width that latent attention adds to each head for positions."""
    local_frac: Any
    """Share of layers whose attention looks back over a window only."""
    window: Any
    parallel_blocks: Any = 0.0
    """1 where attention and feed-forward block of a layer run side by side and share their all-reduces."""


@dataclass(frozen=True)
class Machine:
    """Columns of one or many accelerators with their networks; rates are one-way."""

    peak_flop_per_s: Any
    """Dense 16-bit rate."""
    product_flop_per_s: Any
    """Dense rate of the format in which weights are multiplied."""
    memory_bytes: Any
    memory_bytes_per_s: Any
    scale_up_bytes_per_s: Any
    scale_up_domain: Any
    scale_out_bytes_per_s: Any
    matrix_frac: Any
    attention_frac: Any
    power_per_rate: Any = 1.0
    """Board power for each FLOP/s of the products' format, over that of the family's reference part."""


@dataclass(frozen=True)
class Layout:
    """Columns of one or many ways of cutting a job."""

    accelerators: Any
    tensor: Any
    pipeline: Any
    virtual_stages: Any
    context: Any
    expert: Any
    micro_batch: Any
    batch_sequences: Any
    sequence: Any
    recompute: Any
    sharding: Any
    product_bits: Any = 16.0
    """Bits of the format in which weights are multiplied."""
    fused_attention: Any = 1.0
    """0 for software that writes the scores of attention to memory."""
    portable_attention: Any = 0.0
    """1 for fused attention written for an earlier accelerator family."""
    software_years: Any = 0.0
    """Years from the day of the fitted constants to the day of the software."""
    sequence_parallel: Any = 1.0
    """0 for software whose norms, dropout and residuals are not cut over the tensor ranks."""
    gradient_bytes: Any = 2.0
    """Bytes of a gradient as it is summed over the replicas."""


@dataclass(frozen=True)
class Job:
    """Shape, machine and layout of one or many jobs."""

    shape: Shape
    machine: Machine
    layout: Layout


def power_per_rate(family: str, *, board_w: float, rate_tflop_s: float, bits: float) -> float:
    """Board power for each FLOP/s of a format, which needs power in proportion to its bits, over that of the family's reference part.

    Parameters
    ----------
    family : str
        Family of accelerators; one without a reference gives 1.
    board_w : float
        Power of the board, W; 0: unknown, which gives 1.
    rate_tflop_s : float
        Dense rate in the format, TFLOP/s.
    bits : float
        Bits of the format; a number without unit.

    Returns
    -------
    float
        Ratio, from 0; a number without unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(power_per_rate("blackwell", board_w=1400.0, rate_tflop_s=5000.0, bits=8.0), 3)
    1.167
    """
    reference = FAMILY_W_PER_TFLOP_S.get(family, 0.0)
    return board_w / rate_tflop_s * BITS_OF_PEAK / bits / reference if reference and board_w else 1.0


def data_parallel(layout: Layout) -> np.ndarray:
    """Replicas of the model.

    Parameters
    ----------
    layout : Layout
        How the job is cut.

    Returns
    -------
    array
        Replicas, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(data_parallel(example_job().layout))
    128.0
    """
    out: np.ndarray = np.maximum(layout.accelerators / (layout.tensor * layout.pipeline * layout.context), 1.0)
    return out


def micro_batches(layout: Layout) -> np.ndarray:
    """Micro-batches that one replica works through in a step.

    Parameters
    ----------
    layout : Layout
        How the job is cut.

    Returns
    -------
    array
        Micro-batches of a step, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(micro_batches(example_job().layout))
    16.0
    """
    out: np.ndarray = np.maximum(layout.batch_sequences / (data_parallel(layout) * layout.micro_batch), 1.0)
    return out


def micro_batch_tokens(layout: Layout) -> np.ndarray:
    """Tokens of a micro-batch that one accelerator holds.

    Parameters
    ----------
    layout : Layout
        How the job is cut.

    Returns
    -------
    array
        Tokens, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(micro_batch_tokens(example_job().layout))
    8192.0
    """
    out: np.ndarray = np.asarray(layout.micro_batch * layout.sequence / layout.context)
    return out


def even_stages(job: Job) -> np.ndarray:
    """Whether every chunk of the pipeline gets the same whole number of layers.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    array
        True where the layers divide, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> bool(even_stages(example_job()))
    False
    """
    chunks = job.layout.pipeline * job.layout.virtual_stages
    return np.asarray(np.mod(job.shape.layers, chunks) == 0)


def longest_stage_layers(job: Job) -> np.ndarray:
    """Layers of the stage that sets the pace.

    Where the layers do not divide, the embeddings count as a layer at each end, and chunks are filled up to the next whole layer.

    Parameters
    ----------
    job : Job
        Shape, machine and layout.

    Returns
    -------
    array
        Layers, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> float(longest_stage_layers(example_job()))
    8.0
    """
    layers, lay = job.shape.layers, job.layout
    filled = np.ceil((layers + 2.0) / (lay.pipeline * lay.virtual_stages)) * lay.virtual_stages
    out: np.ndarray = np.where(even_stages(job), layers / lay.pipeline, filled)
    return out


def bandwidth_of_group(machine: Machine, size: Any, stride: Any) -> np.ndarray:
    """Bandwidth that each member of a group sees whose members stand ``stride`` accelerators apart.

    A group inside the scale-up domain has its bandwidth. A larger one crosses the network with as many cards as it has members in
    a domain, since each member carries its share.

    Parameters
    ----------
    machine : Machine
        Accelerator and networks.
    size : float or array
        Members of the group; a number without unit.
    stride : float or array
        Accelerators from one member to the next; a number without unit.

    Returns
    -------
    array
        Bandwidth, byte/s, shape of the arguments together.

    References
    ----------
    CO2 : hierarchical rings, one for each network card of a domain.

    Examples
    --------
    >>> [float(bandwidth_of_group(example_job().machine, size, 8.0)) / 1e9 for size in (1.0, 128.0)]
    [450.0, 50.0]
    """
    inside = np.minimum(np.maximum(machine.scale_up_domain / stride, 1.0), size)
    across = np.minimum(machine.scale_up_bytes_per_s, machine.scale_out_bytes_per_s * inside)
    return np.asarray(np.where(inside >= size, machine.scale_up_bytes_per_s, across))


def example_job() -> Job:
    """A dense model of 405e9 parameters on 16,384 accelerators of 80 GB: the job of the worked numbers.

    Returns
    -------
    Job
        One job, every column a number.

    References
    ----------
    CO3

    Examples
    --------
    >>> example_job().layout.accelerators
    16384.0
    """
    heads = {"heads": 128.0, "kv_heads": 8.0, "head_width": 128.0, "query_rank": 0.0, "latent_rank": 0.0, "rotary_width": 0.0}
    width = {"layers": 126.0, "dense_layers": 126.0, "hidden": 16384.0, "ffn": 53248.0, "ffn_matrices": 3.0, "vocabulary": 128256.0}
    sparse = {"experts": 1.0, "experts_active": 1.0, "expert_ffn": 0.0, "shared_experts": 0.0}
    local = {"tied": 0.0, "local_frac": 0.0, "window": 0.0}
    rates = {"peak_flop_per_s": 989e12, "product_flop_per_s": 989e12, "memory_bytes": 80e9, "memory_bytes_per_s": 3.35e12}
    network = {"scale_up_bytes_per_s": 450e9, "scale_up_domain": 8.0, "scale_out_bytes_per_s": 50e9}
    cut = {"accelerators": 16384.0, "tensor": 8.0, "pipeline": 16.0, "virtual_stages": 8.0, "context": 1.0, "expert": 1.0}
    batch = {"micro_batch": 1.0, "batch_sequences": 2048.0, "sequence": 8192.0, "recompute": NONE, "sharding": OPTIMISER}
    machine = Machine(**rates, **network, matrix_frac=0.75, attention_frac=0.3)
    return Job(Shape(**heads, **width, **sparse, **local), machine, Layout(**cut, **batch))
