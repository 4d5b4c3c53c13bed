"""Every valid way of cutting a training job over accelerators: pruned by memory, timed, the best and the Pareto front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gigacampus.compute.job import FULL, NONE, RECOMPUTE, SHARDING, Job, Layout, Machine, Shape, data_parallel, longest_stage_layers
from gigacampus.compute.layer_counts import forward_flop_per_token
from gigacampus.compute.memory import memory_bytes
from gigacampus.compute.step_time import FORWARD_AND_BACKWARD, step_time_s

CONTEXTS = (1, 2, 4, 8, 16)
MICRO_BATCHES = (1, 2, 4, 8, 16)
RECOMPUTED = (NONE, FULL)
"""Selective recompute repeats the scores of attention, which fused attention never keeps: the same as none."""
CHUNKS = tuple(range(1, 17))
MOST_STAGES = 128
LONGEST_OVER_MEAN = 1.5
"""Pipelines whose longest stage is longer than this are not tried: a smaller one does the same."""
BLOCK = 8192
"""Layouts that are timed at once: their columns stay in the processor's cache."""


@dataclass(frozen=True)
class Found:
    """Layouts that fit, with time and memory, in the order of their time."""

    layout: Layout
    step_s: np.ndarray
    memory_bytes: np.ndarray
    mfu: np.ndarray
    pruned: int
    least_memory_bytes: float
    """Of all layouts tried; what the smallest one needs where none fits."""

    @property
    def evaluated(self) -> int:
        """Layouts whose step was timed."""
        return len(self.step_s)


def _divisors(number: int, most: float) -> list[int]:
    return [n for n in range(1, int(min(number, most)) + 1) if number % n == 0]


def _powers(most: float) -> list[int]:
    return [2**k for k in range(int(np.log2(max(most, 1.0))) + 1)]


def grid(shape: Shape, machine: Machine, *, accelerators: int, batch_sequences: float, sequence: float, product_bits: float) -> Layout:
    """Columns of all layouts whose degrees divide what they cut: heads, experts, accelerators, the sequences of a step."""
    heads, experts, layers = int(shape.heads), int(shape.experts), int(shape.layers)
    tensor = [t for t in _divisors(heads, machine.scale_up_domain) if accelerators % t == 0]
    spread = [e for e in _powers(experts) if experts % e == 0] if experts > 1 else [1]
    choices = {
        "tensor": tensor,
        "pipeline": _divisors(accelerators, min(layers, MOST_STAGES)),
        "virtual_stages": CHUNKS,
        "context": CONTEXTS,
        "expert": spread,
        "micro_batch": MICRO_BATCHES,
    }
    tried = [axis.ravel().astype(float) for axis in np.meshgrid(*choices.values(), indexing="ij")]
    column = dict(zip(choices, tried, strict=True))
    cut = column["tensor"] * column["pipeline"] * column["context"]
    replicas = accelerators / cut
    chunks = column["pipeline"] * column["virtual_stages"]
    ranks = replicas * column["context"] * column["tensor"]
    valid = (np.mod(accelerators, cut) == 0) & (np.mod(batch_sequences, replicas * column["micro_batch"]) == 0)
    valid &= (chunks <= layers) & ((column["pipeline"] > 1) | (column["virtual_stages"] == 1))
    valid &= (np.mod(ranks, column["expert"]) == 0) & (np.mod(sequence, column["context"]) == 0)
    kept = {name: values[valid] for name, values in column.items()}
    count, each = int(valid.sum()), len(RECOMPUTED) * len(SHARDING)
    ways = {name: np.repeat(values, each) for name, values in kept.items()}
    recompute = np.tile(np.repeat(np.array(RECOMPUTED), len(SHARDING)), count)
    sharding = np.tile(np.arange(len(SHARDING), dtype=float), count * len(RECOMPUTED))
    common = {"accelerators": float(accelerators), "batch_sequences": batch_sequences, "sequence": sequence}
    layout = Layout(**common, **ways, recompute=recompute, sharding=sharding, product_bits=product_bits)
    longest = longest_stage_layers(Job(shape, machine, layout))
    return _taken(layout, longest <= LONGEST_OVER_MEAN * layers / ways["pipeline"])


def _taken(layout: Layout, where: Any) -> Layout:
    """The layouts at some positions; what is one number for all of them stays one."""
    own = {f.name: getattr(layout, f.name) for f in fields(layout)}
    return replace(layout, **{name: value[where] for name, value in own.items() if np.ndim(value)})


def _blocks(layout: Layout) -> Iterator[Layout]:
    count = len(layout.tensor)
    for start in range(0, count, BLOCK):
        yield _taken(layout, slice(start, start + BLOCK))


def search(shape: Shape, machine: Machine, layout: Layout, constants: Any) -> Found:
    """Memory of every layout, and step time of those that fit; sorted by time."""
    kept, held, timed, least = [], [], [], np.inf
    for block in _blocks(layout):
        job = Job(shape, machine, block)
        size = np.broadcast_to(sum(memory_bytes(job).values(), start=np.zeros(())), np.shape(block.tensor))
        least = min(least, float(size.min(initial=np.inf)))
        fits = size <= machine.memory_bytes
        if not fits.any():
            continue
        own = _taken(block, fits)
        kept.append(own)
        held.append(size[fits])
        timed.append(np.broadcast_to(step_time_s(Job(shape, machine, own), constants), np.shape(own.tensor)))
    if not kept:
        empty = np.zeros(0)
        return Found(_taken(layout, slice(0, 0)), empty, empty, empty, len(layout.tensor), least)
    names = [f.name for f in fields(layout) if np.ndim(getattr(layout, f.name))]
    together = replace(layout, **{name: np.concatenate([getattr(part, name) for part in kept]) for name in names})
    seconds, size = np.concatenate(timed), np.concatenate(held)
    order = np.lexsort((size, seconds))
    useful = FORWARD_AND_BACKWARD * float(forward_flop_per_token(shape, layout.sequence)) * layout.batch_sequences * layout.sequence
    mfu = useful / (seconds[order] * layout.accelerators * machine.peak_flop_per_s)
    return Found(_taken(together, order), seconds[order], size[order], mfu, len(layout.tensor) - len(seconds), least)


def front(found: Found) -> np.ndarray:
    """Positions of layouts than which none is both as fast and smaller: each step further saves memory and costs time.

    On one kind of accelerator in one number, cost and energy of a step follow its time.
    """
    if not found.evaluated:
        return np.zeros(0, int)
    smallest = np.minimum.accumulate(found.memory_bytes)
    before = np.concatenate([[np.inf], smallest[:-1]])
    return np.flatnonzero(found.memory_bytes < before)


def described(found: Found, place: int) -> dict[str, Any]:
    """One layout in plain names and numbers."""
    own = _taken(found.layout, slice(place, place + 1))
    whole = {"tp": own.tensor, "pp": own.pipeline, "cp": own.context, "ep": own.expert, "dp": data_parallel(own)}
    whole |= {"interleave": own.virtual_stages, "micro_batch": own.micro_batch}
    return {
        **{name: int(values[0]) for name, values in whole.items()},
        "recompute": RECOMPUTE[int(own.recompute[0])],
        "sharding": SHARDING[int(own.sharding[0])],
        "step_s": float(found.step_s[place]),
        "mfu": float(found.mfu[place]),
        "memory_gb": float(found.memory_bytes[place]) / 1e9,
        "tokens_per_s": float(own.batch_sequences * own.sequence / found.step_s[place]),
    }
