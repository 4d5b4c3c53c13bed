"""Memory of a training layout by kind."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from gigacampus.compute.job import FULL, GRADIENTS, OPTIMISER, PARAMETERS
from gigacampus.compute.layer_counts import active_parameters, model_parameters
from gigacampus.compute.memory import fullest_stages, layer_activation_bytes, memory_bytes, stage_parameters, state_bytes
from gigacampus.compute.training_jobs import shape_of
from gigacampus.scenario.library import load_entry, names
from gigacampus.schema.compute import ModelEntry
from tests.compute.test_step_time import DENSE, SPARSE, changed


@pytest.mark.parametrize("name", names("models"))
def test_the_shape_of_every_library_model_has_the_parameters_that_its_entry_states(name):
    model = ModelEntry(**load_entry("models", name, date.max)[0])
    shape = shape_of(model)
    assert float(model_parameters(shape)) / 1e9 == pytest.approx(model.parameters_b, rel=0.003)
    assert float(active_parameters(shape)) / 1e9 == pytest.approx(model.active_parameters_b, rel=0.07)


def test_an_entry_without_widths_gets_what_its_parameters_leave():
    dense = ModelEntry(parameters_b=70.0, active_parameters_b=70.0, layers=80, hidden=8192, query_dim=8192)
    assert float(model_parameters(shape_of(dense))) == pytest.approx(70e9)
    sparse = ModelEntry(parameters_b=700.0, active_parameters_b=40.0, experts=256, experts_active=8)
    assert float(model_parameters(shape_of(sparse))) == pytest.approx(700e9, rel=1e-3)


def test_a_layer_of_the_published_formula_keeps_34_bytes_for_each_hidden_unit():
    """Without dropout masks, which fused software does not keep, the published 34 s b h are 32."""
    gpt = changed(heads=96.0, kv_heads=96.0, head_width=128.0, hidden=12288.0, ffn=49152.0, ffn_matrices=2.0, tensor=1.0)
    assert float(layer_activation_bytes(gpt)["dense"]) == pytest.approx(32 * 8192 * 12288)
    unfused = changed(gpt, fused_attention=0.0)
    more = float(layer_activation_bytes(unfused)["dense"] - layer_activation_bytes(gpt)["dense"])
    assert more == pytest.approx(5 * 96 * 8192**2)


@pytest.mark.parametrize(
    ("sharding", "cut"),
    [(0.0, ()), (OPTIMISER, ("optimiser",)), (GRADIENTS, ("optimiser", "gradients")), (PARAMETERS, ("optimiser", "gradients"))],
)
def test_each_level_of_sharding_cuts_one_more_kind(sharding, cut):
    whole = state_bytes(changed(sharding=0.0), fullest_stages(DENSE)[0])
    own = state_bytes(changed(sharding=sharding), fullest_stages(DENSE)[0])
    for kind in ("optimiser", "gradients"):
        assert float(own[kind] / whole[kind]) == pytest.approx(1.0 / 128.0 if kind in cut else 1.0)
    assert (own["weights"] < whole["weights"]) == (sharding == PARAMETERS)


def test_all_accelerators_together_hold_the_model_once_for_each_replica():
    """Even stages: layers over all ranks of a replica are the model's without its embeddings."""
    even = changed(layers=128.0, dense_layers=128.0, virtual_stages=1.0)
    inner = fullest_stages(changed(even, vocabulary=0.0))[1]
    held = float(stage_parameters(changed(even, vocabulary=0.0), inner)["shared"]) * 8 * 16
    assert held == pytest.approx(float(model_parameters(changed(even, vocabulary=0.0).shape)))


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"recompute": 0.0}, {"recompute": FULL}),
        ({"tensor": 4.0}, {"tensor": 8.0}),
        ({"context": 1.0}, {"context": 2.0}),
        ({"micro_batch": 2.0}, {"micro_batch": 1.0}),
        ({"virtual_stages": 8.0, "batch_sequences": 8192.0}, {"virtual_stages": 1.0, "batch_sequences": 8192.0}),
    ],
)
def test_what_saves_memory_saves_it(worse, better):
    more, less = (float(sum(memory_bytes(changed(**fields)).values())) for fields in (worse, better))
    assert less < more


def test_the_fullest_stage_of_a_sparse_model_holds_no_dense_layer():
    job = changed(SPARSE, pipeline=2.0, layers=4.0, dense_layers=1.0, virtual_stages=1.0)
    experts = [float(stage_parameters(job, stage)["experts"]) for stage in fullest_stages(job)]
    assert experts[1] == pytest.approx(2.0 * experts[0])
    assert float(memory_bytes(job)["optimiser"]) > float(state_bytes(job, fullest_stages(job)[0])["optimiser"])


def test_spreading_experts_saves_memory_until_each_has_its_own_rank():
    sizes = np.array([8.0, 64.0, 256.0])
    held = sum(memory_bytes(changed(SPARSE, expert=sizes)).values())
    assert np.all(np.diff(held) < 0)
