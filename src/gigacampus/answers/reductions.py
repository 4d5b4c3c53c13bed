"""Small readings of a run that several questions share."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Missing
from gigacampus.answers.figures import DATED, State
from gigacampus.foundation.calendar import DAYS_IN_MONTH
from gigacampus.foundation.units import KG_PER_SHORT_TON, M3_PER_GALLON, MILLION
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.periods import as_of_month
from gigacampus.results.result import Result, date_quantiles, quantiles, without_reference

SHORT_TONS_PER_T = 1000.0 / KG_PER_SHORT_TON


def needed(result: Result, *names: str, placed: bool = False) -> None:
    """Refuse the question when the run lacks a variable, or holds it for no place at all; ``placed``: the asker names the place."""
    for name in names:
        if not result.has(name) or not (placed or result.array(name).size):
            raise Missing(*_lacking(result, name))


def _lacking(result: Result, name: str) -> tuple[str, State]:
    """Why a variable is not there, as a reader can mend it, and whether the scenario or the model lacks it."""
    dims = REGISTRY[name].dims if name in REGISTRY else ()
    if "receptor" in dims and not result.coords["receptor"]:
        said = "the scenario names no place where people are; give homes or schools under campuses.*.receptors and run again"
        return said, State.NOT_IN_SCENARIO
    if "unit" in dims and not result.coords["unit"]:
        return "no generating unit stands on any campus", State.NOT_IN_SCENARIO
    return f"the run holds no {name}", State.NOT_MODELLED


def first_at_work(series: np.ndarray, now: int) -> int | None:
    """The first month from ``now`` on in which a (world, month) series is above zero in the middle world; None if there is none.

    >>> first_at_work(np.array([[0.0, 0.0, 2.0]]), 1)
    2
    """
    found = np.flatnonzero(np.median(np.nan_to_num(series[:, now:]), axis=0) > 0.0)
    return now + int(found[0]) if found.size else None


def worlds(result: Result, name: str) -> np.ndarray:
    """A world variable on the planned path without the reference world: (world, place, month)."""
    return without_reference(result.planned(name))


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


def marks(result: Result) -> list[tuple[str, int]]:
    """The scenario's month and the Decembers after it, each with its position."""
    labels, now = result.coords["month"], as_of_month(result)
    return [(m, i) for i, m in enumerate(labels) if i == now or (i > now and m.endswith("-12"))]


def band_row(samples: np.ndarray, **labels: Any) -> dict[str, Any]:
    """A table row with the band of one quantity."""
    values = np.asarray(samples, dtype=float)
    band = date_quantiles(values) if labels.get("unit") in DATED else quantiles(values)
    return {**labels, **{k: None if np.isnan(v) else float(f"{v:.6g}") for k, v in band.items()}}
