"""Minutes of demand: one profile of the day for people and machines, and what the gates let through on one day."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import HOURS_PER_DAY
from gigacampus.products import demand
from gigacampus.products.red_lines_stage import pieces_of, rates_per_h

Array = np.ndarray


def posts_per_day(inputs: Any, month: int) -> float:
    """Posts of the stream on a day of one month."""
    posts = inputs.tree.products.posts
    years = demand.years_since(inputs.at.months, None)
    return float(demand.compound(posts.posts_per_day, growth_per_year=posts.growth_per_year, years=years)[month])


def gates_per_h(inputs: Any, up: dict[str, Array], position: float) -> dict[str, float]:
    """Outputs of the image tool an hour under the rules of one day: made, stopped, blocked though harmless, leaked.

    ``position`` of the day in months from the start of the horizon; a control holds from its day on.
    """
    spec, months = inputs.tree.red_lines, inputs.at.months
    pieces = pieces_of(spec.controls, months)
    leaked, blocked, made = rates_per_h(spec, up["image_outputs_per_day"][pieces.month] / HOURS_PER_DAY, pieces)
    edges = np.concatenate([[0.0], np.cumsum(pieces.hours / months.hours()[pieces.month])])
    at = int(np.searchsorted(edges, position + 1e-9, side="right")) - 1
    asked = made[at] * pieces.volume[at]
    return {
        "made": float(asked),
        "stopped": float(max(asked * spec.violating_prompt_frac - leaked[at], 0.0)),
        "blocked": float(blocked[at]),
        "leaked": float(leaked[at]),
    }
