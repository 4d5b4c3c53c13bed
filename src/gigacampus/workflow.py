"""From a scenario file to a run folder: load, compute, answer, report. The public API and the commands call this."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from gigacampus import __version__
from gigacampus.pipeline.run import Outcome, Progress
from gigacampus.pipeline.stages import STAGES
from gigacampus.results.result import Result
from gigacampus.scenario.document import Document, load
from gigacampus.scenario.schema import Scenario

BAND_LABELS = ["31.5", "63", "125", "250", "500", "1000", "2000", "4000", "8000"]


def compute(path: Path, *, sets: tuple[str, ...] = (), seed: int | None = None, worlds: int | None = None, draws: int | None = None,
            use_cache: bool = True, threads: int | None = None, progress: Progress | None = None, twin: bool = True) -> Result:
    """Run the scenario at ``path`` and its baseline twin; everything in memory, nothing written."""
    from gigacampus.pipeline.run import run

    sets = sets + tuple(f"run.{k}={v}" for k, v in (("seed", seed), ("worlds", worlds), ("draws", draws)) if v is not None)
    began = time.perf_counter()
    scenario, document = load(path, sets=sets)
    scenario = with_files(scenario, document)
    outcome = run(scenario, use_cache=use_cache, threads=threads, progress=progress)
    result = result_of(outcome, document)
    if twin:
        result.manifest["twin"] = _twin(scenario, document, use_cache, threads)
    result.manifest["seconds"] = {**outcome.seconds, "total": time.perf_counter() - began}
    return result


def result_of(outcome: Outcome, document: Document) -> Result:
    """Labels, manifest and headline around the arrays of a run."""
    from gigacampus.answers.goals import assumed_share, judge
    from gigacampus.answers.headline import headline

    scenario, at = outcome.scenario, outcome.coords
    plain = document.data
    coords: dict[str, list[Any]] = {
        "campus": list(at.campus), "phase": list(range(at.phase)), "month": at.months.labels(), "unit": list(at.unit),
        "unit_campus": list(at.unit_campus), "accelerator": list(at.accelerator), "receptor": list(at.receptor),
        "receptor_campus": list(at.receptor_campus), "band": BAND_LABELS,
        "cooling_kind": ["evaporative_tower", "dry_cooler", "air_chiller", "water_chiller"],
    }
    manifest: dict[str, Any] = {
        "title": scenario.title, "as_of": str(scenario.as_of), "version": __version__, "python": platform.python_version(),
        "run": {"worlds": outcome.plan.world_count, "draws": len(outcome.plan.world_of_draw), "seed": scenario.run.seed},
        "levels": {s.name: s.level for s in STAGES}, "keys": outcome.keys, "from_cache": outcome.from_cache,
        "hash": hashlib.sha256(json.dumps([plain, outcome.keys], sort_keys=True, default=str).encode()).hexdigest()[:16],
        "provenance": provenance(scenario, document),
        "unused_inputs": unused_inputs(document, outcome.reads),
    }
    result = Result(manifest, coords, plain, outcome.arrays)
    rows = [replace(row, assumed_share=assumed_share(row.stages, manifest["provenance"])) for row in headline(result)]
    manifest["headline"] = [row.as_dict() for row in rows]
    manifest["goals"] = judge(scenario.goals, rows)
    return result


def with_files(scenario: Scenario, document: Document) -> Scenario:
    """The scenario with the tables it names beside itself given by their full path, as stages read them."""
    if not document.tables:
        return scenario
    data = scenario.model_dump()
    for dotted, file in document.tables.items():
        place = data
        *parents, last = dotted.split(".")
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place[part]
        place[last] = str(file)
    return type(scenario).model_validate(data)


def provenance(scenario: Scenario, document: Document) -> list[dict[str, Any]]:
    """Every cited value: library facts, and the scenario's own blocks with their source and confidence."""
    rows = [{"path": path, **{k: v for k, v in asdict(fact).items() if k in ("value", "unit", "source", "confidence", "known_from", "note")}}
            for path, fact in document.provenance.items()]
    for name, campus in scenario.campuses.items():
        for key, block in campus.blocks.items():
            rows.append({"path": f"campuses.{name}.blocks.{key}.in_service", "value": str(block.in_service or f"phase {block.phase}"), "unit": "day",
                         "source": block.source, "confidence": block.confidence, "known_from": str(block.known_from or ""), "note": block.title})
        for key, receptor in campus.receptors.items():
            rows.append({"path": f"campuses.{name}.receptors.{key}.lat", "value": f"{receptor.lat}, {receptor.lon}", "unit": "deg",
                         "source": receptor.source, "confidence": receptor.confidence, "known_from": "", "note": receptor.title})
    return rows


NOT_INPUTS = ("title", "description", "source", "confidence", "known_from", "note", "by", "as_of", "kind")
OUTSIDE = ("run.", "uncertainty.", "correlations.", "goals.", "baseline.", "library.", "patches.", "base")


def unused_inputs(document: Document, reads: set[str]) -> list[str]:
    """Values that the author wrote and that no stage touched."""
    from gigacampus.explore.compare import flatten

    return [path for path in flatten(document.data)
            if path not in reads and not path.startswith(OUTSIDE) and path.rsplit(".", 1)[-1] not in NOT_INPUTS]


def _twin(scenario: Scenario, document: Document, use_cache: bool, threads: int | None) -> dict[str, Any]:
    """Headline of the baseline twin: the same company with what ``baseline:`` patches, or without its uncommitted phases."""
    from gigacampus.pipeline.run import run

    other = twin_of(scenario)
    twin = result_of(run(other, use_cache=use_cache, threads=threads), document)
    return {"title": other.title, "hash": twin.manifest["hash"], "headline": twin.manifest["headline"]}


def twin_of(scenario: Scenario) -> Scenario:
    """The baseline as an ordinary scenario."""
    data = scenario.model_dump()
    if scenario.baseline:
        _patch(data, scenario.baseline)
    else:
        for campus in data["campuses"].values():
            campus["phases"] = {}
            campus["blocks"] = {k: b for k, b in campus["blocks"].items() if b["phase"] == 0}
    data["baseline"], data["goals"] = {}, {}
    data["title"] = f"Baseline of {scenario.title}"[:200]
    data["uncertainty"] = {path: d for path, d in data["uncertainty"].items() if _exists(data, path)}
    data["correlations"] = [c for c in data["correlations"] if {c["a"], c["b"]} <= set(data["uncertainty"])]
    return type(scenario).model_validate(data)


def _patch(data: dict[str, Any], patch: Mapping[str, Any]) -> None:
    for key, value in patch.items():
        if value is None:
            data.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(data.get(key), dict):
            _patch(data[key], value)
        else:
            data[key] = value


def _exists(data: Any, path: str) -> bool:
    for part in path.split("."):
        if isinstance(data, list):
            if not part.isdigit() or int(part) >= len(data):
                return False
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return False
    return True


def folder_name(path: Path, result: Result) -> str:
    """``<scenario file>-<hash>``: the same question gives the same name."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)[:60]
    return f"{stem}-{result.manifest['hash'][:8]}"


def save(result: Result, out: Path, name: str) -> Path:
    """Write the run folder (tables, manifest, map, report) under ``out`` in one rename."""
    from gigacampus.report.page import write as write_report
    from gigacampus.results import store

    target = out / name
    with store.folder(target) as work:
        store.write(result, work)
        result.folder = work
        write_report(result, work / "report.html")
    result.folder = target
    return target
