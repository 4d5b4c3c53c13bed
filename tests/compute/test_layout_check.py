"""A scenario whose training layout does not fit is told so, with the nearest layout that fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gigacampus import api
from gigacampus.compute.layout_check import layouts_that_do_not_fit
from gigacampus.foundation.errors import ScenarioError
from gigacampus.scenario.document import load
from gigacampus.scenario.templates import starter

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def told(name: str, *sets: str) -> list[str]:
    scenario, _ = load(SCENARIOS / name, sets=sets)
    return list(layouts_that_do_not_fit(scenario.compute, scenario.library, scenario.campuses))


@pytest.mark.parametrize(
    "name", ["gas-campus.yaml", "xai-2024-04.yaml", "xai-2026-01.yaml", "xai-2026-09.yaml", "peers/council_bluffs.yaml"]
)
def test_the_shipped_layouts_fit_the_accelerators_that_they_run_on(name):
    assert told(name) == []


def test_one_that_does_not_fit_is_told_for_each_accelerator_and_the_layout_named_fits():
    said = told("xai-2026-01.yaml", "compute.layout.context=1", "compute.layout.sharding=optimiser")
    assert said and all("compute.layout" in text and "the fastest that fits" in text for text in said)
    assert any("of 80 GB" in text for text in said) and not any("GB300" in text for text in said)
    fits = dict(re.findall(r"(\w+): (\w+)", said[0].partition("that fits: ")[2]))
    assert told("xai-2026-01.yaml", *(f"compute.layout.{key}={value}" for key, value in fits.items())) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("compute.layout.tensor=7", "compute.layout.tensor: 7 does not divide"),
        ("compute.layout.context=3", "compute.layout.context: 3 does not divide"),
        ("compute.layout.pipeline=250", "are more than the"),
    ],
)
def test_a_degree_that_divides_nothing_is_told_with_the_nearest_that_does(change, words):
    said = next(text for text in told("xai-2026-01.yaml", change) if words in text)
    near = said.rpartition(": ")[2]
    assert not any("does not divide" in t or "are more than" in t for t in told("xai-2026-01.yaml", f"{change.partition('=')[0]}={near}"))


def test_a_run_with_a_stated_layout_that_does_not_fit_is_refused_with_the_nearest(tmp_path):
    path = tmp_path / "wide.yaml"
    path.write_text(starter("grid", "Wide") + "\ncompute: {layout: {tensor: 1, pipeline: 1, sharding: none}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        api.first(path, ("run.worlds=1", "run.draws=1"))
    said = str(refused.value)
    assert "wide.yaml" in said and "GB on one" in said and "the fastest that fits" in said


def test_a_given_utilisation_needs_no_layout():
    assert told("xai-2026-01.yaml", "compute.layout.context=1", "compute.layout.sharding=optimiser", "compute.mfu_frac=0.4") == []
