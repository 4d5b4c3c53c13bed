"""A run of the books held ready to be asked again with some inputs changed, the other draws as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gigacampus.company.analysis.copula import Copula
from gigacampus.company.analysis.goals import Goal, Series
from gigacampus.company.ledger.committed_assets import cost_by_case, stock_cost
from gigacampus.company.ledger.compile_policy import SIMULATIONS_OF_A_SESSION
from gigacampus.company.ledger.draw_binding import bind
from gigacampus.company.ledger.physics_tables import WorldTables, stack, world_tables
from gigacampus.company.ledger.simulate import simulate, takes_compiled
from gigacampus.company.ledger.simulation_inputs import gather_inputs
from gigacampus.registry.stage_inputs import Inputs

TOGETHER = 2048
"""Draws simulated at once."""


@dataclass(frozen=True)
class Plant:
    """What every simulation of a rerun looks up and no input of the books moves: physics of the worlds, cost of committed assets."""

    inputs: Inputs
    up: Mapping[str, np.ndarray]
    _known: dict[bytes, np.ndarray] = field(default_factory=dict)
    """Cost by (2, class, month) of each case met so far: a world with its prices, ratings and counts."""

    @cached_property
    def physics(self) -> WorldTables:
        """Physics of the worlds."""
        phases = tuple(len(self.inputs.tree.campuses[name].phases) for name in self.inputs.at.campus)
        return world_tables(stack(self.up), self.up, phases)

    @cached_property
    def _reference(self) -> np.ndarray:
        return stock_cost(self.inputs, self.up)

    def cost(self, world: np.ndarray, draws: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Cost of committed assets as ``committed_assets.cost_by_case`` gives it, and the case of each draw."""
        moved = {path: values for path, values in draws.items() if path.startswith("library.") or ".blocks." in path}
        table = np.column_stack([world, *moved.values()]).astype(float)
        cases, first, case = np.unique(table, axis=0, return_index=True, return_inverse=True)
        keys = [",".join(moved).encode() + row.tobytes() for row in cases]
        new = first[[key not in self._known for key in keys]]
        if new.size:
            cost, own = cost_by_case(self.inputs, self.up, self._reference, world[new], {p: v[new] for p, v in moved.items()})
            self._known.update(zip((k for k in keys if k not in self._known), cost[own], strict=True))
        return np.stack([self._known[key] for key in keys]), case.reshape(-1)


@dataclass
class LedgerRerun:
    """A run held ready to be asked again with some inputs changed; the other draws stay as they are."""

    inputs: Inputs
    up: Mapping[str, np.ndarray]
    world_of_draw: np.ndarray
    draws: Mapping[str, np.ndarray]
    free: tuple[str, ...] = ()
    """Inputs that only the books read; empty: all that are drawn."""
    quantiles: Mapping[str, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)
    """Distribution of an input as a function of probability; where there is none the draws themselves serve."""
    copula: Copula | None = None
    """How the inputs of ``free`` hang together; None: not at all."""
    simulated: int = field(default=0)
    """Draws simulated so far."""
    plant: Plant | None = None
    """Made here where none of the same inputs and physics is given."""

    def __post_init__(self) -> None:
        self.free = self.free or tuple(sorted(self.draws))
        if self.plant is None or self.plant.inputs is not self.inputs or self.plant.up is not self.up:
            self.plant = Plant(self.inputs, self.up)

    @property
    def joint(self) -> Copula:
        """How the free inputs hang together."""
        return self.copula or Copula.independent(len(self.free))

    @property
    def count(self) -> int:
        """Draws."""
        return int(self.world_of_draw.size)

    def first(self, count: int) -> LedgerRerun:
        """The same run with its first draws only: they stand in random order, so any number of them is a sample."""
        few = {path: values[:count] for path, values in self.draws.items()}
        return replace(self, world_of_draw=self.world_of_draw[:count], draws=few, simulated=0)

    def at(self, path: str, u: np.ndarray) -> np.ndarray:
        """Values of an input at probabilities ``u`` of its own distribution."""
        given = self.quantiles.get(path)
        return np.quantile(self.draws[path], u) if given is None else np.asarray(given(u), dtype=float)

    def series(
        self, changed: Mapping[str, np.ndarray | float] | None = None, *, alone: int = 0, raises: bool = True, lean: bool = False
    ) -> Series:
        """Monthly series with ``changed`` inputs in every draw, and the floor of cash beside them.

        ``alone`` simulates that many single futures in the reference world instead, whose other inputs stand at their medians.
        """
        n = alone or self.count
        world = np.zeros(n, dtype=int) if alone else self.world_of_draw
        return self._simulate(world, {} if alone else self.draws, changed or {}, raises, lean)

    def margins(self, goal: Goal, changes: Sequence[Mapping[str, float | np.ndarray]]) -> np.ndarray:
        """Margin of ``goal`` in every draw under each of some changes; (change, draw). Common draws to all of them."""
        n, out = self.count, []
        step = max(1, TOGETHER // n)
        for first in range(0, len(changes), step):
            some = changes[first : first + step]
            paths = sorted({path for change in some for path in change})
            changed = {p: np.concatenate([_wide(c.get(p, self._now(p)), n) for c in some]) for p in paths}
            kept = {p: np.tile(values, len(some)) for p, values in self.draws.items()}
            found = self._margin(goal, np.tile(self.world_of_draw, len(some)), kept, changed)
            out.append(found.reshape(len(some), n))
        return np.concatenate(out)

    def futures(self, goal: Goal, draws: Mapping[str, np.ndarray], world: np.ndarray) -> np.ndarray:
        """Margin of ``goal`` in futures other than the run's own: every uncertain input by draw, and the world of each."""
        out = []
        for first in range(0, world.size, TOGETHER):
            part = slice(first, first + TOGETHER)
            some = {path: values[part] for path, values in draws.items()}
            out.append(self._margin(goal, world[part], some, {}))
        return np.concatenate(out)

    def singles(self, goal: Goal, changed: Mapping[str, np.ndarray], count: int) -> np.ndarray:
        """Margin of ``goal`` in ``count`` single futures of the reference world, what is not ``changed`` at its median."""
        return self._margin(goal, np.zeros(count, dtype=int), {}, changed)

    def shares(self, goal: Goal, changes: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Share of futures that meet ``goal`` under each of some changes."""
        return np.asarray((self.margins(goal, changes) >= 0.0).mean(axis=1))

    def _now(self, path: str) -> np.ndarray | float:
        """What an input is when nothing changes it: its draws, or the one value of the scenario."""
        if path in self.draws:
            return self.draws[path]
        node = self.inputs.tree
        for part in path.split("."):
            node = node[part] if isinstance(node, dict) else getattr(node, part)
        return float(node)

    def _margin(
        self, goal: Goal, world: np.ndarray, draws: Mapping[str, np.ndarray], changed: Mapping[str, np.ndarray | float]
    ) -> np.ndarray:
        return goal.margin(self._simulate(world, draws, changed, goal.raises, goal.lean, goal.months))

    def _simulate(
        self,
        world: np.ndarray,
        draws: Mapping[str, np.ndarray],
        changed: Mapping[str, np.ndarray | float],
        raises: bool,
        lean: bool,
        months: int = 0,
    ) -> Series:
        """Series of the first ``months`` months, or of all where that is 0: no month depends on a later one."""
        assert self.plant is not None
        n, at = world.size, self.inputs.at.months
        moved = {**draws, **{path: _wide(v, n) for path, v in changed.items()}}
        bound, (cost, case) = bind(self.inputs, moved, slice(0, n)), self.plant.cost(world, moved)
        some = replace(at, count=min(months or at.count, at.count))
        drivers = gather_inputs(bound, some, self.inputs.tree.as_of, self.up, self.plant.physics, world, cost, case)
        self.simulated += n
        compiled = takes_compiled(n, drivers.months.count, SIMULATIONS_OF_A_SESSION)
        found, _ = simulate(bound, drivers, may_raise=raises, lean=lean, interpreted=not compiled)
        return {**found, "cash_floor_usd": _wide(bound.company.cash_floor_usd, n)}


def _wide(value: np.ndarray | float, n: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, dtype=float), (n,))
