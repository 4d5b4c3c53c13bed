"""Which inputs move an output: Sobol indices of independent inputs, Shapley effects where inputs depend on each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import permutations
from math import factorial
from statistics import NormalDist

import numpy as np

Model = Callable[[np.ndarray], np.ndarray]
"""Outputs (point) of points (point, input) in the unit cube."""


def sobol_points(log2_n: int, dimensions: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points in the unit cube; (2 ** log2_n, dimensions)."""
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random_base2(log2_n))


def sobol_indices(
    model: Model, dimensions: int, *, log2_n: int = 12, seed: int = 1, factors: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices of independent uniform inputs; (factor) each.

    ``factors`` (input) numbers the factor that each input belongs to; inputs of one factor may depend on each other, factors may
    not. None: each input is its own.

    Source: Saltelli 2010 for the first order, Jansen 1999 for the total. Valid for: independent factors only; with correlated
    inputs the parts no longer add up, use :func:`shapley_effects` or join them.
    """
    factors = np.arange(dimensions) if factors is None else factors
    points = sobol_points(log2_n, 2 * dimensions, seed)
    a, b = points[:, :dimensions], points[:, dimensions:]
    mixed = [np.where(factors == i, b, a) for i in range(int(factors.max()) + 1)]
    out = np.split(model(np.concatenate([a, b, *mixed])), len(mixed) + 2)
    fa, fb = out[0], out[1]
    variance = np.concatenate([fa, fb]).var()
    if variance == 0.0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    first = np.array([np.mean((fb - fb.mean()) * (f - fa)) for f in out[2:]]) / variance
    total = np.array([np.mean((fa - f) ** 2) for f in out[2:]]) / (2.0 * variance)
    return first, total


def ishigami(points: np.ndarray, *, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    """Test function of three inputs on (-pi, pi): sin x1 + a sin^2 x2 + b x3^4 sin x1, from points in the unit cube.

    >>> float(ishigami(np.full((1, 3), 0.5))[0])
    0.0
    """
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def shapley_effects(inputs: np.ndarray, output: np.ndarray, *, rounds: int = 64, seed: int = 1) -> np.ndarray:
    """Share of an output's variance that each input carries, correlated or not; sums to what the inputs explain together.

    Output and inputs are taken as normal scores. What a set of inputs explains is the adjusted R2 of a regression on Hermite
    polynomials up to the second degree of its inputs, products included, over draws that exist, so that no model run is needed.
    Averaged over all orders of entry up to six inputs, over ``rounds`` antithetic orders beyond.

    Source: Shapley effects as Owen 2014. Valid for: inputs whose scores are jointly normal (a Gaussian copula), effects that a
    quadratic can follow, several times more draws than products of inputs.

    >>> x = np.random.default_rng(1).standard_normal((4096, 2))
    >>> shapley_effects(x, 2.0 * x[:, 0] + x[:, 1]).round(1).tolist()
    [0.8, 0.2]
    """
    count = inputs.shape[1]
    explained = _Explained(normal_scores(inputs), normal_scores(output[:, None])[:, 0])
    effect = np.zeros(count)
    orders = _orders(count, rounds, np.random.default_rng(seed))
    for order in orders:
        before = 0.0
        for place, i in enumerate(order):
            after = explained.by(frozenset(order[: place + 1].tolist()))
            effect[i] += after - before
            before = after
    return effect / len(orders)


def _orders(count: int, rounds: int, rng: np.random.Generator) -> list[np.ndarray]:
    if factorial(count) <= 720:
        return [np.array(p) for p in permutations(range(count))]
    drawn = [rng.permutation(count) for _ in range(rounds // 2)]
    return [x for p in drawn for x in (p, p[::-1])]


class _Explained:
    """Share of the variance of one column that any subset of inputs explains, from moments gathered once."""

    def __init__(self, z: np.ndarray, y: np.ndarray) -> None:
        n, count = z.shape
        pairs = [(i, j) for i in range(count) for j in range(i)]
        self.members = [{i} for i in range(count)] * 2 + [{i, j} for i, j in pairs]
        basis = np.concatenate([z, z**2 - 1.0, *(z[:, i : i + 1] * z[:, j : j + 1] for i, j in pairs)], axis=1)
        basis, y = basis - basis.mean(axis=0), y - y.mean()
        self.moments, self.cross, self.total, self.n = basis.T @ basis, basis.T @ y, float(y @ y), n
        self.known: dict[frozenset[int], float] = {}

    def by(self, subset: frozenset[int]) -> float:
        """Adjusted R2 of a regression on the terms of ``subset``."""
        if subset not in self.known:
            at = [k for k, m in enumerate(self.members) if m <= subset]
            fit = np.linalg.lstsq(self.moments[np.ix_(at, at)], self.cross[at], rcond=1e-10)[0]
            left = max(self.total - float(self.cross[at] @ fit), 0.0)
            free = max(self.n - len(at) - 1, 1)
            share = 1.0 - (left / free) / (self.total / (self.n - 1)) if self.total > 0.0 else 0.0
            self.known[subset] = share
        return self.known[subset]


def slopes(inputs: np.ndarray, output: np.ndarray, group: np.ndarray) -> np.ndarray:
    """How far an output's normal score moves with each input's, the others held, over draws that exist; (input).

    ``inputs`` (draw, input); ``group`` (draw) numbers what draws have in common beside the inputs, such as their world, which is taken
    out. Source: least squares on normal scores. Valid for: rising or falling effects, more draws than inputs and groups.

    >>> x = np.random.default_rng(1).standard_normal((512, 2))
    >>> slopes(x, 3.0 * x[:, 0] - x[:, 1], np.arange(512) % 4).round(1).tolist()
    [0.9, -0.3]
    """
    every = np.column_stack([normal_scores(inputs), normal_scores(output[:, None])])
    size = np.bincount(group)
    mean = np.stack([np.bincount(group, column) for column in every.T], axis=1) / np.maximum(size, 1)[:, None]
    every -= mean[group]
    moments = every.T @ every
    return np.asarray(np.linalg.lstsq(moments[:-1, :-1], moments[:-1, -1], rcond=1e-10)[0])


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Standard normal quantiles of the ranks of each column, ties sharing their mean rank; (draw, column).

    >>> normal_scores(np.array([[3.0], [1.0], [2.0]])).round(2)[:, 0].tolist()
    [0.97, -0.97, 0.0]
    """
    out = np.empty(values.shape)
    for i, column in enumerate(values.T):
        _, place, size = np.unique(column, return_inverse=True, return_counts=True)
        below = (np.cumsum(size) - 0.5 * size) / len(column)
        out[:, i] = _quantiles(tuple(below.tolist()))[place]
    return out


@cache
def _quantiles(shares: tuple[float, ...]) -> np.ndarray:
    """Standard normal quantiles; columns without ties share them."""
    return np.array([NormalDist().inv_cdf(u) for u in shares])
