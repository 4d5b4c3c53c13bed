"""`gigacampus links`: which link between the parts of a group moves which figure, found by cutting it."""

from __future__ import annotations

from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.cli.solve import RUN, opened


@guarded
def links(
    run: RUN,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[LINK]...", help="Links or switches, such as posts or platform_gone; default: all.")
    ] = None,
    as_json: AS_JSON = False,
) -> int:
    """Cut each link that the article claims between its parts, one by one, and show the figure that moves or that there is no link."""
    from gigacampus.answers.links import chosen, effects, missing
    from gigacampus.foundation.errors import refuse

    result, wanted = opened(run, (), quiet=as_json), chosen(keys or ())
    if why := missing(result, wanted):
        raise refuse(why, path="RUN", fix="take a run of scenarios/xai-2026-01.yaml")
    found = effects(result, wanted, progress=None if as_json else lambda title: typer.echo(f"cutting: {title}", err=True))
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        rows = [{"link": w.key, "title": w.title, "switch": w.switch, "cut": w.lines()} for w in wanted]
        typer.echo(json_text({"links": rows, "effects": [e.as_dict() for e in found]}))
        return 0
    for link in wanted:
        typer.echo(f"{link.key}: {link.title}")
        for line in link.lines():
            typer.echo(f"    {line}")
        for effect in (e for e in found if e.link == link.key):
            typer.echo(f"  {effect.word:>7}  {effect.text()}")
    return 0
