"""`gigacampus sources`: every cited value with its source and how well it is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli import show
from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, SET


@guarded
def sources(
    scenario: Annotated[Path | None, typer.Argument(help="Scenario file or run folder; empty: the whole library.")] = None,
    set_: SET = None,
    as_json: AS_JSON = False,
) -> int:
    """List the cited values that a scenario or a run rests on, or all of the library's, with source, day and confidence."""
    from gigacampus.scenario import library

    if scenario is not None and scenario.is_dir():
        from gigacampus.results.store import read

        rows = read(scenario).manifest["provenance"]
    elif scenario is not None:
        from gigacampus.scenario.document import load

        rows = load(scenario, sets=tuple(set_ or ()))[1].provenance()
    else:
        rows = library.everything()
    known = library.sources()
    rows = [{**row, "cited": [known[k] for k in library.source_keys(row["source"]) if k in known]} for row in rows]
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"values": rows}))
        return 0
    _show(rows)
    return 0


def _show(rows: list[dict[str, Any]]) -> None:

    from rich.table import Table

    table = Table("Value", "", "Unit", "Confidence", "Known from", "Source")
    for row in rows:
        value = row.get("value")
        shown = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
        source = "; ".join(", ".join(str(c[k]) for k in ("what", "publisher") if c.get(k)) for c in row["cited"])
        table.add_row(
            row["path"], shown[:40], row.get("unit", ""), row["confidence"], str(row.get("known_from", "")), source or row["source"]
        )
    show.console().print(table)
    counts = {c: sum(row["confidence"] == c for row in rows) for c in dict.fromkeys(row["confidence"] for row in rows)}
    typer.echo(f"{len(rows)} values: " + ", ".join(f"{n} {c}" for c, n in counts.items()))
