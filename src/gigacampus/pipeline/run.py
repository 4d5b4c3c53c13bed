"""Run a scenario: every stage for every world, then the books for every draw; arrays out, nothing written."""

from __future__ import annotations

import hashlib
import importlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gigacampus.calendar import Months
from gigacampus.pipeline import cache
from gigacampus.pipeline.inputs import Coordinates, Inputs, pick
from gigacampus.pipeline.stages import STAGES, Stage
from gigacampus.pipeline.tracking import view
from gigacampus.results.variables import REGISTRY
from gigacampus.scenario.plan import Plan, plan, world_scenario
from gigacampus.scenario.schema import Scenario

Arrays = dict[str, np.ndarray]
Progress = Callable[[str, int, int], None]
REFERENCE_ONLY = "hour"
"""Variables with this dimension are kept for the reference world alone."""


WORLD_READS = tuple(path for stage in STAGES if stage.scope == "world" for path in stage.reads)
"""Every subtree that a world stage may read; an uncertain input outside of them belongs to the draws."""


class StageError(RuntimeError):
    """A stage broke its contract: a missing variable, a wrong shape, a value that is not finite."""


@dataclass
class Outcome:
    """Arrays of a run. World variables carry a leading world axis (0 is the reference), draw variables a draw axis."""

    scenario: Scenario
    coords: Coordinates
    plan: Plan
    arrays: Arrays
    seconds: dict[str, float] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    from_cache: list[str] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    """Dotted paths of the inputs that some stage touched in the reference world."""


def coordinates(scenario: Scenario) -> Coordinates:
    """Labels of all dimensions, in the order of the scenario file."""
    campuses = scenario.campuses
    names = tuple(campuses)
    units = [(f"{c}/{b}", i) for i, c in enumerate(names) for b, block in campuses[c].blocks.items() if block.kind == "generators"]
    places = [(f"{c}/{r}", i) for i, c in enumerate(names) for r in campuses[c].receptors]
    return Coordinates(
        campus=names,
        phase=1 + max((len(c.phases) for c in campuses.values()), default=0),
        months=Months(scenario.horizon.start, scenario.horizon.months),
        unit=tuple(u for u, _ in units), unit_campus=tuple(i for _, i in units),
        accelerator=tuple(scenario.library.accelerators),
        receptor=tuple(r for r, _ in places), receptor_campus=tuple(i for _, i in places),
    )


def run(scenario: Scenario, *, use_cache: bool = True, threads: int | None = None, progress: Progress | None = None) -> Outcome:
    """Compute every stage of ``scenario``; ``progress(stage, done, of)`` is called as worlds finish."""
    sampling = plan(scenario, WORLD_READS)
    worlds = [world_scenario(scenario, sampling, k) for k in range(sampling.world_count)]
    outcome = Outcome(scenario, coordinates(scenario), sampling, {})
    world_keys: dict[str, list[str]] = {}
    per_world: list[Arrays] = [{} for _ in worlds]
    for stage in STAGES:
        began = time.perf_counter()
        if stage.scope == "world":
            _world_stage(stage, worlds, outcome, world_keys, per_world, use_cache, threads, progress)
        else:
            _draw_stage(stage, worlds[0], outcome, world_keys, use_cache, progress)
        outcome.seconds[stage.name] = time.perf_counter() - began
    return outcome


def _world_stage(stage: Stage, worlds: list[Scenario], outcome: Outcome, world_keys: dict[str, list[str]],
                 per_world: list[Arrays], use_cache: bool, threads: int | None, progress: Progress | None) -> None:
    module = importlib.import_module(stage.module)
    inputs = [Inputs(pick(w, stage.reads), outcome.coords) for w in worlds]
    at_text = repr(outcome.coords)
    keys = [
        cache.key(stage, at_text + cache.fingerprint(i.tree), [world_keys[n][k] for n in stage.needs])
        for k, i in enumerate(inputs)
    ]
    world_keys[stage.name] = keys
    whole = outcome.keys[stage.name] = hashlib.sha256("".join(keys).encode()).hexdigest()
    distinct = list(dict.fromkeys(keys))
    found = cache.load(stage.name, whole) if use_cache else None
    if found is not None:
        outcome.from_cache.append(stage.name)
        results, detail, reads = _unpack(found, len(distinct))
    else:
        reads = set()
        firsts = [keys.index(k) for k in distinct]
        results = _compute(module, stage, inputs, firsts, per_world, outcome.coords, threads, progress, reads)
        detail = _detail(module, stage, inputs[0], {**per_world[0], **results[0]}, outcome.coords, reads)
        if use_cache:
            cache.save(stage.name, whole, _pack(results, detail, reads))
    outcome.reads |= reads
    position = {k: n for n, k in enumerate(distinct)}
    for k, own in enumerate(keys):
        per_world[k].update(results[position[own]])
    _collect(outcome, results, [position[k] for k in keys], detail)


def _compute(module: Any, stage: Stage, inputs: list[Inputs], firsts: list[int], per_world: list[Arrays],
             coords: Coordinates, threads: int | None, progress: Progress | None, reads: set[str]) -> list[Arrays]:
    def one(k: int) -> Arrays:
        given = module.run(_noted(inputs[0], reads) if k == 0 else inputs[k], per_world[k])
        check(stage.name, given, coords)
        return dict(given)

    results: list[Arrays] = [one(firsts[0])]
    if progress:
        progress(stage.name, 1, len(firsts))
    with ThreadPoolExecutor(max_workers=threads or 2) as pool:
        for n, given in enumerate(pool.map(one, firsts[1:]), start=2):
            results.append(given)
            if progress:
                progress(stage.name, n, len(firsts))
    return results


def _noted(inputs: Inputs, reads: set[str]) -> Inputs:
    return Inputs(view(inputs.tree, "", reads), inputs.at)


def _detail(module: Any, stage: Stage, inputs: Inputs, up: Arrays, coords: Coordinates, reads: set[str]) -> Arrays:
    if not hasattr(module, "detail"):
        return {}
    given = dict(module.detail(_noted(inputs, reads), up))
    check(stage.name, given, coords, complete=False)
    return given


def _pack(results: list[Arrays], detail: Arrays, reads: set[str]) -> Arrays:
    packed = {f"{n}|{name}": a for n, arrays in enumerate(results) for name, a in arrays.items()}
    packed["reads|"] = np.array(sorted(reads), dtype=np.str_)
    return packed | {f"detail|{name}": a for name, a in detail.items()}


def _unpack(found: Mapping[str, np.ndarray], count: int) -> tuple[list[Arrays], Arrays, set[str]]:
    results: list[Arrays] = [{} for _ in range(count)]
    detail: Arrays = {}
    reads: set[str] = set()
    for label, array in found.items():
        where, name = label.split("|", 1)
        if where == "detail":
            detail[name] = array
        elif where == "reads":
            reads = set(array.tolist())
        else:
            results[int(where)][name] = array
    return results, detail, reads


def _collect(outcome: Outcome, results: list[Arrays], world_index: list[int], detail: Arrays) -> None:
    for name in results[0]:
        if REFERENCE_ONLY in REGISTRY[name].dims:
            outcome.arrays[name] = results[world_index[0]][name]
        else:
            outcome.arrays[name] = np.stack([results[n][name] for n in world_index])
    outcome.arrays.update(detail)


def _draw_stage(stage: Stage, reference: Scenario, outcome: Outcome, world_keys: dict[str, list[str]],
                use_cache: bool, progress: Progress | None) -> None:
    module = importlib.import_module(stage.module)
    inputs = Inputs(pick(reference, stage.reads), outcome.coords)
    draws = outcome.plan.by_draw(stage.reads)
    upstream = ["".join(world_keys[n]) for n in stage.needs]
    text = repr(outcome.coords) + cache.fingerprint(inputs.tree) + _draws_text(outcome.plan.world_of_draw, draws)
    whole = outcome.keys[stage.name] = cache.key(stage, text, upstream)
    found = cache.load(stage.name, whole) if use_cache else None
    if found is None:
        reads: set[str] = set()
        up = {n: a for n, a in outcome.arrays.items() if REGISTRY[n].stage in stage.needs}
        given = dict(module.run(_noted(inputs, reads), up, outcome.plan.world_of_draw, draws))
        check(stage.name, given, outcome.coords, draws=len(outcome.plan.world_of_draw))
        if use_cache:
            cache.save(stage.name, whole, _pack([given], {}, reads))
    else:
        (given,), _, reads = _unpack(found, 1)
        outcome.from_cache.append(stage.name)
    outcome.reads |= reads
    outcome.arrays.update(given)
    if progress:
        progress(stage.name, 1, 1)


def _draws_text(world_of_draw: np.ndarray, draws: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(world_of_draw.tobytes())
    for path in sorted(draws):
        digest.update(path.encode() + draws[path].tobytes())
    return digest.hexdigest()


def sizes(coords: Coordinates, draws: int = 0) -> dict[str, int]:
    """Length of every registered dimension."""
    return {
        "campus": len(coords.campus), "phase": coords.phase, "month": coords.months.count, "unit": len(coords.unit),
        "accelerator": len(coords.accelerator), "receptor": len(coords.receptor), "band": 9, "hour": 8760, "draw": draws,
        "cooling_kind": 4,
    }


def check(stage: str, given: Mapping[str, np.ndarray], coords: Coordinates, *, draws: int = 0, complete: bool = True) -> None:
    """Hold a stage to the registry: every row it promises, no other, right shape; NaN only where the registry says what it means."""
    length = sizes(coords, draws)
    promised = {n for n, v in REGISTRY.items() if v.stage == stage}
    if unknown := set(given) - promised:
        raise StageError(f"stage {stage} gives {sorted(unknown)}, which the registry does not list")
    missing = {n for n in promised - set(given) if REFERENCE_ONLY not in REGISTRY[n].dims}
    if complete and missing:
        raise StageError(f"stage {stage} does not give {sorted(missing)}")
    for name, array in given.items():
        shape = tuple(length[d] for d in REGISTRY[name].dims)
        if array.shape != shape:
            raise StageError(f"stage {stage}: {name} has shape {array.shape}, the registry asks for {shape} {REGISTRY[name].dims}")
        if not np.all(np.isfinite(array) | (np.isnan(array) & bool(REGISTRY[name].nan_means))):
            raise StageError(f"stage {stage}: {name} holds a value that is not finite")
