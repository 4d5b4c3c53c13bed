"""The hottest week of the typical year, hour by hour, at the campus that asks for most energy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.calendar import MONTH_START_HOUR
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette

WEEK_HOURS = 7 * 24
PARTS = (
    ("grid_mw_h", "Grid", palette.BLUE),
    ("onsite_mw_h", "On-site generation", palette.ORANGE),
    ("wind_sun_mw_h", "Wind and sun", palette.TEAL),
    ("battery_mw_h", "Battery discharge", palette.PURPLE),
    ("unserved_mw_h", "Unmet", palette.RED),
)
STROKES: dict[str, base.Spec] = {
    "load": {"color": palette.GREY, "strokeWidth": 1.5},
    "plan": {"color": palette.GOLD, "strokeWidth": 1.5, "strokeDash": [5, 3]},
}
SAME_FRAC = 0.01
"""A plan that is nowhere above the load by more than this is no line of its own: it could not be told from the load's."""
NEEDS = ("facility_load_mw_h", "grid_mw_h", "onsite_mw_h", "dry_bulb_degc")


def hottest_week(dry_bulb_degc: np.ndarray) -> int:
    """First hour (0-based, at midnight) of the seven whole days with the highest mean dry bulb.

    >>> hottest_week(np.repeat([10.0, 30.0, 10.0], [240, 168, 240]))
    240
    """
    daily = dry_bulb_degc[: len(dry_bulb_degc) // 24 * 24].reshape(-1, 24).mean(axis=1)
    return 24 * int(np.argmax(np.convolve(daily, np.ones(7), "valid")))


def stamp(hour: int) -> str:
    """Start of a 0-based hour of the typical year as a date and time; the year stands for no real year.

    >>> stamp(31 * 24 + 5)
    '2001-02-01T05:00'
    """
    month = int(np.searchsorted(MONTH_START_HOUR, hour, side="right"))
    day, of_day = divmod(hour - int(MONTH_START_HOUR[month - 1]), 24)
    return f"2001-{month:02d}-{day + 1:02d}T{of_day:02d}:00"


def draw(result: Any) -> base.Spec:
    """Stacked sources and the load they must carry, over a strip with the dry bulb."""
    load = np.asarray(result.array("facility_load_mw_h"), dtype=float)
    campus = int(np.argmax(load.sum(axis=1)))
    start = hottest_week(np.asarray(result.array("dry_bulb_degc"), dtype=float)[campus])
    hours = range(start, start + WEEK_HOURS)
    week = {name: _hours(result, name, campus, start) for name, *_ in PARTS}
    heat = np.asarray(result.array("dry_bulb_degc"), dtype=float)[campus, start : start + WEEK_HOURS]
    asked = load[campus, start : start + WEEK_HOURS]
    plan = _plan(result, campus, start, asked)
    axis = base.axis("facility_mw", float(asked.max() if plan is None else max(asked.max(), plan.max())), "Power")
    stamps = [stamp(h) for h in hours]
    rows = [
        [s.replace("T", " ")[5:], base.tidy(heat[i], 3), axis.shown(asked[i]), *(axis.shown(week[p][i]) for p, *_ in PARTS)]
        for i, s in enumerate(stamps)
    ]
    if plan is not None:
        rows = [[*row, axis.shown(mw)] for row, mw in zip(rows, plan, strict=True)]
    columns = ["Hour", "Dry bulb (°C)", f"Load ({axis.unit})", *(f"{label} ({axis.unit})" for _, label, _ in PARTS)]
    columns += [] if plan is None else [f"Plan ({axis.unit})"]
    key = [(label, colour, "area") for name, label, colour in PARTS if np.any(week[name] > 0)]
    name = reading.campus_title(result, result.coords["campus"][campus])
    caption = (
        f"{name} in the hottest seven days of its typical year, reference world, last twelve months of the run. "
        f"Load {words.number(float(asked.min()), 'MW')} to {words.number(float(asked.max()), 'MW')}; dry bulb up to "
        f"{heat.max():.0f} °C; unmet {words.number(float(week['unserved_mw_h'].sum()), 'MWh')}."
    )
    if plan is not None:
        caption += f" The plan wanted {words.number(float((plan - asked).sum()), 'MWh')} more than plant that stands could be asked for."
        key.append(("Plan", palette.GOLD, "line"))
    return {
        "description": f"Stacked hourly sources of power at {name} in a hot week with the load as a line, and the dry bulb above.",
        "vconcat": [_strip(stamps, heat), _stack(stamps, week, {"load": asked} | ({} if plan is None else {"plan": plan}), axis)],
        "spacing": 8,
        "usermeta": base.meta(caption, [("Load", palette.GREY, "line"), *key], columns, rows),
    }


def _plan(result: Any, campus: int, start: int, asked: np.ndarray) -> np.ndarray | None:
    """Load of the week that the plan wanted, none where the run holds none or what was asked for comes within ``SAME_FRAC`` of it."""
    if not result.has("plan_load_mw_h"):
        return None
    plan: np.ndarray = np.asarray(result.array("plan_load_mw_h"), dtype=float)[campus, start : start + WEEK_HOURS]
    return plan if (plan - asked).max() > SAME_FRAC * asked.max() else None


def _hours(result: Any, name: str, campus: int, start: int) -> np.ndarray:
    """One week of an hourly array, charging of batteries left out; zeros when the run has none."""
    if not result.has(name):
        return np.zeros(WEEK_HOURS)
    out: np.ndarray = np.maximum(np.asarray(result.array(name), dtype=float)[campus, start : start + WEEK_HOURS], 0.0)
    return out


def _time(labels: bool) -> base.Spec:
    return {
        "field": "time",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"format": "%d %b", "tickCount": {"interval": "day", "step": 1}, "labels": labels, "labelOverlap": True},
    }


def _rows(values: list[dict[str, Any]]) -> base.Spec:
    return {"values": values, "format": {"parse": {"time": "utc:'%Y-%m-%dT%H:%M'"}}}


def _strip(stamps: list[str], heat: np.ndarray) -> base.Spec:
    values = [{"time": s, "heat": base.tidy(t, 3)} for s, t in zip(stamps, heat, strict=True)]
    return {
        "height": 60,
        "data": _rows(values),
        "mark": {"type": "line", "color": palette.GOLD, "strokeWidth": 1.5},
        "encoding": {
            "x": _time(False),
            "y": {"field": "heat", "type": "quantitative", "title": "°C", "scale": {"zero": False}, "axis": {"tickCount": 3}},
        },
    }


def _stack(stamps: list[str], week: dict[str, np.ndarray], lines: dict[str, np.ndarray], axis: base.Axis) -> base.Spec:
    """Areas of the sources under the lines of load and, where it is more, plan."""
    values = [
        {"time": s, "part": label, "order": k, "value": axis.shown(week[name][i])}
        for k, (name, label, _) in enumerate(PARTS)
        for i, s in enumerate(stamps)
    ]
    colours = {"domain": [p[1] for p in PARTS], "range": [p[2] for p in PARTS]}
    y = base.value_axis(axis)
    return {
        "height": 240,
        "encoding": {"x": _time(True)},
        "layer": [
            {
                "data": _rows(values),
                "mark": {"type": "area", "opacity": 0.85},
                "encoding": {
                    "y": {"field": "value", **y, "stack": "zero"},
                    "order": {"field": "order"},
                    "color": {"field": "part", "type": "nominal", "legend": None, "scale": colours},
                },
            },
            *(
                {
                    "data": _rows([{"time": s, name: axis.shown(v)} for s, v in zip(stamps, mw, strict=True)]),
                    "mark": {"type": "line", **STROKES[name]},
                    "encoding": {"y": {"field": name, **y}},
                }
                for name, mw in lines.items()
            ),
        ],
    }


FIGURE = base.Figure("dispatch_week", "A hot week, hour by hour", draw, NEEDS, wide=True)
