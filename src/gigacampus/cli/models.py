"""`gigacampus models`: the choices that a scenario offers, read from the types themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON


@guarded
def models(
    what: Annotated[str | None, typer.Argument(help="Part of a path, such as blocks or cooling; empty: all.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """List the members of each family (kinds of block, of cooling, of distribution, methods, ...)."""
    from gigacampus.scenario.choices import families

    found = [f for f in families() if what is None or what in f.path]
    if as_json:
        from dataclasses import asdict

        from gigacampus.foundation.plain_json import json_text

        print(json_text({"families": [asdict(f) for f in found]}))
        return 0
    for family in found:
        typer.echo(f"{family.path}: {family.what}")
        width = max(len(name) for name in family.members)
        for name, about in family.members.items():
            typer.echo(f"    {name.ljust(width)}  {about}".rstrip())
    return 0
