"""The worked example's campuses, read from their part file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from gigacampus.registry.stage_inputs import Inputs
from gigacampus.schema.scenario import Scenario

from .cases import ROOT, inputs_of, with_library


@pytest.fixture(scope="session")
def memphis() -> Any:
    """The worked example's campuses from a start month; returns a function of (start, months)."""
    part = YAML(typ="safe").load(ROOT / "scenarios" / "parts" / "campuses_xai_2026_01.yaml")

    def build(start: date, months: int, *, quantile: float = 0.5, substation_slip: float = 0.0) -> Inputs:
        for campus in part["campuses"].values():
            campus["schedule"]["construction_slip_quantile"] = quantile
        part["campuses"]["colossus_1"]["blocks"]["substation_22"]["slip_days"] = substation_slip
        tree = {
            "title": "Memphis",
            "as_of": date(2026, 1, 16),
            "horizon": {"start": start, "months": months},
            **{k: v for k, v in part.items() if k != "uncertainty"},
        }
        return inputs_of(Scenario.model_validate(with_library(tree)))

    return build
