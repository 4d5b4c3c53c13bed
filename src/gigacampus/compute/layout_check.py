"""Whether the scenario's layout fits into the memory of the accelerators that it trains on, and the nearest that does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gigacampus.compute.job import Job, Layout, Machine, Shape
from gigacampus.compute.layout_search import described, grid, search
from gigacampus.compute.memory import memory_bytes
from gigacampus.compute.training_jobs import job_of, shape_of
from gigacampus.foundation.references import entry_of, name_of
from gigacampus.foundation.units import UNIT_TABLE

GIGABYTE = UNIT_TABLE["GB"][1]


def layouts_that_do_not_fit(compute: Any, library: Any, campuses: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each accelerator model whose memory the layout exceeds, with the fastest layout that fits."""
    if compute.mfu_frac is not None:
        return
    counts: dict[str, float] = {}
    for campus in campuses.values():
        for block in campus.blocks.values():
            if block.kind == "accelerators":
                counts[name_of(block.model)] = counts.get(name_of(block.model), 0.0) + block.count
    size = min(compute.job_accelerators, sum(counts.values()))
    model, constants = entry_of(library, compute.training_model), entry_of(library, compute.training_efficiency)
    yield from degrees_that_cannot_be(compute.layout, shape_of(model))
    for name in (n for n, count in counts.items() if count > 0):
        entry = library.accelerators[name]
        job = job_of(compute, model, entry, constants, accelerators=max(size, 1.0))
        needed = float(np.max(sum(memory_bytes(job).values(), start=np.zeros(()))))
        if needed > job.machine.memory_bytes:
            need = f"needs {needed / GIGABYTE:,.0f} GB on one {entry.title or name} of {entry.memory_gb:g} GB"
            slow = "so its speed is that of no real run"
            yield f"compute.layout: a job of {size:,.0f} accelerators {need}, {slow}; {_nearest(job, constants)}"


def degrees_that_cannot_be(layout: Any, shape: Shape) -> Iterator[str]:
    """One sentence for each degree that does not divide what it cuts, with the nearest that does."""
    cut = [("tensor", layout.tensor, shape.heads, "attention heads"), ("context", layout.context, layout.sequence_tokens, "tokens")]
    if shape.experts > 1:
        cut.append(("expert", min(layout.expert, shape.experts), shape.experts, "experts"))
    for name, degree, whole, what in cut:
        if whole % degree:
            near = min((n for n in range(1, int(whole) + 1) if whole % n == 0), key=lambda n: abs(n - degree))
            yield f"compute.layout.{name}: {degree:g} does not divide {whole:g} {what}, so no real run has it; nearest that does: {near}"
    stages = layout.pipeline * layout.virtual_stages
    if stages > shape.layers:
        most = int(shape.layers // layout.virtual_stages) or 1
        told = f"{layout.pipeline:g} stages of {layout.virtual_stages:g} chunks are more than the {shape.layers:g} layers"
        yield f"compute.layout.pipeline: {told}, so no real run has it; nearest that works: {most}"


def _nearest(job: Job, constants: Any) -> str:
    """The fastest layout that fits on the largest power of two within the job."""
    whole = 2 ** int(np.log2(float(np.max(job.layout.accelerators))))
    found = _searched(job.shape, job.machine, job.layout, whole, constants)
    if not found:
        return f"no layout of {whole:,} of them fits: a smaller model or more accelerators would"
    keys = {"tensor": "tp", "pipeline": "pp", "virtual_stages": "interleave", "context": "cp", "expert": "ep", "micro_batch": "micro_batch"}
    degrees = ", ".join(f"{name}: {found[key]}" for name, key in keys.items())
    return f"the fastest that fits: {{{degrees}, recompute: {found['recompute']}, sharding: {found['sharding']}}}"


def _searched(shape: Shape, machine: Machine, layout: Layout, accelerators: int, constants: Any) -> dict[str, Any] | None:
    """The fastest that fits, with no fewer micro-batches in flight than the scenario's step has."""
    sequences = 2.0 ** np.ceil(np.log2(max(float(np.max(layout.batch_sequences)), 1.0)))
    bits = float(layout.product_bits)
    tried = grid(shape, machine, accelerators=accelerators, batch_sequences=sequences, sequence=float(layout.sequence), product_bits=bits)
    found = search(shape, machine, tried, constants)
    return described(found, 0) if found.evaluated else None
