"""Make-up water by month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.units import M3_PER_GALLON, MILLION
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles


def draw(result: Any) -> base.Spec:
    """Water of all campuses with its band."""
    months = result.coords["month"]
    days = np.array([DAYS_IN_MONTH[int(m[5:]) - 1] for m in months])
    band = quantiles(reading.all_campuses(result, "water_m3") / days / M3_PER_GALLON / MILLION)
    axis = base.Axis("Make-up water, all campuses (million gallons a day)", "MGD", 1.0, 1e-9)
    peak = int(np.argmax(band["p50"]))
    caption = (
        f"The thirstiest month is {words.month_name(months[peak])}, at {words.significant(band['p50'][peak])} million gallons a day "
        f"({words.significant(band['p50'][peak] * MILLION * M3_PER_GALLON)} m³) in the median world."
    )
    return base.by_month(
        result,
        base.banded(months, band, axis, palette.BLUE, step=True),
        [("Water", band, axis)],
        height=240,
        key=[("Median and 10-90 % band", palette.BLUE, "line")],
        caption=caption,
        description="Line chart of make-up water drawn a day in each month, with its 10-90 % band.",
    )


FIGURE = base.Figure("water", "Water", draw, ("water_m3",))
