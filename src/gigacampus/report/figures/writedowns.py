"""What the books have written down so far: machines that will not earn their book value, and stranded construction."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles


def draw(result: Any) -> base.Spec:
    """Fan of all write-downs up to each month: the middle future, and the middle 80 %."""
    months, lost = result.coords["month"], np.cumsum(reading.samples(result, "impairment_usd"), axis=1)
    band = quantiles(lost)
    axis = base.axis("impairment_usd", base.peak(band["p90"]), "Written down so far")
    return base.by_month(
        result,
        base.banded(months, band, axis, palette.RED, step=True),
        [("Written down so far", band, axis)],
        key=[("Median and middle 80 % of futures", palette.RED, "line")],
        height=240,
        caption=caption(result, lost),
        description="Fan by month: write-downs of machines and stranded construction up to then.",
    )


def caption(result: Any, lost: np.ndarray) -> str:
    """How often anything is written down, how much by the end, and what that does."""
    some = lost[:, -1] > 0.5
    told = f"Something is written down {words.shares(float(some.mean()))} by {words.month_name(result.coords['month'][-1])}"
    if some.any():
        told += f", {words.number(float(np.median(lost[some, -1])), 'USD')} in the middle of these"
    return (
        f"{told}. Machines fall to their value in use or in letting when what they will bring is less than their book value; an extension "
        "that stays dark falls to its resale value. It moves no cash and is never written back. Source: the run's books."
    )


FIGURE = base.Figure("writedowns", "What has to be written down", draw, ("impairment_usd",))
