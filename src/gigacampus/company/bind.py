"""The one place where uncertain inputs meet the draws: a mirror of the specs whose uncertain leaves are arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from pydantic import BaseModel

from gigacampus.pipeline.inputs import Inputs


@dataclass(frozen=True)
class Bound:
    """Inputs of one chunk of draws. Leaves are plain scalars, or float64[draw] where their path is uncertain."""

    company: Any
    market: Any
    phases: tuple[tuple[Any, ...], ...]
    """Phases of each campus, in order."""
    county: tuple[Any, ...]
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
        phases=tuple(
            tuple(_mirror(p, f"campuses.{c}.phases.{k}", cut) for k, p in x.phases.items()) for c, x in campuses
        ),
        county=tuple(_mirror(x.county, f"campuses.{c}.county", cut) for c, x in campuses),
        n=n,
    )


def _mirror(node: Any, path: str, cut: Mapping[str, np.ndarray]) -> Any:
    if isinstance(node, BaseModel):
        names = node.__class__.model_fields
        return SimpleNamespace(**{name: _mirror(getattr(node, name), f"{path}.{name}", cut) for name in names})
    if isinstance(node, dict):
        return {key: _mirror(value, f"{path}.{key}", cut) for key, value in node.items()}
    return cut.get(path, node)


def months_of(years_or_months: Any, per: float = 1.0) -> Any:
    """Whole months of a length that may be an array; at least one.

    >>> months_of(0.5, 12.0)
    np.int64(6)
    """
    return np.maximum(np.rint(np.asarray(years_or_months) * per).astype(np.int64), 1)
