"""The people panel: heads by trade, and the three pits that the money goes into."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Missing
from gigacampus.answers.people import heads, spending, staff_cost
from gigacampus.answers.series import as_of_month, band_row
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
    classes = spending(result, months)
    total = np.sum(list(classes.values()), axis=0)
    rows: list[dict[str, Any]] = [band_row(v, what=f"cash spent {months}: {NAMES[k]}", unit="USD") for k, v in classes.items()]
    rows.append(band_row(total, what=f"cash spent {months}: all", unit="USD"))
    for trade, count in heads(result).items():
        rows.append(band_row(count[:, now], what=f"heads {labels[now]}: {trade.replace('_', ' ')}", unit="people"))
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
        "title": f"cash spent {months}",
        "text": "the classes sum to the cash spent; heads by entity and leaving are not modelled",
    }
