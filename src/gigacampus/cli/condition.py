"""`gigacampus condition`: what the inputs of the books must have been, given figures that became known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON, SET
from gigacampus.cli.solve import RUN, opened


@guarded
def condition(
    run: RUN,
    on: Annotated[
        Path | None,
        typer.Option(help="CSV of known figures (period, metric, value[, noise][, unit]); none: the reported quarters themselves."),
    ] = None,
    set_: SET = None,
    out: Annotated[Path | None, typer.Option(help="Patch (YAML) to write that gives the inputs their posterior.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Condition the uncertain inputs of the books on figures that became known; refuse where too few draws agree with them."""
    from gigacampus.explore import conditioning
    from gigacampus.explore.run_session import hold
    from gigacampus.foundation.whole_file import write_text

    held = hold(opened(run, tuple(set_ or ()), quiet=as_json))
    figures = conditioning.figures_in(held, on) if on is not None else conditioning.reported(held)
    found = conditioning.conditioned(held, figures)
    if out is not None:
        write_text(out, conditioning.patch_text(found, on.name if on is not None else "the reported quarters"))
        found["written"] = str(out)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
        return 0
    from gigacampus.explore.render_text import conditioned_lines

    for line in conditioned_lines(found):
        typer.echo(line)
    return 0
