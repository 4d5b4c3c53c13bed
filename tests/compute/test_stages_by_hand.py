"""What the stages of training and serving compose, with unlike machines, months and campuses, on both sides of each limit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Fields

import numpy as np
import pytest

from gigacampus.compute import failures, mixed, roofline, serving_stage, training_jobs, training_stage
from gigacampus.compute.fleet import installed_counts, mix_frac, young_frac
from gigacampus.compute.job import FAMILY_W_PER_TFLOP_S, power_per_rate
from gigacampus.compute.minutes import machine_split, pause_rhythm

FITTED = Fields(
    memory_frac=0.7, prefill_frac=0.5, layer_s=3e-5, layer_s_per_doubling=2e-5, request_s=2e-5, first_token_s=0.1,
    queue_frac=0.1, exchange_frac=0.4, sglang_layer_s=0.0, sglang_first_token_s=0.3, sglang_queue_frac=0.5,
)  # fmt: skip
LIBRARY = Fields(serving_efficiency={"x": FITTED}, models={"m": None})
SERVING = Fields(
    input_tokens=800.0, output_tokens=200.0, memory_reserve_frac=0.25, prefix_hit_frac=0.5, replica_accelerators=1.0, tpot_limit_s=9.0,
    efficiency="lib:serving_efficiency/x",
)  # fmt: skip
DENSE = Fields(
    parameters_b=40.0, active_parameters_b=40.0, experts=1.0, experts_active=1.0, query_dim=4096.0, layers=40.0, hidden=4096.0,
    bytes_per_weight=1.0, kv_bytes_per_token=1.25e6,
)  # fmt: skip
MACHINE = Fields(memory_gb=80.0, peak_bf16_tflops=1000.0, peak_fp8_tflops=1900.0, memory_tb_s=3.0, scale_up_gb_s=900.0, scale_up_domain=9.0)


def near(*wanted):
    return pytest.approx(list(wanted), nan_ok=True)


def like(given, **changes):
    return Fields(**{**vars(given), **changes})


def test_the_pauses_of_each_way_to_recover():
    compute = Fields(checkpoint_write_s=36.0)
    daly = lambda mtbf, write_s: float(failures.daly_interval_h(mtbf, write_h=write_s / 3600.0))  # noqa: E731
    for policy, mtbf, wanted in (
        (Fields(kind="full_restart"), 5.0, (daly(5.0, 36.0), 36.0)),
        (Fields(kind="warm_spares", copy_s=9.0), 5.0, (daly(5.0, 9.0), 9.0)),
        (Fields(kind="decoupled", groups=4.0), 5.0, (daly(20.0, 36.0), 36.0)),
        (Fields(kind="drop_replica", stall_s=7.0), 5.0, (5.0, 7.0)),
        (Fields(kind="warm_spares", copy_s=0.0), 5.0, (np.inf, 0.0)),
        (Fields(kind="full_restart"), np.inf, (np.inf, 0.0)),
        (Fields(kind="full_restart"), 0.0, (np.inf, 0.0)),
        (Fields(kind="full_restart"), 0.5, (daly(0.5, 36.0), 36.0)),
        (Fields(kind="warm_spares", copy_s=0.5), 5.0, (daly(5.0, 0.5), 0.5)),
    ):
        compute.recovery = policy
        assert pause_rhythm(compute, mtbf) == pytest.approx(wanted)
    split = machine_split(np.array([100.0, 50.0]), serving_frac=0.4, load_frac=np.array([0.25, 1.5]))
    assert {k: v.tolist() for k, v in split.items()} == {"serving": [10.0, 20.0], "ready": [30.0, 0.0], "training": [60.0, 30.0]}


def test_intervals_and_goodput_at_their_limits():
    """Writing as long as two mean times between failures: no shorter interval pays."""
    assert failures.daly_interval_h(np.array([2.0, 1.0, 0.5]), write_h=2.0)[1:].tolist() == [1.0, 0.5]
    ratio = np.sqrt(0.5)
    assert failures.daly_interval_h(2.0, write_h=2.0) == pytest.approx(np.sqrt(8.0) * (1 + ratio / 3 + ratio**2 / 9) - 2.0)
    given = failures.daly_goodput(2.0, restart_h=0.4, write_h=0.2, interval_h=0.6)
    assert given == pytest.approx(0.6 / (2.0 * np.exp(0.2) * np.expm1(0.4)))
    free = float(failures.daly_goodput(2.0, restart_h=0.0, write_h=0.0))
    assert free == pytest.approx(float(failures.daly_goodput(2.0, restart_h=0.0, write_h=1e-6)), rel=1e-12)
    left = failures.drop_replica_goodput([0.0, 10.0, 640.0], rate_per_h=0.5, replica=64.0, repair_h=4.0, stall_h=0.2)
    assert left.tolist() == near(*(1 / (1 + 2.0 * share) / 1.1 for share in (1.0, 1.0, 0.1)))
    assert failures.straggler_factor([0.3, 1.0, np.e**2], sigma_frac=0.05).tolist() == near(1.0, 1.0, 1.1)
    assert failures.job_failure_rate_per_h(200.0, per_accelerator_hour=0.01, per_job_hour=0.5) == 2.5


def test_unlike_machines_in_one_job():
    counts, speeds = np.array([[6.0, 0.0, 0.0], [4.0, 3.0, 0.0]]), np.array([2.0, 4.6])
    assert mixed.even_split_flop_per_s(counts, speeds).tolist() == near(20.0, 13.8, 0.0)
    assert mixed.separate_jobs_flop_per_s(counts, speeds).tolist() == near(30.4, 13.8, 0.0)
    assert mixed.balanced_flop_per_s(counts, speeds, units_per_replica=12.0).tolist() == near(12.0 + 4.0 * 2.25 * 2.0, 13.8, 0.0)
    assert mixed.balanced_flop_per_s([1.0, 1.0], [10.0, 11.0], units_per_replica=10.0) == pytest.approx(21.0)  # 1.1 x 10 is eleven
    assert mixed.implied_slow_factor(0.2, 0.3) == pytest.approx(1.5)
    layout = Fields(batch_tokens=480.0, sequence_tokens=10.0, tensor=2.0, pipeline=4.0)
    shares, speed = np.array([0.6, 0.4]), np.array([1.0, 2.3])
    for job, rate in ((32.0, 0.6 + 0.4 * 27 / 12), (4.0, 0.6 + 0.4 * 110 / 48), (1e6, 0.6 + 0.8)):
        compute = Fields(layout=layout, job_accelerators=job, mixed_hardware="balanced")
        assert training_stage._mixed_rate(compute, shares, speed) == pytest.approx(rate)


def test_shares_of_models_and_how_much_is_new():
    counts = np.array([[[0.0, 3.0, 1.0], [2.0, 0.0, 0.0]], [[0.0, 1.0, 3.0], [6.0, 0.0, 5.0]]])
    assert mix_frac(counts)[0].tolist() == [[0.75, 0.75, 0.25], [0.25, 0.25, 0.0]]
    assert young_frac(np.array([0.0, 10.0, 0.5, 0.0, 20.0, 25.0]), 2).tolist() == [0.0, 1.0, 1.0, 0.0, 1.0, 1.0]
    assert young_frac(np.array([10.0, 16.0, 20.0, 20.0]), 1).tolist() == near(0.0, 0.375, 0.2, 0.0)


def test_a_job_of_machines_that_do_not_stand_and_one_that_never_fails(make_inputs):
    given = make_inputs(mfu_frac=0.4, failures_per_accelerator_hour=2e-5, job_failures_per_hour=0.125, young_failure_factor=3.0)
    size, young = np.array([[[0.0, 1000.0, 0.5]]]), np.array([[[0.0, 0.5, 0.0]]])
    shares = np.stack([np.full(size.shape, 0.25), np.full(size.shape, 0.75)])
    mfu, goodput, mtbf, lost = training_stage._job(given, size, shares, young)
    assert mtbf[0, 0].tolist() == near(np.nan, 1.0 / (0.04 + 0.125), 1.0 / (0.125 + 1e-5))
    assert mfu[0, 0, 0] == goodput[0, 0, 0] == lost[0, 0, 0] == 0.0 and mfu[0, 0, 2] > 0.0 and goodput[0, 0, 2] > 0.0
    sure = make_inputs(mfu_frac=0.4, failures_per_accelerator_hour=0.0, job_failures_per_hour=0.0)
    _, goodput, mtbf, _ = training_stage._job(sure, size, shares, young)
    assert goodput[0, 0].tolist() == [0.0, 1.0, 1.0] and np.isnan(mtbf).all()
    useful, lost = training_stage.job_mfu(sure.tree.compute, given.tree.library, ("h100", "gb200"), size, np.zeros((2, *size.shape)))
    assert not useful.any() and not lost.any()


@pytest.mark.parametrize(
    ("recovery", "goodput"),
    [
        ({"kind": "warm_spares", "copy_s": 18.0, "swap_h": 0.02}, lambda f: f.daly_goodput(2.5, restart_h=0.02, write_h=0.005)),
        ({"kind": "full_restart"}, lambda f: f.daly_goodput(2.5, restart_h=0.3, write_h=0.02)),
        (
            {"kind": "drop_replica", "repair_h": 5.0, "stall_s": 36.0},
            lambda f: f.drop_replica_goodput(4000.0, rate_per_h=0.4, replica=32.0, repair_h=5.0, stall_h=0.01),
        ),
    ],
)
def test_each_way_to_recover_hands_its_own_times_on(make_inputs, recovery, goodput):
    layout = {"tensor": 4, "pipeline": 8}
    compute = make_inputs(recovery=recovery, restart_h=0.3, checkpoint_write_s=72.0, layout=layout).tree.compute
    assert float(training_stage.job_goodput(compute, np.array(4000.0), np.array(0.4))) == pytest.approx(float(goodput(failures)))


def test_new_machines_are_new_for_three_months_and_a_run_takes_what_is_left(make_inputs, upstream):
    out = training_stage.run(make_inputs(young_failure_factor=2.0, job_accelerators=1e6, mfu_frac=0.4), upstream)
    mtbf = out["job_mtbf_h"][1, 0]
    assert mtbf[5:8].tolist() == near(*[mtbf[8] / 2.0] * 3) and mtbf[9] == mtbf[8]
    a_day = out["training_flop"][1, 0, -1] / 30.0  # June 2027
    assert out["days_for_1e27_flop"][1, 0, -1] == pytest.approx(1e27 / a_day)


def test_utilisation_by_how_the_job_is_run_and_by_its_slowest_node(make_inputs, library):
    size = np.array([7200.0])
    plain, run = (make_inputs(straggler_sigma_frac=s, production_factor=p).tree.compute for s, p in ((0.0, 1.0), (0.01, 0.8)))
    ideal, real = (training_stage._mfu_of(c, library, library.accelerators["gb200"], size) for c in (plain, run))
    assert real / ideal == pytest.approx(0.8 / (1.0 + 0.01 * np.sqrt(2.0 * np.log(100.0))))


def test_the_smallest_replica_that_holds_a_model_and_one_context():
    for billions, accelerators in ((58.75, 1.0), (58.76, 2.0), (118.75, 2.0), (118.76, 4.0)):
        assert serving_stage.replica_size(SERVING, like(DENSE, parameters_b=billions), MACHINE) == accelerators


def test_columns_of_a_dense_and_of_a_sparse_model():
    dense = serving_stage.serving_point(SERVING, DENSE, MACHINE, 4.0)
    assert (dense.resident_bytes, dense.routed_bytes, dense.kv_bytes_per_request) == (10e9, 0.0, 900.0 * 1.25e6 / 4.0)
    assert (dense.peak_flop_per_s, dense.memory_bytes_per_s, dense.scale_up_bytes_per_s) == (1.9e15, 3e12, 9e11)
    assert dense.exchange_bytes == pytest.approx(2 * 3 / 4 * 400 * 4096 * 2 * 2 * 40)
    read = lambda active: roofline.prefill_flop(active, input_tokens=800.0, query_dim=4096.0, layers=40.0, hit_frac=0.5)  # noqa: E731
    assert dense.prefill_flop == read(40e9)
    sparse = like(DENSE, parameters_b=100.0, active_parameters_b=20.0, experts=64.0, experts_active=4.0, bytes_per_weight=1.05)
    point = serving_stage.serving_point(SERVING, sparse, MACHINE, 2.0)
    routed = 80e9 * 64 / 60
    assert (point.routed_bytes, point.resident_bytes) == pytest.approx((routed * 1.05 / 2.0, (100e9 - routed) * 1.05 / 2.0))
    assert point.peak_flop_per_s == 1e15 and point.prefill_flop == read(20e9)
    assert serving_stage.serving_point(SERVING, DENSE, like(MACHINE, peak_fp8_tflops=0.0), 1.0).peak_flop_per_s == 1e15
    assert serving_stage.serving_point(SERVING, like(DENSE, active_parameters_b=70.0), MACHINE, 1.0).prefill_flop == read(40e9)


def test_as_many_requests_as_fit_and_keep_the_promise():
    """Weights of 40 GB leave 20 GB of 80 less a quarter: caches of 16 requests to the byte."""
    point = serving_stage.serving_point(SERVING, DENSE, MACHINE, 1.0)
    each, rate = roofline.tpot_s(point, FITTED), roofline.output_tokens_per_s_per_accelerator(point, FITTED)
    first = roofline.ttft_s(point, FITTED)
    assert point.concurrency[[0, 1, 8, 16, -1]].tolist() == near(1.0, 2**0.25, 4.0, 16.0, 2**12.75)
    for limit, k in ((9.0, 16), (each[8], 8), (np.nextafter(each[8], 0.0), 7)):
        found = serving_stage._best_of_replica(Fields(serving=like(SERVING, tpot_limit_s=limit)), LIBRARY, DENSE, MACHINE, 1.0)
        assert found == pytest.approx((rate[k], rate[k], first[k], each[k]))
    late = serving_stage._best_of_replica(Fields(serving=like(SERVING, tpot_limit_s=1e-9)), LIBRARY, DENSE, MACHINE, 1.0)
    assert late == pytest.approx((-each[0], rate[0], first[0], each[0]))


@pytest.mark.parametrize(("domain", "sizes"), [(9.0, (1, 2, 4, 8)), (4.0, (1, 2, 4)), (0.5, (1,))])
def test_the_best_replica_of_all_doublings_within_a_domain(domain, sizes):
    machine, compute = like(MACHINE, scale_up_domain=domain), Fields(serving=like(SERVING, tpot_limit_s=0.02), serving_model="lib:models/m")
    library = like(LIBRARY, models={"m": DENSE})
    tried = [serving_stage._best_of_replica(compute, library, DENSE, machine, float(n)) for n in sizes]
    assert serving_stage.best_point(compute, library, machine) == max(tried)[1:]


def test_capacity_by_the_power_that_each_campus_gets(make_inputs, upstream):
    served = np.repeat(np.array([0.9, 0.3])[:, None, None], 24, axis=2) * np.ones((1, 2, 1))
    out = serving_stage.run(make_inputs(), {**upstream, "it_served_frac": served, "tokens_demanded": np.full(24, 1e17)})
    powered = (120_000 * 0.9 + 100_000 * 0.3) / 220_000
    hours = upstream["accelerators_by_model"][:, 0, 8] * powered * 0.85 * 31 * 24
    assert out["serving_capacity_tokens"][0, 8] == pytest.approx(hours @ out["serving_tokens_per_s"] * 3600 * 0.6 * 0.5)
    assert out["serving_share_needed_frac"][0, 8] == pytest.approx(1e17 * 0.5 / out["serving_capacity_tokens"][0, 8])
    assert serving_stage.needed_frac(np.array([0.5, 0.5]), np.array([0.25, 0.0])).tolist() == [2.0, 1.0]


def test_time_of_a_token_and_to_the_first_part_by_part():
    """Three of 64 experts for each of two requests, and a prompt exchanged over links."""
    point = roofline.ServingPoint(
        resident_bytes=2e9, routed_bytes=8e9, experts=64.0, experts_active=3.0, kv_bytes_per_request=5e8, prefill_flop=4e13, layers=10.0,
        replica=4.0, concurrency=2.0, output_tokens=50.0, memory_bytes_per_s=2e12, peak_flop_per_s=1e15, exchange_bytes=1.8e9,
        scale_up_bytes_per_s=9e11,
    )  # fmt: skip
    touched = 1.0 - (1.0 - 3 / 64) ** 2
    step = (2e9 + 8e9 * touched + 2.0 * 5e8) / (2e12 * 0.7) + 10.0 * (3e-5 + 2.0 * 2e-5) + 2.0 * 2e-5
    assert roofline.decode_step_s(point, FITTED) == pytest.approx(step)
    reading = float(roofline.prefill_s(point, FITTED))
    assert reading == pytest.approx(4e13 / (4.0 * 1e15 * 0.5) + 1.8e9 / (9e11 * 0.4))
    assert roofline.experts_touched_frac(4.0, 8.0, 1.0) == 1.0
    assert roofline.prefill_s(replace(point, exchange_bytes=0.0), FITTED) == pytest.approx(0.02)


def test_columns_of_the_machine_the_layout_and_the_shape_of_a_job():
    entry = Fields(
        family="hopper", peak_bf16_tflops=990.0, peak_fp8_tflops=1980.0, memory_gb=80.0, memory_tb_s=3.0, scale_up_gb_s=450.0,
        scale_up_domain=8.0, scale_out_gb_s=50.0, attention_factor=0.5, board_power_w=700.0,
    )  # fmt: skip
    constants = Fields(hopper_frac=0.7, hopper_attention_frac=0.6, matrix_frac=0.4, attention_frac=0.3)
    wide, narrow = (training_jobs.machine_of(entry, constants, eight_bit=b) for b in (False, True))
    assert (wide.peak_flop_per_s, wide.product_flop_per_s, narrow.product_flop_per_s) == (9.9e14, 9.9e14, 1.98e15)
    assert (wide.memory_bytes, wide.memory_bytes_per_s) == (80e9, 3e12)
    assert (wide.scale_up_bytes_per_s, wide.scale_out_bytes_per_s, wide.scale_up_domain) == (450e9, 50e9, 8.0)
    assert (wide.matrix_frac, wide.attention_frac) == (0.7, 0.3)
    for machine, rate, bits in ((wide, 990.0, 16.0), (narrow, 1980.0, 8.0)):
        assert machine.power_per_rate == power_per_rate("hopper", board_w=700.0, rate_tflop_s=rate, bits=bits)
    other = training_jobs.machine_of(like(entry, family="other", peak_fp8_tflops=0.0), constants, eight_bit=True)
    assert (other.product_flop_per_s, other.matrix_frac, other.attention_frac) == (9.9e14, 0.4, 0.15)
    assert {name: w / 1.0 for name, w in FAMILY_W_PER_TFLOP_S.items()} == pytest.approx(
        {"a100": 1.28205, "hopper": 0.70743, "blackwell": 0.48}, rel=1e-5
    )
    spec = Fields(
        tensor=4.0, pipeline=2.0, virtual_stages=3.0, context=1.0, expert=16.0, micro_batch=2.0, batch_tokens=4e6, sequence_tokens=8000.0,
        recompute="selective", sharding="gradients",
    )  # fmt: skip
    for eight_bit, experts, accelerators, expert in (
        (True, 64.0, 1024.0, 16.0),
        (False, 8.0, 1024.0, 8.0),
        (True, 64.0, 12.0, 6.0),
        (True, 64.0, 1.0, 1.0),
    ):
        cut = training_jobs.layout_of(Fields(layout=spec, eight_bit=eight_bit), Fields(experts=experts), accelerators)
        assert (cut.expert, cut.batch_sequences, cut.sequence) == (expert, 500.0, 8000.0)
        assert (cut.recompute, cut.sharding, cut.product_bits) == (1.0, 2.0, 8.0 if eight_bit else 16.0)


def test_widths_that_an_entry_leaves_out_make_up_its_parameters():
    told = {"layers": 4.0, "dense_layers": 1.0, "hidden": 64.0, "heads": 4.0, "kv_heads": 9.0, "head_width": 16.0, "ffn_matrices": 3.0}
    told |= {"vocabulary": 100.0, "tied_embeddings": False, "query_rank": 0.0, "latent_rank": 0.0, "rotary_width": 0.0, "local_frac": 0.5}
    told |= {"window_tokens": 8.0, "ffn": 200.0, "expert_ffn": 0.0, "experts": 8.0, "experts_active": 2.0, "shared_experts": 1.0}
    sparse = training_jobs.shape_of(Fields(**told, parameters_b=2e-3, query_dim=64.0))
    attention, embeddings = 4 * 64.0 * 64.0, 2 * 100.0 * 64.0
    assert sparse.expert_ffn == pytest.approx((2e6 - 4 * attention - embeddings - 3 * 64 * 200.0) / (3 * 9 * 3 * 64.0), rel=0.02)
    assert (sparse.kv_heads, sparse.ffn, sparse.dense_layers, sparse.shared_experts, sparse.local_frac) == (4.0, 200.0, 1.0, 1.0, 0.5)
    dense = training_jobs.shape_of(Fields(**{**told, "experts": 1.0, "ffn": 0.0, "heads": 0.0}, parameters_b=2e-3, query_dim=96.0))
    assert (dense.heads, dense.dense_layers, dense.shared_experts, dense.expert_ffn) == (6.0, 4.0, 0.0, 0.0)
    assert training_jobs.shape_of(Fields(**{**told, "experts": 1.0, "ffn": 0.0}, parameters_b=1e-9, query_dim=64.0)).ffn == 1.0
    stated = training_jobs.shape_of(Fields(**{**told, "expert_ffn": 40.0}, parameters_b=2e-3, query_dim=64.0))
    assert stated.expert_ffn == 40.0
    assert training_jobs.shape_of(Fields(**{**told, "ffn": 0.0, "expert_ffn": 40.0}, parameters_b=2e-3, query_dim=64.0)).ffn == 0.0


def test_edges_of_counts_shares_and_deadlines():
    assert installed_counts({}, {}, ("a", "b")).shape == (2, 1, 1)
    assert mix_frac(np.array([[[0.0, 0.2]], [[0.0, 0.6]]]))[0, 0].tolist() == near(0.25, 0.25)
    assert young_frac(np.array([10.0, 12.0, 0.0]), 3).tolist() == near(0.0, 1 / 6, 0.0)
    kept = roofline.keeps_deadline(np.array([0.1, 0.0999, 0.125]), planner_hz=np.array([10.0, 10.0, 8.0]))
    assert kept.tolist() == [False, True, False]
    assert mixed.balanced_flop_per_s(np.array([[0.5, 0.0], [0.5, 0.0]]), np.array([2.0, 5.0]), units_per_replica=10.0).tolist() == near(
        3.5, 0.0
    )
    assert serving_stage.needed_frac(np.array([1e-9]), np.array([0.5])).tolist() == near(2e-9)
