"""What must be true: a run held ready to be asked again, and inverse solving over it with common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gigacampus.company import stage
from gigacampus.company.committed import stock_cost
from gigacampus.company.goals import Goal, Series
from gigacampus.company.march import march
from gigacampus.company.physics import stack
from gigacampus.company.reliability import chance_near, design_point
from gigacampus.company.sensitivity import normal_scores
from gigacampus.pipeline.inputs import Inputs

TOGETHER = 2048
"""Draws marched at once."""


@dataclass
class Bench:
    """A run held ready to be asked again with some inputs changed; the other draws stay as they are."""

    inputs: Inputs
    up: Mapping[str, np.ndarray]
    world_of_draw: np.ndarray
    draws: Mapping[str, np.ndarray]
    free: tuple[str, ...] = ()
    """Inputs that only the books read; empty: all that are drawn."""
    quantiles: Mapping[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    """Distribution of an input as a function of probability; where there is none the draws themselves serve."""
    correlation: np.ndarray | None = None
    """Of the normal scores of ``free``; None: independent."""
    marched: int = field(default=0)
    """Draws marched so far."""

    def __post_init__(self) -> None:
        self.free = self.free or tuple(sorted(self.draws))

    @property
    def count(self) -> int:
        """Draws."""
        return int(self.world_of_draw.size)

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray]:
        return stack(self.up), stock_cost(self.inputs, self.up)

    def first(self, count: int) -> Bench:
        """The same run with its first draws only: they stand in random order, so any number of them is a sample."""
        few = {path: values[:count] for path, values in self.draws.items()}
        return Bench(self.inputs, self.up, self.world_of_draw[:count], few, self.free, self.quantiles, self.correlation)

    def at(self, path: str, u: np.ndarray) -> np.ndarray:
        """Values of an input at probabilities ``u`` of its own distribution."""
        given = self.quantiles.get(path)
        return np.quantile(self.draws[path], u) if given is None else np.asarray(given(u), dtype=float)

    def series(
        self, changed: Mapping[str, np.ndarray | float] | None = None, *, alone: int = 0, raises: bool = True, lean: bool = False
    ) -> Series:
        """Monthly series with ``changed`` inputs in every draw, and the floor of cash beside them.

        ``alone`` marches that many single futures in the reference world instead, whose other inputs stand at their medians.
        """
        n = alone or self.count
        world = np.zeros(n, dtype=int) if alone else self.world_of_draw
        return self._march(world, {} if alone else self.draws, changed or {}, raises, lean)

    def margins(self, goal: Goal, changes: Sequence[Mapping[str, float | np.ndarray]]) -> np.ndarray:
        """Margin of ``goal`` in every draw under each of some changes; (change, draw). Common draws to all of them."""
        n, out = self.count, []
        step = max(1, TOGETHER // n)
        for first in range(0, len(changes), step):
            some = changes[first : first + step]
            paths = sorted({path for change in some for path in change})
            changed = {p: np.concatenate([_wide(c.get(p, self._now(p)), n) for c in some]) for p in paths}
            kept = {p: np.tile(values, len(some)) for p, values in self.draws.items()}
            found = goal.margin(self._march(np.tile(self.world_of_draw, len(some)), kept, changed, goal.raises, goal.lean))
            out.append(found.reshape(len(some), n))
        return np.concatenate(out)

    def futures(self, goal: Goal, draws: Mapping[str, np.ndarray], world: np.ndarray) -> np.ndarray:
        """Margin of ``goal`` in futures other than the run's own: every uncertain input by draw, and the world of each."""
        out = []
        for first in range(0, world.size, TOGETHER):
            part = slice(first, first + TOGETHER)
            some = {path: values[part] for path, values in draws.items()}
            out.append(goal.margin(self._march(world[part], some, {}, goal.raises, goal.lean)))
        return np.concatenate(out)

    def shares(self, goal: Goal, changes: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Share of futures that meet ``goal`` under each of some changes."""
        return np.asarray((self.margins(goal, changes) >= 0.0).mean(axis=1))

    def _now(self, path: str) -> np.ndarray | float:
        """What an input is when nothing changes it: its draws, or the one value of the scenario."""
        if path in self.draws:
            return self.draws[path]
        node = self.inputs.tree
        for part in path.split("."):
            node = node[part] if isinstance(node, dict) else getattr(node, part)
        return float(node)

    def _march(
        self,
        world: np.ndarray,
        draws: Mapping[str, np.ndarray],
        changed: Mapping[str, np.ndarray | float],
        raises: bool,
        lean: bool,
    ) -> Series:
        n = world.size
        moved = {**draws, **{path: _wide(v, n) for path, v in changed.items()}}
        bound, drivers = stage.prepare(self.inputs, self.up, *self._tables, world, moved, slice(0, n))
        self.marched += n
        found, _ = march(bound, drivers, may_raise=raises, lean=lean)
        return {**found, "cash_floor_usd": _wide(bound.company.cash_floor_usd, n)}


def _wide(value: np.ndarray | float, n: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, dtype=float), (n,))


@dataclass(frozen=True)
class Solved:
    """Value of one input at which a claim holds with the asked probability; NaN when it does not within the bounds."""

    path: str
    value: float
    probability: float
    at_low: float
    at_high: float
    best: float
    """Highest share found between the bounds."""


def required(
    bench: Bench,
    path: str,
    *,
    goal: Goal,
    probability: float = 0.5,
    low: float,
    high: float,
    near: float | None = None,
    steps: int = 9,
    scan: int = 5,
) -> Solved:
    """Value of ``path`` nearest to ``near`` at which the share of futures that meet the claim reaches ``probability``.

    A scan between the bounds finds where the share crosses, bisection sharpens it; draws are common to all values.
    """
    grid = np.linspace(low, high, scan)
    share = bench.shares(goal, [{path: float(x)} for x in grid])
    crossing = np.nonzero((share[:-1] >= probability) != (share[1:] >= probability))[0]
    if crossing.size == 0:
        value = float("nan") if share.max() < probability else (0.5 * (low + high) if near is None else near)
        return Solved(path, value, float(share.max()), float(share[0]), float(share[-1]), float(share.max()))
    middle = 0.5 * (low + high) if near is None else near
    k = crossing[np.abs(grid[crossing] - middle).argmin()]
    a, b, rising = float(grid[k]), float(grid[k + 1]), bool(share[k + 1] >= probability)
    reached = float(share[k + 1] if rising else share[k])
    for _ in range(steps):
        mid = 0.5 * (a + b)
        here = float(bench.shares(goal, [{path: mid}])[0])
        met = here >= probability
        reached = here if met else reached
        a, b = (a, mid) if met == rising else (mid, b)
    return Solved(path, b if rising else a, reached, float(share[0]), float(share[-1]), float(share.max()))


def chances(bench: Bench, goal: Goal, x: tuple[str, np.ndarray], y: tuple[str, np.ndarray]) -> np.ndarray:
    """Share of futures that meet ``goal`` over a grid of two inputs; (y, x)."""
    pairs = [{x[0]: float(a), y[0]: float(b)} for b in y[1] for a in x[1]]
    return bench.shares(goal, pairs).reshape(len(y[1]), len(x[1]))


def edge(values: np.ndarray, shares: np.ndarray, level: float) -> float:
    """Where a share first crosses ``level`` along rising ``values``, by straight lines; NaN where it does not.

    >>> edge(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.4, 0.6]), 0.5)
    1.5
    """
    above = shares >= level
    cross = np.nonzero(above[:-1] != above[1:])[0]
    if cross.size == 0:
        return float("nan")
    k = int(cross[0])
    return float(values[k] + (values[k + 1] - values[k]) * (level - shares[k]) / (shares[k + 1] - shares[k]))


@dataclass(frozen=True)
class LeastSurprise:
    """The mildest joint shift of the inputs that makes a claim true in the reference world."""

    shift_sd: dict[str, float]
    """Shift of each input from its median in standard deviations of its normal score."""
    values: dict[str, float]
    distance: float
    probability: float
    """Chance of a shift at least this far in that direction."""
    chance: float
    """Chance of the claim over all futures, sampled around that point."""
    chance_error: float
    share_of_draws: float
    """Share of the run's own futures in which the claim holds."""


def least_surprising(bench: Bench, *, goal: Goal, paths: Sequence[str] | None = None, reach: float = 6.0) -> LeastSurprise:
    """Nearest point, in normal coordinates with their correlations, at which the claim turns true.

    The first direction is a regression of the margin on the inputs' normal scores over the run's own draws; see
    :func:`gigacampus.company.reliability.design_point`. NaN distance: no shift within ``reach`` makes it true.
    """
    from scipy.special import ndtr

    paths = bench.free if paths is None else tuple(paths)
    chosen = [bench.free.index(p) for p in paths]
    every = np.eye(len(bench.free)) if bench.correlation is None else bench.correlation
    root = np.linalg.cholesky(every[np.ix_(chosen, chosen)])
    met = bench.margins(goal, [{}])[0]

    def values(white: np.ndarray) -> dict[str, np.ndarray]:
        u = ndtr(white @ root.T)
        return {p: bench.at(p, u[:, i]) for i, p in enumerate(paths)}

    def single(white: np.ndarray) -> np.ndarray:
        series = bench.series(values(white), alone=len(white), raises=goal.raises, lean=goal.lean)
        return np.asarray(goal.margin(series))

    white = normal_scores(np.stack([bench.draws[p] for p in paths], axis=1)) @ np.linalg.inv(root).T
    score = normal_scores(met[:, None])[:, 0]
    start = np.linalg.lstsq(white, score, rcond=None)[0]
    point = design_point(single, np.stack([start, *np.diag(np.sign(start))[np.abs(start).argsort()[-3:]]]), reach=reach)
    distance = float(np.sqrt(point @ point))
    if not np.isfinite(distance):
        return LeastSurprise({}, {}, distance, 0.0, float("nan"), float("nan"), float(np.mean(met >= 0.0)))
    chance, error = chance_near(lambda w: bench.margins(goal, [values(w)])[0], point, white)
    shift = dict(zip(paths, (root @ point).tolist(), strict=True))
    found = {p: float(v[0]) for p, v in values(point[None]).items()}
    return LeastSurprise(shift, found, distance, float(ndtr(-distance)), chance, error, float(np.mean(met >= 0.0)))
