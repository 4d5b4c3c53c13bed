"""The gates of scaling and safety: they pass on the bundled cases and catch planted defects."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from gigacampus.products import queues, scaling_laws
from gigacampus.validation import case_folder, safety, scaling, scaling_fit, stream


def failed(rows):
    return [f"{r['case']}: {r['metric']} {r['value']}" for r in rows if r["gating"] and not r["pass"]]


def test_every_gate_passes_on_the_bundled_cases():
    rows = [*scaling.cases(), *safety.cases()]
    assert failed(rows) == []
    assert {r["family"] for r in rows} == {"scaling", "safety"}


def test_missing_files_are_said(tmp_path):
    rows = [*scaling.cases(tmp_path), *safety.cases(tmp_path)]
    assert failed(rows) == []
    assert sum(r["pass"] is None for r in rows) == 4


def test_gate_catches_exponents_swapped(monkeypatch):
    def swapped(n, d, *, fit):
        return fit.e + fit.a / np.asarray(n) ** fit.beta + fit.b / np.asarray(d) ** fit.alpha

    monkeypatch.setattr(scaling_laws, "loss_nats", swapped)
    assert any("loss points" in line for line in failed(scaling.cases()))


def test_gate_catches_a_wait_without_the_busy_servers(monkeypatch):
    monkeypatch.setattr(queues, "erlang_c", queues.erlang_b)
    assert any("erlang_c" in line for line in failed(safety.cases()))


def test_gate_catches_patience_taken_as_a_rate(monkeypatch):
    good = queues.erlang_a
    monkeypatch.setattr(queues, "erlang_a", lambda a, **k: good(a, **{**k, "abandon_rate": 1.0 / k["abandon_rate"]}))
    assert any("erlang_a" in line for line in failed(safety.cases()))


def test_gate_catches_an_observer_who_sees_more_than_there_is(monkeypatch):
    monkeypatch.setattr(safety, "MINUTES_PER_DAY", 14_400.0)
    assert any("share seen" in line for line in failed(safety.cases()))


@pytest.mark.parametrize("model", ["erlang_b", "erlang_c", "erlang_a"])
def test_every_model_of_the_table_is_scored(model):
    row = next(r for r in safety.cases() if r["case"] == f"exact values of {model}")
    assert row["n"] > 5 and row["gating"]


def test_repeats_beyond_sixteen_passes_are_scored_apart():
    rows = {r["case"]: r for r in scaling.cases()}
    for law in ("decay of repeats as published", "refit with overfitting"):
        parts = [
            rows[f"repeated data, {law}: {words}"]
            for words in ("16 passes and fewer", "17 to 60 passes, extrapolated", "more than 60 passes, extrapolated")
        ]
        assert [r["n"] for r in parts] == [115, 33, 57] and all(r["pass"] is None for r in parts)


def test_gate_catches_a_penalty_without_the_size_of_the_model(monkeypatch):
    def blind(parameters, *, unique, epochs, overfit):
        return overfit.p * np.maximum(epochs - 1.0, 0.0) ** overfit.rho * 1e9**overfit.gamma / unique**overfit.kappa + 0.0 * parameters

    monkeypatch.setattr(scaling_laws, "overfit_nats", blind)
    assert any("refit with overfitting" in line for line in failed(scaling.cases()))


def test_the_constants_of_repeats_are_those_of_a_fit_on_the_open_runs():
    rows = case_folder.CaseFolder().rows("scaling/repeated_data_runs.csv")
    columns = [np.array([float(r[name]) for r in rows]) for name in ("params", "unique_tokens", "epochs", "val_loss")]
    ours, again = scaling_laws.FITS["repeated_runs"], scaling_fit.fit_repeats(*columns)
    kept = [(f.a, f.b, f.e, f.alpha, f.beta, *astuple(f.overfit)) for f in (ours, again)]
    assert kept[0] == pytest.approx(kept[1], rel=1e-3)


def test_the_stream_is_scored_and_gates_on_its_tokens_alone():
    rows = stream.cases()
    assert len([r for r in rows if "event" in r["case"] or r["case"].startswith("Bluesky")]) == 5
    assert {r["case"] for r in rows if r["gating"]} == {"tokens of posts from their sizes"}
    assert failed(rows) == []
