"""Two runs on the same axes, and what differs between their inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.registry.variables import REGISTRY
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

VARIABLES = ("facility_design_mw", "training_flop_delivered", "cash_usd", "nox_t")


def total(result: Any, name: str) -> np.ndarray:
    """Variable by month over all campuses; shape (world or draw, month)."""
    return reading.all_campuses(result, name) if "campus" in REGISTRY[name].dims else reading.samples(result, name)


def draw(first: Any, second: Any, name: str) -> base.Spec:
    """Medians and bands of ``name`` in both runs over the months that both cover."""
    months = [m for m in first.coords["month"] if m in set(second.coords["month"])]
    bands = []
    for result in (first, second):
        start = result.coords["month"].index(months[0])
        bands.append(quantiles(total(result, name)[:, start : start + len(months)]))
    axis = base.axis(name, base.peak(*(b["p90"] for b in bands)))
    labels = ["This run", f"Other run: {second.manifest.get('title', '')}"]
    series = list(zip(labels, bands, [axis, axis], strict=True))
    layers = base.banded(months, bands[1], axis, palette.ORANGE, mark="dash") + base.banded(months, bands[0], axis, palette.BLUE)
    columns, rows = base.band_table(months, series)
    ends = [words.significant(b["p50"][-1] * axis.factor) for b in bands]
    caption = f"{words.month_name(months[-1])}: {ends[0]} here, {ends[1]} in the other run ({axis.unit or 'medians'})."
    key = [(labels[0], palette.BLUE, "line"), (labels[1], palette.ORANGE, "dash")]
    return {
        "description": f"{REGISTRY[name].title} by month in two runs, each with its 10-90 % band.",
        "height": 240,
        "layer": [*layers, base.hover(months, base.tips(months, series))],
        "usermeta": base.meta(caption, key, columns, rows),
    }
