"""The gates of scaling and safety: they pass on the bundled cases and catch planted defects."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gigacampus.products import gates, queues, scaling_laws
from gigacampus.validation import products, safety, scaling


def failed(rows):
    return [f"{r['case']}: {r['metric']} {r['value']}" for r in rows if r["gating"] and not r["pass"]]


def test_every_gate_passes_on_the_bundled_cases():
    rows = products.cases(None)
    assert failed(rows) == []
    assert {r["family"] for r in rows} == {"scaling", "safety"}


def test_missing_files_are_said(tmp_path):
    rows = products.cases(tmp_path)
    assert failed(rows) == []
    assert sum(r["pass"] is None for r in rows) == 5


def test_gate_catches_exponents_swapped(monkeypatch):
    def swapped(n, d, *, fit):
        return fit.e + fit.a / np.asarray(n) ** fit.beta + fit.b / np.asarray(d) ** fit.alpha

    monkeypatch.setattr(scaling_laws, "loss_nats", swapped)
    assert any("loss points" in line for line in failed(scaling.cases(None)))


def test_gate_catches_repeats_counted_one_pass_late(monkeypatch):
    good = scaling_laws.effective_tokens
    monkeypatch.setattr(
        scaling_laws, "effective_tokens", lambda u, *, epochs, repeat_decay: good(u, epochs=epochs + 1.0, repeat_decay=repeat_decay)
    )
    assert any("one pass counts once" in line for line in failed(scaling.cases(None)))


def test_gate_catches_a_wait_without_the_busy_servers(monkeypatch):
    monkeypatch.setattr(queues, "erlang_c", queues.erlang_b)
    assert any("erlang_c" in line for line in failed(safety.cases(None)))


def test_gate_catches_patience_taken_as_a_rate(monkeypatch):
    good = queues.erlang_a
    monkeypatch.setattr(queues, "erlang_a", lambda a, **k: good(a, **{**k, "abandon_rate": 1.0 / k["abandon_rate"]}))
    assert any("erlang_a" in line for line in failed(safety.cases(None)))


def test_gate_catches_correlation_left_out(monkeypatch):
    monkeypatch.setattr(gates, "all_miss_frac", lambda recalls, *, correlation: math.prod(1.0 - r for r in recalls))
    assert any("correlated gates" in line for line in failed(safety.cases(None)))


def test_gate_catches_an_observer_who_sees_more_than_there_is(monkeypatch):
    monkeypatch.setattr(safety, "MINUTES_PER_DAY", 14_400.0)
    assert any("share seen" in line for line in failed(safety.cases(None)))


@pytest.mark.parametrize("model", ["erlang_b", "erlang_c", "erlang_a"])
def test_every_model_of_the_table_is_scored(model):
    row = next(r for r in safety.cases(None) if r["case"] == f"exact values of {model}")
    assert row["n"] > 5 and row["gating"]
