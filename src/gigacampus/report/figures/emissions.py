"""Emissions of the trailing twelve months against what the permits allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import words
from gigacampus.report.figures import base, palette
from gigacampus.report.figures.ladder import all_campuses

YEAR = 12
OTHERS = (("co_t", "CO"), ("pm25_t", "PM₂.₅"), ("formaldehyde_t", "Formaldehyde"), ("co2_t", "CO₂ on site"))


def trailing_year(monthly: np.ndarray) -> np.ndarray:
    """Sum of the twelve months up to each month; NaN before a year has passed. Shape (world, month) -> same.

    >>> trailing_year(np.ones((1, 13)))[0, -2:]
    array([12., 12.])
    """
    total = np.cumsum(monthly, axis=1)
    out = np.full(monthly.shape, np.nan)
    out[:, YEAR - 1 :] = total[:, YEAR - 1 :]
    out[:, YEAR:] -= total[:, :-YEAR]
    return out


def permit_limit(result: Any) -> np.ndarray:
    """Yearly NOx that the permits granted by then allow, all campuses; zero before the first; shape (month,)."""
    months = result.coords["month"]
    limit = np.zeros(len(months))
    for campus in result.scenario.get("campuses", {}).values():
        for block in campus.get("blocks", {}).values():
            if block.get("kind") == "permit" and block.get("limit_nox_t_per_year") and block.get("in_service"):
                end = str(block.get("out_of_service") or "9999-12")[:7]
                limit += [
                    block["limit_nox_t_per_year"] if str(block["in_service"])[:7] <= m < end else 0.0 for m in months
                ]
    return limit


def draw(result: Any) -> base.Spec:
    """NOₓ of the trailing year with its band, and the permits' limit as steps."""
    months = result.coords["month"]
    yearly = trailing_year(all_campuses(result, "nox_t"))
    band = {k: np.full(len(months), np.nan) for k in ("p10", "p50", "p90")}
    if len(months) >= YEAR:
        for k, v in base.quantiles(yearly[:, YEAR - 1 :]).items():
            band[k][YEAR - 1 :] = v
    limit = permit_limit(result)
    axis = base.axis("nox_t", base.peak(band["p90"], limit), "NOₓ of the trailing 12 months")
    layers, series, key = (
        base.banded(months, band, axis, palette.ORANGE),
        [("NOₓ", band, axis)],
        [("NOₓ (as NO₂)", palette.ORANGE, "line")],
    )
    if limit.any():
        values = [{"month": m, "value": axis.shown(v)} for m, v in zip(months, limit, strict=True) if v > 0]
        layers.append(
            {
                "data": base.data(values),
                "mark": {"type": "line", "color": palette.GREY, "interpolate": "step-after", "strokeDash": [6, 4]},
                "encoding": {"x": base.month_axis(months), "y": {"field": "value", **base.value_axis(axis)}},
            }
        )
        series.append(("Permit limit", {k: limit for k in band}, axis))
        key.append(("Permitted a year, planned dates", palette.GREY, "dash"))
    return base.by_month(
        result,
        layers,
        series,
        key=key,
        caption=caption(result, yearly, limit),
        description="Line chart of NOx of the trailing twelve months with its band, against the yearly limit of the "
        "permits.",
    )


def caption(result: Any, yearly: np.ndarray, limit: np.ndarray) -> str:
    """The last year of each pollutant, and how sure it is that the limit holds."""
    parts = ["Computed from fuel and stack concentrations on the planned path; permit tonnage is never an input."]
    if limit[-1] > 0 and np.isfinite(yearly[:, -1]).any():
        parts.append(
            f"In the last year the limit of {words.number(float(limit[-1]), 't')} is passed in "
            f"{words.percent(np.mean(yearly[:, -1] > limit[-1]))} of worlds."
        )
    for name, label in OTHERS:
        values = words.optional(result, name, planned=True)
        if values is not None:
            low, mid, high = np.quantile(values.sum(axis=1)[:, -YEAR:].sum(axis=1), [0.1, 0.5, 0.9])
            parts.append(f"{label}, last 12 months: {words.number(mid, 't')} ({words.band(low, high, 't')}).")
    return " ".join(parts)


FIGURE = base.Figure("emissions", "Emissions against limits", draw, ("nox_t",))
