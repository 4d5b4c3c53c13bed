"""The gates of training and serving: they pass on the bundled cases and catch planted defects."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from gigacampus.compute import failures, flops, unit_economics
from gigacampus.validation import compute, serving, training
from gigacampus.validation.case_rows import BUNDLED


def failed(rows):
    return [f"{r['case']}: {r['metric']} {r['value']}" for r in rows if r["gating"] and not r["pass"]]


def test_every_gate_passes_on_the_bundled_cases():
    rows = compute.cases(None)
    assert failed(rows) == []
    assert {r["family"] for r in rows} == {"training", "serving"}
    assert all(set(r) == {"family", "case", "metric", "value", "limit", "unit", "pass", "gating", "n", "source"} for r in rows)


def test_rows_resting_on_assumed_inputs_never_gate():
    rows = [r for r in training.cases(None) if "goodput" in r["case"]]
    assert rows and not any(r["gating"] for r in rows)


def test_missing_files_are_said(tmp_path):
    rows = compute.cases(tmp_path)
    assert failed(rows) == []
    assert sum(r["pass"] is None for r in rows) >= 6


def test_a_folder_with_points_only_borrows_shapes_from_the_bundle(tmp_path):
    folder = tmp_path / "serving"
    folder.mkdir()
    shutil.copy(BUNDLED / "serving" / "data" / "silicon_points.csv", folder)
    rows = {(r["case"], r["metric"]): r["value"] for r in serving.cases(tmp_path)}
    full = {(r["case"], r["metric"]): r["value"] for r in serving.cases(None)}
    key = ("time per token, one pool", "median relative error")
    assert rows[key] == full[key]


def test_gate_catches_a_rate_per_node_taken_for_a_rate_per_accelerator(monkeypatch):
    good = failures.job_failure_rate_per_h
    monkeypatch.setattr(failures, "job_failure_rate_per_h", lambda n, **k: good(np.asarray(n) / 8.0, **k))
    assert any("research cluster" in line for line in failed(training.cases(None)))


def test_gate_catches_causal_attention_in_the_full_formula(monkeypatch):
    good = flops.dense_layer_forward_flop_per_token
    monkeypatch.setattr(flops, "dense_layer_forward_flop_per_token", lambda h, **k: good(h, **{**k, "causal": True}))
    assert any("layer sum" in line for line in failed(training.cases(None)))


def test_gate_catches_a_first_order_checkpoint_interval(monkeypatch):
    monkeypatch.setattr(failures, "daly_interval_h", failures.young_interval_h)
    assert any("checkpoint interval" in line for line in failed(training.cases(None)))


@pytest.mark.parametrize("constant", ["layer_s", "layer_s_per_doubling"])
def test_gate_catches_a_roofline_without_its_fixed_time(monkeypatch, constant):
    good = serving.newest_constants()
    monkeypatch.setattr(good, constant, 0.0)
    monkeypatch.setattr(serving, "newest_constants", lambda: good)
    assert any("time per token" in line for line in failed(serving.cases(None)))


def test_gate_catches_cached_tokens_at_full_price(monkeypatch):
    good = unit_economics.token_revenue_usd
    monkeypatch.setattr(unit_economics, "token_revenue_usd", lambda hit, miss, out, **k: good(0.0, hit + miss, out, **k))
    assert any("revenue" in line for line in failed(serving.cases(None)))
