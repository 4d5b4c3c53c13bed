"""Step time and memory of unlike jobs against plain scalar twins, written layer by layer and operation by operation."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.compute import job as jobs
from gigacampus.compute.job import FULL, GRADIENTS, OPTIMISER, PARAMETERS, SELECTIVE, Job, example_job
from gigacampus.compute.layer_counts import active_parameters, forward_flop_per_token, model_parameters, scores_flop_per_token
from gigacampus.compute.memory import fullest_stages, memory_bytes, stage_bytes
from gigacampus.compute.step_time import step_mfu, step_parts_s, step_time_s
from gigacampus.compute.training_jobs import shape_of
from gigacampus.scenario.library import load_entry
from gigacampus.schema.compute import ModelEntry
from tests.compute.test_step_time import changed

CONSTANTS = SimpleNamespace(
    **{"half_width": 370.0, "half_tokens": 210.0, "four_bit_frac": 0.7, "softmax_passes": 43.0, "memory_passes": 77.0, "step_s": 0.13},
    **{"unfused_layer_s": 0.9, "sparse_layer_s": 2.3e-3, "sparse_layer_server_s": 5.1e-3, "sparse_gain_per_year": 0.37},
    **{"stage_exposed_frac": 0.23, "gather_hidden_frac": 0.31, "portable_attention_frac": 0.45, "power_exponent": 0.8},
    **{"slow_server_frac": 0.03, "slow_server_excess_frac": 0.17},
)
DENSE = changed(
    **{"layers": 23.0, "dense_layers": 23.0, "hidden": 1024.0, "heads": 24.0, "kv_heads": 6.0, "head_width": 40.0, "ffn": 3000.0},
    **{"vocabulary": 7000.0, "local_frac": 0.4, "window": 700.0, "tensor": 2.0, "pipeline": 3.0, "virtual_stages": 2.0, "context": 1.0},
    **{"accelerators": 60.0, "micro_batch": 3.0, "batch_sequences": 270.0, "sequence": 2100.0, "sharding": OPTIMISER},
    **{"peak_flop_per_s": 9e13, "product_flop_per_s": 2e14, "memory_bytes_per_s": 4e11, "matrix_frac": 0.7, "attention_frac": 0.35},
    **{"scale_up_bytes_per_s": 3e10, "scale_out_bytes_per_s": 2e9, "scale_up_domain": 8.0},
)
SPARSE = changed(
    DENSE,
    **{"dense_layers": 4.0, "experts": 40.0, "experts_active": 3.0, "expert_ffn": 500.0, "shared_experts": 2.0, "expert": 10.0},
    **{"query_rank": 90.0, "latent_rank": 60.0, "rotary_width": 14.0, "ffn_matrices": 2.0, "scale_out_bytes_per_s": 7e8},
)
JOBS = {
    "dense": DENSE,
    "dense, even stages": changed(DENSE, layers=24.0, dense_layers=24.0),
    "dense, one stage": changed(DENSE, pipeline=1.0, virtual_stages=1.0, sharding=GRADIENTS, tied=1.0),
    "dense, two stages of one chunk": changed(DENSE, pipeline=2.0, virtual_stages=1.0, recompute=SELECTIVE, product_bits=4.0),
    "dense, eight bits": changed(DENSE, product_bits=8.0, window=9000.0, sharding=0.0, accelerators=6.0, power_per_rate=0.6),
    "dense, kernels of an earlier family": changed(DENSE, portable_attention=1.0, power_per_rate=1.3),
    "all computed again": changed(DENSE, recompute=FULL, tensor=4.0, scale_up_domain=2.0, accelerators=120.0),
    "weights cut, little work": changed(DENSE, sharding=PARAMETERS, scale_out_bytes_per_s=4e7, context=2.0, accelerators=120.0),
    "weights cut, much work": changed(DENSE, sharding=PARAMETERS, scale_out_bytes_per_s=3e10, pipeline=1.0, virtual_stages=1.0),
    "weights of two layers": changed(DENSE, sharding=PARAMETERS, layers=1.0, dense_layers=1.0, pipeline=1.0, virtual_stages=1.0),
    "unfused, slow network": changed(DENSE, fused_attention=0.0, context=3.0, accelerators=180.0, scale_out_bytes_per_s=1e8),
    "unfused, all again": changed(DENSE, fused_attention=0.0, recompute=FULL, scale_up_domain=60.0),
    "unfused, some again": changed(DENSE, fused_attention=0.0, recompute=SELECTIVE, micro_batch=40.0),
    "unfused, norms cut": changed(DENSE, fused_attention=0.0, sequence_parallel=0.0, gradient_bytes=4.0, tensor=4.0),
    "blocks side by side": changed(DENSE, parallel_blocks=1.0, scale_out_bytes_per_s=5e8),
    "gradients outlast the work": changed(DENSE, scale_out_bytes_per_s=2e6),
    "gradients outlast the last layer's work": changed(DENSE, scale_out_bytes_per_s=2e6, pipeline=1.0, virtual_stages=1.0),
    "few micro-batches": changed(DENSE, batch_sequences=30.0, scale_out_bytes_per_s=2e7),
    "few tokens": changed(DENSE, sequence=0.5, micro_batch=1.0, hidden=0.25),
    "sparse": SPARSE,
    "sparse, ordinary heads": changed(SPARSE, latent_rank=0.0, query_rank=0.0, rotary_width=0.0, software_years=-1.5, ffn_matrices=3.0),
    "sparse, no dense layer": changed(SPARSE, dense_layers=0.0, recompute=FULL, scale_up_domain=9.0, vocabulary=600.0, ffn=20000.0),
    "sparse, experts wide": changed(SPARSE, expert_ffn=2500.0, recompute=FULL, sharding=PARAMETERS, shared_experts=0.0),
    "sparse, in one domain": changed(SPARSE, expert=8.0, scale_up_bytes_per_s=2e7, sharding=GRADIENTS),
    "sparse, experts over all": changed(SPARSE, expert=40.0, fused_attention=0.0, context=2.0, accelerators=120.0),
    "sparse, two experts": changed(
        SPARSE, experts=2.0, experts_active=1.0, expert=2.0, scale_up_domain=1.0, dense_layers=7.0, software_years=-0.5
    ),
    "rotary alone": changed(SPARSE, latent_rank=1.0, context=3.0, accelerators=180.0, scale_out_bytes_per_s=2e6),
}


def plain(job: Job) -> SimpleNamespace:
    """All columns in one namespace, with what both twins need: tokens, replicas, micro-batches, parameters by part of the model."""
    j = SimpleNamespace(**vars(job.shape), **vars(job.machine), **vars(job.layout))
    j.ranks = max(j.accelerators / (j.tensor * j.pipeline * j.context), 1.0) * j.context
    j.count = max(j.batch_sequences / (j.ranks / j.context * j.micro_batch), 1.0)
    j.tokens = j.micro_batch * j.sequence / j.context
    j.sparse_layers = j.layers - j.dense_layers
    chunks = j.pipeline * j.virtual_stages
    j.even = j.layers % chunks == 0
    j.longest = j.layers / j.pipeline if j.even else math.ceil((j.layers + 2) / chunks) * j.virtual_stages
    width = j.heads * j.head_width
    if j.latent_rank > 0:
        down = j.hidden * (j.query_rank + j.latent_rank + j.rotary_width)
        up = j.query_rank * j.heads * (j.head_width + j.rotary_width) + 2 * j.latent_rank * width
        j.attention = down + up + width * j.hidden
    else:
        j.attention = 2 * j.hidden * width + 2 * j.hidden * j.kv_heads * j.head_width
    j.block, j.one = j.ffn_matrices * j.hidden * j.ffn, j.ffn_matrices * j.hidden * j.expert_ffn
    seen = j.sequence / 2
    span = j.local_frac * min(seen, j.window) + (1 - j.local_frac) * seen
    j.scores = 2 * j.heads * span * (2 * j.head_width + j.rotary_width)
    return j


def group(j: SimpleNamespace, size: float, stride: float) -> float:
    """Bandwidth of a group: inside one domain, or one card for each member that a domain holds."""
    members = min(max(j.scale_up_domain / stride, 1.0), size)
    return j.scale_up_bytes_per_s if members >= size else min(j.scale_up_bytes_per_s, members * j.scale_out_bytes_per_s)


def product_s(j: SimpleNamespace, parameters: float, uses: float, width: float, rows: float) -> float:
    """Forward matrix products of a micro-batch: ``uses`` of ``parameters`` by each token."""
    rate = (
        j.product_flop_per_s
        * j.matrix_frac
        * j.power_per_rate**CONSTANTS.power_exponent
        * (CONSTANTS.four_bit_frac if j.product_bits < 8 else 1.0)
    )
    width, rows = max(min(width, j.hidden), 1.0), max(rows, 1.0)
    rate *= width / (width + CONSTANTS.half_width) * rows / (rows + CONSTANTS.half_tokens)
    return 2 * parameters * uses * j.tokens / j.tensor / rate


def step_twin(job: Job) -> dict[str, float]:
    """Parts of a step in seconds."""
    j, c = plain(job), CONSTANTS
    fused, passes, gain = j.fused_attention == 1, 4 if j.recompute == FULL else 3, 1.0
    if j.experts > 1:
        gain = math.exp(-c.sparse_gain_per_year * j.software_years)
    dense = j.dense_layers / j.layers
    forward = product_s(j, j.attention, 1, j.heads * j.head_width / j.tensor, j.tokens)
    forward += dense * product_s(j, j.block, 1, j.ffn / j.tensor, j.tokens)
    forward += (1 - dense) * product_s(j, j.one, j.experts_active, j.expert_ffn, j.tokens * j.experts_active / j.experts * j.expert)
    forward += (1 - dense) * product_s(j, j.one, j.shared_experts, j.expert_ffn * max(j.shared_experts, 1) / j.tensor, j.tokens)
    layer = {"matrix": passes * forward * gain}
    if fused:
        times = 3.5 + (j.recompute == FULL)
        work, moved = times * j.scores, 0.0
    else:
        times = 3 + (j.recompute >= SELECTIVE)
        work = 2 * times * j.scores
        moved = c.softmax_passes * times / 3 * j.micro_batch * j.sequence**2 * j.heads / (j.tensor * j.context) / j.memory_bytes_per_s
    kernel = c.portable_attention_frac if j.portable_attention else 1.0
    layer["attention"] = work * j.tokens / j.tensor / (j.attention_frac * kernel * j.peak_flop_per_s) + moved
    hidden = 2 * j.tokens * j.hidden
    kept = 1 / j.tensor if j.sequence_parallel else (10 + 24 / j.tensor) / 34
    layer["memory"] = c.memory_passes * passes / 3 * hidden * kept / j.memory_bytes_per_s * gain
    own = layer["matrix"] + layer["attention"] + layer["memory"]
    if j.experts > 1:
        layer["fixed"] = (c.sparse_layer_s if j.scale_up_domain > 8 else c.sparse_layer_server_s) * passes / 3 * gain
    else:
        layer["fixed"] = 0.0 if fused else max(0.0, c.unfused_layer_s * passes / 3 - own)
    layer["tensor"] = (2 if j.parallel_blocks else 4) * passes / 3 * 2 * (1 - 1 / j.tensor) * hidden / group(j, j.tensor, 1)
    inside = min(j.expert, j.scale_up_domain)
    outside = 1 - inside / j.expert  # share of the domains that a token does not start in
    sent, domains = 4 * hidden / j.tensor, j.expert / inside
    exchange = sent * j.experts_active * (inside - 1) / inside / j.scale_up_bytes_per_s
    exchange += sent * (domains - 1) * (1 - outside**j.experts_active) / j.scale_out_bytes_per_s
    layer["expert"] = (1 - dense) * max(0.0, exchange - own - layer["fixed"])
    keys = 3 * 2 * 2 * j.tokens * (j.heads if j.latent_rank > 0 else j.kv_heads) * j.head_width / j.tensor
    layer["context"] = max(0.0, (j.context - 1) * keys / group(j, j.context, j.tensor) - layer["attention"])
    parts = {name: j.count * j.longest * seconds for name, seconds in layer.items()}
    rate = j.peak_flop_per_s * j.matrix_frac * j.power_per_rate**c.power_exponent * j.tokens / (j.tokens + c.half_tokens)
    output = j.tokens * j.vocabulary / j.tensor * (6 * j.hidden / rate + 16 / j.memory_bytes_per_s)
    parts["logits"] = j.count * output if j.even or j.pipeline == 1 else 0.0
    between = j.scale_up_bytes_per_s if j.accelerators <= j.scale_up_domain else j.scale_out_bytes_per_s
    sends = 0.0
    if j.pipeline > 1:
        sends = c.stage_exposed_frac * 2 * j.virtual_stages * hidden / (j.tensor if fused else 1) / between
    parts["stages"] = j.count * sends
    waiting = (j.pipeline - 1) / j.virtual_stages * (j.layers / j.pipeline * sum(layer.values()) + sends)
    shared = j.layers * j.attention + j.dense_layers * j.block + j.sparse_layers * j.shared_experts * j.one
    shared += (1 if j.tied else 2) * j.vocabulary * j.hidden
    held = (shared / j.tensor + j.sparse_layers * j.experts * j.one / j.expert) / j.pipeline
    sum_s, gather_s = (size * held * (1 - 1 / j.ranks) / group(j, j.ranks, j.tensor) for size in (j.gradient_bytes, 2))
    stage = j.layers / j.pipeline * sum(layer.values())
    pieces, rounds = (j.virtual_stages, min(j.count, j.pipeline)) if j.pipeline > 1 else (j.layers, 1)
    others = rounds * stage * (pieces - 1) / pieces
    data = sum_s + gather_s
    if fused:
        data = max(sum_s / pieces, sum_s - 2 / 3 * others) + max(gather_s / pieces, gather_s - others / 3)
    if j.sharding == PARAMETERS:
        data = gather_s * 2 * 1.5 * j.count
        data = max(data - sum(parts.values()), data * (1 - c.gather_hidden_frac))
    optimiser = 24 * held / (j.ranks if j.sharding >= OPTIMISER else 1) / j.memory_bytes_per_s
    step = 0.0 if not fused and j.accelerators <= j.scale_up_domain else c.step_s
    slowest = c.slow_server_excess_frac * (1 - (1 - c.slow_server_frac) ** max(j.accelerators / 8, 1))
    late = (sum(parts.values()) + waiting) * slowest
    return {**parts, "bubble": waiting, "waiting": late, "data": data, "optimiser": optimiser, "step": step}


@pytest.mark.parametrize("name", JOBS)
def test_a_step_takes_what_its_scalar_twin_takes(name):
    job, j = JOBS[name], plain(JOBS[name])
    parts, twin = step_parts_s(job, CONSTANTS), step_twin(job)
    assert {part: float(value) for part, value in parts.items()} == pytest.approx(twin, rel=1e-9, abs=1e-15)
    assert float(step_time_s(job, CONSTANTS)) == pytest.approx(sum(twin.values()))
    used = j.attention * j.layers + j.block * j.dense_layers + j.vocabulary * j.hidden
    used += j.sparse_layers * ((j.experts_active + j.shared_experts) * j.one + j.hidden * j.experts)
    forward = 2 * used + j.layers * j.scores
    assert float(active_parameters(job.shape)) == pytest.approx(used)
    assert float(forward_flop_per_token(job.shape, j.sequence)) == pytest.approx(forward)
    assert float(scores_flop_per_token(job.shape, j.sequence / 2, causal=False)) == pytest.approx(j.scores)
    of_peak = 3 * forward * j.batch_sequences * j.sequence / sum(twin.values()) / j.accelerators / j.peak_flop_per_s
    assert float(step_mfu(job, CONSTANTS)) == pytest.approx(of_peak)
    held = used + j.sparse_layers * (j.experts - j.experts_active) * j.one + (0 if j.tied else j.vocabulary * j.hidden)
    assert float(model_parameters(job.shape)) == pytest.approx(held)


def test_the_jobs_lie_on_both_sides_of_what_is_hidden():
    """Each part that other work can hide is hidden in one job and outlasts it in another."""
    twins = {name: step_twin(job) for name, job in JOBS.items()}
    for part in ("expert", "context", "fixed"):
        assert {twin[part] > 0.0 for twin in twins.values()} == {True, False}, part
    cut = [name for name in JOBS if JOBS[name].layout.sharding == PARAMETERS]
    least = [(1 - CONSTANTS.gather_hidden_frac) * 1.5 * plain(JOBS[n]).count for n in cut]
    once = [step_twin(changed(JOBS[n], sharding=GRADIENTS))["data"] for n in cut]
    assert {twins[n]["data"] > 1.001 * share * data for n, share, data in zip(cut, least, once, strict=True)} == {True, False}


def stage_twin(j: SimpleNamespace, dense: float, sparse: float, embeddings: float, waiting: float, output: float) -> dict[str, float]:
    """Bytes of one stage by kind."""
    of_experts = sparse * j.experts * j.one / j.expert
    shared = (dense + sparse) * j.attention + dense * j.block + embeddings * j.vocabulary * j.hidden
    shared = (shared + sparse * (j.shared_experts * j.one + (j.hidden * j.experts if j.experts > 1 else 0))) / j.tensor
    on_ranks = max(j.ranks * j.tensor / j.expert, 1.0)

    def cut(size: float, level: float) -> float:
        return size * (shared / j.ranks + of_experts / on_ranks if j.sharding >= level else shared + of_experts)

    weights = cut(2, PARAMETERS)
    if j.sharding == PARAMETERS:
        weights += 2 * (shared + of_experts) * min(1.0, 2 / max(dense + sparse, 1.0))
    width, cache, more = j.heads * j.head_width, 2 * j.kv_heads * j.head_width, 0.0
    if j.latent_rank > 0:
        cache, more = 2 * width + j.heads * j.rotary_width, j.heads * j.rotary_width + j.query_rank + j.latent_rank
    kept = 2 * (4 * j.hidden + 2 * width + more + cache)
    if j.fused_attention == 0 and j.recompute < SELECTIVE:
        kept += 5 * j.heads * j.sequence
    rows = j.tokens / j.tensor
    of_dense = rows * (kept + 2 * j.ffn_matrices * j.ffn)
    into = j.experts_active * (2 * j.hidden + j.ffn_matrices * j.expert_ffn) + j.shared_experts * j.ffn_matrices * j.expert_ffn
    of_sparse = rows * (kept + 2 * into)
    again, block = 0.0, j.ffn if j.dense_layers > 0 else 0.0
    passing = 2 * j.hidden * max(j.vocabulary, block) / j.tensor
    passing += 2 * rows * j.ffn_matrices * max(block, j.experts_active * j.expert_ffn)
    layers = dense * of_dense + sparse * of_sparse
    if j.recompute == FULL:
        again, layers = max(of_dense if block else 0.0, of_sparse), (dense + sparse) * 2 * rows * j.hidden
    parts = {"weights": weights, "gradients": cut(4, GRADIENTS), "optimiser": cut(12, OPTIMISER), "activations": waiting * layers}
    parts |= {"passing": passing + again, "logits": output * 6 * rows * j.vocabulary}
    allocated = sum(parts.values())
    return parts | {"workspace": 1e9, "fragmentation": 0.04 * allocated}


def stages_twin(j: SimpleNamespace) -> list[tuple[float, ...]]:
    """Dense layers, sparse layers, embeddings, micro-batches in flight and outputs of the first stage and of the next."""
    if j.pipeline == 1:
        first = (j.dense_layers, j.sparse_layers, 1 if j.tied else 2, 1.0, 1.0)
        return [first, first]
    held = max(j.longest if j.even else j.longest - 1, 1.0)
    waves = j.pipeline + ((j.pipeline - 1) / j.virtual_stages if j.virtual_stages > 1 else 0)
    dense = min(j.dense_layers, held)
    later = min(max(j.dense_layers - held, 0.0), held)
    return [(dense, held - dense, 1, min(waves, j.count), 0), (later, held - later, 1, min(waves - 1, j.count), 1)]


@pytest.mark.parametrize("name", JOBS)
def test_memory_is_what_its_scalar_twin_needs(name):
    job, j = JOBS[name], plain(JOBS[name])
    twins = [stage_twin(j, *stage) for stage in stages_twin(j)]
    for stage, twin in zip(fullest_stages(job), twins, strict=True):
        assert {kind: float(x) for kind, x in stage_bytes(job, stage).items()} == pytest.approx(twin, rel=1e-9)
    fullest = max(twins, key=lambda twin: sum(twin.values()))
    assert {kind: float(x) for kind, x in memory_bytes(job).items()} == pytest.approx(fullest, rel=1e-9)


def test_few_micro_batches_bound_what_waits():
    """Two micro-batches in a pipeline of three stages: no stage keeps more than both, and the last of two keeps one."""
    few = changed(DENSE, batch_sequences=60.0)
    assert [float(s.in_flight) for s in fullest_stages(few)] == [2.0, 2.0]
    two = changed(DENSE, pipeline=2.0, virtual_stages=1.0)
    assert [float(s.in_flight) for s in fullest_stages(two)] == [2.0, 1.0]
    assert [float(s.in_flight) for s in fullest_stages(DENSE)] == [4.0, 3.0]


def test_columns_of_jobs_are_worked_as_each_alone():
    sizes = np.array([60.0, 120.0, 6.0])
    together = step_time_s(changed(SPARSE, accelerators=sizes), CONSTANTS)
    assert together == pytest.approx([sum(step_twin(changed(SPARSE, accelerators=float(n))).values()) for n in sizes])


def test_levels_are_their_positions():
    assert [jobs.RECOMPUTE[int(x)] for x in (jobs.NONE, SELECTIVE, FULL)] == ["none", "selective", "full"]
    assert [jobs.SHARDING[int(x)] for x in (0.0, OPTIMISER, GRADIENTS, PARAMETERS)] == ["none", "optimiser", "gradients", "parameters"]
    assert all(x == int(x) for x in (jobs.NONE, SELECTIVE, FULL, OPTIMISER, GRADIENTS, PARAMETERS))


def test_the_example_is_the_published_model_on_its_published_machines():
    """16,384 accelerators of 989 TFLOP/s, 3.35 TB/s, 900 GB/s both ways in servers of eight and 400 Gbit/s beyond."""
    job, published = example_job(), shape_of(ModelEntry(**load_entry("models", "llama_3_1_405b", date.max)[0]))
    assert vars(job.shape) | {"window": 0.0} == {**vars(published), "window": 0.0}
    m, lay = job.machine, job.layout
    assert m.peak_flop_per_s == m.product_flop_per_s == pytest.approx(989e12) and (m.memory_bytes, m.memory_bytes_per_s) == (80e9, 3.35e12)
    assert (2 * m.scale_up_bytes_per_s, m.scale_up_domain, 8 * m.scale_out_bytes_per_s) == (900e9, 8.0, 400e9)
    assert lay.tensor * lay.pipeline * 128 == lay.accelerators == 16384.0 and lay.context == lay.expert == lay.micro_batch == 1.0
    assert lay.batch_sequences * lay.sequence == 2**24 and lay.sequence == 2**13 and (lay.tensor, lay.virtual_stages) == (8.0, 8.0)
    assert (lay.recompute, lay.sharding) == (jobs.NONE, OPTIMISER)
