"""`gigacampus layouts`, as its users call it."""

from __future__ import annotations

import json

import pytest

from gigacampus.answers.layouts import best_layouts
from gigacampus.cli.layouts import lines
from gigacampus.foundation.errors import ScenarioError

ASKED = {"accelerators": 64, "on": "h100", "best": 3, "batch_tokens": 2e6}
RELIED_ON = {"tp", "pp", "cp", "ep", "dp", "micro_batch", "recompute", "step_s", "mfu", "memory_gb"}


@pytest.fixture(scope="module")
def found():
    return best_layouts("dense_70b_generic", **ASKED)


def test_the_keys_that_others_rely_on(found):
    told = json.loads(json.dumps(found))
    assert {"evaluated", "pruned", "seconds", "fits", "layouts"} <= set(told)
    assert told["fits"] and len(told["layouts"]) == 3 and all(set(row) >= RELIED_ON for row in told["layouts"])
    assert all(row["memory_gb"] <= 80.0 and 0.0 < row["mfu"] < 1.0 for row in told["layouts"])


def test_the_table_shows_the_best_and_the_front(found):
    text = "\n".join(lines(found))
    assert "layouts timed" in text and "Pareto front" in text and f"{found['layouts'][0]['step_s']:.3f}" in text


def test_utilisation_is_over_the_peak_of_the_format_in_use(found):
    eight = best_layouts("dense_70b_generic", **{**ASKED, "best": 1}, bits=8)
    own, other = found["layouts"][0], eight["layouts"][0]
    assert other["step_s"] < own["step_s"]
    faster = 1979.0 / 989.5
    assert other["mfu"] * other["step_s"] * faster == pytest.approx(own["mfu"] * own["step_s"], rel=1e-3)


def test_a_model_that_fits_nowhere_is_told_what_it_needs():
    found = best_layouts("moe_trillion_generic", accelerators=8, on="h100", best=3)
    assert not found["fits"] and found["layouts"] == [] and "GB on one accelerator of 80 GB" in found["reason"]
    assert "No layout fits" in "\n".join(lines(found))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": "lama_3_1_405b"}, "llama_3_1_405b"),
        ({"on": "h10"}, "h100"),
        ({"accelerators": 0}, "a whole number from 1"),
        ({"bits": 4}, "8 or 16"),
        ({"bits": 8, "on": "tpu_v5p"}, "no 8-bit products"),
        ({"batch_tokens": 100.0}, "holds no sequence"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(change, words):
    with pytest.raises(ScenarioError) as refused:
        best_layouts(**{"model": "dense_70b_generic", **ASKED, **change})
    assert words in str(refused.value)


@pytest.mark.parametrize("flag", ["batch_tokens", "sequence_tokens"])
@pytest.mark.parametrize("tokens", [float("nan"), float("inf"), 0.0, -5.0])
def test_what_is_no_number_of_tokens_is_refused_by_its_flag(flag, tokens):
    with pytest.raises(ScenarioError, match="from 1") as refused:
        best_layouts("dense_70b_generic", **{**ASKED, flag: tokens})
    assert refused.value.findings[0].path == "--" + flag.replace("_", "-")
