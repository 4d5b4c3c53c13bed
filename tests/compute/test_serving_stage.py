"""The serving stage on synthetic upstream arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.compute import serving_stage
from gigacampus.registry.variables import REGISTRY, of_stage

SIZES = {"accelerator": 2, "phase": 2, "month": 24}


def test_gives_every_registered_variable_with_its_shape(make_inputs, upstream):
    out = serving_stage.run(make_inputs(), upstream)
    assert set(out) == {v.name for v in of_stage("serving")}
    for name, value in out.items():
        assert value.shape == tuple(SIZES[d] for d in REGISTRY[name].dims)


def test_capacity_is_hours_times_rate_times_shares(make_inputs, upstream):
    out = serving_stage.run(make_inputs(), upstream)
    hours = upstream["accelerators_by_model"][:, 0, 0] * 744 * 0.85 * 0.98
    assert out["serving_capacity_tokens"][0, 0] == pytest.approx(hours @ out["serving_tokens_per_s"] * 3600 * 0.6 * 0.5)


def test_share_needed_is_demand_over_all_serving(make_inputs, upstream):
    out = serving_stage.run(make_inputs(), upstream)
    assert out["serving_share_needed_frac"] * out["serving_capacity_tokens"] / 0.5 == pytest.approx(np.full((2, 24), 1e13))


def test_promise_is_kept_and_a_tighter_one_costs_rate(make_inputs, upstream):
    loose, tight = (serving_stage.run(make_inputs(serving={"tpot_limit_s": s}), upstream) for s in (0.05, 0.012))
    assert np.all(loose["tpot_s"] <= 0.05)
    assert np.all(tight["serving_tokens_per_s"] < loose["serving_tokens_per_s"])


def test_faster_memory_serves_more(make_inputs, upstream):
    out = serving_stage.run(make_inputs(), upstream)
    assert out["serving_tokens_per_s"][1] > 1.5 * out["serving_tokens_per_s"][0]


def test_a_fast_planner_cannot_sit_in_the_cloud(make_inputs, upstream):
    out = serving_stage.run(make_inputs(), upstream)
    assert np.all(out["robot_deadline_kept"] == 0.0)
    assert out["robot_response_s"] == pytest.approx(0.04 + out["ttft_s"] + 8 * out["tpot_s"])


def test_replica_grows_until_the_model_fits(make_inputs):
    inputs = make_inputs(serving_model="lib:models/moe_trillion_generic")
    library, compute = inputs.tree.library, inputs.tree.compute
    model = library.models["moe_trillion_generic"]
    size = serving_stage.replica_size(compute.serving, model, library.accelerators["h100"])
    assert size == 64.0


def test_no_fleet_needs_all_of_it(make_inputs, upstream):
    empty = np.zeros((2, 2, 24))
    nothing = {**upstream, "accelerators_by_model": empty, "accelerators_in_service": empty}
    out = serving_stage.run(make_inputs(), nothing)
    assert np.all(out["serving_share_needed_frac"] == 1.0)
    assert np.all(out["serving_capacity_tokens"] == 0.0)
