"""A finished run with some inputs changed: the reference world's stages that the change reaches, and a few futures of the books."""

from __future__ import annotations

import fnmatch
import importlib
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gigacampus.company import stage as company_stage
from gigacampus.company.analysis.metrics import runway
from gigacampus.company.analysis.per_draw_outputs import runway_if
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.simulate import simulate
from gigacampus.foundation.errors import refuse
from gigacampus.pipeline.run import coordinates
from gigacampus.registry.stage_inputs import Inputs, pick
from gigacampus.registry.stages import BY_NAME, STAGES, Stage, with_needed
from gigacampus.registry.variables import REGISTRY
from gigacampus.rerun.reopen import plan_of, reference_scenario, scenario_of
from gigacampus.results.result import Result, sample_axis
from gigacampus.scenario.plan import reference_world
from gigacampus.schema.scenario import Scenario

FUTURES = 4
"""Futures of the books that are simulated, spread over the run's own; before and after the same."""
Change = Mapping[str, Mapping[str, Any]]
"""``set``: path -> value; ``times``: path -> factor. A ``*`` in a path stands for any part of one level."""


def paths_of(result: Result, change: Change) -> dict[str, Any]:
    """Value of every input that a change names, in the run's scenario; a path that the scenario does not hold is refused."""
    out: dict[str, Any] = {}
    reference = reference_scenario(result)
    for kind, rows in change.items():
        for pattern, amount in rows.items():
            found = _matching(reference, pattern.split("."))
            if not found:
                raise refuse(f"this scenario has no {pattern}", path=pattern, fix="change something that the scenario holds")
            out |= {path: amount if kind == "set" else float(value) * float(amount) for path, value in found.items()}
    return out


def _matching(tree: Any, parts: list[str]) -> dict[str, Any]:
    """Values at the paths of a typed scenario that a pattern names."""
    head, *rest = parts
    if isinstance(tree, Mapping):
        names = [key for key in tree if fnmatch.fnmatchcase(str(key), head)]
        below = {str(key): tree[key] for key in names}
    else:
        below = {head: getattr(tree, head)} if hasattr(tree, head) else {}
    if not rest:
        return below
    return {f"{key}.{path}": value for key, child in below.items() for path, value in _matching(child, rest).items()}


def changed_run(result: Result, values: Mapping[str, Any], variables: tuple[str, ...]) -> Result:
    """``variables`` in the reference world and in a few futures of the books with inputs at ``values``; none changed: as the run has them.

    Stages that the change does not reach keep their stored arrays; neighbours' stages run only where a variable asks for them.
    """
    scenario, before = _scenario(result, values), reference_scenario(result)
    stages = {REGISTRY[name].stage for name in variables}
    needed = [s for s in STAGES if s.name in with_needed(stages)]
    arrays = {name: result.reference(name) for name in result.names() if sample_axis(REGISTRY[name]) != "draw"}
    moved: set[str] = set()
    for row in needed:
        if row.scope == "world" and (moved & set(row.needs) or pick(scenario, row.sees) != pick(before, row.sees)):
            given = dict(importlib.import_module(row.module).run(Inputs(pick(scenario, row.sees), coordinates(scenario)), arrays))
            if any(not np.array_equal(given[n], arrays[n], equal_nan=True) for n in given if n in arrays):
                moved.add(row.name)
            arrays |= given
    out = {n: a[None] if sample_axis(REGISTRY[n]) == "world" else a for n, a in arrays.items()}
    if "company" in stages:
        alone = any(name.startswith("runway") for name in variables)
        out |= _books(result, scenario, out, set(values), alone=alone) if values else _own_books(result, scenario, out, alone=alone)
    return Result(result.manifest, result.coords, result.scenario, out, files=result.files)


def _scenario(result: Result, values: Mapping[str, Any]) -> Scenario:
    """World 0 of the run with inputs at ``values``, which then are no longer uncertain."""
    if not values:
        return reference_scenario(result)
    plain = scenario_of(result).model_dump(mode="python", exclude_unset=True)
    plain["uncertainty"] = {p: spec for p, spec in plain.get("uncertainty", {}).items() if p not in values}
    plain["correlations"] = [c for c in plain.get("correlations", []) if not {c["a"], c["b"]} & set(values)]
    for path, value in values.items():
        _put(plain, path.split("."), value)
    try:
        scenario = Scenario.model_validate(plain)
    except ValueError as error:
        raise refuse(f"the change leaves what its input may be: {error}", fix="change it by less") from error
    return reference_world(scenario)


def _put(tree: dict[str, Any], parts: list[str], value: Any) -> None:
    """Write a leaf of nested mappings, making the branches that lead to it."""
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
    tree[parts[-1]] = value


_OWN: WeakKeyDictionary[Result, dict[bool, dict[str, np.ndarray]]] = WeakKeyDictionary()


def _own_books(result: Result, scenario: Scenario, up: Mapping[str, np.ndarray], *, alone: bool) -> dict[str, np.ndarray]:
    """The books without a change; simulated once for each result."""
    kept = _OWN.setdefault(result, {})
    if alone not in kept:
        kept[alone] = _books(result, scenario, up, set(), alone=alone)
    return kept[alone]


def _books(result: Result, scenario: Scenario, up: Mapping[str, np.ndarray], changed: set[str], *, alone: bool) -> dict[str, np.ndarray]:
    """Monthly series (draw, month) of a few of the run's futures on the reference world; with ``alone`` their months of runway too."""
    row: Stage = BY_NAME["company"]
    inputs = Inputs(pick(scenario, row.reads), coordinates(scenario))
    laid = plan_of(result)
    chosen = np.unique(np.linspace(0, laid.world_of_draw.size - 1, FUTURES).round().astype(int))
    draws = {path: values[chosen] for path, values in laid.by_draw(row.reads).items() if path not in changed}
    world, every = np.zeros(chosen.size, dtype=int), slice(0, chosen.size)
    bound, drivers = company_stage.prepare(inputs, up, stack(up), stock_cost(inputs, up), world, draws, every)
    series, _ = simulate(bound, drivers)
    series = {name: values for name, values in series.items() if name in REGISTRY and REGISTRY[name].dims == ("draw", "month")}
    out = {name: np.ascontiguousarray(np.moveaxis(values, -1, 0)) for name, values in series.items()}
    if not alone:
        return out
    lean, _ = simulate(bound, drivers, may_raise=False, lean=True)
    floor, arrears = bound.company.cash_floor_usd, lean["arrears_usd"]
    out["runway_month"] = runway(lean["cash_usd"], floor=floor, arrears=arrears, after=drivers.as_of)
    return out | {"runway_if_month": runway_if(bound, drivers, lean)}
