"""Names decide, places in the file do not: a scenario whose mappings are written the other way round gives the same figures."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from gigacampus.pipeline.run import Outcome, run
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario.document import load
from gigacampus.schema.scenario import Scenario
from tests.pipeline.test_closed_months import EVERYTHING

ORDERED = ("phases",)
"""Mappings whose order is their meaning: each phase extends those before it."""
LISTS = ("flows", "events", "controls", "announced", "stops")
"""Lists of things that each have their own day or name."""
ROUNDING = {"ledger_residual_usd": "what sums leave in the last digits, far below a cent"}


def turned(node: Any, name: str = "") -> Any:
    """Plain data with every mapping and dated list the other way round."""
    if isinstance(node, dict):
        keys = list(node) if name in ORDERED else list(node)[::-1]
        return {key: turned(node[key], key) for key in keys}
    if isinstance(node, list):
        return [turned(item, name) for item in (node[::-1] if name in LISTS else node)]
    return node


def laid_like(outcome: Outcome, first: Outcome) -> dict[str, np.ndarray]:
    """Arrays with their named axes in the order of another outcome."""
    out = {}
    for name, values in outcome.arrays.items():
        dims = REGISTRY[name].dims
        for axis, dim in enumerate(dims, start=np.ndim(values) - len(dims)):
            mine, wanted = getattr(outcome.coords, dim, None), getattr(first.coords, dim, None)
            if isinstance(mine, tuple) and isinstance(wanted, tuple) and mine != wanted and len(mine) == values.shape[axis]:
                values = values.take([mine.index(label) for label in wanted], axis=axis)
        out[name] = values
    return out


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> dict[str, Any]:
    """Two campuses with several generators under one permit and under none, of one rating and of several."""
    path = tmp_path_factory.mktemp("order") / "order.yaml"
    path.write_text(EVERYTHING)
    found = load(path, sets=["horizon.months=18"])[0].model_dump()
    south = found["campuses"]["south"]["blocks"]
    south["permit"] |= {"limit_nox_t_per_year": 6.0}
    south["free"] = copy.deepcopy(south["turbines"]) | {"permit": "", "count": 2}
    south["second_battery"] = copy.deepcopy(south["battery"]) | {"mwh": 80.0}
    return found


def test_the_order_of_a_file_moves_no_figure(data):
    first = run(Scenario.model_validate(copy.deepcopy(data)))
    other = run(Scenario.model_validate(turned(data)))
    assert other.coords.campus == first.coords.campus[::-1]
    after = laid_like(other, first)
    moved = [
        name
        for name, values in first.arrays.items()
        if name not in ROUNDING and not np.allclose(values, after[name], rtol=1e-9, atol=1e-6, equal_nan=True)
    ]
    assert moved == []
