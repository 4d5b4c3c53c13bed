"""A quadratic surface of an outcome over its uncertain inputs, fitted on futures that already ran, with replicates for its error.

The terms are chosen one by one, each the one that explains most of what is left, as long as the extended Bayesian criterion
falls. The replicates leave out a twelfth of the worlds each, choose their own terms, and so carry the error of that choice too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

GROUPS = 12
"""Replicates of a fit: each leaves out the futures of every twelfth world."""
MOST_TERMS = 32
LEAST_FUTURES = 20
"""Futures below which no surface is fitted, and worlds below which physical inputs get no slope."""
RANGES = 6
"""Ranges of an input over which the surface is held against the futures."""
EXTENDED = 0.5
"""Weight of the number of candidates in the criterion, between 0 (the ordinary one) and 1."""
Term = tuple[str, ...]
"""A product of standardised inputs: one input, its square, or two."""


@dataclass(frozen=True)
class Surface:
    """Terms and their weights; row 0 of the weights is the fit to all futures, each further row a replicate."""

    terms: tuple[Term, ...]
    weights: np.ndarray
    noise: dict[str, float]
    """By input: standard error of a slope, for one that has no term; in the outcome's unit over a standard deviation of the input."""
    misfit: dict[str, float]
    """By input: how far the futures of a sixth of its range lie off the surface on average, in the outcome's unit."""

    def changes(self, before: Mapping[str, np.ndarray], after: Mapping[str, np.ndarray]) -> np.ndarray:
        """Change of the outcome in every future, (1 + replicates, futures), where inputs move from ``before`` to ``after``."""
        steps = [product(term, after) - product(term, before) for term in self.terms]
        size = len(next(iter(before.values()))) if before else 0
        return np.asarray(self.weights @ np.array(steps).reshape(len(self.terms), size))


def product(term: Term, columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Values of a term.

    >>> product(("a", "b"), {"a": np.array([2.0]), "b": np.array([3.0])}).tolist()
    [6.0]
    """
    out = np.ones_like(columns[term[0]])
    for path in term:
        out = out * columns[path]
    return out


def fit(
    columns: Mapping[str, np.ndarray],
    outcome: np.ndarray,
    world: np.ndarray,
    *,
    physical: Collection[str],
    levers: Sequence[str] = (),
    alone: bool = False,
) -> Surface:
    """The surface of ``outcome`` (futures,) over standardised inputs.

    Inputs of the books (and their products with physical ones) are told from each other within worlds; physical inputs, of
    which each world has one value, between them, with as many observations as there are worlds. ``levers`` always get a
    linear term, and products with each other are tried. ``alone``: without replicates.
    """
    terms = _candidates(list(columns), [p for p in levers if p in columns])
    matrix = np.stack([product(term, columns) for term in terms], axis=1) if terms else np.zeros((len(outcome), 0))
    between = np.array([all(p in physical for p in term) for term in terms], dtype=bool)
    forced = [terms.index((p,)) for p in levers if p in columns]
    number = np.unique(world, return_inverse=True)[1]
    keeps = [np.ones(len(outcome), dtype=bool), *(number % GROUPS != g for g in range(0 if alone else GROUPS))]
    found = [_two_levels(matrix[k], outcome[k], number[k], between, forced) for k in keeps]
    used = sorted(set().union(*found))
    weights = np.array([[row.get(i, 0.0) for i in used] for row in found]).reshape(len(keeps), len(used))
    left = outcome - matrix[:, used] @ weights[0]
    left = left - left.mean()
    mean = _world_means(left, number)
    errors = {p: _slope_error(mean if p in physical else left - mean[number]) for p in columns}
    return Surface(tuple(terms[i] for i in used), weights, errors, {p: off_surface(c, left) for p, c in columns.items()})


def fitted_values(surface: Surface, columns: Mapping[str, np.ndarray], outcome: np.ndarray) -> np.ndarray:
    """Where the surface has each future of the outcome that it was fitted on."""
    steps = np.array([product(term, columns) for term in surface.terms]).reshape(len(surface.terms), len(outcome))
    return np.asarray(surface.weights[0] @ steps + np.mean(outcome - surface.weights[0] @ steps))


def _two_levels(
    matrix: np.ndarray, outcome: np.ndarray, number: np.ndarray, between: np.ndarray, forced: Sequence[int]
) -> dict[int, float]:
    """Weight of each chosen term: first of those within worlds, then, with these taken out, of those between them."""
    number = np.unique(number, return_inverse=True)[1]
    inside = np.flatnonzero(~between)
    within = matrix[:, inside] - _world_means(matrix[:, inside], number)[number]
    books = _chosen(within, outcome - _world_means(outcome, number)[number], inside, forced) if inside.size else {}
    rest = outcome - matrix[:, list(books)] @ np.array(list(books.values()))
    outside = np.flatnonzero(between)
    if len(np.unique(number)) < LEAST_FUTURES or not outside.size:
        return books
    return books | _chosen(_world_means(matrix[:, outside], number), _world_means(rest, number), outside, forced)


def _chosen(matrix: np.ndarray, outcome: np.ndarray, names: np.ndarray, forced: Sequence[int]) -> dict[int, float]:
    places = names.tolist()
    chosen = selected(matrix, outcome, [places.index(i) for i in forced if i in places])
    if not chosen:
        return {}
    part = matrix[:, chosen]
    solved = np.linalg.lstsq(part - part.mean(axis=0), outcome - outcome.mean(), rcond=None)[0]
    return {places[c]: float(w) for c, w in zip(chosen, solved, strict=True)}


def _world_means(values: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Mean of futures (first axis) by world."""
    sums = np.zeros((int(number.max()) + 1, *values.shape[1:]))
    np.add.at(sums, number, values)
    return sums / np.bincount(number).reshape(-1, *[1] * (values.ndim - 1))


def _slope_error(left: np.ndarray) -> float:
    return float(np.std(left) / np.sqrt(max(len(left), 1)))


def _candidates(paths: list[str], levers: list[str]) -> list[Term]:
    singles: list[Term] = [(p,) for p in paths]
    squares: list[Term] = [(p, p) for p in paths]
    return [*singles, *squares, *combinations(levers, 2)]


def off_surface(column: np.ndarray, left: np.ndarray) -> float:
    """Root mean square, over ranges of an input with as many futures each, of the mean of what the surface leaves there.

    >>> off_surface(np.arange(6.0), np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]))
    1.0
    """
    parts = np.array_split(left[np.argsort(column, kind="stable")], RANGES)
    return float(np.sqrt(np.mean([part.mean() ** 2 for part in parts])))


def selected(matrix: np.ndarray, outcome: np.ndarray, forced: Sequence[int]) -> list[int]:
    """Columns that explain the outcome, the forced ones first, others while the extended Bayesian criterion falls."""
    n, p = matrix.shape
    rest = matrix - matrix.mean(axis=0)
    left = outcome - outcome.mean()
    chosen: list[int] = []
    most = min(MOST_TERMS, n // 3)
    for column in forced[:most]:
        rest, left = _without(rest, left, column)
        chosen.append(column)
    while len(chosen) < most and p:
        size = np.einsum("ij,ij->j", rest, rest)
        gain = np.divide((rest.T @ left) ** 2, size, out=np.zeros(p), where=size > 1e-9 * n)
        gain[chosen] = 0.0
        best, total = int(np.argmax(gain)), float(left @ left)
        cost = (np.log(n) + 2.0 * EXTENDED * np.log(p)) / n
        if total <= 0.0 or gain[best] <= total * (1.0 - np.exp(-cost)):
            break
        rest, left = _without(rest, left, best)
        chosen.append(best)
    return chosen


def _without(rest: np.ndarray, left: np.ndarray, column: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns and outcome with what one column explains taken out."""
    size = float(np.sqrt(rest[:, column] @ rest[:, column]))
    if size < 1e-9:
        return rest, left
    q = rest[:, column] / size
    return rest - np.outer(q, q @ rest), left - q * (q @ left)
