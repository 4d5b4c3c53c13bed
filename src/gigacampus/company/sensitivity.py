"""Which inputs move an output: Sobol indices of independent inputs, Shapley effects where inputs depend on each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from math import factorial

import numpy as np

Model = Callable[[np.ndarray], np.ndarray]
"""Outputs (point) of points (point, input) in the unit cube."""


def sobol_points(log2_n: int, dimensions: int, seed: int) -> np.ndarray:
    """Scrambled Sobol points in the unit cube; (2 ** log2_n, dimensions)."""
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random_base2(log2_n))


def sobol_indices(model: Model, dimensions: int, *, log2_n: int = 12, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices of independent uniform inputs; (input) each.

    Source: Saltelli 2010 for the first order, Jansen 1999 for the total. Valid for: independent inputs only; with correlated
    inputs the parts no longer add up, use :func:`shapley_effects`.
    """
    points = sobol_points(log2_n, 2 * dimensions, seed)
    a, b = points[:, :dimensions], points[:, dimensions:]
    mixed = [np.where(np.arange(dimensions) == i, b, a) for i in range(dimensions)]
    out = np.split(model(np.concatenate([a, b, *mixed])), dimensions + 2)
    fa, fb = out[0], out[1]
    variance = np.concatenate([fa, fb]).var()
    if variance == 0.0:
        return np.zeros(dimensions), np.zeros(dimensions)
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


def explained_by_ranks(inputs: np.ndarray, output: np.ndarray, subset: tuple[int, ...], *, degree: int = 2) -> float:
    """Share of the variance of the output's ranks that a quadratic in the ranks of some inputs explains, adjusted for its terms."""
    if not subset:
        return 0.0
    ranks = _centred_ranks(inputs[:, list(subset)])
    columns = [ranks] + [ranks**d for d in range(2, degree + 1)]
    columns += [ranks[:, i : i + 1] * ranks[:, j : j + 1] for i in range(ranks.shape[1]) for j in range(i)]
    basis = np.concatenate([np.ones((len(output), 1)), *columns], axis=1)
    y = _centred_ranks(output[:, None])[:, 0]
    fit, *_ = np.linalg.lstsq(basis, y, rcond=None)
    left = float(np.sum((y - basis @ fit) ** 2)) / max(len(y) - basis.shape[1], 1)
    return float(np.clip(1.0 - left / (float(np.sum(y**2)) / (len(y) - 1)), 0.0, 1.0))


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    order = values.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return (order + 0.5) / values.shape[0] - 0.5


def shapley_effects(inputs: np.ndarray, output: np.ndarray, *, rounds: int = 64, seed: int = 1) -> np.ndarray:
    """Share of an output's rank variance that each input carries, correlated or not; sums to what the inputs explain.

    Value of a set of inputs: :func:`explained_by_ranks`. Averaged over all orders of entry when there are at most six inputs, over
    ``rounds`` antithetic orders otherwise.

    Source: Owen 2014; the value function is a regression on draws that exist, so no model run is needed.
    """
    count = inputs.shape[1]
    rng = np.random.default_rng(seed)
    if factorial(count) <= 720:
        orders = [np.array(p) for p in permutations(range(count))]
    else:
        drawn = [rng.permutation(count) for _ in range(rounds // 2)]
        orders = [x for p in drawn for x in (p, p[::-1])]
    known: dict[tuple[int, ...], float] = {}
    effect = np.zeros(count)
    for order in orders:
        before = 0.0
        for place, i in enumerate(order):
            key = tuple(sorted(int(j) for j in order[: place + 1]))
            if key not in known:
                known[key] = explained_by_ranks(inputs, output, key)
            effect[i] += known[key] - before
            before = known[key]
    return effect / len(orders)


def tornado(inputs: np.ndarray, output: np.ndarray, names: list[str]) -> list[tuple[str, float, float, float]]:
    """For each input: rank correlation with the output, and the output's mean in its lowest and highest fifth.

    Sorted by the strength of the correlation. Works on draws that exist.
    """
    y = _centred_ranks(output[:, None])[:, 0]
    rows = []
    for i, name in enumerate(names):
        x = _centred_ranks(inputs[:, i : i + 1])[:, 0]
        rho = float(np.dot(x, y) / max(np.sqrt(np.dot(x, x) * np.dot(y, y)), 1e-300))
        low, high = output[x <= -0.3], output[x >= 0.3]
        rows.append((name, rho, float(low.mean()), float(high.mean())))
    return sorted(rows, key=lambda r: -abs(r[1]))
