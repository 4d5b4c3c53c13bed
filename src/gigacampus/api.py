"""From a scenario file to a run folder: load, compute, answer, report. The public API and the commands call this."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import time
from pathlib import Path
from typing import Any

from gigacampus.compute.layout_check import layouts_that_do_not_fit
from gigacampus.foundation.errors import ScenarioError, refuse
from gigacampus.foundation.version import __version__
from gigacampus.pipeline.run import Outcome, Progress
from gigacampus.registry.kinds import COOLING
from gigacampus.registry.stage_inputs import Coordinates
from gigacampus.registry.stages import STAGES
from gigacampus.results.result import Result, Sampled
from gigacampus.scenario import default_rows
from gigacampus.scenario.composed import Document
from gigacampus.scenario.document import load
from gigacampus.scenario.weather import typical_year
from gigacampus.scenario.weather.site import fits
from gigacampus.schema.scenario import Scenario

BAND_LABELS = ["31.5", "63", "125", "250", "500", "1000", "2000", "4000", "8000"]


def compute(
    path: Path,
    *,
    sets: tuple[str, ...] = (),
    seed: int | None = None,
    worlds: int | None = None,
    draws: int | None = None,
    use_cache: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    twin: bool = True,
) -> Result:
    """Run the scenario at ``path`` and its baseline twin; everything in memory, nothing written.

    Parameters
    ----------
    path : path
        Scenario file, YAML.
    sets : tuple of str, optional
        ``path=value`` texts that come last.
    seed : int, optional
        Root seed; empty for the scenario's.
    worlds : int, optional
        Physical worlds; empty for the scenario's.
    draws : int, optional
        Financial draws in all; empty for the scenario's.
    use_cache : bool, optional
        Whether stages may be taken from the cache, and are kept there.
    threads : int, optional
        Worlds that run side by side; empty for one on each core.
    progress : function, optional
        Called with each stage as it is done.
    twin : bool, optional
        Whether the baseline twin is run too.

    Returns
    -------
    Result
        Arrays, headline, answers and provenance of the run.

    Examples
    --------
    >>> import tempfile
    >>> from gigacampus.scenario.templates import starter
    >>> with tempfile.TemporaryDirectory() as home:
    ...     path = Path(home) / "first.yaml"
    ...     _ = path.write_text(starter("grid", "First"))
    ...     result = compute(path, sets=("horizon.months=6",), worlds=1, draws=2, twin=False)
    >>> result.reference("it_mw").shape
    (1, 1, 6)
    """
    sets = sets + tuple(f"run.{k}={v}" for k, v in (("seed", seed), ("worlds", worlds), ("draws", draws)) if v is not None)
    result = first(path, sets, use_cache=use_cache, threads=threads, progress=progress)
    complete(result, path, sets=sets, use_cache=use_cache, threads=threads, progress=progress, twin=twin)
    if twin:
        result.manifest["links"] = _links(result, progress)
    return result


def _links(result: Result, progress: Progress | None) -> list[dict[str, Any]]:
    """What each link between the parts of the article's group does, by cutting it: beside the twin, the other run of a change."""
    from gigacampus.answers.links import for_manifest

    return for_manifest(result, progress=(lambda _: progress("links", 0, 1)) if progress else None)


def first(
    path: Path, sets: tuple[str, ...], *, use_cache: bool = True, threads: int | None = None, progress: Progress | None = None
) -> Result:
    """Load and compute every stage: a result with its headline, without answers and twin."""
    from gigacampus.pipeline.run import run

    began = time.perf_counter()
    scenario, document = load(path, sets=sets)
    refuse_layout(scenario, document)
    try:
        outcome = run(scenario, use_cache=use_cache, threads=threads, progress=progress)
    except ScenarioError as error:
        raise document.placed(error) from None
    result = result_of(outcome, document)
    result.manifest["ledger"] = {"draws": outcome.plan.world_of_draw.size, "months": outcome.coords.months.count}
    result.manifest["seconds"] = {**outcome.seconds, "total": time.perf_counter() - began}
    return result


def complete(
    result: Result,
    path: Path,
    *,
    sets: tuple[str, ...],
    use_cache: bool = True,
    threads: int | None = None,
    progress: Progress | None = None,
    twin: bool = True,
) -> None:
    """Add to a result what its report shows besides the headline: answers, map and baseline twin."""
    from gigacampus.answers.runner import for_manifest
    from gigacampus.explore import precomputed_panels

    began, seconds = time.perf_counter(), result.manifest["seconds"]
    if progress:
        progress("answers", 0, 1)
    result.manifest |= precomputed_panels.for_manifest(result, use_cache=use_cache)
    result.manifest |= for_manifest(result, use_cache=use_cache)
    seconds["answers"] = time.perf_counter() - began
    if progress:
        progress("answers", 1, 1)
    if twin:
        result.manifest["twin"] = _twin(path, sets, use_cache, threads, progress)
    total = seconds.pop("total") + time.perf_counter() - began
    result.manifest["seconds"] = {**seconds, "total": total}


def _told_of_files(scenario: Scenario, document: Document) -> list[str]:
    """What was understood of files that people brought, what is amiss in those of terrain and buildings, and with receptors' places."""
    from gigacampus.neighbours.noise.geodata.surroundings import told_of_files
    from gigacampus.neighbours.noise.sources.misplaced_receptors import told_of_receptors

    return [*document.understood, *told_of_files(scenario.campuses), *told_of_receptors(scenario.campuses, scenario.library)]


def labels(at: Coordinates) -> dict[str, list[Any]]:
    """Labels of every dimension, and the campus of each block and receptor."""
    return {
        "campus": list(at.campus),
        "phase": list(range(at.phase)),
        "month": at.months.labels(),
        "unit": list(at.unit),
        "unit_campus": list(at.unit_campus),
        "battery": list(at.battery),
        "battery_campus": list(at.battery_campus),
        "block": list(at.block),
        "accelerator": list(at.accelerator),
        "receptor": list(at.receptor),
        "receptor_campus": list(at.receptor_campus),
        "band": BAND_LABELS,
        "payee": list(at.payee),
        "counterfactual": list(at.counterfactual),
        "holder": list(at.holder),
        "trade": list(at.trade),
        "tenant": list(at.tenant),
        "cooling_kind": list(COOLING.names),
    }


def result_of(outcome: Outcome, document: Document) -> Result:
    """Labels, manifest and headline around the arrays of a run."""
    from gigacampus.answers.beyond_horizon import beyond
    from gigacampus.answers.goals import judge
    from gigacampus.answers.headline import headline

    scenario, at = outcome.scenario, outcome.coords
    plain = document.resolved()
    provenance = document.provenance(outcome.reads)
    manifest: dict[str, Any] = {
        "title": scenario.title,
        "as_of": str(scenario.as_of),
        "version": __version__,
        "python": platform.python_version(),
        "run": {"worlds": outcome.plan.world_count, "draws": len(outcome.plan.world_of_draw), "seed": scenario.run.seed},
        "levels": {s.name: s.level for s in STAGES},
        "keys": outcome.keys,
        "from_cache": outcome.from_cache,
        "hash": hashlib.sha256(json.dumps([plain, outcome.keys], sort_keys=True, default=str).encode()).hexdigest()[:16],
        "provenance": provenance,
        "unused_inputs": document.unused(set().union(*outcome.reads.values())),
        "correlation_repair": outcome.plan.repair,
        "cautions": cautions(scenario) + document.notes() + standing_in(document, provenance) + default_rows.told(provenance),
        "files": _told_of_files(scenario, document),
    }
    points = outcome.plan
    result = Result(
        manifest,
        labels(at),
        plain,
        outcome.arrays,
        sampled=Sampled(points.worlds, points.draws, points.world_of_draw),
        files=document.tables,
    )
    rows = headline(result)
    manifest["headline"] = [row.as_dict() for row in rows]
    manifest["cautions"] += beyond(result)
    manifest["goals"] = judge(scenario.goals, rows, result)
    return result


def cautions(scenario: Scenario) -> list[str]:
    """What a reader must know of this scenario's inputs before reading any figure."""
    sites = [
        f"{name}: {text}" for name, campus in scenario.campuses.items() for text in fits(campus.site, typical_year(campus.site.weather))[1]
    ]
    return sites + list(layouts_that_do_not_fit(scenario.compute, scenario.library, scenario.campuses))


def refuse_layout(scenario: Scenario, document: Document) -> None:
    """Stop where the scenario itself states a training layout that no real run could have; one left to the library is a caution."""
    if not scenario.compute.layout.model_fields_set:
        return
    for text in layouts_that_do_not_fit(scenario.compute, scenario.library, scenario.campuses):
        what, _, told = text.partition(": ")
        at, (cause, _, nearest) = document.origin(what), told.partition("; ")
        fix = nearest or "take the nearest that is named, or give compute.mfu_frac"
        raise refuse(cause, path=what, fix=fix, file=at.file, line=at.line)


def standing_in(document: Document, provenance: list[dict[str, Any]]) -> list[str]:
    """Which entries lack figures that a stage of the run read, and whose stand in for them; ``provenance`` names the stages."""
    shown, out = 4, []
    read = {row["path"] for row in provenance if row["stages"]}
    for path, names in document.typical.items():
        used = [name for name in names if f"{path}.{name}" in read]
        more = f" and {len(used) - shown} more" if len(used) > shown else ""
        if used:
            out.append(f"{path} gives no {', '.join(used[:shown])}{more}: what is typical of its kind stands in, counted as assumed")
    return out


def _twin(path: Path, sets: tuple[str, ...], use_cache: bool, threads: int | None, progress: Progress | None) -> dict[str, Any]:
    """Headline of the baseline twin: the same company with what ``baseline:`` patches away."""
    from gigacampus.answers.headline import without_headline
    from gigacampus.pipeline.run import run

    def twin_progress(stage: str, done: int, of: int) -> None:
        if progress:
            progress(f"twin {stage}", done, of)

    scenario, document = load(path, sets=sets, baseline=True)
    outcome = run(scenario, use_cache=use_cache, threads=threads, progress=twin_progress, left_out=without_headline())
    twin = result_of(outcome, document)
    return {"title": scenario.title, "hash": twin.manifest["hash"], "headline": twin.manifest["headline"]}


def folder_name(path: Path, result: Result) -> str:
    """``<scenario file>-<hash>``: the same question gives the same name."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)[:60]
    return f"{stem}-{result.manifest['hash'][:8]}"


def save(result: Result, out: Path, name: str, *, use_cache: bool = True) -> Path:
    """Write the run folder (tables, manifest, map, report) under ``out`` in one rename."""
    from gigacampus.report.page import write as write_report
    from gigacampus.results import store

    target = out / name
    with store.folder(target) as work:
        store.write(result, work, reuse=use_cache, page=lambda path: write_report(result, path))
    result.folder = target
    return target
