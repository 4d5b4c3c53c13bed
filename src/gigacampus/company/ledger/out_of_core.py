"""More draws than memory: chunk by chunk through the ledger, keeping quantile sketches of monthly series."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np

from gigacampus.company import stage
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.monthly_series import LEAN
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.quantile_sketch import QuantileSketch
from gigacampus.company.ledger.simulate import simulate, takes_compiled
from gigacampus.registry.stage_inputs import Inputs

Draw = Callable[[int, int], Mapping[str, np.ndarray]]
"""Uncertain inputs of the draws from a first to a last (not included); the same whatever the chunks."""


def sketches(
    inputs: Inputs,
    up: Mapping[str, np.ndarray],
    draw: Draw,
    *,
    count: int,
    worlds: int,
    series: tuple[str, ...],
    chunk: int = 2048,
    executor: Executor | None = None,
) -> dict[str, QuantileSketch]:
    """Sketch of each series with one row a month, over ``count`` draws spread evenly over the worlds.

    ``executor`` is anything with the interface of concurrent.futures; without one the chunks run here. The order in which
    chunks finish changes nothing, since counts add.
    """
    spans = [(first, min(first + chunk, count)) for first in range(0, count, chunk)]
    compiled = takes_compiled(count, inputs.at.months.count)
    shared = (inputs, up, stack(up), stock_cost(inputs, up), draw, worlds, series, compiled)
    jobs = [(shared, span) for span in spans]
    results = executor.map(_chunk, jobs) if executor else map(_chunk, jobs)
    total = {name: QuantileSketch(inputs.at.months.count) for name in series}
    for found in results:
        for name, sketch in found.items():
            total[name].merge(sketch)
    return total


def _chunk(job: tuple[tuple[Any, ...], tuple[int, int]]) -> dict[str, QuantileSketch]:
    (inputs, up, stacked, cost, draw, worlds, series, compiled), (first, last) = job
    world = np.arange(first, last) % worlds
    bound, drivers = stage.prepare(inputs, up, stacked, cost, world, draw(first, last), slice(0, last - first))
    found, _ = simulate(bound, drivers, lean=set(series) <= set(LEAN), interpreted=not compiled)
    out = {name: QuantileSketch(inputs.at.months.count) for name in series}
    for name, sketch in out.items():
        sketch.add(found[name])
    return out
