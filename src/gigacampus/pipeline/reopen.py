"""Open a finished run again at the door of one stage: what that stage saw in the reference world."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from gigacampus.pipeline.inputs import Inputs, pick
from gigacampus.pipeline.run import WORLD_READS, coordinates
from gigacampus.pipeline.stages import BY_NAME
from gigacampus.results.variables import REGISTRY
from gigacampus.scenario.plan import plan, world_scenario
from gigacampus.scenario.schema import Scenario


def scenario_of(result: Any) -> Scenario:
    """The typed scenario of a result, with the files it names where they lie now: beside the scenario, or in the run folder."""
    tree = result.scenario
    for path, file in result.files.items():
        tree = _with_value(tree, path.split("."), str(file))
    return Scenario.model_validate(tree)


def _with_value(tree: Any, parts: list[str], value: str) -> Any:
    """A copy of nested mappings and lists in which one leaf is another."""
    if not parts:
        return value
    if isinstance(tree, list):
        at = int(parts[0])
        return [*tree[:at], _with_value(tree[at], parts[1:], value), *tree[at + 1:]]
    return {**tree, parts[0]: _with_value(tree[parts[0]], parts[1:], value)}


def reopened_draws(result: Any, stage: str) -> tuple[Inputs, dict[str, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    """Inputs, upstream arrays by world, world of each draw and sampled values of the stage that sees all draws."""
    scenario = scenario_of(result)
    sampling, row = plan(scenario, WORLD_READS), BY_NAME[stage]
    up = {name: result.array(name) for name in result.names() if REGISTRY[name].stage in row.needs}
    reference = reference_scenario(result)
    return Inputs(pick(reference, row.reads), coordinates(scenario)), up, sampling.world_of_draw, dict(sampling.by_draw(row.reads))


_REFERENCE: WeakKeyDictionary[Any, Scenario] = WeakKeyDictionary()


def reference_scenario(result: Any) -> Scenario:
    """The scenario of world 0: every uncertain input at its median; made once for each result."""
    if result not in _REFERENCE:
        scenario = scenario_of(result)
        _REFERENCE[result] = world_scenario(scenario, plan(scenario, WORLD_READS), 0)
    return _REFERENCE[result]


def reopened(result: Any, stage: str) -> tuple[Inputs, dict[str, np.ndarray]]:
    """Inputs and upstream arrays of a world stage in the reference world, from a result in memory or read from its folder."""
    reference = reference_scenario(result)
    row = BY_NAME[stage]
    up = {name: result.reference(name) for name in result.names() if REGISTRY[name].stage in row.needs}
    return Inputs(pick(reference, row.reads), coordinates(reference)), up
