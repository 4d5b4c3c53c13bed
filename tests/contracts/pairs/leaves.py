"""Every leaf of a scenario, what else could stand there by its type, and whether that moves what the stages give."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.errors import ScenarioError
from gigacampus.pipeline.run import REFERENCE_ONLY, Outcome, coordinates, run
from gigacampus.registry.stage_inputs import Inputs, pick
from gigacampus.registry.stages import BY_NAME, Stage
from gigacampus.registry.variables import REGISTRY
from gigacampus.scenario.document import load
from gigacampus.scenario.plan import Plan, plan
from gigacampus.schema.fields import Slot, slot_at
from gigacampus.schema.scenario import Scenario

MONTH_AND_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")
Parts = tuple[str, ...]
FOLDER = Path(__file__).parent
FILE = FOLDER / "two_of_everything.yaml"
STEPS_DAYS = (31, -31, 200, 400)
FILES_OF_LIBRARY = {"weather": ("south_bend_in", "milwaukee_wi"), "utility_load": ("tva", "miso_south")}
FILES = {"user_load_csv": ("load.csv",), "grid_price": ("load.csv", "prices.csv"), "utility_load": ("load.csv",)}
EMPTY_NUMBERS = (0.4, 1.0, 2.0, 10.0, 30.0, 400.0, 1e5, 1e8, 1e10)
"""What stands for a number that may be left out, the first that the field takes and that moves something."""


@dataclass
class Base:
    """The scenario run once: what each stage gave and which leaves it touched."""

    scenario: Scenario
    outcome: Outcome
    data: dict[str, Any] = field(init=False)
    paths: dict[str, Parts] = field(init=False)
    """Dotted path of every leaf, defaults included -> its parts."""
    world: dict[str, np.ndarray] = field(init=False)
    """What the world stages gave in the reference world."""

    def __post_init__(self) -> None:
        self.data = self.scenario.model_dump()
        self.paths = {".".join(parts): parts for parts in walk(self.data)}
        self.world = {
            name: array if REFERENCE_ONLY in REGISTRY[name].dims else array[0]
            for name, array in self.outcome.arrays.items()
            if REGISTRY[name].stage != "company"
        }

    def at(self, path: str) -> Any:
        """The value at a leaf."""
        return value_at(self.data, self.paths[path])

    def readers(self, path: str) -> list[Stage]:
        """Stages that touched a leaf, the books last."""
        return [BY_NAME[name] for name, touched in self.outcome.reads.items() if path in touched]

    def moves(self, path: str) -> bool:
        """Whether another value at ``path`` moves an array of a stage that reads it, or the points of the plan."""
        return any(self._differs(path, other) for other in self._others(path))

    def _others(self, path: str) -> Iterator[Scenario]:
        for value in alternatives(self, path):
            try:
                yield Scenario.model_validate(with_value(self.data, self.paths[path], value))
            except ValueError:
                continue

    def _differs(self, path: str, other: Scenario) -> bool:
        at, lying = coordinates(other), plan(other)
        if at != self.outcome.coords or lying.fingerprint() != self.outcome.plan.fingerprint():
            return True
        try:
            return any(self._gives_another(stage, other, lying) for stage in self.readers(path))
        except (ScenarioError, ValueError):
            return False

    def _gives_another(self, stage: Stage, other: Scenario, lying: Plan) -> bool:
        module, inputs = importlib.import_module(stage.module), Inputs(pick(other, stage.sees), self.outcome.coords)
        if stage.scope == "draws":
            up = {n: a for n, a in self.outcome.arrays.items() if REGISTRY[n].stage in stage.needs}
            given = module.run(inputs, up, lying.world_of_draw, lying.by_draw(stage.reads))
            return any(differ(array, self.outcome.arrays[name]) for name, array in given.items())
        given = dict(module.run(inputs, self.world))
        if any(differ(array, self.world[name]) for name, array in given.items()):
            return True
        hours = module.detail(inputs, {**self.world, **given}) if hasattr(module, "detail") else {}
        return any(differ(array, self.world[name]) for name, array in hours.items())


def differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are not equal, NaN counting as itself."""
    return not np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True)


@cache
def base() -> Base:
    """The fixture, run once for a session."""
    scenario, _ = load(FILE)
    return Base(scenario, run(scenario, use_cache=False))


def walk(data: Any, above: Parts = ()) -> Iterator[Parts]:
    """Parts of the path of every scalar below plain data."""
    if not isinstance(data, dict | list | tuple):
        yield above
        return
    for name, part in data.items() if isinstance(data, dict) else enumerate(data):
        yield from walk(part, (*above, str(name)))


def value_at(data: Any, parts: Parts) -> Any:
    """What stands at a path of plain data."""
    for part in parts:
        data = data[int(part)] if isinstance(data, list | tuple) else data[part]
    return data


def with_value(data: Any, parts: Parts, value: Any) -> Any:
    """Plain data with another value at one path; what is not on the way is shared."""
    if not parts:
        return value
    head, *rest = parts
    if isinstance(data, list | tuple):
        return [with_value(item, rest, value) if n == int(head) else item for n, item in enumerate(data)]
    return {**data, head: with_value(data[head], rest, value)}


def alternatives(base: Base, path: str) -> list[Any]:
    """Other values that may stand at a leaf, the nearest first."""
    parts, old = base.paths[path], base.at(path)
    slot = slot_at(Scenario, parts, base.data)
    assert slot is not None, path
    if isinstance(old, bool) or (old is None and bool in slot.choices):
        return [not old]
    if isinstance(old, date) or (old is None and date in slot.choices):
        middle = old or base.scenario.horizon.start + timedelta(days=250)
        return [middle + timedelta(days=step) for step in STEPS_DAYS]
    if slot.is_scalar and not isinstance(old, str):
        return [value for value in numbers(old, slot) if value != old and slot.holds(value)]
    return [value for value in names(base, parts, slot) if value != old]


def numbers(old: float | None, slot: Slot) -> list[float]:
    """A number stepped, scaled, and at the ends of its field."""
    if not old:
        return list(EMPTY_NUMBERS)
    if float not in slot.choices:
        return [old + 1, old - 1, old + 3, old * 2, 1]
    ends = [end for end in slot.bounds if abs(end) < 1e3]
    return [old * 1.02, old * 0.7, old + 0.25, old * 4, *ends, old * 30, old - 5.0, old * 0.003, old + 100.0]


def names(base: Base, parts: Parts, slot: Slot) -> list[str]:
    """Names that the type lists, that like leaves hold, of the same family of the library, or of a block beside."""
    old = value_at(base.data, parts)
    held: list[str] = []
    if old.startswith("lib:"):
        family = old.split(":")[1].split("/")[0]
        known = base.data["library"].get(family) or FILES_OF_LIBRARY[family]
        return [f"lib:{family}/{name}" for name in known]
    if MONTH_AND_DAY.fullmatch(old):
        return ["08-20", "01-10"]
    for depth in range(len(parts)):
        around = value_at(base.data, parts[:depth])
        if isinstance(around, dict):
            held += [
                key
                for mapping in around.values()
                if isinstance(mapping, dict) and (old in mapping or ("blocks" in around and not old))
                for key in mapping
            ]
    keys = {path.rsplit(".", 1)[-1] for path, at in base.paths.items() if value_at(base.data, at) == old} if old else {parts[-1]}
    like = [base.at(path) for path in base.paths if path.rsplit(".", 1)[-1] in keys and not parts[-1].isdigit()]
    files = [str(FOLDER / name) for name in FILES.get(parts[-1], ())]
    return list(dict.fromkeys(v for v in [*slot.named_choices(), *held, *like, *files] if isinstance(v, str) and v))
