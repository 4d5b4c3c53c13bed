"""Walk the typed tree generically: which type, unit and bounds stand at a path, and which names are valid there."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gigacampus.foundation.kinds import Kinds
from gigacampus.foundation.types import NoUnit, Unit, Within


@dataclass(frozen=True)
class Slot:
    """What may stand at one path: the alternatives of its type (None left out) and what is known about its number."""

    choices: tuple[Any, ...]
    marks: tuple[Any, ...] = ()
    name: str = ""

    @property
    def is_scalar(self) -> bool:
        """Whether a number stands here, so that it can be uncertain."""
        return any(choice in (float, int) for choice in self.choices)

    @property
    def unit(self) -> str:
        """Declared unit, or an empty string."""
        return next((mark.symbol for mark in self.marks if isinstance(mark, Unit)), "")

    @property
    def says_its_unit(self) -> bool:
        """Whether a unit is declared, or that there is none."""
        return any(isinstance(mark, Unit | NoUnit) for mark in self.marks)

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value that the field takes (open bounds counted as closed)."""
        low: list[Any] = [m.ge if isinstance(m, Ge) else m.gt for m in self.marks if isinstance(m, Ge | Gt)]
        high: list[Any] = [m.le if isinstance(m, Le) else m.lt for m in self.marks if isinstance(m, Le | Lt)]
        return max(map(float, low), default=float("-inf")), min(map(float, high), default=float("inf"))

    @property
    def bounded_by(self) -> str:
        """What sets the bounds, in a word; empty where nothing is said."""
        return next((mark.why for mark in reversed(self.marks) if isinstance(mark, Within)), "")

    def holds(self, value: float) -> bool:
        """Whether a number lies within the bounds, open ones included."""
        low, high = self.bounds
        opened = any(
            (isinstance(m, Gt) and value <= float(m.gt)) or (isinstance(m, Lt) and value >= float(m.lt))  # type: ignore[arg-type]
            for m in self.marks
        )
        return low <= value <= high and not opened

    def named_choices(self) -> dict[str, str]:
        """Names of which one stands here, each with what it is: a closed list's, or those of a family of kinds."""
        listed = [str(n) for choice in self.choices if get_origin(choice) is Literal for n in get_args(choice)]
        return {**dict.fromkeys(listed, ""), **{kind.name: kind.title for mark in self.marks if isinstance(mark, Kinds) for kind in mark}}

    def names(self, data: Any = None) -> list[str]:
        """Valid keys below this slot; empty for free mappings, lists and scalars."""
        return [name for model in self.models(data) for name in model.model_fields]

    def models(self, data: Any = None) -> list[type[BaseModel]]:
        """Input models that may stand here, only the one of the kind that ``data`` names where it names one."""
        models = [c for c in self.choices if isinstance(c, type) and issubclass(c, BaseModel)]
        kind = data.get("kind") if isinstance(data, dict) else None
        same = [m for m in models if kind in kinds_of(m)] if isinstance(kind, str) else []
        return same or models


def slot_of(annotation: Any, metadata: Sequence[Any] = (), name: str = "") -> Slot:
    """Take an annotation apart: ``Annotated``, ``Optional`` and unions, marks of all levels gathered."""
    marks = [m for mark in metadata for m in _expanded(mark)]
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return slot_of(inner, [*more, *marks], name)
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [slot_of(arm) for arm in get_args(annotation) if arm is not type(None)]
        return Slot(tuple(c for p in parts for c in p.choices), (*(m for p in parts for m in p.marks), *marks), name)
    return Slot((annotation,), tuple(marks), name)


def _expanded(mark: Any) -> list[Any]:
    if isinstance(mark, Within):
        return [mark, *mark]
    return [m for inner in mark.metadata for m in _expanded(inner)] if isinstance(mark, FieldInfo) else [mark]


def root_slot(model: type[BaseModel]) -> Slot:
    """The slot of a whole model."""
    return Slot((model,))


def child(slot: Slot, part: str, data: Any = None) -> Slot | None:
    """The slot one step down, or None where no such name is valid. ``data`` is what stands at ``slot``."""
    for model in slot.models(data):
        info = model.model_fields.get(part)
        if info is not None:
            return slot_of(info.annotation, info.metadata, part)
    for choice in slot.choices:
        origin, args = get_origin(choice), get_args(choice)
        if origin is dict and len(args) == 2:
            return slot_of(args[1], (), part)
        if origin in (list, tuple, set, frozenset) and args and part.isdigit():
            positional = origin is tuple and args[-1] is not Ellipsis
            if not positional:
                return slot_of(args[0], (), slot.name)
            if int(part) < len(args):
                return slot_of(args[int(part)], (), slot.name)
    return None


def slot_at(root: type[BaseModel], parts: Sequence[str], data: Any) -> Slot | None:
    """The slot at a path of a scenario whose plain values are ``data``; None where the path does not exist."""
    slot: Slot | None = root_slot(root)
    for part in parts:
        slot = child(slot, part, data) if slot is not None else None
        if slot is None:
            return None
        data = below(data, part)
    return slot


def below(data: Any, part: str) -> Any:
    """What stands one step down in plain data, or None."""
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list | tuple) and part.isdigit() and int(part) < len(data):
        return data[int(part)]
    return None


def kinds_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Values of the ``kind`` literal of a union's member.

    >>> from gigacampus.schema.buildout import HallBlock
    >>> kinds_of(HallBlock)
    ('hall',)
    """
    info = model.model_fields.get("kind")
    return get_args(info.annotation) if info is not None and get_origin(info.annotation) is Literal else ()


def walk_models(root: type[BaseModel]) -> Iterator[tuple[str, str, Slot]]:
    """Every field of every model below ``root`` once: its path (``*`` for free keys and list items) and what its source says of it."""
    from gigacampus.schema.field_docs import said_of

    seen: set[type[BaseModel]] = set()

    def visit(model: type[BaseModel], path: str) -> Iterator[tuple[str, str, Slot]]:
        seen.add(model)
        for name, info in model.model_fields.items():
            slot, where = slot_of(info.annotation, info.metadata, name), f"{path}.{name}".lstrip(".")
            said = said_of(model).get(name, "")
            yield where, said, slot
            while (step := child(slot, "0")) is not None and not slot.models():
                slot, where = step, where + ".*"
                yield where, said, slot
            for inner in slot.models():
                if inner not in seen:
                    yield from visit(inner, where)

    yield from visit(root, "")


def _as_name(symbol: str) -> set[str]:
    """How a unit may stand at the end of a name.

    >>> sorted(_as_name("kg/s"))
    ['kg_per_s', 'kg_s']
    """
    lower = symbol.lower().replace(" ", "_").replace("-", "_")
    return {lower.replace("/", "_per_"), lower.replace("/", "_")}


def bare_name(name: str, unit: str = "") -> str:
    """A field's name in words, without its unit where the name ends with it.

    >>> bare_name("gas_usd_per_mmbtu", "USD/MMBtu"), bare_name("success_frac", "1"), bare_name("dscr_min", "1")
    ('gas', 'success', 'dscr min')
    """
    suffix = max((s for s in {*_as_name(unit), "frac"} if s and name.endswith("_" + s)), key=len, default="")
    return (name[: -len(suffix) - 1] if suffix else name).replace("_", " ")
