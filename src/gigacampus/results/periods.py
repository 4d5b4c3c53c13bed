"""The periods that figures are read over: the month of the scenario's day, the year ahead, whole years; each with its words."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.foundation.units import MONTHS_PER_YEAR
from gigacampus.registry.variables import row_of
from gigacampus.results.result import date_quantiles, without_reference

YEAR = int(MONTHS_PER_YEAR)
BUILT_WITHIN = 1e-3
"""Share of the last month's power within which a month counts as all built."""


def as_of_month(result: Any) -> int:
    """Index of the month that holds ``as_of``, clipped to the horizon."""
    label = str(result.manifest["as_of"])[:7]
    months = result.coords["month"]
    return int(months.index(label)) if label in months else (0 if label < months[0] else len(months) - 1)


def now(result: Any) -> str:
    """Label of the month that the figures of today are read at."""
    return str(result.coords["month"][as_of_month(result)])


def year_ahead(result: Any) -> slice:
    """The twelve months that follow ``as_of``; the horizon's last twelve where it ends before that."""
    count = len(result.coords["month"])
    start = min(as_of_month(result) + 1, max(count - YEAR, 0))
    return slice(start, min(start + YEAR, count))


def when(result: Any) -> str:
    """Words for ``year_ahead``: the year ahead, or the months that stand in for it."""
    span = year_ahead(result)
    if span.start == as_of_month(result) + 1 and span.stop - span.start == YEAR:
        return "in the year ahead"
    return span_label(result, span)


def span_label(result: Any, months: slice | list[int]) -> str:
    """First and last month of a period as one text: ``2026-02 to 2027-01``; one month alone as itself."""
    labels = np.array(result.coords["month"])[months]
    return str(labels[0]) if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"


def month_period(result: Any, month: int) -> str:
    """A figure's period that is one month: ``month 2026-01``."""
    return f"month {result.coords['month'][month]}"


def year_period(result: Any) -> str:
    """A figure's period that is the year ahead: ``year 2026-02 to 2027-01``; months that stand in for it as such."""
    span = year_ahead(result)
    return f"{'year' if span.stop - span.start == YEAR else 'months'} {span_label(result, span)}"


def built_months(result: Any) -> np.ndarray:
    """Index of the first month from which the planned power stays what it is at the end, by world."""
    total = without_reference(result.planned("facility_design_mw").sum(axis=1))
    last = total[:, -1:]
    differs = np.abs(total - last) > BUILT_WITHIN * np.abs(last)
    return np.array([row.nonzero()[0].max(initial=-1) + 1 for row in differs], dtype=float)


def built_month(result: Any) -> int:
    """Index of the month in which all is built in the middle world; the last where the run does not hold power."""
    if not result.has("facility_design_mw"):
        return len(result.coords["month"]) - 1
    return int(date_quantiles(built_months(result))["p50"])


def instant(result: Any) -> str:
    """A figure's period that is the scenario's day."""
    return f"instant {str(result.manifest['as_of'])[:10]}"


def year_on(result: Any) -> str:
    """The month twelve months after that of the scenario's day, or the last, as a period."""
    return month_period(result, min(as_of_month(result) + YEAR, len(result.coords["month"]) - 1))


def horizon_period(result: Any) -> str:
    """A figure's period that is the whole horizon."""
    return f"horizon {span_label(result, slice(None))}"


def years(result: Any) -> dict[str, list[int]]:
    """Calendar years that the horizon covers whole, with their months."""
    labels = result.coords["month"]
    rows = {y: [i for i, m in enumerate(labels) if m.startswith(y)] for y in dict.fromkeys(m[:4] for m in labels)}
    return {y: r for y, r in rows.items() if len(r) == YEAR}


def first_month_above(series: np.ndarray, level: float) -> np.ndarray:
    """Month index at which each row of ``series`` first reaches ``level``; NaN if it does not. Shape (row, month) -> (row,).

    >>> first_month_above(np.array([[1.0, 2.0], [0.0, 0.0]]), 2.0)
    array([ 1., nan])
    """
    reached = series >= level
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.nan).astype(float)


def folded(name: str, months: np.ndarray) -> np.ndarray:
    """A concentration (..., month) of a period: its mean, its highest, or what its last month says of the twelve up to it."""
    folds: dict[str, Any] = {"mean": np.mean, "max": np.max}
    rule = row_of(name).rule
    return np.asarray(months[..., -1] if rule == "last" else folds[rule](months, axis=-1))
