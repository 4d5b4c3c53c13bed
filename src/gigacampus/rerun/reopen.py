"""Open a finished run again at the door of one stage: what that stage saw in the reference world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from pydantic import BaseModel, ValidationError

from gigacampus.foundation.errors import refuse
from gigacampus.pipeline.run import WORLD_READS, coordinates
from gigacampus.registry.stage_inputs import Inputs, pick
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario.plan import Plan, plan, world_scenario
from gigacampus.schema.scenario import Scenario

Spec = TypeVar("Spec", bound=BaseModel)


def scenario_of(result: Any) -> Scenario:
    """The typed scenario of a result, with the files it names where they lie now: beside the scenario, or in the run folder."""
    return typed_part(Scenario, with_files(result.scenario, result.files))


def with_files(tree: Any, files: Mapping[str, Any]) -> Any:
    """A scenario as plain data, in which each input of ``files`` names its file where it lies now."""
    for path, file in files.items():
        tree = with_value(tree, path.split("."), str(file))
    return tree


def typed_part(spec: type[Spec], tree: Any) -> Spec:
    """A part of a run's scenario as its spec. Raises ``ScenarioError`` where a run of another version holds other fields."""
    try:
        return spec.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise refuse(
            f"the run was computed by another version of gigacampus, whose inputs were others: {first['msg']}",
            path=where,
            fix="compute it anew with this version: gigacampus run SCENARIO",
        ) from None


def with_value(tree: Any, parts: list[str], value: Any) -> Any:
    """A copy of nested mappings and lists in which one leaf is another."""
    if not parts:
        return value
    if isinstance(tree, list):
        at = int(parts[0])
        return [*tree[:at], with_value(tree[at], parts[1:], value), *tree[at + 1 :]]
    return {**tree, parts[0]: with_value(tree[parts[0]], parts[1:], value)}


@dataclass(frozen=True)
class Draws:
    """What the stage that sees all draws saw."""

    inputs: Inputs
    up: dict[str, np.ndarray]
    """Upstream arrays by world."""
    scenario: Scenario
    plan: Plan
    sampled: dict[str, np.ndarray]
    """Values by draw of the uncertain inputs that the stage reads."""


def reopened_draws(result: Any, stage: str) -> Draws:
    """Inputs in the reference world, upstream arrays by world and the plan of the stage that sees all draws."""
    (scenario, laid), row = _laid_out(result), BY_NAME[stage]
    up = {n: result.array(n) for n in result.names() if REGISTRY[n].stage in row.needs and "hour" not in REGISTRY[n].dims}
    inputs = Inputs(pick(reference_scenario(result), row.reads), coordinates(scenario))
    return Draws(inputs, up, scenario, laid, laid.by_draw(row.reads))


_LAID_OUT: WeakKeyDictionary[Any, tuple[Scenario, Plan]] = WeakKeyDictionary()
_REFERENCE: WeakKeyDictionary[Any, Scenario] = WeakKeyDictionary()


def _laid_out(result: Any) -> tuple[Scenario, Plan]:
    """The typed scenario of a result and its plan; made once for each result."""
    if result not in _LAID_OUT:
        scenario = scenario_of(result)
        _LAID_OUT[result] = scenario, plan(scenario, WORLD_READS)
    return _LAID_OUT[result]


def plan_of(result: Any) -> Plan:
    """The sampling plan of a result."""
    return _laid_out(result)[1]


def reference_scenario(result: Any) -> Scenario:
    """The scenario of world 0: every uncertain input at its median; made once for each result."""
    if result not in _REFERENCE:
        _REFERENCE[result] = world_scenario(*_laid_out(result), 0)
    return _REFERENCE[result]


def reopened(result: Any, stage: str) -> tuple[Inputs, dict[str, np.ndarray]]:
    """Inputs and upstream arrays of a world stage in the reference world, from a result in memory or read from its folder."""
    reference = reference_scenario(result)
    row = BY_NAME[stage]
    up = {name: result.reference(name) for name in result.names() if REGISTRY[name].stage in row.needs}
    return Inputs(pick(reference, row.sees), coordinates(reference)), up
