"""A figure with inputs changed, beside the same figure without: both from the same few futures."""

from __future__ import annotations

import fnmatch
from typing import Any

from gigacampus import api
from gigacampus.ask.slots import Change
from gigacampus.ask.topic_figure import computed
from gigacampus.explore.compare import flatten
from gigacampus.foundation.errors import refuse
from gigacampus.pipeline.run import run
from gigacampus.rerun.reopen import plan_of, with_files, with_value
from gigacampus.results.result import Result, Sampled
from gigacampus.schema.scenario import Scenario

WORLDS, DRAWS = 2, 64
"""A "what if" is worked out for few futures, the same ones before and after, so that it answers in seconds."""


def counterfactual(result: Result, topic: str, change: Change, place: dict[str, Any] | None, notes: list[str]) -> dict[str, Any] | None:
    """The figure with the inputs changed, beside the same figure without; both from the same few futures."""
    left, right = (computed(_run(result, tree), topic, place) for tree in changed(result, change))
    if right is None or left is None:
        return right
    notes.append(
        f"with and without the change in the same {DRAWS} futures of {WORLDS} worlds; the inputs it moves are held at their medians"
    )
    return {**right, "before": {k: left.get(k) for k in ("value", "low", "high", "text", "value_text")}}


def changed(result: Result, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two scenarios as plain data: the inputs of a change at their medians, and moved."""
    tree = result.scenario
    leaves = flatten({k: v for k, v in tree.items() if k not in ("library", "uncertainty")})
    paths = [p for p in leaves if any(fnmatch.fnmatchcase(p, pattern) for pattern in change.paths)]
    if not paths:
        raise refuse(f"this scenario has no {change.paths[0]}", path="QUESTION", fix="ask about something that the scenario holds")
    medians = plan_of(result).medians
    base = {**tree, "run": {**tree["run"], "worlds": WORLDS, "draws": DRAWS}}
    base["uncertainty"] = {p: spec for p, spec in tree.get("uncertainty", {}).items() if p not in paths}
    base["correlations"] = [row for row in tree.get("correlations", []) if not set(paths) & set(map(str, flatten(row).values()))]
    before = {p: medians.get(p, leaves[p]) for p in paths}
    return _with(base, before), _with(base, {p: _moved(value, change) for p, value in before.items()})


def _moved(value: Any, change: Change) -> Any:
    if change.kind == "value":
        return change.amount
    return value * change.amount if change.kind == "factor" else value + change.amount


def _with(tree: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    for path, value in values.items():
        tree = with_value(tree, path.split("."), value)
    return tree


def _run(result: Result, tree: dict[str, Any]) -> Result:
    """The result of a scenario given as plain data, without report, answers and twin."""
    try:
        scenario = Scenario.model_validate(with_files(tree, result.files))
    except ValueError as error:
        raise refuse(f"the change leaves what its input may be: {error}", path="QUESTION", fix="ask for a smaller change") from error
    outcome = run(scenario)
    points = outcome.plan
    told = {**result.manifest, "run": {**result.manifest["run"], "worlds": points.world_count, "draws": len(points.world_of_draw)}}
    sampled = Sampled(points.worlds, points.draws, points.world_of_draw)
    return Result(told, api.labels(outcome.coords), tree, outcome.arrays, sampled=sampled, files=result.files)
