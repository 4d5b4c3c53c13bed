"""What moves the runway, as bars and in words."""

from __future__ import annotations

from typing import Any

from gigacampus.report.figures import base, palette

PART = "must_be_true"


def draw(result: Any) -> base.Spec:
    """One bar for each input, from its effect at one end of its distribution to that at the other."""
    found = result.manifest[PART]["tornado"][0]
    rows, unit = found["rows"], found["unit"]
    values = [
        {"title": r["title"], "end": name, "value": base.tidy(r[key]), "tip": f"{r['title']} at {r[text]}\n{r[key]:+.2f} {unit}"}
        for r in rows
        for name, key, text in (("low", "at_low", "low_text"), ("high", "at_high", "high_text"))
    ]
    x = {"field": "value", "type": "quantitative", "title": f"Change ({unit})"}
    y = {"field": "title", "type": "nominal", "sort": [r["title"] for r in rows], "title": None, "axis": {"labelLimit": 220}}
    bars = [_bar(values, end, colour, x, y) for end, colour in (("low", palette.ORANGE), ("high", palette.BLUE))]
    table = [[r["title"], r["low_text"], base.tidy(r["at_low"], 3), r["high_text"], base.tidy(r["at_high"], 3)] for r in rows]
    return {
        "description": f"Bars: how far each input moves {found['of']} from the one end of its distribution to the other.",
        "height": 34 * max(len(rows), 1) + 20,
        "layer": bars,
        "usermeta": base.meta(
            caption(found),
            [("At its low end (10 %)", palette.ORANGE, "area"), ("At its high end (90 %)", palette.BLUE, "area")],
            ["Input", "Low end", f"Change ({unit})", "High end", f"Change at the high end ({unit})"],
            table,
        ),
    }


def _bar(values: list[dict[str, Any]], end: str, colour: str, x: base.Spec, y: base.Spec) -> base.Spec:
    return {
        "data": {"values": [v for v in values if v["end"] == end]},
        "mark": {"type": "bar", "color": colour, "height": 13},
        "encoding": {"x": x, "y": y, "tooltip": {"field": "tip"}},
    }


def caption(found: dict[str, Any]) -> str:
    """The largest movements in words, made of the run's numbers."""
    told = "; ".join(r["text"] for r in found["rows"][:3])
    late = [r["text"] for r in found["rows"][3:] if not r["path"]]
    mean = f"In the mean of futures {found['of']} is {found['mean']:.1f} {found['unit']} from the scenario's day."
    return f"{mean} {told[:1].upper()}{told[1:]}." + "".join(f" {t[:1].upper()}{t[1:]}." for t in late)


FIGURE = base.Figure("tornado", "What moves the runway", draw, (), part=(PART, "tornado"))
