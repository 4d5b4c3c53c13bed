"""The worked example's subtrees of air, water and traffic fit their input models."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from gigacampus.schema.neighbours import AirSpec, TrafficSpec, WaterSpec

PART = Path(__file__).resolve().parents[2] / "scenarios" / "parts" / "neighbours_xai_2026_01.yaml"


def test_subtrees_are_valid_and_uncertain_paths_exist() -> None:
    tree = YAML(typ="safe", pure=True).load(PART.read_text(encoding="utf-8"))
    models = {"air": AirSpec, "water": WaterSpec, "traffic": TrafficSpec}
    built = {key: {area: models[area](**values) for area, values in campus.items()} for key, campus in tree["campuses"].items()}
    for path, law in tree["uncertainty"].items():
        _, key, area, name = path.split(".")
        value = getattr(built[key][area], name)
        assert law["low"] <= value <= law["high"], path
