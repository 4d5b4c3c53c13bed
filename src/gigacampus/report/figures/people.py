"""People on the sites: those who build and those who stay."""

from __future__ import annotations

from typing import Any

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

LINES = (("workers_on_site", "Workers on site", palette.GOLD, "line"), ("jobs_permanent", "Permanent jobs", palette.PURPLE, "dash"))


def draw(result: Any) -> base.Spec:
    """Workers on site and permanent jobs by month."""
    months = result.coords["month"]
    totals = {name: reading.all_campuses(result, name) for name, *_ in LINES if reading.optional(result, name) is not None}
    bands = {name: quantiles(total) for name, total in totals.items()}
    axis = base.axis("workers_on_site", base.peak(*(b["p90"] for b in bands.values())), "People, all campuses")
    layers, series, key = [], [], []
    for name, label, colour, mark in LINES:
        if name in bands:
            layers += base.banded(months, bands[name], axis, colour, mark=mark)
            series.append((label, bands[name], axis))
            key.append((label, colour, mark))
    ends = [
        f"{label}: {words.significant(bands[name]['p50'][-1])} in the last month, at most {words.significant(bands[name]['p50'].max())}."
        for name, label, *_ in LINES
        if name in bands
    ]
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        height=240,
        caption=" ".join(ends),
        description="Line chart of people on the sites and of permanent jobs by month, each with its band.",
    )


FIGURE = base.Figure("people", "People on the sites", draw, ("workers_on_site",))
