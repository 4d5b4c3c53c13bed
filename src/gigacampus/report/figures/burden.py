"""Who bears the air and the noise: each group's share of the exposure beside its share of the people nearby and of the county."""

from __future__ import annotations

from typing import Any

from gigacampus.report import words
from gigacampus.report.figures import base, palette

SHARES = (
    ("exposure_share", "of the exposure", palette.ORANGE),
    ("nearby_share", "of the people nearby", palette.BLUE),
    ("county_share", "of the county", palette.GREY),
)


def draw(result: Any) -> base.Spec:
    """Three bars for each group and exposure."""
    rows = result.manifest["map"]["groups"]
    exposures = list(dict.fromkeys(row["exposure"] for row in rows))
    panels = [_panel(exposure, [row for row in rows if row["exposure"] == exposure]) for exposure in exposures]
    table = [[row["exposure"], row["group"], *(base.tidy(100.0 * row[key], 3) for key, *_ in SHARES)] for row in rows]
    columns = ["Exposure", "Group", *(f"Share {label} (%)" for _, label, _ in SHARES)]
    key = [(f"Share {label}", colour, "area") for _, label, colour in SHARES]
    return {
        "description": "Bars by group of people: share of the exposure, of the people nearby and of the county, for air and for noise.",
        "vconcat": panels,
        "usermeta": base.meta(caption(rows), key, columns, table),
    }


def _panel(exposure: str, rows: list[dict[str, Any]]) -> base.Spec:
    groups, inner = [row["group"] for row in rows], {"field": "what", "sort": [label for _, label, _ in SHARES]}
    at = {
        "y": {"field": "group", "type": "nominal", "title": None, "sort": groups, "axis": {"labelLimit": 220}},
        "yOffset": {**inner, "type": "nominal"},
        "x": {"field": "share", "type": "quantitative", "title": "Share (%)", "scale": {"domain": [0, 100]}},
        "tooltip": {"field": "tip"},
    }
    layers = [
        {"data": {"values": [_bar(row, key, label) for row in rows]}, "mark": {"type": "bar", "color": colour}, "encoding": at}
        for key, label, colour in SHARES
    ]
    return {"title": exposure, "height": 190, "width": "container", "layer": layers}


def _bar(row: dict[str, Any], key: str, label: str) -> dict[str, Any]:
    share = 100.0 * row[key]
    return {"group": row["group"], "what": label, "share": share, "tip": f"{row['group']}\n{label}: {share:.0f} %"}


def caption(rows: list[dict[str, Any]]) -> str:
    """The group with most over its share of the county, for each exposure, and what the groups rest on."""
    said = []
    for exposure in dict.fromkeys(row["exposure"] for row in rows):
        row = max((r for r in rows if r["exposure"] == exposure), key=lambda r: float(r["over_county"]))
        said.append(
            f"{exposure}: most over its share of the county is {row['group']}, with {words.percent(row['exposure_share'])} "
            f"against {words.percent(row['county_share'])}."
        )
    return " ".join(
        [
            *said,
            "Air: people within 15 km times the mean of the year ahead; noise: people within 8 km above the level, month of the "
            "scenario's day. Reference world. Groups: census of 2020 by voting district; poverty and income by tract, 2014 to 2018.",
        ]
    )


FIGURE = base.Figure("burden", "Who bears the air and the noise", draw, (), part=("map", "groups"))
