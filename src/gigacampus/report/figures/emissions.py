"""Emissions of the trailing twelve months against what the permits allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.permits import YEAR, bound_for_a_year, permit_limit, trailing_year
from gigacampus.foundation.units import KG_PER_SHORT_TON
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

DESCRIPTION = "Line chart of NOx of the trailing twelve months with its band, against the yearly limit of the permits."
SHORT_TONS_PER_T = 1000.0 / KG_PER_SHORT_TON
OTHERS = (("co_t", "CO"), ("pm25_t", "PM₂.₅"), ("formaldehyde_t", "Formaldehyde"), ("co2_t", "CO₂ on site"))


def draw(result: Any) -> base.Spec:
    """NOx of the trailing year with its band: all campuses, then those with a limit, and that limit as steps."""
    months, monthly, limit = result.coords["month"], reading.samples(result, "nox_t"), permit_limit(result)
    limited = limit.any(axis=1)
    yearly = {"NOₓ, all campuses": trailing_year(monthly.sum(axis=1))}
    if limited.any() and not limited.all():
        yearly["NOₓ, campuses with a limit"] = trailing_year(monthly[:, limited].sum(axis=1))
    bands = {label: yearly_band(values) for label, values in yearly.items()}
    axis = base.Axis("NOₓ (as NO₂) of the trailing 12 months (short tons)", "short tons", SHORT_TONS_PER_T, 1e-9)
    layers, series, key = [], [], []
    for (label, band), colour in zip(bands.items(), (palette.ORANGE, palette.BLUE), strict=False):
        layers += base.banded(months, band, axis, colour)
        series.append((label, band, axis))
        key.append((label, colour, "line"))
    if limit.any():
        layers.append(limit_line(months, limit.sum(axis=0), axis))
        series.append(("Permit limit", {k: limit.sum(axis=0) for k in ("p10", "p50", "p90")}, axis))
        key.append(("Permitted a year, planned dates", palette.GREY, "dash"))
    told = caption(result, list(yearly.values())[-1], limit.sum(axis=0))
    return base.by_month(result, layers, series, key=key, caption=told, description=DESCRIPTION)


def yearly_band(yearly: np.ndarray) -> dict[str, np.ndarray]:
    """Band by month, a gap before the first whole year."""
    out = {k: np.full(yearly.shape[1], np.nan) for k in ("p10", "p50", "p90")}
    if yearly.shape[1] >= YEAR:
        for k, values in quantiles(yearly[:, YEAR - 1 :]).items():
            out[k][YEAR - 1 :] = values
    return out


def limit_line(months: list[str], limit: np.ndarray, axis: base.Axis) -> base.Spec:
    """The limit as steps, from the first month that has one."""
    values = [{"month": m, "value": axis.shown(v)} for m, v in zip(months, limit, strict=True) if v > 0]
    return {
        "data": base.data(values),
        "mark": {
            "type": "line",
            "color": palette.GREY,
            "interpolate": "step-after",
            "strokeDash": base.DASHES["dash"],
            "point": len(values) == 1,
        },
        "encoding": {"x": base.month_axis(months), "y": {"field": "value", **base.value_axis(axis)}},
    }


def caption(result: Any, yearly: np.ndarray, limit: np.ndarray) -> str:
    """How sure it is that the limit holds where there is one, and the last year of every other pollutant."""
    parts = ["Computed from fuel and stack concentrations on the planned path; permit tonnage is never an input."]
    held = bound_for_a_year(limit)
    if held.any():
        over = words.percent(float(np.mean((yearly > limit)[:, held].any(axis=1))))
        allowed = words.number(float(limit[held][-1]) * SHORT_TONS_PER_T, "short tons")
        parts.append(
            f"Where a permit states tons ({allowed} a year in the end), some twelve months under it pass them in {over} of worlds."
        )
    for name, label in OTHERS:
        if reading.optional(result, name) is not None:
            unit, factor = ("t", 1.0) if name == "co2_t" else ("short tons", SHORT_TONS_PER_T)
            low, mid, high = factor * np.quantile(reading.all_campuses(result, name)[:, -YEAR:].sum(axis=1), [0.1, 0.5, 0.9])
            parts.append(f"{label}, last 12 months: {words.number(mid, unit)} ({words.band(low, high, unit)}).")
    return " ".join(parts)


FIGURE = base.Figure("emissions", "Emissions against limits", draw, ("nox_t",))
