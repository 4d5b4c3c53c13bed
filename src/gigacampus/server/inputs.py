"""The inputs that the live page lets a reader move: a scenario's uncertain numbers with unit, band and default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gigacampus.scenario.composed import Document
from gigacampus.schema.field_docs import said_of
from gigacampus.schema.fields import bare_name, below, slot_at
from gigacampus.schema.scenario import Scenario
from gigacampus.schema.uncertainty import Lognormal
from gigacampus.server.levers import AREAS, EACH, chosen, named

HANDFUL = EACH * len(AREAS)
"""Levers that are shown first, at most."""


def sliders(scenario: Scenario, document: Document, strongest: Iterable[str] = ()) -> list[dict[str, Any]]:
    """One row for each uncertain input, in the order of the scenario; ``lead`` marks the handful that is shown first.

    ``low`` and ``high`` end the slider, ``floor`` and ``ceiling`` the field; ``default`` is the median.
    """
    data = document.resolved()
    rows = [_slider(path, spread, data) for path, spread in scenario.uncertainty.items()]
    leads = chosen([row["path"] for row in rows], strongest)
    return [{**row, "lead": row["path"] in leads} for row in rows]


def _slider(path: str, spread: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    parts = path.split(".")
    slot = slot_at(Scenario, parts, data)
    low, high = spread.support()
    p10, p90 = (float(v) for v in spread.quantile(np.array([0.1, 0.9])))
    floor, ceiling = slot.bounds if slot is not None else (low, high)
    area, words = named(path)
    unit = "" if slot is None or slot.unit == "1" else slot.unit
    return {
        "path": path,
        "name": bare_name(parts[-1], unit),
        "place": ", ".join(parts[:-1]).replace("_", " "),
        "about": _about(parts, data),
        "unit": unit,
        "default": spread.median(),
        "p10": p10,
        "p90": p90,
        "low": low,
        "high": high,
        "floor": max(floor, -1e30),
        "ceiling": min(ceiling, 1e30),
        "whole": slot is not None and float not in slot.choices,
        "scaled": isinstance(spread, Lognormal),
        "area": area,
        "words": words,
    }


def _about(parts: list[str], data: Any) -> str:
    """First line of what the schema says of the field at a path."""
    owner = slot_at(Scenario, parts[:-1], data)
    for part in parts[:-1]:
        data = below(data, part)
    for model in owner.models(data) if owner is not None else []:
        if said := said_of(model).get(parts[-1]):
            return said.split("\n")[0]
    return ""


def strongest(answers: Iterable[Mapping[str, Any]]) -> list[str]:
    """Inputs that move a run's answers, by their largest rank correlation with any of them.

    >>> strongest([{"drivers": [{"input": "a", "rank_correlation": -0.2}, {"input": "b", "rank_correlation": 0.9}]}])
    ['b', 'a']
    """
    best: dict[str, float] = {}
    for answer in answers:
        for row in answer.get("drivers", []):
            best[row["input"]] = max(best.get(row["input"], 0.0), abs(row["rank_correlation"] or 0.0))
    return sorted(best, key=lambda path: (-best[path], path))
