"""What a request can read of a run: headline, answers, claims, and the band of every variable."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gigacampus.foundation.cache_folder import file_hash
from gigacampus.foundation.errors import nearest, refuse
from gigacampus.registry.renamed import current
from gigacampus.registry.variables import REGISTRY
from gigacampus.results import store
from gigacampus.results.manifest import read_manifest
from gigacampus.results.result import Result, sample_axis
from gigacampus.server.limits import Limits

SAID = ("title", "as_of", "version", "hash", "run", "levels", "goals", "unused_inputs", "twin", "seconds")
"""Parts of a manifest that a summary repeats."""


class Busy(RuntimeError):
    """Too many ask at the same time."""


class Reader:
    """Opens runs for requests: a few at a time, the last ones kept in memory."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._turns = threading.BoundedSemaphore(limits.readers)
        self._lock = threading.Lock()
        self._opened: OrderedDict[tuple[Path, str], Result] = OrderedDict()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn to work; ``Busy`` when none comes in time."""
        if not self._turns.acquire(timeout=self.limits.reader_s):
            raise Busy("too many requests are being answered; ask again in a moment")
        try:
            yield
        finally:
            self._turns.release()

    def result(self, folder: Path) -> Result:
        """The run in a folder, read once as long as its manifest stays the same."""
        manifest = folder / store.MANIFEST
        key = (folder, file_hash(manifest) if manifest.is_file() else "")
        with self._lock:
            if key in self._opened:
                self._opened.move_to_end(key)
                return self._opened[key]
        result = store.read(folder)
        with self._lock:
            self._opened[key] = result
            while len(self._opened) > self.limits.opened:
                self._opened.popitem(last=False)
        return result


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a run alone."""
    return read_manifest(folder)


def row_of(name: str, folder: Path) -> dict[str, Any]:
    """One line of the list of runs; a run that cannot be read says so."""
    try:
        manifest = manifest_of(folder)
    except store.StoreError as error:
        return {"name": name, "title": str(error), "as_of": "", "hash": "", "worlds": 0, "draws": 0}
    run = manifest.get("run", {})
    return {
        "name": name,
        "title": str(manifest.get("title", "")),
        "as_of": str(manifest.get("as_of", "")),
        "hash": str(manifest.get("hash", "")),
        "worlds": int(run.get("worlds", 0)),
        "draws": int(run.get("draws", 0)),
    }


def shown(items: list[dict[str, Any]], result: Result | None = None) -> list[dict[str, Any]]:
    """Headline rows with the texts that the report shows for value and band."""
    from gigacampus.report import reading, sections, words

    out = []
    for item in items:
        value, band = sections.shown_value(item)
        title = words.with_month_names(reading.in_words(result, item["title"]) if result is not None else item["title"])
        kept = {
            k: item.get(k)
            for k in (
                "id",
                "value",
                "low",
                "high",
                "unit",
                "level",
                "note",
                "assumed_share",
                "period",
                "place",
                "perimeter",
                "state",
                "spread",
            )
        }
        out.append({**kept, "title": title, "shown": value, "shown_band": band})
    return out


def summary(name: str, folder: Path) -> dict[str, Any]:
    """Headline of a run with what a reader must know beside it."""
    manifest = manifest_of(folder)
    return {"name": name, **{key: manifest.get(key) for key in SAID}, "headline": shown(manifest.get("headline", []))}


def table(result: Result, name: str, limits: Limits) -> dict[str, Any]:
    """Medians with their 10-90 % band of one variable on the planned path; of hours, the reference world alone. NaN is unknown."""
    from gigacampus.answers.levels import variable_band
    from gigacampus.report.reading import samples

    name = current(name)
    if name not in REGISTRY or not result.has(name):
        raise refuse(
            f"this run holds no variable {name[:100]!r}",
            path="variable",
            nearest=nearest(name, result.names()),
            fix="ask for the list of variables",
        )
    variable = REGISTRY[name]
    axis = sample_axis(variable)
    planned = axis == "world" and {"phase", "month"} <= set(variable.dims)
    dims = [d for d in variable.dims if d != "draw" and not (d == "phase" and planned)]
    values = samples(result, name) if planned else result.samples(name)
    if values[0].size > limits.values:
        raise refuse(f"{values[0].size} values, at most {limits.values}", path=name, fix="read the run's Parquet table instead")
    band = dict(zip(("p10", "p50", "p90"), variable_band(result, name, values), strict=True))
    shown_bands = band if len(values) > 1 else {"p50": band["p50"]}
    return {
        "variable": name,
        "title": variable.title,
        "unit": variable.unit,
        "dims": dims,
        "coords": {d: result.coords[d] for d in dims if d in result.coords},
        **{key: array.tolist() for key, array in shown_bands.items()},
    }


def variables(result: Result) -> list[dict[str, Any]]:
    """Every variable that a run holds."""
    rows = [(name, REGISTRY[name]) for name in result.names()]
    return [{"variable": name, "title": v.title, "unit": v.unit, "dims": list(v.dims), "stage": v.stage} for name, v in rows]
