"""What a run folder carries along: what must be true for break-even by the end of next year, and what moves it and the runway."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from gigacampus.explore.run_session import Held, goal_of, hold
from gigacampus.explore.solving import leading, two, vary_of
from gigacampus.explore.tornado import months_left, runway_months, share_met, tornado
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.plain_json import known
from gigacampus.pipeline import cache
from gigacampus.results.result import Result, has_company

DRAWS = 64
GRID = 7
INPUTS = 5
KEPT = "must_be_true"


def for_manifest(result: Result, *, use_cache: bool = True) -> dict[str, Any]:
    """The part of the manifest from which the report draws its map and its tornado; empty where the books hold nothing uncertain."""
    if not has_company(result):
        return {}
    text = f"{cache.version(__name__)}{result.manifest['keys']['company']}"
    key = hashlib.sha256(text.encode()).hexdigest()
    found = cache.load(KEPT, key) if use_cache else None
    if found is not None:
        return {KEPT: json.loads(str(found["json"][0]))}
    value = must_be_true(hold(result), result)
    if use_cache:
        cache.save(KEPT, key, {"json": np.array([json.dumps(value)])})
    return {KEPT: value}


def must_be_true(held: Held, result: Result) -> dict[str, Any]:
    """Break-even by the December after the scenario's day, or by the last month that can be judged.

    The inputs shown are those that lead in the run's own futures, so that only what is drawn is simulated.
    """
    if not held.free:
        return {}
    try:
        goal = goal_of(held, f"ebitda_by={default_month(held)}")
    except ScenarioError:
        return {}
    own, left = held.own(goal), months_left(held, result.array("runway_month"))
    chance = tornado(held, share_met(goal), leading(held, own)[:INPUTS], draws=DRAWS)
    moving = [row["path"] for row in chance["rows"] if row["path"]]
    found = {
        "goal": goal.id,
        "text": goal.text,
        "share_now": float(np.mean(own >= 0.0)),
        "draws": held.rerun.count,
        "tornado": [tornado(held, runway_months(held), leading(held, left)[:INPUTS], draws=DRAWS), chance],
    }
    if len(moving) >= 2:
        x, y = (vary_of(held, path, tail=0.01) for path in moving[:2])
        found["frontier"] = two(held, goal, x, y, 0.5, draws=DRAWS, grid=GRID)
    return dict(known(found))


def default_month(held: Held) -> str:
    """December of the year after the scenario's day, the last month that can be judged where that is sooner."""
    last = held.labels[len(held.labels) - 13] if len(held.labels) > 13 else ""
    return min(f"{held.scenario.as_of.year + 1}-12", last)
