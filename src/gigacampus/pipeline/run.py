"""Run a scenario: every stage for every world, then the books for every draw; arrays out, nothing written."""

from __future__ import annotations

import hashlib
import importlib
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from gigacampus.company.financing.owners import holder_labels
from gigacampus.foundation.calendar import Months
from gigacampus.foundation.errors import refuse
from gigacampus.pipeline import cache
from gigacampus.pipeline.size_estimate import Size, limits, must_fit
from gigacampus.pipeline.tracking import view
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Coordinates, Inputs, pick
from gigacampus.registry.stages import STAGES, Stage
from gigacampus.registry.variables import REGISTRY, of_the_campus
from gigacampus.scenario.plan import Plan, plan, world_scenario, world_scenarios
from gigacampus.scenario.unread_inputs import is_read
from gigacampus.schema.scenario import Scenario

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
    reads: dict[str, set[str]] = field(default_factory=dict)
    """By stage the dotted paths of the inputs that it touched in the reference world."""


def coordinates(scenario: Scenario) -> Coordinates:
    """Labels of all dimensions, in the order of the scenario file."""
    campuses = scenario.campuses
    names = tuple(campuses)
    units, batteries = (_blocks(scenario, kind) for kind in ("generators", "battery"))
    places = [(f"{c}/{r}", i) for i, c in enumerate(names) for r in campuses[c].receptors]
    return Coordinates(
        campus=names,
        phase=1 + max((len(c.phases) for c in campuses.values()), default=0),
        months=Months(scenario.horizon.start, scenario.horizon.months),
        unit=tuple(u for u, _ in units),
        unit_campus=tuple(i for _, i in units),
        battery=tuple(u for u, _ in batteries),
        battery_campus=tuple(i for _, i in batteries),
        block=tuple(f"{c}/{b}" for c in names for b in campuses[c].blocks),
        accelerator=tuple(scenario.library.accelerators),
        receptor=tuple(r for r, _ in places),
        receptor_campus=tuple(i for _, i in places),
        holder=holder_labels(scenario.company),
        trade=tuple(scenario.company.people),
        tenant=tuple(scenario.company.revenue.rental.tenants),
        payee=tuple(f"{c}/{body}" for c in names for body in campuses[c].county.every_body()),
        counterfactual=tuple(scenario.company.counterfactuals()),
    )


def size_of(scenario: Scenario, at: Coordinates) -> Size:
    """What the memory and time of a run of ``scenario`` grow with."""
    apart = any(is_read(path, WORLD_READS) for path in scenario.uncertainty)
    return Size(scenario.run.worlds if apart else 1, scenario.run.draws, len(scenario.uncertainty), sizes(at))


def _blocks(scenario: Scenario, kind: str) -> list[tuple[str, int]]:
    """``campus/block`` and campus index of every block of one kind, in the order of the file."""
    return [
        (f"{c}/{b}", i)
        for i, (c, campus) in enumerate(scenario.campuses.items())
        for b, block in campus.blocks.items()
        if block.kind == kind
    ]


def run(
    scenario: Scenario,
    *,
    use_cache: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    left_out: Collection[str] = (),
) -> Outcome:
    """Compute every stage of ``scenario``; ``progress(stage, done, of)`` is called as worlds finish.

    Stages ``left_out`` keep their keys, and give no arrays: no other stage may need them.
    """
    if not scenario.campuses:
        raise refuse("the scenario holds no campus: there is nothing to run", path="campuses", fix="add one, as `gigacampus new` writes it")
    at = coordinates(scenario)
    must_fit(size_of(scenario, at), limits())
    sampling = plan(scenario, WORLD_READS)
    outcome = Outcome(scenario, at, sampling, {})
    futures = _Futures([{} for _ in range(sampling.world_count)], scenario, sampling)
    for stage in STAGES:
        began = time.perf_counter()
        if stage.name in left_out:
            outcome.keys[stage.name] = _over_worlds(futures.key(stage, at))
        elif stage.scope == "world":
            _world_stage(stage, futures, outcome, use_cache, threads, progress)
        else:
            _draw_stage(stage, futures, outcome, use_cache, progress)
        futures.forget(after=stage)
        outcome.seconds[stage.name] = time.perf_counter() - began
    if scenario.company.absent:
        outcome.arrays = {name: array for name, array in outcome.arrays.items() if of_the_campus(name)}
    return outcome


@dataclass
class _Futures:
    """The worlds on their way through the stages."""

    arrays: list[Arrays]
    """What the stages so far gave, by world."""
    scenario: Scenario
    sampling: Plan
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Cache key of each stage so far, by world."""

    @cached_property
    def worlds(self) -> list[Scenario]:
        """Each world as a scenario of its own; typed only when some stage must be computed."""
        return list(world_scenarios(self.scenario, self.sampling, range(self.sampling.world_count)))

    @cached_property
    def reference(self) -> Scenario:
        """World 0: every uncertain input at its median."""
        return world_scenario(self.scenario, self.sampling, 0)

    def forget(self, after: Stage) -> None:
        """Let go of the hours of all worlds that no stage after this one reads: they are most of what a run holds."""
        read = {name for stage in STAGES[STAGES.index(after) + 1 :] for name in stage.needs}
        for arrays in self.arrays:
            for name in [n for n in arrays if REFERENCE_ONLY in REGISTRY[n].dims and REGISTRY[n].stage not in read]:
                del arrays[name]

    def key(self, stage: Stage, coords: Coordinates) -> list[str]:
        """Keys of ``stage``, by world: the scenario's own part, the sampled values that the stage may read, the keys before it.

        Worlds that differ only in what the stage may not read share a key.
        """
        own = cache.key(stage, repr(coords) + cache.fingerprint(pick(self.scenario, stage.sees)), [])
        planned = [f"{path}={x.hex()}" for path, x in self.sampling.medians.items() if is_read(path, stage.plans_with)]
        sampled = {path: column for path, column in self.sampling.worlds.items() if is_read(path, stage.reads)}
        parts = (
            [own, *planned, *(f"{path}={column[k].hex()}" for path, column in sampled.items()), *(self.keys[n][k] for n in stage.needs)]
            for k in range(len(self.arrays))
        )
        self.keys[stage.name] = [hashlib.sha256("\0".join(part).encode()).hexdigest() for part in parts]
        return self.keys[stage.name]


def _world_stage(
    stage: Stage, futures: _Futures, outcome: Outcome, use_cache: bool, threads: int | None, progress: Progress | None
) -> None:
    keys = futures.key(stage, outcome.coords)
    whole = outcome.keys[stage.name] = _over_worlds(keys)
    firsts = {key: keys.index(key) for key in keys}
    found = cache.load(stage.name, whole) if use_cache else None
    if found is not None:
        outcome.from_cache.append(stage.name)
    else:
        found = _computed(stage, futures, list(firsts.values()), outcome.coords, threads, progress)
        if futures.key(stage, outcome.coords) != keys:
            raise refuse(f"a file that {stage.name} reads was changed while the run read it", fix="run again once the file stays as it is")
        if use_cache:
            cache.save(stage.name, whole, found)
    given, detail, reads = _unpack(found)
    position = [list(firsts).index(key) for key in keys]
    for arrays, at in zip(futures.arrays, position, strict=True):
        arrays.update({name: array[at, ...] for name, array in given.items()})
    outcome.reads[stage.name] = reads
    outcome.arrays |= {
        name: array[position[0]].copy() if REFERENCE_ONLY in REGISTRY[name].dims else _by_world(array, position)
        for name, array in given.items()
    } | detail


def _over_worlds(keys: list[str]) -> str:
    """Key of a stage over all worlds."""
    return hashlib.sha256("".join(keys).encode()).hexdigest()


def _by_world(array: np.ndarray, position: list[int]) -> np.ndarray:
    """The rows of ``array`` at ``position``; itself where every world has its own row."""
    return array if position == list(range(len(array))) else array[position]


def _computed(
    stage: Stage, futures: _Futures, firsts: list[int], coords: Coordinates, threads: int | None, progress: Progress | None
) -> Arrays:
    """Arrays of a stage over the worlds ``firsts``, with the reference's details and reads, packed for the cache."""
    module = importlib.import_module(stage.module)
    reads: set[str] = set()
    inputs = [Inputs(pick(world, stage.sees), coords) for world in futures.worlds]
    results = _compute(module, stage, inputs, firsts, futures.arrays, coords, threads, progress, reads)
    detail = _detail(module, stage, inputs[0], {**futures.arrays[0], **results[0]}, coords, reads)
    stacked = {name: np.stack([given.pop(name) for given in results]) for name in list(results[0])}
    return _pack(stacked, detail, reads)


def _compute(
    module: Any,
    stage: Stage,
    inputs: list[Inputs],
    firsts: list[int],
    per_world: list[Arrays],
    coords: Coordinates,
    threads: int | None,
    progress: Progress | None,
    reads: set[str],
) -> list[Arrays]:
    def one(k: int) -> Arrays:
        given = module.run(_noted(inputs[0], reads) if k == 0 else inputs[k], per_world[k])
        check(stage.name, given, coords)
        return dict(given)

    results: list[Arrays] = [one(firsts[0])]
    if progress:
        progress(stage.name, 1, len(firsts))
    with ThreadPoolExecutor(max_workers=threads or 2) as pool:
        try:
            for n, given in enumerate(pool.map(one, firsts[1:]), start=2):
                results.append(given)
                if progress:
                    progress(stage.name, n, len(firsts))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


def _noted(inputs: Inputs, reads: set[str]) -> Inputs:
    return Inputs(view(inputs.tree, "", reads), inputs.at)


def _detail(module: Any, stage: Stage, inputs: Inputs, up: Arrays, coords: Coordinates, reads: set[str]) -> Arrays:
    if not hasattr(module, "detail"):
        return {}
    given = dict(module.detail(_noted(inputs, reads), up))
    check(stage.name, given, coords, complete=False)
    return given


def _pack(given: Arrays, detail: Arrays, reads: set[str]) -> Arrays:
    return {
        **{f"given|{name}": a for name, a in given.items()},
        **{f"detail|{name}": a for name, a in detail.items()},
        "reads|": np.array(sorted(reads), dtype=np.str_),
    }


def _unpack(found: Mapping[str, np.ndarray]) -> tuple[Arrays, Arrays, set[str]]:
    parts: dict[str, Arrays] = {"given": {}, "detail": {}, "reads": {}}
    for label, array in found.items():
        part, name = label.split("|", 1)
        parts[part][name] = array
    return parts["given"], parts["detail"], set(parts["reads"][""].tolist())


def _draw_stage(stage: Stage, futures: _Futures, outcome: Outcome, use_cache: bool, progress: Progress | None) -> None:
    inputs = Inputs(pick(futures.reference, stage.reads), outcome.coords)
    draws = outcome.plan.by_draw(stage.reads)
    text = repr(outcome.coords) + cache.fingerprint(inputs.tree) + _draws_text(outcome.plan.world_of_draw, draws)
    whole = outcome.keys[stage.name] = cache.key(stage, text, ["".join(futures.keys[n]) for n in stage.needs])
    found = cache.load(stage.name, whole) if use_cache else None
    if found is not None:
        outcome.from_cache.append(stage.name)
    else:
        reads: set[str] = set()
        up = {n: a for n, a in outcome.arrays.items() if REGISTRY[n].stage in stage.needs}
        module = importlib.import_module(stage.module)
        given = dict(module.run(_noted(inputs, reads), up, outcome.plan.world_of_draw, draws))
        check(stage.name, given, outcome.coords, draws=len(outcome.plan.world_of_draw))
        found = _pack(given, {}, reads)
        if use_cache:
            cache.save(stage.name, whole, found)
    given, _, touched = _unpack(found)
    outcome.reads[stage.name] = touched
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
        "campus": len(coords.campus),
        "phase": coords.phase,
        "month": coords.months.count,
        "unit": len(coords.unit),
        "battery": len(coords.battery),
        "block": len(coords.block),
        "accelerator": len(coords.accelerator),
        "receptor": len(coords.receptor),
        "band": 9,
        "hour": 8760,
        "draw": draws,
        "cooling_kind": len(COOLING),
        "payee": len(coords.payee),
        "counterfactual": len(coords.counterfactual),
        "holder": len(coords.holder),
        "trade": len(coords.trade),
        "tenant": len(coords.tenant),
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
        known = np.isfinite(array)
        if not known.all() and not (REGISTRY[name].nan_means and np.isnan(array[~known]).all()):
            raise StageError(f"stage {stage}: {name} holds a value that is not finite")
