"""`gigacampus run`: one scenario in, one run folder out, a headline table on the way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.foundation.machine import HOURS_VARIABLE, MEMORY_VARIABLE

SCENARIO = Annotated[Path, typer.Argument(help="Scenario file (YAML).")]
SET = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the scenario; repeatable.")]
AS_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


LANG = Annotated[str, typer.Option("--lang", help="Language of what is shown: en or zh.")]


def spoken(lang: str) -> Any:
    """The context in which a command speaks a language that the catalogue holds; any other is refused."""
    from gigacampus.foundation.errors import nearest, refuse
    from gigacampus.foundation.language import LANGUAGES, speaking

    if lang not in LANGUAGES:
        raise refuse(f"no words in {lang!r}", path="--lang", nearest=nearest(lang, LANGUAGES), fix=f"one of {', '.join(LANGUAGES)}")
    return speaking(lang)


@guarded
def run(
    scenario: SCENARIO,
    out: Annotated[Path, typer.Option(help="Folder that receives the run folder.")] = Path("runs"),
    set_: SET = None,
    seed: Annotated[int | None, typer.Option(help="Root seed.")] = None,
    worlds: Annotated[int | None, typer.Option(help="Physical worlds.")] = None,
    draws: Annotated[int | None, typer.Option(help="Financial draws in all.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads over worlds.")] = None,
    memory_gb: Annotated[
        float | None, typer.Option(help="Most memory that the run may need; empty: four fifths of the machine's.", envvar=MEMORY_VARIABLE)
    ] = None,
    cpu_hours: Annotated[float | None, typer.Option(help="Most CPU hours that the run may need.", envvar=HOURS_VARIABLE)] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Compute every stage anew.")] = False,
    no_twin: Annotated[bool, typer.Option("--no-twin", help="Leave the baseline twin out.")] = False,
    resolved: Annotated[bool, typer.Option("--resolved", help="Print the merged scenario and where each value comes from.")] = False,
    basemap: Annotated[Path | None, typer.Option("--basemap", help="GeoJSON of streets or the like, drawn on the report's map.")] = None,
    lang: LANG = "en",
    as_json: AS_JSON = False,
) -> int:
    """Compute a scenario: headline table, tables, map and an offline report."""
    for variable, limit in ((MEMORY_VARIABLE, memory_gb), (HOURS_VARIABLE, cpu_hours)):
        if limit is not None:
            os.environ[variable] = str(limit)
    spoken(lang)
    if resolved:
        return _print_resolved(scenario, tuple(set_ or ()), as_json)
    from gigacampus import api
    from gigacampus.cli.show import headline_table, progress_bar, say, say_books
    from gigacampus.report.basemap import read

    drawn = read(basemap) if basemap else None
    with progress_bar(quiet=as_json) as progress:
        result = api.compute(
            scenario,
            sets=tuple(set_ or ()),
            seed=seed,
            worlds=worlds,
            draws=draws,
            threads=threads,
            use_cache=not no_cache,
            progress=progress,
            twin=not no_twin,
        )
        if drawn:
            result.manifest["map"] = {**(result.manifest.get("map") or {}), "basemap": drawn}
        with spoken(lang):
            target = api.save(result, out, api.folder_name(scenario, result), use_cache=not no_cache)
    missed = [g for g in result.manifest["goals"] if not g["met"]]
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        keys = ("title", "as_of", "hash", "run", "headline", "goals", "levels", "unused_inputs", "ledger", "seconds", "twin")
        print(json_text({"run_folder": str(target), **{k: result.manifest.get(k) for k in keys}}))
    else:
        with spoken(lang):
            headline_table(result)
        say_books(result)
        say(f"Report: {target / 'report.html'}")
    return 1 if missed else 0


def _print_resolved(path: Path, sets: tuple[str, ...], as_json: bool) -> int:
    from gigacampus.scenario.document import load

    _, document = load(path, sets=sets)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"scenario": document.resolved(), "origins": document.origins()}))
        return 0
    for dotted, where in document.origins().items():
        print(f"{dotted}: {document.value(dotted)!r}  # {where}")
    return 0
