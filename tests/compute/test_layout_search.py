"""The search over layouts: whole grid, pruned by memory, sorted, Pareto front."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gigacampus.compute.job import FULL, NONE, Job, Layout
from gigacampus.compute.layer_counts import forward_flop_per_token
from gigacampus.compute.layout_search import described, front, grid, search
from gigacampus.compute.memory import memory_bytes
from gigacampus.compute.step_time import FORWARD_AND_BACKWARD, step_time_s
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
    assert len(front(none)) == 0 and none.pruned == len(grid(SHAPE, tiny, **ASKED).tensor) and len(none.layout.tensor) == 0


def test_experts_are_spread_over_ranks_that_there_are():
    columns = grid(SPARSE.shape, MACHINE, accelerators=64, batch_sequences=64.0, sequence=4096.0, product_bits=8.0)
    ranks = 64.0 / columns.pipeline
    assert set(columns.expert) == {2.0**k for k in range(7)} and np.all(columns.expert <= ranks)


def test_a_layout_is_told_in_plain_numbers(found):
    row = described(found, 0)
    assert row["tp"] * row["pp"] * row["cp"] * row["dp"] == 32
    assert row["tokens_per_s"] == pytest.approx(64 * 4096 / row["step_s"])
    useful = FORWARD_AND_BACKWARD * float(forward_flop_per_token(SHAPE, 4096.0)) * 64 * 4096
    for place in (0, 3):
        told, own = described(found, place), {k: getattr(found.layout, k)[place] for k in ("tensor", "pipeline", "micro_batch")}
        assert [told["tp"], told["pp"], told["micro_batch"]] == list(own.values())
        assert told["mfu"] == pytest.approx(useful / (told["step_s"] * 32 * MACHINE.peak_flop_per_s))
        assert told["memory_gb"] * 1e9 == pytest.approx(found.memory_bytes[place])


@pytest.mark.parametrize(("accelerators", "batch", "sequence", "layers"), [(24, 48.0, 4096.0, 6.0), (32, 64.0, 4104.0, 200.0)])
def test_the_grid_holds_every_valid_layout_once(accelerators, batch, sequence, layers):
    """Plain loops over what each degree may be: a sparse model of 6 experts and 12 heads, servers of nine."""
    shape = replace(SPARSE.shape, layers=layers, dense_layers=1.0, heads=12.0, experts=6.0, experts_active=2.0)
    machine = replace(MACHINE, scale_up_domain=9.0)
    columns = grid(shape, machine, accelerators=accelerators, batch_sequences=batch, sequence=sequence, product_bits=8.0)
    wanted = set()
    numbers = range(1, accelerators + 1)
    for tp, pp, cp in product((t for t in range(1, 10) if 12 % t == 0), (p for p in numbers if accelerators % p == 0), (1, 2, 4, 8, 16)):
        if accelerators % tp or accelerators % (tp * pp * cp) or sequence % cp or pp > layers:
            continue
        dp = accelerators // (tp * pp * cp)
        for vp, ep, mb in product(range(1, 17), (1, 2), (1, 2, 4, 8, 16)):
            if pp * vp > layers or (pp == 1 and vp > 1) or batch % (dp * mb) or (dp * cp * tp) % ep:
                continue
            if vp * np.ceil((layers + 2) / (pp * vp)) <= 1.5 * layers / pp or layers % (pp * vp) == 0:
                wanted.add((tp, pp, vp, cp, ep, mb))
    names = ("tensor", "pipeline", "virtual_stages", "context", "expert", "micro_batch")
    held = list(zip(*(getattr(columns, n).astype(int).tolist() for n in names), strict=True))
    assert set(held) == wanted and len(held) == len(wanted) * 8
    ways = list(zip(columns.recompute[:8].tolist(), columns.sharding[:8].tolist(), strict=True))
    assert ways == [(r, z) for r in (NONE, FULL) for z in (0.0, 1.0, 2.0, 3.0)]
