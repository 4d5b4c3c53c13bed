"""Registers: rows of several numbers that belong together, shaped like an answer so that every reader can print them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gigacampus.answers.figures import month_label
from gigacampus.answers.reductions import band_row
from gigacampus.results.result import Result, date_quantiles


def register(
    name: str,
    question: str,
    rows: list[dict[str, Any]],
    *,
    head: dict[str, Any],
    period: str,
    text: str,
    sources: list[str],
    whose: str = "lab",
) -> dict[str, Any]:
    """One register; ``head`` is the row that stands for it, over ``period``; ``whose`` is a key of ``PERIMETERS``."""
    return {
        "id": name,
        "whose": whose,
        "question": question,
        "rows": rows,
        "figures": [],
        "drivers": [],
        "sources": sources,
        "value": head.get("p50"),
        "low": head.get("p10"),
        "high": head.get("p90"),
        "unit": head.get("unit", "1"),
        "title": head.get("what", ""),
        "period": period,
        "text": text,
    }


def row(what: str, samples: Any, unit: str, **labels: Any) -> dict[str, Any]:
    """Median and band of one quantity over the futures."""
    return band_row(np.atleast_1d(np.asarray(samples, dtype=float)), **labels, what=what, unit=unit)


def number(what: str, value: float | str | None, unit: str = "", **labels: Any) -> dict[str, Any]:
    """One number, date or sentence without a band; a float that is not known is None."""
    plain = None if isinstance(value, float) and not np.isfinite(value) else value
    return {**labels, "what": what, "value": plain, "unit": unit}


def date_row(what: str, months: np.ndarray, labels: list[str], **more: Any) -> dict[str, Any]:
    """Calendar months of a date over the futures, and the share that gets there within the horizon."""
    band = date_quantiles(np.asarray(months, dtype=float))
    shown = {k: month_label(None if np.isnan(v) else float(v), labels) for k, v in band.items()}
    return {**more, "what": what, "unit": "month", **shown, "share_within_horizon": round(float(np.isfinite(months).mean()), 4)}


def by_year(result: Result, name: str, years: Iterable[tuple[str, list[int]]], what: str, unit: str) -> list[dict[str, Any]]:
    """Band of the sum of one monthly series for each year."""
    series = result.samples(name)
    return [row(what, series[..., months].sum(axis=-1), unit, year=year) for year, months in years]
