"""`gigacampus explain`: the stages, what each reads and gives, and at which level it is modelled."""

from __future__ import annotations

from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

LINKS = "links"


@guarded
def explain(
    what: Annotated[str | None, typer.Argument(help="A stage, a result variable, or links; empty: the table of stages.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Print the table of stages, one stage or variable in full, or the links between companies and what each moves."""
    if what == LINKS:
        return _links(as_json)
    from gigacampus.registry.renamed import current
    from gigacampus.registry.stages import STAGES
    from gigacampus.registry.variables import REGISTRY, of_stage

    what = what and current(what)
    if what is not None and what not in REGISTRY and what not in {s.name for s in STAGES}:
        import difflib

        near = difflib.get_close_matches(what, [*REGISTRY, *(s.name for s in STAGES)], 1)
        typer.echo(f"no stage or variable is called {what!r}" + (f"; did you mean {near[0]!r}?" if near else ""), err=True)
        return 2
    stages = [s for s in STAGES if what in (None, s.name) or (what in REGISTRY and REGISTRY[what].stage == s.name)]
    if as_json:
        from dataclasses import asdict

        from gigacampus.foundation.plain_json import json_text

        print(json_text([{**asdict(s), "leaves_out": s.leaves_out, "gives": [asdict(v) for v in of_stage(s.name)]} for s in stages]))
        return 0
    for stage in stages:
        typer.echo(f"{stage.name} (level {stage.level}): needs {', '.join(stage.needs) or 'nothing'}")
        typer.echo(f"  reads {', '.join(stage.reads)}")
        typer.echo(f"  leaves out {stage.leaves_out}")
        for variable in of_stage(stage.name):
            if what is None or what in (stage.name, variable.name):
                over = " x ".join(variable.dims)
                typer.echo(f"    {variable.name} [{variable.unit}] over {over}: {variable.title} ({variable.kind}, {variable.rule})")
    return 0


def _links(as_json: bool) -> int:
    """The links of the bundled article: how each is cut, the figures that move, and those to which there is no link."""
    from gigacampus.answers.links import read_links

    rows = [(link, [(f.judge.title, f.moves, f.why) for f in link.figures]) for link in read_links()]
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        figures = [[{"title": title, "moves": moves, "why": why} for title, moves, why in told] for _, told in rows]
        print(
            json_text([{"link": w.key, "title": w.title, "cut": w.lines(), "figures": f} for (w, _), f in zip(rows, figures, strict=True)])
        )
        return 0
    for link, told in rows:
        typer.echo(f"{link.key}: {link.title} (cut: {'; '.join(link.lines())})")
        for title, moves, why in told:
            typer.echo(f"  {'moves' if moves else 'no link'}: {title}" + (f"; {why}" if why else ""))
    typer.echo("By how much each moves in a run: gigacampus links RUN")
    return 0
