"""What a moved input would do to a run's headline, at once: coefficients fitted on the run's own futures, and how to read them.

The estimate moves every future of the run by the surface's difference, so that with nothing moved it is the run itself. It is
sent to the live page as plain data and evaluated there by the rules of :func:`estimate`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gigacampus.answers.completion import uncertain
from gigacampus.answers.drivers import column_of
from gigacampus.answers.figures import DATE_UNIT, Figure
from gigacampus.explore.censored_fit import fit_between
from gigacampus.explore.response_surface import GROUPS, LEAST_FUTURES, Surface
from gigacampus.results.result import Result, without_reference
from gigacampus.schema.scenario import Scenario
from gigacampus.schema.uncertainty import Z90, Lognormal

STUDENT_90 = 1.363
"""90 % quantile of Student's t with as many degrees of freedom as there are replicates less one: half of an 80 % interval."""
CROSSED = 8
"""Levers whose products are tried."""
QUANTILES = (0.1, 0.5, 0.9)
DIGITS = 4
ROUNDING_FRAC = 1e-9
"""Spread that rounding leaves, over the largest value."""
LEAST_ERROR_FRAC = 0.002
"""Error that is always stated, over the width of the band: what rounding the data leaves."""


@dataclass(frozen=True)
class Scale:
    """How an input becomes a standardised coordinate: 0 at its median, one for a standard deviation of a normal with its band."""

    log: bool
    middle: float
    step: float

    def of(self, value: np.ndarray | float) -> np.ndarray:
        """Coordinates of values in the unit of the input."""
        values = np.asarray(value, dtype=float)
        return np.asarray(((np.log(values) if self.log else values) - self.middle) / self.step)


def scale_of(spread: Any) -> Scale | None:
    """Scale of a distribution; None where it has no width."""
    log = isinstance(spread, Lognormal)
    low, mid, high = (float(v) for v in spread.quantile(np.array(QUANTILES)))
    if not low < high:
        low, high = spread.support()
    if not low < high:
        return None
    low, mid, high = (math.log(v) for v in (low, mid, high)) if log else (low, mid, high)
    return Scale(log, mid, (high - low) / (2.0 * Z90))


def fitted(result: Result, figures: Iterable[Figure], levers: Sequence[str] = ()) -> dict[str, Any]:
    """Plain data: scale of each input, its coordinate by future, and for each figure its samples, terms and weights."""
    spread = Scenario.model_validate(result.scenario).uncertainty
    scales = {path: scale for path, s in spread.items() if (scale := scale_of(s)) is not None}
    outcomes, used = [], {"world": set[str](), "draw": set[str]()}
    for figure in figures:
        row, paths = _outcome(result, figure, scales, tuple(levers)[:CROSSED])
        outcomes.append(row)
        used[figure.axis if figure.axis in used else "world"] |= paths
    columns = {axis: {p: _rounded(scales[p].of(_column(result, p, axis))) for p in sorted(paths)} for axis, paths in used.items()}
    return {
        "inputs": {p: {"log": s.log, "middle": s.middle, "step": s.step} for p, s in scales.items()},
        "columns": columns,
        "months": list(result.coords["month"]),
        "student": STUDENT_90,
        "outcomes": outcomes,
    }


def _outcome(result: Result, figure: Figure, scales: Mapping[str, Scale], levers: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
    """One figure with its surface, and the inputs of which it needs a column."""
    dated = figure.unit == DATE_UNIT
    cap = float(len(result.coords["month"]))
    samples = np.asarray(figure.samples, dtype=float)
    samples = np.where(np.isnan(samples), cap, samples) if dated else samples
    row: dict[str, Any] = {
        "id": figure.id,
        "unit": figure.unit,
        "axis": figure.axis,
        "step": 1.0 if dated else 0.0,
        "ends": [0.0 if samples.size and samples.min() >= 0.0 else None, cap if dated else None],
    }
    read = [p for p in uncertain(result, figure.stages) if p in scales]
    worlds = result.sampled.worlds if result.sampled is not None else {}
    seen = len(np.unique(result.sampled.world_of_draw)) >= LEAST_FUTURES if result.sampled is not None else False
    paths = [p for p in read if (p in worlds and seen) or (p not in worlds and figure.axis == "draw")]
    row |= {"blind": [p for p in read if p not in paths]}
    if figure.axis not in ("world", "draw") or samples.size < LEAST_FUTURES or not has_spread(samples):
        alone = [rounded_to(float(samples[0]))] if samples.size and np.isfinite(samples[0]) and not np.ptp(samples) else []
        return {**row, "blind": read, "reads": paths, "samples": alone, "terms": [], "weights": [], "noise": {}, "misfit": {}}, set()
    columns = {p: np.array(_rounded(scales[p].of(_column(result, p, figure.axis)))) for p in paths}
    world = np.arange(samples.size) if figure.axis == "world" else np.asarray(result.sampled.world_of_draw)  # type: ignore[union-attr]
    found, samples = fit_between(columns, samples, world, tuple(row["ends"]), physical=worlds, levers=levers)
    weights = [[rounded_to(w) for w in line] for line in found.weights.tolist()]
    row |= {"reads": paths, "samples": [rounded_to(v) for v in samples.tolist()]}
    row |= {"terms": [list(t) for t in found.terms], "weights": weights}
    row |= {key: {p: rounded_to(v) for p, v in getattr(found, key).items()} for key in ("noise", "misfit")}
    return row, {p for term in found.terms for p in term}


def has_spread(samples: np.ndarray) -> bool:
    """Whether finite samples differ by more than what rounding leaves.

    >>> has_spread(np.array([1.0, 1.0 + 1e-15])), has_spread(np.array([1.0, 1.1]))
    (False, True)
    """
    return bool(samples.size and np.isfinite(samples).all() and np.ptp(samples) > ROUNDING_FRAC * np.abs(samples).max())


def _column(result: Result, path: str, axis: str) -> np.ndarray:
    """Values of an input by future of an axis; by world without the reference."""
    if axis == "draw":
        return column_of(result, path)
    return without_reference(result.sampled.worlds[path])  # type: ignore[union-attr]


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(v), DIGITS) for v in values]


def rounded_to(value: float, digits: int = 6) -> float:
    """A number as it is sent.

    >>> rounded_to(1.23456789)
    1.23457
    """
    return float(f"{value:.{digits}g}")


def joined(data: Mapping[str, Any], prepared: Mapping[str, Any]) -> dict[str, Any]:
    """The estimate's data with one more input: certain in the run, and along its range as ``prepared_input`` found it.

    It stands at 0 in every future, so that it has no column; what its small runs say nothing of stays blind to it.
    """
    path = prepared["path"]
    return {
        **data,
        "inputs": {**data["inputs"], path: prepared["scale"]},
        "outcomes": [_joined(row, path, prepared["outcomes"].get(row["id"])) for row in data["outcomes"]],
    }


def _joined(row: Mapping[str, Any], path: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    if found is None or not row["samples"]:
        return {**row, "blind": [*row["blind"], path]}
    weights = row["weights"] or [[]] * (GROUPS + 1)
    return {
        **row,
        "reads": [*row["reads"], path],
        "terms": [*row["terms"], [path], [path, path]],
        "weights": [[*line, *more] for line, more in zip(weights, found["weights"], strict=True)],
        "misfit": {**row["misfit"], path: found["misfit"]},
    }


@dataclass(frozen=True)
class Move:
    """An input that is moved: its new median where the band is shifted, or the one value where it is held."""

    value: float
    held: bool


def estimate(data: Mapping[str, Any], outcome: Mapping[str, Any], moves: Mapping[str, Move]) -> tuple[np.ndarray, float] | None:
    """10, 50 and 90 % of an outcome after some moves less what they were, and the half width of an 80 % interval of the median.

    None where the run says nothing of it: an outcome without spread, or an input without one that the outcome may read.
    """
    if not outcome["samples"] or any(p not in data["inputs"] or p in outcome["blind"] for p in moves):
        return None
    count = len(outcome["samples"])
    columns = data["columns"].get(outcome["axis"], {})
    before = {p: np.array(columns.get(p) or [0.0] * count) for term in outcome["terms"] for p in term}
    at = {p: float(Scale(**data["inputs"][p]).of(move.value)) for p, move in moves.items()}
    after = {p: (np.full(count, at[p]) if moves[p].held else c + at[p]) if p in at else c for p, c in before.items()}
    surface = Surface(tuple(tuple(t) for t in outcome["terms"]), np.array(outcome["weights"]), outcome["noise"], outcome["misfit"])
    low, high = (end if end is not None else sign * math.inf for end, sign in zip(outcome["ends"], (-1, 1), strict=True))
    latent = np.array(outcome["samples"])
    samples = np.clip(latent, low, high)
    moved = np.clip(latent + surface.changes(before, after), low, high) if surface.terms else np.tile(samples, (GROUPS + 1, 1))
    change = np.quantile(moved, QUANTILES, axis=1) - np.quantile(samples, QUANTILES)[:, None]
    middles = change[1, 1:]
    variance = (GROUPS - 1) / GROUPS * float(np.sum((middles - middles.mean()) ** 2))
    linear = {t[0] for t in surface.terms if len(t) == 1}
    touched = [p for p in moves if p in outcome["reads"]]
    variance += (outcome["step"] ** 2 / 12.0) if touched else 0.0
    for p in touched:
        variance += (surface.misfit[p] * abs(at[p])) ** 2 + (0.0 if p in linear else (surface.noise[p] * at[p]) ** 2)
    width = float(np.quantile(samples, 0.9) - np.quantile(samples, 0.1))
    return change[:, 0], float(max(data["student"] * math.sqrt(variance), LEAST_ERROR_FRAC * width))
