"""What differs between two runs: in the inputs, path by path, and in the headline, draw against draw where both share them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import Result, quantiles, without_reference

SKIP = ("library.", "title", "description")


@dataclass(frozen=True)
class InputChange:
    """One input that differs."""

    path: str
    a: Any
    b: Any
    kind: str = "shift"
    """``shift``: another value; ``hold``: its distribution is gone; ``free``: it has one now; ``spread``: it has another one."""
    shifted: bool = True
    """Whether its middle lies elsewhere: an input held at its median is not moved."""


@dataclass(frozen=True)
class OutputChange:
    """One yearly output that differs: B minus A with its band, common random numbers where both runs share them."""

    variable: str
    title: str
    unit: str
    year: str
    a: float
    b: float
    low: float
    high: float
    paired: bool


def flatten(tree: Any, path: str = "") -> dict[str, Any]:
    """Dotted path -> scalar of plain nested data."""
    if isinstance(tree, dict):
        return {k: v for name, part in tree.items() for k, v in flatten(part, f"{path}.{name}" if path else str(name)).items()}
    if isinstance(tree, list):
        return {k: v for n, part in enumerate(tree) for k, v in flatten(part, f"{path}.{n}").items()}
    return {path: tree}


def inputs(a: Result, b: Result) -> list[InputChange]:
    """Inputs that differ, in path order."""
    left, right = flatten(_values(a.scenario)), flatten(_values(b.scenario))
    own = {p: InputChange(p, left.get(p), right.get(p)) for p in sorted(set(left) | set(right)) if not _equal(left.get(p), right.get(p))}
    own |= {change.path: change for change in _spreads(a, b)}
    return [own[path] for path in sorted(own)]


def _values(scenario: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in scenario.items() if k != "uncertainty"}


def _equal(a: Any, b: Any) -> bool:
    return a == b or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))


def _spreads(a: Result, b: Result) -> list[InputChange]:
    """Inputs whose distribution differs: held at one value, freed, or spread otherwise; a value held at its median is not moved."""
    left, right = a.scenario.get("uncertainty", {}), b.scenario.get("uncertainty", {})
    out = []
    for path in sorted(set(left) | set(right)):
        if left.get(path) == right.get(path):
            continue
        before, after = (_middle(r, path) for r in (a, b))
        kind = "hold" if path not in right else "free" if path not in left else "spread"
        out.append(InputChange(path, left.get(path, before), right.get(path, after), kind, shifted=not _close(before, after)))
    return out


def _middle(result: Result, path: str) -> Any:
    """The median of an uncertain input as the run sampled it, else the scenario's own value."""
    points = result.sampled
    if points is not None and path in points.worlds:
        return float(points.worlds[path][0])
    if points is not None and path in points.draws:
        from gigacampus.rerun.reopen import plan_of

        return plan_of(result).medians[path]
    return flatten(result.scenario).get(path)


def _close(a: Any, b: Any) -> bool:
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    return bool(np.isclose(a, b, rtol=1e-9, atol=0)) if numbers else bool(a == b)


def yearly(result: Result, name: str) -> tuple[list[str], np.ndarray]:
    """Years that the run covers whole, and (sample, year) totals of flows or December values of stocks over all places."""
    variable = REGISTRY[name]
    if "phase" in variable.dims:
        array = without_reference(result.planned(name))
    else:
        array = result.samples(name)
    array = array.reshape(array.shape[0], -1, array.shape[-1]).sum(axis=1)
    months = result.coords["month"]
    years = [y for y in dict.fromkeys(m[:4] for m in months) if sum(m.startswith(y) for m in months) == 12]
    rows = [[i for i, m in enumerate(months) if m.startswith(y)] for y in years]
    if variable.kind == "flow":
        return years, np.stack([array[:, r].sum(axis=1) for r in rows], axis=1) if rows else np.zeros((len(array), 0))
    return years, np.stack([array[:, r[-1]] for r in rows], axis=1) if rows else np.zeros((len(array), 0))


def comparable(result: Result) -> list[str]:
    """Variables that end in a month axis, cover all draws or worlds, and make sense as a sum over places."""
    additive = {"MW", "MWh", "MMBtu", "t", "USD", "FLOP", "m3", "h", "kg"}
    return [
        n
        for n in result.names()
        if REGISTRY[n].dims[-1] == "month"
        and "receptor" not in REGISTRY[n].dims
        and "unit" not in REGISTRY[n].dims
        and (REGISTRY[n].unit in additive or REGISTRY[n].dims == ("draw", "month"))
    ]


def outputs(a: Result, b: Result) -> list[OutputChange]:
    """Yearly outputs that differ between two runs, largest relative change first.

    Parameters
    ----------
    a : Result
        Run that is changed.
    b : Result
        Run that it becomes.

    Returns
    -------
    list of OutputChange
        Variable, year, median before and after in the unit of the registry, and the band of the change where draws are paired.

    Examples
    --------
    >>> from gigacampus.results.result import Result
    >>> months = [f"2026-{month:02d}" for month in range(1, 13)]
    >>> runs = [
    ...     Result({"run": {"seed": 1}}, {"month": months}, {}, {"cash_usd": np.full((2, 12), level)}) for level in (1.0, 3.0)
    ... ]
    >>> [(change.variable, change.a, change.b) for change in outputs(*runs)]
    [('cash_usd', 1.0, 3.0)]
    """
    changes = []
    for name in (n for n in comparable(a) if b.has(n)):
        years_a, left = yearly(a, name)
        years_b, right = yearly(b, name)
        for year in (y for y in years_a if y in years_b):
            x, y = left[:, years_a.index(year)], right[:, years_b.index(year)]
            paired = len(x) == len(y) and a.manifest["run"] == b.manifest["run"]
            band = quantiles(y - x) if paired else {"p10": np.nan, "p90": np.nan}
            before, after = float(np.median(x)), float(np.median(y))
            if not _same(x, y, paired):
                changes.append(
                    OutputChange(
                        name, REGISTRY[name].title, REGISTRY[name].unit, year, before, after, float(band["p10"]), float(band["p90"]), paired
                    )
                )
    return sorted(changes, key=lambda c: -abs(c.b - c.a) / (abs(c.a) + abs(c.b) + 1e-300))


def _same(x: np.ndarray, y: np.ndarray, paired: bool) -> bool:
    """Whether two samples of an output are the same; what is never in both is no difference."""
    if paired:
        return bool(np.array_equal(x, y, equal_nan=True))
    return bool(np.isclose(np.median(x), np.median(y), rtol=1e-9, atol=0, equal_nan=True))


def headlines(a: Result, b: Result) -> list[dict[str, Any]]:
    """Headline rows of both runs side by side."""
    right = {row["id"]: row for row in b.manifest["headline"]}
    return [
        {
            "id": row["id"],
            "title": row["title"],
            "a": row["text"],
            "b": right.get(row["id"], {}).get("text", "not in B"),
            "differs": row["text"] != right.get(row["id"], {}).get("text"),
        }
        for row in a.manifest["headline"]
    ]
