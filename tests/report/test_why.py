"""What stands behind a figure: its stages in order, what they read, and where that comes from."""

from __future__ import annotations

from gigacampus.registry.stages import STAGES
from gigacampus.report import figures, why
from tests.report.synthetic import SyntheticResult


def test_the_chain_holds_every_stage_before_the_figure_in_order():
    parts = why.chain(SyntheticResult(worlds=3, draws=4), ("noise",))
    steps = [line.split(" ")[0] for line in parts[0]["lines"]]
    order = [s.name for s in STAGES]
    assert steps[-1] == "noise" and "dispatch" in steps and "company" not in steps
    assert steps == sorted(steps, key=order.index)
    assert "campuses.*" in parts[0]["lines"][0]


def test_the_inputs_of_the_path_alone_are_counted():
    result = SyntheticResult(worlds=3, draws=4)
    row = {"value": 1.0, "unit": "1", "source": "", "known_from": "", "confidence": "assumed"}
    result.manifest["provenance"] = [
        {**row, "path": "a", "stages": ["noise"]},
        {**row, "path": "b", "stages": ["dispatch"], "confidence": "seen"},
        {**row, "path": "c", "stages": ["company"]},
    ]
    told = " ".join(line for part in why.chain(result, ("noise",)) for line in part["lines"])
    assert "2 cited inputs, 50 % of them assumed or recalled" in told


def test_every_figure_of_the_report_has_a_chain():
    for figure in figures.ALL:
        stages = why.stages_of_variables(figure.needs) or ("company",)
        assert why.key_of(stages), figure.name
