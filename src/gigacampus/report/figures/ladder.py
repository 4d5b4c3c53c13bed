"""The ladder of gigawatts by date: what was announced down to what does work."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.periods import first_month_above
from gigacampus.results.result import quantiles

RUNGS = (
    ("announced_mw", "Announced", palette.GREY, "dash"),
    ("supply_nameplate_mw", "Nameplate", palette.ORANGE, "line"),
    ("supply_firm_mw", "Firm, largest unit out", palette.RED, "dash"),
    ("facility_design_mw", "Facility at design PUE", palette.BLUE, "line"),
    ("it_in_service_mw", "IT in service", palette.TEAL, "line"),
    ("it_mw", "IT used, mean", palette.PURPLE, "dots"),
)
NEEDS = tuple(name for name, *_ in RUNGS[1:])


def draw(result: Any) -> base.Spec:
    """Six rungs by month, each with its 10-90 % band."""
    months = result.coords["month"]
    totals = {name: reading.all_campuses(result, name) for name, *_ in RUNGS if reading.optional(result, name) is not None}
    axis = base.axis("facility_design_mw", base.peak(*totals.values()), "Power, all campuses")
    layers: list[base.Spec] = []
    series, key = [], []
    for name, label, colour, mark in RUNGS:
        if name in totals:
            band = quantiles(totals[name])
            layers += base.banded(months, band, axis, colour, step=name != "it_mw", mark=mark)
            series.append((label, band, axis))
            key.append((label, colour, mark))
    marks = [base.level_line(mw, words.number(mw, "MW"), axis) for mw in (1000.0, 2000.0) if mw < 1.1 * base.peak(*totals.values())]
    return base.by_month(
        result,
        marks + layers,
        series,
        key=key,
        height=340,
        caption=caption(result, totals),
        description="Line chart of power in six meanings by month, each with a band from the 10 % to the 90 % point.",
    )


def caption(result: Any, totals: dict[str, np.ndarray]) -> str:
    """Dates of 1 and 2 GW for the rungs that matter, where any world gets there."""
    parts = [
        f"{len(totals)} things that are all called power, on the planned path; shaded from the 10 % to the 90 % point over the worlds."
    ]
    for name, label, *_ in RUNGS[3:5]:
        for mw in (1000.0, 2000.0):
            if name in totals and mw <= float(totals[name].max()):
                date = words.when(first_month_above(totals[name], mw), result.coords["month"])
                parts.append(f"{label} reaches {words.number(mw, 'MW')}: {words.span(date)}.")
    return " ".join(parts)


FIGURE = base.Figure("ladder", "How many gigawatts, and in which sense", draw, NEEDS, wide=True)
