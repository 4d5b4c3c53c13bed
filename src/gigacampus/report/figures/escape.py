"""The escape gauge: does the company's margin pay for its own growth?"""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.headline import no_escape
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

FORMULA = "E = M / [k (g + a) exp(g L)]"
SHOWN_UP_TO = 5.0
"""Larger ratios, of either sign, run off the picture; the table holds them."""
MEANING = (
    "M margin before capital cost per dollar of revenue, k capital per dollar of yearly revenue, g planned growth a "
    "year, "
    "a share of capital replaced a year, L years from spending to revenue"
)


def draw(result: Any) -> base.Spec:
    """Escape ratio by month with its band, against one."""
    months = result.coords["month"]
    ratio = reading.samples(result, "escape_ratio")
    band = base.settled(quantiles(ratio))
    axis = base.axis("escape_ratio", 1.0)
    low, high = float(np.nanmin(band["p10"])), float(np.nanmax(band["p90"]))
    cut = (max(min(low, 0.0), -SHOWN_UP_TO), min(max(high, 1.2), SHOWN_UP_TO))
    layers = [*base.banded(months, band, axis, palette.TEAL, cut=cut), base.level_line(1.0, "pays for its own growth", axis)]
    return base.by_month(
        result,
        layers,
        [("Escape ratio", band, axis)],
        key=[("Escape ratio E", palette.TEAL, "line")],
        height=240,
        caption=caption(result, ratio),
        description="Line chart of the escape ratio by month with its 10-90 % band; above one, growth pays for itself.",
    )


def caption(result: Any, ratio: np.ndarray) -> str:
    """The formula, today's state and the date of lasting escape."""
    last = ratio[:, -1]
    low, mid, high = np.nanquantile(last, [0.1, 0.5, 0.9])
    parts = [
        f"{FORMULA}: {MEANING}. At 1 or above, growth pays for itself.",
        f"In the last month E is {words.significant(mid)} ({words.significant(low)} to {words.significant(high)}), "
        f"and at least 1 in {words.percent(float(np.mean(last >= 1)))} of draws.",
    ]
    paid = reading.optional(result, "escape_growth_per_year")
    if paid is not None and np.isfinite(paid[:, -1]).any():
        pays = [words.percent(float(x)) for x in np.expm1(np.nanquantile(paid[:, -1], [0.5, 0.1, 0.9]))]
        parts.append(f"Where there is a margin then, it pays for a growth of {pays[0]} ({pays[1]} to {pays[2]}) a year.")
    local = reading.optional(result, "local_escape_month")
    if local is not None:
        parts.append(f"Local escape, at 1 or above for a year: {words.span(words.when(local, result.coords['month']))}.")
    escape = reading.optional(result, "escape_month")
    if escape is not None:
        date = words.when(escape, result.coords["month"])
        parts.append(f"Path escape, no new outside money from then to the end, and cash comes in: {words.span(date)}.")
        parts += [f"{words.sentence(told)}." for told in no_escape(result).split("; ") if told]
    return " ".join(parts)


FIGURE = base.Figure("escape", "Escape velocity", draw, ("escape_ratio",))
