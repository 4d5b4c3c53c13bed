"""Training compute that the fleet delivers each month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles


def draw(result: Any) -> base.Spec:
    """FLOP a month with their band."""
    months = result.coords["month"]
    flop = reading.samples(result, "training_flop_delivered")
    band = quantiles(flop)
    axis = base.axis("training_flop_delivered", base.peak(band["p90"]), "Training compute a month")
    low, mid, high = np.quantile(flop.sum(axis=1), [0.1, 0.5, 0.9])
    return base.by_month(
        result,
        base.banded(months, band, axis, palette.PURPLE),
        [("Training compute", band, axis)],
        key=[("Median and 10-90 % band", palette.PURPLE, "line")],
        description="Line chart of training compute delivered each month with its 10-90 % band.",
        caption=f"After failures, checkpoints, power cuts and the share that serving takes. Sum over the run: "
        f"{words.number(mid, 'FLOP')} "
        f"({words.band(low, high, 'FLOP')}).",
    )


FIGURE = base.Figure("compute_delivered", "Compute delivered to training", draw, ("training_flop_delivered",))
