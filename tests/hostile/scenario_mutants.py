"""Mutants of the scenarios that ship: a seed gives a file that is refused in words, or runs to figures that are finite.

Run from the root: ``PYTHONPATH=src:. python -m tests.hostile.scenario_mutants 0 100`` counts the outcomes of a slice of seeds.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus import api
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.source_tree import plain
from gigacampus.registry.variables import REGISTRY
from gigacampus.results.result import Result
from gigacampus.scenario import library
from gigacampus.scenario.allowed_paths import scenario_place
from gigacampus.scenario.compose import compose
from gigacampus.schema.fields import Slot, slot_at, walk_models
from gigacampus.schema.scenario import Scenario

ROOT = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted([*ROOT.glob("*.yaml"), *ROOT.glob("peers/*.yaml")])
MONTHS = 9
CPU_S = 60
"""Longer than any of these small runs takes: a mutant that needs more hangs."""
WILD: tuple[Any, ...] = (
    *(0, -1, 1, 0.5, 1e-12, -1e-9, 1e6, 1e12, 1e30, -1e15, 1e308, 5e-324, None, True, False, [], {}, [1], {"a": 1}),
    *("", "x", "Größe ✓ 電力", "1,5", "12 parsec", "3 GW", "10 %", "1e400", "2026-02-30", "1990-01-01", "2100-12-31"),
    *(".nan", "-.inf", "lib:generators/nobody", "a" * 300),
)
DAYS = ("1990-01-01", "2000-02-29", "2024-12-31", "2026-01-01", "2026-06-30", "2031-07-15", "2100-12-31")
NEVER = ("run", "base", "patches", "uncertainty.*", "library")
FIELDS = [(path, slot) for path, _, slot in walk_models(Scenario) if not path.startswith(NEVER) and not slot.models()]


@cache
def _composed(path: Path) -> str:
    return json.dumps(plain(compose(scenario_place(path), None, (), (), library.ROOT).tree), default=str)


def mutant(seed: int) -> tuple[Path, dict[str, Any], list[str]]:
    """(scenario it comes from, plain data, what was done to it)."""
    chance = random.Random(seed)
    path = SHIPPED[chance.randrange(len(SHIPPED))]
    data = json.loads(_composed(path))
    data["horizon"]["months"] = min(data["horizon"]["months"], MONTHS)
    done = [chance.choice(CHANGES)(data, chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    return path, data, done


def _places(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in steps:
        yield (*above, key), value
        yield from _places(value, (*above, key))


def _at(data: Any, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        data = data[part]
    return data


def _chosen(data: Any, chance: random.Random, kind: type | tuple[type, ...]) -> tuple[tuple[Any, ...], Any]:
    places = [(p, v) for p, v in _places(data) if isinstance(v, kind) and not isinstance(v, bool) and p[0] != "run"]
    return chance.choice(places) if places else (("title",), data.get("title"))


def _put(data: Any, parts: tuple[Any, ...], value: Any) -> str:
    _at(data, parts[:-1])[parts[-1]] = value
    return f"{'.'.join(map(str, parts))} = {str(value)[:60]}"


def wild_leaf(data: Any, chance: random.Random) -> str:
    parts, _ = _chosen(data, chance, (int, float, str))
    return _put(data, parts, chance.choice(WILD))


def scaled(data: Any, chance: random.Random) -> str:
    parts, value = _chosen(data, chance, (int, float))
    return _put(data, parts, value * chance.choice((-1, 0, 1e-3, 0.01, 0.5, 2, 10, 1e3, 1e6)) if isinstance(value, int | float) else value)


def deleted(data: Any, chance: random.Random) -> str:
    parts, _ = _chosen(data, chance, (dict, list, str, int, float))
    del _at(data, parts[:-1])[parts[-1]]
    return f"deleted {'.'.join(map(str, parts))}"


def doubled(data: Any, chance: random.Random) -> str:
    parts, value = _chosen(data, chance, dict)
    held = _at(data, parts[:-1])
    if isinstance(held, list):
        held.append(value)
    else:
        held[f"{parts[-1]}_again"] = value
    return f"doubled {'.'.join(map(str, parts))}"


def swapped(data: Any, chance: random.Random) -> str:
    parts, held = _chosen(data, chance, dict)
    if len(held or ()) < 2 or not isinstance(held, dict):
        return "nothing swapped"
    a, b = chance.sample(sorted(held), 2)
    held[a], held[b] = held[b], held[a]
    return f"swapped {a} and {b} of {'.'.join(map(str, parts))}"


def other_day(data: Any, chance: random.Random) -> str:
    places = [p for p, v in _places(data) if isinstance(v, str) and len(v) == 10 and v[4:5] == v[7:8] == "-"]
    return _put(data, chance.choice(places), chance.choice(DAYS))


def other_reference(data: Any, chance: random.Random) -> str:
    places = [(p, v) for p, v in _places(data) if isinstance(v, str) and v.startswith("lib:") and "/" in v]
    if not places:
        return wild_leaf(data, chance)
    parts, value = chance.choice(places)
    family = value[4:].split("/")[0] if chance.random() < 0.85 else chance.choice(library.families())
    return _put(data, parts, f"lib:{family}/{chance.choice(library.names(family) or ['nobody'])}")


def within_bounds(data: Any, chance: random.Random) -> str:
    """A field of the schema, present or not, at a value that its type takes: ends of the range as often as the middle."""
    for _ in range(40):
        path, slot = chance.choice(FIELDS)
        parts = _grounded(path, data, chance)
        held = slot_at(Scenario, list(map(str, parts)), data) if parts else None
        if parts and held is not None:
            return _put(data, parts, _value(slot, chance))
    return "nothing set"


def _grounded(path: str, data: Any, chance: random.Random) -> tuple[Any, ...]:
    """A dotted path with its stars taken from what the scenario holds; mappings on the way are made."""
    out: list[Any] = []
    steps = path.split(".")
    for index, step in enumerate(steps):
        if step == "*" or isinstance(data, list):
            keys = list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
            if not keys:
                return ()
            out.append(chance.choice(keys))
        elif isinstance(data, dict):
            out.append(step)
            if index < len(steps) - 1 and not isinstance(data.get(step), dict | list):
                data[step] = {}
        else:
            return ()
        data = data[out[-1]] if index < len(steps) - 1 else data
        if isinstance(data, dict) and index < len(steps) - 1 and _free(steps, index):
            if not data:
                return ()
            out.append(chance.choice(list(data)))
            data = data[out[-1]]
    return tuple(out)


def _free(steps: list[str], index: int) -> bool:
    """Whether a mapping by free names stands after this step; such steps leave no mark in the path."""
    slot = slot_at(Scenario, _with_keys(steps[: index + 1]), {})
    return slot is not None and not slot.models() and any(str(c).startswith("dict[") for c in slot.choices)


def _with_keys(steps: list[str]) -> list[str]:
    return [part for step in steps for part in ([step, "k"] if step in ("campuses", "blocks", "phases", "receptors") else [step])][
        : len(steps) * 2
    ]


def _value(slot: Slot, chance: random.Random) -> Any:
    if slot.is_scalar:
        low, high = (max(min(b, 1e15), -1e15) for b in slot.bounds)
        whole = float not in slot.choices
        span = [
            low,
            high,
            low + (high - low) * 1e-9,
            low + (high - low) * chance.random() ** 6,
            low + min(high - low, chance.choice((1, 10, 1e3))),
        ]
        value = chance.choice(span)
        return round(value) if whole else value
    names = list(slot.named_choices())
    if names:
        return chance.choice(names)
    return chance.choice((True, False)) if bool in slot.choices else chance.choice(DAYS)


CHANGES = (*[within_bounds] * 4, *[wild_leaf, scaled] * 2, deleted, doubled, swapped, other_day, other_reference)


@contextmanager
def _cpu_limit() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {CPU_S} CPU s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def unmeant(result: Result) -> list[str]:
    """Arrays of a result that hold infinity, or NaN where the registry gives it no meaning."""
    arrays = {name: result.array(name) for name in result.names()}
    floats = {name: array for name, array in arrays.items() if array.dtype.kind == "f"}
    return [name for name, a in floats.items() if np.isinf(a).any() or (np.isnan(a).any() and not REGISTRY[name].nan_means)]


def outcome(seed: int, folder: Path, *, answers: bool = False) -> tuple[str, str]:
    """(ran, refused or a kind of fault; what was said): the file of a seed, laid into ``folder`` and run with two draws."""
    _, data, done = mutant(seed)
    file = folder / "mutant.yaml"
    file.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    sets = ("run.worlds=1", "run.draws=2")
    try:
        with _cpu_limit(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = api.first(file, sets, threads=1)
            if answers:
                api.complete(result, file, sets=sets, threads=1, twin=False)
    except ScenarioError as error:
        unclear = [str(f) for f in error.findings if not (f.problem and f.file and (f.line or f.path) and (f.fix or f.nearest))]
        return ("refused unclearly", unclear[0]) if unclear or not error.findings else ("refused", str(error.findings[0]))
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"fault: {type(error).__name__}", f"{'; '.join(done)}: {error} at {Path(frame.filename).name}:{frame.lineno}"
    said = json.loads(json.dumps(result.manifest, default=str))
    endless = [path for path, value in _places(said) if isinstance(value, float) and not math.isfinite(value)] + unmeant(result)
    return ("fault: not finite", f"{'; '.join(done)}: {endless[:3]}") if endless else ("ran", "; ".join(done))


def lay_out(folder: Path) -> None:
    """The files that shipped scenarios name beside themselves."""
    shutil.copytree(ROOT / "parts", folder / "parts", ignore=shutil.ignore_patterns("*.yaml"))


def main(first: int, count: int) -> None:
    """Count the outcomes of some seeds and print every fault."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        lay_out(Path(home))
        for seed in range(first, first + count):
            word, said = outcome(seed, Path(home), answers=seed % 10 == 0)
            counts[word] += 1
            if word not in ("ran", "refused"):
                print(f"{seed}: {word}: {said[:600]}", flush=True)
    print(dict(counts), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
