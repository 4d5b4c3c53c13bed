"""Layouts timed a second, and the whole grid of a dense model of 405e9 parameters on 16,384 accelerators: python benchmarks/layouts.py

Counts layouts whose step was timed; those that memory prunes are printed apart. One process; processor and wall time.
"""

from __future__ import annotations

from datetime import date
from time import perf_counter, process_time
from types import SimpleNamespace

import numpy as np

from gigacampus.compute.job import Job
from gigacampus.compute.layout_search import BLOCK, grid, search
from gigacampus.compute.step_time import step_parts_s, step_time_s
from gigacampus.compute.training_jobs import machine_of, shape_of
from gigacampus.scenario.library import load_entry
from gigacampus.schema.compute import AcceleratorEntry, ModelEntry

ACCELERATORS, SEQUENCE = 16384, 8192.0
REPEATS = 200


def main() -> None:
    constants = SimpleNamespace(**load_entry("training_efficiency", "pooled", date.max)[0])
    for model, accelerator in (("llama_3_1_405b", "h100"), ("llama_3_1_405b", "gb200"), ("deepseek_v3", "gb200")):
        shape = shape_of(ModelEntry(**load_entry("models", model, date.max)[0]))
        machine = machine_of(AcceleratorEntry(**load_entry("accelerators", accelerator, date.max)[0]), constants, eight_bit=True)
        wall, processor = perf_counter(), process_time()
        layout = grid(shape, machine, accelerators=ACCELERATORS, batch_sequences=2048.0, sequence=SEQUENCE, product_bits=8.0)
        found = search(shape, machine, layout, constants)
        took, used = perf_counter() - wall, process_time() - processor
        counts = f"{found.evaluated:,} timed, {found.pruned:,} pruned"
        print(f"{model} on {ACCELERATORS:,} {accelerator}: {counts}, {took:.2f} s, {used:.2f} s of processor")
        if not found.evaluated:
            continue
        few = Job(shape, machine, _first(found.layout, BLOCK))
        processor = process_time()
        for _ in range(REPEATS):
            step_time_s(few, constants)
        used = process_time() - processor
        size = min(BLOCK, found.evaluated)
        print(f"  {REPEATS * size / used:,.0f} steps timed a second of one processor")
        one = Job(shape, machine, _first(found.layout, 1))
        processor = process_time()
        for _ in range(REPEATS):
            step_parts_s(one, constants)
        print(f"  one layout with its parts: {(process_time() - processor) / REPEATS * 1e3:.2f} ms")


def _first(layout, count):
    from dataclasses import fields, replace

    return replace(layout, **{f.name: getattr(layout, f.name)[:count] for f in fields(layout) if np.ndim(getattr(layout, f.name))})


if __name__ == "__main__":
    main()
