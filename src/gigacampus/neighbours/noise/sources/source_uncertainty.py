"""How wrong the sound power of source groups may be: a part that all units of a model share, and a part of each unit's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class SourceUncertainty:
    """Errors of groups in dB as two independent parts; the last axis is the group."""

    model: tuple[str, ...]
    """What each group has its shared part in common with."""
    shared_db: np.ndarray
    """Standard deviation of the shared part; (group,)."""
    own_db: np.ndarray
    """Standard deviation of the mean of the units' own parts; (..., group)."""

    def covariance_db2(self) -> np.ndarray:
        """Covariance of the groups' errors; (group, group)."""
        same = np.array([[a == b for b in self.model] for a in self.model])
        return np.where(same, np.outer(self.shared_db, self.shared_db), 0.0) + np.diag(self.own_db**2)


def group_uncertainty(groups: tuple[str, ...], campus: Any, *, units: np.ndarray) -> SourceUncertainty:
    """SourceUncertainty of the groups of a campus. ``units`` holds how many equal units sound in each, at least one counts; (..., group).

    The level of a group of n units has the variance of one unit times s + (1 - s) / n, where s is the shared part of it. What
    readings left of a group's error stands in place of it. Source: variance of a mean of equally correlated errors.

    >>> from types import SimpleNamespace as N
    >>> noise = N(measured={}, source_sigma_db=5.0, source_shared_frac=0.64)
    >>> campus = N(noise=noise, blocks={"a": N(model="lib:generators/x"), "b": N(model="lib:generators/x")})
    >>> spread = group_uncertainty(("generators/a", "generators/b"), campus, units=np.array([1.0, 9.0]))
    >>> spread.shared_db.tolist(), spread.own_db.tolist()
    ([4.0, 4.0], [3.0, 1.0])
    """
    noise = campus.noise
    sigma = np.full(len(groups), float(noise.source_sigma_db))
    shared = np.full(len(groups), float(noise.source_shared_frac))
    count = np.maximum(np.asarray(units, dtype=float), 1.0)
    for g, name in enumerate(groups):
        if name in noise.measured:
            sigma[g], shared[g] = noise.measured[name].sigma_db, noise.measured[name].shared_frac
            count[..., g] = 1.0
    return SourceUncertainty(
        tuple(_model(name, campus.blocks) for name in groups), sigma * np.sqrt(shared), sigma * np.sqrt((1.0 - shared) / count)
    )


def _model(group: str, blocks: Any) -> str:
    """What a group's figure stands for: its library entry, else its kind, such as all transformers."""
    kind, key = group.split("/", 1)
    return str(blocks[key].model) if kind in ("generators", "cooling", "battery") and key else kind


def together(parts: list[SourceUncertainty]) -> SourceUncertainty:
    """Spreads of several campuses as one: units of one model share their part across campuses."""
    return SourceUncertainty(
        tuple(m for p in parts for m in p.model),
        np.concatenate([p.shared_db for p in parts]),
        np.concatenate([p.own_db for p in parts], axis=-1),
    )


@dataclass
class ErrorSum:
    """Errors of a sum of energies, added up campus by campus."""

    own_square: np.ndarray
    shared: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, spread: SourceUncertainty, energy: np.ndarray) -> None:
        """Add what groups give; ``energy`` (..., group)."""
        self.own_square += ((spread.own_db * energy) ** 2).sum(axis=-1)
        for model in dict.fromkeys(spread.model):
            of = [g for g, name in enumerate(spread.model) if name == model]
            self.shared[model] = self.shared.get(model, 0.0) + energy[..., of] @ spread.shared_db[of]

    def sigma_db(self, total: np.ndarray) -> np.ndarray:
        """Standard deviation of the level of the sum, to first order in the errors.

        >>> half = np.full((1, 2), 0.5)
        >>> twins, strangers = ErrorSum(np.zeros(1)), ErrorSum(np.zeros(1))
        >>> twins.add(SourceUncertainty(("x", "x"), np.full(2, 5.0), np.zeros(2)), half)
        >>> strangers.add(SourceUncertainty(("x", "y"), np.full(2, 5.0), np.zeros(2)), half)
        >>> twins.sigma_db(np.ones(1)).tolist(), strangers.sigma_db(np.ones(1)).round(2).tolist()
        ([5.0], [3.54])
        """
        square: np.ndarray = self.own_square + sum(part**2 for part in self.shared.values())
        out: np.ndarray = np.sqrt(square) / total
        return out
