"""Time of one optimiser step from model shape, layout and accelerator: a roofline with few fitted constants."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.foundation.units import BILLION

FORWARD_AND_BACKWARD = 3.0
RECOMPUTE_PASSES = {"none": 3.0, "selective": 3.0, "full": 4.0}
"""Forward passes' worth of matrix work per step; full recompute repeats one."""
BYTES_16_BIT = 2.0
OPTIMISER_BYTES_PER_PARAMETER = 24.0
"""Read and written by one Adam step in mixed precision: master weight, two moments, gradient, 16-bit weight."""
TENSOR_ALL_REDUCES_PER_LAYER = 4.0
"""Two in the forward and two in the backward pass. Source: Shoeybi et al. 2019, arXiv:1909.08053."""


@dataclass(frozen=True)
class StepInputs:
    """Columns of one or many training configurations; every field broadcasts against the others."""

    parameters: Any
    active_parameters: Any
    layers: Any
    hidden: Any
    query_dim: Any
    sequence: Any
    batch_sequences: Any
    accelerators: Any
    tensor: Any
    pipeline: Any
    virtual_stages: Any
    context: Any
    micro_batch: Any
    recompute_passes: Any
    peak_flop_per_s: Any
    memory_bytes_per_s: Any
    scale_up_bytes_per_s: Any
    scale_out_bytes_per_s: Any
    matrix_frac: Any
    sparse: Any
    """1 for a mixture of experts, 0 for a dense model."""
    eight_bit: Any
    """1 when matrix products run in 8-bit formats."""
    gathered_weights: Any
    """1 when weights are spread over replicas and gathered for both passes (ZeRO-3, FSDP)."""


def _example() -> tuple[StepInputs, Any]:
    """A dense model of 405e9 parameters on 16,384 accelerators, with constants of the worked numbers."""
    shape = {"parameters": 405e9, "active_parameters": 405e9, "layers": 126.0, "hidden": 16384.0, "query_dim": 16384.0}
    job = {"sequence": 8192.0, "batch_sequences": 2048.0, "accelerators": 16384.0, "micro_batch": 1.0, "recompute_passes": 3.0}
    layout = {"tensor": 8.0, "pipeline": 16.0, "virtual_stages": 8.0, "context": 1.0, "gathered_weights": 0.0}
    rates = {"peak_flop_per_s": 989e12, "memory_bytes_per_s": 3.35e12, "scale_up_bytes_per_s": 450e9, "scale_out_bytes_per_s": 50e9}
    fitted = {"half_width": 300.0, "memory_passes": 20.0, "overlap_frac": 0.5, "moe_frac": 0.7, "eight_bit_gain": 1.4}
    return StepInputs(**shape, **job, **layout, **rates, matrix_frac=0.7, sparse=0.0, eight_bit=0.0), SimpleNamespace(**fitted)


def forward_flop_per_token(x: StepInputs) -> np.ndarray:
    """Forward FLOP per token: two per active parameter and causal attention.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.

    Returns
    -------
    array
        Work, FLOP/token, shape of the fields.

    References
    ----------
    PALM22

    Examples
    --------
    >>> x, constants = _example()
    >>> round(float(forward_flop_per_token(x)) / 1e9)
    844
    """
    out: np.ndarray = 2.0 * x.active_parameters + 2.0 * x.query_dim * x.sequence * x.layers
    return out


def data_parallel(x: StepInputs) -> np.ndarray:
    """Replicas of the model.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.

    Returns
    -------
    array
        Replicas, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> x, constants = _example()
    >>> float(data_parallel(x))
    128.0
    """
    out: np.ndarray = np.maximum(x.accelerators / (x.tensor * x.pipeline * x.context), 1.0)
    return out


def micro_batches(x: StepInputs) -> np.ndarray:
    """Micro-batches that one replica works through in a step.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.

    Returns
    -------
    array
        Micro-batches of a step, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> x, constants = _example()
    >>> float(micro_batches(x))
    16.0
    """
    out: np.ndarray = np.maximum(x.batch_sequences / (data_parallel(x) * x.micro_batch), 1.0)
    return out


def step_parts_s(x: StepInputs, constants: Any) -> dict[str, np.ndarray]:
    """Seconds of one step by part: matrix, memory, tensor, bubble, data, optimiser; they sum to the step.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.
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
    NAR21, CO2 : roofline with ring collectives and the interleaved-pipeline bubble (p-1)/(v m) of arXiv:2104.04473;
        constants are fitted on published steps (``TrainingEfficiencyEntry``). Tensor parallelism narrows the products of
        dense models; the experts of sparse ones stay whole.

    Examples
    --------
    >>> x, constants = _example()
    >>> {part: round(float(seconds), 2) for part, seconds in step_parts_s(x, constants).items()}
    {'matrix': 4.29, 'memory': 0.03, 'tensor': 0.53, 'bubble': 0.57, 'data': 0.13, 'optimiser': 0.0}
    """
    replicas, count = data_parallel(x), micro_batches(x)
    shard_layers = x.layers / x.pipeline
    micro_tokens = x.micro_batch * x.sequence / x.context
    width = np.where(np.asarray(x.sparse) > 0, x.hidden, x.hidden / x.tensor)
    rate = x.peak_flop_per_s * x.matrix_frac * width / (width + constants.half_width)
    rate = rate * np.where(np.asarray(x.sparse) > 0, constants.moe_frac, 1.0)
    rate = rate * np.where(np.asarray(x.eight_bit) > 0, constants.eight_bit_gain, 1.0)
    work = forward_flop_per_token(x) * x.recompute_passes * micro_tokens / (x.tensor * x.pipeline)
    layer_bytes = BYTES_16_BIT * micro_tokens * x.hidden * shard_layers
    matrix = count * work / rate
    memory = count * constants.memory_passes * layer_bytes / x.tensor / x.memory_bytes_per_s
    ring = 2.0 * (x.tensor - 1.0) / x.tensor
    tensor = count * TENSOR_ALL_REDUCES_PER_LAYER * ring * layer_bytes / x.scale_up_bytes_per_s
    bubble = (matrix + memory + tensor) * (x.pipeline - 1.0) / (x.virtual_stages * count)
    shard = x.parameters / (x.tensor * x.pipeline)
    sweeps = np.where(np.asarray(x.gathered_weights) > 0, 3.0, 2.0)
    traffic = sweeps * (replicas - 1.0) / replicas * BYTES_16_BIT * shard
    data = (1.0 - constants.overlap_frac) * traffic / x.scale_out_bytes_per_s
    optimiser = OPTIMISER_BYTES_PER_PARAMETER * shard / replicas / x.memory_bytes_per_s
    return {"matrix": matrix, "memory": memory, "tensor": tensor, "bubble": bubble, "data": data, "optimiser": optimiser}


def step_time_s(x: StepInputs, constants: Any) -> np.ndarray:
    """Seconds of one optimiser step.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.
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
    >>> x, constants = _example()
    >>> round(float(step_time_s(x, constants)), 2)
    5.54
    """
    return sum(step_parts_s(x, constants).values(), start=np.zeros(()))


def step_mfu(x: StepInputs, constants: Any) -> np.ndarray:
    """Model FLOP utilisation of the step against the peak rate given, causal attention, no recompute counted.

    Parameters
    ----------
    x : StepInputs
        Shape, layout and accelerators of the job.
    constants : object
        Fitted constants: a ``TrainingEfficiencyEntry``.

    Returns
    -------
    array
        Utilisation, 0 to 1, shape of the fields.

    References
    ----------
    PALM22

    Examples
    --------
    >>> x, constants = _example()
    >>> round(float(step_mfu(x, constants)), 3)
    0.473
    """
    tokens = x.batch_sequences * x.sequence
    useful = FORWARD_AND_BACKWARD * forward_flop_per_token(x) * tokens
    out: np.ndarray = useful / (step_time_s(x, constants) * x.accelerators * x.peak_flop_per_s)
    return out


def model_columns(model: Any) -> dict[str, float]:
    """Shape columns of a library model.

    Parameters
    ----------
    model : ModelEntry
        Library entry of a model's shape.

    Returns
    -------
    dict[str, float]
        Field of ``StepInputs`` -> its value.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.schema.compute import ModelEntry
    >>> model_columns(ModelEntry(parameters_b=70, active_parameters_b=70, layers=80))["layers"]
    80.0
    """
    return {
        "parameters": model.parameters_b * BILLION,
        "active_parameters": model.active_parameters_b * BILLION,
        "layers": model.layers,
        "hidden": model.hidden,
        "query_dim": model.query_dim,
        "sparse": float(model.experts > 1),
    }
