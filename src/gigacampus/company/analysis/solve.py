"""What must be true: inverse solving over the books of a run with common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gigacampus.company.analysis.goals import Goal
from gigacampus.company.analysis.reliability import chance_near, design_point
from gigacampus.company.analysis.rerun import LedgerRerun
from gigacampus.company.analysis.sensitivity import normal_scores

SCAN_DRAWS = 256
"""Draws with which a crossing is looked for; all draws settle where it is."""
FINEST = 1.0 / 2048.0
"""Width, of the bounds', to which a crossing is narrowed."""
CLOSE = 0.05
"""How far on both sides of where a straight line puts the crossing it is tried, of the width that is left."""


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
    rising: bool | None
    """Whether more of the input is what meets the claim; None where no value within the bounds turns it."""


def required(
    rerun: LedgerRerun,
    path: str,
    *,
    goal: Goal,
    probability: float = 0.5,
    low: float,
    high: float,
    near: float | None = None,
    scan: int = 5,
) -> Solved:
    """Value of ``path`` nearest to ``near`` at which the share of futures that meet the claim reaches ``probability``.

    A scan between the bounds finds where the share crosses; what sharpens it is the margin of the future that decides the
    share, which is smooth where the share is not. Draws are common to all values.
    """
    grid, middle = np.linspace(low, high, scan), 0.5 * (low + high) if near is None else near
    least = probability - 1e-9 / rerun.count  # a share that is asked for but for rounding
    need = max(int(np.ceil(least * rerun.count)), 1)

    met: dict[float, float] = {}

    def spare(at: np.ndarray) -> np.ndarray:
        """Margin of the future that decides the share."""
        found = rerun.margins(goal, [{path: float(x)} for x in at])
        met.update(zip(at.tolist(), (found >= 0.0).mean(axis=1).tolist(), strict=True))
        return np.asarray(np.sort(found, axis=1)[:, -need])

    for some in dict.fromkeys((min(SCAN_DRAWS, rerun.count), rerun.count)):
        share = rerun.first(some).shares(goal, [{path: float(x)} for x in grid])
        crossing = np.nonzero((share[:-1] >= least) != (share[1:] >= least))[0]
        if not crossing.size:
            continue
        k = crossing[np.abs(grid[crossing] - middle).argmin()]
        ends = grid[k : k + 2]
        at_ends = spare(ends)
        if (at_ends[0] >= 0.0) != (at_ends[1] >= 0.0):
            value, rising = _narrowed(spare, ends, at_ends, FINEST * (high - low))
            best = max(float(share.max()), *met.values())
            return Solved(path, value, met[value], float(share[0]), float(share[-1]), best, rising)
    value = float("nan") if share.max() < least else middle
    return Solved(path, value, float(share.max()), float(share[0]), float(share[-1]), float(share.max()), None)


def _narrowed(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, y: np.ndarray, width: float) -> tuple[float, bool]:
    """Where ``f`` turns from negative to not, or back, between two values ``x`` with ``y = f(x)``: the end that is not negative of an
    interval no wider than ``width``, and whether that is the upper one.

    Two values close to where a straight line crosses are tried at once; a round that catches the crossing lets the next try closest.
    """
    caught = False
    while x[1] - x[0] > width:
        left = x[1] - x[0]
        slope = (y[1] - y[0]) / left
        guess = x[0] - y[0] / slope if np.isfinite(slope) else 0.5 * (x[0] + x[1])
        reach = min(0.4 * width if caught else CLOSE * left, 0.25 * left)
        pair = np.clip(guess, x[0] + 2.0 * reach, x[1] - 2.0 * reach) + np.array([-reach, reach])
        x, y = np.concatenate([x[:1], pair, x[1:]]), np.concatenate([y[:1], f(pair), y[1:]])
        k = int(((y[:-1] >= 0.0) != (y[1:] >= 0.0)).argmax())
        caught, x, y = k == 1, x[k : k + 2], y[k : k + 2]
    upper = bool(y[1] >= 0.0)
    return float(x[int(upper)]), upper


def chances(rerun: LedgerRerun, goal: Goal, x: tuple[str, np.ndarray], y: tuple[str, np.ndarray]) -> np.ndarray:
    """Share of futures that meet ``goal`` over a grid of two inputs; (y, x)."""
    pairs = [{x[0]: float(a), y[0]: float(b)} for b in y[1] for a in x[1]]
    return rerun.shares(goal, pairs).reshape(len(y[1]), len(x[1]))


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


def least_surprising(rerun: LedgerRerun, *, goal: Goal, paths: Sequence[str] | None = None, reach: float = 6.0) -> LeastSurprise:
    """Nearest point, in independent normal coordinates behind the inputs, at which the claim turns true.

    With a t copula each group's stretch is one coordinate more, so that distance and chance are those of the copula itself. The first
    direction is a regression of the margin on the inputs' normal scores over the run's own draws; see
    :func:`gigacampus.company.analysis.reliability.design_point`. NaN distance: no shift within ``reach`` makes it true.
    """
    from scipy.special import ndtr

    paths = rerun.free if paths is None else tuple(paths)
    copula = rerun.joint.part([rerun.free.index(p) for p in paths])
    met = rerun.margins(goal, [{}])[0]

    def values(white: np.ndarray) -> dict[str, np.ndarray]:
        u = ndtr(copula.scores(white))
        return {p: rerun.at(p, u[:, i]) for i, p in enumerate(paths)}

    def single(white: np.ndarray) -> np.ndarray:
        return rerun.singles(goal, values(white), len(white))

    white = normal_scores(np.stack([rerun.draws[p] for p in paths], axis=1)) @ np.linalg.inv(copula.root).T
    score = normal_scores(met[:, None])[:, 0]
    start = np.append(np.linalg.lstsq(white, score, rcond=None)[0], np.zeros(len(copula.groups)))
    point = design_point(single, np.stack([start, *np.diag(np.sign(start))[np.abs(start).argsort()[-3:]]]), reach=reach)
    distance = float(np.sqrt(point @ point))
    if not np.isfinite(distance):
        return LeastSurprise({}, {}, distance, 0.0, float("nan"), float("nan"), float(np.mean(met >= 0.0)))
    if copula.groups:
        white = np.random.default_rng(1).standard_normal((rerun.count, copula.latents))
    chance, error = chance_near(lambda w: rerun.margins(goal, [values(w)])[0], point, white)
    shift = dict(zip(paths, copula.scores(point[None])[0].tolist(), strict=True))
    found = {p: float(v[0]) for p, v in values(point[None]).items()}
    return LeastSurprise(shift, found, distance, float(ndtr(-distance)), chance, error, float(np.mean(met >= 0.0)))
