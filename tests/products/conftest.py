"""Inputs of the product stages without a scenario file."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.schema.products import ProductsSpec, RedLinesSpec

MONTHS = Months(date(2025, 11, 1), 14)


@pytest.fixture
def make_inputs():
    """Inputs with the given products and red_lines subtrees, 14 months from November 2025."""

    def build(products: dict[str, Any] | None = None, red_lines: dict[str, Any] | None = None) -> Inputs:
        tree = SimpleNamespace(horizon=None, products=ProductsSpec(**products or {}), red_lines=RedLinesSpec(**red_lines or {}))
        at = Coordinates(campus=(), phase=1, months=MONTHS, unit=(), unit_campus=(), accelerator=(), receptor=(), receptor_campus=())
        return Inputs(tree=tree, at=at)

    return build
