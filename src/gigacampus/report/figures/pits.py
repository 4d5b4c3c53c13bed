"""Where the cash goes: data centres, talent, robot and agent software, and the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import bars, base, palette

LINES = (
    ("pit_data_centres_usd", "Data centres", palette.BLUE),
    ("pit_talent_usd", "Talent", palette.ORANGE),
    ("pit_robot_agent_software_usd", "Robot and agent software", palette.TEAL),
    ("pit_other_usd", "The rest, less what customers paid", palette.PURPLE),
)


def draw(result: Any) -> base.Spec:
    """Four bars a year, each with its band; in every future the four sum to the cash spent."""
    series = [(label, reading.samples(result, name), colour) for name, label, colour in LINES]
    layers, table, columns = bars.by_year(result, series, LINES[0][0], "Cash spent a year")
    return {
        "description": "Bars by year: cash spent on data centres, talent, robot and agent software and the rest, with 10-90 % bands.",
        "height": 280,
        "layer": layers,
        "usermeta": base.meta(caption(result), [(label, colour, "area") for _, label, colour in LINES], columns, table),
    }


def caption(result: Any) -> str:
    """Shares of the first whole year, and what the sum is."""
    year, rows = next(iter(bars.whole_years(result).items()), ("", []))
    if not rows:
        return "The horizon holds no whole year."
    spent = {label: reading.samples(result, name)[:, rows].sum(axis=1) for name, label, _ in LINES}
    total = np.sum(list(spent.values()), axis=0)
    told = "; ".join(f"{label.lower()} {words.number(float(np.median(v)), 'USD')}" for label, v in spent.items())
    return (
        f"In {year}: {told}; in all {words.number(float(np.median(total)), 'USD')}. In every future the four sum to the cash spent. "
        "Thin lines hold the middle 80 %. What nobody has itemised stands in the rest. Source: the run's books."
    )


FIGURE = base.Figure("pits", "Where the cash goes", draw, tuple(name for name, *_ in LINES))
