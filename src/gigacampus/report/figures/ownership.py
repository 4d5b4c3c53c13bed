"""Who owns the company: the share of each kind of holder by month, fully diluted."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.financing.owners import group_title
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

LOOKS = {
    "Founder": (palette.BLUE, "line"),
    "Staff and options": (palette.TEAL, "line"),
    "Opening investors": (palette.GREY, "dash"),
    "Known rounds": (palette.ORANGE, "line"),
    "Siblings in known rounds": (palette.GOLD, "dots"),
    "Later rounds": (palette.PURPLE, "dash"),
    "Holders of merged partners": (palette.RED, "dash"),
}


def grouped(result: Any, name: str) -> dict[str, np.ndarray]:
    """A row by holder summed over each kind of holder, in the order of ``LOOKS``; kinds that never own anything are left out."""
    values = np.moveaxis(reading.samples(result, name), 1, 0)
    kinds = [group_title(str(holder)) for holder in result.coords["holder"]]
    sums = {kind: np.sum([v for v, k in zip(values, kinds, strict=True) if k == kind], axis=0) for kind in LOOKS if kind in kinds}
    return {kind: total for kind, total in sums.items() if np.any(total > 0.0)}


def draw(result: Any) -> base.Spec:
    """One line with its band for each kind of holder; in every future they sum to one."""
    months, found = result.coords["month"], grouped(result, "ownership_frac")
    axis = base.Axis("Share of the company, fully diluted (%)", "%", 100.0)
    layers, series, key = [], [], []
    for kind, share in found.items():
        band, (colour, mark) = quantiles(share), LOOKS[kind]
        layers += base.banded(months, band, axis, colour, mark=mark, step=True)
        series.append((kind, band, axis))
        key.append((kind, colour, mark))
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        caption=caption(result, found),
        description="Lines by month: share of the company held by founder, staff, opening investors, known rounds, siblings and later "
        "rounds, each with its 10-90 % band.",
    )


def caption(result: Any, found: dict[str, np.ndarray]) -> str:
    """Shares at the end, and what the lines leave out."""
    months = result.coords["month"]
    told = [f"{kind.lower()} {_share(share[:, -1])}" for kind, share in found.items()]
    return (
        f"In {words.month_name(months[-1])}: {'; '.join(told)}. Holders sum to the whole in every future; medians "
        "of single lines need not. What was held before the horizon and later rounds are assumed. Source: company.equity "
        "and company.rounds of the scenario, and the run's raise policy."
    )


def _share(samples: np.ndarray) -> str:
    band = quantiles(samples)
    low, mid, high = (words.percent(float(band[k])) for k in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


FIGURE = base.Figure("ownership", "Who owns the company", draw, ("ownership_frac",))
