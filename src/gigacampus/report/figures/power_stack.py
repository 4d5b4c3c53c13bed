"""Where the energy of each month comes from: the grid, the site's own units, or nowhere; and what the plan wanted besides."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

PARTS = (
    ("grid_mwh", "Grid", palette.BLUE),
    ("onsite_mwh", "On-site generation", palette.ORANGE),
    ("wind_sun_mwh", "Wind and sun", palette.TEAL),
    ("unserved_mwh", "Unmet", palette.RED),
    ("held_back_mwh", "Wanted by the plan, held back", palette.PURPLE),
)


def _energy(result: Any, name: str) -> np.ndarray:
    """Samples of one part, (world, month); what is held back is what the plan did not get beyond what dispatch left unmet."""
    if name == "wind_sun_mwh" and not result.has(name):
        return np.zeros_like(reading.all_campuses(result, "unserved_mwh"))
    if name != "held_back_mwh":
        return reading.all_campuses(result, name)
    if not result.has("plan_unserved_mwh"):
        return np.zeros_like(reading.all_campuses(result, "unserved_mwh"))
    held: np.ndarray = np.maximum(reading.all_campuses(result, "plan_unserved_mwh") - reading.all_campuses(result, "unserved_mwh"), 0.0)
    return held


def draw(result: Any) -> base.Spec:
    """Stacked areas of the mean over worlds, since medians do not add up."""
    months = result.coords["month"]
    totals = {name: _energy(result, name) for name, *_ in PARTS}
    means = {name: total.mean(axis=0) for name, total in totals.items()}
    axis = base.axis("demand_mwh", base.peak(sum(means.values())), "Energy a month, all campuses")
    means = {name: np.where(mean < axis.least, 0.0, mean) for name, mean in means.items()}
    values = [
        {"month": m, "part": label, "order": k, "value": axis.shown(means[name][i])}
        for k, (name, label, _) in enumerate(PARTS)
        for i, m in enumerate(months)
    ]
    stack = {
        "data": base.data(values),
        "mark": {"type": "bar", "width": 40} if len(months) == 1 else {"type": "area", "interpolate": "step-after", "opacity": 0.85},
        "encoding": {
            "x": base.month_axis(months),
            "y": {"field": "value", **base.value_axis(axis), "stack": "zero"},
            "order": {"field": "order"},
            "color": {
                "field": "part",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": [p[1] for p in PARTS], "range": [p[2] for p in PARTS]},
            },
        },
    }
    series = [(label, quantiles(totals[name]), axis) for name, label, _ in PARTS]
    return base.by_month(
        result,
        [stack],
        series,
        key=[(label, colour, "area") for name, label, colour in PARTS if means[name].any()],
        description="Stacked areas of monthly energy from the grid, on-site generation, wind and sun, unmet, and wanted but held back.",
        caption=f"Mean over the worlds on the planned path; the table holds medians and bands. {_what_is_missing(means)}.",
    )


def _what_is_missing(means: dict[str, np.ndarray]) -> str:
    """Words for the energy that is unmet and for what is held back before it is asked for."""
    wanted = max(sum(m.sum() for m in means.values()), 1e-9)
    asked = max(wanted - means["held_back_mwh"].sum(), 1e-9)
    unmet = means["unserved_mwh"].sum() / asked
    text = "Of the load that limits let run no energy is unmet"
    if unmet:
        text = f"{words.percent(unmet, 1)} of the load that limits let run is unmet"
    held = means["held_back_mwh"].sum() / wanted
    if held:
        text += f"; late plant, supply, permits or courts hold back {words.percent(held, 1)} of what the plan wanted"
    return text


FIGURE = base.Figure("power_stack", "Where the energy comes from", draw, ("grid_mwh", "onsite_mwh", "unserved_mwh"))
