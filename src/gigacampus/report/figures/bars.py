"""Grouped bars by year with their 10-90 % bands, as several figures of money draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gigacampus.report import words
from gigacampus.report.figures import base, palette
from gigacampus.results.result import quantiles

Series = Sequence[tuple[str, np.ndarray, str]]
"""Label, samples by (sample, month), colour."""


def whole_years(result: Any) -> dict[str, list[int]]:
    """Calendar years that the horizon covers whole, with their months."""
    labels = result.coords["month"]
    rows = {y: [i for i, m in enumerate(labels) if m.startswith(y)] for y in dict.fromkeys(m[:4] for m in labels)}
    return {y: r for y, r in rows.items() if len(r) == 12}


def by_year(result: Any, series: Series, axis_name: str, title: str) -> tuple[list[base.Spec], list[list[Any]], list[str]]:
    """Layers, table rows and columns: a bar at the median of each year and a line from its 10 % to its 90 % point."""
    years = whole_years(result)
    bands = {label: {y: quantiles(s[:, rows].sum(axis=1)) for y, rows in years.items()} for label, s, _ in series}
    edges = np.array([b[k] for d in bands.values() for b in d.values() for k in ("p10", "p90")])
    axis = base.axis(axis_name, base.peak(edges), title)
    place = {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}}
    inner = {"field": "what", "type": "nominal", "sort": [label for label, *_ in series]}
    layers: list[base.Spec] = []
    for label, _, colour in series:
        rows = [_row(label, y, bands[label][y], axis) for y in years]
        at = {"x": place, "xOffset": {**inner, "scale": {"paddingInner": 0.1}}, "tooltip": {"field": "tip"}}
        y_axis = base.value_axis(axis)
        bar = {"mark": {"type": "bar", "color": colour}, "encoding": {**at, "y": {"field": "p50", **y_axis}}}
        ends = {**at, "y": {"field": "p10", **y_axis}, "y2": {"field": "p90"}}
        line = {"mark": {"type": "rule", "color": palette.GREY, "strokeWidth": 1.5}, "encoding": ends}
        layers += [{"data": {"values": rows}, **bar}, {"data": {"values": rows}, **line}]
    cells = [(label, k) for label, *_ in series for k in ("p50", "p10", "p90")]
    table = [[y, *(base.tidy(float(bands[label][y][k]) * axis.factor, 4) for label, k in cells)] for y in years]
    columns = ["Year", *(f"{label}{end}" for label, *_ in series for end in (f" ({axis.unit})", " P10", " P90"))]
    return layers, table, columns


def _row(label: str, year: str, band: dict[str, np.ndarray], axis: base.Axis) -> dict[str, Any]:
    shown = {k: axis.shown(float(band[k])) for k in ("p10", "p50", "p90")}
    low, mid, high = (words.significant(float(band[k]) * axis.factor) for k in ("p10", "p50", "p90"))
    return {"year": year, "what": label, **shown, "tip": f"{year}\n{label}: {mid} ({low} to {high}) {axis.unit}".rstrip()}
