"""The worked example's noise blocks fit the input model, and their uncertain paths exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from gigacampus.schema.noise import NoiseSpec

ROOT = Path(__file__).resolve().parents[3]
TREE = YAML(typ="safe", pure=True).load((ROOT / "scenarios" / "parts" / "noise_xai_2026_01.yaml").read_text(encoding="utf-8"))
BUILT = {key: NoiseSpec(**campus["noise"]) for key, campus in TREE["campuses"].items()}


@pytest.mark.parametrize("path", TREE["uncertainty"])
def test_uncertain_paths_exist_and_hold_the_scenario_value(path):
    _, campus, _, *names = path.split(".")
    value = BUILT[campus]
    for name in names:
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    law = TREE["uncertainty"][path]
    assert law["low"] <= value <= law["high"]


def test_placements_name_blocks_of_the_campus():
    parts = YAML(typ="safe", pure=True).load((ROOT / "scenarios" / "parts" / "campuses_xai_2026_01.yaml").read_text(encoding="utf-8"))
    for key, noise in BUILT.items():
        assert set(noise.placements) <= set(parts["campuses"][key]["blocks"])
