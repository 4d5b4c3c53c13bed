"""What the run says about one claim: the samples that stand against the claimed number, on their own sampling axis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.answers.claims.register import Claim, Judge, number
from gigacampus.answers.levels import energy_mean, fold_months
from gigacampus.registry.variables import REGISTRY, sums_over_places
from gigacampus.results.periods import as_of_month, year_ahead
from gigacampus.results.result import Result, sample_axis, without_reference

FOLD: dict[str, Any] = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min}


@dataclass(frozen=True)
class Reading:
    """Samples, and the claimed number in the same unit."""

    values: np.ndarray
    """One value for each future; a single one where nothing about it is uncertain. NaN is 'never'."""
    axis: str
    """``draw``, ``world`` or ``fixed``."""
    claimed: float
    relation: str
    unit: str
    within_frac: float = 0.05
    title: str = ""
    why: str = ""
    months: list[str] | None = None
    """Labels when the values are months."""


class NotHeld(Exception):
    """The run does not hold what the claim needs; the text says what."""


def variable_reading(result: Result, claim: Claim, judge: Judge) -> Reading:
    """A registry variable, folded over places and months, times a factor."""
    if not result.has(judge.variable) or not result.array(judge.variable).size:
        raise NotHeld(f"the run holds no variable {judge.variable!r}, or no place that has it")
    values, axis = folded(result, judge)
    claimed = judge.claimed if judge.claimed is not None else claim.value
    if judge.relation == "by":
        position = month_index(result, str(claimed))
        return Reading(values, axis, position, "by", "month", title=judge.title, why=judge.why, months=result.coords["month"])
    target = claimed if isinstance(claimed, int | float) else number(str(claimed))
    if target is None:
        raise NotHeld(f"the claim gives no single number ({claimed!r})")
    unit = judge.unit or claim.unit or REGISTRY[judge.variable].unit
    return Reading(values * judge.factor, axis, float(target), judge.relation, unit, judge.within_frac, judge.title, judge.why)


def folded(result: Result, judge: Judge) -> tuple[np.ndarray, str]:
    """(sample) values of a judge's variable, and the name of the sampling axis."""
    variable = REGISTRY[judge.variable]
    values = _months_last(result, judge.variable, judge.places)
    axis = sample_axis(variable) or "fixed"
    if "month" not in variable.dims:
        return values, axis
    picked = fold_months(judge.variable, values[..., months_of(result, judge.months)], judge.over_months)
    if judge.per_months:
        below = fold_months(judge.variable, values[..., months_of(result, judge.per_months)], judge.over_months)
        picked = np.divide(picked, below, out=np.full_like(picked, np.nan), where=below != 0)
    return picked, axis


def _months_last(result: Result, name: str, places: str) -> np.ndarray:
    """(sample, month) or (sample): places folded or picked, phases along the planned path, the reference world left out."""
    variable = REGISTRY[name]
    array = result.planned(name) if "phase" in variable.dims else result.array(name)
    dims = [d for d in variable.dims if d != "phase"]
    axis = sample_axis(variable)
    if axis == "draw":
        array = np.moveaxis(array, dims.index("draw"), 0)
        dims.remove("draw")
    elif axis == "world":
        array = without_reference(array)
    else:
        array = array[None]
    for dim in [d for d in dims if d != "month"]:
        at = 1 + dims.index(dim)
        labels = result.coords.get(dim, [])
        if places == "sum" and len(labels) > 1 and not sums_over_places(name):
            raise NotHeld(f"{variable.title}: not summed over places; name one of {', '.join(map(str, labels))}, or max, mean or min")
        if places in FOLD:
            level = places == "mean" and variable.rule == "energy_mean"
            array = energy_mean(array, axis=at) if level else FOLD[places](array, axis=at)
        elif places in labels:
            array = np.take(array, labels.index(places), axis=at)
        else:
            raise NotHeld(f"no {dim} is called {places!r}; the run holds {', '.join(map(str, labels))}")
        dims.remove(dim)
    return array


def months_of(result: Result, text: str) -> list[int]:
    """Positions of the months that a judge names; months outside of the horizon are a reason not to judge."""
    if text == "as_of":
        return [as_of_month(result)]
    labels = result.coords["month"]
    if text == "year_ahead":
        return list(range(*year_ahead(result).indices(len(labels))))
    first, _, last = text.partition("..")
    inside = [i for i, label in enumerate(labels) if first <= label <= (last or first)]
    if not inside or labels[inside[0]] != first or labels[inside[-1]] != (last or first):
        raise NotHeld(f"the horizon {labels[0]} to {labels[-1]} does not cover {text}")
    return inside


def month_index(result: Result, text: str) -> float:
    """Position of ``2027`` (its December), ``2027-03`` or ``horizon`` (the last month)."""
    labels = result.coords["month"]
    if text == "horizon":
        return float(len(labels) - 1)
    wanted = f"{text}-12" if re.fullmatch(r"\d{4}", text) else text
    if wanted not in labels:
        raise NotHeld(f"the horizon {labels[0]} to {labels[-1]} does not cover {text}")
    return float(labels.index(wanted))


def input_reading(result: Result, claim: Claim, judge: Judge) -> Reading:
    """A value that the scenario takes as given, beside the claimed one."""
    found: Any = result.scenario
    for part in judge.path.split("."):
        found = found[int(part)] if isinstance(found, list) else (found or {}).get(part)
        if found is None:
            raise NotHeld(f"the scenario holds no {judge.path}")
    claimed = judge.claimed if judge.claimed is not None else number(claim.value)
    if claimed is None or isinstance(claimed, str) or isinstance(found, str | dict):
        same = 1.0 if claimed is None or str(found).startswith(str(claimed)) else 0.0
        return Reading(np.array([same]), "fixed", 1.0, "about", "", title=f"{judge.path} = {_short(found)}", why=judge.why)
    return Reading(
        np.array([float(found) * judge.factor]),
        "fixed",
        float(claimed),
        judge.relation,
        judge.unit or claim.unit,
        judge.within_frac,
        judge.title or judge.path,
        judge.why,
    )


def _short(value: Any) -> str:
    return "given" if isinstance(value, dict) else str(value)


def on_draws(result: Result, reading: Reading) -> np.ndarray:
    """The reading's values for every draw: a world's value for each draw that lives in it."""
    draws = int(result.manifest["run"]["draws"])
    if reading.axis == "draw":
        return reading.values
    if reading.axis == "fixed" or len(reading.values) == 1:
        return np.full(draws, reading.values[0])
    if result.sampled is None:
        raise NotHeld("the run was written without its sampled inputs; run it again")
    offset = 1 if int(result.manifest["run"]["worlds"]) > len(reading.values) else 0
    out: np.ndarray = reading.values[result.sampled.world_of_draw - offset]
    return out
