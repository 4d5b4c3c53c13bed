"""What must be true: the share of futures that break even over two inputs, with lines of equal share."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.labels import told
from gigacampus.company.analysis.solve import edge
from gigacampus.foundation.language import say
from gigacampus.report import words
from gigacampus.report.figures import base, palette
from gigacampus.report.retold import retold

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
CELLS = 24
"""Cells to a side, interpolated between the values that were marched."""
PART = "must_be_true"


def draw(result: Any) -> base.Spec:
    """The map of the run's manifest."""
    part = result.manifest[PART]
    drawn = spec(part["frontier"], part["text"])
    drawn["usermeta"]["finding"] = finding(part["frontier"])
    return drawn


def spec(frontier: dict[str, Any], goal: str) -> base.Spec:
    """Cells shaded by share, lines of equal share, and where the middle future stands."""
    x, y, shares = frontier["x"], frontier["y"], np.array(frontier["shares"])
    axes = {"x": _axis(x), "y": _axis(y)}
    layers = [_cells(x, y, shares, axes), *_lines(x, y, shares, axes), _now(x, y, axes)]
    rows = [[told(y["path"], b, y["unit"]), *(words.percent(s) for s in row)] for b, row in zip(y["values"], shares.tolist(), strict=True)]
    columns = [f"{y['title']} \\ {x['title']}", *(told(x["path"], a, x["unit"]) for a in x["values"])]
    return {
        "description": f"Map of the share of futures with {goal}, over {x['title']} and {y['title']}, with lines of equal share.",
        "height": 340,
        "layer": layers,
        "usermeta": base.meta(
            caption(frontier, goal),
            [
                ("Share of futures, darker is more", palette.BLUE, "area"),
                ("Equal share", palette.BLUE, "line"),
                ("Middle future today", palette.RED, "dot"),
            ],
            columns,
            rows,
        ),
    }


def finding(frontier: dict[str, Any]) -> str:
    """Where half of the futures get there, beside where the middle future stands; empty where none does."""
    x, y = frontier["x"], frontier["y"]
    middle = min(frontier["edge"], key=lambda row: abs(row["y"] - y["now"]))["x"]
    if middle is None or not np.isfinite(middle):
        return ""
    now, needed = (told(x["path"], at, x["unit"]) for at in (x["now"], middle))
    told_of = {"input": say(x["title"]), "needed": retold(needed), "now": retold(now)}
    return say("Half of the futures get there where {input} is {needed}, not {now}", **told_of)


def caption(frontier: dict[str, Any], goal: str) -> str:
    """What the map says, from its own numbers."""
    x, y = frontier["x"], frontier["y"]
    middle = min(frontier["edge"], key=lambda row: abs(row["y"] - y["now"]))
    where = (
        f"half of the futures get there where {x['title']} is {told(x['path'], middle['x'], x['unit'])} "
        f"({told(x['path'], x['now'], x['unit'])} today)"
        if middle["x"] is not None and np.isfinite(middle["x"])
        else f"no value of {x['title']} shown takes it across one half"
    )
    return (
        f"Share of futures with {goal}. With {y['title']} at {told(y['path'], middle['y'], y['unit'])}, {where}. All other "
        f"inputs keep their {frontier['draws']} draws; the physics is the run's own. Axes: {x['path']}, {y['path']}."
    )


def _axis(side: dict[str, Any]) -> base.Spec:
    scale = {"domain": [side["values"][0], side["values"][-1]], "nice": False, "zero": False}
    mark = {"format": "~s" if max(map(abs, side["values"])) >= 1e4 else "~g", "grid": False}
    unit = {"1/year": "a year", "year": "years", "month": "months", "day": "days"}.get(side["unit"], side["unit"])
    return {"type": "quantitative", "scale": scale, "title": f"{side['title']} ({unit})" if unit else side["title"], "axis": mark}


def _cells(x: dict[str, Any], y: dict[str, Any], shares: np.ndarray, axes: dict[str, base.Spec]) -> base.Spec:
    """Shaded rectangles; shares between marched values by straight lines."""
    xs, ys = (np.linspace(s["values"][0], s["values"][-1], CELLS + 1) for s in (x, y))
    mid_x, mid_y = (0.5 * (v[1:] + v[:-1]) for v in (xs, ys))
    by_row = np.stack([np.interp(mid_x, x["values"], row) for row in shares])
    fine = np.stack([np.interp(mid_y, y["values"], column) for column in by_row.T], axis=1)
    values = [
        {
            "a": base.tidy(xs[i]),
            "b": base.tidy(xs[i + 1]),
            "c": base.tidy(ys[j]),
            "d": base.tidy(ys[j + 1]),
            "share": base.tidy(fine[j, i], 3),
            "tip": f"{words.percent(float(fine[j, i]))} of futures\n{x['title']}: {told(x['path'], float(mid_x[i]), x['unit'])}\n"
            f"{y['title']}: {told(y['path'], float(mid_y[j]), y['unit'])}",
        }
        for j in range(CELLS)
        for i in range(CELLS)
    ]
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "color": palette.BLUE},
        "encoding": {
            "x": {"field": "a", **axes["x"]},
            "x2": {"field": "b"},
            "y": {"field": "c", **axes["y"]},
            "y2": {"field": "d"},
            "opacity": {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1], "range": [0.02, 0.6]}, "legend": None},
            "tooltip": {"field": "tip"},
        },
    }


def _lines(x: dict[str, Any], y: dict[str, Any], shares: np.ndarray, axes: dict[str, base.Spec]) -> list[base.Spec]:
    """For each level, the lowest value of x that reaches it, row by row; levels are written at falling heights, clear of each other."""
    ys = np.linspace(y["values"][0], y["values"][-1], 2 * CELLS + 1)
    fine = np.stack([np.interp(ys, y["values"], column) for column in shares.T], axis=1)
    values = []
    for level in LEVELS:
        at = np.array([edge(np.array(x["values"]), row, level) for row in fine])
        values += [
            {"x": base.tidy(a), "y": base.tidy(b), "order": k, "level": words.percent(level)}
            for k, (a, b) in enumerate(zip(at, ys, strict=True))
            if np.isfinite(a)
        ]
    if not values:
        return []
    groups = [[v for v in values if v["level"] == words.percent(level)] for level in LEVELS]
    last = [g[int((0.95 - 0.14 * k) * (len(g) - 1))] for k, g in enumerate(groups) if g]
    where = {"x": {"field": "x", **axes["x"]}, "y": {"field": "y", **axes["y"]}}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "line", "color": palette.BLUE, "strokeWidth": 1.5},
            "encoding": {**where, "order": {"field": "order", "type": "quantitative"}, "detail": {"field": "level"}},
        },
        {
            "data": {"values": last},
            "mark": {"type": "text", "align": "left", "dx": 4, "dy": 8, "color": palette.BLUE},
            "encoding": {**where, "text": {"field": "level"}},
        },
    ]


def _now(x: dict[str, Any], y: dict[str, Any], axes: dict[str, base.Spec]) -> base.Spec:
    return {
        "data": {"values": [{"x": x["now"], "y": y["now"]}]},
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "color": palette.RED, "clip": True},
        "encoding": {"x": {"field": "x", **axes["x"]}, "y": {"field": "y", **axes["y"]}},
    }


FIGURE = base.Figure("must_be_true", "What must be true to break even", draw, (), part=(PART, "frontier"))
