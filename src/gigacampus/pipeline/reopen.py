"""Open a finished run again at the door of one stage: what that stage saw in the reference world."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.pipeline.inputs import Inputs, pick
from gigacampus.pipeline.run import WORLD_READS, coordinates
from gigacampus.pipeline.stages import BY_NAME
from gigacampus.results.variables import REGISTRY
from gigacampus.scenario.plan import plan, world_scenario
from gigacampus.scenario.schema import Scenario


def reopened(result: Any, stage: str) -> tuple[Inputs, dict[str, np.ndarray]]:
    """Inputs and upstream arrays of a world stage in the reference world, from a result in memory or read from its folder."""
    scenario = Scenario.model_validate(result.scenario)
    reference = world_scenario(scenario, plan(scenario, WORLD_READS), 0)
    row = BY_NAME[stage]
    up = {name: result.reference(name) for name in result.names() if REGISTRY[name].stage in row.needs}
    return Inputs(pick(reference, row.reads), coordinates(scenario)), up
