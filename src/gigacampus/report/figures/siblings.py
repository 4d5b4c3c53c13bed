"""Money between the company, its siblings and its suppliers: who gave, who was paid, as ribbons whose width is the amount."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import words
from gigacampus.report.figures import base, palette

KINDS = {
    "equity": ("Equity", palette.BLUE),
    "debt": ("Debt", palette.PURPLE),
    "goods": ("Goods", palette.ORANGE),
    "service": ("Services", palette.RED),
    "data": ("Data", palette.TEAL),
}
POINTS = 25
LEFT, MIDDLE, RIGHT = 0.0, 1.0, 2.0
BOX = 0.03
Flow = tuple[str, str, str, float]
"""Giver of the money, taker, kind, USD."""


def flows(result: Any) -> list[Flow]:
    """What the run carries along: dated flows by pair and kind, then what nobody named gave."""
    return [(str(f["giver"]), str(f["taker"]), str(f["kind"]), float(f["usd"])) for f in result.manifest.get("flows", [])]


def columns(found: list[Flow]) -> dict[str, float]:
    """The middle holds whoever both takes and gives, or takes equity or debt; the others stand to the left or right by flow."""
    takers = {to for _, to, kind, _ in found if kind in ("equity", "debt")}
    return {party: MIDDLE for party in takers}


def layout(found: list[Flow]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Boxes and ribbons in units of USD, top down; a party that gives and is paid stands on both sides."""
    middle = columns(found)
    ends = [((a, middle.get(a, LEFT)), (b, middle.get(b, RIGHT)), kind, usd) for a, b, kind, usd in found]
    ends = [e for e in ends if e[0][1] < e[1][1]]
    out_of, into = _sums(ends, 0), _sums(ends, 1)
    size = {node: max(out_of.get(node, 0.0), into.get(node, 0.0)) for node in {**out_of, **into}}
    gap = 0.08 * max(sum(v for n, v in size.items() if n[1] == x) for x in (LEFT, MIDDLE, RIGHT))
    top, boxes = {}, []
    for x in (LEFT, MIDDLE, RIGHT):
        y = 0.0
        for node in sorted((n for n in size if n[1] == x), key=lambda n: -size[n]):
            top[node] = y
            boxes.append({"party": node[0], "x": x, "y": y, "y2": y + size[node], "usd": size[node]})
            y += size[node] + gap
    used_out, used_in, ribbons = dict(top), dict(top), []
    for a, b, kind, usd in sorted(ends, key=lambda e: (top[e[1]], top[e[0]])):
        ribbons.append({"from": a, "to": b, "kind": kind, "usd": usd, "y0": used_out[a], "y1": used_in[b]})
        used_out[a] += usd
        used_in[b] += usd
    return boxes, ribbons


def _sums(ends: list[Any], side: int) -> dict[Any, float]:
    total: dict[Any, float] = {}
    for e in ends:
        total[e[side]] = total.get(e[side], 0.0) + e[3]
    return total


def draw(result: Any) -> base.Spec:
    """Ribbons, boxes and names."""
    boxes, ribbons = layout(flows(result))
    height = max((b["y2"] for b in boxes), default=1.0)
    x = {"type": "quantitative", "scale": {"domain": [-0.02, 2.05]}, "axis": None}
    y = {"type": "quantitative", "scale": {"domain": [height * 1.02, -0.07 * height]}, "axis": None}
    layers = [_ribbon(r, x, y) for r in ribbons]
    for b in boxes:
        b |= {"x2": b["x"] + BOX, "text": f"{b['party']} {_short(b['usd'])}"}
    layers.append(
        {
            "data": {"values": boxes},
            "mark": {"type": "rect", "color": palette.GREY},
            "encoding": {"x": {"field": "x", **x}, "x2": {"field": "x2"}, "y": {"field": "y", **y}, "y2": {"field": "y2"}},
        }
    )
    for column, align, edge in ((LEFT, "left", "x"), (MIDDLE, "center", "x"), (RIGHT, "right", "x2")):
        layers.append(
            {
                "data": {"values": [b for b in boxes if b["x"] == column]},
                "mark": {"type": "text", "align": align, "baseline": "bottom", "dy": -3, "fontSize": 11, "color": palette.GREY},
                "encoding": {"x": {"field": edge, **x}, "y": {"field": "y", **y}, "text": {"field": "text"}},
            }
        )
    kinds = [k for k in KINDS if any(r["kind"] == k for r in ribbons)]
    return {
        "description": "Flow diagram: money from investors, lenders and siblings to the company and its vehicle, and on to sellers.",
        "height": 330,
        "layer": layers,
        "usermeta": base.meta(
            caption(result),
            [(KINDS[k][0], KINDS[k][1], "area") for k in kinds],
            ["From", "To", "Kind", "USD"],
            [[r["from"][0], r["to"][0], KINDS[r["kind"]][0], base.tidy(r["usd"], 4)] for r in ribbons],
        ),
    }


def _short(usd: float) -> str:
    """An amount in few letters.

    >>> _short(2.2e10)
    '$22 bn'
    """
    return words.number(usd, "USD").replace(" billion", " bn").replace(" million", " M")


def _ribbon(r: dict[str, Any], x: base.Spec, y: base.Spec) -> base.Spec:
    """One flow as an area between two smooth edges."""
    t = np.linspace(0.0, 1.0, POINTS)
    smooth = t * t * (3.0 - 2.0 * t)
    left, right = r["from"][1] + BOX, r["to"][1]
    top = r["y0"] + (r["y1"] - r["y0"]) * smooth
    tip = f"{KINDS[r['kind']][0]}: {r['from'][0]} to {r['to'][0]}\n{words.number(r['usd'], 'USD')}"
    across = left + (right - left) * t
    rows = [{"x": float(a), "y": float(b), "y2": float(b + r["usd"]), "tip": tip} for a, b in zip(across, top, strict=True)]
    return {
        "data": {"values": rows},
        "mark": {"type": "area", "color": KINDS[r["kind"]][1], "opacity": 0.5},
        "encoding": {"x": {"field": "x", **x}, "y": {"field": "y", **y}, "y2": {"field": "y2"}, "tooltip": {"field": "tip"}},
    }


def caption(result: Any) -> str:
    """What the siblings put in, how circular it is, and what the run says of the runway without them."""
    rows = {r["what"]: r for r in next((x["rows"] for x in result.manifest.get("registers", []) if x["id"] == "siblings"), [])}
    parts = ["Dated flows that were public by the scenario's day; others are the rest of the stated rounds."]
    for what in ("circular share of purchases, with the vehicle that leases to it",):
        value = rows.get(what, {}).get("value")
        if value is not None:
            parts.append(f"Of what the company and its vehicle buy, {words.percent(value)} returns money that the seller had put in.")
    share = next((r for w, r in rows.items() if w.startswith("siblings' share of new funding")), None)
    if share is not None and share["p50"] is not None:
        parts.append(f"Siblings gave {words.percent(share['p50'])} of the new funding of the last twelve months.")
    return " ".join([*parts, "Source: filings and press, named in the scenario."])


FIGURE = base.Figure("siblings", "Money between siblings, investors and suppliers", draw, (), wide=True, part=("flows",))
