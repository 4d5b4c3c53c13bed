"""Red lines: violating outputs that pass every gate, and how long they stay up."""

from __future__ import annotations

from typing import Any

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles


def draw(result: Any) -> base.Spec:
    """Violating outputs a minute with their band; time to take-down in the caption."""
    months = result.coords["month"]
    band = quantiles(reading.samples(result, "violating_outputs_per_min"))
    axis = base.axis("violating_outputs_per_min", base.peak(band["p90"]), "Violating outputs a minute that pass all gates")
    series = [("Violating outputs a minute", band, axis)]
    parts = [
        f"In the last month {words.significant(band['p50'][-1])} a minute ({words.significant(band['p10'][-1])} to "
        f"{words.significant(band['p90'][-1])})."
    ]
    hours = reading.optional(result, "take_down_h")
    if hours is not None:
        down = quantiles(hours)
        series.append(("Take-down time", down, base.axis("take_down_h", 1.0)))
        clock = result.scenario.get("red_lines", {}).get("legal_clock_h")
        legal = f" against a legal clock of {words.significant(float(clock))} h" if clock else ""
        parts.append(f"Mean time to take-down then: {words.significant(down['p50'][-1])} h{legal}.")
    return base.by_month(
        result,
        base.banded(months, band, axis, palette.RED),
        series,
        height=240,
        caption=" ".join(parts),
        key=[("Median and 10-90 % band", palette.RED, "line")],
        description="Line chart of violating outputs a minute that pass every gate, with its 10-90 % band.",
    )


FIGURE = base.Figure("red_lines", "Red lines", draw, ("violating_outputs_per_min",))
