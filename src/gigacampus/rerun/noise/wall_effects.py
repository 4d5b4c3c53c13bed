"""What the sound walls do at the receptors of a finished run and what limits them: the noise stage opened again for one month."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.pipeline import cache
from gigacampus.registry.stages import BY_NAME
from gigacampus.results.result import Result

MODULE = "gigacampus.neighbours.noise.mitigation.wall_report"


def explained(result: Result, month: int) -> dict[str, dict[str, Any]]:
    """Effect of the walls at each receptor of their campus in the reference world, downwind at night: gains and what limits them.

    Plain data with the fields of ``explain.WallEffect``, cached like a stage: it hangs on nothing but what the noise stage saw.
    """
    key = cache.key(replace(BY_NAME["noise"], module=MODULE), str(month), [result.manifest["keys"]["noise"]])
    found = cache.load("noise_walls", key)
    if found is None:
        found = {"rows": np.frombuffer(json.dumps(_explained(result, month)).encode(), dtype=np.uint8)}
        cache.save("noise_walls", key, found)
    effects: dict[str, dict[str, Any]] = json.loads(found["rows"].tobytes())
    return effects


def _explained(result: Result, month: int) -> dict[str, dict[str, Any]]:
    from gigacampus.neighbours.noise.mitigation.wall_report import wall_report
    from gigacampus.rerun.reopen import reopened

    inputs, up = reopened(result, "noise")
    effects = {
        label: effect for campus in result.coords["campus"] for label, effect in wall_report(inputs, up, campus=campus, month=month).items()
    }
    return {label: {**vars(effect), "gain_db": effect.gain_db.tolist()} for label, effect in effects.items()}
