"""Where the energy of each month comes from: the grid, the site's own units, or nowhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

PARTS = (("grid_mwh", "Grid", palette.BLUE), ("onsite_mwh", "On-site generation", palette.ORANGE), ("unserved_mwh", "Unmet", palette.RED))


def draw(result: Any) -> base.Spec:
    """Stacked areas of the mean over worlds, since medians do not add up."""
    months = result.coords["month"]
    totals = {name: reading.all_campuses(result, name) for name, *_ in PARTS}
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
    unmet = means["unserved_mwh"].sum() / max(sum(m.sum() for m in means.values()), 1e-9)
    unmet_text = "No energy is unmet" if unmet == 0 else f"{words.percent(unmet, 1)} of all energy asked for is unmet"
    return base.by_month(
        result,
        [stack],
        series,
        key=[(label, colour, "area") for name, label, colour in PARTS if means[name].any()],
        description="Stacked areas of monthly energy from the grid, from on-site generation, and unmet.",
        caption=f"Mean over the worlds on the planned path; the table holds medians and bands. {unmet_text}.",
    )


FIGURE = base.Figure("power_stack", "Where the energy comes from", draw, ("grid_mwh", "onsite_mwh", "unserved_mwh"))
