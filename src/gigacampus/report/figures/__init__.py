"""All figures of the report, in the order in which they are read."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.registry.variables import REGISTRY, of_the_campus
from gigacampus.report.figures import (
    burden,
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
    outages,
    outcomes,
    ownership,
    payback,
    people,
    pits,
    power_stack,
    red_lines,
    siblings,
    tenants,
    token_cost,
    tornado,
    water,
    writedowns,
)
from gigacampus.report.figures.base import LEAST, Figure
from gigacampus.report.figures.palette import NAMES
from gigacampus.report.figures.visible import seen_colours, with_named_sources
from gigacampus.results.result import has_company, sample_axis

ALL: list[Figure] = [
    ladder.FIGURE,
    power_stack.FIGURE,
    compute_delivered.FIGURE,
    dispatch_week.FIGURE,
    outages.HOURS,
    outages.ENERGY,
    cash_fan.FIGURE,
    escape.FIGURE,
    outcomes.FIGURE,
    pits.FIGURE,
    token_cost.FIGURE,
    tenants.FIGURE,
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
    burden.FIGURE,
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
        least = LEAST.get(REGISTRY[name].unit, 0.0) if name in REGISTRY else 0.0
        seen = seen or bool(np.any(np.abs(np.nan_to_num(result.array(name))) > least))
    held = result.manifest
    for key in figure.part:
        held = held.get(key) or {}
    if figure.part and not held:
        return f"“{figure.title}” is not drawn: the run carries nothing along for it."
    return None if seen or not figure.needs else f"“{figure.title}” is not drawn: its values are zero or unknown in every month."


def asked_of(result: Any) -> list[Figure]:
    """Figures that make sense for a run: those of a company's books only where there is a company."""
    return [f for f in ALL if has_company(result) or (f.part[:1] in ((), ("map",)) and all(of_the_campus(n) for n in f.needs))]


def drawn(figure: Figure, result: Any) -> dict[str, Any]:
    """The specification of ``figure``, its key holding what is seen; the caption says what is not, and where one draw or world is all."""
    spec = with_named_sources(figure.function(result))
    meta, seen = spec["usermeta"], {NAMES.get(colour) for colour in seen_colours(spec)}
    unseen = [entry["label"] for entry in meta["key"] if entry["colour"] not in seen]
    meta["key"] = [entry for entry in meta["key"] if entry["colour"] in seen]
    if unseen:
        meta["caption"] += f" Zero, unknown or too small to be seen: {', '.join(unseen)}."
    axis = sample_axis(REGISTRY[figure.needs[0]]) if figure.needs else None
    if axis and result.manifest.get("run", {}).get(f"{axis}s") == 1:
        meta["caption"] = f"1 {axis}: a single case, without a band. {meta['caption']}"
    return spec


__all__ = ["ALL", "Figure", "asked_of", "drawn", "why_left_out"]
