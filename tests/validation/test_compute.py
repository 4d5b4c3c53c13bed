"""The gates of training and serving: they pass on the bundled cases, catch planted defects, and leave out what the audits found."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from gigacampus.compute import memory
from gigacampus.validation import serving, training, training_memory
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.serving_rows import copies, undated_prediction
from gigacampus.validation.training_rows import newest
from tests.validation.folders import KEYS, copied, failed, text_of, with_text

DOCS = Path(__file__).parents[2] / "docs" / "compute.md"


@pytest.fixture(scope="module")
def served():
    folder = CaseFolder()
    return serving.cases(folder), {c.file.split("/")[-1]: c for c in folder.counts()}


@pytest.fixture(scope="module")
def trained():
    folder = CaseFolder()
    return training.cases(folder), {c.file.split("/")[-1]: c for c in folder.counts()}


def test_every_gate_passes_on_the_bundled_cases(served, trained):
    rows = [*served[0], *trained[0]]
    assert failed(rows) == []
    assert all(set(r) - {"ours", "expected"} == KEYS for r in rows)
    assert sum(r["gating"] for r in rows) == 23


def test_rows_resting_on_assumed_inputs_never_gate(served, trained):
    rows = [r for r in (*served[0], *trained[0]) if "goodput" in r["case"] or "assumed" in r["source"]]
    assert len(rows) > 20 and not any(r["gating"] for r in rows)


def test_missing_files_are_said(tmp_path):
    rows = [*serving.cases(tmp_path), *training.cases(tmp_path)]
    assert rows and all(r["pass"] is None and r["metric"].startswith("skipped") for r in rows)


def test_a_folder_with_points_only_borrows_shapes_from_the_bundle(tmp_path, served):
    rows = {(r["case"], r["metric"]): r["value"] for r in serving.cases(copied(tmp_path, "serving/silicon_points.csv"))}
    key = ("time per token, one pool", "median relative error")
    assert rows[key] == next(r["value"] for r in served[0] if (r["case"], r["metric"]) == key)


@pytest.mark.parametrize("constant", ["layer_s", "layer_s_per_doubling", "sglang_layer_s"])
def test_gate_catches_a_roofline_without_its_fixed_time(monkeypatch, tmp_path, constant):
    good = serving.newest_constants()
    monkeypatch.setattr(good, constant, 0.0)
    monkeypatch.setattr(serving, "newest_constants", lambda *_: good)
    rows = serving.cases(copied(tmp_path, "serving/silicon_points.csv"))
    assert any("time per token" in line for line in failed(rows))


@pytest.mark.parametrize(
    ("constant", "case"), [("half_width", "step time"), ("sparse_layer_server_s", "step time"), ("slow_server_frac", "loss of utilisation")]
)
def test_gate_catches_a_step_without_one_of_its_terms(monkeypatch, tmp_path, constant, case):
    good = training.newest_constants()
    monkeypatch.setattr(good, constant, 0.0)
    monkeypatch.setattr(training, "newest_constants", lambda *_: good)
    rows = training.cases(copied(tmp_path, "training/measured_training.csv"))
    assert any(case in line for line in failed(rows))


def test_the_worked_example_is_scored_with_the_constants_of_its_day_beside_todays(served, trained):
    for rows, case in ((served[0], "time per token, one pool"), (trained[0], "step time: dense, 16 bit")):
        today, then = (next(r for r in rows if r["case"] == name) for name in (case, f"{case}, constants as of 2026-01-16"))
        assert today["n"] == then["n"] and today["value"] != then["value"]
        assert then["pass"] is None, "what the documents promise is promised of today's constants"


def test_limits_are_what_the_documents_promise():
    stated = dict(re.findall(r"^\| ([^|]+?) \| at most ([\d.]+) % \|", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE))
    ours = {f"step time: {name}": limit for name, limit in training.PROMISED.items()} | serving.PROMISED
    for name, (median, mean) in training.PROMISED_UNSEEN.items():
        ours |= {f"unseen, {kind}: {name}": limit for kind, limit in (("median", median), ("mean", mean)) if limit is not None}
    ours |= {f"later software, constants of 2026-01-16, {metric}": limit for metric, limit in training.PROMISED_LATER.items()}
    ours["loss of utilisation with scale, either way"] = training.PROMISED_SLOPE
    ours |= {f"peak memory, {metric}": limit for metric, limit in training_memory.PROMISED.items()}
    assert {name: float(percent) / 100.0 for name, percent in stated.items()} == pytest.approx(ours)


def test_one_of_each_copy_is_scored_and_its_twin_counted(served):
    count = served[1]["silicon_points.csv"]
    assert count.read == count.scored + sum(count.left_out.values())
    assert count.left_out["repeats another row's measurement to the digit"] == 382
    assert count.left_out["a deployment split into prefill and decode pools"] == 1225
    twins = CaseFolder().inputs("serving/silicon_points_same_as.csv")
    rows = CaseFolder().inputs("serving/silicon_points.csv")
    repeated = {r["row_id"] for r in copies(rows, twins)}
    assert not {t["same_measurement_as"] for t in twins} & repeated, "a row and its twin must not both go"


def test_rows_whose_prediction_is_not_told_are_left_out():
    rows = [r for r in CaseFolder().inputs("serving/silicon_points.csv") if r["mode"] == "agg" and r["tpot_ms"]]
    doubtful = undated_prediction(rows)
    assert (
        len({tuple(r[k] for k in ("system", "precision", "isl", "osl", "concurrency", "gpus", "tp_size", "moe_ep_size")) for r in doubtful})
        >= 17
    )


def test_multi_token_prediction_is_told_apart_in_node_sweeps(served):
    names = {r["case"]: r["n"] for r in served[0] if r["case"].startswith("node sweeps with pooled")}
    assert names == {"node sweeps with pooled constants": 96, "node sweeps with pooled constants, multi-token prediction": 34}


def test_only_the_newest_release_of_a_configuration_is_scored(trained):
    count = trained[1]["measured_training.csv"]
    assert count.left_out["a library regression that its source notes"] == 2
    assert count.left_out["an earlier release of the same configuration"] > 50
    base = dict.fromkeys(("model", "seq_len", "accelerator", "accelerators", "tp", "pp", "dp", "cp", "ep", "vp", "micro_batch"), "1")
    base |= {"global_batch_seqs": "8", "precision": "fp8"}
    old, new, other = (base | {"source_key": key} for key in ("nvidia_mbridge_25.09", "nvidia_mbridge_26.08", "megascale_t2"))
    assert newest([new, old, other]) == [new, other]


def test_a_chip_that_a_table_names_and_the_library_lacks_is_left_out_and_counted(tmp_path):
    points, steps = text_of("serving/silicon_points.csv").splitlines(), text_of("training/measured_training.csv").splitlines()
    foreign = points[1].replace("b300_sxm", "mi999").replace("S00001", "X1"), steps[1].replace("A100-80GB", "Wafer 9")
    assert foreign[0] != points[1] and foreign[1] != steps[1]
    few = with_text(
        tmp_path,
        serving__silicon_points="\n".join([*points[:40], foreign[0]]) + "\n",
        training__measured_training="\n".join([*steps[:40], foreign[1]]) + "\n",
    )
    folder = CaseFolder(few)
    rows = [*serving.cases(folder), *training.cases(folder)]
    counts = {c.file: c for c in folder.counts()}
    assert counts["serving/silicon_points.csv"].left_out["an accelerator that the table of systems lacks"] == 1
    assert counts["training/measured_training.csv"].left_out["an accelerator that no ceiling is fitted for"] >= 1
    assert any(r["value"] is not None for r in rows)


def test_benchmark_results_are_scored_in_absolute_terms(served):
    rows = [r for r in served[0] if r["metric"].startswith("tokens/s and accelerator")]
    assert len(rows) == 25 and all(np.isclose(r["value"], r["ours"] / r["expected"]) for r in rows)
    assert not any(r["gating"] for r in rows), "prompt lengths are assumed"
    assert sum(served[1]["mlperf_inference.csv"].left_out.values()) == 18


def test_single_node_rows_are_scored(trained):
    rows = [r for r in trained[0] if r["case"].endswith("one server of A100") and r["metric"] == "mean relative error"]
    assert sum(r["n"] for r in rows) == 1091


def test_gate_catches_memory_without_optimiser_states(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "OPTIMISER_BYTES", 4.0)
    rows = training.cases(copied(tmp_path, "training/measured_training.csv"))
    assert any("peak memory, allocated" in line for line in failed(rows))


def test_rows_that_are_not_bundled_are_judged_by_the_librarys_constants(trained):
    folder = CaseFolder()
    hardware = {r["accelerator"]: r for r in folder.inputs("training/hardware.csv")}
    rows = [{**r, "row_id": "new"} for r in folder.inputs("training/measured_training.csv") if r["source_key"] == "vtrain_multi"]
    found = training._unseen(rows, [], hardware)
    row = next(r for r in found if "vTrain" in r["case"] and r["metric"] == "mean relative error")
    seen = next(r for r in trained[0] if r["case"] == row["case"] and r["metric"] == row["metric"])
    assert row["n"] == seen["n"] and row["value"] != seen["value"]
