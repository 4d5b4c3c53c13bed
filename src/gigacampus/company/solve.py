"""What must be true: inverse solving over the books with common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan, sqrt

import numpy as np

from gigacampus.company import stage
from gigacampus.company.committed import stock_cost
from gigacampus.company.finance.scores import normal_cdf
from gigacampus.company.march import march
from gigacampus.company.metrics import LASTING
from gigacampus.company.physics import stack
from gigacampus.pipeline.inputs import Inputs

Series = Mapping[str, np.ndarray]
Margin = Callable[[Series], np.ndarray]
"""Monthly series (month, draw) -> one number a draw: at or above zero when the claim is true."""


def lasting_margin(name: str, by: int) -> Margin:
    """How far a series is above lasting break-even by month ``by``: the best start's worst three-month mean over its year.

    >>> s = {"x": np.concatenate([-np.ones((6, 1)), np.full((20, 1), 3.0)])}
    >>> float(lasting_margin("x", 8)(s)[0]), float(lasting_margin("x", 5)(s)[0])
    (3.0, -1.0)
    """

    def margin(series: Series) -> np.ndarray:
        x = series[name]
        total = np.cumsum(np.concatenate([np.zeros_like(x[:1]), x]), axis=0)
        mean = np.concatenate([np.full_like(x[:2], -np.inf), (total[3:] - total[:-3]) / 3.0])
        starts = range(2, min(by, x.shape[0] - LASTING) + 1)
        return np.max([mean[m : m + LASTING].min(axis=0) for m in starts], axis=0)

    return margin


def level_margin(name: str, *, month: int, least: float) -> Margin:
    """How far a series is above a level in one month."""
    return lambda series: series[name][month] - least


@dataclass
class Bench:
    """A run held ready to be asked again with some inputs changed; the other draws stay as they are."""

    inputs: Inputs
    up: Mapping[str, np.ndarray]
    world_of_draw: np.ndarray
    draws: Mapping[str, np.ndarray]
    asked: int = field(default=0)
    """Marches so far."""

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray]:
        return stack(self.up), stock_cost(self.inputs, self.up)

    def series(self, changed: Mapping[str, np.ndarray | float] | None = None, *, one: bool = False) -> Series:
        """Monthly series with ``changed`` inputs in every draw; ``one`` marches a single future in the reference world."""
        n = 1 if one else self.world_of_draw.size
        world = np.zeros(1, dtype=int) if one else self.world_of_draw
        draws = {} if one else dict(self.draws)
        draws.update({path: np.broadcast_to(np.asarray(v, dtype=float), (n,)) for path, v in (changed or {}).items()})
        bound, drivers = stage.prepare(self.inputs, self.up, *self._tables, world, draws, slice(0, n))
        self.asked += 1
        return march(bound, drivers)[0]


@dataclass(frozen=True)
class Solved:
    """Value of one input at which a claim holds with the asked probability; NaN when it does not within the bounds."""

    path: str
    value: float
    probability: float
    at_low: float
    at_high: float


def required(
    bench: Bench, path: str, *, margin: Margin, probability: float = 0.5, low: float, high: float, steps: int = 14
) -> Solved:
    """Value of ``path`` at which the share of futures that meet the claim reaches ``probability``, by bisection.

    The share must move one way between the bounds; draws are common to all values, so it does when the input's effect does.
    """

    def chance(x: float) -> float:
        return float(np.mean(margin(bench.series({path: x})) >= 0.0))

    first, last = chance(low), chance(high)
    if (first - probability) * (last - probability) > 0.0:
        return Solved(path, float("nan"), float("nan"), first, last)
    a, b, rising = low, high, last > first
    for _ in range(steps):
        mid = 0.5 * (a + b)
        if (chance(mid) >= probability) == rising:
            b = mid
        else:
            a = mid
    value = b if rising else a
    return Solved(path, value, chance(value), first, last)


def frontier(
    bench: Bench,
    path: str,
    other: str,
    values: list[float],
    *,
    margin: Margin,
    probability: float = 0.5,
    low: float,
    high: float,
    steps: int = 10,
) -> list[tuple[float, float]]:
    """Pairs (value of ``other``, required value of ``path``): the edge of what must be true together."""
    rows = []
    for value in values:
        moved = Bench(
            bench.inputs,
            bench.up,
            bench.world_of_draw,
            {**bench.draws, other: np.full(bench.world_of_draw.size, value)},
        )
        solved = required(moved, path, margin=margin, probability=probability, low=low, high=high, steps=steps)
        rows.append((value, solved.value))
    return rows


@dataclass(frozen=True)
class LeastSurprise:
    """The mildest joint shift of the inputs that makes a claim true."""

    shift_sd: dict[str, float]
    """Shift of each input from its median in standard deviations of its rank."""
    values: dict[str, float]
    distance: float
    probability: float
    """Chance of a shift at least this far in that direction."""
    share_of_draws: float
    """Share of the run's own futures in which the claim holds."""


def least_surprising(
    bench: Bench, *, margin: Margin, paths: list[str] | None = None, reach: float = 6.0
) -> LeastSurprise:
    """Nearest point, in rank-normal coordinates with their correlations, at which the claim turns true.

    Direction: a regression of the margin's ranks on the inputs' normal scores; then a search along it in a single future whose
    other inputs stand at their medians. Source: first-order reliability method with one linear step.
    """
    from scipy.special import ndtri

    paths = sorted(bench.draws) if paths is None else paths
    n = bench.world_of_draw.size
    ranks = np.stack([(bench.draws[p].argsort(kind="stable").argsort() + 0.5) / n for p in paths], axis=1)
    z = ndtri(ranks)
    met = margin(bench.series())
    score = ndtri((met.argsort(kind="stable").argsort() + 0.5) / n)
    covariance = np.cov(z.T).reshape(len(paths), len(paths)) + 1e-6 * np.eye(len(paths))
    slope = np.linalg.solve(covariance, z.T @ score / n)
    direction = covariance @ slope / sqrt(float(slope @ covariance @ slope))

    def values(distance: float) -> dict[str, float]:
        u = [normal_cdf(float(distance * x)) for x in direction]
        return {p: float(np.quantile(bench.draws[p], q)) for p, q in zip(paths, u, strict=True)}

    def holds(distance: float) -> bool:
        return bool(margin(bench.series(values(distance), one=True))[0] >= 0.0)

    distance = _first_true(holds, reach)
    shift = {p: float(distance * x) for p, x in zip(paths, direction, strict=True)}
    found = values(distance) if not isnan(distance) else {}
    return LeastSurprise(
        shift, found, distance, 1.0 - normal_cdf(distance) if not isnan(distance) else 0.0, float(np.mean(met >= 0.0))
    )


def _first_true(holds: Callable[[float], bool], reach: float, step: float = 0.25) -> float:
    """Least distance at which a claim holds, to a thousandth of the step; NaN when none up to ``reach`` does."""
    if holds(0.0):
        return 0.0
    for high in np.arange(step, reach + step, step):
        if holds(float(high)):
            low = float(high) - step
            for _ in range(10):
                mid = 0.5 * (low + float(high))
                low, high = (low, mid) if holds(mid) else (mid, high)
            return float(high)
    return float("nan")
