"""The worked example's subtrees of compute, products and red lines: valid, centred, and of their day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from gigacampus.foundation.calendar import Months
from gigacampus.products import products_stage, red_lines_stage
from gigacampus.schema.compute import ComputeSpec
from gigacampus.schema.products import ProductsSpec, RedLinesSpec
from gigacampus.schema.uncertainty import Distribution

PART = Path(__file__).resolve().parents[2] / "scenarios" / "parts" / "products_xai_2026_01.yaml"
TREE = YAML(typ="safe", pure=True).load(PART.read_text(encoding="utf-8"))
MODELS = {"compute": ComputeSpec, "products": ProductsSpec, "red_lines": RedLinesSpec}
LATER = {350e6, 550e6, 117e6, 6.3e6, 4.4e6, 1.8e6, 4.6e6, 600e3, 3.201e9, 3.2e9}
"""Figures that became public after the day of the scenario."""


@pytest.fixture(scope="module")
def built():
    return SimpleNamespace(**{key: model(**TREE[key]) for key, model in MODELS.items()})


def at(root, path):
    for name in path.split("."):
        root = getattr(root, name)
    return root


def test_uncertain_paths_exist_and_are_centred_on_their_values(built):
    for path, law in TREE["uncertainty"].items():
        median = TypeAdapter(Distribution).validate_python(law).median()
        assert at(built, path) == pytest.approx(median, rel=0.01), path


def leaves(node):
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in leaves(value)]
    return [leaf for value in node for leaf in leaves(value)] if isinstance(node, list) else [node]


def test_no_figure_of_a_later_day_is_used():
    numbers = {float(v) for key in MODELS for v in leaves(TREE[key]) if isinstance(v, (int, float)) and not isinstance(v, bool)}
    assert not numbers & LATER


def test_the_part_runs_and_reproduces_its_own_observer(built):
    inputs = SimpleNamespace(tree=built, at=SimpleNamespace(months=Months(date(2025, 1, 1), 72)))
    out = products_stage.run(inputs, {})
    up = {"image_outputs_per_day": np.full(72, built.products.images.per_day)}
    january = 12
    assert out["chat_users"][8] == pytest.approx(64e6, rel=0.02)
    assert out["image_outputs_per_day"][january] == pytest.approx(303_000)
    red = red_lines_stage.run(inputs, up)
    truth = red["violating_outputs_per_min"][0]
    seen = red_lines_stage.seen_by_observers(built.red_lines, truth)
    assert seen["account"] == pytest.approx(6700 / 60, rel=0.01)
    assert seen["stream_sample"] == pytest.approx(1.0, rel=0.02)
    assert red["violating_outputs_per_min"][january + 1] < 0.2 * truth
