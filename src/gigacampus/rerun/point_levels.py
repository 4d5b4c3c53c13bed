"""Levels at places that the run has no receptor for: a stage's own function on the stored reference world, cached like a stage."""

from __future__ import annotations

import importlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from gigacampus.foundation.calendar import Months
from gigacampus.pipeline import cache
from gigacampus.registry.stage_inputs import Coordinates, Inputs, pick
from gigacampus.registry.stages import BY_NAME
from gigacampus.registry.variables import REGISTRY
from gigacampus.rerun.reopen import reference_scenario
from gigacampus.results.result import Result, sample_axis

YEAR = 12
Points = list[tuple[str, float, float]]
"""Home campus, latitude, longitude."""
KEPT = 8
"""Computed levels that a process remembers: several answers read the same map."""
_lately: OrderedDict[str, dict[str, np.ndarray]] = OrderedDict()


def levels(
    result: Result,
    stage: str,
    points: Points,
    *,
    first: int,
    months: int = YEAR,
    change: Callable[[Any], Any] | None = None,
    units: frozenset[str] | None = None,
    use_cache: bool = True,
) -> dict[str, np.ndarray]:
    """What ``stage`` gives at ``points`` in ``months`` months from ``first`` on, in the reference world.

    ``change`` may turn the scenario into another one first (a wall away); arrays of the stages before stay as they ran.
    With ``units`` (``campus/block``) only these generators run.
    """
    scenario = reference_scenario(result)
    inputs = _inputs(result, change(scenario) if change else scenario, BY_NAME[stage].reads, points, first, months)
    text = repr(inputs.at) + cache.fingerprint(inputs.tree) + repr(units and sorted(units))
    key = cache.key(BY_NAME[stage], text, [result.manifest["keys"][n] for n in BY_NAME[stage].needs])
    found = _lately.get(key)
    if found is None and use_cache:
        found = cache.load(f"{stage}_points", key)
    if found is None:
        up = _before(result, stage, slice(first, first + months))
        if units is not None:
            up |= _only(up, np.array([label in units for label in inputs.at.unit]))
        found = _lately[key] = importlib.import_module(BY_NAME[stage].module).run(inputs, up)
        while len(_lately) > KEPT:
            _lately.popitem(last=False)
        if use_cache:
            cache.save(f"{stage}_points", key, found)
    return dict(found)


def opened_at(result: Result, stage: str, points: Points, *, month: int) -> tuple[Inputs, dict[str, np.ndarray]]:
    """Inputs and upstream arrays of ``stage`` for one month with these points in the place of the run's receptors."""
    inputs = _inputs(result, reference_scenario(result), BY_NAME[stage].reads, points, month, 1)
    return inputs, _before(result, stage, slice(month, month + 1))


def _inputs(result: Result, scenario: Any, reads: tuple[str, ...], points: Points, first: int, months: int) -> Inputs:
    from gigacampus.schema.neighbours import ReceptorSpec

    campuses = {}
    for name, campus in scenario.campuses.items():
        mine = {f"p{n}": ReceptorSpec(lat=lat, lon=lon) for n, (home, lat, lon) in enumerate(points) if home == name}
        campuses[name] = campus.model_copy(update={"receptors": mine})
    order = list(scenario.campuses)
    label = result.coords["month"][first]
    coords = Coordinates(
        campus=tuple(order),
        phase=len(result.coords["phase"]),
        months=Months(date(int(label[:4]), int(label[5:]), 1), months),
        unit=tuple(result.coords["unit"]),
        unit_campus=tuple(result.coords["unit_campus"]),
        block=tuple(result.coords.get("block", ())),
        accelerator=tuple(result.coords["accelerator"]),
        receptor=tuple(f"{home}/p{n}" for n, (home, _, _) in enumerate(points)),
        receptor_campus=tuple(order.index(home) for home, _, _ in points),
    )
    changed = scenario.model_copy(update={"campuses": campuses})
    return Inputs(pick(changed, reads), replace(coords))


def _only(up: dict[str, np.ndarray], kept: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays by unit with nothing but the kept units."""
    return {
        name: np.where(kept.reshape(-1, *[1] * (array.ndim - 1)), array, 0.0)
        for name, array in up.items()
        if REGISTRY[name].dims[:1] == ("unit",)
    }


def _before(result: Result, stage: str, months: slice) -> dict[str, np.ndarray]:
    """Reference-world arrays of the stages that ``stage`` needs, cut to the months."""
    out = {}
    for name in result.names():
        variable = REGISTRY[name]
        if variable.stage in BY_NAME[stage].needs:
            array = result.array(name)[0] if sample_axis(variable) == "world" else result.array(name)
            if "month" in variable.dims:
                array = np.take(array, range(months.start, months.stop), axis=variable.dims.index("month"))
            out[name] = array
    return out
