"""Payback by vintage: in how many futures machines that enter service in a month earn their cost back, and how soon."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette

WITHIN = ((36, "Within 3 years", palette.TEAL, "line"), (60, "Within 5 years", palette.BLUE, "dash"))
WHOLE = ("Within the horizon", palette.GREY, "dots")


def draw(result: Any) -> base.Spec:
    """Share of futures by vintage for two terms and for the horizon; the last years are cut off by the horizon."""
    months = result.coords["month"]
    found = reading.samples(result, "vintage_payback_months")
    axis = base.Axis("Share of futures", "", 1.0)
    lines = [((found <= n).mean(axis=0), label, colour, mark, n) for n, label, colour, mark in WITHIN]
    lines.append((np.isfinite(found).mean(axis=0), *WHOLE, 0))
    layers: list[base.Spec] = []
    series, key = [], []
    for share, label, colour, mark, term in lines:
        judged = np.where(np.arange(len(months)) + term <= len(months), share, np.nan)
        band = {k: judged for k in ("p10", "p50", "p90")}
        layers += base.banded(months, band, axis, colour, mark=mark, cut=(0.0, 1.0))
        series.append((label, band, axis))
        key.append((label, colour, mark))
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        height=240,
        caption=caption(result, found),
        description="Lines by month of first service: share of futures in which those machines earn their cost back in three "
        "years, in five, and within the horizon.",
    )


def caption(result: Any, found: np.ndarray) -> str:
    """The vintage of the scenario's day in words."""
    months = result.coords["month"]
    label = str(result.manifest["as_of"])[:7]
    at = months.index(label) if label in months else 0
    share = float(np.isfinite(found[:, at]).mean())
    when = np.where(np.isfinite(found[:, at]), found[:, at], np.inf)
    mid = float(np.quantile(when, 0.5, method="inverted_cdf"))
    middle = f"the middle future after {mid:.0f} months" if np.isfinite(mid) else "not in the middle future"
    return (
        f"Machines that enter service in {words.month_name(months[at])} earn their cost back by {words.month_name(months[-1])} in "
        f"{words.percent(share)} of futures, {middle}. A month's cash margin is shared over machines in service by their cost; lines end "
        "where the horizon is too short to judge. Source: the run's books."
    )


FIGURE = base.Figure("payback", "When machines have earned their cost", draw, ("equipment_gross_usd",))
