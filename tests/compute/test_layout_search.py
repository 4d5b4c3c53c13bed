"""The search over layouts: whole grid, pruned by memory, sorted, Pareto front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gigacampus.compute.job import NONE, Job, Layout
from gigacampus.compute.layout_search import described, front, grid, search
from gigacampus.compute.memory import memory_bytes
from gigacampus.compute.step_time import step_time_s
from tests.compute.test_step_time import CONSTANTS, DENSE, SPARSE

SHAPE = replace(DENSE.shape, layers=12.0, dense_layers=12.0, hidden=4096.0, ffn=14336.0, heads=32.0)
MACHINE = replace(DENSE.machine, memory_bytes=40e9)
ASKED = {"accelerators": 32, "batch_sequences": 64.0, "sequence": 4096.0, "product_bits": 16.0}


@pytest.fixture(scope="module")
def found():
    return search(SHAPE, MACHINE, grid(SHAPE, MACHINE, **ASKED), CONSTANTS)


def test_every_layout_is_timed_or_pruned_and_what_is_timed_fits(found):
    assert found.evaluated > 100 and found.pruned > 100
    assert found.evaluated + found.pruned == len(grid(SHAPE, MACHINE, **ASKED).tensor)
    assert np.all(found.memory_bytes <= MACHINE.memory_bytes)
    assert np.all(np.diff(found.step_s) >= 0)


def test_the_best_is_that_of_loops_over_plain_numbers(found):
    """An independent walk over divisors, one layout at a time."""
    best, count = np.inf, 0
    common = {"accelerators": 32.0, "batch_sequences": 64.0, "sequence": 4096.0, "expert": 1.0, "product_bits": 16.0}
    powers = [1, 2, 4, 8, 16, 32]
    for tp in (1, 2, 4, 8):
        for pp in powers[:4]:
            for cp in powers[:5]:
                for vp in range(1, 13):
                    for mb in powers[:5]:
                        dp = 32 / (tp * pp * cp)
                        uneven = 12 % (pp * vp) and np.ceil(14 / (pp * vp)) * vp > 1.5 * 12 / pp
                        if dp < 1 or 64 % (dp * mb) or pp * vp > 12 or (pp == 1 and vp > 1) or uneven:
                            continue
                        own = {"tensor": tp, "pipeline": pp, "context": cp, "virtual_stages": vp, "micro_batch": mb}
                        job = Job(SHAPE, MACHINE, Layout(**common, **{k: float(v) for k, v in own.items()}, recompute=NONE, sharding=2.0))
                        if float(sum(memory_bytes(job).values())) <= MACHINE.memory_bytes:
                            best, count = min(best, float(step_time_s(job, CONSTANTS))), count + 1
    same = (found.layout.recompute == NONE) & (found.layout.sharding == 2.0)
    assert count == int(same.sum())
    assert best == pytest.approx(float(found.step_s[same][0]), rel=1e-12)


def test_the_front_holds_what_nothing_dominates(found):
    on = front(found)
    assert on[0] == 0 and np.all(np.diff(found.memory_bytes[on]) < 0)
    for place in on:
        better = (found.step_s < found.step_s[place]) & (found.memory_bytes <= found.memory_bytes[place])
        assert not better.any()
    off = np.setdiff1d(np.arange(found.evaluated), on)[:50]
    for place in off:
        assert np.any((found.step_s[on] <= found.step_s[place]) & (found.memory_bytes[on] <= found.memory_bytes[place]))


def test_nothing_fits_on_too_few_and_the_least_need_is_told():
    tiny = replace(MACHINE, memory_bytes=1e8)
    none = search(SHAPE, tiny, grid(SHAPE, tiny, **ASKED), CONSTANTS)
    assert none.evaluated == 0 and none.pruned > 0 and none.least_memory_bytes > 1e8
    assert len(front(none)) == 0


def test_experts_are_spread_over_ranks_that_there_are():
    columns = grid(SPARSE.shape, MACHINE, accelerators=64, batch_sequences=64.0, sequence=4096.0, product_bits=8.0)
    ranks = 64.0 / columns.pipeline
    assert set(columns.expert) == {2.0**k for k in range(7)} and np.all(columns.expert <= ranks)


def test_a_layout_is_told_in_plain_numbers(found):
    row = described(found, 0)
    assert row["tp"] * row["pp"] * row["cp"] * row["dp"] == 32
    assert row["tokens_per_s"] == pytest.approx(64 * 4096 / row["step_s"])
