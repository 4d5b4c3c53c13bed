"""Minutes of demand: one profile of the day for people and machines, and what the gates let through on one day."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.products import demand
from gigacampus.products.red_lines_stage import rates_per_h, watched

Array = np.ndarray


def posts_per_day(inputs: Any, month: int) -> float:
    """Posts of the stream on a day of one month."""
    posts = inputs.tree.products.posts
    years = demand.years_since(inputs.at.months, None)
    return float(demand.compound(posts.posts_per_day, growth_per_year=posts.growth_per_year, years=years)[month])


def gates_per_h(inputs: Any, up: dict[str, Array], positions: Array) -> dict[str, Array]:
    """Outputs of the image tool an hour under the rules of a time: made, stopped, blocked though harmless, leaked; shape of ``positions``.

    ``positions`` in months from the start of the horizon; a control holds from its day on, a watch's from its alarm.
    """
    spec, months = inputs.tree.red_lines, inputs.at.months
    per_h = up["image_outputs_per_day"] / HOURS_PER_DAY
    pieces = watched(spec, per_h, months)
    leaked, blocked, made = rates_per_h(spec, per_h[pieces.month], pieces)
    edges = np.concatenate([[0.0], np.cumsum(pieces.hours / months.hours()[pieces.month])])
    at = np.searchsorted(edges, positions + 1e-9, side="right") - 1
    stopped = np.maximum(made * spec.violating_prompt_frac - leaked, 0.0)
    return {"made": made[at], "stopped": stopped[at], "blocked": blocked[at], "leaked": leaked[at]}
