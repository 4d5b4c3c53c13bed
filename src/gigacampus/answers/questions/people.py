"""The people panel: heads by trade, and the three pits that the money goes into."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Missing
from gigacampus.answers.questions import books
from gigacampus.answers.reductions import band_row, marks
from gigacampus.answers.workforce import heads, spending, staff_cost
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result, quantiles

NAMES = {
    "data_centres": "data centres (plant, energy, sites)",
    "talent": "talent (research and operations)",
    "robots_agents": "robots and agents (staff and programmes)",
    "other": "all else, less what customers paid",
}


def answer(result: Result) -> dict[str, Any]:
    """Cash spent in the nine months that the article names, or in the months up to the scenario's day, by class."""
    labels, now = result.coords["month"], as_of_month(result)
    if not result.has("capex_usd") or now < 1:
        raise Missing("the run has no books before its day")
    months = "2025-01..2025-09" if {"2025-01", "2025-09"} <= set(labels) else f"{labels[0]}..{labels[now]}"
    classes, span = spending(result, months), months.replace("..", " to ")
    total = np.sum(list(classes.values()), axis=0)
    rows: list[dict[str, Any]] = [band_row(v, what=f"cash spent {span}: {NAMES[k]}", unit="USD") for k, v in classes.items()]
    rows.append(band_row(total, what=f"cash spent {span}: all", unit="USD"))
    rows += by_trade(result)
    rows += [
        band_row(cost[:, now], what=f"cash cost in {labels[now]}: {trade.replace('_', ' ')}", unit="USD a month")
        for trade, cost in staff_cost(result).items()
    ]
    band = {k: float(v) for k, v in quantiles(total).items()}
    return {
        "id": "people",
        "question": "Who works there, and what does the money go into?",
        "rows": rows,
        "figures": [],
        "drivers": [],
        "sources": ["company part of the scenario"],
        "value": band["p50"],
        "low": band["p10"],
        "high": band["p90"],
        "unit": "USD",
        "title": f"cash spent {span}",
        "period": f"months {span}",
        "text": "the classes sum to the cash spent; heads follow a steady growth to a ceiling, and why people leave is not modelled",
    }


def by_trade(result: Result) -> list[dict[str, Any]]:
    """Heads of each trade at the scenario's day and at year ends, those of them who work for the platform, and hires by year."""
    lent = dict(zip(result.coords["trade"], np.moveaxis(result.samples("headcount_for_platform"), 1, 0), strict=True))
    joined = dict(zip(result.coords["trade"], np.moveaxis(result.samples("hires"), 1, 0), strict=True))
    rows = []
    for trade, count in heads(result).items():
        name = trade.replace("_", " ")
        rows += [band_row(count[:, t], what=f"heads: {name}", unit="people", month=label) for label, t in marks(result)]
        if lent[trade].any():
            rows += [
                band_row(lent[trade][:, t], what=f"of them at work for the platform: {name}", unit="people", month=label)
                for label, t in marks(result)
            ]
    for trade, who in joined.items():
        name = trade.replace("_", " ")
        rows += [
            band_row(who[:, months].sum(axis=1), what=f"hires: {name}", unit="people", year=year) for year, months in books.coming(result)
        ]
    return rows
