"""What a figure is, and the parts that all figures share: axes with units, months, bands, rules, the hover line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.registry.variables import REGISTRY
from gigacampus.report import words
from gigacampus.report.figures import palette

Spec = dict[str, Any]
_SCALES = {
    "MW": ((1500.0, "GW", 1e-3),),
    "MWh": ((2e6, "TWh", 1e-6), (2e3, "GWh", 1e-3)),
    "USD": ((2e9, "billion USD", 1e-9), (2e6, "million USD", 1e-6)),
    "m3": ((2e6, "million m³", 1e-6), (2e4, "thousand m³", 1e-3)),
    "t": ((1e6, "million t", 1e-6),),
    "1": ((2e9, "billion", 1e-9), (2e6, "million", 1e-6)),
}
BAND_OPACITY = 0.18
ROUNDING_FRAC, UNSEEN_FRAC = 1e-12, 1e-6
"""Shares of the largest value below which a value is what rounding left, and below which it cannot be told from zero in a picture."""
LEAST = {"USD": 0.01, "MW": 1e-6, "MWh": 1e-6, "t": 1e-9, "m3": 1e-6, "people": 1e-6}
"""What is smaller in the unit of a variable is rounding: a cent, a watt, a gram."""
STROKE_FRAC = 0.006
"""Width of a line over the height of a figure: lines that are nearer hide one another."""
HIDDEN_FRAC = 0.9
"""Share of its months from which on a line that others cover is not seen."""
DASHES = {"dash": [6, 4], "dots": [2, 2]}


@dataclass(frozen=True)
class Figure:
    """One figure of the report: a pure function of the result, and the variables without which it makes no sense."""

    name: str
    title: str
    function: Callable[[Any], Spec]
    needs: tuple[str, ...]
    wide: bool = False
    """Takes the whole width of the page."""
    part: tuple[str, ...] = ()
    """Where in the manifest the part lies that it draws, beside the variables."""


@dataclass(frozen=True)
class Axis:
    """A value axis: what it says and the factor from the registry's unit to the unit shown."""

    title: str
    unit: str
    factor: float
    least: float = 0.0
    """What is smaller, in the registry's unit, is rounding."""

    def shown(self, value: float) -> float:
        """A value in the unit of the axis, rounded to five figures; None (a gap) when it is not finite."""
        out: float = tidy(value * self.factor)
        return out


def tidy(value: float, digits: int = 5) -> Any:
    """Round to ``digits`` significant figures; None when not finite.

    >>> tidy(1234567.0), tidy(float("nan"))
    (1234600.0, None)
    """
    value = float(value)
    if not math.isfinite(value):
        return None
    return value if value == 0 else round(value, digits - 1 - math.floor(math.log10(abs(value))))


def axis(name: str, peak: float, title: str | None = None) -> Axis:
    """Axis for registry variable ``name`` whose largest value is ``peak``, in a unit that gives short labels."""
    row = REGISTRY[name]
    title, unit, factor = title or row.title, row.unit, 1.0
    if unit == "FLOP":
        power = 3 * int(math.log10(max(peak, 1.0)) // 3)
        unit, factor = f"{words.power_of_ten(power)} FLOP", 10.0**-power
    for floor, larger, by in _SCALES.get(unit, ()):
        if peak >= floor:
            unit, factor = larger, by
            break
    spelt = words.unit_text(unit)
    return Axis(f"{title} ({spelt})" if spelt else title, spelt, factor, LEAST.get(row.unit, 0.0))


def peak(*arrays: np.ndarray) -> float:
    """Largest finite size in ``arrays``; 1 when there is none.

    >>> peak(np.array([3.0, -7.0, np.inf, np.nan]))
    7.0
    """
    sizes = np.abs(np.concatenate([np.ravel(a) for a in arrays]))
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 1.0


def settled(band: dict[str, np.ndarray], least: float = 0.0) -> dict[str, np.ndarray]:
    """A band without rounding: what is below a share of its largest value, or below ``least``, is zero.

    >>> settled({"p50": np.array([-4e-16, 5.0])})["p50"].tolist()
    [0.0, 5.0]
    """
    least = max(least, ROUNDING_FRAC * peak(*band.values()))
    return {k: np.where(np.abs(v) < least, 0.0, v) for k, v in band.items()}


def month_values(months: Sequence[str], band: dict[str, np.ndarray], axis: Axis, extent: float = math.inf) -> list[dict[str, Any]]:
    """Rows of one banded series for a picture that reaches to ``extent`` (registry unit)."""
    shown = settled(band, max(axis.least, UNSEEN_FRAC * min(extent, peak(*band.values()))))
    return [{"month": m, **{k: axis.shown(shown[k][i]) for k in ("p10", "p50", "p90")}} for i, m in enumerate(months)]


def month_axis(months: Sequence[str]) -> Spec:
    """The x encoding of every figure by month: yearly ticks, or quarterly when the run is short."""
    short = len(months) <= 18
    ticks = {"interval": "month", "step": 3} if short else {"interval": "year", "step": 1}
    return {
        "field": "month",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"format": "%b %Y" if short else "%Y", "tickCount": ticks, "labelOverlap": True},
    }


def data(values: list[dict[str, Any]]) -> Spec:
    """Inline rows with their month parsed once, as the first of the month."""
    return {"values": values, "format": {"parse": {"month": "utc:'%Y-%m'"}}}


def value_axis(axis: Axis, **scale: Any) -> Spec:
    """The y encoding's axis and scale."""
    return {"type": "quantitative", "title": axis.title, "scale": {"nice": True, **scale}}


def banded(
    months: Sequence[str],
    band: dict[str, np.ndarray],
    axis: Axis,
    colour: str,
    *,
    step: bool = False,
    mark: str = "line",
    cut: tuple[float, float] | None = None,
) -> list[Spec]:
    """Ribbon from P10 to P90 and the median line of one series; ``cut`` shows only that range (registry unit)."""
    shape = {**({"interpolate": "step-after"} if step else {}), **({"clip": True} if cut else {})}
    y = value_axis(axis, **({"domain": [axis.shown(v) for v in cut]} if cut else {"zero": True}))
    line = {"type": "line", "color": colour, "strokeWidth": 2, **({"strokeDash": DASHES[mark]} if mark in DASHES else {}), **shape}
    ribbon = {"type": "area", "color": colour, "opacity": BAND_OPACITY, **shape}
    if len(months) == 1:
        line, ribbon = (
            {**line, "point": {"color": colour, "size": 60}},
            {"type": "rule", "color": colour, "strokeWidth": 6, "opacity": BAND_OPACITY, **({"clip": True} if cut else {})},
        )
    values = month_values(months, band, axis, max(map(abs, cut)) if cut else math.inf)
    parts: list[Spec] = [
        {"mark": ribbon, "encoding": {"y": {"field": "p10", **y}, "y2": {"field": "p90"}}},
        {"mark": line, "encoding": {"y": {"field": "p50", **y}}},
    ]
    if len(months) > 1 and (alone := without_neighbours(values)):
        dot = {"type": "point", "filled": True, "opacity": 1, "size": 40, "color": colour, **({"clip": True} if cut else {})}
        bar = {"type": "rule", "color": colour, "strokeWidth": 6, "opacity": BAND_OPACITY}
        parts.append({"data": data(alone), "mark": bar, "encoding": {"y": {"field": "p10", **y}, "y2": {"field": "p90"}}})
        parts.append({"data": data(alone), "mark": dot, "encoding": {"y": {"field": "p50", **y}}})
    return [{"data": data(values), "encoding": {"x": month_axis(months)}, "layer": parts}]


def without_neighbours(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows between gaps: no line leads to them.

    >>> without_neighbours([{"p50": 1.0}, {"p50": None}, {"p50": 2.0}, {"p50": 3.0}])
    [{'p50': 1.0}]
    """
    known = [False, *(row["p50"] is not None for row in values), False]
    return [row for k, row in enumerate(values, start=1) if known[k] and not known[k - 1] and not known[k + 1]]


def level_line(value: float, text: str, axis: Axis, colour: str = palette.GREY) -> Spec:
    """A labelled horizontal line at ``value`` (registry unit)."""
    y = {"field": "level", **value_axis(axis)}
    return {
        "data": {"values": [{"level": axis.shown(value), "text": text}]},
        "layer": [
            {"mark": {"type": "rule", "color": colour, "strokeDash": [5, 4]}, "encoding": {"y": y}},
            {
                "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 5, "dy": -3, "color": colour},
                "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "text"}},
            },
        ],
    }


def as_of_line(result: Any) -> list[Spec]:
    """A labelled vertical line at the scenario's day, when it lies inside the run."""
    months, month = result.coords["month"], str(result.manifest["as_of"])[:7]
    if month not in months[1:-1]:
        return []
    x = month_axis(months)
    return [
        {
            "data": data([{"month": month, "text": "as of"}]),
            "layer": [
                {"mark": {"type": "rule", "color": palette.GREY, "strokeDash": [2, 3]}, "encoding": {"x": x}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "top", "color": palette.GREY},
                    "encoding": {"x": x, "y": {"value": 2}, "text": {"field": "text"}},
                },
            ],
        }
    ]


def hover(months: Sequence[str], tips: Sequence[str]) -> Spec:
    """An invisible line per month that shows itself and its text when the pointer is near."""
    return {
        "data": data([{"month": m, "tip": t} for m, t in zip(months, tips, strict=True)]),
        "params": [
            {"name": "near", "select": {"type": "point", "fields": ["month"], "nearest": True, "on": "pointermove", "clear": "pointerout"}}
        ],
        "mark": {"type": "rule", "color": palette.GREY, "strokeWidth": 1},
        "encoding": {
            "x": month_axis(months),
            "tooltip": {"field": "tip"},
            "opacity": {"condition": {"param": "near", "empty": False, "value": 0.8}, "value": 0},
        },
    }


def tips(months: Sequence[str], series: Sequence[tuple[str, dict[str, np.ndarray], Axis]]) -> list[str]:
    """Text of the hover line: the month, then each series with its band."""
    out = []
    for i, month in enumerate(months):
        lines = [words.month_name(month)]
        lines += [f"{label}: {shown(band, axis, i)} {axis.unit}".rstrip() for label, band, axis in series]
        out.append("\n".join(lines))
    return out


def shown(band: dict[str, np.ndarray], axis: Axis, i: int) -> str:
    """``median (low to high)`` of month ``i`` in the unit of the axis."""
    low, mid, high = (words.significant(band[k][i] * axis.factor) for k in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low} to {high})"


def meta(caption: str, key: Sequence[tuple[str, str, str]], columns: Sequence[str], rows: list[list[Any]]) -> Spec:
    """What the page prints around a figure: caption, key (label, colour, mark) and the table behind the picture."""
    return {
        "caption": caption,
        "key": [{"label": a, "colour": palette.NAMES[b], "mark": c} for a, b, c in key],
        "table": {"columns": list(columns), "rows": rows},
    }


def band_table(months: Sequence[str], series: Sequence[tuple[str, dict[str, np.ndarray], Axis]]) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of a table by month: median, P10 and P90 of each series in the units shown."""
    columns = ["Month"]
    for label, _, axis in series:
        unit = f" ({axis.unit})" if axis.unit else ""
        columns += [f"{label}{unit}", f"{label} P10", f"{label} P90"]
    rows: list[list[Any]] = []
    for i, month in enumerate(months):
        row: list[Any] = [month]
        for _, band, axis in series:
            row += [tidy(band[k][i] * axis.factor, 4) for k in ("p50", "p10", "p90")]
        rows.append(row)
    return columns, rows


def told_apart(layers: Sequence[Spec]) -> list[Spec]:
    """Layers in which a line that hides one drawn before, in another colour, is dashed over it, so that both colours are seen."""
    lines = [(k, *found) for k, layer in enumerate(layers) if (found := _line_of(layer))]
    reach = STROKE_FRAC * peak(*(heights for *_, heights in lines)) if lines else 0.0
    dashes = [0] * len(layers)
    for n, (k, colour, heights) in enumerate(lines):
        known = np.isfinite(heights)
        over = [(j, known & (np.abs(heights - other) <= reach)) for j, tint, other in lines[n + 1 :] if tint != colour]
        over.sort(key=lambda pair: pair[1].sum())
        while over and known.any() and np.any([at for _, at in over], axis=0).sum() >= HIDDEN_FRAC * known.sum():
            j, _ = over.pop()
            dashes[j] = max(dashes[j], dashes[k] + 1)
    drawn = {k for k, *_ in lines} if any(dashes) else set()
    return [_dashed(layer, dashes[k]) if k in drawn else layer for k, layer in enumerate(layers)]


def _line_of(layer: Spec) -> tuple[str, np.ndarray] | None:
    """Colour and heights by month of a banded series; None for other layers."""
    rows = layer.get("data", {}).get("values") or [{}]
    mark: Spec = next((part["mark"] for part in layer.get("layer", []) if part["mark"]["type"] == "line"), {})
    return (str(mark.get("color")), np.array([row["p50"] for row in rows], dtype=float)) if "p50" in rows[0] and mark else None


def _dashed(layer: Spec, count: int) -> Spec:
    """The same layer over ``count`` equal lines: dashes whose gaps grow with them, and where a month is all, dots that shrink."""

    def apart(mark: Spec) -> Spec:
        if mark["type"] != "line":
            return mark
        dot = {"point": {**mark["point"], "size": round(300 * 0.6**count)}} if "point" in mark else {}
        return {**mark, **({"strokeDash": [6, 6 * count]} if count else {}), **dot}

    return {**layer, "layer": [{**part, "mark": apart(part["mark"])} for part in layer["layer"]]}


def equal_words(series: Sequence[tuple[str, dict[str, np.ndarray], Axis]]) -> str:
    """Names the series of a figure that are equal in every month, and not zero; empty where none are."""
    some = [(label, band) for label, band, _ in series if any(np.any(values) for values in band.values())]
    pairs = [
        (a, b)
        for k, (a, one) in enumerate(some)
        for b, other in some[k + 1 :]
        if all(np.array_equal(one[key], other[key], equal_nan=True) for key in ("p10", "p50", "p90"))
    ]
    return "".join(f" {a} and {b} are equal in every month." for a, b in pairs)


def by_month(
    result: Any,
    layers: list[Spec],
    series: Sequence[tuple[str, dict[str, np.ndarray], Axis]],
    *,
    description: str,
    caption: str,
    key: Sequence[tuple[str, str, str]],
    height: int = 300,
) -> Spec:
    """A whole figure by month: layers, the as-of line, the hover line and the table."""
    months = result.coords["month"]
    series = [(label, settled(band, axis.least), axis) for label, band, axis in series]
    columns, rows = band_table(months, series)
    return {
        "description": description,
        "height": height,
        "layer": [*told_apart(layers), *as_of_line(result), hover(months, tips(months, series))],
        "usermeta": meta(caption + equal_words(series), key, columns, rows),
    }
