"""The county's panel: what the public is paid, what it waives, and what the jobs bring, by year."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import bars, base, palette

LINES = (
    ("county_paid_usd", "Paid", palette.BLUE),
    ("county_waived_usd", "Waived", palette.ORANGE),
    ("county_gained_usd", "Tax on the jobs' wages", palette.TEAL),
)


def draw(result: Any) -> base.Spec:
    """Three bars a year over all campuses, each with its band."""
    series = [(label, reading.all_campuses(result, name), colour) for name, label, colour in LINES]
    layers, table, columns = bars.by_year(result, series, "county_paid_usd", "All campuses, a year")
    return {
        "description": "Bars by year: taxes and fees paid, taxes waived, and tax on the jobs' wages, each with its 10-90 % band.",
        "height": 280,
        "layer": layers,
        "usermeta": base.meta(caption(result), [(label, colour, "area") for _, label, colour in LINES], columns, table),
    }


def caption(result: Any) -> str:
    """Totals over the horizon, what must have come because of the deal, and by campus what a job costs."""
    parts = []
    for name, label, _ in LINES[:2]:
        low, mid, high = np.quantile(reading.all_campuses(result, name).sum(axis=1), [0.1, 0.5, 0.9])
        parts.append(f"{label} over the horizon: {words.number(mid, 'USD')} ({words.band(low, high, 'USD')}).")
    share, job = (reading.samples(result, f"county_{n}") for n in ("break_even_but_for_frac", "forgone_usd_per_job"))
    for c, campus in enumerate(result.coords["campus"]):
        known = share[:, c][np.isfinite(share[:, c])]
        even = (
            f"the public breaks even if {words.percent(float(np.median(known)))} of it came because of the deal"
            if known.size
            else ("the public does not break even")
        )
        parts.append(
            f"{reading.campus_title(result, campus)}: {words.number(float(np.median(job[:, c])), 'USD')} waived for each permanent "
            f"job; {even}."
        )
    return " ".join([*parts, "Thin lines hold the middle 80 %. Source: statutes and rates of the scenario, on the run's plant."])


FIGURE = base.Figure("county", "What the public is paid, waives and gains", draw, tuple(name for name, *_ in LINES))
