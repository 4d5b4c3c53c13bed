"""A forecast of January 2026 against what became known later: every line, openly, nothing gating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gigacampus.company.finance.scores import crps_ensemble
from gigacampus.foundation.units import MILLION

LINES = {
    "ai_segment_revenue": ("group_revenue_usd", 1.0),
    "ai_segment_adj_ebitda": ("group_ebitda_usd", 1.0),
    "adj_ebitda": ("group_ebitda_usd", 1.0),
    "ai_segment_capex": ("group_capex_usd", 1.0),
    "capex": ("group_capex_usd", 1.0),
}
"""Later-published line of the segment that holds the lab and the platform -> our series."""


@dataclass(frozen=True)
class Scored:
    """One later-published figure beside the forecast; USD million."""

    period: str
    metric: str
    low: float
    median: float
    high: float
    truth: float
    inside: bool
    crps_over_truth: float


def months_of_period(period: str, labels: list[str]) -> list[int]:
    """Month indices of ``2025`` or ``2026Q1``.

    >>> months_of_period("2026Q1", ["2025-12", "2026-01", "2026-02", "2026-03"])
    [1, 2, 3]
    """
    year, _, quarter = period.partition("Q")
    wanted = {f"{year}-{m:02d}" for m in (range(1, 13) if not quarter else range(3 * int(quarter) - 2, 3 * int(quarter) + 1))}
    return [i for i, label in enumerate(labels) if label in wanted]


def score(series: Mapping[str, np.ndarray], labels: list[str], rows: Iterable[Mapping[str, str]]) -> list[Scored]:
    """Score monthly series (month, draw) on rows of period, metric, value in USD million; other rows are left out."""
    out = []
    for row in rows:
        if row["metric"] not in LINES or not row["value"]:
            continue
        name, sign = LINES[row["metric"]]
        total = sign * series[name][months_of_period(row["period"], labels)].sum(axis=0) / MILLION
        low, mid, high = np.percentile(total, [10, 50, 90])
        truth = float(row["value"])
        gap = crps_ensemble(total, truth) / abs(truth)
        out.append(Scored(row["period"], row["metric"], float(low), float(mid), float(high), truth, bool(low <= truth <= high), gap))
    return out
