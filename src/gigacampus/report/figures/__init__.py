"""All figures of the report, in the order in which they are read."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.registry.variables import REGISTRY, of_the_campus
from gigacampus.report.figures import (
    cash_fan,
    compute_delivered,
    county,
    covenants,
    dispatch_week,
    emissions,
    escape,
    exit_payouts,
    heads,
    ladder,
    must_be_true,
    noise_people,
    noise_receptors,
    outcomes,
    ownership,
    payback,
    people,
    pits,
    power_stack,
    red_lines,
    siblings,
    tornado,
    water,
    writedowns,
)
from gigacampus.report.figures.base import Figure
from gigacampus.results.result import has_company

ALL: list[Figure] = [
    ladder.FIGURE,
    power_stack.FIGURE,
    compute_delivered.FIGURE,
    dispatch_week.FIGURE,
    cash_fan.FIGURE,
    escape.FIGURE,
    outcomes.FIGURE,
    pits.FIGURE,
    payback.FIGURE,
    covenants.FIGURE,
    writedowns.FIGURE,
    ownership.FIGURE,
    exit_payouts.FIGURE,
    heads.FIGURE,
    siblings.FIGURE,
    must_be_true.FIGURE,
    tornado.FIGURE,
    county.FIGURE,
    emissions.FIGURE,
    noise_receptors.FIGURE,
    noise_people.FIGURE,
    water.FIGURE,
    people.FIGURE,
    red_lines.FIGURE,
]


def why_left_out(figure: Figure, result: Any) -> str | None:
    """A sentence when ``figure`` cannot be drawn from ``result``: a variable is missing, or all are zero; else None."""
    seen = False
    for name in figure.needs:
        if not result.has(name):
            title = REGISTRY[name].title if name in REGISTRY else name
            return f"“{figure.title}” is not drawn: the run holds no “{title}”."
        seen = seen or bool(np.any(np.nan_to_num(result.array(name))))
    held = result.manifest
    for key in figure.part:
        held = held.get(key) or {}
    if figure.part and not held:
        return f"“{figure.title}” is not drawn: the run carries nothing along for it."
    return None if seen or not figure.needs else f"“{figure.title}” is not drawn: its values are zero or unknown in every month."


def asked_of(result: Any) -> list[Figure]:
    """Figures that make sense for a run: those of a company's books only where there is a company."""
    return [f for f in ALL if has_company(result) or (f.part == () and all(of_the_campus(n) for n in f.needs))]


__all__ = ["ALL", "Figure", "asked_of", "why_left_out"]
