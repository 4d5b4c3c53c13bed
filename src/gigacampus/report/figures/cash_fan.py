"""Cash by month over the draws, and when it runs out without a new raise."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

FUTURES = 8


def draw(result: Any) -> base.Spec:
    """Fan with the middle 80 % and 50 %, a few single futures, and the date of the cash floor."""
    months = result.coords["month"]
    cash = reading.samples(result, "cash_usd")
    axis = base.axis("cash_usd", base.peak(*quantiles(cash).values()), "Cash, with the raise policy")
    band, inner = base.settled(quantiles(cash), axis.least), np.nanquantile(cash, [0.25, 0.75], axis=0)
    low_point = runway_mark(result, axis)
    cut = (min(0.0, float(np.nanmin(band["p10"]))), max(0.0, float(np.nanmax(band["p90"]))))
    picked = np.linspace(0, len(cash) - 1, min(FUTURES, len(cash))).astype(int)
    layers = [
        *base.banded(months, band, axis, palette.BLUE, cut=cut),
        *base.banded(months, {"p10": inner[0], "p50": band["p50"], "p90": inner[1]}, axis, palette.BLUE, cut=cut),
        futures(months, cash[picked], axis, cut),
        base.level_line(0.0, "", axis),
        *low_point,
    ]
    key = [
        ("Median", palette.BLUE, "line"),
        ("Middle 50 % and 80 % of draws", palette.BLUE, "area"),
        (f"{len(picked)} single futures", palette.GREY, "line"),
    ]
    if len(cash) == 1:
        key = [("The one future drawn", palette.BLUE, "line")]
        del layers[2]
    if low_point:
        key.append(("Floor without a new raise, 10-90 % of draws", palette.RED, "line"))
    return base.by_month(
        result,
        layers,
        [("Cash", band, axis)],
        key=key,
        caption=caption(result, cash),
        description="Fan chart of cash by month: median, middle half and middle 80 % of the draws, and a few single futures.",
    )


def futures(months: list[str], rows: np.ndarray, axis: base.Axis, cut: tuple[float, float]) -> base.Spec:
    """Thin lines of single draws, cut where they leave the fan's range."""
    values = [{"month": m, "future": k, "value": axis.shown(row[i])} for k, row in enumerate(rows) for i, m in enumerate(months)]
    y = base.value_axis(axis, domain=[axis.shown(v) for v in cut])
    return {
        "data": base.data(values),
        "mark": {"type": "line", "color": palette.GREY, "strokeWidth": 0.7, "opacity": 0.55, "clip": True, "point": len(months) == 1},
        "encoding": {"x": base.month_axis(months), "y": {"field": "value", **y}, "detail": {"field": "future"}},
    }


def runway_mark(result: Any, axis: base.Axis) -> list[base.Spec]:
    """A bar on the zero line between the 10 % and 90 % dates of the floor, within the run, and a dot at the middle."""
    runway, months = reading.optional(result, "runway_month"), result.coords["month"]
    if runway is None:
        return []
    low, mid, high = np.quantile(np.where(np.isfinite(runway), runway, np.inf), [0.1, 0.5, 0.9], method="inverted_cdf")
    if not np.isfinite(low):
        return []
    last = len(months) - 1
    row = {"month": months[int(low)], "until": months[int(min(high, last))], "level": 0.0}
    y, x = {"field": "level", **base.value_axis(axis)}, base.month_axis(months)
    rows = {"values": [row], "format": {"parse": {"month": "utc:'%Y-%m'", "until": "utc:'%Y-%m'"}}}
    out: list[base.Spec] = [
        {
            "data": rows,
            "mark": {"type": "rule", "color": palette.RED, "strokeWidth": 5, "opacity": 0.6, "strokeCap": "square"},
            "encoding": {"x": x, "x2": {"field": "until"}, "y": y},
        }
    ]
    if mid <= last:
        out.append(
            {
                "data": base.data([{"month": months[int(mid)], "level": 0.0}]),
                "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "color": palette.RED},
                "encoding": {"x": x, "y": y},
            }
        )
    return out


def caption(result: Any, cash: np.ndarray) -> str:
    """Runway and low point in words."""
    months = result.coords["month"]
    parts = [f"{len(cash):,} draws."] if len(cash) > 1 else []
    runway = reading.optional(result, "runway_month")
    if runway is not None:
        date, never = words.when(runway, months), np.mean(~np.isfinite(runway))
        parts.append(f"Runway, without a new raise: {words.span(date)}; {words.shares(float(never))} it lasts beyond the horizon.")
    low, mid, high = np.quantile(reading.samples(result, "cash_low_usd"), [0.1, 0.5, 0.9])
    lowest = f"{words.number(mid, 'USD')} ({words.band(low, high, 'USD')})"
    parts.append(f"Lowest cash from the scenario's day on, with the raise policy: {lowest}.")
    return " ".join(parts)


FIGURE = base.Figure("cash_fan", "Cash and runway", draw, ("cash_usd", "cash_low_usd"))
