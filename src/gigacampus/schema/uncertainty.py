"""Distributions of scalar inputs, rank correlation, and the checks of a scenario's ``uncertainty`` block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, model_validator

from gigacampus.foundation.errors import Finding, nearest, printable
from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.source_tree import Node, is_mapping, plain
from gigacampus.foundation.types import Frac, NoUnit, Spec, Unit
from gigacampus.foundation.units import convert
from gigacampus.schema.fields import Slot, below, child, root_slot

if TYPE_CHECKING:
    import numpy as np

S = TypeVar("S", bound=Spec)
TAIL = 0.001
"""Normal and lognormal distributions end at these shares of their tails (3.09 standard deviations)."""
Z90 = NormalDist().inv_cdf(0.9)
OF_INPUT = "in the unit of the uncertain input"
Number = Annotated[float, NoUnit(OF_INPUT), Field(ge=-1e30, le=1e30)]
FIXED = ("title", "description", "as_of", "horizon", "run", "uncertainty", "correlations", "copula", "goals", "baseline")
"""Top-level keys that no future may change."""


class Uniform(Spec):
    """Every value between two ends is equally likely."""

    kind: Literal["uniform"]
    """uniform: every value between two ends."""
    low: Number
    """Lowest value."""
    high: Number
    """Highest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        return _rising(self, self.low, self.high, "low must be below high")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        import numpy as np

        return np.clip(self.low + (self.high - self.low) * np.asarray(u), self.low, self.high)

    def median(self) -> float:
        """The middle value."""
        return 0.5 * (self.low + self.high)

    def support(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return self.low, self.high


class Normal(Spec):
    """A bell given by its 10 % and 90 % quantiles, cut at 0.1 % of each tail."""

    kind: Literal["normal"]
    """normal: a bell."""
    p10: Number
    """Value not exceeded with probability 0.1."""
    p90: Number
    """Value not exceeded with probability 0.9."""

    @model_validator(mode="after")
    def _ordered(self) -> Normal:
        return _rising(self, self.p10, self.p90, "p10 must be below p90")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        return self.median() + (self.p90 - self.p10) / (2 * Z90) * standard_normal(u)

    def median(self) -> float:
        """The middle value."""
        return 0.5 * (self.p10 + self.p90)

    def support(self) -> tuple[float, float]:
        """Values at the cut tails."""
        return _ends(self)


class Lognormal(Spec):
    """A positive quantity whose logarithm is a bell, given by its 10 % and 90 % quantiles, cut likewise."""

    kind: Literal["lognormal"]
    """lognormal: a positive quantity whose logarithm is normal."""
    p10: Annotated[float, NoUnit(OF_INPUT), Field(gt=0, le=1e30)]
    """Value not exceeded with probability 0.1."""
    p90: Annotated[float, NoUnit(OF_INPUT), Field(gt=0, le=1e30)]
    """Value not exceeded with probability 0.9."""

    @model_validator(mode="after")
    def _ordered(self) -> Lognormal:
        return _rising(self, self.p10, self.p90, "p10 must be below p90")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        half_width = (self.p90 / self.p10) ** (standard_normal(u) / (2 * Z90))
        return self.median() * half_width

    def median(self) -> float:
        """The middle value: the geometric mean of the two quantiles."""
        return float((self.p10**0.5) * (self.p90**0.5))

    def support(self) -> tuple[float, float]:
        """Values at the cut tails."""
        return _ends(self)


class Triangular(Spec):
    """Two ends and the most likely value between them."""

    kind: Literal["triangular"]
    """triangular: two ends and the likeliest value."""
    low: Number
    """Lowest value."""
    mode: Number
    """Most likely value."""
    high: Number
    """Highest value."""

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low <= self.mode <= self.high:
            raise ValueError("low, mode and high must rise")
        return _rising(self, self.low, self.high, "low must be below high")

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        import numpy as np

        width = self.high - self.low
        rise = (self.mode - self.low) / width
        left = self.low + width * np.sqrt(np.asarray(u) * rise)
        right = self.high - width * np.sqrt((1.0 - np.asarray(u)) * (1.0 - rise))
        return np.clip(np.where(np.asarray(u) < rise, left, right), self.low, self.high)

    def median(self) -> float:
        """The middle value (not the mode)."""
        return _at(self, 0.5)

    def support(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return self.low, self.high


class Choice(Spec):
    """A few values with their weights; the median is the value at half of the summed weights, in rising order."""

    kind: Literal["choice"]
    """choice: a few values with their weights."""
    values: Annotated[list[Number], Field(min_length=1, max_length=1000)]
    """Values that the input may take."""
    weights: Annotated[list[Annotated[float, NoUnit("weight"), Field(ge=0, le=1e12)]], Field(max_length=1000)] = []
    """One for each value; empty: all alike."""

    @model_validator(mode="after")
    def _weighted(self) -> Choice:
        if self.weights and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values but {len(self.weights)} weights")
        if self.weights and sum(self.weights) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        import numpy as np

        values = np.array(self.values, dtype=float)
        weights = np.array(self.weights or [1.0] * len(self.values), dtype=float)
        order = np.argsort(values, kind="stable")
        order = order[weights[order] > 0]
        steps = np.cumsum(weights[order]) / weights.sum()
        return values[order][np.searchsorted(steps[:-1], np.asarray(u), side="left")]

    def median(self) -> float:
        """The value at half of the weights."""
        return _at(self, 0.5)

    def support(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return min(self.values), max(self.values)


class Empirical(Spec):
    """Quantiles as ``[[0, low], [0.5, middle], [1, high]]``; straight lines between them."""

    kind: Literal["empirical"]
    """empirical: quantiles joined by straight lines."""
    quantiles: Annotated[list[tuple[Frac, Number]], Field(min_length=2, max_length=1000)]
    """Pairs of a probability and the value that is not exceeded with it, both rising."""

    @model_validator(mode="after")
    def _rises(self) -> Empirical:
        shares = [share for share, _ in self.quantiles]
        values = [value for _, value in self.quantiles]
        if shares[0] != 0 or shares[-1] != 1:
            raise ValueError("the first share must be 0 and the last 1")
        if any(b <= a for a, b in pairwise(shares)):
            raise ValueError("shares must rise")
        if any(b < a for a, b in pairwise(values)):
            raise ValueError("values must not fall")
        return self

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Values at the probabilities ``u``."""
        import numpy as np

        shares, values = zip(*self.quantiles, strict=True)
        out: np.ndarray = np.interp(u, shares, values)
        return out

    def median(self) -> float:
        """The value at probability one half."""
        return _at(self, 0.5)

    def support(self) -> tuple[float, float]:
        """First and last value."""
        return self.quantiles[0][1], self.quantiles[-1][1]


Distribution = Annotated[Uniform | Normal | Lognormal | Triangular | Choice | Empirical, Field(discriminator="kind")]


class CorrelationSpec(Spec):
    """Rank correlation between two uncertain paths."""

    a: Annotated[str, Field(max_length=200)]
    """Dotted path of one uncertain input."""
    b: Annotated[str, Field(max_length=200)]
    """Dotted path of the other."""
    rank: Annotated[float, Unit("1"), Field(ge=-1, le=1)]
    """Spearman's rank correlation under the Gaussian copula; a t copula keeps Kendall's of it."""


class CopulaSpec(Spec):
    """How correlated inputs hang together: under a t copula the extremes of a group come together more often."""

    kind: Literal["gaussian", "t"] = "gaussian"
    """Gaussian or t copula."""
    degrees_of_freedom: Annotated[float, NoUnit("count"), Field(ge=1, le=1000)] = FROM_LIBRARY
    """Of the t copula: the fewer, the more often extremes meet."""


def standard_normal(u: np.ndarray) -> np.ndarray:
    """Standard normal quantiles of probabilities, held within the tails that the distributions keep.

    Source: the standard library's ``NormalDist.inv_cdf`` (Wichura's AS 241). Valid for: 0 <= u <= 1.

    >>> float(standard_normal(0.9).round(4))
    1.2816
    """
    import numpy as np

    held = np.clip(np.asarray(u, dtype=float), TAIL, 1.0 - TAIL)
    inverse = NormalDist().inv_cdf
    return np.array([inverse(x) for x in held.ravel().tolist()]).reshape(held.shape)


def in_field_units(tree: Node, root: type[BaseModel], findings: list[Finding]) -> Node:
    """Turn texts such as ``1.2 GW`` in the ``uncertainty`` block into numbers in the unit of their field."""
    block = tree.value.get("uncertainty")
    if not is_mapping(block):
        return tree
    data, converted = plain(tree), {}
    for path, node in block.value.items():
        slot = _target(path, root, data)
        unit = slot.unit if isinstance(slot, Slot) else ""
        converted[path] = _converted(node, unit, f"uncertainty.{path}", findings) if unit and is_mapping(node) else node
    return replace(tree, value={**tree.value, "uncertainty": replace(block, value=converted)})


def _converted(node: Node, unit: str, path: str, findings: list[Finding]) -> Node:
    if isinstance(node.value, dict):
        return replace(
            node,
            value={
                key: child if key == "kind" else _converted(child, unit, f"{path}.{key}", findings) for key, child in node.value.items()
            },
        )
    if isinstance(node.value, list):
        return replace(node, value=[_converted(child, unit, path, findings) for child in node.value])
    number, _, symbol = node.value.strip().partition(" ") if isinstance(node.value, str) else ("", "", "")
    if not symbol:
        return node
    try:
        return replace(node, value=convert(float(number), symbol.strip(), unit))
    except ValueError as error:
        findings.append(Finding(printable(str(error)), path=path, file=node.file, line=node.line, fix=f"give a number in {unit}"))
        return node


def check_inputs(tree: Node, root: type[BaseModel]) -> Iterator[Finding]:
    """Findings on ``uncertainty`` and ``correlations``: paths that hold no number, values out of bounds."""
    from pydantic import TypeAdapter, ValidationError

    block = tree.value.get("uncertainty")
    entries, data = (block.value if is_mapping(block) else {}), plain(tree)
    adapter: Any = TypeAdapter(Distribution)
    for path, node in entries.items():
        place = {"path": f"uncertainty.{path}", "file": node.file, "line": node.line}
        slot = _target(path, root, data)
        if isinstance(slot, str):
            yield Finding(
                f"{printable(path)} is not a number of this scenario",
                nearest=slot,
                fix="name the dotted path of one number, such as company.opening_cash_usd",
                **place,
            )
            continue
        try:
            low, high = adapter.validate_python(plain(node)).support()
        except ValidationError:
            continue
        yield from _bounds(slot, low, high, place)
    yield from _pairs(tree, list(entries))


def _bounds(slot: Slot, low: float, high: float, place: dict[str, Any]) -> Iterator[Finding]:
    floor, ceiling = slot.bounds
    if not (slot.holds(low) and slot.holds(high)):
        why = f" ({slot.bounded_by})" if slot.bounded_by else ""
        yield Finding(
            f"reaches from {low:g} to {high:g}, but the field takes {floor:g} to {ceiling:g}{why}",
            fix="narrow it, or use triangular, uniform or empirical with ends inside the bounds",
            **place,
        )


def _pairs(tree: Node, known: Sequence[str]) -> Iterator[Finding]:
    block = tree.value.get("correlations")
    seen: set[frozenset[str]] = set()
    for index, node in enumerate(block.value if block is not None and isinstance(block.value, list) else []):
        pair = [node.value[k].value for k in ("a", "b") if is_mapping(node) and k in node.value]
        if len(pair) < 2 or not all(isinstance(p, str) for p in pair):
            continue
        place = {"path": f"correlations.{index}", "file": node.file, "line": node.line}
        for name in pair:
            if name not in known:
                yield Finding(
                    f"{printable(name)} is not in the uncertainty block",
                    nearest=nearest(name, known),
                    fix="correlate two paths that are uncertain",
                    **place,
                )
        if pair[0] == pair[1] or frozenset(pair) in seen:
            problem = "the same pair twice" if pair[0] != pair[1] else "a path with itself"
            yield Finding(problem, fix="delete it", **place)
        seen.add(frozenset(pair))


def _target(path: str, root: type[BaseModel], data: Any) -> Slot | str:
    """The slot of a number at ``path``, or, where there is none, the nearest path that would be valid."""
    parts = path.split(".")
    if parts[0] in FIXED:
        return ""
    slot: Slot | None = root_slot(root)
    for index, part in enumerate(parts):
        assert slot is not None
        valid = slot.names(data) or _keys(data)
        if part not in valid:
            close = nearest(part, valid)
            return ".".join([*parts[:index], close]) if close else ""
        slot, data = child(slot, part, data), below(data, part)
        if slot is None:
            return ""
    return slot if slot is not None and slot.is_scalar else ""


def _keys(data: Any) -> list[str]:
    if isinstance(data, dict):
        return list(data)
    return [str(i) for i in range(len(data))] if isinstance(data, list) else []


def _rising(spec: S, low: float, high: float, message: str) -> S:
    if not low < high:
        raise ValueError(message)
    return spec


def _at(spec: Any, share: float) -> float:
    import numpy as np

    return float(spec.quantile(np.array(share)))


def _ends(spec: Any) -> tuple[float, float]:
    return _at(spec, 0.0), _at(spec, 1.0)
