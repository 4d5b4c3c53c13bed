"""Small readings of a run that several questions share."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Missing
from gigacampus.answers.headline import as_of_month, first_month_above, year_ahead
from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.units import KG_PER_SHORT_TON, M3_PER_GALLON, MILLION
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import Result, quantiles

SHORT_TONS_PER_T = 1000.0 / KG_PER_SHORT_TON


def needed(result: Result, *names: str) -> None:
    """Refuse the question when the run lacks a variable, or holds it for no place at all."""
    for name in names:
        if not result.has(name) or not result.array(name).size:
            raise Missing(_lacking(result, name))


def _lacking(result: Result, name: str) -> str:
    """Why a variable is not there, as a reader can mend it."""
    dims = REGISTRY[name].dims if name in REGISTRY else ()
    if "receptor" in dims and not result.coords["receptor"]:
        return "the scenario names no place where people are; give homes or schools under campuses.*.receptors and run again"
    if "unit" in dims and not result.coords["unit"]:
        return "no generating unit stands on any campus"
    return f"the run holds no {name}"


def first_at_work(series: np.ndarray, now: int) -> int | None:
    """The first month from ``now`` on in which a (world, month) series is above zero in the middle world; None if there is none.

    >>> first_at_work(np.array([[0.0, 0.0, 2.0]]), 1)
    2
    """
    found = np.flatnonzero(np.median(np.nan_to_num(series[:, now:]), axis=0) > 0.0)
    return now + int(found[0]) if found.size else None


def worlds(result: Result, name: str) -> np.ndarray:
    """A world variable on the planned path without the reference world: (world, place, month)."""
    array = result.planned(name)
    return array[1:] if array.shape[0] > 1 else array


def total(result: Result, name: str) -> np.ndarray:
    """The same summed over places: (world, month)."""
    out: np.ndarray = worlds(result, name).sum(axis=1)
    return out


def days(result: Result, months: slice | list[int]) -> np.ndarray:
    """Days of the named months."""
    labels = np.array(result.coords["month"])[months]
    return np.array([DAYS_IN_MONTH[int(m[5:]) - 1] for m in np.atleast_1d(labels)], dtype=float)


def mgd(result: Result, m3: np.ndarray, months: slice | list[int]) -> np.ndarray:
    """Million US gallons a day from cubic metres a month, over the named months; last axis is the month."""
    out: np.ndarray = m3[..., months].sum(axis=-1) / days(result, months).sum() / M3_PER_GALLON / MILLION
    return out


def month_row(result: Result, label: str) -> int | None:
    """Position of a month, None outside of the horizon."""
    return result.coords["month"].index(label) if label in result.coords["month"] else None


def years(result: Result) -> dict[str, list[int]]:
    """Calendar years that the horizon covers whole, with their months."""
    labels = result.coords["month"]
    rows = {y: [i for i, m in enumerate(labels) if m.startswith(y)] for y in dict.fromkeys(m[:4] for m in labels)}
    return {y: r for y, r in rows.items() if len(r) == 12}


def marks(result: Result) -> list[tuple[str, int]]:
    """The scenario's month and the Decembers after it, each with its position."""
    labels, now = result.coords["month"], as_of_month(result)
    return [(m, i) for i, m in enumerate(labels) if i == now or (i > now and m.endswith("-12"))]


def band_row(samples: np.ndarray, **labels: Any) -> dict[str, Any]:
    """A table row with the band of one quantity."""
    band = quantiles(np.asarray(samples, dtype=float))
    return {**labels, **{k: None if np.isnan(v) else float(f"{v:.6g}") for k, v in band.items()}}


__all__ = [
    "SHORT_TONS_PER_T",
    "as_of_month",
    "band_row",
    "days",
    "first_at_work",
    "first_month_above",
    "marks",
    "mgd",
    "month_row",
    "needed",
    "total",
    "worlds",
    "year_ahead",
    "years",
]
