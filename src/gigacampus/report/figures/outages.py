"""What failing plant leaves short, month by month and campus by campus: hours and energy, by the table of outages."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

COLOURS = (palette.ORANGE, palette.PURPLE, palette.TEAL, palette.BLUE, palette.GOLD, palette.RED)
NOTE = (
    "Units, feeders, transformers and the gas lateral fail at their own rates; no battery, no repair times, and only load that the plant "
    "which stands may carry. Band over worlds: it is wide where they differ in which plant stands."
)
ROOM = 2.0
"""The picture ends at this many times the highest middle line; the table holds the band whole."""


def _draw(result: Any, name: str, title: str, unit: str) -> base.Spec:
    """One line with its band for each campus that is ever short."""
    months, samples = result.coords["month"], reading.samples(result, name)
    short = [c for c in range(samples.shape[1]) if np.nanmax(samples[:, c], initial=0.0) > 0.0][: len(COLOURS)]
    bands = [quantiles(samples[:, c]) for c in short]
    highest = base.peak(*(band["p50"] for band in bands)) or base.peak(*(band["p90"] for band in bands))
    axis = base.axis(name, ROOM * highest, title)
    layers, series, key, said = [], [], [], []
    for colour, c, band in zip(COLOURS, short, bands, strict=False):
        label = reading.campus_title(result, result.coords["campus"][c])
        worst = int(np.nan_to_num(band["p50"]).argmax())
        layers += base.banded(months, band, axis, colour, cut=(0.0, ROOM * highest))
        series.append((label, band, axis))
        key.append((label, colour, "line"))
        said.append(f"{label}: at most {words.number(float(band['p50'][worst]), unit)} a month, in {words.month_name(months[worst])}.")
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        height=240,
        caption=" ".join([*said, NOTE]),
        description=f"Line chart by month and campus with bands over worlds: {title.lower()}.",
    )


def draw_hours(result: Any) -> base.Spec:
    """Loss of load expectation of each campus."""
    return _draw(result, "lole_h", "Hours short a month", "h")


def draw_energy(result: Any) -> base.Spec:
    """Expected unserved energy of each campus."""
    return _draw(result, "eue_mwh", "Energy short a month", "MWh")


HOURS = base.Figure("outage_hours", "Hours that failing plant leaves short", draw_hours, ("lole_h",))
ENERGY = base.Figure("outage_energy", "Energy that failing plant leaves short", draw_energy, ("eue_mwh",))
