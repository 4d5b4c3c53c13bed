"""`gigacampus new`: a scenario of some twenty lines to start from, also around an hourly load of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def new(
    name: Annotated[str, typer.Argument(help="Name of the scenario; NAME.yaml is written here.")],
    template: Annotated[str, typer.Option(help="Where the power comes from: grid, gas or hybrid.")] = "grid",
    from_load: Annotated[
        Path | None, typer.Option(help="CSV or xlsx with the facility's load over a year (hourly or finer) that replaces the modelled one.")
    ] = None,
    as_json: AS_JSON = False,
) -> int:
    """Write a starter scenario and the JSON schema that editors complete it by; existing files are never touched."""
    from gigacampus.scenario.create import create

    written, understood = create(Path(), name, template, from_load)
    if as_json:
        import json

        print(json.dumps({"written": [str(p) for p in written], "scenario": str(written[0]), "understood": understood}))
        return 0
    for text in understood:
        typer.echo(f"read {text}")
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo(f"next: gigacampus run {written[0]}")
    return 0
