"""How the futures end: five classes whose shares sum to one."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.analysis.terminal_states import CLASSES, TITLES, shares
from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette


def draw(result: Any) -> base.Spec:
    """One bar for each class."""
    found = shares(reading.samples(result, "outcome_class"))
    rows = [
        {"class": _name(k), "share": found[k], "text": words.percent(found[k]), "tip": f"{TITLES[k]}\n{words.percent(found[k])} of futures"}
        for k in CLASSES
    ]
    y = {"field": "class", "type": "nominal", "sort": None, "title": None}
    x = {"field": "share", "type": "quantitative", "title": "Share of futures", "axis": {"format": ".0%"}, "scale": {"zero": True}}
    bars: base.Spec = {
        "data": {"values": rows},
        "mark": {"type": "bar", "color": palette.BLUE, "height": 18},
        "encoding": {"x": x, "y": y, "tooltip": {"field": "tip"}},
    }
    labels: base.Spec = {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "dx": 4, "color": palette.GREY},
        "encoding": {"x": x, "y": y, "text": {"field": "text"}},
    }
    return {
        "description": "Bars: share of the futures that end in each of five classes.",
        "height": 170,
        "layer": [bars, labels],
        "usermeta": base.meta(
            caption(result, found),
            [("Share of futures; the table says what each word means", palette.BLUE, "area")],
            ["How it ends", "Means", "Share of futures"],
            [[_name(k), TITLES[k], base.tidy(found[k], 3)] for k in CLASSES],
        ),
    }


def _name(key: str) -> str:
    return key.replace("_", " ").capitalize()


def caption(result: Any, found: dict[str, float]) -> str:
    """The largest class, how many futures, and how the classes are told apart."""
    most = max(found, key=lambda k: found[k])
    count = len(reading.samples(result, "outcome_class"))
    spread = np.sqrt(found[most] * (1 - found[most]) / count)
    name = f"“{_name(most).lower()}”"
    told = f"Of {count:,} futures {words.percent(found[most])} end as {name} (standard error {words.percent(float(spread), 1)})."
    how = told if count > 1 else f"The one future drawn ends as {name}."
    return (
        f"{how} The first that holds counts, worst first: bills unpaid for half a year; holders of today below half; more than half of "
        "revenue from letting machines; no outside capital needed to the end, and free cash flow of the last year above zero; else "
        "coasting. Source: the run's books."
    )


FIGURE = base.Figure("outcomes", "How the futures end", draw, ("founder_share_frac",))
