"""People of the company by trade, and who joins."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import bars, base, palette
from gigacampus.results.result import quantiles

LOOKS = (
    (palette.BLUE, "line"),
    (palette.ORANGE, "dash"),
    (palette.TEAL, "line"),
    (palette.PURPLE, "dash"),
    (palette.GOLD, "line"),
    (palette.RED, "dots"),
    (palette.GREY, "dash"),
)


def draw(result: Any) -> base.Spec:
    """Heads of each trade by month with their bands."""
    months, trades = result.coords["month"], [_name(t) for t in result.coords["trade"]]
    heads = reading.samples(result, "headcount")
    bands = [quantiles(heads[:, i]) for i in range(len(trades))]
    axis = base.axis("headcount", base.peak(*(b["p90"] for b in bands)), "People of the company")
    layers, series, key = [], [], []
    for i, (trade, band) in enumerate(zip(trades, bands, strict=True)):
        colour, mark = LOOKS[i % len(LOOKS)]
        layers += base.banded(months, band, axis, colour, mark=mark)
        series.append((trade, band, axis))
        key.append((trade, colour, mark))
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        height=260,
        caption=caption(result, trades),
        description="Lines by month: people of each trade, with 10-90 % bands.",
    )


def _name(trade: str) -> str:
    return str(trade).replace("_", " ").capitalize()


def caption(result: Any, trades: list[str]) -> str:
    """All people now, hires of the first whole year to come, and what the lines rest on."""
    months, label = result.coords["month"], str(result.manifest["as_of"])[:7]
    now = months.index(label) if label in months else 0
    heads, hires = reading.samples(result, "headcount").sum(axis=1), reading.samples(result, "hires")
    parts = [f"{words.significant(float(np.median(heads[:, now])))} people in {words.month_name(months[now])}."]
    year, rows = next(((y, r) for y, r in bars.whole_years(result).items() if r[-1] >= now), ("", []))
    if rows:
        told = "; ".join(f"{t.lower()} {words.significant(float(np.median(hires[:, i, rows].sum(axis=1))))}" for i, t in enumerate(trades))
        parts.append(f"Hires in {year}, leavers replaced: {told}.")
    return " ".join([*parts, "Steady growth to a ceiling; growth and leaving are assumed. Source: company.people of the scenario."])


FIGURE = base.Figure("heads", "People of the company by trade", draw, ("headcount",))
