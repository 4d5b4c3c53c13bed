"""A noise method and a question are one file and one row: both made up, run to the report, and gone again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.answers.answer import Answer, Question, questions
from gigacampus.answers.figures import figure
from gigacampus.answers.runner import ask
from gigacampus.foundation.errors import ScenarioError
from gigacampus.registry.kinds import NOISE_METHODS, NoiseMethod

ROOT = Path(__file__).parents[3]
METHOD = NoiseMethod("spherical_spreading", "Spherical spreading alone", module="spherical_spreading", edition=2026)
QUESTION = Question("Q99", "Does the made-up question reach the report?", module=__name__, asked_by="contributor")


def answer(result, place=None):
    """What the made-up question answers."""
    return Answer(figure("Q99", "Made-up figure", np.array([42.0]), "dBA", ("noise",)))


@pytest.fixture
def scenario(tmp_path):
    text = (ROOT / "scenarios" / "gas-campus.yaml").read_text(encoding="utf-8").replace("months: 60", "months: 9")
    receptors = "    receptors: {near: {lat: 39.9972, lon: -82.88, people: 100}}\n"
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("    power:", f"{receptors}    power:", 1), encoding="utf-8")
    return path


def test_a_made_up_method_and_question_run_to_the_report_and_leave_no_trace(scenario, tmp_path):
    sets = ("campuses.first.noise.method=spherical_spreading",)
    with NOISE_METHODS.having(METHOD), questions().having(QUESTION):
        result = api.compute(scenario, sets=sets, worlds=2, draws=2, twin=False, use_cache=False)
        folder = api.save(result, tmp_path / "runs", "x")
        plain = api.first(scenario, ("run.worlds=2", "run.draws=2"))
        night, other = (r.reference("noise_night_dba")[0, -1] for r in (result, plain))
        assert night > 30.0 and abs(night - other) > 0.5
        told = {row["id"]: row for row in result.manifest["answers"]}
        assert told["Q99"]["value"] == 42.0 and told["Q99"]["question"] == QUESTION.title
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "Made-up figure" in report
    assert "Q99" in json.dumps(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["answers"])
    assert "spherical_spreading" not in NOISE_METHODS and "Q99" not in questions()
    with pytest.raises(ScenarioError, match="iso9613_2024"):
        api.compute(scenario, sets=sets, worlds=2, draws=2, twin=False)
    with pytest.raises(ScenarioError, match="Q99"):
        ask(result, ("Q99",))


def test_every_method_and_question_has_its_module():
    for row in (*NOISE_METHODS, *questions()):
        __import__(row.module)
    assert all(callable(sys.modules[m.module].conditions) for m in NOISE_METHODS)
    assert all(callable(sys.modules[q.module].answer) for q in questions())
