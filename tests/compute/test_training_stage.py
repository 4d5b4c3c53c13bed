"""The training stage on synthetic upstream arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.compute import training_stage
from gigacampus.registry.variables import of_stage


def test_gives_every_registered_variable_with_its_shape(make_inputs, upstream):
    out = training_stage.run(make_inputs(), upstream)
    assert set(out) == {v.name for v in of_stage("training")}
    assert {value.shape for value in out.values()} == {(2, 2, 24)}


def test_an_empty_campus_trains_nothing_and_never_finishes(make_inputs, upstream):
    out = training_stage.run(make_inputs(), upstream)
    assert np.all(out["training_flop"][1, :, :5] == 0)
    assert np.all(np.isnan(out["days_for_1e27_flop"][1, :, :5]))
    assert np.all(np.isfinite(out["days_for_1e27_flop"][1, :, 5:]))


def test_hours_are_counts_times_hours_times_shares(make_inputs, upstream):
    out = training_stage.run(make_inputs(utilisation_frac=0.9), upstream)
    assert out["accelerator_hours"][0, 0, 0] == pytest.approx(90_000 * 744 * 0.9 * 0.98)


def test_flop_is_peak_times_utilisation_times_goodput(make_inputs, upstream):
    out = training_stage.run(make_inputs(mfu_frac=0.4, recovery={"kind": "full_restart"}), upstream)
    peak = upstream["peak_pflops"] * 1e15 * 3600 * 0.85 * 0.98
    expected = peak[1, 0, -1] * 30 * 24 * out["mfu_frac"][1, 0, -1] * out["goodput_frac"][1, 0, -1]
    assert out["training_flop"][1, 0, -1] == pytest.approx(expected)
    assert out["mfu_frac"][1, 0, -1] == pytest.approx(0.4)


def test_mixed_campus_loses_against_an_even_fleet(make_inputs, upstream):
    out = training_stage.run(make_inputs(mfu_frac=0.4, mixed_hardware="even_split"), upstream)
    even = out["mfu_frac"]
    assert out["mixed_loss_frac"][0, 0, -1] == pytest.approx(1.0 - even[0, 0, -1] / 0.4)
    assert out["mixed_loss_frac"][0, 0, 0] == 0.0
    apart = training_stage.run(make_inputs(mfu_frac=0.4, mixed_hardware="separate_jobs"), upstream)["mfu_frac"]
    mixed_peak = 0.75 * 989.5 + 0.25 * 2500
    assert apart[0, 0, -1] == pytest.approx(0.4)
    assert even[0, 0, -1] == pytest.approx(0.4 * 989.5 / mixed_peak)
    assert even[0, 0, 0] == pytest.approx(0.4)


def test_unserved_power_costs_training(make_inputs, upstream):
    less = {**upstream, "it_served_frac": upstream["it_served_frac"] * 0.5}
    full, half = (training_stage.run(make_inputs(), u)["training_flop"] for u in (upstream, less))
    assert np.all(half[0] < 0.65 * full[0])


@pytest.mark.parametrize(
    ("worse", "better"), [({"kind": "full_restart"}, {"kind": "warm_spares"}), ({"kind": "warm_spares"}, {"kind": "drop_replica"})]
)
def test_recovery_policies_rank_as_built(make_inputs, upstream, worse, better):
    low, high = (training_stage.run(make_inputs(recovery=r), upstream)["goodput_frac"][1, 0, -1] for r in (worse, better))
    assert low < high < 1.0


def test_a_group_of_a_decoupled_job_fails_as_often_as_a_whole_job_at_its_share_of_the_rate(make_inputs):
    decoupled = make_inputs(recovery={"kind": "decoupled", "groups": 8.0, "token_penalty_frac": 0.25}).tree.compute
    whole = make_inputs(recovery={"kind": "full_restart"}).tree.compute
    size, rate_per_h = np.array([80_000.0]), np.array([0.4])
    alone = training_stage.job_goodput(whole, size, rate_per_h / 8.0)
    assert training_stage.job_goodput(decoupled, size, rate_per_h) == pytest.approx(0.75 * alone, rel=1e-12)


def test_new_accelerators_fail_more(make_inputs, upstream):
    out = training_stage.run(make_inputs(young_failure_factor=2.0), upstream)
    assert out["job_mtbf_h"][1, 0, 5] == pytest.approx(out["job_mtbf_h"][1, 0, -1] / 2.0)
