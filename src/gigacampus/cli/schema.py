"""`gigacampus schema`: the JSON schema of scenario files, for editors and for people."""

from __future__ import annotations

from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def schema(
    strict: Annotated[bool, typer.Option(help="The whole typed scenario instead of what a file may leave out.")] = False,
    as_json: AS_JSON = False,
) -> int:
    """Print the JSON schema of scenario files (`scenario.schema.json`): names, types, bounds, and units as `x-unit`."""
    from gigacampus.scenario.file_schema import text, typed_schema

    typer.echo(text(typed_schema()) if strict else text(), nl=False)
    return 0
