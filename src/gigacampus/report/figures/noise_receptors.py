"""Levels at the neighbours by day and by night, with their band."""

from __future__ import annotations

import re
from typing import Any

from gigacampus.foundation.language import say
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette

TIMES = (("noise_night_dba", "Night", palette.BLUE), ("noise_day_dba", "Day", palette.ORANGE))
COUNTED = re.compile(r" \([\d,]+ people\)$")
"""How many live there, which some titles of places end with and an axis has no room for."""


def limits(result: Any) -> list[float]:
    """Night limits that the scenario states."""
    stated = [c.get("noise", {}).get("limit_night_dba") for c in result.scenario.get("campuses", {}).values()]
    return sorted({float(v) for v in stated if v is not None})


def draw(result: Any) -> base.Spec:
    """One line per receptor with two dots and their bands, loudest first."""
    bands = {name: reading.level_bands(result, name) for name, *_ in TIMES}
    chosen = sorted(reading.shown_receptors(result), key=lambda i: -bands["noise_night_dba"]["p50"][i, -1])
    names = [COUNTED.sub("", reading.receptor_title(result, result.coords["receptor"][i])) for i in chosen]
    values = [
        {"place": names[k], "time": label, "order": k, **{q: base.tidy(bands[name][q][i, -1], 3) for q in ("p10", "p50", "p90")}}
        for name, label, _ in TIMES
        for k, i in enumerate(chosen)
    ]
    for row in values:
        row["tip"] = f"{row['place']}, {row['time'].lower()}\n{row['p50']:.0f} dBA ({row['p10']:.0f} to {row['p90']:.0f})"
    axis = base.Axis("Level in the last month (dBA)", "dBA", 1.0)
    rows = [[names[k], *(base.tidy(bands[n][q][i, -1], 3) for n, *_ in TIMES for q in ("p50", "p10", "p90"))] for k, i in enumerate(chosen)]
    columns = ["Place", *(f"{label}{q}" for _, label, _ in TIMES for q in (" (dBA)", " P10", " P90"))]
    key = [(label, colour, "dot") for _, label, colour in TIMES]
    return {
        "description": "Dot chart of day and night levels at each receptor in the last month, with a bar from the 10 % to the 90 % point.",
        "height": 40 + 34 * len(names),
        "layer": _layers(values, axis, limits(result)),
        "usermeta": {**base.meta(caption(result, len(names)), key, columns, rows), "finding": finding(values)},
    }


def _layers(values: list[base.Spec], axis: base.Axis, stated: list[float]) -> list[base.Spec]:
    colour = {
        "field": "time",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [t[1] for t in TIMES], "range": [t[2] for t in TIMES]},
    }
    y = {"field": "place", "type": "nominal", "sort": {"field": "order", "op": "min"}, "title": None, "axis": {"grid": True}}
    common = {"y": y, "yOffset": {"field": "time"}, "color": colour, "tooltip": {"field": "tip"}}
    x = {"type": "quantitative", "title": axis.title, "scale": {"zero": False, "nice": True}}
    layers: list[base.Spec] = [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.35},
            "encoding": {**common, "x": {"field": "p10", **x}, "x2": {"field": "p90"}},
        },
        {
            "data": {"values": values},
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {**common, "x": {"field": "p50", **x}},
        },
    ]
    for limit in stated:
        layers.append(
            {
                "data": {"values": [{"limit": limit}]},
                "mark": {"type": "rule", "color": palette.RED, "strokeDash": [5, 4]},
                "encoding": {"x": {"field": "limit", **x}},
            }
        )
    return layers


def finding(values: list[base.Spec]) -> str:
    """The loudest place and its level; empty where no place is shown."""
    if not values or values[0]["p50"] is None:
        return ""
    row = values[0]
    level, band = words.number(row["p50"], "dBA"), words.band(row["p10"], row["p90"], "dBA")
    return say("{place}, the loudest place, hears {level} by night in the last month", place=row["place"], level=f"{level} ({band})")


def caption(result: Any, count: int) -> str:
    """What the band holds and which places were left out."""
    left_out = len(result.coords["receptor"]) - count
    parts = ["Median over the worlds; the bar adds the spread of the worlds and the model's own 80 % band in quadrature."]
    if left_out:
        parts.append(f"Places known only by recollection are not shown: {left_out}.")
    stated = limits(result)
    if stated:
        parts.append(f"Dashed: night limit stated in the scenario ({', '.join(f'{v:.0f} dBA' for v in stated)}).")
    return " ".join(parts)


FIGURE = base.Figure("noise_receptors", "Noise at the neighbours", draw, ("noise_night_dba", "noise_day_dba"), wide=True)
