"""The one place where uncertain inputs meet the draws: a mirror of the specs whose uncertain leaves are arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from gigacampus.registry.stage_inputs import Inputs


@dataclass(frozen=True)
class Bound:
    """Inputs of one chunk of draws. Leaves are plain scalars, or float64[draw] where their path is uncertain."""

    company: Any
    market: Any
    phases: tuple[tuple[Any, ...], ...]
    """Phases of each campus, in order."""
    n: int
    """Draws in the chunk."""


def bind(inputs: Inputs, draws: Mapping[str, np.ndarray], chosen: slice) -> Bound:
    """Mirror of the company's inputs with ``draws[path][chosen]`` in place of uncertain scalars."""
    tree = inputs.tree
    cut = {path: np.ascontiguousarray(values[chosen], dtype=float) for path, values in draws.items()}
    n = len(next(iter(cut.values()))) if cut else chosen.stop - chosen.start
    campuses = [(key, tree.campuses[key]) for key in inputs.at.campus]
    return Bound(
        company=_mirror(tree.company, "company", cut),
        market=_mirror(tree.market, "market", cut),
        phases=tuple(tuple(_mirror(p, f"campuses.{c}.phases.{k}", cut) for k, p in x.phases.items()) for c, x in campuses),
        n=n,
    )


class Mirror:
    """Stands for one spec; fields are looked up when first asked for, so that an input nobody reads stays unread."""

    def __init__(self, node: Any, path: str, cut: Mapping[str, Any]) -> None:
        self._held = (node, path, cut)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        node, path, cut = self._held
        value = _mirror(getattr(node, name), f"{path}.{name}", cut)
        setattr(self, name, value)
        return value


def _mirror(node: Any, path: str, cut: Mapping[str, np.ndarray]) -> Any:
    if path in cut:
        return cut[path]
    if isinstance(node, BaseModel):
        return Mirror(node, path, cut)
    if isinstance(node, dict):
        return {key: _mirror(value, f"{path}.{key}", cut) for key, value in node.items()}
    return node


def months_of(length: Any, per: float = 1.0) -> Any:
    """Whole months of a length; at least one. A plain number gives a plain integer, an array an array.

    >>> months_of(0.5, 12.0), months_of(np.array([0.01, 0.25]), 12.0).tolist()
    (6, [1, 3])
    """
    if isinstance(length, (int, float)):
        return max(round(length * per), 1)
    return np.maximum(np.rint(np.asarray(length) * per).astype(np.int64), 1)
