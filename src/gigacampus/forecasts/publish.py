"""The forecast of a run as one dated file: quantiles of every figure of the books by month, quarter, half-year and year."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.answers.grading import hindsight
from gigacampus.foundation.cache_folder import file_hash
from gigacampus.foundation.errors import printable, refuse
from gigacampus.foundation.tables.money import months_of_period
from gigacampus.foundation.version import __version__
from gigacampus.foundation.whole_file import write_text
from gigacampus.rerun.actuals import HISTORY, METRICS, forecast
from gigacampus.results import store
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result, refuse_without_company
from gigacampus.results.run_folder import MANIFEST

SCHEMA = 1
LEVELS = np.round(np.linspace(0.0, 1.0, 101), 2)
"""Probabilities of the quantiles. Linear between them, their 10th, 50th and 90th per cent are those of the run."""
SINGLE_MONTHS = 12
"""Months ahead that are forecast one by one; later ones within quarters and years alone."""
QUARTER = 3
DIGITS = 6
REPORTED = (*HISTORY, "net_loss", "free_cash_flow")
"""Metrics that a reported quarter gives, some of them turned round."""


def publish(run: Path, out: Path) -> dict[str, Any]:
    """Write the forecast of a run folder to ``out`` and its SHA-256 beside it; neither may exist. Returns what was written, in short."""
    seal = sidecar(out)
    for path in (out, seal):
        if path.exists():
            raise refuse("a published forecast is never overwritten", file=printable(str(path)), fix="choose another name with --out")
    result = store.read(run)
    refuse_without_company(result)
    made = document(result, file_hash(run / MANIFEST), datetime.now(UTC).date().isoformat())
    text = json.dumps(made, separators=(",", ":"), ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    write_text(out, text)
    write_text(seal, f"{digest}  {out.name}\n")
    short = {key: made[key] for key in ("title", "as_of", "published_on", "run_hash", "run_sha256", "hindsight")}
    return {"forecast": str(out), "sha256": digest, "lines": len(made["lines"]), **short}


def sidecar(path: Path) -> Path:
    """The file with the hash of a forecast."""
    return path.with_name(f"{path.name}.sha256")


def document(result: Result, run_sha256: str, published_on: str) -> dict[str, Any]:
    """The forecast as plain data. Periods that the run took as reported, or that had ended on its day, are not in it."""
    labels, history = result.coords["month"], QUARTER * len(result.scenario["company"].get("history") or {})
    lines = []
    for metric in METRICS:
        for period in periods(labels, first=history, now=as_of_month(result)):
            months = months_of_period(period, labels)
            values = np.quantile(forecast(result, metric, months), LEVELS)
            line = {"metric": metric, "period": period, "unit": "USD", "quantiles": [float(f"{v:.{DIGITS}g}") for v in values]}
            lines.append(line | {"naive": naive(result, metric, months, history)})
    return {
        "schema_version": SCHEMA,
        "title": result.manifest["title"],
        "as_of": str(result.manifest["as_of"]),
        "published_on": published_on,
        "program": __version__,
        "run_hash": result.manifest["hash"],
        "run_sha256": run_sha256,
        "run": result.manifest["run"],
        "hindsight": hindsight(result),
        "months": labels,
        "levels": LEVELS.tolist(),
        "lines": lines,
    }


def periods(labels: Sequence[str], *, first: int, now: int) -> Iterator[str]:
    """Months, quarters, half-years and years that begin at month ``first`` or later, end in month ``now`` or later, and are whole.

    >>> list(periods([f"2026-{m:02d}" for m in range(1, 7)], first=3, now=4))
    ['2026-05', '2026-06', '2026Q2']
    """
    months = [label for k, label in enumerate(labels) if max(first, now) <= k < max(first, now) + SINGLE_MONTHS]
    years = list(dict.fromkeys(label[:4] for label in labels))
    longer = [f"{y}{part}" for y in years for part in ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "")]
    for period in [*months, *longer]:
        at = months_of_period(period, labels)
        if at and at[0] >= first and at[-1] >= now:
            yield period


def naive(result: Result, metric: str, months: Sequence[int], history: int) -> dict[str, float]:
    """Forecasts that need no model: the last reported quarter again, and its last growth going on. Empty where nothing was reported."""
    if metric not in REPORTED or history < QUARTER:
        return {}
    quarters = [_quarter(result, metric, start) for start in range(max(0, history - 2 * QUARTER), history, QUARTER)]
    last, share = quarters[-1], len(months) / QUARTER
    out = {"last": last * share}
    if len(quarters) > 1 and last * quarters[0] > 0.0:
        ahead = (sum(months) / len(months) - (history - QUARTER + 1)) / QUARTER
        out["last_growth"] = last * (last / quarters[0]) ** ahead * share
    return {name: float(f"{value:.{DIGITS}g}") for name, value in out.items()}


def _quarter(result: Result, metric: str, start: int) -> float:
    """A metric over the reported quarter that begins at month ``start``: the same in every future; USD."""
    return float(np.median(forecast(result, metric, range(start, start + QUARTER))))
