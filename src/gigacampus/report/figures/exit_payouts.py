"""What a sale in the last month would pay each kind of holder, preferences first."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, ownership, palette
from gigacampus.results.result import quantiles


def draw(result: Any) -> base.Spec:
    """One bar for each kind of holder: its part of the price at the median, with a line from its 10 % to its 90 % point."""
    futures, paid = len(reading.samples(result, "exit_payout_usd")), ownership.grouped(result, "exit_payout_usd")
    price = np.maximum(np.sum(list(paid.values()), axis=0), 1.0)
    parts = {kind: {k: float(v) for k, v in quantiles(usd / price).items()} for kind, usd in paid.items()}
    money = {kind: {k: float(v) for k, v in quantiles(usd).items()} for kind, usd in paid.items()}
    axis = base.axis("exit_payout_usd", base.peak(np.array([b["p50"] for b in money.values()])))
    rows = [
        {"holder": kind, **{k: base.tidy(100.0 * v) for k, v in b.items()}, "tip": _tip(kind, b, money[kind])} for kind, b in parts.items()
    ]
    y = {"field": "holder", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 190}}
    x = base.value_axis(base.Axis("Part of the price (%)", "%", 100.0), domain=[0, 100])
    return {
        "description": "Bars: part of the price that each kind of holder is paid in a sale in the last month, with 10-90 % bands.",
        "height": 30 * len(rows) + 60,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "color": palette.BLUE, "height": 16},
                "encoding": {"y": y, "x": {"field": "p50", **x}, "tooltip": {"field": "tip"}},
            },
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "color": palette.GREY, "strokeWidth": 2},
                "encoding": {"y": y, "x": {"field": "p10", **x}, "x2": {"field": "p90"}, "tooltip": {"field": "tip"}},
            },
        ],
        "usermeta": base.meta(
            caption(result, paid),
            [("Median future", palette.BLUE, "area"), ("Middle 80 % of futures", palette.GREY, "line")][: 1 if futures == 1 else 2],
            ["Holder", "Part of the price (%)", "Part P10", "Part P90", f"Paid ({axis.unit})", "Paid P10", "Paid P90"],
            [
                [kind, *(base.tidy(f * b[kind][k], 4) for b, f in ((parts, 100.0), (money, axis.factor)) for k in ("p50", "p10", "p90"))]
                for kind in paid
            ],
        ),
    }


def _tip(kind: str, part: dict[str, float], money: dict[str, float]) -> str:
    usd = f"{words.number(money['p50'], 'USD')} ({words.band(money['p10'], money['p90'], 'USD')})"
    return f"{kind}\n{words.number(part['p50'], 'share')} ({words.band(part['p10'], part['p90'], 'share')})\n{usd}"


def caption(result: Any, paid: dict[str, np.ndarray]) -> str:
    """Price of all shares, what preferences take first, and how often they take it all; or that there are none."""
    total, owed = np.sum(list(paid.values()), axis=0), reading.samples(result, "preference_usd")[:, -1]
    price, first = quantiles(total), quantiles(owed)
    before = (
        f"Preferences of {words.number(float(first['p50']), 'USD')} stand before common stock; "
        f"{words.shares(float((owed > total).mean()))} they are more than the price. One time the money, not participating, is "
        "assumed: the terms are not public."
        if np.any(owed > 0.0)
        else "All stock is common: nobody is paid before the others."
    )
    return (
        f"All shares at {words.number(float(price['p50']), 'USD')} ({words.band(float(price['p10']), float(price['p90']), 'USD')}), each "
        f"future's own last price unless the scenario names one. {before} Source: the run's rounds and company.equity."
    )


FIGURE = base.Figure("exit_payouts", "Who is paid what if the company is sold", draw, ("exit_payout_usd",))
