"""Tails that come together: what turns a Gaussian copula into a t copula, one common stretch a future for each group of inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def groups(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Inputs that correlations join, directly or through others; each group and the list of them in order of name.

    >>> groups([("c", "a"), ("x", "y"), ("b", "a")])
    [['a', 'b', 'c'], ['x', 'y']]
    """
    found: list[set[str]] = []
    for pair in pairs:
        joined = set(pair).union(*(g for g in found if g & set(pair)))
        found = [g for g in found if not g & joined] + [joined]
    return sorted(sorted(g) for g in found)


def stretch(u: np.ndarray, degrees_of_freedom: float) -> np.ndarray:
    """Factor by which all normal scores of a group move out or in: sqrt(nu / W), W chi-square, at the probabilities ``u``.

    Normal scores times it have a multivariate t distribution: ranks of a t copula with the same correlations.
    Source: Demarta and McNeil (2005), The t copula and related copulas, section 2. Valid for: 0 <= u < 1, nu > 0.

    >>> float(stretch(np.array([0.5]), 4.0)[0].round(4))
    1.0916
    """
    from scipy.special import gammaincinv

    w = 2.0 * gammaincinv(0.5 * degrees_of_freedom, np.maximum(u, 1e-12))
    return np.asarray(np.sqrt(degrees_of_freedom / w))


def rows_of(group: Sequence[str], paths: Sequence[str]) -> list[int]:
    """Positions in ``paths`` of the inputs of a group."""
    members = set(group)
    return [i for i, path in enumerate(paths) if path in members]
