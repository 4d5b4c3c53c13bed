"""How uncertain inputs hang together: from independent standard normals to normal scores, by a Gaussian or a t copula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gigacampus.scenario.t_copula import stretch


@dataclass(frozen=True)
class Copula:
    """Dependence of some inputs. Without groups it is the Gaussian copula; the inputs of a group are stretched in or out together."""

    correlation: np.ndarray
    """Of the normal scores before any stretch; (input, input)."""
    groups: tuple[tuple[int, ...], ...] = ()
    """Inputs that share one stretch; no input is in two."""
    degrees_of_freedom: float = np.inf
    """Of the t copula of every group."""

    @classmethod
    def independent(cls, count: int) -> Copula:
        """Inputs that know nothing of each other."""
        return cls(np.eye(count))

    @cached_property
    def root(self) -> np.ndarray:
        """Cholesky factor of the correlation."""
        return np.linalg.cholesky(self.correlation)

    @property
    def latents(self) -> int:
        """Independent normals behind one future: one for each input, then one for each group's stretch."""
        return len(self.correlation) + len(self.groups)

    def part(self, chosen: Sequence[int]) -> Copula:
        """The dependence of some inputs in their order; a group of which fewer than two are left is none."""
        place = {i: k for k, i in enumerate(chosen)}
        groups = (tuple(place[i] for i in group if i in place) for group in self.groups)
        kept = tuple(group for group in groups if len(group) > 1)
        return Copula(self.correlation[np.ix_(chosen, chosen)], kept, self.degrees_of_freedom)

    def linked(self) -> list[tuple[int, int]]:
        """Pairs that depend on each other directly: correlated, or in one group, whose extremes meet even without correlation."""
        count = len(self.correlation)
        together = {(i, j) for group in self.groups for i in group for j in group if i < j}
        return [(i, j) for i in range(count) for j in range(i + 1, count) if self.correlation[i, j] != 0.0 or (i, j) in together]

    def scores(self, latent: np.ndarray) -> np.ndarray:
        """Normal scores of the inputs, each standard normal by itself, from independent standard normals; (future, input).

        The stretch of a group is :func:`gigacampus.scenario.t_copula.stretch` at the probability of the group's own normal.

        >>> pair = Copula(np.eye(2), ((0, 1),), 4.0)
        >>> pair.scores(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, -3.0]])).round(2).tolist()
        [[0.96, 0.96], [2.92, 2.92]]
        """
        from scipy.special import ndtr, ndtri, stdtr

        count, nu = len(self.correlation), self.degrees_of_freedom
        scores = latent[:, :count] @ self.root.T
        for k, group in enumerate(self.groups):
            stretched = scores[:, group] * stretch(ndtr(latent[:, count + k]), nu)[:, None]
            scores[:, group] = -np.sign(stretched) * ndtri(stdtr(nu, -np.abs(stretched)))
        out: np.ndarray = scores
        return out
