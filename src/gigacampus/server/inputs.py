"""The inputs that the live page lets a reader move: a scenario's numbers with unit, default, and band or range."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gigacampus.scenario.composed import Document
from gigacampus.schema.field_docs import said_of
from gigacampus.schema.fields import bare_name, below, slot_at
from gigacampus.schema.scenario import Scenario
from gigacampus.schema.uncertainty import Lognormal
from gigacampus.server.levers import AREAS, EACH, chosen, named, own_words

HANDFUL = EACH * len(AREAS)
"""Levers that are shown first, at most."""


NOT_MOVED = ("run", "uncertainty", "correlations", "copula", "goals", "baseline", "horizon")
"""Parts of a scenario that say how it is computed, not what it is."""
REACH_FRAC = 0.3
"""Half the range of a certain input, over its value."""
REACH_OF_NONE = {"day": 180.0}
"""Half the range of a certain input that stands at 0, by its unit."""
NO_RANGE = ("lat", "lon")
"""Numbers of which a share is no step."""


def sliders(scenario: Scenario, document: Document, strongest: Iterable[str] = ()) -> list[dict[str, Any]]:
    """One row for each number, the uncertain ones first and in the scenario's order; ``lead`` marks the handful that is shown first.

    ``low`` and ``high`` end the slider, ``floor`` and ``ceiling`` the field; ``default`` is the median.
    """
    data = document.resolved()
    spread = [_slider(path, spread, data) for path, spread in scenario.uncertainty.items()]
    held = [row for path, value in numbers(data) if path not in scenario.uncertainty and (row := _certain(path, value, data))]
    leads = chosen(
        [row["path"] for row in spread],
        strongest,
        [row["path"] for row in held if row["low"] < row["high"] and not idle(row["path"], data)],
    )
    return [{**row, "lead": row["path"] in leads} for row in (*spread, *held)]


def idle(path: str, data: Mapping[str, Any]) -> bool:
    """Whether an input surely moves nothing, since the scenario has no part that it acts on.

    >>> campus = {"blocks": {"grid": {"kind": "grid_tranche"}}}
    >>> idle("market.gas_usd_per_mmbtu", {"campuses": {"first": campus}}), idle("company.opening_cash_usd", {})
    (True, False)
    """
    if path == "market.gas_usd_per_mmbtu":
        blocks = (block for campus in data.get("campuses", {}).values() for block in campus.get("blocks", {}).values())
        return all(block.get("kind") != "generators" for block in blocks)
    rental = data.get("company", {}).get("revenue", {}).get("rental", {})
    return path.startswith("company.revenue.rental.") and not rental.get("tenants")


def certain(document: Document, path: str) -> dict[str, Any] | None:
    """The row of one number that a scenario holds certain; None where there is none."""
    data = document.resolved()
    value = next((v for known, v in numbers(data) if known == path), None)
    return None if value is None else _certain(path, value, data)


def numbers(data: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Path and value of every number in a resolved scenario, those in lists left out."""
    for key, value in data.items():
        if key not in NOT_MOVED:
            yield from _below(str(key), value)


def _below(path: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _below(f"{path}.{key}", inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


def _slider(path: str, spread: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    p10, p90 = (float(v) for v in spread.quantile(np.array([0.1, 0.9])))
    low, high = spread.support()
    row = {"default": spread.median(), "p10": p10, "p90": p90, "low": low, "high": high}
    return {**_named(path, data, low, high), **row, "scaled": isinstance(spread, Lognormal), "certain": False}


def _certain(path: str, value: float, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """A number without spread: its range is a share of its value; if it is 0, all that a share can be, or some months of days."""
    slot = slot_at(Scenario, path.split("."), data)
    if slot is None or not slot.is_scalar:
        return None
    row = _named(path, data, -math.inf, math.inf)
    bounds = row["floor"], row["ceiling"]
    low, high = sorted((value * (1.0 - REACH_FRAC), value * (1.0 + REACH_FRAC)))
    if value == 0.0:
        reach = REACH_OF_NONE.get(row["unit"], 0.0)
        low, high = bounds if max(map(abs, bounds)) <= 1.0 else (0.0 - reach, reach)
    low, high = max(low, bounds[0]), min(high, bounds[1])
    if row["whole"]:
        low, high = math.floor(low), math.ceil(high)
    if path.rpartition(".")[2] in NO_RANGE or not all(slot.holds(end) for end in (low, high)):
        low = high = value
    ends = {"default": value, "p10": value, "p90": value, "low": low, "high": high}
    return {**row, **ends, "scaled": False, "certain": True}


OPEN = 1e30
"""Bound of a field that states none."""


def _named(path: str, data: Mapping[str, Any], low: float, high: float) -> dict[str, Any]:
    """What an input is called, its unit, and the bounds of its field (``low`` and ``high`` where the field is not known)."""
    parts = path.split(".")
    slot = slot_at(Scenario, parts, data)
    floor, ceiling = slot.bounds if slot is not None else (low, high)
    unit = "" if slot is None or slot.unit == "1" else slot.unit
    return {
        "path": path,
        "name": bare_name(parts[-1], unit),
        "place": ", ".join(parts[:-1]).replace("_", " "),
        "about": _about(parts, data),
        "unit": unit,
        "floor": max(floor, -OPEN),
        "ceiling": min(ceiling, OPEN),
        "whole": slot is not None and float not in slot.choices,
        "area": named(path)[0],
        "words": own_words(path),
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
