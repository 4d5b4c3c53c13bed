"""What a million tokens cost, part by part as a waterfall, beside what they bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers import unit_costs
from gigacampus.company.analysis.machine_cost import BETWEEN_PEAKS, IDLE, total
from gigacampus.foundation.units import MILLION
from gigacampus.report import words
from gigacampus.report.figures import base, palette
from gigacampus.results.periods import span_label, year_ahead
from gigacampus.results.result import quantiles

UNIT = "USD/Mtoken"
WHOLE, BROUGHT = "Cost in all", "Revenue"
ROOM = 1.1
OUT_OF_BAND = 0.1
"""Share of futures without a value from which on an end of the band has none."""
COLOURS = {WHOLE: palette.RED, BROUGHT: palette.TEAL, IDLE: palette.ORANGE, BETWEEN_PEAKS: palette.ORANGE}
LABELS = {
    "chips": "Chips",
    "network": "Network",
    "building": "Buildings",
    "power_plant": "Power plant",
    "energy": "Energy, water",
    "staff": "Staff",
    "sites": "Site upkeep",
    "insurance_taxes": "Insurance, local taxes",
    "traffic": "Token traffic",
    BETWEEN_PEAKS: "Between peaks",
    IDLE: "Idle machines",
}


def draw(result: Any) -> base.Spec:
    """One bar for each part from where the one before ends, then the whole and the revenue of a million tokens with their bands."""
    parts, brought = unit_costs.token_parts(result, year_ahead(result)), revenue(result)
    mid, ends = unit_costs.in_the_middle(parts), {name: quantiles(values) for name, values in parts.items()}
    rows, top = [], 0.0
    for name, value in mid.items():
        rows.append(_row(LABELS[name], (top, top + value), ends[name], COLOURS.get(name, palette.BLUE)))
        top += value
    for name, values in ((WHOLE, total(parts)), (BROUGHT, brought)):
        band = quantiles(values)
        rows.append(_row(name, (0.0, float(band["p50"])), band, COLOURS[name]))
    return _spec(rows, caption(result, parts, brought))


def revenue(result: Any) -> np.ndarray:
    """USD that a million served tokens bring in the year ahead, what tenants pay left out; (draw)."""
    months = year_ahead(result)
    tokens = result.samples("tokens_served")[:, months].sum(axis=1)
    out: np.ndarray = np.divide(
        unit_costs.own_revenue(result, months) * MILLION, tokens, out=np.full_like(tokens, np.nan), where=tokens > 0.0
    )
    return out


def _row(what: str, ends: tuple[float, float], band: dict[str, np.ndarray], colour: str) -> dict[str, Any]:
    low, high = (float(band[k]) for k in ("p10", "p90"))
    tip = f"{what}\n{words.number(ends[1] - ends[0], UNIT)} ({words.band(low, high, UNIT)})"
    at = {"start": base.tidy(ends[0]), "end": base.tidy(ends[1]), "p10": base.tidy(low), "p90": base.tidy(high)}
    return {"what": what, **at, "value": base.tidy(ends[1] - ends[0]), "colour": colour, "tip": tip}


def _spec(rows: list[dict[str, Any]], told: str) -> base.Spec:
    axis = base.Axis("USD for a million tokens", "USD", 1.0)
    scale = base.value_axis(axis, domain=[base.tidy(_lowest(rows)), base.tidy(_longest(rows))])
    y = {"field": "what", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 190}}
    layers: list[base.Spec] = []
    for colour in dict.fromkeys(row["colour"] for row in rows):
        mine = [row for row in rows if row["colour"] == colour]
        x = {"x": {"field": "start", **scale}, "x2": {"field": "end"}}
        layers.append(
            {
                "data": {"values": mine},
                "mark": {"type": "bar", "color": colour, "height": 14, "clip": True},
                "encoding": {"y": y, **x, "tooltip": {"field": "tip"}},
            }
        )
    whole = [row for row in rows if row["what"] in (WHOLE, BROUGHT) and row["p10"] != row["p90"]]
    if whole:
        layers.append(_band(whole, y, scale))
    key = [
        ("Machines, energy, people at work", palette.BLUE, "area"),
        ("Machines kept ready or idle", palette.ORANGE, "area"),
        (WHOLE, palette.RED, "area"),
        ("Revenue of a million tokens", palette.TEAL, "area"),
        ("Middle 80 % of futures", palette.PURPLE, "line"),
    ]
    return {
        "description": "Waterfall: parts of the cost of a million served tokens from left to right, then the whole and the revenue.",
        "height": 22 * len(rows) + 50,
        "layer": layers,
        "usermeta": base.meta(
            told, key, ["Part", f"Value ({UNIT})", "P10", "P90"], [[row["what"], row["value"], row["p10"], row["p90"]] for row in rows]
        ),
    }


def _longest(rows: list[dict[str, Any]]) -> float:
    """End of the axis: where the costs and their band end, so that parts stay in sight beside a far larger revenue."""
    known = [row[k] for row in rows if row["what"] != BROUGHT for k in ("end", "p90") if row[k] is not None]
    return ROOM * max(known, default=1.0) or 1.0


def _lowest(rows: list[dict[str, Any]]) -> float:
    """Start of the axis: zero, or below it where a part or the revenue is negative."""
    return min((row[k] for row in rows for k in ("start", "end", "p10") if row[k] is not None), default=0.0)


def _band(rows: list[dict[str, Any]], y: base.Spec, scale: base.Spec) -> base.Spec:
    """Lines from the 10 % to the 90 % point."""
    x = {"x": {"field": "p10", **scale}, "x2": {"field": "p90"}}
    mark = {"type": "rule", "color": palette.PURPLE, "strokeWidth": 2, "clip": True}
    return {"data": {"values": rows}, "mark": mark, "encoding": {"y": y, **x, "tooltip": {"field": "tip"}}}


def caption(result: Any, parts: dict[str, np.ndarray], brought: np.ndarray) -> str:
    """The whole, its largest part, and what tokens bring."""
    whole, mid = quantiles(total(parts)), unit_costs.in_the_middle(parts)
    earned = quantiles(brought)
    span = words.with_month_names(span_label(result, year_ahead(result)))
    first = max(mid, key=lambda name: mid[name])
    cost, bring = (words.number(float(band["p50"]), UNIT) for band in (whole, earned))
    ends = [words.band(float(band["p10"]), float(band["p90"]), UNIT) for band in (whole, earned)]
    none = float(np.mean(~np.isfinite(brought)))
    told = f"In the middle 80 % of futures they cost {ends[0]} and bring {ends[1]}" if len(brought) > 1 else "One future"
    told = f"In {words.percent(none)} of futures no token is served" if none > OUT_OF_BAND else told
    return (
        f"A million served tokens cost {cost} and bring {bring}. {told}, "
        f"{span}; the largest part is {LABELS[first].lower()}, {words.number(mid[first], UNIT)}. Parts "
        "are their mean shares around the middle future and sum to the whole; wear by the books, without interest on capital and without "
        "what no line explains. A revenue beyond the axis is cut off. Source: the run's books."
    )


FIGURE = base.Figure("token_cost", "What a million tokens cost, and bring", draw, ("tokens_served", "chips_cost_usd"))
