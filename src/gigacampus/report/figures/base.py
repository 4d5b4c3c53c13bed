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
ROUNDING_FRAC = 1e-6
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
    return Axis(f"{title} ({spelt})" if spelt else title, spelt, factor)


def peak(*arrays: np.ndarray) -> float:
    """Largest finite size in ``arrays``; 1 when there is none.

    >>> peak(np.array([3.0, -7.0, np.inf, np.nan]))
    7.0
    """
    sizes = np.abs(np.concatenate([np.ravel(a) for a in arrays]))
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 1.0


def month_values(months: Sequence[str], band: dict[str, np.ndarray], axis: Axis) -> list[dict[str, Any]]:
    """Rows of one banded series for the chart; what is below a millionth of its largest value is rounding, not a value."""
    ends = ("p10", "p50", "p90")
    least = ROUNDING_FRAC * peak(*(band[k] for k in ends))
    return [{"month": m, **{k: axis.shown(0.0 if abs(band[k][i]) < least else band[k][i]) for k in ends}} for i, m in enumerate(months)]


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
            {"type": "rule", "color": colour, "strokeWidth": 6, "opacity": BAND_OPACITY},
        )
    return [
        {
            "data": data(month_values(months, band, axis)),
            "encoding": {"x": month_axis(months)},
            "layer": [
                {"mark": ribbon, "encoding": {"y": {"field": "p10", **y}, "y2": {"field": "p90"}}},
                {"mark": line, "encoding": {"y": {"field": "p50", **y}}},
            ],
        }
    ]


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
    """Layers in which a line that equals one drawn before is dashed over it, so that both colours are seen."""
    seen: dict[tuple[Any, ...], int] = {}
    out = []
    for layer in layers:
        values = layer.get("data", {}).get("values") or []
        line = tuple((row.get("month"), row.get("p50")) for row in values if "p50" in row)
        count = seen.get(line, 0)
        if line:
            seen[line] = count + 1
        out.append(_dashed(layer, count) if line and count else layer)
    return out


def _dashed(layer: Spec, count: int) -> Spec:
    """The same layer with its lines in dashes whose gaps grow with the number of equal lines below."""
    parts = [
        {**part, "mark": {**part["mark"], "strokeDash": [6, 6 * count]}} if part.get("mark", {}).get("type") == "line" else part
        for part in layer.get("layer", [])
    ]
    return {**layer, "layer": parts}


def equal_words(series: Sequence[tuple[str, dict[str, np.ndarray], Axis]]) -> str:
    """Names the series of a figure that are equal in every month; empty where none are."""
    pairs = [
        (a, b)
        for k, (a, one, _) in enumerate(series)
        for b, other, _ in series[k + 1 :]
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
    columns, rows = band_table(months, series)
    return {
        "description": description,
        "height": height,
        "layer": [*told_apart(layers), *as_of_line(result), hover(months, tips(months, series))],
        "usermeta": meta(caption + equal_words(series), key, columns, rows),
    }
