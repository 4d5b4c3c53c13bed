"""What a stage gets to see: the scenario subtrees it declares, the coordinates, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from gigacampus.foundation.calendar import Months


@dataclass(frozen=True)
class Coordinates:
    """Labels of every dimension of a run; array axes follow this order."""

    campus: tuple[str, ...]
    phase: int
    """Number of phase states: 1 + the most phases any campus has; campuses with fewer repeat their last state."""
    months: Months
    unit: tuple[str, ...]
    """``campus/block`` of every generator block."""
    unit_campus: tuple[int, ...]
    """Campus index of every generator block."""
    accelerator: tuple[str, ...]
    """Keys of ``library.accelerators``."""
    receptor: tuple[str, ...]
    """``campus/receptor`` of every receptor."""
    receptor_campus: tuple[int, ...]
    battery: tuple[str, ...] = ()
    """``campus/block`` of every battery block."""
    battery_campus: tuple[int, ...] = ()
    """Campus index of every battery block."""
    block: tuple[str, ...] = ()
    """``campus/block`` of every dated block."""
    holder: tuple[str, ...] = field(default=(), repr=False)
    """Owners of the company, which no world stage sees: the text of the coordinates, and the cache with it, leaves them out."""
    trade: tuple[str, ...] = field(default=(), repr=False)
    """Keys of ``company.people``, likewise."""
    tenant: tuple[str, ...] = field(default=(), repr=False)
    """Keys of ``company.revenue.rental.tenants``, likewise."""
    payee: tuple[str, ...] = field(default=(), repr=False)
    """``campus/place/body`` of every public body that is paid. Not in the text that keys the stages: none of physics has it."""
    counterfactual: tuple[str, ...] = field(default=(), repr=False)
    """Other cases whose runway the company stage works out; not in that text either."""

    def of_campus(self, labels: tuple[str, ...], campus: int) -> dict[str, int]:
        """Key of each block of one campus among ``labels`` (``unit``, ``battery`` or ``block``) -> its position in them."""
        own = f"{self.campus[campus]}/"
        return {label.removeprefix(own): i for i, label in enumerate(labels) if label.startswith(own)}


@dataclass(frozen=True)
class Inputs:
    """Typed subtrees of one scalar scenario (``inputs.tree.campuses["north"].power``) and the coordinates."""

    tree: SimpleNamespace
    at: Coordinates


def pick(root: Any, paths: tuple[str, ...]) -> SimpleNamespace:
    """Namespace with only the subtrees named by dotted ``paths``; ``*`` stands for every key of a mapping.

    The leaves are the frozen models themselves, so nothing is copied and nothing undeclared can be reached.
    """
    out = SimpleNamespace()
    for path in paths:
        _graft(out, root, path.split("."))
    return out


def _graft(out: SimpleNamespace, root: Any, parts: list[str]) -> None:
    head, *rest = parts
    value = getattr(root, head)
    if not rest:
        setattr(out, head, value)
    elif rest[0] == "*":
        branch = getattr(out, head, None) or {key: SimpleNamespace() for key in value}
        for key, item in value.items():
            _graft(branch[key], item, rest[1:])
        setattr(out, head, branch)
    else:
        child = getattr(out, head, None) or SimpleNamespace()
        _graft(child, value, rest)
        setattr(out, head, child)
